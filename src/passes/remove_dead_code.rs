//! Remove instructions and block parameters whose values reach nothing that matters.
//!
//!     block1(v3, v4):          ; v4 is passed around the loop and used by nothing else
//!     block1(v3):
//!
//! Alive are instructions that write, call or end a block, and what they use; a parameter is alive if something
//! alive uses it, and its arguments with it. A store to a stack slot is alive if something alive uses the slot's
//! address for anything but storing there. Entry: verified SSA, no unreachable blocks. Exit: the same. Leaves alone:
//! parameters of the entry, stores to other memory that nobody reads. Instructions are renumbered: what earlier passes left
//! behind would be copied with the function. Cost: one walk, each value once.

use smallvec::SmallVec;

use super::rewriting::effects;
use super::{Changed, PassContext};
use crate::lir::{Block, Cfg, Effects, Function, Immediate, Inst, Op, Slot, Value, ValueDef};

/// See the file.
pub(super) fn remove_dead_code(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let cfg = ctx.cfg(func);
    let live = Live::find(func, &cfg);
    let are_params_dead = drop_params(func, &live);
    let is_any_dead = live.insts.contains(&false);
    if is_any_dead {
        func.retain_insts(&live.insts);
    }
    Changed::insts(are_params_dead || is_any_dead)
}

struct Live {
    values: Vec<bool>,
    insts: Vec<bool>,
    /// Values found alive whose definition was not looked at yet.
    work: Vec<Value>,
    /// By slot: the stores to it that wait for a reason.
    slots: Vec<SlotStores>,
}

#[derive(Clone, Default)]
struct SlotStores {
    is_used: bool,
    waiting: SmallVec<[Inst; 4]>,
}

impl Live {
    fn find(func: &Function, cfg: &Cfg) -> Live {
        let (values, insts) = (vec![false; func.values.len()], vec![false; func.insts.len()]);
        let slots = vec![SlotStores::default(); func.slots.len()];
        let mut live = Live { values, insts, work: Vec::new(), slots };
        for &block in &func.layout {
            for &inst in &func.block(block).insts {
                let data = func.inst(inst);
                match slot_of(func, data.args.first().copied()).filter(|_| data.op == Op::Store) {
                    Some(slot) if !live.slots[slot.index()].is_used => live.slots[slot.index()].waiting.push(inst),
                    _ if matches!(effects(data), Effects::Writes | Effects::Calls | Effects::Control) => {
                        live.mark_inst(func, inst);
                    }
                    _ => {}
                }
            }
        }
        for &param in &func.block(func.entry()).params {
            live.values[param.index()] = true;
        }
        while let Some(value) = live.work.pop() {
            match func.values[value.index()].def {
                ValueDef::Result(inst, _) => live.mark_inst(func, inst),
                ValueDef::Param(block, position) => live.mark_arguments(func, cfg, block, position as usize),
            }
        }
        live
    }

    fn mark_inst(&mut self, func: &Function, inst: Inst) {
        if !std::mem::replace(&mut self.insts[inst.index()], true) {
            let data = func.inst(inst);
            for (position, &arg) in data.args.iter().enumerate() {
                if position == 0 && data.op == Op::Store {
                    self.mark_definition(arg);
                } else {
                    self.mark(func, arg);
                }
            }
        }
    }

    fn mark(&mut self, func: &Function, value: Value) {
        self.mark_definition(value);
        if let Some(slot) = slot_of(func, Some(value)) {
            self.slots[slot.index()].is_used = true;
            for store in std::mem::take(&mut self.slots[slot.index()].waiting) {
                self.mark_inst(func, store);
            }
        }
    }

    fn mark_definition(&mut self, value: Value) {
        if !std::mem::replace(&mut self.values[value.index()], true) {
            self.work.push(value);
        }
    }

    fn mark_arguments(&mut self, func: &Function, cfg: &Cfg, block: Block, position: usize) {
        for &pred in cfg.preds(block) {
            for target in func.successors(pred).filter(|target| target.block == block) {
                self.mark(func, target.args[position]);
            }
        }
    }
}

/// The slot whose address `value` is.
fn slot_of(func: &Function, value: Option<Value>) -> Option<Slot> {
    match func.def_inst(value?)?.immediate {
        Immediate::Slot(slot) => Some(slot),
        _ => None,
    }
}

fn drop_params(func: &mut Function, live: &Live) -> bool {
    let is_dead = |value: &Value| !live.values[value.index()];
    let mut is_changed = false;
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        let Some(&inst) = func.block(block).insts.last() else { continue };
        for position in 0..func.inst(inst).targets.len() {
            let target = &func.inst(inst).targets[position];
            let params = &func.block(target.block).params;
            if params.iter().any(is_dead) {
                let kept = params.iter().zip(&target.args).filter(|(param, _)| !is_dead(param));
                let args: SmallVec<[Value; 4]> = kept.map(|(_, &arg)| arg).collect();
                func.insts[inst.index()].targets[position].args = args;
            }
        }
    }
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        if func.block(block).params.iter().any(is_dead) {
            func.blocks[block.index()].params.retain(|param| !is_dead(param));
            for (position, &param) in func.blocks[block.index()].params.iter().enumerate() {
                func.values[param.index()].def = ValueDef::Param(block, position as u32);
            }
            is_changed = true;
        }
    }
    is_changed
}
