//! The C interface over bytes: see `upshift_core::tier_interface`, which both sides share.
//!
//! Each function checks what it can, hands on to the tier, and lets no panic out.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::slice_from_raw_parts_mut;
use std::slice;

use upshift_core::code_symbols::encode_symbols;
use upshift_core::lir::{FunctionId, Unit, decode_unit};
use upshift_core::tier::{Code, CompileError, Linkage};
use upshift_core::tier_interface::{
    CellAddress, CompileReply, CompileRequest, Pipeline, Status, Text, listing_from_code, version_number,
};

use crate::tier::{LlvmTier, Options, bug, guard};

/// A tier and the addresses of the process's runtime symbols.
struct Handle {
    tier: LlvmTier,
    symbols: Vec<usize>,
}

/// See `tier_interface::Version`.
#[unsafe(no_mangle)]
pub extern "C" fn upshift_llvm_version() -> u64 {
    version_number()
}

/// See `tier_interface::Create`.
///
/// # Safety
/// `symbols` leads to `count` addresses; the other two are valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upshift_llvm_create(
    symbols: *const usize,
    count: usize,
    tier: *mut *mut c_void,
    error: *mut Text,
) -> Status {
    let created = guard(|| {
        // SAFETY: the caller's promise.
        let symbols = unsafe { slice_of(symbols, count) }.to_vec();
        Ok(Handle { tier: LlvmTier::new(Options::default())?, symbols })
    });
    // SAFETY: the caller's promise about the out-pointers.
    unsafe { reply(created, error, |handle| tier.write(Box::into_raw(Box::new(handle)).cast())) }
}

/// See `tier_interface::Destroy`.
///
/// # Safety
/// `tier` came from `upshift_llvm_create`, and nobody uses it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upshift_llvm_destroy(tier: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { drop_boxed::<Handle>(tier) }
}

/// See `tier_interface::Compile`.
///
/// # Safety
/// `tier` came from `upshift_llvm_create`; the request's pointers lead to as much as it says; `answer` is valid for
/// writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upshift_llvm_compile(
    tier: *const c_void,
    request: *const CompileRequest,
    answer: *mut CompileReply,
) -> Status {
    // SAFETY: the caller's promise.
    let (handle, request, answer) = unsafe { (&*tier.cast::<Handle>(), &*request, &mut *answer) };
    *answer = CompileReply::default();
    let compiled = guard(|| {
        // SAFETY: the caller's promise.
        let unit = unsafe { read_unit(request)? };
        // SAFETY: the caller's promise.
        let cells = unsafe { slice_of(request.cells, request.cell_count) };
        if let Some(id) = missing_cell(&unit, cells) {
            return Err(bug("interface", format!("no cell came for {id}")));
        }
        let body_cell = |id: FunctionId| cells.iter().find(|cell| cell.function == id.0).map_or(0, |cell| cell.address);
        let linkage = Linkage { symbols: &handle.symbols, body_cell: &body_cell };
        let options = read_options(request)?;
        if request.is_described != 0 {
            return handle.tier.compile_described_with(&unit, &linkage, options);
        }
        handle.tier.compile_with(&unit, &linkage, options).map(|(code, report)| (code, report, Vec::new()))
    });
    let error = &raw mut answer.error;
    // SAFETY: the error's place is in the answer.
    unsafe {
        reply(compiled, error, |(code, report, symbols)| {
            answer.body = code.body;
            answer.entry = code.entry;
            answer.size = code.size;
            answer.report = report;
            if request.is_described != 0 {
                answer.symbols = new_text(encode_symbols(&symbols));
            }
            answer.code = Box::into_raw(Box::new(code)).cast();
        })
    }
}

/// See `tier_interface::List`.
///
/// # Safety
/// As for `upshift_llvm_compile`; `text` is valid for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upshift_llvm_list(
    tier: *const c_void,
    request: *const CompileRequest,
    listing: u32,
    text: *mut Text,
) -> Status {
    // SAFETY: the caller's promise.
    let (handle, request) = unsafe { (&*tier.cast::<Handle>(), &*request) };
    let listed = guard(|| {
        // SAFETY: the caller's promise.
        let unit = unsafe { read_unit(request)? };
        let listing = listing_from_code(listing).ok_or_else(|| bug("interface", "an unknown listing"))?;
        handle.tier.list_with(&unit, listing, read_options(request)?)
    });
    // SAFETY: the caller's promise.
    unsafe { reply(listed, text, |listed| text.write(new_text(listed.into_bytes()))) }
}

/// See `tier_interface::FreeCode`.
///
/// # Safety
/// `code` came from `upshift_llvm_compile`; nothing runs in it or returns to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upshift_llvm_free_code(code: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { drop_boxed::<Code>(code) }
}

/// See `tier_interface::FreeText`.
///
/// # Safety
/// `text` came from this library and is freed once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn upshift_llvm_free_text(text: Text) {
    if !text.ptr.is_null() {
        // SAFETY: `new_text` made it from a boxed slice of this length.
        drop(unsafe { Box::from_raw(slice_from_raw_parts_mut(text.ptr.cast_mut(), text.len)) });
    }
}

/// Writes a result: the value by `write`, or the error's text.
///
/// # Safety
/// `error` is valid for writing.
unsafe fn reply<T>(result: Result<T, CompileError>, error: *mut Text, write: impl FnOnce(T)) -> Status {
    match result {
        Ok(value) => {
            write(value);
            Status::DONE
        }
        Err(failure) => {
            let (status, text) = Status::of(failure);
            // SAFETY: the caller's promise.
            unsafe { error.write(new_text(text.into_bytes())) };
            status
        }
    }
}

fn new_text(text: Vec<u8>) -> Text {
    let bytes = text.into_boxed_slice();
    let len = bytes.len();
    Text { ptr: Box::into_raw(bytes).cast::<u8>().cast_const(), len }
}

/// # Safety
/// The request's unit leads to as many bytes as it says.
unsafe fn read_unit(request: &CompileRequest) -> Result<Unit, CompileError> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { slice_of(request.unit, request.unit_len) };
    decode_unit(bytes).map_err(|error| bug("interface", error.to_string()))
}

fn read_options(request: &CompileRequest) -> Result<Options, CompileError> {
    let pipeline = Pipeline::from_code(request.pipeline).ok_or_else(|| bug("interface", "an unknown pipeline"))?;
    Ok(Options { pipeline })
}

/// The first function that the unit calls and neither holds nor has a cell for.
fn missing_cell(unit: &Unit, cells: &[CellAddress]) -> Option<FunctionId> {
    let callees = unit.functions.iter().flat_map(|func| &func.callees).map(|callee| callee.id);
    let is_held = |id| unit.functions.iter().any(|func| func.id == id);
    callees.filter(|&id| !is_held(id)).find(|id| cells.iter().all(|cell| cell.function != id.0))
}

/// # Safety
/// `ptr` leads to `len` values, or `len` is 0.
unsafe fn slice_of<'a, T>(ptr: *const T, len: usize) -> &'a [T] {
    if len == 0 || ptr.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(ptr, len) }
}

/// Drops what a box holds; a panic while dropping stays here.
///
/// # Safety
/// `ptr` is null or came from `Box<T>::into_raw`, and is not used any more.
unsafe fn drop_boxed<T>(ptr: *mut c_void) {
    if !ptr.is_null() {
        // SAFETY: the caller's promise.
        let owned = unsafe { Box::from_raw(ptr.cast::<T>()) };
        let _ = catch_unwind(AssertUnwindSafe(|| drop(owned)));
    }
}
