//! Which elementwise operations are computed inside the loop of their user.
//!
//! A *fused* instruction is an elementwise operation with one use, by an elementwise operation further down the same
//! block with nothing between that writes memory. What NumPy's own loop computes is computed for the whole array.

use crate::hir::{self, BinaryOp, Inst, InstData, Op, UnaryOp};
use crate::library::{self, Body};
use crate::typing::{Fact, ScalarOp, Type, Typed, element};

/// The elementwise operation of an instruction and its operands, if it is one.
pub(super) fn operation<'a>(typed: &Typed, data: &'a InstData) -> Option<(ScalarOp, &'a [hir::Value])> {
    let op = scalar_op(typed, data)?;
    let operands = if matches!(data.op, Op::Call { .. }) { &data.args[1..] } else { &data.args[..] };
    Some(with_plain_powers(typed, op, operands))
}

/// `array ** 2` and a few others are other functions in NumPy.
pub(super) fn with_plain_powers<'a>(
    typed: &Typed,
    op: ScalarOp,
    operands: &'a [hir::Value],
) -> (ScalarOp, &'a [hir::Value]) {
    let (ScalarOp::Binary(BinaryOp::Pow), [base, exponent]) = (op, operands) else { return (op, operands) };
    let (Some(base), Some(exponent)) = (&typed.facts[base.index()], &typed.facts[exponent.index()]) else {
        return (op, operands);
    };
    match library::array_power(&base.ty, exponent) {
        Some(ufunc) => (ScalarOp::Ufunc(ufunc), &operands[..1]),
        None => (op, operands),
    }
}

/// True if NumPy's own loop computes the operation on arrays: for the whole array, and not inside another loop.
fn has_numpy_loop(typed: &Typed, op: ScalarOp, operands: &[hir::Value]) -> bool {
    let elements: Option<Vec<Type>> =
        operands.iter().map(|operand| element(&typed.facts[operand.index()].as_ref()?.ty)).collect();
    elements.is_some_and(|elements| library::numpy_loop_of(op, &elements).is_some())
}

fn scalar_op(typed: &Typed, data: &InstData) -> Option<ScalarOp> {
    match &data.op {
        Op::Binary { op, is_inplace: false } if *op != BinaryOp::MatMul => Some(ScalarOp::Binary(*op)),
        Op::Unary(op) if *op != UnaryOp::Not => Some(ScalarOp::Unary(*op)),
        Op::Compare(op) => Some(ScalarOp::Compare(*op)),
        Op::Call { keywords } if keywords.is_empty() => match &typed.facts[data.args[0].index()].as_ref()?.ty {
            Type::Library(name) => match library::entry(name)?.body {
                Body::Elementwise(ufunc) if data.args.len() == ufunc.inputs + 1 => Some(ScalarOp::Ufunc(ufunc)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Which instructions are fused into their user.
pub(super) fn fused_instructions(typed: &Typed) -> Vec<bool> {
    let function = &typed.hir;
    let mut is_fused = vec![false; function.insts.len()];
    let is_array = |value: hir::Value| matches!(typed.facts[value.index()], Some(Fact { ty: Type::Array(_), .. }));
    if !function.insts.iter().any(|data| data.result.is_some_and(is_array)) {
        return is_fused;
    }
    let uses = count_uses(typed);
    for block in &function.blocks {
        let mut candidates: Vec<(hir::Value, Inst)> = Vec::new();
        for &inst in &block.insts {
            let data = &function.insts[inst.index()];
            let op = operation(typed, data).filter(|_| data.result.is_some_and(is_array));
            if let Some((_, operands)) = op {
                for operand in operands {
                    if let Some((_, producer)) = candidates.iter().find(|(value, _)| value == operand) {
                        is_fused[producer.index()] = true;
                    }
                }
            }
            match (op, data.result) {
                (Some((op, operands)), Some(result))
                    if uses[result.index()] == 1 && !has_numpy_loop(typed, op, operands) =>
                {
                    candidates.push((result, inst));
                }
                (Some(_), _) => {}
                _ if is_transparent(typed, data) => {}
                _ => candidates.clear(),
            }
        }
    }
    is_fused
}

/// True for operations that neither write memory nor raise: a fused operation may raise behind them.
fn is_transparent(typed: &Typed, data: &InstData) -> bool {
    match &data.op {
        Op::Constant(_)
        | Op::Global(_)
        | Op::Free(_)
        | Op::Import(_)
        | Op::GetAttr(_)
        | Op::BuildTuple
        | Op::BuildSlice => true,
        Op::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, .. } => {
            data.args.iter().all(|arg| matches!(typed.facts[arg.index()], Some(Fact { ty: Type::Float, .. })))
        }
        _ => false,
    }
}

/// How often each value is used.
pub(super) fn count_uses(typed: &Typed) -> Vec<u32> {
    let function = &typed.hir;
    let mut uses = vec![0; function.values.len()];
    for block in &function.blocks {
        for &inst in &block.insts {
            function.insts[inst.index()].args.iter().for_each(|arg| uses[arg.index()] += 1);
        }
        let mut add = |values: &[hir::Value]| values.iter().for_each(|value| uses[value.index()] += 1);
        match &block.terminator {
            hir::Terminator::Jump(_) => {}
            hir::Terminator::Branch(value, ..)
            | hir::Terminator::Return(value)
            | hir::Terminator::Raise(value)
            | hir::Terminator::Yield(value, _)
            | hir::Terminator::Reraise(value) => add(&[*value]),
        }
        block.terminator.targets().chain(&block.handler).for_each(|target| add(&target.args));
    }
    uses
}
