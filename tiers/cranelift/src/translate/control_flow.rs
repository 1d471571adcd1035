//! Jumps, branches and returns.

use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};
use smallvec::SmallVec;
use upshift_core::lir::{self, Block, BlockCall, Immediate, InstData, Type};
use upshift_core::tier::CompileError;

use super::function::Translator;
use super::types::{float_condition, int_condition};

impl Translator<'_> {
    pub(super) fn jump(&mut self, data: &InstData) -> Result<(), CompileError> {
        let target = &data.targets[0];
        let (block, args) = (self.block(target.block), self.block_args(target));
        self.ins().jump(block, &args);
        Ok(())
    }

    /// The way out of a loop comes first. Cranelift visits the last successor first when it decides where to compute
    /// what a loop does not change, and forgets the loop once it has seen a block outside: behind a way out that it
    /// visits first, such computations stay in the loop.
    pub(super) fn branch_if(&mut self, data: &InstData) -> Result<(), CompileError> {
        let [mut on_true, mut on_false] = [&data.targets[0], &data.targets[1]];
        let mut condition = self.operand(data, 0);
        if self.leaves_loop(on_false.block) && !self.leaves_loop(on_true.block) {
            condition = self.negated(data.args[0]);
            (on_true, on_false) = (on_false, on_true);
        }
        let (true_block, true_args) = (self.block(on_true.block), self.block_args(on_true));
        let (false_block, false_args) = (self.block(on_false.block), self.block_args(on_false));
        self.ins().brif(condition, true_block, &true_args, false_block, &false_args);
        Ok(())
    }

    /// True if `target` is outside the innermost loop around the current block.
    fn leaves_loop(&self, target: Block) -> bool {
        self.loops.innermost(self.current).is_some_and(|name| !self.loops.contains(name, target))
    }

    /// The opposite of a condition, at no cost where a comparison makes it.
    fn negated(&mut self, condition: lir::Value) -> Value {
        let func = self.func;
        match func.def_inst(condition).map(|data| (data.immediate, data)) {
            Some((Immediate::IntCond(cond), data)) => {
                let [a, b] = [0, 1].map(|position| self.operand(data, position));
                self.ins().icmp(int_condition(cond).complement(), a, b)
            }
            Some((Immediate::FloatCond(cond), data)) => {
                let [a, b] = [0, 1].map(|position| self.operand(data, position));
                self.ins().fcmp(float_condition(cond).complement(), a, b)
            }
            _ => {
                let condition = self.value(condition);
                self.ins().icmp_imm_u(IntCC::Equal, condition, 0)
            }
        }
    }

    pub(super) fn return_from(&mut self, data: &InstData) -> Result<(), CompileError> {
        let (body, arg) = (self.value(data.args[0]), self.value(data.args[1]));
        let signature = self.import_signature(&[Type::Ptr], &self.func.signature.returns);
        let call = self.ins().call_indirect(signature, body, &[arg]);
        let results: SmallVec<[Value; 2]> = SmallVec::from_slice(self.builder.inst_results(call));
        self.ins().return_(&results);
        Ok(())
    }

    pub(super) fn return_values(&mut self, data: &InstData) -> Result<(), CompileError> {
        let values: SmallVec<[Value; 2]> = data.args.iter().map(|&arg| self.value(arg)).collect();
        self.ins().return_(&values);
        Ok(())
    }

    fn block_args(&self, target: &BlockCall) -> SmallVec<[BlockArg; 4]> {
        target.args.iter().map(|&arg| BlockArg::Value(self.value(arg))).collect()
    }
}
