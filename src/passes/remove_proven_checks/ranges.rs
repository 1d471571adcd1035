//! What is known of a value: between which constants it is if it is not negative, and what it is below.

use super::remainders::remainder;
use super::{DEEPEST, Prover, int_constant};
use crate::lir::{Function, InstData, IntCond, Op, Type, Value, ValueDef};

/// Steps of a proof that one value is below another.
const LONGEST_CHAIN: u32 = 4;

/// Bounds of a value that is not negative, read as signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    pub(super) least: i64,
    pub(super) most: i64,
}

impl Range {
    /// Everything from 0 that the type holds.
    pub(super) fn natural(ty: Type) -> Range {
        Range { least: 0, most: i64::MAX >> (64 - ty.bits()) }
    }

    /// The narrowest range around both.
    pub(super) fn around(self, other: Range) -> Range {
        Range { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    /// What a comparison of a value in this range with a constant gives, if all of them give the same. A negative
    /// constant is large if it is read as unsigned.
    pub(super) fn compare(self, cond: IntCond, k: i64) -> Option<bool> {
        use IntCond::{Eq, Ne, Sge, Sgt, Sle, Slt, Uge, Ugt, Ule, Ult};
        let k = match cond {
            Ult | Ule | Ugt | Uge if k < 0 => return Some(matches!(cond, Ult | Ule)),
            _ => k,
        };
        let decided = |is_always: bool, is_never: bool| match (is_always, is_never) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        match cond {
            Slt | Ult => decided(self.most < k, self.least >= k),
            Sle | Ule => decided(self.most <= k, self.least > k),
            Sgt | Ugt => decided(self.least > k, self.most <= k),
            Sge | Uge => decided(self.least >= k, self.most < k),
            Eq => decided(self.least == k && self.most == k, k < self.least || k > self.most),
            Ne => decided(k < self.least || k > self.most, self.least == k && self.most == k),
        }
    }

    /// The range from 0 on.
    fn raised_to_zero(self) -> Range {
        Range { least: 0, most: self.most }
    }

    fn map(self, bound: impl Fn(i64) -> i64) -> Range {
        Range { least: bound(self.least), most: bound(self.most) }
    }
}

impl Prover<'_> {
    /// True if `value`, read as signed, is known not to be negative.
    pub(super) fn is_natural(&self, func: &Function, value: Value, depth: u32) -> bool {
        self.range(func, value, depth).is_some()
    }

    /// The bounds of a value that is known not to be negative.
    pub(super) fn range(&self, func: &Function, value: Value, depth: u32) -> Option<Range> {
        let ty = func.type_of(value);
        if depth >= DEEPEST || !ty.is_int() {
            return None;
        }
        if let Some(number) = int_constant(func, value) {
            return (number >= 0).then_some(Range { least: number, most: number });
        }
        let mut range = match (func.values[value.index()].def, func.def_inst(value)) {
            (ValueDef::Param(..), _) | (_, None) => self.ranges[value.index()],
            (_, Some(data)) => self.range_of_result(func, value, data, depth),
        };
        let natural = Range::natural(ty);
        for (cond, other) in self.facts_about(value) {
            // Twice at most: facts about facts would be many.
            let is_natural = || self.is_natural(func, other, depth + DEEPEST / 2);
            let known = range.unwrap_or(natural);
            range = match (cond, int_constant(func, other)) {
                (IntCond::Eq, Some(k)) if k >= 0 => Some(Range { least: k, most: k }),
                (IntCond::Sge, Some(k)) if k >= 0 => Some(Range { least: known.least.max(k), ..known }),
                (IntCond::Sgt, Some(k)) if (-1..natural.most).contains(&k) => {
                    Some(Range { least: known.least.max(k + 1), ..known })
                }
                (IntCond::Slt, Some(k)) if range.is_some() && k > known.least => {
                    Some(Range { most: known.most.min(k - 1), ..known })
                }
                (IntCond::Ult, Some(k)) if k > known.least => Some(Range { most: known.most.min(k - 1), ..known }),
                (IntCond::Sgt | IntCond::Sge | IntCond::Ult, None) if range.is_none() && is_natural() => Some(natural),
                _ => range,
            };
        }
        range
    }

    fn range_of_result(&self, func: &Function, value: Value, data: &InstData, depth: u32) -> Option<Range> {
        let again = |value| self.range(func, value, depth + 1);
        let natural = Range::natural(func.type_of(value));
        let fits = |bound: Option<i64>| bound.filter(|&bound| bound <= natural.most);
        let shift = |count: Value| {
            let bits = i64::from(func.type_of(value).bits());
            int_constant(func, count).filter(|count| (1..bits).contains(count))
        };
        match (data.op, data.args.as_slice()) {
            (Op::ExtendUint, &[a]) => Some(again(a).unwrap_or_else(|| unsigned(func.type_of(a)))),
            (Op::ExtendSint, &[a]) => again(a),
            (Op::AndBits, &[a, b]) => match (again(a), again(b)) {
                (Some(a), Some(b)) => Some(Range { least: 0, most: a.most.min(b.most) }),
                (a, b) => a.or(b).map(Range::raised_to_zero),
            },
            (Op::Select, &[_, a, b]) => match (again(a), again(b)) {
                (Some(a), Some(b)) => Some(a.around(b)),
                _ => self.modulus(func, value, depth + 1).map(|_| natural),
            },
            (Op::ShrUint, &[a, count]) => {
                let count = shift(count)?;
                let all = Range { least: 0, most: (u64::MAX >> (64 - func.type_of(a).bits()) >> count) as i64 };
                Some(again(a).map_or(all, |range| range.map(|bound| bound >> count)))
            }
            (Op::ShrSint, &[a, count]) => {
                let range = again(a)?;
                Some(shift(count).map_or(range.raised_to_zero(), |count| range.map(|bound| bound >> count)))
            }
            (Op::RemSint, &[a, _]) => again(a).map(Range::raised_to_zero),
            (Op::DivSint, &[a, b]) => {
                let divisor = int_constant(func, b).filter(|&divisor| divisor > 0)?;
                Some(again(a)?.map(|bound| bound / divisor))
            }
            (Op::MulInt, &[a, b]) => {
                let (a, b) = (again(a)?, again(b)?);
                let most = fits(a.most.checked_mul(b.most))?;
                Some(Range { least: a.least * b.least, most })
            }
            (Op::SubInt, &[_, b]) if int_constant(func, b).is_none() => {
                remainder(func, value).and_then(|(a, _)| again(a)).map(Range::raised_to_zero)
            }
            (Op::AddInt | Op::SubInt, &[a, b]) => {
                let Some(step) = constant_step(func, data) else {
                    let (a, b) = (again(a)?, again(b)?);
                    let most = fits(a.most.checked_add(b.most))?;
                    return Some(Range { least: a.least + b.least, most });
                };
                let range = again(a)?;
                let most = if step < 0 || self.adds_safely(func, a, step, depth + 1) {
                    range.most.saturating_add(step).min(natural.most)
                } else {
                    fits(range.most.checked_add(step))?
                };
                range.least.checked_add(step).filter(|&least| least >= 0).map(|least| Range { least, most })
            }
            _ => None,
        }
    }

    /// True if adding a positive constant to a value does not wrap, because it is that far below something.
    fn adds_safely(&self, func: &Function, value: Value, step: i64, depth: u32) -> bool {
        let distance = |bound: Value| self.distance_below(func, bound, depth).map(|(_, distance)| distance);
        let mut below = self.facts_about(value).filter(|(cond, _)| *cond == IntCond::Slt);
        below.any(|(_, bound)| step == 1 || distance(bound).is_some_and(|distance| step <= distance))
            || self.ceiling(value).and_then(distance).is_some_and(|distance| step <= distance)
    }

    /// True if `a < n`, read as signed, is known.
    pub(super) fn is_less(&self, func: &Function, a: Value, n: Value, depth: u32) -> bool {
        if depth >= LONGEST_CHAIN {
            return false;
        }
        let reaches = |value| value == n || self.is_less(func, value, n, depth + 1);
        let is_known = self.facts_about(a).any(|(cond, bound)| match cond {
            IntCond::Slt => reaches(bound),
            IntCond::Ult if bound == n => self.is_natural(func, n, DEEPEST / 2),
            _ => false,
        });
        if is_known || self.modulus(func, a, DEEPEST / 2) == Some(n) {
            return true;
        }
        if let Some(start) = self.ceiling(a) {
            return self.is_less(func, start, n, depth + 1);
        }
        let Some((base, step)) =
            func.def_inst(a).and_then(|data| constant_step(func, data).map(|step| (data.args[0], step)))
        else {
            return false;
        };
        if step < 0 {
            return self.is_natural(func, base, DEEPEST / 2) && reaches(base);
        }
        // base < bound gives base + 1 <= bound; bound = whole - distance gives base + distance < whole.
        let distance_below = |bound: Value| self.distance_below(func, bound, DEEPEST / 2);
        let is_near = |bound: Value| match distance_below(bound) {
            Some((whole, distance)) => step <= distance && reaches(whole),
            None => false,
        };
        // The same with base <= bound.
        let is_near_start = |bound: Value| match distance_below(bound) {
            Some((whole, distance)) if step < distance => reaches(whole),
            Some((whole, distance)) => step == distance && self.is_less(func, whole, n, depth + 1),
            None => false,
        };
        let mut below = self.facts_about(base).filter(|(cond, _)| *cond == IntCond::Slt);
        below.any(|(_, bound)| (step == 1 && self.is_less(func, bound, n, depth + 1)) || is_near(bound))
            || self.ceiling(base).is_some_and(is_near_start)
    }

    /// What a parameter of a loop starts with and never exceeds.
    fn ceiling(&self, value: Value) -> Option<Value> {
        self.ceilings.get(value.index()).copied().flatten()
    }

    /// Of `whole - distance`, where that does not wrap: both.
    fn distance_below(&self, func: &Function, value: Value, depth: u32) -> Option<(Value, i64)> {
        let data = func.def_inst(value)?;
        let step = constant_step(func, data).filter(|&step| step < 0 && step > i64::MIN)?;
        self.is_natural(func, data.args[0], depth).then_some((data.args[0], -step))
    }
}

/// What an instruction adds to its first operand, if that is a constant and not 0.
pub(super) fn constant_step(func: &Function, data: &InstData) -> Option<i64> {
    let constant = || int_constant(func, data.args[1]);
    let step = match data.op {
        Op::AddInt => constant(),
        Op::SubInt => constant().and_then(i64::checked_neg),
        _ => None,
    };
    step.filter(|&step| step != 0)
}

/// The range of a narrow integer that is read as unsigned.
fn unsigned(ty: Type) -> Range {
    Range { least: 0, most: (1 << ty.bits()) - 1 }
}
