//! Floats that cold code needs behind its calls wait in the frame.
//!
//! ```text
//! block2: hot, in a loop: v7 = fadd ...      block2: as before
//! block9: cold                               block9: stack_store v7, slot
//!     call raise                       -->       call raise
//!     jump block10                               jump block10
//! block10: call end_handling                 block10: v8 = stack_load slot
//!     v9 = fsub v7, 1; jump block2(v9)           call end_handling; v9 = fsub v8, 1; jump block2(v9)
//! ```
//!
//! Every vector register is the caller's, so that a float which lives across a call anywhere is spilled, and the register
//! allocator does so where it is defined: a handler in a loop made the loop's own sum go through memory on each turn (294
//! us a loop against 51). Here no float from outside lives across a call of the cold code that a block begins which is
//! marked cold and which comes back to a loop.

use std::collections::{HashMap, HashSet};

use cranelift_codegen::ir::{self, InstBuilder, StackSlotData, StackSlotKind};
use upshift_core::lir::{Block, Cfg, Dominators, Function, Immediate, Inst, Loops, Op, Type, Value};

use super::calls::is_preserving;
use super::function::Translator;

/// Which blocks need which floats from outside their cold region.
#[derive(Default)]
pub(super) struct ColdFloats {
    /// Of a region's first block, all of them.
    stored: HashMap<Block, Vec<Value>>,
    /// Of each block of a region, those that it uses.
    used: HashMap<Block, Vec<Value>>,
    slots: HashMap<Value, ir::StackSlot>,
}

impl ColdFloats {
    /// Finds them.
    pub(super) fn new(func: &Function, cfg: &Cfg, dominators: &Dominators, loops: &Loops) -> ColdFloats {
        let mut found = ColdFloats::default();
        if loops.is_empty() {
            return found;
        }
        let blocks = cfg.reverse_postorder();
        let mut in_region = vec![false; func.blocks.len()];
        for &first in blocks {
            if !func.block(first).is_cold || loops.depth(first) == 0 || in_region[first.index()] {
                continue;
            }
            let region: Vec<Block> = blocks.iter().copied().filter(|&b| dominators.dominates(first, b)).collect();
            region.iter().for_each(|block| in_region[block.index()] = true);
            found.add_region(func, first, &region);
        }
        found
    }

    fn add_region(&mut self, func: &Function, first: Block, region: &[Block]) {
        let is_call = |&inst: &Inst| match (func.inst(inst).op, func.inst(inst).immediate) {
            (Op::CallRuntime, Immediate::Symbol(symbol)) => !is_preserving(symbol),
            (op, _) => op == Op::CallFunction,
        };
        let has_call = region.iter().any(|&block| func.block(block).insts.iter().any(is_call));
        if !has_call {
            return;
        }
        let mut own = HashSet::new();
        for &block in region {
            own.extend(func.block(block).params.iter().copied());
            own.extend(func.block(block).insts.iter().flat_map(|&inst| func.inst(inst).results.iter().copied()));
        }
        let mut all = Vec::new();
        for &block in region {
            let mut used: Vec<Value> = Vec::new();
            for &inst in &func.block(block).insts {
                let data = func.inst(inst);
                let passed = data.targets.iter().flat_map(|target| &target.args);
                for &value in data.args.iter().chain(passed) {
                    let is_float = matches!(func.type_of(value), Type::F32 | Type::F64);
                    if is_float && !own.contains(&value) && !used.contains(&value) {
                        used.push(value);
                    }
                }
            }
            all.extend(used.iter().copied().filter(|value| !all.contains(value)).collect::<Vec<_>>());
            if !used.is_empty() {
                self.used.insert(block, used);
            }
        }
        if !all.is_empty() {
            self.stored.insert(first, all);
        }
    }
}

impl Translator<'_> {
    /// At the start of a block: what it needs of its region's floats comes from the frame. Answers what these were.
    pub(super) fn reload_floats(&mut self, block: Block) -> Vec<(Value, ir::Value)> {
        for value in self.cold_floats.stored.get(&block).cloned().unwrap_or_default() {
            let data = StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3);
            let known = self.cold_floats.slots.get(&value).copied();
            let slot = known.unwrap_or_else(|| self.builder.create_sized_stack_slot(data));
            self.cold_floats.slots.insert(value, slot);
            let own = self.value(value);
            self.ins().stack_store(ir::types::I64, own, slot, 0);
        }
        let mut before = Vec::new();
        for value in self.cold_floats.used.get(&block).cloned().unwrap_or_default() {
            let Some(&slot) = self.cold_floats.slots.get(&value) else { continue };
            let own = self.value(value);
            let ty = self.builder.func.dfg.value_type(own);
            let loaded = self.ins().stack_load(ir::types::I64, ty, slot, 0);
            before.push((value, own));
            self.define(value, loaded);
        }
        before
    }
}
