//! What a fallible numeric routine answers: 0, or why there is no result.
//!
//! A routine never raises: lowering branches on the status and raises with the message of the Python function that
//! it compiles (`library::math_rules` has those of `math` and `cmath`). On failure the contents of `out` are some
//! value. Routines that need no status signal failure by their result, as their rows in `symbols` say.

/// The result is there.
pub const OK: i32 = 0;
/// The argument is outside of the domain: `ValueError`.
pub const DOMAIN: i32 = 1;
/// The result exceeds the floats: `OverflowError`.
pub const RANGE: i32 = 2;
/// The divisor is zero, or zero is raised to a negative power: `ZeroDivisionError`.
pub const ZERO_DIVISION: i32 = 3;
/// The result exceeds 64-bit integers: Python would go on with a longer integer, compiled code cannot.
pub const TOO_LARGE: i32 = 4;
/// There is no memory for the result: `MemoryError`.
pub const NO_MEMORY: i32 = 5;
