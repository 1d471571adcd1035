//! Tier 1's loops ask at their back edges whether to go on: a signal's handler may have raised, better code may have come.
//!
//! ```text
//! block2:                                block2:
//!     ...                                    ...
//!     poll block1(v4, v10), block9           branch_if v10 % interval == 0, block5, block1(v4, v10)
//!                                        block5 cold:
//!                                            branch_if now != seen, block6, block1(v4, v10)
//!                                        block6 cold:
//!                               -->          call_runtime upshift_attend_loop(watch)     ; watch has id, cell, v10
//!                                            branch_if verdict != 0, block7, block1(v4, v10)
//!                                        block7 cold:
//!                                            branch_if verdict == 1, block9, block8
//!                                        block8 cold:
//!                                            store v4, handed_over+8
//!                                            jump block10(cell)
//!                                        block10(v30) cold:               ; of all loops
//!                                            store v0, handed_over
//!                                            v31 = atomic_load v30
//!                                            return_from v31, handed_over ; of `osr_entries`
//! ```
//!
//! Counting is part of it: v10 is the register of `count_executions`. Innermost loops look at the clock
//! (`runtime::ticker`) every `interval` iterations: those that count are cut into pieces of that length
//! (`strip_mine_loops`), which costs nothing inside a piece; others look at the low bits of v10, an instruction that
//! tests and jumps. Loops around others look at the clock at each back edge: their count makes steps of any size, and
//! the loops inside bear the cost. Asking tells the profiling thread that the loop runs, and how far it has come.
//!
//! With an interval of 1, for tests, and at back edges without `poll`, which hand-written lir has, loops look at
//! the cell of what they go over to without asking the clock.
//!
//! The call has no way back: the function that is called does the rest of the work. References that the loop holds go
//! with it. What a loop hands over it stores where the loop around it would (`osr_entries`), and goes on to the block that
//! stores the rest for that one, so that each value is stored once in a nest, and once in a function if all loops need it.
//!
//! Entry: as for `count_executions`. Exit: the same, without `poll`; results are the same. Cost: two blocks for each
//! loop, and what all loops hand over.

use super::count_executions::{BackEdge, count};
use super::expand_polls::{expand_polls, start_knowing};
use super::osr_entries::OsrEntry;
use super::strip_mine_loops::{Pieces, cut_innermost_loops};
use crate::lir::{
    Block, BlockCall, Function, FunctionBuilder, Inst, IntCond, Op, Region, Slot, Type, Value, block_call,
};
use crate::runtime::symbols::Symbol;
use crate::runtime::ticker;

mod going_over;

use going_over::GoingOver;

/// Offset of the address of the function to go over to, from the address of a slot.
pub const BODY_OFFSET: i32 = 8;
/// Offset of the progress, an I64.
pub const PROGRESS_OFFSET: i32 = 72;

/// A loop that polls.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// The loop, one of the function's `osr_entries`.
    pub entry: &'a OsrEntry,
    /// The address of the memory to poll, and of that of the function that goes on; see the offsets.
    pub slot: usize,
}

/// Adds counting, with the counts at `counters`, and expands all polls. `interval` is a power of 2.
pub fn count_and_poll(func: &mut Function, counters: usize, polls: &[Poll<'_>], interval: i64) {
    let (pieces, quiet) = if interval > 1 { cut_innermost_loops(func, interval) } else { Default::default() };
    let back_edges = count(func, counters, &pieces);
    let mut going = GoingOver::new(polls);
    let mut watch = None;
    for edge in back_edges {
        let last = func.inst(last_inst(func, edge.block));
        let exit = (last.op == Op::Poll).then(|| last.targets[1].clone());
        let header = last.targets[edge.index].block;
        let poll = going.poll(header).filter(|_| !quiet.contains(&header));
        if poll.is_some() || exit.is_some() {
            poll_edge(func, &edge, poll, exit, interval, &mut going, &mut watch);
        }
    }
    for cut in pieces {
        poll_piece(func, &cut, &mut going, &mut watch);
    }
    start_knowing(func, watch);
    expand_polls(func);
}

fn last_inst(func: &Function, block: Block) -> Inst {
    *func.block(block).insts.last().expect("a verified block has a terminator")
}

/// Asks before it jumps back.
fn poll_edge(
    func: &mut Function,
    edge: &BackEdge,
    poll: Option<&Poll<'_>>,
    exit: Option<BlockCall>,
    interval: i64,
    going: &mut GoingOver<'_>,
    watch: &mut Option<Slot>,
) {
    let last = last_inst(func, edge.block);
    let line = func.inst(last).line;
    let back = func.inst(last).targets[edge.index].clone();
    let enter = poll.map(|poll| going.block(func, poll, &back.args, line));
    let mut block = edge.block;
    if func.inst(last).op == Op::BranchIf {
        block = block_behind(func, edge.block);
        func.insts[last.index()].targets[edge.index] = block_call(block, &[]);
    } else {
        func.blocks[edge.block.index()].insts.pop();
    }
    if edge.is_innermost && interval > 1 {
        let due = func.add_block();
        func.blocks[due.index()].is_cold = true;
        let mut builder = FunctionBuilder::new(func, block);
        builder.set_line(line);
        let (mask, zero) = (builder.const_i64(interval - 1), builder.const_i64(0));
        let low = builder.and_bits(edge.count, mask);
        let is_due = builder.cmp_int(IntCond::Eq, low, zero);
        builder.branch_with(is_due, block_call(due, &[]), back.clone());
        block = due;
    }
    let direct = poll.zip(enter).filter(|_| interval == 1 || exit.is_none());
    if let Some((poll, enter)) = direct {
        let rest = exit.is_some().then(|| block_behind(func, block));
        let stay = rest.map_or_else(|| back.clone(), |rest| block_call(rest, &[]));
        ask_cell(func, block, edge.count, poll.slot, enter, stay, line);
        block = rest.unwrap_or(block);
    }
    if let Some(exit) = exit {
        let cell = poll.map_or(0, |poll| poll.slot);
        ask_all(func, &Asking { block, back, exit, enter, cell, count: edge.count, line }, watch);
    }
}

/// Asks before a piece begins.
fn poll_piece(func: &mut Function, cut: &Pieces, going: &mut GoingOver<'_>, watch: &mut Option<Slot>) {
    let poll = going.poll(cut.header);
    let Some(last) = func.blocks[cut.around.index()].insts.pop() else { return };
    let (line, exit) = (func.inst(last).line, func.inst(last).targets[1].clone());
    let params = func.block(cut.around).params.clone();
    let Some(&count) = params.last() else { return };
    let enter = poll.map(|poll| going.block(func, poll, &params, line));
    let cell = poll.map_or(0, |poll| poll.slot);
    ask_all(
        func,
        &Asking { block: cut.around, back: block_call(cut.begin, &[]), exit, enter, cell, count, line },
        watch,
    );
}

/// Where a loop asks the clock, and where the answers lead.
struct Asking {
    block: Block,
    back: BlockCall,
    exit: BlockCall,
    enter: Option<Block>,
    /// 0 if there is nothing to go over to.
    cell: usize,
    count: Value,
    line: u32,
}

/// Ends the block: at a new tick it asks whether to leave, to go over, or to go on.
fn ask_all(func: &mut Function, asking: &Asking, watch: &mut Option<Slot>) {
    let id = i64::from(func.id.0);
    let mut b = FunctionBuilder::new(func, asking.block);
    b.set_line(asking.line);
    let watch = *watch.get_or_insert_with(|| b.add_slot(ticker::WATCH_SIZE));
    let attend = b.add_cold_block();
    let (clock, watch) = (b.const_ptr(ticker::address()), b.slot_address(watch));
    let now = b.relaxed_load(Type::I64, clock, ticker::NOW_OFFSET, Region::Cells);
    let seen = b.load(Type::I64, watch, ticker::WATCH_SEEN_OFFSET, Region::Frame);
    let is_due = b.cmp_int(IntCond::Ne, now, seen);
    b.branch_with(is_due, block_call(attend, &[]), asking.back.clone());
    b.switch_to(attend);
    let (id, cell) = (b.const_i64(id), b.const_ptr(asking.cell));
    b.store(id, watch, ticker::WATCH_FUNCTION_OFFSET, Region::Frame);
    b.store(cell, watch, ticker::WATCH_CELL_OFFSET, Region::Frame);
    b.store(asking.count, watch, ticker::WATCH_ITERATIONS_OFFSET, Region::Frame);
    b.call_runtime(Symbol::AttendLoop, &[watch]);
    let verdict = b.load(Type::I64, watch, ticker::WATCH_VERDICT_OFFSET, Region::Frame);
    let go_on = b.const_i64(ticker::GO_ON as i64);
    let ends = b.cmp_int(IntCond::Ne, verdict, go_on);
    let Some(enter) = asking.enter else {
        return b.branch_with(ends, asking.exit.clone(), asking.back.clone());
    };
    let decide = b.add_cold_block();
    b.branch_with(ends, block_call(decide, &[]), asking.back.clone());
    b.switch_to(decide);
    let leave = b.const_i64(ticker::LEAVE as i64);
    let has_raised = b.cmp_int(IntCond::Eq, verdict, leave);
    b.branch_with(has_raised, asking.exit.clone(), block_call(enter, &[]));
}

/// Ends `block`: tells the progress and goes to `enter` if there is a function to go over to, else to `stay`.
fn ask_cell(func: &mut Function, block: Block, count: Value, slot: usize, enter: Block, stay: BlockCall, line: u32) {
    let mut builder = FunctionBuilder::new(func, block);
    builder.set_line(line);
    let address = builder.const_ptr(slot);
    builder.store(count, address, PROGRESS_OFFSET, Region::Cells);
    let body = builder.atomic_load(Type::Ptr, address, BODY_OFFSET, Region::Cells);
    let null = builder.const_ptr(0);
    let is_there = builder.cmp_int(IntCond::Ne, body, null);
    builder.branch_with(is_there, block_call(enter, &[]), stay);
}

/// A new block behind `block` in the layout.
fn block_behind(func: &mut Function, block: Block) -> Block {
    let made = func.add_block();
    func.layout.pop();
    let position = func.layout.iter().position(|&known| known == block).map_or(func.layout.len(), |at| at + 1);
    func.layout.insert(position, made);
    made
}
