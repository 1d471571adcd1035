//! Calls to the runtime and to compiled functions.

use inkwell::AtomicOrdering;
use inkwell::attributes::AttributeLoc;
use inkwell::values::{
    BasicMetadataValueEnum, BasicValue, BasicValueEnum, CallSiteValue, FastMathFlags, FunctionValue, PointerValue,
};
use upshift_core::lir::{CalleeData, Immediate, InstData, Memory, Region, Type};
use upshift_core::runtime::symbols::{Symbol, SymbolEffects};

use super::fault::Fault;
use super::function::FunctionTranslator;
use super::inst::wrong_immediate;
use super::unit::UnitContext;

/// LLVM's `memory(...)`: two bits, read and write, for each kind of memory.
mod memory_effects {
    pub(super) const NONE: u64 = 0;
    pub(super) const READS: u64 = 0x555;
    /// Reads and writes what no pointer of the module leads to: thread-local records of the runtime.
    pub(super) const INACCESSIBLE: u64 = 0b11 << 2;
}

impl<'ctx> FunctionTranslator<'_, 'ctx> {
    pub(super) fn call_runtime(&mut self, data: &InstData) -> Result<(), Fault> {
        let Immediate::Symbol(symbol) = data.immediate else { return Err(wrong_immediate(data)) };
        let info = symbol.info();
        let function = self.unit.runtime_function(symbol)?;
        let call = self.unit.builder.build_direct_call(function, &self.call_arguments(data)?, "")?;
        if info.effects == SymbolEffects::Pure && self.flags.contains(FastMathFlags::ApproxFunc) {
            if self.unit.add_vector_forms(call, symbol)? {
                self.realign_stack();
            }
        } else {
            call.add_attribute(AttributeLoc::Function, self.unit.attribute("nobuiltin", 0));
        }
        let Some(value) = call.try_as_basic_value().basic() else { return Ok(()) };
        self.set_results(data, &[self.relaxed(value)?])
    }

    pub(super) fn call_function(&mut self, data: &InstData) -> Result<(), Fault> {
        let Immediate::Callee(callee) = data.immediate else { return Err(wrong_immediate(data)) };
        let callee = &self.func.callees[callee.index()];
        let args = self.call_arguments(data)?;
        let builder = &self.unit.builder;
        let call: CallSiteValue<'ctx> = match self.unit.local_function(callee)? {
            Some(function) => {
                let call = builder.build_direct_call(function, &args, "")?;
                if self.unit.is_kept_call(self.function, function) {
                    call.add_attribute(AttributeLoc::Function, self.unit.attribute("noinline", 0));
                }
                call
            }
            None => {
                let ty = self.unit.function_type(&callee.signature.params, &callee.signature.returns)?;
                builder.build_indirect_call(ty, self.callee_address(callee)?, &args, "")?
            }
        };
        match call.try_as_basic_value().basic() {
            None => Ok(()),
            Some(BasicValueEnum::StructValue(pair)) => {
                let first = builder.build_extract_value(pair, 0, "")?;
                let second = builder.build_extract_value(pair, 1, "")?;
                self.set_results(data, &[first, second])
            }
            Some(value) => self.set_results(data, &[value]),
        }
    }

    /// Reads the address of the callee's newest code. Acquire pairs with the release that published the code.
    fn callee_address(&self, callee: &CalleeData) -> Result<PointerValue<'ctx>, Fault> {
        let cell = self.unit.cell(callee.id);
        let address = self.unit.builder.build_load(self.unit.pointer_type(), cell, "")?;
        let inst = address.as_instruction_value().ok_or_else(|| Fault("a load that is no instruction".into()))?;
        inst.set_atomic_ordering(AtomicOrdering::Acquire)?;
        self.unit.regions.mark(inst, Memory { offset: 0, region: Region::Cells, is_constant: false }, Type::Ptr)?;
        Ok(address.into_pointer_value())
    }

    fn call_arguments(&self, data: &InstData) -> Result<Vec<BasicMetadataValueEnum<'ctx>>, Fault> {
        let pack = |&arg| Ok(self.unit.pack(self.value(arg)?, self.func.type_of(arg))?.into());
        data.args.iter().map(pack).collect()
    }

    fn set_results(&mut self, data: &InstData, values: &[BasicValueEnum<'ctx>]) -> Result<(), Fault> {
        for (&result, &value) in data.results.iter().zip(values) {
            let value = self.unit.unpack(value, self.func.type_of(result))?;
            self.set(result, value);
        }
        Ok(())
    }
}

impl<'ctx> UnitContext<'_, 'ctx> {
    /// The declaration of a runtime routine, with what its row says about it.
    fn runtime_function(&self, symbol: Symbol) -> Result<FunctionValue<'ctx>, Fault> {
        let info = symbol.info();
        if let Some(known) = self.module.get_function(info.name) {
            return Ok(known);
        }
        let function = self.module.add_function(info.name, self.function_type(info.params, info.returns)?, None);
        let add = |name: &str, value| function.add_attribute(AttributeLoc::Function, self.attribute(name, value));
        add("nounwind", 0);
        if matches!(symbol, Symbol::Allocate | Symbol::AllocateZeroed) {
            function.add_attribute(AttributeLoc::Return, self.attribute("noalias", 0));
        }
        match info.effects {
            SymbolEffects::Pure => add("memory", memory_effects::NONE),
            SymbolEffects::Reads => add("memory", memory_effects::READS),
            SymbolEffects::Writes => return Ok(function),
            SymbolEffects::Raises => {
                add("memory", memory_effects::INACCESSIBLE);
                add("cold", 0);
            }
        }
        // Nothing calls back, waits or frees, and every call comes back.
        for name in ["willreturn", "nocallback", "nosync", "nofree"] {
            add(name, 0);
        }
        Ok(function)
    }
}
