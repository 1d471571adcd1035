//! The units behind a function's code, made again for whoever wants to look at them.

use upshift_core::lir::{FunctionId, Unit};
use upshift_core::tier::CompileError;

use crate::compile::{Polls, counting_unit, optimized_unit};
use crate::compose::Ingredients;
use crate::manager::Manager;

impl Manager {
    /// The unit that tier 1 or 2 compiles for calls of a function, as of now: counting and polling, or with the callees
    /// that it may inline. `None` if the function is not published.
    ///
    /// # Errors
    /// A fault of a pass.
    pub fn unit_for(&self, id: FunctionId, tier: u8) -> Result<Option<Unit>, CompileError> {
        let state = self.lock();
        let Some(function) = state.functions.get(&id) else { return Ok(None) };
        let counters = &function.slot.counters;
        if tier == 1 {
            let polls = Polls { loops: function.loops.entries(), interval: state.poll_interval() };
            let unit = function.unit.clone();
            drop(state);
            return Ok(Some(counting_unit(&unit, counters, &polls)));
        }
        let unit_of = |id| state.functions.get(&id).map(|known| known.unit.clone());
        let ingredients = Ingredients::gather(function.unit.clone(), unit_of);
        drop(state);
        optimized_unit(ingredients.compose(), counters).map(Some)
    }
}
