//! Operators of Python and NumPy on floats, and between floats and integers.

use crate::runtime::libm::{fmod, fmodf};
use crate::runtime::status::{DOMAIN, OK, RANGE, TOO_LARGE};

macro_rules! division {
    ($ty:ident, $fmod:ident, $floor_divide:ident, $modulo:ident) => {
        /// a // b. A zero b answers a / b as in NumPy; Python raises before.
        pub extern "C" fn $floor_divide(a: $ty, b: $ty) -> $ty {
            if b == 0.0 {
                return a / b;
            }
            let rest = $fmod(a, b);
            let mut quotient = (a - rest) / b;
            if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
                quotient -= 1.0;
            }
            if quotient == 0.0 {
                return (0.0 as $ty).copysign(a / b);
            }
            let floor = quotient.floor();
            if quotient - floor > 0.5 { floor + 1.0 } else { floor }
        }

        /// a % b, with the sign of b. A zero b answers NaN as in NumPy; Python raises before.
        pub extern "C" fn $modulo(a: $ty, b: $ty) -> $ty {
            let rest = $fmod(a, b);
            if b == 0.0 {
                rest
            } else if rest == 0.0 {
                (0.0 as $ty).copysign(b)
            } else if (b < 0.0) != (rest < 0.0) {
                rest + b
            } else {
                rest
            }
        }
    };
}

division!(f64, remainder, floor_divide, modulo);
division!(f32, fmodf, floor_divide_f32, modulo_f32);

/// C's fmod; by one division where the quotient has few enough bits, and the processor multiplies and subtracts with one
/// rounding: 3 ns instead of 40, which the C library's loop over bits takes for quotients of a few bits.
#[inline]
fn remainder(a: f64, b: f64) -> f64 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("fma") {
        // SAFETY: the processor has it.
        return unsafe { fused_remainder(a, b) }.unwrap_or_else(|| fmod(a, b));
    }
    fmod(a, b)
}

/// The quotient is right, or too large by one where it was rounded up to a whole number; what is left is a float in both
/// cases, so that neither subtracting nor adding the divisor back rounds.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "fma")]
fn fused_remainder(a: f64, b: f64) -> Option<f64> {
    const LIMIT: f64 = (1_u64 << 52) as f64;
    let (dividend, divisor) = (a.abs(), b.abs());
    let quotient = dividend / divisor;
    // False for zero divisors, and for whatever is not finite.
    if !(quotient < LIMIT && divisor <= f64::MAX) {
        return None;
    }
    let rest = (-(quotient as i64 as f64)).mul_add(divisor, dividend);
    Some(if rest < 0.0 { rest + divisor } else { rest }.copysign(a))
}

/// a / b of Python integers, rounded once. A zero b answers as floats do; Python raises before.
pub extern "C" fn divide_ints(a: i64, b: i64) -> f64 {
    const EXACT: u64 = 1 << 53;
    let (dividend, divisor) = (a.unsigned_abs(), b.unsigned_abs());
    if b == 0 || dividend <= EXACT && divisor <= EXACT {
        return a as f64 / b as f64;
    }
    // With the dividend's highest bit at the top the quotient has 64 bits or more, so that a sticky lowest bit
    // makes the conversion round correctly.
    let shift = u128::from(dividend).leading_zeros() & 127;
    let shifted = u128::from(dividend) << shift;
    let divisor = u128::from(divisor);
    let quotient = (shifted / divisor) | u128::from(!shifted.is_multiple_of(divisor));
    let magnitude = quotient as f64 * 2f64.powi(-(shift as i32));
    if (a < 0) != (b < 0) { -magnitude } else { magnitude }
}

/// Compares exactly: -1, 0, 1 as a is below, equal to or above b; 2 if b is NaN.
pub extern "C" fn compare_int_float(a: i64, b: f64) -> i32 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() {
        2
    } else if b >= LIMIT {
        -1
    } else if b < -LIMIT {
        1
    } else {
        // The whole part fits, and when it equals a, the sign of the fraction decides.
        let whole = b.trunc();
        match a.cmp(&(whole as i64)) {
            std::cmp::Ordering::Equal if b == whole => 0,
            std::cmp::Ordering::Equal => (whole > b) as i32 - (whole < b) as i32,
            ordering => ordering as i32,
        }
    }
}

/// The same for an unsigned a.
pub extern "C" fn compare_uint_float(a: u64, b: f64) -> i32 {
    const LIMIT: f64 = 18_446_744_073_709_551_616.0;
    if b.is_nan() {
        2
    } else if b >= LIMIT {
        -1
    } else if b < 0.0 {
        1
    } else {
        let whole = b.trunc();
        match a.cmp(&(whole as u64)) {
            std::cmp::Ordering::Equal => -((whole < b) as i32),
            ordering => ordering as i32,
        }
    }
}

/// `int(x)`: towards zero. NaN is `DOMAIN`, an infinity is `RANGE`, a finite x beyond 64 bits is `TOO_LARGE`.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn float_to_int(x: f64, out: *mut i64) -> i32 {
    let whole = x.trunc();
    if x.is_nan() {
        DOMAIN
    } else if x.is_infinite() {
        RANGE
    } else if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole) {
        // SAFETY: the caller's promise.
        unsafe { out.write(whole as i64) };
        OK
    } else {
        TOO_LARGE
    }
}

#[cfg(test)]
mod tests {
    use super::{fmod, remainder};

    #[test]
    fn remainders_are_those_of_the_c_library() {
        let mut values = vec![0.0, 1.0, 0.1, 0.37, 3.0, 10.0, 360.0, 1e-300, 5e-324, 2.3e-308, 1e22, 4.5e15, f64::MAX];
        values.extend([
            f64::INFINITY,
            f64::NAN,
            std::f64::consts::TAU,
            9_007_199_254_740_993.0,
            0.999_999_999_999_999_9,
        ]);
        let mut random = 7_u64;
        for step in 0..400 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            // Half of them near one another in size, and multiples with their neighbours.
            let fraction = (random >> 12) as f64;
            values.push(if step % 2 == 0 { f64::from_bits(random) } else { fraction * 2f64.powi(-(step % 60)) });
            let multiple = (0.1 * f64::from(step)).to_bits();
            values.extend([multiple, multiple + 1, multiple.saturating_sub(1)].map(f64::from_bits));
        }
        for &a in &values {
            for &b in &values {
                for (a, b) in [(a, b), (-a, b), (a, -b)] {
                    let (found, expected) = (remainder(a, b), fmod(a, b));
                    let is_same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
                    assert!(is_same, "{a:?} % {b:?}: {found:?}, not {expected:?}");
                }
            }
        }
    }
}
