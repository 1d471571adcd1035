//! Every operation, one arm each. The rows in `lir/ops.rs` say what each means.

use inkwell::intrinsics::Intrinsic;
use inkwell::types::{BasicType, BasicTypeEnum, FloatType, IntType};
use inkwell::values::{BasicMetadataValueEnum, BasicValueEnum, InstructionOpcode, IntValue};
use inkwell::{FloatPredicate, IntPredicate};
use upshift_core::lir::{FloatCond, Immediate, InstData, IntCond, Op, Type};

use super::fault::Fault;
use super::function::FunctionTranslator;

impl<'ctx> FunctionTranslator<'_, 'ctx> {
    /// Translates an instruction and records its results.
    pub(super) fn translate_inst(&mut self, data: &InstData) -> Result<(), Fault> {
        let builder = &self.unit.builder;
        let result: BasicValueEnum<'ctx> = match data.op {
            Op::ConstInt => self.const_int(data)?.into(),
            Op::ConstFloat => self.const_float(data)?,
            Op::ConstPtr => self.unit.const_pointer(int_immediate(data)? as u64).into(),
            Op::SlotAddress => self.slot_immediate(data)?.into(),
            Op::DataAddress => self.data_immediate(data)?.into(),

            Op::AddInt => builder.build_int_add(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::SubInt => builder.build_int_sub(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::MulInt => builder.build_int_mul(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::DivSint => builder.build_int_signed_div(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::DivUint => builder.build_int_unsigned_div(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::RemSint => builder.build_int_signed_rem(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::RemUint => builder.build_int_unsigned_rem(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::MulHighSint => self.mul_high(data, InstructionOpcode::SExt)?,
            Op::MulHighUint => self.mul_high(data, InstructionOpcode::ZExt)?,
            Op::AndBits => builder.build_and(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::OrBits => builder.build_or(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::XorBits => builder.build_xor(self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
            Op::ShlInt => builder.build_left_shift(self.int(data, 0)?, self.shift_amount(data)?, "")?.into(),
            Op::ShrSint => builder.build_right_shift(self.int(data, 0)?, self.shift_amount(data)?, true, "")?.into(),
            Op::ShrUint => builder.build_right_shift(self.int(data, 0)?, self.shift_amount(data)?, false, "")?.into(),
            Op::CountLeadingZeros => self.count_zeros("llvm.ctlz", data)?,
            Op::CountTrailingZeros => self.count_zeros("llvm.cttz", data)?,
            Op::CountOnes => self.same_intrinsic("llvm.ctpop", data)?,
            Op::AddOverflowsSint => self.overflows("llvm.sadd.with.overflow", data)?,
            Op::SubOverflowsSint => self.overflows("llvm.ssub.with.overflow", data)?,
            Op::MulOverflowsSint => self.overflows("llvm.smul.with.overflow", data)?,
            Op::CmpInt => self.cmp_int(data)?,

            Op::AddFloat => {
                self.relaxed(builder.build_float_add(self.float(data, 0)?, self.float(data, 1)?, "")?.into())?
            }
            Op::SubFloat => {
                self.relaxed(builder.build_float_sub(self.float(data, 0)?, self.float(data, 1)?, "")?.into())?
            }
            Op::MulFloat => {
                self.relaxed(builder.build_float_mul(self.float(data, 0)?, self.float(data, 1)?, "")?.into())?
            }
            Op::DivFloat => {
                self.relaxed(builder.build_float_div(self.float(data, 0)?, self.float(data, 1)?, "")?.into())?
            }
            Op::NegFloat => self.relaxed(builder.build_float_neg(self.float(data, 0)?, "")?.into())?,
            Op::AbsFloat => self.same_intrinsic("llvm.fabs", data)?,
            Op::CopysignFloat => self.same_intrinsic("llvm.copysign", data)?,
            Op::SqrtFloat => self.same_intrinsic("llvm.sqrt", data)?,
            Op::FloorFloat => self.same_intrinsic("llvm.floor", data)?,
            Op::CeilFloat => self.same_intrinsic("llvm.ceil", data)?,
            Op::TruncFloat => self.same_intrinsic("llvm.trunc", data)?,
            Op::RoundEvenFloat => self.same_intrinsic("llvm.roundeven", data)?,
            Op::CmpFloat => self.cmp_float(data)?,

            Op::ExtendSint => self.cast(InstructionOpcode::SExt, data)?,
            Op::ExtendUint => self.cast(InstructionOpcode::ZExt, data)?,
            Op::TruncateInt => self.cast(InstructionOpcode::Trunc, data)?,
            Op::SintToFloat => self.cast(InstructionOpcode::SIToFP, data)?,
            Op::UintToFloat => self.cast(InstructionOpcode::UIToFP, data)?,
            Op::FloatToSintSat => self.saturating("llvm.fptosi.sat", data)?,
            Op::FloatToUintSat => self.saturating("llvm.fptoui.sat", data)?,
            Op::PromoteFloat => self.cast(InstructionOpcode::FPExt, data)?,
            Op::DemoteFloat => self.cast(InstructionOpcode::FPTrunc, data)?,
            Op::FloatToBits | Op::BitsToFloat => self.cast(InstructionOpcode::BitCast, data)?,
            Op::PtrToInt => self.cast(InstructionOpcode::PtrToInt, data)?,

            Op::Select => self.select(data)?,
            Op::PtrAdd => self.ptr_add(data)?.into(),
            Op::Load => self.load(data)?,
            Op::Store => return self.store(data),
            Op::AtomicLoad => self.atomic_load(data)?,
            Op::RelaxedLoad => self.relaxed_load(data)?,

            Op::CallRuntime => return self.call_runtime(data),
            Op::CallFunction => return self.call_function(data),

            Op::Jump | Op::Poll => return self.jump(data),
            Op::BranchIf => return self.branch_if(data),
            Op::ReturnFrom => return self.return_from(data),
            Op::Return => return self.return_values(data),
        };
        let target = data.results.first().ok_or_else(|| Fault(format!("{} lacks a result", data.op.info().name)))?;
        self.set(*target, result);
        Ok(())
    }

    /// The type of the instruction's result.
    pub(super) fn result_type(&self, data: &InstData) -> Result<Type, Fault> {
        let result = data.results.first().ok_or_else(|| Fault(format!("{} lacks a result", data.op.info().name)))?;
        Ok(self.func.type_of(*result))
    }

    fn int_type(&self, ty: Type) -> Result<IntType<'ctx>, Fault> {
        match self.unit.value_type(ty) {
            BasicTypeEnum::IntType(ty) => Ok(ty),
            other => Err(Fault(format!("{other} is no integer type"))),
        }
    }

    fn const_int(&self, data: &InstData) -> Result<IntValue<'ctx>, Fault> {
        let ty = self.result_type(data)?;
        let mask = u64::MAX >> (64 - ty.bits());
        Ok(self.int_type(ty)?.const_int(int_immediate(data)? as u64 & mask, false))
    }

    /// Goes by the bits, so that NaN keeps its payload.
    fn const_float(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let Immediate::Float(bits) = data.immediate else { return Err(wrong_immediate(data)) };
        let context = self.unit.context;
        Ok(if self.result_type(data)? == Type::F32 {
            let bits = context.i32_type().const_int(bits & u64::from(u32::MAX), false);
            self.unit.const_cast(bits, context.f32_type())
        } else {
            self.unit.const_cast(context.i64_type().const_int(bits, false), context.f64_type())
        })
    }

    /// The shift count modulo the width: LLVM's shifts are undefined beyond it, the processor's are not.
    fn shift_amount(&self, data: &InstData) -> Result<IntValue<'ctx>, Fault> {
        let amount = self.int(data, 1)?;
        let ty = amount.get_type();
        let mask = ty.const_int(u64::from(ty.get_bit_width() - 1), false);
        Ok(self.unit.builder.build_and(amount, mask, "")?)
    }

    fn mul_high(&self, data: &InstData, extend: InstructionOpcode) -> Result<BasicValueEnum<'ctx>, Fault> {
        let builder = &self.unit.builder;
        let a = self.int(data, 0)?;
        let width = a.get_type().get_bit_width();
        let wide = match width {
            8 => self.unit.context.i16_type(),
            16 => self.unit.context.i32_type(),
            32 => self.unit.context.i64_type(),
            _ => self.unit.context.i128_type(),
        };
        let a_wide = builder.build_cast(extend, a, wide, "")?.into_int_value();
        let b_wide = builder.build_cast(extend, self.int(data, 1)?, wide, "")?.into_int_value();
        let product = builder.build_int_mul(a_wide, b_wide, "")?;
        let high = builder.build_right_shift(product, wide.const_int(u64::from(width), false), false, "")?;
        Ok(builder.build_int_truncate(high, a.get_type(), "")?.into())
    }

    fn count_zeros(&self, name: &str, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let a = self.int(data, 0)?;
        let zero_is_poison = self.unit.context.bool_type().const_zero();
        self.intrinsic(name, &[a.get_type().into()], &[a.into(), zero_is_poison.into()])
    }

    fn overflows(&self, name: &str, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let (a, b) = (self.int(data, 0)?, self.int(data, 1)?);
        let pair = self.intrinsic(name, &[a.get_type().into()], &[a.into(), b.into()])?;
        Ok(self.unit.builder.build_extract_value(pair.into_struct_value(), 1, "")?)
    }

    fn cmp_int(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let Immediate::IntCond(cond) = data.immediate else { return Err(wrong_immediate(data)) };
        let predicate = match cond {
            IntCond::Eq => IntPredicate::EQ,
            IntCond::Ne => IntPredicate::NE,
            IntCond::Slt => IntPredicate::SLT,
            IntCond::Sle => IntPredicate::SLE,
            IntCond::Sgt => IntPredicate::SGT,
            IntCond::Sge => IntPredicate::SGE,
            IntCond::Ult => IntPredicate::ULT,
            IntCond::Ule => IntPredicate::ULE,
            IntCond::Ugt => IntPredicate::UGT,
            IntCond::Uge => IntPredicate::UGE,
        };
        let builder = &self.unit.builder;
        Ok(match self.operand(data, 0)? {
            BasicValueEnum::PointerValue(a) => {
                builder.build_int_compare(predicate, a, self.pointer(data, 1)?, "")?.into()
            }
            _ => builder.build_int_compare(predicate, self.int(data, 0)?, self.int(data, 1)?, "")?.into(),
        })
    }

    fn cmp_float(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let Immediate::FloatCond(cond) = data.immediate else { return Err(wrong_immediate(data)) };
        let predicate = match cond {
            FloatCond::Eq => FloatPredicate::OEQ,
            FloatCond::Ne => FloatPredicate::UNE,
            FloatCond::Lt => FloatPredicate::OLT,
            FloatCond::Le => FloatPredicate::OLE,
            FloatCond::Gt => FloatPredicate::OGT,
            FloatCond::Ge => FloatPredicate::OGE,
            FloatCond::Unordered => FloatPredicate::UNO,
            FloatCond::Ordered => FloatPredicate::ORD,
        };
        let (a, b) = (self.float(data, 0)?, self.float(data, 1)?);
        self.relaxed(self.unit.builder.build_float_compare(predicate, a, b, "")?.into())
    }

    fn cast(&self, opcode: InstructionOpcode, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let target = self.unit.value_type(self.result_type(data)?);
        Ok(self.unit.builder.build_cast(opcode, self.operand(data, 0)?, target, "")?)
    }

    fn saturating(&self, name: &str, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let a = self.float(data, 0)?;
        let from: FloatType<'ctx> = a.get_type();
        let target = self.int_type(self.result_type(data)?)?;
        self.intrinsic(name, &[target.as_basic_type_enum(), from.as_basic_type_enum()], &[a.into()])
    }

    fn select(&self, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let (b, c) = (self.operand(data, 1)?, self.operand(data, 2)?);
        self.relaxed(self.unit.builder.build_select(self.int(data, 0)?, b, c, "")?)
    }

    /// An intrinsic whose operands and result are of one type.
    fn same_intrinsic(&self, name: &str, data: &InstData) -> Result<BasicValueEnum<'ctx>, Fault> {
        let mut args = Vec::new();
        for position in 0..data.args.len() {
            args.push(self.operand(data, position)?.into());
        }
        self.intrinsic(name, &[self.operand(data, 0)?.get_type()], &args)
    }

    fn intrinsic(
        &self,
        name: &str,
        types: &[BasicTypeEnum<'ctx>],
        args: &[BasicMetadataValueEnum<'ctx>],
    ) -> Result<BasicValueEnum<'ctx>, Fault> {
        let declaration = Intrinsic::find(name)
            .and_then(|intrinsic| intrinsic.get_declaration(&self.unit.module, types))
            .ok_or_else(|| Fault(format!("LLVM has no {name}")))?;
        let call = self.unit.builder.build_direct_call(declaration, args, "")?;
        let value = call.try_as_basic_value().basic().ok_or_else(|| Fault(format!("{name} has no result")))?;
        self.relaxed(value)
    }
}

fn int_immediate(data: &InstData) -> Result<i64, Fault> {
    let Immediate::Int(number) = data.immediate else { return Err(wrong_immediate(data)) };
    Ok(number)
}

/// The fault of an instruction that carries something else than its row says.
pub(super) fn wrong_immediate(data: &InstData) -> Fault {
    Fault(format!("{} carries {:?}", data.op.info().name, data.immediate))
}
