//! The LLVM tier behind its shared library: opened by path, asked over the C interface of
//! `upshift_core::tier_interface`. This side links no LLVM.
//!
//! Opening takes 2 ms from a warm disk and 50 from a cold one, and a compilation takes milliseconds: both belong on a
//! background thread that does not hold the GIL. The library is never closed: code that it made may run until the
//! process ends.

use std::ffi::c_void;
use std::fmt;
use std::path::{Path, PathBuf};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use libloading::os::unix::{Library, RTLD_LAZY, RTLD_LOCAL};
use upshift_core::code_symbols::{CodeSymbol, decode_symbols};
use upshift_core::lir::{FunctionId, Unit, encode_unit};
use upshift_core::tier::{Code, CompileError, Linkage, Listing, Tier};
use upshift_core::tier_interface::{
    CellAddress, Compile, CompileReply, CompileRequest, Create, Destroy, FreeCode, FreeText, List, Pipeline, Report,
    Status, Text, Version, listing_code, names, version_number,
};

/// The LLVM tier of an opened library.
pub struct LlvmLibrary {
    functions: Functions,
    tier: *mut c_void,
    pipeline: Pipeline,
}

// SAFETY: the interface lets any thread use a tier, any number at once.
unsafe impl Send for LlvmLibrary {}
// SAFETY: as above.
unsafe impl Sync for LlvmLibrary {}

/// Why the library cannot be used.
#[derive(Debug)]
pub enum OpenError {
    /// It does not open, or lacks a function.
    Library(PathBuf, libloading::Error),
    /// It was built from another version of upshift.
    Version(PathBuf),
    /// It opened and could not make a tier.
    Tier(CompileError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Library(path, error) => write!(f, "{} does not open: {error}", path.display()),
            OpenError::Version(path) => write!(f, "{} belongs to another version of upshift", path.display()),
            OpenError::Tier(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for OpenError {}

/// The library's functions.
#[derive(Clone, Copy)]
struct Functions {
    version: Version,
    create: Create,
    destroy: Destroy,
    compile: Compile,
    list: List,
    free_code: FreeCode,
    free_text: FreeText,
}

impl LlvmLibrary {
    /// Opens the library at `path` and makes a tier for code that is linked against `symbols`, the addresses of the
    /// runtime's routines in the order of `Symbol::ALL`. `pipeline` holds where a compilation does not state its own.
    ///
    /// # Errors
    /// See `OpenError`.
    pub fn open(path: &Path, symbols: &[usize], pipeline: Pipeline) -> Result<LlvmLibrary, OpenError> {
        let functions = Functions::load(path).map_err(|error| OpenError::Library(path.to_owned(), error))?;
        if (functions.version)() != version_number() {
            return Err(OpenError::Version(path.to_owned()));
        }
        let (mut tier, mut error) = (null_mut(), Text::default());
        // SAFETY: the versions agree, so the functions have the types stated; the pointers are valid.
        let status = unsafe { (functions.create)(symbols.as_ptr(), symbols.len(), &raw mut tier, &raw mut error) };
        let text = functions.take_text(error);
        if status != Status::DONE {
            return Err(OpenError::Tier(status.into_error(text)));
        }
        Ok(LlvmLibrary { functions, tier, pipeline })
    }

    /// Compiles with another pipeline than the library's, and tells the cost.
    ///
    /// # Errors
    /// See `CompileError`.
    pub fn compile_with(
        &self,
        unit: &Unit,
        linkage: &Linkage<'_>,
        pipeline: Pipeline,
    ) -> Result<(Code, Report), CompileError> {
        self.ask(unit, linkage, pipeline, false).map(|(code, report, _)| (code, report))
    }

    fn ask(
        &self,
        unit: &Unit,
        linkage: &Linkage<'_>,
        pipeline: Pipeline,
        is_described: bool,
    ) -> Result<(Code, Report, Vec<CodeSymbol>), CompileError> {
        let bytes = encode_unit(unit);
        let cells: Vec<CellAddress> = outside_callees(unit)
            .into_iter()
            .map(|id| CellAddress { function: id.0, address: (linkage.body_cell)(id) })
            .collect();
        let request = request(&bytes, &cells, pipeline, is_described);
        let mut reply = CompileReply::default();
        // SAFETY: tier and pointers are valid; the request's lengths are those of its slices.
        let status = unsafe { (self.functions.compile)(self.tier, &raw const request, &raw mut reply) };
        let text = self.functions.take_text(reply.error);
        if status != Status::DONE {
            return Err(status.into_error(text));
        }
        LIVE_BYTES.fetch_add(reply.size, Relaxed);
        let memory = Box::new(LibraryCode { code: reply.code, size: reply.size, free: self.functions.free_code });
        let symbols = decode_symbols(&self.functions.take_bytes(reply.symbols)).unwrap_or_default();
        Ok((Code { body: reply.body, entry: reply.entry, size: reply.size, memory }, reply.report, symbols))
    }
}

impl Tier for LlvmLibrary {
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError> {
        self.compile_with(unit, linkage, self.pipeline).map(|(code, _)| code)
    }

    fn compile_described(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        self.ask(unit, linkage, self.pipeline, true).map(|(code, _, symbols)| (code, symbols))
    }

    fn list(&self, unit: &Unit, listing: Listing) -> Result<String, CompileError> {
        let bytes = encode_unit(unit);
        let request = request(&bytes, &[], self.pipeline, false);
        let mut text = Text::default();
        // SAFETY: as in `compile_with`.
        let status =
            unsafe { (self.functions.list)(self.tier, &raw const request, listing_code(listing), &raw mut text) };
        let text = self.functions.take_text(text);
        if status == Status::DONE { Ok(text) } else { Err(status.into_error(text)) }
    }
}

impl Drop for LlvmLibrary {
    fn drop(&mut self) {
        // SAFETY: the tier is ours and not used any more; its code lives on.
        unsafe { (self.functions.destroy)(self.tier) }
    }
}

/// Bytes of the code that the library made and that is alive.
static LIVE_BYTES: AtomicUsize = AtomicUsize::new(0);

/// Bytes of machine code of tier 2 in the process; for tests that memory stays flat.
pub fn live_bytes() -> usize {
    LIVE_BYTES.load(Relaxed)
}

/// Code that the library made.
struct LibraryCode {
    code: *mut c_void,
    size: usize,
    free: FreeCode,
}

// SAFETY: the library frees code on any thread, and nothing else can be done with it.
unsafe impl Send for LibraryCode {}
// SAFETY: as above.
unsafe impl Sync for LibraryCode {}

impl Drop for LibraryCode {
    fn drop(&mut self) {
        LIVE_BYTES.fetch_sub(self.size, Relaxed);
        // SAFETY: whoever drops the code says that nothing runs in it.
        unsafe { (self.free)(self.code) }
    }
}

impl Functions {
    fn load(path: &Path) -> Result<Functions, libloading::Error> {
        // SAFETY: the library's initializers only register parts of LLVM. It is leaked, so what it defines stays.
        let library = Box::leak(Box::new(unsafe { Library::open(Some(path), RTLD_LAZY | RTLD_LOCAL)? }));
        // SAFETY: the names stand for these types in `tier_interface`; the version is checked before other calls.
        unsafe {
            Ok(Functions {
                version: *library.get(names::VERSION)?,
                create: *library.get(names::CREATE)?,
                destroy: *library.get(names::DESTROY)?,
                compile: *library.get(names::COMPILE)?,
                list: *library.get(names::LIST)?,
                free_code: *library.get(names::FREE_CODE)?,
                free_text: *library.get(names::FREE_TEXT)?,
            })
        }
    }

    /// Copies a text and frees it.
    fn take_text(&self, text: Text) -> String {
        String::from_utf8_lossy(&self.take_bytes(text)).into_owned()
    }

    fn take_bytes(&self, text: Text) -> Vec<u8> {
        if text.ptr.is_null() {
            return Vec::new();
        }
        // SAFETY: the library says how long its text is, and frees what it made.
        unsafe {
            let copy = std::slice::from_raw_parts(text.ptr, text.len).to_vec();
            (self.free_text)(text);
            copy
        }
    }
}

/// The functions that the unit calls and does not hold, each once.
fn outside_callees(unit: &Unit) -> Vec<FunctionId> {
    let mut ids: Vec<FunctionId> =
        unit.functions.iter().flat_map(|func| &func.callees).map(|callee| callee.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.retain(|&id| unit.functions.iter().all(|func| func.id != id));
    ids
}

fn request(unit: &[u8], cells: &[CellAddress], pipeline: Pipeline, is_described: bool) -> CompileRequest {
    CompileRequest {
        unit: unit.as_ptr(),
        unit_len: unit.len(),
        cells: cells.as_ptr(),
        cell_count: cells.len(),
        pipeline: pipeline as u32,
        is_described: u32::from(is_described),
    }
}
