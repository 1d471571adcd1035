//! The unit for tier 2: a function with the bodies of the functions it calls, so that they can be inlined.
//!
//! Callees join in breadth-first order, the nearest first, within limits on their number and size: compile time grows
//! faster than the unit, and what does not fit is called through its cell as in tier 1.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use upshift_core::lir::{FunctionId, Unit};
use upshift_core::passes::osr_entries::{OsrEntry, osr_function, osr_unit_entry};

use crate::workload::inst_count;

/// Callees that join a unit at most.
const MAX_CALLEES: usize = 16;
/// Instructions that the callees of a unit have at most, together.
const MAX_CALLEE_INSTS: usize = 4000;

/// What a unit is composed from: gathered under the manager's lock, which copying functions does not need.
pub(crate) struct Ingredients {
    root: Arc<Unit>,
    callees: Vec<Arc<Unit>>,
}

impl Ingredients {
    /// Finds the callees of `root`, transitively; `unit_of` knows the published functions.
    pub(crate) fn gather(root: Arc<Unit>, unit_of: impl Fn(FunctionId) -> Option<Arc<Unit>>) -> Ingredients {
        let mut callees: Vec<Arc<Unit>> = Vec::new();
        let mut seen = FxHashSet::from_iter([root.body().id]);
        let mut insts_left = MAX_CALLEE_INSTS;
        let mut next = 0;
        let mut caller = Arc::clone(&root);
        loop {
            for callee in &caller.body().callees {
                if callees.len() == MAX_CALLEES || !seen.insert(callee.id) {
                    continue;
                }
                let Some(unit) = unit_of(callee.id) else { continue };
                let Some(rest) = insts_left.checked_sub(inst_count(unit.body())) else { continue };
                insts_left = rest;
                callees.push(unit);
            }
            match callees.get(next) {
                Some(unit) => caller = Arc::clone(unit),
                None => break,
            }
            next += 1;
        }
        Ingredients { root, callees }
    }

    /// Every function that the composed unit may call through a cell.
    pub(crate) fn called(&self) -> impl Iterator<Item = FunctionId> + '_ {
        let units = std::iter::once(&self.root).chain(&self.callees);
        units.flat_map(|unit| &unit.functions).flat_map(|func| &func.callees).map(|callee| callee.id)
    }

    /// Instructions of the composed unit, its entry left out.
    pub(crate) fn insts(&self) -> usize {
        std::iter::once(&self.root).chain(&self.callees).map(|unit| inst_count(unit.body())).sum()
    }

    /// The unit: body and entry of the root, bodies of the callees.
    pub(crate) fn compose(&self) -> Unit {
        let mut functions = self.root.functions.clone();
        functions.extend(self.callees.iter().map(|unit| unit.body().clone()));
        Unit { functions }
    }

    /// The unit that goes on in a loop of the root. Where it calls the root, it goes through the root's cell.
    pub(crate) fn compose_loop(&self, entry: &OsrEntry, id: FunctionId) -> Unit {
        let body = osr_function(self.root.body(), entry, id);
        let mut functions = vec![osr_unit_entry(&body)];
        functions.insert(0, body);
        functions.extend(self.callees.iter().map(|unit| unit.body().clone()));
        Unit { functions }
    }
}

/// The functions of a tier-1 unit that are called through cells.
pub(crate) fn called_by(unit: &Unit) -> impl Iterator<Item = FunctionId> + '_ {
    unit.functions.iter().flat_map(|func| &func.callees).map(|callee| callee.id)
}

/// Addresses of body cells, for the linkage.
pub(crate) type CellAddresses = FxHashMap<FunctionId, usize>;

#[cfg(test)]
mod tests {
    use super::*;
    use upshift_core::lir::{CalleeData, Function, FunctionBuilder, Signature};

    /// A function of `insts` instructions that calls nothing but lists callees.
    fn unit(id: u32, callees: &[u32], insts: usize) -> Arc<Unit> {
        let mut body = Function::new(FunctionId(id), "f", Signature::default());
        let block = body.add_block();
        let mut builder = FunctionBuilder::new(&mut body, block);
        for &callee in callees {
            builder.import_callee(CalleeData { id: FunctionId(callee), signature: Signature::default() });
        }
        for _ in 1..insts {
            builder.const_i64(0);
        }
        builder.return_(&[]);
        let entry = Function::new(FunctionId(id), "f.entry", Signature::default());
        Arc::new(Unit { functions: vec![body, entry] })
    }

    fn composed(units: &[Arc<Unit>]) -> Vec<u32> {
        let find = |id| units.iter().find(|unit| unit.body().id == id).cloned();
        let unit = Ingredients::gather(Arc::clone(&units[0]), find).compose();
        unit.functions[2..].iter().map(|func| func.id.0).collect()
    }

    #[test]
    fn callees_come_nearest_first_and_once() {
        let units = [unit(0, &[1, 2, 0], 9), unit(1, &[3, 2], 9), unit(2, &[0, 1], 9), unit(3, &[9], 9)];
        assert_eq!(composed(&units), [1, 2, 3]);
    }

    #[test]
    fn large_callees_stay_out_and_smaller_ones_still_fit() {
        let units = [unit(0, &[1, 2, 3], 9), unit(1, &[], 3000), unit(2, &[], 3000), unit(3, &[], 500)];
        assert_eq!(composed(&units), [1, 3]);
    }

    #[test]
    fn the_number_of_callees_is_limited() {
        let ids: Vec<u32> = (1..40).collect();
        let mut units = vec![unit(0, &ids, 9)];
        units.extend(ids.iter().map(|&id| unit(id, &[], 9)));
        assert_eq!(composed(&units).len(), MAX_CALLEES);
    }
}
