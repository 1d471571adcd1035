//! What the parameters of a loop's header are, by induction: counters that go up under a test `counter < something`
//! never fall below their start and do not wrap; those that go down never exceed their start, and are not negative
//! if that is tested before every round.

use super::ranges::{Range, constant_step};
use super::{Fact, Prover, fact_of_edge, int_constant};
use crate::lir::{Block, Function, IntCond, Value};

/// How a parameter changes from round to round, and with what it starts.
struct Course {
    is_natural: bool,
    has_ceiling: bool,
    goes_up: bool,
    goes_down: bool,
    starts: Option<Range>,
    start: Option<Value>,
}

impl Prover<'_> {
    /// Looks at the parameters of a loop's header; the facts are those that hold there.
    pub(super) fn find_counters(&mut self, func: &Function, header: Block) {
        if !self.cfg.preds(header).iter().any(|&pred| self.dominators.dominates(header, pred)) {
            return;
        }
        for (position, &param) in func.block(header).params.iter().enumerate() {
            if !func.type_of(param).is_int() {
                continue;
            }
            let course = self.course(func, header, position, param);
            let natural = Range::natural(func.type_of(param));
            self.ranges[param.index()] = course.starts.filter(|_| course.is_natural).map(|starts| Range {
                least: if course.goes_down { 0 } else { starts.least },
                most: if course.goes_up { natural.most } else { starts.most },
            });
            self.ceilings[param.index()] = course.start.filter(|_| course.has_ceiling && course.goes_down);
        }
    }

    fn course(&self, func: &Function, header: Block, position: usize, param: Value) -> Course {
        let (goes_up, goes_down, starts, start) = (false, false, None, None);
        let mut course = Course { is_natural: true, has_ceiling: true, goes_up, goes_down, starts, start };
        for &pred in self.cfg.preds(header) {
            let is_latch = self.dominators.dominates(header, pred);
            for target in func.successors(pred).filter(|target| target.block == header) {
                let arg = target.args[position];
                if !is_latch {
                    course.enter(arg, self.range(func, arg, 0));
                } else if arg != param {
                    self.follow(func, header, pred, param, arg, &mut course);
                }
            }
        }
        course
    }

    /// Follows the edge from `latch`, which makes `arg` the next value.
    fn follow(&self, func: &Function, header: Block, latch: Block, param: Value, arg: Value, course: &mut Course) {
        let data = func.def_inst(arg).filter(|data| data.args.first() == Some(&param));
        let step = data.and_then(|data| constant_step(func, data));
        let is_tested = |value: Value, test: &dyn Fn(IntCond, Value) -> bool| {
            self.is_tested(func, latch, header, |cond, a, b| {
                (a == value && test(cond, b)) || (b == value && test(cond.swapped(), a))
            })
        };
        match step {
            Some(1) => {
                course.goes_up = true;
                course.has_ceiling = false;
                course.is_natural &= is_tested(param, &|cond, _| cond == IntCond::Slt);
            }
            Some(step) if step < 0 => {
                let is_from_zero = |cond, bound| match (cond, int_constant(func, bound)) {
                    (IntCond::Sge, Some(k)) => k >= 0,
                    (IntCond::Sgt, Some(k)) => k >= -1,
                    (IntCond::Sgt | IntCond::Sge, None) => self.is_natural(func, bound, 0),
                    _ => false,
                };
                course.goes_down = true;
                course.is_natural &= is_tested(arg, &is_from_zero);
                course.has_ceiling &= course.is_natural || is_tested(param, &is_from_zero);
            }
            _ => (course.is_natural, course.has_ceiling) = (false, false),
        }
    }

    /// True if on every way from the header to `latch` there is such a test.
    fn is_tested(
        &self,
        func: &Function,
        latch: Block,
        header: Block,
        is_test: impl Fn(IntCond, Value, Value) -> bool,
    ) -> bool {
        let is_test = |fact: Option<Fact>| {
            let comparison = fact.and_then(|fact| fact.comparison);
            comparison.is_some_and(|(cond, a, b)| is_test(cond, a, b))
        };
        let mut block = latch;
        let mut is_found = is_test(fact_of_edge(func, latch, header));
        while block != header && !is_found {
            is_found = is_test(self.fact_of_entry(func, block));
            let Some(parent) = self.dominators.parent(block) else { return is_found };
            block = parent;
        }
        is_found
    }
}

impl Course {
    /// Adds a value that the parameter starts with.
    fn enter(&mut self, start: Value, range: Option<Range>) {
        self.has_ceiling &= self.start.is_none_or(|known| known == start);
        self.start = Some(start);
        self.is_natural &= range.is_some();
        self.starts = match (self.starts, range) {
            (Some(known), Some(range)) => Some(known.around(range)),
            (known, range) => known.or(range),
        };
    }
}
