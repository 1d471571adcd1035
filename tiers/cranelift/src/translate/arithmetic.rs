//! Constants and comparisons: the arithmetic that carries an immediate.

use cranelift_codegen::ir::immediates::{Ieee32, Ieee64};
use cranelift_codegen::ir::{InstBuilder, Value};
use upshift_core::lir::{Immediate, InstData, Type};
use upshift_core::tier::CompileError;

use super::function::Translator;
use super::types::{clif_type, float_condition, int_condition};

impl Translator<'_> {
    /// Cranelift wants the bits above the type to be zero.
    pub(super) fn const_int(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::Int(number) = data.immediate else { return Err(wrong_immediate(data)) };
        let ty = self.result_type(data);
        let mask = u64::MAX >> (64 - ty.bits());
        Ok(self.ins().iconst(clif_type(ty), (number as u64 & mask) as i64))
    }

    pub(super) fn const_float(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::Float(bits) = data.immediate else { return Err(wrong_immediate(data)) };
        Ok(if self.result_type(data) == Type::F32 {
            self.ins().f32const(Ieee32::with_bits(bits as u32))
        } else {
            self.ins().f64const(Ieee64::with_bits(bits))
        })
    }

    /// Products with powers of two, most of them offsets of items, are shifts, which addressing modes take in.
    pub(super) fn mul_int(&mut self, data: &InstData) -> Value {
        let [a, b] = [0, 1].map(|position| self.operand(data, position));
        for (other, factor) in [(a, data.args[1]), (b, data.args[0])] {
            if let Some(factor) =
                self.func.as_const_int(factor).filter(|factor| *factor > 0 && factor & (factor - 1) == 0)
            {
                return self.ins().ishl_imm_u(other, i64::from(factor.trailing_zeros()));
            }
        }
        self.ins().imul(a, b)
    }

    pub(super) fn cmp_int(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::IntCond(cond) = data.immediate else { return Err(wrong_immediate(data)) };
        let [a, b] = [0, 1].map(|position| self.operand(data, position));
        Ok(self.ins().icmp(int_condition(cond), a, b))
    }

    pub(super) fn cmp_float(&mut self, data: &InstData) -> Result<Value, CompileError> {
        let Immediate::FloatCond(cond) = data.immediate else { return Err(wrong_immediate(data)) };
        let [a, b] = [0, 1].map(|position| self.operand(data, position));
        Ok(self.ins().fcmp(float_condition(cond), a, b))
    }
}

/// The verifier lets no such instruction pass.
pub(super) fn wrong_immediate(data: &InstData) -> CompileError {
    let message = format!("{} carries {:?}", data.op.info().name, data.immediate);
    CompileError::Bug { stage: "translation to CLIF", message }
}
