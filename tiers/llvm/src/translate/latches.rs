//! One block that jumps back to each loop's header.
//!
//!     jump block1(v4)     ; in block2             jump latch(v4)
//!     jump block1(v5)     ; in block3             jump latch(v5)      latch(v6): jump block1(v6)
//!
//! Of a header with several ways back LLVM makes several nested loops, none of which it counts, vectorizes or
//! recognizes: two to a hundred times slower. CPython's bytecode jumps back from each branch of an `if` that ends a
//! loop's body.

use inkwell::basic_block::BasicBlock;
use inkwell::values::{BasicValue, PhiValue};
use upshift_core::lir::{Block, Cfg};

use super::fault::Fault;
use super::function::FunctionTranslator;

/// The block between the jumps back and a header.
pub(super) struct Latch<'ctx> {
    pub(super) block: BasicBlock<'ctx>,
    pub(super) phis: Vec<PhiValue<'ctx>>,
}

/// True if a jump goes against the order of the blocks.
pub(super) fn is_jump_back(cfg: &Cfg, from: Block, to: Block) -> bool {
    cfg.position(to) <= cfg.position(from)
}

impl<'ctx> FunctionTranslator<'_, 'ctx> {
    /// Adds the latches, and their jumps to the headers whose phis are `phis`.
    pub(super) fn add_latches(&mut self, phis: &[Vec<PhiValue<'ctx>>]) -> Result<(), Fault> {
        for &header in self.cfg.reverse_postorder() {
            let jumps_back = self.cfg.preds(header).iter().filter(|&&pred| is_jump_back(&self.cfg, pred, header));
            if jumps_back.count() < 2 {
                continue;
            }
            let builder = &self.unit.builder;
            let block = self.unit.context.append_basic_block(self.function, "");
            builder.position_at_end(block);
            let mut merged = Vec::new();
            for (&param, phi) in self.func.block(header).params.iter().zip(&phis[header.index()]) {
                let own = builder.build_phi(self.unit.value_type(self.func.type_of(param)), "")?;
                phi.add_incoming(&[(&own.as_basic_value() as &dyn BasicValue<'_>, block)]);
                merged.push(own);
            }
            builder.build_unconditional_branch(self.block(header)?)?;
            self.latches[header.index()] = Some(Latch { block, phis: merged });
        }
        Ok(())
    }

    /// The latch that a jump from the current block to `to` goes through.
    pub(super) fn latch(&self, to: Block) -> Option<&Latch<'ctx>> {
        self.latches[to.index()].as_ref().filter(|_| is_jump_back(&self.cfg, self.current, to))
    }

    /// Where a jump from the current block to `to` goes.
    pub(super) fn target(&self, to: Block) -> Result<BasicBlock<'ctx>, Fault> {
        self.latch(to).map_or_else(|| self.block(to), |latch| Ok(latch.block))
    }
}
