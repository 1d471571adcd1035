//! Freeing: what goes to limbo, what takes it out again, and how much there is.
//!
//! ```text
//! swap, retire --> limbo --quiesce: a rest is noted--> the rest was seen --collect--> freed
//! ```
//!
//! `quiesce` frees here and now while that is a matter of microseconds, and leaves the rest to the profiling thread,
//! which also frees what waited for a visit to end.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::Duration;

use parking_lot::MutexGuard;
use upshift_core::lir::FunctionId;
use upshift_core::tier::Code;

use crate::cells::Slot;
use crate::events::{Label, What};
use crate::limbo::Visitor;
use crate::manager::{Manager, State};
use crate::swap::Specialization;

/// What one call of `quiesce` frees at most; each takes a system call or more.
const FREED_AT_ONCE: usize = 16;

/// What nothing leads to any more, but threads may be inside of.
pub(crate) struct Remains {
    code: Vec<Code>,
    slots: Vec<&'static Slot>,
    /// Of which function this is tier-1 code: its loops go with it.
    replaced_in: Option<Owner>,
}

/// A function, which may be gone.
struct Owner {
    id: FunctionId,
    serial: u64,
    label: Arc<Label>,
}

/// What the manager holds; for tests that memory stays flat.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Census {
    /// Published functions.
    pub functions: usize,
    /// Cells in use, those of loops included.
    pub cells: usize,
    /// Bytes of machine code of published functions and their loops.
    pub code_size: usize,
    /// Bytes of machine code that waits to be freed.
    pub limbo_size: usize,
    /// Functions and replaced code that wait to be freed.
    pub limbo: usize,
}

impl Manager {
    /// A way for the calling thread to announce calls that are not guarded; see `quiesce`.
    pub fn new_visitor(&self) -> Visitor {
        self.lock().limbo.new_visitor()
    }

    /// Lets go of functions: of their places in the queue at once, of their code and cells when no thread is inside.
    ///
    /// The caller guarantees that no call to them begins from now on, and that no function that stays calls them;
    /// functions that call each other are retired together. A compilation under way is not waited for; its result is
    /// dropped.
    pub fn retire(&self, ids: &[FunctionId]) {
        let mut units = Vec::with_capacity(ids.len());
        let at = self.now();
        let mut state = self.lock();
        for &id in ids {
            state.queue.remove(id);
            state.watch_counters(id, at);
            let mut slots: Vec<&'static Slot> = state.slots.remove(id).into_iter().collect();
            let mut code = Vec::new();
            if let Some(function) = state.functions.remove(&id) {
                state.tell(at, id, &function.label, What::Freed { size: function.size() });
                let (loops, loop_code) = function.loops.into_parts();
                slots.extend(loops.into_iter().filter_map(|id| state.slots.remove(id)));
                code.extend(loop_code);
                code.push(function.code.into_code());
                units.push(function.unit);
            }
            if !(slots.is_empty() && code.is_empty()) {
                self.keep(&mut state, Remains { code, slots, replaced_in: None });
            }
        }
        self.deliver(&mut state);
        drop(state);
        self.shared().settled.notify_all();
        // Large, and freed without the lock.
        drop(units);
    }

    /// States that at this moment no guarded call is under way, and frees what can be freed now. Much of it is left to
    /// the profiling thread, or to the next call where there is none.
    ///
    /// A call is guarded if its thread holds the dispatcher's lock, the GIL, from before it reads a cell until it has
    /// returned. All others are announced with `new_visitor`. The caller holds the lock and is in no guarded call.
    pub fn quiesce(&self) {
        let mut state = self.lock();
        self.rest(&mut state);
        let free = state.collect(FREED_AT_ONCE, self.now());
        if free.len() >= FREED_AT_ONCE {
            self.leave_rest(&mut state);
        }
        self.deliver(&mut state);
        drop(state);
        // Unmapping code is a system call: not under the lock.
        drop(free);
    }

    /// States the same as `quiesce`, and leaves the work to the profiling thread if there is one. That thread may be
    /// looking at thousands of functions: who calls is not to wait for it, and is asked again.
    pub fn note_rest(&self) {
        let mut state = match self.shared().state.try_lock() {
            Some(state) => state,
            None if self.shared().profiler.lock().is_some() => {
                self.is_rest_missed.store(true, SeqCst);
                return self.wake_profiler();
            }
            None => self.lock(),
        };
        self.rest(&mut state);
        if state.profiler.is_some() {
            self.leave_rest(&mut state);
        } else {
            self.collect_garbage(&mut state);
        }
    }

    /// Sees to it that somebody goes on with what can be freed.
    fn leave_rest(&self, state: &mut State) {
        if state.profiler.is_some() {
            self.wake_profiler();
        } else {
            self.is_rest_wanted.store(true, Relaxed);
        }
    }

    /// Has `ask` called, without the lock, each time that a swap has replaced code: it sees to it that `note_rest` or
    /// `quiesce` is called soon. Only the first hook counts.
    pub fn when_rest_is_wanted(&self, ask: Box<dyn Fn() + Send + Sync>) {
        let _ = self.ask_for_rest.set(ask);
    }

    /// To be called when a visit has ended and `Visitor::is_awaited` says so.
    pub fn visit_ended(&self) {
        self.wake_profiler();
    }

    /// True if `quiesce` or `note_rest` has something to do. One load, for dispatchers that ask often.
    pub fn wants_rest(&self) -> bool {
        // Relaxed: a stale value puts the rest off to the next time.
        self.is_rest_wanted.load(Relaxed)
    }

    /// Frees all that can be freed, and waits for other threads that are freeing.
    pub fn collect(&self) {
        let mut state = self.lock();
        self.collect_garbage(&mut state);
        while state.freeing > 0 {
            self.shared().settled.wait(&mut state);
        }
    }

    /// What the manager holds.
    pub fn census(&self) -> Census {
        let state = self.lock();
        let sizes = state.functions.values().map(Specialization::size);
        let limbo_sizes = state.limbo.iter().flat_map(|remains| &remains.code).map(|code| code.size);
        Census {
            functions: state.functions.len(),
            cells: state.slots.len(),
            code_size: sizes.sum(),
            limbo_size: limbo_sizes.sum(),
            limbo: state.limbo.iter().count(),
        }
    }

    /// Asks again if the answer came at a bad time.
    pub(crate) fn ask_again_for_rest(&self, state: &mut MutexGuard<'_, State>) {
        if self.is_rest_missed.swap(false, SeqCst) {
            self.ask_for_rest(state);
        }
    }

    /// Calls the hook of `when_rest_is_wanted`.
    pub(crate) fn ask_for_rest(&self, state: &mut MutexGuard<'_, State>) {
        if let (Some(ask), true) = (self.ask_for_rest.get(), self.wants_rest() && !state.is_shut_down) {
            state.asking += 1;
            MutexGuard::unlocked(state, ask);
            state.asking -= 1;
            self.shared().settled.notify_all();
        }
    }

    /// Keeps what a swap replaced.
    pub(crate) fn keep_replaced(&self, state: &mut State, id: FunctionId, serial: u64, code: Code) {
        let Some(function) = state.functions.get(&id) else { return };
        let owner = Owner { id, serial, label: Arc::clone(&function.label) };
        self.keep(state, Remains { code: vec![code], slots: Vec::new(), replaced_in: Some(owner) });
    }

    fn keep(&self, state: &mut State, remains: Remains) {
        state.limbo.add(remains);
        self.is_rest_wanted.store(true, Relaxed);
    }

    fn rest(&self, state: &mut State) {
        state.limbo.rest();
        self.is_rest_wanted.store(false, Relaxed);
    }

    /// Frees all that can be freed; for the profiling thread.
    pub(crate) fn collect_garbage(&self, state: &mut MutexGuard<'_, State>) {
        while state.limbo.has_rested() {
            let free = state.collect(FREED_AT_ONCE, self.now());
            if free.is_empty() {
                break;
            }
            state.freeing += 1;
            MutexGuard::unlocked(state, || drop(free));
            state.freeing -= 1;
            self.shared().settled.notify_all();
            self.deliver(state);
        }
    }
}

impl State {
    /// Takes out of limbo what no thread is inside of; dropping the code, without the lock, frees it.
    fn collect(&mut self, most: usize, at: Duration) -> Vec<Code> {
        let mut free = Vec::new();
        for remains in self.limbo.take_free(most) {
            let first = free.len();
            free.extend(remains.code);
            remains.slots.into_iter().for_each(|slot| self.slots.recycle(slot));
            let Some(owner) = remains.replaced_in else { continue };
            free.extend(self.take_loops(&owner));
            let size = free[first..].iter().map(|code: &Code| code.size).sum();
            self.tell(at, owner.id, &owner.label, What::ReplacedFreed { size });
        }
        free
    }

    /// The code of a function's loops, when its tier-1 code is free: nothing else leads to them, so no thread is
    /// inside of theirs, and none will be.
    fn take_loops(&mut self, owner: &Owner) -> Vec<Code> {
        let function = self.functions.get_mut(&owner.id).filter(|function| function.serial == owner.serial);
        let Some(function) = function else { return Vec::new() };
        let (loops, code) = std::mem::take(&mut function.loops).into_parts();
        for id in loops {
            if let Some(slot) = self.slots.remove(id) {
                self.slots.recycle(slot);
            }
        }
        code
    }
}
