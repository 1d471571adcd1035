//! Jumps, branches and returns.

use cranelift_codegen::ir::{BlockArg, InstBuilder, Value};
use smallvec::SmallVec;
use upshift_core::lir::{BlockCall, InstData};
use upshift_core::tier::CompileError;

use super::function::Translator;

impl Translator<'_> {
    pub(super) fn jump(&mut self, data: &InstData) -> Result<(), CompileError> {
        let target = &data.targets[0];
        let (block, args) = (self.block(target.block), self.block_args(target));
        self.ins().jump(block, &args);
        Ok(())
    }

    pub(super) fn branch_if(&mut self, data: &InstData) -> Result<(), CompileError> {
        let [on_true, on_false] = [&data.targets[0], &data.targets[1]];
        let condition = self.operand(data, 0);
        let (true_block, true_args) = (self.block(on_true.block), self.block_args(on_true));
        let (false_block, false_args) = (self.block(on_false.block), self.block_args(on_false));
        self.ins().brif(condition, true_block, &true_args, false_block, &false_args);
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
