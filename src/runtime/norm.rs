//! `math.hypot` and `math.dist` as CPython 3.11 computes them, for any number of coordinates.
//!
//! Scale by a power of two, sum the squares with error-free products and sums (Dekker, Numer. Math. 1971), take the
//! root, and correct it by one Newton step on the exact remainder. Not the C library's `hypot`.

use std::slice::from_raw_parts;

use crate::runtime::libm::{frexp_exponent, ldexp};

/// The length of the vector (x, y).
pub extern "C" fn hypot(x: f64, y: f64) -> f64 {
    norm(&[x, y])
}

/// The length of the vector (x, y, z).
pub extern "C" fn hypot3(x: f64, y: f64, z: f64) -> f64 {
    norm(&[x, y, z])
}

/// The length of the vector of `count` coordinates.
///
/// # Safety
/// `coordinates` leads to `count` floats.
pub unsafe extern "C" fn hypot_many(coordinates: *const f64, count: i64) -> f64 {
    if count <= 0 {
        return 0.0;
    }
    // SAFETY: the caller's promise.
    norm(unsafe { from_raw_parts(coordinates, count as usize) })
}

fn norm(coordinates: &[f64]) -> f64 {
    let largest = coordinates.iter().fold(0.0, |max: f64, x| max.max(x.abs()));
    if largest.is_infinite() {
        return largest;
    }
    if coordinates.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || coordinates.len() == 1 {
        return largest;
    }
    let mut sum = SquareSum { high: 1.0, products: 0.0, sums: 0.0 };
    let exponent = frexp_exponent(largest);
    if exponent < -1023 {
        // The power of two would overflow: divide instead, and go without the correction.
        coordinates.iter().map(|x| x / largest).for_each(|x| sum.add(x * x));
        return largest * sum.value().sqrt();
    }
    let scale = ldexp(1.0, -exponent);
    coordinates.iter().map(|x| x * scale).for_each(|x| sum.add_product(x, x));
    let root = sum.value().sqrt();
    sum.add_product(-root, root);
    (root + sum.value() / (2.0 * root)) / scale
}

/// A sum of products below 1, started at 1 so that each addition is the larger operand first.
struct SquareSum {
    high: f64,
    products: f64,
    sums: f64,
}

impl SquareSum {
    fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        self.products += product_error(a, b, product);
        self.add(product);
    }

    fn add(&mut self, term: f64) {
        let high = self.high + term;
        self.sums += (self.high - high) + term;
        self.high = high;
    }

    fn value(&self) -> f64 {
        self.high - 1.0 + (self.products + self.sums)
    }
}

/// What rounding a * b to `product` lost. Dekker's way, as processors without a fused multiply-add are supported.
fn product_error(a: f64, b: f64, product: f64) -> f64 {
    let (a_high, a_low) = split(a);
    let (b_high, b_low) = split(b);
    a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)
}

/// Two halves of 26 bits whose sum is x.
fn split(x: f64) -> (f64, f64) {
    const FACTOR: f64 = 134_217_729.0;
    let scaled = x * FACTOR;
    let high = scaled - (scaled - x);
    (high, x - high)
}
