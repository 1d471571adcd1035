//! Round a division by a constant down at once, instead of towards zero and then by one more.
//!
//! ```text
//!     v2 = div_sint v0, 1000             v10 = mul_high_sint v0, 2361183241434822607
//!     v3 = mul_int v2, 1000              v11 = shr_sint v10, 7            ; one less for negative multiples of 1000
//!     v4 = sub_int v0, v3         -->    v12 = mul_int v11, 1000
//!     v5 = cmp_int slt v4, 0             v13 = sub_int v0, v12
//!     v6 = add_int v4, 1000              v14 = cmp_int eq v13, 1000
//!     v7 = select v5, v6, v4             v7 = select v14, 0, v13
//! ```
//!
//! What the product with the reciprocal is rounded to is what `//` wants, but for multiples; back ends add the sign to
//! round towards zero, and then Python's remainder would take it away again: six instructions of thirteen.
//! Entry: verified SSA, after all that know a remainder by its form. Exit: the same; the division is left to the back
//! end. Leaves alone: 32 bits and less, of which vectors are made; dividends that are known not to be negative, whose
//! selections are gone. Cost: linear.

use super::rewriting::{Replacements, add_plain, const_bits};
use super::{Changed, PassContext};
use crate::lir::{Function, Immediate, Inst, InstData, IntCond, Op, Type, Value, signed_reciprocal};

/// See the file.
pub(super) fn floor_divisions(func: &mut Function, _: &mut PassContext) -> Changed {
    let mut replacements = Replacements::new(func);
    for block in func.layout.clone() {
        let mut position = 0;
        while position < func.block(block).insts.len() {
            let inst = func.block(block).insts[position];
            if let Some(floor) = Floor::find(func, inst) {
                let (made, result) = floor.build(func);
                replacements.replace(func.inst(inst).results[0], result);
                func.blocks[block.index()].insts.splice(position..position, made.iter().copied());
                position += made.len();
            }
            position += 1;
        }
    }
    Changed::insts(replacements.apply(func))
}

/// A selection that makes a quotient or a remainder Python's.
struct Floor {
    a: Value,
    divisor: Value,
    is_quotient: bool,
    line: u32,
}

impl Floor {
    fn find(func: &Function, inst: Inst) -> Option<Floor> {
        let data = func.inst(inst);
        if data.op != Op::Select || func.type_of(data.results[0]) != Type::I64 {
            return None;
        }
        let (adjusted, plain) = (data.args[1], data.args[2]);
        let sign = func.def_inst(data.args[0]).filter(|sign| sign.immediate == Immediate::IntCond(IntCond::Slt))?;
        const_bits(func, sign.args[1]).filter(|bits| bits.0 == 0)?;
        let (a, divisor) = remainder(func, sign.args[0])?;
        let change = func.def_inst(adjusted).filter(|change| change.args.first() == Some(&plain))?;
        let by = |number: i64| change.args.get(1).and_then(|&by| func.as_const_int(by)) == Some(number);
        let is_remainder = plain == sign.args[0] && change.op == Op::AddInt && change.args[1] == divisor;
        let is_lower = (change.op == Op::AddInt && by(-1)) || (change.op == Op::SubInt && by(1));
        let is_quotient = is_lower && func.def_inst(plain).is_some_and(|it| is_division(it, a, divisor));
        (is_remainder || is_quotient).then_some(Floor { a, divisor, is_quotient, line: data.line })
    }

    /// The instructions, and the value that takes the selection's place.
    fn build(&self, func: &mut Function) -> (Vec<Inst>, Value) {
        let number = func.as_const_int(self.divisor).expect("the divisor is a constant");
        let (multiplier, shift) = signed_reciprocal(number as u64, 64);
        let mut made = Vec::new();
        let mut add = |op: Op, immediate: Immediate, args: &[Value], ty: Type| {
            let (inst, result) = add_plain(func, op, immediate, args, ty);
            func.insts[inst.index()].line = self.line;
            made.push(inst);
            result
        };
        let factor = add(Op::ConstInt, Immediate::Int(multiplier as u64 as i64), &[], Type::I64);
        let mut high = add(Op::MulHighSint, Immediate::None, &[self.a, factor], Type::I64);
        if multiplier >> 63 == 1 {
            // The factor is taken as negative, 2^64 too small.
            high = add(Op::AddInt, Immediate::None, &[high, self.a], Type::I64);
        }
        if shift > 0 {
            let shift = add(Op::ConstInt, Immediate::Int(i64::from(shift)), &[], Type::I64);
            high = add(Op::ShrSint, Immediate::None, &[high, shift], Type::I64);
        }
        let product = add(Op::MulInt, Immediate::None, &[high, self.divisor], Type::I64);
        let rest = add(Op::SubInt, Immediate::None, &[self.a, product], Type::I64);
        let is_whole = Immediate::IntCond(IntCond::Eq);
        let is_whole = add(Op::CmpInt, is_whole, &[rest, self.divisor], Type::Bool);
        let result = if self.is_quotient {
            let one = add(Op::ExtendUint, Immediate::None, &[is_whole], Type::I64);
            add(Op::AddInt, Immediate::None, &[high, one], Type::I64)
        } else {
            let zero = add(Op::ConstInt, Immediate::Int(0), &[], Type::I64);
            add(Op::Select, Immediate::None, &[is_whole, zero, rest], Type::I64)
        };
        (made, result)
    }
}

/// Dividend and divisor of a remainder with the dividend's sign, if the divisor is a constant above 2 and no power of 2.
fn remainder(func: &Function, value: Value) -> Option<(Value, Value)> {
    let data = func.def_inst(value).filter(|data| data.op == Op::SubInt)?;
    let product = func.def_inst(data.args[1]).filter(|data| data.op == Op::MulInt)?;
    let division = func.def_inst(product.args[0])?;
    let (a, divisor) = (data.args[0], product.args[1]);
    let number = func.as_const_int(divisor)?;
    (is_division(division, a, divisor) && number > 2 && number & (number - 1) != 0).then_some((a, divisor))
}

fn is_division(data: &InstData, a: Value, divisor: Value) -> bool {
    data.op == Op::DivSint && data.args[..] == [a, divisor]
}
