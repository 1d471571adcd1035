//! The object that stands in a jitted function's place: calls, and what it knows of its function.
//!
//! The fields that a call reads come first in the object; everything else lies behind `state`. The vectorcall path
//! walks a list of plans, newest first, and allocates nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::host::{FunctionSource, Global, Options};
use upshift_core::lir::FunctionId;
use upshift_core::typing::{FunctionKey, Type};

use crate::attached::attached;
use crate::binding::{self, Parameters};
use crate::closures::Kinds;
use crate::kept::Kept;
use crate::options::Tiering;
use crate::plan::Plan;
use crate::{errors, specialize};

/// A jitted function.
#[repr(C)]
pub(crate) struct Dispatcher {
    head: ffi::PyObject,
    pub(crate) vectorcall: Option<ffi::vectorcallfunc>,
    /// Arguments of a call without keywords and defaults; `usize::MAX` if every call has to be bound.
    pub(crate) argument_count: usize,
    /// The newest plan.
    pub(crate) first: *const Plan,
    /// Names the function; no other one ever has this name.
    pub(crate) key: FunctionKey,
    /// `__dict__`
    pub(crate) dict: *mut ffi::PyObject,
    pub(crate) weak_references: *mut ffi::PyObject,
    /// The Python function.
    pub(crate) function: *mut ffi::PyObject,
    /// Owned; null only while the object is being made.
    pub(crate) state: *mut RefCell<State>,
}

/// What calls do not read. Borrows are short: none lasts while Python code may run.
pub(crate) struct State {
    pub(crate) parameters: Arc<Parameters>,
    pub(crate) options: Options,
    pub(crate) releases_gil: bool,
    pub(crate) is_library: bool,
    pub(crate) tiering: Tiering,
    /// False after explicit signatures: other arguments are converted or refused.
    pub(crate) may_compile: bool,
    /// The snapshot, made at the first compilation.
    pub(crate) source: Option<Arc<FunctionSource>>,
    /// Values of names, frozen when first read; true for variables of enclosing functions.
    pub(crate) names: HashMap<(bool, Arc<str>), Option<Global>>,
    /// What the code refers to.
    pub(crate) kept: Kept,
    #[expect(clippy::vec_box, reason = "plans are linked by address and must not move")]
    pub(crate) plans: Vec<Box<Plan>>,
    pub(crate) specializations: Vec<Known>,
    /// What calls closures whose code is inside of this function.
    pub(crate) kinds: Kinds,
    /// Compiled inner functions.
    pub(crate) inner_ids: Vec<FunctionId>,
    /// Argument types that were refused last, with what was said.
    pub(crate) refusals: Vec<(String, String)>,
}

/// A specialization, for those who ask.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) id: FunctionId,
    pub(crate) arguments: Vec<Type>,
    pub(crate) result: Type,
    /// What the signature declares the result to be.
    pub(crate) declared_result: Option<Type>,
    pub(crate) variables: Arc<[(u32, String, Type)]>,
    /// Calls that are part of its code: line, what was called.
    pub(crate) inlined: Arc<[(u32, FunctionId)]>,
    /// Milliseconds from the request to code.
    pub(crate) compile_ms: f64,
}

impl Dispatcher {
    /// The state.
    pub(crate) fn state(&self) -> &RefCell<State> {
        // SAFETY: set once when the object was made, freed with it.
        unsafe { &*self.state }
    }

    /// The Python function.
    pub(crate) fn function<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        // SAFETY: the dispatcher owns a reference for as long as it lives.
        unsafe { Bound::from_borrowed_ptr(py, self.function) }
    }

    /// Puts a plan in front.
    pub(crate) fn add_plan(&mut self, plan: Plan) {
        let mut plan = Box::new(plan);
        plan.next = self.first;
        self.first = &raw const *plan;
        self.state().borrow_mut().plans.push(plan);
    }

    /// Takes out a specialization that cannot be called any more, with its plans, to be dropped.
    #[expect(clippy::vec_box, reason = "as they are in the state")]
    pub(crate) fn remove_specialization(&mut self, id: FunctionId) -> (Vec<Known>, Vec<Box<Plan>>) {
        // SAFETY: set once when the object was made, freed with it.
        let mut state = unsafe { &*self.state }.borrow_mut();
        let known = state.specializations.extract_if(.., |known| known.id == id).collect();
        let plans = state.plans.extract_if(.., |plan| plan.id == id).collect();
        // Oldest first in the state, newest first for calls.
        self.first = std::ptr::null();
        for plan in &mut state.plans {
            plan.next = self.first;
            self.first = &raw const **plan;
        }
        (known, plans)
    }
}

/// `tp_vectorcall`
pub(crate) unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let dispatcher = callable.cast::<Dispatcher>();
    let count = nargsf & !ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    // SAFETY: CPython calls this for dispatchers, with the GIL and `count` live arguments; the caller holds the
    // dispatcher, which owns its plans and their code.
    unsafe {
        if !keywords.is_null() || count != (*dispatcher).argument_count {
            return call_bound(dispatcher, args, count, keywords);
        }
        match call_plans(dispatcher, args) {
            Some(result) => result,
            None => call_missed(dispatcher, args, count),
        }
    }
}

#[inline(always)]
unsafe fn call_plans(dispatcher: *mut Dispatcher, args: *const *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
    // SAFETY: the list is changed under the GIL only, by adding in front; plans live as long as the dispatcher.
    unsafe {
        let mut plan = (*dispatcher).first;
        while let Some(current) = plan.as_ref() {
            let result = current.call(args);
            if result.is_some() {
                return result;
            }
            plan = current.next;
        }
        None
    }
}

/// The most parameters of a function whose defaults are filled in on the stack.
const FEW: usize = 16;

/// Positional arguments, the rest from defaults: `None` if that is not all there is to it.
#[inline(never)]
unsafe fn call_with_defaults(
    dispatcher: *mut Dispatcher,
    args: *const *mut ffi::PyObject,
    count: usize,
) -> Option<*mut ffi::PyObject> {
    // SAFETY: as for `vectorcall`; the tuple of defaults is held for the call.
    unsafe {
        let wanted = (*dispatcher).argument_count;
        let defaults = ffi::PyFunction_GetDefaults((*dispatcher).function);
        if defaults.is_null() || wanted > FEW || count > wanted {
            return None;
        }
        let missing = wanted - count;
        let offset = (ffi::PyTuple_GET_SIZE(defaults) as usize).checked_sub(missing)?;
        let mut full = [std::ptr::null_mut(); FEW];
        std::ptr::copy_nonoverlapping(args, full.as_mut_ptr(), count);
        for position in 0..missing {
            full[count + position] = ffi::PyTuple_GET_ITEM(defaults, (offset + position) as isize);
        }
        ffi::Py_INCREF(defaults);
        let result =
            call_plans(dispatcher, full.as_ptr()).unwrap_or_else(|| call_missed(dispatcher, full.as_ptr(), wanted));
        ffi::Py_DECREF(defaults);
        Some(result)
    }
}

/// Keywords, defaults, `*args`.
#[inline(never)]
unsafe fn call_bound(
    dispatcher: *mut Dispatcher,
    args: *const *mut ffi::PyObject,
    count: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: as for `vectorcall`; the bound arguments live until after the call.
    unsafe {
        if keywords.is_null()
            && let Some(result) = call_with_defaults(dispatcher, args, count)
        {
            return result;
        }
        let py = Python::assume_attached();
        let parameters = Arc::clone(&(*dispatcher).state().borrow().parameters);
        let bound = match binding::bind(&(*dispatcher).function(py), &parameters, args, count, keywords) {
            Ok(bound) => bound,
            Err(error) => {
                error.restore(py);
                return std::ptr::null_mut();
            }
        };
        match call_plans(dispatcher, bound.args.as_ptr()) {
            Some(result) => result,
            None => call_missed(dispatcher, bound.args.as_ptr(), bound.args.len()),
        }
    }
}

/// No plan fits: compiles one, then calls it.
#[cold]
unsafe fn call_missed(
    dispatcher: *mut Dispatcher,
    args: *const *mut ffi::PyObject,
    count: usize,
) -> *mut ffi::PyObject {
    // SAFETY: as for `vectorcall`.
    let call = |py: Python<'_>| unsafe {
        let objects: Vec<Bound<'_, PyAny>> =
            (0..count).map(|position| Bound::from_borrowed_ptr(py, *args.add(position))).collect();
        let this = Bound::from_borrowed_ptr(py, dispatcher.cast());
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| specialize::for_arguments(&this, &objects)));
        let error = match outcome {
            Ok(Ok(None)) => match call_plans(dispatcher, args) {
                Some(result) => return result,
                None => errors::internal(py, "the new specialization does not take the arguments it was made for"),
            },
            Ok(Ok(Some(converted))) => {
                let args: Vec<*mut ffi::PyObject> = converted.iter().map(Bound::as_ptr).collect();
                match call_plans(dispatcher, args.as_ptr()) {
                    Some(result) => return result,
                    None => errors::internal(py, "converted arguments do not fit their signature"),
                }
            }
            Ok(Err(error)) => error,
            Err(panic) => errors::internal(py, &errors::panic_text(panic.as_ref())),
        };
        error.restore(py);
        std::ptr::null_mut()
    };
    // SAFETY: as above.
    unsafe { attached(call) }
}
