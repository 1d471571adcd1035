//! Methods of strings and bytes that make lists, and `join` of lists.

use super::methods::{int_argument, is_alike, text_argument};
use super::special_methods::check_separator;
use crate::library::{Arguments, Entry, Operand};
use crate::lir::{Region, Type as Machine, Value};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::memory::{DATA_OFFSET, LENGTH_OFFSET};
use crate::runtime::strings::calls::mode;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{Fact, Type};

/// The methods.
pub(in crate::library) const ENTRIES: &[Entry] = &[
    Entry::call("str.split", split, lower_split),
    Entry::call("str.rsplit", split, lower_split),
    Entry::call("bytes.split", split, lower_split),
    Entry::call("bytes.rsplit", split, lower_split),
    Entry::call("str.splitlines", split_lines, lower_split_lines),
    Entry::call("bytes.splitlines", split_lines, lower_split_lines),
];

fn is_bytes(arguments: &Arguments) -> bool {
    arguments.positional[0].fact.ty == Type::Bytes
}

/// A list of texts like the receiver.
fn texts(arguments: &Arguments) -> Fact {
    Fact::of(Type::list(if is_bytes(arguments) { Type::Bytes } else { Type::String }))
}

fn split(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(text), separator, limit] = arguments.bind(["self", "sep", "maxsplit"], 1)? else {
        return Err(arguments.refuse(""));
    };
    let is_separator = |ty: &Type| *ty == Type::None || is_alike(&text.fact.ty, ty);
    let is_limit = |ty: &Type| is_index(ty) || *ty == Type::Bool;
    if separator.is_none_or(|operand| is_separator(&operand.fact.ty))
        && limit.is_none_or(|operand| is_limit(&operand.fact.ty))
    {
        return Ok(texts(arguments));
    }
    Err(arguments.refuse("the separator is a string or None, the limit an int"))
}

fn lower_split(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [_, separator, limit] = arguments.bind(["self", "sep", "maxsplit"], 1)?;
    let text = text_argument(lowering, &arguments.positional[0]);
    let separator = match separator.filter(|operand| operand.fact.ty != Type::None) {
        Some(operand) => {
            let separator = text_argument(lowering, operand);
            check_separator(lowering, separator);
            separator
        }
        None => lowering.b.const_ptr(0),
    };
    let limit = match limit {
        Some(operand) => int_argument(lowering, operand),
        None => lowering.b.const_i64(-1),
    };
    let from_end = if arguments.name.ends_with("rsplit") { mode::FRONT } else { 0 };
    let bytes = if is_bytes(arguments) { mode::BYTES } else { 0 };
    let mode = lowering.b.const_i64(from_end | bytes);
    Ok(Repr::from_slice(&[lowering.new_text(Symbol::TextSplit, &[text, separator, limit, mode])]))
}

/// Whether lines keep their ends; `None` if only running shows it.
fn keeps_ends(operand: Option<&Operand>) -> Option<bool> {
    operand.map_or(Some(false), |operand| operand.fact.as_int().map(|number| number != 0))
}

fn split_lines(arguments: &Arguments) -> Result<Fact, Reason> {
    let [_, ends] = arguments.bind(["self", "keepends"], 1)?;
    match keeps_ends(ends) {
        Some(_) => Ok(texts(arguments)),
        None => Err(Reason::NotConstant("keepends".to_owned())),
    }
}

fn lower_split_lines(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let [_, ends] = arguments.bind(["self", "keepends"], 1)?;
    let text = text_argument(lowering, &arguments.positional[0]);
    let bytes = if is_bytes(arguments) { mode::BYTES } else { 0 };
    let mode = lowering.b.const_i64(i64::from(keeps_ends(ends) == Some(true)) | bytes);
    Ok(Repr::from_slice(&[lowering.new_text(Symbol::TextSplitLines, &[text, mode])]))
}

/// Texts of a list, joined.
pub(super) fn join_list(lowering: &mut Lowering<'_>, separator: Value, list: Value) -> Value {
    let items = lowering.b.load(Machine::Ptr, list, DATA_OFFSET, Region::Headers);
    let count = lowering.b.load(Machine::I64, list, LENGTH_OFFSET, Region::Headers);
    lowering.new_text(Symbol::TextJoin, &[separator, items, count])
}
