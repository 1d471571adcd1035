//! The text form of hir, for tests and dumps; `{:#}` adds the places in the source.
//!
//!     func name(a):
//!     block0(v0:a):
//!         v1 = constant 1
//!         v2:b = binary + v0, v1
//!         return v2
//!
//! `block1 catch block2(v0):` passes its exceptions to block2.

use std::fmt::{self, Display, Formatter};

use super::function::{Block, BlockCall, Conversion, Function, InstData, Location, Op, Terminator, UnaryOp, Value};
use crate::bytecode::Constant;

/// What is to be said of a value where it is defined.
type Note<'a> = &'a dyn Fn(Value) -> Option<String>;

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f, &|_| None)
    }
}

/// A function with notes.
struct Noted<'a>(&'a Function, Note<'a>);

impl Display for Noted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.write(f, self.1)
    }
}

impl Function {
    /// The text form, with a note in braces behind each definition that has one.
    pub fn text_with(&self, note: &dyn Fn(Value) -> Option<String>) -> String {
        Noted(self, note).to_string()
    }

    fn write(&self, f: &mut Formatter<'_>, note: Note<'_>) -> fmt::Result {
        writeln!(f, "func {}({}):", self.name, self.params.join(", "))?;
        for (index, block) in self.blocks.iter().enumerate() {
            write!(f, "{}", Block::from_index(index))?;
            if !block.params.is_empty() {
                let params = List(block.params.iter().map(|&value| Definition(self, value, note)));
                write!(f, "({params})")?;
            }
            if let Some(handler) = &block.handler {
                write!(f, " catch {handler}")?;
            }
            f.write_str(":\n")?;
            for inst in &block.insts {
                self.write_inst(f, &self.insts[inst.index()], note)?;
            }
            write!(f, "    {}", block.terminator)?;
            write_location(f, block.location)?;
        }
        Ok(())
    }

    fn write_inst(&self, f: &mut Formatter<'_>, inst: &InstData, note: Note<'_>) -> fmt::Result {
        f.write_str("    ")?;
        if let Some(result) = inst.result {
            write!(f, "{} = ", Definition(self, result, note))?;
        }
        write!(f, "{}", inst.op)?;
        for (index, arg) in inst.args.iter().enumerate() {
            write!(f, "{}{arg}", if index == 0 { " " } else { ", " })?;
        }
        write_location(f, inst.location)
    }
}

fn write_location(f: &mut Formatter<'_>, location: Location) -> fmt::Result {
    if f.alternate() {
        let Location { line, end_line, column, end_column } = location;
        write!(f, "  ; {line}:{column}-{end_line}:{end_column}")?;
    }
    f.write_str("\n")
}

/// A value where it is defined, with its variable and what is said of it.
struct Definition<'a>(&'a Function, Value, Note<'a>);

impl Display for Definition<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.1)?;
        if let Some(variable) = &self.0.values[self.1.index()].variable {
            write!(f, ":{variable}")?;
        }
        match self.2(self.1) {
            Some(note) => write!(f, " {{{note}}}"),
            None => Ok(()),
        }
    }
}

/// Items with commas.
struct List<I>(I);

impl<I: Iterator<Item: Display> + Clone> Display for List<I> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, item) in self.0.clone().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let negated = |is_negated: bool| if is_negated { " not" } else { "" };
        match self {
            Op::Constant(constant) => write!(f, "constant {constant}"),
            Op::Global(name) => write!(f, "global {name}"),
            Op::Free(name) => write!(f, "free {name}"),
            Op::Binary { op, is_inplace: false } => write!(f, "binary {}", op.symbol()),
            Op::Binary { op, is_inplace: true } => write!(f, "inplace {}=", op.symbol()),
            Op::Unary(op) => write!(f, "unary {}", op.symbol()),
            Op::Compare(op) => write!(f, "compare {}", op.symbol()),
            Op::Is { is_negated } => write!(f, "is{}", negated(*is_negated)),
            Op::Contains { is_negated } => write!(f, "contains{}", negated(*is_negated)),
            Op::Truth => f.write_str("truth"),
            Op::NotNone => f.write_str("not_none"),
            Op::CheckNotNone { exception, message, .. } => write!(f, "check_not_none {exception} {message:?}"),
            Op::Format(conversion) => match conversion {
                Conversion::None => f.write_str("format"),
                Conversion::Str => f.write_str("format !s"),
                Conversion::Repr => f.write_str("format !r"),
                Conversion::Ascii => f.write_str("format !a"),
            },
            Op::JoinStrings => f.write_str("join_strings"),
            Op::BuildTuple => f.write_str("build_tuple"),
            Op::BuildList => f.write_str("build_list"),
            Op::BuildSet => f.write_str("build_set"),
            Op::BuildDict => f.write_str("build_dict"),
            Op::BuildSlice => f.write_str("build_slice"),
            Op::Unpack(count) => write!(f, "unpack {count}"),
            Op::UnpackStarred { before, after } => write!(f, "unpack_starred {before} {after}"),
            Op::UnpackedItem(index) => write!(f, "unpacked_item {index}"),
            Op::GetItem => f.write_str("get_item"),
            Op::SetItem => f.write_str("set_item"),
            Op::DelItem => f.write_str("del_item"),
            Op::Import(name) => write!(f, "import {name}"),
            Op::GetAttr(name) => write!(f, "get_attr .{name}"),
            Op::SetAttr(name) => write!(f, "set_attr .{name}"),
            Op::Call { keywords } if keywords.is_empty() => f.write_str("call"),
            Op::Call { keywords } => write!(f, "call [{}]", keywords.join(", ")),
            Op::CallStarred => f.write_str("call_starred"),
            Op::BuildKeywords(names) => write!(f, "build_keywords [{}]", names.join(", ")),
            Op::MergeKeywords => f.write_str("merge_keywords"),
            Op::GetIter { .. } => f.write_str("get_iter"),
            Op::IterHas => f.write_str("iter_has"),
            Op::IterItem => f.write_str("iter_item"),
            Op::IterAdvance => f.write_str("iter_advance"),
            Op::IterResult => f.write_str("iter_result"),
            Op::Resumed => f.write_str("resumed"),
            Op::Undefined => f.write_str("undefined"),
            Op::CheckBound(name) => write!(f, "check_bound {name}"),
            Op::MakeFunction { number, is_outer: false } => write!(f, "make_function {number}"),
            Op::MakeFunction { number, is_outer: true } => write!(f, "make_function outer {number}"),
            Op::NewCell(name) => write!(f, "new_cell {name}"),
            Op::LoadCell { name, is_free: false } => write!(f, "load_cell {name}"),
            Op::LoadCell { name, is_free: true } => write!(f, "load_cell free {name}"),
            Op::StoreCell(name) => write!(f, "store_cell {name}"),
            Op::Caught => f.write_str("caught"),
            Op::BeginHandling => f.write_str("begin_handling"),
            Op::EndHandling => f.write_str("end_handling"),
            Op::Handled => f.write_str("handled"),
            Op::MatchesException => f.write_str("matches_exception"),
            Op::MatchSequence => f.write_str("match_sequence"),
            Op::MatchClass(count) => write!(f, "match_class {count}"),
            Op::WithCause => f.write_str("with_cause"),
        }
    }
}

impl UnaryOp {
    /// As Python writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            UnaryOp::Neg => "-",
            UnaryOp::Pos => "+",
            UnaryOp::Invert => "~",
            UnaryOp::Not => "not",
        }
    }
}

impl Display for BlockCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.block)?;
        if !self.args.is_empty() {
            write!(f, "({})", List(self.args.iter()))?;
        }
        Ok(())
    }
}

impl Display for Terminator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Terminator::Jump(call) => write!(f, "jump {call}"),
            Terminator::Branch(condition, then_call, else_call) => {
                write!(f, "branch {condition}, {then_call}, {else_call}")
            }
            Terminator::Yield(value, call) => write!(f, "yield {value}, {call}"),
            Terminator::Return(value) => write!(f, "return {value}"),
            Terminator::Raise(value) => write!(f, "raise {value}"),
            Terminator::Reraise(value) => write!(f, "reraise {value}"),
        }
    }
}

impl Display for Constant {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Constant::None => f.write_str("None"),
            Constant::Ellipsis => f.write_str("..."),
            Constant::Bool(true) => f.write_str("True"),
            Constant::Bool(false) => f.write_str("False"),
            Constant::Int(value) => write!(f, "{value}"),
            Constant::BigInt(digits) => f.write_str(digits),
            Constant::Float(value) => write!(f, "{value:?}"),
            Constant::Complex(real, imaginary) => write!(f, "complex({real:?}, {imaginary:?})"),
            Constant::Str(text) => write!(f, "{text:?}"),
            Constant::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Constant::Tuple(items) if items.len() == 1 => write!(f, "({},)", items[0]),
            Constant::Tuple(items) => write!(f, "({})", List(items.iter())),
            Constant::FrozenSet(items) => write!(f, "frozenset({})", List(items.iter())),
            Constant::Code(code) => write!(f, "<code {}>", code.name),
            Constant::Other(type_name) => write!(f, "<{type_name}>"),
        }
    }
}
