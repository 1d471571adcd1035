//! Remove a retain together with the releases that take it back.
//!
//!     call_runtime upshift_retain(v3)
//!     v5 = load.f64 elements v4            ; nothing here can drop the last reference
//!     call_runtime upshift_release(v3)     ; neither call is needed
//!
//! From each retain the blocks ahead are searched until every way has met a release of the same pointer. Whatever
//! may release something in between ends the search, and so does reading the count of references; so does a block
//! that is reached from elsewhere too, or a way that leaves the function. Releases of other pointers may come first if
//! nothing but releases stands between them and the one that is looked for: where an owner goes before what it owned,
//! as on the way out of a function, nobody sees which release frees it.
//! Entry and exit: verified SSA. Leaves alone: pairs around calls of compiled functions, pairs of two names for one
//! pointer that are not one value. Cost: a search of at most 64 blocks for each retain.

use super::{Changed, PassContext};
use crate::lir::{Block, Cfg, Effects, Function, Immediate, Inst, Memory, Op, Region, Value};
use crate::runtime::symbols::Symbol;

use super::rewriting::effects;

const MOST_BLOCKS: usize = 64;

/// Where the count of references, a header's first field, ends.
const END_OF_COUNT: i32 = size_of::<i64>() as i32;

/// See the file.
pub(super) fn pair_references(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let mut retains = Vec::new();
    for &block in &func.layout {
        for (position, &inst) in func.block(block).insts.iter().enumerate() {
            if func.inst(inst).immediate == Immediate::Symbol(Symbol::Retain) {
                retains.push((block, position, inst));
            }
        }
    }
    if retains.is_empty() {
        return Changed::No;
    }
    let cfg = ctx.cfg(func);
    let mut removed = vec![false; func.insts.len()];
    let mut is_changed = false;
    for &(block, position, retain) in retains.iter().rev() {
        let mut search =
            Search { func, cfg: &cfg, removed: &removed, ptr: func.inst(retain).args[0], found: Vec::new() };
        if search.run(block, position + 1) {
            let found = search.found;
            removed[retain.index()] = true;
            for release in found {
                removed[release.index()] = true;
            }
            is_changed = true;
        }
    }
    if is_changed {
        for index in 0..func.layout.len() {
            let block = func.layout[index];
            func.blocks[block.index()].insts.retain(|inst| !removed[inst.index()]);
        }
    }
    Changed::insts(is_changed)
}

struct Search<'a> {
    func: &'a Function,
    cfg: &'a Cfg,
    removed: &'a [bool],
    ptr: Value,
    found: Vec<Inst>,
}

/// How a stretch of instructions ends.
enum End {
    Release(Inst),
    Obstacle,
    Block,
}

impl Search<'_> {
    /// Finds the releases ahead of `position` in `start`; false if some way does not lead to one.
    fn run(&mut self, start: Block, position: usize) -> bool {
        let mut seen: Vec<Block> = vec![start];
        let mut open = Vec::new();
        if !self.advance(start, position, &mut open) {
            return false;
        }
        while let Some(block) = open.pop() {
            // The way around a loop back to the retain, or too far.
            if block == start || seen.len() == MOST_BLOCKS {
                return false;
            }
            if !seen.contains(&block) {
                seen.push(block);
                if !self.advance(block, 0, &mut open) {
                    return false;
                }
            }
        }
        let is_ours =
            |block: &Block| self.cfg.preds(*block).iter().all(|pred| seen.contains(pred) && self.leads_on(*pred));
        seen[1..].iter().all(is_ours)
    }

    /// Looks through one block; the blocks after it go to `open` unless a release ends the way.
    fn advance(&mut self, block: Block, position: usize, open: &mut Vec<Block>) -> bool {
        match self.scan(block, position) {
            End::Obstacle => false,
            End::Release(inst) => {
                self.found.push(inst);
                true
            }
            End::Block => {
                let before = open.len();
                open.extend(self.func.successors(block).map(|target| target.block));
                open.len() > before
            }
        }
    }

    /// True if control passes from `block` to the next blocks without a release found in it.
    fn leads_on(&self, block: Block) -> bool {
        !self.func.block(block).insts.iter().any(|inst| self.found.contains(inst))
    }

    fn scan(&self, block: Block, position: usize) -> End {
        let mut has_released = false;
        for &inst in &self.func.block(block).insts[position..] {
            if self.removed[inst.index()] {
                continue;
            }
            let data = self.func.inst(inst);
            match (data.op, data.immediate) {
                (Op::CallRuntime, Immediate::Symbol(Symbol::Release)) if data.args[0] == self.ptr => {
                    return End::Release(inst);
                }
                (Op::CallRuntime, Immediate::Symbol(Symbol::Release)) => has_released = true,
                _ if has_released => return End::Obstacle,
                (Op::CallRuntime, Immediate::Symbol(symbol)) => {
                    let is_harmless = match symbol {
                        Symbol::Retain
                        | Symbol::Allocate
                        | Symbol::AllocateZeroed
                        | Symbol::ListNew
                        | Symbol::ListGrow
                        | Symbol::MoveBytes
                        | Symbol::DictPlace
                        | Symbol::DictPlaceInt
                        | Symbol::SetAdd
                        | Symbol::SetAddInt
                        | Symbol::Raise
                        | Symbol::RaiseNumber
                        | Symbol::RaiseText
                        | Symbol::Trace => true,
                        _ => effects(data) != Effects::Writes,
                    };
                    if !is_harmless {
                        return End::Obstacle;
                    }
                }
                (Op::CallFunction, _) => return End::Obstacle,
                (Op::Load, Immediate::Memory(Memory { region: Region::Headers, offset, is_constant: false }))
                    if offset < END_OF_COUNT =>
                {
                    return End::Obstacle;
                }
                _ => {}
            }
        }
        End::Block
    }
}
