//! What happened, for tracing. Subscribers are called without the manager's lock, on some thread of the manager or of a caller.

use std::sync::Arc;
use std::time::Duration;

use upshift_core::lir::FunctionId;

/// Something that the manager did. `at` counts from the creation of the manager.
#[derive(Clone, PartialEq, Debug)]
#[expect(missing_docs, reason = "fields shared by all variants: when, which function, its name")]
pub enum Event {
    /// A tier compiled the function.
    Compiled {
        at: Duration,
        id: FunctionId,
        name: Arc<str>,
        /// 1 or 2.
        tier: u8,
        /// How long it took.
        ms: f64,
        /// Bytes of machine code.
        size: usize,
        /// How long tier 2 was predicted to take, for a function that got hot.
        predicted_ms: Option<f64>,
    },
    /// The function got hot.
    Queued {
        at: Duration,
        id: FunctionId,
        name: Arc<str>,
        /// Which threshold it passed, with the figures.
        reason: String,
    },
    /// Calls now go to tier 2.
    Swapped {
        at: Duration,
        id: FunctionId,
        name: Arc<str>,
        /// Since publication.
        after_ms: f64,
    },
    /// Tier 2 is not available for the function, which stays in tier 1.
    Refused {
        at: Duration,
        id: FunctionId,
        name: Arc<str>,
        /// Why.
        reason: String,
    },
}

/// Receives events, one at a time and in order. It must neither wait for a lock that a caller of the manager may hold
/// (the GIL, for one) nor call `shutdown`, `pause`, `wait_for_tier_up` or `prepare_fork`, which wait for it.
pub type Subscriber = Arc<dyn Fn(&Event) + Send + Sync>;
