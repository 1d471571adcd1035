//! Members of enumerations in operations that are those of their values, or of their texts.
//!
//! ```text
//! class Color(str, Enum): RED = "red"
//!
//! c + "!"       c._value_ + "!"
//! f"{c:>10}"    f"{str(c):>10}"
//! ```
//!
//! Where a rule refuses an operand that is a member, what it stands for is put ahead of the instruction, which is typed
//! again. Members that are ints need none of it: they are their values when they run.

use std::sync::Arc;

use super::absent::put_ahead;
use super::enums::{EnumBase, EnumClass};
use super::fact::{Fact, constant_fact};
use super::infer::{Argument, Failure, Inference};
use super::types::Type;
use crate::bytecode::Constant;
use crate::hir::{Conversion, Inst, InstData, Op, Value};
use crate::host::Global;
use crate::library::Operand;

/// Methods that put a member into a container as what it is.
const KEEPING: &[&str] = &["append", "appendleft", "add", "insert", "extend", "extendleft", "setdefault"];

impl Inference<'_> {
    /// Spells out what an instruction does with a member, if it has one. True if it did: what the instruction gives is
    /// known in the next sweep.
    pub(super) fn spell_out_members(&mut self, inst: Inst) -> bool {
        let data = self.typed.hir.insts[inst.index()].clone();
        match &data.op {
            Op::Format(conversion) => self.spell_out_format(inst, &data, *conversion),
            Op::Call { .. } if self.spell_out_text(inst, &data) => true,
            Op::Call { .. } if self.is_keeping(&data) => false,
            Op::Call { .. }
            | Op::Binary { .. }
            | Op::Unary(_)
            | Op::Compare(_)
            | Op::Truth
            | Op::Contains { .. }
            | Op::GetItem
            | Op::GetIter { .. }
            | Op::GetAttr(_) => {
                let has_value = |fact: &Fact| fact.ty.mixed_in().is_some();
                let Some(position) = self.position_of(&data, has_value) else { return false };
                self.put_value_ahead(inst, position);
                true
            }
            _ => false,
        }
    }

    fn member(&self, value: Value) -> Option<&EnumClass> {
        self.typed.facts[value.index()].as_ref()?.ty.as_member()
    }

    fn position_of(&self, data: &InstData, is_it: impl Fn(&Fact) -> bool) -> Option<usize> {
        data.args.iter().position(|arg| self.typed.facts[arg.index()].as_ref().is_some_and(&is_it))
    }

    fn put_value_ahead(&mut self, inst: Inst, position: usize) {
        put_ahead(Arc::make_mut(&mut self.typed.hir), inst, position, Op::GetAttr("_value_".into()));
        self.typed.facts.push(None);
    }

    fn is_keeping(&self, data: &InstData) -> bool {
        match data.args.first().and_then(|callee| self.typed.facts[callee.index()].as_ref()) {
            Some(Fact { ty: Type::Method(method), .. }) => KEEPING.contains(&&*method.1),
            _ => false,
        }
    }

    /// A member with a specification is formatted as its text; flags that are ints, as these.
    fn spell_out_format(&mut self, inst: Inst, data: &InstData, conversion: Conversion) -> bool {
        let Some(class) = self.member(data.args[0]) else { return false };
        if class.base == EnumBase::IntFlag && matches!(conversion, Conversion::None | Conversion::Str) {
            self.put_value_ahead(inst, 0);
            return true;
        }
        if data.args.len() < 2 {
            return false;
        }
        let conversion = if conversion == Conversion::None { Conversion::Str } else { conversion };
        self.put_text_ahead(inst, data, 0, conversion);
        Arc::make_mut(&mut self.typed.hir).insts[inst.index()].op = Op::Format(Conversion::None);
        true
    }

    fn put_text_ahead(&mut self, inst: Inst, data: &InstData, position: usize, conversion: Conversion) {
        put_ahead(Arc::make_mut(&mut self.typed.hir), inst, position, Op::Format(conversion));
        debug_assert_eq!(self.typed.hir.insts[inst.index()].location, data.location);
        self.typed.facts.push(None);
    }

    /// `str(flags)`, `repr(flags)` and `print(flags)`; true if it is one of these.
    fn spell_out_text(&mut self, inst: Inst, data: &InstData) -> bool {
        let callee = self.typed.facts[data.args[0].index()].as_ref().map(|fact| &fact.ty);
        let Some(Type::Library(name)) = callee else { return false };
        let conversion = match &**name {
            "builtins.str" | "builtins.print" => Conversion::Str,
            "builtins.repr" => Conversion::Repr,
            _ => return false,
        };
        let is_printed = &**name == "builtins.print";
        let is_flag = |fact: &Fact| fact.ty.as_member().is_some_and(|class| class.base.is_flag());
        let Some(position) = self.position_of(data, is_flag) else { return false };
        if is_printed {
            self.put_text_ahead(inst, data, position, conversion);
            return true;
        }
        if data.args.len() != 2 {
            return false;
        }
        let text = &mut Arc::make_mut(&mut self.typed.hir).insts[inst.index()];
        text.op = Op::Format(conversion);
        text.args.remove(0);
        true
    }

    /// The text or the name of flags, which may be combined: by this function of the library.
    pub(super) fn text_of_flags(&mut self, inst: Inst, name: &str, flags: &Operand) -> Result<Option<Fact>, Failure> {
        let Type::Member(class) = &flags.fact.ty else { return Ok(None) };
        let Some(own) = class.as_enum() else { return Ok(None) };
        let tuple = |of: &dyn Fn(usize) -> Constant| {
            let values = Constant::Tuple((0..own.members.len()).map(of).collect());
            let fact = constant_fact(&values).unwrap_or_else(|| Fact::of(Type::None));
            Operand { fact, source: Argument::Default(Global::Constant(values)) }
        };
        let constant = |value: Constant| {
            let fact = constant_fact(&value).unwrap_or_else(|| Fact::of(Type::None));
            Operand { fact, source: Argument::Default(Global::Constant(value)) }
        };
        let operands = vec![
            Operand { fact: Fact::of(Type::Int), source: flags.source.clone() },
            tuple(&|index| Constant::Str(own.members[index].name.clone())),
            tuple(&|index| Constant::Int(own.members[index].number)),
            tuple(&|index| Constant::Bool(own.members[index].is_iterated)),
            constant(Constant::Int(own.singles_mask)),
            constant(Constant::Str(class.name.clone())),
        ];
        self.call_library(inst, name, operands, Vec::new())
    }
}

/// The library's function for a conversion of flags to text; `None` for anything else.
pub(super) fn flag_text(conversion: Conversion, facts: &[Fact]) -> Option<&'static str> {
    let class = facts[0].ty.as_member().filter(|class| class.base.is_flag() && !class.members.is_empty())?;
    match conversion {
        _ if facts.len() > 1 => None,
        Conversion::Repr | Conversion::Ascii => Some("Flag.__repr__"),
        Conversion::None | Conversion::Str if class.base == EnumBase::Flag => Some("Flag.__str__"),
        Conversion::None | Conversion::Str => None,
    }
}

impl Type {
    /// What a member is beside a member and not when it runs: a string or a float.
    pub fn mixed_in(&self) -> Option<Type> {
        self.as_member()?.base.mixed_in()
    }
}
