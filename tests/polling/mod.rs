//! Functions that poll, with the functions that they go over to, as one unit for the interpreter.

use upshift_core::lir::{Function, FunctionId, Unit, verify_function};
use upshift_core::passes::osr_entries::{osr_entries, osr_function};
use upshift_core::passes::poll_loops::{Poll, count_and_poll};
use upshift_core::passes::{PassConfig, Tier, optimize};

/// Memory as `poll_loops` expects it, with a function to go over to or none.
fn slot(body: Option<FunctionId>) -> usize {
    let words: &'static mut [u64; 16] = Box::leak(Box::new([0; 16]));
    // The interpreter's address of a function.
    words[1] = body.map_or(0, |id| u64::from(id.0));
    words.as_ptr() as usize
}

/// The unit in which `func` goes over wherever `is_entered` says so, the loops numbered as `osr_entries` has them.
pub(crate) fn with_polls(
    func: &Function,
    tier: Option<Tier>,
    is_entered: impl Fn(usize) -> bool,
    interval: i64,
) -> Unit {
    let entries = osr_entries(func);
    let id = |index: usize| FunctionId(u32::MAX - index as u32);
    let polls: Vec<Poll<'_>> = entries
        .iter()
        .enumerate()
        .map(|(index, entry)| Poll { entry, slot: slot(is_entered(index).then(|| id(index))) })
        .collect();
    let mut polling = func.clone();
    count_and_poll(&mut polling, slot(None), &polls, interval);
    let mut functions = vec![polling];
    functions.extend(entries.iter().enumerate().map(|(index, entry)| osr_function(func, entry, id(index))));
    for func in &mut functions {
        verify_function(func).unwrap_or_else(|errors| panic!("{errors:#?}\n{func}"));
    }
    for func in functions.iter_mut().skip(1).filter(|_| tier.is_some()) {
        optimize(func, &PassConfig::new(tier.expect("checked"))).unwrap_or_else(|error| panic!("{error}\n{func}"));
    }
    Unit { functions }
}
