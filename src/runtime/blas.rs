//! Dot products and matrix products by the BLAS that the process brings along, chosen as NumPy chooses, so that the
//! bits are NumPy's: the same routine with the same arguments.
//!
//!     embedding process --install(addresses)--> table --> upshift_dot_*, upshift_matmul_*
//!
//! The BLAS has 64-bit integers (ILP64). Where it is absent, or strides do not suit it, plain loops compute, in the
//! order of NumPy's own loops. Strides count bytes. Matrices of size zero are allowed.

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

const ROW_MAJOR: i32 = 101;
const COLUMN_MAJOR: i32 = 102;
const PLAIN: i32 = 111;
const TRANSPOSED: i32 = 112;
const UPPER: i32 = 121;

/// What the four types have in common.
trait Element: Copy + 'static {
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

/// A matrix in memory; strides in bytes.
#[derive(Clone, Copy)]
struct Matrix<T> {
    data: *mut T,
    rows: i64,
    columns: i64,
    row_stride: i64,
    column_stride: i64,
}

impl<T: Element> Matrix<T> {
    const SIZE: i64 = size_of::<T>() as i64;

    fn transposed(self) -> Self {
        Matrix {
            data: self.data,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }

    /// Rows of adjacent elements, a whole number of elements apart, without overlap.
    fn has_blas_rows(self) -> bool {
        self.column_stride == Self::SIZE
            && self.row_stride % Self::SIZE == 0
            && self.row_stride / Self::SIZE >= self.columns
    }

    fn is_blas_able(self) -> bool {
        self.has_blas_rows() || self.transposed().has_blas_rows()
    }

    /// How to pass it as a row-major matrix: transposition and leading dimension.
    fn layout(self) -> (i32, i64) {
        if self.has_blas_rows() {
            (PLAIN, self.row_stride / Self::SIZE)
        } else {
            (TRANSPOSED, self.column_stride / Self::SIZE)
        }
    }

    /// True if it is one vector that BLAS can step through.
    fn has_blas_column(self) -> bool {
        self.row_stride % Self::SIZE == 0 && self.row_stride / Self::SIZE >= 1
    }

    fn at(self, row: i64, column: i64) -> *mut T {
        self.data.wrapping_byte_offset((row * self.row_stride + column * self.column_stride) as isize)
    }
}

/// # Safety
/// x and y lead to `count` elements each.
unsafe fn dot<T: Element>(count: i64, x: *const T, dx: i64, y: *const T, dy: i64) -> T {
    let size = size_of::<T>() as i64;
    let suits = |stride: i64| stride > 0 && stride % size == 0;
    if let Some(address) = T::address(Routine::Dot).filter(|_| suits(dx) && suits(dy)) {
        // SAFETY: whoever installed the address vouched for it; the vectors are the caller's.
        return unsafe { T::call_dot(address, count, x, dx / size, y, dy / size) };
    }
    (0..count).fold(*T::ZERO, |sum, i| {
        let (x, y) = (x.wrapping_byte_offset((i * dx) as isize), y.wrapping_byte_offset((i * dy) as isize));
        // SAFETY: the caller's promise.
        unsafe { sum.plus_product(*x, *y) }
    })
}

/// c = a @ b.
///
/// # Safety
/// The matrices are in memory; c overlaps neither a nor b.
unsafe fn multiply<T: Element>(a: Matrix<T>, b: Matrix<T>, c: Matrix<T>) {
    if c.rows == 0 || c.columns == 0 {
        return;
    }
    let is_matrix = c.rows != 1 && c.columns != 1 && a.columns != 1;
    // SAFETY: the caller's promise, passed on.
    unsafe {
        if a.columns == 0 {
            multiply_plainly(a, b, c);
        } else if c.rows == 1 && c.columns == 1 {
            *c.data = dot(a.columns, a.data, a.column_stride, b.data, b.row_stride);
        } else if c.rows == 1 && b.is_blas_able() && a.transposed().has_blas_column() {
            multiply_vector(b.transposed(), a.transposed(), c.transposed());
        } else if c.columns == 1 && a.is_blas_able() && b.has_blas_column() {
            multiply_vector(a, b, c);
        } else if is_matrix && a.is_blas_able() && b.is_blas_able() && c.has_blas_rows() {
            multiply_matrix(a, b, c);
        } else if is_matrix && a.is_blas_able() && b.is_blas_able() && c.transposed().has_blas_rows() {
            multiply_matrix(b.transposed(), a.transposed(), c.transposed());
        } else {
            multiply_plainly(a, b, c);
        }
    }
}

/// # Safety
/// As for `multiply`; b and c have one column.
unsafe fn multiply_vector<T: Element>(a: Matrix<T>, b: Matrix<T>, c: Matrix<T>) {
    type Gemv<T, F> = unsafe extern "C" fn(i32, i32, i64, i64, F, *const T, i64, *const T, i64, F, *mut T, i64);
    let Some(address) = T::address(Routine::Gemv).filter(|_| c.has_blas_column()) else {
        // SAFETY: the caller's promise.
        return unsafe { multiply_plainly(a, b, c) };
    };
    let (order, leading) = match a.layout() {
        (PLAIN, leading) => (COLUMN_MAJOR, leading),
        (_, leading) => (ROW_MAJOR, leading),
    };
    let (one, zero, size) = (T::factor(T::ONE), T::factor(T::ZERO), Matrix::<T>::SIZE);
    // SAFETY: whoever installed the address vouched for it; the operands are the caller's.
    unsafe {
        let gemv = transmute::<usize, Gemv<T, T::Factor>>(address);
        let (dx, dy) = (b.row_stride / size, c.row_stride / size);
        gemv(order, TRANSPOSED, a.columns, a.rows, one, a.data, leading, b.data, dx, zero, c.data, dy);
    }
}

/// # Safety
/// As for `multiply`; all three suit BLAS, and c by rows.
unsafe fn multiply_matrix<T: Element>(a: Matrix<T>, b: Matrix<T>, c: Matrix<T>) {
    type Gemm<T, F> =
        unsafe extern "C" fn(i32, i32, i32, i64, i64, i64, F, *const T, i64, *const T, i64, F, *mut T, i64);
    type Syrk<T, F> = unsafe extern "C" fn(i32, i32, i32, i64, i64, F, *const T, i64, F, *mut T, i64);
    let (Some(gemm), Some(syrk)) = (T::address(Routine::Gemm), T::address(Routine::Syrk)) else {
        // SAFETY: the caller's promise.
        return unsafe { multiply_plainly(a, b, c) };
    };
    let ((form_a, leading_a), (form_b, leading_b), (_, leading_c)) = (a.layout(), b.layout(), c.layout());
    let is_square_of_a = a.data == b.data
        && a.rows == b.columns
        && a.row_stride == b.column_stride
        && a.column_stride == b.row_stride
        && form_a != form_b;
    let (one, zero) = (T::factor(T::ONE), T::factor(T::ZERO));
    // SAFETY: whoever installed the addresses vouched for them; the operands are the caller's.
    unsafe {
        if is_square_of_a {
            let leading = if form_a == PLAIN { leading_a } else { leading_b };
            let syrk = transmute::<usize, Syrk<T, T::Factor>>(syrk);
            syrk(ROW_MAJOR, UPPER, form_a, a.rows, a.columns, one, a.data, leading, zero, c.data, leading_c);
            for row in 0..c.rows {
                for column in row + 1..c.columns {
                    *c.at(column, row) = *c.at(row, column);
                }
            }
        } else {
            let gemm = transmute::<usize, Gemm<T, T::Factor>>(gemm);
            let (m, n, k) = (a.rows, b.columns, a.columns);
            gemm(
                ROW_MAJOR, form_a, form_b, m, n, k, one, a.data, leading_a, b.data, leading_b, zero, c.data, leading_c,
            );
        }
    }
}

/// # Safety
/// As for `multiply`.
unsafe fn multiply_plainly<T: Element>(a: Matrix<T>, b: Matrix<T>, c: Matrix<T>) {
    for row in 0..c.rows {
        for column in 0..c.columns {
            // SAFETY: the indexes are within the matrices.
            unsafe {
                *c.at(row, column) =
                    (0..a.columns).fold(*T::ZERO, |sum, i| sum.plus_product(*a.at(row, i), *b.at(i, column)));
            }
        }
    }
}

macro_rules! real_dot {
    ($name:ident, $ty:ty) => {
        /// The dot product of two vectors: count, then address and stride of each.
        ///
        /// # Safety
        /// The vectors are in memory.
        pub unsafe extern "C" fn $name(count: i64, x: *const $ty, dx: i64, y: *const $ty, dy: i64) -> $ty {
            // SAFETY: the caller's promise.
            unsafe { dot(count, x, dx, y, dy) }
        }
    };
}

macro_rules! complex_dot {
    ($name:ident, $ty:ty) => {
        /// The dot product of two vectors, without conjugation: count, address and stride of each, result.
        ///
        /// # Safety
        /// The vectors are in memory, and `out` may be written.
        pub unsafe extern "C" fn $name(count: i64, x: *const $ty, dx: i64, y: *const $ty, dy: i64, out: *mut $ty) {
            // SAFETY: the caller's promise.
            unsafe { out.write(dot(count, x, dx, y, dy)) }
        }
    };
}

macro_rules! matmul {
    ($name:ident, $ty:ty) => {
        /// c = a @ b for a of `sizes[0]` rows and `sizes[1]` columns, b of `sizes[1]` rows and `sizes[2]` columns.
        /// `strides` has row and column stride of a, b and c.
        ///
        /// # Safety
        /// The matrices are in memory; c overlaps neither a nor b.
        pub unsafe extern "C" fn $name(
            a: *mut $ty,
            b: *mut $ty,
            c: *mut $ty,
            sizes: *const [i64; 3],
            strides: *const [[i64; 2]; 3],
        ) {
            let matrix = |data, rows, columns, [row_stride, column_stride]: [i64; 2]| Matrix {
                data,
                rows,
                columns,
                row_stride,
                column_stride,
            };
            // SAFETY: the caller's promise.
            unsafe {
                let ([m, k, n], [da, db, dc]) = (*sizes, *strides);
                multiply(matrix(a, m, k, da), matrix(b, k, n, db), matrix(c, m, n, dc));
            }
        }
    };
}

real_dot!(dot_f32, f32);
real_dot!(dot_f64, f64);
complex_dot!(dot_complex64, Complex32);
complex_dot!(dot_complex128, Complex);
matmul!(matmul_f32, f32);
matmul!(matmul_f64, f64);
matmul!(matmul_complex64, Complex32);
matmul!(matmul_complex128, Complex);
