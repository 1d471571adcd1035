//! How much work a function is, guessed from its lir: for a call, for an iteration of its loops, and for a compiler.
//!
//! The unit is a simple instruction. Measured calls correct the guess (`policy.rs`), which then only has to tell a call
//! from an iteration. Loops are found by layout: the blocks from one that is jumped back to up to the one that jumps;
//! blocks are laid out in program order, and an estimate can bear the rest.
//! Cost: linear in the function.

use upshift_core::lir::{Block, Effects, Function, Inst, Op};

/// Units of a call of a routine or a function.
const CALL_UNITS: f64 = 12.0;
/// Units of a division.
const DIVISION_UNITS: f64 = 8.0;
/// Units of what every call needs beside the body.
const ENTRY_UNITS: f64 = 6.0;

/// See the file's header.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Workload {
    /// Units of a call, loops not included.
    pub(crate) call: f64,
    /// Units of an iteration, the average over the loops.
    pub(crate) iteration: f64,
    /// Instructions that tier 2 compiles for it, callees that may be inlined included.
    pub(crate) insts: usize,
}

impl Workload {
    /// Estimates the work of `func`; `insts` is known to the caller.
    pub(crate) fn of(func: &Function, insts: usize) -> Workload {
        let mut position = vec![usize::MAX; func.blocks.len()];
        for (index, block) in func.layout.iter().enumerate() {
            position[block.index()] = index;
        }
        let mut is_looping = vec![false; func.layout.len()];
        let mut loops = 0;
        for (index, &block) in warm_blocks(func) {
            for target in func.successors(block) {
                let header = position[target.block.index()];
                if header <= index {
                    loops += 1;
                    is_looping[header..=index].fill(true);
                }
            }
        }
        let (mut call, mut looped) = (ENTRY_UNITS, 0.0);
        for (index, &block) in warm_blocks(func) {
            let units: f64 = func.block(block).insts.iter().map(|&inst| units_of(func, inst)).sum();
            *(if is_looping[index] { &mut looped } else { &mut call }) += units;
        }
        Workload { call, iteration: looped / f64::from(loops.max(1)), insts }
    }
}

fn warm_blocks(func: &Function) -> impl Iterator<Item = (usize, &Block)> {
    func.layout.iter().enumerate().filter(|(_, block)| !func.block(**block).is_cold)
}

fn units_of(func: &Function, inst: Inst) -> f64 {
    let op = func.inst(inst).op;
    let effects = op.info().effects;
    if effects == Effects::Calls {
        CALL_UNITS
    } else if effects == Effects::Requires || matches!(op, Op::DivFloat | Op::SqrtFloat) {
        DIVISION_UNITS
    } else if matches!(op, Op::ConstInt | Op::ConstPtr | Op::ConstFloat | Op::Jump) {
        0.0
    } else {
        1.0
    }
}

/// Instructions of a function.
pub(crate) fn inst_count(func: &Function) -> usize {
    func.layout.iter().map(|&block| func.block(block).insts.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use upshift_core::lir::parse_unit;

    #[test]
    fn loops_are_told_from_the_rest() {
        let unit = parse_unit(
            "unit {
            func f(i64) -> i32 id 1 {
                block0(v0: i64): v1 = const_int.i64 1 jump block1(v0)
                block1(v2: i64): v3 = sub_int v2, v1 v6 = div_sint v3, v1 v4 = cmp_int sgt v6, v1 branch_if v4, block1(v3), block2
                block2: v5 = const_int.i32 0 return v5
            }
            func f_entry(ptr) -> i32 id 1 { block0(v0: ptr): v1 = const_int.i32 0 return v1 }
            }",
        )
        .expect("it parses");
        let body = unit.body();
        let expected = Workload { call: ENTRY_UNITS + 1.0, iteration: 3.0 + DIVISION_UNITS, insts: inst_count(body) };
        assert_eq!(Workload::of(body, inst_count(body)), expected);
        assert_eq!(expected.insts, 8);
    }
}
