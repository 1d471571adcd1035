//! What the functions of `cmath` answer when a part of the argument is not finite: the values of C99's annex G,
//! with CPython's choice where it leaves one.
//!
//! Rows are the real part, columns the imaginary part, in the order -inf, negative, -0.0, 0.0, positive, inf, NaN.
//! `X` is a domain error, or a cell that the caller computes: both parts finite, or signs that depend on an angle.

use std::f64::consts::{FRAC_PI_2 as P12, FRAC_PI_4 as P14, PI as P};

/// A result, or none.
pub(crate) type Cell = Option<(f64, f64)>;
/// One function's results.
pub(crate) type Table = [[Cell; 7]; 7];

const P34: f64 = 3.0 * P14;
const I: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
const X: Cell = None;

const fn c(re: f64, im: f64) -> Cell {
    Some((re, im))
}

/// The cell of an argument.
pub(crate) fn look_up(table: &Table, re: f64, im: f64) -> Cell {
    table[class(re)][class(im)]
}

fn class(x: f64) -> usize {
    if x.is_nan() {
        6
    } else if x.is_infinite() {
        if x < 0.0 { 0 } else { 5 }
    } else if x == 0.0 {
        if x.is_sign_negative() { 2 } else { 3 }
    } else if x < 0.0 {
        1
    } else {
        4
    }
}

/// Of `cmath.acos`.
#[rustfmt::skip]
pub(crate) const ACOS: Table = [
    [c(P34, I), c(P, I)  , c(P, I)  , c(P, -I)  , c(P, -I)  , c(P34, -I), c(N, I)],
    [c(P12, I), X        , X        , X         , X         , c(P12, -I), c(N, N)],
    [c(P12, I), X        , X        , X         , X         , c(P12, -I), c(P12, N)],
    [c(P12, I), X        , X        , X         , X         , c(P12, -I), c(P12, N)],
    [c(P12, I), X        , X        , X         , X         , c(P12, -I), c(N, N)],
    [c(P14, I), c(0.0, I), c(0.0, I), c(0.0, -I), c(0.0, -I), c(P14, -I), c(N, I)],
    [c(N, I)  , c(N, N)  , c(N, N)  , c(N, N)   , c(N, N)   , c(N, -I)  , c(N, N)],
];

/// Of `cmath.acosh`.
#[rustfmt::skip]
pub(crate) const ACOSH: Table = [
    [c(I, -P34), c(I, -P)  , c(I, -P)  , c(I, P)  , c(I, P)  , c(I, P34), c(I, N)],
    [c(I, -P12), X         , X         , X        , X        , c(I, P12), c(N, N)],
    [c(I, -P12), X         , X         , X        , X        , c(I, P12), c(N, N)],
    [c(I, -P12), X         , X         , X        , X        , c(I, P12), c(N, N)],
    [c(I, -P12), X         , X         , X        , X        , c(I, P12), c(N, N)],
    [c(I, -P14), c(I, -0.0), c(I, -0.0), c(I, 0.0), c(I, 0.0), c(I, P14), c(I, N)],
    [c(I, N)   , c(N, N)   , c(N, N)   , c(N, N)  , c(N, N)  , c(I, N)  , c(N, N)],
];

/// Of `cmath.asinh`.
#[rustfmt::skip]
pub(crate) const ASINH: Table = [
    [c(-I, -P14), c(-I, -0.0), c(-I, -0.0), c(-I, 0.0), c(-I, 0.0), c(-I, P14), c(-I, N)],
    [c(-I, -P12), X          , X          , X         , X         , c(-I, P12), c(N, N)],
    [c(-I, -P12), X          , X          , X         , X         , c(-I, P12), c(N, N)],
    [c(I, -P12) , X          , X          , X         , X         , c(I, P12) , c(N, N)],
    [c(I, -P12) , X          , X          , X         , X         , c(I, P12) , c(N, N)],
    [c(I, -P14) , c(I, -0.0) , c(I, -0.0) , c(I, 0.0) , c(I, 0.0) , c(I, P14) , c(I, N)],
    [c(I, N)    , c(N, N)    , c(N, -0.0) , c(N, 0.0) , c(N, N)   , c(I, N)   , c(N, N)],
];

/// Of `cmath.atanh`.
#[rustfmt::skip]
pub(crate) const ATANH: Table = [
    [c(-0.0, -P12), c(-0.0, -P12), c(-0.0, -P12), c(-0.0, P12), c(-0.0, P12), c(-0.0, P12), c(-0.0, N)],
    [c(-0.0, -P12), X            , X            , X           , X           , c(-0.0, P12), c(N, N)],
    [c(-0.0, -P12), X            , X            , X           , X           , c(-0.0, P12), c(-0.0, N)],
    [c(0.0, -P12) , X            , X            , X           , X           , c(0.0, P12) , c(0.0, N)],
    [c(0.0, -P12) , X            , X            , X           , X           , c(0.0, P12) , c(N, N)],
    [c(0.0, -P12) , c(0.0, -P12) , c(0.0, -P12) , c(0.0, P12) , c(0.0, P12) , c(0.0, P12) , c(0.0, N)],
    [c(0.0, -P12) , c(N, N)      , c(N, N)      , c(N, N)     , c(N, N)     , c(0.0, P12) , c(N, N)],
];

/// Of `cmath.cosh`.
#[rustfmt::skip]
pub(crate) const COSH: Table = [
    [X      , X      , c(I, 0.0) , c(I, -0.0), X      , X      , c(I, N)],
    [X      , X      , X         , X         , X      , X      , c(N, N)],
    [X      , X      , X         , X         , X      , X      , c(N, 0.0)],
    [X      , X      , X         , X         , X      , X      , c(N, 0.0)],
    [X      , X      , X         , X         , X      , X      , c(N, N)],
    [X      , X      , c(I, -0.0), c(I, 0.0) , X      , X      , c(I, N)],
    [c(N, N), c(N, N), c(N, 0.0) , c(N, 0.0) , c(N, N), c(N, N), c(N, N)],
];

/// Of `cmath.exp`.
#[rustfmt::skip]
pub(crate) const EXP: Table = [
    [c(0.0, 0.0), X      , c(0.0, -0.0), c(0.0, 0.0), X      , c(0.0, 0.0), c(0.0, 0.0)],
    [X          , X      , X           , X          , X      , X          , c(N, N)],
    [X          , X      , X           , X          , X      , X          , c(N, N)],
    [X          , X      , X           , X          , X      , X          , c(N, N)],
    [X          , X      , X           , X          , X      , X          , c(N, N)],
    [X          , X      , c(I, -0.0)  , c(I, 0.0)  , X      , X          , c(I, N)],
    [c(N, N)    , c(N, N), c(N, -0.0)  , c(N, 0.0)  , c(N, N), c(N, N)    , c(N, N)],
];

/// Of `cmath.log`: the same logarithm of the length, and the same angle.
pub(crate) const LOG: Table = ACOSH;

/// Of `cmath.sinh`.
#[rustfmt::skip]
pub(crate) const SINH: Table = [
    [X      , X      , c(-I, -0.0), c(-I, 0.0), X      , X      , c(I, N)],
    [X      , X      , X          , X         , X      , X      , c(N, N)],
    [X      , X      , X          , X         , X      , X      , c(0.0, N)],
    [X      , X      , X          , X         , X      , X      , c(0.0, N)],
    [X      , X      , X          , X         , X      , X      , c(N, N)],
    [X      , X      , c(I, -0.0) , c(I, 0.0) , X      , X      , c(I, N)],
    [c(N, N), c(N, N), c(N, -0.0) , c(N, 0.0) , c(N, N), c(N, N), c(N, N)],
];

/// Of `cmath.sqrt`.
#[rustfmt::skip]
pub(crate) const SQRT: Table = [
    [c(I, -I), c(0.0, -I), c(0.0, -I), c(0.0, I), c(0.0, I), c(I, I), c(N, I)],
    [c(I, -I), X         , X         , X        , X        , c(I, I), c(N, N)],
    [c(I, -I), X         , X         , X        , X        , c(I, I), c(N, N)],
    [c(I, -I), X         , X         , X        , X        , c(I, I), c(N, N)],
    [c(I, -I), X         , X         , X        , X        , c(I, I), c(N, N)],
    [c(I, -I), c(I, -0.0), c(I, -0.0), c(I, 0.0), c(I, 0.0), c(I, I), c(I, N)],
    [c(I, -I), c(N, N)   , c(N, N)   , c(N, N)  , c(N, N)  , c(I, I), c(N, N)],
];

/// Of `cmath.tanh`.
#[rustfmt::skip]
pub(crate) const TANH: Table = [
    [c(-1.0, 0.0), X      , c(-1.0, -0.0), c(-1.0, 0.0), X      , c(-1.0, 0.0), c(-1.0, 0.0)],
    [X           , X      , X            , X           , X      , X           , c(N, N)],
    [X           , X      , X            , X           , X      , X           , c(N, N)],
    [X           , X      , X            , X           , X      , X           , c(N, N)],
    [X           , X      , X            , X           , X      , X           , c(N, N)],
    [c(1.0, 0.0) , X      , c(1.0, -0.0) , c(1.0, 0.0) , X      , c(1.0, 0.0) , c(1.0, 0.0)],
    [c(N, N)     , c(N, N), c(N, -0.0)   , c(N, 0.0)   , c(N, N), c(N, N)     , c(N, N)],
];

/// Of `cmath.rect(r, phi)`.
#[rustfmt::skip]
pub(crate) const RECT: Table = [
    [X          , X      , c(-I, 0.0), c(-I, -0.0), X      , X          , c(I, N)],
    [X          , X      , X         , X          , X      , X          , c(N, N)],
    [c(0.0, 0.0), X      , X         , X          , X      , c(0.0, 0.0), c(0.0, 0.0)],
    [c(0.0, 0.0), X      , X         , X          , X      , c(0.0, 0.0), c(0.0, 0.0)],
    [X          , X      , X         , X          , X      , X          , c(N, N)],
    [X          , X      , c(I, -0.0), c(I, 0.0)  , X      , X          , c(I, N)],
    [c(N, N)    , c(N, N), c(N, 0.0) , c(N, 0.0)  , c(N, N), c(N, N)    , c(N, N)],
];
