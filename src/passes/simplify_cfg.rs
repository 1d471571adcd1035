//! Remove blocks that nothing reaches, decide branches on constants, and straighten jumps.
//!
//!     branch_if v1, block1, block2   ; v1 = const_int.bool 1      jump block1
//!     branch_if v2, block1, block1                                jump block1
//!     jump block3                    ; block3: jump block4(v0)    jump block4(v0)
//!     jump block4(v5)                ; its only way in            the instructions of block4, v5 for its parameter
//!
//! Entry: lir as the builder makes it, unreachable blocks included. Exit: every block of the layout is reachable,
//! and no block is reached by one jump alone. Leaves alone: branches that values decide (`remove_proven_checks`).
//! Cost: a few walks over the blocks; repeats only while branches fold.

use smallvec::SmallVec;

use super::rewriting::Replacements;
use super::{Changed, PassContext};
use crate::lir::{Block, BlockCall, Cfg, Function, Op, Value};

/// See the file.
pub(super) fn simplify_cfg(func: &mut Function, _ctx: &mut PassContext) -> Changed {
    let mut is_changed = fold_branches(func);
    if thread_jumps(func) {
        fold_branches(func);
        is_changed = true;
    }
    let cfg = Cfg::new(func);
    is_changed |= drop_unreachable(func, &cfg);
    is_changed |= merge_blocks(func, &cfg);
    Changed::graph(is_changed)
}

/// Branches on constants and branches that lead to one place.
fn fold_branches(func: &mut Function) -> bool {
    let mut is_changed = false;
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        let Some(last) = func.terminator(block).filter(|last| last.op == Op::BranchIf) else { continue };
        let taken = match func.as_const_int(last.args[0]) {
            Some(truth) => usize::from(truth == 0),
            None if last.targets[0] == last.targets[1] => 0,
            None => continue,
        };
        let inst = func.block(block).insts.last().copied().expect("the block has a terminator");
        let data = &mut func.insts[inst.index()];
        data.op = Op::Jump;
        data.args.clear();
        data.targets = Box::new([data.targets[taken].clone()]);
        is_changed = true;
    }
    is_changed
}

/// Leads jumps past blocks that only jump on. Such a block's parameters must have no use but its own jump.
/// Branches keep their blocks, unless both ways arrive at one place: a block that one edge alone reaches is where
/// the facts of that edge hold, and a preheader.
fn thread_jumps(func: &mut Function) -> bool {
    let empty = |func: &Function, block: Block| {
        let data = func.block(block);
        let last = func.terminator(block).filter(|last| last.op == Op::Jump && data.insts.len() == 1)?;
        (last.targets[0].block != block && block != func.entry()).then(|| last.targets[0].clone())
    };
    let mut forwards: Vec<Option<BlockCall>> = vec![None; func.blocks.len()];
    let mut is_any = false;
    for &block in &func.layout {
        forwards[block.index()] = empty(func, block);
        is_any |= forwards[block.index()].is_some();
    }
    if !is_any {
        return false;
    }
    keep_used_elsewhere(func, &mut forwards);
    let mut is_changed = false;
    for index in 0..func.layout.len() {
        let Some(&inst) = func.block(func.layout[index]).insts.last() else { continue };
        let data = func.inst(inst);
        let targets: Box<[BlockCall]> =
            data.targets.iter().map(|target| forward(func, &forwards, target.clone())).collect();
        let is_worth_it = match data.op {
            Op::BranchIf => targets[0] == targets[1],
            _ => targets != data.targets,
        };
        if is_worth_it {
            func.insts[inst.index()].targets = targets;
            is_changed = true;
        }
    }
    is_changed
}

/// Where a jump arrives that goes through empty blocks.
fn forward(func: &Function, forwards: &[Option<BlockCall>], mut call: BlockCall) -> BlockCall {
    // Bounded: blocks that only jump to one another make a ring.
    for _ in 0..16 {
        let Some(next) = &forwards[call.block.index()] else { break };
        let params = &func.block(call.block).params;
        let pass = |arg: &Value| {
            let position = params.iter().position(|param| param == arg);
            position.map_or(*arg, |position| call.args[position])
        };
        let args: SmallVec<[Value; 4]> = next.args.iter().map(pass).collect();
        call = BlockCall { block: next.block, args };
    }
    call
}

/// Takes out of `forwards` the blocks whose parameters are used outside their own jump.
fn keep_used_elsewhere(func: &Function, forwards: &mut [Option<BlockCall>]) {
    use crate::lir::ValueDef;
    for &block in &func.layout {
        for &inst in &func.block(block).insts {
            let data = func.inst(inst);
            for &arg in data.args.iter().chain(data.targets.iter().flat_map(|target| &target.args)) {
                if let ValueDef::Param(home, _) = func.values[arg.index()].def
                    && home != block
                {
                    forwards[home.index()] = None;
                }
            }
        }
    }
}

fn drop_unreachable(func: &mut Function, cfg: &Cfg) -> bool {
    let before = func.layout.len();
    func.layout.retain(|&block| cfg.is_reachable(block));
    func.layout.len() != before
}

/// Appends each block that one jump alone reaches to the block it jumps from.
fn merge_blocks(func: &mut Function, cfg: &Cfg) -> bool {
    let mut replacements = Replacements::new(func);
    let mut is_merged = vec![false; func.blocks.len()];
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        if is_merged[block.index()] {
            continue;
        }
        while let Some(last) = func.terminator(block).filter(|last| last.op == Op::Jump) {
            let next = last.targets[0].block;
            if cfg.preds(next).len() != 1 || next == block || next == func.entry() {
                break;
            }
            let args = last.targets[0].args.clone();
            let params = std::mem::take(&mut func.blocks[next.index()].params);
            for (&param, &arg) in params.iter().zip(&args) {
                replacements.replace(param, arg);
            }
            let insts = std::mem::take(&mut func.blocks[next.index()].insts);
            let home = &mut func.blocks[block.index()].insts;
            home.pop();
            home.extend(insts);
            is_merged[next.index()] = true;
        }
    }
    let is_changed = is_merged.contains(&true);
    if is_changed {
        func.layout.retain(|block| !is_merged[block.index()]);
        replacements.apply(func);
    }
    is_changed
}
