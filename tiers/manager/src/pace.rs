//! How long the profiling thread sleeps between samples. Pure, like the rest of the policy.
//!
//! While something runs: until the first function can have become hot, which is when it ran all the time. Each sample
//! that shows no growth doubles the sleep, up to `NAP`; after `PATIENCE` such samples the thread parks, and an idle
//! process has no wake-ups. The next call of a function that rests wakes it (`Manager::kick`), and so do the first
//! loop that polls after a pause (`Manager::watch`) and a publication.
//! Sampling may take one part in `COST_SHARE` of a core's time, so that thousands of functions are looked at less often;
//! what is saved while nothing happens, up to `SAVINGS`, is spent on the first moments of a new function.

use std::time::Duration;

use crate::policy::Verdict;

/// The longest sleep; then the thread parks.
const NAP: Duration = Duration::from_millis(100);
/// Samples without growth before the thread parks.
const PATIENCE: u32 = 16;
/// One core's time over that of sampling, at least.
const COST_SHARE: u32 = 250;
/// Time that sampling may take at once.
const SAVINGS: Duration = Duration::from_micros(100);
/// Waking up and going to sleep, which no clock of ours sees; measured, rounded up.
const WAKE_COST: Duration = Duration::from_micros(4);

/// A function that has not run for so long is not looked at for its own sake: its next call says that it runs.
pub(crate) const QUIET_MS: f64 = 8.0;
/// How often it is looked at until then.
const PAUSED_MS: f64 = 4.0;

/// Milliseconds until a function is to be looked at.
pub(crate) fn due_ms(verdict: &Verdict) -> f64 {
    let is_resting = verdict.quiet_ms >= QUIET_MS;
    match (verdict.has_grown, verdict.is_new) {
        (true, _) => verdict.due_ms,
        (false, _) if is_resting => f64::INFINITY,
        // Its first call comes at once.
        (false, true) => verdict.due_ms,
        (false, false) => verdict.due_ms.max(PAUSED_MS),
    }
}

/// What a look at all counters found.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Findings {
    /// Some function ran since the last look.
    pub(crate) has_grown: bool,
    /// Milliseconds until a function may become hot; none if nothing is left to watch.
    pub(crate) due_ms: Option<f64>,
}

impl Findings {
    /// A function that ran or not, and the milliseconds until it may become hot.
    pub(crate) fn add(&mut self, has_grown: bool, due_ms: f64) {
        self.has_grown |= has_grown;
        self.due_ms = Some(self.due_ms.map_or(due_ms, |known| known.min(due_ms)));
    }
}

/// See the file's header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    quiet_samples: u32,
    /// Time that sampling may take now.
    savings: Duration,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { quiet_samples: 0, savings: SAVINGS }
    }
}

impl Pace {
    /// Something happens: sample soon again.
    pub(crate) fn reset(&mut self) {
        self.quiet_samples = 0;
    }

    /// How long to sleep after a sample that took `cost`; `None`: until woken.
    pub(crate) fn next(&mut self, findings: Findings, cost: Duration, shortest: Duration) -> Option<Duration> {
        self.quiet_samples = if findings.has_grown { 0 } else { self.quiet_samples.saturating_add(1) };
        let due_ms = findings.due_ms.filter(|_| self.quiet_samples <= PATIENCE)?;
        let nap = NAP.max(shortest);
        let due = Duration::try_from_secs_f64(due_ms * 1e-3).map_or(nap, |due| due.min(nap));
        let quiet = shortest.saturating_mul(1 << self.quiet_samples.min(PATIENCE)).min(nap);
        let sleep = if self.quiet_samples > 1 { due.max(quiet) } else { due.max(shortest) };
        let cost = cost + WAKE_COST;
        let sleep = if self.savings >= cost { sleep } else { sleep.max(cost * COST_SHARE) };
        self.savings = (self.savings + sleep / COST_SHARE).saturating_sub(cost).min(SAVINGS);
        Some(sleep)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const RUNS: Findings = Findings { has_grown: true, due_ms: Some(0.3) };
    const RESTS: Findings = Findings { has_grown: false, due_ms: Some(0.3) };

    #[test]
    fn an_idle_process_has_no_wake_ups() {
        let mut pace = Pace::default();
        let sleeps: Vec<Duration> = std::iter::from_fn(|| pace.next(RESTS, Duration::ZERO, MS)).collect();
        assert_eq!(sleeps.len(), PATIENCE as usize);
        assert!(sleeps.is_sorted() && sleeps.iter().sum::<Duration>() < Duration::from_secs(2), "{sleeps:?}");
        assert_eq!(pace.next(RESTS, Duration::ZERO, MS), None);
        pace.reset();
        assert!(pace.next(RESTS, Duration::ZERO, MS).is_some());
    }

    #[test]
    fn nothing_to_watch_is_nothing_to_wake_up_for() {
        let findings = Findings { has_grown: false, due_ms: None };
        assert_eq!(Pace::default().next(findings, Duration::ZERO, MS), None);
    }

    #[test]
    fn the_sleep_ends_when_a_function_can_be_hot() {
        let mut findings = Findings::default();
        findings.add(true, 7.0);
        findings.add(false, 30.0);
        assert_eq!(Pace::default().next(findings, Duration::ZERO, MS), Some(MS * 7));
        for due_ms in [1e12, f64::INFINITY, f64::NAN] {
            let findings = Findings { has_grown: true, due_ms: Some(due_ms) };
            assert_eq!(Pace::default().next(findings, Duration::ZERO, MS), Some(NAP), "{due_ms}");
        }
    }

    #[test]
    fn sampling_takes_half_a_percent_of_a_core_at_most() {
        for cost in [Duration::ZERO, Duration::from_micros(20), MS] {
            let mut pace = Pace::default();
            let (mut spent, mut total) = (Duration::ZERO, Duration::ZERO);
            while total < Duration::from_secs(10) {
                let sleep = pace.next(RUNS, cost, MS / 4).expect("something runs");
                spent += cost + WAKE_COST;
                total += sleep;
            }
            assert!(spent * 200 <= total + SAVINGS * 200, "{cost:?}: {spent:?} of {total:?}");
        }
    }
}
