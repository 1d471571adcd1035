//! Events: who is told of them, and what counters are worth telling.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

use parking_lot::MutexGuard;
use upshift_core::lir::FunctionId;

use crate::events::{Event, Label, Subscriber, What};
use crate::manager::{Manager, State};

/// Counts of one function are told so often at most.
const BETWEEN_COUNTS: Duration = Duration::from_millis(10);

/// What subscribers know of a function's counters.
#[derive(Clone, Copy, Default)]
pub(crate) struct Told {
    at: Duration,
    calls: u64,
    loop_iterations: u64,
    osr_entries: u64,
}

impl Manager {
    /// Adds a receiver of events.
    pub fn subscribe(&self, subscriber: Subscriber) {
        self.lock().subscribers.push(subscriber);
    }

    /// Adds a receiver of events that wants to know how often functions run, too.
    pub fn subscribe_with_counts(&self, subscriber: Subscriber) {
        let mut state = self.lock();
        state.subscribers.push(subscriber);
        state.wants_counts = true;
    }

    /// What the times of events count from.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// A moment as events state it.
    pub(crate) fn time_of(&self, moment: Instant) -> Duration {
        moment.saturating_duration_since(self.start)
    }

    /// Tells how far all functions have come; the last word on them.
    pub(crate) fn tell_all_counters(&self, state: &mut State) {
        let at = self.now();
        let mut ids: Vec<FunctionId> = state.functions.keys().copied().collect();
        ids.sort_unstable();
        ids.into_iter().for_each(|id| state.tell_counters(id, at, Duration::ZERO));
    }

    /// Hands the events of the outbox to the subscribers, without the lock. One thread at a time delivers, also
    /// what others add meanwhile, so that events arrive in the order in which things happened.
    pub(crate) fn deliver(&self, state: &mut MutexGuard<'_, State>) {
        if state.is_delivering {
            return;
        }
        state.is_delivering = true;
        while !state.outbox.is_empty() {
            let events = std::mem::take(&mut state.outbox);
            let subscribers = state.subscribers.clone();
            MutexGuard::unlocked(state, || {
                for (event, subscriber) in
                    events.iter().flat_map(|event| subscribers.iter().map(move |one| (event, one)))
                {
                    // A panic here is reported by the panic hook and ends neither this thread nor its accounts.
                    let _ = catch_unwind(AssertUnwindSafe(|| subscriber(event)));
                }
            });
        }
        state.is_delivering = false;
        self.shared().settled.notify_all();
    }
}

impl State {
    /// Notes an event of the calling thread for `deliver`.
    pub(crate) fn tell(&mut self, at: Duration, id: FunctionId, function: &Arc<Label>, what: What) {
        if self.subscribers.is_empty() {
            return;
        }
        let (function, thread, queue_length) = (Arc::clone(function), thread::current(), self.queue.len());
        self.outbox.push(Event { at, id, function, thread, queue_length, what });
    }

    /// Tells what has changed in a function's counters since they were told last.
    pub(crate) fn watch_counters(&mut self, id: FunctionId, at: Duration) {
        self.tell_counters(id, at, BETWEEN_COUNTS);
    }

    fn tell_counters(&mut self, id: FunctionId, at: Duration, between: Duration) {
        if self.subscribers.is_empty() {
            return;
        }
        let Some(function) = self.functions.get_mut(&id) else { return };
        let (label, counters) = (Arc::clone(&function.label), &function.slot.counters);
        // Relaxed: estimates, which order nothing.
        let entries = counters.osr_entries.load(Relaxed);
        let (calls, loop_iterations) = (counters.calls.load(Relaxed), counters.loop_iterations.load(Relaxed));
        let told = &mut function.told;
        let went_over = entries != told.osr_entries;
        let has_grown = (calls, loop_iterations) != (told.calls, told.loop_iterations);
        let is_counted = self.wants_counts && has_grown && at.saturating_sub(told.at) >= between;
        told.osr_entries = entries;
        if is_counted {
            *told = Told { at, calls, loop_iterations, osr_entries: entries };
        }
        if went_over {
            self.tell(at, id, &label, What::WentOver { entries });
        }
        if is_counted {
            self.tell(at, id, &label, What::Counted { calls, loop_iterations });
        }
    }
}
