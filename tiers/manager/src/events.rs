//! What happened, for tracing. Subscribers are called without the manager's lock, on some thread of the manager or of a caller.

use std::sync::Arc;
use std::thread::Thread;
use std::time::Duration;

use upshift_core::lir::FunctionId;

/// A function, for people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Label {
    /// Its qualified name.
    pub name: String,
    /// Its argument and result types as text.
    pub signature: String,
    /// The user's file; empty if there is none.
    pub file: String,
    /// The line of its definition, 0 if there is none.
    pub line: u32,
}

/// Something that the manager did, or saw.
#[derive(Clone, Debug)]
pub struct Event {
    /// When it was over, from the creation of the manager.
    pub at: Duration,
    /// Which function.
    pub id: FunctionId,
    /// The same for people.
    pub function: Arc<Label>,
    /// Where it happened; subscribers may be called on another thread.
    pub thread: Thread,
    /// Functions that wait for tier 2.
    pub queue_length: usize,
    /// What happened.
    pub what: What,
}

/// What code is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Calls.
    Calls,
    /// A loop that goes over while it runs.
    RunningLoop,
}

/// What can happen to a function.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// A tier compiled it.
    Compiled {
        /// 1 or 2.
        tier: u8,
        /// What the code is for.
        part: Part,
        /// How long it took.
        ms: f64,
        /// How long that was expected to take, if somebody asked.
        predicted_ms: Option<f64>,
        /// Bytes of machine code.
        size: usize,
    },
    /// It got hot.
    Queued {
        /// Which threshold it passed, with the figures.
        reason: String,
        /// How long tier 2 is expected to take.
        predicted_ms: Option<f64>,
    },
    /// Calls now go to tier 2.
    Swapped {
        /// Since publication.
        after_ms: f64,
    },
    /// Running loops of it have gone over to tier 2 since the last look.
    WentOver {
        /// How often so far.
        entries: u64,
    },
    /// Tier 2 is not available for it; it stays in tier 1.
    Refused {
        /// Why.
        reason: String,
    },
    /// How often it has run; told to those who asked for counts, when it has run on.
    Counted {
        /// Calls.
        calls: u64,
        /// Iterations of its loops.
        loop_iterations: u64,
    },
    /// Code of it that was replaced is freed.
    ReplacedFreed {
        /// Bytes of machine code.
        size: usize,
    },
    /// It is gone, and its code is freed as soon as no thread is inside.
    Freed {
        /// Bytes of machine code, without what was replaced.
        size: usize,
    },
}

/// Receives events, one at a time and in order. It must neither wait for a lock that a caller of the manager may hold
/// (the GIL, for one) nor call `shutdown`, `pause`, `wait_for_tier_up` or `prepare_fork`, which wait for it.
pub type Subscriber = Arc<dyn Fn(&Event) + Send + Sync>;
