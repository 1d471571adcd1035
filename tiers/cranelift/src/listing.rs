//! The generated code as text.

use std::cell::Cell;
use std::fmt::Write;

use cranelift_codegen::control::ControlPlane;
use upshift_core::lir::Unit;
use upshift_core::runtime::symbols;
use upshift_core::tier::{CompileError, Linkage, Listing};

use crate::data::UnitData;
use crate::tier::CraneliftTier;
use crate::translate::{UnitContext, translate};
use crate::workspace::Workspace;

/// Translates a unit and shows it: as CLIF before optimization, or as the assembly that Cranelift emits. Cells of
/// functions outside the unit show as null.
pub(crate) fn list(
    tier: &CraneliftTier,
    unit: &Unit,
    listing: Listing,
    stage: &Cell<&'static str>,
) -> Result<String, CompileError> {
    let symbols = symbols::addresses();
    let linkage = Linkage { symbols: &symbols, body_cell: &|_| 0 };
    let data = UnitData::new(unit);
    let mut text = String::new();
    Workspace::with(|workspace| {
        for (index, func) in unit.functions.iter().enumerate() {
            stage.set("translation to CLIF");
            workspace.context.clear();
            translate(&UnitContext { unit, index, linkage: &linkage, data: &data, isa: &*tier.isa }, workspace)?;
            stage.set("cranelift");
            let code = match listing {
                Listing::Intermediate => workspace.context.func.display().to_string(),
                Listing::Assembly => assembly(tier, workspace)?,
                Listing::Remarks => return Ok(String::new()),
            };
            writeln!(text, "; {}\n{code}", func.name).expect("writing to a string cannot fail");
        }
        Ok(text)
    })
}

fn assembly(tier: &CraneliftTier, workspace: &mut Workspace) -> Result<String, CompileError> {
    let bug = |message: String| CompileError::Bug { stage: "listing", message };
    workspace.context.set_disasm(true);
    let compiled = match workspace.context.compile(&*tier.isa, &mut ControlPlane::default()) {
        Ok(compiled) => compiled,
        Err(error) => return Err(bug(format!("{:?}", error.inner))),
    };
    compiled.vcode.clone().ok_or_else(|| bug("Cranelift gave no text".to_owned()))
}
