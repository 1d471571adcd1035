//! NumPy's functions of complex arguments: mostly the C library's, where `cmath` has its own.
//!
//! They never fail; parts of a result may be infinite or NaN. Convention as in `runtime::complex`.

use crate::runtime::complex::{Complex, Complex32};
use crate::runtime::libm;

macro_rules! library {
    ($complex:ident: $($function:ident)*) => {
        // A C complex number is passed like a struct of its two parts on x86-64 and AArch64.
        #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
        unsafe extern "C" {
            $( pub(super) safe fn $function(z: $complex) -> $complex; )*
        }
    };
}

mod raw {
    use super::{Complex, Complex32};

    library!(Complex: cexp clog csqrt csin ccos ctan csinh ccosh ctanh casin cacos catan casinh cacosh catanh);
    library!(Complex32: cexpf clogf csqrtf csinf ccosf ctanf csinhf ccoshf ctanhf casinf cacosf catanf casinhf cacoshf
        catanhf);

    unsafe extern "C" {
        pub(super) safe fn cpow(z: Complex, exponent: Complex) -> Complex;
        pub(super) safe fn cpowf(z: Complex32, exponent: Complex32) -> Complex32;
    }
}

macro_rules! routines {
    ($complex:ident, $ty:ident: $( $name:ident = $function:expr; )*) => {
        $(
            #[doc = concat!("`numpy.", stringify!($name), "` of a complex number.\n\n")]
            /// # Safety
            /// `out` may be written.
            pub unsafe extern "C" fn $name(re: $ty, im: $ty, out: *mut $complex) {
                let function: fn($complex) -> $complex = $function;
                // SAFETY: the caller's promise.
                unsafe { out.write(function($complex { re, im })) };
            }
        )*
    };
}

macro_rules! precision {
    ($module:ident, $complex:ident, $ty:ident, $consts:path,
     [$($name:ident $function:ident)*], [$exp:ident $log:ident $pow:ident],
     [$lexp:ident $lexpm1:ident $llog:ident $lsin:ident $lcos:ident $lhypot:ident $latan2:ident]) => {
        #[doc = concat!("Of parts of type ", stringify!($ty), ".")]
        pub mod $module {
            use $consts::{LN_2, LOG2_E, LOG10_E};

            use super::{$complex, libm, raw};

            routines! { $complex, $ty:
                $( $name = |z| raw::$function(z); )*
                exp2 = |z| raw::$exp($complex::new(z.re * LN_2, z.im * LN_2));
                log2 = |z| scale(raw::$log(z), LOG2_E);
                log10 = |z| scale(raw::$log(z), LOG10_E);
                expm1 = expm1_parts;
                log1p = log1p_parts;
            }

            fn scale(z: $complex, factor: $ty) -> $complex {
                $complex::new(z.re * factor, z.im * factor)
            }

            fn expm1_parts(z: $complex) -> $complex {
                let half = libm::$lsin(z.im / 2.0);
                let re = libm::$lexpm1(z.re) * libm::$lcos(z.im) - 2.0 * half * half;
                $complex::new(re, libm::$lexp(z.re) * libm::$lsin(z.im))
            }

            fn log1p_parts(z: $complex) -> $complex {
                let length = libm::$lhypot(z.re + 1.0, z.im);
                $complex::new(libm::$llog(length), libm::$latan2(z.im, z.re + 1.0))
            }

            /// `numpy.power` of complex numbers.
            ///
            /// # Safety
            /// `out` may be written.
            pub unsafe extern "C" fn power(re: $ty, im: $ty, by_re: $ty, by_im: $ty, out: *mut $complex) {
                // SAFETY: the caller's promise.
                unsafe { out.write(raise($complex::new(re, im), $complex::new(by_re, by_im))) };
            }

            fn raise(base: $complex, exponent: $complex) -> $complex {
                if exponent.re == 0.0 && exponent.im == 0.0 {
                    return $complex::new(1.0, 0.0);
                }
                if base.re == 0.0 && base.im == 0.0 {
                    return if exponent.re > 0.0 { $complex::new(0.0, 0.0) } else { $complex::new($ty::NAN, $ty::NAN) };
                }
                let is_whole = exponent.im == 0.0 && exponent.re.abs() < 100.0 && exponent.re == exponent.re.trunc();
                if is_whole { raise_whole(base, exponent.re as i64) } else { raw::$pow(base, exponent) }
            }

            /// Squares and multiplies; exponents 1 to 3 multiply without the leading 1, which keeps signed zeros.
            fn raise_whole(base: $complex, exponent: i64) -> $complex {
                match exponent {
                    1 => return base,
                    2 => return base.times(base),
                    3 => return base.times(base.times(base)),
                    _ => {}
                }
                let rest = exponent.unsigned_abs();
                let one = $complex::new(1.0, 0.0);
                let mut square = base;
                let mut result = one;
                for bit in 0..u64::BITS - rest.leading_zeros() {
                    if rest >> bit & 1 == 1 {
                        result = result.times(square);
                    }
                    square = square.times(square);
                }
                if exponent < 0 { one.over_scaled(result) } else { result }
            }
        }
    };
}

precision!(double, Complex, f64, std::f64::consts,
    [exp cexp log clog sqrt csqrt sin csin cos ccos tan ctan sinh csinh cosh ccosh tanh ctanh
     arcsin casin arccos cacos arctan catan arcsinh casinh arccosh cacosh arctanh catanh],
    [cexp clog cpow], [exp expm1 log sin cos hypot atan2]);
precision!(single, Complex32, f32, std::f32::consts,
    [exp cexpf log clogf sqrt csqrtf sin csinf cos ccosf tan ctanf sinh csinhf cosh ccoshf tanh ctanhf
     arcsin casinf arccos cacosf arctan catanf arcsinh casinhf arccosh cacoshf arctanh catanhf],
    [cexpf clogf cpowf], [expf expm1f logf sinf cosf hypotf atan2f]);
