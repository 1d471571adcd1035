//! Large memory, as NumPy asks for it: in huge pages where the system has them, and zeros that nobody writes.
//!
//! | bytes | where from |
//! |---|---|
//! | fewer than `ADVISED` | the allocator |
//! | fewer than `MAPPED` | the allocator, which hands out again what was freed; the system is told to use huge pages |
//! | more | the system: fresh pages, which are zero, for each block; the allocator would do the same, but clear them |
//!
//! To map memory in pages of 4 KiB takes longer than to fill it: an array of 320 MB in 110 ms, and in 20 with huge ones.

use std::alloc::{Layout, alloc, alloc_zeroed, dealloc, realloc};
use std::ptr::null_mut;

/// From here on NumPy advises huge pages.
const ADVISED: usize = 1 << 22;
/// From here on glibc's `malloc` always maps: its `DEFAULT_MMAP_THRESHOLD_MAX`.
const MAPPED: usize = if cfg!(target_os = "linux") { 1 << 25 } else { usize::MAX };
const PAGE: usize = 4096;

/// New memory; null if there is none.
///
/// # Safety
/// The layout is not empty, and is aligned to a page at most.
pub(super) unsafe fn allocate(layout: Layout) -> *mut u8 {
    if layout.size() >= MAPPED {
        return map(layout.size());
    }
    // SAFETY: the caller's promise.
    advised(unsafe { alloc(layout) }, layout.size())
}

/// The same, of zeros.
///
/// # Safety
/// As for `allocate`.
pub(super) unsafe fn allocate_zeroed(layout: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        match layout.size() {
            MAPPED.. => map(layout.size()),
            ADVISED.. => {
                let block = allocate(layout);
                if !block.is_null() {
                    block.write_bytes(0, layout.size());
                }
                block
            }
            _ => alloc_zeroed(layout),
        }
    }
}

/// Frees memory.
///
/// # Safety
/// It was allocated here with this layout, and nobody uses it any more.
pub(super) unsafe fn free(block: *mut u8, layout: Layout) {
    // SAFETY: the caller's promise; mapped blocks are whole mappings.
    unsafe {
        if layout.size() < MAPPED {
            return dealloc(block, layout);
        }
        libc::munmap(block.cast(), layout.size());
    }
}

/// The memory in another size, perhaps elsewhere; null if there is none, and the old one stays.
///
/// # Safety
/// As for `free`, with the old layout; the new one is not empty and has the old one's alignment.
pub(super) unsafe fn resize(block: *mut u8, old: Layout, new: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        match (old.size() >= MAPPED, new.size() >= MAPPED) {
            (false, false) => advised(realloc(block, old, new.size()), new.size()),
            #[cfg(target_os = "linux")]
            (true, true) => {
                let moved = libc::mremap(block.cast(), old.size(), new.size(), libc::MREMAP_MAYMOVE);
                if moved == libc::MAP_FAILED { null_mut() } else { moved.cast() }
            }
            _ => {
                let made = allocate(new);
                if !made.is_null() {
                    made.copy_from_nonoverlapping(block, old.size().min(new.size()));
                    free(block, old);
                }
                made
            }
        }
    }
}

/// Fresh pages; null if there are none.
fn map(size: usize) -> *mut u8 {
    let (access, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a mapping at no stated place touches nothing that is there.
    let block = unsafe { libc::mmap(null_mut(), size, access, flags, -1, 0) };
    if block == libc::MAP_FAILED { null_mut() } else { advised(block.cast(), size) }
}

/// Asks for huge pages, if the block is large.
fn advised(block: *mut u8, size: usize) -> *mut u8 {
    #[cfg(target_os = "linux")]
    if size >= ADVISED && !block.is_null() {
        let skipped = block.align_offset(PAGE);
        // SAFETY: the pages are inside the block, and the advice leaves what is in them. A system that has no huge
        // pages refuses it, which does not matter.
        unsafe { libc::madvise(block.add(skipped).cast(), size - skipped, libc::MADV_HUGEPAGE) };
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_all_sizes_keep_what_is_in_them_and_begin_with_zeros() {
        let sizes = [1, 4000, ADVISED - 1, ADVISED, ADVISED + 12_345, MAPPED - 1, MAPPED, MAPPED + 54_321];
        let layout = |size: usize| Layout::from_size_align(size, 64).expect("it is a layout");
        let ends = |size: usize| [0, size / 2, size - 1];
        for old in sizes {
            // SAFETY: places within the blocks are written and read; each block is freed once, in its last size.
            unsafe {
                let block = allocate_zeroed(layout(old));
                assert!(!block.is_null() && block.align_offset(64) == 0);
                assert!(ends(old).iter().all(|&place| *block.add(place) == 0));
                free(block, layout(old));
                for new in sizes {
                    let block = allocate(layout(old));
                    let kept: Vec<usize> = ends(old.min(new)).into_iter().collect();
                    kept.iter().for_each(|&place| *block.add(place) = place as u8 | 1);
                    let resized = resize(block, layout(old), layout(new));
                    assert!(!resized.is_null() && resized.align_offset(64) == 0);
                    assert!(kept.iter().all(|&place| *resized.add(place) == place as u8 | 1));
                    free(resized, layout(new));
                }
            }
        }
    }
}
