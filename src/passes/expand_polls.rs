//! Give `poll` its meaning: compare the clock with what this activation saw last, and ask where they differ.
//!
//! ```text
//! block0:                             block0:
//!     ...                                 v20 = relaxed_load seen        ; runtime::ticker
//!                                         slot0 = v20
//!                              -->        ...
//! block2:                             block2:
//!     poll block1(v4), block9             v21 = relaxed_load now
//!                                         branch_if v21 != slot0, block10, block1(v4)
//!                                     block10 cold:
//!                                         v22 = call_runtime upshift_attend(id)
//!                                         v23 = relaxed_load seen
//!                                         slot0 = v23
//!                                         branch_if v22 != 0, block9, block1(v4)
//! ```
//!
//! The slot's address goes nowhere, so LLVM keeps it in a register or spills it; in tier 1 it is an operand of the
//! comparison. What was seen is read again after the question and not before: the clock may have gone to sleep in
//! between, and then the next poll must wake it.
//!
//! Entry: verified SSA. Exit: the same, without `poll`. Cost: linear.

use super::rewriting::add_plain;
use crate::lir::{
    Block, BlockCall, Function, FunctionBuilder, Immediate, InstData, IntCond, Memory, Op, Region, Slot, Type, Value,
    block_call,
};
use crate::runtime::symbols::Symbol;
use crate::runtime::ticker::{self, NOW_OFFSET, SEEN_OFFSET};

/// See the file.
pub fn expand_polls(func: &mut Function) {
    let mut known = None;
    for block in func.layout.clone() {
        let Some(last) = func.terminator(block).filter(|last| last.op == Op::Poll) else { continue };
        let (rest, exit, line) = (last.targets[0].clone(), last.targets[1].clone(), last.line);
        func.blocks[block.index()].insts.pop();
        ask_clock(func, block, rest, exit, line, &mut known);
    }
    start_knowing(func, known);
}

/// Ends `block`: goes to `rest`, or to `exit` if a signal's handler has raised. `known` is the slot with what was seen,
/// made at its first use; `start_knowing` fills it.
fn ask_clock(func: &mut Function, block: Block, rest: BlockCall, exit: BlockCall, line: u32, known: &mut Option<Slot>) {
    let id = i64::from(func.id.0);
    let mut builder = FunctionBuilder::new(func, block);
    builder.set_line(line);
    let slot = *known.get_or_insert_with(|| builder.add_slot(8));
    let attend = builder.add_cold_block();
    let clock = builder.const_ptr(ticker::address());
    let now = builder.relaxed_load(Type::I64, clock, NOW_OFFSET, Region::Cells);
    let address = builder.slot_address(slot);
    let seen = builder.load(Type::I64, address, 0, Region::Frame);
    let is_due = builder.cmp_int(IntCond::Ne, now, seen);
    builder.branch_with(is_due, block_call(attend, &[]), rest.clone());
    builder.switch_to(attend);
    let id = builder.const_i64(id);
    let status = builder.call_runtime(Symbol::Attend, &[id]).expect("the routine has a result");
    let seen = builder.relaxed_load(Type::I64, clock, SEEN_OFFSET, Region::Cells);
    builder.store(seen, address, 0, Region::Frame);
    let zero = builder.const_int(Type::I32, 0);
    let has_raised = builder.cmp_int(IntCond::Ne, status, zero);
    builder.branch_with(has_raised, exit, rest);
}

/// Fills the slot with what was seen, first thing in the function.
pub(super) fn start_knowing(func: &mut Function, known: Option<Slot>) {
    let Some(slot) = known else { return };
    let memory = |offset, region| Immediate::Memory(Memory { offset, region, is_constant: false });
    let address = Immediate::Int(ticker::address() as i64);
    let (first, clock) = add_plain(func, Op::ConstPtr, address, &[], Type::Ptr);
    let (second, seen) = add_plain(func, Op::RelaxedLoad, memory(SEEN_OFFSET, Region::Cells), &[clock], Type::I64);
    let (third, slot) = add_plain(func, Op::SlotAddress, Immediate::Slot(slot), &[], Type::Ptr);
    let store = func.add_inst(store(slot, seen, memory(0, Region::Frame)), &[]);
    let entry = func.entry();
    func.blocks[entry.index()].insts.splice(0..0, [first, second, third, store]);
}

fn store(address: Value, value: Value, immediate: Immediate) -> InstData {
    let args = [address, value].into_iter().collect();
    InstData { op: Op::Store, args, immediate, targets: Default::default(), results: Default::default(), line: 0 }
}
