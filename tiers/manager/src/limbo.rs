//! When code is freed that nothing leads to any more: after every thread that may be inside of it has left.
//!
//! ```text
//! unlinked --add--> limbo --every visitor of that time has left, and a rest was seen--> take_free --> freed
//! ```
//!
//! A thread is inside compiled code from before it reads a cell until after the code has returned. Calls come in two
//! kinds, and each has its proof that those of a certain time are over:
//!
//! - **Visits** announce themselves, in a record of their thread, with the epoch in which they began (quiescent-state
//!   based reclamation: McKenney and Slingwine, 1998; Hart et al., IPDPS 2006). A visit may last for hours and holds
//!   up only what was unlinked after it began. It costs a store and a fence: for calls that let go of the GIL, which
//!   cost more than that anyway.
//! - **Guarded calls** are made under a lock of the dispatcher's, the GIL, and announce nothing. A `rest` is a moment at
//!   which its caller holds this lock while no guarded call is under way: what was unlinked before it is not inside
//!   any, and calls that begin later find the new pointers, because the lock orders them after the rest.
//!
//! **Memory orderings.** A visitor stores its epoch, then reads cells; who frees has replaced a cell's pointer, then
//! reads epochs. A sequentially consistent fence stands between the two in both: either the visit is seen, or it sees
//! the new pointer. An epoch is raised with Release after the pointer was replaced and read with Acquire, so a visit
//! that begins in the new epoch finds the new pointer. All that a visit did comes before the code is freed: its end is
//! stored with Release and read with Acquire, and so is the beginning of the next one, which may be all that is read.
//!
//! Rejected: announcing every call, 5 ns for the fence beside a call of 20; epochs that a thread pins for a moment only
//! (crossbeam-epoch), of which one long kernel would hold up everything; reference counts on code, which all cores
//! would write. `tests/model.rs` checks this file and `entry_cell.rs` in all interleavings of small programs.

use std::collections::VecDeque;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use crate::sync::{AtomicBool, AtomicU64, Ordering, fence};

/// The epoch of a thread that is not visiting.
const OUTSIDE: u64 = 0;
/// The epoch of a thread that will not visit again.
const ENDED: u64 = u64::MAX;

/// What visitors and limbo share without a lock.
struct Clock {
    /// Raised each time that something was unlinked. Starts behind `OUTSIDE`.
    epoch: AtomicU64,
    /// True while something in limbo waits for a visitor only.
    is_awaited: AtomicBool,
}

/// Where a thread announces its visits.
struct Record {
    /// The epoch in which its visit began, `OUTSIDE`, or `ENDED`.
    since: AtomicU64,
    thread: ThreadId,
}

/// A thread's right to announce visits. It belongs to one thread, and is dropped when the thread ends.
pub struct Visitor {
    clock: Arc<Clock>,
    record: Arc<Record>,
}

/// A call into compiled code that is announced: made before a cell is read, dropped after the code has returned.
#[must_use = "the visit ends when this is dropped"]
pub struct Visit<'a> {
    visitor: &'a Visitor,
    /// False for a visit inside another one of this thread, which lasts longer.
    is_outermost: bool,
}

impl Visitor {
    /// Announces that this thread is about to enter compiled code.
    pub fn enter(&self) -> Visit<'_> {
        // Relaxed: only this thread writes it.
        let is_outermost = self.record.since.load(Ordering::Relaxed) == OUTSIDE;
        if is_outermost {
            // The orderings of this function and of `drop` are those of the header.
            let epoch = self.clock.epoch.load(Ordering::Acquire);
            self.record.since.store(epoch, Ordering::Release);
            fence(Ordering::SeqCst);
        }
        Visit { visitor: self, is_outermost }
    }

    /// True if something in limbo waits for visits to end: whoever just left should have it collected.
    pub fn is_awaited(&self) -> bool {
        // The fence pairs with that of `take_free`: either the end of the visit is seen there, or the wish here.
        fence(Ordering::SeqCst);
        self.clock.is_awaited.load(Ordering::Relaxed)
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        self.record.since.store(ENDED, Ordering::Release);
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        if self.is_outermost {
            self.visitor.record.since.store(OUTSIDE, Ordering::Release);
        }
    }
}

/// What is unlinked and not freed yet, and who may be inside. Used under one lock.
pub(crate) struct Limbo<T> {
    clock: Arc<Clock>,
    /// One for each thread that has visited and not ended.
    records: Vec<Arc<Record>>,
    /// In the order in which they were unlinked.
    items: VecDeque<Item<T>>,
    /// How many of the items, from the front, have seen a rest.
    rested: usize,
}

struct Item<T> {
    /// Visits of this epoch and later ones do not reach it.
    epoch: u64,
    what: T,
}

impl<T> Default for Limbo<T> {
    fn default() -> Limbo<T> {
        let clock = Clock { epoch: AtomicU64::new(OUTSIDE + 1), is_awaited: AtomicBool::new(false) };
        Limbo { clock: Arc::new(clock), records: Vec::new(), items: VecDeque::new(), rested: 0 }
    }
}

impl<T> Limbo<T> {
    /// The calling thread's way to announce visits.
    pub(crate) fn new_visitor(&mut self) -> Visitor {
        let record = Arc::new(Record { since: AtomicU64::new(OUTSIDE), thread: thread::current().id() });
        self.records.retain(|record| record.since.load(Ordering::Acquire) != ENDED);
        self.records.push(Arc::clone(&record));
        Visitor { clock: Arc::clone(&self.clock), record }
    }

    /// Takes what no cell leads to any more.
    pub(crate) fn add(&mut self, what: T) {
        let epoch = self.clock.epoch.fetch_add(1, Ordering::Release) + 1;
        self.items.push_back(Item { epoch, what });
    }

    /// Notes that at this moment no guarded call is under way; the caller holds the lock that guards them.
    pub(crate) fn rest(&mut self) {
        self.rested = self.items.len();
    }

    /// Hands out, to be freed, what no thread can be inside of: `most` of it.
    pub(crate) fn take_free(&mut self, most: usize) -> Vec<T> {
        if self.rested == 0 {
            return Vec::new();
        }
        self.clock.is_awaited.store(true, Ordering::Relaxed);
        fence(Ordering::SeqCst);
        let oldest = self.oldest_visit();
        let is_free = |item: &&Item<T>| item.epoch <= oldest;
        let count = self.items.iter().take(self.rested.min(most)).take_while(is_free).count();
        self.rested -= count;
        let waits_for_visitor = self.rested > 0 && count < most;
        self.clock.is_awaited.store(waits_for_visitor, Ordering::Relaxed);
        self.items.drain(..count).map(|item| item.what).collect()
    }

    /// True if something has seen a rest, so that `take_free` may find it free.
    pub(crate) fn has_rested(&self) -> bool {
        self.rested > 0
    }

    /// What is here, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|item| &item.what)
    }

    /// In the child of a fork, where no other thread exists: their visits are over.
    pub(crate) fn forget_other_threads(&mut self) {
        let me = thread::current().id();
        self.records.retain(|record| record.thread == me);
    }

    /// The epoch in which the longest visit began. Forgets threads that have ended.
    fn oldest_visit(&mut self) -> u64 {
        let mut oldest = u64::MAX;
        self.records.retain(|record| {
            let since = record.since.load(Ordering::Acquire);
            if since != OUTSIDE {
                oldest = oldest.min(since);
            }
            since != ENDED
        });
        oldest
    }
}
