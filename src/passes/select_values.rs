//! Compute both ways of a short branch, and select.
//!
//!     branch_if v1, block1, block2            v3 = add_int v0, v9
//!     block1: v3 = add_int v0, v9             v5 = select v1, v3, v0
//!             jump block3(v3)                 jump block3(v5)
//!     block2: jump block3(v0)
//!
//! A branch that data decides is mispredicted every other time, at 15 to 20 cycles; what is computed in vain here
//! costs two or three. Each arm is empty or a block of its own with at most three cheap operations, and at most two
//! integers differ between the arms: code generators select floats by branching.
//! Entry: verified SSA without empty blocks. Exit: the same, without the arms' blocks.
//! Leaves alone: cold arms, and arms with divisions, calls or memory. Cost: one walk over the blocks.

use smallvec::SmallVec;

use super::rewriting::{add_plain, jump_to};
use super::{Changed, PassContext};
use crate::lir::{Block, BlockCall, Cfg, Function, Immediate, Inst, Op, Type, Value};

const MAX_INSTS: usize = 3;
const MAX_SELECTS: usize = 2;

/// See the file.
pub(super) fn select_values(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let cfg = ctx.cfg(func);
    let mut is_changed = false;
    // Inner branches first, so that a chain of them becomes one chain of selects.
    for &block in cfg.reverse_postorder().iter().rev() {
        is_changed |= convert(func, &cfg, block).is_some();
    }
    Changed::graph(is_changed)
}

/// One way of a branch.
struct Arm {
    /// What it computes.
    insts: SmallVec<[Inst; 4]>,
    /// The block in which it does.
    home: Option<Block>,
    /// Where it goes on.
    join: BlockCall,
}

fn convert(func: &mut Function, cfg: &Cfg, block: Block) -> Option<()> {
    let last = func.terminator(block).filter(|last| last.op == Op::BranchIf)?;
    let (condition, line) = (last.args[0], last.line);
    let on_true = arm(func, cfg, &last.targets[0])?;
    let on_false = arm(func, cfg, &last.targets[1])?;
    if on_true.join.block != on_false.join.block {
        return None;
    }
    let pairs = || on_true.join.args.iter().copied().zip(on_false.join.args.iter().copied());
    let differing = || pairs().filter(|(a, b)| a != b);
    if differing().count() > MAX_SELECTS || differing().any(|(a, _)| is_float(func.type_of(a))) {
        return None;
    }
    let pairs: SmallVec<[(Value, Value); 4]> = pairs().collect();
    let mut insts: SmallVec<[Inst; 8]> = on_true.insts.iter().chain(&on_false.insts).copied().collect();
    let args = pairs.into_iter().map(|(a, b)| {
        if a == b {
            return a;
        }
        let (inst, value) = add_plain(func, Op::Select, Immediate::None, &[condition, a, b], func.type_of(a));
        func.insts[inst.index()].line = line;
        insts.push(inst);
        value
    });
    let args = args.collect();
    let jump = func.add_inst(jump_to(BlockCall { block: on_true.join.block, args }), &[]);
    insts.push(jump);
    func.layout.retain(|&other| on_true.home != Some(other) && on_false.home != Some(other));
    let home = &mut func.blocks[block.index()].insts;
    home.pop();
    home.extend(insts);
    Some(())
}

/// What a target does if it is worth doing in vain.
fn arm(func: &Function, cfg: &Cfg, target: &BlockCall) -> Option<Arm> {
    let block = func.block(target.block);
    let is_own = cfg.preds(target.block).len() == 1 && block.params.is_empty() && !block.is_cold;
    let jump = func.terminator(target.block).filter(|last| last.op == Op::Jump && is_own);
    let Some(jump) = jump else { return Some(Arm { insts: SmallVec::new(), home: None, join: target.clone() }) };
    let insts = &block.insts[..block.insts.len() - 1];
    let cost = insts.iter().filter(|&&inst| !is_constant(func.inst(inst).op)).count();
    let is_cheap = cost <= MAX_INSTS && insts.iter().all(|&inst| is_cheap(func.inst(inst).op));
    let insts = insts.iter().copied().collect();
    is_cheap.then(|| Arm { insts, home: Some(target.block), join: jump.targets[0].clone() })
}

fn is_float(ty: Type) -> bool {
    matches!(ty, Type::F32 | Type::F64)
}

fn is_constant(op: Op) -> bool {
    matches!(op, Op::ConstInt | Op::ConstPtr)
}

/// Operations of one cycle, or three for products.
fn is_cheap(op: Op) -> bool {
    is_constant(op)
        || matches!(op, Op::AddInt | Op::SubInt | Op::MulInt | Op::AndBits | Op::OrBits | Op::XorBits)
        || matches!(op, Op::ShlInt | Op::ShrSint | Op::ShrUint | Op::CmpInt | Op::Select)
        || matches!(op, Op::ExtendSint | Op::ExtendUint | Op::TruncateInt)
}
