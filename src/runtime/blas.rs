//! The BLAS that the process brings along: a table of addresses, and what its four types of elements have in common.
//!
//! ```text
//! embedding process --install(addresses)--> table --> runtime::products
//! ```
//!
//! Its integers have 64 bits (ILP64), as in NumPy's wheels.

use std::mem::transmute;
use std::sync::OnceLock;

use crate::runtime::complex::{Complex, Complex32};

/// A routine of the C interface to BLAS, for each type of elements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Routine {
    /// Dot product.
    Dot,
    /// Matrix times vector.
    Gemv,
    /// Matrix times matrix.
    Gemm,
    /// Matrix times its transpose.
    Syrk,
}

/// The C names, by routine, for f32, f64, complex64, complex128. NumPy's wheels decorate them: `scipy_` before,
/// `64_` after.
pub const NAMES: [[&str; 4]; 4] = [
    ["cblas_sdot", "cblas_ddot", "cblas_cdotu_sub", "cblas_zdotu_sub"],
    ["cblas_sgemv", "cblas_dgemv", "cblas_cgemv", "cblas_zgemv"],
    ["cblas_sgemm", "cblas_dgemm", "cblas_cgemm", "cblas_zgemm"],
    ["cblas_ssyrk", "cblas_dsyrk", "cblas_csyrk", "cblas_zsyrk"],
];

/// Addresses in the shape of `NAMES`; 0 for a routine that is absent.
pub type Addresses = [[usize; 4]; 4];

static INSTALLED: OnceLock<Addresses> = OnceLock::new();

/// Makes the routines known. The first call decides; call it before code is compiled.
///
/// # Safety
/// Each address that is not 0 is the routine of its name with 64-bit integers, and stays loaded.
pub unsafe fn install(addresses: Addresses) {
    let _ = INSTALLED.set(addresses);
}

/// What the four types have in common.
pub(crate) trait Element: Copy + 'static {
    /// Position in `NAMES`.
    const POSITION: usize;
    const ZERO: &'static Self;
    const ONE: &'static Self;
    /// How BLAS takes a factor: real by value, complex by address.
    type Factor: Copy;
    fn factor(value: &'static Self) -> Self::Factor;
    fn plus_product(self, a: Self, b: Self) -> Self;
    /// # Safety
    /// The address is that of the type's dot routine; strides count elements.
    unsafe fn call_dot(address: usize, count: i64, x: *const Self, dx: i64, y: *const Self, dy: i64) -> Self;

    fn address(routine: Routine) -> Option<usize> {
        INSTALLED.get().map(|table| table[routine as usize][Self::POSITION]).filter(|address| *address != 0)
    }
}

macro_rules! real_element {
    ($ty:ty, $position:literal) => {
        impl Element for $ty {
            const POSITION: usize = $position;
            const ZERO: &'static Self = &0.0;
            const ONE: &'static Self = &1.0;
            type Factor = Self;
            fn factor(value: &'static Self) -> Self {
                *value
            }
            fn plus_product(self, a: Self, b: Self) -> Self {
                self + a * b
            }
            unsafe fn call_dot(address: usize, count: i64, x: *const Self, dx: i64, y: *const Self, dy: i64) -> Self {
                type Dot = unsafe extern "C" fn(i64, *const $ty, i64, *const $ty, i64) -> $ty;
                // SAFETY: the caller's promise. NumPy starts its sum at zero, so that -0.0 does not come out.
                unsafe { 0.0 + transmute::<usize, Dot>(address)(count, x, dx, y, dy) }
            }
        }
    };
}

macro_rules! complex_element {
    ($ty:ident, $position:literal) => {
        impl Element for $ty {
            const POSITION: usize = $position;
            const ZERO: &'static Self = &$ty { re: 0.0, im: 0.0 };
            const ONE: &'static Self = &$ty { re: 1.0, im: 0.0 };
            type Factor = *const Self;
            fn factor(value: &'static Self) -> *const Self {
                value
            }
            fn plus_product(self, a: Self, b: Self) -> Self {
                let product = a.times(b);
                $ty { re: self.re + product.re, im: self.im + product.im }
            }
            unsafe fn call_dot(address: usize, count: i64, x: *const Self, dx: i64, y: *const Self, dy: i64) -> Self {
                type Dot = unsafe extern "C" fn(i64, *const $ty, i64, *const $ty, i64, *mut $ty);
                let mut sum = *Self::ZERO;
                // SAFETY: the caller's promise; the result goes to a local.
                unsafe { transmute::<usize, Dot>(address)(count, x, dx, y, dy, &mut sum) };
                $ty { re: 0.0 + sum.re, im: 0.0 + sum.im }
            }
        }
    };
}

real_element!(f32, 0);
real_element!(f64, 1);
complex_element!(Complex32, 2);
complex_element!(Complex, 3);
