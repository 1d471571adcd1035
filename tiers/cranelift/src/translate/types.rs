//! Types, signatures and conditions of lir in Cranelift's terms.
//!
//! `Bool` is an I8 of 0 or 1, `Ptr` an I64. Results come back as LLVM returns the same values in one first-class
//! struct: each in its own register, integers in rax and rdx, floats in xmm0 and xmm1, so that both tiers may call
//! each other. C packs a struct of an i32 and an f32 into one register, so C and Rust cannot call such a function.

use cranelift_codegen::ir::condcodes::{FloatCC, IntCC};
use cranelift_codegen::ir::{self, AbiParam, types};
use cranelift_codegen::isa::CallConv;
use upshift_core::lir::{FloatCond, IntCond, Type};

/// The type of a value in CLIF.
pub(super) fn clif_type(ty: Type) -> ir::Type {
    match ty {
        Type::Bool | Type::I8 => types::I8,
        Type::I16 => types::I16,
        Type::I32 => types::I32,
        Type::I64 | Type::Ptr => types::I64,
        Type::F32 => types::F32,
        Type::F64 => types::F64,
    }
}

/// A signature with the C convention.
pub(super) fn signature(call_conv: CallConv, params: &[Type], returns: &[Type]) -> ir::Signature {
    let mut signature = ir::Signature::new(call_conv);
    signature.params.extend(params.iter().copied().map(abi_param));
    signature.returns.extend(returns.iter().copied().map(abi_param));
    signature
}

/// Who makes a small integer fills its register with zeros; who gets it relies on its own bits only.
fn abi_param(ty: Type) -> AbiParam {
    let param = AbiParam::new(clif_type(ty));
    match ty {
        Type::Bool | Type::I8 | Type::I16 => param.uext(),
        Type::I32 | Type::I64 | Type::F32 | Type::F64 | Type::Ptr => param,
    }
}

/// A condition on integers.
pub(super) fn int_condition(cond: IntCond) -> IntCC {
    match cond {
        IntCond::Eq => IntCC::Equal,
        IntCond::Ne => IntCC::NotEqual,
        IntCond::Slt => IntCC::SignedLessThan,
        IntCond::Sle => IntCC::SignedLessThanOrEqual,
        IntCond::Sgt => IntCC::SignedGreaterThan,
        IntCond::Sge => IntCC::SignedGreaterThanOrEqual,
        IntCond::Ult => IntCC::UnsignedLessThan,
        IntCond::Ule => IntCC::UnsignedLessThanOrEqual,
        IntCond::Ugt => IntCC::UnsignedGreaterThan,
        IntCond::Uge => IntCC::UnsignedGreaterThanOrEqual,
    }
}

/// A condition on floats: Cranelift's `NotEqual` holds for NaN, its orderings do not, as in lir.
pub(super) fn float_condition(cond: FloatCond) -> FloatCC {
    match cond {
        FloatCond::Eq => FloatCC::Equal,
        FloatCond::Ne => FloatCC::NotEqual,
        FloatCond::Lt => FloatCC::LessThan,
        FloatCond::Le => FloatCC::LessThanOrEqual,
        FloatCond::Gt => FloatCC::GreaterThan,
        FloatCond::Ge => FloatCC::GreaterThanOrEqual,
        FloatCond::Unordered => FloatCC::Unordered,
        FloatCond::Ordered => FloatCC::Ordered,
    }
}
