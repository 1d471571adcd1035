//! Reference-counted blocks: the memory behind arrays and containers.
//!
//! Everything that lives on the heap is a block: a header, and what stands behind it. A value that leads to one holds
//! the header's address (`lower/repr.rs`), and `retain` and `release` work on any of them.
//!
//! | `contents` | the block | what the fields of the header hold |
//! |---|---|---|
//! | 0 | elements behind the header that hold no references: arrays | nothing |
//! | a list, a deque | the header; the elements are a buffer of their own (`list.rs`, `deque.rs`) | length, capacity, buffer, change |
//! | a dict, a set | header and table (`dict.rs`, `set.rs`) | length, end of entries, entries, change |
//! | an exception | the header, and what `errors.rs` says of it | nothing |
//! | a text | code points behind the header (`strings/text.rs`) | length, width, first code point, hash |
//! | a lent object | what `buffers.rs` says of it | as of a text |
//! | a record | 8-byte slots behind the header, some of which are headers: generators, shared variables | who closes it |
//!
//! `Contents` is one number, so that compiled code states it as a constant: the kind, whether Python code shares it, the
//! size of an element, and a bit for each of its 8-byte slots that holds a header or null. `release` reads it and frees
//! what goes with a block, one block after the other however deep they nest: a dead block waits in a list that its own
//! header links.
//!
//! Blocks of elements are 64-byte aligned so that vector loads are; containers and texts as `malloc` does it, and small ones
//! come from a pool (`pool.rs`), large ones in huge pages (`system_memory.rs`).
//! Arrays that came from Python have a header too, on the dispatcher's stack, so that compiled code counts references
//! in one way only; its `object` leads to the Python object. Counts are not atomic: a block belongs to one thread
//! until it is handed to Python.

use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rustc_hash::FxHashSet;

use super::{buffers, dict, errors, generators, list, pool, set};

/// Alignment of the elements of arrays.
pub const ALIGNMENT: usize = 64;

/// Alignment of containers.
const CONTAINER_ALIGNMENT: usize = 16;

/// Bytes from a header to what stands behind it.
pub const HEADER_SIZE: usize = size_of::<Header>();

/// Where a container's length stands, from its header.
pub const LENGTH_OFFSET: i32 = offset_of!(Header, fields.length) as i32;
/// Where a list's capacity stands, and the end of the entries of a dict or set.
pub const CAPACITY_OFFSET: i32 = offset_of!(Header, fields.capacity) as i32;
/// Where the address of a container's items stands.
pub const DATA_OFFSET: i32 = offset_of!(Header, fields.data) as i32;
/// Where a block says what it holds.
pub const CONTENTS_OFFSET: i32 = offset_of!(Header, contents) as i32;
/// Where a container says that it was changed.
pub const CHANGED_OFFSET: i32 = offset_of!(Header, fields.is_changed) as i32;

/// Stands before a block.
#[repr(C)]
#[derive(Debug)]
pub struct Header {
    /// References held; the block is freed when the last goes. Headers of arguments never reach 0.
    pub references: i64,
    /// Bytes behind this header. Never read of arguments.
    pub size: i64,
    /// The Python object it stands for; null for a block of our own. A block on the heap owns a reference to it, which
    /// the hook drops with the block.
    pub object: *mut c_void,
    /// What the block holds. Never read of arguments.
    pub contents: Contents,
    /// What compiled code reads and writes of a container. Not set in headers of arguments.
    pub fields: Fields,
}

/// The part of a header that is a container's own.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// How many items it has.
    pub length: i64,
    /// A list's room for items; the end of the entries of a dict or set.
    pub capacity: i64,
    /// The items.
    pub data: *mut u8,
    /// Not 0 once something was changed: tells the dispatcher to change the Python object.
    pub is_changed: i64,
}

/// What a block holds.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Contents(pub u64);

/// The kinds of blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BlockKind {
    /// Elements without references behind the header.
    Elements,
    /// A list.
    List,
    /// A dict.
    Dict,
    /// A set.
    Set,
    /// Slots behind the header.
    Record,
    /// An exception, which `errors.rs` allocates and frees.
    Exception,
    /// Code points or bytes behind the header: strings.
    Text,
    /// A deque.
    Deque,
    /// What `buffers.rs` says: an object of Python's whose memory compiled code uses.
    Lent,
}

impl Header {
    /// Makes the header of an argument that stands for a Python object: what is read of it, and no more.
    ///
    /// # Safety
    /// There is room for a header.
    #[inline(always)]
    pub unsafe fn write_borrowed(header: *mut Header, object: *mut c_void) {
        // SAFETY: the caller's promise.
        unsafe {
            (&raw mut (*header).references).write(1);
            (&raw mut (*header).object).write(object);
        }
    }

    /// A header for a Python object that lives longer than it.
    pub fn of_object(object: *mut c_void) -> Box<Header> {
        let fields = Fields { length: 0, capacity: 0, data: null_mut(), is_changed: 0 };
        Box::new(Header { references: 1, size: 0, object, contents: Contents::ELEMENTS, fields })
    }
}

impl Contents {
    /// Elements without references behind the header.
    pub const ELEMENTS: Contents = Contents(0);
    /// An exception.
    pub(super) const EXCEPTION: Contents = Contents(BlockKind::Exception as u64);
    /// Code points behind the header.
    pub const TEXT: Contents = Contents(BlockKind::Text as u64);
    /// An object of Python's whose memory compiled code uses.
    pub const LENT: Contents = Contents(BlockKind::Lent as u64);
    /// The largest element.
    pub const MOST_BYTES: usize = 4095;
    /// The most slots of an element that holds references.
    pub const MOST_SLOTS: usize = 47;
    const SHARED: u64 = 1 << 63;

    /// A block of this kind with elements of `size` bytes, in whose 8-byte slots `headers` headers stand. `None` if
    /// elements are too large to be described.
    pub fn new(kind: BlockKind, size: usize, headers: &[usize]) -> Option<Contents> {
        let fits = size <= Contents::MOST_BYTES && headers.iter().all(|&slot| slot < Contents::MOST_SLOTS);
        let mask = headers.iter().fold(0, |mask, slot| mask | 1u64 << (slot % Contents::MOST_SLOTS));
        fits.then_some(Contents(kind as u64 | (size as u64) << 4 | mask << 16))
    }

    /// The kind.
    pub fn kind(self) -> BlockKind {
        match self.0 & 15 {
            1 => BlockKind::List,
            2 => BlockKind::Dict,
            3 => BlockKind::Set,
            4 => BlockKind::Record,
            5 => BlockKind::Exception,
            6 => BlockKind::Text,
            7 => BlockKind::Deque,
            8 => BlockKind::Lent,
            _ => BlockKind::Elements,
        }
    }

    /// The same of a container that Python code shares and does not copy: what `upshift.typed` makes.
    pub fn shared(self) -> Contents {
        Contents(self.0 | Contents::SHARED)
    }

    /// True if Python code shares the container.
    pub fn is_shared(self) -> bool {
        self.0 & Contents::SHARED != 0
    }

    /// Bytes of an element.
    pub fn size(self) -> usize {
        (self.0 >> 4 & 0xfff) as usize
    }

    /// A bit for each slot of an element that holds a header.
    pub fn mask(self) -> u64 {
        (self.0 & !Contents::SHARED) >> 16
    }

    /// Calls `visit` on each header of the element at this address.
    ///
    /// # Safety
    /// An element of a block with these contents stands there.
    pub unsafe fn for_each_header(self, element: *const u8, mut visit: impl FnMut(*mut Header)) {
        let mut mask = self.mask();
        while mask != 0 {
            let slot = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            // SAFETY: the caller's promise; elements with headers are aligned for them.
            visit(unsafe { element.cast::<*mut Header>().add(slot).read() });
        }
    }
}

/// Drops a reference to a Python object: what the host does for blocks that stand for one.
static RELEASE_OBJECT: OnceLock<unsafe fn(*mut c_void)> = OnceLock::new();

/// States how references to Python objects are dropped.
pub fn set_release_object(release: unsafe fn(*mut c_void)) {
    // The first host stays: there is one in a process.
    let _ = RELEASE_OBJECT.set(release);
}

/// Stands where a header, or a field behind one, is read of a value that is not there. References to it are counted like
/// others, from so far up that nothing lost between threads matters.
#[repr(C)]
pub struct Absent(pub UnsafeCell<Header>, [u64; Contents::MOST_BYTES / 8 + 1]);

// SAFETY: only the count is written, by compiled code, `retain` and `release`, and nobody relies on it; its pointers are
// null.
unsafe impl Sync for Absent {}

/// The one of its kind.
pub static ABSENT: Absent = Absent(
    UnsafeCell::new(Header {
        references: PINNED,
        size: 0,
        object: null_mut(),
        contents: Contents::ELEMENTS,
        fields: Fields { length: 0, capacity: 0, data: null_mut(), is_changed: 0 },
    }),
    [0; Contents::MOST_BYTES / 8 + 1],
);

/// Blocks alive, for the tests that balance them.
static LIVE_BLOCKS: AtomicUsize = AtomicUsize::new(0);

/// How many blocks are alive in the process.
pub fn live_blocks() -> usize {
    LIVE_BLOCKS.load(Relaxed)
}

/// The header of a block with one reference that is not allocated here.
pub(super) fn new_header(contents: Contents) -> Header {
    LIVE_BLOCKS.fetch_add(1, Relaxed);
    let fields = Fields { length: 0, capacity: 0, data: null_mut(), is_changed: 0 };
    Header { references: 1, size: 0, object: null_mut(), contents, fields }
}

fn layout(size: i64, contents: Contents) -> Option<Layout> {
    let bytes = usize::try_from(size).ok()?.checked_add(size_of::<Header>())?;
    let alignment = if contents == Contents::ELEMENTS { ALIGNMENT } else { CONTAINER_ALIGNMENT };
    Layout::from_size_align(bytes, alignment).ok()
}

fn allocate_with(size: i64, contents: Contents, allocator: unsafe fn(Layout) -> *mut u8) -> *mut Header {
    let Some(layout) = layout(size, contents) else { return null_mut() };
    // SAFETY: the layout holds at least the header, so it is not empty.
    let header = unsafe { allocator(layout) }.cast::<Header>();
    if header.is_null() {
        return null_mut();
    }
    let fields = Fields { length: 0, capacity: 0, data: null_mut(), is_changed: 0 };
    // SAFETY: freshly allocated, large and aligned enough for a header.
    unsafe { header.write(Header { references: 1, size, object: null_mut(), contents, fields }) };
    LIVE_BLOCKS.fetch_add(1, Relaxed);
    header
}

/// A new block of elements with one reference, or null when there is no memory. `size` is not negative.
pub extern "C" fn allocate(size: i64) -> *mut Header {
    allocate_with(size, Contents::ELEMENTS, pool::take)
}

/// The same, with elements of zero.
pub extern "C" fn allocate_zeroed(size: i64) -> *mut Header {
    allocate_with(size, Contents::ELEMENTS, pool::take_zeroed)
}

/// A new block with these contents, `size` bytes of zeros behind its header, or null when there is no memory.
pub extern "C" fn allocate_contents(contents: Contents, size: i64) -> *mut Header {
    allocate_with(size, contents, pool::take_zeroed)
}

/// A new block for the code points of a string, not set yet, or null when there is no memory.
pub fn allocate_text(size: i64) -> *mut Header {
    allocate_with(size, Contents::TEXT, pool::take)
}

/// The block of a string with another number of bytes behind its header, perhaps elsewhere; null when there is no memory,
/// and then the block is as it was.
///
/// # Safety
/// The header is that of a string on the heap, which nobody else uses.
pub unsafe fn resize_text(header: *mut Header, size: i64) -> *mut Header {
    // SAFETY: the caller's promise: the block was allocated with this layout.
    unsafe {
        let layouts = (layout((*header).size, Contents::TEXT), layout(size, Contents::TEXT));
        let (Some(old), Some(new)) = layouts else { return null_mut() };
        let moved = pool::resize(header.cast(), old, new).cast::<Header>();
        if let Some(block) = moved.as_mut() {
            block.size = size;
        }
        moved
    }
}

/// Moves bytes; where they come from and where they go may overlap.
///
/// # Safety
/// Both places have that many bytes.
pub unsafe extern "C" fn move_bytes(from: *const u8, to: *mut u8, count: i64) {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::copy(from, to, count as usize) }
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

/// Drops a reference, and the block with the last one, and what that block alone held.
///
/// # Safety
/// As for `retain`, and the caller owns one of the references.
pub unsafe extern "C" fn release(header: *mut Header) {
    // SAFETY: the caller's promise.
    let Some(block) = (unsafe { header.as_mut() }) else { return };
    block.references -= 1;
    if block.references == 0 {
        // SAFETY: no reference is left.
        unsafe { free(header) };
    }
}

/// Frees a block without references, and the blocks that lose their last reference with it.
unsafe fn free(header: *mut Header) {
    let mut dead = header;
    // SAFETY: a dead block's `references` is its link to the next; nobody else sees it. Headers in elements are null or
    // own one reference each. The layout is the one of the allocation.
    unsafe {
        (*dead).references = 0;
        while !dead.is_null() {
            let (contents, size, object) = ((*dead).contents, (*dead).size, (*dead).object);
            let mut next = (*dead).references as *mut Header;
            if contents.kind() == BlockKind::Record && (*dead).fields.length != 0 {
                // It runs once more, and must not go meanwhile.
                (*dead).references = 1;
                generators::close(dead);
            }
            let mut drop_reference = |child: *mut Header| {
                if let Some(child_block) = child.as_mut() {
                    child_block.references -= 1;
                    if child_block.references == 0 {
                        child_block.references = next as i64;
                        next = child;
                    }
                }
            };
            match contents.kind() {
                BlockKind::Elements | BlockKind::Text | BlockKind::Exception => {}
                BlockKind::Lent => buffers::give_back(dead),
                BlockKind::List | BlockKind::Deque => list::drop_contents(dead, &mut drop_reference),
                BlockKind::Dict => dict::drop_contents(dead, &mut drop_reference),
                BlockKind::Set => set::drop_contents(dead, &mut drop_reference),
                BlockKind::Record => contents.for_each_header(dead.add(1).cast(), &mut drop_reference),
            }
            LIVE_BLOCKS.fetch_sub(1, Relaxed);
            if contents == Contents::EXCEPTION {
                errors::free(dead);
            } else {
                pool::give_back(dead.cast(), layout(size, contents).expect("the block was allocated with this size"));
                if let (false, Some(release_object)) = (object.is_null(), RELEASE_OBJECT.get()) {
                    release_object(object);
                }
            }
            dead = next;
        }
    }
}

/// What the references of a pinned block are ahead: more than any number of threads lose or gain, whose counting in
/// blocks that they share is not atomic.
const PINNED: i64 = 1 << 40;

/// Keeps a container and all that it leads to for constants of compiled code. It does not count as alive.
///
/// # Safety
/// `header` leads to a live block, and no other thread uses what can be reached from it.
pub unsafe fn pin(header: *mut Header) {
    // SAFETY: the caller's promise.
    let count = unsafe { for_each_reached(header, |block| block.references += PINNED) };
    LIVE_BLOCKS.fetch_sub(count, Relaxed);
}

/// Takes that back.
///
/// # Safety
/// As for `pin`, which was called with it.
pub unsafe fn unpin(header: *mut Header) {
    // SAFETY: the caller's promise.
    let count = unsafe { for_each_reached(header, |block| block.references -= PINNED) };
    LIVE_BLOCKS.fetch_add(count, Relaxed);
}

/// Calls `visit` on each block that can be reached, once; how many there are.
unsafe fn for_each_reached(header: *mut Header, mut visit: impl FnMut(&mut Header)) -> usize {
    let mut known = FxHashSet::default();
    let mut waiting = vec![header];
    while let Some(next) = waiting.pop() {
        if next.is_null() || !known.insert(next) {
            continue;
        }
        let mut note = |child: *mut Header| waiting.push(child);
        // SAFETY: the caller's promise; the reference to a block ends before its children are visited.
        unsafe {
            visit(&mut *next);
            match (*next).contents.kind() {
                BlockKind::Elements | BlockKind::Text | BlockKind::Exception | BlockKind::Lent => {}
                BlockKind::List | BlockKind::Deque => list::for_each_header(next, &mut note),
                BlockKind::Dict => dict::for_each_header(next, &mut note),
                BlockKind::Set => set::for_each_header(next, &mut note),
                BlockKind::Record => (*next).contents.for_each_header(next.add(1).cast(), &mut note),
            }
        }
    }
    known.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_keep_what_they_are_made_of() {
        let contents = Contents::new(BlockKind::Dict, 4095, &[0, 2, 46]).expect("it can be described");
        for contents in [contents, contents.shared()] {
            assert_eq!(contents.kind(), BlockKind::Dict);
            assert_eq!(contents.size(), 4095);
            assert_eq!(contents.mask(), 1 | 1 << 2 | 1 << 46);
        }
        assert!(contents.shared().is_shared() && !contents.is_shared());
        assert_eq!(Contents::new(BlockKind::List, 4096, &[]), None);
        assert_eq!(Contents::new(BlockKind::List, 8, &[47]), None);
    }

    #[test]
    fn a_long_chain_of_records_is_freed_without_recursion() {
        let contents = Contents::new(BlockKind::Record, 8, &[0]).expect("it can be described");
        let before = live_blocks();
        let mut last: *mut Header = null_mut();
        for _ in 0..100_000 {
            let block = allocate_contents(contents, 8);
            // SAFETY: the block has one slot behind its header, which takes over the reference.
            unsafe { block.add(1).cast::<*mut Header>().write(last) };
            last = block;
        }
        // Other tests make and free a few blocks meanwhile.
        assert!(live_blocks() > before + 99_000);
        // SAFETY: the one reference to the chain's head is ours.
        unsafe { release(last) };
        assert!(live_blocks() < before + 1000);
    }
}
