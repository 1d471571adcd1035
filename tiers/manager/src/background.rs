//! The threads: one samples counters, others compile with tier 2. Both start at first need.
//!
//! ```text
//! publish --> profiling thread: sample, sleep (policy.rs), sample, ... ; parks when nothing is left to watch
//!                  | a hot function
//!                  v
//!              worker: take the fastest growing, compile, swap; parks when the queue is empty
//! ```
//!
//! What ends a long sleep of the profiling thread: a publication, `kick`, `resume`, `set_config`, `shutdown`.
//! Threads end at `shutdown` and before a fork; `stop_threads` joins them.

use std::sync::atomic::Ordering::Relaxed;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::MutexGuard;

use crate::manager::{Manager, State};

/// From this sleep on the profiling thread is worth waking.
const DOZE: Duration = Duration::from_millis(8);

impl Manager {
    /// Tells a profiling thread in a long sleep that code is running. For the dispatcher, every 1,000th call or so:
    /// one load when the thread is awake. Without it, a burst after an idle time is noticed within a second.
    pub fn kick(&self) {
        // Relaxed: a stale value delays the sample to the next kick or the end of the sleep.
        if self.is_dozing.load(Relaxed) {
            self.wake_profiler(&mut self.lock());
        }
    }

    /// Ends the threads and empties the queue. Published code stays callable, and publication goes on in tier 1.
    ///
    /// A compilation under way is waited for as long as `patience` lasts; then it is left to itself, and false is the
    /// answer. Its result is dropped, and neither a subscriber nor the hook for a rest is called any more.
    pub fn shutdown(&self, patience: Duration) -> bool {
        let deadline = Instant::now().checked_add(patience);
        let mut state = self.lock();
        state.is_shut_down = true;
        state.clear_queue();
        self.tell_all_counters(&mut state);
        self.shared().profiler_wakes.notify_all();
        self.shared().work_arrives.notify_all();
        let mut is_late = false;
        while state.compiling > 0 && !is_late {
            is_late = match deadline {
                Some(deadline) => self.shared().settled.wait_until(&mut state, deadline).timed_out(),
                None => {
                    self.shared().settled.wait(&mut state);
                    false
                }
            };
        }
        let has_ended = state.compiling == 0;
        if !has_ended {
            state.workers.clear();
        }
        self.stop_threads(&mut state);
        while state.is_delivering || state.asking > 0 {
            self.shared().settled.wait(&mut state);
        }
        self.deliver(&mut state);
        self.shared().settled.notify_all();
        has_ended
    }

    /// Joins all threads. The state says already that they should end.
    pub(crate) fn stop_threads(&self, state: &mut MutexGuard<'_, State>) {
        let threads: Vec<JoinHandle<()>> = state.profiler.take().into_iter().chain(state.workers.drain(..)).collect();
        self.shared().profiler_wakes.notify_all();
        self.shared().work_arrives.notify_all();
        MutexGuard::unlocked(state, || {
            for thread in threads {
                // A panic of the thread has been reported by the panic hook; there is nothing to add.
                let _ = thread.join();
            }
        });
    }

    /// Starts the profiling thread if there is something for it to do. A system without threads to give leaves
    /// functions in tier 1; the next publication tries again.
    pub(crate) fn start_profiler(&self, state: &mut State) {
        let is_wanted = state.config.is_tiered() && !state.config.is_synchronous;
        if state.profiler.is_some() || !is_wanted || state.is_stopping() {
            return;
        }
        let Some(manager) = self.me.upgrade() else { return };
        let builder = thread::Builder::new().name("upshift-profiler".to_owned()).stack_size(256 << 10);
        state.profiler = builder.spawn(move || manager.profile()).ok();
    }

    /// Starts the workers; see `start_profiler`.
    pub(crate) fn start_workers(&self, state: &mut State) {
        if state.config.is_synchronous || state.is_stopping() {
            return;
        }
        while state.workers.len() < state.config.threads.max(1) {
            let Some(manager) = self.me.upgrade() else { return };
            let builder = thread::Builder::new().name("upshift-tier2".to_owned()).stack_size(state.config.worker_stack);
            match builder.spawn(move || manager.work()) {
                Ok(worker) => state.workers.push(worker),
                Err(_) => return,
            }
        }
    }

    /// Ends a long sleep of the profiling thread.
    pub(crate) fn wake_profiler(&self, state: &mut State) {
        if self.is_dozing.swap(false, Relaxed) {
            state.pace.reset();
            self.shared().profiler_wakes.notify_all();
        }
    }

    /// Lets every thread look at changed settings.
    pub(crate) fn wake_all(&self, state: &mut State) {
        if !state.functions.is_empty() {
            self.start_profiler(state);
        }
        self.wake_profiler(state);
        self.shared().work_arrives.notify_all();
        self.shared().settled.notify_all();
    }

    fn profile(&self) {
        let mut state = self.lock();
        while !state.is_stopping() {
            let start = Instant::now();
            let is_background = !state.config.is_synchronous;
            let findings = is_background.then(|| self.sample(&mut state));
            self.collect_garbage(&mut state);
            if state.is_stopping() {
                break;
            }
            let wakes = &self.shared().profiler_wakes;
            match findings.filter(|findings| findings.is_watching) {
                Some(findings) => {
                    let shortest = state.config.sample_interval;
                    let sleep = state.pace.next(findings.has_grown, start.elapsed(), shortest);
                    self.is_dozing.store(sleep >= DOZE, Relaxed);
                    wakes.wait_for(&mut state, sleep);
                }
                None => {
                    self.is_dozing.store(true, Relaxed);
                    wakes.wait(&mut state);
                }
            }
        }
    }

    fn work(&self) {
        let mut state = self.lock();
        while !state.is_stopping() {
            if !self.run_next(&mut state) && !state.is_stopping() {
                self.shared().work_arrives.wait(&mut state);
            }
        }
    }
}
