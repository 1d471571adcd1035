//! Running a tier on a unit.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use upshift_core::lir::{FunctionId, Unit};
use upshift_core::passes;
use upshift_core::passes::count_executions::count_calls;
use upshift_core::passes::expand_polls::expand_polls;
use upshift_core::passes::poll_loops::{Poll, count_and_poll};
use upshift_core::passes::share_raises::share_raises;
use upshift_core::tier::{Code, CompileError, Linkage, Tier};

use crate::cells::Counters;
use crate::compose::{CellAddresses, Ingredients};
use crate::loops::LoopEntry;

/// A compilation with the time it took.
pub(crate) struct Compiled {
    pub(crate) code: Code,
    pub(crate) ms: f64,
    pub(crate) ended: Instant,
}

/// The loops of a function that poll.
pub(crate) struct Polls {
    pub(crate) loops: Vec<Arc<LoopEntry>>,
    /// Iterations between two polls.
    pub(crate) interval: i64,
}

/// Compiles a copy of `unit` that counts its executions and polls.
pub(crate) fn compile_counting(
    tier: &dyn Tier,
    unit: &Unit,
    counters: &'static Counters,
    symbols: &[usize],
    cells: &CellAddresses,
    polls: &Polls,
) -> Result<Compiled, CompileError> {
    guarded("tier 1", || tier.compile(&counting_unit(unit, counters, polls), &linkage(symbols, &cell_lookup(cells))))
}

/// A copy of `unit` that counts its executions and polls.
pub(crate) fn counting_unit(unit: &Unit, counters: &'static Counters, polls: &Polls) -> Unit {
    let mut counting = unit.clone();
    let loops: Vec<Poll<'_>> = polls.loops.iter().map(|one| one.poll()).collect();
    let counters = std::ptr::from_ref(counters) as usize;
    count_and_poll(&mut counting.functions[0], counters, &loops, polls.interval);
    share_raises(&mut counting.functions[0]);
    counting
}

/// Compiles `unit` with tier 2, after the passes that only pay there. Its entry counts the calls from outside; the
/// calls and loops of the body are not counted any more, so that they can be inlined and vectorized.
pub(crate) fn compile_optimized(
    tier: &dyn Tier,
    unit: Unit,
    counters: &'static Counters,
    symbols: &[usize],
    cells: &CellAddresses,
) -> Result<Compiled, CompileError> {
    guarded("tier 2", || tier.compile(&optimized_unit(unit, counters)?, &linkage(symbols, &cell_lookup(cells))))
}

/// What tier 2 gets to compile: the passes that only pay there have run, and the entry counts calls.
pub(crate) fn optimized_unit(mut unit: Unit, counters: &'static Counters) -> Result<Unit, CompileError> {
    optimize(&mut unit)?;
    count_calls(&mut unit.functions[1], std::ptr::from_ref(counters) as usize);
    Ok(unit)
}

fn optimize(unit: &mut Unit) -> Result<(), CompileError> {
    passes::optimize_unit(unit, passes::Tier::Two)
        .map_err(|error| CompileError::Bug { stage: "the passes of tier 2", message: error.to_string() })?;
    unit.functions.iter_mut().for_each(expand_polls);
    Ok(())
}

/// Compiles the function that goes on in a loop; it counts how often it is entered.
pub(crate) fn compile_loop(
    tier: &dyn Tier,
    ingredients: &Ingredients,
    entered: &LoopEntry,
    counters: &'static Counters,
    symbols: &[usize],
    cells: &CellAddresses,
) -> Result<Compiled, CompileError> {
    guarded("tier 2", || {
        let mut unit = ingredients.compose_loop(&entered.entry, entered.id);
        optimize(&mut unit)?;
        count_calls(&mut unit.functions[0], std::ptr::from_ref(&counters.osr_entries) as usize);
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
        Ok(result) => {
            let ended = Instant::now();
            result.map(|code| Compiled { code, ms: (ended - start).as_secs_f64() * 1e3, ended })
        }
        Err(panic) => Err(CompileError::Bug { stage, message: panic_text(&*panic) }),
    }
}

/// The message of a caught panic.
pub(crate) fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or(panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("panic without a message").to_owned()
}
