//! Loops that go over to tier 2 while they run: which run, which are worth a compilation, and their code.
//!
//! Tier-1 code stores how far a loop has come where it polls (`passes::poll_loops`), and polls the body of the cell
//! beside it. Each loop has an id of its own, a slot, and a unit that starts at its header (`passes::osr_entries`).
//!
//! A loop is active if its progress changed since the last sample. Of the active loops without code the outermost of
//! each nest is wanted: it gives better code than a loop inside it, and it is reached soon, or it would not have
//! changed. Where that was wrong, and its code waits for an iteration that takes seconds, the loop inside is still
//! active and its turn comes at a later sample.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use upshift_core::lir::{Block, FunctionId};
use upshift_core::passes::osr_entries::OsrEntry;
use upshift_core::passes::poll_loops::Poll;
use upshift_core::runtime::ticker;
use upshift_core::tier::Code;

use crate::cells::Slot;

/// Iterations of an innermost loop between two polls; a power of 2. At a cycle each they take a microsecond, and a poll
/// of some cycles does not show.
pub(crate) const POLL_INTERVAL: i64 = 4096;
/// Loops of one function that can go over.
pub(crate) const MAX_LOOPS: usize = 16;
/// Values that a loop may hand over; a loop with more stays in its tier.
pub(crate) const MAX_VALUES: usize = 64;
/// After the swap, samples without an active loop until the function is not watched any more.
const PATIENCE: u32 = 64;

/// What compiling a loop needs.
pub(crate) struct LoopEntry {
    /// Names the function that goes on in the loop. Of all functions' ids, from the top down.
    pub(crate) id: FunctionId,
    pub(crate) slot: &'static Slot,
    pub(crate) entry: OsrEntry,
}

impl LoopEntry {
    /// What tier-1 code polls.
    pub(crate) fn poll(&self) -> Poll<'_> {
        Poll { entry: &self.entry, slot: std::ptr::from_ref(self.slot) as usize }
    }

    /// Lets the loop go over to `code` at its next poll.
    fn publish(&self, code: &Code) {
        self.slot.cell.publish_body(code.body);
        ticker::tick();
    }
}

struct PolledLoop {
    shared: Arc<LoopEntry>,
    progress: u64,
    is_active: bool,
    is_wanted: bool,
    was_refused: bool,
    code: Option<Code>,
}

/// The loops of one function.
#[derive(Default)]
pub(crate) struct PolledLoops {
    loops: Vec<PolledLoop>,
    quiet_samples: u32,
}

impl PolledLoops {
    /// The loops that tier-1 code polls for.
    pub(crate) fn new(entries: Vec<Arc<LoopEntry>>) -> PolledLoops {
        let polled = |shared| PolledLoop {
            shared,
            progress: 0,
            is_active: false,
            is_wanted: false,
            was_refused: false,
            code: None,
        };
        PolledLoops { loops: entries.into_iter().map(polled).collect(), quiet_samples: 0 }
    }

    /// Looks how far the loops have come: the iterations of a loop that runs, and those since the last look; 0 if none
    /// does.
    pub(crate) fn observe(&mut self) -> (u64, u64) {
        let (mut iterations, mut advanced) = (0, 0);
        for one in &mut self.loops {
            // Relaxed: an estimate, which orders nothing.
            let progress = one.shared.slot.counters.loop_iterations.load(Ordering::Relaxed);
            one.is_active = progress != one.progress;
            // Less than before: it began again.
            let more = progress.checked_sub(one.progress).unwrap_or(progress);
            one.progress = progress;
            if one.is_active {
                advanced = more.max(advanced);
                // Loops inside each other share one count, so the largest is that of the nest.
                iterations = progress.max(iterations);
            }
        }
        self.quiet_samples = if iterations > 0 { 0 } else { self.quiet_samples.saturating_add(1) };
        (iterations, advanced)
    }

    /// Decides which loops are wanted by the last look; true if there is one.
    pub(crate) fn choose(&mut self) -> bool {
        let is_candidate = |one: &PolledLoop| one.is_active && one.code.is_none() && !one.was_refused;
        let header = |one: &PolledLoop| one.shared.entry.header;
        let candidates: Vec<Block> = self.loops.iter().filter(|one| is_candidate(one)).map(header).collect();
        let parents: Vec<(Block, Option<Block>)> =
            self.loops.iter().map(|one| (header(one), one.shared.entry.parent)).collect();
        let parent_of =
            |inner: Block| parents.iter().find(|(known, _)| *known == inner).and_then(|(_, parent)| *parent);
        for one in &mut self.loops {
            let mut around = std::iter::successors(parent_of(header(one)), |&outer| parent_of(outer));
            one.is_wanted = candidates.contains(&header(one)) && !around.any(|outer| candidates.contains(&outer));
        }
        self.loops.iter().any(|one| one.is_wanted)
    }

    /// True if a loop ran between the last two looks.
    pub(crate) fn has_active(&self) -> bool {
        self.loops.iter().any(|one| one.is_active)
    }

    /// Forgets what was chosen.
    pub(crate) fn choose_none(&mut self) {
        self.loops.iter_mut().for_each(|one| one.is_wanted = false);
    }

    /// The loops that were chosen; they are not wanted any more.
    pub(crate) fn take_wanted(&mut self) -> Vec<Arc<LoopEntry>> {
        let wanted = self.loops.iter().filter(|one| one.is_wanted).map(|one| Arc::clone(&one.shared)).collect();
        self.choose_none();
        wanted
    }

    /// After the swap: only what runs from now on still runs in tier 1.
    pub(crate) fn begin_again(&mut self) {
        self.observe();
        self.quiet_samples = 0;
    }

    /// True while loops may still run in tier 1 after the swap.
    pub(crate) fn may_run(&self) -> bool {
        !self.loops.is_empty() && self.quiet_samples < PATIENCE
    }

    /// True until tier-1 code is gone, and its loops with it.
    pub(crate) fn has(&self, id: FunctionId) -> bool {
        self.loops.iter().any(|one| one.shared.id == id)
    }

    /// Publishes code of a loop and keeps it, or notes that there is none.
    pub(crate) fn conclude(&mut self, id: FunctionId, code: Option<Code>) {
        let Some(one) = self.loops.iter_mut().find(|one| one.shared.id == id) else { return };
        match code {
            Some(code) => {
                one.shared.publish(&code);
                one.code = Some(code);
            }
            None => one.was_refused = true,
        }
    }

    /// The ids and the code of all loops, when no tier-1 code leads to them any more.
    pub(crate) fn into_parts(self) -> (Vec<FunctionId>, Vec<Code>) {
        let ids = self.loops.iter().map(|one| one.shared.id).collect();
        (ids, self.loops.into_iter().filter_map(|one| one.code).collect())
    }

    /// The loops that tier-1 code polls for, as `new` got them.
    pub(crate) fn entries(&self) -> Vec<Arc<LoopEntry>> {
        self.loops.iter().map(|one| Arc::clone(&one.shared)).collect()
    }

    /// Bytes of machine code.
    pub(crate) fn size(&self) -> usize {
        self.loops.iter().filter_map(|one| one.code.as_ref()).map(|code| code.size).sum()
    }
}
