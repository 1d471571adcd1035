//! What follows for Python's `a % n` where `n` is never negative.
//!
//!     v5 = sub_int a, (mul_int (div_sint a, n), n)             the sign is a's
//!     v6 = and_bits (ne v5, 0), (slt (xor_bits v5, n), 0)      is slt v5, 0
//!     v7 = select v6, v5 + n, v5                               in 0..n; v5 itself if a is never negative

use super::super::rewriting::{Replacements, make_constant};
use super::{DEEPEST, Prover, comparison, implies, int_constant};
use crate::lir::{Function, Immediate, Inst, IntCond, Op, Value};

impl Prover<'_> {
    /// The `n` for which `value` is known to be in `0..n`, as a remainder.
    pub(super) fn modulus(&self, func: &Function, value: Value, depth: u32) -> Option<Value> {
        if depth >= DEEPEST {
            return None;
        }
        let is_natural = |value| self.is_natural(func, value, depth + 1);
        if let Some((a, n)) = remainder(func, value) {
            return (is_natural(a) && is_natural(n)).then_some(n);
        }
        let data = func.def_inst(value).filter(|data| data.op == Op::Select)?;
        let (wrapped, plain) = (data.args[1], data.args[2]);
        let (_, n) = remainder(func, plain)?;
        let (cond, left, right) = comparison(func, data.args[0])?;
        let is_sign = cond == IntCond::Slt && left == plain && int_constant(func, right) == Some(0);
        let sum = func.def_inst(wrapped).filter(|data| data.op == Op::AddInt)?;
        let is_sum = sum.args[..] == [plain, n] || sum.args[..] == [n, plain];
        (is_sign && is_sum && is_natural(n)).then_some(n)
    }

    /// True if `value`, read as signed, is known to be above 0.
    pub(super) fn is_positive(&self, func: &Function, value: Value) -> bool {
        self.facts_about(value).any(|(cond, other)| cond == IntCond::Sgt && self.is_natural(func, other, DEEPEST / 2))
    }

    /// `xor_bits(a, b) < 0` is `a < 0` if `b` is not negative.
    pub(super) fn simplify_sign(&self, func: &mut Function, inst: Inst) -> bool {
        let data = func.inst(inst);
        if data.immediate != Immediate::IntCond(IntCond::Slt) || int_constant(func, data.args[1]) != Some(0) {
            return false;
        }
        let signs = func.def_inst(data.args[0]).filter(|data| data.op == Op::XorBits);
        let Some(&[a, b]) = signs.map(|data| &data.args[..]) else { return false };
        let signed = match (self.is_natural(func, a, 0), self.is_natural(func, b, 0)) {
            (_, true) => a,
            (true, false) => b,
            (false, false) => return false,
        };
        func.insts[inst.index()].args[0] = signed;
        true
    }

    /// `and` and `or` of conditions of which one is known, or of which one follows from the other.
    pub(super) fn simplify_logic(&self, func: &mut Function, inst: Inst, replacements: &mut Replacements) -> bool {
        let data = func.inst(inst);
        let (result, is_and, a, b) = (data.results[0], data.op == Op::AndBits, data.args[0], data.args[1]);
        for (known, other) in [(a, b), (b, a)] {
            match self.truth(func, known) {
                Some(truth) if truth == is_and => replacements.replace(result, other),
                Some(truth) => make_constant(func, inst, u64::from(truth)),
                None => continue,
            }
            return true;
        }
        let (Some((first, x, y)), Some((second, z, w))) = (comparison(func, a), comparison(func, b)) else {
            return false;
        };
        let is_same = x == z && (y == w || int_constant(func, y).is_some_and(|k| int_constant(func, w) == Some(k)));
        let (narrow, wide) = match (implies(first, second), implies(second, first)) {
            (true, _) if is_same => (a, b),
            (_, true) if is_same => (b, a),
            _ => return false,
        };
        replacements.replace(result, if is_and { narrow } else { wide });
        true
    }
}

/// The operands of the division whose remainder, with the dividend's sign, `value` is.
pub(super) fn remainder(func: &Function, value: Value) -> Option<(Value, Value)> {
    let data = func.def_inst(value)?;
    let &[a, subtrahend] = &data.args[..] else { return None };
    match data.op {
        Op::RemSint => Some((a, subtrahend)),
        Op::SubInt => {
            let product = func.def_inst(subtrahend).filter(|data| data.op == Op::MulInt)?;
            let &[x, y] = &product.args[..] else { return None };
            [(x, y), (y, x)].into_iter().find_map(|(quotient, n)| {
                let division = func.def_inst(quotient).filter(|data| data.op == Op::DivSint)?;
                (division.args[..] == [a, n]).then_some((a, n))
            })
        }
        _ => None,
    }
}
