//! NumPy's own inner loops, where their bits are not the C library's.
//!
//! With AVX-512 most transcendental functions of NumPy's wheels come from vector kernels that differ from libm in
//! the last bits (for `exp` in 4 of 100 values), and products and magnitudes of complex arrays are fused. The
//! kernels are reachable only through the ufunc objects, so the embedding process hands over their loops:
//!
//! ```text
//! for each LOOPS row: find the entry of the ufunc's `types`, install its function and data
//! ```
//!
//! A loop gives the same bits for one element as for many. What is not installed falls back on the row's function.

use std::ffi::c_void;
use std::sync::OnceLock;

use crate::runtime::complex::{Complex, Complex32};
use crate::runtime::libm;

/// NumPy's inner loop: addresses of the operands, the count, strides in bytes, the loop's own data.
pub type Loop = unsafe extern "C" fn(*mut *mut c_void, *const i64, *const i64, *mut c_void);

/// An installed loop.
#[derive(Clone, Copy, Debug)]
pub struct Installed {
    /// The function.
    pub function: Loop,
    /// Its last argument.
    pub data: *mut c_void,
}

// SAFETY: NumPy's loops and their data are constants of its library.
unsafe impl Send for Installed {}
// SAFETY: as above; loops of numbers need no lock.
unsafe impl Sync for Installed {}

/// What computes when NumPy's loop is absent, one element at a time.
#[derive(Clone, Copy, Debug)]
enum Fallback {
    F64(extern "C" fn(f64) -> f64),
    F64Pair(extern "C" fn(f64, f64) -> f64),
    F32(extern "C" fn(f32) -> f32),
    F32Pair(extern "C" fn(f32, f32) -> f32),
    Complex128Product,
    Complex64Product,
    Complex128Square,
    Complex64Square,
    Complex128Magnitude,
    Complex64Magnitude,
}

/// A loop that may be installed.
#[derive(Clone, Copy, Debug)]
pub struct LoopRow {
    /// The ufunc's name in `numpy`.
    pub name: &'static str,
    /// The characters of its operand types, results last: `f`, `d`, `F`, `D`.
    pub types: &'static str,
    fallback: Fallback,
}

macro_rules! loops {
    (unary [$($unary:literal $double:ident $single:ident;)*] binary [$($binary:literal $doubles:ident $singles:ident;)*]
     other [$($other:literal $types:literal $fallback:ident;)*]) => {
        /// Every loop; its position is the index that the routines take.
        pub const LOOPS: &[LoopRow] = &[
            $( LoopRow { name: $unary, types: "dd", fallback: Fallback::F64($double) },
               LoopRow { name: $unary, types: "ff", fallback: Fallback::F32($single) }, )*
            $( LoopRow { name: $binary, types: "ddd", fallback: Fallback::F64Pair($doubles) },
               LoopRow { name: $binary, types: "fff", fallback: Fallback::F32Pair($singles) }, )*
            $( LoopRow { name: $other, types: $types, fallback: Fallback::$fallback }, )*
        ];
    };
}

macro_rules! bridges {
    ($ty:ident: $($name:ident($($param:ident),*) = $libm:ident;)*) => {
        $( extern "C" fn $name($($param: $ty),*) -> $ty { libm::$libm($($param),*) } )*
    };
}

bridges!(f64: exp(x) = exp; exp2(x) = exp2; expm1(x) = expm1; log(x) = log; log2(x) = log2; log10(x) = log10;
    log1p(x) = log1p; sin(x) = sin; cos(x) = cos; tan(x) = tan; asin(x) = asin; acos(x) = acos; atan(x) = atan;
    sinh(x) = sinh; cosh(x) = cosh; tanh(x) = tanh; asinh(x) = asinh; acosh(x) = acosh; atanh(x) = atanh;
    cbrt(x) = cbrt; pow(x, y) = pow; atan2(x, y) = atan2; hypot(x, y) = hypot;);
bridges!(f32: expf(x) = expf; exp2f(x) = exp2f; expm1f(x) = expm1f; logf(x) = logf; log2f(x) = log2f;
    log10f(x) = log10f; log1pf(x) = log1pf; sinf(x) = sinf; cosf(x) = cosf; tanf(x) = tanf; asinf(x) = asinf;
    acosf(x) = acosf; atanf(x) = atanf; sinhf(x) = sinhf; coshf(x) = coshf; tanhf(x) = tanhf; asinhf(x) = asinhf;
    acoshf(x) = acoshf; atanhf(x) = atanhf; cbrtf(x) = cbrtf; powf(x, y) = powf; atan2f(x, y) = atan2f;
    hypotf(x, y) = hypotf;);

loops! {
    unary [
        "exp" exp expf; "exp2" exp2 exp2f; "expm1" expm1 expm1f; "log" log logf; "log2" log2 log2f;
        "log10" log10 log10f; "log1p" log1p log1pf; "sin" sin sinf; "cos" cos cosf; "tan" tan tanf;
        "arcsin" asin asinf; "arccos" acos acosf; "arctan" atan atanf; "sinh" sinh sinhf; "cosh" cosh coshf;
        "tanh" tanh tanhf; "arcsinh" asinh asinhf; "arccosh" acosh acoshf; "arctanh" atanh atanhf;
        "cbrt" cbrt cbrtf;
    ]
    binary [ "power" pow powf; "arctan2" atan2 atan2f; "hypot" hypot hypotf; ]
    other [
        "multiply" "DDD" Complex128Product; "multiply" "FFF" Complex64Product;
        "square" "DD" Complex128Square; "square" "FF" Complex64Square;
        "absolute" "Dd" Complex128Magnitude; "absolute" "Ff" Complex64Magnitude;
    ]
}

static INSTALLED: OnceLock<Vec<Option<Installed>>> = OnceLock::new();

/// Makes NumPy's loops known, in the order of `LOOPS`. The first call decides; call it before code is compiled.
///
/// # Safety
/// Each loop is that of its row, and stays loaded.
pub unsafe fn install(loops: Vec<Option<Installed>>) {
    let _ = INSTALLED.set(loops);
}

/// The index of the loop of `name` for these types.
pub fn index(name: &str, types: &str) -> Option<i64> {
    LOOPS.iter().position(|row| row.name == name && row.types == types).map(|index| index as i64)
}

/// Runs a loop over arrays: `operands` has their addresses, results last, `strides` their strides in bytes.
///
/// # Safety
/// `index` is one of `LOOPS`, and the operands are in memory.
pub unsafe extern "C" fn run(index: i64, count: i64, operands: *mut *mut c_void, strides: *const i64) {
    let installed = INSTALLED.get().and_then(|loops| loops.get(index as usize).copied().flatten());
    // SAFETY: whoever installed the loop vouched for it; the operands are the caller's.
    unsafe {
        if let Some(Installed { function, data }) = installed {
            function(operands, &count, strides, data);
        } else if let Some(row) = LOOPS.get(index as usize) {
            for i in 0..count {
                let operand = |n: usize| (*operands.add(n)).wrapping_byte_offset((i * *strides.add(n)) as isize);
                row.fallback.run(operand);
            }
        }
    }
}

impl Fallback {
    /// Computes one element; `operand` gives the address of the n-th operand.
    ///
    /// # Safety
    /// The operands are in memory.
    unsafe fn run(self, operand: impl Fn(usize) -> *mut c_void) {
        /// # Safety
        /// The address leads to a value.
        unsafe fn get<T: Copy>(address: *mut c_void) -> T {
            // SAFETY: the caller's promise.
            unsafe { *address.cast() }
        }
        /// # Safety
        /// The address may be written.
        unsafe fn put<T>(address: *mut c_void, value: T) {
            // SAFETY: the caller's promise.
            unsafe { *address.cast() = value }
        }
        // SAFETY: the row's types say what the operands are.
        unsafe {
            match self {
                Fallback::F64(function) => put(operand(1), function(get(operand(0)))),
                Fallback::F64Pair(function) => put(operand(2), function(get(operand(0)), get(operand(1)))),
                Fallback::F32(function) => put(operand(1), function(get(operand(0)))),
                Fallback::F32Pair(function) => put(operand(2), function(get(operand(0)), get(operand(1)))),
                Fallback::Complex128Product => {
                    put(operand(2), get::<Complex>(operand(0)).times(get::<Complex>(operand(1))));
                }
                Fallback::Complex64Product => {
                    put(operand(2), get::<Complex32>(operand(0)).times(get::<Complex32>(operand(1))));
                }
                Fallback::Complex128Square => {
                    let z: Complex = get(operand(0));
                    put(operand(1), z.times(z));
                }
                Fallback::Complex64Square => {
                    let z: Complex32 = get(operand(0));
                    put(operand(1), z.times(z));
                }
                Fallback::Complex128Magnitude => {
                    let z: Complex = get(operand(0));
                    put(operand(1), libm::hypot(z.re, z.im));
                }
                Fallback::Complex64Magnitude => {
                    let z: Complex32 = get(operand(0));
                    put(operand(1), libm::hypotf(z.re, z.im));
                }
            }
        }
    }
}

macro_rules! scalars {
    ($ty:ident, $unary:ident, $binary:ident) => {
        /// One element through the loop `index` of one operand.
        pub extern "C" fn $unary(index: i64, mut x: $ty) -> $ty {
            let mut result: $ty = 0.0;
            let mut operands = [(&raw mut x).cast(), (&raw mut result).cast()];
            // SAFETY: the operands are locals, and lowering asked for a loop of this type.
            unsafe { run(index, 1, operands.as_mut_ptr(), [size_of::<$ty>() as i64; 2].as_ptr()) };
            result
        }

        /// One element through the loop `index` of two operands.
        pub extern "C" fn $binary(index: i64, mut x: $ty, mut y: $ty) -> $ty {
            let mut result: $ty = 0.0;
            let mut operands = [(&raw mut x).cast(), (&raw mut y).cast(), (&raw mut result).cast()];
            // SAFETY: the operands are locals, and lowering asked for a loop of this type.
            unsafe { run(index, 1, operands.as_mut_ptr(), [size_of::<$ty>() as i64; 3].as_ptr()) };
            result
        }
    };
}

scalars!(f64, unary, binary);
scalars!(f32, unary_f32, binary_f32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fallbacks_compute_elements() {
        let exp = index("exp", "dd").expect("a row");
        assert_eq!(unary(exp, 0.0), 1.0);
        let power = index("power", "fff").expect("a row");
        assert_eq!(binary_f32(power, 2.0, 10.0), 1024.0);
        assert_eq!(index("exp", "DD"), None);
    }

    #[test]
    fn fallbacks_follow_strides() {
        let mut z = [Complex::new(3.0, 4.0), Complex::new(0.0, 0.0), Complex::new(-5.0, 12.0)];
        let mut lengths = [0.0f64; 2];
        let mut operands = [z.as_mut_ptr().cast(), lengths.as_mut_ptr().cast()];
        let absolute = index("absolute", "Dd").expect("a row");
        // SAFETY: two elements 32 bytes apart, and two results.
        unsafe { run(absolute, 2, operands.as_mut_ptr(), [32, 8].as_ptr()) };
        assert_eq!(lengths, [5.0, 13.0]);
    }
}
