//! Definite assignment: which reads of variables may find them without a value.
//!
//! Forward bit vectors, met by intersection. A read counts as an assignment, because it raises otherwise. Only the
//! variables with a doubtful read get a companion, a `bool` SSA variable that says whether they have a value.

use smallvec::{SmallVec, smallvec};

use super::build_blocks::Graph;
use crate::bytecode::{Decoded, Instruction};

/// A set of variables.
pub(super) type Slots = SmallVec<[u64; 2]>;

/// The result of the analysis.
pub(super) struct Assigned {
    /// Variables that have a value at the start of each block.
    inputs: Vec<Slots>,
    /// For each slot the number of its companion, or `u32::MAX`.
    companions: Vec<u32>,
    /// How many companions there are.
    pub(super) companion_count: u32,
}

impl Assigned {
    /// Analyzes a function.
    pub(super) fn new(parameters: &[u32], decoded: &Decoded<'_>, graph: &Graph) -> Self {
        let words = decoded.locals.len().div_ceil(64);
        let mut entry: Slots = smallvec![0; words];
        for &slot in parameters {
            insert(&mut entry, slot);
        }
        let mut inputs: Vec<Slots> = vec![smallvec![u64::MAX; words]; graph.blocks.len()];
        inputs[0] = entry;
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for (index, block) in graph.blocks.iter().enumerate() {
                let mut slots = inputs[index].clone();
                for instruction in &decoded.instructions[block.start..block.end] {
                    apply(&mut slots, instruction);
                }
                for &succ in &block.successors {
                    has_changed |= meet(&mut inputs[succ as usize], &slots) && succ as usize <= index;
                }
                if let Some(catch) = block.handler {
                    let mut slots = inputs[index].clone();
                    for instruction in &decoded.instructions[block.start..block.end] {
                        apply_stores(&mut slots, instruction);
                    }
                    has_changed |= meet(&mut inputs[catch.block as usize], &slots) && catch.block as usize <= index;
                }
            }
        }
        let mut assigned = Assigned { inputs, companions: vec![u32::MAX; decoded.locals.len()], companion_count: 0 };
        assigned.find_companions(decoded, graph);
        assigned
    }

    fn find_companions(&mut self, decoded: &Decoded<'_>, graph: &Graph) {
        for (index, block) in graph.blocks.iter().enumerate() {
            let mut slots = self.inputs[index].clone();
            for instruction in &decoded.instructions[block.start..block.end] {
                if let Instruction::LoadLocal(slot) | Instruction::DeleteLocal(slot) = *instruction
                    && !contains(&slots, slot)
                    && self.companions[slot as usize] == u32::MAX
                {
                    self.companions[slot as usize] = self.companion_count;
                    self.companion_count += 1;
                }
                apply(&mut slots, instruction);
            }
        }
    }

    /// The variables that have a value at the start of a block.
    pub(super) fn input(&self, block: usize) -> &Slots {
        &self.inputs[block]
    }

    /// The number of a variable's companion.
    pub(super) fn companion(&self, slot: u32) -> Option<u32> {
        Some(self.companions[slot as usize]).filter(|&companion| companion != u32::MAX)
    }
}

/// Whether the intersection is a smaller set. A block before the one at hand in reverse postorder has used its old
/// input, so that it is visited again.
fn meet(input: &mut Slots, output: &Slots) -> bool {
    let mut has_changed = false;
    for (input, output) in input.iter_mut().zip(output) {
        let met = *input & output;
        has_changed |= met != *input;
        *input = met;
    }
    has_changed
}

/// The state after an instruction.
pub(super) fn apply(slots: &mut Slots, instruction: &Instruction<'_>) {
    match *instruction {
        Instruction::LoadLocal(slot) => insert(slots, slot),
        _ => apply_stores(slots, instruction),
    }
}

/// The state that a handler finds: a read that raises has found no value.
fn apply_stores(slots: &mut Slots, instruction: &Instruction<'_>) {
    match *instruction {
        Instruction::StoreLocal(slot) => insert(slots, slot),
        Instruction::DeleteLocal(slot) => slots[slot as usize / 64] &= !(1 << (slot % 64)),
        _ => {}
    }
}

/// Whether the variable has a value.
pub(super) fn contains(slots: &Slots, slot: u32) -> bool {
    slots[slot as usize / 64] >> (slot % 64) & 1 == 1
}

fn insert(slots: &mut Slots, slot: u32) {
    slots[slot as usize / 64] |= 1 << (slot % 64);
}
