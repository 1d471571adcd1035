//! What stays in the loops of a function after the passes: checks, allocations, calls. For people who ask why a loop is
//! slow, by the lines of their source.
//!
//! Loops are told apart by their lines, not by their blocks: `version_loops` makes copies of a nest, and of these the
//! one with the fewest checks is what runs when nothing is wrong.

use std::collections::{BTreeMap, BTreeSet};

use crate::lir::{Block, Cfg, Dominators, Function, FunctionId, Immediate, InstData, Loop, Loops, Op};
use crate::runtime::symbols::Symbol;

/// A place that may raise.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Check {
    /// The line of the function that holds the loop.
    pub line: u32,
    /// The function that the place belongs to: another one if it was inlined.
    pub function: FunctionId,
    /// Its index among that function's sites.
    pub site: usize,
}

/// One loop of the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoopFacts {
    /// The first line of its own, which is that of `for` or `while`.
    pub line: u32,
    /// Its lines, rising, with those of loops inside it.
    pub lines: Vec<u32>,
    /// 1 for an outermost loop.
    pub depth: u32,
    /// Has no loop inside it.
    pub is_innermost: bool,
    /// Checks outside of the loops inside it, each as often as it is made in one iteration.
    pub checks: Vec<Check>,
    /// Lines that take memory, outside of the loops inside it.
    pub allocations: Vec<u32>,
    /// Calls of compiled functions, likewise.
    pub calls: Vec<(u32, FunctionId)>,
    /// Calls of the runtime that are neither of these nor about references, likewise.
    pub routines: Vec<(u32, Symbol)>,
}

/// The loops of `func`, in the order of their lines, each source loop once and before the loops inside it.
pub fn loop_facts(func: &Function) -> Vec<LoopFacts> {
    let cfg = Cfg::new(func);
    let loops = Loops::new(func, &cfg, &Dominators::new(&cfg, func.blocks.len()));
    Finder { func, loops: &loops }.inside(None)
}

struct Finder<'a> {
    func: &'a Function,
    loops: &'a Loops,
}

impl Finder<'_> {
    /// The loops right inside `parent` and all inside them; of copies of one, the best.
    fn inside(&self, parent: Option<Loop>) -> Vec<LoopFacts> {
        let checks = |nest: &[LoopFacts]| nest.iter().map(|one| one.checks.len()).sum::<usize>();
        let mut nests: BTreeMap<u32, Vec<LoopFacts>> = BTreeMap::new();
        for (name, _) in self.loops.iter().filter(|(_, data)| data.parent == parent) {
            let mut nest = vec![self.facts(name)];
            let line = nest[0].line;
            nest.extend(self.inside(Some(name)));
            nest[0].is_innermost = nest.len() == 1;
            if nests.get(&line).is_none_or(|known| checks(known) > checks(&nest)) {
                nests.insert(line, nest);
            }
        }
        nests.into_values().flatten().collect()
    }

    fn facts(&self, name: Loop) -> LoopFacts {
        let data = self.loops.data(name);
        let insts = data.blocks.iter().flat_map(|&block| &self.func.block(block).insts);
        let lines: BTreeSet<u32> = insts.map(|&inst| self.func.inst(inst).line).filter(|&line| line > 0).collect();
        let mut facts = LoopFacts {
            line: lines.first().copied().unwrap_or(0),
            lines: lines.into_iter().collect(),
            depth: data.depth,
            is_innermost: true,
            checks: Vec::new(),
            allocations: Vec::new(),
            calls: Vec::new(),
            routines: Vec::new(),
        };
        for &block in data.blocks.iter().filter(|&&block| self.loops.innermost(block) == Some(name)) {
            facts.checks.extend(self.check(block));
            for &inst in &self.func.block(block).insts {
                self.add_call(self.func.inst(inst), &mut facts);
            }
        }
        facts.checks.sort_unstable();
        facts
    }

    /// The check that the block ends with: a branch to a cold block that raises.
    fn check(&self, block: Block) -> Option<Check> {
        let branch = self.func.terminator(block).filter(|data| data.op == Op::BranchIf)?;
        let mut cold = branch.targets.iter().map(|to| to.block).find(|&to| self.func.block(to).is_cold)?;
        // What is released on the way out may stand in blocks of its own.
        for _ in 0..4 {
            let insts = self.func.block(cold).insts.iter().map(|&inst| self.func.inst(inst));
            let raise = insts.into_iter().find(|data| data.immediate == Immediate::Symbol(Symbol::Raise));
            if let Some(raise) = raise {
                let number = |position: usize| self.func.as_const_int(*raise.args.get(position)?);
                let function = FunctionId(u32::try_from(number(0)?).ok()?);
                return Some(Check { line: branch.line, function, site: usize::try_from(number(1)?).ok()? });
            }
            cold = self.func.successors(cold).next()?.block;
        }
        None
    }

    fn add_call(&self, data: &InstData, facts: &mut LoopFacts) {
        match data.immediate {
            Immediate::Callee(callee) => facts.calls.push((data.line, self.func.callees[callee.index()].id)),
            Immediate::Symbol(Symbol::Allocate | Symbol::AllocateZeroed) => facts.allocations.push(data.line),
            Immediate::Symbol(Symbol::Retain | Symbol::Release | Symbol::StackLimit) => {}
            Immediate::Symbol(symbol) => facts.routines.push((data.line, symbol)),
            Immediate::None
            | Immediate::Int(_)
            | Immediate::Float(_)
            | Immediate::IntCond(_)
            | Immediate::FloatCond(_)
            | Immediate::Memory(_)
            | Immediate::Slot(_)
            | Immediate::Data(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lir::parse_function;

    /// Two loops of lines 2 to 4: one with a check that raises site 7 of function 5, and its copy without.
    const COPIES: &str = "func f(i64, bool) -> i32 id 5 {
            fn0 = function9() -> i32
        block0(v0: i64, v1: bool):
            branch_if v1, block1(v0), block4(v0) @1
        block1(v2: i64):
            v3 = const_int.i64 1 @2
            v4 = cmp_int sgt v2, v3 @2
            branch_if v4, block2, block6 @3
        block2:
            v5 = sub_int v2, v3 @4
            branch_if v1, block1(v5), block3 @2
        block3:
            v6 = const_int.i32 0 @5
            return v6 @5
        block4(v7: i64):
            v8 = const_int.i64 1 @2
            v9 = call_function fn0() @4
            v10 = sub_int v7, v8 @4
            branch_if v1, block4(v10), block5 @2
        block5:
            v11 = const_int.i32 0 @5
            return v11 @5
        block6 cold:
            v12 = const_int.i64 5 @3
            v13 = const_int.i64 7 @3
            call_runtime upshift_raise(v12, v13, v12, v12) @3
            v14 = const_int.i32 1 @3
            return v14 @3
        }";

    #[test]
    fn of_copies_the_one_with_fewer_checks_counts() {
        let func = parse_function(COPIES).unwrap_or_else(|error| panic!("{error}"));
        let [facts] = &loop_facts(&func)[..] else { panic!("one loop") };
        assert_eq!((facts.line, &facts.lines[..], facts.depth, facts.is_innermost), (2, &[2, 4][..], 1, true));
        assert_eq!((&facts.checks[..], &facts.calls[..]), (&[][..], &[(4, FunctionId(9))][..]));
    }

    #[test]
    fn checks_are_found_with_their_sites() {
        let text = COPIES.replace("branch_if v1, block1(v0), block4(v0)", "jump block1(v0)");
        let func = parse_function(&text).unwrap_or_else(|error| panic!("{error}"));
        let facts = &loop_facts(&func)[0];
        assert_eq!(facts.checks, [Check { line: 3, function: FunctionId(5), site: 7 }]);
        assert_eq!(facts.lines, [2, 3, 4]);
    }
}
