//! Small blocks, kept at hand: what a thread frees it hands out again.
//!
//! `malloc` keeps seven freed blocks of a size within reach, and takes its long way for the eighth; a list of words has
//! thousands. Here a thread links them by their size in steps of 16 bytes and keeps up to 256 KiB of each; what is
//! larger, or aligned to more, comes from the system (`system_memory.rs`). A block may be freed by another thread than the one
//! that took it: it stays where it was freed. What a thread keeps is given back when it ends.

use std::alloc::{Layout, alloc, dealloc};
use std::cell::Cell;
use std::ptr::{copy_nonoverlapping, null_mut};

use super::system_memory;

const STEP: usize = 16;
const CLASSES: usize = 16;
/// Bytes of a size that a thread keeps.
const MOST_KEPT: usize = 256 * 1024;

/// A freed block.
struct Free {
    next: *mut Free,
}

/// The blocks of one size.
struct Class {
    first: Cell<*mut Free>,
    count: Cell<usize>,
}

/// Whether blocks are kept.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nobody knows yet that they must be given back.
    Fresh,
    /// The end of the thread gives them back.
    Open,
    /// The thread ends.
    Closed,
}

struct Pool {
    classes: [Class; CLASSES],
    state: Cell<State>,
}

struct AtEnd;

thread_local! {
    static POOL: Pool = const {
        Pool {
            classes: [const { Class { first: Cell::new(null_mut()), count: Cell::new(0) } }; CLASSES],
            state: Cell::new(State::Fresh),
        }
    };
    static AT_END: AtEnd = const { AtEnd };
}

impl Drop for AtEnd {
    fn drop(&mut self) {
        POOL.with(|pool| {
            pool.state.set(State::Closed);
            for (index, class) in pool.classes.iter().enumerate() {
                let mut block = class.first.replace(null_mut());
                while !block.is_null() {
                    // SAFETY: kept blocks are linked, and were allocated with the layout of their class.
                    unsafe {
                        let next = (*block).next;
                        dealloc(block.cast(), class_layout(index));
                        block = next;
                    }
                }
            }
        });
    }
}

#[inline]
fn class_of(layout: Layout) -> Option<usize> {
    let is_small = layout.size() <= STEP * CLASSES && layout.align() <= STEP;
    is_small.then(|| layout.size().saturating_sub(1) / STEP)
}

fn class_layout(class: usize) -> Layout {
    Layout::from_size_align((class + 1) * STEP, STEP).expect("it is a multiple of its alignment")
}

/// A block; null when there is no memory.
///
/// # Safety
/// The layout is not empty.
#[inline]
pub(super) unsafe fn take(layout: Layout) -> *mut u8 {
    let Some(index) = class_of(layout) else {
        // SAFETY: the caller's promise.
        return unsafe { system_memory::allocate(layout) };
    };
    POOL.with(|pool| {
        let class = &pool.classes[index];
        let block = class.first.get();
        if block.is_null() {
            // SAFETY: the layout of a class is not empty.
            return unsafe { alloc(class_layout(index)) };
        }
        // SAFETY: kept blocks are linked, and nobody else uses them.
        class.first.set(unsafe { (*block).next });
        class.count.set(class.count.get() - 1);
        block.cast()
    })
}

/// Bytes that are cleared here rather than by `calloc`, which passes by the freed blocks that a thread keeps at hand.
/// Larger than what is kept here.
const MOST_CLEARED: usize = 1024;

/// A block of zeros; null when there is no memory.
///
/// # Safety
/// As for `take`.
pub(super) unsafe fn take_zeroed(layout: Layout) -> *mut u8 {
    if layout.size() > MOST_CLEARED {
        // SAFETY: the caller's promise.
        return unsafe { system_memory::allocate_zeroed(layout) };
    }
    // SAFETY: the caller's promise, and a block is as large as asked for.
    unsafe {
        let block = take(layout);
        if !block.is_null() {
            block.write_bytes(0, layout.size());
        }
        block
    }
}

/// Gives a block back.
///
/// # Safety
/// It was taken here with this layout, and nobody uses it any more.
#[inline]
pub(super) unsafe fn give_back(block: *mut u8, layout: Layout) {
    let Some(index) = class_of(layout) else {
        // SAFETY: the caller's promise: it was allocated there.
        return unsafe { system_memory::free(block, layout) };
    };
    POOL.with(|pool| {
        let class = &pool.classes[index];
        if pool.state.get() != State::Open || class.count.get() >= MOST_KEPT / ((index + 1) * STEP) {
            if pool.state.get() != State::Fresh {
                // SAFETY: blocks of a class are allocated with its layout.
                return unsafe { dealloc(block, class_layout(index)) };
            }
            // Fails where the end of the thread has passed by already.
            let is_known = AT_END.try_with(|_| ()).is_ok();
            pool.state.set(if is_known { State::Open } else { State::Closed });
        }
        let block = block.cast::<Free>();
        // SAFETY: the block is ours, and a class's are large enough for a link.
        unsafe { (*block).next = class.first.get() };
        class.first.set(block);
        class.count.set(class.count.get() + 1);
    });
}

/// The block in another size; null when there is no memory, and the old one stays.
///
/// # Safety
/// As for `give_back`, with the old layout; the new one is not empty and has the old one's alignment.
pub(super) unsafe fn resize(block: *mut u8, old: Layout, new: Layout) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        match (class_of(old), class_of(new)) {
            (None, None) => system_memory::resize(block, old, new),
            (before, after) if before == after => block,
            _ => {
                let made = take(new);
                if !made.is_null() {
                    copy_nonoverlapping(block, made, old.size().min(new.size()));
                    give_back(block, old);
                }
                made
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_keep_what_is_in_them() {
        let layout = |size: usize| Layout::from_size_align(size, 16).expect("it is a layout");
        let mut taken: Vec<(*mut u8, usize)> = Vec::new();
        let mut random = 7u64;
        // SAFETY: each block is written within its size and given back once, in the size that it last had.
        unsafe {
            for step in 0..20_000 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let size = (random >> 33) as usize % 300 + 1;
                match random >> 60 {
                    0..8 => {
                        let block = take(layout(size));
                        block.write_bytes(size as u8, size);
                        taken.push((block, size));
                    }
                    8..11 if !taken.is_empty() => {
                        let index = step % taken.len();
                        let (block, old) = taken[index];
                        let resized = resize(block, layout(old), layout(size));
                        let kept = std::slice::from_raw_parts(resized, old.min(size));
                        assert!(kept.iter().all(|&byte| byte == old as u8));
                        resized.write_bytes(size as u8, size);
                        taken[index] = (resized, size);
                    }
                    _ => {
                        let Some((block, size)) = taken.pop() else { continue };
                        assert!(std::slice::from_raw_parts(block, size).iter().all(|&byte| byte == size as u8));
                        give_back(block, layout(size));
                    }
                }
            }
            for (block, size) in taken {
                give_back(block, layout(size));
            }
        }
    }

    #[test]
    fn a_thread_frees_what_another_one_took() {
        let layout = Layout::from_size_align(48, 16).expect("it is a layout");
        // SAFETY: the block is given back once.
        unsafe {
            let address = take(layout) as usize;
            let other = std::thread::spawn(move || give_back(address as *mut u8, layout));
            assert!(other.join().is_ok());
        }
    }
}
