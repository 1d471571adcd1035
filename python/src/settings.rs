//! The settings of the engine, read from `upshift.config` once, when the engine starts.

use std::ffi::OsString;
use std::time::Duration;

use pyo3::prelude::*;
use upshift_core::dump::{Request, Stage};
use upshift_manager::{Config, OsrChoice};
use upshift_observers::Wanted;

use crate::options;

/// Everything that the engine starts with.
pub(crate) struct Settings {
    pub(crate) config: Config,
    /// LLVM's optimization: `lean`, `O1`, `O2`, `O3`.
    pub(crate) tier2_opt: String,
    /// Where events go.
    pub(crate) trace: Trace,
    /// Who sees code.
    pub(crate) observers: Wanted,
    /// What is printed of functions on their way.
    pub(crate) dump: Option<Request>,
}

/// Where events go.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Trace {
    /// Nowhere.
    Off,
    /// A line each on stderr.
    Lines,
    /// A file that chrome://tracing and Perfetto open.
    Chrome(String),
}

/// True if nothing can have been set: there is no variable of ours, and nobody has imported `upshift.config`, whose
/// import takes a tenth of a first call.
pub(crate) fn are_defaults(py: Python<'_>) -> PyResult<bool> {
    let is_ours = |name: OsString| name.as_encoded_bytes().starts_with(b"UPSHIFT_");
    Ok(!std::env::vars_os().any(|(name, _)| is_ours(name))
        && !py.import("sys")?.getattr("modules")?.contains("upshift.config")?)
}

/// Reads the settings; `upshift.config` has checked what the environment says.
pub(crate) fn read(py: Python<'_>) -> PyResult<Settings> {
    if are_defaults(py)? {
        let (config, tier2_opt) = (Config::default(), "lean".to_owned());
        let observers = Wanted::default();
        return Ok(Settings { config, tier2_opt, trace: Trace::Off, observers, dump: None });
    }
    let module = py.import("upshift.config")?;
    let number = |name: &str| module.getattr(name)?.extract::<Option<u64>>();
    let tier = options::tier(&module.getattr("UPSHIFT_TIER")?.extract::<String>()?);
    let osr = match module.getattr("UPSHIFT_OSR")?.extract::<String>()?.as_str() {
        "0" => OsrChoice::Off,
        "stress" => OsrChoice::Stress,
        _ => OsrChoice::On,
    };
    let known = Config::default();
    let config = Config {
        tier,
        osr,
        eagerness: module.getattr("UPSHIFT_EAGERNESS")?.extract()?,
        tier2_calls: number("UPSHIFT_TIER2_CALLS")?,
        tier2_loops: number("UPSHIFT_TIER2_LOOPS")?,
        tier2_time: number("UPSHIFT_TIER2_TIME_US")?.map(Duration::from_micros),
        threads: number("UPSHIFT_TIER2_THREADS")?.map_or(known.threads, |threads| threads as usize),
        is_synchronous: module.getattr("UPSHIFT_SYNC")?.extract()?,
        ..known
    };
    let trace = match module.getattr("UPSHIFT_TRACE")?.extract::<String>()?.as_str() {
        "" => Trace::Off,
        "1" => Trace::Lines,
        file => Trace::Chrome(file.trim_start_matches("chrome:").to_owned()),
    };
    let perf = module.getattr("UPSHIFT_PERF")?.extract::<String>()?;
    let is_wanted = |name: &str| perf.split(',').any(|one| one == name);
    let observers = Wanted { perf_map: is_wanted("map"), jitdump: is_wanted("jitdump"), gdb: is_wanted("gdb") };
    // Read at exit; what is wrong with it is said now.
    module.getattr("UPSHIFT_STATS")?;
    let dump = module.getattr("UPSHIFT_DUMP")?.extract::<String>()?;
    let dump = dump.rsplit_once(':').and_then(|(function, stage)| {
        let function = function.to_owned();
        Some(Request { function, stage: Stage::from_name(stage)?, sink: |text| eprintln!("{text}") })
    });
    Ok(Settings { config, tier2_opt: module.getattr("UPSHIFT_TIER2_OPT")?.extract()?, trace, observers, dump })
}
