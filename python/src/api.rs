//! What the package's Python half calls: it is not public.

use std::sync::Arc;
use std::time::Duration;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use upshift_core::dump::Stage;
use upshift_core::library;
use upshift_core::runtime::memory;
use upshift_core::tier::Listing;
use upshift_core::typing::Type;
use upshift_manager::{Report, llvm_library};

use crate::dispatcher::{Dispatcher, Known};
use crate::host::PythonHost;
use crate::options::Choices;
use crate::typeof_object::typeof_object;
use crate::{class, encoding, engine, errors, registry, specialize};

fn dispatcher_of<'a>(object: &'a Bound<'_, PyAny>) -> PyResult<&'a Dispatcher> {
    class::as_dispatcher(object).ok_or_else(|| PyTypeError::new_err("not a jitted function"))
}

/// A dispatcher for a Python function; `options` as `upshift.decorators` checked them.
#[pyfunction]
pub(crate) fn new_dispatcher<'py>(
    function: &Bound<'py, PyAny>,
    options: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    class::new(function, Choices::read(options)?)
}

/// The type of a value, as text.
#[pyfunction]
pub(crate) fn type_code(object: &Bound<'_, PyAny>) -> PyResult<String> {
    match typeof_object(object) {
        Ok(ty) => Ok(ty.to_string()),
        Err(what) => Err(PyValueError::new_err(format!("the value is {what}"))),
    }
}

/// Compiles for argument types, given as text, and for a declared result.
#[pyfunction]
pub(crate) fn compile(this: &Bound<'_, PyAny>, arguments: Vec<String>, result: Option<String>) -> PyResult<()> {
    let dispatcher = dispatcher_of(this)?;
    let mut types = arguments.iter().map(|text| encoding::parse(text)).collect::<PyResult<Vec<Type>>>()?;
    let result = result.map(|text| encoding::parse(&text)).transpose()?;
    let has_keywords = dispatcher.state().borrow().parameters.has_varkeywords;
    let count = dispatcher.state().borrow().parameters.names.len() - usize::from(has_keywords);
    if types.len() != count {
        let message = format!("the signature has {} arguments, but the function has {count} parameters", types.len());
        return Err(errors::at_definition(this, "TypingError", &message));
    }
    if has_keywords {
        types.push(Type::Keywords(Arc::new([])));
    }
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        specialize::compile(this, &types, None, result.as_ref())
    }));
    outcome.unwrap_or_else(|panic| Err(errors::internal(this.py(), &errors::panic_text(panic.as_ref()))))
}

/// The type of what a call with these types of arguments gives, as text; nothing is compiled.
#[pyfunction]
pub(crate) fn result_type(this: &Bound<'_, PyAny>, arguments: Vec<String>) -> PyResult<String> {
    let py = this.py();
    let key = dispatcher_of(this)?.key;
    let types = arguments.iter().map(|text| encoding::parse(text)).collect::<PyResult<Vec<Type>>>()?;
    engine::start(py)?;
    let mut guard = engine::lock_session(py)?;
    let mut host = PythonHost::new(py);
    let answer =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| guard.session().result_type(&mut host, key, &types)));
    let answer = answer.map_err(|panic| errors::internal(py, &errors::panic_text(panic.as_ref())))?;
    if let Some(error) = host.take_error() {
        return Err(error);
    }
    answer.map(|ty| ty.to_string()).map_err(|refusal| errors::refusal(py, &refusal))
}

/// Whether calls with new types compile.
#[pyfunction]
pub(crate) fn set_may_compile(this: &Bound<'_, PyAny>, may_compile: bool) -> PyResult<()> {
    dispatcher_of(this)?.state().borrow_mut().may_compile = may_compile;
    Ok(())
}

/// A dict for each specialization, oldest first.
#[pyfunction]
pub(crate) fn specializations<'py>(this: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
    let known = dispatcher_of(this)?.state().borrow().specializations.clone();
    let dicts = known.iter().map(|known| describe(this.py(), known)).collect::<PyResult<Vec<_>>>()?;
    PyList::new(this.py(), dicts)
}

fn describe<'py>(py: Python<'py>, known: &Known) -> PyResult<Bound<'py, PyDict>> {
    let report = engine::running().and_then(|engine| py.detach(|| engine.manager.report(known.id)));
    let dict = PyDict::new(py);
    let arguments: Vec<String> = known.arguments.iter().map(Type::to_string).collect();
    let result = known.declared_result.as_ref().unwrap_or(&known.result).to_string();
    dict.set_item("signature", format!("({}) -> {result}", arguments.join(", ")))?;
    dict.set_item("arguments", arguments)?;
    dict.set_item("result", result)?;
    let variables: Vec<(u32, &str, String)> =
        known.variables.iter().map(|(line, name, ty)| (*line, name.as_str(), ty.to_string())).collect();
    dict.set_item("variables", variables)?;
    dict.set_item("compile_ms", known.compile_ms)?;
    if let Some(report) = report {
        add_report(&dict, &report)?;
    }
    Ok(dict)
}

fn add_report(dict: &Bound<'_, PyDict>, report: &Report) -> PyResult<()> {
    dict.set_item("tier", report.tier)?;
    dict.set_item("calls", report.calls)?;
    dict.set_item("loop_iterations", report.loop_iterations)?;
    dict.set_item("tier1_ms", report.tier1_ms)?;
    dict.set_item("tier2_ms", report.tier2_ms)?;
    dict.set_item("predicted_ms", report.predicted_ms)?;
    dict.set_item("tier1_spent_ms", report.tier1_spent_ms)?;
    dict.set_item("tier1_call_us", report.tier1_call_us)?;
    dict.set_item("tier2_call_us", report.tier2_call_us)?;
    dict.set_item("insts", report.insts)?;
    dict.set_item("tier2_reason", &report.tier2_reason)?;
    dict.set_item("osr_entries", report.osr_entries)?;
    dict.set_item("swapped_after_ms", report.swapped_after_ms)?;
    dict.set_item("tier1_bytes", report.tier1_size)?;
    dict.set_item("tier2_bytes", report.tier2_size)
}

/// Argument types that were refused, and what was said.
#[pyfunction]
pub(crate) fn refusals(this: &Bound<'_, PyAny>) -> PyResult<Vec<(String, String)>> {
    Ok(dispatcher_of(this)?.state().borrow().refusals.clone())
}

/// All jitted functions, oldest first.
#[pyfunction]
pub(crate) fn dispatchers(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    PyList::new(py, registry::dispatchers(py))
}

/// Code as text, of the specialization at this position: `intermediate`, `assembly` or `remarks`, from tier 1 or 2. It
/// is made again for this: what the tier would make now.
#[pyfunction]
pub(crate) fn listing(this: &Bound<'_, PyAny>, position: usize, kind: &str, tier: u8) -> PyResult<String> {
    let py = this.py();
    let id = dispatcher_of(this)?.state().borrow().specializations.get(position).map(|known| known.id);
    let id = id.ok_or_else(|| PyValueError::new_err("there is no such specialization"))?;
    let engine = engine::start(py)?;
    let listing = match kind {
        "assembly" => Listing::Assembly,
        "remarks" => Listing::Remarks,
        _ => Listing::Intermediate,
    };
    let text = py.detach(|| {
        let unit = engine.manager.unit_for(id, tier).map_err(|error| error.to_string())?;
        let unit = unit.ok_or("the function is gone")?;
        let chosen = if tier == 1 { Arc::clone(&engine.tier1) } else { (engine.load_tier2)()? };
        chosen.list(&unit, listing).map_err(|error| error.to_string())
    });
    text.map_err(|reason: String| errors::internal(py, &reason))
}

/// Waits until nothing is queued or compiling.
#[pyfunction]
#[pyo3(signature = (timeout=None))]
pub(crate) fn wait_for_tier_up(py: Python<'_>, timeout: Option<f64>) -> PyResult<bool> {
    let timeout = timeout.map(Duration::try_from_secs_f64).transpose();
    let timeout = timeout.map_err(|error| PyValueError::new_err(format!("timeout: {error}")))?;
    let Some(engine) = engine::running() else { return Ok(true) };
    let step = Duration::from_millis(50);
    let mut left = timeout;
    // In steps, so that Ctrl-C is seen.
    loop {
        let wait = left.map_or(step, |left| left.min(step));
        if py.detach(|| engine.manager.wait_for_tier_up(Some(wait))) {
            return Ok(true);
        }
        py.check_signals()?;
        left = left.map(|left| left.saturating_sub(wait));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(false);
        }
    }
}

/// The forms that `UPSHIFT_DUMP` prints.
#[pyfunction]
pub(crate) fn dump_stages() -> Vec<&'static str> {
    Stage::names()
}

/// Canonical names of what the library implements in Rust.
#[pyfunction]
pub(crate) fn library_names() -> Vec<&'static str> {
    library::names().collect()
}

/// Holds tier-up.
#[pyfunction]
pub(crate) fn pause_tier_up(py: Python<'_>) -> PyResult<()> {
    let engine = engine::start(py)?;
    py.detach(|| engine.manager.pause());
    Ok(())
}

/// Undoes one `pause_tier_up`.
#[pyfunction]
pub(crate) fn resume_tier_up(py: Python<'_>) {
    if let Some(engine) = engine::running() {
        py.detach(|| engine.manager.resume());
    }
}

/// Blocks of memory of compiled code that are alive.
#[pyfunction]
pub(crate) fn live_blocks() -> usize {
    memory::live_blocks()
}

/// What the process holds of functions, to see that memory stays flat: a dict of counts. Waits until what can be freed
/// is freed.
#[pyfunction]
pub(crate) fn census(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    let Some(engine) = engine::running() else { return Ok(dict) };
    let (known, specializations) = engine::lock_session(py)?.session().known_counts();
    engine.manager.collect();
    let census = engine.manager.census();
    let (dispatchers, infos) = registry::counts();
    let rows = [
        ("dispatchers", dispatchers),
        ("function_infos", infos),
        ("known_functions", known),
        ("known_specializations", specializations),
        ("published", census.functions),
        ("cells", census.cells),
        ("code_bytes", census.code_size),
        ("limbo", census.limbo),
        ("limbo_bytes", census.limbo_size),
        ("tier1_bytes", engine.tier1.live_bytes()),
        ("tier2_bytes", llvm_library::live_bytes()),
    ];
    rows.into_iter().try_for_each(|(name, count)| dict.set_item(name, count))?;
    Ok(dict)
}
