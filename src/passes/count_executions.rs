//! Make a function count its calls and loop iterations, for the tier manager.
//!
//! ```text
//! block0(v0: i64):                       block0(v0: i64):
//!     jump block1(v1)                        calls += 1                    ; load, add, store
//! block1(v2: i64):                           jump block1(v1, 0)
//!     branch_if v3, block2, block3       block1(v2: i64, v9: i64):
//! block2:                                    branch_if v3, block2, block4
//!     jump block1(v4)              -->   block2:
//! block3:                                    v10 = add_int v9, 1
//!     return v5                              jump block1(v4, v10)
//!                                        block4:
//!                                            loop_iterations += v9         ; load, add, store
//!                                            jump block3
//! ```
//!
//! Iterations are counted in a register that runs through an outermost loop with all loops inside it, one addition per
//! back edge, and added to memory where the outermost loop is left. A counter in memory would add the latency of
//! store-to-load forwarding to every iteration, four cycles where many loops take one.
//!
//! A loop in pieces (`strip_mine_loops`) counts at the end of each, from how far its own counter has come.
//!
//! Entry: verified SSA without unreachable blocks. Exit: the same; results are the same.
//! Leaves alone: loops that are left to a cold block, whose iterations up to an exception are lost (flushing there would
//! double the size of every check); cycles with two entries.
//! A long loop is seen here when it ends; `poll_loops.rs` adds what tells of it, and moves it, while it runs.
//! Cost: linear in the size of the loops.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::strip_mine_loops::Pieces;
use crate::lir::{
    Block, BlockCall, Cfg, Dominators, Function, FunctionBuilder, Immediate, InstData, LoopData, Loops, Memory, Op,
    Region, Slot, Type, Value,
};

/// Offset of the count of calls, an I64, from the address given.
pub const CALLS_OFFSET: i32 = 0;
/// Offset of the count of loop iterations.
pub const LOOP_ITERATIONS_OFFSET: i32 = 8;

/// A jump back to a loop's header.
#[derive(Clone, Copy, Debug)]
pub(super) struct BackEdge {
    /// The block that jumps.
    pub(super) block: Block,
    /// Which of its targets the header is.
    pub(super) index: usize,
    /// The loop has no loop inside.
    pub(super) is_innermost: bool,
    /// The iterations so far of the outermost loop with all loops inside it, this one included.
    pub(super) count: Value,
}

/// Adds counting to `func`, whose loops in `pieces` have been cut. `counters` is the address of the counts, which outlive
/// the code. The jumps back, whose last argument is now the count, come back, those inside pieces excepted.
pub(super) fn count(func: &mut Function, counters: usize, pieces: &[Pieces]) -> Vec<BackEdge> {
    let (mut back_edges, mut slot) = (Vec::new(), None);
    let cfg = Cfg::new(func);
    let dominators = Dominators::new(&cfg, func.blocks.len());
    let loops = Loops::new(func, &cfg, &dominators);
    let mut headers: FxHashMap<Block, bool> = loops.iter().map(|(_, data)| (data.header, true)).collect();
    for parent in loops.iter().filter_map(|(_, data)| data.parent) {
        headers.insert(loops.data(parent).header, false);
    }
    for cut in pieces {
        headers.remove(&cut.header);
    }
    for (_, data) in loops.iter().filter(|(_, data)| data.depth == 1) {
        let members = data.blocks.iter().copied().collect();
        let counts = FxHashMap::default();
        let (cfg, dominators, headers, back_edges) = (&cfg, &dominators, &headers, &mut back_edges);
        let slot = &mut slot;
        let mut counting = LoopCounting { func, cfg, dominators, headers, pieces, slot, members, counts, back_edges };
        counting.place_params(data);
        counting.rewrite_edges(data, counters);
        counting.start_at_zero(data);
    }
    count_calls(func, counters);
    back_edges
}

/// Adds counting alone; see `poll_loops` for more.
pub fn count_executions(func: &mut Function, counters: usize) {
    count(func, counters, &[]);
}

/// One outermost loop.
struct LoopCounting<'a> {
    func: &'a mut Function,
    cfg: &'a Cfg,
    dominators: &'a Dominators,
    /// The headers of all loops that count iterations, and whether a loop has none inside.
    headers: &'a FxHashMap<Block, bool>,
    pieces: &'a [Pieces],
    /// Where count and start of a piece wait for its end.
    slot: &'a mut Option<Slot>,
    members: FxHashSet<Block>,
    /// The register that holds the count in each block, and whether it is a parameter of that block.
    counts: FxHashMap<Block, (Value, bool)>,
    back_edges: &'a mut Vec<BackEdge>,
}

impl LoopCounting<'_> {
    /// Headers receive the count as a parameter, and so do blocks that are reached with different counts.
    fn place_params(&mut self, data: &LoopData) {
        for &block in &data.blocks {
            let count = match self.common_count(block) {
                Some(count) => (count, false),
                None => (self.func.add_param(block, Type::I64), true),
            };
            let count = match self.pieces.iter().find(|cut| cut.end == block) {
                Some(cut) => (add_piece(self.func, cut, count.0, self.slot), count.1),
                None => count,
            };
            self.counts.insert(block, count);
        }
    }

    /// The count with which all predecessors reach `block`, if it is one value and known.
    fn common_count(&self, block: Block) -> Option<Value> {
        if self.headers.contains_key(&block) {
            return None;
        }
        if let Some(cut) = self.pieces.iter().find(|cut| cut.header == block) {
            return Some(self.counts[&cut.around].0);
        }
        let mut incoming = self.cfg.preds(block).iter().map(|pred| self.counts.get(pred).map(|&(count, _)| count));
        let first = incoming.next()??;
        incoming.all(|count| count == Some(first)).then_some(first)
    }

    fn rewrite_edges(&mut self, data: &LoopData, counters: usize) {
        for &block in &data.blocks {
            let (count, _) = self.counts[&block];
            let mut incremented = None;
            for index in 0..self.targets(block).len() {
                let target = self.targets(block)[index].block;
                if !self.members.contains(&target) {
                    if !self.func.block(target).is_cold {
                        self.flush_on_edge(block, index, count, counters);
                    }
                    continue;
                }
                let header = self.headers.get(&target).filter(|_| self.dominators.dominates(target, block));
                let passed = if let Some(&is_innermost) = header {
                    let is_cut = self.pieces.iter().any(|cut| cut.around == target);
                    let add = || if is_cut { count } else { increment(self.func, block, count) };
                    let count = *incremented.get_or_insert_with(add);
                    self.back_edges.push(BackEdge { block, index, is_innermost, count });
                    count
                } else {
                    count
                };
                if self.counts[&target].1 {
                    self.push_arg(block, index, passed);
                }
            }
        }
    }

    /// Whatever enters the header from outside brings a zero. Asks the blocks, not the graph, which earlier loops of
    /// this function have changed.
    fn start_at_zero(&mut self, data: &LoopData) {
        for block in self.func.layout.clone() {
            if self.members.contains(&block) {
                continue;
            }
            for index in 0..self.targets(block).len() {
                if self.targets(block)[index].block == data.header {
                    let zero = before_terminator(self.func, block, Op::ConstInt, &[], Immediate::Int(0));
                    self.push_arg(block, index, zero);
                }
            }
        }
    }

    /// Puts a block on an edge that adds `count` to memory.
    fn flush_on_edge(&mut self, block: Block, index: usize, count: Value, counters: usize) {
        let flush = self.func.add_block();
        let layout = &mut self.func.layout;
        layout.pop();
        let position = layout.iter().position(|&known| known == block).map_or(layout.len(), |position| position + 1);
        layout.insert(position, flush);
        let line = self.func.terminator(block).map_or(0, |data| data.line);
        let edge = &mut self.targets_mut(block)[index];
        let target = std::mem::replace(&mut edge.block, flush);
        let args = std::mem::take(&mut edge.args);
        let mut builder = FunctionBuilder::new(self.func, flush);
        builder.set_line(line);
        let address = builder.const_ptr(counters);
        let before = builder.load(Type::I64, address, LOOP_ITERATIONS_OFFSET, Region::Cells);
        let after = builder.add_int(before, count);
        builder.store(after, address, LOOP_ITERATIONS_OFFSET, Region::Cells);
        builder.jump(target, &args);
    }

    fn push_arg(&mut self, block: Block, index: usize, arg: Value) {
        self.targets_mut(block)[index].args.push(arg);
    }

    fn targets(&self, block: Block) -> &[BlockCall] {
        self.func.terminator(block).map_or(&[], |data| &data.targets)
    }

    fn targets_mut(&mut self, block: Block) -> &mut [BlockCall] {
        let last = *self.func.block(block).insts.last().expect("a verified block has a terminator");
        &mut self.func.insts[last.index()].targets
    }
}

fn increment(func: &mut Function, block: Block, count: Value) -> Value {
    let one = before_terminator(func, block, Op::ConstInt, &[], Immediate::Int(1));
    before_terminator(func, block, Op::AddInt, &[count, one], Immediate::None)
}

/// Adds the iterations of a piece to `count` where it ends. In between, count and start wait in `slot`: a register that
/// lives through a loop takes it from what the loop uses.
fn add_piece(func: &mut Function, cut: &Pieces, count: Value, slot: &mut Option<Slot>) -> Value {
    let (jump, rest) =
        (func.blocks[cut.begin.index()].insts.pop(), std::mem::take(&mut func.blocks[cut.end.index()].insts));
    let mut b = FunctionBuilder::new(func, cut.begin);
    let slot = *slot.get_or_insert_with(|| b.add_slot(16));
    let address = b.slot_address(slot);
    b.store(count, address, 0, Region::Frame);
    b.store(cut.start, address, 8, Region::Frame);
    b.switch_to(cut.end);
    let address = b.slot_address(slot);
    let (count, start) = (b.load(Type::I64, address, 0, Region::Frame), b.load(Type::I64, address, 8, Region::Frame));
    let mut iterations = b.sub_int(cut.value, start);
    if cut.step != 1 {
        let step = b.const_i64(cut.step);
        iterations = b.div_sint(iterations, step);
    }
    let count = b.add_int(count, iterations);
    func.blocks[cut.begin.index()].insts.extend(jump);
    func.blocks[cut.end.index()].insts.extend(rest);
    count
}

/// Inserts an I64 operation as the last but the terminator.
fn before_terminator(func: &mut Function, block: Block, op: Op, args: &[Value], immediate: Immediate) -> Value {
    let position = func.block(block).insts.len() - 1;
    let inst = func.add_inst(inst_data(op, args, immediate), &[Type::I64]);
    func.blocks[block.index()].insts.insert(position, inst);
    func.inst(inst).results[0]
}

fn inst_data(op: Op, args: &[Value], immediate: Immediate) -> InstData {
    let args = SmallVec::from_slice(args);
    InstData { op, args, immediate, targets: Box::default(), results: SmallVec::new(), line: 0 }
}

/// Adds one to the count of calls at `counters`, first thing in the entry block.
pub fn count_calls(func: &mut Function, counters: usize) {
    let entry = func.entry();
    let memory = Immediate::Memory(Memory { offset: CALLS_OFFSET, region: Region::Cells, is_constant: false });
    let mut position = 0;
    let mut insert = |op, args: &[Value], immediate, results: &[Type]| {
        let inst = func.add_inst(inst_data(op, args, immediate), results);
        func.blocks[entry.index()].insts.insert(position, inst);
        position += 1;
        func.inst(inst).results.first().copied()
    };
    let mut value = |op, args: &[Value], immediate, ty| insert(op, args, immediate, &[ty]).expect("one result");
    let address = value(Op::ConstPtr, &[], Immediate::Int(counters as i64), Type::Ptr);
    let before = value(Op::Load, &[address], memory, Type::I64);
    let one = value(Op::ConstInt, &[], Immediate::Int(1), Type::I64);
    let after = value(Op::AddInt, &[before, one], Immediate::None, Type::I64);
    insert(Op::Store, &[address, after], memory, &[]);
}
