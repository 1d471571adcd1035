//! Reference-counted blocks: the memory behind arrays.
//!
//! A header stands before the elements, 64-byte aligned so that vector loads are. Arrays that came from Python have
//! a header too, on the dispatcher's stack, so that compiled code counts references in one way only; its `object`
//! leads to the Python object. Counts are not atomic: a block belongs to one thread until it is handed to Python.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc};
use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::errors;

/// Alignment of headers and elements.
pub const ALIGNMENT: usize = 64;

/// Bytes from a header to its elements.
pub const HEADER_SIZE: usize = size_of::<Header>();

/// Stands before the elements of a block.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct Header {
    /// References held; the block is freed when the last goes. Headers of arguments never reach 0.
    pub references: i64,
    /// Bytes of the elements behind this header; negative for a block that holds no elements.
    pub size: i64,
    /// For an argument, the Python object it stands for; null for a block of our own.
    pub object: *mut c_void,
}

/// Blocks alive, for the tests that balance them.
static LIVE_BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// How many blocks are alive in the process.
pub fn live_blocks() -> usize {
    LIVE_BLOCKS.load(Relaxed)
}

/// The size that says that a block is an exception.
pub(super) const EXCEPTION: i64 = -1;

/// The header of a block with one reference that is not allocated here.
pub(super) fn new_header(size: i64) -> Header {
    LIVE_BLOCKS.fetch_add(1, Relaxed);
    Header { references: 1, size, object: null_mut() }
}

fn layout(size: i64) -> Option<Layout> {
    let bytes = usize::try_from(size).ok()?.checked_add(size_of::<Header>())?;
    Layout::from_size_align(bytes, ALIGNMENT).ok()
}

fn allocate_with(size: i64, allocator: unsafe fn(Layout) -> *mut u8) -> *mut Header {
    let Some(layout) = layout(size) else { return null_mut() };
    // SAFETY: the layout holds at least the header, so it is not empty.
    let header = unsafe { allocator(layout) }.cast::<Header>();
    if header.is_null() {
        return null_mut();
    }
    // SAFETY: freshly allocated, large and aligned enough for a header.
    unsafe { header.write(Header { references: 1, size, object: null_mut() }) };
    LIVE_BLOCKS.fetch_add(1, Relaxed);
    header
}

/// A new block with one reference, or null when there is no memory. `size` is not negative.
pub extern "C" fn allocate(size: i64) -> *mut Header {
    allocate_with(size, alloc)
}

/// The same, with elements of zero.
pub extern "C" fn allocate_zeroed(size: i64) -> *mut Header {
    allocate_with(size, alloc_zeroed)
}

/// Adds a reference.
///
/// # Safety
/// `header` is null or leads to a live header that no other thread uses.
pub unsafe extern "C" fn retain(header: *mut Header) {
    // SAFETY: the caller's promise.
    if let Some(header) = unsafe { header.as_mut() } {
        header.references += 1;
    }
}

/// Drops a reference, and the block with the last one.
///
/// # Safety
/// As for `retain`, and the caller owns one of the references.
pub unsafe extern "C" fn release(header: *mut Header) {
    // SAFETY: the caller's promise.
    let Some(block) = (unsafe { header.as_mut() }) else { return };
    block.references -= 1;
    if block.references == 0 && block.size == EXCEPTION {
        LIVE_BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: no reference is left.
        unsafe { errors::free(header) };
    } else if block.references == 0 {
        let layout = layout(block.size).expect("the block was allocated with this size");
        LIVE_BLOCKS.fetch_sub(1, Relaxed);
        // SAFETY: no reference is left, and the layout is the one of the allocation.
        unsafe { dealloc(header.cast(), layout) };
    }
}
