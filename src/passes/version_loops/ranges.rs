//! The least and the greatest value that something takes while a nest runs, as expressions in front of the nest.
//!
//! | value | range |
//! |---|---|
//! | defined outside the nest, constant | itself |
//! | counter, `while i < stop: i += c`, c > 0 | start .. stop - 1; `stop - 1 + c` must not overflow |
//! | counter, `while i > stop: i -= c` | stop + 1 .. start, in the same way |
//! | counter beside `remaining`, which goes down by 1 while it is `> 0` or `!= 0` | start .. start + step * (remaining - 1) |
//! | a + b, a - b, a * constant | from the ranges of the operands |
//!
//! Starts and stops have ranges themselves, so inner loops may depend on outer counters. A counter's range holds
//! behind the test of its loop only: each question names the places where the answer must hold, and the block that
//! the test leads to must dominate them. Expressions are exact or the condition fails: if either end of a range on
//! the way overflows, the original loop runs.

use smallvec::SmallVec;

use super::expressions::{Expression, Expressions, Node};
use super::{Condition, Planner};
use crate::lir::{Block, Immediate, IntCond, Loop, Op, Type, Value, ValueDef};

const DEEPEST: u32 = 12;

/// Least and greatest value.
type Range = (Node, Node);

pub(super) struct Ranges<'a> {
    planner: Planner<'a>,
    nest: Loop,
    pub(super) expressions: Expressions,
    /// What must be computable beside the bounds, for the range in question.
    extras: Vec<Condition>,
    depth: u32,
}

/// A loop that stays as long as a comparison holds.
struct Test {
    /// Where it goes on.
    body: Block,
    cond: IntCond,
    left: Value,
    right: Value,
}

impl<'a> Ranges<'a> {
    pub(super) fn new(planner: Planner<'a>, nest: Loop) -> Self {
        Ranges { planner, nest, expressions: Expressions::default(), extras: Vec::new(), depth: 0 }
    }

    /// What makes `left cond right` hold at all `places` throughout the nest. `is_index` asks for `left >= 0` too,
    /// as an unsigned comparison does anyway.
    pub(super) fn comparison(
        &mut self,
        cond: IntCond,
        left: Value,
        right: Value,
        places: &[Block],
        is_index: bool,
    ) -> Option<Vec<Condition>> {
        self.extras.clear();
        let (left_low, left_high) = self.range(left, places)?;
        let (right_low, right_high) = self.range(right, places)?;
        let zero = self.expressions.node(Expression::Const(0))?;
        let mut conditions = match cond {
            IntCond::Ult | IntCond::Slt => vec![Condition::Compare(IntCond::Slt, left_high, right_low)],
            IntCond::Ule | IntCond::Sle => vec![Condition::Compare(IntCond::Sle, left_high, right_low)],
            IntCond::Sgt => vec![Condition::Compare(IntCond::Sgt, left_low, right_high)],
            IntCond::Sge => vec![Condition::Compare(IntCond::Sge, left_low, right_high)],
            IntCond::Eq | IntCond::Ne | IntCond::Ugt | IntCond::Uge => return None,
        };
        if is_index || matches!(cond, IntCond::Ult | IntCond::Ule) {
            conditions.push(Condition::Compare(IntCond::Sge, left_low, zero));
        }
        conditions.append(&mut self.extras);
        Some(conditions)
    }

    fn range(&mut self, value: Value, places: &[Block]) -> Option<Range> {
        let planner = self.planner;
        let func = planner.func;
        if func.type_of(value) != Type::I64 || self.depth == DEEPEST {
            return None;
        }
        if let Some(number) = func.as_const_int(value) {
            let node = self.expressions.node(Expression::Const(number))?;
            return Some((node, node));
        }
        if !planner.is_inside(self.nest, value) {
            let node = self.expressions.node(Expression::Value(value))?;
            return Some((node, node));
        }
        self.depth += 1;
        let range = match (func.values[value.index()].def, func.def_inst(value)) {
            (ValueDef::Param(block, position), _) => self.counter(block, position as usize, places),
            (_, Some(data)) => match (data.op, data.args.as_slice()) {
                (Op::AddInt, &[a, b]) => self.sum(a, b, places),
                (Op::SubInt, &[a, b]) => self.difference(a, b, places),
                (Op::MulInt, &[a, b]) => self.product(a, b, places),
                _ => None,
            },
            (ValueDef::Result(..), None) => None,
        };
        self.depth -= 1;
        // Both ends: a sum that overflows at its upper end may wrap below its lower one.
        let (low, high) = range?;
        self.extras.extend([Condition::Computable(low), Condition::Computable(high)]);
        range
    }

    fn sum(&mut self, a: Value, b: Value, places: &[Block]) -> Option<Range> {
        let ((a_low, a_high), (b_low, b_high)) = (self.range(a, places)?, self.range(b, places)?);
        Some((self.add(a_low, b_low)?, self.add(a_high, b_high)?))
    }

    fn difference(&mut self, a: Value, b: Value, places: &[Block]) -> Option<Range> {
        let ((a_low, a_high), (b_low, b_high)) = (self.range(a, places)?, self.range(b, places)?);
        let low = self.expressions.node(Expression::Sub(a_low, b_high))?;
        Some((low, self.expressions.node(Expression::Sub(a_high, b_low))?))
    }

    fn product(&mut self, a: Value, b: Value, places: &[Block]) -> Option<Range> {
        let factor = self.planner.func.as_const_int(b)?;
        let (low, high) = self.range(a, places)?;
        let factor_node = self.expressions.node(Expression::Const(factor))?;
        let low = self.expressions.node(Expression::Mul(low, factor_node))?;
        let high = self.expressions.node(Expression::Mul(high, factor_node))?;
        Some(if factor < 0 { (high, low) } else { (low, high) })
    }

    fn add(&mut self, a: Node, b: Node) -> Option<Node> {
        self.expressions.node(Expression::Add(a, b))
    }

    fn add_const(&mut self, a: Node, number: i64) -> Option<Node> {
        let number = self.expressions.node(Expression::Const(number))?;
        self.add(a, number)
    }

    /// The range of a parameter of a loop's header.
    fn counter(&mut self, header: Block, position: usize, places: &[Block]) -> Option<Range> {
        let planner = self.planner;
        let name = planner.loops.innermost(header).filter(|&name| planner.loops.data(name).header == header)?;
        let test = self.test(name)?;
        if !places.iter().all(|&place| planner.dominators.dominates(test.body, place)) {
            return None;
        }
        let param = planner.func.block(header).params[position];
        let step = self.step(name, position)?;
        let (low, high) = self.start(name, position)?;
        match self.expressions.constant(step) {
            Some(step) if test.left == param => self.tested(&test, header, step, low, high),
            _ => {
                let trips = self.trips(name, &test)?;
                self.stepped(step, trips, low, high)
            }
        }
    }

    /// A counter that the test itself compares with a bound.
    fn tested(&mut self, test: &Test, header: Block, step: i64, low: Node, high: Node) -> Option<Range> {
        let (bound_low, bound_high) = self.range(test.right, &[header])?;
        let (last, range) = match (test.cond, step > 0) {
            (IntCond::Slt, true) => {
                let last = self.add_const(bound_high, -1)?;
                (last, (low, last))
            }
            (IntCond::Sle, true) => (bound_high, (low, bound_high)),
            (IntCond::Sgt, false) => {
                let last = self.add_const(bound_low, 1)?;
                (last, (last, high))
            }
            (IntCond::Sge, false) => (bound_low, (bound_low, high)),
            _ => return None,
        };
        let reaches_bound = matches!(test.cond, IntCond::Sle | IntCond::Sge);
        if reaches_bound || step.unsigned_abs() > 1 {
            let beyond = self.add_const(last, step)?;
            self.extras.push(Condition::Computable(beyond));
        }
        Some(range)
    }

    /// A counter that goes from its start by `step`, `trips` times at most.
    fn stepped(&mut self, step: Node, trips: Node, low: Node, high: Node) -> Option<Range> {
        let way = self.expressions.node(Expression::Mul(trips, step))?;
        let (down, up) = match self.expressions.constant(step) {
            Some(step) if step >= 0 => (None, Some(way)),
            Some(_) => (Some(way), None),
            None => {
                let down = self.expressions.node(Expression::NotPositive(way))?;
                (Some(down), Some(self.expressions.node(Expression::NotNegative(way))?))
            }
        };
        let low = down.map_or(Some(low), |down| self.add(low, down))?;
        let high = up.map_or(Some(high), |up| self.add(high, up))?;
        Some((low, high))
    }

    /// How often the loop goes around at most before its last iteration; anything below 0 if it never runs.
    fn trips(&mut self, name: Loop, test: &Test) -> Option<Node> {
        let planner = self.planner;
        let header = planner.loops.data(name).header;
        let position = planner.func.block(header).params.iter().position(|&param| param == test.left)?;
        let step = self.step(name, position)?;
        let step = self.expressions.constant(step)?;
        let (low, high) = self.start(name, position)?;
        let (bound_low, bound_high) = self.range(test.right, &[header])?;
        if test.cond == IntCond::Ne && step == -1 && self.expressions.constant(bound_low) == Some(0) {
            // Down to exactly 0: only if it starts above, or a start below 0 would go all the way around.
            self.extras.push(Condition::Compare(IntCond::Sge, low, bound_low));
            return self.add_const(high, -1);
        }
        let distance = match (test.cond, step) {
            (IntCond::Slt, 1) => Expression::Sub(bound_high, low),
            (IntCond::Sgt, -1) => Expression::Sub(high, bound_low),
            _ => return None,
        };
        let distance = self.expressions.node(distance)?;
        self.add_const(distance, -1)
    }

    /// The comparison at the end of the header that keeps the loop going.
    fn test(&self, name: Loop) -> Option<Test> {
        let planner = self.planner;
        let data = planner.loops.data(name);
        let last = planner.func.terminator(data.header).filter(|last| last.op == Op::BranchIf)?;
        let stays = |position: usize| planner.loops.contains(name, last.targets[position].block);
        let position = match (stays(0), stays(1)) {
            (true, false) => 0,
            (false, true) => 1,
            _ => return None,
        };
        let body = last.targets[position].block;
        let comparison = planner.func.def_inst(last.args[0])?;
        let Immediate::IntCond(cond) = comparison.immediate else { return None };
        let cond = if position == 0 { cond } else { cond.inverse() };
        let (mut cond, mut left, mut right) = (cond, comparison.args[0], comparison.args[1]);
        if !planner.func.block(data.header).params.contains(&left) {
            (cond, left, right) = (cond.swapped(), right, left);
        }
        (planner.cfg.preds(body).len() == 1 && body != data.header).then_some(Test { body, cond, left, right })
    }

    /// What every way around the loop adds to a parameter of its header: one value, the same in the whole nest.
    fn step(&mut self, name: Loop, position: usize) -> Option<Node> {
        let planner = self.planner;
        let data = planner.loops.data(name);
        let param = planner.func.block(data.header).params[position];
        let mut step = None;
        for &latch in &data.latches {
            for target in planner.func.successors(latch).filter(|target| target.block == data.header) {
                let next = planner.func.def_inst(target.args[position])?;
                let (a, b) = (*next.args.first()?, *next.args.get(1)?);
                let constant = planner.func.as_const_int(b);
                let found = match (next.op, constant) {
                    (Op::AddInt, Some(step)) if a == param => Expression::Const(step),
                    (Op::SubInt, Some(step)) if a == param => Expression::Const(step.checked_neg()?),
                    (Op::AddInt, None) if a == param && !planner.is_inside(self.nest, b) => Expression::Value(b),
                    (Op::AddInt, None) if b == param && !planner.is_inside(self.nest, a) => Expression::Value(a),
                    _ => return None,
                };
                let found = self.expressions.node(found)?;
                if step.is_some_and(|step| step != found) {
                    return None;
                }
                step = Some(found);
            }
        }
        step
    }

    /// The range of what enters the loop for a parameter of its header.
    fn start(&mut self, name: Loop, position: usize) -> Option<Range> {
        let planner = self.planner;
        let data = planner.loops.data(name);
        let outside = planner.cfg.preds(data.header).iter().filter(|pred| !data.latches.contains(pred));
        let mut starts: SmallVec<[(Block, Value); 2]> = SmallVec::new();
        for &pred in outside {
            let targets = planner.func.successors(pred).filter(|target| target.block == data.header);
            starts.extend(targets.map(|target| (pred, target.args[position])));
        }
        match starts.as_slice() {
            [(pred, value)] => self.range(*value, &[*pred]),
            _ => None,
        }
    }
}
