//! Classes of `enum`: their members, and the types of what is asked of them.
//!
//! A member is a number when it runs: its value in `IntEnum`, `IntFlag` and `Flag`, where values are ints, and its
//! position in the order of definition in any other enumeration, whose values may be anything. What else members are,
//! strings or floats, is in `members.rs`.

use std::sync::Arc;

use super::classes::{Class, ClassKind};
use super::fact::{Fact, constant_fact};
use super::infer::{Argument, Failure, Inference};
use super::rules::no_operation;
use super::types::Type;
use super::unify::unify;
use crate::bytecode::Constant;
use crate::hir::{BinaryOp, CompareOp, Inst, InstData};
use crate::host::Global;
use crate::library::Operand;
use crate::refusal::Reason;

/// What the members of an enumeration are beside members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EnumBase {
    /// Nothing: `Enum`.
    Plain,
    /// Strings: `StrEnum`, and classes that mix in `str`.
    Text,
    /// Floats: classes that mix in `float`.
    Float,
    /// Ints: `IntEnum`.
    Int,
    /// Sets of bits: `Flag`.
    Flag,
    /// Both: `IntFlag`.
    IntFlag,
}

/// An enumeration.
#[derive(Debug)]
pub struct EnumClass {
    /// What its members are.
    pub base: EnumBase,
    /// All members in the order of definition, without aliases.
    pub members: Vec<Member>,
    /// `_all_bits_` of flags.
    pub all_bits: i64,
    /// `_flag_mask_` of flags.
    pub flag_mask: i64,
    /// `_singles_mask_` of flags.
    pub singles_mask: i64,
}

/// A member.
#[derive(Debug)]
pub struct Member {
    /// Its name.
    pub name: Arc<str>,
    /// Its value.
    pub value: Constant,
    /// What it is when it runs.
    pub number: i64,
    /// Whether iterating over the class gives it.
    pub is_iterated: bool,
    /// Its hash.
    pub hash: i64,
    /// `str` and `repr`.
    pub texts: [Arc<str>; 2],
}

impl EnumBase {
    /// True if members are ints.
    pub fn is_int(self) -> bool {
        matches!(self, EnumBase::Int | EnumBase::IntFlag)
    }

    /// What members are beside members and not when they run.
    pub fn mixed_in(self) -> Option<Type> {
        match self {
            EnumBase::Text => Some(Type::String),
            EnumBase::Float => Some(Type::Float),
            EnumBase::Plain | EnumBase::Int | EnumBase::Flag | EnumBase::IntFlag => None,
        }
    }

    /// True if members are sets of bits.
    pub fn is_flag(self) -> bool {
        matches!(self, EnumBase::Flag | EnumBase::IntFlag)
    }
}

impl EnumClass {
    /// True if a member is its value when it runs.
    pub fn is_by_value(&self) -> bool {
        self.base.is_int() || self.base.is_flag()
    }

    /// The members that iteration gives.
    pub fn iterated(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.is_iterated)
    }

    /// The member that a number is.
    pub(super) fn member(&self, number: i64) -> Option<&Member> {
        self.members.iter().find(|member| member.number == number)
    }

    /// The one type of the values of all members.
    fn value_type(&self) -> Option<Type> {
        let mut types =
            self.members.iter().map(|member| constant_fact(&member.value).map(|fact| runtime_type(fact.ty)));
        let first = types.next()??;
        types.try_fold(first, |known, ty| unify(&known, &ty?))
    }
}

fn runtime_type(ty: Type) -> Type {
    if ty.is_string() { Type::String } else { ty }
}

impl Class {
    /// The enumeration that it is.
    pub fn as_enum(&self) -> Option<&EnumClass> {
        match &self.kind {
            ClassKind::Enum(class) => Some(class),
            ClassKind::NamedTuple | ClassKind::Dataclass(_) => None,
        }
    }
}

impl Type {
    /// The enumeration of a member.
    pub fn as_member(&self) -> Option<&EnumClass> {
        match self {
            Type::Member(class) => class.as_enum(),
            _ => None,
        }
    }

    /// The type that operators see: a member that is an int is one.
    pub fn as_number(&self) -> Type {
        match self.as_member() {
            Some(class) if class.base.is_int() => Type::Int,
            _ => self.clone(),
        }
    }
}

/// Functions of numbers, to which a member that is an int is one.
const OF_NUMBERS: &[&str] = &[
    "builtins.abs",
    "builtins.bin",
    "builtins.bool",
    "builtins.chr",
    "builtins.complex",
    "builtins.divmod",
    "builtins.float",
    "builtins.hex",
    "builtins.int",
    "builtins.oct",
    "builtins.pow",
    "builtins.range",
    "builtins.round",
];

/// What a function of the library is passed for a member that is an int: to functions of numbers it is just that.
pub(crate) fn as_argument(name: &str, fact: &mut Fact) {
    let is_of_numbers = OF_NUMBERS.contains(&name)
        || ["int.", "math.", "cmath.", "numpy.", "ndarray."].iter().any(|prefix| name.starts_with(prefix));
    if is_of_numbers && is_int_member(&fact.ty) {
        fact.ty = Type::Int;
    }
}

/// A member as a constant.
pub(super) fn member_fact(class: &Arc<Class>, number: i64) -> Fact {
    Fact { ty: Type::Member(class.clone()), constant: Some(Constant::Int(number)) }
}

/// The number of a member that is a constant.
fn known_number(fact: &Fact) -> Option<i64> {
    match (&fact.ty, &fact.constant) {
        (Type::Member(_), Some(Constant::Int(number))) => Some(*number),
        _ => None,
    }
}

/// `.name` or `.value` of a member; `None` for other attributes.
pub(super) fn attribute(fact: &Fact, name: &str) -> Result<Option<Fact>, Reason> {
    let Some(class) = fact.ty.as_member() else { return Ok(None) };
    let known = known_number(fact).and_then(|number| class.member(number));
    let is_value = matches!(name, "value" | "_value_");
    if !is_value && !matches!(name, "name" | "_name_") {
        return Ok(None);
    }
    if let Some(member) = known {
        let constant = if is_value { member.value.clone() } else { Constant::Str(member.name.clone()) };
        return Ok(constant_fact(&constant));
    }
    if is_value && class.is_by_value() {
        return Ok(Some(Fact { ty: Type::Int, constant: known_number(fact).map(Constant::Int) }));
    }
    let refuse = |advice| Err(no_operation(format!("attribute '{name}'"), &[&fact.ty], advice));
    if is_value {
        return match class.value_type() {
            Some(ty) => Ok(Some(Fact::of(ty))),
            None => refuse("the values of its members have no common type; compare members instead"),
        };
    }
    // That of flags takes a function of the library.
    Ok((!class.base.is_flag()).then(|| Fact::of(Type::String)))
}

/// A comparison with a member that is no int.
pub(super) fn compare(op: CompareOp, a: &Fact, b: &Fact) -> Option<Result<Fact, Reason>> {
    let is_plain = |ty: &Type| ty.as_member().is_some_and(|class| !class.base.is_int());
    if !is_plain(&a.ty) && !is_plain(&b.ty) {
        return None;
    }
    let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    if (!is_equality || a.ty != b.ty) && [a, b].iter().any(|fact| fact.ty.mixed_in().is_some()) {
        return Some(Err(no_operation(format!("operator {}", op.symbol()), &[&a.ty, &b.ty], "compare their values")));
    }
    if !is_equality {
        let advice = "members have no order; compare their values, or use IntEnum";
        return Some(Err(no_operation(format!("operator {}", op.symbol()), &[&a.ty, &b.ty], advice)));
    }
    if a.ty != b.ty {
        return Some(Ok(Fact::bool(op == CompareOp::Ne)));
    }
    Some(Ok(match (known_number(a), known_number(b)) {
        (Some(a), Some(b)) => Fact::bool((a == b) == (op == CompareOp::Eq)),
        _ => Fact::of(Type::Bool),
    }))
}

/// `a is b` with a member.
pub(super) fn is(a: &Type, b: &Type, is_negated: bool) -> Option<Fact> {
    match (a, b) {
        (Type::Member(_), _) | (_, Type::Member(_))
            if matches!((a, b), (Type::Optional(_), _) | (_, Type::Optional(_))) =>
        {
            None
        }
        (Type::Member(a), Type::Member(b)) if a == b => Some(Fact::of(Type::Bool)),
        (Type::Member(_), _) | (_, Type::Member(_)) => Some(Fact::bool(is_negated)),
        _ => None,
    }
}

/// The truth value of a member; `None` for other values.
pub(super) fn truth(fact: &Fact) -> Option<Fact> {
    let class = fact.ty.as_member().filter(|class| class.base.mixed_in().is_none())?;
    if !class.is_by_value() {
        return Some(Fact::bool(true));
    }
    Some(known_number(fact).map_or(Fact::of(Type::Bool), |number| Fact::bool(number != 0)))
}

/// `a in b` of flags and of a class; `None` for other values.
pub(super) fn contains(item: &Type, container: &Type) -> Option<Fact> {
    match (item, container) {
        (Type::Member(a), Type::Member(b)) if a == b && a.as_enum()?.base.is_flag() => Some(Fact::of(Type::Bool)),
        (Type::Member(a), Type::Class(b)) if a == b => Some(Fact::bool(true)),
        _ => None,
    }
}

impl Inference<'_> {
    /// An operator on flags; `None` for other operands.
    pub(super) fn flag_binary(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: BinaryOp,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let name = match op {
            BinaryOp::And => "and",
            BinaryOp::Or => "or",
            BinaryOp::Xor => "xor",
            _ => return Ok(None),
        };
        let (a, b) = (&facts[0].ty, &facts[1].ty);
        let Some((ty, class)) = [a, b].into_iter().find_map(|ty| {
            let class = ty.as_member().filter(|class| class.base.is_flag())?;
            Some((ty, class))
        }) else {
            return Ok(None);
        };
        if a == b {
            return Ok(Some(Fact::of(ty.clone())));
        }
        let is_int = |ty: &Type| ty == &Type::Int || ty == &Type::Bool;
        if class.base != EnumBase::IntFlag || !(is_int(a) || is_int(b)) {
            return Err(no_operation(format!("operator {}", op.symbol()), &[a, b], "combine flags of one class").into());
        }
        let all_bits = class.all_bits;
        let operands = (0..2)
            .map(|index| int_operand(Argument::Value(data.args[index]), &facts[index].ty))
            .chain([constant(all_bits)]);
        let name = format!("IntFlag.__{name}__");
        self.as_member(inst, &name, operands.collect(), ty)
    }

    /// `~flag`; `None` for other operands.
    pub(super) fn flag_invert(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Option<Fact>, Failure> {
        let Some(class) = fact.ty.as_member().filter(|class| class.base.is_flag()) else { return Ok(None) };
        if class.base == EnumBase::Flag {
            return Ok(Some(Fact::of(fact.ty.clone())));
        }
        let operands = vec![int_operand(Argument::Value(data.args[0]), &fact.ty), constant(class.all_bits)];
        self.as_member(inst, "IntFlag.__invert__", operands, &fact.ty)
    }

    /// The number that a function of the library answers, as a member.
    fn as_member(
        &mut self,
        inst: Inst,
        name: &str,
        operands: Vec<Operand>,
        member: &Type,
    ) -> Result<Option<Fact>, Failure> {
        let answer = self.call_library(inst, name, operands, Vec::new())?;
        Ok(answer.map(|_| Fact::of(member.clone())))
    }

    /// `Class(value)`
    pub(super) fn look_up_member(
        &mut self,
        inst: Inst,
        class: &Arc<Class>,
        positional: &[Operand],
    ) -> Result<Option<Fact>, Failure> {
        let Some(members) = class.as_enum() else { return Ok(None) };
        let [value] = positional else {
            let types: Vec<&Type> = positional.iter().map(|operand| &operand.fact.ty).collect();
            return Err(no_operation(format!("{}(...)", class.name), &types, "pass one value").into());
        };
        let result = Type::Member(class.clone());
        if value.fact.ty == result {
            return self.as_member(inst, "Enum.__same__", vec![int_operand(value.source.clone(), &result)], &result);
        }
        if members.base.is_flag() {
            if !matches!(value.fact.ty, Type::Int | Type::Bool) {
                return Err(no_operation(format!("{}(...)", class.name), &[&value.fact.ty], "pass an int").into());
            }
            let name = if members.base == EnumBase::Flag { "Flag.__call__" } else { "IntFlag.__call__" };
            let mut operands = vec![value.clone(), constant(members.all_bits)];
            if members.base == EnumBase::Flag {
                operands.extend([constant(members.flag_mask), text(&class.name)]);
            }
            return self.as_member(inst, name, operands, &result);
        }
        if members.value_type().is_none() {
            let advice = "the values of its members have no common type; write if and elif";
            return Err(no_operation(format!("{}(...)", class.name), &[&value.fact.ty], advice).into());
        }
        let values = Constant::Tuple(members.members.iter().map(|member| member.value.clone()).collect());
        let Some(fact) = constant_fact(&values) else { return Ok(None) };
        let values = Operand { fact, source: Argument::Default(Global::Constant(values)) };
        let name = if members.is_by_value() { "IntEnum.__call__" } else { "Enum.__call__" };
        self.as_member(inst, name, vec![value.clone(), values, text(&class.name)], &result)
    }

    /// `Class[name]`
    pub(super) fn member_of_name(&mut self, inst: Inst, class: &Arc<Class>, name: &Fact) -> Result<Fact, Failure> {
        let Some(name) = name.as_str() else {
            let ty = Type::Class(class.clone());
            let advice = "name the member with a string that is known when compiling";
            return Err(no_operation("indexing", &[&ty, &name.ty], advice).into());
        };
        let global = self.env.class_attribute(class.key, name).filter(|global| matches!(global, Global::Member(..)));
        Ok(self.global_fact(inst, &format!("{}.{name}", class.name), global)?)
    }
}

/// A member that is an int when it runs, as one.
fn int_operand(source: Argument, ty: &Type) -> Operand {
    let ty = if matches!(ty, Type::Member(_)) { Type::Int } else { ty.clone() };
    Operand { fact: Fact::of(ty), source }
}

fn constant(number: i64) -> Operand {
    Operand { fact: Fact::of(Type::Int), source: Argument::Default(Global::Constant(Constant::Int(number))) }
}

fn text(known: &Arc<str>) -> Operand {
    let fact = Fact::of(Type::Str(known.clone()));
    Operand { fact, source: Argument::Default(Global::Constant(Constant::Str(known.clone()))) }
}

/// The index that a member is, or what was one.
pub(super) fn is_int_member(ty: &Type) -> bool {
    ty.as_member().is_some_and(|class| class.base.is_int())
}

/// The members of a class as the items of a tuple, for iteration.
pub(super) fn members_of(class: &Arc<Class>) -> Option<Vec<Type>> {
    let count = class.as_enum()?.iterated().count();
    Some(vec![Type::Member(class.clone()); count])
}
