//! How long the profiling thread sleeps between samples. Pure, like the rest of the policy.
//!
//! While something runs: until the first function can have become hot, which is when it ran all the time. Each sample
//! that shows no growth doubles the sleep, up to `NAP`; after `PATIENCE` such samples the thread parks, and an idle
//! process has no wake-ups. A dispatcher's first call wakes it (`Manager::kick`), and so does a publication.
//! A sample may take one part in `COST_SHARE` of the thread's time, so that thousands of functions are looked at less
//! often.

use std::time::Duration;

/// The longest sleep; then the thread parks.
const NAP: Duration = Duration::from_millis(100);
/// Samples without growth before the thread parks.
const PATIENCE: u32 = 16;
/// One core's time over that of sampling, at least.
const COST_SHARE: u32 = 250;
/// Waking up and going to sleep, which no clock of ours sees; measured, rounded up.
const WAKE_COST: Duration = Duration::from_micros(4);

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
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pace {
    quiet_samples: u32,
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
        Some(sleep.max((cost + WAKE_COST) * COST_SHARE))
    }
}
