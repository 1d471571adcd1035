//! How a loop goes over: it stores what it hands over, and calls the function that goes on.
//!
//! A loop stores what is its own, and jumps to the block that stores the rest for the loop around it, or for all
//! outermost loops. These blocks get the address of the cell that the loop asks.

use rustc_hash::FxHashMap;

use super::{BODY_OFFSET, Poll};
use crate::lir::{Block, Function, FunctionBuilder, Region, Slot, Type, Value};
use crate::passes::osr_entries::{HANDED_OVER, OsrEntry};

/// The loops of a function that can go over, and what they share.
pub(super) struct GoingOver<'a> {
    polls: FxHashMap<Block, &'a Poll<'a>>,
    /// What is handed over.
    memory: Option<Slot>,
    /// The blocks for what is shared, by the header of the loop around; without one, for the outermost loops.
    blocks: FxHashMap<Option<Block>, Block>,
}

impl<'a> GoingOver<'a> {
    pub(super) fn new(polls: &'a [Poll<'a>]) -> GoingOver<'a> {
        let polls = polls.iter().map(|poll| (poll.entry.header, poll)).collect();
        GoingOver { polls, memory: None, blocks: FxHashMap::default() }
    }

    /// The loop of this header.
    pub(super) fn poll(&self, header: Block) -> Option<&'a Poll<'a>> {
        self.polls.get(&header).copied()
    }

    /// A cold block that goes over, with what the loop's header would be given; the last is the count, which nobody
    /// needs any more.
    pub(super) fn block(&mut self, func: &mut Function, poll: &Poll<'_>, given: &[Value], line: u32) -> Block {
        let entry = poll.entry;
        let mut own = given[..given.len() - 1].to_vec();
        let block = func.add_block();
        func.blocks[block.index()].is_cold = true;
        let mut b = FunctionBuilder::new(func, block);
        b.set_line(line);
        own.extend(entry.slots.iter().map(|&slot| b.slot_address(slot)).collect::<Vec<Value>>());
        self.store(&mut b, entry.live.len(), &own);
        let cell = b.const_ptr(poll.slot);
        self.store_live(&mut b, entry, cell);
        block
    }

    /// Ends the block: stores what is live into the loop, and goes over.
    fn store_live(&mut self, b: &mut FunctionBuilder<'_>, entry: &OsrEntry, cell: Value) {
        self.store(b, entry.shared, &entry.live[entry.shared..]);
        if entry.shared == 0 {
            return self.call(b, cell);
        }
        let next = self.shared_block(b, entry);
        b.jump(next, &[cell]);
    }

    /// The block that stores what the loop shares.
    fn shared_block(&mut self, b: &mut FunctionBuilder<'_>, entry: &OsrEntry) -> Block {
        if let Some(&known) = self.blocks.get(&entry.parent) {
            return known;
        }
        let (from, block) = (b.block(), b.add_cold_block());
        self.blocks.insert(entry.parent, block);
        b.switch_to(block);
        let cell = b.add_param(block, Type::Ptr);
        match entry.parent.and_then(|parent| self.poll(parent)) {
            Some(around) => self.store_live(b, around.entry, cell),
            None => {
                self.store(b, 0, &entry.live[..entry.shared]);
                self.call(b, cell);
            }
        }
        b.switch_to(from);
        block
    }

    fn store(&mut self, b: &mut FunctionBuilder<'_>, position: usize, values: &[Value]) {
        if values.is_empty() {
            return;
        }
        let memory = self.address(b);
        for (position, &value) in (position as i32..).zip(values) {
            b.store(value, memory, position * HANDED_OVER, Region::Frame);
        }
    }

    fn call(&mut self, b: &mut FunctionBuilder<'_>, cell: Value) {
        let body = b.atomic_load(Type::Ptr, cell, BODY_OFFSET, Region::Cells);
        let memory = self.address(b);
        b.return_from(body, memory);
    }

    fn address(&mut self, b: &mut FunctionBuilder<'_>) -> Value {
        let polls = &self.polls;
        let memory = *self.memory.get_or_insert_with(|| {
            let most = polls.values().map(|poll| poll.entry.passed(b.func)).max().unwrap_or_default();
            b.add_slot(most.max(1) as u32 * HANDED_OVER as u32)
        });
        b.slot_address(memory)
    }
}
