//! Where tier 2 comes from: a shared library in the package, opened at the first hot function and never closed.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use pyo3::prelude::*;
use upshift_core::runtime::symbols;
use upshift_core::tier::Tier;
use upshift_core::tier_interface::Pipeline;
use upshift_manager::llvm_library::LlvmLibrary;

use crate::settings::Settings;

/// Opens tier 2, or says why there is none; the outcome of the first attempt holds.
pub(crate) type Loader = Arc<dyn Fn() -> Result<Arc<dyn Tier>, String> + Send + Sync>;

/// The way to open tier 2 with these settings.
pub(crate) fn loader(py: Python<'_>, settings: &Settings) -> PyResult<Loader> {
    let package = py.import("upshift")?.getattr("__path__")?.get_item(0)?.extract::<PathBuf>()?;
    let path = package.join("libupshift_llvm.so");
    let pipeline = Pipeline::from_name(&settings.tier2_opt).unwrap_or_default();
    let opened = OnceLock::<Result<Arc<dyn Tier>, String>>::new();
    let open = move || {
        let library = LlvmLibrary::open(&path, &symbols::addresses(), pipeline);
        library.map(|library| Arc::new(library) as Arc<dyn Tier>).map_err(|error| error.to_string())
    };
    Ok(Arc::new(move || opened.get_or_init(&open).clone()))
}
