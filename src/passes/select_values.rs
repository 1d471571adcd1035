//! Turn small branches that only choose values into selections.
//!
//! ```text
//! block1:                                      block1:
//!     branch_if v2, block2, block3(v0)             v3 = add_int v0, v1
//! block2:                                          v5 = select v2, v3, v0
//!     v3 = add_int v0, v1                -->       jump block3(v5)
//!     jump block3(v3)
//! ```
//!
//! A branch on data is mispredicted every other time, which costs more than computing both sides when these are a
//! few cheap instructions. Blocks are taken from the last to the first, so that nested branches collapse outwards.
//! Entry: verified SSA. Exit: the same; the emptied blocks have left the layout. Leaves alone: sides with more than
//! four instructions, or one that divides, reads memory, calls or may raise; choices between more than two values,
//! which are often predictable and always long; branches to cold blocks. Cost: linear.

use smallvec::SmallVec;

use super::rewriting::{add_plain, effects, jump_to};
use super::{Changed, PassContext};
use crate::lir::{Block, BlockCall, Cfg, Effects, Function, Immediate, Inst, Op, Value};

/// Instructions that a side may have.
const MOST_INSTS: usize = 4;
/// Values that a branch may choose.
const MOST_VALUES: usize = 2;

/// See the file.
pub(super) fn select_values(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let cfg = ctx.cfg(func);
    let mut is_changed = false;
    for &block in cfg.reverse_postorder().iter().rev() {
        is_changed |= collapse(func, &cfg, block);
    }
    Changed::graph(is_changed)
}

/// One way from a branch to where both meet.
struct Side {
    /// The block in between, if there is one.
    between: Option<Block>,
    /// Where it leads.
    to: BlockCall,
}

fn collapse(func: &mut Function, cfg: &Cfg, block: Block) -> bool {
    let Some(last) = func.terminator(block).filter(|last| last.op == Op::BranchIf) else { return false };
    let condition = last.args[0];
    let targets = [last.targets[0].clone(), last.targets[1].clone()];
    let ends = targets.each_ref().map(|target| behind(func, cfg, block, target));
    let Some((on_true, on_false)) = meet(&targets, ends) else { return false };
    let join = on_true.to.block;
    let chosen = on_true.to.args.iter().zip(&on_false.to.args).filter(|(a, b)| a != b).count();
    if chosen > MOST_VALUES || func.block(join).is_cold || join == block {
        return false;
    }
    func.blocks[block.index()].insts.pop();
    for between in [on_true.between, on_false.between].into_iter().flatten() {
        let mut insts = std::mem::take(&mut func.blocks[between.index()].insts);
        insts.pop();
        func.blocks[block.index()].insts.extend(insts);
        func.layout.retain(|&known| known != between);
    }
    let args = on_true.to.args.iter().zip(&on_false.to.args);
    let args: SmallVec<[Value; 4]> = args.map(|(&a, &b)| select(func, block, condition, a, b)).collect();
    let jump = func.add_inst(jump_to(BlockCall { block: join, args }), &[]);
    func.blocks[block.index()].insts.push(jump);
    true
}

/// The target's jump onwards, if the target is a small block that only this branch reaches.
fn behind(func: &Function, cfg: &Cfg, branch: Block, target: &BlockCall) -> Option<BlockCall> {
    let block = func.block(target.block);
    let is_private = cfg.preds(target.block) == [branch] && block.params.is_empty() && !block.is_cold;
    let last = func.terminator(target.block).filter(|last| last.op == Op::Jump)?;
    let (_, insts) = block.insts.split_last()?;
    let is_small = insts.len() <= MOST_INSTS && insts.iter().all(|&inst| is_cheap(func, inst));
    (is_private && is_small && last.targets[0].block != target.block).then(|| last.targets[0].clone())
}

/// The two sides, if they meet: behind both, or at the target of one.
fn meet(targets: &[BlockCall; 2], ends: [Option<BlockCall>; 2]) -> Option<(Side, Side)> {
    let direct = |index: usize| Side { between: None, to: targets[index].clone() };
    let through = |index: usize, end: &BlockCall| Side { between: Some(targets[index].block), to: end.clone() };
    match &ends {
        _ if targets[0].block == targets[1].block => Some((direct(0), direct(1))),
        [Some(first), Some(second)] if first.block == second.block => Some((through(0, first), through(1, second))),
        [Some(first), _] if first.block == targets[1].block => Some((through(0, first), direct(1))),
        [_, Some(second)] if second.block == targets[0].block => Some((direct(0), through(1, second))),
        _ => None,
    }
}

fn is_cheap(func: &Function, inst: Inst) -> bool {
    let data = func.inst(inst);
    let is_slow = matches!(data.op, Op::DivFloat | Op::SqrtFloat | Op::CallRuntime | Op::CallFunction);
    effects(data) == Effects::None && !is_slow
}

fn select(func: &mut Function, block: Block, condition: Value, a: Value, b: Value) -> Value {
    if a == b {
        return a;
    }
    let ty = func.type_of(a);
    let (inst, value) = add_plain(func, Op::Select, Immediate::None, &[condition, a, b], ty);
    func.blocks[block.index()].insts.push(inst);
    value
}
