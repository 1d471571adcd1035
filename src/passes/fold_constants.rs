//! Compute what is constant and apply identities that leave less work.
//!
//!     v2 = add_int v0, v1      ; v0, v1 = 3, 4       v2 = const_int.i64 7
//!     v3 = add_int v9, v8      ; v8 = 0              uses of v3 become v9
//!     v5 = xor_bits v4, true   ; v4 = cmp_int slt    v5 = cmp_int sge ...
//!
//! One walk in reverse postorder, operands first. Constants move to the right of operations that commute, and of
//! integer comparisons. What an operation computes is `interp::evaluate`'s answer, so both agree bit for bit.
//! Entry and exit: verified SSA. Leaves alone: operations whose result is NaN, since its sign and payload are the
//! machine's; float identities that lose -0.0 or quiet a NaN; divisions that violate what they require.
//! Cost: one walk, a few comparisons an instruction.

use smallvec::SmallVec;

use super::rewriting::{Replacements, const_bits, make_constant};
use super::{Changed, PassContext};
use crate::interp::{Bits, Evaluated, evaluate};
use crate::lir::{Effects, Function, Immediate, Inst, InstData, IntCond, Op, Type, Value};

/// What an instruction becomes.
enum Rewrite {
    /// Another value.
    Value(Value),
    /// A constant of the result's type.
    Const(u64),
    /// Another operation of the same result type.
    Op(Op, Immediate, SmallVec<[Value; 4]>),
}

/// See the file.
pub(super) fn fold_constants(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let cfg = ctx.cfg(func);
    let mut replacements = Replacements::new(func);
    let mut is_changed = false;
    for &block in cfg.reverse_postorder() {
        for index in 0..func.block(block).insts.len() {
            let inst = func.block(block).insts[index];
            replacements.resolve_inst(&mut func.insts[inst.index()]);
            is_changed |= put_constant_last(func, inst);
            // A rewritten operation may fold again: `not` of `not` of a comparison.
            while let Some(rewrite) = fold(func, inst) {
                is_changed = true;
                match rewrite {
                    Rewrite::Value(value) => {
                        let result = func.inst(inst).results[0];
                        replacements.replace(result, value);
                        break;
                    }
                    Rewrite::Const(bits) => {
                        make_constant(func, inst, bits);
                        break;
                    }
                    Rewrite::Op(op, immediate, args) => {
                        let data = &mut func.insts[inst.index()];
                        (data.op, data.immediate, data.args) = (op, immediate, args);
                    }
                }
            }
        }
    }
    // Along back edges a use comes before what it uses.
    is_changed |= replacements.apply(func);
    Changed::insts(is_changed)
}

fn put_constant_last(func: &mut Function, inst: Inst) -> bool {
    let data = func.inst(inst);
    let [a, b] = data.args.as_slice() else { return false };
    let may_swap = data.op.info().commutes || data.op == Op::CmpInt;
    if !may_swap || const_bits(func, *a).is_none() || const_bits(func, *b).is_some() {
        return false;
    }
    let data = &mut func.insts[inst.index()];
    data.args.swap(0, 1);
    if let Immediate::IntCond(cond) = data.immediate {
        data.immediate = Immediate::IntCond(cond.swapped());
    }
    true
}

fn fold(func: &Function, inst: Inst) -> Option<Rewrite> {
    let data = func.inst(inst);
    let is_pure = matches!(data.op.info().effects, Effects::None | Effects::Requires);
    if !is_pure || data.args.is_empty() || data.results.len() != 1 {
        return None;
    }
    evaluate_constant(func, data).or_else(|| identity(func, data))
}

fn evaluate_constant(func: &Function, data: &InstData) -> Option<Rewrite> {
    let mut args: SmallVec<[Bits; 4]> = SmallVec::new();
    for &arg in &data.args {
        args.push(const_bits(func, arg)?);
    }
    let (from, to) = (func.type_of(data.args[0]), func.type_of(data.results[0]));
    match evaluate(data.op, data.immediate, from, to, &args) {
        Evaluated::Value(bits) if !is_nan(to, bits) => Some(Rewrite::Const(bits.0)),
        Evaluated::Value(_) | Evaluated::Violates(_) | Evaluated::NotPure => None,
    }
}

fn is_nan(ty: Type, bits: Bits) -> bool {
    match ty {
        Type::F32 => bits.f32().is_nan(),
        Type::F64 => bits.f64().is_nan(),
        _ => false,
    }
}

/// The identities, one a line: operation, guard, result. `k` is the second operand if it is constant.
fn identity(func: &Function, data: &InstData) -> Option<Rewrite> {
    use Rewrite::{Const, Value};
    let (a, b) = (data.args[0], *data.args.get(1).unwrap_or(&data.args[0]));
    let ty = func.type_of(a);
    let k = data.args.get(1).and_then(|&b| const_bits(func, b)).map(|bits| bits.sint(ty));
    let is_same = data.args.len() == 2 && a == b;
    match data.op {
        Op::AddInt if k == Some(0) => Some(Value(a)),
        Op::SubInt if k == Some(0) => Some(Value(a)),
        Op::SubInt if is_same => Some(Const(0)),
        Op::MulInt if k == Some(1) => Some(Value(a)),
        Op::MulInt if k == Some(0) => Some(Const(0)),
        Op::DivSint | Op::DivUint if k == Some(1) => Some(Value(a)),
        Op::RemSint | Op::RemUint if k == Some(1) => Some(Const(0)),
        Op::AndBits if k == Some(0) => Some(Const(0)),
        Op::AndBits if is_same || is_all_ones(ty, k) => Some(Value(a)),
        Op::OrBits if is_same || k == Some(0) => Some(Value(a)),
        Op::OrBits if is_all_ones(ty, k) => Some(Value(b)),
        Op::XorBits if k == Some(0) => Some(Value(a)),
        Op::XorBits if is_same => Some(Const(0)),
        Op::XorBits if ty == Type::Bool && k == Some(1) => inverse(func, a),
        Op::ShlInt | Op::ShrSint | Op::ShrUint if k == Some(0) => Some(Value(a)),
        Op::AddOverflowsSint | Op::SubOverflowsSint if k == Some(0) => Some(Const(0)),
        Op::MulOverflowsSint if matches!(k, Some(0 | 1)) => Some(Const(0)),
        Op::PtrAdd if k == Some(0) => Some(Value(a)),
        Op::CmpInt if is_same => Some(Const(u64::from(is_true_of_equals(data.immediate)))),
        Op::CmpInt => compare(func, data, k),
        Op::Select => select(func, data),
        // Sign operations move one bit: exact for NaN and zero too.
        Op::NegFloat => operand_of(func, a, Op::NegFloat).map(Value),
        Op::AbsFloat => sign_under_abs(func, a),
        Op::TruncateInt => truncate(func, data),
        _ => None,
    }
}

fn is_all_ones(ty: Type, k: Option<i64>) -> bool {
    k == Some(if ty == Type::Bool { 1 } else { -1 })
}

fn is_true_of_equals(immediate: Immediate) -> bool {
    use IntCond::{Eq, Sge, Sle, Uge, Ule};
    matches!(immediate, Immediate::IntCond(Eq | Sle | Sge | Ule | Uge))
}

/// `not` of a comparison is the inverse comparison. Of floats only where NaN answers the inverse too.
fn inverse(func: &Function, a: Value) -> Option<Rewrite> {
    use crate::lir::FloatCond;
    let data = func.def_inst(a)?;
    let immediate = match data.immediate {
        Immediate::IntCond(cond) => Immediate::IntCond(cond.inverse()),
        Immediate::FloatCond(FloatCond::Eq) => Immediate::FloatCond(FloatCond::Ne),
        Immediate::FloatCond(FloatCond::Ne) => Immediate::FloatCond(FloatCond::Eq),
        Immediate::FloatCond(FloatCond::Ordered) => Immediate::FloatCond(FloatCond::Unordered),
        Immediate::FloatCond(FloatCond::Unordered) => Immediate::FloatCond(FloatCond::Ordered),
        _ => {
            let is_not = data.op == Op::XorBits && func.as_const_int(data.args[1]) == Some(1);
            return is_not.then(|| Rewrite::Value(data.args[0]));
        }
    };
    Some(Rewrite::Op(data.op, immediate, data.args.clone()))
}

fn compare(func: &Function, data: &InstData, k: Option<i64>) -> Option<Rewrite> {
    let Immediate::IntCond(cond) = data.immediate else { return None };
    let a = data.args[0];
    match (cond, k?, func.type_of(a)) {
        // Unsigned bounds.
        (IntCond::Ult, 0, _) => Some(Rewrite::Const(0)),
        (IntCond::Uge, 0, _) => Some(Rewrite::Const(1)),
        // A bool compared with a bool is the bool or its inverse.
        (IntCond::Eq, 1, Type::Bool) | (IntCond::Ne, 0, Type::Bool) => Some(Rewrite::Value(a)),
        (IntCond::Eq, 0, Type::Bool) | (IntCond::Ne, 1, Type::Bool) => inverse(func, a),
        // A bool that was widened, compared with 0.
        (IntCond::Ne, 0, _) => {
            operand_of(func, a, Op::ExtendUint).filter(|&inner| func.type_of(inner) == Type::Bool).map(Rewrite::Value)
        }
        (IntCond::Eq, 0, _) => operand_of(func, a, Op::ExtendUint)
            .filter(|&inner| func.type_of(inner) == Type::Bool)
            .and_then(|inner| inverse(func, inner)),
        _ => None,
    }
}

fn select(func: &Function, data: &InstData) -> Option<Rewrite> {
    let [condition, on_true, on_false] = *data.args.as_slice() else { return None };
    if on_true == on_false {
        return Some(Rewrite::Value(on_true));
    }
    if let Some(truth) = func.as_const_int(condition) {
        return Some(Rewrite::Value(if truth == 0 { on_false } else { on_true }));
    }
    if func.type_of(on_true) != Type::Bool {
        return None;
    }
    match (func.as_const_int(on_true)?, func.as_const_int(on_false)?) {
        (1, 0) => Some(Rewrite::Value(condition)),
        (0, 1) => inverse(func, condition),
        _ => Some(Rewrite::Value(on_true)),
    }
}

fn operand_of(func: &Function, value: Value, op: Op) -> Option<Value> {
    func.def_inst(value).filter(|data| data.op == op).map(|data| data.args[0])
}

fn sign_under_abs(func: &Function, a: Value) -> Option<Rewrite> {
    if operand_of(func, a, Op::AbsFloat).is_some() {
        return Some(Rewrite::Value(a));
    }
    let inner = operand_of(func, a, Op::NegFloat)?;
    Some(Rewrite::Op(Op::AbsFloat, Immediate::None, SmallVec::from_slice(&[inner])))
}

/// Narrowing what was widened from the same type.
fn truncate(func: &Function, data: &InstData) -> Option<Rewrite> {
    let a = data.args[0];
    let inner = operand_of(func, a, Op::ExtendSint).or_else(|| operand_of(func, a, Op::ExtendUint))?;
    (func.type_of(inner) == func.type_of(data.results[0])).then_some(Rewrite::Value(inner))
}
