//! Compute each value once: global value numbering along the dominator tree.
//!
//!     v2 = mul_int v0, v1      ; above
//!     v7 = mul_int v1, v0      ; dominated by it: uses of v7 become v2
//!
//! A table from (operation, immediate, operands, type) to the instruction last seen; it counts if its block
//! dominates the present one. Calls of pure routines and loads of constant memory take part: their answer does not
//! depend on when they run. So do operations that require something: what dominates has met the requirement.
//! Entry: verified SSA, operands of operations that commute in any order. Exit: the same SSA; what became unused
//! stays for `remove_dead_code`. Leaves alone: memory that may change (`forward_loads`), block parameters.
//! Cost: one walk, one probe an instruction.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::rewriting::{Replacements, effects, inst_blocks};
use super::{Changed, PassContext};
use crate::lir::{Effects, Function, Immediate, Inst, InstData, Memory, Op, Type};

/// See the file.
pub(super) fn number_values(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let dominators = ctx.dominators(func);
    let homes = inst_blocks(func);
    let mut replacements = Replacements::new(func);
    let mut table = Table::new(func.insts.len());
    for &block in dominators.preorder() {
        for index in 0..func.block(block).insts.len() {
            let inst = func.block(block).insts[index];
            let data = &mut func.insts[inst.index()];
            replacements.resolve_inst(data);
            if !can_merge(data) {
                continue;
            }
            if data.op.info().commutes && data.args[0] > data.args[1] && !is_constant(func, inst, 1) {
                func.insts[inst.index()].args.swap(0, 1);
            }
            let slot = table.find(func, inst);
            match table.slots[slot] {
                Some(known) if dominators.dominates(homes[known.index()], block) => {
                    let (old, new) = (func.inst(inst).results[0], func.inst(known).results[0]);
                    replacements.replace(old, new);
                }
                _ => table.slots[slot] = Some(inst),
            }
        }
    }
    Changed::insts(replacements.apply(func))
}

/// Constants stay on the right, where `fold_constants` put them.
fn is_constant(func: &Function, inst: Inst, position: usize) -> bool {
    let arg = func.inst(inst).args[position];
    func.def_inst(arg).is_some_and(|data| matches!(data.op, Op::ConstInt | Op::ConstFloat))
}

fn can_merge(data: &InstData) -> bool {
    if data.results.len() != 1 {
        return false;
    }
    match effects(data) {
        Effects::None | Effects::Requires => true,
        Effects::Reads => matches!(data.immediate, Immediate::Memory(Memory { is_constant: true, .. })),
        Effects::Writes | Effects::Calls | Effects::Control => false,
    }
}

/// Open addressing over instructions; sized so that it never fills.
struct Table {
    slots: Vec<Option<Inst>>,
}

impl Table {
    fn new(count: usize) -> Self {
        Table { slots: vec![None; (count * 2).next_power_of_two().max(8)] }
    }

    /// The slot of an equal instruction, or an empty one.
    fn find(&self, func: &Function, inst: Inst) -> usize {
        let data = func.inst(inst);
        let mut hasher = FxHasher::default();
        (data.op, data.immediate, data.args.as_slice()).hash(&mut hasher);
        let mut slot = (hasher.finish() >> 20) as usize & (self.slots.len() - 1);
        while let Some(known) = self.slots[slot] {
            if is_equal(func, func.inst(known), data) {
                break;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        slot
    }
}

fn is_equal(func: &Function, a: &InstData, b: &InstData) -> bool {
    let ty = |data: &InstData| -> Type { func.type_of(data.results[0]) };
    a.op == b.op && a.immediate == b.immediate && a.args == b.args && ty(a) == ty(b)
}
