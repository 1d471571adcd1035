//! Addresses, loads, stores, and what Cranelift may assume of them.

use std::borrow::Cow;

use cranelift_codegen::ir::{
    self, AliasRegion, AliasRegionData, InstBuilder, MemFlagsData, StackSlot, StackSlotData, StackSlotKind, Value,
    types,
};
use upshift_core::lir::{Function, Immediate, InstData, Memory, Region, Type};
use upshift_core::tier::CompileError;

use super::arithmetic::wrong_immediate;
use super::function::Translator;
use super::types::clif_type;

/// The most bytes of slots in a frame: what a thread's stack can spare.
const MAX_FRAME: u64 = 1 << 20;
const SLOT_ALIGNMENT_SHIFT: u8 = 4;

/// The alias region of each region.
pub(super) struct Regions([AliasRegion; Region::ALL.len()]);

impl Regions {
    /// Declares the regions in a function.
    pub(super) fn new(clif: &mut ir::Function) -> Regions {
        Regions(Region::ALL.map(|region| {
            let description = Cow::Borrowed(region.name());
            clif.dfg.alias_regions.insert(AliasRegionData { user_id: region as u32, description })
        }))
    }

    /// Lir requires memory that may be accessed, and natural alignment outside of elements, where no instruction that is
    /// chosen for one number needs it. Constant memory may be read at any time.
    fn flags(&self, memory: Memory) -> MemFlagsData {
        let flags = MemFlagsData::trusted().with_alias_region(Some(self.0[memory.region as usize]));
        if memory.is_constant { flags.with_readonly().with_can_move() } else { flags }
    }
}

/// Gives each slot its place in the frame.
pub(super) fn add_slots(func: &Function, clif: &mut ir::Function) -> Result<Vec<StackSlot>, CompileError> {
    let total: u64 = func.slots.iter().map(|slot| u64::from(slot.size)).sum();
    if total > MAX_FRAME {
        return Err(CompileError::TooLarge(format!("a frame of {total} bytes, of at most {MAX_FRAME}")));
    }
    let data = |size| StackSlotData::new(StackSlotKind::ExplicitSlot, size, SLOT_ALIGNMENT_SHIFT);
    Ok(func.slots.iter().map(|slot| clif.create_sized_stack_slot(data(slot.size))).collect())
}

impl Translator<'_> {
    pub(super) fn slot_address(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::Slot(slot) = data.immediate else { return Err(wrong_immediate(data)) };
        let slot = self.slots[slot.index()];
        Ok(self.ins().stack_addr(types::I64, slot, 0))
    }

    pub(super) fn data_address(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::Data(string) = data.immediate else { return Err(wrong_immediate(data)) };
        let address = self.unit.data.address(self.unit.index, string);
        Ok(self.ins().iconst(types::I64, address as i64))
    }

    pub(super) fn load(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::Memory(memory) = data.immediate else { return Err(wrong_immediate(data)) };
        let (ty, flags, address) = (self.result_clif_type(data), self.regions.flags(memory), self.operand(data, 0));
        Ok(self.ins().load(ty, flags, address, memory.offset))
    }

    pub(super) fn store(&mut self, data: &InstData) -> Result<(), CompileError> {
        let Immediate::Memory(memory) = data.immediate else { return Err(wrong_immediate(data)) };
        let (flags, address, value) = (self.regions.flags(memory), self.operand(data, 0), self.operand(data, 1));
        self.ins().store(flags, value, address, memory.offset);
        Ok(())
    }

    /// Cranelift's atomic load takes integers only, and no offset; on x86-64 it is a plain `mov` that is not merged.
    pub(super) fn atomic_load(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::Memory(memory) = data.immediate else { return Err(wrong_immediate(data)) };
        let (flags, base) = (self.regions.flags(memory), self.operand(data, 0));
        let address = if memory.offset == 0 { base } else { self.ins().iadd_imm_s(base, i64::from(memory.offset)) };
        let ty = self.result_type(data);
        let bits = match ty {
            Type::F32 => types::I32,
            Type::F64 => types::I64,
            Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Ptr => clif_type(ty),
        };
        let value = self.ins().atomic_load(bits, flags, address);
        Ok(if ty.is_float() { self.ins().bitcast(clif_type(ty), MemFlagsData::new(), value) } else { value })
    }
}
