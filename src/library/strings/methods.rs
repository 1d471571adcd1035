//! Methods of strings and bytes that one routine of the runtime is: a table of parameters, routine and result.

use crate::library::{Arguments, Entry, Operand};
use crate::lir::{IntCond, Value};
use crate::lower::{Failure, Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::strings::calls::mode;
use crate::runtime::symbols::Symbol;
use crate::typing::index::is_index;
use crate::typing::{Fact, Type, is_bytes_like};

/// A parameter beside the receiver.
#[derive(Clone, Copy)]
enum Param {
    /// Text like the receiver.
    Text(&'static str),
    /// The same, or `None`, which is null to the routine.
    TextOrNone(&'static str),
    /// Text like the receiver; a byte of bytes too.
    Needle(&'static str),
    /// An int.
    Int(&'static str),
    /// An int with a default.
    IntOr(&'static str, i64),
    /// An int or `None`, with what `None` stands for.
    IntOrNone(&'static str, i64),
    /// One character, passed as its code point; a space unless given.
    Fill(&'static str),
}

/// What the routine answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Returns {
    /// A new text like the receiver.
    Text,
    /// An int.
    Int,
    /// A place, or -1, which raises.
    Place,
    /// A bool.
    Bool,
}

/// A method: parameters, routine, constant last argument.
struct Method {
    name: &'static str,
    params: &'static [Param],
    symbol: Symbol,
    mode: Option<i64>,
    returns: Returns,
}

use Param::{Fill, Int, IntOr, IntOrNone, Needle, Text, TextOrNone};

/// `sub, start, end` of `find` and its kin.
const RANGE: &[Param] = &[Needle("sub"), IntOrNone("start", 0), IntOrNone("end", i64::MAX)];
const NONE: &[Param] = &[];
const CHARACTERS: &[Param] = &[TextOrNone("chars")];
const PADDED: &[Param] = &[Int("width"), Fill("fillchar")];
const REPLACED: &[Param] = &[Text("old"), Text("new"), IntOr("count", -1)];

const fn row(
    name: &'static str,
    params: &'static [Param],
    symbol: Symbol,
    mode: Option<i64>,
    returns: Returns,
) -> Method {
    Method { name, params, symbol, mode, returns }
}

macro_rules! methods {
    ($($name:literal: $params:expr, $symbol:ident, $str_mode:expr, $bytes_mode:expr, $returns:ident;)*) => {
        const METHODS: &[Method] = &[$(
            row(concat!("str.", $name), $params, Symbol::$symbol, $str_mode, Returns::$returns),
            row(concat!("bytes.", $name), $params, Symbol::$symbol, $bytes_mode, Returns::$returns),
        )*];
        /// Methods that strings and bytes have.
        pub(in crate::library) const OF_BOTH: &[Entry] = &[$(
            Entry::call(concat!("str.", $name), typing, lower),
            Entry::call(concat!("bytes.", $name), typing, lower),
        )*];
    };
}

/// Questions to bytes.
const fn ask(question: i64) -> (Option<i64>, Option<i64>) {
    (Some(question), Some(question | 16))
}

/// Modes of strings and of bytes.
const fn modes(mode: i64) -> (Option<i64>, Option<i64>) {
    (Some(mode), Some(mode | mode::BYTES))
}

methods! {
    "upper": NONE, TextChangeCase, modes(0).0, modes(0).1, Text;
    "lower": NONE, TextChangeCase, modes(1).0, modes(1).1, Text;
    "title": NONE, TextChangeCase, modes(2).0, modes(2).1, Text;
    "capitalize": NONE, TextChangeCase, modes(3).0, modes(3).1, Text;
    "swapcase": NONE, TextChangeCase, modes(4).0, modes(4).1, Text;
    "isalpha": NONE, TextAsk, ask(0).0, ask(0).1, Bool;
    "isdigit": NONE, TextAsk, ask(2).0, ask(2).1, Bool;
    "isalnum": NONE, TextAsk, ask(4).0, ask(4).1, Bool;
    "isspace": NONE, TextAsk, ask(5).0, ask(5).1, Bool;
    "islower": NONE, TextAsk, ask(6).0, ask(6).1, Bool;
    "isupper": NONE, TextAsk, ask(7).0, ask(7).1, Bool;
    "istitle": NONE, TextAsk, ask(8).0, ask(8).1, Bool;
    "isascii": NONE, TextAsk, ask(10).0, ask(10).1, Bool;
    "strip": CHARACTERS, TextStrip, modes(3).0, modes(3).1, Text;
    "lstrip": CHARACTERS, TextStrip, modes(1).0, modes(1).1, Text;
    "rstrip": CHARACTERS, TextStrip, modes(2).0, modes(2).1, Text;
    "find": RANGE, TextFind, Some(mode::FIND), Some(mode::FIND), Int;
    "rfind": RANGE, TextFind, Some(mode::FIND_LAST), Some(mode::FIND_LAST), Int;
    "index": RANGE, TextFind, Some(mode::FIND), Some(mode::FIND), Place;
    "rindex": RANGE, TextFind, Some(mode::FIND_LAST), Some(mode::FIND_LAST), Place;
    "count": RANGE, TextFind, Some(mode::COUNT), Some(mode::COUNT), Int;
    "replace": REPLACED, TextReplace, None, None, Text;
    "center": PADDED, TextPad, Some(3), Some(3), Text;
    "ljust": PADDED, TextPad, Some(mode::BACK), Some(mode::BACK), Text;
    "rjust": PADDED, TextPad, Some(mode::FRONT), Some(mode::FRONT), Text;
    "zfill": &[Int("width")], TextFillZeros, None, None, Text;
    "expandtabs": &[IntOr("tabsize", 8)], TextExpandTabs, None, None, Text;
    "removeprefix": &[Text("prefix")], TextRemoveAffix, Some(0), Some(0), Text;
    "removesuffix": &[Text("suffix")], TextRemoveAffix, Some(1), Some(1), Text;
}

/// Methods that strings alone have.
const OF_STRINGS: &[Method] = &[
    row("str.casefold", NONE, Symbol::TextChangeCase, Some(5), Returns::Text),
    row("str.isdecimal", NONE, Symbol::TextAsk, Some(1), Returns::Bool),
    row("str.isnumeric", NONE, Symbol::TextAsk, Some(3), Returns::Bool),
    row("str.isidentifier", NONE, Symbol::TextAsk, Some(9), Returns::Bool),
    row("str.isprintable", NONE, Symbol::TextAsk, Some(11), Returns::Bool),
];

/// Methods that strings alone have.
pub(in crate::library) const ENTRIES: &[Entry] = &[
    Entry::call("str.casefold", typing, lower),
    Entry::call("str.isdecimal", typing, lower),
    Entry::call("str.isnumeric", typing, lower),
    Entry::call("str.isidentifier", typing, lower),
    Entry::call("str.isprintable", typing, lower),
];

fn method(arguments: &Arguments) -> Result<&'static Method, Reason> {
    let found = METHODS.iter().chain(OF_STRINGS).find(|method| method.name == arguments.name);
    found.ok_or_else(|| Reason::Internal(format!("{} is no method of strings", arguments.name)))
}

/// The name of a parameter and whether it must be given.
fn describe(param: Param) -> (&'static str, bool) {
    match param {
        Text(name) | Needle(name) | Int(name) => (name, true),
        TextOrNone(name) | IntOr(name, _) | IntOrNone(name, _) | Fill(name) => (name, false),
    }
}

/// The operands of the parameters in their order.
fn bind<'a>(arguments: &'a Arguments, method: &Method) -> Result<Vec<Option<&'a Operand>>, Reason> {
    let mut names = [""; 5];
    names[0] = "self";
    for (name, &param) in names[1..].iter_mut().zip(method.params) {
        *name = describe(param).0;
    }
    let required = 1 + method.params.iter().filter(|&&param| describe(param).1).count();
    let bound = arguments.bind(names, required)?;
    let end = 1 + method.params.len();
    if bound[end..].iter().any(Option::is_some) {
        return Err(Reason::Arguments(format!("{}() takes at most {} arguments", arguments.name, end - 1)));
    }
    Ok(bound[1..end].to_vec())
}

/// True for text of the receiver's kind.
pub(super) fn is_alike(receiver: &Type, ty: &Type) -> bool {
    if *receiver == Type::Bytes { is_bytes_like(ty) } else { ty.is_string() }
}

fn is_count(ty: &Type) -> bool {
    is_index(ty) || *ty == Type::Bool
}

fn fits(receiver: &Type, param: Param, ty: &Type) -> bool {
    match param {
        Text(_) | Fill(_) => is_alike(receiver, ty),
        TextOrNone(_) => *ty == Type::None || is_alike(receiver, ty),
        Needle(_) => is_alike(receiver, ty) || *receiver == Type::Bytes && is_count(ty),
        Int(_) | IntOr(..) => is_count(ty),
        IntOrNone(..) => *ty == Type::None || is_count(ty),
    }
}

fn typing(arguments: &Arguments) -> Result<Fact, Reason> {
    let method = method(arguments)?;
    let receiver = &arguments.positional[0].fact.ty;
    for (operand, &param) in bind(arguments, method)?.into_iter().zip(method.params) {
        if operand.is_some_and(|operand| !fits(receiver, param, &operand.fact.ty)) {
            return Err(arguments.refuse(""));
        }
    }
    let text = if *receiver == Type::Bytes { Type::Bytes } else { Type::String };
    Ok(Fact::of(match method.returns {
        Returns::Text => text,
        Returns::Int | Returns::Place => Type::Int,
        Returns::Bool => Type::Bool,
    }))
}

/// A receiver or text argument.
pub(super) fn text_argument(lowering: &mut Lowering<'_>, operand: &Operand) -> Value {
    let repr = lowering.argument(operand);
    if let Type::Buffer(buffer) = &operand.fact.ty {
        lowering.check_released(repr[0], buffer);
    }
    lowering.text(&repr, &operand.fact.ty)
}

/// An int argument.
pub(super) fn int_argument(lowering: &mut Lowering<'_>, operand: &Operand) -> Value {
    let repr = lowering.argument(operand);
    lowering.to_index(&repr, &operand.fact.ty)
}

fn argument(lowering: &mut Lowering<'_>, param: Param, operand: Option<&Operand>) -> Value {
    let given = operand.filter(|operand| operand.fact.ty != Type::None);
    match (param, given) {
        (TextOrNone(_), None) => lowering.b.const_ptr(0),
        (IntOr(_, default) | IntOrNone(_, default), None) => lowering.b.const_i64(default),
        (Fill(_), None) => lowering.b.const_i64(i64::from(b' ')),
        (Int(_) | IntOr(..) | IntOrNone(..), Some(operand)) => int_argument(lowering, operand),
        (Fill(_), Some(operand)) => fill(lowering, operand),
        (Needle(_), Some(operand)) if is_count(&operand.fact.ty) => {
            let number = int_argument(lowering, operand);
            let limit = lowering.b.const_i64(256);
            let is_byte = lowering.b.cmp_int(IntCond::Ult, number, limit);
            lowering.raise_unless(is_byte, &Failure::new("ValueError", "byte must be in range(0, 256)"));
            // One byte is a constant: there is no reference to drop.
            lowering.new_text(Symbol::TextOfCodePoint, &[number])
        }
        (_, Some(operand)) => text_argument(lowering, operand),
        (Text(_) | Needle(_) | Int(_), None) => lowering.b.const_ptr(0),
    }
}

fn fill(lowering: &mut Lowering<'_>, operand: &Operand) -> Value {
    let text = text_argument(lowering, operand);
    let length = lowering.text_length(text);
    let one = lowering.b.const_i64(1);
    let is_one = lowering.b.cmp_int(IntCond::Eq, length, one);
    let is_bytes = operand.fact.ty == Type::Bytes;
    let message = if is_bytes {
        "argument 2 must be a byte string of length 1, not bytes"
    } else {
        "The fill character must be exactly one character long"
    };
    lowering.raise_unless(is_one, &Failure::new("TypeError", message));
    let first = lowering.b.const_i64(0);
    lowering.call_float(Symbol::TextCodePoint, &[text, first])
}

/// Raises unless the number fits C's `int`, which CPython takes.
fn check_c_int(lowering: &mut Lowering<'_>, number: Value) {
    let (least, count) = (lowering.b.const_i64(1 << 31), lowering.b.const_i64(1 << 32));
    let above = lowering.b.add_int(number, least);
    let fits = lowering.b.cmp_int(IntCond::Ult, above, count);
    lowering.raise_unless(fits, &Failure::new("OverflowError", "Python int too large to convert to C int"));
}

fn lower(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let method = method(arguments)?;
    let mut args = vec![text_argument(lowering, &arguments.positional[0])];
    for (operand, &param) in bind(arguments, method)?.into_iter().zip(method.params) {
        args.push(argument(lowering, param, operand));
    }
    if method.symbol == Symbol::TextExpandTabs {
        check_c_int(lowering, args[1]);
    }
    args.extend(method.mode.map(|mode| lowering.b.const_i64(mode)));
    Ok(Repr::from_slice(&[match method.returns {
        Returns::Text => lowering.new_text(method.symbol, &args),
        Returns::Int | Returns::Bool => lowering.call_float(method.symbol, &args),
        Returns::Place => {
            let place = lowering.call_float(method.symbol, &args);
            let zero = lowering.b.const_i64(0);
            let is_absent = lowering.b.cmp_int(IntCond::Slt, place, zero);
            let is_bytes = arguments.positional[0].fact.ty == Type::Bytes;
            let message = if is_bytes { "subsection not found" } else { "substring not found" };
            lowering.raise_if(is_absent, &Failure::new("ValueError", message));
            place
        }
    }]))
}
