//! Integer functions of Python and NumPy that are loops.
//!
//! Where Python's result may be longer than 64 bits there is a checked routine, which answers `status::TOO_LARGE`.

use crate::runtime::status::{DOMAIN, OK, TOO_LARGE};

fn greatest_common_divisor(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let common_twos = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    loop {
        b >>= b.trailing_zeros();
        if a > b {
            (a, b) = (b, a);
        }
        b -= a;
        if b == 0 {
            return a << common_twos;
        }
    }
}

/// The greatest common divisor. Only gcd(-2**63, -2**63 or 0) leaves the type; it wraps and is negative.
pub extern "C" fn gcd(a: i64, b: i64) -> i64 {
    greatest_common_divisor(a.unsigned_abs(), b.unsigned_abs()) as i64
}

/// The same of unsigned integers.
pub extern "C" fn gcd_uint(a: u64, b: u64) -> u64 {
    greatest_common_divisor(a, b)
}

/// NumPy's least common multiple: wraps.
pub extern "C" fn lcm(a: i64, b: i64) -> i64 {
    lcm_uint(a.unsigned_abs(), b.unsigned_abs()) as i64
}

/// The same of unsigned integers.
pub extern "C" fn lcm_uint(a: u64, b: u64) -> u64 {
    match greatest_common_divisor(a, b) {
        0 => 0,
        divisor => (a / divisor).wrapping_mul(b),
    }
}

/// Writes a result that fits into 64 bits.
///
/// # Safety
/// `out` may be written.
unsafe fn finish(result: Option<i64>, out: *mut i64) -> i32 {
    let Some(result) = result else { return TOO_LARGE };
    // SAFETY: the caller's promise.
    unsafe { out.write(result) };
    OK
}

/// `math.lcm` of two.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn lcm_checked(a: i64, b: i64, out: *mut i64) -> i32 {
    let (a, b) = (a.unsigned_abs(), b.unsigned_abs());
    let product = match greatest_common_divisor(a, b) {
        0 => Some(0),
        divisor => (a / divisor).checked_mul(b),
    };
    // SAFETY: the caller's promise.
    unsafe { finish(product.and_then(|result| i64::try_from(result).ok()), out) }
}

/// base to the power of a non-negative exponent, modulo 2**64; its low bits are the power in narrower types.
pub extern "C" fn power(mut base: i64, exponent: i64) -> i64 {
    let mut rest = exponent as u64;
    let mut result = 1i64;
    while rest != 0 {
        if rest & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        rest >>= 1;
    }
    result
}

/// The same, exact.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn power_checked(base: i64, exponent: i64, out: *mut i64) -> i32 {
    let result = match (base, u32::try_from(exponent)) {
        (0 | 1, _) => Some(if exponent == 0 { 1 } else { base }),
        (-1, _) => Some(if exponent & 1 == 0 { 1 } else { -1 }),
        (_, Ok(exponent)) => base.checked_pow(exponent),
        (_, Err(_)) => None,
    };
    // SAFETY: the caller's promise.
    unsafe { finish(result, out) }
}

/// The whole square root of a non-negative integer.
pub extern "C" fn isqrt(n: i64) -> i64 {
    (n.max(0) as u64).isqrt() as i64
}

/// n! of a non-negative integer.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn factorial(n: i64, out: *mut i64) -> i32 {
    let result = if n > 20 { None } else { Some((2..=n).product()) };
    // SAFETY: the caller's promise.
    unsafe { finish(result, out) }
}

/// The number of ways to choose k of n; neither is negative.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn comb(n: i64, k: i64, out: *mut i64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { finish(choose(n, k), out) }
}

fn choose(n: i64, k: i64) -> Option<i64> {
    if k > n {
        return Some(0);
    }
    let k = k.min(n - k);
    // Each prefix is a binomial itself, and they grow: the first that leaves the type decides.
    let mut result = 1i64;
    for i in 1..=k {
        let next = i128::from(result) * i128::from(n - k + i) / i128::from(i);
        result = i64::try_from(next).ok()?;
    }
    Some(result)
}

/// The number of ways to arrange k of n; neither is negative.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn perm(n: i64, k: i64, out: *mut i64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { finish(if k > n { Some(0) } else { arrange(n, k) }, out) }
}

fn arrange(n: i64, k: i64) -> Option<i64> {
    let mut result = 1i64;
    for taken in 0..k {
        result = result.checked_mul(n - taken)?;
    }
    Some(result)
}

/// `round(x, digits)` of an integer: to a multiple of 10**-digits, ties to even.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn round_digits(x: i64, digits: i64, out: *mut i64) -> i32 {
    let result = match digits {
        0.. => Some(x),
        -19..0 => {
            let (x, unit) = (i128::from(x), 10i128.pow(digits.unsigned_abs() as u32));
            let (quotient, rest) = (x.div_euclid(unit), x.rem_euclid(unit));
            let up = 2 * rest > unit || 2 * rest == unit && quotient & 1 == 1;
            i64::try_from((quotient + i128::from(up)) * unit).ok()
        }
        ..-19 => Some(0),
    };
    // SAFETY: the caller's promise.
    unsafe { finish(result, out) }
}

/// `pow(base, exponent, modulus)`: by squaring, with the sign of the modulus. A negative exponent inverts the base
/// first, which answers DOMAIN where there is no inverse.
///
/// # Safety
/// `out` may be written, and the modulus is not zero.
pub unsafe extern "C" fn power_modulo(base: i64, exponent: i64, modulus: i64, out: *mut i64) -> i32 {
    let divisor = i128::from(modulus).abs();
    let mut base = i128::from(base).rem_euclid(divisor);
    if exponent < 0 {
        match inverse(base, divisor) {
            Some(inverted) => base = inverted,
            None => return DOMAIN,
        }
    }
    let mut left = exponent.unsigned_abs();
    let mut power = 1 % divisor;
    while left != 0 {
        if left & 1 == 1 {
            power = power * base % divisor;
        }
        base = base * base % divisor;
        left >>= 1;
    }
    if modulus < 0 && power != 0 {
        power -= divisor;
    }
    // SAFETY: the caller's promise.
    unsafe { out.write(power as i64) };
    OK
}

/// The inverse of `number` modulo `divisor`, by the extended Euclidean algorithm.
fn inverse(number: i128, divisor: i128) -> Option<i128> {
    let (mut remainder, mut next) = (divisor, number);
    let (mut factor, mut next_factor) = (0, 1);
    while next != 0 {
        let quotient = remainder / next;
        (remainder, next) = (next, remainder - quotient * next);
        (factor, next_factor) = (next_factor, factor - quotient * next_factor);
    }
    (remainder == 1 || divisor == 1).then(|| factor.rem_euclid(divisor))
}
