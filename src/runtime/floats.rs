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

division!(f64, fmod, floor_divide, modulo);
division!(f32, fmodf, floor_divide_f32, modulo_f32);

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
