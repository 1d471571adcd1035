//! Operators on complex numbers, CPython's and NumPy's. Sums and products are composed inline by lowering.
//!
//! Convention of every complex routine: parts in, real before imaginary; the result through `out`, two floats.
//! Those that can fail return a status, the others nothing.

use crate::runtime::libm::{atan2, cos, exp, hypot, log, pow, sin};
use crate::runtime::status::{OK, RANGE, ZERO_DIVISION};

/// Real and imaginary part.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

/// The same of binary32.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct Complex32 {
    /// Real part.
    pub re: f32,
    /// Imaginary part.
    pub im: f32,
}

macro_rules! arithmetic {
    ($complex:ident, $ty:ident) => {
        impl $complex {
            /// From the parts.
            pub fn new(re: $ty, im: $ty) -> Self {
                $complex { re, im }
            }

            /// The product, without fused operations.
            pub fn times(self, other: Self) -> Self {
                $complex::new(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)
            }

            /// NumPy's quotient: Smith's method with a reciprocal; x/0 has infinite and NaN parts.
            pub fn over_scaled(self, divisor: Self) -> Self {
                let (re, im) = (divisor.re.abs(), divisor.im.abs());
                if re == 0.0 && im == 0.0 {
                    $complex::new(self.re / re, self.im / re)
                } else if re >= im {
                    let ratio = divisor.im / divisor.re;
                    let scale = 1.0 / (divisor.re + divisor.im * ratio);
                    $complex::new((self.re + self.im * ratio) * scale, (self.im - self.re * ratio) * scale)
                } else {
                    let ratio = divisor.re / divisor.im;
                    let scale = 1.0 / (divisor.im + divisor.re * ratio);
                    $complex::new((self.re * ratio + self.im) * scale, (self.im * ratio - self.re) * scale)
                }
            }
        }
    };
}

arithmetic!(Complex, f64);
arithmetic!(Complex32, f32);

impl Complex {
    const ONE: Complex = Complex { re: 1.0, im: 0.0 };
    const ZERO: Complex = Complex { re: 0.0, im: 0.0 };

    /// CPython's quotient: Smith's method. None for a zero divisor.
    pub fn over(self, divisor: Complex) -> Option<Complex> {
        let (re, im) = (divisor.re.abs(), divisor.im.abs());
        if re == 0.0 && im == 0.0 {
            None
        } else if re >= im {
            let ratio = divisor.im / divisor.re;
            let denominator = divisor.re + divisor.im * ratio;
            Some(Complex::new((self.re + self.im * ratio) / denominator, (self.im - self.re * ratio) / denominator))
        } else if im >= re {
            let ratio = divisor.re / divisor.im;
            let denominator = divisor.re * ratio + divisor.im;
            Some(Complex::new((self.re * ratio + self.im) / denominator, (self.im * ratio - self.re) / denominator))
        } else {
            Some(Complex::new(f64::NAN, f64::NAN))
        }
    }
}

/// `a / b` in Python. Fails with `ZERO_DIVISION`.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn divide(re: f64, im: f64, by_re: f64, by_im: f64, out: *mut Complex) -> i32 {
    let Some(quotient) = Complex::new(re, im).over(Complex::new(by_re, by_im)) else { return ZERO_DIVISION };
    // SAFETY: the caller's promise.
    unsafe { out.write(quotient) };
    OK
}

/// `numpy.divide`.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn numpy_divide(re: f64, im: f64, by_re: f64, by_im: f64, out: *mut Complex) {
    // SAFETY: the caller's promise.
    unsafe { out.write(Complex::new(re, im).over_scaled(Complex::new(by_re, by_im))) };
}

/// `numpy.divide` of complex64.
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn numpy_divide_f32(re: f32, im: f32, by_re: f32, by_im: f32, out: *mut Complex32) {
    // SAFETY: the caller's promise.
    unsafe { out.write(Complex32::new(re, im).over_scaled(Complex32::new(by_re, by_im))) };
}

/// `a ** b` in Python. Fails with `ZERO_DIVISION` ("0.0 to a negative or complex power") and `RANGE`
/// ("complex exponentiation").
///
/// # Safety
/// `out` may be written.
pub unsafe extern "C" fn power(re: f64, im: f64, by_re: f64, by_im: f64, out: *mut Complex) -> i32 {
    let (base, exponent) = (Complex::new(re, im), Complex::new(by_re, by_im));
    let result = if by_im == 0.0 && by_re == by_re.floor() && by_re.abs() <= 100.0 {
        whole_power(base, by_re as i64)
    } else {
        general_power(base, exponent)
    };
    let Some(result) = result else { return ZERO_DIVISION };
    if result.re.is_infinite() || result.im.is_infinite() {
        return RANGE;
    }
    // SAFETY: the caller's promise.
    unsafe { out.write(result) };
    OK
}

/// Squares and multiplies; a negative exponent takes the reciprocal last.
fn whole_power(base: Complex, exponent: i64) -> Option<Complex> {
    let rest = exponent.unsigned_abs();
    let mut square = base;
    let mut result = Complex::ONE;
    for bit in 0..u64::BITS - rest.leading_zeros() {
        if rest >> bit & 1 == 1 {
            result = result.times(square);
        }
        square = square.times(square);
    }
    if exponent > 0 { Some(result) } else { Complex::ONE.over(result) }
}

/// Through polar coordinates.
fn general_power(base: Complex, exponent: Complex) -> Option<Complex> {
    if exponent == Complex::ZERO {
        return Some(Complex::ONE);
    }
    if base == Complex::ZERO {
        return if exponent.im != 0.0 || exponent.re < 0.0 { None } else { Some(Complex::ZERO) };
    }
    let magnitude = hypot(base.re, base.im);
    let angle = atan2(base.im, base.re);
    let mut length = pow(magnitude, exponent.re);
    let mut phase = angle * exponent.re;
    if exponent.im != 0.0 {
        length /= exp(angle * exponent.im);
        phase += exponent.im * log(magnitude);
    }
    // An infinite phase is a domain error of the C library's cosine, which CPython takes for the one of 0.0.
    if phase.is_infinite() { None } else { Some(Complex::new(length * cos(phase), length * sin(phase))) }
}
