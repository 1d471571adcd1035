//! From samples to the queue, and from the queue through tier 2 to the swap.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use parking_lot::MutexGuard;
use upshift_core::lir::FunctionId;

use crate::cells::Counters;
use crate::compile::{Compiled, compile_optimized};
use crate::compose::{CellAddresses, Ingredients};
use crate::config::Config;
use crate::events::Event;
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
        let sample =
            Sample { calls: counters.calls.load(Relaxed), loop_iterations: counters.loop_iterations.load(Relaxed) };
        self.history.observe(sample, now, config)
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
            state.functions.iter().filter(|(_, function)| function.stage.is_watched()).map(|(&id, _)| id).collect();
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
        let State { functions, queue, config, outbox, .. } = state;
        let Some(function) = functions.get_mut(&id).filter(|function| function.stage.is_watched()) else {
            return false;
        };
        let verdict = function.observe(self.now(), config);
        let Some(heat) = verdict.heat else { return verdict.has_grown };
        if queue.push(id, verdict.growth, || heat.describe()) {
            function.stage = Stage::Queued;
            function.tier2_reason = format!("queued: {}", heat.describe());
            let name = Arc::clone(&function.name);
            outbox.push(Event::Queued { at: self.now(), id, name, reason: heat.describe() });
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
        let Some(job) = Job::prepare(state, id, reason) else { return true };
        state.compiling += 1;
        let result = MutexGuard::unlocked(state, || self.compile(&job));
        let unused = self.conclude(state, &job, result);
        self.deliver(state);
        MutexGuard::unlocked(state, || drop(unused));
        state.compiling -= 1;
        self.shared().settled.notify_all();
        true
    }

    fn compile(&self, job: &Job) -> Result<Compiled, String> {
        let tier = self.tier2()?;
        let unit = job.ingredients.compose();
        compile_optimized(&**tier, unit, job.counters, &self.symbols, &job.cells).map_err(|error| error.to_string())
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
        let name = Arc::clone(&function.name);
        match result {
            Ok(Compiled { code, ms }) => {
                let compiled = Event::Compiled { at, id, name: Arc::clone(&name), tier: 2, ms, size: code.size };
                function.code.swap(&function.slot.cell, code);
                function.stage = Stage::Two;
                function.tier2_ms = Some(ms);
                function.tier2_reason.clone_from(&job.reason);
                let after_ms = at.saturating_sub(function.published_at).as_secs_f64() * 1e3;
                function.swapped_after_ms = Some(after_ms);
                state.outbox.extend([compiled, Event::Swapped { at, id, name, after_ms }]);
            }
            Err(reason) => {
                function.stage = Stage::Refused;
                function.tier2_reason.clone_from(&reason);
                state.refusals += 1;
                state.outbox.push(Event::Refused { at, id, name, reason });
            }
        }
        None
    }
}

impl Job {
    fn prepare(state: &mut State, id: FunctionId, reason: String) -> Option<Job> {
        let function = state.functions.get_mut(&id)?;
        function.stage = Stage::Compiling;
        let (serial, unit, slot) = (function.serial, Arc::clone(&function.unit), function.slot);
        let functions = &state.functions;
        let ingredients =
            Ingredients::gather(unit, |callee| functions.get(&callee).map(|known| Arc::clone(&known.unit)));
        let called = ingredients.called().collect();
        let cells = state.body_cells(called);
        Some(Job { id, serial, reason, counters: &slot.counters, ingredients, cells })
    }
}
