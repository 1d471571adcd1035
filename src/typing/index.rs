//! Indexing: what `a[i]` is, and how an index of an array is read.

use super::elementwise::element;
use super::enums::is_int_member;
use super::fact::Fact;
use super::records;
use super::rules::no_operation;
use super::strings;
use super::types::{ArrayType, DType, Layout, Type};
use super::unify::unify;
use crate::bytecode::Constant;
use crate::refusal::Reason;

/// One part of an array index, in order, with the axis it applies to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexPart {
    /// An integer: the axis goes away.
    Integer,
    /// A slice: the axis stays.
    Slice(Extent),
    /// `None`: a new axis of length 1.
    NewAxis,
    /// Axes taken whole: what `...` or the end of the index leaves.
    Whole(u8),
}

/// How much of an axis a slice takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// All of it: `:`.
    Full,
    /// Neighbours: `a:b`.
    Part,
    /// Perhaps not neighbours: `a:b:c`.
    Stepped,
}

fn extent(parts: &[Type; 3]) -> Extent {
    match parts {
        [Type::None, Type::None, Type::None] => Extent::Full,
        [_, _, Type::None] => Extent::Part,
        _ => Extent::Stepped,
    }
}

/// Reads an index of an array with `ndim` dimensions; the parts cover every axis.
pub fn index_parts(ndim: u8, index: &Type) -> Result<Vec<IndexPart>, Reason> {
    let single = [index.clone()];
    let items = index.as_tuple().unwrap_or(&single);
    let mut parts = Vec::with_capacity(items.len() + 1);
    let mut ellipsis = None;
    let mut used = 0u8;
    for item in items {
        match item {
            Type::None => parts.push(IndexPart::NewAxis),
            Type::Slice(slice) => {
                parts.push(IndexPart::Slice(extent(slice)));
                used += 1;
            }
            Type::Ellipsis if ellipsis.is_none() => {
                ellipsis = Some(parts.len());
                parts.push(IndexPart::Whole(0));
            }
            ty if is_index(ty) => {
                parts.push(IndexPart::Integer);
                used += 1;
            }
            other => {
                let advice = "index arrays with integers, slices, None and one ...; or with masks and arrays of integers: \
                    one, alone or among slices, or vectors for the first axes";
                return Err(no_operation("indexing an array", &[other], advice));
            }
        }
    }
    if used > ndim {
        return Err(Reason::NoOperation {
            operation: format!("an index of {used} dimensions"),
            types: vec![format!("an array of {ndim}")],
            advice: "use at most one index per dimension".to_owned(),
        });
    }
    match ellipsis {
        Some(position) => parts[position] = IndexPart::Whole(ndim - used),
        None => parts.push(IndexPart::Whole(ndim - used)),
    }
    Ok(parts)
}

/// True for what can be an integer index: Python's int, and NumPy's integers; not bools, which are masks.
pub fn is_index(ty: &Type) -> bool {
    match ty {
        Type::Int => true,
        Type::Member(_) => is_int_member(ty),
        Type::Scalar(dtype) => dtype.is_integer(),
        _ => false,
    }
}

/// How an array is indexed by arrays, which functions of the library do: by one alone, by vectors of integers for its
/// first axes (`.rows`), or by one vector among slices (`.axis`). `None` for any other index.
pub(super) fn selection(a: &Type, index: &Type) -> Option<&'static str> {
    let array = a.as_array().filter(|array| array.ndim > 0)?;
    let ndim_of = |ty: &Type| match ty {
        Type::Array(own) if own.dtype.is_integer() || own.dtype == DType::Bool => own.ndim,
        _ => 0,
    };
    match index {
        Type::List(item) if is_index(item) => Some(""),
        Type::Tuple(items) => {
            let arrays = items.iter().filter(|ty| ndim_of(ty) > 0).count();
            let is_vector = |ty: &Type| ndim_of(ty) == 1;
            let is_row =
                |ty: &Type| is_index(ty) || is_vector(ty) && ty.as_array().is_some_and(|own| own.dtype != DType::Bool);
            if arrays == 0 || items.len() > usize::from(array.ndim) {
                None
            } else if items.iter().all(is_row) {
                Some(".rows")
            } else {
                let is_axis = |ty: &Type| is_vector(ty) || matches!(ty, Type::Slice(_));
                (arrays == 1 && items.iter().all(is_axis)).then_some(".axis")
            }
        }
        other => (ndim_of(other) > 0).then_some(""),
    }
}

/// Refuses an array that cannot be written to.
pub(super) fn check_writable(a: &Type) -> Result<(), Reason> {
    match a {
        Type::Array(array) if !array.is_writable => {
            Err(no_operation("item assignment", &[a], "the array is read-only; assign to a copy"))
        }
        _ => Ok(()),
    }
}

/// The array of `a.flat`.
pub fn flat_array(ty: &Type) -> Option<ArrayType> {
    match ty {
        Type::Iterable(iterable) if &*iterable.0 == "flat" => iterable.1.first()?.as_array().copied(),
        _ => None,
    }
}

/// What `a[index]` is, of an array.
pub fn array_item(array: &ArrayType, index: &Type) -> Result<Type, Reason> {
    let parts = index_parts(array.ndim, index)?;
    let ndim: u8 = parts
        .iter()
        .map(|part| match part {
            IndexPart::Integer => 0,
            IndexPart::Slice(_) | IndexPart::NewAxis => 1,
            IndexPart::Whole(count) => *count,
        })
        .sum();
    let has_ellipsis = index == &Type::Ellipsis || index.as_tuple().is_some_and(|t| t.contains(&Type::Ellipsis));
    if ndim == 0 && !has_ellipsis && parts.contains(&IndexPart::Integer) || ndim == 0 && is_empty_tuple(index) {
        return Ok(array.item());
    }
    let layout = view_layout(array, &parts, ndim);
    Ok(Type::Array(ArrayType { ndim, layout, ..*array }))
}

fn is_empty_tuple(index: &Type) -> bool {
    index.as_tuple().is_some_and(<[Type]>::is_empty)
}

/// C order survives integers at the front, a slice without a step behind them, and whole axes behind that; F order
/// the same from the back. New axes have no say where everything else is whole.
fn view_layout(array: &ArrayType, parts: &[IndexPart], ndim: u8) -> Layout {
    let keeps_order = |parts: &mut dyn Iterator<Item = &IndexPart>| {
        let mut parts =
            parts.skip_while(|part| **part == IndexPart::Integer || **part == IndexPart::Whole(0)).peekable();
        parts.next_if(|part| **part == IndexPart::Slice(Extent::Part));
        parts.all(|part| matches!(part, IndexPart::Whole(_) | IndexPart::Slice(Extent::Full)))
    };
    match array.layout {
        _ if ndim == 0 => Layout::C,
        Layout::C if keeps_order(&mut parts.iter()) => Layout::C,
        Layout::F if keeps_order(&mut parts.iter().rev()) => {
            if ndim == 1 {
                Layout::C
            } else {
                Layout::F
            }
        }
        _ => Layout::A,
    }
}

/// What iterating over an array gives.
pub fn first_axis_item(array: &ArrayType) -> Type {
    if array.ndim == 1 {
        return array.item();
    }
    let layout = if array.layout == Layout::C { Layout::C } else { Layout::A };
    Type::Array(ArrayType { ndim: array.ndim - 1, layout, ..*array })
}

/// The item of a tuple at a constant position that is in range.
pub fn tuple_item(tuple: &Fact, position: usize) -> Fact {
    let ty = tuple.ty.as_tuple().map_or(Type::None, |items| items[position].clone());
    let constant = match &tuple.constant {
        Some(Constant::Tuple(items)) => items.get(position).cloned(),
        _ => None,
    };
    Fact { ty, constant }
}

/// The position in a tuple of `length` items that a constant index names.
pub fn tuple_position(length: usize, index: i64) -> Option<usize> {
    let wrapped = if index < 0 { index.checked_add(length as i64)? } else { index };
    usize::try_from(wrapped).ok().filter(|&position| position < length)
}

/// `a[b]`
pub(super) fn get_item(a: &Fact, index: &Fact) -> Result<Fact, Reason> {
    if let Some(answer) = records::get_item(&a.ty, index) {
        return answer;
    }
    match &a.ty {
        Type::Tuple(items) => tuple_index(a, items, index),
        Type::Array(array) => array_item(array, &index.ty).map(Fact::of),
        text if text.is_text() => strings::get_item(text, &index.ty),
        Type::Range(_) if is_index(&index.ty) || index.ty == Type::Bool => Ok(Fact::of(Type::Int)),
        Type::Range(_) if matches!(index.ty, Type::Slice(_)) => Ok(Fact::of(Type::Range(None))),
        other => match flat_array(other) {
            Some(array) if is_index(&index.ty) => Ok(Fact::of(array.item())),
            _ => Err(no_operation("indexing", &[other], "index tuples and arrays")),
        },
    }
}

fn tuple_index(a: &Fact, items: &[Type], index: &Fact) -> Result<Fact, Reason> {
    if let Some(number) = index.as_int() {
        return match tuple_position(items.len(), number) {
            Some(position) => Ok(tuple_item(a, position)),
            None => Err(no_operation("indexing", &[&a.ty], "tuple index out of range")),
        };
    }
    if let (Type::Slice(_), Some(Constant::Tuple(parts))) = (&index.ty, &index.constant) {
        let positions = slice_positions(parts, items.len())
            .ok_or_else(|| no_operation("slicing a tuple", &[&index.ty], "slice step cannot be zero"))?;
        return Ok(Fact::of(Type::tuple(positions.into_iter().map(|p| items[p].clone()).collect::<Vec<_>>())));
    }
    if is_index(&index.ty) || index.ty == Type::Bool {
        let mut joined = items.first().cloned();
        for item in items {
            joined = joined.and_then(|known| unify(&known, item));
        }
        return joined.map(Fact::of).ok_or_else(|| {
            no_operation("indexing", &[&a.ty], "items of different types need an index that is a constant")
        });
    }
    Err(no_operation("indexing", &[&a.ty, &index.ty], "index tuples with integers or constant slices"))
}

/// The positions that a constant slice takes of `length` items; `None` for a step of 0.
pub fn slice_positions(parts: &[Constant], length: usize) -> Option<Vec<usize>> {
    let part = |index: usize| match parts.get(index) {
        Some(Constant::Int(number)) => Some(*number),
        Some(Constant::Bool(truth)) => Some(i64::from(*truth)),
        _ => None,
    };
    let length = length as i64;
    let step = part(2).unwrap_or(1);
    let (low, high) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let clamp = |number: i64| {
        let wrapped = if number < 0 { number.saturating_add(length) } else { number };
        wrapped.clamp(low, high)
    };
    let start = part(0).map_or(if step < 0 { high } else { low }, clamp);
    let stop = part(1).map_or(if step < 0 { low } else { high }, clamp);
    let mut positions = Vec::new();
    let mut position = start;
    match step {
        0 => return None,
        1.. => {
            while position < stop {
                positions.push(position as usize);
                position = position.saturating_add(step);
            }
        }
        _ => {
            while position > stop {
                positions.push(position as usize);
                position = position.saturating_add(step);
            }
        }
    }
    Some(positions)
}

/// `a[b] = c`
pub(super) fn set_item(a: &Type, index: &Type, value: &Type) -> Result<(), Reason> {
    let flat = flat_array(a);
    let Some(array) = a.as_array().or(flat.as_ref()) else {
        return Err(no_operation("item assignment", &[a], "only arrays can be assigned to"));
    };
    check_writable(a)?;
    let target = match flat {
        Some(array) if is_index(index) => Type::Scalar(array.dtype),
        Some(_) => return Err(no_operation("item assignment", &[a, index], "index .flat with an integer")),
        None => array_item(array, index)?,
    };
    let refuse = |advice| no_operation("item assignment", &[a, value], advice);
    let from = element(value).and_then(|ty| ty.dtype()).ok_or_else(|| refuse("assign numbers and arrays"))?;
    if from.is_complex() && !array.dtype.is_complex() {
        return Err(refuse("a complex number does not fit; take its .real"));
    }
    match (&target, value) {
        (Type::Array(target), Type::Array(value)) if value.ndim > target.ndim => {
            Err(refuse("the value has more dimensions than what it is assigned to"))
        }
        (Type::Scalar(_), Type::Array(value)) if value.ndim > 0 => {
            Err(refuse("an element is a number; assign an array to a slice"))
        }
        _ => Ok(()),
    }
}
