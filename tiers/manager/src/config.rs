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

/// Cores from which a second thread compiles.
const MANY_CORES: usize = 8;

/// The settings of the manager.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Which tiers are used.
    pub tier: TierChoice,
    /// Whether running loops go over to tier 2; for functions published later.
    pub osr: OsrChoice,
    /// How soon functions are recompiled: 1, hardly ever, to 9, nearly at once.
    pub eagerness: u8,
    /// Calls in tier 1 after which a function is recompiled. Of this and the next two, those that are set decide alone.
    pub tier2_calls: Option<u64>,
    /// Loop iterations in tier 1, over all calls, after which a function is recompiled.
    pub tier2_loops: Option<u64>,
    /// Time in tier 1 after which a function is recompiled.
    pub tier2_time: Option<Duration>,
    /// Threads that compile with tier 2; 0 leaves it to the number of cores.
    pub threads: usize,
    /// Cores that the process may use; 0 asks the system, which knows of affinity and of a container's quota.
    pub cores: usize,
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

    /// The tier of a function that asks for `wanted`.
    pub(crate) fn tier_of(&self, wanted: TierChoice) -> TierChoice {
        if self.tier == TierChoice::Auto { wanted } else { self.tier }
    }

    /// True if thresholds are set by hand.
    pub(crate) fn has_thresholds(&self) -> bool {
        self.tier2_calls.is_some() || self.tier2_loops.is_some() || self.tier2_time.is_some()
    }

    /// Threads that compile, on so many cores.
    pub(crate) fn threads_on(&self, cores: usize) -> usize {
        match self.threads {
            0 if cores >= MANY_CORES => 2,
            0 => 1,
            threads => threads,
        }
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            tier: TierChoice::Auto,
            osr: OsrChoice::On,
            eagerness: 5,
            tier2_calls: None,
            tier2_loops: None,
            tier2_time: None,
            threads: 0,
            cores: 0,
            is_synchronous: false,
            sample_interval: Duration::from_micros(500),
            worker_stack: 16 << 20,
        }
    }
}
