//! Operators and displays of values that are no containers: what they give, by the types of their operands.

use std::sync::Arc;

use super::elementwise::{ScalarOp, element, elementwise_result, is_same_kind_cast};
use super::enums;
use super::fact::{Fact, constant_fact};
use super::fold;
use super::index;
use super::objects;
use super::parts::{MOST_PARTS, too_many_parts};
use super::promote;
use super::rules::no_operation;
use super::strings;
use super::times;
use super::types::{ArrayType, DType, Layout, Type};
use crate::bytecode::Constant;
use crate::hir::{BinaryOp, CompareOp, UnaryOp};
use crate::library;
use crate::refusal::Reason;

pub(super) fn binary(op: BinaryOp, is_inplace: bool, a: &Fact, b: &Fact) -> Result<Fact, Reason> {
    if let Some(fact) = fold::binary(op, a, b) {
        return Ok(fact);
    }
    if let Some(answer) = strings::binary(op, a, b) {
        return answer;
    }
    if let (BinaryOp::Add, Type::Tuple(left), Type::Tuple(right)) = (op, &a.ty, &b.ty) {
        return Ok(Fact::of(Type::tuple([&left[..], &right[..]].concat())));
    }
    if let (BinaryOp::Mul, Type::Tuple(items), Some(count)) = (op, &a.ty, b.as_int()) {
        let count = usize::try_from(count).unwrap_or(0);
        if items.len().saturating_mul(count) > MOST_PARTS {
            return Err(too_many_parts());
        }
        return Ok(Fact::of(Type::tuple(
            std::iter::repeat_n(&items[..], count).flatten().cloned().collect::<Vec<_>>(),
        )));
    }
    let refuse = |advice: &str| no_operation(format!("operator {}", op.symbol()), &[&a.ty, &b.ty], advice);
    if [&a.ty, &b.ty].contains(&&Type::Object) {
        return Err(refuse(objects::CONVERT));
    }
    let (left, right) = promote::as_operands(&a.ty, &b.ty);
    let result = elementwise_result(ScalarOp::Binary(op), &[left, right])
        .ok_or_else(|| refuse("convert the operands to numbers or arrays that have it"))?;
    if is_inplace && let Type::Array(target) = &a.ty {
        return inplace_result(target, &result).map(Fact::of).ok_or_else(|| {
            refuse("the result does not fit the array on the left; write a = a + b, or convert with astype")
        });
    }
    Ok(Fact::of(result))
}

/// `a op= b` stores to the array a: the result must cast to its dtype, and broadcasting must not enlarge it.
fn inplace_result(target: &ArrayType, result: &Type) -> Option<Type> {
    let (dtype, ndim) = match result {
        Type::Array(array) => (array.dtype, array.ndim),
        other => (other.dtype()?, 0),
    };
    let fits = target.is_writable && ndim <= target.ndim && is_same_kind_cast(dtype, target.dtype);
    fits.then_some(Type::Array(*target))
}

pub(super) fn unary(op: UnaryOp, a: &Fact) -> Result<Fact, Reason> {
    if let Some(fact) = fold::unary(op, a) {
        return Ok(fact);
    }
    elementwise_result(ScalarOp::Unary(op), std::slice::from_ref(&a.ty))
        .map(Fact::of)
        .ok_or_else(|| no_operation(ScalarOp::Unary(op).describe(), &[&a.ty], ""))
}

pub(super) fn compare(op: CompareOp, a: &Fact, b: &Fact) -> Result<Fact, Reason> {
    if let Some(answer) = enums::compare(op, a, b) {
        return answer;
    }
    if let Some(fact) = fold::compare(op, a, b) {
        return Ok(fact);
    }
    if let Some(answer) = objects::compare(op, &a.ty, &b.ty).or_else(|| strings::compare(op, &a.ty, &b.ty)) {
        return answer;
    }
    if let (Type::Tuple(left), Type::Tuple(right)) = (&a.ty, &b.ty) {
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        for (left, right) in left.iter().zip(right.iter()) {
            let result = compare(op, &Fact::of(left.clone()), &Fact::of(right.clone()))?;
            if matches!(result.ty, Type::Array(_)) {
                return Err(no_operation("comparing tuples that hold arrays", &[&a.ty, &b.ty], "compare the items"));
            }
        }
        if is_equality && left.len() != right.len() {
            return Ok(Fact::bool(op == CompareOp::Ne));
        }
        return Ok(Fact::of(Type::Bool));
    }
    let is_order = !matches!(op, CompareOp::Eq | CompareOp::Ne);
    let is_alone =
        |ty: &Type, other: &Type| matches!(ty, Type::Tuple(_)) && (other.is_number() || *other == Type::None);
    if !is_order && (is_alone(&a.ty, &b.ty) || is_alone(&b.ty, &a.ty)) {
        return Ok(Fact::bool(op == CompareOp::Ne));
    }
    let (left, right) = if is_order { (a.ty.clone(), b.ty.clone()) } else { promote::as_operands(&a.ty, &b.ty) };
    if is_order && left.is_python_number() && right.is_python_number() && [&left, &right].contains(&&Type::Complex) {
        return Err(no_operation(
            format!("operator {}", op.symbol()),
            &[&a.ty, &b.ty],
            "complex numbers have no order",
        ));
    }
    elementwise_result(ScalarOp::Compare(op), &[left, right]).map(Fact::of).ok_or_else(|| {
        no_operation(format!("operator {}", op.symbol()), &[&a.ty, &b.ty], "compare numbers, arrays or tuples")
    })
}

pub(super) fn is(a: &Type, b: &Type, is_negated: bool) -> Result<Fact, Reason> {
    let is_class = |ty: &Type| matches!(ty, Type::DTypeClass(_) | Type::Library(_) | Type::ExceptionClass(_));
    let is_singleton =
        |ty: &Type| is_class(ty) || matches!(ty, Type::None | Type::Ellipsis | Type::Module(_) | Type::Function(_));
    if matches!((a, b), (Type::Instance(_) | Type::Buffer(_), b) | (b, Type::Instance(_) | Type::Buffer(_)) if !matches!(b, Type::Optional(_)))
        && !is_same_container(a, b)
    {
        return Ok(Fact::bool(is_negated));
    }
    if let Some(fact) = enums::is(a, b, is_negated) {
        return Ok(fact);
    }
    if a == b && is_singleton(a) {
        return Ok(Fact::bool(!is_negated));
    }
    if let Some(answer) = objects::is(a, b, is_negated) {
        return answer;
    }
    if a == b && matches!(a, Type::Bool | Type::AnyException) || is_same_container(a, b) {
        return Ok(Fact::of(Type::Bool));
    }
    if matches!((a, b), (Type::Optional(_), Type::None) | (Type::None, Type::Optional(_))) {
        return Ok(Fact::of(Type::Bool));
    }
    if is_singleton(a) || is_singleton(b) || (*a == Type::Bool) != (*b == Type::Bool) {
        return Ok(Fact::bool(is_negated));
    }
    Err(no_operation("operator is", &[a, b], "compiled values have no identity; compare with =="))
}

/// Containers are what has identity here.
fn is_same_container(a: &Type, b: &Type) -> bool {
    let class = |ty: &Type| if let Type::Instance(instance) = ty { Some(instance.class.key) } else { None };
    let are_buffers = matches!((a, b), (Type::Buffer(a), Type::Buffer(b)) if a.kind == b.kind);
    are_buffers || a.is_container() && a == b || class(a).is_some() && class(a) == class(b)
}

pub(super) fn contains(item: &Type, container: &Type) -> Result<Fact, Reason> {
    if let Some(fact) = enums::contains(item, container) {
        return Ok(fact);
    }
    match container {
        Type::Tuple(items) => {
            let mut answers = Vec::with_capacity(items.len());
            for other in items.iter() {
                let answer = compare(CompareOp::Eq, &Fact::of(item.clone()), &Fact::of(other.clone()))?;
                answers.push(answer.as_bool());
            }
            let is_class = matches!(item, Type::Library(_) | Type::DTypeClass(_) | Type::ExceptionClass(_));
            let known: Option<Vec<bool>> = answers.into_iter().collect();
            Ok(known.filter(|_| is_class).map_or_else(|| Fact::of(Type::Bool), |all| Fact::bool(all.contains(&true))))
        }
        Type::Range(_) if (index::is_index(item) || *item == Type::Bool) && item.dtype() != Some(DType::UInt64) => {
            Ok(Fact::of(Type::Bool))
        }
        text if text.is_text() => strings::contains(item, text),
        _ => Err(no_operation("operator in", &[item, container], "")),
    }
}

/// The truth value of a, a `bool`.
pub(crate) fn truth(a: &Fact) -> Result<Fact, Reason> {
    if let Type::Instance(instance) = &a.ty
        && instance.dataclass().is_some_and(|class| !class.has_truth)
    {
        return Ok(Fact::bool(true));
    }
    if let Some(truth) = enums::truth(a) {
        return Ok(truth);
    }
    if let Some(truth) = fold::truth(a) {
        return Ok(Fact::bool(truth));
    }
    match &a.ty {
        ty if times::time_of(ty).is_some() => Err(no_operation("a truth test", &[ty], "compare it")),
        Type::Array(array) if array.record().is_some() => Err(no_operation("a truth test", &[&a.ty], "test a field")),
        Type::Array(_) | Type::Range(_) | Type::Optional(_) | Type::String | Type::Bytes | Type::Object => {
            Ok(Fact::of(Type::Bool))
        }
        ty if objects::is_exception(ty) => Ok(Fact::bool(true)),
        ty if ty.is_number() || ty.is_container() || matches!(ty, Type::Buffer(_)) => Ok(Fact::of(Type::Bool)),
        ty => Err(no_operation("a truth test", &[ty], "")),
    }
}

pub(super) fn build_tuple(facts: &[Fact]) -> Fact {
    let constants: Option<Vec<Constant>> = facts.iter().map(|fact| fact.constant.clone()).collect();
    Fact {
        ty: Type::tuple(facts.iter().map(|fact| fact.ty.clone()).collect::<Vec<_>>()),
        constant: constants.map(|items| Constant::Tuple(items.into())),
    }
}

pub(super) fn build_slice(facts: &[Fact]) -> Result<Fact, Reason> {
    let mut parts = [Type::None, Type::None, Type::None];
    for (part, fact) in parts.iter_mut().zip(facts) {
        *part = match &fact.ty {
            Type::None => Type::None,
            Type::Bool | Type::Int => Type::Int,
            Type::Scalar(dtype) if dtype.is_integer() => Type::Int,
            other => return Err(no_operation("a slice", &[other], "slice bounds are integers or None")),
        };
    }
    let constants: Option<Vec<Constant>> = facts.iter().map(|fact| fact.constant.clone()).collect();
    let constant = constants.map(|items| Constant::Tuple(items.into()));
    Ok(Fact { ty: Type::Slice(Arc::new(parts)), constant })
}

pub(super) fn unpack(count: u32, a: &Fact) -> Result<Fact, Reason> {
    match &a.ty {
        Type::Tuple(items) if items.len() == count as usize => Ok(a.clone()),
        Type::Tuple(items) if items.len() > count as usize => {
            Err(no_operation("unpacking", &[&a.ty], &format!("too many values to unpack (expected {count})")))
        }
        Type::Tuple(items) => Err(no_operation(
            "unpacking",
            &[&a.ty],
            &format!("not enough values to unpack (expected {count}, got {})", items.len()),
        )),
        Type::List(item) => Ok(Fact::of(Type::tuple(vec![(**item).clone(); count as usize]))),
        Type::Object => Ok(Fact::of(Type::tuple(vec![Type::Object; count as usize]))),
        Type::Array(array) if array.ndim > 0 => {
            let item = index::first_axis_item(array);
            Ok(Fact::of(Type::tuple(vec![item; count as usize])))
        }
        other => Err(no_operation("unpacking", &[other], "unpack tuples, lists and arrays")),
    }
}

/// What a class pattern makes of a value. The built-in classes have one positional attribute: the value itself.
pub(super) fn match_class(count: u32, subject: &Fact, class: &Type, names: &Type) -> Result<Fact, Reason> {
    let refuse = |advice: &str| no_operation("a class pattern", &[&subject.ty, class], advice);
    if names.as_tuple().is_some_and(|names| !names.is_empty()) {
        return Err(refuse("test for attributes with if"));
    }
    match library::is_instance(&subject.ty, class) {
        None => Err(refuse("the class is not one of compiled code")),
        Some(false) => Ok(Fact { ty: Type::None, constant: Some(Constant::None) }),
        Some(true) if count == 0 => Ok(Fact::of(Type::tuple(Vec::new()))),
        Some(true) if count == 1 && matches!(class, Type::Library(name) if name.starts_with("builtins.")) => {
            Ok(Fact::of(Type::tuple(vec![subject.ty.clone()])))
        }
        Some(true) => Err(refuse("only the built-in classes have a positional attribute, and that is one")),
    }
}

pub(super) fn constant_rule(constant: &Constant) -> Result<Fact, Reason> {
    constant_fact(constant).ok_or_else(|| match constant {
        Constant::BigInt(digits) => no_operation(
            format!("the integer {digits}"),
            &[&Type::Int],
            "integers have 64 bits in compiled code; write it as a float",
        ),
        _ => Reason::Construct { construct: "this constant".to_owned(), instead: "use numbers and tuples" },
    })
}

/// The array that elementwise results are written to has C order unless said otherwise.
pub(crate) fn new_array(dtype: DType, ndim: u8) -> Type {
    Type::Array(ArrayType { dtype, ndim, layout: Layout::C, is_writable: true })
}

/// The element type of a number or array, for library rules.
pub(crate) fn dtype_of(ty: &Type) -> Option<DType> {
    element(ty)?.dtype()
}
