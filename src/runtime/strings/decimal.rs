//! The decimal digits of a float, and floats as CPython writes them.
//!
//! Rust's formatting rounds correctly and finds the shortest digits that read back as the same float, as CPython's
//! `dtoa` does; here its output is taken apart and put together by CPython's rules (`format_float_short`).

/// Digits behind which a float has only zeros.
const MOST_DIGITS: usize = 1_100;

/// How a float is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Style {
    /// `e`, `f`, `g`, or `r` for the shortest form that reads back.
    pub kind: u8,
    /// Digits behind the point; of `g` all digits.
    pub precision: usize,
    /// Upper case letters.
    pub is_upper: bool,
    /// A point even without digits behind it, and zeros at the end of `g`.
    pub is_alternate: bool,
    /// `.0` where there would be no point.
    pub adds_point_zero: bool,
    /// No sign in front of a zero, even if it is there only by rounding.
    pub drops_zero_sign: bool,
}

impl Style {
    /// As `repr` writes it.
    pub const REPR: Style = Style {
        kind: b'r',
        precision: 17,
        is_upper: false,
        is_alternate: false,
        adds_point_zero: true,
        drops_zero_sign: false,
    };
}

/// Significant digits without zeros at the end, and where the point is: 0.d1d2d3 * 10^point.
struct Digits {
    digits: Vec<u8>,
    point: i64,
}

impl Digits {
    /// Reads `1.25e-7`.
    fn of_scientific(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        Digits { digits, point: exponent.parse::<i64>().unwrap_or(0) + 1 }.trimmed()
    }

    /// Reads `123.45`.
    fn of_positional(text: &str) -> Digits {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
        Digits { digits: digits[zeros..].to_vec(), point: whole.len() as i64 - zeros as i64 }.trimmed()
    }

    fn trimmed(mut self) -> Digits {
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            // As `dtoa` has it: zero is the digit 0 in front of the point.
            self = Digits { digits: vec![b'0'], point: 1 };
        }
        self
    }

    fn of(number: Magnitude, style: &Style) -> Digits {
        let precision = style.precision.min(MOST_DIGITS);
        match (style.kind, number) {
            (b'e', Magnitude::Double(number)) => Digits::of_scientific(&format!("{number:.precision$e}")),
            (b'f', Magnitude::Double(number)) => Digits::of_positional(&format!("{number:.precision$}")),
            (b'g', Magnitude::Double(number)) => Digits::of_scientific(&format!("{number:.*e}", precision.max(1) - 1)),
            (_, Magnitude::Double(number)) => Digits::of_scientific(&format!("{number:e}")),
            (_, Magnitude::Single(number)) => Digits::of_scientific(&format!("{number:e}")),
        }
    }
}

/// A finite float that is not negative.
#[derive(Clone, Copy)]
enum Magnitude {
    Double(f64),
    Single(f32),
}

/// A float as text, its sign in front if it is negative.
pub fn float_text(number: f64, style: &Style) -> String {
    match special_text(number, style.is_upper) {
        Some(text) => text,
        None => finite_text(number.is_sign_negative(), Magnitude::Double(number.abs()), style),
    }
}

/// `str` of a `numpy.float32`: the shortest digits that read back as one.
pub fn single_text(number: f32) -> String {
    match special_text(number.into(), false) {
        Some(text) => text,
        None => finite_text(number.is_sign_negative(), Magnitude::Single(number.abs()), &Style::REPR),
    }
}

/// `repr` of a float.
pub fn repr(number: f64) -> String {
    float_text(number, &Style::REPR)
}

/// A complex number as `repr` writes it.
pub fn complex_repr(real: f64, imaginary: f64) -> String {
    parts_repr(real, imaginary, |part| float_text(part, &Style { adds_point_zero: false, ..Style::REPR }))
}

/// `str` of a `numpy.complex64`.
pub fn single_complex_text(real: f32, imaginary: f32) -> String {
    parts_repr(real.into(), imaginary.into(), |part| {
        let text = single_text(part as f32);
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    })
}

fn parts_repr(real: f64, imaginary: f64, write: impl Fn(f64) -> String) -> String {
    let second = write(imaginary);
    if real == 0.0 && real.is_sign_positive() {
        return format!("{second}j");
    }
    let sign = if second.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{second}j)", write(real))
}

fn special_text(number: f64, is_upper: bool) -> Option<String> {
    let text = match (number.is_nan(), number.is_infinite(), number > 0.0) {
        (true, ..) => "nan",
        (_, true, true) => "inf",
        (_, true, false) => "-inf",
        _ => return None,
    };
    Some(if is_upper { text.to_uppercase() } else { text.to_owned() })
}

/// CPython's `format_float_short`.
fn finite_text(is_negative: bool, number: Magnitude, style: &Style) -> String {
    let Digits { digits, point } = Digits::of(number, style);
    let precision = style.precision as i64;
    let (mut has_exponent, mut end) = (false, digits.len() as i64);
    match style.kind {
        b'e' => {
            has_exponent = true;
            end = precision + 1;
        }
        b'f' => end = point + precision,
        b'g' => {
            let precision = precision.max(1);
            has_exponent = point <= -4 || point > precision - i64::from(style.adds_point_zero);
            if style.is_alternate {
                end = precision;
            }
        }
        _ => has_exponent = point <= -4 || point > 16,
    }
    let exponent = point - 1;
    let point = if has_exponent { 1 } else { point };
    let least = if !has_exponent && style.adds_point_zero { point + 1 } else { point };
    let end = end.max(least);
    let is_zero = digits == b"0";
    let mut text = String::with_capacity(24);
    if is_negative && !(style.drops_zero_sign && is_zero) {
        text.push('-');
    }
    let start = if point <= 0 { point - 1 } else { 0 };
    for position in start..end {
        if position == point {
            text.push('.');
        }
        let digit = usize::try_from(position).ok().and_then(|position| digits.get(position));
        text.push(digit.map_or('0', |&digit| digit.into()));
    }
    if end == point && style.is_alternate {
        text.push('.');
    }
    if has_exponent {
        let letter = if style.is_upper { 'E' } else { 'e' };
        let sign = if exponent < 0 { '-' } else { '+' };
        text.push_str(&format!("{letter}{sign}{:02}", exponent.abs()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_in_python() {
        let rows = [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (9999999999999998.0, "9999999999999998.0"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (5e-324, "5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (123456.789, "123456.789"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ];
        for (number, text) in rows {
            assert_eq!(repr(number), text);
        }
        assert_eq!(single_text(0.1), "0.1");
        assert_eq!(complex_repr(0.0, -0.0), "-0j");
        assert_eq!(complex_repr(-0.0, 1.5), "(-0+1.5j)");
    }

    #[test]
    fn ties_round_to_even_and_precision_has_no_limit() {
        let style = |kind, precision| Style { kind, precision, adds_point_zero: false, ..Style::REPR };
        for (number, precision, text) in [(0.5, 0, "0"), (1.5, 0, "2"), (2.5, 0, "2"), (0.125, 2, "0.12")] {
            assert_eq!(float_text(number, &style(b'f', precision)), text);
        }
        assert_eq!(float_text(2.5, &style(b'e', 0)), "2e+00");
        assert_eq!(float_text(1.0, &style(b'f', 100_000)).len(), 100_002);
        assert_eq!(float_text(1234.5, &style(b'g', 2)), "1.2e+03");
    }
}
