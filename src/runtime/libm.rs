//! The system's math library, and the few functions of `math` that are a thin layer over it.
//!
//! CPython links the same library dynamically, so equal calls give equal bits. Declared `safe`: every function here
//! is total. They may set `errno`, which compiled code never reads, so the rows call them pure.

use std::ffi::{CStr, c_int, c_void};
use std::mem::transmute;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering::Relaxed};

macro_rules! functions {
    ($ty:ident: unary [$($unary:ident)*] binary [$($binary:ident)*]) => {
        unsafe extern "C" {
            $( pub(crate) safe fn $unary(x: $ty) -> $ty; )*
            $( pub(crate) safe fn $binary(x: $ty, y: $ty) -> $ty; )*
        }
    };
}

functions!(f64:
    unary [exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh
        erf erfc logb]
    binary [pow atan2 hypot remainder nextafter]);
functions!(f32:
    unary [expf exp2f expm1f logf log2f log10f log1pf sinf cosf tanf asinf acosf atanf sinhf coshf tanhf asinhf
        acoshf atanhf erff erfcf logbf]
    binary [powf atan2f hypotf remainderf nextafterf]);

mod raw {
    use std::ffi::{c_char, c_int, c_void};

    unsafe extern "C" {
        pub(super) safe fn ldexp(x: f64, exponent: c_int) -> f64;
        pub(super) safe fn ldexpf(x: f32, exponent: c_int) -> f32;
        pub(super) fn frexp(x: f64, exponent: *mut c_int) -> f64;
        pub(super) fn frexpf(x: f32, exponent: *mut c_int) -> f32;
        pub(super) fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    }
}

macro_rules! looked_up {
    ($( $name:ident $symbol:literal ($($param:ident),*) $ty:ident; )*) => {
        $(
            #[doc = concat!("The C library's `", stringify!($name), "`.")]
            pub extern "C" fn $name($($param: $ty),*) -> $ty {
                static ADDRESS: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
                let address = look_up($symbol, &ADDRESS);
                // SAFETY: C's function of this name has this type.
                unsafe { transmute::<*mut c_void, extern "C" fn($($param: $ty),*) -> $ty>(address)($($param),*) }
            }
        )*
    };
}

// Rust's builtins define these names too, and the linker prefers them. Their cube root rounds otherwise, and their
// remainder is a loop over bits.
looked_up! {
    cbrt c"cbrt" (x) f64;
    cbrtf c"cbrtf" (x) f32;
    fmod c"fmod" (x, y) f64;
    fmodf c"fmodf" (x, y) f32;
}

/// The address of a function of the C library, remembered in `cache`: every thread finds the same one.
fn look_up(name: &CStr, cache: &AtomicPtr<c_void>) -> *mut c_void {
    const DEFAULT: *mut c_void = if cfg!(target_os = "macos") { -2isize as *mut c_void } else { null_mut() };
    let mut address = cache.load(Relaxed);
    if address.is_null() {
        // SAFETY: the name ends with a zero byte, and the handle means the libraries of the process.
        address = unsafe { raw::dlsym(DEFAULT, name.as_ptr()) };
        assert!(!address.is_null(), "the process has a C math library");
        cache.store(address, Relaxed);
    }
    address
}

fn saturate(exponent: i64) -> c_int {
    exponent.clamp(c_int::MIN.into(), c_int::MAX.into()) as c_int
}

/// x * 2**exponent, rounded once; infinite from a finite x on overflow.
pub extern "C" fn ldexp(x: f64, exponent: i64) -> f64 {
    raw::ldexp(x, saturate(exponent))
}

/// The same for binary32.
pub extern "C" fn ldexpf(x: f32, exponent: i64) -> f32 {
    raw::ldexpf(x, saturate(exponent))
}

fn frexp(x: f64) -> (f64, i64) {
    let mut exponent = 0;
    // SAFETY: the pointer leads to a local.
    let mantissa = unsafe { raw::frexp(x, &mut exponent) };
    if x.is_finite() { (mantissa, exponent.into()) } else { (x, 0) }
}

fn frexpf(x: f32) -> (f32, i64) {
    let mut exponent = 0;
    // SAFETY: the pointer leads to a local.
    let mantissa = unsafe { raw::frexpf(x, &mut exponent) };
    if x.is_finite() { (mantissa, exponent.into()) } else { (x, 0) }
}

/// The m of x = m * 2**e with 0.5 <= |m| < 1; zero, infinities and NaN stay as they are.
pub extern "C" fn frexp_mantissa(x: f64) -> f64 {
    frexp(x).0
}

/// The e of the same; 0 for zero, infinities and NaN.
pub extern "C" fn frexp_exponent(x: f64) -> i64 {
    frexp(x).1
}

/// `frexp_mantissa` for binary32.
pub extern "C" fn frexpf_mantissa(x: f32) -> f32 {
    frexpf(x).0
}

/// `frexp_exponent` for binary32.
pub extern "C" fn frexpf_exponent(x: f32) -> i64 {
    frexpf(x).1
}

/// The fraction of `math.modf` and `numpy.modf`, with the sign of x; the other part is the truncated x.
pub extern "C" fn modf_fraction(x: f64) -> f64 {
    if x.is_infinite() { 0f64.copysign(x) } else { (x - x.trunc()).copysign(x) }
}

/// The same for binary32.
pub extern "C" fn modff_fraction(x: f32) -> f32 {
    if x.is_infinite() { 0f32.copysign(x) } else { (x - x.trunc()).copysign(x) }
}

/// `math.ulp`: the distance from |x| to the next larger float, or from the next smaller one for the largest.
pub extern "C" fn ulp(x: f64) -> f64 {
    let x = x.abs();
    if !x.is_finite() {
        return x;
    }
    let above = nextafter(x, f64::INFINITY);
    if above.is_infinite() { x - nextafter(x, 0.0) } else { above - x }
}

/// `math.isclose`; the tolerances are not negative.
pub extern "C" fn is_close(a: f64, b: f64, relative: f64, absolute: f64) -> bool {
    if a == b {
        return true;
    }
    if a.is_infinite() || b.is_infinite() {
        return false;
    }
    let difference = (b - a).abs();
    difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute
}
