//! Python-level SSA: what the program says, before types.
//!
//! Operations mean Python operations on values of any type. Control flow is explicit; an operation that raises
//! goes to its block's handler, or leaves the function if there is none. What the handler is passed is defined before
//! anything in the block may raise. Iterators are values without identity: `iter_advance` gives the iterator's next
//! state, so that loops keep their state in SSA values.

use std::sync::Arc;

use smallvec::SmallVec;

use super::inner::InnerFunction;
use crate::bytecode::Constant;
use crate::entity::entity;

entity!(
    /// An SSA value.
    Value, "v"
);
entity!(
    /// A basic block; `block0` is the entry, whose parameters are the function's.
    Block, "block"
);
entity!(
    /// An instruction.
    Inst, "inst"
);

/// `a op b`
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "each is the operator of Python's `operator` module")]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    MatMul,
    TrueDiv,
    FloorDiv,
    Mod,
    Pow,
    LShift,
    RShift,
    And,
    Or,
    Xor,
}

impl BinaryOp {
    /// As Python writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Mul => "*",
            BinaryOp::MatMul => "@",
            BinaryOp::TrueDiv => "/",
            BinaryOp::FloorDiv => "//",
            BinaryOp::Mod => "%",
            BinaryOp::Pow => "**",
            BinaryOp::LShift => "<<",
            BinaryOp::RShift => ">>",
            BinaryOp::And => "&",
            BinaryOp::Or => "|",
            BinaryOp::Xor => "^",
        }
    }
}

/// `op a`
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "each is the operator of Python's `operator` module")]
pub enum UnaryOp {
    Neg,
    Pos,
    Invert,
    /// `not a`: always a `bool`.
    Not,
}

/// `a op b`, compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[expect(missing_docs, reason = "each is the operator of Python's `operator` module")]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CompareOp {
    /// As Python writes it.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Lt => "<",
            CompareOp::Le => "<=",
            CompareOp::Eq => "==",
            CompareOp::Ne => "!=",
            CompareOp::Gt => ">",
            CompareOp::Ge => ">=",
        }
    }
}

/// What an f-string does to a value before it is formatted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Conversion {
    /// Nothing.
    None,
    /// `!s`
    Str,
    /// `!r`
    Repr,
    /// `!a`
    Ascii,
}

/// What an instruction does. Operands stand in `InstData::args`, in the order named here.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    /// A constant.
    Constant(Constant),
    /// The value of a global or built-in name, frozen when compiling.
    Global(Arc<str>),
    /// The value of a variable of an enclosing function, frozen when compiling.
    Free(Arc<str>),
    /// The module of this full name.
    Import(Arc<str>),
    /// `a op b`; `is_inplace` for `a op= b`, which changes `a` where its type can.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Written as `op=`.
        is_inplace: bool,
    },
    /// `op a`
    Unary(UnaryOp),
    /// `a op b`
    Compare(CompareOp),
    /// `a is b`, or `a is not b`
    Is {
        /// `is not`
        is_negated: bool,
    },
    /// `a in b`, or `a not in b`
    Contains {
        /// `not in`
        is_negated: bool,
    },
    /// The truth value of a, a `bool`.
    Truth,
    /// The value a, which is not `None` here: a branch has asked.
    NotNone,
    /// The value a, which may be `None`: raises the exception with the message then. Put in by `typing/absent.rs`.
    CheckNotNone {
        /// The exception class.
        exception: &'static str,
        /// Its message.
        message: Arc<str>,
        /// Its message if the value b is `None` too.
        both: Option<Arc<str>>,
    },
    /// The string of a value in an f-string: `a` converted, then formatted by the specification b if there is one.
    Format(Conversion),
    /// The strings a, b, ... joined, as f-strings do it.
    JoinStrings,
    /// `(a, b, ...)`
    BuildTuple,
    /// `[a, b, ...]`
    BuildList,
    /// `{a, b, ...}`
    BuildSet,
    /// `{a: b, ...}`: keys and values by turns.
    BuildDict,
    /// `slice(a, b, c)`
    BuildSlice,
    /// Checks that a has exactly this many items, and gives them as a tuple.
    Unpack(u32),
    /// The first and the last items of a, what is between them as a list: as a tuple.
    UnpackStarred {
        /// Items before the list.
        before: u32,
        /// Items after the list.
        after: u32,
    },
    /// Item of the tuple that `unpack` gave.
    UnpackedItem(u32),
    /// `a[b]`
    GetItem,
    /// `a[b] = c`; no result.
    SetItem,
    /// `del a[b]`; no result.
    DelItem,
    /// `a.name`
    GetAttr(Arc<str>),
    /// `a.name = b`; no result.
    SetAttr(Arc<str>),
    /// `a(b, ..., name=c, ...)`: the last `keywords.len()` operands are the keyword arguments.
    Call {
        /// Names of the keyword arguments.
        keywords: Arc<[Arc<str>]>,
    },
    /// `a(*b)`, or `a(*b, **c)`
    CallStarred,
    /// `{name: a, ...}`: the keyword arguments of a call.
    BuildKeywords(Arc<[Arc<str>]>),
    /// `{**a, **b}` of keyword arguments.
    MergeKeywords,
    /// The iterator over a.
    GetIter {
        /// The instruction of the stack code.
        at: u32,
    },
    /// Whether the iterator a has another item.
    IterHas,
    /// The item the iterator a stands at; only where `iter_has` is true.
    IterItem,
    /// The iterator a, one item on; only where `iter_has` is true.
    IterAdvance,
    /// What the generator a has returned, `None` of any other iterator; only where `iter_has` is false.
    IterResult,
    /// What was sent to the generator, which is `None`: the first operation of a block behind a `yield`. Raises what was
    /// thrown into the generator.
    Resumed,
    /// A variable that has no value here. Reading it raises, which `check_bound` says.
    Undefined,
    /// Raises `UnboundLocalError` for the variable unless the `bool` a is true; no result.
    CheckBound(Arc<str>),
    /// The inner function of this number, with the values that it captures.
    MakeFunction {
        /// Its number, in this function or in the one around it.
        number: u32,
        /// It is one of the function around this one.
        is_outer: bool,
    },
    /// A new cell for a variable that inner functions share, without a value.
    NewCell(Arc<str>),
    /// The value of the cell a; raises if it has none.
    LoadCell {
        /// The variable.
        name: Arc<str>,
        /// It is one of a function around this one.
        is_free: bool,
    },
    /// Stores b to the cell a; no result.
    StoreCell(Arc<str>),
    /// The exception that a handler was entered with: its first operation.
    Caught,
    /// The exception a is being handled from here on; no result.
    BeginHandling,
    /// What was handled before is being handled again; no result.
    EndHandling,
    /// The exception that is being handled; raises `RuntimeError` if there is none.
    Handled,
    /// Whether the exception a is of the class b, or of one of the tuple b.
    MatchesException,
    /// Whether a sequence pattern may match a.
    MatchSequence,
    /// `None` if a is not of the class b, else the tuple of its so many positional attributes and of those that the tuple
    /// c names.
    MatchClass(u32),
    /// The exception a with the cause b, an exception, a class or `None`.
    WithCause,
}

/// Where in the user's source something stands. Columns are in bytes from 0; 0 everywhere if unknown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Location {
    /// Line, from 1; 0 if unknown.
    pub line: u32,
    /// Last line.
    pub end_line: u32,
    /// Column.
    pub column: u32,
    /// Column after the end.
    pub end_column: u32,
}

/// An instruction.
#[derive(Clone, PartialEq, Debug)]
pub struct InstData {
    /// What it does.
    pub op: Op,
    /// Operands.
    pub args: SmallVec<[Value; 4]>,
    /// The result, of operations that have one.
    pub result: Option<Value>,
    /// Where it stands.
    pub location: Location,
}

/// A jump target with the values for its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockCall {
    /// The target.
    pub block: Block,
    /// One value for each parameter.
    pub args: SmallVec<[Value; 4]>,
}

/// How a block ends.
#[derive(Clone, PartialEq, Debug)]
pub enum Terminator {
    /// Goes on in the target.
    Jump(BlockCall),
    /// Goes on in the first target if the condition, a `bool`, is true, else in the second.
    Branch(Value, BlockCall, BlockCall),
    /// Gives the value to whoever resumes the generator, and goes on in the target when it is resumed again. Whatever
    /// lives on is passed to the target, which nothing else leads to.
    Yield(Value, BlockCall),
    /// Returns the value.
    Return(Value),
    /// Raises the exception or exception class.
    Raise(Value),
    /// The exception, caught before, goes on.
    Reraise(Value),
}

impl Terminator {
    /// What it returns, yields, raises or branches on.
    pub fn value(&self) -> Option<Value> {
        match *self {
            Terminator::Jump(_) => None,
            Terminator::Branch(value, ..)
            | Terminator::Yield(value, _)
            | Terminator::Return(value)
            | Terminator::Raise(value)
            | Terminator::Reraise(value) => Some(value),
        }
    }

    /// Where it may go.
    pub fn targets(&self) -> impl Iterator<Item = &BlockCall> {
        let (first, second) = match self {
            Terminator::Jump(target) | Terminator::Yield(_, target) => (Some(target), None),
            Terminator::Branch(_, on_true, on_false) => (Some(on_true), Some(on_false)),
            Terminator::Return(_) | Terminator::Raise(_) | Terminator::Reraise(_) => (None, None),
        };
        first.into_iter().chain(second)
    }
}

/// A basic block.
#[derive(Clone, PartialEq, Debug)]
pub struct BlockData {
    /// Values that the predecessors pass.
    pub params: Vec<Value>,
    /// Instructions in order.
    pub insts: Vec<Inst>,
    /// How it ends.
    pub terminator: Terminator,
    /// Where its exceptions are caught.
    pub handler: Option<BlockCall>,
    /// Where the terminator stands.
    pub location: Location,
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueDef {
    /// Parameter of a block, at this position.
    Param(Block, u32),
    /// Result of an instruction.
    Result(Inst),
}

/// A value: where it comes from, and the variable it was first stored to, for messages and `locals=`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueData {
    /// Its definition.
    pub def: ValueDef,
    /// A variable that holds it.
    pub variable: Option<Arc<str>>,
}

/// A function. All blocks are reachable from the entry; block numbers are a reverse postorder.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// The qualified name.
    pub name: Arc<str>,
    /// The user's file.
    pub filename: Arc<str>,
    /// The line of `def`.
    pub first_line: u32,
    /// Names of the parameters, in the order of the entry block's; `*args` is one, a tuple. What an inner function captures
    /// stands behind them.
    pub params: Vec<Arc<str>>,
    /// Blocks.
    pub blocks: Vec<BlockData>,
    /// Instructions.
    pub insts: Vec<InstData>,
    /// Values.
    pub values: Vec<ValueData>,
    /// Inner functions, by number.
    pub inner: Vec<Arc<InnerFunction>>,
    /// Whether it is a generator function: a call makes a generator, which runs the blocks.
    pub is_generator: bool,
}

impl Function {
    /// True for a generator expression with one `for` and no `if`: it yields one item for each of what it runs over.
    pub fn yields_for_each_item(&self) -> bool {
        let is_test = |inst: &Inst| self.insts[inst.index()].op == Op::IterHas;
        let head = self.blocks.iter().position(|block| block.insts.iter().any(is_test));
        let body = head.and_then(|head| self.blocks[head].terminator.targets().next());
        let mut yields = self.blocks.iter().filter_map(|block| match &block.terminator {
            Terminator::Yield(_, target) => Some(target.block.index()),
            _ => None,
        });
        match (head, body, yields.next(), yields.next()) {
            (Some(head), Some(body), Some(resumed), None) if self.name.ends_with("<genexpr>") => {
                self.reached_without_yield(body.block.index(), head) == (false, true)
                    && self.reached_without_yield(resumed, head) == (true, false)
            }
            _ => false,
        }
    }

    /// Whether a block is reached from another one without a `yield`, and whether a `yield` is reached before it.
    fn reached_without_yield(&self, from: usize, to: usize) -> (bool, bool) {
        let (mut seen, mut open) = (vec![false; self.blocks.len()], vec![from]);
        let (mut is_reached, mut has_yield) = (false, false);
        while let Some(index) = open.pop() {
            match &self.blocks[index].terminator {
                _ if index == to => is_reached = true,
                _ if std::mem::replace(&mut seen[index], true) => {}
                Terminator::Yield(..) => has_yield = true,
                terminator => open.extend(terminator.targets().map(|target| target.block.index())),
            }
        }
        (is_reached, has_yield)
    }

    /// The blocks in which a generator is resumed, behind each `yield`.
    pub fn resumed_blocks(&self) -> impl Iterator<Item = Block> {
        self.blocks.iter().filter_map(|block| match &block.terminator {
            Terminator::Yield(_, target) => Some(target.block),
            _ => None,
        })
    }
}
