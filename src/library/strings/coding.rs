//! `str.encode`, `bytes.decode` and their kin: the codec is known when compiling.

use super::methods::text_argument;
use crate::library::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Region, SiteArgument, Type as Machine};
use crate::lower::{Failure, Lowering, Repr, Statuses};
use crate::refusal::Reason;
use crate::runtime::status;
use crate::runtime::strings::codecs::{Codec, Errors, REASONS};
use crate::runtime::symbols::Symbol;
use crate::typing::{Fact, Type};

/// Methods, and the classes that do the same.
pub(in crate::library) const ENTRIES: &[Entry] = &[
    Entry::call("str.encode", |a| coded(a, Type::Bytes), lower_coded),
    Entry::call("bytes.decode", |a| coded(a, Type::String), lower_coded),
    Entry::call("bytes.hex", hex, lower_hex),
    // The bytes of a list of ints.
    Entry::call("upshift.library.intrinsics.bytes_of", bytes_of, lower_bytes_of),
];

fn known(operand: Option<&Operand>, default: &'static str, what: &str) -> Result<String, Reason> {
    match operand {
        None => Ok(default.to_owned()),
        Some(operand) => {
            operand.fact.as_str().map(str::to_owned).ok_or_else(|| Reason::NotConstant(format!("the {what}")))
        }
    }
}

/// The codec, and what becomes of what it cannot code.
fn codec(arguments: &Arguments) -> Result<(Codec, Errors), Reason> {
    let [_, encoding, errors] = arguments.bind(["self", "encoding", "errors"], 1)?;
    let (encoding, errors) = (known(encoding, "utf-8", "encoding")?, known(errors, "strict", "errors argument")?);
    let codec = Codec::of_name(&encoding).ok_or_else(|| {
        arguments.refuse(&format!("the encoding {encoding} is not supported; use utf-8, ascii or latin-1"))
    })?;
    let known = Errors::of_name(&errors).ok_or_else(|| {
        arguments
            .refuse(&format!("errors={errors:?} is not supported; use strict, ignore, replace or backslashreplace"))
    })?;
    if known == Errors::XmlCharRefReplace && arguments.name == "bytes.decode" {
        return Err(arguments.refuse("xmlcharrefreplace is for encoding"));
    }
    Ok((codec, known))
}

fn coded(arguments: &Arguments, result: Type) -> Result<Fact, Reason> {
    codec(arguments).map(|_| Fact::of(result))
}

fn lower_coded(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let (codec, errors) = codec(arguments)?;
    let text = text_argument(lowering, &arguments.positional[0]);
    let is_encoding = fact.ty == Type::Bytes;
    let mode = lowering.b.const_i64(codec as i64 | (errors as i64) << 2);
    let slot = lowering.b.add_slot(24);
    let address = lowering.b.slot_address(slot);
    let symbol = if is_encoding { Symbol::TextEncode } else { Symbol::TextDecode };
    let answer = lowering.call_float(symbol, &[text, mode, address]);
    let [start, end] = [8, 16].map(|offset| lowering.b.load(Machine::I64, address, offset, Region::Frame));
    for reason in reasons(codec, is_encoding) {
        let number = lowering.b.const_int(Machine::I32, 1 + reason as i64);
        let is_it = lowering.b.cmp_int(IntCond::Eq, answer, number);
        let (class, own) = if is_encoding {
            ("UnicodeEncodeError", SiteArgument::String)
        } else {
            ("UnicodeDecodeError", SiteArgument::Bytes)
        };
        let named = |text: &str| SiteArgument::Text(text.to_owned());
        let given = vec![named(codec.name()), own, SiteArgument::Int, SiteArgument::Int, named(REASONS[reason])];
        lowering.raise_if(is_it, &Failure::with_arguments(class, given, vec![text, start, end]));
    }
    let made = lowering.b.load(Machine::Ptr, address, 0, Region::Frame);
    lowering.check_memory(made);
    Ok(Repr::from_slice(&[made]))
}

/// Why this codec may fail, as numbers of `REASONS`.
fn reasons(codec: Codec, is_encoding: bool) -> Vec<usize> {
    match (codec, is_encoding) {
        (_, true) => vec![codec as usize],
        (Codec::Utf8, false) => vec![3, 4, 5],
        (Codec::Ascii, false) => vec![1],
        (Codec::Latin1, false) => Vec::new(),
    }
}

fn hex(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1).map(|_| Fact::of(Type::String))
}

fn lower_hex(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let text = text_argument(lowering, &arguments.positional[0]);
    Ok(Repr::from_slice(&[lowering.new_text(Symbol::BytesHex, &[text])]))
}

fn bytes_of(arguments: &Arguments) -> Result<Fact, Reason> {
    match &arguments.positional[..] {
        [numbers] if numbers.fact.ty == Type::list(Type::Int) => Ok(Fact::of(Type::Bytes)),
        _ => Err(arguments.refuse("it takes a list of ints")),
    }
}

fn lower_bytes_of(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let list = lowering.argument(&arguments.positional[0])[0];
    let statuses: Statuses = &[(status::DOMAIN, "ValueError", "bytes must be in range(0, 256)")];
    let address = lowering.call_with_status(Symbol::BytesOfList, &[list], 8, statuses);
    let made = lowering.b.load(Machine::Ptr, address, 0, Region::Frame);
    lowering.check_memory(made);
    Ok(Repr::from_slice(&[made]))
}
