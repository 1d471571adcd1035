//! Objects of Python's whose memory compiled code uses: bytearrays, memoryviews and `array.array`.
//!
//! A block stands for the object and holds its buffer (CPython's buffer protocol), so that the object's memory stays
//! where it is while the block lives: nobody but the block itself gives it another size. Its header has the fields of a
//! text, so that the routines of bytes read the memory of a bytearray as it is:
//!
//! | field | |
//! |---|---|
//! | `object` | the object, of which the block owns a reference |
//! | `length` | items along the first axis |
//! | `capacity`, a text's width | 1; 0 once a memoryview was released, which then has no items |
//! | `data` | the first item |
//!
//! Behind the header stand the addresses of lengths and strides, and then what the host needs to give the buffer back.
//! What is more than reading and writing items, Python's side does (`objects.rs`).
//!
//! `Operation::NewView` of an array takes numbers: its dtype's position in `DType::ALL`, whether it is writable, how
//! many dimensions, the address, lengths and strides.

use std::mem::offset_of;
use std::sync::OnceLock;

use super::memory::Header;

/// The block of such an object, but for the host's part.
#[repr(C)]
#[derive(Debug)]
pub struct Lent {
    /// The header.
    pub header: Header,
    /// Lengths, as many as dimensions.
    pub shape: *const i64,
    /// Strides in bytes.
    pub strides: *const i64,
}

/// Where the address of the lengths stands, from the header.
pub const SHAPE_OFFSET: i32 = offset_of!(Lent, shape) as i32;
/// Where the address of the strides stands.
pub const STRIDES_OFFSET: i32 = offset_of!(Lent, strides) as i32;
/// Bytes behind the header that are no part of the host's.
pub const OWN_SIZE: usize = size_of::<Lent>() - size_of::<Header>();

/// Gives the buffer of a dying block back.
static GIVE_BACK: OnceLock<unsafe fn(*mut Header)> = OnceLock::new();

/// States how buffers are given back; the first host stays.
pub fn set_give_back(give_back: unsafe fn(*mut Header)) {
    let _ = GIVE_BACK.set(give_back);
}

/// Gives the buffer of a block back that has no references any more; that to the object is dropped after it.
///
/// # Safety
/// `header` leads to the block of such an object, which nobody uses any more.
pub(super) unsafe fn give_back(header: *mut Header) {
    if let Some(give_back) = GIVE_BACK.get() {
        // SAFETY: the caller's promise.
        unsafe { give_back(header) };
    }
}
