//! A tier that prints what it makes of functions that `UPSHIFT_DUMP` asks for: Cranelift's and LLVM's form, assembly.

use std::sync::Arc;

use upshift_core::code_symbols::CodeSymbol;
use upshift_core::dump::{self, Stage};
use upshift_core::lir::Unit;
use upshift_core::tier::{Code, CompileError, Linkage, Listing, Tier};

/// See the file.
pub(crate) struct PrintedTier {
    inner: Arc<dyn Tier>,
    number: u8,
}

impl PrintedTier {
    /// Lets what `inner`, which is tier 1 or 2, makes be printed.
    pub(crate) fn new(inner: Arc<dyn Tier>, number: u8) -> PrintedTier {
        PrintedTier { inner, number }
    }

    fn print(&self, unit: &Unit) {
        let own = if self.number == 1 { Stage::Clif } else { Stage::Llvm };
        for (stage, listing) in [(own, Listing::Intermediate), (Stage::Assembly, Listing::Assembly)] {
            dump::print(&unit.body().name, stage, || {
                let text = self.inner.list(unit, listing).unwrap_or_else(|error| error.to_string());
                format!("; {}: tier {}\n{text}", unit.body().title(), self.number)
            });
        }
    }
}

impl Tier for PrintedTier {
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError> {
        self.print(unit);
        self.inner.compile(unit, linkage)
    }

    fn compile_described(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        self.print(unit);
        self.inner.compile_described(unit, linkage)
    }

    fn list(&self, unit: &Unit, listing: Listing) -> Result<String, CompileError> {
        self.inner.list(unit, listing)
    }
}
