//! Move what a loop computes anew in each iteration in front of the loop.
//!
//!     block1(v2):                      block0: ... v5 = mul_int v0, v1
//!         v5 = mul_int v0, v1          block1(v2):
//!
//! One walk in reverse postorder takes each instruction in front of the outermost loop in which its operands do not
//! change. Operations without effects move from everywhere but cold blocks. What requires something, and a load of
//! memory that no store or call of the loop writes, moves only from a loop's header, which runs whenever the loop
//! is entered; a load of constant memory may run at any time, and so may one from a header, which is there as long as
//! the value that leads to it. Pure calls are costly: they move only from blocks
//! that every iteration passes.
//! Entry: verified SSA. Exit: the same; loops from which something moved have a preheader. Leaves alone: cycles that
//! are no natural loops. Cost: one walk, times the depth of loops.

use super::rewriting::{effects, ensure_preheaders, home, inst_blocks, preheader};
use super::{Changed, PassContext};
use crate::lir::{Block, Dominators, Effects, Function, Immediate, Inst, InstData, Loop, Loops, Op, Region};

/// See the file.
pub(super) fn hoist_invariants(func: &mut Function, ctx: &mut PassContext) -> Changed {
    if ctx.loops(func).is_empty() {
        return Changed::No;
    }
    let has_new_block = ensure_preheaders(func, ctx);
    let loops = ctx.loops(func);
    let cfg = ctx.cfg(func);
    let dominators = ctx.dominators(func);
    let preheaders = loops.iter().map(|(_, data)| preheader(func, &cfg, data)).collect();
    let writes = loops.iter().map(|(_, data)| Writes::of(func, &data.blocks)).collect();
    let homes = inst_blocks(func);
    let mut hoister = Hoister { loops: &loops, dominators: &dominators, preheaders, writes, homes, moves: Vec::new() };
    for &block in cfg.reverse_postorder() {
        if loops.innermost(block).is_some() {
            hoister.block(func, block);
        }
    }
    let is_changed = !hoister.moves.is_empty();
    hoister.finish(func);
    if has_new_block { Changed::Graph } else { Changed::insts(is_changed) }
}

/// What the instructions of a loop write.
#[derive(Clone, Copy, Default)]
struct Writes {
    regions: u8,
}

impl Writes {
    fn of(func: &Function, blocks: &[Block]) -> Writes {
        let mut writes = Writes::default();
        for &block in blocks {
            for &inst in &func.block(block).insts {
                let data = func.inst(inst);
                match data.immediate {
                    Immediate::Memory(memory) if data.op == Op::Store => writes.regions |= 1 << memory.region as u8,
                    _ if !matches!(data.op, Op::AtomicLoad | Op::RelaxedLoad) && effects(data) == Effects::Writes => {
                        writes.regions = u8::MAX
                    }
                    _ => {}
                }
            }
        }
        writes
    }

    fn has(self, region: Region) -> bool {
        self.regions & (1 << region as u8) != 0
    }
}

struct Hoister<'a> {
    loops: &'a Loops,
    dominators: &'a Dominators,
    preheaders: Vec<Option<Block>>,
    writes: Vec<Writes>,
    homes: Vec<Block>,
    moves: Vec<(Inst, Block)>,
}

impl Hoister<'_> {
    fn block(&mut self, func: &mut Function, block: Block) {
        let mut insts = std::mem::take(&mut func.blocks[block.index()].insts);
        let is_cold = func.block(block).is_cold;
        insts.retain(|&inst| match self.destination(func, inst, block, is_cold) {
            None => true,
            Some(destination) => {
                self.homes[inst.index()] = destination;
                self.moves.push((inst, destination));
                false
            }
        });
        func.blocks[block.index()].insts = insts;
    }

    /// The preheader of the outermost loop that the instruction can leave, loop by loop from the inside.
    fn destination(&self, func: &Function, inst: Inst, block: Block, is_cold: bool) -> Option<Block> {
        let data = func.inst(inst);
        if is_cold || data.results.len() != 1 {
            return None;
        }
        let mut found = None;
        let mut next = self.loops.innermost(block);
        while let Some(name) = next {
            let from = found.unwrap_or(block);
            if !self.can_leave(func, data, name, from) {
                break;
            }
            found = Some(self.preheaders[name.0 as usize]?);
            next = self.loops.data(name).parent;
        }
        found
    }

    fn can_leave(&self, func: &Function, data: &InstData, name: Loop, block: Block) -> bool {
        let is_inside = |value| self.loops.contains(name, home(func, &self.homes, value));
        if data.args.iter().any(|&arg| is_inside(arg)) {
            return false;
        }
        let header = self.loops.data(name).header;
        let runs_always = || self.loops.data(name).latches.iter().all(|&latch| self.dominators.dominates(block, latch));
        match (effects(data), data.immediate) {
            (Effects::None, Immediate::Symbol(_)) => runs_always(),
            (Effects::None, _) => true,
            (Effects::Requires, _) => block == header,
            (Effects::Reads, Immediate::Memory(memory)) if memory.is_constant => true,
            (Effects::Reads, Immediate::Memory(memory)) => {
                let is_readable = block == header || memory.region == Region::Headers;
                is_readable && !self.writes[name.0 as usize].has(memory.region)
            }
            (Effects::Reads | Effects::Writes | Effects::Calls | Effects::Control, _) => false,
        }
    }

    /// Puts the instructions in front of the jumps of their new blocks, in the order of the walk.
    fn finish(self, func: &mut Function) {
        for (inst, block) in self.moves {
            let insts = &mut func.blocks[block.index()].insts;
            let end = insts.len() - 1;
            insts.insert(end, inst);
        }
    }
}
