//! When a function is worth recompiling, and how long the profiling thread sleeps between samples.
//!
//! Pure: samples and the time go in, decisions come out, so tests run it on a simulated clock.
//!
//! A function is hot when its calls or its loop iterations reach their threshold. Its growth, the order of the queue,
//! is how many thresholds it would pass per second at its present pace.
//!
//! Calls are long if one is enough to make a function hot. Then a loop that runs is compiled first, for itself; else the
//! next call comes sooner than any code.
//!
//! The pace of sampling: the shortest interval while something grows; it doubles with each sample that shows no growth,
//! up to `NAP`; after `PATIENCE` such samples it becomes `REST`. An idle process wakes once a second, and not at all
//! when nothing is left in tier 1. Publication and `Manager::kick` return to the shortest interval.

use std::time::Duration;

use crate::config::Config;

/// The longest sleep in a process that ran compiled code a few seconds ago.
const NAP: Duration = Duration::from_millis(100);
/// The sleep in an idle process.
const REST: Duration = Duration::from_secs(1);
/// Samples without growth before `REST`.
const PATIENCE: u32 = 50;
/// A sampling pass may take one part in this many of the profiling thread's time.
const COST_SHARE: u32 = 50;

/// Counters at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sample {
    pub(crate) calls: u64,
    pub(crate) loop_iterations: u64,
}

/// A threshold that was passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Heat {
    Calls { count: u64, threshold: u64 },
    LoopIterations { count: u64, threshold: u64 },
}

impl Heat {
    /// For people.
    pub(crate) fn describe(self) -> String {
        match self {
            Heat::Calls { count, threshold } => format!("{count} calls reached the threshold of {threshold}"),
            Heat::LoopIterations { count, threshold } => {
                format!("{count} loop iterations reached the threshold of {threshold}")
            }
        }
    }
}

/// What the last sample of a function was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History {
    last: Sample,
    at: Duration,
}

/// What a sample says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Verdict {
    /// It ran since the last sample.
    pub(crate) has_grown: bool,
    /// Thresholds per second.
    pub(crate) growth: f64,
    /// Calls since the last sample, if there were any, were long.
    pub(crate) has_long_calls: bool,
    /// Why it should be recompiled, if it should.
    pub(crate) heat: Option<Heat>,
}

impl History {
    /// A function that has not run by `now`.
    pub(crate) fn new(now: Duration) -> History {
        History { last: Sample::default(), at: now }
    }

    /// Judges a function by its counters at `now`.
    pub(crate) fn observe(&mut self, sample: Sample, now: Duration, config: &Config) -> Verdict {
        let calls = sample.calls.saturating_sub(self.last.calls);
        let loop_iterations = sample.loop_iterations.saturating_sub(self.last.loop_iterations);
        let progress =
            calls as f64 / config.tier2_calls.max(1) as f64 + loop_iterations as f64 / config.tier2_loops.max(1) as f64;
        // Two samples within a microsecond happen when somebody waits for tier-up; the growth is then a guess.
        let elapsed = now.saturating_sub(self.at).max(Duration::from_micros(1));
        *self = History { last: sample, at: now };
        Verdict {
            has_grown: calls > 0 || loop_iterations > 0,
            growth: progress / elapsed.as_secs_f64(),
            has_long_calls: calls == 0 || loop_iterations / calls >= config.tier2_loops,
            heat: heat_of(sample, config),
        }
    }
}

/// A function that never ran is not hot, whatever the thresholds.
fn heat_of(sample: Sample, config: &Config) -> Option<Heat> {
    let (calls, loops) = (config.tier2_calls.max(1), config.tier2_loops.max(1));
    if sample.loop_iterations >= loops {
        return Some(Heat::LoopIterations { count: sample.loop_iterations, threshold: loops });
    }
    (sample.calls >= calls).then_some(Heat::Calls { count: sample.calls, threshold: calls })
}

/// The profiling thread's next sleep.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    quiet_samples: u32,
}

impl Pace {
    /// Something happens: sample at the shortest interval again.
    pub(crate) fn reset(&mut self) {
        self.quiet_samples = 0;
    }

    /// How long to sleep after a sampling pass that took `cost` and saw growth or not.
    pub(crate) fn next(&mut self, has_grown: bool, cost: Duration, shortest: Duration) -> Duration {
        self.quiet_samples = if has_grown { 0 } else { self.quiet_samples.saturating_add(1) };
        let sleep = if self.quiet_samples > PATIENCE {
            REST
        } else {
            shortest.saturating_mul(1 << self.quiet_samples.min(16)).min(NAP.max(shortest))
        };
        sleep.max(cost * COST_SHARE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn sample(calls: u64, loop_iterations: u64) -> Sample {
        Sample { calls, loop_iterations }
    }

    #[test]
    fn either_threshold_makes_hot() {
        let config = Config { tier2_calls: 100, tier2_loops: 1000, ..Config::default() };
        let cases = [
            (sample(0, 0), None),
            (sample(99, 999), None),
            (sample(100, 0), Some(Heat::Calls { count: 100, threshold: 100 })),
            (sample(1, 1000), Some(Heat::LoopIterations { count: 1000, threshold: 1000 })),
        ];
        for (counters, heat) in cases {
            let mut history = History::new(Duration::ZERO);
            assert_eq!(history.observe(counters, MS, &config).heat, heat, "{counters:?}");
        }
    }

    #[test]
    fn a_function_that_never_ran_is_not_hot() {
        let config = Config { tier2_calls: 0, tier2_loops: 0, ..Config::default() };
        let mut history = History::new(Duration::ZERO);
        assert_eq!(history.observe(sample(0, 0), MS, &config).heat, None);
        assert!(history.observe(sample(1, 0), MS * 2, &config).heat.is_some());
    }

    #[test]
    fn growth_is_thresholds_per_second_of_the_last_interval() {
        let config = Config { tier2_calls: 100, tier2_loops: 1000, ..Config::default() };
        let mut history = History::new(Duration::ZERO);
        let growths = [(50, 0, 500), (50, 0, 1000), (60, 400, 1500)].map(|(calls, loops, ms)| {
            let verdict = history.observe(sample(calls, loops), MS * ms, &config);
            (verdict.has_grown, (verdict.growth * 1000.0).round())
        });
        assert_eq!(growths, [(true, 1000.0), (false, 0.0), (true, 1000.0)]);
    }

    #[test]
    fn counters_that_fell_do_not_underflow() {
        let mut history = History::new(Duration::ZERO);
        let config = Config::default();
        history.observe(sample(10, 10), MS, &config);
        assert!(!history.observe(sample(9, 9), MS * 2, &config).has_grown);
    }

    #[test]
    fn an_idle_process_wakes_once_a_second() {
        let mut pace = Pace::default();
        let mut now = Duration::ZERO;
        let mut wakes = 0;
        while now < Duration::from_secs(60) {
            now += pace.next(false, Duration::ZERO, MS);
            wakes += 1;
        }
        assert!(wakes < 120, "{wakes}");
        assert_eq!(pace.next(false, Duration::ZERO, MS), REST);
        assert_eq!(pace.next(true, Duration::ZERO, MS), MS);
        assert_eq!(pace.next(false, Duration::ZERO, MS), MS * 2);
    }

    #[test]
    fn many_functions_are_sampled_less_often() {
        assert_eq!(Pace::default().next(true, MS, MS), MS * 50);
    }
}
