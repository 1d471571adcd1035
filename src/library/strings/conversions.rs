//! Values to strings and back: `str repr ascii format chr ord bin oct hex`, and `int float complex` of strings.

use super::methods::{int_argument, text_argument};
use crate::hir::Conversion;
use crate::library::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Region, Type as Machine};
use crate::lower::{Failure, Lowering, Repr, Statuses, has_text};
use crate::refusal::Reason;
use crate::runtime::status;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{Fact, Kind, Type, objects};

/// The functions.
pub(in crate::library) const ENTRIES: &[Entry] = &[
    Entry::call("builtins.str", str_, lower_str),
    Entry::call("builtins.repr", repr, lower_repr),
    Entry::call("builtins.ascii", repr, lower_repr),
    Entry::call("builtins.format", format, lower_format),
    Entry::call("builtins.chr", chr, lower_chr),
    Entry::call("builtins.ord", ord, lower_ord),
    Entry::call("builtins.bin", in_base, lower_in_base),
    Entry::call("builtins.oct", in_base, lower_in_base),
    Entry::call("builtins.hex", in_base, lower_in_base),
];

/// True for values that f-strings and `format` take, with a specification or without.
pub fn can_format(ty: &Type, has_spec: bool) -> bool {
    let takes_spec = || ty.is_number() || ty.is_string() || *ty == Type::Object || objects::is_exception(ty);
    if has_spec { takes_spec() } else { has_text(ty) }
}

fn only<'a>(arguments: &'a Arguments, name: &'static str) -> Result<&'a Operand, Reason> {
    match arguments.bind([name], 1)? {
        [Some(operand)] => Ok(operand),
        [None] => Err(arguments.refuse("")),
    }
}

fn str_(arguments: &Arguments) -> Result<Fact, Reason> {
    match arguments.bind(["object"], 0)? {
        [None] => Ok(Fact::of(Type::String)),
        [Some(a)] if has_text(&a.fact.ty) => {
            let is_known = matches!(a.fact.ty, Type::Str(_));
            Ok(if is_known { a.fact.clone() } else { Fact::of(Type::String) })
        }
        _ => Err(arguments.refuse("it takes numbers, strings, containers and exceptions")),
    }
}

fn lower_str(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let Some(operand) = arguments.positional.first() else {
        return Ok(Repr::from_slice(&[lowering.known_text("")]));
    };
    if fact.ty != Type::String {
        return Ok(Repr::new());
    }
    let repr = lowering.argument(operand);
    Ok(Repr::from_slice(&[lowering.str_of(&repr, &operand.fact.ty)?]))
}

fn repr(arguments: &Arguments) -> Result<Fact, Reason> {
    if has_text(&only(arguments, "obj")?.fact.ty) {
        return Ok(Fact::of(Type::String));
    }
    Err(arguments.refuse("it takes numbers, strings, containers and exceptions"))
}

fn lower_repr(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operand = &arguments.positional[0];
    let own = lowering.argument(operand);
    let is_ascii = arguments.name == "builtins.ascii";
    Ok(Repr::from_slice(&[lowering.repr_of(&own, &operand.fact.ty, is_ascii)?]))
}

fn format(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(value), spec] = arguments.bind(["value", "format_spec"], 1)? else { return Err(arguments.refuse("")) };
    let has_spec = spec.is_some_and(|spec| spec.fact.as_str() != Some(""));
    if spec.is_none_or(|spec| spec.fact.ty.is_string()) && can_format(&value.fact.ty, has_spec) {
        return Ok(Fact::of(Type::String));
    }
    Err(arguments.refuse("it takes a number or a string, and a string"))
}

fn lower_format(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let value = &arguments.positional[0];
    let own = lowering.argument(value);
    let spec = arguments.positional.get(1).filter(|spec| spec.fact.as_str() != Some(""));
    let spec = spec.map(|spec| text_argument(lowering, spec));
    Ok(Repr::from_slice(&[lowering.formatted(&own, &value.fact.ty, Conversion::None, spec)?]))
}

fn is_int(ty: &Type) -> bool {
    is_index(ty) || *ty == Type::Bool
}

fn chr(arguments: &Arguments) -> Result<Fact, Reason> {
    if is_int(&only(arguments, "i")?.fact.ty) {
        return Ok(Fact::of(Type::String));
    }
    Err(arguments.refuse("it takes an int"))
}

fn lower_chr(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let number = int_argument(lowering, &arguments.positional[0]);
    let limit = lowering.b.const_i64(0x11_0000);
    let is_point = lowering.b.cmp_int(IntCond::Ult, number, limit);
    lowering.raise_unless(is_point, &Failure::new("ValueError", "chr() arg not in range(0x110000)"));
    Ok(Repr::from_slice(&[lowering.new_text(Symbol::TextOfCodePoint, &[number])]))
}

fn ord(arguments: &Arguments) -> Result<Fact, Reason> {
    let fact = &only(arguments, "c")?.fact;
    if let Some(text) = fact.as_str()
        && let (Some(only), 1) = (text.chars().next(), text.chars().count())
    {
        return Ok(Fact::int(u32::from(only).into()));
    }
    if fact.ty.is_text() { Ok(Fact::of(Type::Int)) } else { Err(arguments.refuse("it takes a string of length 1")) }
}

fn lower_ord(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let text = text_argument(lowering, &arguments.positional[0]);
    let length = lowering.text_length(text);
    let one = lowering.b.const_i64(1);
    let is_one = lowering.b.cmp_int(IntCond::Eq, length, one);
    let message = "ord() expected a character, but string of length {0} found";
    lowering.raise_unless(is_one, &Failure::new("TypeError", message).with_numbers(length, None));
    let first = lowering.b.const_i64(0);
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::TextCodePoint, &[text, first])]))
}

fn in_base(arguments: &Arguments) -> Result<Fact, Reason> {
    if is_int(&only(arguments, "number")?.fact.ty) {
        return Ok(Fact::of(Type::String));
    }
    Err(arguments.refuse("it takes an int"))
}

fn lower_in_base(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let number = int_argument(lowering, &arguments.positional[0]);
    let base = lowering.b.const_i64(match arguments.name {
        "builtins.bin" => 2,
        "builtins.oct" => 8,
        _ => 16,
    });
    Ok(Repr::from_slice(&[lowering.new_text(Symbol::TextInBase, &[number, base])]))
}

/// The number that `int`, `float` or `complex` reads from a string; `None` if the argument is none.
pub(in crate::library) fn parsed(arguments: &Arguments, result: Type) -> Option<Result<Fact, Reason>> {
    let first = arguments.positional.first()?;
    if !first.fact.ty.is_text() {
        return None;
    }
    let bound = arguments.bind(["x", "base"], 1);
    Some(bound.and_then(|[_, base]| match base {
        Some(base) if result != Type::Int || !is_int(&base.fact.ty) => Err(arguments.refuse("")),
        _ => Ok(Fact::of(result)),
    }))
}

const INT: Statuses = &[
    (status::DOMAIN, "ValueError", "{text}"),
    (status::TOO_LARGE, "OverflowError", "the number exceeds a 64-bit integer"),
];
const OTHERS: Statuses = &[(status::DOMAIN, "ValueError", "{text}")];

/// Its code.
pub(in crate::library) fn lower_parsed(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments,
    fact: &Fact,
) -> Option<Repr> {
    let first = arguments.positional.first().filter(|first| first.fact.ty.is_text())?;
    let text = text_argument(lowering, first);
    // Errors show bytes as such.
    let is_bytes = lowering.b.const_i64(i64::from(first.fact.ty == Type::Bytes));
    Some(match fact.ty.kind() {
        Some(Kind::Float) => {
            let address = lowering.call_with_status(Symbol::ParseFloat, &[text, is_bytes], 8, OTHERS);
            Repr::from_slice(&[lowering.b.load(Machine::F64, address, 0, Region::Frame)])
        }
        Some(Kind::Complex) => {
            let address = lowering.call_with_status(Symbol::ParseComplex, &[text], 16, OTHERS);
            (0..2).map(|part| lowering.b.load(Machine::F64, address, 8 * part, Region::Frame)).collect()
        }
        _ => {
            let named = arguments.named.first().map(|(_, base)| base);
            let base = match arguments.positional.get(1).or(named) {
                Some(base) => int_argument(lowering, base),
                None => lowering.b.const_i64(10),
            };
            let address = lowering.call_with_status(Symbol::ParseInt, &[text, base, is_bytes], 8, INT);
            Repr::from_slice(&[lowering.b.load(Machine::I64, address, 0, Region::Frame)])
        }
    })
}
