//! The threads: one samples counters, others compile with tier 2. Both start at first need.
//!
//! ```text
//! publish --> profiling thread: sample, sleep (pace.rs), sample, ... ; parks when nothing runs or is left to watch
//!                  | a hot function
//!                  v
//!              worker: take what gains most, compile, swap; parks when the queue is empty
//! ```
//!
//! What ends a long sleep of the profiling thread: a publication, `kick`, `watch`, `resume`, `set_config`, `shutdown`.
//! Threads end at `shutdown` and before a fork; `stop_threads` joins them.

use std::sync::atomic::Ordering::SeqCst;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::MutexGuard;

use crate::cells::Counters;
use crate::manager::{Manager, State};
use crate::spare_thread::{Job, SpareThread};

/// From this sleep on the profiling thread is worth waking.
const DOZE: Duration = Duration::from_millis(2);
/// How long the profiling thread leaves the program's first call alone.
const FIRST_SLEEP: Duration = Duration::from_micros(500);

impl Manager {
    /// Tells a profiling thread that sleeps long that a function runs which it believes to rest. For the dispatcher,
    /// before each call that it times. Takes no lock that anything is done under.
    pub fn kick(&self, counters: &Counters) {
        if counters.disarm() {
            self.wake_profiler();
        }
    }

    /// Tells a profiling thread that sleeps long that loops run again: the call may have begun with something else that
    /// took long, and no other call may come. Takes no lock, as `kick`.
    pub fn watch(&self) {
        self.wake_profiler();
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
        self.unpark_profiler();
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
        self.unpark_profiler();
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
        let job: Job = Box::new(move || manager.profile());
        let lent = match state.spare_thread.take() {
            Some(spare) => spare.run(job),
            None => Err(job),
        };
        let start = |job| {
            let builder = thread::Builder::new().name("upshift-profiler".to_owned());
            builder.stack_size(256 << 10).spawn(job).ok()
        };
        state.profiler = lent.map_or_else(start, Some);
        *self.shared().profiler.lock() = state.profiler.as_ref().map(|profiler| profiler.thread().clone());
    }

    /// Gives a thread that is to become the profiling thread.
    pub fn lend_thread(&self, thread: SpareThread) {
        self.lock().spare_thread = Some(thread);
    }

    /// Starts the workers; see `start_profiler`.
    pub(crate) fn start_workers(&self, state: &mut State) {
        if state.config.is_synchronous || state.is_stopping() {
            return;
        }
        let wanted = state.config.threads_on(self.cores(&state.config));
        while state.workers.len() < wanted {
            let Some(manager) = self.me.upgrade() else { return };
            let builder = thread::Builder::new().name("upshift-tier2".to_owned()).stack_size(state.config.worker_stack);
            let work = move || {
                give_way();
                manager.work();
            };
            match builder.spawn(work) {
                Ok(worker) => state.workers.push(worker),
                Err(_) => return,
            }
        }
    }

    /// Ends a long sleep of the profiling thread.
    pub(crate) fn wake_profiler(&self) {
        // SeqCst, as in `profile`: of a kick and the decision to sleep long, the later one sees the earlier.
        if self.is_dozing.load(SeqCst) && self.is_dozing.swap(false, SeqCst) {
            self.unpark_profiler();
        }
    }

    /// The thread sleeps on a token that is never lost, and not on a condition variable: it can be woken without the
    /// manager's lock.
    fn unpark_profiler(&self) {
        if let Some(profiler) = &*self.shared().profiler.lock() {
            profiler.unpark();
        }
    }

    /// Lets every thread look at changed settings.
    pub(crate) fn wake_all(&self, state: &mut State) {
        if !state.functions.is_empty() {
            self.start_profiler(state);
        }
        self.wake_profiler();
        self.shared().work_arrives.notify_all();
        self.shared().settled.notify_all();
    }

    fn profile(&self) {
        let config = self.config();
        // The first call of the program is still being compiled, and nothing to be seen yet.
        thread::park_timeout(config.sample_interval.min(FIRST_SLEEP));
        // Asked for before the lock is taken: the system reads files of the container's group.
        self.cores(&config);
        let mut was_dozing = false;
        let mut state = self.lock();
        while !state.is_stopping() {
            let start = Instant::now();
            let is_background = !state.config.is_synchronous;
            let findings = is_background.then(|| self.sample(&mut state));
            self.collect_garbage(&mut state);
            self.ask_again_for_rest(&mut state);
            if state.is_stopping() {
                break;
            }
            let shortest = state.config.sample_interval;
            let sleep = findings.and_then(|findings| state.pace.next(findings, start.elapsed(), shortest));
            if self.is_kicked(was_dozing) {
                was_dozing = false;
                state.pace.reset();
                continue;
            }
            was_dozing = sleep.is_none_or(|sleep| sleep >= DOZE);
            self.is_dozing.store(was_dozing, SeqCst);
            if sleep.is_none() && findings.is_some_and(|findings| findings.due_ms.is_some()) {
                // Calls in tier 2 may reach functions in tier 1.
                state.functions.values().for_each(|function| function.slot.counters.arm());
            }
            MutexGuard::unlocked(&mut state, || match sleep {
                Some(sleep) => thread::park_timeout(sleep),
                None => thread::park(),
            });
            if self.is_kicked(was_dozing) {
                was_dozing = false;
                state.pace.reset();
            }
        }
    }

    /// True if the long sleep has been ended.
    fn is_kicked(&self, was_dozing: bool) -> bool {
        was_dozing && !self.is_dozing.load(SeqCst)
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

/// How much less this thread counts than those that call, where both want one core: nice 5 is a third of nice 0. With
/// more, threads of libraries that wait busily for work, as OpenBLAS's do at their start, would keep it from an idle core.
#[cfg(target_os = "linux")]
const NICE: libc::c_int = 5;

/// Lets callers go first where they share a core with this thread; an idle core runs it as fast as ever.
#[cfg(target_os = "linux")]
fn give_way() {
    // SAFETY: changes the priority of the calling thread alone, whose id Linux takes for a process's. Where it may not,
    // nothing changes.
    unsafe { libc::setpriority(libc::PRIO_PROCESS, libc::gettid() as libc::id_t, NICE) };
}

#[cfg(not(target_os = "linux"))]
fn give_way() {}
