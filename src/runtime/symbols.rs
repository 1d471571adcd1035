//! The runtime's routines as compiled code sees them: name, C signature, effects and address, one row each.
//!
//! Rows are the ABI between lir and the runtime. A tier resolves a symbol to an address through `addresses()`,
//! which the process that runs the code supplies; the LLVM tier's library receives the list over its C interface.
//! Routines are `extern "C"` and never unwind. `Bool` travels as a byte.

use std::ffi::c_void;
use std::fmt;

use crate::lir::Type;
use crate::runtime::{errors, memory};

/// What a routine does, for the optimizers of both tiers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolEffects {
    /// A function of its arguments alone: calls may be merged, moved and removed.
    Pure,
    /// Reads memory that its arguments lead to.
    Reads,
    /// Reads and writes memory.
    Writes,
    /// Records an exception; the caller takes an error path after it.
    Raises,
}

/// One row of the table.
#[derive(Debug)]
pub struct SymbolInfo {
    /// The name; of a libm routine its C name, so that LLVM knows it.
    pub name: &'static str,
    /// Parameter types.
    pub params: &'static [Type],
    /// Result types: none or one.
    pub returns: &'static [Type],
    /// What it does beside.
    pub effects: SymbolEffects,
}

macro_rules! symbols {
    ($( $(#[$meta:meta])* $variant:ident $name:literal = $path:path [$($fn_type:tt)*]
        ($($param:ident),*) -> ($($ret:ident)?), $effects:ident; )*) => {
        /// A routine of the runtime.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Symbol { $( $(#[$meta])* $variant, )* }

        impl Symbol {
            /// All symbols, in the order of their encoding.
            pub const ALL: &'static [Symbol] = &[ $( Symbol::$variant, )* ];

            /// The row of the symbol.
            pub fn info(self) -> &'static SymbolInfo {
                match self {
                    $( Symbol::$variant => &SymbolInfo {
                        name: $name,
                        params: &[ $( Type::$param ),* ],
                        returns: &[ $( Type::$ret )? ],
                        effects: SymbolEffects::$effects,
                    }, )*
                }
            }

            /// The address of the routine in this library.
            pub fn address(self) -> *const c_void {
                match self {
                    $( Symbol::$variant => $path as $($fn_type)* as *const c_void, )*
                }
            }
        }
    };
}

mod libm {
    unsafe extern "C" {
        pub(super) safe fn exp(x: f64) -> f64;
        pub(super) safe fn pow(x: f64, y: f64) -> f64;
    }
}

symbols! {
    // ---- errors ----
    /// Records the exception of a site: function id, site index, two numbers for its message.
    Raise "upshift_raise" = errors::raise [extern "C" fn(i64, i64, i64, i64)] (I64, I64, I64, I64) -> (), Raises;
    /// Adds a frame to the recorded exception's traceback: function id, line.
    Trace "upshift_trace" = errors::trace [extern "C" fn(i64, i64)] (I64, I64) -> (), Raises;

    // ---- memory ----
    /// A new block of the given number of bytes with one reference; its elements follow the header. Null: no memory.
    Allocate "upshift_allocate" = memory::allocate [extern "C" fn(i64) -> *mut memory::Header] (I64) -> (Ptr), Writes;
    /// The same, filled with zeros.
    AllocateZeroed "upshift_allocate_zeroed" = memory::allocate_zeroed [extern "C" fn(i64) -> *mut memory::Header]
        (I64) -> (Ptr), Writes;
    /// Adds a reference to a block.
    Retain "upshift_retain" = memory::retain [unsafe extern "C" fn(*mut memory::Header)] (Ptr) -> (), Writes;
    /// Drops a reference; frees the block with the last.
    Release "upshift_release" = memory::release [unsafe extern "C" fn(*mut memory::Header)] (Ptr) -> (), Writes;

    // ---- libm ----
    /// C's exp.
    Exp "exp" = libm::exp [extern "C" fn(f64) -> f64] (F64) -> (F64), Pure;
    /// C's pow.
    Pow "pow" = libm::pow [extern "C" fn(f64, f64) -> f64] (F64, F64) -> (F64), Pure;
}

impl Symbol {
    /// The symbol called `name`.
    pub fn from_name(name: &str) -> Option<Symbol> {
        Symbol::ALL.iter().copied().find(|symbol| symbol.info().name == name)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().name)
    }
}

/// The address of every symbol in the order of `Symbol::ALL`.
pub fn addresses() -> Vec<usize> {
    Symbol::ALL.iter().map(|symbol| symbol.address() as usize).collect()
}
