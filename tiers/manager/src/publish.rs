//! The first compilation of functions, and their publication: all of a batch, or nothing.

use std::sync::Arc;

use upshift_core::lir::{FunctionId, Unit};
use upshift_core::passes::osr_entries::{OsrEntry, osr_entries};
use upshift_core::tier::{Code, CompileError};

use crate::cells::Slot;
use crate::compile::{Compiled, Polls, compile_counting, compile_loop, compile_optimized};
use crate::compose::{CellAddresses, Ingredients, called_by};
use crate::config::{Config, OsrChoice, TierChoice};
use crate::events::{Label, Part, What};
use crate::loops::{LoopEntry, MAX_LOOPS, MAX_VALUES, POLL_INTERVAL, PolledLoops};
use crate::manager::{Manager, State};
use crate::policy::History;
use crate::swap::{Specialization, Stage, Versions};
use crate::telling::Told;
use crate::workload::Workload;

/// A function to publish.
#[derive(Clone, Debug)]
pub struct NewFunction {
    /// Its id, which no published function has.
    pub id: FunctionId,
    /// Its qualified name, for people.
    pub name: String,
    /// Its argument and result types as text, for people.
    pub signature: String,
    /// Verified lir, without counting.
    pub unit: Arc<Unit>,
    /// The tier that the function asks for; that of the settings counts if it is not `Auto`.
    pub tier: TierChoice,
    /// See `Config::eagerness`; `None` for that of the settings.
    pub eagerness: Option<u8>,
}

/// A function on its way.
struct Draft {
    id: FunctionId,
    label: Arc<Label>,
    unit: Arc<Unit>,
    slot: &'static Slot,
    cells: CellAddresses,
    /// For `TierChoice::Two` and `OsrChoice::Stress`.
    ingredients: Option<Ingredients>,
    polls: Polls,
    tier: TierChoice,
    eagerness: Option<u8>,
    workload: Workload,
}

/// A compiled draft.
struct Finished {
    draft: Draft,
    compiled: Compiled,
    /// Code of loops, under `OsrChoice::Stress`.
    loops: Vec<(FunctionId, Result<Code, CompileError>)>,
    tier: u8,
    reason: String,
    was_refused: bool,
}

impl Manager {
    /// Compiles functions in the calling thread and stores their code in their cells. When this returns, their entries
    /// may be called. Functions that call each other are published together, or callees first.
    ///
    /// # Errors
    /// What tier 1 says of the first function it can not compile; then none is published. The cells stay for another
    /// attempt, or for `retire`. An id that is published already is a `Bug`.
    pub fn publish(&self, functions: Vec<NewFunction>) -> Result<(), CompileError> {
        let publication = Publication::start(self);
        let (config, drafts) = self.draft(functions);
        let loops: Vec<FunctionId> =
            drafts.iter().flat_map(|draft| draft.polls.loops.iter().map(|one| one.id)).collect();
        let finished = drafts.into_iter().map(|draft| self.finish(draft, &config)).collect::<Result<Vec<_>, _>>();
        let mut state = self.lock();
        let finished = finished.and_then(|finished| match state.known_among(&finished) {
            None => Ok(finished),
            Some(id) => Err(CompileError::Bug { stage: "publication", message: format!("{id} is published already") }),
        });
        match finished {
            Ok(finished) => self.install(&mut state, finished),
            Err(error) => {
                // Nothing leads to these slots: the code that would have is dropped.
                for id in loops {
                    if let Some(slot) = state.slots.remove(id) {
                        state.slots.recycle(slot);
                    }
                }
                return Err(error);
            }
        }
        self.start_profiler(&mut state);
        self.wake_profiler();
        self.deliver(&mut state);
        drop(state);
        drop(publication);
        Ok(())
    }

    /// Collects under the lock what compiling needs without it.
    fn draft(&self, functions: Vec<NewFunction>) -> (Config, Vec<Draft>) {
        let config = self.config();
        let entries: Vec<Vec<OsrEntry>> =
            functions.iter().map(|new| entries_of(&new.unit, config.tier_of(new.tier), &config)).collect();
        let mut state = self.lock();
        let unit_of = |state: &State, id: FunctionId| {
            let published = state.functions.get(&id).map(|function| &function.unit);
            published.or_else(|| functions.iter().find(|new| new.id == id).map(|new| &new.unit)).cloned()
        };
        let mut drafts = Vec::with_capacity(functions.len());
        for (new, entries) in functions.iter().zip(entries) {
            let unit = &new.unit;
            let tier = config.tier_of(new.tier);
            let is_optimized = tier == TierChoice::Two || config.osr == OsrChoice::Stress;
            let gathered = Ingredients::gather(Arc::clone(unit), |id| unit_of(&state, id));
            let workload = Workload::of(unit.body(), gathered.insts());
            let ingredients = is_optimized.then_some(gathered);
            let polls = state.polls(entries, &config);
            let called: Vec<FunctionId> = match &ingredients {
                Some(ingredients) => ingredients.called().collect(),
                None => called_by(unit).collect(),
            };
            drafts.push(Draft {
                id: new.id,
                label: Arc::new(label_of(new, unit)),
                unit: Arc::clone(unit),
                slot: state.slots.get(new.id),
                cells: state.body_cells(called),
                ingredients,
                polls,
                tier,
                eagerness: new.eagerness,
                workload,
            });
        }
        drop(state);
        (config, drafts)
    }

    fn finish(&self, draft: Draft, config: &Config) -> Result<Finished, CompileError> {
        let mut reason = String::new();
        let mut was_refused = false;
        if let Some(ingredients) = draft.ingredients.as_ref().filter(|_| draft.tier == TierChoice::Two) {
            let compiled = self.tier2().and_then(|tier| {
                compile_optimized(&**tier, ingredients.compose(), &draft.slot.counters, &self.symbols, &draft.cells)
                    .map_err(|error| error.to_string())
            });
            match compiled {
                Ok(compiled) => {
                    let reason = "tier 2 is asked for at once".to_owned();
                    return Ok(Finished { draft, compiled, loops: Vec::new(), tier: 2, reason, was_refused: false });
                }
                Err(refusal) => (reason, was_refused) = (refusal, true),
            }
        }
        debug_assert!(draft.tier != TierChoice::Two || was_refused, "tier 2 comes first when it is asked for");
        let counters = &draft.slot.counters;
        let compiled =
            compile_counting(&*self.tier1, &draft.unit, counters, &self.symbols, &draft.cells, &draft.polls)?;
        let loops = if config.osr == OsrChoice::Stress { self.finish_loops(&draft) } else { Vec::new() };
        Ok(Finished { draft, compiled, loops, tier: 1, reason, was_refused })
    }

    /// Compiles all loops for tier 2.
    fn finish_loops(&self, draft: &Draft) -> Vec<(FunctionId, Result<Code, CompileError>)> {
        let (Ok(tier), Some(ingredients)) = (self.tier2(), &draft.ingredients) else { return Vec::new() };
        let compile = |one: &LoopEntry| {
            compile_loop(&**tier, ingredients, one, &draft.slot.counters, &self.symbols, &draft.cells)
        };
        draft.polls.loops.iter().map(|one| (one.id, compile(one).map(|compiled| compiled.code))).collect()
    }

    /// Stores code in the cells, bodies first (`swap.rs` says why), and remembers the functions.
    fn install(&self, state: &mut State, finished: Vec<Finished>) {
        let at = self.now();
        let mut installed = Vec::with_capacity(finished.len());
        for Finished { draft, compiled: Compiled { code, ms, ended }, loops, tier, reason, was_refused } in finished {
            let id = draft.id;
            let done = What::Compiled { tier, part: Part::Calls, ms, predicted_ms: None, size: code.size };
            state.tell(self.time_of(ended), id, &draft.label, done);
            if was_refused {
                state.refusals += 1;
                state.tell(at, id, &draft.label, What::Refused { reason: reason.clone() });
            }
            state.next_serial += 1;
            let is_optimized = tier == 2;
            let versions = if is_optimized { Versions::with_tier2(code) } else { Versions::with_tier1(code) };
            versions.publish_body(&draft.slot.cell);
            draft.slot.counters.arm();
            installed.push(id);
            let stage = match (is_optimized, was_refused) {
                (true, _) => Stage::Two,
                (false, true) => Stage::Refused,
                (false, false) => Stage::One,
            };
            let mut polled = PolledLoops::new(draft.polls.loops);
            for (id, code) in loops {
                state.refusals += u64::from(code.is_err());
                polled.conclude(id, code.ok());
            }
            let function = Specialization {
                label: draft.label,
                unit: draft.unit,
                slot: draft.slot,
                serial: state.next_serial,
                stage,
                code: versions,
                history: History::new(at),
                workload: draft.workload,
                is_tiered: draft.tier == TierChoice::Auto,
                was_dropped: false,
                eagerness: draft.eagerness,
                told: Told::default(),
                loops: polled,
                published_at: at,
                tier1_ms: (!is_optimized).then_some(ms),
                tier2_ms: is_optimized.then_some(ms),
                predicted_ms: None,
                tier1_call_us: None,
                tier2_reason: reason,
                swapped_after_ms: is_optimized.then_some(0.0),
            };
            state.functions.insert(id, function);
        }
        for id in installed {
            let function = &state.functions[&id];
            function.code.publish_entry(&function.slot.cell);
        }
    }
}

fn poll_interval(config: &Config) -> i64 {
    if config.osr == OsrChoice::Stress { 1 } else { POLL_INTERVAL }
}

fn label_of(new: &NewFunction, unit: &Unit) -> Label {
    let (file, line) = unit.body().origin.as_ref().map_or(("", 0), |origin| (&*origin.file, origin.line));
    Label { name: new.name.clone(), signature: new.signature.clone(), file: file.to_owned(), line }
}

/// The loops of a function that may go over to tier 2 under these settings.
fn entries_of(unit: &Unit, tier: TierChoice, config: &Config) -> Vec<OsrEntry> {
    let is_wanted = tier == TierChoice::Auto && config.osr != OsrChoice::Off;
    if is_wanted { osr_entries(unit.body()) } else { Vec::new() }
}

impl State {
    fn known_among(&self, finished: &[Finished]) -> Option<FunctionId> {
        finished.iter().map(|one| one.draft.id).find(|id| self.functions.contains_key(id))
    }

    /// Gives loops their ids and slots, the outermost first while there are not too many.
    fn polls(&mut self, mut entries: Vec<OsrEntry>, config: &Config) -> Polls {
        entries.retain(|entry| entry.live.len() <= MAX_VALUES);
        if entries.len() > MAX_LOOPS {
            // Stable, and loops come after those around them: the outermost come first.
            entries.sort_by_key(|entry| entry.parent.is_some());
            entries.truncate(MAX_LOOPS);
        }
        let loops = entries.into_iter().map(|entry| {
            let id = FunctionId(u32::MAX - self.loop_ids);
            self.loop_ids += 1;
            Arc::new(LoopEntry { id, slot: self.slots.get(id), entry })
        });
        let loops = loops.collect();
        Polls { loops, interval: poll_interval(config) }
    }

    /// Iterations between two polls.
    pub(crate) fn poll_interval(&self) -> i64 {
        poll_interval(&self.config)
    }

    /// Addresses of the body cells of `called`; `None` if one of them is not there.
    pub(crate) fn known_body_cells(&self, mut called: impl Iterator<Item = FunctionId>) -> Option<CellAddresses> {
        called.try_fold(CellAddresses::default(), |mut cells, id| {
            cells.insert(id, std::ptr::from_ref(&self.slots.find(id)?.cell.body) as usize);
            Some(cells)
        })
    }

    /// Addresses of the body cells of `called`, made where missing.
    pub(crate) fn body_cells(&mut self, called: Vec<FunctionId>) -> CellAddresses {
        called.into_iter().map(|id| (id, std::ptr::from_ref(&self.slots.get(id).cell.body) as usize)).collect()
    }
}

/// Marks a publication as under way, which a fork waits for.
struct Publication<'a>(&'a Manager);

impl<'a> Publication<'a> {
    fn start(manager: &'a Manager) -> Publication<'a> {
        let mut state = manager.lock();
        while state.is_forking {
            manager.shared().settled.wait(&mut state);
        }
        state.publishing += 1;
        Publication(manager)
    }
}

impl Drop for Publication<'_> {
    fn drop(&mut self) {
        self.0.lock().publishing -= 1;
        self.0.shared().settled.notify_all();
    }
}
