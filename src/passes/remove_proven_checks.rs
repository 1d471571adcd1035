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
//! A walk of the dominator tree carries the conditions that hold in each subtree. `ranges.rs` says what follows from
//! them and from how a value is computed, `counters.rs` what follows from the shape of a loop, `remainders.rs` what
//! `%` gives. `a < b` signed and a not negative give `a < b` unsigned. Entry: numbered values. Exit: the same SSA;
//! the branches wait for `simplify_cfg`. Leaves alone: whatever needs a test in front of the loop (`version_loops`).
//! Cost: one walk; a look at no more than 64 facts for each step of a proof, which has few.

mod counters;
mod ranges;
mod remainders;

use super::rewriting::{Replacements, add_plain, const_bits, make_constant};
use super::{Changed, PassContext};
use ranges::Range;

use crate::lir::{Block, Cfg, Dominators, Function, Immediate, Inst, IntCond, Op, Type, Value};

const MOST_FACTS: usize = 64;
const DEEPEST: u32 = 8;

/// See the file.
pub(super) fn remove_proven_checks(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let (cfg, dominators) = (ctx.cfg(func), ctx.dominators(func));
    let mut ranges = vec![None; func.values.len()];
    let ceilings = vec![None; func.values.len()];
    for position in func.lengths.iter() {
        ranges[func.block(func.entry()).params[position].index()] = Some(Range::natural(Type::I64));
    }
    let mut prover = Prover { cfg: &cfg, dominators: &dominators, facts: Vec::new(), ranges, ceilings };
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
    /// By value: where parameters are that are never negative, such as loop counters and lengths.
    ranges: Vec<Option<Range>>,
    /// By value: what a parameter of a loop starts with and never exceeds.
    ceilings: Vec<Option<Value>>,
}

impl Prover<'_> {
    /// Forgets what held elsewhere and learns from the branch that leads here alone.
    fn enter(&mut self, func: &Function, block: Block) {
        while self.facts.last().is_some_and(|fact| !self.dominators.dominates(fact.root, block)) {
            self.facts.pop();
        }
        self.facts.extend(self.fact_of_entry(func, block));
        self.find_counters(func, block);
    }

    /// What the only jump to `block` says.
    fn fact_of_entry(&self, func: &Function, block: Block) -> Option<Fact> {
        let [pred] = self.cfg.preds(block) else { return None };
        fact_of_edge(func, *pred, block)
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
        let constant = int_constant(func, b);
        match cond {
            IntCond::Eq if constant == Some(0) && self.is_positive(func, a) => return Some(false),
            IntCond::Ne if constant == Some(0) && self.is_positive(func, a) => return Some(true),
            _ => {}
        }
        let range = self.range(func, a, 0)?;
        if let Some(truth) = constant.and_then(|k| range.compare(cond, k)) {
            return Some(truth);
        }
        match cond {
            IntCond::Slt | IntCond::Ult if self.is_less(func, a, b, 0) => Some(true),
            IntCond::Sge | IntCond::Uge if self.is_less(func, a, b, 0) => Some(false),
            IntCond::Ule if self.proves(IntCond::Sle, a, b) => Some(true),
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
}

/// What the branch at the end of `pred` says where it goes to `block`.
fn fact_of_edge(func: &Function, pred: Block, block: Block) -> Option<Fact> {
    let last = func.terminator(pred).filter(|last| last.op == Op::BranchIf)?;
    let condition = last.args[0];
    let truth = last.targets[0].block == block;
    if truth && last.targets[1].block == block {
        return None;
    }
    let comparison =
        comparison(func, condition).map(|(cond, a, b)| if truth { (cond, a, b) } else { (cond.inverse(), a, b) });
    Some(Fact { root: block, condition, truth, comparison })
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
