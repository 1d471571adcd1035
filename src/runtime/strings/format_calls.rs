//! What compiled code calls of strings to make numbers text and text numbers.
//!
//! Routines that can fail answer a status of `runtime::status` and leave the message for `errors::raise`.

use super::builder::Builder;
use super::format_spec::Failure;
use super::parsing::{self, Failure as ParseFailure};
use super::percent::{self, Conversion};
use super::representing::{Shown, quoted};
use super::text::{self, Text};
use super::{decimal, formatting};
use crate::runtime::errors;
use crate::runtime::status::{DOMAIN, NO_MEMORY, OK, RANGE, TOO_LARGE};

/// The text of an address.
macro_rules! view {
    ($text:expr) => {
        // SAFETY: compiled code passes texts that it holds.
        unsafe { Text::view($text) }
    };
}

/// Hands a text over; `NO_MEMORY` for null.
unsafe fn answer(made: *mut Text, out: *mut *mut Text) -> i32 {
    // SAFETY: the caller's promise: there is room for an address.
    unsafe { out.write(made) };
    if made.is_null() { NO_MEMORY } else { OK }
}

/// The same of what a format answers: `DOMAIN` for `ValueError`, `RANGE` for `OverflowError`.
unsafe fn answer_format(made: Result<Builder, Failure>, out: *mut *mut Text) -> i32 {
    let (message, status) = match made {
        // SAFETY: the caller's promise.
        Ok(builder) => return unsafe { answer(builder.finish(), out) },
        Err(Failure::Value(message)) => (message, DOMAIN),
        Err(Failure::Overflow(message)) => (message, RANGE),
    };
    errors::set_text(message);
    status
}

/// `str` of an int.
pub extern "C" fn of_int(number: i64) -> *mut Text {
    let mut digits = [0u8; 20];
    let mut start = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        start -= 1;
        digits[start] = b'-';
    }
    text::of_units(&digits[start..])
}

/// `str` of an unsigned int.
pub extern "C" fn of_uint(number: u64) -> *mut Text {
    text::of_str(&number.to_string())
}

/// `bin oct hex`, by the base.
pub extern "C" fn in_base(number: i64, base: i64) -> *mut Text {
    let (sign, magnitude) = (if number < 0 { "-" } else { "" }, number.unsigned_abs());
    text::of_str(&match base {
        2 => format!("{sign}0b{magnitude:b}"),
        8 => format!("{sign}0o{magnitude:o}"),
        _ => format!("{sign}0x{magnitude:x}"),
    })
}

/// `str` of a float.
pub extern "C" fn of_float(number: f64) -> *mut Text {
    text::of_str(&decimal::repr(number))
}

/// `str` of a `numpy.float32`.
pub extern "C" fn of_single(number: f32) -> *mut Text {
    text::of_str(&decimal::single_text(number))
}

/// `str` of a complex number.
pub extern "C" fn of_complex(real: f64, imaginary: f64) -> *mut Text {
    text::of_str(&decimal::complex_repr(real, imaginary))
}

/// `str` of a `numpy.complex64`.
pub extern "C" fn of_single_complex(real: f32, imaginary: f32) -> *mut Text {
    text::of_str(&decimal::single_complex_text(real, imaginary))
}

/// `format` of an int; of a bool as an int where `is_bool` is not 0.
///
/// # Safety
/// Texts are alive, and there is room for an address at `out`; so for all routines here.
pub unsafe extern "C" fn format_int(number: i64, spec: *const Text, is_bool: i64, out: *mut *mut Text) -> i32 {
    let type_name = if is_bool != 0 { "bool" } else { "int" };
    if is_bool != 0 && view!(spec).is_empty() {
        // SAFETY: the caller's promise.
        return unsafe { answer(text::of_str(if number != 0 { "True" } else { "False" }), out) };
    }
    let made = formatting::format_int(number, view!(spec), type_name);
    // SAFETY: the caller's promise.
    unsafe { answer_format(made, out) }
}

/// `format` of a float.
///
/// # Safety
/// As for `format_int`.
pub unsafe extern "C" fn format_float(number: f64, spec: *const Text, out: *mut *mut Text) -> i32 {
    let made = formatting::format_float(number, view!(spec));
    // SAFETY: the caller's promise.
    unsafe { answer_format(made, out) }
}

/// `format` of a complex number.
///
/// # Safety
/// As for `format_int`.
pub unsafe extern "C" fn format_complex(real: f64, imag: f64, spec: *const Text, out: *mut *mut Text) -> i32 {
    let made = formatting::format_complex(real, imag, view!(spec));
    // SAFETY: the caller's promise.
    unsafe { answer_format(made, out) }
}

/// `format` of a string.
///
/// # Safety
/// As for `format_int`.
pub unsafe extern "C" fn format_text(text: *const Text, spec: *const Text, out: *mut *mut Text) -> i32 {
    let made = formatting::format_text(view!(text), view!(spec));
    // SAFETY: the caller's promise.
    unsafe { answer_format(made, out) }
}

fn conversion(letter: i64, flags: i64, width: i64, precision: i64) -> Conversion {
    Conversion { letter: letter as u8, flags, width, precision }
}

/// `"%d" % number` and its kin.
pub extern "C" fn percent_int(number: i64, letter: i64, flags: i64, width: i64, precision: i64) -> *mut Text {
    percent::int(number, &conversion(letter, flags, width, precision)).finish()
}

/// `"%f" % number` and its kin.
pub extern "C" fn percent_float(number: f64, letter: i64, flags: i64, width: i64, precision: i64) -> *mut Text {
    percent::float(number, &conversion(letter, flags, width, precision)).finish()
}

/// `"%s" % text`
///
/// # Safety
/// As for `format_int`.
pub unsafe extern "C" fn percent_text(text: *const Text, flags: i64, width: i64, precision: i64) -> *mut Text {
    let padded = percent::text(view!(text), &conversion(0, flags, width, precision));
    // A precision may have cut off the widest.
    text::of_view(padded.view())
}

/// A number's status: what was read goes to `out`, and the messages of failure name the text.
fn read<T>(
    parsed: Result<T, ParseFailure>,
    (text, is_bytes): (*const Text, i64),
    message: impl FnOnce(String) -> String,
    store: impl FnOnce(T),
) -> i32 {
    match parsed {
        Ok(number) => {
            store(number);
            OK
        }
        Err(failure @ (ParseFailure::Malformed | ParseFailure::Underscore)) => {
            let shown =
                quoted(view!(text), if is_bytes == 0 { Shown::Printable } else { Shown::Bytes }).view().to_utf8();
            let is_other = failure == ParseFailure::Underscore;
            let other = || format!("could not convert string to complex: {shown}");
            errors::set_text(if is_other { other() } else { message(shown) });
            DOMAIN
        }
        Err(ParseFailure::TooLarge) => TOO_LARGE,
    }
}

/// `int(text, base)`
///
/// # Safety
/// As for `format_int`.
pub unsafe extern "C" fn parse_int(text: *const Text, base: i64, is_bytes: i64, out: *mut i64) -> i32 {
    if base != 0 && !(2..=36).contains(&base) {
        errors::set_text("int() base must be >= 2 and <= 36, or 0".to_owned());
        return DOMAIN;
    }
    let message = |shown| format!("invalid literal for int() with base {base}: {shown}");
    // SAFETY: the caller's promise.
    read(parsing::parse_int(view!(text), base as u32), (text, is_bytes), message, |number| unsafe { out.write(number) })
}

/// `float(text)`
///
/// # Safety
/// As for `format_int`.
pub unsafe extern "C" fn parse_float(text: *const Text, is_bytes: i64, out: *mut f64) -> i32 {
    let message = |shown| format!("could not convert string to float: {shown}");
    // SAFETY: the caller's promise.
    read(parsing::parse_float(view!(text)), (text, is_bytes), message, |number| unsafe { out.write(number) })
}

/// `complex(text)`: two floats at `out`.
///
/// # Safety
/// As for `format_int`, with room for two.
pub unsafe extern "C" fn parse_complex(text: *const Text, out: *mut f64) -> i32 {
    let message = |_| "complex() arg is a malformed string".to_owned();
    read(parsing::parse_complex(view!(text)), (text, 0), message, |(real, imaginary)| {
        // SAFETY: the caller's promise.
        unsafe {
            out.write(real);
            out.add(1).write(imaginary);
        }
    })
}
