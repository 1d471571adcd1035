//! Where compiled code can be interrupted: every loop polls where it goes back, recursive functions where they begin.
//!
//! ```text
//! block7(v20, v21):                       ; all jumps back to block1 meet here
//!     poll block1(v20, v21), block8
//! block8 cold:                            ; a signal's handler has raised
//!     ... trace, drop the references that are held at the loop's start, return
//! ```
//!
//! What a poll costs, and how it finds out, is not decided here: see `passes::expand_polls`, `runtime::ticker`. One
//! latch for each loop keeps `continue` and an `if` at the end of a body from making several.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::hir;
use crate::lir::{self, IntCond, block_call};
use crate::runtime::stack;
use crate::runtime::symbols::Symbol;

impl Lowering<'_> {
    /// Where a jump from the current block to `target` goes: back edges lead through a block that polls. Blocks are
    /// in reverse postorder, so each cycle has a jump to an earlier block.
    pub(super) fn jump_target(&mut self, target: hir::Block) -> lir::Block {
        if target.index() > self.position {
            return self.blocks[target.index()];
        }
        match self.ways_back[target.index()] {
            Some(known) => known,
            None => self.add_way_back(target),
        }
    }

    fn add_way_back(&mut self, header: hir::Block) -> lir::Block {
        let typed = self.typed;
        let (here, latch) = (self.b.block(), self.b.add_block());
        let (mut args, mut header_params) = (Repr::new(), Vec::new());
        for &param in &typed.hir.blocks[header.index()].params {
            let Some(fact) = &typed.facts[param.index()] else { continue };
            let own: Repr = machine_types(&fact.ty).into_iter().map(|ty| self.b.add_param(latch, ty)).collect();
            args.extend_from_slice(&own);
            header_params.push((param, self.values[param.index()].replace(own)));
        }
        let held_at_start = self.held_at_start(header);
        // What is raised here is raised where the next iteration begins.
        let is_reached = |handler: &hir::BlockCall| typed.is_reached[handler.block.index()];
        let own_handler = typed.hir.blocks[header.index()].handler.clone().filter(is_reached);
        let handler = std::mem::replace(&mut self.handler, own_handler);
        let held = std::mem::replace(&mut self.held, held_at_start);
        self.b.switch_to(latch);
        let line = self.b.line();
        if line == 0 {
            self.b.set_line(typed.hir.blocks[header.index()].location.line);
        }
        self.poll(block_call(self.blocks[header.index()], &args));
        self.b.set_line(line);
        (self.held, self.handler) = (held, handler);
        for (param, repr) in header_params {
            self.values[param.index()] = repr;
        }
        self.b.switch_to(here);
        self.ways_back[header.index()] = Some(latch);
        latch
    }

    /// Ends the block: goes on in `rest` unless a signal's handler has raised.
    pub(super) fn poll(&mut self, rest: lir::BlockCall) {
        let (here, exit) = (self.b.block(), self.b.add_cold_block());
        self.b.switch_to(exit);
        self.pass_on_here();
        self.b.switch_to(here);
        self.b.poll(rest, block_call(exit, &[]));
    }

    /// A recursive function asks whether its frame comes near the end of the stack. The answer is also yes when signals
    /// should be looked for, so that asking costs nothing more.
    pub(super) fn check_stack(&mut self) {
        let Some(limit) = self.stack_limit else { return };
        let slot = self.b.add_slot(16);
        let frame = self.b.slot_address(slot);
        let frame = self.b.ptr_to_int(frame, lir::Type::I64);
        let limit = self.b.relaxed_load(lir::Type::I64, limit, 0, lir::Region::Cells);
        let is_beyond = self.b.cmp_int(IntCond::Ult, frame, limit);
        let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(is_beyond, cold, rest);
        self.b.switch_to(cold);
        let status = self.b.call_runtime(Symbol::CheckStack, &[frame]).expect("the routine has a result");
        let too_deep = self.b.const_int(lir::Type::I32, i64::from(stack::TOO_DEEP));
        let is_too_deep = self.b.cmp_int(IntCond::Eq, status, too_deep);
        self.raise_if(is_too_deep, &Failure::new("RecursionError", "maximum recursion depth exceeded"));
        let goes_on = self.b.const_int(lir::Type::I32, i64::from(stack::GOES_ON));
        let may_go_on = self.b.cmp_int(IntCond::Eq, status, goes_on);
        let interrupted = self.b.add_cold_block();
        self.b.branch_if(may_go_on, rest, interrupted);
        self.b.switch_to(interrupted);
        self.pass_on_here();
        self.b.switch_to(rest);
    }
}
