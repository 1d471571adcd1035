//! Use one counter where a loop carries several that always are equal.
//!
//!     block1(v4, v5):                      ; both start at 0
//!         ...
//!         v8 = add_int v4, 1               v8 = add_int v4, 1
//!         v9 = add_int v5, 1               v9 = add_int v4, 1       ; uses of v5 become v4
//!         jump block1(v8, v9)
//!
//! `enumerate` over an array carries its number and its position: checks on the one are then decided by the test of
//! the other. Two parameters of a loop's header are equal if they enter equal and every way around adds the same
//! constant to both.
//! Entry: verified SSA. Exit: the same; the second parameter is left to `remove_dead_code`. Leaves alone: counters
//! that start equal only by a computation that was not numbered yet. Cost: a look at each pair of parameters of a
//! loop's header.

use super::rewriting::{Replacements, const_bits};
use super::{Changed, PassContext};
use crate::lir::{Block, Function, LoopData, Op, Value};

/// See the file.
pub(super) fn merge_counters(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let loops = ctx.loops(func);
    if loops.is_empty() {
        return Changed::No;
    }
    let cfg = ctx.cfg(func);
    let mut replacements = Replacements::new(func);
    for (_, data) in loops.iter() {
        let params = &func.block(data.header).params;
        for second in 1..params.len() {
            let is_twin = |&first: &usize| is_always_equal(func, cfg.preds(data.header), data, first, second);
            if let Some(first) = (0..second).find(is_twin) {
                replacements.replace(params[second], params[first]);
            }
        }
    }
    Changed::insts(replacements.apply(func))
}

fn is_always_equal(func: &Function, preds: &[Block], data: &LoopData, first: usize, second: usize) -> bool {
    let params = &func.block(data.header).params;
    preds.iter().all(|pred| {
        let is_latch = data.latches.contains(pred);
        func.successors(*pred).filter(|target| target.block == data.header).all(|target| {
            let (a, b) = (target.args[first], target.args[second]);
            if is_latch {
                let (a, b) = (added(func, a, params[first]), added(func, b, params[second]));
                a.is_some() && a == b
            } else {
                is_equal(func, a, b)
            }
        })
    })
}

fn is_equal(func: &Function, a: Value, b: Value) -> bool {
    let is_same_constant = || const_bits(func, a).is_some() && const_bits(func, a) == const_bits(func, b);
    a == b || (func.type_of(a) == func.type_of(b) && is_same_constant())
}

/// The constant that `value` is more than `counter`.
fn added(func: &Function, value: Value, counter: Value) -> Option<i64> {
    let data = func.def_inst(value)?;
    let number = func.as_const_int(*data.args.get(1)?)?;
    match data.op {
        _ if data.args[0] != counter => None,
        Op::AddInt => Some(number),
        Op::SubInt => number.checked_neg(),
        _ => None,
    }
}
