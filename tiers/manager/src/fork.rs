//! Surviving `fork`, which copies the calling thread alone.
//!
//! ```text
//! prepare_fork        no compilation under way, no thread of ours alive, the lock held by the forking thread
//! after_fork_parent   the lock released, threads start again
//! after_fork_child    the state moved behind a new lock, threads start again
//! ```
//!
//! Compilations are waited for, because a compiler that is copied in the middle keeps its internal locks for ever.
//! The child gets a new lock and new condition variables: parking_lot keeps waiting threads in a table by address,
//! and a wake-up meant for a live thread would go to one that exists in the parent only. The old ones leak,
//! so that their addresses are not used again. What remains: a thread that is just inside parking_lot's table when
//! the process forks leaves one bucket of it locked; the window is some nanoseconds, and only for threads that
//! use this manager without the GIL.

use std::sync::atomic::Ordering;

use parking_lot::{Mutex, MutexGuard};

use crate::manager::{Manager, Shared, State};

impl Manager {
    /// To be called before a fork, on the forking thread; one of the two below follows on the same thread.
    pub fn prepare_fork(&self) {
        let mut state = self.lock();
        while state.is_forking {
            self.shared().settled.wait(&mut state);
        }
        state.is_forking = true;
        self.stop_threads(&mut state);
        while state.compiling > 0 || state.publishing > 0 || state.is_delivering {
            self.shared().settled.wait(&mut state);
        }
        // The lock stays held, so that no other thread is inside when memory is copied.
        std::mem::forget(state);
    }

    /// To be called after a fork in the parent.
    pub fn after_fork_parent(&self) {
        // SAFETY: `prepare_fork` has left the lock held by this thread, and forgot its guard.
        let state = unsafe { self.shared().state.make_guard_unchecked() };
        self.go_on(state);
    }

    /// To be called after a fork in the child.
    pub fn after_fork_child(&self) {
        // SAFETY: as in the parent: the child's only thread is the copy of the one that holds the lock.
        let mut held = unsafe { self.shared().state.make_guard_unchecked() };
        let mut state = std::mem::take(&mut *held);
        // Threads that wait exist in the parent only.
        state.waiters = 0;
        std::mem::forget(held);
        let fresh = Shared { state: Mutex::new(state), ..Shared::default() };
        // Release pairs with the load in `shared`. The old allocation leaks: see the header.
        self.shared.store(Box::into_raw(Box::new(fresh)), Ordering::Release);
        let mut state = self.lock();
        state.limbo.forget_other_threads();
        self.go_on(state);
    }

    fn go_on(&self, mut state: MutexGuard<'_, State>) {
        state.is_forking = false;
        state.pace.reset();
        if !state.queue.is_empty() {
            self.start_workers(&mut state);
        }
        self.wake_all(&mut state);
    }
}
