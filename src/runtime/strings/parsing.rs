//! Text to numbers: `int(s, base)`, `float(s)` and `complex(s)` accept what CPython's do, digits of any script and
//! underscores between digits included.

use super::text::View;
use super::unicode;

/// Why text is no number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// It does not read as one.
    Malformed,
    /// An underscore of a complex number does not stand between digits.
    Underscore,
    /// It is an int beyond 64 bits.
    TooLarge,
}

/// The text in ASCII, without white space around it: digits of every script as 0 to 9, white space as spaces. `None`
/// if anything else is not ASCII.
fn to_ascii(text: View<'_>) -> Option<String> {
    let mut ascii = String::with_capacity(text.len());
    for point in text.points() {
        ascii.push(match point {
            _ if unicode::is_space(point) => ' ',
            0..128 => point as u8 as char,
            _ => (b'0' + unicode::decimal(point)? as u8) as char,
        });
    }
    Some(ascii.trim_matches(' ').to_owned())
}

/// `int(text, base)` for a base of 0 or 2 to 36.
pub fn parse_int(text: View<'_>, base: u32) -> Result<i64, Failure> {
    let ascii = to_ascii(text).ok_or(Failure::Malformed)?;
    let (is_negative, rest) = split_sign(&ascii);
    let (base, digits) = split_prefix(rest, base)?;
    let digits = without_underscores(digits).ok_or(Failure::Malformed)?;
    if digits.is_empty() {
        return Err(Failure::Malformed);
    }
    let mut number = 0i64;
    let mut has_overflowed = false;
    for digit in digits.chars() {
        let digit = i64::from(digit.to_digit(base).ok_or(Failure::Malformed)?);
        let signed = if is_negative { -digit } else { digit };
        match number.checked_mul(i64::from(base)).and_then(|number| number.checked_add(signed)) {
            Some(sum) => number = sum,
            // A letter further on that is no digit is the other error.
            None => has_overflowed = true,
        }
    }
    if has_overflowed { Err(Failure::TooLarge) } else { Ok(number) }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// The base, and what follows a prefix of it. An underscore may stand between the two.
fn split_prefix(text: &str, base: u32) -> Result<(u32, &str), Failure> {
    let named = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if named != 0 && (base == 0 || base == named) {
        let digits = &text[2..];
        return Ok((named, digits.strip_prefix('_').unwrap_or(digits)));
    }
    if base != 0 {
        return Ok((base, text));
    }
    // Without a base, 010 is an error and 00 is not.
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'_'));
    if text.starts_with('0') && !is_zero { Err(Failure::Malformed) } else { Ok((10, text)) }
}

/// Takes out single underscores between other characters.
fn without_underscores(text: &str) -> Option<String> {
    let is_wrong = text.starts_with('_') || text.ends_with('_') || text.contains("__");
    (!is_wrong).then(|| text.replace('_', ""))
}

/// `float(text)`
pub fn parse_float(text: View<'_>) -> Result<f64, Failure> {
    let ascii = to_ascii(text).ok_or(Failure::Malformed)?;
    let plain = without_digit_underscores(&ascii).ok_or(Failure::Malformed)?;
    match float_prefix(&plain) {
        Some((number, "")) => Ok(number),
        _ => Err(Failure::Malformed),
    }
}

/// Takes out underscores, each of which stands between two digits.
fn without_digit_underscores(text: &str) -> Option<String> {
    if !text.contains('_') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let is_digit = |index: Option<usize>| index.and_then(|index| bytes.get(index)).is_some_and(u8::is_ascii_digit);
    let is_right = |index: usize| is_digit(index.checked_sub(1)) && is_digit(index.checked_add(1));
    let all_right = (0..bytes.len()).all(|index| bytes[index] != b'_' || is_right(index));
    all_right.then(|| text.replace('_', ""))
}

/// The longest float at the start, and what follows it.
fn float_prefix(text: &str) -> Option<(f64, &str)> {
    let (is_negative, rest) = split_sign(text);
    let (number, rest) = unsigned_prefix(rest)?;
    Some((if is_negative { -number } else { number }, rest))
}

fn unsigned_prefix(text: &str) -> Option<(f64, &str)> {
    for (name, number) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return Some((number, &text[name.len()..]));
        }
    }
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    let mut count = end;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        count += fraction;
        end += 1 + fraction;
    }
    if count == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits((end + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// `complex(text)`: real and imaginary part.
pub fn parse_complex(text: View<'_>) -> Result<(f64, f64), Failure> {
    let ascii = to_ascii(text).ok_or(Failure::Malformed)?;
    let plain = without_digit_underscores(&ascii).ok_or(Failure::Underscore)?;
    let inner = match plain.strip_prefix('(') {
        Some(rest) => rest.strip_suffix(')').ok_or(Failure::Malformed)?.trim_matches(' '),
        None => &plain,
    };
    complex_parts(inner).ok_or(Failure::Malformed)
}

fn complex_parts(text: &str) -> Option<(f64, f64)> {
    let is_unit = |rest: &str| matches!(rest, "j" | "J");
    match float_prefix(text) {
        Some((real, "")) => Some((real, 0.0)),
        Some((imaginary, rest)) if is_unit(rest) => Some((0.0, imaginary)),
        Some((real, rest)) if rest.starts_with(['+', '-']) => match float_prefix(rest) {
            Some((imaginary, rest)) if is_unit(rest) => Some((real, imaginary)),
            Some(_) => None,
            None => sign_and_unit(rest).map(|imaginary| (real, imaginary)),
        },
        Some(_) => None,
        None => sign_and_unit(text).map(|imaginary| (0.0, imaginary)),
    }
}

/// `j`, `+j`, `-j`
fn sign_and_unit(text: &str) -> Option<f64> {
    match text {
        "j" | "J" | "+j" | "+J" => Some(1.0),
        "-j" | "-J" => Some(-1.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ints_read_as_in_python() {
        let rows: [(&str, u32, Result<i64, Failure>); 17] = [
            ("12", 10, Ok(12)),
            (" -1_000\n", 10, Ok(-1000)),
            ("0x_ff", 16, Ok(255)),
            ("0xff", 0, Ok(255)),
            ("z", 36, Ok(35)),
            ("010", 0, Err(Failure::Malformed)),
            ("0_0", 0, Ok(0)),
            ("1__0", 10, Err(Failure::Malformed)),
            ("_1", 10, Err(Failure::Malformed)),
            ("", 10, Err(Failure::Malformed)),
            ("- 1", 10, Err(Failure::Malformed)),
            ("9223372036854775807", 10, Ok(i64::MAX)),
            ("-9223372036854775808", 10, Ok(i64::MIN)),
            ("9223372036854775808", 10, Err(Failure::TooLarge)),
            ("99999999999999999999x", 10, Err(Failure::Malformed)),
            ("0b", 2, Err(Failure::Malformed)),
            ("1.0", 10, Err(Failure::Malformed)),
        ];
        for (text, base, number) in rows {
            assert_eq!(parse_int(View::One(text.as_bytes()), base), number, "{text:?}");
        }
    }

    #[test]
    fn floats_read_as_in_python() {
        let right = [("1", 1.0), (" 1_0.5e-1 ", 1.05), (".5", 0.5), ("5.", 5.0), ("-InFiNiTy", f64::NEG_INFINITY)];
        for (text, number) in right {
            assert_eq!(parse_float(View::One(text.as_bytes())), Ok(number), "{text:?}");
        }
        for text in ["", ".", "1e", "1_", "_1", "1._5", "0x1", "1 2", "--1", "infin"] {
            assert_eq!(parse_float(View::One(text.as_bytes())), Err(Failure::Malformed), "{text:?}");
        }
        for (text, number) in [("(1+2j)", (1.0, 2.0)), ("-j", (0.0, -1.0)), ("1-J", (1.0, -1.0)), ("3", (3.0, 0.0))] {
            assert_eq!(parse_complex(View::One(text.as_bytes())), Ok(number), "{text:?}");
        }
    }
}
