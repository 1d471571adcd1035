//! Use what was stored or loaded last instead of loading it again.
//!
//!     store elements v0, v5
//!     v6 = load.f64 elements v0        ; uses of v6 become v5
//!
//! Within a block, and on into a block that it alone leads to. What is known about a region is lost at a store to
//! it, except at other offsets from the same address, and at calls that write.
//! Entry and exit: verified SSA; loads that became unused stay for `remove_dead_code`. Leaves alone: atomic loads,
//! loads of another type than the store, memory across joins. Cost: one walk; at most 32 known places at a time.

use smallvec::SmallVec;

use super::rewriting::{Replacements, effects};
use super::{Changed, PassContext};
use crate::lir::{Effects, Function, Immediate, InstData, Memory, Op, Region, Type, Value};

const MOST_KNOWN: usize = 32;

/// A place in memory and the value that stands there.
#[derive(Clone, Copy)]
struct Known {
    ptr: Value,
    memory: Memory,
    ty: Type,
    value: Value,
}

/// See the file.
pub(super) fn forward_loads(func: &mut Function, ctx: &mut PassContext) -> Changed {
    let (cfg, dominators) = (ctx.cfg(func), ctx.dominators(func));
    let mut replacements = Replacements::new(func);
    let mut known: SmallVec<[Known; MOST_KNOWN]> = SmallVec::new();
    let mut ends: Vec<Vec<Known>> = vec![Vec::new(); func.blocks.len()];
    for &block in dominators.preorder() {
        known.clear();
        if let [pred] = cfg.preds(block) {
            known.extend_from_slice(&ends[pred.index()]);
        }
        for index in 0..func.block(block).insts.len() {
            let inst = func.block(block).insts[index];
            replacements.resolve_inst(&mut func.insts[inst.index()]);
            visit(func, func.inst(inst), &mut known, &mut replacements);
        }
        if func.successors(block).any(|target| cfg.preds(target.block).len() == 1) {
            ends[block.index()] = known.to_vec();
        }
    }
    Changed::insts(replacements.apply(func))
}

fn visit(func: &Function, data: &InstData, known: &mut SmallVec<[Known; MOST_KNOWN]>, replacements: &mut Replacements) {
    match (data.op, data.immediate) {
        (Op::Load, Immediate::Memory(memory)) => {
            let (ptr, ty) = (data.args[0], func.type_of(data.results[0]));
            let is_it = |place: &&Known| {
                place.ptr == ptr
                    && place.ty == ty
                    && place.memory.offset == memory.offset
                    && place.memory.region == memory.region
            };
            match known.iter().find(is_it) {
                Some(place) => replacements.replace(data.results[0], place.value),
                None => add(known, Known { ptr, memory, ty, value: data.results[0] }),
            }
        }
        (Op::Store, Immediate::Memory(memory)) => {
            let place = Known { ptr: data.args[0], memory, ty: func.type_of(data.args[1]), value: data.args[1] };
            known.retain(|other| !may_overlap(other, &place));
            add(known, place);
        }
        _ => {
            if effects(data) == Effects::Writes {
                known.clear();
            }
        }
    }
}

fn add(known: &mut SmallVec<[Known; MOST_KNOWN]>, place: Known) {
    if known.len() == MOST_KNOWN {
        known.remove(0);
    }
    known.push(place);
}

fn may_overlap(a: &Known, b: &Known) -> bool {
    let is_address = |place: &Known| place.ty == Type::Ptr;
    if a.memory.region != b.memory.region || (a.memory.region == Region::Elements && is_address(a) != is_address(b)) {
        return false;
    }
    let range = |place: &Known| {
        let start = i64::from(place.memory.offset);
        (start, start + i64::from(place.ty.size()))
    };
    let ((a_start, a_end), (b_start, b_end)) = (range(a), range(b));
    a.ptr != b.ptr || (a_start < b_end && b_start < a_end)
}
