//! Types as text, the other way round than `Display` prints them: how signatures come from Python.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use upshift_core::typing::{ArrayType, BufferKind, BufferType, DType, Layout, Type};

/// The type that prints as `text`.
///
/// # Errors
/// `ValueError` for text that is no type of a value.
pub(crate) fn parse(text: &str) -> PyResult<Type> {
    let mut rest = text.trim();
    let ty = parse_prefix(&mut rest).filter(|_| rest.is_empty());
    ty.ok_or_else(|| PyValueError::new_err(format!("'{text}' is not a type of compiled code")))
}

fn parse_prefix(rest: &mut &str) -> Option<Type> {
    let is_readonly = take(rest, "readonly ");
    if take(rest, "array(") {
        return parse_array(rest, !is_readonly);
    }
    for kind in [BufferKind::View, BufferKind::Array] {
        if take(rest, &format!("{}(", kind.name())) {
            return parse_buffer(rest, kind, !is_readonly);
        }
    }
    if take(rest, "tuple(") {
        let mut items = Vec::new();
        while !take(rest, ")") {
            items.push(parse_prefix(rest)?);
            take(rest, ", ");
        }
        return Some(Type::tuple(items));
    }
    if take(rest, "list(") {
        return Some(Type::list(parse_last(rest)?));
    }
    if take(rest, "set(") {
        return Some(Type::Set(parse_last(rest)?.into()));
    }
    if take(rest, "optional(") {
        return Some(Type::Optional(parse_last(rest)?.into()));
    }
    if take(rest, "dict(") {
        let key = parse_prefix(rest)?;
        take(rest, ", ");
        return Some(Type::dict(key, parse_last(rest)?));
    }
    if take(rest, "slice(") {
        let parts = [parse_prefix(rest)?, parse_next(rest)?, parse_next(rest)?];
        let is_bound = |ty: &Type| matches!(ty, Type::None | Type::Int);
        return (take(rest, ")") && parts.iter().all(is_bound)).then(|| Type::Slice(parts.into()));
    }
    let end = rest.find([',', ')', ' ']).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    *rest = behind;
    Some(match word {
        "none" => Type::None,
        "ellipsis" => Type::Ellipsis,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "float" => Type::Float,
        "complex" => Type::Complex,
        "str" => Type::String,
        "bytes" => Type::Bytes,
        "bytearray" => Type::Buffer(BufferType::BYTE_ARRAY),
        "numpy.bool" => Type::Scalar(DType::Bool),
        _ => Type::Scalar(DType::from_name(word)?),
    })
}

/// A comma and the type behind it.
fn parse_next(rest: &mut &str) -> Option<Type> {
    take(rest, ", ").then(|| parse_prefix(rest)).flatten()
}

/// A type and the parenthesis behind it.
fn parse_last(rest: &mut &str) -> Option<Type> {
    let ty = parse_prefix(rest)?;
    take(rest, ")").then_some(ty)
}

fn parse_array(rest: &mut &str, is_writable: bool) -> Option<Type> {
    let (inner, behind) = rest.split_once(')')?;
    *rest = behind;
    let mut parts = inner.split(", ");
    let dtype = DType::from_name(parts.next()?)?;
    let ndim = parts.next()?.strip_suffix('d')?.parse().ok()?;
    let layout = match parts.next()? {
        "C" => Layout::C,
        "F" => Layout::F,
        "A" => Layout::A,
        _ => return None,
    };
    Some(Type::Array(ArrayType { dtype, ndim, layout, is_writable }))
}

fn parse_buffer(rest: &mut &str, kind: BufferKind, is_writable: bool) -> Option<Type> {
    let (inner, behind) = rest.split_once(')')?;
    *rest = behind;
    let mut parts = inner.split(", ");
    let format = *parts.next()?.as_bytes().first()?;
    BufferType::dtype_of(format)?;
    let ndim = parts.next()?.strip_suffix('d')?.parse().ok()?;
    let is_contiguous = match parts.next()? {
        "C" => true,
        "A" => false,
        _ => return None,
    };
    Some(Type::Buffer(BufferType { kind, format, ndim, is_contiguous, is_writable }))
}

fn take(rest: &mut &str, prefix: &str) -> bool {
    let stripped = rest.strip_prefix(prefix);
    *rest = stripped.unwrap_or(rest);
    stripped.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_survive_the_round_trip() {
        let texts = [
            "none",
            "int",
            "complex",
            "str",
            "bytes",
            "numpy.bool",
            "uint8",
            "array(float64, 2d, C)",
            "readonly array(bool, 0d, A)",
            "tuple()",
            "tuple(int, tuple(float64, array(complex64, 3d, F)), bool)",
            "list(tuple(int, list(float)))",
            "dict(tuple(int, bool), optional(set(int)))",
            "slice(int, none, int)",
            "bytearray",
            "tuple(readonly memoryview(B, 1d, C), list(pyarray(d, 1d, C)))",
        ];
        for text in texts {
            let ty = parse(text).expect("the text is a type");
            assert_eq!(ty.to_string(), text);
        }
    }
}
