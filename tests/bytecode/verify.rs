//! Checks that a function of hir is well formed: what every reader of hir may rely on.

use upshift_core::hir::{Block, BlockCall, Function, Op, Terminator, Value, ValueDef};

/// Panics with the function's text if a rule is broken.
pub(crate) fn verify(func: &Function) {
    let mut faults = Vec::new();
    check_numbering(func, &mut faults);
    check_jumps(func, &mut faults);
    check_dominance(func, &mut faults);
    assert!(faults.is_empty(), "{}\n{func}", faults.join("\n"));
}

fn calls(terminator: &Terminator) -> Vec<&BlockCall> {
    match terminator {
        Terminator::Jump(call) | Terminator::Yield(_, call) => vec![call],
        Terminator::Branch(_, then_call, else_call) => vec![then_call, else_call],
        Terminator::Return(_) | Terminator::Raise(_) | Terminator::Reraise(_) => Vec::new(),
    }
}

/// Values and instructions are numbered in the order of blocks, and know their definitions.
fn check_numbering(func: &Function, faults: &mut Vec<String>) {
    let (mut next_value, mut next_inst) = (0, 0);
    let mut define = |value: Value, def: ValueDef| {
        if value.index() != next_value || func.values[value.index()].def != def {
            faults.push(format!("{value} is out of order"));
        }
        next_value += 1;
    };
    for (index, block) in func.blocks.iter().enumerate() {
        for (position, &param) in block.params.iter().enumerate() {
            define(param, ValueDef::Param(Block::from_index(index), position as u32));
        }
        for &inst in &block.insts {
            assert_eq!(inst.index(), next_inst, "{inst} is out of order");
            next_inst += 1;
            let data = &func.insts[inst.index()];
            let has_result = !matches!(
                data.op,
                Op::SetItem
                    | Op::DelItem
                    | Op::SetAttr(_)
                    | Op::CheckBound(_)
                    | Op::StoreCell(_)
                    | Op::BeginHandling
                    | Op::EndHandling
            );
            assert_eq!(data.result.is_some(), has_result, "{inst} has a result or none");
            if let Some(result) = data.result {
                define(result, ValueDef::Result(inst));
            }
        }
    }
    assert_eq!((next_value, next_inst), (func.values.len(), func.insts.len()), "all are in blocks");
}

/// Jumps pass what their targets take; only a jump back leads to an earlier block.
fn check_jumps(func: &Function, faults: &mut Vec<String>) {
    let mut is_entered = vec![false; func.blocks.len()];
    is_entered[0] = true;
    for (index, block) in func.blocks.iter().enumerate() {
        if !is_entered[index] {
            faults.push(format!("block{index} has no predecessor before it"));
        }
        for call in calls(&block.terminator).into_iter().chain(&block.handler) {
            is_entered[call.block.index()] = true;
            if call.block.index() == 0 || call.args.len() != func.blocks[call.block.index()].params.len() {
                faults.push(format!("block{index} jumps to {} with {} values", call.block, call.args.len()));
            }
        }
    }
}

/// Each use is dominated by its definition. Available values are intersected over paths, which is the definition.
fn check_dominance(func: &Function, faults: &mut Vec<String>) {
    let mut inputs: Vec<Option<Vec<bool>>> = vec![None; func.blocks.len()];
    inputs[0] = Some(vec![false; func.values.len()]);
    let mut has_changed = true;
    while has_changed {
        has_changed = false;
        for (index, block) in func.blocks.iter().enumerate() {
            let Some(mut available) = inputs[index].clone() else { continue };
            if let Some(handler) = &block.handler {
                let available = before_first_raise(func, index, &available);
                has_changed |= meet(&mut inputs[handler.block.index()], &available);
            }
            walk(func, index, &mut available, |_, _| {});
            if let Terminator::Yield(..) = block.terminator {
                // Nothing but what it is passed.
                available.fill(false);
            }
            for call in calls(&block.terminator) {
                has_changed |= meet(&mut inputs[call.block.index()], &available);
            }
        }
    }
    for (index, input) in inputs.into_iter().enumerate() {
        let Some(mut available) = input else { continue };
        let at_raise = before_first_raise(func, index, &available);
        for &arg in func.blocks[index].handler.iter().flat_map(|handler| &handler.args) {
            if !at_raise[arg.index()] {
                faults.push(format!("block{index} passes {arg} to its handler before it is defined"));
            }
        }
        walk(func, index, &mut available, |available, value| {
            if !available[value.index()] {
                faults.push(format!("block{index} uses {value} where it is not defined"));
            }
        });
    }
}

/// Whether fewer values are available than were known to be.
fn meet(input: &mut Option<Vec<bool>>, available: &[bool]) -> bool {
    let Some(input) = input else {
        *input = Some(available.to_vec());
        return true;
    };
    let mut has_changed = false;
    for (old, new) in input.iter_mut().zip(available) {
        has_changed |= *old && !new;
        *old &= new;
    }
    has_changed
}

/// What is available where the first instruction of a block raises.
fn before_first_raise(func: &Function, index: usize, available: &[bool]) -> Vec<bool> {
    let mut available = available.to_vec();
    let block = &func.blocks[index];
    block.params.iter().for_each(|param| available[param.index()] = true);
    for &inst in &block.insts {
        let data = &func.insts[inst.index()];
        let is_safe = matches!(
            data.op,
            Op::Constant(_)
                | Op::Global(_)
                | Op::Free(_)
                | Op::BuildTuple
                | Op::Is { .. }
                | Op::Undefined
                | Op::IterItem
                | Op::IterAdvance
                | Op::IterResult
                | Op::Caught
                | Op::BeginHandling
                | Op::EndHandling
        );
        if !is_safe {
            break;
        }
        data.result.iter().for_each(|result| available[result.index()] = true);
    }
    available
}

fn walk(func: &Function, index: usize, available: &mut [bool], mut check: impl FnMut(&[bool], Value)) {
    let block = &func.blocks[index];
    for param in &block.params {
        available[param.index()] = true;
    }
    for inst in &block.insts {
        let data = &func.insts[inst.index()];
        data.args.iter().for_each(|&arg| check(available, arg));
        if let Some(result) = data.result {
            available[result.index()] = true;
        }
    }
    match &block.terminator {
        Terminator::Jump(_) => {}
        Terminator::Branch(value, ..)
        | Terminator::Yield(value, _)
        | Terminator::Return(value)
        | Terminator::Raise(value)
        | Terminator::Reraise(value) => {
            check(available, *value);
        }
    }
    calls(&block.terminator).iter().flat_map(|call| &call.args).for_each(|&arg| check(available, arg));
}
