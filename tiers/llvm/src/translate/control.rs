//! Jumps, branches and returns.

use inkwell::values::{BasicValue, MetadataValue};
use upshift_core::lir::{BlockCall, InstData, Type};

use super::fault::Fault;
use super::function::{Edge, FunctionTranslator};

/// How much likelier the warm side of a branch is than the cold one: LLVM's own ratio for `__builtin_expect`.
const WARM_WEIGHT: u64 = 2000;

impl<'ctx> FunctionTranslator<'_, 'ctx> {
    pub(super) fn jump(&mut self, data: &InstData) -> Result<(), Fault> {
        let Some(target) = data.targets.first() else { return Err(Fault("a jump without its target".into())) };
        self.unit.builder.build_unconditional_branch(self.block(target.block)?)?;
        self.add_edge(target)
    }

    pub(super) fn branch_if(&mut self, data: &InstData) -> Result<(), Fault> {
        let [on_true, on_false] = &data.targets[..] else { return Err(Fault("a branch without its targets".into())) };
        let builder = &self.unit.builder;
        let condition = self.int(data, 0)?;
        if on_true.block == on_false.block && on_true.args != on_false.args {
            // A phi has one value per predecessor, so the second edge gets a block of its own.
            let split = self.unit.context.append_basic_block(self.function, "");
            builder.build_conditional_branch(condition, self.block(on_true.block)?, split)?;
            self.add_edge(on_true)?;
            builder.position_at_end(split);
            builder.build_unconditional_branch(self.block(on_false.block)?)?;
            return self.add_edge(on_false);
        }
        let branch =
            builder.build_conditional_branch(condition, self.block(on_true.block)?, self.block(on_false.block)?)?;
        if let Some(weights) = self.branch_weights(on_true, on_false) {
            branch.set_metadata(weights, self.unit.context.get_kind_id("prof"))?;
        }
        self.add_edge(on_true)?;
        self.add_edge(on_false)
    }

    pub(super) fn return_from(&self, data: &InstData) -> Result<(), Fault> {
        let builder = &self.unit.builder;
        let ty = self.unit.function_type(&[Type::Ptr], &self.func.signature.returns)?;
        let args = [self.value(data.args[1])?.into()];
        let call = builder.build_indirect_call(ty, self.value(data.args[0])?.into_pointer_value(), &args, "")?;
        match call.try_as_basic_value().basic() {
            None => builder.build_return(None)?,
            Some(value) => builder.build_return(Some(&value))?,
        };
        Ok(())
    }

    pub(super) fn return_values(&self, data: &InstData) -> Result<(), Fault> {
        let builder = &self.unit.builder;
        let mut values = Vec::new();
        for &value in &data.args {
            values.push(self.unit.pack(self.value(value)?, self.func.type_of(value))?);
        }
        match &values[..] {
            [] => builder.build_return(None)?,
            [value] => builder.build_return(Some(value as &dyn BasicValue<'_>))?,
            _ => builder.build_aggregate_return(&values)?,
        };
        Ok(())
    }

    fn add_edge(&mut self, target: &BlockCall) -> Result<(), Fault> {
        let from = self.current_block()?;
        let args = target.args.iter().map(|&arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
        self.edges.push(Edge { from, to: target.block, args });
        Ok(())
    }

    /// The weights of a branch with one cold side.
    fn branch_weights(&self, on_true: &BlockCall, on_false: &BlockCall) -> Option<MetadataValue<'ctx>> {
        let weight = |target: &BlockCall| if self.func.block(target.block).is_cold { 1 } else { WARM_WEIGHT };
        let (if_true, if_false) = (weight(on_true), weight(on_false));
        if if_true == if_false {
            return None;
        }
        let context = self.unit.context;
        let number = |weight| context.i32_type().const_int(weight, false).into();
        let name = context.metadata_string("branch_weights").into();
        Some(context.metadata_node(&[name, number(if_true), number(if_false)]))
    }
}
