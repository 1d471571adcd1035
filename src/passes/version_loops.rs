//! Make a copy of a loop nest without the checks that a condition in front of it decides.
//!
//!     block0: ... jump block1(v0)              block0: ... v20 = <every index of the nest is in bounds>
//!     block1(v4): ... branch_if ult, ok, cold          branch_if v20, block7(v0), block1(v0)
//!                                              block7(v4'): ... branch_if true, ok', cold
//!
//! A check is a branch with one cold target. It is decided if its condition does not change in the nest, or compares
//! values whose ranges over the whole nest can be computed in front of it: `version_loops/ranges.rs`. Where the
//! condition fails, or computing it would overflow, the original runs and raises at the exact iteration. So a loop
//! that runs not at all, or leaves early, raises as little as before.
//! Nests are taken from the outside: an inner loop is copied alone only if more checks are decided that way.
//! Entry: numbered values, invariants hoisted. Exit: verified SSA; constants in the copy wait for `fold_constants`
//! and `simplify_cfg`, parameters with one input for `remove_constant_params`. Leaves alone: nests of more than 400
//! instructions, functions of more than 1000 blocks. Cost: analyses once for each copied nest, 16 of them at most.

use smallvec::{SmallVec, smallvec};

use super::rewriting::{ensure_preheaders, home, inst_blocks, preheader};
use super::{Changed, PassContext};
use crate::lir::{Block, Cfg, Dominators, Function, Immediate, InstData, IntCond, Loop, Loops, Op, Value};

mod copying;
mod expressions;
mod ranges;

use expressions::{Expressions, Node};
use ranges::Ranges;

const MOST_INSTS: usize = 400;
const MOST_BLOCKS: usize = 1000;
const MOST_COPIES: usize = 16;

/// See the file.
pub(super) fn version_loops(func: &mut Function, ctx: &mut PassContext) -> Changed {
    if ctx.loops(func).is_empty() {
        return Changed::No;
    }
    let mut is_changed = ensure_preheaders(func, ctx);
    let mut done: Vec<Block> = Vec::new();
    for _ in 0..MOST_COPIES {
        if func.blocks.len() > MOST_BLOCKS {
            break;
        }
        let Some(plan) = find_plan(func, ctx, &done) else { break };
        let loops = ctx.loops(func);
        let blocks = &loops.data(plan.nest).blocks;
        let copies = copying::copy_nest(func, &loops, &plan);
        done.extend(blocks.iter().chain(&copies));
        ctx.invalidate(Changed::Graph);
        is_changed = true;
    }
    Changed::graph(is_changed)
}

/// A nest to copy.
struct Plan {
    nest: Loop,
    preheader: Block,
    /// What the conditions are made of.
    expressions: Expressions,
    /// Must hold for the copy to run.
    conditions: Vec<Condition>,
    /// What comparisons of the nest give in the copy.
    truths: Vec<(Value, bool)>,
}

/// Something to test in front of a nest.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// A value of type `Bool` has this truth.
    Is(Value, bool),
    /// A comparison holds.
    Compare(IntCond, Node, Node),
    /// The expression can be computed without overflow.
    Computable(Node),
}

/// The first nest, from the outside, whose copy decides the most checks.
fn find_plan(func: &Function, ctx: &mut PassContext, done: &[Block]) -> Option<Plan> {
    let (cfg, dominators, loops) = (ctx.cfg(func), ctx.dominators(func), ctx.loops(func));
    let homes = inst_blocks(func);
    let planner = Planner { func, cfg: &cfg, dominators: &dominators, loops: &loops, homes: &homes };
    let outermost = loops.iter().filter(|(_, data)| data.parent.is_none());
    outermost.filter_map(|(name, _)| planner.best(name, done)).find(|plan| !plan.truths.is_empty())
}

/// The function and its analyses.
#[derive(Clone, Copy)]
struct Planner<'a> {
    func: &'a Function,
    cfg: &'a Cfg,
    dominators: &'a Dominators,
    loops: &'a Loops,
    homes: &'a [Block],
}

impl Planner<'_> {
    /// The plan for the nest, or for the first inner nest if those decide more together.
    fn best(&self, nest: Loop, done: &[Block]) -> Option<Plan> {
        let (plan, inner) = self.compare(nest, done);
        match (plan, inner) {
            (Some(plan), inner) if plan.truths.len() >= inner => Some(plan),
            (_, 0) => None,
            _ => self.children(nest).find_map(|child| self.best(child, done)),
        }
    }

    /// The plan for the nest, and how many truths the best plans inside it give together.
    fn compare(&self, nest: Loop, done: &[Block]) -> (Option<Plan>, usize) {
        let plan = self.plan(nest, done).filter(|plan| !plan.truths.is_empty());
        let score = |child| {
            let (plan, inner) = self.compare(child, done);
            plan.map_or(inner, |plan| inner.max(plan.truths.len()))
        };
        (plan, self.children(nest).map(score).sum())
    }

    fn children(&self, nest: Loop) -> impl Iterator<Item = Loop> {
        self.loops.iter().filter(move |(_, data)| data.parent == Some(nest)).map(|(name, _)| name)
    }

    fn plan(&self, nest: Loop, done: &[Block]) -> Option<Plan> {
        let data = self.loops.data(nest);
        let size: usize = data.blocks.iter().map(|&block| self.func.block(block).insts.len()).sum();
        if size > MOST_INSTS || data.blocks.iter().any(|block| done.contains(block)) {
            return None;
        }
        let preheader = preheader(self.func, self.cfg, data)?;
        let mut ranges = Ranges::new(*self, nest);
        let (mut conditions, mut truths) = (Vec::new(), Vec::new());
        for &block in &data.blocks {
            let Some(decision) = self.decide(&mut ranges, nest, block) else { continue };
            for condition in decision.conditions {
                if !conditions.contains(&condition) {
                    conditions.push(condition);
                }
            }
            truths.extend(decision.truths);
        }
        Some(Plan { nest, preheader, expressions: ranges.expressions, conditions, truths })
    }

    /// How the check at the end of `block` is decided.
    fn decide(&self, ranges: &mut Ranges<'_>, nest: Loop, block: Block) -> Option<Decision> {
        let last = self.func.terminator(block).filter(|last| last.op == Op::BranchIf)?;
        let is_cold = |position: usize| self.func.block(last.targets[position].block).is_cold;
        let truth = match (is_cold(0), is_cold(1)) {
            (false, true) => true,
            (true, false) => false,
            _ => return None,
        };
        let condition = last.args[0];
        if !self.is_inside(nest, condition) {
            let is_constant = self.func.as_const_int(condition).is_some();
            let truths = smallvec![(condition, truth)];
            return (!is_constant).then(|| Decision { conditions: vec![Condition::Is(condition, truth)], truths });
        }
        let data = self.func.def_inst(condition)?;
        let Immediate::IntCond(cond) = data.immediate else { return None };
        let cond = if truth { cond } else { cond.inverse() };
        let mut places: SmallVec<[Block; 4]> = smallvec![block, self.home(condition)];
        let mut truths = smallvec![(condition, truth)];
        let mut left = data.args[0];
        if let Some(wrap) = self.wrapped_index(nest, data) {
            places.extend([self.home(wrap.is_negative), self.home(left)]);
            truths.push((wrap.is_negative, false));
            left = wrap.index;
        }
        let conditions = ranges.comparison(cond, left, data.args[1], &places, truths.len() > 1)?;
        Some(Decision { conditions, truths })
    }

    /// Recognizes `select (slt index, 0), index + length, index` on the left of a comparison.
    fn wrapped_index(&self, nest: Loop, comparison: &InstData) -> Option<Wrap> {
        let select = self.func.def_inst(comparison.args[0]).filter(|data| data.op == Op::Select)?;
        let (is_negative, index) = (select.args[0], select.args[2]);
        let test = self.func.def_inst(is_negative)?;
        let is_test = test.immediate == Immediate::IntCond(IntCond::Slt)
            && test.args[0] == index
            && self.func.as_const_int(test.args[1]) == Some(0);
        let is_inside = self.is_inside(nest, is_negative) && self.is_inside(nest, comparison.args[0]);
        (is_test && is_inside).then_some(Wrap { is_negative, index })
    }

    fn home(&self, value: Value) -> Block {
        home(self.func, self.homes, value)
    }

    fn is_inside(&self, nest: Loop, value: Value) -> bool {
        self.loops.contains(nest, self.home(value))
    }
}

/// What decides one check, and what the copy then knows.
struct Decision {
    conditions: Vec<Condition>,
    truths: SmallVec<[(Value, bool); 2]>,
}

/// An index that counts from the end if it is negative.
struct Wrap {
    is_negative: Value,
    index: Value,
}
