pub(super) fn version_loops(_func: &mut crate::lir::Function, _ctx: &mut super::PassContext) -> super::Changed {
    super::Changed::No
}
