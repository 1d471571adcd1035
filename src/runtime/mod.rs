//! What compiled code calls: one table of symbols, and the routines behind it.

pub mod blas;
pub mod cmath;
mod cmath_special;
pub mod complex;
pub mod errors;
pub mod exact_sum;
pub mod floats;
pub mod gamma;
pub mod integers;
pub mod libm;
pub mod memory;
pub mod norm;
pub mod numpy_complex;
pub mod products;
pub mod rounding;
pub mod stack;
pub mod status;
pub mod strided;
pub mod symbols;
pub mod ufuncs;
