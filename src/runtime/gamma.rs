//! `math.gamma` and `math.lgamma` as CPython computes them: a Lanczos approximation (C. Lanczos, SIAM J. Numer.
//! Anal. 1964) with g = 6.0246800407767296 and 13 terms, as a quotient of polynomials.
//!
//! Not the C library's `tgamma` and `lgamma`, whose last bits differ. Failures show in the result: see
//! `library::math_rules`.

use std::f64::consts::PI;

use crate::runtime::libm::{cos, exp, fmod, log, pow, sin};

const G: f64 = 6.024_680_040_776_73;
const G_MINUS_HALF: f64 = 5.524_680_040_776_73;
const LOG_PI: f64 = 1.144_729_885_849_400_2;

/// Coefficients of the numerator and the denominator, by power of x.
const COEFFICIENTS: [(f64, f64); 13] = [
    (23_531_376_880.410_76, 0.0),
    (42_919_803_642.649_1, 39_916_800.0),
    (35_711_959_237.355_67, 120_543_840.0),
    (17_921_034_426.037_21, 150_917_976.0),
    (6_039_542_586.352_028, 105_258_076.0),
    (1_439_720_407.311_721_6, 45_995_730.0),
    (248_874_557.862_054_17, 13_339_535.0),
    (31_426_415.585_400_194, 2_637_558.0),
    (2_876_370.628_935_372_4, 357_423.0),
    (186_056.265_395_223_48, 32_670.0),
    (8_071.672_002_365_816, 1_925.0),
    (210.824_277_751_579_36, 66.0),
    (2.506_628_274_631_000_2, 1.0),
];

/// Whole arguments up to this have a factorial that is exact as a float.
const LARGEST_EXACT: f64 = 23.0;

/// The gamma function.
pub extern "C" fn gamma(x: f64) -> f64 {
    if x.is_nan() || x == f64::INFINITY {
        return x;
    }
    if x == 0.0 {
        return f64::INFINITY.copysign(x);
    }
    if x == x.floor() {
        if x < 0.0 {
            return f64::NAN;
        }
        if x <= LARGEST_EXACT {
            return (1..x as u64).map(|factor| factor as f64).product();
        }
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return 1.0 / x;
    }
    if magnitude > 200.0 {
        return if x < 0.0 { 0.0 / sin_pi(x) } else { f64::INFINITY };
    }
    approximate_gamma(x, magnitude)
}

fn approximate_gamma(x: f64, magnitude: f64) -> f64 {
    let y = magnitude + G_MINUS_HALF;
    // What rounding y lost, to correct the result by.
    let lost = if magnitude > G_MINUS_HALF { (y - magnitude) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - magnitude };
    let correction = lost * G / y;
    // Large powers overflow before the exponential brings them back, so they are applied by halves.
    let (power, times) =
        if magnitude < 140.0 { (pow(y, magnitude - 0.5), 1) } else { (pow(y, magnitude / 2.0 - 0.25), 2) };
    if x < 0.0 {
        let mut result = -PI / sin_pi(magnitude) / magnitude * exp(y) / lanczos_sum(magnitude);
        result -= correction * result;
        (0..times).fold(result, |result, _| result / power)
    } else {
        let mut result = lanczos_sum(magnitude) / exp(y);
        result += correction * result;
        (0..times).fold(result, |result, _| result * power)
    }
}

/// The logarithm of the absolute value of the gamma function.
pub extern "C" fn lgamma(x: f64) -> f64 {
    if !x.is_finite() {
        return x.abs();
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { f64::INFINITY } else { 0.0 };
    }
    let magnitude = x.abs();
    if magnitude < 1e-20 {
        return -log(magnitude);
    }
    let mut result = log(lanczos_sum(magnitude)) - G;
    result += (magnitude - 0.5) * (log(magnitude + G - 0.5) - 1.0);
    if x < 0.0 { LOG_PI - log(sin_pi(magnitude).abs()) - log(magnitude) - result } else { result }
}

/// sin(pi * x) of a finite x, accurate near whole x, where multiplying first is not.
fn sin_pi(x: f64) -> f64 {
    let y = fmod(x.abs(), 2.0);
    let value = match (2.0 * y).round() as i32 {
        0 => sin(PI * y),
        1 => cos(PI * (y - 0.5)),
        2 => sin(PI * (1.0 - y)),
        3 => -cos(PI * (y - 1.5)),
        _ => sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * value
}

/// For x >= 5 in powers of 1/x, so that nothing overflows.
fn lanczos_sum(x: f64) -> f64 {
    let (numerator, denominator) = if x < 5.0 {
        COEFFICIENTS.iter().rev().fold((0.0, 0.0), |(n, d), (a, b)| (n * x + a, d * x + b))
    } else {
        COEFFICIENTS.iter().fold((0.0, 0.0), |(n, d), (a, b)| (n / x + a, d / x + b))
    };
    numerator / denominator
}
