//! What `explain` tells of a specialization: its loops after the passes, and LLVM's remarks, as plain data.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use upshift_core::lir::{FunctionId, Unit};
use upshift_core::loop_facts::{Check, LoopFacts, loop_facts};
use upshift_core::tier::Listing;

use crate::{class, engine, errors, registry};

/// A dict: `loops`, `inlined`, `functions` of the unit that tier 2 compiles, and its `remarks` as LLVM words them, each
/// with the place of its function in the unit and its line; `error` if tier 2 can not compile it.
#[pyfunction]
pub(crate) fn explain<'py>(this: &Bound<'py, PyAny>, position: usize) -> PyResult<Bound<'py, PyDict>> {
    let py = this.py();
    let known = class::as_dispatcher(this)
        .and_then(|dispatcher| dispatcher.state().borrow().specializations.get(position).cloned())
        .ok_or_else(|| PyValueError::new_err("there is no such specialization"))?;
    let engine = engine::start(py)?;
    let made = py.detach(|| engine.manager.unit_for(known.id, 2));
    let unit = made.map_err(|error| errors::compile_error(py, &error))?;
    let unit = unit.ok_or_else(|| errors::internal(py, "the function is gone"))?;
    let remarks = py.detach(|| {
        let tier2 = (engine.load_tier2)()?;
        tier2.list(&unit, Listing::Remarks).map_err(|error| error.to_string())
    });
    let dict = PyDict::new(py);
    let loops = loop_facts(unit.body()).iter().map(|facts| describe(py, facts)).collect::<PyResult<Vec<_>>>()?;
    dict.set_item("loops", PyList::new(py, loops)?)?;
    let inlined: Vec<_> = known.inlined.iter().map(|&(line, id)| (line, name_of(id))).collect();
    dict.set_item("inlined", inlined)?;
    dict.set_item("functions", functions(&unit))?;
    match remarks {
        Ok(text) => dict.set_item("remarks", text.lines().filter_map(parse).collect::<Vec<_>>())?,
        Err(reason) => {
            dict.set_item("remarks", PyList::empty(py))?;
            dict.set_item("error", reason)?;
        }
    }
    Ok(dict)
}

/// Of each function of the unit: the name in remarks, the name, whether it belongs to upshift.
fn functions(unit: &Unit) -> Vec<(String, &str, bool)> {
    let name_in_remarks = |place: usize, id: FunctionId| match place {
        0 => "upshift_body".to_owned(),
        1 => "upshift_entry".to_owned(),
        _ => format!("callee_{id}"),
    };
    let is_library = |id| registry::function_info(id).is_some_and(|info| info.is_library);
    let functions = unit.functions.iter().enumerate();
    functions.map(|(place, func)| (name_in_remarks(place, func.id), &*func.name, is_library(func.id))).collect()
}

/// A row of `Listing::Remarks`.
fn parse(row: &str) -> Option<(usize, u32, &str)> {
    let mut parts = row.splitn(4, ':');
    let (place, line, _, text) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some((place.parse().ok()?, line.parse().ok()?, text.trim()))
}

fn describe<'py>(py: Python<'py>, facts: &LoopFacts) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("line", facts.line)?;
    dict.set_item("lines", &facts.lines)?;
    dict.set_item("depth", facts.depth)?;
    dict.set_item("is_innermost", facts.is_innermost)?;
    dict.set_item("checks", facts.checks.iter().map(describe_check).collect::<Vec<_>>())?;
    dict.set_item("allocations", &facts.allocations)?;
    dict.set_item("calls", facts.calls.iter().map(|&(line, id)| (line, name_of(id))).collect::<Vec<_>>())?;
    let routines: Vec<_> = facts.routines.iter().map(|&(line, symbol)| (line, symbol.info().name)).collect();
    dict.set_item("routines", routines)?;
    Ok(dict)
}

/// Line, exception class, message.
fn describe_check(check: &Check) -> (u32, String, Option<String>) {
    let info = registry::function_info(check.function);
    let site = info.as_ref().and_then(|info| info.sites.get(check.site));
    site.map_or_else(
        || (check.line, "Exception".to_owned(), None),
        |site| (check.line, site.exception.clone(), site.message.clone()),
    )
}

/// The qualified name of a published function.
fn name_of(id: FunctionId) -> String {
    engine::running().and_then(|engine| engine.manager.report(id)).map_or_else(|| id.to_string(), |report| report.name)
}
