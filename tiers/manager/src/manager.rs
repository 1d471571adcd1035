//! The manager's state, all behind one lock, and the parts of the public interface that need nothing else.
//!
//! One lock, because it is taken when functions are compiled, sampled and retired, never by a call into compiled code.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::thread::{JoinHandle, Thread, available_parallelism};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use rustc_hash::FxHashMap;
use upshift_core::lir::FunctionId;
use upshift_core::tier::Tier;

use crate::cells::{Counters, SlotTable};
use crate::compile::panic_text;
use crate::config::{Config, OsrChoice, TierChoice};
use crate::cost::CostModel;
use crate::entry_cell::EntryCell;
use crate::events::{Event, Subscriber};
use crate::limbo::Limbo;
use crate::pace::Pace;
use crate::policy::{Rules, Situation};
use crate::queue::Queue;
use crate::reclaim::Remains;
use crate::spare_thread::SpareThread;
use crate::swap::{Specialization, Stage};

/// Opens tier 2, at the first need and off the calling thread; the error says why there is none.
pub type Tier2Loader = Box<dyn Fn() -> Result<Arc<dyn Tier>, String> + Send + Sync>;

/// Counts, decides, swaps, frees. One for the process; `shutdown` ends its threads, which keep it alive until then.
pub struct Manager {
    pub(crate) me: Weak<Manager>,
    pub(crate) start: Instant,
    pub(crate) tier1: Arc<dyn Tier>,
    load_tier2: Tier2Loader,
    /// The outcome of loading, which is tried once.
    tier2: OnceLock<Result<Arc<dyn Tier>, String>>,
    pub(crate) symbols: Vec<usize>,
    cores: OnceLock<usize>,
    /// True while the profiling thread sleeps longer than a moment. See `kick`.
    pub(crate) is_dozing: AtomicBool,
    /// True while something in limbo has not seen a rest.
    pub(crate) is_rest_wanted: AtomicBool,
    /// True after a rest that found the lock taken.
    pub(crate) is_rest_missed: AtomicBool,
    /// See `when_rest_is_wanted`.
    pub(crate) ask_for_rest: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// Owned; replaced only in the child of a fork (`fork.rs`).
    pub(crate) shared: AtomicPtr<Shared>,
}

/// What threads wait on.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    /// The profiling thread. Locked for the moment of waking it.
    pub(crate) profiler: Mutex<Option<Thread>>,
    /// Idle workers wait here.
    pub(crate) work_arrives: Condvar,
    /// Something ended: a compilation, a publication, a fork.
    pub(crate) settled: Condvar,
}

/// Everything that changes.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) slots: SlotTable,
    pub(crate) functions: FxHashMap<FunctionId, Specialization>,
    pub(crate) queue: Queue,
    pub(crate) rules: Rules,
    pub(crate) cost: CostModel,
    /// Replaced code, and what belonged to retired functions.
    pub(crate) limbo: Limbo<Remains>,
    pub(crate) pace: Pace,
    /// Threads in `wait_for_tier_up`: they ask for all that is hot, fresh or stale.
    pub(crate) waiters: usize,
    /// `pause` minus `resume`.
    pub(crate) pauses: usize,
    /// Tier-2 compilations under way, until their events are out.
    pub(crate) compiling: usize,
    /// Calls of the hook for a rest under way.
    pub(crate) asking: usize,
    /// Threads that are freeing what was in limbo.
    pub(crate) freeing: usize,
    /// Publications under way.
    pub(crate) publishing: usize,
    pub(crate) is_forking: bool,
    pub(crate) is_shut_down: bool,
    pub(crate) profiler: Option<JoinHandle<()>>,
    /// What is to become that.
    pub(crate) spare_thread: Option<SpareThread>,
    pub(crate) workers: Vec<JoinHandle<()>>,
    pub(crate) subscribers: Vec<Subscriber>,
    /// Some subscriber wants `What::Counted`.
    pub(crate) wants_counts: bool,
    /// Events that no subscriber has seen yet, in order.
    pub(crate) outbox: Vec<Event>,
    /// Some thread is handing events out.
    pub(crate) is_delivering: bool,
    pub(crate) next_serial: u64,
    /// Loops that have got an id so far.
    pub(crate) loop_ids: u32,
    pub(crate) refusals: u64,
}

impl State {
    /// True if functions move to tier 2 as they get hot.
    pub(crate) fn can_tier_up(&self) -> bool {
        self.config.is_tiered() && self.pauses == 0 && !self.is_stopping()
    }

    /// True if nothing is queued, compiling or left to tell.
    fn is_settled(&self) -> bool {
        self.queue.is_empty() && self.compiling == 0 && !self.is_delivering
    }

    /// True if threads should end.
    pub(crate) fn is_stopping(&self) -> bool {
        self.is_forking || self.is_shut_down
    }

    /// Takes back the decisions that are not carried out yet.
    pub(crate) fn clear_queue(&mut self) {
        self.queue.clear();
        for function in self.functions.values_mut().filter(|function| function.stage == Stage::Queued) {
            function.stage = function.settled_stage();
            function.loops.choose_none();
            if function.stage == Stage::One {
                function.tier2_reason.clear();
            }
        }
    }

    /// What a function is judged by; `insts` are those that tier 2 would compile.
    pub(crate) fn situation(&self, eagerness: Option<u8>, insts: usize, cores: usize) -> Situation<'_> {
        let config = &self.config;
        let eagerness = eagerness.unwrap_or(config.eagerness);
        // Who waits wants all that is hot, however long that takes.
        let waiting = if self.waiters > 0 { 0 } else { self.queue.len() };
        let share = self.rules.share(cores, eagerness, waiting, config.threads_on(cores));
        Situation { config, cores, share, predicted_ms: self.cost.predict(insts) }
    }

    /// Why a function without a decision is in tier 1.
    pub(crate) fn waiting_reason(
        &self,
        function: &Specialization,
        calls: u64,
        loop_iterations: u64,
        cores: usize,
    ) -> String {
        if self.is_shut_down {
            return "the process ended first".to_owned();
        }
        if self.config.osr == OsrChoice::Stress {
            return "only loops go to tier 2, to test on-stack replacement".to_owned();
        }
        if self.config.tier == TierChoice::One {
            return "tier 2 is switched off".to_owned();
        }
        if !function.is_tiered {
            return "tier 2 is switched off for this function".to_owned();
        }
        let spent_ms = function.history.spent_ms;
        let situation = self.situation(function.eagerness, function.workload.insts, cores);
        if !self.config.has_thresholds() {
            let predicted_ms = situation.predicted_ms;
            let threshold_ms = situation.share * predicted_ms;
            return format!(
                "not hot yet: {spent_ms:.3} of {threshold_ms:.3} ms in tier 1 ({predicted_ms:.1} ms predicted for LLVM)"
            );
        }
        let calls = self.config.tier2_calls.map(|threshold| format!("{calls} of {threshold} calls"));
        let loops =
            self.config.tier2_loops.map(|threshold| format!("{loop_iterations} of {threshold} loop iterations"));
        let time = self.config.tier2_time.map(|time| format!("{spent_ms:.3} of {:.3} ms", time.as_secs_f64() * 1e3));
        let all: Vec<String> = calls.into_iter().chain(loops).chain(time).collect();
        format!("not hot yet: {}", all.join(", "))
    }
}

impl Manager {
    /// A manager without functions and without threads. `symbols` are the addresses of the runtime's routines, in the
    /// order of `Symbol::ALL`.
    pub fn new(config: Config, tier1: Arc<dyn Tier>, load_tier2: Tier2Loader, symbols: Vec<usize>) -> Arc<Manager> {
        let shared = Shared { state: Mutex::new(State { config, ..State::default() }), ..Shared::default() };
        Arc::new_cyclic(|me| Manager {
            me: Weak::clone(me),
            start: Instant::now(),
            tier1,
            load_tier2,
            tier2: OnceLock::new(),
            symbols,
            cores: OnceLock::new(),
            is_dozing: AtomicBool::new(false),
            is_rest_wanted: AtomicBool::new(false),
            is_rest_missed: AtomicBool::new(false),
            ask_for_rest: OnceLock::new(),
            shared: AtomicPtr::new(Box::into_raw(Box::new(shared))),
        })
    }

    /// The cell of a function, made at the first request: code that calls a function may be compiled before it.
    /// Dispatchers keep the address; it is valid for ever and belongs to the function until `retire`.
    pub fn cell(&self, id: FunctionId) -> &'static EntryCell {
        &self.lock().slots.get(id).cell
    }

    /// The counters of a function; as for `cell`.
    pub fn counters(&self, id: FunctionId) -> &'static Counters {
        &self.lock().slots.get(id).counters
    }

    /// Holds tier-up until `resume`, which must be called as often. Waits for a compilation under way, so that no
    /// function changes its tier after this returns; Python lets go of the GIL for this.
    pub fn pause(&self) {
        let mut state = self.lock();
        state.pauses += 1;
        while state.compiling > 0 {
            self.shared().settled.wait(&mut state);
        }
    }

    /// Undoes one `pause`.
    pub fn resume(&self) {
        let mut state = self.lock();
        state.pauses = state.pauses.saturating_sub(1);
        self.wake_all(&mut state);
    }

    /// The settings in force.
    pub fn config(&self) -> Config {
        self.lock().config.clone()
    }

    /// Changes the settings, for functions published already too.
    pub fn set_config(&self, config: Config) {
        let mut state = self.lock();
        state.config = config;
        if !state.config.is_tiered() {
            state.clear_queue();
        }
        self.wake_all(&mut state);
    }

    /// Waits until nothing is queued or compiling; false if that took longer than `timeout`, or if tier-up is paused
    /// while functions wait for it. Counters are looked at first, so that what is hot now counts as queued.
    pub fn wait_for_tier_up(&self, timeout: Option<Duration>) -> bool {
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut state = self.lock();
        state.waiters += 1;
        let is_settled = self.await_settled(&mut state, deadline);
        state.waiters -= 1;
        is_settled
    }

    fn await_settled(&self, state: &mut MutexGuard<'_, State>, deadline: Option<Instant>) -> bool {
        self.sample(state);
        if state.workers.is_empty() {
            // Synchronous mode, or a system that has no thread to give.
            self.run_queue(state);
        }
        loop {
            if state.is_settled() {
                return true;
            }
            if state.pauses > 0 && state.compiling == 0 {
                return false;
            }
            match deadline {
                None => self.shared().settled.wait(state),
                Some(deadline) => {
                    if self.shared().settled.wait_until(state, deadline).timed_out() {
                        return state.is_settled();
                    }
                }
            }
        }
    }

    /// Tier 2, loaded now if it was not.
    pub(crate) fn tier2(&self) -> Result<&Arc<dyn Tier>, String> {
        let load = || match catch_unwind(AssertUnwindSafe(|| (self.load_tier2)())) {
            Ok(result) => result,
            Err(panic) => Err(panic_text(&*panic)),
        };
        self.tier2.get_or_init(load).as_ref().map_err(|reason| format!("tier 2 did not load: {reason}"))
    }

    /// Cores that this process may use.
    pub(crate) fn cores(&self, config: &Config) -> usize {
        let of_system = || available_parallelism().map_or(1, NonZero::get);
        if config.cores > 0 { config.cores } else { *self.cores.get_or_init(of_system) }
    }

    pub(crate) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn shared(&self) -> &Shared {
        // SAFETY: the pointer comes from a box that lives until the manager is dropped: `after_fork_child` replaces
        // it, without freeing the old one. Acquire pairs with that store.
        unsafe { &*self.shared.load(Ordering::Acquire) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.shared().state.lock()
    }
}

impl Drop for Manager {
    fn drop(&mut self) {
        // SAFETY: made by `Box::into_raw`; nobody else refers to the manager any more.
        drop(unsafe { Box::from_raw(*self.shared.get_mut()) });
    }
}
