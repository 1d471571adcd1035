//! The functions of `cmath` as CPython computes them, after W. Kahan, "Branch cuts for complex elementary
//! functions" (1987): real functions of the C library composed so that branch cuts, signed zeros and large parts
//! come out right.
//!
//! Every routine takes the parts, writes the result through `out`, and returns OK, DOMAIN or RANGE.

use std::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

use crate::runtime::cmath_special as special;
use crate::runtime::cmath_special::{Table, look_up};
use crate::runtime::complex::Complex;
use crate::runtime::libm;
use crate::runtime::libm::{atan2, hypot, ldexp};
use crate::runtime::status::{DOMAIN, OK, RANGE};

/// Beyond this the formulas could overflow on the way.
const LARGE: f64 = f64::MAX / 4.0;
/// sqrt(LARGE).
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
/// log(LARGE).
const LOG_LARGE: f64 = 708.396_418_532_264_1;
/// sqrt(f64::MIN_POSITIVE).
const SQRT_SMALLEST: f64 = 1.491_668_146_240_041_3e-154;

type Answer = Result<Complex, i32>;

macro_rules! routines {
    ($( $name:ident = $function:ident; )*) => {
        $(
            #[doc = concat!("`cmath.", stringify!($name), "`; see the file's convention.\n\n")]
            /// # Safety
            /// `out` may be written.
            pub unsafe extern "C" fn $name(re: f64, im: f64, out: *mut Complex) -> i32 {
                // SAFETY: the caller's promise.
                unsafe { finish($function(Complex::new(re, im)), out) }
            }
        )*
    };
}

routines! {
    acos = arc_cosine;
    acosh = area_cosine;
    asin = arc_sine;
    asinh = area_sine;
    atan = arc_tangent;
    atanh = area_tangent;
    cos = cosine;
    cosh = hyperbolic_cosine;
    exp = exponential;
    log = logarithm;
    log10 = decimal_logarithm;
    sin = sine;
    sinh = hyperbolic_sine;
    sqrt = square_root;
    tan = tangent;
    tanh = hyperbolic_tangent;
    rect = from_polar;
}

/// # Safety
/// `out` may be written.
unsafe fn finish(answer: Answer, out: *mut Complex) -> i32 {
    match answer {
        Ok(result) => {
            // SAFETY: the caller's promise.
            unsafe { out.write(result) };
            OK
        }
        Err(status) => status,
    }
}

/// `cmath.isclose`; the tolerances are not negative.
pub extern "C" fn is_close(a_re: f64, a_im: f64, b_re: f64, b_im: f64, relative: f64, absolute: f64) -> bool {
    if a_re == b_re && a_im == b_im {
        return true;
    }
    if [a_re, a_im, b_re, b_im].iter().any(|part| part.is_infinite()) {
        return false;
    }
    let difference = hypot(a_re - b_re, a_im - b_im);
    difference <= relative * hypot(b_re, b_im) || difference <= relative * hypot(a_re, a_im) || difference <= absolute
}

fn is_finite(z: Complex) -> bool {
    z.re.is_finite() && z.im.is_finite()
}

fn is_large(z: Complex) -> bool {
    z.re.abs() > LARGE || z.im.abs() > LARGE
}

fn tabulated(table: &Table, z: Complex) -> Answer {
    look_up(table, z.re, z.im).map(|(re, im)| Complex::new(re, im)).ok_or(DOMAIN)
}

/// True for an infinite real part with an angle that decides the signs.
fn is_infinite_with_angle(z: Complex) -> bool {
    z.re.is_infinite() && z.im.is_finite() && z.im != 0.0
}

fn in_range(result: Complex) -> Answer {
    if result.re.is_infinite() || result.im.is_infinite() { Err(RANGE) } else { Ok(result) }
}

/// f(z) = -i * g(i * z).
fn rotated(function: fn(Complex) -> Answer, z: Complex) -> Answer {
    function(Complex::new(-z.im, z.re)).map(|w| Complex::new(w.im, -w.re))
}

/// log|2 * z| of a large z.
fn log_twice(z: Complex) -> f64 {
    libm::log(hypot(z.re / 2.0, z.im / 2.0)) + LN_2 * 2.0
}

fn arc_cosine(z: Complex) -> Answer {
    if !is_finite(z) {
        return tabulated(&special::ACOS, z);
    }
    if is_large(z) {
        let im = log_twice(z).copysign(-z.im);
        return Ok(Complex::new(atan2(z.im.abs(), z.re), im));
    }
    let below = root(Complex::new(1.0 - z.re, -z.im));
    let above = root(Complex::new(1.0 + z.re, z.im));
    Ok(Complex::new(2.0 * atan2(below.re, above.re), libm::asinh(above.re * below.im - above.im * below.re)))
}

fn area_cosine(z: Complex) -> Answer {
    if !is_finite(z) {
        return tabulated(&special::ACOSH, z);
    }
    if is_large(z) {
        return Ok(Complex::new(log_twice(z), atan2(z.im, z.re)));
    }
    let below = root(Complex::new(z.re - 1.0, z.im));
    let above = root(Complex::new(z.re + 1.0, z.im));
    Ok(Complex::new(libm::asinh(below.re * above.re + below.im * above.im), 2.0 * atan2(below.im, above.re)))
}

fn arc_sine(z: Complex) -> Answer {
    rotated(area_sine, z)
}

fn area_sine(z: Complex) -> Answer {
    if !is_finite(z) {
        return tabulated(&special::ASINH, z);
    }
    if is_large(z) {
        return Ok(Complex::new(log_twice(z).copysign(z.re), atan2(z.im, z.re.abs())));
    }
    let above = root(Complex::new(1.0 + z.im, -z.re));
    let below = root(Complex::new(1.0 - z.im, z.re));
    Ok(Complex::new(
        libm::asinh(above.re * below.im - below.re * above.im),
        atan2(z.im, above.re * below.re - above.im * below.im),
    ))
}

fn arc_tangent(z: Complex) -> Answer {
    rotated(area_tangent, z)
}

fn area_tangent(z: Complex) -> Answer {
    if !is_finite(z) {
        return tabulated(&special::ATANH, z);
    }
    if z.re.is_sign_negative() {
        return area_tangent(Complex::new(-z.re, -z.im)).map(|w| Complex::new(-w.re, -w.im));
    }
    let height = z.im.abs();
    if z.re > SQRT_LARGE || height > SQRT_LARGE {
        // About 1/z +- i*pi/2.
        let half = hypot(z.re / 2.0, z.im / 2.0);
        return Ok(Complex::new(z.re / 4.0 / half / half, FRAC_PI_2.copysign(z.im)));
    }
    if z.re == 1.0 && height < SQRT_SMALLEST {
        if height == 0.0 {
            return Err(DOMAIN);
        }
        let re = -libm::log(height.sqrt() / hypot(height, 2.0).sqrt());
        return Ok(Complex::new(re, (atan2(2.0, -height) / 2.0).copysign(z.im)));
    }
    let distance = 1.0 - z.re;
    Ok(Complex::new(
        libm::log1p(4.0 * z.re / (distance * distance + height * height)) / 4.0,
        -atan2(-2.0 * z.im, distance * (1.0 + z.re) - height * height) / 2.0,
    ))
}

fn cosine(z: Complex) -> Answer {
    hyperbolic_cosine(Complex::new(-z.im, z.re))
}

fn hyperbolic_cosine(z: Complex) -> Answer {
    let (sin, cos) = (libm::sin(z.im), libm::cos(z.im));
    if is_infinite_with_angle(z) {
        return Ok(Complex::new(f64::INFINITY.copysign(cos), z.re * 1f64.copysign(sin)));
    }
    if !is_finite(z) {
        return tabulated(&special::COSH, z);
    }
    in_range(if z.re.abs() > LOG_LARGE {
        let smaller = z.re - 1f64.copysign(z.re);
        Complex::new(cos * libm::cosh(smaller) * E, sin * libm::sinh(smaller) * E)
    } else {
        Complex::new(cos * libm::cosh(z.re), sin * libm::sinh(z.re))
    })
}

fn exponential(z: Complex) -> Answer {
    let (sin, cos) = (libm::sin(z.im), libm::cos(z.im));
    if is_infinite_with_angle(z) {
        let length = if z.re > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(Complex::new(length.copysign(cos), length.copysign(sin)));
    }
    if !is_finite(z) {
        return tabulated(&special::EXP, z);
    }
    in_range(if z.re > LOG_LARGE {
        let length = libm::exp(z.re - 1.0);
        Complex::new(length * cos * E, length * sin * E)
    } else {
        let length = libm::exp(z.re);
        Complex::new(length * cos, length * sin)
    })
}

fn logarithm(z: Complex) -> Answer {
    if !is_finite(z) {
        return tabulated(&special::LOG, z);
    }
    let (re, im) = (z.re.abs(), z.im.abs());
    let length = if re > LARGE || im > LARGE {
        libm::log(hypot(re / 2.0, im / 2.0)) + LN_2
    } else if re < f64::MIN_POSITIVE && im < f64::MIN_POSITIVE {
        if re == 0.0 && im == 0.0 {
            return Err(DOMAIN);
        }
        libm::log(hypot(ldexp(re, 53), ldexp(im, 53))) - 53.0 * LN_2
    } else {
        let magnitude = hypot(re, im);
        if (0.71..=1.73).contains(&magnitude) {
            // Near 1 the logarithm is small, and |z|**2 - 1 is accurate.
            let (major, minor) = if re > im { (re, im) } else { (im, re) };
            libm::log1p((major - 1.0) * (major + 1.0) + minor * minor) / 2.0
        } else {
            libm::log(magnitude)
        }
    };
    Ok(Complex::new(length, atan2(z.im, z.re)))
}

fn decimal_logarithm(z: Complex) -> Answer {
    logarithm(z).map(|w| Complex::new(w.re / LN_10, w.im / LN_10))
}

fn sine(z: Complex) -> Answer {
    rotated(hyperbolic_sine, z)
}

fn hyperbolic_sine(z: Complex) -> Answer {
    let (sin, cos) = (libm::sin(z.im), libm::cos(z.im));
    if is_infinite_with_angle(z) {
        return Ok(Complex::new(z.re * 1f64.copysign(cos), f64::INFINITY.copysign(sin)));
    }
    if !is_finite(z) {
        return tabulated(&special::SINH, z);
    }
    in_range(if z.re.abs() > LOG_LARGE {
        let smaller = z.re - 1f64.copysign(z.re);
        Complex::new(cos * libm::sinh(smaller) * E, sin * libm::cosh(smaller) * E)
    } else {
        Complex::new(cos * libm::sinh(z.re), sin * libm::cosh(z.re))
    })
}

fn square_root(z: Complex) -> Answer {
    if is_finite(z) { Ok(root(z)) } else { tabulated(&special::SQRT, z) }
}

/// The square root of a finite z.
fn root(z: Complex) -> Complex {
    if z.re == 0.0 && z.im == 0.0 {
        return Complex::new(0.0, z.im);
    }
    let (re, im) = (z.re.abs(), z.im.abs());
    let major = if re < f64::MIN_POSITIVE && im < f64::MIN_POSITIVE {
        // Scaled up by an even power of two, so that the magnitude is not subnormal.
        let re = ldexp(re, 53);
        ldexp((re + hypot(re, ldexp(im, 53))).sqrt(), -27)
    } else {
        2.0 * (re / 8.0 + hypot(re / 8.0, im / 8.0)).sqrt()
    };
    let minor = im / (2.0 * major);
    if z.re >= 0.0 { Complex::new(major, minor.copysign(z.im)) } else { Complex::new(minor, major.copysign(z.im)) }
}

fn tangent(z: Complex) -> Answer {
    rotated(hyperbolic_tangent, z)
}

fn hyperbolic_tangent(z: Complex) -> Answer {
    if is_infinite_with_angle(z) {
        let im = 0f64.copysign(2.0 * libm::sin(z.im) * libm::cos(z.im));
        return Ok(Complex::new(1f64.copysign(z.re), im));
    }
    if !is_finite(z) {
        return tabulated(&special::TANH, z);
    }
    if z.re.abs() > LOG_LARGE {
        let im = 4.0 * libm::sin(z.im) * libm::cos(z.im) * libm::exp(-2.0 * z.re.abs());
        return Ok(Complex::new(1f64.copysign(z.re), im));
    }
    let (tanh, tan, reciprocal) = (libm::tanh(z.re), libm::tan(z.im), 1.0 / libm::cosh(z.re));
    let product = tanh * tan;
    let denominator = 1.0 + product * product;
    Ok(Complex::new(tanh * (1.0 + tan * tan) / denominator, tan / denominator * reciprocal * reciprocal))
}

/// From length (`re`) and angle (`im`).
fn from_polar(polar: Complex) -> Answer {
    let Complex { re: length, im: angle } = polar;
    if !is_infinite_with_angle(polar) && !is_finite(polar) {
        return tabulated(&special::RECT, polar);
    }
    if angle == 0.0 {
        return Ok(Complex::new(length, length * angle));
    }
    Ok(Complex::new(length * libm::cos(angle), length * libm::sin(angle)))
}
