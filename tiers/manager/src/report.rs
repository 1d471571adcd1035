//! What there is to say about one function.

use std::sync::atomic::Ordering::Relaxed;

use upshift_core::lir::FunctionId;

use crate::manager::{Manager, State};
use crate::swap::Specialization;

/// The state of a published function.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Which function.
    pub id: FunctionId,
    /// Its qualified name.
    pub name: String,
    /// Its argument and result types as text.
    pub signature: String,
    /// The tier that calls go to: 1 or 2.
    pub tier: u8,
    /// Calls counted in tier 1. Tier 2 does not count, so the figure stands still after the swap; threads that call
    /// at once may lose a few.
    pub calls: u64,
    /// Loop iterations counted in tier 1, of loops that have ended there: a loop that went over does not add its own.
    pub loop_iterations: u64,
    /// Time to compile with tier 1; `None` if that was not needed.
    pub tier1_ms: Option<f64>,
    /// Time to compile with tier 2, loading it not included; `None` until done.
    pub tier2_ms: Option<f64>,
    /// What tier 2 was predicted to take when the function got hot.
    pub predicted_ms: Option<f64>,
    /// Time in tier 1 so far, estimated; it stands still after the swap.
    pub tier1_spent_ms: f64,
    /// What a call from Python takes in tier 1, of the calls that were timed; `None` if none was.
    pub tier1_call_us: Option<f64>,
    /// The same in tier 2.
    pub tier2_call_us: Option<f64>,
    /// Instructions that tier 2 compiles for it.
    pub insts: usize,
    /// Why it was, or was not, recompiled.
    pub tier2_reason: String,
    /// Times that a running loop went over to tier 2.
    pub osr_entries: u64,
    /// From publication, which the first call follows at once, to the swap.
    pub swapped_after_ms: Option<f64>,
    /// Bytes of machine code from tier 1.
    pub tier1_size: usize,
    /// Bytes of machine code from tier 2, for loops that went over included.
    pub tier2_size: usize,
}

impl Manager {
    /// The report of a function; `None` if it is not published.
    pub fn report(&self, id: FunctionId) -> Option<Report> {
        let state = self.lock();
        let cores = self.cores(&state.config);
        state.functions.get(&id).map(|function| describe(&state, id, function, cores))
    }

    /// The reports of all functions, in the order of their ids.
    pub fn reports(&self) -> Vec<Report> {
        let state = self.lock();
        let cores = self.cores(&state.config);
        let mut reports: Vec<_> =
            state.functions.iter().map(|(&id, function)| describe(&state, id, function, cores)).collect();
        reports.sort_by_key(|report| report.id);
        reports
    }

    /// How many functions tier 2 has refused since the start, failures to load it included.
    pub fn refusals(&self) -> u64 {
        self.lock().refusals
    }
}

fn describe(state: &State, id: FunctionId, function: &Specialization, cores: usize) -> Report {
    let counters = &function.slot.counters;
    let calls = counters.calls.load(Relaxed);
    let loop_iterations = counters.loop_iterations.load(Relaxed);
    let tier2_reason = if function.tier2_reason.is_empty() {
        state.waiting_reason(function, calls, loop_iterations, cores)
    } else {
        function.tier2_reason.clone()
    };
    let call_us = Some(counters.timed().ns * 1e-3).filter(|&us| us > 0.0);
    let is_optimized = function.code.tier() == 2;
    Report {
        id,
        name: function.label.name.clone(),
        signature: function.label.signature.clone(),
        tier: function.code.tier(),
        calls,
        loop_iterations,
        tier1_ms: function.tier1_ms,
        tier2_ms: function.tier2_ms,
        predicted_ms: function.predicted_ms,
        tier1_spent_ms: function.history.spent_ms,
        tier1_call_us: if is_optimized { function.tier1_call_us } else { call_us },
        tier2_call_us: call_us.filter(|_| is_optimized),
        insts: function.workload.insts,
        tier2_reason,
        osr_entries: counters.osr_entries.load(Relaxed),
        swapped_after_ms: function.swapped_after_ms,
        tier1_size: function.code.tier1_size(),
        tier2_size: function.code.tier2_size() + function.loops.size(),
    }
}
