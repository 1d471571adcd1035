//! Running a tier on a unit.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use upshift_core::lir::{FunctionId, Unit};
use upshift_core::passes;
use upshift_core::passes::count_executions::{count_calls, count_executions};
use upshift_core::tier::{Code, CompileError, Linkage, Tier};

use crate::cells::Counters;
use crate::compose::CellAddresses;

/// A compilation with the time it took.
pub(crate) struct Compiled {
    pub(crate) code: Code,
    pub(crate) ms: f64,
}

/// Compiles a copy of `unit` that counts its executions.
pub(crate) fn compile_counting(
    tier: &dyn Tier,
    unit: &Unit,
    counters: &'static Counters,
    symbols: &[usize],
    cells: &CellAddresses,
) -> Result<Compiled, CompileError> {
    guarded("tier 1", || {
        let mut counting = unit.clone();
        count_executions(&mut counting.functions[0], std::ptr::from_ref(counters) as usize);
        tier.compile(&counting, &linkage(symbols, &cell_lookup(cells)))
    })
}

/// Compiles `unit` with tier 2, after the passes that only pay there. Its entry counts the calls from outside; the
/// calls and loops of the body are not counted any more, so that they can be inlined and vectorized.
pub(crate) fn compile_optimized(
    tier: &dyn Tier,
    mut unit: Unit,
    counters: &'static Counters,
    symbols: &[usize],
    cells: &CellAddresses,
) -> Result<Compiled, CompileError> {
    guarded("tier 2", || {
        passes::optimize_unit(&mut unit, passes::Tier::Two)
            .map_err(|error| CompileError::Bug { stage: "the passes of tier 2", message: error.to_string() })?;
        count_calls(&mut unit.functions[1], std::ptr::from_ref(counters) as usize);
        tier.compile(&unit, &linkage(symbols, &cell_lookup(cells)))
    })
}

fn linkage<'a>(symbols: &'a [usize], body_cell: &'a dyn Fn(FunctionId) -> usize) -> Linkage<'a> {
    Linkage { symbols, body_cell }
}

fn cell_lookup(cells: &CellAddresses) -> impl Fn(FunctionId) -> usize + '_ {
    |id| *cells.get(&id).expect("a tier asks only for callees of the unit")
}

/// Runs a compilation; a panic in it, a fault of ours, becomes an error, so that it can not cross into Python or end
/// the worker thread.
fn guarded(
    stage: &'static str,
    compile: impl FnOnce() -> Result<Code, CompileError>,
) -> Result<Compiled, CompileError> {
    let start = Instant::now();
    match catch_unwind(AssertUnwindSafe(compile)) {
        Ok(result) => result.map(|code| Compiled { code, ms: start.elapsed().as_secs_f64() * 1e3 }),
        Err(panic) => Err(CompileError::Bug { stage, message: panic_text(&*panic) }),
    }
}

/// The message of a caught panic.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("panic without a message").to_owned()
}
