//! The results of operators on strings and bytes. Whether a string is known when compiling makes no difference to
//! what an operation means: where two known ones are joined, the result is known too.

use std::sync::Arc;

use super::buffers::is_bytes_like;
use super::fact::Fact;
use super::index::is_index;
use super::rules::no_operation;
use super::types::Type;
use crate::bytecode::Constant;
use crate::hir::{BinaryOp, CompareOp, Conversion};
use crate::library;
use crate::refusal::Reason;

/// Strings that are longer are joined when running.
const MOST_KNOWN: usize = 1 << 12;

fn is_count(ty: &Type) -> bool {
    is_index(ty) || *ty == Type::Bool
}

/// `a op b` where one of them is a string or bytes; `None` where none is.
pub(super) fn binary(op: BinaryOp, a: &Fact, b: &Fact) -> Option<Result<Fact, Reason>> {
    let is_concerned = a.ty.is_text() || b.ty.is_text() && op != BinaryOp::Mod;
    if !is_concerned {
        return None;
    }
    let refuse = |advice: &str| Err(no_operation(format!("operator {}", op.symbol()), &[&a.ty, &b.ty], advice));
    Some(match (op, &a.ty, &b.ty) {
        (BinaryOp::Add, Type::Str(left), Type::Str(right)) if left.len() + right.len() <= MOST_KNOWN => {
            let joined: Arc<str> = format!("{left}{right}").into();
            Ok(Fact { ty: Type::Str(joined.clone()), constant: Some(Constant::Str(joined)) })
        }
        (BinaryOp::Add, left, right) if left.is_string() && right.is_string() => Ok(Fact::of(Type::String)),
        (BinaryOp::Add, Type::Bytes, Type::Bytes) => Ok(Fact::of(Type::Bytes)),
        (BinaryOp::Mul, text, count) | (BinaryOp::Mul, count, text) if text.is_text() && is_count(count) => {
            Ok(Fact::of(if text.is_string() { Type::String } else { Type::Bytes }))
        }
        (BinaryOp::Mod, Type::Str(template), _) => {
            library::check_percent(template, &b.ty).map(|()| Fact::of(Type::String))
        }
        (BinaryOp::Mod, Type::String, _) => {
            refuse("the string on the left must be known when the function is compiled")
        }
        (BinaryOp::Add, _, _) => refuse("convert numbers with str(x)"),
        _ => refuse(""),
    })
}

/// `a op b`, compared, where one of them is a string or bytes; `None` where none is.
pub(super) fn compare(op: CompareOp, a: &Type, b: &Type) -> Option<Result<Fact, Reason>> {
    if !a.is_text() && !b.is_text() {
        return None;
    }
    let is_alike = a.is_string() && b.is_string() || *a == Type::Bytes && *b == Type::Bytes;
    Some(match op {
        _ if is_alike => Ok(Fact::of(Type::Bool)),
        _ if matches!(a, Type::Optional(_)) || matches!(b, Type::Optional(_)) => return None,
        _ if matches!(a, Type::Array(_)) || matches!(b, Type::Array(_)) => {
            Err(no_operation(format!("operator {}", op.symbol()), &[a, b], "compare arrays with numbers"))
        }
        CompareOp::Eq => Ok(Fact::bool(false)),
        CompareOp::Ne => Ok(Fact::bool(true)),
        _ => Err(no_operation(format!("operator {}", op.symbol()), &[a, b], "strings have an order among themselves")),
    })
}

/// `item in text`
pub(super) fn contains(item: &Type, text: &Type) -> Result<Fact, Reason> {
    let fits = match text {
        Type::Bytes => is_bytes_like(item) || is_count(item),
        _ => item.is_string(),
    };
    if fits {
        return Ok(Fact::of(Type::Bool));
    }
    let advice = if *text == Type::Bytes { "look for bytes or an int" } else { "look for a string" };
    Err(no_operation("operator in", &[item, text], advice))
}

/// `text[index]`
pub(super) fn get_item(text: &Type, index: &Type) -> Result<Fact, Reason> {
    match (text, index) {
        (Type::Bytes, Type::Slice(_)) => Ok(Fact::of(Type::Bytes)),
        (_, Type::Slice(_)) => Ok(Fact::of(Type::String)),
        (Type::Bytes, index) if is_count(index) => Ok(Fact::of(Type::Int)),
        (_, index) if is_count(index) => Ok(Fact::of(Type::String)),
        _ => Err(no_operation("indexing", &[text, index], "index strings with integers and slices")),
    }
}

/// What a value becomes in an f-string, with a specification or without.
pub(super) fn format(conversion: Conversion, value: &Fact, spec: Option<&Fact>) -> Result<Fact, Reason> {
    if spec.is_some_and(|spec| !spec.ty.is_string()) {
        return Err(Reason::Internal("a format specification that is no string".to_owned()));
    }
    // What a conversion makes is a string, which every specification is for.
    let has_spec = conversion == Conversion::None && spec.is_some_and(|spec| spec.as_str() != Some(""));
    if library::can_format(&value.ty, has_spec) {
        return Ok(Fact::of(Type::String));
    }
    Err(no_operation("formatting", &[&value.ty], "format numbers and strings"))
}
