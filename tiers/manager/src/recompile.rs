//! From samples to the queue, and from the queue through tier 2 to the swap.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use parking_lot::MutexGuard;
use upshift_core::lir::FunctionId;
use upshift_core::runtime::ticker;

use crate::cells::Counters;
use crate::compile::{Compiled, compile_loop, compile_optimized};
use crate::compose::{CellAddresses, Ingredients};
use crate::events::{Label, Part, What};
use crate::loops::LoopEntry;
use crate::manager::{Manager, State};
use crate::pace::{self, Findings};
use crate::policy::{Sample, Situation, Verdict};
use crate::swap::{Specialization, Stage};

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

/// How often functions are looked at that wait for tier 2, or that may still run a loop in tier 1 after the swap.
const QUEUED_MS: f64 = 10.0;
const LEFT_OVER_MS: f64 = 2.0;
/// Functions that are looked at before others get a turn at the lock.
const SLICE: usize = 256;

impl Specialization {
    /// Relaxed loads: counts are estimates, and order nothing.
    fn observe(&mut self, now: Duration, situation: &Situation<'_>) -> Verdict {
        let counters = &self.slot.counters;
        let (running, advanced) = self.loops.observe();
        let (calls, loop_iterations) = (counters.calls.load(Relaxed), counters.loop_iterations.load(Relaxed));
        let sample = Sample { calls, loop_iterations, running, advanced, timed: counters.timed() };
        self.history.observe(sample, &self.workload, now, situation)
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
        self.judge(&mut state, id, &mut Findings::default());
        self.deliver(&mut state);
        self.run_queue(&mut state);
    }

    /// Looks at the counters of all functions and queues the hot ones. Where there are many, others get the lock in
    /// between.
    pub(crate) fn sample(&self, state: &mut MutexGuard<'_, State>) -> Findings {
        let mut findings = Findings::default();
        if !state.can_tier_up() {
            return findings;
        }
        // For the next look: loops that run tell how far they have come.
        ticker::tick();
        let watched: Vec<FunctionId> =
            state.functions.iter().filter(|(_, function)| function.is_watched()).map(|(&id, _)| id).collect();
        for (index, &id) in watched.iter().enumerate() {
            if index % SLICE == SLICE - 1 {
                MutexGuard::bump(state);
            }
            self.judge(state, id, &mut findings);
        }
        if !state.queue.is_empty() {
            self.start_workers(state);
            self.shared().work_arrives.notify_all();
        }
        self.deliver(state);
        findings
    }

    /// Queues a function if it is hot, or updates its place in the queue.
    fn judge(&self, state: &mut State, id: FunctionId, findings: &mut Findings) {
        let (at, cores) = (self.now(), self.cores(&state.config));
        state.watch_counters(id, at);
        let Some(function) = state.functions.get(&id).filter(|one| one.is_watched()) else { return };
        let situation = state.situation(function.eagerness, function.workload.insts, cores);
        let (share, predicted_ms) = (situation.share, situation.predicted_ms);
        let State { functions, queue, config, waiters, .. } = &mut *state;
        let Some(function) = functions.get_mut(&id) else { return };
        let verdict = function.observe(at, &Situation { config, cores, predicted_ms, share });
        // What was chosen when the function was queued stays: a loop may be slower than the samples.
        let is_queued = function.stage == Stage::Queued;
        let is_running = !is_queued && function.loops.choose();
        if function.code.tier() == 2 {
            let reason = || "a loop of it still runs in tier 1".to_owned();
            if is_running && queue.push(id, verdict.priority, reason) {
                function.stage = Stage::Queued;
            }
            findings.add(function.loops.has_active(), LEFT_OVER_MS);
            return;
        }
        if !is_queued && (!verdict.has_long_calls || config.is_synchronous) {
            function.loops.choose_none();
        }
        findings.add(verdict.has_grown, if is_queued { QUEUED_MS } else { pace::due_ms(&verdict) });
        if verdict.quiet_ms >= pace::QUIET_MS && !is_queued {
            function.slot.counters.arm();
        }
        let Some(heat) = verdict.heat else { return };
        // One that has left the queue because it did not run comes back when it runs.
        let is_asked_for = is_queued || verdict.has_grown || *waiters > 0 || !function.was_dropped;
        if is_asked_for && queue.push(id, verdict.priority, || heat.describe()) {
            function.stage = Stage::Queued;
            function.predicted_ms = Some(predicted_ms);
            function.tier2_reason = format!("queued: {}", heat.describe());
            let label = Arc::clone(&function.label);
            state.tell(at, id, &label, What::Queued { reason: heat.describe(), predicted_ms: Some(predicted_ms) });
        }
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
        if state.drop_stale(id) {
            self.shared().settled.notify_all();
            return true;
        }
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
            self.wake_profiler();
        }
        self.shared().settled.notify_all();
        true
    }

    /// Takes note of what tier 2 took, unless the run is to be the same every time.
    fn learn(state: &mut State, job: &Job, ms: f64) {
        if !state.config.is_synchronous {
            state.cost.learn(job.ingredients.insts(), ms);
        }
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
        if let Ok(compiled) = &result {
            Manager::learn(state, job, compiled.ms);
        }
        let function = state.functions.get_mut(&job.id).filter(|function| function.serial == job.serial);
        // Tier-1 code, which would go over, may be gone by now.
        let function = function.filter(|function| !is_shut_down && function.loops.has(one.id));
        let Some(function) = function else { return result.ok() };
        let (at, id) = (self.now(), job.id);
        match result {
            Ok(Compiled { code, ms, ended }) => {
                let (part, predicted_ms) = (Part::RunningLoop, function.predicted_ms);
                let done = What::Compiled { tier: 2, part, ms, predicted_ms, size: code.size };
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
        if let Ok(compiled) = &result {
            Manager::learn(state, job, compiled.ms);
        }
        let function = state.functions.get_mut(&id).filter(|function| function.serial == job.serial);
        let Some(function) = function else { return result.ok() };
        if is_shut_down {
            function.stage = Stage::One;
            function.tier2_reason.clear();
            return result.ok();
        }
        match result {
            Ok(Compiled { code, ms, ended }) => {
                let (part, predicted_ms) = (Part::Calls, function.predicted_ms);
                let done = What::Compiled { tier: 2, part, ms, predicted_ms, size: code.size };
                let timed = function.slot.counters.timed();
                function.tier1_call_us = Some(timed.ns * 1e-3).filter(|&us| us > 0.0);
                let replaced = function.code.swap(&function.slot.cell, code);
                function.slot.counters.forget_timed();
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

impl State {
    /// Puts a function back that has not run for a while since it was queued; true if it did.
    fn drop_stale(&mut self, id: FunctionId) -> bool {
        let is_asked_for = self.waiters > 0 || self.config.is_synchronous;
        let rules = &self.rules;
        let Some(function) = self.functions.get_mut(&id) else { return false };
        if is_asked_for || !function.history.is_stale(rules) {
            return false;
        }
        function.stage = function.settled_stage();
        function.loops.choose_none();
        function.was_dropped = true;
        if function.stage == Stage::One {
            function.tier2_reason.clear();
        }
        true
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
