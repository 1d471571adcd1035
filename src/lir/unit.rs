//! A compilation unit: the functions that a tier compiles, publishes and frees together.

use std::fmt;

use super::function::Function;

/// Names one specialization of one Python function, process-wide. Entry cells and counters are found by it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

impl fmt::Display for FunctionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function{}", self.0)
    }
}

/// What a tier compiles in one go.
///
/// `functions[0]` is the body, with the arguments and results of its signature. `functions[1]` is its entry with
/// the one signature that the dispatcher knows: `(ptr) -> i32`, where the pointer leads to 8-byte slots, the
/// arguments first and the results after them; it shares the body's id and calls it directly. Functions after
/// these are callees that tier 2 may inline: a call to an id that the unit holds is direct, any other goes through
/// the callee's cell.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Body, entry, further callees.
    pub functions: Vec<Function>,
}

impl Unit {
    /// The body.
    pub fn body(&self) -> &Function {
        &self.functions[0]
    }

    /// The entry that the dispatcher calls.
    pub fn entry(&self) -> &Function {
        &self.functions[1]
    }
}
