//! Addresses, loads and stores.

use inkwell::AtomicOrdering;
use inkwell::values::{BasicValue, BasicValueEnum, InstructionValue, IntValue, PointerValue};
use llvm_sys::core::LLVMGEPSetNoWrapFlags;
use llvm_sys::{LLVMGEPFlagNUSW, LLVMGEPNoWrapFlags};
use upshift_core::lir::{Immediate, InstData, Memory, Region, Type};

use super::fault::Fault;
use super::function::{FunctionTranslator, raw};
use super::inst::wrong_immediate;

impl<'ctx> FunctionTranslator<'_, 'ctx> {
    pub(super) fn slot_immediate(&self, data: &InstData) -> Result<PointerValue<'ctx>, Fault> {
        let Immediate::Slot(slot) = data.immediate else { return Err(wrong_immediate(data)) };
        Ok(self.slot(slot))
    }

    pub(super) fn data_immediate(&mut self, data: &InstData) -> Result<PointerValue<'ctx>, Fault> {
        let Immediate::Data(bytes) = data.immediate else { return Err(wrong_immediate(data)) };
        Ok(self.data_address(bytes))
    }

    /// An address that only leads to accesses does not wrap, which spares the vectorizer its checks; one that is
    /// compared or passed on may be any number.
    pub(super) fn ptr_add(&self, data: &InstData) -> Result<PointerValue<'ctx>, Fault> {
        let is_access_only = data.results.iter().all(|result| self.access_only[result.index()]);
        let flags = if is_access_only { LLVMGEPFlagNUSW } else { 0 };
        self.offset_by(self.pointer(data, 0)?, self.int(data, 1)?, flags)
    }

    pub(super) fn load(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let (value, inst) = self.raw_load(data)?;
        align_element(inst, memory_immediate(data)?)?;
        self.loaded(value, data)
    }

    /// LLVM neither merges nor drops nor moves acquire loads.
    pub(super) fn atomic_load(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let (value, inst) = self.raw_load(data)?;
        inst.set_atomic_ordering(AtomicOrdering::Acquire)?;
        self.loaded(value, data)
    }

    /// Volatile: as above, but loads and stores beside it may still be merged and moved, which acquire order forbids.
    pub(super) fn relaxed_load(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let (value, inst) = self.raw_load(data)?;
        inst.set_volatile(true)?;
        self.loaded(value, data)
    }

    pub(super) fn store(&self, data: &InstData) -> Result<(), Fault> {
        let memory = memory_immediate(data)?;
        let address = self.access_address(data, memory)?;
        let mut value = self.operand(data, 1)?;
        let ty = data.args.get(1).map_or(Type::I64, |&stored| self.func.type_of(stored));
        if ty == Type::Bool {
            value =
                self.unit.builder.build_int_z_extend(value.into_int_value(), self.unit.context.i8_type(), "")?.into();
        }
        let inst = self.unit.builder.build_store(address, value)?;
        align_element(inst, memory)?;
        self.unit.regions.mark(inst, memory, ty)
    }

    fn raw_load(&self, data: &InstData) -> Result<(BasicValueEnum<'ctx>, InstructionValue<'ctx>), Fault> {
        let memory = memory_immediate(data)?;
        let address = self.access_address(data, memory)?;
        let value = self.unit.builder.build_load(self.unit.memory_type(self.result_type(data)?), address, "")?;
        let inst = value.as_instruction_value().ok_or_else(|| Fault("a load that is no instruction".into()))?;
        self.unit.regions.mark(inst, memory, self.result_type(data)?)?;
        Ok((value, inst))
    }

    fn loaded(&self, value: BasicValueEnum<'ctx>, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        if self.result_type(data)? == Type::Bool { self.unit.truth(value) } else { Ok(value) }
    }

    fn access_address(&self, data: &InstData, memory: Memory) -> Result<PointerValue<'ctx>, Fault> {
        let base = self.pointer(data, 0)?;
        if memory.offset == 0 {
            return Ok(base);
        }
        let offset = self.unit.context.i64_type().const_int(i64::from(memory.offset) as u64, true);
        self.offset_by(base, offset, LLVMGEPFlagNUSW)
    }

    fn offset_by(
        &self,
        base: PointerValue<'ctx>,
        offset: IntValue<'ctx>,
        flags: LLVMGEPNoWrapFlags,
    ) -> Result<PointerValue<'ctx>, Fault> {
        // SAFETY: one index into bytes is valid for every pointer.
        let address = unsafe { self.unit.builder.build_gep(self.unit.context.i8_type(), base, &[offset], "")? };
        if address.as_instruction().is_some() {
            // SAFETY: the instruction is the `getelementptr` just built; constants are folded and have no flags.
            unsafe { LLVMGEPSetNoWrapFlags(raw(address), flags) };
        }
        Ok(address)
    }
}

fn memory_immediate(data: &InstData) -> Result<Memory, Fault> {
    let Immediate::Memory(memory) = data.immediate else { return Err(wrong_immediate(data)) };
    Ok(memory)
}

/// Fields of packed records stand at any address, and arrays of them are views like any other. What is known of an
/// address beyond that is worth nothing on x86, whose vector loads of elements are unaligned ones in any case.
fn align_element(inst: InstructionValue<'_>, memory: Memory) -> Result<(), Fault> {
    if memory.region == Region::Elements {
        inst.set_alignment(1)?;
    }
    Ok(())
}
