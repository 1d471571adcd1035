//! What each operation without effects computes: the meaning of the rows in `lir/ops.rs`, executable.

use super::bits::{Bits, mask};
use crate::lir::{FloatCond, Immediate, IntCond, Op, Type};

/// The outcome of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Evaluated {
    /// Its result.
    Value(Bits),
    /// The operands violate what the row requires.
    Violates(&'static str),
    /// The result does not follow from the operands alone: memory, calls, control flow, addresses of the frame.
    NotPure,
}

/// Computes `op` on `args`; `from` is the type of the first operand and `to` the type of the result.
pub fn evaluate(op: Op, immediate: Immediate, from: Type, to: Type, args: &[Bits]) -> Evaluated {
    let arg = |index: usize| args.get(index).copied().unwrap_or_default();
    let (a, b) = (arg(0), arg(1));
    let int = |number: i64| Evaluated::Value(Bits::from_int(to, number));
    let bits = |bits: u64| Evaluated::Value(Bits(bits & mask(to)));
    let (x, y) = (a.sint(from), b.sint(from));
    match op {
        Op::ConstInt | Op::ConstPtr | Op::ConstFloat => constant(immediate, to),
        Op::AddInt => int(x.wrapping_add(y)),
        Op::SubInt => int(x.wrapping_sub(y)),
        Op::MulInt => int(x.wrapping_mul(y)),
        Op::DivSint | Op::RemSint | Op::DivUint | Op::RemUint => divide(op, from, a, b),
        Op::MulHighSint => int(((i128::from(x) * i128::from(y)) >> from.bits()) as i64),
        Op::MulHighUint => bits(((u128::from(a.0) * u128::from(b.0)) >> from.bits()) as u64),
        Op::AndBits => bits(a.0 & b.0),
        Op::OrBits => bits(a.0 | b.0),
        Op::XorBits => bits(a.0 ^ b.0),
        Op::ShlInt => bits(a.0 << shift(from, b)),
        Op::ShrSint => int(x >> shift(from, b)),
        Op::ShrUint => bits(a.0 >> shift(from, b)),
        Op::CountLeadingZeros => bits(u64::from(a.0.leading_zeros() + from.bits() - 64)),
        Op::CountTrailingZeros => bits(u64::from(a.0.trailing_zeros().min(from.bits()))),
        Op::CountOnes => bits(u64::from(a.0.count_ones())),
        Op::AddOverflowsSint => overflows(from, i128::from(x) + i128::from(y)),
        Op::SubOverflowsSint => overflows(from, i128::from(x) - i128::from(y)),
        Op::MulOverflowsSint => overflows(from, i128::from(x) * i128::from(y)),
        Op::CmpInt | Op::CmpFloat => compare(immediate, from, a, b),
        Op::AddFloat | Op::SubFloat | Op::MulFloat | Op::DivFloat => float_binary(op, from, a, b),
        Op::NegFloat => bits(a.0 ^ sign(from)),
        Op::AbsFloat => bits(a.0 & !sign(from)),
        Op::CopysignFloat => bits(a.0 & !sign(from) | b.0 & sign(from)),
        Op::SqrtFloat | Op::FloorFloat | Op::CeilFloat | Op::TruncFloat | Op::RoundEvenFloat => {
            float_unary(op, from, a)
        }
        Op::ExtendSint => int(x),
        Op::ExtendUint | Op::TruncateInt | Op::FloatToBits | Op::BitsToFloat | Op::PtrToInt => bits(a.0),
        Op::SintToFloat | Op::UintToFloat | Op::FloatToSintSat | Op::FloatToUintSat => convert(op, from, to, a),
        Op::PromoteFloat => Evaluated::Value(Bits::from_f64(f64::from(a.f32()))),
        Op::DemoteFloat => Evaluated::Value(Bits::from_f32(a.f64() as f32)),
        Op::Select => Evaluated::Value(if a.truth() { b } else { arg(2) }),
        Op::PtrAdd => bits(a.0.wrapping_add(b.0)),
        Op::SlotAddress | Op::DataAddress | Op::Load | Op::Store | Op::AtomicLoad | Op::RelaxedLoad => {
            Evaluated::NotPure
        }
        Op::CallRuntime | Op::CallFunction | Op::Jump | Op::BranchIf | Op::Poll | Op::ReturnFrom | Op::Return => {
            Evaluated::NotPure
        }
    }
}

fn constant(immediate: Immediate, to: Type) -> Evaluated {
    match immediate {
        Immediate::Int(number) => Evaluated::Value(Bits::from_int(to, number)),
        Immediate::Float(bits) => Evaluated::Value(Bits(bits)),
        _ => Evaluated::NotPure,
    }
}

fn divide(op: Op, ty: Type, a: Bits, b: Bits) -> Evaluated {
    let (x, y) = (a.sint(ty), b.sint(ty));
    if y == 0 {
        return Evaluated::Violates("requires b != 0");
    }
    let is_signed = matches!(op, Op::DivSint | Op::RemSint);
    if is_signed && y == -1 && a.0 == 1 << (ty.bits() - 1) {
        return Evaluated::Violates("requires not (a = MIN and b = -1)");
    }
    match op {
        Op::DivSint => Evaluated::Value(Bits::from_int(ty, x / y)),
        Op::RemSint => Evaluated::Value(Bits::from_int(ty, x % y)),
        Op::DivUint => Evaluated::Value(Bits(a.0 / b.0)),
        _ => Evaluated::Value(Bits(a.0 % b.0)),
    }
}

fn shift(ty: Type, count: Bits) -> u64 {
    count.0 & u64::from(ty.bits() - 1)
}

fn overflows(ty: Type, exact: i128) -> Evaluated {
    let limit = 1i128 << (ty.bits() - 1);
    Evaluated::Value(Bits(u64::from(exact < -limit || exact >= limit)))
}

fn sign(ty: Type) -> u64 {
    1 << (ty.bits() - 1)
}

fn compare(immediate: Immediate, ty: Type, a: Bits, b: Bits) -> Evaluated {
    let truth = match immediate {
        Immediate::IntCond(cond) => compare_ints(cond, ty, a, b),
        // Every F32 is an F64, and the conversion keeps order and NaN.
        Immediate::FloatCond(cond) if ty == Type::F32 => compare_floats(cond, f64::from(a.f32()), f64::from(b.f32())),
        Immediate::FloatCond(cond) => compare_floats(cond, a.f64(), b.f64()),
        _ => return Evaluated::NotPure,
    };
    Evaluated::Value(Bits(u64::from(truth)))
}

fn compare_ints(cond: IntCond, ty: Type, a: Bits, b: Bits) -> bool {
    let (x, y) = (a.sint(ty), b.sint(ty));
    match cond {
        IntCond::Eq => a == b,
        IntCond::Ne => a != b,
        IntCond::Slt => x < y,
        IntCond::Sle => x <= y,
        IntCond::Sgt => x > y,
        IntCond::Sge => x >= y,
        IntCond::Ult => a.0 < b.0,
        IntCond::Ule => a.0 <= b.0,
        IntCond::Ugt => a.0 > b.0,
        IntCond::Uge => a.0 >= b.0,
    }
}

fn compare_floats(cond: FloatCond, a: f64, b: f64) -> bool {
    match cond {
        FloatCond::Eq => a == b,
        FloatCond::Ne => a != b,
        FloatCond::Lt => a < b,
        FloatCond::Le => a <= b,
        FloatCond::Gt => a > b,
        FloatCond::Ge => a >= b,
        FloatCond::Unordered => a.is_nan() || b.is_nan(),
        FloatCond::Ordered => !a.is_nan() && !b.is_nan(),
    }
}

macro_rules! by_width {
    ($ty:expr, $a:expr, $b:expr, |$x:ident, $y:ident| $body:expr) => {
        if $ty == Type::F32 {
            let ($x, $y) = ($a.f32(), $b.f32());
            Evaluated::Value(Bits::from_f32($body))
        } else {
            let ($x, $y) = ($a.f64(), $b.f64());
            Evaluated::Value(Bits::from_f64($body))
        }
    };
}

fn float_binary(op: Op, ty: Type, a: Bits, b: Bits) -> Evaluated {
    match op {
        Op::AddFloat => by_width!(ty, a, b, |x, y| x + y),
        Op::SubFloat => by_width!(ty, a, b, |x, y| x - y),
        Op::MulFloat => by_width!(ty, a, b, |x, y| x * y),
        _ => by_width!(ty, a, b, |x, y| x / y),
    }
}

fn float_unary(op: Op, ty: Type, a: Bits) -> Evaluated {
    match op {
        Op::SqrtFloat => by_width!(ty, a, a, |x, _y| x.sqrt()),
        Op::FloorFloat => by_width!(ty, a, a, |x, _y| x.floor()),
        Op::CeilFloat => by_width!(ty, a, a, |x, _y| x.ceil()),
        Op::TruncFloat => by_width!(ty, a, a, |x, _y| x.trunc()),
        _ => by_width!(ty, a, a, |x, _y| x.round_ties_even()),
    }
}

/// Between integers and floats. Rust's `as` rounds to nearest, saturates, and takes NaN to 0, as the rows ask.
fn convert(op: Op, from: Type, to: Type, a: Bits) -> Evaluated {
    let signed = a.sint(from);
    // Exact: every F32 is an F64.
    let float = if from == Type::F32 { f64::from(a.f32()) } else { a.f64() };
    let bits = match (op, to) {
        (Op::SintToFloat, Type::F32) => Bits::from_f32(signed as f32),
        (Op::SintToFloat, _) => Bits::from_f64(signed as f64),
        (Op::UintToFloat, Type::F32) => Bits::from_f32(a.0 as f32),
        (Op::UintToFloat, _) => Bits::from_f64(a.0 as f64),
        (Op::FloatToSintSat, Type::I32) => Bits::from_int(to, i64::from(float as i32)),
        (Op::FloatToSintSat, _) => Bits::from_int(to, float as i64),
        (_, Type::I32) => Bits(u64::from(float as u32)),
        (_, _) => Bits(float as u64),
    };
    Evaluated::Value(bits)
}
