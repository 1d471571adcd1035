//! One function: its blocks and their order, its values, the walk over its instructions.

use cranelift_codegen::ir::{self, InstBuilder, SourceLoc, UserFuncName};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::packed_option::ReservedValue;
use cranelift_frontend::{FuncInstBuilder, FunctionBuilder};
use upshift_core::lir::{Block, Cfg, Dominators, Function, InstData, Loops, Type, Unit, Value};
use upshift_core::tier::{CompileError, Linkage};

use super::calls::KnownCalls;
use super::cold_floats::ColdFloats;
use super::memory::{Regions, add_slots};
use super::types::{clif_type, signature};
use crate::data::UnitData;
use crate::workspace::Workspace;

/// What a function is translated with.
pub(crate) struct UnitContext<'a> {
    pub(crate) unit: &'a Unit,
    /// Which function of the unit.
    pub(crate) index: usize,
    pub(crate) linkage: &'a Linkage<'a>,
    pub(crate) data: &'a UnitData,
    pub(crate) isa: &'a dyn TargetIsa,
}

/// Fills the workspace's empty CLIF function.
pub(crate) fn translate(unit: &UnitContext<'_>, workspace: &mut Workspace) -> Result<(), CompileError> {
    let func = &unit.unit.functions[unit.index];
    let cfg = Cfg::new(func);
    let dominators = Dominators::new(&cfg, func.blocks.len());
    let loops = Loops::new(func, &cfg, &dominators);
    let clif = &mut workspace.context.func;
    clif.name = UserFuncName::user(0, unit.index as u32);
    clif.signature = signature(unit.isa.default_call_conv(), &func.signature.params, &func.signature.returns);
    let mut translator = Translator {
        unit,
        func,
        regions: Regions::new(clif),
        slots: add_slots(func, clif)?,
        builder: FunctionBuilder::new(clif, &mut workspace.builder_context),
        values: vec![ir::Value::reserved_value(); func.values.len()],
        blocks: vec![ir::Block::reserved_value(); func.blocks.len()],
        calls: KnownCalls::new(func),
        cold_floats: ColdFloats::new(func, &cfg, &dominators, &loops),
        loops,
        current: func.entry(),
    };
    let order = reverse_postorder(func);
    translator.add_blocks(&order);
    for &block in &order {
        translator.translate_block(block)?;
    }
    translator.builder.seal_all_blocks();
    translator.builder.finalize(unit.isa.frontend_config());
    Ok(())
}

/// A function on its way to CLIF.
pub(super) struct Translator<'a> {
    pub(super) unit: &'a UnitContext<'a>,
    pub(super) func: &'a Function,
    pub(super) builder: FunctionBuilder<'a>,
    pub(super) regions: Regions,
    /// The CLIF slot of each slot.
    pub(super) slots: Vec<ir::StackSlot>,
    pub(super) calls: KnownCalls,
    pub(super) loops: Loops,
    pub(super) cold_floats: ColdFloats,
    /// The block under translation.
    pub(super) current: Block,
    values: Vec<ir::Value>,
    blocks: Vec<ir::Block>,
}

impl<'a> Translator<'a> {
    /// Makes the CLIF blocks with their parameters.
    fn add_blocks(&mut self, order: &[Block]) {
        let entry_is_target =
            order.iter().any(|&block| self.func.successors(block).any(|target| target.block == self.func.entry()));
        if entry_is_target {
            self.add_prologue();
        }
        for &block in order {
            let clif_block = self.block_or_new(block);
            if self.func.block(block).is_cold {
                self.builder.set_cold_block(clif_block);
            }
            for &param in &self.func.block(block).params {
                let value = self.builder.append_block_param(clif_block, clif_type(self.func.type_of(param)));
                self.define(param, value);
            }
        }
    }

    /// Nothing may jump to Cranelift's entry block, so a loop at the top of a function gets a block before it.
    fn add_prologue(&mut self) {
        let prologue = self.builder.create_block();
        self.builder.append_block_params_for_function_params(prologue);
        let entry = self.block_or_new(self.func.entry());
        self.builder.switch_to_block(prologue);
        let args: Vec<ir::BlockArg> = self.builder.block_params(prologue).iter().map(|&param| param.into()).collect();
        self.ins().jump(entry, &args);
    }

    fn block_or_new(&mut self, block: Block) -> ir::Block {
        let known = &mut self.blocks[block.index()];
        if known.is_reserved_value() {
            *known = self.builder.create_block();
        }
        *known
    }

    fn translate_block(&mut self, block: Block) -> Result<(), CompileError> {
        self.current = block;
        self.builder.switch_to_block(self.blocks[block.index()]);
        let func = self.func;
        let outside = self.reload_floats(block);
        for &inst in &func.block(block).insts {
            let data = func.inst(inst);
            self.builder.set_srcloc(SourceLoc::new(data.line));
            self.translate_inst(data)?;
        }
        outside.into_iter().for_each(|(value, clif_value)| self.define(value, clif_value));
        Ok(())
    }

    /// Appends CLIF instructions.
    pub(super) fn ins(&mut self) -> FuncInstBuilder<'_, 'a> {
        self.builder.ins()
    }

    /// The CLIF value of a value, which dominates its uses and so is known by now.
    pub(super) fn value(&self, value: Value) -> ir::Value {
        self.values[value.index()]
    }

    /// The CLIF block of a reachable block.
    pub(super) fn block(&self, block: Block) -> ir::Block {
        self.blocks[block.index()]
    }

    /// Says what a value is in CLIF.
    pub(super) fn define(&mut self, value: Value, clif_value: ir::Value) {
        self.values[value.index()] = clif_value;
    }

    /// The CLIF value of an operand; of an operand that the operation does not have, a reserved value.
    pub(super) fn operand(&self, data: &InstData, position: usize) -> ir::Value {
        data.args.get(position).map_or(ir::Value::reserved_value(), |&arg| self.value(arg))
    }

    /// The type of the first operand.
    pub(super) fn operand_type(&self, data: &InstData) -> Type {
        self.func.type_of(data.args[0])
    }

    /// The type of the first result.
    pub(super) fn result_type(&self, data: &InstData) -> Type {
        self.func.type_of(data.results[0])
    }

    /// The CLIF type of the first result.
    pub(super) fn result_clif_type(&self, data: &InstData) -> ir::Type {
        clif_type(self.result_type(data))
    }
}

/// The reachable blocks, each after the blocks that dominate it. Cranelift chooses the order of the machine code.
fn reverse_postorder(func: &Function) -> Vec<Block> {
    let mut order = Vec::with_capacity(func.blocks.len());
    let mut is_seen = vec![false; func.blocks.len()];
    // A block, and how many of its successors were visited.
    let mut stack = vec![(func.entry(), 0)];
    is_seen[func.entry().index()] = true;
    while let Some((block, visited)) = stack.last_mut() {
        let Some(target) = func.successors(*block).nth(*visited) else {
            order.push(*block);
            stack.pop();
            continue;
        };
        *visited += 1;
        if !is_seen[target.block.index()] {
            is_seen[target.block.index()] = true;
            stack.push((target.block, 0));
        }
    }
    order.reverse();
    order
}
