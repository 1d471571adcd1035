//! Give every loop one block that jumps back to its header.
//!
//! ```text
//! block1(v2, v3):                              block1(v2, v3):
//!     branch_if v5, block1(v4, v3), block2         branch_if v5, block3(v3), block2
//! block2:                                      block2:
//!     jump block1(v4, v6)              -->         jump block3(v6)
//!                                              block3(v7):
//!                                                  jump block1(v4, v7)
//! ```
//!
//! `continue`, and an `if` at the end of a body, jump back from several places. LLVM takes two latches for two nested
//! loops, so the inner one ends wherever the condition is true, and neither becomes a vector loop; with one latch the
//! condition becomes a selection.
//! Entry: verified SSA. Exit: the same, and no header has two latches. Leaves alone: headers with one latch. Nothing
//! simplifies the graph after it, since `simplify_cfg` would take the new block out again. Cost: linear.

use smallvec::SmallVec;

use super::rewriting::jump_to;
use super::{Changed, PassContext};
use crate::lir::{Block, BlockCall, Function, Value};

/// See the file.
pub(super) fn unify_latches(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let loops = ctx.loops(func);
    let mut is_changed = false;
    for (_, data) in loops.iter() {
        let edges = back_edges(func, &data.latches, data.header);
        if edges.len() > 1 {
            unify(func, data.header, &edges);
            is_changed = true;
        }
    }
    Changed::graph(is_changed)
}

/// The edges to the header: the block they leave, and which of its targets they are.
fn back_edges(func: &Function, latches: &[Block], header: Block) -> Vec<(Block, usize)> {
    let mut edges = Vec::new();
    for &latch in latches {
        for (index, target) in func.successors(latch).enumerate() {
            if target.block == header {
                edges.push((latch, index));
            }
        }
    }
    edges
}

fn unify(func: &mut Function, header: Block, edges: &[(Block, usize)]) {
    let passed: Vec<SmallVec<[Value; 4]>> =
        edges.iter().map(|&(latch, index)| target_mut(func, latch, index).args.clone()).collect();
    let latch = func.add_block();
    move_behind(func, latch, edges[edges.len() - 1].0);
    let mut back = BlockCall { block: header, args: SmallVec::new() };
    let mut is_own = Vec::new();
    for (position, &first) in passed[0].iter().enumerate() {
        let differs = passed.iter().any(|args| args[position] != first);
        is_own.push(differs);
        let ty = func.type_of(first);
        back.args.push(if differs { func.add_param(latch, ty) } else { first });
    }
    for (&(from, index), args) in edges.iter().zip(&passed) {
        let target = target_mut(func, from, index);
        target.block = latch;
        target.args = args.iter().zip(&is_own).filter(|(_, is_own)| **is_own).map(|(&arg, _)| arg).collect();
    }
    let jump = func.add_inst(jump_to(back), &[]);
    func.blocks[latch.index()].insts.push(jump);
}

fn target_mut(func: &mut Function, block: Block, index: usize) -> &mut BlockCall {
    let inst = *func.block(block).insts.last().expect("a latch has a terminator");
    &mut func.insts[inst.index()].targets[index]
}

/// Moves a block, which is last in the layout, behind another.
fn move_behind(func: &mut Function, block: Block, before: Block) {
    func.layout.pop();
    let position = func.layout.iter().position(|&known| known == before).map_or(func.layout.len(), |at| at + 1);
    func.layout.insert(position, block);
}
