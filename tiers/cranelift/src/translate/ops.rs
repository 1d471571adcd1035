//! The table: what each operation is in CLIF.
//!
//! Where Cranelift's instruction means exactly what the row in `lir/ops.rs` says (shifts modulo the width, counts of
//! 0, ties to even, saturating conversions), it stands here; the rest is a method in the file of its topic.

use cranelift_codegen::ir::InstBuilder;
use upshift_core::lir::{InstData, Op};
use upshift_core::tier::CompileError;

use super::function::Translator;

impl Translator<'_> {
    /// Appends the instruction.
    pub(super) fn translate_inst(&mut self, data: &InstData) -> Result<(), CompileError> {
        let [a, b, c] = [0, 1, 2].map(|position| self.operand(data, position));
        let value = match data.op {
            // ---- constants ----
            Op::ConstInt | Op::ConstPtr => self.const_int(data)?,
            Op::ConstFloat => self.const_float(data)?,
            Op::SlotAddress => self.slot_address(data)?,
            Op::DataAddress => self.data_address(data)?,
            // ---- integers ----
            Op::AddInt | Op::PtrAdd => self.ins().iadd(a, b),
            Op::SubInt => self.ins().isub(a, b),
            Op::MulInt => self.mul_int(data),
            Op::DivSint | Op::DivUint | Op::RemSint | Op::RemUint => self.divide(data),
            Op::MulHighSint => self.ins().smulhi(a, b),
            Op::MulHighUint => self.ins().umulhi(a, b),
            Op::AndBits => self.ins().band(a, b),
            Op::OrBits => self.ins().bor(a, b),
            Op::XorBits => self.ins().bxor(a, b),
            Op::ShlInt => self.ins().ishl(a, b),
            Op::ShrSint => self.ins().sshr(a, b),
            Op::ShrUint => self.ins().ushr(a, b),
            Op::CountLeadingZeros => self.ins().clz(a),
            Op::CountTrailingZeros => self.ins().ctz(a),
            Op::CountOnes => self.ins().popcnt(a),
            Op::AddOverflowsSint => self.ins().sadd_overflow(a, b).1,
            Op::SubOverflowsSint => self.ins().ssub_overflow(a, b).1,
            Op::MulOverflowsSint => self.ins().smul_overflow(a, b).1,
            Op::CmpInt => self.cmp_int(data)?,
            // ---- floats ----
            Op::AddFloat => self.ins().fadd(a, b),
            Op::SubFloat => self.ins().fsub(a, b),
            Op::MulFloat => self.ins().fmul(a, b),
            Op::DivFloat => self.ins().fdiv(a, b),
            Op::NegFloat => self.ins().fneg(a),
            Op::AbsFloat => self.ins().fabs(a),
            Op::CopysignFloat => self.ins().fcopysign(a, b),
            Op::SqrtFloat => self.ins().sqrt(a),
            Op::FloorFloat => self.ins().floor(a),
            Op::CeilFloat => self.ins().ceil(a),
            Op::TruncFloat => self.ins().trunc(a),
            Op::RoundEvenFloat => self.ins().nearest(a),
            Op::CmpFloat => self.cmp_float(data)?,
            // ---- conversions ----
            Op::ExtendSint => self.extend_sint(data),
            Op::ExtendUint => self.extend_uint(data),
            Op::TruncateInt => self.truncate_int(data),
            Op::SintToFloat => self.sint_to_float(data),
            Op::UintToFloat => self.uint_to_float(data),
            Op::FloatToSintSat => self.float_to_sint_sat(data),
            Op::FloatToUintSat => self.float_to_uint_sat(data),
            Op::PromoteFloat => self.promote_float(data),
            Op::DemoteFloat => self.demote_float(data),
            Op::FloatToBits | Op::BitsToFloat => self.reinterpret(data),
            Op::PtrToInt => a,
            // ---- choice and memory ----
            Op::Select => self.ins().select(a, b, c),
            Op::Load => self.load(data)?,
            Op::AtomicLoad | Op::RelaxedLoad => self.atomic_load(data)?,
            Op::Store => return self.store(data),
            // ---- calls ----
            Op::CallRuntime => return self.call_runtime(data),
            Op::CallFunction => return self.call_function(data),
            // ---- terminators ----
            Op::Jump | Op::Poll => return self.jump(data),
            Op::BranchIf => return self.branch_if(data),
            Op::ReturnFrom => return self.return_from(data),
            Op::Return => return self.return_values(data),
        };
        self.define(data.results[0], value);
        Ok(())
    }
}
