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
        Rules { shares: [1.0, 0.05, 0.03], eagerness_step: 3.0, load: 3.0, stale_after: Duration::from_millis(50) }
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
    /// It has not run at all.
    pub(crate) is_new: bool,
    /// Milliseconds for which it has not run.
    pub(crate) quiet_ms: f64,
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
        if sample.calls > 0 {
            self.rate += (spent_ms / elapsed_ms - self.rate) * SMOOTHING;
        }
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
            is_new: sample.calls == 0,
            quiet_ms: now.saturating_sub(self.grown_at).as_secs_f64() * 1e3,
        }
    }

    /// When it was seen to have run.
    pub(crate) fn grown_at(&self) -> Duration {
        self.grown_at
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

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const WORKLOAD: Workload = Workload { call: 10.0, iteration: 2.0, insts: 50 };

    fn situation(config: &Config) -> Situation<'_> {
        Situation { config, cores: 2, predicted_ms: 10.0, share: 0.1 }
    }

    fn calls(calls: u64, timed_ns: f64) -> Sample {
        Sample { calls, timed: Timed { ns: timed_ns, calls: 1.0, iterations: 0.0 }, ..Sample::default() }
    }

    fn running(running: u64, advanced: u64) -> Sample {
        Sample { calls: 1, running, advanced, ..Sample::default() }
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-6 * expected.abs(), "{found} is not {expected}");
    }

    #[test]
    fn thresholds_that_are_set_decide_alone() {
        let by_hand = |calls, loops, us: Option<u64>| Config {
            tier2_calls: calls,
            tier2_loops: loops,
            tier2_time: us.map(Duration::from_micros),
            ..Config::default()
        };
        let sample = |calls, loop_iterations| Sample { calls, loop_iterations, ..calls_of_a_microsecond(calls) };
        fn calls_of_a_microsecond(count: u64) -> Sample {
            calls(count, 1000.0)
        }
        let cases = [
            (by_hand(Some(100), None, None), sample(99, 1 << 40), None),
            (by_hand(Some(100), None, None), sample(100, 0), Some(Heat::Calls { count: 100, threshold: 100 })),
            (by_hand(None, Some(1000), None), sample(1 << 40, 999), None),
            (
                by_hand(Some(100), Some(1000), None),
                sample(1, 1000),
                Some(Heat::LoopIterations { count: 1000, threshold: 1000 }),
            ),
            (by_hand(None, None, Some(500)), sample(499, 0), None),
            (by_hand(None, None, Some(500)), sample(500, 0), Some(Heat::Time { spent_ms: 0.5, threshold_ms: 0.5 })),
        ];
        for (config, counters, heat) in cases {
            let mut history = History::new(Duration::ZERO);
            let verdict = history.observe(counters, &WORKLOAD, MS * 100, &situation(&config));
            assert_eq!(verdict.heat, heat, "{config:?} {counters:?}");
        }
    }

    #[test]
    fn a_function_that_never_ran_is_not_hot() {
        let config = Config { tier2_calls: Some(0), tier2_loops: Some(0), ..Config::default() };
        let mut history = History::new(Duration::ZERO);
        assert_eq!(history.observe(Sample::default(), &WORKLOAD, MS, &situation(&config)).heat, None);
        assert!(history.observe(calls(1, 0.0), &WORKLOAD, MS * 2, &situation(&config)).heat.is_some());
    }

    #[test]
    fn time_follows_from_timed_calls() {
        let config = Config::default();
        let mut history = History::new(Duration::ZERO);
        let verdict = history.observe(calls(300, 2000.0), &WORKLOAD, MS, &situation(&config));
        close(history.spent_ms, 0.6);
        assert_eq!((verdict.has_grown, verdict.heat), (true, None));
        close(verdict.due_ms, 0.4 / 0.8);
        let verdict = history.observe(calls(500, 2000.0), &WORKLOAD, MS * 2, &situation(&config));
        close(history.spent_ms, 1.0);
        let Some(heat @ Heat::Share { .. }) = verdict.heat else { panic!("{:?}", verdict.heat) };
        assert_eq!(heat.describe(), "1.000 ms in tier 1 >= 1.000 ms, 10.000 % of the 10.0 ms predicted for LLVM");
    }

    #[test]
    fn a_loop_that_runs_spends_what_passes_and_teaches_what_it_costs() {
        let config = Config::default();
        let mut history = History::new(Duration::ZERO);
        // The call begins, at the guess; it is in its loop for all of the next interval.
        history.observe(running(1000, 1000), &WORKLOAD, MS, &situation(&config));
        close(history.spent_ms, 2010.0 * UNIT_NS * 1e-6);
        let before = history.spent_ms;
        let verdict = history.observe(running(101_000, 100_000), &WORKLOAD, MS * 6, &situation(&config));
        close(history.spent_ms - before, 5.0);
        assert!(verdict.has_long_calls);
        // 200,000 units in 5 ms. It ends after 1,000 more, and another call takes as many.
        let before = history.spent_ms;
        let ended = Sample { calls: 2, loop_iterations: 103_000, ..Sample::default() };
        history.observe(ended, &WORKLOAD, MS * 60, &situation(&config));
        close(history.spent_ms - before, (10.0 + 2.0 * 2000.0) * 25e-6);
    }

    #[test]
    fn nothing_spends_more_than_the_time_that_passed_on_each_core() {
        let config = Config::default();
        let mut history = History::new(Duration::ZERO);
        history.observe(calls(1 << 50, 1e9), &WORKLOAD, MS, &situation(&config));
        close(history.spent_ms, 2.0);
    }

    #[test]
    fn counters_that_fell_do_not_underflow() {
        let mut history = History::new(Duration::ZERO);
        let config = Config::default();
        history.observe(calls(10, 5.0), &WORKLOAD, MS, &situation(&config));
        assert!(!history.observe(calls(9, 5.0), &WORKLOAD, MS * 2, &situation(&config)).has_grown);
    }

    #[test]
    fn what_takes_more_of_the_time_comes_first_and_what_costs_less() {
        let config = Config::default();
        let priority = |count, predicted_ms| {
            let mut history = History::new(Duration::ZERO);
            let situation = Situation { predicted_ms, ..situation(&config) };
            (1u32..10)
                .map(|at| history.observe(calls(count * u64::from(at), 1e3), &WORKLOAD, MS * at, &situation).priority)
                .last()
        };
        assert!(priority(500, 10.0) > priority(100, 10.0));
        assert!(priority(500, 10.0) > priority(500, 50.0));
        assert!(priority(500, 50.0) > priority(50, 10.0));
    }

    #[test]
    fn long_calls_are_those_that_outlast_the_compiler() {
        let config = Config::default();
        for (sample, is_long) in [
            (calls(1, 9e6), false),
            (calls(1, 11e6), true),
            // No call was timed: the first runs, or many have come from compiled code.
            (Sample { calls: 1, ..Sample::default() }, true),
            (Sample { calls: 1000, ..Sample::default() }, false),
        ] {
            let verdict = History::new(Duration::ZERO).observe(sample, &WORKLOAD, MS * 100, &situation(&config));
            assert_eq!(verdict.has_long_calls, is_long, "{sample:?}");
        }
    }

    #[test]
    fn what_does_not_run_any_more_is_stale() {
        let (config, rules) = (Config::default(), Rules::default());
        let mut history = History::new(Duration::ZERO);
        for (at, count, is_stale) in [(1, 10, false), (30, 10, false), (60, 10, true), (90, 11, false)] {
            history.observe(calls(count, 1e3), &WORKLOAD, MS * at, &situation(&config));
            assert_eq!(history.is_stale(&rules), is_stale, "after {at} ms");
        }
    }

    #[test]
    fn without_threads_no_clock_decides() {
        let config = Config { is_synchronous: true, ..Config::default() };
        let spent = |elapsed, timed_ns| {
            let mut history = History::new(Duration::ZERO);
            history.observe(calls(1000, timed_ns), &WORKLOAD, elapsed, &situation(&config));
            history.spent_ms
        };
        assert_eq!(spent(MS, 5.0), spent(MS * 50, 5000.0));
    }

    #[test]
    fn cores_eagerness_and_load_move_the_share() {
        let rules = Rules::default();
        let share = |cores, eagerness, waiting| rules.share(cores, eagerness, waiting, 1);
        assert!(share(1, 5, 0) > share(2, 5, 0) && share(2, 5, 0) > share(64, 5, 0));
        close(share(2, 4, 0), share(2, 5, 0) * 3.0);
        close(share(2, 9, 0), share(2, 5, 0) / 81.0);
        close(share(2, 5, 3), share(2, 5, 0) * 2.0);
        close(rules.share(2, 5, 6, 2), share(2, 5, 3));
    }
}
