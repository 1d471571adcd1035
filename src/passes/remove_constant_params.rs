//! Remove block parameters that always receive the same value.
//!
//!     block2(v5, v6):      ; every predecessor passes v1 for v5
//!     block2(v6):          ; uses of v5 become v1
//!
//! The trivial-phi rule of Braun et al. (CC 2013), applied until nothing changes.
//! Entry: verified SSA, no unreachable blocks. Exit: the same, and no parameter has one distinct input.
//! Leaves alone: the entry block, whose parameters come from the caller. Cost: a walk over the jumps a round; rounds
//! end when no parameter falls, two for nearly all functions.

use smallvec::SmallVec;

use super::rewriting::Replacements;
use super::{Changed, PassContext};
use crate::lir::{Function, Value};

/// What a parameter has received so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    None,
    One(Value),
    Many,
}

/// See the file.
pub(super) fn remove_constant_params(func: &mut Function, _ctx: &mut PassContext) -> Changed {
    let mut replacements = Replacements::new(func);
    let mut is_removed = vec![false; func.values.len()];
    let mut is_changed = false;
    while find(func, &mut replacements, &mut is_removed) {
        is_changed = true;
    }
    if is_changed {
        drop_params(func, &is_removed);
        replacements.apply(func);
    }
    Changed::insts(is_changed)
}

/// One round: parameters whose inputs are one value, or themselves.
fn find(func: &Function, replacements: &mut Replacements, is_removed: &mut [bool]) -> bool {
    let mut inputs = vec![Input::None; func.values.len()];
    for &block in &func.layout {
        for target in func.successors(block) {
            for (&param, &arg) in func.block(target.block).params.iter().zip(&target.args) {
                let arg = replacements.resolve(arg);
                if arg == param {
                    continue;
                }
                let input = &mut inputs[param.index()];
                *input = match *input {
                    Input::None => Input::One(arg),
                    Input::One(known) if known == arg => Input::One(arg),
                    Input::One(_) | Input::Many => Input::Many,
                };
            }
        }
    }
    let mut is_found = false;
    for &block in &func.layout {
        for &param in &func.block(block).params {
            if let (Input::One(value), false) = (inputs[param.index()], is_removed[param.index()]) {
                // An input found earlier in this round may stand for the parameter itself by now.
                let value = replacements.resolve(value);
                if value != param {
                    replacements.replace(param, value);
                    is_removed[param.index()] = true;
                    is_found = true;
                }
            }
        }
    }
    is_found
}

/// Takes the parameters, and the arguments for them, out of blocks and jumps.
fn drop_params(func: &mut Function, is_removed: &[bool]) {
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        let Some(&inst) = func.block(block).insts.last() else { continue };
        for position in 0..func.inst(inst).targets.len() {
            let target = &func.inst(inst).targets[position];
            let params = &func.block(target.block).params;
            if params.iter().any(|param| is_removed[param.index()]) {
                let pairs = params.iter().zip(&target.args).filter(|(param, _)| !is_removed[param.index()]);
                let args: SmallVec<[Value; 4]> = pairs.map(|(_, &arg)| arg).collect();
                func.insts[inst.index()].targets[position].args = args;
            }
        }
    }
    for index in 0..func.layout.len() {
        retain_params(func, index, is_removed);
    }
}

fn retain_params(func: &mut Function, index: usize, is_removed: &[bool]) {
    use crate::lir::ValueDef;
    let block = func.layout[index];
    let params = &mut func.blocks[block.index()].params;
    let before = params.len();
    params.retain(|param| !is_removed[param.index()]);
    if params.len() != before {
        for position in 0..func.block(block).params.len() {
            let param = func.block(block).params[position];
            func.values[param.index()].def = ValueDef::Param(block, position as u32);
        }
    }
}
