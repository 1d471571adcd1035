//! Puts a function together whose blocks and values already have their numbers: for the two readers, of text and
//! of bytes.
//!
//! Numbers that nothing defines are filled, so that the tables stay dense: a missing block is empty and not in the
//! layout, missing values belong to one instruction that is in no block.

use smallvec::SmallVec;

use super::entities::{Block, Inst, Value};
use super::function::{BlockData, Function, Immediate, InstData, ValueData, ValueDef};
use super::ops::Op;
use super::types::Type;

/// More than any function has; keeps a bad number from filling the memory.
const MOST_BLOCKS: usize = 1 << 20;
/// See `MOST_BLOCKS`.
pub(super) const MOST_VALUES: usize = 1 << 22;

/// A function in the making.
pub(super) struct Assembler {
    func: Function,
    /// Which blocks are in the layout.
    is_defined: Vec<bool>,
    values: Vec<Option<ValueData>>,
}

impl Assembler {
    /// Starts from a function that has everything but blocks.
    pub(super) fn new(func: Function) -> Self {
        Assembler { func, is_defined: Vec::new(), values: Vec::new() }
    }

    /// Adds a block at the end of the layout.
    pub(super) fn add_block(&mut self, block: Block, is_cold: bool) -> Result<(), String> {
        if block.index() >= MOST_BLOCKS {
            return Err(format!("{block}: the number is too large"));
        }
        if self.func.blocks.len() <= block.index() {
            self.func.blocks.resize(block.index() + 1, BlockData::default());
            self.is_defined.resize(block.index() + 1, false);
        }
        if std::mem::replace(&mut self.is_defined[block.index()], true) {
            return Err(format!("{block} is defined twice"));
        }
        self.func.blocks[block.index()].is_cold = is_cold;
        self.func.layout.push(block);
        Ok(())
    }

    /// Adds a parameter to a block that was added.
    pub(super) fn add_param(&mut self, block: Block, value: Value, ty: Type) -> Result<(), String> {
        let position = self.func.blocks[block.index()].params.len() as u32;
        self.define(value, ValueData { ty, def: ValueDef::Param(block, position) })?;
        self.func.blocks[block.index()].params.push(value);
        Ok(())
    }

    /// Adds an instruction, its results in place, to a block that was added.
    pub(super) fn add_inst(&mut self, block: Block, data: InstData, types: &[Type]) -> Result<(), String> {
        let inst = Inst::from_index(self.func.insts.len());
        for (position, (&value, &ty)) in data.results.iter().zip(types).enumerate() {
            self.define(value, ValueData { ty, def: ValueDef::Result(inst, position as u32) })?;
        }
        self.func.insts.push(data);
        self.func.blocks[block.index()].insts.push(inst);
        Ok(())
    }

    fn define(&mut self, value: Value, data: ValueData) -> Result<(), String> {
        if value.index() >= MOST_VALUES {
            return Err(format!("{value}: the number is too large"));
        }
        if self.values.len() <= value.index() {
            self.values.resize(value.index() + 1, None);
        }
        if self.values[value.index()].replace(data).is_some() {
            return Err(format!("{value} is defined twice"));
        }
        Ok(())
    }

    /// The function; an error if an instruction uses a value that nothing defines.
    pub(super) fn finish(mut self) -> Result<Function, String> {
        for data in &self.func.insts {
            let target_args = data.targets.iter().flat_map(|target| &target.args);
            for value in data.args.iter().chain(target_args) {
                if !matches!(self.values.get(value.index()), Some(Some(_))) {
                    return Err(format!("{value} is used and not defined"));
                }
            }
        }
        self.fill_holes();
        Ok(self.func)
    }

    fn fill_holes(&mut self) {
        let inst = Inst::from_index(self.func.insts.len());
        let mut holes: SmallVec<[Value; 2]> = SmallVec::new();
        for (index, slot) in self.values.iter().enumerate() {
            self.func.values.push(slot.unwrap_or_else(|| {
                holes.push(Value::from_index(index));
                ValueData { ty: Type::I64, def: ValueDef::Result(inst, holes.len() as u32 - 1) }
            }));
        }
        if !holes.is_empty() {
            self.func.insts.push(InstData {
                op: Op::ConstInt,
                args: SmallVec::new(),
                immediate: Immediate::Int(0),
                targets: Box::default(),
                results: holes,
                line: 0,
            });
        }
    }
}
