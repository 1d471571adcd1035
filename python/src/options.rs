//! The options of `jit`, as `upshift.decorators` hands them over: checked there, so that what arrives is complete.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyDictMethods};
use upshift_core::host::{ErrorModel, Options};
use upshift_core::lir::FastMath;
use upshift_manager::TierChoice;

use crate::encoding;

/// What a dispatcher is made with.
pub(crate) struct Choices {
    /// What the compiler is told.
    pub(crate) options: Options,
    /// Calls let other threads run Python.
    pub(crate) releases_gil: bool,
    /// A function of upshift's own library.
    pub(crate) is_library: bool,
    /// How its code is recompiled.
    pub(crate) tiering: Tiering,
}

/// What a function asks of the tier manager.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tiering {
    /// Its tier; `Auto` leaves it to the settings.
    pub(crate) tier: TierChoice,
    /// 1 to 9, if it has one of its own.
    pub(crate) eagerness: Option<u8>,
}

impl Choices {
    /// Those of a function without options.
    pub(crate) fn of_function() -> Choices {
        Choices { options: Options::default(), releases_gil: false, is_library: false, tiering: Tiering::default() }
    }

    /// Those of a library function: indexes are in range by construction.
    pub(crate) fn of_library() -> Choices {
        let options = Options { is_boundschecked: false, ..Options::default() };
        Choices { options, releases_gil: false, is_library: true, tiering: Tiering::default() }
    }

    /// Reads `{"fastmath": names, "boundscheck": bool, "error_model": str, "overflow": str, "nogil": bool, "locals": dict,
    /// "tier": str, "eagerness": int}`; absent keys mean the default.
    pub(crate) fn read(given: &Bound<'_, PyDict>) -> PyResult<Choices> {
        let mut choices = Choices::of_function();
        for (key, value) in given.iter() {
            match key.extract::<String>()?.as_str() {
                "fastmath" => choices.options.fastmath = fastmath(&value.extract::<Vec<String>>()?)?,
                "boundscheck" => choices.options.is_boundschecked = value.extract()?,
                "error_model" if value.eq("numpy")? => choices.options.error_model = ErrorModel::NumPy,
                "overflow" => choices.options.is_overflow_checked = value.eq("raise")?,
                "nogil" => choices.releases_gil = value.extract()?,
                "tier" => choices.tiering.tier = tier(&value.extract::<String>()?),
                "eagerness" => choices.tiering.eagerness = Some(value.extract()?),
                "locals" => {
                    for (name, code) in value.cast::<PyDict>()?.iter() {
                        let ty = encoding::parse(&code.extract::<String>()?)?;
                        choices.options.locals.push((name.extract::<String>()?.into(), ty));
                    }
                }
                _ => {}
            }
        }
        Ok(choices)
    }
}

/// The tier that `auto`, `1` or `2` names.
pub(crate) fn tier(name: &str) -> TierChoice {
    match name {
        "1" => TierChoice::One,
        "2" => TierChoice::Two,
        _ => TierChoice::Auto,
    }
}

fn fastmath(names: &[String]) -> PyResult<FastMath> {
    let mut flags = FastMath::default();
    for name in names {
        let flag = FastMath::from_name(name)
            .ok_or_else(|| PyValueError::new_err(format!("unrecognized fastmath flag '{name}'")))?;
        flags.0 |= flag.0;
    }
    Ok(flags)
}
