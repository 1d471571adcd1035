//! On-stack replacement in tier 1: loops ask at their back edges whether better code has come, and go over to it.
//!
//! ```text
//! block2:                                block2:
//!     ...                                    ...
//!     jump block1(v4, v10)                   branch_if v10 % interval == 0, block5, block1(v4, v10)
//!                                        block5 cold:
//!                               -->          progress = v10
//!                                            v20 = atomic_load cell
//!                                            branch_if v20 != null, block6, block1(v4, v10)
//!                                        block6 cold:
//!                                            v21, v22 = call_function fn0(v4, ...)  ; of `osr_entries`
//!                                            return v21, v22
//! ```
//!
//! Counting is part of it: v10 is the register of `count_executions`. Innermost loops look at its low bits, which
//! costs an instruction that tests and jumps, and poll every `interval` iterations. Loops around others poll at each
//! back edge: their count makes steps of any size, and the loops inside bear the cost. The progress tells the
//! profiling thread that the loop runs, and how far it has come.
//!
//! The call has no way back: the function that is called does the rest of the work. References that the loop holds go
//! with it.
//!
//! Entry: as for `count_executions`. Exit: the same; results are the same. Cost: a call with all live values for each
//! back edge.

use rustc_hash::FxHashMap;

use super::count_executions::{BackEdge, count};
use super::expand_polls::{ask_clock, expand_polls, start_knowing};
use super::osr_entries::{OsrEntry, osr_signature};
use crate::lir::{
    Block, BlockCall, CalleeData, Function, FunctionBuilder, FunctionId, Inst, IntCond, Op, Region, Slot, Type, Value,
    block_call,
};

/// Offset of the address of the function to go over to, from the address of a slot.
pub const BODY_OFFSET: i32 = 8;
/// Offset of the progress, an I64.
pub const PROGRESS_OFFSET: i32 = 72;

/// A loop that polls.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// The loop, one of the function's `osr_entries`.
    pub entry: &'a OsrEntry,
    /// The function that goes on in it.
    pub id: FunctionId,
    /// The address of the memory to poll; see the offsets.
    pub slot: usize,
}

/// Adds counting, with the counts at `counters`, and expands all polls. `interval` is a power of 2.
pub fn count_and_poll(func: &mut Function, counters: usize, polls: &[Poll<'_>], interval: i64) {
    let by_header: FxHashMap<Block, &Poll<'_>> = polls.iter().map(|poll| (poll.entry.header, poll)).collect();
    let signatures: Vec<_> = polls.iter().map(|poll| (poll.id, osr_signature(func, poll.entry))).collect();
    let back_edges = count(func, counters);
    for (id, signature) in signatures {
        func.callees.push(CalleeData { id, signature });
    }
    let mut known = None;
    for edge in back_edges {
        let last = func.inst(last_inst(func, edge.block));
        let exit = (last.op == Op::Poll).then(|| last.targets[1].clone());
        let poll = by_header.get(&last.targets[edge.index].block).copied();
        if poll.is_some() || exit.is_some() {
            poll_edge(func, &edge, poll, exit, interval, &mut known);
        }
    }
    start_knowing(func, known);
    expand_polls(func);
}

fn last_inst(func: &Function, block: Block) -> Inst {
    *func.block(block).insts.last().expect("a verified block has a terminator")
}

/// Looks for a function to go over to, and at the clock, before it jumps back.
fn poll_edge(
    func: &mut Function,
    edge: &BackEdge,
    poll: Option<&Poll<'_>>,
    exit: Option<BlockCall>,
    interval: i64,
    known: &mut Option<Slot>,
) {
    let last = last_inst(func, edge.block);
    let line = func.inst(last).line;
    let back = func.inst(last).targets[edge.index].clone();
    let enter = poll.map(|poll| enter_block(func, poll, &back, line));
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
    if let (Some(poll), Some(enter)) = (poll, enter) {
        let rest = exit.is_some().then(|| block_behind(func, block));
        if let Some(rest) = rest {
            func.blocks[rest.index()].is_cold = func.block(block).is_cold;
        }
        let stay = rest.map_or_else(|| back.clone(), |rest| block_call(rest, &[]));
        ask_cell(func, block, edge.count, poll.slot, enter, stay, line);
        block = rest.unwrap_or(block);
    }
    if let Some(exit) = exit {
        ask_clock(func, block, back, exit, line, known);
    }
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

/// The cold block that goes over.
fn enter_block(func: &mut Function, poll: &Poll<'_>, back: &BlockCall, line: u32) -> Block {
    let enter = func.add_block();
    func.blocks[enter.index()].is_cold = true;
    // The last argument is the count, which nobody needs any more.
    let mut args: Vec<Value> = back.args[..back.args.len() - 1].to_vec();
    args.extend(&poll.entry.live);
    let mut builder = FunctionBuilder::new(func, enter);
    builder.set_line(line);
    args.extend(poll.entry.slots.iter().map(|&slot| builder.slot_address(slot)).collect::<Vec<Value>>());
    let position = builder.func.callees.iter().position(|callee| callee.id == poll.id);
    let callee = crate::lir::Callee::from_index(position.expect("the callees were added"));
    let results = builder.call_function(callee, &args);
    builder.return_(&results);
    enter
}

/// A new block behind `block` in the layout.
fn block_behind(func: &mut Function, block: Block) -> Block {
    let made = func.add_block();
    func.layout.pop();
    let position = func.layout.iter().position(|&known| known == block).map_or(func.layout.len(), |at| at + 1);
    func.layout.insert(position, made);
    made
}
