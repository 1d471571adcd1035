//! When a function is worth recompiling. Pure: samples and the time go in, decisions come out, so that tests and the
//! replayer run it on a simulated clock.
//!
//! A function is hot when the time it has spent in tier 1 reaches a share of what tier 2 is predicted to take
//! (`cost.rs`). The share is small where a core is free for the compiler: a compilation that turns out to be useless
//! then costs nobody time, and one that comes late does. On one core the compiler takes the time from the program, and
//! waits until the function has shown that it will pay back. `eagerness` moves the share by a factor of 3 a step, and
//! a long queue raises it. Thresholds that are set by hand decide alone.
//!
//! **Time without a clock in the code.** Dispatchers time few calls (`cells.rs`), the rest follows from counters:
//! calls and iterations, weighted by how much work they are (`workload.rs`), times the nanoseconds that a unit of work
//! took in the calls that were timed. While one call loops on, what passes between two samples is what it spent. No
//! function spends more than the time that has passed, on each core. Counters that threads race for lose counts:
//! times are then too small, never too large.
//!
//! **Order.** Gain over cost: the share of the time that goes to the function now, over what its compilation takes.
//! One that has not run for a while leaves the queue (`Rules::stale_after`).
//!
//! **Long calls.** If a call takes longer than compiling, or none has ended yet, a loop that runs is compiled first, for
//! itself; else the next call comes sooner than any code.

use std::time::Duration;

use crate::config::Config;
use crate::workload::Workload;

/// Nanoseconds of a unit of work before any call was timed.
const UNIT_NS: f64 = 0.3;
/// What one sample weighs in the share of time that a function takes.
const SMOOTHING: f64 = 0.5;

/// Constants of the policy, found by replaying recorded programs (`replay.rs`).
#[derive(Clone, PartialEq, Debug)]
pub struct Rules {
    /// Time in tier 1 that makes hot, over the predicted time of tier 2: on one core, on two, on more.
    pub shares: [f64; 3],
    /// What a step of eagerness changes.
    pub eagerness_step: f64,
    /// Functions waiting for a thread that raise the share by once itself.
    pub load: f64,
    /// A function that waits for tier 2 is forgotten after this time without running.
    pub stale_after: Duration,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules { shares: [1.0, 0.1, 0.05], eagerness_step: 3.0, load: 3.0, stale_after: Duration::from_millis(50) }
    }
}

impl Rules {
    /// The share for so many cores and this eagerness, with `waiting` functions in the queue of `threads`.
    pub(crate) fn share(&self, cores: usize, eagerness: u8, waiting: usize, threads: usize) -> f64 {
        let base = self.shares[cores.clamp(1, self.shares.len()) - 1];
        let load = 1.0 + waiting as f64 / (self.load * threads.max(1) as f64);
        base * load * self.eagerness_step.powi(5 - i32::from(eagerness))
    }
}

/// Counters at one moment.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Sample {
    /// Calls so far.
    pub(crate) calls: u64,
    /// Iterations of loops that have ended.
    pub(crate) loop_iterations: u64,
    /// How far a loop that runs has come, and how far since the last sample.
    pub(crate) running: u64,
    /// See `running`.
    pub(crate) advanced: u64,
    /// Calls that were timed.
    pub(crate) timed: Timed,
}

/// What timed calls took and did, the latest weighing most. All are zero before the first.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Timed {
    /// Nanoseconds of a call.
    pub(crate) ns: f64,
    /// Calls of the function within one, itself included.
    pub(crate) calls: f64,
    /// Loop iterations within one.
    pub(crate) iterations: f64,
}

/// What a function is judged by, beside its counters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation<'a> {
    pub(crate) config: &'a Config,
    pub(crate) cores: usize,
    /// What tier 2 will take, in milliseconds.
    pub(crate) predicted_ms: f64,
    /// See `Rules::share`.
    pub(crate) share: f64,
}

/// A threshold that was passed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Heat {
    Calls { count: u64, threshold: u64 },
    LoopIterations { count: u64, threshold: u64 },
    Time { spent_ms: f64, threshold_ms: f64 },
    Share { spent_ms: f64, threshold_ms: f64, predicted_ms: f64 },
}

impl Heat {
    /// For people.
    pub(crate) fn describe(self) -> String {
        match self {
            Heat::Calls { count, threshold } => format!("{count} calls reached the threshold of {threshold}"),
            Heat::LoopIterations { count, threshold } => {
                format!("{count} loop iterations reached the threshold of {threshold}")
            }
            Heat::Time { spent_ms, threshold_ms } => {
                format!("{spent_ms:.3} ms in tier 1 reached the threshold of {threshold_ms:.3} ms")
            }
            Heat::Share { spent_ms, threshold_ms, predicted_ms } => {
                let percent = threshold_ms / predicted_ms * 100.0;
                format!(
                    "{spent_ms:.3} ms in tier 1 >= {threshold_ms:.3} ms, {percent:.3} % of the {predicted_ms:.1} ms \
                     predicted for LLVM"
                )
            }
        }
    }
}

/// What a function has done so far, as sampled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History {
    last: Sample,
    at: Duration,
    grown_at: Duration,
    /// Iterations that were counted while their loop ran.
    carried: u64,
    unit_ns: f64,
    /// Milliseconds in tier 1.
    pub(crate) spent_ms: f64,
    /// Of the time that passes, the part that is spent in the function.
    rate: f64,
}

/// What a sample says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Verdict {
    /// It ran since the last sample.
    pub(crate) has_grown: bool,
    /// Gain over cost.
    pub(crate) priority: f64,
    /// See the file's header.
    pub(crate) has_long_calls: bool,
    /// Why it should be recompiled, if it should.
    pub(crate) heat: Option<Heat>,
    /// Milliseconds until it may become hot.
    pub(crate) due_ms: f64,
}

impl History {
    /// A function that has not run by `now`.
    pub(crate) fn new(now: Duration) -> History {
        History {
            last: Sample::default(),
            at: now,
            grown_at: now,
            carried: 0,
            unit_ns: UNIT_NS,
            spent_ms: 0.0,
            rate: 1.0,
        }
    }

    /// Judges a function by its counters at `now`.
    pub(crate) fn observe(
        &mut self,
        sample: Sample,
        workload: &Workload,
        now: Duration,
        situation: &Situation<'_>,
    ) -> Verdict {
        let calls = sample.calls.saturating_sub(self.last.calls);
        let ended = sample.loop_iterations.saturating_sub(self.last.loop_iterations);
        let iterations = sample.advanced + ended.saturating_sub(self.carried);
        self.carried = if ended > 0 { sample.running } else { self.carried.saturating_add(sample.advanced) };
        // Two samples within a microsecond happen when somebody waits for tier-up; the rate is then a guess.
        let elapsed_ms = now.saturating_sub(self.at).max(Duration::from_micros(1)).as_secs_f64() * 1e3;
        let is_inside = calls == 0 && ended == 0 && iterations > 0 && !situation.config.is_synchronous;
        let units = calls as f64 * workload.call + iterations as f64 * workload.iteration;
        let spent_ms = if is_inside {
            elapsed_ms
        } else {
            let unit_ns = self.unit_ns(&sample.timed, workload, situation.config);
            (units * unit_ns * 1e-6).min(elapsed_ms * situation.cores as f64)
        };
        if is_inside && units > 0.0 {
            self.unit_ns = elapsed_ms * 1e6 / units;
        }
        self.spent_ms += spent_ms;
        self.rate += (spent_ms / elapsed_ms - self.rate) * SMOOTHING;
        let has_grown = calls > 0 || iterations > 0;
        if has_grown {
            self.grown_at = now;
        }
        self.last = sample;
        self.at = now;
        Verdict {
            has_grown,
            priority: self.rate / situation.predicted_ms,
            has_long_calls: if sample.timed.ns > 0.0 {
                sample.timed.ns * 1e-6 >= situation.predicted_ms
            } else {
                sample.calls <= 1 || calls == 0 || spent_ms / calls as f64 >= situation.predicted_ms
            },
            heat: self.heat(situation),
            due_ms: self.due_ms(situation),
        }
    }

    /// True if it has not run for so long, when it was looked at last.
    pub(crate) fn is_stale(&self, rules: &Rules) -> bool {
        self.at.saturating_sub(self.grown_at) >= rules.stale_after
    }

    /// Without threads the run is to be the same every time: no clock decides.
    fn unit_ns(&self, timed: &Timed, workload: &Workload, config: &Config) -> f64 {
        let units = timed.calls * workload.call + timed.iterations * workload.iteration;
        if config.is_synchronous || units <= 0.0 { self.unit_ns } else { timed.ns / units }
    }

    /// At half the time or more of one thread, so that a function that begins to run all the time is seen soon.
    fn due_ms(&self, situation: &Situation<'_>) -> f64 {
        if situation.config.has_thresholds() {
            return 0.0;
        }
        (situation.share * situation.predicted_ms - self.spent_ms).max(0.0) / self.rate.max(0.5)
    }

    /// A function that never ran is not hot, whatever the thresholds.
    fn heat(&self, situation: &Situation<'_>) -> Option<Heat> {
        let config = situation.config;
        let (calls, loops) = (self.last.calls, self.last.loop_iterations.saturating_add(self.last.running));
        if calls == 0 && loops == 0 {
            return None;
        }
        let spent_ms = self.spent_ms;
        if config.has_thresholds() {
            let by_loops = config.tier2_loops.filter(|&threshold| loops >= threshold);
            let by_calls = config.tier2_calls.filter(|&threshold| calls >= threshold);
            let by_time = config.tier2_time.map(|time| time.as_secs_f64() * 1e3).filter(|&ms| spent_ms >= ms);
            return by_loops
                .map(|threshold| Heat::LoopIterations { count: loops, threshold })
                .or(by_calls.map(|threshold| Heat::Calls { count: calls, threshold }))
                .or(by_time.map(|threshold_ms| Heat::Time { spent_ms, threshold_ms }));
        }
        let predicted_ms = situation.predicted_ms;
        let threshold_ms = situation.share * predicted_ms;
        (spent_ms >= threshold_ms).then_some(Heat::Share { spent_ms, threshold_ms, predicted_ms })
    }
}
