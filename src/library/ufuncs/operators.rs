//! Operators and comparisons under their NumPy names.

use super::plans::operator_plan;
use crate::hir::{BinaryOp, CompareOp, UnaryOp};
use crate::library::UfuncPlan;
use crate::lower::{Lowering, Number, Repr};
use crate::refusal::Reason;
use crate::typing::{ScalarOp, Type};

ufuncs! {
    ADD "numpy.add" 2 |t| binary_plan(BinaryOp::Add, t), |l, _, p, a| binary_emit(l, BinaryOp::Add, p, a);
    SUBTRACT "numpy.subtract" 2 |t| binary_plan(BinaryOp::Sub, t), |l, _, p, a| binary_emit(l, BinaryOp::Sub, p, a);
    MULTIPLY "numpy.multiply" 2 |t| binary_plan(BinaryOp::Mul, t), |l, _, p, a| binary_emit(l, BinaryOp::Mul, p, a);
    DIVIDE "numpy.divide" 2 |t| binary_plan(BinaryOp::TrueDiv, t), |l, _, p, a| binary_emit(l, BinaryOp::TrueDiv, p, a);
    FLOOR_DIVIDE "numpy.floor_divide" 2 |t| binary_plan(BinaryOp::FloorDiv, t), |l, _, p, a| binary_emit(l, BinaryOp::FloorDiv, p, a);
    REMAINDER "numpy.remainder" 2 |t| binary_plan(BinaryOp::Mod, t), |l, _, p, a| binary_emit(l, BinaryOp::Mod, p, a);
    POWER "numpy.power" 2 |t| binary_plan(BinaryOp::Pow, t), |l, _, p, a| binary_emit(l, BinaryOp::Pow, p, a);
    LEFT_SHIFT "numpy.left_shift" 2 |t| binary_plan(BinaryOp::LShift, t), |l, _, p, a| binary_emit(l, BinaryOp::LShift, p, a);
    RIGHT_SHIFT "numpy.right_shift" 2 |t| binary_plan(BinaryOp::RShift, t), |l, _, p, a| binary_emit(l, BinaryOp::RShift, p, a);
    BITWISE_AND "numpy.bitwise_and" 2 |t| binary_plan(BinaryOp::And, t), |l, _, p, a| binary_emit(l, BinaryOp::And, p, a);
    BITWISE_OR "numpy.bitwise_or" 2 |t| binary_plan(BinaryOp::Or, t), |l, _, p, a| binary_emit(l, BinaryOp::Or, p, a);
    BITWISE_XOR "numpy.bitwise_xor" 2 |t| binary_plan(BinaryOp::Xor, t), |l, _, p, a| binary_emit(l, BinaryOp::Xor, p, a);
    NEGATIVE "numpy.negative" 1 |types| operator_plan(ScalarOp::Unary(UnaryOp::Neg), types),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Unary(UnaryOp::Neg), plan, a);
    POSITIVE "numpy.positive" 1 |types| operator_plan(ScalarOp::Unary(UnaryOp::Pos), types),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Unary(UnaryOp::Pos), plan, a);
    INVERT "numpy.invert" 1 |types| operator_plan(ScalarOp::Unary(UnaryOp::Invert), types),
        |lowering, _, plan, a| operator_emit(lowering, ScalarOp::Unary(UnaryOp::Invert), plan, a);
    EQUAL "numpy.equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Eq), p, a);
    NOT_EQUAL "numpy.not_equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Ne), p, a);
    LESS "numpy.less" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Lt), p, a);
    LESS_EQUAL "numpy.less_equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Le), p, a);
    GREATER "numpy.greater" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Gt), p, a);
    GREATER_EQUAL "numpy.greater_equal" 2 comparison_plan, |l, _, p, a| operator_emit(l, ScalarOp::Compare(CompareOp::Ge), p, a);
}

fn binary_plan(op: BinaryOp, types: &[Type]) -> Option<UfuncPlan> {
    operator_plan(ScalarOp::Binary(op), types)
}

fn binary_emit(lowering: &mut Lowering<'_>, op: BinaryOp, plan: &UfuncPlan, reprs: &[Repr]) -> Result<Repr, Reason> {
    operator_emit(lowering, ScalarOp::Binary(op), plan, reprs)
}

fn comparison_plan(types: &[Type]) -> Option<UfuncPlan> {
    operator_plan(ScalarOp::Compare(CompareOp::Eq), types)
}

pub(super) fn operator_emit(
    lowering: &mut Lowering<'_>,
    op: ScalarOp,
    plan: &UfuncPlan,
    reprs: &[Repr],
) -> Result<Repr, Reason> {
    let numbers: Vec<Number> =
        reprs.iter().zip(&plan.operands).map(|(repr, ty)| Number { repr: repr.clone(), ty: ty.clone() }).collect();
    lowering.scalar_op(op, &numbers)
}
