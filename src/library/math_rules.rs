//! The functions of `math` and `cmath` that call the runtime: symbol, and how failure follows.
//!
//! A float function of the runtime returns a value always. Python's error, if there is one, follows from arguments
//! and result, so lowering composes it from comparisons:
//!
//! ```text
//! result is NaN, no argument is:                    on_nan
//! result is infinite, all arguments are finite:     on_infinity
//! ```
//!
//! `FloatRule::failure` is the reference meaning. Routines that return a status have a `*_STATUS` table each.

use crate::runtime::status;
use crate::runtime::symbols::Symbol;

/// An exception of a numeric function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// `ValueError("math domain error")`
    Domain,
    /// `OverflowError("math range error")`
    Range,
}

impl Failure {
    /// The exception class.
    pub fn exception(self) -> &'static str {
        match self {
            Failure::Domain => "ValueError",
            Failure::Range => "OverflowError",
        }
    }

    /// The message.
    pub fn message(self) -> &'static str {
        match self {
            Failure::Domain => "math domain error",
            Failure::Range => "math range error",
        }
    }
}

/// `ValueError` for a NaN that no argument was.
const DOMAIN: Option<Failure> = Some(Failure::Domain);
/// The function is defined everywhere: NaN comes from NaN only, so that no test is needed.
const TOTAL: Option<Failure> = None;

/// What an infinite result of finite arguments means. "First" is the first argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InfinityRule {
    /// It does not occur, or is the answer.
    Answer,
    /// A pole.
    Domain,
    /// Overflow.
    Range,
    /// A pole if the first argument is zero, else overflow.
    DomainAtZero,
    /// A pole if the first argument is zero or negative, else overflow.
    DomainUpToZero,
}

/// A function of `math` from floats to a float.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FloatRule {
    /// The name in `math`.
    pub name: &'static str,
    /// The routine, with the function's parameters.
    pub symbol: Symbol,
    /// What a NaN from other numbers means; `None`: it is the answer.
    pub on_nan: Option<Failure>,
    /// What infinity from finite numbers means.
    pub on_infinity: InfinityRule,
}

impl FloatRule {
    /// The exception that `math` raises for these arguments, given the routine's result.
    pub fn failure(&self, args: &[f64], result: f64) -> Option<Failure> {
        if result.is_nan() {
            return if args.iter().any(|arg| arg.is_nan()) { None } else { self.on_nan };
        }
        if !result.is_infinite() || args.iter().any(|arg| !arg.is_finite()) {
            return None;
        }
        let first = args.first().copied().unwrap_or(0.0);
        match self.on_infinity {
            InfinityRule::Answer => None,
            InfinityRule::Domain => Some(Failure::Domain),
            InfinityRule::Range => Some(Failure::Range),
            InfinityRule::DomainAtZero => Some(if first == 0.0 { Failure::Domain } else { Failure::Range }),
            InfinityRule::DomainUpToZero => Some(if first <= 0.0 { Failure::Domain } else { Failure::Range }),
        }
    }
}

macro_rules! float_rules {
    ($( $name:literal $symbol:ident $nan:ident $infinity:ident; )*) => {
        /// Every function of `math` from floats to a float that calls the runtime.
        pub const FLOAT_RULES: &[FloatRule] = &[ $( FloatRule {
            name: $name,
            symbol: Symbol::$symbol,
            on_nan: $nan,
            on_infinity: InfinityRule::$infinity,
        }, )* ];
    };
}

float_rules! {
    "acos" Acos DOMAIN Answer;
    "acosh" Acosh DOMAIN Answer;
    "asin" Asin DOMAIN Answer;
    "asinh" Asinh TOTAL Answer;
    "atan" Atan TOTAL Answer;
    "atan2" Atan2 TOTAL Answer;
    "atanh" Atanh DOMAIN Domain;
    "cbrt" Cbrt TOTAL Answer;
    "cos" Cos DOMAIN Answer;
    "cosh" Cosh TOTAL Range;
    "erf" Erf TOTAL Answer;
    "erfc" Erfc TOTAL Answer;
    "exp" Exp TOTAL Range;
    "exp2" Exp2 TOTAL Range;
    "expm1" Expm1 TOTAL Range;
    "fmod" Fmod DOMAIN Answer;
    "gamma" Gamma DOMAIN DomainAtZero;
    "hypot" MathHypot TOTAL Answer;
    "lgamma" Lgamma DOMAIN DomainUpToZero;
    "log" Log DOMAIN Domain;
    "log10" Log10 DOMAIN Domain;
    "log1p" Log1p DOMAIN Domain;
    "log2" Log2 DOMAIN Domain;
    "nextafter" NextAfter TOTAL Answer;
    "pow" Pow DOMAIN DomainAtZero;
    "remainder" Remainder DOMAIN Answer;
    "sin" Sin DOMAIN Answer;
    "sinh" Sinh TOTAL Range;
    "tan" Tan DOMAIN Answer;
    "tanh" Tanh TOTAL Answer;
    "ulp" Ulp TOTAL Answer;
}

/// The rule of `math`'s function `name`.
pub fn float_rule(name: &str) -> Option<&'static FloatRule> {
    FLOAT_RULES.iter().find(|rule| rule.name == name)
}

/// `math.ldexp`, whose second parameter is an integer: an infinite result of a finite first argument is `Range`.
pub const LDEXP: Symbol = Symbol::Ldexp;

/// What a status other than OK means to one caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StatusRule {
    /// The status.
    pub status: i32,
    /// The exception class.
    pub exception: &'static str,
    /// The message.
    pub message: &'static str,
}

const fn rule(status: i32, exception: &'static str, message: &'static str) -> StatusRule {
    StatusRule { status, exception, message }
}

/// Of every function of `cmath`.
pub const CMATH_STATUS: &[StatusRule] = &[
    rule(status::DOMAIN, "ValueError", "math domain error"),
    rule(status::RANGE, "OverflowError", "math range error"),
];

/// Of `complex / complex`. `cmath.log` with a base raises `ValueError("math domain error")` instead.
pub const COMPLEX_DIVIDE_STATUS: &[StatusRule] =
    &[rule(status::ZERO_DIVISION, "ZeroDivisionError", "complex division by zero")];

/// Of `complex ** complex`.
pub const COMPLEX_POWER_STATUS: &[StatusRule] = &[
    rule(status::ZERO_DIVISION, "ZeroDivisionError", "0.0 to a negative or complex power"),
    rule(status::RANGE, "OverflowError", "complex exponentiation"),
];

/// Of `int(float)`.
pub const FLOAT_TO_INT_STATUS: &[StatusRule] = &[
    rule(status::DOMAIN, "ValueError", "cannot convert float NaN to integer"),
    rule(status::RANGE, "OverflowError", "cannot convert float infinity to integer"),
    rule(status::TOO_LARGE, "OverflowError", "float exceeds a 64-bit integer"),
];

/// Of `math.fsum`.
pub const SUM_STATUS: &[StatusRule] = &[
    rule(status::DOMAIN, "ValueError", "-inf + inf in fsum"),
    rule(status::RANGE, "OverflowError", "intermediate overflow in fsum"),
];

/// Of the checked integer functions: a limit of compiled code, where Python's integers grow.
pub const INTEGER_STATUS: &[StatusRule] =
    &[rule(status::TOO_LARGE, "OverflowError", "the result exceeds a 64-bit integer")];

/// A function of `math` from integers to an integer. No argument may be negative where `negative` has a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntegerRule {
    /// The name in `math`.
    pub name: &'static str,
    /// The routine; if it returns a status, `INTEGER_STATUS` holds.
    pub symbol: Symbol,
    /// By parameter, the message of the `ValueError` for a negative argument; empty if all are welcome.
    pub negative: &'static [&'static str],
}

const fn integer(name: &'static str, symbol: Symbol, negative: &'static [&'static str]) -> IntegerRule {
    IntegerRule { name, symbol, negative }
}

const N_AND_K: &[&str] = &["n must be a non-negative integer", "k must be a non-negative integer"];

/// The integer functions of `math`, with two parameters where Python takes any number. A negative result of `gcd` is
/// 2**63, a limit as in `INTEGER_STATUS`.
pub const INTEGER_RULES: &[IntegerRule] = &[
    integer("comb", Symbol::Comb, N_AND_K),
    integer("factorial", Symbol::Factorial, &["factorial() not defined for negative values"]),
    integer("gcd", Symbol::Gcd, &[]),
    integer("isqrt", Symbol::Isqrt, &["isqrt() argument must be nonnegative"]),
    integer("lcm", Symbol::LcmChecked, &[]),
    integer("perm", Symbol::Perm, N_AND_K),
];

/// The functions of `cmath` from a complex number to one; `rect` takes length and angle. `phase` is C's `atan2` of the
/// parts, `polar` that and C's `hypot`, whose infinity from finite parts is `Range`.
pub const CMATH_FUNCTIONS: &[(&str, Symbol)] = &[
    ("acos", Symbol::CmathAcos),
    ("acosh", Symbol::CmathAcosh),
    ("asin", Symbol::CmathAsin),
    ("asinh", Symbol::CmathAsinh),
    ("atan", Symbol::CmathAtan),
    ("atanh", Symbol::CmathAtanh),
    ("cos", Symbol::CmathCos),
    ("cosh", Symbol::CmathCosh),
    ("exp", Symbol::CmathExp),
    ("log", Symbol::CmathLog),
    ("log10", Symbol::CmathLog10),
    ("rect", Symbol::CmathRect),
    ("sin", Symbol::CmathSin),
    ("sinh", Symbol::CmathSinh),
    ("sqrt", Symbol::CmathSqrt),
    ("tan", Symbol::CmathTan),
    ("tanh", Symbol::CmathTanh),
];

/// `ValueError` of `math.isclose` and `cmath.isclose` for a negative tolerance.
pub const NEGATIVE_TOLERANCE: &str = "tolerances must be non-negative";
/// `OverflowError` of `abs(complex)`, C's `hypot` of the parts, for infinity from finite parts.
pub const ABSOLUTE_TOO_LARGE: &str = "absolute value too large";
/// `OverflowError` of `round(float, digits)` for infinity from a finite float.
pub const ROUNDED_TOO_LARGE: &str = "rounded value too large to represent";
/// `OverflowError` of `float ** float` for infinity from finite operands; its arguments are the number and the text.
pub const POWER_TOO_LARGE: (i32, &str) = (34, "Numerical result out of range");
/// `ZeroDivisionError` of zero to a negative power, of floats and integers.
pub const ZERO_TO_NEGATIVE: &str = "0.0 cannot be raised to a negative power";

/// `ZeroDivisionError` by operator: of integers, of floats.
pub const ZERO_DIVISORS: &[(&str, &str, &str)] = &[
    ("/", "division by zero", "float division by zero"),
    ("//", "integer division or modulo by zero", "float floor division by zero"),
    ("%", "integer modulo by zero", "float modulo"),
    ("divmod", "integer division or modulo by zero", "float divmod()"),
];
