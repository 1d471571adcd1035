//! Dot products and matrix products, by BLAS where NumPy would call it, so that the bits are NumPy's: the same routine
//! with the same arguments.
//!
//! These are `numpy.matmul`'s rules. `numpy.dot` is the same after copying to row-major order: an operand with a
//! stride that is negative or no multiple of the element, and a matrix (neither size 1) that is contiguous in neither
//! order. Where BLAS is absent, or strides of vectors do not suit it, plain loops compute, in the order of NumPy's
//! own. Strides count bytes; sizes may be zero.

use std::mem::transmute;

use crate::runtime::blas::{Element, Routine};
use crate::runtime::complex::{Complex, Complex32};

const ROW_MAJOR: i32 = 101;
const COLUMN_MAJOR: i32 = 102;
const PLAIN: i32 = 111;
const TRANSPOSED: i32 = 112;
const UPPER: i32 = 121;

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

    /// A matrix of the same size in `space`, row by row. None when there is no memory.
    fn with_rows_in(self, space: &mut Vec<T>) -> Option<Self> {
        space.try_reserve_exact((self.rows * self.columns) as usize).ok()?;
        space.resize((self.rows * self.columns) as usize, *T::ZERO);
        let row_stride = self.columns * Self::SIZE;
        Some(Matrix { data: space.as_mut_ptr(), row_stride, column_stride: Self::SIZE, ..self })
    }

    /// A copy in `space`, row by row, or the matrix itself if it suits BLAS. None when there is no memory.
    ///
    /// # Safety
    /// The matrix is in memory.
    unsafe fn gathered(self, space: &mut Vec<T>) -> Option<Self> {
        if self.is_blas_able() {
            return Some(self);
        }
        let copy = self.with_rows_in(space)?;
        for row in 0..self.rows {
            for column in 0..self.columns {
                // SAFETY: the indexes are within both.
                unsafe { *copy.at(row, column) = *self.at(row, column) };
            }
        }
        Some(copy)
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
        } else if is_matrix && c.transposed().has_blas_rows() && !c.has_blas_rows() {
            multiply_gathered(b.transposed(), a.transposed(), c.transposed());
        } else if is_matrix {
            multiply_gathered(a, b, c);
        } else {
            multiply_plainly(a, b, c);
        }
    }
}

/// Copies what does not suit BLAS, as NumPy does for matrices but not for vectors.
///
/// # Safety
/// As for `multiply`.
unsafe fn multiply_gathered<T: Element>(a: Matrix<T>, b: Matrix<T>, c: Matrix<T>) {
    let mut spaces = [Vec::new(), Vec::new(), Vec::new()];
    let [space_a, space_b, space_c] = &mut spaces;
    // SAFETY: the caller's promise; the copies live in `spaces` until the end.
    unsafe {
        let product = if c.has_blas_rows() { Some(c) } else { c.with_rows_in(space_c) };
        let (Some(a), Some(b), Some(product)) = (a.gathered(space_a), b.gathered(space_b), product) else {
            return multiply_plainly(a, b, c);
        };
        multiply_matrix(a, b, product);
        if product.data == c.data {
            return;
        }
        for row in 0..c.rows {
            for column in 0..c.columns {
                *c.at(row, column) = *product.at(row, column);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_loops_follow_strides() {
        let mut a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let mut b = [1.0, 0.0, -1.0, 2.0, 0.5, 3.0];
        let mut c = [0.0; 4];
        // SAFETY: 2x3, 3x2 (transposed, then reversed rows), and 2x2 matrices of these sizes.
        unsafe {
            matmul_f64(a.as_mut_ptr(), b.as_mut_ptr(), c.as_mut_ptr(), &[2, 3, 2], &[[24, 8], [8, 24], [16, 8]]);
            assert_eq!(c, [-2.0, 12.0, -2.0, 28.5]);
            matmul_f64(a.as_mut_ptr(), b[4..].as_mut_ptr(), c.as_mut_ptr(), &[2, 3, 2], &[[24, 8], [-16, 8], [8, 16]]);
            assert_eq!(c, [1.5, 3.0, 7.0, 22.0]);
        }
    }

    #[test]
    fn sums_of_nothing_are_zero() {
        let mut c = [7.0f32; 4];
        let mut empty = [0.0f32; 0];
        // SAFETY: matrices without elements, and a 2x2 result.
        unsafe {
            let data = empty.as_mut_ptr();
            matmul_f32(data, data, c.as_mut_ptr(), &[2, 0, 2], &[[4, 4], [8, 4], [8, 4]]);
            assert_eq!(dot_f32(0, data, 4, data, 4), 0.0);
        }
        assert_eq!(c, [0.0; 4]);
    }

    #[test]
    fn complex_dot_does_not_conjugate() {
        let x = [Complex::new(1.0, 2.0), Complex::new(0.0, 1.0)];
        let mut sum = Complex::new(0.0, 0.0);
        // SAFETY: vectors of two elements.
        unsafe { dot_complex128(2, x.as_ptr(), 16, x.as_ptr(), 16, &mut sum) };
        assert_eq!(sum, Complex::new(-4.0, 4.0));
    }
}
