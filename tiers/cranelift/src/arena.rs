//! Where code lives: pages carved from one large reservation.
//!
//! ```text
//! free (writable) --publish: write, then protect--> code (executable) --drop: protect--> free (writable)
//! ```
//!
//! The reservation costs address space only; the system gives a page when it is first written, and a page that was
//! freed is used again first. Free pages are not executable, so a jump to freed code faults at once.
//!
//! Rejected: one memory mapped twice, writable and executable, which saves the system call for each unit (about a
//! microsecond). Such memory stays shared after `fork`: a child of `multiprocessing` and its parent would write
//! their code over each other's. A private mapping is copied by `fork` and needs no care.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr::null_mut;
use std::sync::Arc;

use parking_lot::Mutex;
use upshift_core::tier::CompileError;

/// The reservation, halved until the system grants it.
const LARGEST_RESERVATION: usize = 1 << 30;
const SMALLEST_RESERVATION: usize = 1 << 24;
const PAGE: usize = 4096;

/// A reservation and what is free in it.
pub(crate) struct Arena {
    base: *mut u8,
    size: usize,
    free: Mutex<FreePages>,
}

// SAFETY: `base` never changes, and the pages it leads to are handed out to one owner each by `free`.
unsafe impl Send for Arena {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

impl Arena {
    /// Reserves address space.
    pub(crate) fn new() -> Result<Arc<Arena>, CompileError> {
        let mut size = LARGEST_RESERVATION;
        while size >= SMALLEST_RESERVATION {
            if let Some(base) = reserve(size) {
                let free = Mutex::new(FreePages::new(size / PAGE));
                return Ok(Arc::new(Arena { base, size, free }));
            }
            size /= 2;
        }
        Err(CompileError::OutOfMemory)
    }

    /// Takes pages for `size` bytes, has `write` fill them, and makes them executable. `write` gets the bytes and
    /// the address that they will run at.
    pub(crate) fn publish(
        self: &Arc<Arena>,
        size: usize,
        write: impl FnOnce(&mut [u8], usize) -> Result<(), CompileError>,
    ) -> Result<CodeMemory, CompileError> {
        let count = size.div_ceil(PAGE).max(1);
        let first = self.free.lock().take(count).ok_or(CompileError::OutOfMemory)?;
        let memory = CodeMemory { arena: Arc::clone(self), first, count };
        // SAFETY: the pages lie in the reservation, are readable and writable as all free pages, and are ours alone
        // since `take` gave them to nobody else.
        let bytes = unsafe { std::slice::from_raw_parts_mut(memory.start(), size) };
        write(bytes, memory.address())?;
        memory.protect(libc::PROT_READ | libc::PROT_EXEC)?;
        Ok(memory)
    }

    /// Bytes of the pages that hold code.
    pub(crate) fn used_bytes(&self) -> usize {
        self.used_pages() * PAGE
    }

    fn used_pages(&self) -> usize {
        self.size / PAGE - self.free.lock().by_start.values().sum::<usize>()
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and every `CodeMemory` in it held a reference to this arena, so none is left.
        unsafe { libc::munmap(self.base.cast(), self.size) };
    }
}

fn reserve(size: usize) -> Option<*mut u8> {
    let access = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a new private mapping at an address of the system's choice touches no memory in use.
    let base = unsafe { libc::mmap(null_mut(), size, access, flags, -1, 0) };
    if base == libc::MAP_FAILED {
        return None;
    }
    // A huge page would be cleared whole at the first write and split again at the first protection. Advice only:
    // where the system knows no huge pages, it fails and nothing is lost.
    // SAFETY: the range is the mapping just made.
    unsafe { libc::madvise(base, size, libc::MADV_NOHUGEPAGE) };
    Some(base.cast())
}

/// Executable pages; dropping them frees the code.
pub(crate) struct CodeMemory {
    arena: Arc<Arena>,
    first: usize,
    count: usize,
}

impl CodeMemory {
    /// Where the code starts.
    pub(crate) fn address(&self) -> usize {
        self.start() as usize
    }

    fn start(&self) -> *mut u8 {
        // SAFETY: `first` is a page of the reservation.
        unsafe { self.arena.base.add(self.first * PAGE) }
    }

    fn protect(&self, access: i32) -> Result<(), CompileError> {
        // SAFETY: the pages are in the reservation and ours alone; whoever drops code vouches that nothing runs in it.
        let status = unsafe { libc::mprotect(self.start().cast(), self.count * PAGE, access) };
        if status == 0 { Ok(()) } else { Err(CompileError::OutOfMemory) }
    }
}

impl Drop for CodeMemory {
    fn drop(&mut self) {
        // The system may refuse to split its table of mappings once more; such pages are lost until the process ends.
        if self.protect(libc::PROT_READ | libc::PROT_WRITE).is_ok() {
            self.arena.free.lock().put(self.first, self.count);
        }
    }
}

/// Runs of free pages. The smallest run that is large enough is taken, of equals the first: this keeps code together
/// and prefers pages that were used before.
struct FreePages {
    by_start: BTreeMap<usize, usize>,
    by_size: BTreeSet<(usize, usize)>,
}

impl FreePages {
    fn new(count: usize) -> FreePages {
        FreePages { by_start: BTreeMap::from([(0, count)]), by_size: BTreeSet::from([(count, 0)]) }
    }

    fn take(&mut self, count: usize) -> Option<usize> {
        let &(size, start) = self.by_size.range((count, 0)..).next()?;
        self.remove(start, size);
        if size > count {
            self.insert(start + count, size - count);
        }
        Some(start)
    }

    /// Joins the run with its free neighbours.
    fn put(&mut self, mut start: usize, mut count: usize) {
        if let Some((&next, &size)) = self.by_start.range(start..).next()
            && next == start + count
        {
            self.remove(next, size);
            count += size;
        }
        if let Some((&previous, &size)) = self.by_start.range(..start).next_back()
            && previous + size == start
        {
            self.remove(previous, size);
            start = previous;
            count += size;
        }
        self.insert(start, count);
    }

    fn insert(&mut self, start: usize, count: usize) {
        self.by_start.insert(start, count);
        self.by_size.insert((count, start));
    }

    fn remove(&mut self, start: usize, count: usize) {
        self.by_start.remove(&start);
        self.by_size.remove(&(count, start));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Code that returns `number`: `mov eax, number; ret`.
    fn publish_constant(arena: &Arc<Arena>, number: u8) -> CodeMemory {
        let code = [0xb8, number, 0, 0, 0, 0xc3];
        let write = |bytes: &mut [u8], _| {
            bytes.copy_from_slice(&code);
            Ok(())
        };
        arena.publish(code.len(), write).expect("there is memory for a page")
    }

    #[test]
    fn code_runs_and_its_pages_return() {
        let arena = Arena::new().expect("address space");
        let codes: Vec<CodeMemory> = (0..100).map(|number| publish_constant(&arena, number)).collect();
        assert_eq!(arena.used_pages(), 100);
        for (number, code) in codes.iter().enumerate() {
            // SAFETY: the bytes are a function of this type.
            let function: extern "C" fn() -> i32 = unsafe { std::mem::transmute(code.address()) };
            assert_eq!(function(), number as i32);
        }
        drop(codes);
        assert_eq!(arena.used_pages(), 0);
        assert_eq!(arena.free.lock().by_start.len(), 1, "neighbours are joined");
    }

    #[test]
    fn freed_pages_are_used_first() {
        let arena = Arena::new().expect("address space");
        let _first = publish_constant(&arena, 1);
        let second = publish_constant(&arena, 2);
        let _third = publish_constant(&arena, 3);
        let address = second.address();
        drop(second);
        assert_eq!(publish_constant(&arena, 4).address(), address);
    }

    #[test]
    fn a_failed_write_frees_its_pages() {
        let arena = Arena::new().expect("address space");
        let refused = arena.publish(10 * PAGE, |_, _| Err(CompileError::OutOfMemory));
        assert!(refused.is_err());
        assert_eq!(arena.used_pages(), 0);
        assert!(arena.publish(2 * LARGEST_RESERVATION, |_, _| Ok(())).is_err());
    }
}
