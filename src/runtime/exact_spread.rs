//! Exact means and variances: what `statistics` computes with fractions, in integers of any length.
//!
//! Every float is an integer times a power of two; over the smallest power among the data all are integers, of 2100 bits
//! at most and of few where the data are alike. Sums of these and of their squares are exact, and the one rounding at the
//! end is CPython's: to the nearest float, ties to even.

use std::cmp::Ordering;

use super::memory::Header;
use super::status::{NO_MEMORY, OK, RANGE};

/// An integer that is not negative, its words from the lowest on, without zeros at the top.
#[derive(Clone, Default, Debug, PartialEq, Eq)]
struct Natural(Vec<u64>);

impl Natural {
    fn of(number: u64) -> Natural {
        let mut words = vec![number];
        words.retain(|&word| word != 0);
        Natural(words)
    }

    fn trimmed(mut self) -> Natural {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn bit_length(&self) -> i64 {
        self.0.last().map_or(0, |top| 64 * self.0.len() as i64 - i64::from(top.leading_zeros()))
    }

    fn has_bit(&self, bit: i64) -> bool {
        usize::try_from(bit).is_ok_and(|bit| self.0.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1))
    }

    fn shifted(&self, by: usize) -> Natural {
        if self.is_zero() {
            return Natural::default();
        }
        let (whole, rest) = (by / 64, by % 64);
        let mut words = vec![0; whole];
        let mut carry = 0;
        for &word in &self.0 {
            words.push(word << rest | carry);
            carry = if rest == 0 { 0 } else { word >> (64 - rest) };
        }
        words.push(carry);
        Natural(words).trimmed()
    }

    fn add(&mut self, other: &Natural) {
        let mut carry = false;
        for index in 0..self.0.len().max(other.0.len()) + 1 {
            if index == self.0.len() {
                self.0.push(0);
            }
            let (sum, first) = self.0[index].overflowing_add(other.0.get(index).copied().unwrap_or(0));
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            (self.0[index], carry) = (sum, first || second);
        }
        *self = std::mem::take(self).trimmed();
    }

    /// The difference from a number that is not greater.
    fn subtract(&mut self, other: &Natural) {
        let mut borrow = false;
        for index in 0..self.0.len() {
            let (rest, first) = self.0[index].overflowing_sub(other.0.get(index).copied().unwrap_or(0));
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            (self.0[index], borrow) = (rest, first || second);
        }
        *self = std::mem::take(self).trimmed();
    }

    fn times(&self, other: &Natural) -> Natural {
        let mut words = vec![0u64; self.0.len() + other.0.len()];
        for (index, &a) in self.0.iter().enumerate() {
            let mut carry = 0u128;
            for (place, &b) in other.0.iter().enumerate() {
                let sum = u128::from(a) * u128::from(b) + u128::from(words[index + place]) + carry;
                words[index + place] = sum as u64;
                carry = sum >> 64;
            }
            words[index + other.0.len()] = carry as u64;
        }
        Natural(words).trimmed()
    }

    /// The quotient, and whether nothing is left.
    fn divided(&self, divisor: u64) -> (Natural, bool) {
        let mut words = self.0.clone();
        let mut rest = 0u128;
        for word in words.iter_mut().rev() {
            let part = rest << 64 | u128::from(*word);
            *word = (part / u128::from(divisor)) as u64;
            rest = part % u128::from(divisor);
        }
        (Natural(words).trimmed(), rest == 0)
    }

    fn compare(&self, other: &Natural) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }
}

/// An integer with a sign.
#[derive(Clone, Default, Debug)]
struct Integer {
    is_negative: bool,
    magnitude: Natural,
}

impl Integer {
    fn add(&mut self, other: &Integer) {
        if self.is_negative == other.is_negative {
            self.magnitude.add(&other.magnitude);
        } else if self.magnitude.compare(&other.magnitude) == Ordering::Less {
            let mut rest = other.magnitude.clone();
            rest.subtract(&self.magnitude);
            *self = Integer { is_negative: other.is_negative, magnitude: rest };
        } else {
            self.magnitude.subtract(&other.magnitude);
        }
    }
}

/// The mantissa and the exponent of a finite float's magnitude.
fn parts(number: f64) -> (u64, i32) {
    let bits = number.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// The nearest float to `number / divisor * 2**exponent`; infinity where none is large enough.
fn nearest(number: &Natural, divisor: u64, exponent: i64) -> f64 {
    if number.is_zero() {
        return 0.0;
    }
    // At least 66 bits of quotient; below them only whether anything is left matters.
    let shift = (130 - number.bit_length()).max(0);
    let (quotient, is_exact) = number.shifted(shift as usize).divided(divisor);
    let scale = exponent - shift;
    // The lowest bit that the float has.
    let lowest = (quotient.bit_length() + scale - 53).max(-1074);
    let cut = lowest - scale;
    let mut mantissa = 0u64;
    for bit in 0..54 {
        mantissa |= u64::from(quotient.has_bit(cut + bit)) << bit;
    }
    let is_half = quotient.has_bit(cut - 1);
    let is_rest = !is_exact || (0..cut - 1).any(|bit| quotient.has_bit(bit));
    if is_half && (is_rest || mantissa & 1 == 1) {
        mantissa += 1;
    }
    scaled(mantissa, lowest)
}

/// `mantissa * 2**exponent`, which a float has, or which is too large for one.
fn scaled(mantissa: u64, exponent: i64) -> f64 {
    let mut number = mantissa as f64;
    let mut exponent = exponent;
    while exponent > 0 && number.is_finite() {
        let step = exponent.min(1000);
        number *= f64::from_bits(((step + 1023) as u64) << 52);
        exponent -= step;
    }
    while exponent < 0 && number != 0.0 {
        // Each step but the last is exact, and so is the last: the bits of the result fit.
        let step = (-exponent).min(500);
        number *= f64::from_bits(((1023 - step) as u64) << 52);
        exponent += step;
    }
    number
}

/// The nearest float to the root of `number / divisor * 2**exponent`, whose exponent is even.
fn nearest_root(number: &Natural, divisor: u64, exponent: i64) -> f64 {
    if number.is_zero() {
        return 0.0;
    }
    // A power of four brings the number near to one, so that its float has no edge near.
    let half = (number.bit_length() - 64 + i64::from(divisor.leading_zeros()) + exponent) / 2;
    let mut root = nearest(number, divisor, exponent - 2 * half).sqrt();
    // The root of a rounded number is off by one place at most.
    while is_above_middle(number, divisor, exponent - 2 * half, root) {
        root = root.next_up();
    }
    while !is_above_middle(number, divisor, exponent - 2 * half, root.next_down()) {
        root = root.next_down();
    }
    let (mantissa, own) = parts(root);
    if i64::from(own) + half >= -1074 {
        scaled(mantissa, i64::from(own) + half)
    } else {
        round_down(mantissa, own, half)
    }
}

/// A root below the normal floats: it has lost places, and is rounded again as `numerator / denominator` is.
fn round_down(mantissa: u64, exponent: i32, half: i64) -> f64 {
    nearest(&Natural::of(mantissa), 1, i64::from(exponent) + half)
}

/// Whether the root of `number / divisor * 2**exponent` is nearer to the float above `root` than to it; in the middle
/// the even one is nearer.
fn is_above_middle(number: &Natural, divisor: u64, exponent: i64, root: f64) -> bool {
    let (mantissa, own) = parts(root);
    let middle = Natural::of(2 * mantissa + 1);
    let square = middle.times(&middle).times(&Natural::of(divisor));
    let square_exponent = 2 * (i64::from(own) - 1);
    let common = exponent.min(square_exponent);
    let left = number.shifted((exponent - common) as usize);
    match left.compare(&square.shifted((square_exponent - common) as usize)) {
        Ordering::Greater => true,
        Ordering::Equal => mantissa & 1 == 1,
        Ordering::Less => false,
    }
}

/// What is computed.
const MEAN: i64 = 0;
const VARIANCE: i64 = 1;
const ROOT: i64 = 2;

/// The sum of an infinity or NaN among others, as adding them gives it.
fn special(numbers: &[f64]) -> Option<f64> {
    let specials = numbers.iter().filter(|number| !number.is_finite());
    specials.copied().reduce(|a, b| a + b)
}

fn integer(number: f64, lowest: i32) -> Integer {
    let (mantissa, exponent) = parts(number);
    let magnitude = Natural::of(mantissa).shifted((exponent - lowest) as usize);
    Integer { is_negative: number < 0.0, magnitude }
}

/// The exact mean of floats, their variance, or its root, rounded once: what, and by how many less than their count the
/// squares are divided. `RANGE` if no float is so large.
///
/// # Safety
/// A live list of floats is there that is not empty, and room at `out`.
pub unsafe extern "C" fn spread(list: *const Header, what: i64, less: i64, out: *mut f64) -> i32 {
    // SAFETY: the caller's promise.
    let numbers = unsafe { std::slice::from_raw_parts((*list).item(0).cast::<f64>(), (*list).length()) };
    let (answer, status) = match special(numbers) {
        Some(sum) => (sum, OK),
        None => match exact(numbers, what, less) {
            Some(answer) if answer.is_finite() => (answer, OK),
            Some(answer) => (answer, RANGE),
            None => (0.0, NO_MEMORY),
        },
    };
    // SAFETY: the caller's promise.
    unsafe { out.write(answer) };
    status
}

/// `None` for more numbers than their square, which divides, has room for.
fn exact(numbers: &[f64], what: i64, less: i64) -> Option<f64> {
    let count = u64::from(u32::try_from(numbers.len()).ok()?);
    let lowest = numbers.iter().filter(|&&number| number != 0.0).map(|&number| parts(number).1).min().unwrap_or(0);
    let mut sum = Integer::default();
    let mut squares = Natural::default();
    for &number in numbers.iter().filter(|&&number| number != 0.0) {
        let number = integer(number, lowest);
        if what != MEAN {
            squares.add(&number.magnitude.times(&number.magnitude));
        }
        sum.add(&number);
    }
    if what == MEAN {
        let mean = nearest(&sum.magnitude, count, lowest.into());
        return Some(if sum.is_negative { -mean } else { mean });
    }
    let mut spread = squares.times(&Natural::of(count));
    spread.subtract(&sum.magnitude.times(&sum.magnitude));
    let divisor = count * (count - less as u64);
    let exponent = 2 * i64::from(lowest);
    debug_assert!(what == VARIANCE || what == ROOT);
    Some(if what == ROOT { nearest_root(&spread, divisor, exponent) } else { nearest(&spread, divisor, exponent) })
}

#[cfg(test)]
mod tests {
    use super::{MEAN, ROOT, VARIANCE, exact};

    #[test]
    fn sums_are_exact() {
        assert_eq!(exact(&[1e300, 1.0, -1e300], MEAN, 0), Some(1.0 / 3.0));
        assert_eq!(exact(&[5e-324, 5e-324, 5e-324], MEAN, 0), Some(5e-324));
        assert_eq!(exact(&[f64::MAX, f64::MAX], MEAN, 0), Some(f64::MAX));
        assert_eq!(exact(&[0.0, -0.0], MEAN, 0), Some(0.0));
    }

    #[test]
    fn spreads_are_rounded_once() {
        assert_eq!(exact(&[1e8 + 1.0, 1e8 + 2.0, 1e8 + 3.0], VARIANCE, 1), Some(1.0));
        assert_eq!(exact(&[1.0, 2.0, 3.0, 4.0], ROOT, 0), Some(1.118_033_988_749_895));
        assert_eq!(exact(&[1e-200, 3e-200], ROOT, 0), Some(1e-200));
        assert_eq!(exact(&[2.0, 2.0], ROOT, 1), Some(0.0));
        assert_eq!(exact(&[1e200, -1e200], VARIANCE, 0), Some(f64::INFINITY));
    }
}
