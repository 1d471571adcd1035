//! How values travel between functions: the C convention, as tier 1 and the runtime use it.
//!
//! `Bool`, `I8` and `I16` travel as 32 bits, zero-extended by whoever passes or returns them; whoever receives them
//! reads the low bits only. Two results are a pair of scalars, which x86-64 returns in eax and rdx or xmm0.

use inkwell::IntPredicate;
use inkwell::types::{BasicMetadataTypeEnum, BasicType, BasicTypeEnum, FunctionType};
use inkwell::values::BasicValueEnum;
use upshift_core::lir::Type;

use super::fault::Fault;
use super::unit::UnitContext;

impl<'ctx> UnitContext<'_, 'ctx> {
    /// The type of a value in a register.
    pub(super) fn value_type(&self, ty: Type) -> BasicTypeEnum<'ctx> {
        match ty {
            Type::Bool => self.context.bool_type().into(),
            Type::I8 => self.context.i8_type().into(),
            Type::I16 => self.context.i16_type().into(),
            Type::I32 => self.context.i32_type().into(),
            Type::I64 => self.context.i64_type().into(),
            Type::F32 => self.context.f32_type().into(),
            Type::F64 => self.context.f64_type().into(),
            Type::Ptr => self.pointer_type().into(),
        }
    }

    /// The type of a value in memory.
    pub(super) fn memory_type(&self, ty: Type) -> BasicTypeEnum<'ctx> {
        if ty == Type::Bool { self.context.i8_type().into() } else { self.value_type(ty) }
    }

    /// The type of a value on its way between functions.
    fn travel_type(&self, ty: Type) -> BasicTypeEnum<'ctx> {
        if is_small(ty) { self.context.i32_type().into() } else { self.value_type(ty) }
    }

    /// The type of a function.
    pub(super) fn function_type(&self, params: &[Type], returns: &[Type]) -> Result<FunctionType<'ctx>, Fault> {
        let params: Vec<BasicMetadataTypeEnum<'_>> = params.iter().map(|&ty| self.travel_type(ty).into()).collect();
        match *returns {
            [] => Ok(self.context.void_type().fn_type(&params, false)),
            [ty] => Ok(self.travel_type(ty).fn_type(&params, false)),
            [first, second] => {
                let pair = [self.travel_type(first), self.travel_type(second)];
                Ok(self.context.struct_type(&pair, false).fn_type(&params, false))
            }
            _ => Err(Fault(format!("a function with {} results", returns.len()))),
        }
    }

    /// Readies a value of type `ty` for travel.
    pub(super) fn pack(&self, value: BasicValueEnum<'ctx>, ty: Type) -> Result<BasicValueEnum<'ctx>, Fault> {
        if !is_small(ty) {
            return Ok(value);
        }
        Ok(self.builder.build_int_z_extend(value.into_int_value(), self.context.i32_type(), "")?.into())
    }

    /// The value of type `ty` that arrived.
    pub(super) fn unpack(&self, value: BasicValueEnum<'ctx>, ty: Type) -> Result<BasicValueEnum<'ctx>, Fault> {
        if !is_small(ty) {
            return Ok(value);
        }
        let narrow = self.memory_type(ty).into_int_type();
        let value = self.builder.build_int_truncate(value.into_int_value(), narrow, "")?.into();
        if ty == Type::Bool { self.truth(value) } else { Ok(value) }
    }

    /// The truth value that a byte stands for.
    pub(super) fn truth(&self, byte: BasicValueEnum<'ctx>) -> Result<BasicValueEnum<'ctx>, Fault> {
        let zero = self.context.i8_type().const_zero();
        Ok(self.builder.build_int_compare(IntPredicate::NE, byte.into_int_value(), zero, "")?.into())
    }
}

fn is_small(ty: Type) -> bool {
    match ty {
        Type::Bool | Type::I8 | Type::I16 => true,
        Type::I32 | Type::I64 | Type::F32 | Type::F64 | Type::Ptr => false,
    }
}
