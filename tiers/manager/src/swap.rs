//! The life of a function's code: its states, the atomic publication, who frees what and when.
//!
//! ```text
//! cell made      publish               passes a threshold    a worker takes it     tier 2 compiled it
//!   Empty ------------------> One ------------------> Queued ----------> Compiling ------------> Two
//!     |                        ^  ^                      |                |     |                  ^
//!     |                        |  '--- shutdown ---------'                |     '- refused -> Refused
//!     |                        '------- shutdown (result not wanted) -----'        (tier 1 for good)
//!     '---- publish with `TierChoice::Two` -------------------------------------------------------'
//! from every state: retire -> gone; a result that arrives later finds another serial number and is dropped
//! ```
//!
//! While tier-1 code may still run after the swap, `Two` goes through `Queued` and `Compiling` again for its loops
//! (`loops.rs`): a loop goes over to a function of its own, through a cell of its own, and the rest of this page holds
//! for that cell too. A function may be compiled for a running loop first and for calls right after.
//!
//! States change under the manager's lock. What running code sees are the two pointers of the cell, and each changes
//! by one store: null -> tier 1 -> tier 2, or null -> tier 2. There is no way back, so a caller that reads a
//! pointer once and calls it is right whichever it got: both lead to code of the same meaning and the same C signature.
//!
//! **Who frees.** A thread may be inside tier-1 code, or about to call it, long after the swap. What the swap replaced
//! goes to limbo (`limbo.rs`) and is freed when no thread can be inside any more (`reclaim.rs`): the code of tier 1,
//! and then all that only this code leads to, the code of its loops and their cells. What belonged to a function that
//! is retired goes the same way.
//!
//! **Memory orderings.** Those of `entry_cell.rs`. Data that a tier's code refers to (constants, other cells) is
//! covered by the same pair. Entry and body may be seen in different tiers by one thread; each is complete by itself,
//! so no order between the two is needed once both are published. At the first publication the bodies of a whole batch
//! are stored before its entries, so that a call through an entry finds the bodies of its batch: the entry's Release
//! store follows them, the Acquire load of the entry sees them.

use std::sync::Arc;
use std::time::Duration;

use upshift_core::lir::Unit;
use upshift_core::tier::Code;

use crate::cells::Slot;
use crate::entry_cell::EntryCell;
use crate::events::Label;
use crate::loops::PolledLoops;
use crate::policy::History;
use crate::telling::Told;
use crate::workload::Workload;

/// Where a function is on its way; see the diagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stage {
    One,
    Queued,
    Compiling,
    Two,
    Refused,
}

impl Stage {
    /// True while counters decide about the function.
    pub(crate) fn is_watched(self) -> bool {
        match self {
            Stage::One | Stage::Queued => true,
            Stage::Compiling | Stage::Two | Stage::Refused => false,
        }
    }
}

/// The code of one function that calls go to.
pub(crate) struct Versions {
    current: Code,
    /// 1 or 2.
    tier: u8,
    /// Bytes of tier 1's code, also when it is gone.
    tier1_size: usize,
}

impl Versions {
    /// Code of the first tier.
    pub(crate) fn with_tier1(code: Code) -> Versions {
        Versions { tier1_size: code.size, current: code, tier: 1 }
    }

    /// Code of the second tier without one of the first.
    pub(crate) fn with_tier2(code: Code) -> Versions {
        Versions { tier1_size: 0, current: code, tier: 2 }
    }

    /// Publishes the body; the first half of the first publication.
    pub(crate) fn publish_body(&self, cell: &EntryCell) {
        cell.publish_body(self.current.body);
    }

    /// Publishes the entry; the second half.
    pub(crate) fn publish_entry(&self, cell: &EntryCell) {
        cell.publish_entry(self.current.entry);
    }

    /// Moves all further calls to `code` of tier 2. Threads inside the code that is answered finish there.
    #[must_use = "threads may be inside"]
    pub(crate) fn swap(&mut self, cell: &EntryCell, code: Code) -> Code {
        let replaced = std::mem::replace(&mut self.current, code);
        self.tier = 2;
        self.publish_body(cell);
        self.publish_entry(cell);
        replaced
    }

    /// The code, when the function is retired.
    pub(crate) fn into_code(self) -> Code {
        self.current
    }

    /// The tier that calls go to.
    pub(crate) fn tier(&self) -> u8 {
        self.tier
    }

    pub(crate) fn tier1_size(&self) -> usize {
        self.tier1_size
    }

    pub(crate) fn tier2_size(&self) -> usize {
        if self.tier == 2 { self.current.size } else { 0 }
    }
}

impl Specialization {
    /// True while counters decide about the function, or loops of it may run on in tier 1.
    pub(crate) fn is_watched(&self) -> bool {
        self.is_tiered && (self.stage.is_watched() || self.stage == Stage::Two && self.loops.may_run())
    }

    /// Bytes of machine code; what waits to be freed is not counted.
    pub(crate) fn size(&self) -> usize {
        self.code.current.size + self.loops.size()
    }

    /// Where the function is when nothing is queued or compiling.
    pub(crate) fn settled_stage(&self) -> Stage {
        if self.code.tier() == 2 { Stage::Two } else { Stage::One }
    }
}

/// A published function.
pub(crate) struct Specialization {
    pub(crate) label: Arc<Label>,
    /// As the front end made it, without counting: tier 2 and callers that inline it start from here.
    pub(crate) unit: Arc<Unit>,
    pub(crate) slot: &'static Slot,
    /// Tells this function from an earlier one with the same id.
    pub(crate) serial: u64,
    pub(crate) stage: Stage,
    pub(crate) code: Versions,
    pub(crate) history: History,
    pub(crate) workload: Workload,
    /// It moves to tier 2 when it is hot: nobody has chosen a tier for it.
    pub(crate) is_tiered: bool,
    /// It has left the queue because it did not run.
    pub(crate) was_dropped: bool,
    /// Its own; else that of the settings counts.
    pub(crate) eagerness: Option<u8>,
    /// What was told of it last.
    pub(crate) told: Told,
    /// Loops that tier-1 code polls for.
    pub(crate) loops: PolledLoops,
    pub(crate) published_at: Duration,
    pub(crate) tier1_ms: Option<f64>,
    pub(crate) tier2_ms: Option<f64>,
    /// What tier 2 was predicted to take when the function got hot.
    pub(crate) predicted_ms: Option<f64>,
    /// What a call from Python took in tier 1 before the swap.
    pub(crate) tier1_call_us: Option<f64>,
    /// Empty until there is a decision.
    pub(crate) tier2_reason: String,
    pub(crate) swapped_after_ms: Option<f64>,
}
