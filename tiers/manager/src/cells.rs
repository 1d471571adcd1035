//! Entry cells and counters: the memory that compiled code, dispatchers and the manager share.
//!
//! A slot is one cell and one set of counters, each alone on its cache line: the cell is read by every call and written
//! once or twice in its life, the counters are written by every call. Slots never move, so their addresses stand in
//! machine code as constants.
//!
//! Slots come in chunks that are never given back to the allocator: dispatchers and compiled code hold addresses that
//! no lifetime tracks, and memory that stays a slot for ever makes a late read of a retired one harmless. A slot that
//! no code leads to any more (`limbo.rs`) serves the next function, so the memory follows the largest number of
//! functions alive at once.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;
use upshift_core::lir::FunctionId;

use crate::entry_cell::EntryCell;

/// What tier 1 counts, with plain loads and stores: threads that run at once lose counts, which a policy can bear and
/// an atomic addition on every call cannot (20 cycles). Offsets are those of `passes::count_executions`.
#[repr(C, align(64))]
#[derive(Debug, Default)]
pub struct Counters {
    /// Calls of the body.
    pub calls: AtomicU64,
    /// Iterations of all its loops.
    pub loop_iterations: AtomicU64,
    /// Times that a running loop went over to tier 2.
    pub osr_entries: AtomicU64,
}

/// A cell and its counters. A loop that polls has a slot too: `body` is the code to go over to, `loop_iterations` how far
/// it has come; the rest is not used.
#[repr(C)]
#[derive(Debug, Default)]
pub(crate) struct Slot {
    pub(crate) cell: EntryCell,
    pub(crate) counters: Counters,
}

const CHUNK: usize = 64;

/// Slots by function.
#[derive(Default)]
pub(crate) struct SlotTable {
    by_id: FxHashMap<FunctionId, &'static Slot>,
    free: Vec<&'static Slot>,
}

impl SlotTable {
    /// The slot of `id`, made at its first use.
    pub(crate) fn get(&mut self, id: FunctionId) -> &'static Slot {
        if let Some(slot) = self.by_id.get(&id) {
            return slot;
        }
        if self.free.is_empty() {
            let chunk: Vec<Slot> = std::iter::repeat_with(Slot::default).take(CHUNK).collect();
            self.free.extend(chunk.leak().iter());
        }
        let slot = self.free.pop().expect("a chunk was added");
        self.by_id.insert(id, slot);
        slot
    }

    /// The slot of `id`, if it has one.
    pub(crate) fn find(&self, id: FunctionId) -> Option<&'static Slot> {
        self.by_id.get(&id).copied()
    }

    /// Takes the slot from `id`. It is out of use until `recycle`.
    pub(crate) fn remove(&mut self, id: FunctionId) -> Option<&'static Slot> {
        self.by_id.remove(&id)
    }

    /// Empties a slot that `remove` has answered, for another function.
    pub(crate) fn recycle(&mut self, slot: &'static Slot) {
        // Relaxed: no code leads to this slot, and the next function's publication orders these stores before its
        // own.
        slot.cell.entry.store(null_mut(), Ordering::Relaxed);
        slot.cell.body.store(null_mut(), Ordering::Relaxed);
        slot.counters.calls.store(0, Ordering::Relaxed);
        slot.counters.loop_iterations.store(0, Ordering::Relaxed);
        slot.counters.osr_entries.store(0, Ordering::Relaxed);
        self.free.push(slot);
    }

    /// How many slots are in use.
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// How many slots exist, in use or free.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.by_id.len() + self.free.len()
    }
}

#[cfg(test)]
mod tests {
    use std::mem::{align_of, offset_of, size_of};

    use super::*;
    use upshift_core::passes::count_executions::{CALLS_OFFSET, LOOP_ITERATIONS_OFFSET};
    use upshift_core::passes::poll_loops::{BODY_OFFSET, PROGRESS_OFFSET};

    #[test]
    fn layout_is_what_compiled_code_assumes() {
        assert_eq!(offset_of!(EntryCell, entry), 0);
        assert_eq!(offset_of!(EntryCell, body), 8);
        assert_eq!(offset_of!(Counters, calls), CALLS_OFFSET as usize);
        assert_eq!(offset_of!(Counters, loop_iterations), LOOP_ITERATIONS_OFFSET as usize);
        assert_eq!(offset_of!(Slot, cell) + offset_of!(EntryCell, body), BODY_OFFSET as usize);
        assert_eq!(offset_of!(Slot, counters) + offset_of!(Counters, loop_iterations), PROGRESS_OFFSET as usize);
        assert_eq!((size_of::<EntryCell>(), align_of::<EntryCell>()), (64, 64));
        assert_eq!((size_of::<Counters>(), align_of::<Counters>()), (64, 64));
    }

    #[test]
    fn slots_stay_and_are_reused() {
        let mut table = SlotTable::default();
        let first: *const Slot = table.get(FunctionId(7));
        for id in 0..1000 {
            table.get(FunctionId(id));
        }
        assert_eq!(first, std::ptr::from_ref(table.get(FunctionId(7))));
        let full = table.capacity();
        for id in 0..100_000 {
            table.get(FunctionId(5_000 + id));
            let slot = table.remove(FunctionId(5_000 + id)).expect("it was just made");
            table.recycle(slot);
        }
        assert!(table.capacity() <= full + CHUNK);
    }
}
