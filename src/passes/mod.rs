//! The passes over lir, and the one table that says which run, when, and in which order.
//!
//! A pass is `fn(&mut Function, &mut PassContext) -> Changed` in a file of its name. `driver.rs` runs the table and
//! does what no pass should care about: timing, dumps, verification, switching off, panics. `context.rs` keeps the
//! analyses, `rewriting.rs` what several passes do to a function. Outside the table stand what the tier manager asks
//! for (`count_executions.rs`, `expand_polls.rs`, `share_raises.rs`, and for on-stack replacement `poll_loops.rs` and
//! `osr_entries.rs`) and `inline_calls.rs`, which works on units.

mod append_texts;
mod context;
pub mod count_executions;
mod driver;
pub mod expand_polls;
mod floor_divisions;
mod fold_constants;
mod forward_loads;
mod hoist_invariants;
mod inline_calls;
mod merge_counters;
mod number_values;
pub mod osr_entries;
mod pair_references;
pub mod poll_loops;
mod remove_constant_params;
mod remove_dead_code;
mod remove_proven_checks;
mod rewriting;
mod select_values;
pub mod share_raises;
mod simplify_cfg;
mod strip_mine_loops;
mod unify_latches;
mod version_loops;

pub use context::{Changed, PassContext};
pub use driver::{PassConfig, PassError, PassReport, optimize, optimize_unit, pass_named, run_pass};
pub use inline_calls::{inline_calls, is_inlinable};

use append_texts::append_texts;
use floor_divisions::floor_divisions;
use fold_constants::fold_constants;
use forward_loads::forward_loads;
use hoist_invariants::hoist_invariants;
use merge_counters::merge_counters;
use number_values::number_values;
use pair_references::pair_references;
use remove_constant_params::remove_constant_params;
use remove_dead_code::remove_dead_code;
use remove_proven_checks::remove_proven_checks;
use select_values::select_values;
use simplify_cfg::simplify_cfg;
use strip_mine_loops::strip_mine_loops;
use unify_latches::unify_latches;
use version_loops::version_loops;

use crate::lir::Function;

/// The tier that a pass is worth its time for. Tier 2 runs the passes of tier 1 too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tier {
    /// Compiling takes microseconds.
    One,
    /// In the background, for hot code.
    Two,
}

/// One row of the pipeline.
pub struct Pass {
    /// The name, of the file and the function too.
    pub name: &'static str,
    /// The pass.
    pub run: fn(&mut Function, &mut PassContext) -> Changed,
    /// The first tier that runs it.
    pub tier: Tier,
    /// True if code is not correct lir without it; such a pass cannot be switched off.
    pub required: bool,
}

/// The passes in the order in which they run.
#[rustfmt::skip]
pub const PIPELINE: &[Pass] = &[
    Pass { name: "simplify_cfg", run: simplify_cfg, tier: Tier::One, required: true },
    Pass { name: "remove_constant_params", run: remove_constant_params, tier: Tier::One, required: false },
    Pass { name: "fold_constants", run: fold_constants, tier: Tier::One, required: false },
    Pass { name: "merge_counters", run: merge_counters, tier: Tier::One, required: false },
    Pass { name: "number_values", run: number_values, tier: Tier::One, required: false },
    Pass { name: "remove_proven_checks", run: remove_proven_checks, tier: Tier::One, required: false },
    Pass { name: "pair_references", run: pair_references, tier: Tier::One, required: false },
    Pass { name: "append_texts", run: append_texts, tier: Tier::One, required: false },
    Pass { name: "select_values", run: select_values, tier: Tier::One, required: false },
    Pass { name: "simplify_cfg", run: simplify_cfg, tier: Tier::One, required: false },
    Pass { name: "forward_loads", run: forward_loads, tier: Tier::One, required: false },
    Pass { name: "remove_dead_code", run: remove_dead_code, tier: Tier::One, required: false },
    Pass { name: "hoist_invariants", run: hoist_invariants, tier: Tier::One, required: false },
    Pass { name: "version_loops", run: version_loops, tier: Tier::Two, required: false },
    Pass { name: "remove_constant_params", run: remove_constant_params, tier: Tier::Two, required: false },
    Pass { name: "fold_constants", run: fold_constants, tier: Tier::Two, required: false },
    Pass { name: "number_values", run: number_values, tier: Tier::Two, required: false },
    Pass { name: "simplify_cfg", run: simplify_cfg, tier: Tier::Two, required: false },
    Pass { name: "forward_loads", run: forward_loads, tier: Tier::Two, required: false },
    Pass { name: "remove_dead_code", run: remove_dead_code, tier: Tier::Two, required: false },
    Pass { name: "floor_divisions", run: floor_divisions, tier: Tier::Two, required: false },
    Pass { name: "unify_latches", run: unify_latches, tier: Tier::Two, required: false },
    Pass { name: "strip_mine_loops", run: strip_mine_loops, tier: Tier::Two, required: false },
];

/// (before, after, why): the first time that the second runs, the first has run.
pub const ORDER: &[(&str, &str, &str)] = &[
    ("simplify_cfg", "remove_constant_params", "a parameter's inputs are those of reachable blocks"),
    ("remove_constant_params", "number_values", "numbering treats parameters as opaque"),
    ("merge_counters", "number_values", "what is computed from two equal counters becomes equal"),
    ("fold_constants", "number_values", "folding brings operands into one order, so that equal ones look equal"),
    ("number_values", "remove_proven_checks", "a fact is about a value: equal lengths must be one value"),
    ("remove_proven_checks", "select_values", "a branch that is decided is not chosen between"),
    ("pair_references", "append_texts", "references that are only counted up and down say nothing"),
    ("number_values", "forward_loads", "addresses are equal if they are one value"),
    ("remove_proven_checks", "hoist_invariants", "fewer exits leave fewer instructions that must stay"),
    ("remove_dead_code", "hoist_invariants", "dead instructions are not worth moving"),
    ("remove_proven_checks", "floor_divisions", "a remainder is known by its form to be below its divisor"),
    ("version_loops", "floor_divisions", "the same, of checks that are decided before a loop"),
    ("simplify_cfg", "unify_latches", "it would take the latch out again"),
    ("unify_latches", "strip_mine_loops", "a counter is counted on every way back"),
    ("version_loops", "strip_mine_loops", "the ranges of pieces are harder to see"),
    ("hoist_invariants", "version_loops", "a check can be decided before the loop if its length is there"),
];

#[cfg(test)]
mod tests {
    use super::{ORDER, PIPELINE};

    #[test]
    fn pipeline_keeps_its_order() {
        let first = |name: &str| PIPELINE.iter().position(|pass| pass.name == name);
        for (before, after, why) in ORDER {
            assert!(first(before).is_some() && first(before) < first(after), "{before}, then {after}: {why}");
        }
    }

    #[test]
    fn required_passes_come_first() {
        let optional = PIPELINE.iter().position(|pass| !pass.required).unwrap_or(PIPELINE.len());
        assert!(PIPELINE[optional..].iter().all(|pass| !pass.required));
    }
}
