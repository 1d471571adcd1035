//! Let strings grow in place where the reference to the left one goes with the concatenation.
//!
//! ```text
//! block1:                                                block1:
//!     v5 = call_runtime upshift_text_concat(v3, v4)          v5 = call_runtime upshift_text_append(v3, v4)
//!     v6 = cmp_int eq v5, v2                                 v6 = cmp_int eq v5, v2
//!     branch_if v6, block2, block3               -->         branch_if v6, block2, block3
//! block3:                                                block3:
//!     call_runtime upshift_release(v3)                       ...
//!     ...
//! ```
//!
//! `text += part` in a loop copies all of the text each time otherwise. Appending takes the caller's reference where
//! it succeeds, and looks at run time whether that is the only one.
//! Entry: verified SSA. Exit: the same. Leaves alone: concatenations whose left side is used before it is released.
//! Cost: linear.

use super::{Changed, PassContext};
use crate::lir::{Block, Cfg, Function, Immediate, Inst, IntCond, Op, Value};
use crate::runtime::symbols::Symbol;

/// See the file.
pub(super) fn append_texts(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let is_concat = |func: &Function, inst: Inst| func.inst(inst).immediate == Immediate::Symbol(Symbol::TextConcat);
    let has_any = func.layout.iter().any(|&block| func.block(block).insts.iter().any(|&inst| is_concat(func, inst)));
    if !has_any {
        return Changed::No;
    }
    let cfg = ctx.cfg(func);
    let mut is_changed = false;
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        let Some(concat) = func.block(block).insts.iter().copied().rfind(|&inst| is_concat(func, inst)) else {
            continue;
        };
        let Some((success, release)) = find_release(func, &cfg, block, concat) else { continue };
        func.blocks[success.index()].insts.remove(release);
        func.insts[concat.index()].immediate = Immediate::Symbol(Symbol::TextAppend);
        is_changed = true;
    }
    Changed::insts(is_changed)
}

/// Where the left side of the concatenation at the end of `block` is released: the block that follows if there was
/// memory, and the position there.
fn find_release(func: &Function, cfg: &Cfg, block: Block, concat: Inst) -> Option<(Block, usize)> {
    let [left, right] = *func.inst(concat).args.as_slice() else { return None };
    let result = func.inst(concat).results[0];
    let insts = &func.block(block).insts;
    let after = &insts[insts.iter().position(|&inst| inst == concat)? + 1..];
    let (&last, between) = after.split_last()?;
    let branch = func.inst(last);
    let test = func.def_inst(*branch.args.first()?)?;
    let is_equality = test.immediate == Immediate::IntCond(IntCond::Eq);
    let tests_result = branch.op == Op::BranchIf && is_equality && test.args.contains(&result);
    let success = branch.targets.get(1)?.block;
    let uses = |inst: Inst, value: Value| {
        let data = func.inst(inst);
        data.args.contains(&value) || data.targets.iter().any(|target| target.args.contains(&value))
    };
    if left == right || !tests_result || cfg.preds(success) != [block] || between.iter().any(|&inst| uses(inst, left)) {
        return None;
    }
    let position = func.block(success).insts.iter().position(|&inst| uses(inst, left))?;
    let first_use = func.inst(func.block(success).insts[position]);
    (first_use.immediate == Immediate::Symbol(Symbol::Release)).then_some((success, position))
}
