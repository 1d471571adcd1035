//! The C interface of the LLVM tier's shared library: what crosses it, stated once for both sides.
//!
//! ```text
//! process                          libupshift_llvm.so
//!   version()          ----------->  must equal `version_number()` of the process
//!   create             ----------->  a tier, for the process's runtime symbols
//!   compile, list      ----------->  a unit as bytes in; addresses and a report, or an error's text, out
//!   free_code, free_text, destroy
//! ```
//!
//! Numbers, pointers and lengths only; no panic and no allocation of one side is freed by the other. Both sides are
//! built from one source, and the version number covers the tables that the byte form depends on.

use std::ffi::c_void;
use std::fmt;
use std::hash::Hasher;
use std::ptr::null;
use std::time::Duration;

use rustc_hash::FxHasher;

use crate::lir::Op;
use crate::runtime::symbols::Symbol;
use crate::tier::{CompileError, Listing};

/// Counts changes to the structs and functions below, and to the byte form of units.
const REVISION: u64 = 2;

/// What both sides must agree on: the interface, the operations, the runtime's symbols.
pub fn version_number() -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(REVISION);
    for op in Op::ALL {
        hasher.write(op.info().name.as_bytes());
    }
    for symbol in Symbol::ALL {
        let info = symbol.info();
        hasher.write(info.name.as_bytes());
        info.params.iter().chain(info.returns).for_each(|&ty| hasher.write_u8(ty as u8));
        hasher.write_u8(info.effects as u8);
    }
    hasher.finish()
}

/// Which of LLVM's passes run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(u32)]
pub enum Pipeline {
    /// A third of O3's time at the speed of O3 on numeric loops.
    #[default]
    Lean,
    /// LLVM's `default<O1>`.
    O1,
    /// LLVM's `default<O2>`.
    O2,
    /// LLVM's `default<O3>`.
    O3,
}

impl Pipeline {
    /// All pipelines, in the order of their encoding.
    pub const ALL: [Pipeline; 4] = [Pipeline::Lean, Pipeline::O1, Pipeline::O2, Pipeline::O3];

    /// The name in options.
    pub fn name(self) -> &'static str {
        match self {
            Pipeline::Lean => "lean",
            Pipeline::O1 => "O1",
            Pipeline::O2 => "O2",
            Pipeline::O3 => "O3",
        }
    }

    /// The pipeline called `name` in options.
    pub fn from_name(name: &str) -> Option<Pipeline> {
        Pipeline::ALL.into_iter().find(|pipeline| pipeline.name() == name)
    }

    /// The pipeline with this encoding.
    pub fn from_code(code: u32) -> Option<Pipeline> {
        Pipeline::ALL.into_iter().find(|&pipeline| pipeline as u32 == code)
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a compilation cost and made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[repr(C)]
pub struct Report {
    /// Nanoseconds from lir to LLVM IR.
    pub translate_ns: u64,
    /// Nanoseconds in LLVM's passes.
    pub passes_ns: u64,
    /// Nanoseconds from LLVM IR to object bytes.
    pub emit_ns: u64,
    /// Nanoseconds from object bytes to code in memory.
    pub link_ns: u64,
    /// Bytes of the object.
    pub object_size: usize,
    /// Loops that now work on vectors.
    pub vector_loops: usize,
}

impl Report {
    /// All stages together.
    pub fn total(&self) -> Duration {
        Duration::from_nanos(self.translate_ns + self.passes_ns + self.emit_ns + self.link_ns)
    }
}

/// A text, or bytes, that the library allocated; null if there is none.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Text {
    /// The bytes; of a text, UTF-8.
    pub ptr: *const u8,
    /// How many.
    pub len: usize,
}

impl Default for Text {
    fn default() -> Text {
        Text { ptr: null(), len: 0 }
    }
}

/// Where the address of a function's body is read.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct CellAddress {
    /// The function's id.
    pub function: u32,
    /// The address of its cell.
    pub address: usize,
}

/// A unit to compile.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct CompileRequest {
    /// The unit's byte form.
    pub unit: *const u8,
    /// Its length.
    pub unit_len: usize,
    /// The cells of the functions that the unit calls and does not hold.
    pub cells: *const CellAddress,
    /// How many.
    pub cell_count: usize,
    /// A `Pipeline`.
    pub pipeline: u32,
    /// Not 0 if the reply should hold symbols.
    pub is_described: u32,
}

/// What a compilation gives. Fields that do not apply are 0.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct CompileReply {
    /// Address of the body.
    pub body: usize,
    /// Address of the entry.
    pub entry: usize,
    /// Bytes of machine code.
    pub size: usize,
    /// The code, to be freed by `FreeCode`.
    pub code: *mut c_void,
    /// What it cost.
    pub report: Report,
    /// `code_symbols` as bytes, if the request asks for them.
    pub symbols: Text,
    /// What went wrong.
    pub error: Text,
}

impl Default for CompileReply {
    fn default() -> CompileReply {
        CompileReply {
            body: 0,
            entry: 0,
            size: 0,
            code: std::ptr::null_mut(),
            report: Report::default(),
            symbols: Text::default(),
            error: Text::default(),
        }
    }
}

/// How a call ended. The text says more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Status(pub u32);

impl Status {
    /// All went well.
    pub const DONE: Status = Status(0);
    /// `CompileError::TooLarge`.
    pub const TOO_LARGE: Status = Status(1);
    /// `CompileError::OutOfMemory`.
    pub const OUT_OF_MEMORY: Status = Status(2);
    /// `CompileError::Bug`.
    pub const BUG: Status = Status(3);

    /// The status and the text of an error.
    pub fn of(error: CompileError) -> (Status, String) {
        match error {
            CompileError::TooLarge(what) => (Status::TOO_LARGE, what),
            CompileError::OutOfMemory => (Status::OUT_OF_MEMORY, String::new()),
            CompileError::Bug { stage, message } => (Status::BUG, format!("{stage}: {message}")),
        }
    }

    /// The error that a status and its text stand for.
    pub fn into_error(self, text: String) -> CompileError {
        match self {
            Status::TOO_LARGE => CompileError::TooLarge(text),
            Status::OUT_OF_MEMORY => CompileError::OutOfMemory,
            _ => CompileError::Bug { stage: "tier 2", message: text },
        }
    }
}

/// The encoding of a listing.
pub fn listing_code(listing: Listing) -> u32 {
    match listing {
        Listing::Intermediate => 0,
        Listing::Assembly => 1,
        Listing::Remarks => 2,
    }
}

/// The listing with this encoding.
pub fn listing_from_code(code: u32) -> Option<Listing> {
    [Listing::Intermediate, Listing::Assembly, Listing::Remarks]
        .into_iter()
        .find(|&listing| listing_code(listing) == code)
}

/// `upshift_llvm_version()`: the library's `version_number`.
pub type Version = extern "C" fn() -> u64;
/// `upshift_llvm_create(symbols, count, tier, error)`: addresses in the order of `Symbol::ALL`; the tier on success.
pub type Create = unsafe extern "C" fn(*const usize, usize, *mut *mut c_void, *mut Text) -> Status;
/// `upshift_llvm_destroy(tier)`: code that it made lives on.
pub type Destroy = unsafe extern "C" fn(*mut c_void);
/// `upshift_llvm_compile(tier, request, reply)`: any thread, any number at once.
pub type Compile = unsafe extern "C" fn(*const c_void, *const CompileRequest, *mut CompileReply) -> Status;
/// `upshift_llvm_list(tier, request, listing, text)`: the listing, or the error; the request's cells do not matter.
pub type List = unsafe extern "C" fn(*const c_void, *const CompileRequest, u32, *mut Text) -> Status;
/// `upshift_llvm_free_code(code)`: nothing may run in it or return to it.
pub type FreeCode = unsafe extern "C" fn(*mut c_void);
/// `upshift_llvm_free_text(text)`.
pub type FreeText = unsafe extern "C" fn(Text);

/// The names under which the library exports these functions.
pub mod names {
    /// See `Version`.
    pub const VERSION: &[u8] = b"upshift_llvm_version\0";
    /// See `Create`.
    pub const CREATE: &[u8] = b"upshift_llvm_create\0";
    /// See `Destroy`.
    pub const DESTROY: &[u8] = b"upshift_llvm_destroy\0";
    /// See `Compile`.
    pub const COMPILE: &[u8] = b"upshift_llvm_compile\0";
    /// See `List`.
    pub const LIST: &[u8] = b"upshift_llvm_list\0";
    /// See `FreeCode`.
    pub const FREE_CODE: &[u8] = b"upshift_llvm_free_code\0";
    /// See `FreeText`.
    pub const FREE_TEXT: &[u8] = b"upshift_llvm_free_text\0";
}
