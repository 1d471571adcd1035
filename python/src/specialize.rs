//! New specializations: from the types of arguments to a plan that the dispatcher can call.

use std::sync::Arc;
use std::time::Instant;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use upshift_core::session::Specialization;
use upshift_core::typing::Type;
use upshift_manager::NewFunction;

use crate::boxing::Boxing;
use crate::class;
use crate::dispatcher::{Dispatcher, Known};
use crate::engine::{self, Engine, SessionGuard};
use crate::guard::Guard;
use crate::host::PythonHost;
use crate::plan::{Parts, Plan};
use crate::registry::{self, FunctionInfo};
use crate::typeof_object::{typeof_keywords, typeof_object};
use crate::{convert, errors, generators, numpy_loops, snapshot};

/// Refusals of a function that are remembered.
const MOST_REFUSALS: usize = 8;

/// Makes a plan for these arguments. After explicit signatures nothing is compiled: the arguments come back,
/// converted to the signature that suits them best.
pub(crate) fn for_arguments<'py>(
    this: &Bound<'py, PyAny>,
    arguments: &[Bound<'py, PyAny>],
) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
    let dispatcher = class::as_dispatcher(this).expect("called for dispatchers only");
    let (may_compile, parameters) = {
        let state = dispatcher.state().borrow();
        (state.may_compile, Arc::clone(&state.parameters))
    };
    if !may_compile {
        return convert::to_signature(this, arguments).map(Some);
    }
    let mut types = Vec::with_capacity(arguments.len());
    for (position, argument) in arguments.iter().enumerate() {
        let is_keywords = parameters.has_varkeywords && position + 1 == arguments.len();
        let ty = if is_keywords { typeof_keywords(argument) } else { typeof_object(argument) };
        types.push(ty.map_err(|what| {
            let name = parameters.names.get(position).map_or("?", |name| name);
            errors::at_definition(this, "TypingError", &format!("argument '{name}' is {what}"))
        })?);
    }
    compile(this, &types, Some(arguments), None)?;
    Ok(None)
}

/// Compiles for these types, unless that is done, and adds a plan. Samples are arguments that have the types.
pub(crate) fn compile<'py>(
    this: &Bound<'py, PyAny>,
    types: &[Type],
    samples: Option<&[Bound<'py, PyAny>]>,
    declared_result: Option<&Type>,
) -> PyResult<()> {
    let dispatcher = class::as_dispatcher(this).expect("called for dispatchers only");
    let known = || dispatcher.state().borrow().specializations.iter().find(|known| known.arguments == types).cloned();
    let engine = engine::start(this.py())?;
    let mut found = known();
    if found.is_none() {
        let mut guard = engine::lock_session(this.py())?;
        // Another thread may have compiled it while this one waited.
        found = known();
        if found.is_none() {
            compile_locked(this, engine, &mut guard, types)?;
            found = known();
        }
    }
    let Some(mut known) = found else {
        return Err(errors::internal(this.py(), "the session did not return what it was asked for"));
    };
    if let Some(declared) = declared_result {
        declare_result(this, &mut known, declared)?;
    }
    add_plan(this, engine, &known, samples)
}

fn compile_locked(this: &Bound<'_, PyAny>, engine: &Engine, guard: &mut SessionGuard, types: &[Type]) -> PyResult<()> {
    let py = this.py();
    let dispatcher = class::as_dispatcher(this).expect("called for dispatchers only");
    let key = dispatcher.key;
    snapshot::source(this)?;
    let start = Instant::now();
    numpy_loops::install_for(py, types);
    let mut host = PythonHost::new(py);
    let compiled = guard.session().compile(&mut host, key, types);
    if let Some(error) = host.take_error() {
        if let Ok(made) = &compiled {
            guard.session().withdraw(made);
        }
        return Err(error);
    }
    let made = compiled.map_err(|refusal| {
        let error = errors::refusal(py, &refusal);
        error.set_cause(py, host.take_cause());
        note_refusal(dispatcher, types, error.value(py).to_string());
        error
    })?;
    let functions = made.iter().map(|one| new_function(py, one)).collect();
    if let Err(error) = engine.publish(py, functions) {
        guard.session().withdraw(&made);
        engine.manager.retire(&made.iter().map(|one| one.id).collect::<Vec<_>>());
        return Err(error);
    }
    let compile_ms = start.elapsed().as_secs_f64() * 1e3;
    made.into_iter().for_each(|one| register(py, one, compile_ms));
    Ok(())
}

/// Remembers the last refusals, for `explain`.
fn note_refusal(dispatcher: &Dispatcher, types: &[Type], said: String) {
    let text: Vec<String> = types.iter().map(Type::to_string).collect();
    let signature = format!("({})", text.join(", "));
    let refusals = &mut dispatcher.state().borrow_mut().refusals;
    refusals.retain(|(known, _)| *known != signature);
    if refusals.len() == MOST_REFUSALS {
        refusals.remove(0);
    }
    refusals.push((signature, said));
}

fn new_function(py: Python<'_>, made: &Specialization) -> NewFunction {
    let owner = registry::dispatcher(py, made.owner);
    let dispatcher = owner.as_ref().and_then(class::as_dispatcher);
    let tiering = dispatcher.map(|dispatcher| dispatcher.state().borrow().tiering).unwrap_or_default();
    let text: Vec<String> = made.arguments.iter().map(Type::to_string).collect();
    NewFunction {
        id: made.id,
        name: made.unit.body().name.clone(),
        signature: format!("({}) -> {}", text.join(", "), made.result),
        unit: made.unit.clone(),
        tier: tiering.tier,
        eagerness: tiering.eagerness,
    }
}

/// Tells the dispatcher and tracebacks about a published specialization.
fn register(py: Python<'_>, made: Specialization, compile_ms: f64) {
    let Some(owner) = registry::dispatcher(py, made.owner) else { return };
    let Some(dispatcher) = class::as_dispatcher(&owner) else { return };
    if let Some(generator) = made.resumes() {
        generators::note(generator, made.id);
    }
    let mut state = dispatcher.state().borrow_mut();
    if let Some(source) = &state.source {
        let info = FunctionInfo {
            name: made.name,
            filename: Arc::clone(&source.code.filename),
            sites: made.unit.body().sites.clone(),
            is_library: state.is_library,
        };
        registry::set_function_info(made.id, info);
    }
    if made.key != made.owner {
        state.inner_ids.push(made.id);
        return;
    }
    state.specializations.push(Known {
        id: made.id,
        arguments: made.arguments,
        result: made.result,
        declared_result: None,
        variables: made.variables.into(),
        inlined: made.inlined.into(),
        compile_ms,
    });
}

/// Checks that the result can become what the signature declares, and notes it.
fn declare_result(this: &Bound<'_, PyAny>, known: &mut Known, declared: &Type) -> PyResult<()> {
    if known.result != *declared {
        if !convert::can_convert_result(&known.result, declared) {
            return Err(errors::at_definition(
                this,
                "TypingError",
                &format!("the signature declares the result {declared}, but the function returns {}", known.result),
            ));
        }
        known.declared_result = Some(declared.clone());
    }
    let dispatcher = class::as_dispatcher(this).expect("called for dispatchers only");
    let mut state = dispatcher.state().borrow_mut();
    if let Some(one) = state.specializations.iter_mut().find(|one| one.id == known.id) {
        one.declared_result.clone_from(&known.declared_result);
    }
    Ok(())
}

fn add_plan(
    this: &Bound<'_, PyAny>,
    engine: &Engine,
    known: &Known,
    samples: Option<&[Bound<'_, PyAny>]>,
) -> PyResult<()> {
    let guards = known.arguments.iter().enumerate().map(|(position, ty)| {
        let sample = samples.map(|samples| &samples[position]);
        Guard::new(ty, sample)
            .ok_or_else(|| PyTypeError::new_err(format!("a signature cannot have an argument of type {ty}")))
    });
    let guards = guards.collect::<PyResult<Box<[Guard]>>>()?;
    let function = class::as_dispatcher(this).expect("as above").function(this.py());
    let is_of_typed = function.getattr("__module__").and_then(|module| module.eq("upshift.typed")).unwrap_or(false);
    let boxing = if is_of_typed { Boxing::for_typed(&known.result) } else { Boxing::new(&known.result) };
    let Some(mut boxing) = boxing else {
        let message = format!("the function returns {}, which has no form outside of compiled code", known.result);
        return Err(errors::at_definition(this, "TypingError", &message));
    };
    if let Some(declared) = &known.declared_result {
        boxing = Boxing::Converted(Box::new((boxing, declared.clone())));
    }
    let releases_gil = class::as_dispatcher(this).expect("as above").state().borrow().releases_gil;
    let plan = Plan::new(Parts {
        id: known.id,
        entry: engine.entry(known.id),
        counters: engine.manager.counters(known.id),
        guards,
        boxing,
        arguments: &known.arguments,
        result: &known.result,
        releases_gil,
        is_synchronous: engine.is_synchronous,
        owner: this.as_ptr(),
    });
    class::add_plan(this, plan);
    Ok(())
}
