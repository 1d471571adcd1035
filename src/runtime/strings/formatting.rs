//! Values formatted by a specification: what `format(value, spec)` and f-strings answer.

use super::builder::Builder;
use super::decimal::{self, Style};
use super::format_spec::{Failure, Grouping, Spec};
use super::text::View;

/// The most digits behind a point, as CPython has it.
const MOST_PRECISION: i64 = i32::MAX as i64;

/// A number in the pieces that a specification puts together.
struct Pieces<'a> {
    is_negative: bool,
    prefix: &'a str,
    /// In front of the point.
    digits: &'a str,
    /// The point and all behind it.
    rest: &'a str,
}

/// `format` of a string.
pub fn format_text(text: View<'_>, view: View<'_>) -> Result<Builder, Failure> {
    let spec = Spec::parse(view, b'<', "str")?;
    if spec.kind != u32::from(b's') {
        return Err(spec.unknown("str"));
    }
    let refused = match &spec {
        Spec { sign: b' ', .. } => Some("Space not allowed in string format specifier"),
        Spec { sign: b'+' | b'-', .. } => Some("Sign not allowed in string format specifier"),
        Spec { drops_zero_sign: true, .. } => Some("Negative zero coercion (z) not allowed in string format specifier"),
        Spec { is_alternate: true, .. } => Some("Alternate form (#) not allowed in string format specifier"),
        Spec { align: b'=', .. } => Some("'=' alignment not allowed in string format specifier"),
        _ => None,
    };
    if let Some(message) = refused {
        return Err(Failure::Value(message.to_owned()));
    }
    let shown = spec.precision.map_or(text.len(), |precision| text.len().min(precision as usize));
    Ok(padded_text(text.part(0, shown), &spec))
}

/// Text with the fill that brings it to its width.
pub(super) fn padded_text(text: View<'_>, spec: &Spec) -> Builder {
    let (before, after) = padding(text.len(), spec);
    let mut builder = Builder::new(text.len() + before + after);
    builder.push_repeated(spec.fill, before);
    builder.push_view(text);
    builder.push_repeated(spec.fill, after);
    builder
}

/// The same of a number in its pieces.
pub(super) fn padded_number(is_negative: bool, prefix: &str, digits: &str, rest: &str, spec: &Spec) -> Builder {
    number_text(&Pieces { is_negative, prefix, digits, rest }, spec)
}

/// The same of a float as `decimal` wrote it.
pub(super) fn padded_float(text: &str, spec: &Spec) -> Builder {
    number_text(&pieces(text), spec)
}

/// Fill in front of and behind so many code points.
fn padding(length: usize, spec: &Spec) -> (usize, usize) {
    let total = spec.width.saturating_sub(length);
    let before = match spec.align {
        b'>' => total,
        b'^' => total / 2,
        _ => 0,
    };
    (before, total - before)
}

/// `format` of an int; `type_name` is `int` or `bool`.
pub fn format_int(number: i64, view: View<'_>, type_name: &str) -> Result<Builder, Failure> {
    let spec = Spec::parse(view, b'>', type_name)?;
    match u8::try_from(spec.kind) {
        Ok(0 | b'b' | b'c' | b'd' | b'o' | b'x' | b'X' | b'n') => integer(number, &spec),
        Ok(b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%') => real(number as f64, &spec),
        _ => Err(spec.unknown(type_name)),
    }
}

fn integer(number: i64, spec: &Spec) -> Result<Builder, Failure> {
    let value = |message: &str| Err(Failure::Value(message.to_owned()));
    if spec.precision.is_some() {
        return value("Precision not allowed in integer format specifier");
    }
    if spec.drops_zero_sign {
        return value("Negative zero coercion (z) not allowed in integer format specifier");
    }
    if spec.kind == u32::from(b'c') {
        if spec.sign != 0 {
            return value("Sign not allowed with integer format specifier 'c'");
        }
        if spec.is_alternate {
            return value("Alternate form (#) not allowed with integer format specifier 'c'");
        }
        let point = u32::try_from(number).ok().filter(|&point| point < 0x11_0000);
        let point = point.ok_or_else(|| Failure::Overflow("%c arg not in range(0x110000)".to_owned()))?;
        return Ok(character(point, spec));
    }
    let magnitude = number.unsigned_abs();
    let (prefix, digits) = match spec.kind as u8 {
        b'b' => ("0b", format!("{magnitude:b}")),
        b'o' => ("0o", format!("{magnitude:o}")),
        b'x' => ("0x", format!("{magnitude:x}")),
        b'X' => ("0X", format!("{magnitude:X}")),
        _ => ("", magnitude.to_string()),
    };
    let prefix = if spec.is_alternate { prefix } else { "" };
    Ok(number_text(&Pieces { is_negative: number < 0, prefix, digits: &digits, rest: "" }, spec))
}

/// `format(number, "c")`: padded as a number is.
fn character(point: u32, spec: &Spec) -> Builder {
    // `=` puts the fill in front, where a sign would stand.
    let align = if spec.align == b'=' { b'>' } else { spec.align };
    padded_text(View::Four(&[point]), &Spec { align, ..spec.clone() })
}

/// `format` of a float.
pub fn format_float(number: f64, view: View<'_>) -> Result<Builder, Failure> {
    let spec = Spec::parse(view, b'>', "float")?;
    match u8::try_from(spec.kind) {
        Ok(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n' | b'%') => real(number, &spec),
        _ => Err(spec.unknown("float")),
    }
}

/// The style that a specification asks for.
fn style_of(spec: &Spec, adds_point_zero: bool) -> Result<Style, Failure> {
    let letter = spec.kind as u8;
    let kind = match letter.to_ascii_lowercase() {
        0 if spec.precision.is_none() => b'r',
        0 | b'n' => b'g',
        b'%' => b'f',
        kind => kind,
    };
    let precision = spec.precision.unwrap_or(6);
    if precision > MOST_PRECISION {
        return Err(Failure::Value("precision too big".to_owned()));
    }
    Ok(Style {
        kind,
        precision: precision as usize,
        is_upper: letter.is_ascii_uppercase(),
        is_alternate: spec.is_alternate,
        adds_point_zero: letter == 0 && adds_point_zero,
        drops_zero_sign: spec.drops_zero_sign,
    })
}

fn real(number: f64, spec: &Spec) -> Result<Builder, Failure> {
    let style = style_of(spec, true)?;
    let is_percent = spec.kind == u32::from(b'%');
    let mut text = decimal::float_text(if is_percent { number * 100.0 } else { number }, &style);
    if is_percent {
        text.push('%');
    }
    Ok(number_text(&pieces(&text), spec))
}

/// Cuts what `decimal` wrote.
fn pieces(text: &str) -> Pieces<'_> {
    let (is_negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    Pieces { is_negative, prefix: "", digits: &text[..end], rest: &text[end..] }
}

/// The sign that is shown.
fn sign_text(is_negative: bool, sign: u8) -> &'static str {
    match (is_negative, sign) {
        (true, _) => "-",
        (false, b'+') => "+",
        (false, b' ') => " ",
        (false, _) => "",
    }
}

fn number_text(pieces: &Pieces<'_>, spec: &Spec) -> Builder {
    let sign = sign_text(pieces.is_negative, spec.sign);
    let others = sign.len() + pieces.prefix.len() + pieces.rest.len();
    let is_zero_filled = spec.fill == u32::from(b'0') && spec.align == b'=';
    let least = if is_zero_filled { spec.width as i64 - others as i64 } else { 0 };
    // Special values have no digits, and no zeros in front of them.
    let digits = if pieces.digits.is_empty() { String::new() } else { grouped(pieces.digits, spec.grouping, least) };
    let length = others + digits.len();
    let (before, after) = padding(length, spec);
    let (before, inner, after) = if spec.align == b'=' { (0, after, 0) } else { (before, 0, after) };
    let mut builder = Builder::new(length + before + inner + after);
    builder.push_repeated(spec.fill, before);
    builder.push_ascii(sign);
    builder.push_ascii(pieces.prefix);
    builder.push_repeated(spec.fill, inner);
    builder.push_ascii(&digits);
    builder.push_ascii(pieces.rest);
    builder.push_repeated(spec.fill, after);
    builder
}

/// Digits in groups, with zeros in front up to a width: CPython's `_PyUnicode_InsertThousandsGrouping`.
fn grouped(digits: &str, grouping: Option<Grouping>, least: i64) -> String {
    let Some(Grouping { separator, size }) = grouping else {
        let zeros = usize::try_from(least).unwrap_or(0).saturating_sub(digits.len());
        return "0".repeat(zeros) + digits;
    };
    let (mut remaining, mut least) = (digits.len() as i64, least);
    let mut reversed = Vec::with_capacity(digits.len() * 2);
    loop {
        let group = size.min(remaining.max(least).max(1));
        let count = remaining.min(group);
        let taken = &digits.as_bytes()[(remaining - count) as usize..remaining as usize];
        reversed.extend(taken.iter().rev());
        reversed.extend(std::iter::repeat_n(b'0', (group - count) as usize));
        remaining -= count;
        least -= group;
        if remaining <= 0 && least <= 0 {
            break;
        }
        least -= 1;
        reversed.push(separator as u8);
    }
    reversed.into_iter().rev().map(char::from).collect()
}

/// `format` of a complex number.
pub fn format_complex(real: f64, imaginary: f64, view: View<'_>) -> Result<Builder, Failure> {
    let spec = Spec::parse(view, b'>', "complex")?;
    let is_known = matches!(u8::try_from(spec.kind), Ok(0 | b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'n'));
    if !is_known {
        return Err(spec.unknown("complex"));
    }
    if spec.fill == u32::from(b'0') {
        return Err(Failure::Value("Zero padding is not allowed in complex format specifier".to_owned()));
    }
    if spec.align == b'=' {
        return Err(Failure::Value("'=' alignment flag is not allowed in complex format specifier".to_owned()));
    }
    let style = style_of(&spec, false)?;
    let is_plain = spec.kind == 0;
    let skips_real = is_plain && real == 0.0 && real.is_sign_positive();
    let has_parentheses = is_plain && !skips_real;
    let part = |number: f64, sign: u8| {
        let text = decimal::float_text(number, &style);
        let pieces = pieces(&text);
        let digits = if pieces.digits.is_empty() { String::new() } else { grouped(pieces.digits, spec.grouping, 0) };
        format!("{}{digits}{}", sign_text(pieces.is_negative, sign), pieces.rest)
    };
    let mut text = String::new();
    if !skips_real {
        text.push_str(&part(real, spec.sign));
    }
    text.push_str(&part(imaginary, if skips_real { spec.sign } else { b'+' }));
    text.push('j');
    if has_parentheses {
        text = format!("({text})");
    }
    Ok(padded_text(View::One(text.as_bytes()), &spec))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(made: Result<Builder, Failure>) -> String {
        made.map_or_else(|failure| format!("{failure:?}"), |builder| builder.view().to_utf8())
    }

    #[test]
    fn numbers_are_grouped_signed_and_padded() {
        let rows = [
            (1234, "010,", "00,001,234"),
            (1234567, "_", "1_234_567"),
            (-255, "#010x", "-0x00000ff"),
            (255, "_b", "1111_1111"),
            (5, "^7", "   5   "),
            (5, "*=+7", "+*****5"),
            (1234, ",.2f", "1,234.00"),
        ];
        for (number, spec, expected) in rows {
            assert_eq!(text(format_int(number, View::One(spec.as_bytes()), "int")), expected, "{spec}");
        }
        let rows = [
            (1234.5, "012,.1f", "00,001,234.5"),
            (0.256, ".1%", "25.6%"),
            (f64::INFINITY, "010", "0000000inf"),
            (-0.001, "z.1f", "0.0"),
            (1e10, "", "10000000000.0"),
            (12345.678, ".3", "1.23e+04"),
        ];
        for (number, spec, expected) in rows {
            assert_eq!(text(format_float(number, View::One(spec.as_bytes()))), expected, "{spec}");
        }
    }
}
