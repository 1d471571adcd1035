//! Decide comparisons that the branches above, or the shape of a loop, have decided already.
//!
//!     block1(v2: i64):                          ; v2 counts up from 0
//!         branch_if (slt v2, v1), block2, ...
//!     block2:
//!         v4 = cmp_int slt v2, 0                v4 = const_int.bool 0
//!         v5 = add_int v2, v1
//!         v6 = select v4, v5, v2                uses of v6 become v2
//!         v7 = cmp_int ult v6, v1               v7 = const_int.bool 1
//!
//! A walk of the dominator tree carries the conditions that hold in each subtree. A value is known not to be
//! negative by its operation, by a condition, or as a loop's counter: it starts so and goes up by one under a test
//! `counter < something`, which is also why it does not wrap. `a < b` signed and a not negative give `a < b`
//! unsigned. Lengths are not negative either, and a remainder by one is below it. Entry: numbered values. Exit: the same SSA; the branches wait for `simplify_cfg`.
//! Leaves alone: whatever needs arithmetic on bounds (`version_loops`). Cost: one walk; a look at no more than 64
//! facts for each comparison.

mod remainders;

use super::rewriting::{Replacements, add_plain, const_bits, make_constant};
use super::{Changed, PassContext};
use remainders::remainder;

use crate::lir::{Block, Cfg, Dominators, Function, Immediate, Inst, IntCond, Op, Type, Value, ValueDef};

const MOST_FACTS: usize = 64;
const DEEPEST: u32 = 8;

/// See the file.
pub(super) fn remove_proven_checks(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let (cfg, dominators) = (ctx.cfg(func), ctx.dominators(func));
    let mut naturals = vec![false; func.values.len()];
    for position in func.lengths.iter() {
        naturals[func.block(func.entry()).params[position].index()] = true;
    }
    let mut prover = Prover { cfg: &cfg, dominators: &dominators, facts: Vec::new(), naturals };
    let mut replacements = Replacements::new(func);
    let mut is_changed = false;
    for &block in dominators.preorder() {
        prover.enter(func, block);
        for index in 0..func.block(block).insts.len() {
            let inst = func.block(block).insts[index];
            replacements.resolve_inst(&mut func.insts[inst.index()]);
            is_changed |= prover.visit(func, block, inst, &mut replacements);
        }
    }
    is_changed |= replacements.apply(func);
    Changed::insts(is_changed)
}

/// A condition that holds in the blocks that `root` dominates.
#[derive(Clone, Copy)]
struct Fact {
    root: Block,
    /// The value of type `Bool`, and what it is there.
    condition: Value,
    truth: bool,
    /// The comparison, inverted if `condition` is false.
    comparison: Option<(IntCond, Value, Value)>,
}

struct Prover<'a> {
    cfg: &'a Cfg,
    dominators: &'a Dominators,
    facts: Vec<Fact>,
    /// Parameters that are never negative: loop counters, and the function's that are lengths.
    naturals: Vec<bool>,
}

impl Prover<'_> {
    /// Forgets what held elsewhere and learns from the branch that leads here alone.
    fn enter(&mut self, func: &Function, block: Block) {
        while self.facts.last().is_some_and(|fact| !self.dominators.dominates(fact.root, block)) {
            self.facts.pop();
        }
        self.facts.extend(self.fact_of_edge(func, block));
        self.find_counters(func, block);
    }

    /// What the only jump to `block` says.
    fn fact_of_edge(&self, func: &Function, block: Block) -> Option<Fact> {
        let [pred] = self.cfg.preds(block) else { return None };
        let last = func.terminator(*pred).filter(|last| last.op == Op::BranchIf)?;
        let condition = last.args[0];
        let truth = last.targets[0].block == block;
        let comparison =
            comparison(func, condition).map(|(cond, a, b)| if truth { (cond, a, b) } else { (cond.inverse(), a, b) });
        Some(Fact { root: block, condition, truth, comparison })
    }

    fn visit(&self, func: &mut Function, block: Block, inst: Inst, replacements: &mut Replacements) -> bool {
        let data = func.inst(inst);
        match data.op {
            Op::CmpInt => {
                let Some(truth) = self.decide(func, inst) else { return self.simplify_sign(func, inst) };
                make_constant(func, inst, u64::from(truth));
                true
            }
            Op::AndBits | Op::OrBits if func.type_of(data.results[0]) == Type::Bool => {
                self.simplify_logic(func, inst, replacements)
            }
            Op::Select => {
                let (result, args) = (data.results[0], data.args.clone());
                let Some(truth) = self.truth(func, args[0]) else { return false };
                replacements.replace(result, if truth { args[1] } else { args[2] });
                true
            }
            Op::BranchIf if const_bits(func, data.args[0]).is_none() => {
                let Some(truth) = self.truth(func, data.args[0]) else { return false };
                // The graph stays as the analyses saw it.
                let (constant, value) =
                    add_plain(func, Op::ConstInt, Immediate::Int(i64::from(truth)), &[], Type::Bool);
                let insts = &mut func.blocks[block.index()].insts;
                insts.insert(insts.len() - 1, constant);
                func.insts[inst.index()].args[0] = value;
                true
            }
            _ => false,
        }
    }

    fn truth(&self, func: &Function, condition: Value) -> Option<bool> {
        let constant = func.as_const_int(condition).map(|bit| bit != 0);
        let facts = self.facts.iter().rev().take(MOST_FACTS);
        constant.or_else(|| facts.clone().find(|fact| fact.condition == condition).map(|fact| fact.truth))
    }

    /// What a comparison gives, if that is known.
    fn decide(&self, func: &Function, inst: Inst) -> Option<bool> {
        let data = func.inst(inst);
        let Immediate::IntCond(cond) = data.immediate else { return None };
        let (a, b) = (data.args[0], data.args[1]);
        if self.proves(cond, a, b) {
            return Some(true);
        }
        if self.proves(cond.inverse(), a, b) {
            return Some(false);
        }
        let is_below = || self.proves(IntCond::Slt, a, b) || self.modulus(func, a, 0) == Some(b);
        match (cond, int_constant(func, b)) {
            (IntCond::Eq, Some(0)) if self.is_positive(func, a) => Some(false),
            (IntCond::Ne, Some(0)) if self.is_positive(func, a) => Some(true),
            (IntCond::Eq, Some(k)) if k < 0 && self.is_natural(func, a, 0) => Some(false),
            (IntCond::Ne, Some(k)) if k < 0 && self.is_natural(func, a, 0) => Some(true),
            (IntCond::Slt, Some(k)) if k <= 0 && self.is_natural(func, a, 0) => Some(false),
            (IntCond::Sge, Some(k)) if k <= 0 && self.is_natural(func, a, 0) => Some(true),
            (IntCond::Sgt, Some(k)) if k < 0 && self.is_natural(func, a, 0) => Some(true),
            (IntCond::Sle, Some(k)) if k < 0 && self.is_natural(func, a, 0) => Some(false),
            (IntCond::Ult, _) if is_below() && self.is_natural(func, a, 0) => Some(true),
            (IntCond::Ule, _) if self.proves(IntCond::Sle, a, b) && self.is_natural(func, a, 0) => Some(true),
            _ => None,
        }
    }

    /// The comparisons that hold here, as seen from `a`.
    fn facts_about(&self, a: Value) -> impl Iterator<Item = (IntCond, Value)> {
        self.facts.iter().rev().take(MOST_FACTS).filter_map(move |fact| match fact.comparison? {
            (cond, left, right) if left == a => Some((cond, right)),
            (cond, left, right) if right == a => Some((cond.swapped(), left)),
            _ => None,
        })
    }

    fn proves(&self, cond: IntCond, a: Value, b: Value) -> bool {
        self.facts_about(a).any(|(known, other)| other == b && implies(known, cond))
    }

    /// True if `value`, read as signed, is known not to be negative.
    fn is_natural(&self, func: &Function, value: Value, depth: u32) -> bool {
        if depth >= DEEPEST || !func.type_of(value).is_int() {
            return false;
        }
        let again = |value| self.is_natural(func, value, depth + 1);
        if let Some(number) = int_constant(func, value) {
            return number >= 0;
        }
        let by_definition = match (func.values[value.index()].def, func.def_inst(value)) {
            (ValueDef::Param(..), _) | (_, None) => self.naturals[value.index()],
            (_, Some(data)) => match (data.op, data.args.as_slice()) {
                (Op::ExtendUint, _) => true,
                (Op::ExtendSint, &[a]) => again(a),
                (Op::AndBits, &[a, b]) => again(a) || again(b),
                (Op::Select, &[_, a, b]) => (again(a) && again(b)) || self.modulus(func, value, depth + 1).is_some(),
                (Op::SubInt, _) => remainder(func, value).is_some_and(|(a, _)| again(a)),
                (Op::ShrUint, &[_, b]) => int_constant(func, b).is_some_and(|count| count > 0 && count < 8),
                (Op::ShrSint | Op::RemSint, &[a, _]) => again(a),
                (Op::DivSint, &[a, b]) => int_constant(func, b).is_some_and(|k| k > 0) && again(a),
                // Below something, so one more does not wrap.
                (Op::AddInt, &[a, b]) => {
                    let is_below = || self.facts_about(a).any(|(cond, _)| cond == IntCond::Slt);
                    int_constant(func, b) == Some(1) && is_below() && again(a)
                }
                _ => false,
            },
        };
        by_definition
            || self.facts_about(value).any(|(cond, other)| match (cond, int_constant(func, other)) {
                (IntCond::Sge | IntCond::Eq, Some(k)) => k >= 0,
                (IntCond::Sgt, Some(k)) => k >= -1,
                // Twice at most: facts about facts would be many.
                (IntCond::Sgt | IntCond::Sge, None) => self.is_natural(func, other, depth + DEEPEST / 2),
                _ => false,
            })
    }

    /// Looks at the parameters of a loop's header; the facts are those that hold there.
    fn find_counters(&mut self, func: &Function, header: Block) {
        let preds = self.cfg.preds(header);
        if !preds.iter().any(|&pred| self.dominators.dominates(header, pred)) {
            return;
        }
        for (position, &param) in func.block(header).params.iter().enumerate() {
            let is_counter = func.type_of(param).is_int()
                && preds.iter().all(|&pred| {
                    let targets = func.successors(pred).filter(|target| target.block == header);
                    targets.map(|target| target.args[position]).all(|arg| {
                        if self.dominators.dominates(header, pred) {
                            arg == param
                                || (is_successor(func, arg, param) && self.is_tested(func, param, pred, header))
                        } else {
                            self.is_natural(func, arg, 0)
                        }
                    })
                });
            self.naturals[param.index()] = is_counter;
        }
    }

    /// True if on every way from the header to `latch` a test found `counter` below something.
    fn is_tested(&self, func: &Function, counter: Value, latch: Block, header: Block) -> bool {
        let mut block = latch;
        while block != header {
            match self.fact_of_edge(func, block).and_then(|fact| fact.comparison) {
                Some((IntCond::Slt, a, _)) if a == counter => return true,
                Some((IntCond::Sgt, _, b)) if b == counter => return true,
                _ => {}
            }
            let Some(parent) = self.dominators.parent(block) else { return false };
            block = parent;
        }
        false
    }
}

fn comparison(func: &Function, condition: Value) -> Option<(IntCond, Value, Value)> {
    let data = func.def_inst(condition)?;
    match data.immediate {
        Immediate::IntCond(cond) => Some((cond, data.args[0], data.args[1])),
        _ => None,
    }
}

fn int_constant(func: &Function, value: Value) -> Option<i64> {
    func.type_of(value).is_int().then(|| func.as_const_int(value)).flatten()
}

fn is_successor(func: &Function, value: Value, of: Value) -> bool {
    let Some(data) = func.def_inst(value).filter(|data| data.op == Op::AddInt) else { return false };
    data.args[0] == of && int_constant(func, data.args[1]) == Some(1)
}

/// Whether a comparison that holds says that another of the same operands holds.
fn implies(known: IntCond, asked: IntCond) -> bool {
    use IntCond::{Eq, Ne, Sge, Sgt, Sle, Slt, Uge, Ugt, Ule, Ult};
    match known {
        Eq => matches!(asked, Eq | Sle | Sge | Ule | Uge),
        Ne => asked == Ne,
        Slt => matches!(asked, Slt | Sle | Ne),
        Sgt => matches!(asked, Sgt | Sge | Ne),
        Ult => matches!(asked, Ult | Ule | Ne),
        Ugt => matches!(asked, Ugt | Uge | Ne),
        Sle | Sge | Ule | Uge => asked == known,
    }
}
