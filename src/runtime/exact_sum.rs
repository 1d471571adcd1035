//! `math.fsum`: the sum rounded once, as CPython computes it.
//!
//! Partial sums that do not overlap hold everything exactly (J. Shewchuk, "Adaptive Precision Floating-Point
//! Arithmetic", 1997); adding them from the largest down and rounding half to even gives the answer.

use crate::runtime::status::{DOMAIN, OK, RANGE};

/// Sums `count` floats that lie `stride` bytes apart. OK, RANGE (a partial sum overflows) or DOMAIN (infinities of
/// both signs).
///
/// # Safety
/// `first` leads to the floats, and `out` may be written.
pub unsafe extern "C" fn sum(first: *const f64, count: i64, stride: i64, out: *mut f64) -> i32 {
    // SAFETY: the caller's promise.
    let numbers = (0..count).map(|index| unsafe { *first.wrapping_byte_offset((index * stride) as isize) });
    match exact_sum(numbers) {
        Ok(result) => {
            // SAFETY: the caller's promise.
            unsafe { out.write(result) };
            OK
        }
        Err(status) => status,
    }
}

fn exact_sum(numbers: impl Iterator<Item = f64>) -> Result<f64, i32> {
    let mut partials: Vec<f64> = Vec::new();
    let (mut special, mut infinite) = (0.0, 0.0);
    for number in numbers {
        let rest = add(&mut partials, number);
        if rest.is_finite() {
            if rest != 0.0 {
                partials.push(rest);
            }
            continue;
        }
        if number.is_finite() {
            return Err(RANGE);
        }
        if number.is_infinite() {
            infinite += number;
        }
        special += number;
        partials.clear();
    }
    if special == 0.0 {
        Ok(rounded(partials))
    } else if f64::is_nan(infinite) {
        Err(DOMAIN)
    } else {
        Ok(special)
    }
}

/// Adds a number to the partial sums; returns the largest of the new ones, which is not yet among them.
fn add(partials: &mut Vec<f64>, number: f64) -> f64 {
    let mut x = number;
    let mut kept = 0;
    for index in 0..partials.len() {
        let mut y = partials[index];
        if x.abs() < y.abs() {
            (x, y) = (y, x);
        }
        let high = x + y;
        let low = y - (high - x);
        if low != 0.0 {
            partials[kept] = low;
            kept += 1;
        }
        x = high;
    }
    partials.truncate(kept);
    x
}

fn rounded(mut partials: Vec<f64>) -> f64 {
    let Some(mut high) = partials.pop() else { return 0.0 };
    let mut low = 0.0;
    while let Some(y) = partials.pop() {
        let x = high;
        high = x + y;
        low = y - (high - x);
        if low != 0.0 {
            break;
        }
    }
    // Half-way cases go to even unless what is below says otherwise.
    if let Some(&next) = partials.last()
        && (low < 0.0 && next < 0.0 || low > 0.0 && next > 0.0)
    {
        let doubled = low * 2.0;
        let other = high + doubled;
        if doubled == other - high {
            high = other;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_rounded_once() {
        assert_eq!(exact_sum([0.1; 10].into_iter()), Ok(1.0));
        assert_eq!(exact_sum([1e100, 1.0, -1e100].into_iter()), Ok(1.0));
        assert_eq!(exact_sum([1e16, 1.0, 1e-16].into_iter()), Ok(10_000_000_000_000_002.0));
        assert_eq!(exact_sum([].into_iter()), Ok(0.0));
    }

    #[test]
    fn infinities_and_overflow() {
        assert_eq!(exact_sum([f64::INFINITY, 1.0].into_iter()), Ok(f64::INFINITY));
        assert_eq!(exact_sum([f64::INFINITY, f64::NEG_INFINITY].into_iter()), Err(DOMAIN));
        assert_eq!(exact_sum([f64::MAX, f64::MAX].into_iter()), Err(RANGE));
    }
}
