//! What users can set. Reading it from the environment is the Python side's work.

use std::time::Duration;

/// Which tiers are used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum TierChoice {
    /// Tier 1 at once, tier 2 when hot.
    #[default]
    Auto,
    /// Tier 1 only.
    One,
    /// Tier 2 at publication, in the calling thread; tier 1 for what tier 2 refuses.
    Two,
}

/// Whether running loops go over to tier 2.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum OsrChoice {
    /// Never: a loop ends in the tier in which it began.
    Off,
    /// When it is hot.
    #[default]
    On,
    /// Every loop at its first back edge, to code made at publication; calls stay in tier 1. For tests.
    Stress,
}

/// The settings of the manager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Which tiers are used.
    pub tier: TierChoice,
    /// Whether running loops go over to tier 2; for functions published later.
    pub osr: OsrChoice,
    /// Calls in tier 1 after which a function is recompiled.
    pub tier2_calls: u64,
    /// Loop iterations in tier 1, over all calls, after which a function is recompiled.
    pub tier2_loops: u64,
    /// Threads that compile with tier 2; at least one is started when there is work.
    pub threads: usize,
    /// No threads: `Manager::poll` decides and recompiles in the calling thread. For tests, and for those who want
    /// the same run every time.
    pub is_synchronous: bool,
    /// The shortest sleep of the profiling thread between two samples.
    pub sample_interval: Duration,
    /// Stack of a compiling thread, in bytes: LLVM recurses deeply over large functions.
    pub worker_stack: usize,
}

impl Config {
    /// True if functions move to tier 2 as they get hot.
    pub(crate) fn is_tiered(&self) -> bool {
        self.tier == TierChoice::Auto && self.osr != OsrChoice::Stress
    }
}

impl Default for Config {
    /// Odd thresholds near a round figure would serve as well: they are compared with samples, which land anywhere.
    fn default() -> Config {
        Config {
            tier: TierChoice::Auto,
            osr: OsrChoice::On,
            tier2_calls: 2_000,
            tier2_loops: 100_000,
            threads: 1,
            is_synchronous: false,
            sample_interval: Duration::from_millis(1),
            worker_stack: 16 << 20,
        }
    }
}
