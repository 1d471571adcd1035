//! The conversions of `%`: flags, width, precision and letter of each are read when compiling (`library/strings`).

use super::builder::Builder;
use super::decimal::{self, Style};
use super::format_spec::Spec;
use super::formatting;
use super::text::View;

/// `-`: to the left.
pub const LEFT: i64 = 1;
/// `+`: a sign always.
pub const SIGN: i64 = 2;
/// A space where there is no sign.
pub const BLANK: i64 = 4;
/// `#`
pub const ALTERNATE: i64 = 8;
/// `0`: zeros in front.
pub const ZERO: i64 = 16;

/// Where a conversion goes: letter, flags, width, and precision or -1. A negative width counts from the left.
#[derive(Clone, Copy, Debug)]
pub struct Conversion {
    /// `d x X o e E f F g G c s r a`
    pub letter: u8,
    /// The flags.
    pub flags: i64,
    /// The least width.
    pub width: i64,
    /// The precision, or -1.
    pub precision: i64,
}

impl Conversion {
    fn spec(&self) -> Spec {
        let has = |flag: i64| self.flags & flag != 0;
        let (fill, align) = match (has(LEFT) || self.width < 0, has(ZERO)) {
            (true, _) => (b' ', b'<'),
            (false, true) => (b'0', b'='),
            (false, false) => (b' ', b'>'),
        };
        let sign = match (has(SIGN), has(BLANK)) {
            (true, _) => b'+',
            (false, true) => b' ',
            (false, false) => 0,
        };
        Spec {
            fill: fill.into(),
            align,
            sign,
            drops_zero_sign: false,
            is_alternate: has(ALTERNATE),
            width: self.width.unsigned_abs() as usize,
            grouping: None,
            precision: None,
            kind: 0,
        }
    }
}

/// `%d %x %o` of an int.
pub fn int(number: i64, conversion: &Conversion) -> Builder {
    let magnitude = number.unsigned_abs();
    let (prefix, mut digits) = match conversion.letter {
        b'x' => ("0x", format!("{magnitude:x}")),
        b'X' => ("0X", format!("{magnitude:X}")),
        b'o' => ("0o", format!("{magnitude:o}")),
        _ => ("", magnitude.to_string()),
    };
    let zeros = usize::try_from(conversion.precision).unwrap_or(0).saturating_sub(digits.len());
    digits.insert_str(0, &"0".repeat(zeros));
    let prefix = if conversion.flags & ALTERNATE != 0 { prefix } else { "" };
    formatting::padded_number(number < 0, prefix, &digits, "", &conversion.spec())
}

/// `%e %f %g` of a float.
pub fn float(number: f64, conversion: &Conversion) -> Builder {
    let style = Style {
        kind: conversion.letter.to_ascii_lowercase(),
        precision: usize::try_from(conversion.precision).unwrap_or(6),
        is_upper: conversion.letter.is_ascii_uppercase(),
        is_alternate: conversion.flags & ALTERNATE != 0,
        adds_point_zero: false,
        drops_zero_sign: false,
    };
    formatting::padded_float(&decimal::float_text(number, &style), &conversion.spec())
}

/// `%s` of text, cut at the precision.
pub fn text(view: View<'_>, conversion: &Conversion) -> Builder {
    let shown = usize::try_from(conversion.precision).map_or(view.len(), |precision| precision.min(view.len()));
    let spec = Spec { fill: b' '.into(), ..conversion.spec() };
    let align = if spec.align == b'=' { b'>' } else { spec.align };
    formatting::padded_text(view.part(0, shown), &Spec { align, ..spec })
}
