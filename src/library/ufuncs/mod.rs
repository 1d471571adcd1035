//! NumPy's ufuncs: functions of numbers that work element by element on arrays.
//!
//! Operators under their NumPy names compute as the operators do; Python numbers become NumPy scalars first, so that
//! `np.add(1, 2)` is an `int64`. There is no float16: functions of int8 and bool that NumPy computes in it are refused.
//!
//! | file | what it has |
//! |---|---|
//! | `plans.rs` | the types that a ufunc computes in |
//! | `rule.rs` | the typing rule of a call, `out=` included |
//! | `operators.rs` | operators and comparisons under their names |
//! | `arithmetic.rs` | extremes, signs, neighbours, remainders, powers |
//! | `transcendental.rs` | `exp` to `hypot`, angles |
//! | `logic.rs` | truth, tests of floats |
//! | `integers.rs` | `gcd`, `lcm` |
//! | `parts.rs` | functions of two results; real and imaginary parts |
//! | `selecting.rs` | `where`, `clip`, `round` |

/// A table of ufuncs: name, operands, plan, code.
macro_rules! ufuncs {
    ($( $static_name:ident $name:literal $inputs:literal $plan:expr, $emit:expr; )*) => {
        $( pub(super) static $static_name: crate::library::Ufunc =
            crate::library::Ufunc { name: $name, inputs: $inputs, plan: $plan, emit: $emit }; )*
        /// The table's entries.
        pub(in crate::library) const ENTRIES: &[crate::library::Entry] = &[ $( crate::library::Entry {
            name: $name,
            body: crate::library::Body::Elementwise(&$static_name),
        }, )* ];
    };
}

pub(super) mod arithmetic;
pub(super) mod integers;
pub(super) mod logic;
pub(super) mod operators;
pub(super) mod parts;
mod plans;
mod rule;
pub(super) mod selecting;
pub(super) mod transcendental;

pub(super) use arithmetic::absolute;
pub(crate) use arithmetic::plain_power;
pub(crate) use plans::{PLAIN_EXPONENTS, array_power};
pub use rule::{OutCall, ufunc_out, ufunc_rule};
pub use transcendental::{NumpyLoop, numpy_loop_of};
