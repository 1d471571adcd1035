//! From samples to the queue, and from the queue through tier 2 to the swap.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use parking_lot::MutexGuard;
use upshift_core::lir::FunctionId;

use crate::cells::Counters;
use crate::compile::{Compiled, compile_loop, compile_optimized};
use crate::compose::{CellAddresses, Ingredients};
use crate::config::Config;
use crate::events::{Label, Part, What};
use crate::loops::LoopEntry;
use crate::manager::{Manager, State};
use crate::policy::{Sample, Verdict};
use crate::swap::{Specialization, Stage};

/// What a look at all counters found.
pub(crate) struct Findings {
    /// Some function ran since the last look.
    pub(crate) has_grown: bool,
    /// Some function may still get hot.
    pub(crate) is_watching: bool,
}

/// A function that tier 2 is compiling.
struct Job {
    id: FunctionId,
    label: Arc<Label>,
    /// Running loops, which are compiled first.
    loops: Vec<Arc<LoopEntry>>,
    /// Calls still go to tier 1.
    is_for_calls: bool,
    serial: u64,
    reason: String,
    counters: &'static Counters,
    ingredients: Ingredients,
    cells: CellAddresses,
}

impl Specialization {
    /// Relaxed loads: counts are estimates, and order nothing.
    fn observe(&mut self, now: Duration, config: &Config) -> Verdict {
        let counters = &self.slot.counters;
        let running = self.loops.observe();
        let loop_iterations = counters.loop_iterations.load(Relaxed).wrapping_add(running);
        let sample = Sample { calls: counters.calls.load(Relaxed), loop_iterations };
        self.history.observe(sample, now, config)
    }

    /// Leaves calls in tier 1 for good.
    fn refuse(&mut self, reason: &str) {
        self.stage = Stage::Refused;
        reason.clone_into(&mut self.tier2_reason);
    }
}

impl Manager {
    /// In synchronous mode: looks at one function's counters and recompiles it here if it is hot. Otherwise nothing.
    pub fn poll(&self, id: FunctionId) {
        let mut state = self.lock();
        if !state.config.is_synchronous || !state.can_tier_up() {
            return;
        }
        self.judge(&mut state, id);
        self.deliver(&mut state);
        self.run_queue(&mut state);
    }

    /// Looks at the counters of all functions and queues the hot ones.
    pub(crate) fn sample(&self, state: &mut MutexGuard<'_, State>) -> Findings {
        let mut findings = Findings { has_grown: false, is_watching: false };
        if !state.can_tier_up() {
            return findings;
        }
        let watched: Vec<FunctionId> =
            state.functions.iter().filter(|(_, function)| function.is_watched()).map(|(&id, _)| id).collect();
        for &id in &watched {
            findings.has_grown |= self.judge(state, id);
        }
        findings.is_watching = !watched.is_empty();
        if !state.queue.is_empty() {
            self.start_workers(state);
            self.shared().work_arrives.notify_all();
        }
        self.deliver(state);
        findings
    }

    /// Queues a function if it is hot, or updates its place in the queue. Returns whether it ran since the last look.
    fn judge(&self, state: &mut State, id: FunctionId) -> bool {
        let at = self.now();
        state.watch_counters(id, at);
        let State { functions, queue, config, .. } = &mut *state;
        let Some(function) = functions.get_mut(&id).filter(|function| function.is_watched()) else {
            return false;
        };
        let verdict = function.observe(at, config);
        // What was chosen when the function was queued stays: a loop may be slower than the samples.
        let is_queued = function.stage == Stage::Queued;
        let is_running = !is_queued && function.loops.choose();
        if function.code.tier() == 2 {
            if is_running && queue.push(id, verdict.growth, || "a loop of it still runs in tier 1".to_owned()) {
                function.stage = Stage::Queued;
            }
            return function.loops.has_active();
        }
        if !is_queued && (!verdict.has_long_calls || config.is_synchronous) {
            function.loops.choose_none();
        }
        let Some(heat) = verdict.heat else { return verdict.has_grown };
        if queue.push(id, verdict.growth, || heat.describe()) {
            function.stage = Stage::Queued;
            function.tier2_reason = format!("queued: {}", heat.describe());
            let label = Arc::clone(&function.label);
            state.tell(at, id, &label, What::Queued { reason: heat.describe(), predicted_ms: None });
        }
        verdict.has_grown
    }

    /// Empties the queue in the calling thread.
    pub(crate) fn run_queue(&self, state: &mut MutexGuard<'_, State>) {
        while self.run_next(state) {}
    }

    /// Recompiles the first function of the queue; false if there is none, or tier-up is held.
    pub(crate) fn run_next(&self, state: &mut MutexGuard<'_, State>) -> bool {
        if !state.can_tier_up() {
            return false;
        }
        let Some((id, reason)) = state.queue.pop() else { return false };
        let Some(job) = Job::prepare(state, id, reason) else {
            self.shared().settled.notify_all();
            return true;
        };
        state.compiling += 1;
        for one in &job.loops {
            if state.is_shut_down {
                break;
            }
            let result = MutexGuard::unlocked(state, || self.compile_loop(&job, one));
            let unused = self.conclude_loop(state, &job, one, result);
            self.deliver(state);
            MutexGuard::unlocked(state, || drop(unused));
        }
        if job.is_for_calls && !state.is_shut_down {
            let result = MutexGuard::unlocked(state, || self.compile(&job));
            let unused = self.conclude(state, &job, result);
            self.deliver(state);
            self.ask_for_rest(state);
            MutexGuard::unlocked(state, || drop(unused));
        } else if let Some(function) = state.functions.get_mut(&job.id).filter(|one| one.serial == job.serial) {
            function.stage = Stage::Two;
            function.loops.begin_again();
        }
        state.compiling -= 1;
        if state.functions.get(&job.id).is_some_and(|function| function.loops.may_run()) {
            // It was not watched while it compiled, so the profiling thread may have gone to sleep for good.
            self.wake_profiler(state);
        }
        self.shared().settled.notify_all();
        true
    }

    fn compile(&self, job: &Job) -> Result<Compiled, String> {
        let tier = self.tier2()?;
        let unit = job.ingredients.compose();
        compile_optimized(&**tier, unit, job.counters, &self.symbols, &job.cells).map_err(|error| error.to_string())
    }

    fn compile_loop(&self, job: &Job, one: &LoopEntry) -> Result<Compiled, String> {
        let tier = self.tier2()?;
        compile_loop(&**tier, &job.ingredients, one, job.counters, &self.symbols, &job.cells)
            .map_err(|error| error.to_string())
    }

    /// Lets the loop go over, or notes that it can not. Hands back code that nobody wants any more.
    fn conclude_loop(
        &self,
        state: &mut State,
        job: &Job,
        one: &LoopEntry,
        result: Result<Compiled, String>,
    ) -> Option<Compiled> {
        let is_shut_down = state.is_shut_down;
        let function = state.functions.get_mut(&job.id).filter(|function| function.serial == job.serial);
        // Tier-1 code, which would go over, may be gone by now.
        let function = function.filter(|function| !is_shut_down && function.loops.has(one.id));
        let Some(function) = function else { return result.ok() };
        let (at, id) = (self.now(), job.id);
        match result {
            Ok(Compiled { code, ms, ended }) => {
                let part = Part::RunningLoop;
                let done = What::Compiled { tier: 2, part, ms, predicted_ms: None, size: code.size };
                function.loops.conclude(one.id, Some(code));
                state.tell(self.time_of(ended), id, &job.label, done);
            }
            Err(reason) => {
                function.loops.conclude(one.id, None);
                state.refusals += 1;
                state.tell(at, id, &job.label, What::Refused { reason: format!("a running loop: {reason}") });
            }
        }
        None
    }

    /// Swaps the function over, or notes why not. Hands back code that nobody wants any more.
    fn conclude(&self, state: &mut State, job: &Job, result: Result<Compiled, String>) -> Option<Compiled> {
        let (at, id) = (self.now(), job.id);
        let is_shut_down = state.is_shut_down;
        let function = state.functions.get_mut(&id).filter(|function| function.serial == job.serial);
        let Some(function) = function else { return result.ok() };
        if is_shut_down {
            function.stage = Stage::One;
            function.tier2_reason.clear();
            return result.ok();
        }
        match result {
            Ok(Compiled { code, ms, ended }) => {
                let part = Part::Calls;
                let done = What::Compiled { tier: 2, part, ms, predicted_ms: None, size: code.size };
                let replaced = function.code.swap(&function.slot.cell, code);
                function.stage = Stage::Two;
                function.loops.begin_again();
                function.tier2_ms = Some(ms);
                function.tier2_reason.clone_from(&job.reason);
                let after_ms = at.saturating_sub(function.published_at).as_secs_f64() * 1e3;
                function.swapped_after_ms = Some(after_ms);
                state.tell(self.time_of(ended), id, &job.label, done);
                state.tell(at, id, &job.label, What::Swapped { after_ms });
                self.keep_replaced(state, id, job.serial, replaced);
            }
            Err(reason) => {
                function.refuse(&reason);
                state.refusals += 1;
                state.tell(at, id, &job.label, What::Refused { reason });
            }
        }
        None
    }
}

impl Job {
    fn prepare(state: &mut State, id: FunctionId, reason: String) -> Option<Job> {
        let function = state.functions.get_mut(&id)?;
        let (loops, is_for_calls) = (function.loops.take_wanted(), function.code.tier() == 1);
        if loops.is_empty() && !is_for_calls {
            function.stage = Stage::Two;
            return None;
        }
        function.stage = Stage::Compiling;
        let label = Arc::clone(&function.label);
        let (serial, unit, slot) = (function.serial, Arc::clone(&function.unit), function.slot);
        let functions = &state.functions;
        let ingredients =
            Ingredients::gather(unit, |callee| functions.get(&callee).map(|known| Arc::clone(&known.unit)));
        let Some(cells) = state.known_body_cells(ingredients.called()) else {
            // It is about to go too, and is not called any more.
            state.functions.get_mut(&id)?.refuse("a function that it calls is gone");
            return None;
        };
        Some(Job { id, label, loops, is_for_calls, serial, reason, counters: &slot.counters, ingredients, cells })
    }
}
