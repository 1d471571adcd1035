//! Rounding to a number of decimal digits: Python's `round`, which is exact, and NumPy's, which multiplies.

use std::fmt::Write;

/// A finite float's digits: 309 before the point, 323 after it, the sign and the point.
struct Digits {
    bytes: [u8; 640],
    len: usize,
}

impl Digits {
    fn format(x: f64, precision: usize) -> Digits {
        let mut digits = Digits { bytes: [0; 640], len: 0 };
        write!(digits, "{x:.precision$}").expect("the buffer holds the longest float");
        digits
    }

    fn parse(&self) -> f64 {
        let text = std::str::from_utf8(&self.bytes[..self.len]).expect("only digits were written");
        text.parse().expect("a decimal number was written")
    }
}

impl Write for Digits {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// `round(x, digits)`: the float nearest to x rounded to `digits` decimals, ties of x's exact value to even.
/// An infinite result of a finite x is Python's `OverflowError("rounded value too large to represent")`.
pub extern "C" fn round_digits(x: f64, digits: i64) -> f64 {
    // Beyond these limits every float is a multiple of the unit, or below half of it.
    const MOST: i64 = 323;
    const LEAST: i64 = -308;
    if !x.is_finite() || digits > MOST || x == 0.0 {
        x
    } else if digits < LEAST {
        0.0 * x
    } else if digits >= 0 {
        Digits::format(x, digits as usize).parse()
    } else {
        round_whole(x.abs(), digits.unsigned_abs() as usize).copysign(x)
    }
}

/// Rounds a positive x to a multiple of 10**zeros.
fn round_whole(x: f64, zeros: usize) -> f64 {
    let whole = x.trunc();
    let mut digits = Digits::format(whole, 0);
    if digits.len < zeros {
        return 0.0;
    }
    let kept = digits.len - zeros;
    let (head, tail) = digits.bytes[..digits.len].split_at_mut(kept);
    let is_above_half =
        tail[0] > b'5' || tail[0] == b'5' && (tail[1..].iter().any(|digit| *digit != b'0') || x != whole);
    let is_half = !is_above_half && tail[0] == b'5';
    let is_odd = head.last().is_some_and(|digit| digit & 1 == 1);
    tail.fill(b'0');
    if is_above_half || is_half && is_odd {
        let nines = head.iter().rev().take_while(|digit| **digit == b'9').count();
        head[kept - nines..].fill(b'0');
        match head[..kept - nines].last_mut() {
            Some(digit) => *digit += 1,
            None => {
                // Every kept digit was a nine: one more digit in front.
                digits.bytes.copy_within(0..digits.len, 1);
                digits.bytes[0] = b'1';
                digits.len += 1;
            }
        }
    }
    digits.parse()
}

/// NumPy's factor: multiplied up, so from 10**23 on not always the nearest float.
fn power_of_ten(exponent: u64) -> f64 {
    (0..exponent.min(400)).fold(1.0, |power, _| power * 10.0)
}

/// `numpy.round(x, digits)`: multiply, round to whole, divide; for negative digits the other way round.
pub extern "C" fn round_scaled(x: f64, digits: i64) -> f64 {
    let factor = power_of_ten(digits.unsigned_abs());
    if digits >= 0 { (x * factor).round_ties_even() / factor } else { (x / factor).round_ties_even() * factor }
}

/// The same for binary32, whose factor is rounded to binary32 first.
pub extern "C" fn round_scaled_f32(x: f32, digits: i64) -> f32 {
    let factor = power_of_ten(digits.unsigned_abs()) as f32;
    if digits >= 0 { (x * factor).round_ties_even() / factor } else { (x / factor).round_ties_even() * factor }
}
