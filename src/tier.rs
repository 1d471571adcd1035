//! The one trait that both back ends implement.
//!
//!     Unit (verified lir) --compile--> Code: machine code in memory, freed when `memory` is dropped
//!
//! A tier is a plain translation: everything that Python or NumPy demand is explicit in lir already. It may refuse
//! with a reason; it never panics out and never changes the unit.

use std::any::Any;
use std::fmt;

use crate::code_symbols::CodeSymbol;
use crate::lir::{FunctionId, Unit};

/// What compiled code is linked against.
pub struct Linkage<'a> {
    /// The address of every runtime symbol, in the order of `Symbol::ALL`.
    pub symbols: &'a [usize],
    /// The address of the cell that holds the address of a function's body: an `AtomicPtr`, read with acquire order
    /// at each call. Asked only for functions that are not in the unit.
    pub body_cell: &'a dyn Fn(FunctionId) -> usize,
}

/// Machine code, ready to run.
pub struct Code {
    /// Address of `functions[0]`, with the C calling convention of its signature.
    pub body: usize,
    /// Address of `functions[1]`: `extern "C" fn(*mut u64) -> i32`.
    pub entry: usize,
    /// Bytes of machine code.
    pub size: usize,
    /// Owns the memory; dropping it frees the code, so nothing may run in it or return to it by then.
    pub memory: Box<dyn Any + Send + Sync>,
}

/// Why a tier did not compile a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompileError {
    /// The unit exceeds a limit of the tier; the text says which.
    TooLarge(String),
    /// No memory for the code.
    OutOfMemory,
    /// A fault of ours: the stage that failed and what it said.
    Bug {
        /// The stage.
        stage: &'static str,
        /// The message.
        message: String,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::TooLarge(what) => write!(f, "the function is too large: {what}"),
            CompileError::OutOfMemory => write!(f, "no memory is left for compiled code"),
            CompileError::Bug { stage, message } => write!(f, "internal error in {stage}: {message}"),
        }
    }
}

impl std::error::Error for CompileError {}

/// What a representation of the generated code is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Listing {
    /// The tier's own intermediate form: CLIF or LLVM IR.
    Intermediate,
    /// Assembly.
    Assembly,
    /// What the tier's optimizer says of loops and calls: a row `function:line:message` for each remark, the function by
    /// its place in the unit. Empty for a tier that says nothing.
    Remarks,
}

/// A back end.
pub trait Tier: Send + Sync {
    /// Translates a verified unit to machine code.
    ///
    /// # Errors
    /// See `CompileError`.
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError>;

    /// Compiles as `compile` does, and says where which function and which line lies; a tier that can not gives no
    /// symbols.
    ///
    /// # Errors
    /// See `CompileError`.
    fn compile_described(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        self.compile(unit, linkage).map(|code| (code, Vec::new()))
    }

    /// Shows the code of a unit as text, compiled for this purpose alone.
    ///
    /// # Errors
    /// See `CompileError`.
    fn list(&self, unit: &Unit, listing: Listing) -> Result<String, CompileError>;
}
