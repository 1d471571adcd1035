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
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use rustc_hash::FxHashMap;
use upshift_core::lir::FunctionId;

use crate::entry_cell::EntryCell;
use crate::policy::Timed;

/// What tier 1 counts, with plain loads and stores: threads that run at once lose counts, which a policy can bear and
/// an atomic addition on every call cannot (20 cycles). Offsets are those of `passes::count_executions`.
///
/// Dispatchers add what calls take: they time the first, the second, the fourth and so on, and then one in `RARELY`.
/// Sums of timed calls lose a quarter with each further one, so that a first call, which finds all caches cold, is
/// soon forgotten.
#[repr(C, align(64))]
#[derive(Debug, Default)]
pub struct Counters {
    /// Calls of the body.
    pub calls: AtomicU64,
    /// Iterations of all its loops.
    pub loop_iterations: AtomicU64,
    /// Times that a running loop went over to tier 2.
    pub osr_entries: AtomicU64,
    /// Calls through the dispatcher until one is timed.
    until_timed: AtomicU32,
    /// Calls that were timed.
    timed_count: AtomicU32,
    /// Not 0 if the profiling thread wants to know of the next call.
    is_armed: AtomicU32,
    /// Bits of an `f64` each: nanoseconds, calls and iterations of timed calls.
    timed_ns: AtomicU64,
    timed_calls: AtomicU64,
    timed_iterations: AtomicU64,
}

/// Of many calls, how many are timed.
const RARELY: u32 = 1024;
/// What is left of a timed call's weight after the next one.
const REMEMBERED: f64 = 0.75;
/// A call of so many nanoseconds can bear to be timed each time.
const LONG_NS: u64 = 20_000;

/// A call that is being timed.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    start: Instant,
    calls: u64,
    loop_iterations: u64,
}

impl Counters {
    /// For the dispatcher before each call: true if this one is to be timed. Plain loads and stores, as for the counts.
    #[inline(always)]
    pub fn is_due(&self) -> bool {
        let left = self.until_timed.load(Ordering::Relaxed);
        self.until_timed.store(left.wrapping_sub(1), Ordering::Relaxed);
        left == 0
    }

    /// Begins to time a call.
    pub fn begin(&self) -> Timing {
        let loop_iterations = self.loop_iterations.load(Ordering::Relaxed);
        Timing { calls: self.calls.load(Ordering::Relaxed), loop_iterations, start: Instant::now() }
    }

    /// The call that `timing` began has returned.
    pub fn end(&self, timing: Timing) {
        let ns = u64::try_from(timing.start.elapsed().as_nanos()).unwrap_or(u64::MAX);
        let count = self.timed_count.load(Ordering::Relaxed);
        let pause = if ns >= LONG_NS { 1 } else { 1 << count.min(RARELY.ilog2()) };
        self.timed_count.store(count.saturating_add(1), Ordering::Relaxed);
        self.until_timed.store(pause - 1, Ordering::Relaxed);
        let add = |sum: &AtomicU64, more: u64| {
            let value = f64::from_bits(sum.load(Ordering::Relaxed)) * REMEMBERED + more as f64;
            sum.store(value.to_bits(), Ordering::Relaxed);
        };
        add(&self.timed_ns, ns);
        add(&self.timed_calls, self.calls.load(Ordering::Relaxed).saturating_sub(timing.calls));
        let iterations = self.loop_iterations.load(Ordering::Relaxed).saturating_sub(timing.loop_iterations);
        add(&self.timed_iterations, iterations);
    }

    /// What timed calls took, on average. Another thread may be adding one: then the figures do not belong together,
    /// which makes an estimate worse once.
    pub(crate) fn timed(&self) -> Timed {
        let count = self.timed_count.load(Ordering::Relaxed);
        if count == 0 {
            return Timed::default();
        }
        let weight = (1.0 - REMEMBERED.powi(count.min(1000) as i32)) / (1.0 - REMEMBERED);
        let mean = |sum: &AtomicU64| f64::from_bits(sum.load(Ordering::Relaxed)) / weight;
        Timed { ns: mean(&self.timed_ns), calls: mean(&self.timed_calls), iterations: mean(&self.timed_iterations) }
    }

    /// Forgets timed calls: the function runs other code now.
    pub(crate) fn forget_timed(&self) {
        for sum in [&self.timed_ns, &self.timed_calls, &self.timed_iterations] {
            sum.store(0, Ordering::Relaxed);
        }
        self.timed_count.store(0, Ordering::Relaxed);
        self.until_timed.store(0, Ordering::Relaxed);
    }

    /// The next call through the dispatcher is timed, and wakes the profiling thread.
    pub(crate) fn arm(&self) {
        self.is_armed.store(1, Ordering::Relaxed);
        self.until_timed.store(0, Ordering::Relaxed);
    }

    /// True once after `arm`.
    pub(crate) fn disarm(&self) -> bool {
        let is_armed = self.is_armed.load(Ordering::Relaxed) != 0;
        if is_armed {
            self.is_armed.store(0, Ordering::Relaxed);
        }
        is_armed
    }
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
        slot.counters.forget_timed();
        slot.counters.disarm();
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
    fn calls_are_timed_more_and_more_rarely() {
        let counters = Counters::default();
        let mut timed = Vec::new();
        for call in 0..5000 {
            if counters.is_due() {
                timed.push(call);
                let timing = counters.begin();
                counters.calls.fetch_add(3, Ordering::Relaxed);
                counters.loop_iterations.fetch_add(40, Ordering::Relaxed);
                counters.end(timing);
            }
        }
        assert!(timed.starts_with(&[0, 1, 3, 7]) && timed.len() < 20, "{timed:?}");
        let Timed { ns, calls, iterations } = counters.timed();
        assert!(ns > 0.0 && (calls - 3.0).abs() < 1e-9 && (iterations - 40.0).abs() < 1e-9);
        counters.arm();
        assert!(counters.is_due() && counters.disarm() && !counters.disarm());
        counters.forget_timed();
        assert_eq!(counters.timed(), Timed::default());
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
