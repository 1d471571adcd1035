//! The first compilation of functions, and their publication: all of a batch, or nothing.

use std::sync::Arc;

use upshift_core::lir::{FunctionId, Unit};
use upshift_core::tier::CompileError;

use crate::cells::Slot;
use crate::compile::{Compiled, compile_counting, compile_optimized};
use crate::compose::{CellAddresses, Ingredients, called_by};
use crate::config::{Config, TierChoice};
use crate::events::Event;
use crate::manager::{Manager, State};
use crate::policy::History;
use crate::swap::{Specialization, Stage, Versions};

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
    pub unit: Unit,
}

/// A function on its way.
struct Draft {
    id: FunctionId,
    name: Arc<str>,
    signature: String,
    unit: Arc<Unit>,
    slot: &'static Slot,
    cells: CellAddresses,
    /// For `TierChoice::Two`.
    ingredients: Option<Ingredients>,
}

/// A compiled draft.
struct Finished {
    draft: Draft,
    compiled: Compiled,
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
        let finished: Vec<Finished> =
            drafts.into_iter().map(|draft| self.finish(draft, &config)).collect::<Result<_, _>>()?;
        let mut state = self.lock();
        if let Some(known) = finished.iter().find(|one| state.functions.contains_key(&one.draft.id)) {
            let message = format!("{} is published already", known.draft.id);
            return Err(CompileError::Bug { stage: "publication", message });
        }
        self.install(&mut state, finished);
        self.start_profiler(&mut state);
        self.wake_profiler(&mut state);
        self.deliver(&mut state);
        drop(state);
        drop(publication);
        Ok(())
    }

    /// Collects under the lock what compiling needs without it.
    fn draft(&self, functions: Vec<NewFunction>) -> (Config, Vec<Draft>) {
        let mut state = self.lock();
        let units: Vec<(NewFunction, Arc<Unit>)> = functions
            .into_iter()
            .map(|mut function| {
                let unit = std::mem::replace(&mut function.unit, Unit { functions: Vec::new() });
                (function, Arc::new(unit))
            })
            .collect();
        let unit_of = |state: &State, id: FunctionId| {
            let published = state.functions.get(&id).map(|function| &function.unit);
            published.or_else(|| units.iter().find(|(new, _)| new.id == id).map(|(_, unit)| unit)).cloned()
        };
        let is_optimized = state.config.tier == TierChoice::Two;
        let mut drafts = Vec::with_capacity(units.len());
        for (new, unit) in &units {
            let ingredients = is_optimized.then(|| Ingredients::gather(Arc::clone(unit), |id| unit_of(&state, id)));
            let called: Vec<FunctionId> = match &ingredients {
                Some(ingredients) => ingredients.called().collect(),
                None => called_by(unit).collect(),
            };
            drafts.push(Draft {
                id: new.id,
                name: Arc::from(new.name.as_str()),
                signature: new.signature.clone(),
                unit: Arc::clone(unit),
                slot: state.slots.get(new.id),
                cells: state.body_cells(called),
                ingredients,
            });
        }
        (state.config.clone(), drafts)
    }

    fn finish(&self, draft: Draft, config: &Config) -> Result<Finished, CompileError> {
        let mut reason = String::new();
        let mut was_refused = false;
        if let Some(ingredients) = &draft.ingredients {
            let compiled = self.tier2().and_then(|tier| {
                compile_optimized(&**tier, ingredients.compose(), &draft.slot.counters, &self.symbols, &draft.cells)
                    .map_err(|error| error.to_string())
            });
            match compiled {
                Ok(compiled) => {
                    let reason = "tier 2 is asked for at once".to_owned();
                    return Ok(Finished { draft, compiled, tier: 2, reason, was_refused: false });
                }
                Err(refusal) => (reason, was_refused) = (refusal, true),
            }
        }
        debug_assert!(config.tier != TierChoice::Two || was_refused, "tier 2 comes first when it is asked for");
        let counters = &draft.slot.counters;
        let compiled = compile_counting(&*self.tier1, &draft.unit, counters, &self.symbols, &draft.cells)?;
        Ok(Finished { draft, compiled, tier: 1, reason, was_refused })
    }

    /// Stores code in the cells, bodies first (`swap.rs` says why), and remembers the functions.
    fn install(&self, state: &mut State, finished: Vec<Finished>) {
        let at = self.now();
        let mut installed = Vec::with_capacity(finished.len());
        for Finished { draft, compiled: Compiled { code, ms }, tier, reason, was_refused } in finished {
            let (id, name) = (draft.id, Arc::clone(&draft.name));
            state.outbox.push(Event::Compiled { at, id, name: Arc::clone(&name), tier, ms, size: code.size });
            if was_refused {
                state.refusals += 1;
                state.outbox.push(Event::Refused { at, id, name, reason: reason.clone() });
            }
            state.next_serial += 1;
            let is_optimized = tier == 2;
            let versions = if is_optimized { Versions::with_tier2(code) } else { Versions::with_tier1(code) };
            versions.publish_body(&draft.slot.cell);
            installed.push(id);
            let stage = match (is_optimized, was_refused) {
                (true, _) => Stage::Two,
                (false, true) => Stage::Refused,
                (false, false) => Stage::One,
            };
            let function = Specialization {
                name: draft.name,
                signature: draft.signature,
                unit: draft.unit,
                slot: draft.slot,
                serial: state.next_serial,
                stage,
                code: versions,
                history: History::new(at),
                published_at: at,
                tier1_ms: (!is_optimized).then_some(ms),
                tier2_ms: is_optimized.then_some(ms),
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

impl State {
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
