//! Source lines: LLVM's debug locations, for line tables and for remarks that name lines.
//!
//! Files are named by the place of their function in the unit, as decimal numbers: who reads line tables and remarks
//! knows the unit, and paths need not travel. Made only when asked for: locations cost LLVM a tenth of its time.

use inkwell::debug_info::{
    AsDIScope, DICompileUnit, DIFlags, DIFlagsConstants, DISubprogram, DWARFEmissionKind, DWARFSourceLanguage,
    DebugInfoBuilder, debug_metadata_version,
};
use inkwell::module::FlagBehavior;
use inkwell::values::FunctionValue;
use upshift_core::lir::Function;

use super::unit::UnitContext;

/// The locations of one module.
pub(super) struct Lines<'ctx> {
    builder: DebugInfoBuilder<'ctx>,
    unit: DICompileUnit<'ctx>,
}

impl<'ctx> UnitContext<'_, 'ctx> {
    /// Begins the module's debug information.
    pub(super) fn begin_lines(&self) -> Lines<'ctx> {
        let i32_type = self.context.i32_type();
        let version = i32_type.const_int(u64::from(debug_metadata_version()), false);
        self.module.add_basic_value_flag("Debug Info Version", FlagBehavior::Warning, version);
        self.module.add_basic_value_flag("Dwarf Version", FlagBehavior::Warning, i32_type.const_int(4, false));
        let (builder, unit) = self.module.create_debug_info_builder(
            true,
            DWARFSourceLanguage::C,
            "0",
            "",
            "upshift",
            true,
            "",
            0,
            "",
            DWARFEmissionKind::LineTablesOnly,
            0,
            true,
            false,
            "",
            "",
        );
        Lines { builder, unit }
    }

    /// From now on instructions are built for this line of the function, if lines are wanted.
    pub(super) fn set_line(&self, function: FunctionValue<'ctx>, line: u32) {
        let (Some(lines), Some(scope)) = (&self.lines, function.get_subprogram()) else { return };
        let location = lines.builder.create_debug_location(self.context, line, 0, scope.as_debug_info_scope(), None);
        self.builder.set_current_debug_location(location);
    }

    /// Lets the module's debug information be used.
    pub(super) fn end_lines(&self) {
        if let Some(lines) = &self.lines {
            lines.builder.finalize();
        }
    }
}

impl<'ctx> Lines<'ctx> {
    /// The scope of a function, which is at this place in the unit.
    pub(super) fn scope(&self, place: usize, func: &Function, name: &str) -> DISubprogram<'ctx> {
        let file = self.builder.create_file(&place.to_string(), "");
        let ty = self.builder.create_subroutine_type(file, None, &[], DIFlags::PUBLIC);
        let line = func.origin.as_ref().map_or(0, |origin| origin.line);
        let scope = self.unit.as_debug_info_scope();
        self.builder.create_function(scope, name, None, file, line, ty, place > 1, true, line, DIFlags::PUBLIC, true)
    }
}
