//! One function: blocks in an order that defines before use, block parameters as phis.

use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::values::{
    AsValueRef, BasicValue, BasicValueEnum, FastMathFlags, FloatValue, FunctionValue, IntValue, PhiValue, PointerValue,
};
use upshift_core::lir::{Block, Cfg, Data, FastMath, Function, InstData, Op, Slot, Value};

use super::fault::Fault;
use super::unit::UnitContext;

/// The translation of one function.
pub(super) struct FunctionTranslator<'t, 'ctx> {
    pub(super) unit: &'t UnitContext<'t, 'ctx>,
    pub(super) func: &'t Function,
    pub(super) function: FunctionValue<'ctx>,
    /// The rules of strict floats that may be broken.
    pub(super) flags: FastMathFlags,
    /// Addresses that serve only to access memory.
    pub(super) access_only: Vec<bool>,
    /// Jumps with their arguments, for the phis.
    pub(super) edges: Vec<Edge<'ctx>>,
    values: Vec<Option<BasicValueEnum<'ctx>>>,
    blocks: Vec<Option<BasicBlock<'ctx>>>,
    slots: Vec<PointerValue<'ctx>>,
    data: Vec<Option<PointerValue<'ctx>>>,
}

/// A jump from an LLVM block to a block of the function.
pub(super) struct Edge<'ctx> {
    pub(super) from: BasicBlock<'ctx>,
    pub(super) to: Block,
    pub(super) args: Vec<BasicValueEnum<'ctx>>,
}

/// Translates a function into its declaration.
pub(super) fn translate_function<'t, 'ctx>(
    unit: &'t UnitContext<'t, 'ctx>,
    func: &'t Function,
    function: FunctionValue<'ctx>,
) -> Result<(), Fault> {
    let mut translator = FunctionTranslator {
        unit,
        func,
        function,
        flags: fast_math_flags(func.fastmath),
        access_only: access_only(func),
        edges: Vec::new(),
        values: vec![None; func.values.len()],
        blocks: vec![None; func.blocks.len()],
        slots: Vec::new(),
        data: vec![None; func.data.len()],
    };
    translator.run()
}

impl<'ctx> FunctionTranslator<'_, 'ctx> {
    fn run(&mut self) -> Result<(), Fault> {
        let cfg = Cfg::new(self.func);
        let order = cfg.reverse_postorder();
        let prologue = self.unit.context.append_basic_block(self.function, "");
        for &block in order {
            self.blocks[block.index()] = Some(self.unit.context.append_basic_block(self.function, ""));
        }
        self.unit.set_line(self.function, self.func.origin.as_ref().map_or(0, |origin| origin.line));
        let phis = self.add_phis(order)?;
        self.unit.builder.position_at_end(prologue);
        self.add_prologue(prologue)?;
        for &block in order {
            self.unit.builder.position_at_end(self.block(block)?);
            for &inst in &self.func.block(block).insts {
                let data = self.func.inst(inst);
                self.unit.set_line(self.function, data.line);
                self.translate_inst(data)?;
            }
        }
        self.fill_phis(&phis)
    }

    /// Stack slots, and the jump into the entry block with the arguments as its parameters.
    fn add_prologue(&mut self, prologue: BasicBlock<'ctx>) -> Result<(), Fault> {
        let builder = &self.unit.builder;
        for slot in &self.func.slots {
            let address = builder.build_alloca(self.unit.context.i8_type().array_type(slot.size), "")?;
            if let Some(inst) = address.as_instruction() {
                inst.set_alignment(16)?;
            }
            self.slots.push(address);
        }
        for position in self.func.lengths.iter() {
            self.function.add_attribute(AttributeLoc::Param(position as u32), self.unit.not_negative());
        }
        let mut args = Vec::new();
        for (param, &ty) in self.function.get_params().into_iter().zip(&self.func.signature.params) {
            args.push(self.unit.unpack(param, ty)?);
        }
        builder.build_unconditional_branch(self.block(self.func.entry())?)?;
        self.edges.push(Edge { from: prologue, to: self.func.entry(), args });
        Ok(())
    }

    fn add_phis(&mut self, order: &[Block]) -> Result<Vec<Vec<PhiValue<'ctx>>>, Fault> {
        let mut phis = vec![Vec::new(); self.func.blocks.len()];
        for &block in order {
            self.unit.builder.position_at_end(self.block(block)?);
            for &param in &self.func.block(block).params {
                let phi = self.unit.builder.build_phi(self.unit.value_type(self.func.type_of(param)), "")?;
                self.set(param, phi.as_basic_value());
                phis[block.index()].push(phi);
            }
        }
        Ok(phis)
    }

    fn fill_phis(&self, phis: &[Vec<PhiValue<'ctx>>]) -> Result<(), Fault> {
        for edge in &self.edges {
            let targets = &phis[edge.to.index()];
            if targets.len() != edge.args.len() {
                return Err(Fault(format!("{} takes {} values, not {}", edge.to, targets.len(), edge.args.len())));
            }
            for (phi, arg) in targets.iter().zip(&edge.args) {
                phi.add_incoming(&[(arg as &dyn BasicValue<'_>, edge.from)]);
            }
        }
        Ok(())
    }

    /// The LLVM block where `block` begins.
    pub(super) fn block(&self, block: Block) -> Result<BasicBlock<'ctx>, Fault> {
        self.blocks[block.index()].ok_or_else(|| Fault(format!("{block} is not reachable")))
    }

    /// The LLVM block under construction.
    pub(super) fn current_block(&self) -> Result<BasicBlock<'ctx>, Fault> {
        self.unit.builder.get_insert_block().ok_or_else(|| Fault("no block is under construction".into()))
    }

    /// The translation of a value.
    pub(super) fn value(&self, value: Value) -> Result<BasicValueEnum<'ctx>, Fault> {
        self.values[value.index()].ok_or_else(|| Fault(format!("{value} is used before its definition")))
    }

    pub(super) fn set(&mut self, value: Value, translation: BasicValueEnum<'ctx>) {
        self.values[value.index()] = Some(translation);
    }

    /// The operand of `data` at `position`.
    pub(super) fn operand(&self, data: &InstData, position: usize) -> Result<BasicValueEnum<'ctx>, Fault> {
        let value =
            data.args.get(position).ok_or_else(|| Fault(format!("{} lacks an operand", data.op.info().name)))?;
        self.value(*value)
    }

    pub(super) fn int(&self, data: &InstData, position: usize) -> Result<IntValue<'ctx>, Fault> {
        match self.operand(data, position)? {
            BasicValueEnum::IntValue(value) => Ok(value),
            other => Err(Fault(format!("{} takes an integer, not {other}", data.op.info().name))),
        }
    }

    pub(super) fn float(&self, data: &InstData, position: usize) -> Result<FloatValue<'ctx>, Fault> {
        match self.operand(data, position)? {
            BasicValueEnum::FloatValue(value) => Ok(value),
            other => Err(Fault(format!("{} takes a float, not {other}", data.op.info().name))),
        }
    }

    pub(super) fn pointer(&self, data: &InstData, position: usize) -> Result<PointerValue<'ctx>, Fault> {
        match self.operand(data, position)? {
            BasicValueEnum::PointerValue(value) => Ok(value),
            other => Err(Fault(format!("{} takes an address, not {other}", data.op.info().name))),
        }
    }

    pub(super) fn slot(&self, slot: Slot) -> PointerValue<'ctx> {
        self.slots[slot.index()]
    }

    /// The address of a constant byte string, placed at its first use.
    pub(super) fn data_address(&mut self, data: Data) -> PointerValue<'ctx> {
        if let Some(address) = self.data[data.index()] {
            return address;
        }
        let bytes = self.unit.context.const_string(&self.func.data[data.index()], false);
        let global = self.unit.module.add_global(bytes.get_type(), None, "");
        global.set_initializer(&bytes);
        global.set_constant(true);
        global.set_linkage(inkwell::module::Linkage::Private);
        global.set_alignment(16);
        self.data[data.index()] = Some(global.as_pointer_value());
        global.as_pointer_value()
    }

    /// Sets the function's flags on a float operation, if it did not fold to a constant.
    pub(super) fn relaxed(&self, value: BasicValueEnum<'ctx>) -> Result<BasicValueEnum<'ctx>, Fault> {
        if let Some(inst) = value.as_instruction_value().filter(|inst| inst.can_use_fast_math_flags()) {
            inst.set_fast_math_flags(self.flags)?;
        }
        Ok(value)
    }

    /// Lets the function align its stack itself: spilled vectors wider than the caller's alignment of 16 bytes are
    /// otherwise stored unaligned, at up to 2.7 times the cost.
    pub(super) fn realign_stack(&self) {
        let attribute = self.unit.context.create_string_attribute("stackrealign", "");
        self.function.add_attribute(AttributeLoc::Function, attribute);
    }
}

/// lir's flags as LLVM's; the names are the same, the bits are not.
fn fast_math_flags(fastmath: FastMath) -> FastMathFlags {
    const BY_BIT: [FastMathFlags; FastMath::NAMES.len()] = [
        FastMathFlags::NoNaNs,
        FastMathFlags::NoInfs,
        FastMathFlags::NoSignedZeros,
        FastMathFlags::AllowReciprocal,
        FastMathFlags::AllowContract,
        FastMathFlags::ApproxFunc,
        FastMathFlags::AllowReassoc,
    ];
    let chosen = BY_BIT.iter().enumerate().filter(|(bit, _)| fastmath.0 & (1 << bit) != 0);
    chosen.fold(FastMathFlags::empty(), |flags, (_, flag)| flags | *flag)
}

/// By value: true if all it does is lead to memory that is accessed, directly or through `ptr_add`.
fn access_only(func: &Function) -> Vec<bool> {
    let mut access_only = vec![true; func.values.len()];
    let insts = || func.layout.iter().flat_map(|&block| &func.block(block).insts).map(|&inst| func.inst(inst));
    for data in insts() {
        let is_address = |position| {
            position == 0 && matches!(data.op, Op::Load | Op::Store | Op::AtomicLoad | Op::RelaxedLoad | Op::PtrAdd)
        };
        let plain = data.args.iter().enumerate().filter(|(position, _)| !is_address(*position)).map(|(_, value)| value);
        for value in plain.chain(data.targets.iter().flat_map(|call| &call.args)) {
            access_only[value.index()] = false;
        }
    }
    // Sums of addresses are chains: what holds for a sum holds for its base. Loops go through block parameters,
    // so a few rounds reach the end.
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        for data in insts().filter(|data| data.op == Op::PtrAdd) {
            let escapes = data.results.iter().any(|result| !access_only[result.index()]);
            has_changed |= escapes && std::mem::replace(&mut access_only[data.args[0].index()], false);
        }
    }
    access_only
}

/// The raw form, where inkwell has no way.
pub(super) fn raw(value: impl AsValueRef) -> llvm_sys::prelude::LLVMValueRef {
    value.as_value_ref()
}
