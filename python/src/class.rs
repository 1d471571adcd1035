//! The dispatcher's type: how instances are made, traversed, freed, and bound as methods.
//!
//! A heap type made by hand, because the vectorcall slot and the fields that calls read must be plain C. Attributes
//! that no slot has are answered by `upshift.introspection`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::mem::offset_of;
use std::sync::{Arc, OnceLock};

use pyo3::exceptions::{PyAttributeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use upshift_core::lir::FunctionId;

use crate::attached::attached;
use crate::binding::Parameters;
use crate::closures::Kinds;
use crate::dispatcher::{self, Dispatcher, State};
use crate::engine;
use crate::kept::Kept;
use crate::options::Choices;
use crate::plan::Plan;
use crate::registry::{self, Retired};

struct DispatcherType(*mut ffi::PyTypeObject);

// SAFETY: the type lives as long as the process and is used under the GIL only.
unsafe impl Send for DispatcherType {}
// SAFETY: as above.
unsafe impl Sync for DispatcherType {}

static DISPATCHER_TYPE: OnceLock<DispatcherType> = OnceLock::new();

fn class() -> *mut ffi::PyTypeObject {
    DISPATCHER_TYPE.get().expect("the module's initialization has made the type").0
}

/// The class of jitted functions.
pub(crate) fn dispatcher_class() -> *mut ffi::PyTypeObject {
    class()
}

/// Makes the type.
pub(crate) fn initialize(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let member = |name: &'static CStr, offset: usize| ffi::PyMemberDef {
        name: name.as_ptr(),
        type_code: ffi::Py_T_PYSSIZET,
        offset: offset as ffi::Py_ssize_t,
        flags: ffi::Py_READONLY,
        doc: std::ptr::null(),
    };
    // CPython keeps these two tables for as long as the type lives.
    let members = Box::leak(Box::new([
        member(c"__vectorcalloffset__", offset_of!(Dispatcher, vectorcall)),
        member(c"__dictoffset__", offset_of!(Dispatcher, dict)),
        member(c"__weaklistoffset__", offset_of!(Dispatcher, weak_references)),
        // SAFETY: a row of zeros ends the table.
        unsafe { std::mem::zeroed() },
    ]));
    let methods = Box::leak(Box::new([
        ffi::PyMethodDef {
            ml_name: c"__reduce__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer { PyCFunction: reduce },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: c"Pickles a function of a module by its name.".as_ptr(),
        },
        ffi::PyMethodDef::zeroed(),
    ]));
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_clear, clear as *mut c_void),
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_descr_get, bind_method as *mut c_void),
        slot(ffi::Py_tp_getattro, get_attribute as *mut c_void),
        slot(ffi::Py_tp_setattro, ffi::PyObject_GenericSetAttr as *mut c_void),
        slot(ffi::Py_tp_repr, represent as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(ffi::Py_tp_methods, methods.as_mut_ptr().cast()),
        slot(0, std::ptr::null_mut()),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_HAVE_GC
        | ffi::Py_TPFLAGS_HAVE_VECTORCALL
        | ffi::Py_TPFLAGS_METHOD_DESCRIPTOR
        | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION
        | ffi::Py_TPFLAGS_IMMUTABLETYPE;
    let mut spec = ffi::PyType_Spec {
        name: c"upshift.Dispatcher".as_ptr(),
        basicsize: size_of::<Dispatcher>() as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete, its slots end with a zero, and the GIL is held.
    let class = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec))? };
    let _ = DISPATCHER_TYPE.set(DispatcherType(class.clone().into_ptr().cast()));
    Ok(class)
}

/// A dispatcher for a Python function.
pub(crate) fn new<'py>(function: &Bound<'py, PyAny>, choices: Choices) -> PyResult<Bound<'py, PyAny>> {
    let py = function.py();
    // SAFETY: the argument is live and the GIL is held.
    if unsafe { ffi::PyFunction_Check(function.as_ptr()) } == 0 {
        let name = function.get_type().name()?;
        return Err(PyTypeError::new_err(format!("jit takes a Python function, not an object of type {name}")));
    }
    engine::warm_up();
    let parameters = Parameters::new(&function.getattr("__code__")?)?;
    let dict = function.getattr("__dict__")?.cast_into::<PyDict>()?.copy()?;
    for name in ["__module__", "__name__", "__qualname__", "__doc__"] {
        dict.set_item(name, function.getattr(name)?)?;
    }
    dict.set_item("__wrapped__", function)?;
    let key = registry::new_key();
    let argument_count = parameters.simple_count();
    let state = State {
        parameters: Arc::new(parameters),
        options: choices.options,
        releases_gil: choices.releases_gil,
        tiering: choices.tiering,
        is_library: choices.is_library,
        may_compile: true,
        source: None,
        names: HashMap::new(),
        kept: Kept::new(key),
        plans: Vec::new(),
        specializations: Vec::new(),
        kinds: Kinds::default(),
        inner_ids: Vec::new(),
        refusals: Vec::new(),
    };
    // SAFETY: the type is ready; the allocation is zeroed, which `traverse` bears, and every field is set here.
    unsafe {
        let object = Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(class(), 0))?;
        let this = object.as_ptr().cast::<Dispatcher>();
        (*this).state = Box::into_raw(Box::new(RefCell::new(state)));
        (*this).function = function.clone().into_ptr();
        (*this).dict = dict.into_ptr();
        (*this).argument_count = argument_count;
        (*this).key = key;
        (*this).vectorcall = Some(dispatcher::vectorcall);
        registry::set_dispatcher(key, this);
        Ok(object)
    }
}

/// The dispatcher that an object is.
pub(crate) fn as_dispatcher<'a>(object: &'a Bound<'_, PyAny>) -> Option<&'a Dispatcher> {
    // SAFETY: the class was compared; the object lives as long as the borrow.
    (object.get_type_ptr() == class()).then(|| unsafe { &*object.as_ptr().cast::<Dispatcher>() })
}

/// Puts a plan in front of a dispatcher's.
pub(crate) fn add_plan(this: &Bound<'_, PyAny>, plan: Plan) {
    debug_assert_eq!(this.get_type_ptr(), class());
    // SAFETY: it is a dispatcher; the GIL is held, so nobody walks the list at this moment, and who walked into
    // compiled code goes on from a plan that stays where it is.
    unsafe { (*this.as_ptr().cast::<Dispatcher>()).add_plan(plan) };
}

/// Takes a specialization that cannot be called any more from a dispatcher.
pub(crate) fn remove_specialization(this: &Bound<'_, PyAny>, id: FunctionId) {
    debug_assert_eq!(this.get_type_ptr(), class());
    // SAFETY: as for `add_plan`; nobody is inside of a plan that cannot be called.
    let removed = unsafe { (*this.as_ptr().cast::<Dispatcher>()).remove_specialization(id) };
    drop(removed);
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    let this = object.cast::<Dispatcher>();
    // SAFETY: called once, with the GIL, by the last reference. The registry must not know the object any more when
    // Python code runs, which the callbacks of weak references are.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        let state = std::mem::replace(&mut (*this).state, std::ptr::null_mut());
        let state = (!state.is_null()).then(|| Box::from_raw(state).into_inner());
        if let Some(state) = &state {
            let own = state.specializations.iter().map(|known| known.id);
            let ids = own.chain(state.inner_ids.iter().copied()).collect();
            registry::retire(Retired { key: (*this).key, ids });
        }
        if !(*this).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        attached(|_| drop(state));
        ffi::Py_XDECREF((*this).dict);
        ffi::Py_XDECREF((*this).function);
        let class = ffi::Py_TYPE(object);
        ffi::PyObject_GC_Del(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn traverse(object: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    let this = object.cast::<Dispatcher>();
    let mut result = 0;
    let mut see = |object: *mut ffi::PyObject| {
        if result == 0 && !object.is_null() {
            // SAFETY: the collector's function, with its own argument, on a live object.
            result = unsafe { visit(object, arg) };
        }
    };
    // SAFETY: called by the collector on a live object; a borrow that exists belongs to a thread without the GIL
    // at no time, so looking past it is not seen.
    unsafe {
        see(ffi::Py_TYPE(object).cast());
        see((*this).dict);
        see((*this).function);
        if let Some(state) = (*this).state.as_ref() {
            let state = &*state.as_ptr();
            state.kept.for_each_object(&mut see);
            state.plans.iter().for_each(|plan| plan.for_each_object(&mut see));
            state.kinds.values().for_each(|kind| kind.for_each_object(&mut see));
        }
    }
    result
}

/// Breaks cycles. Compiled code may call functions that are let go here, so nothing can be called afterwards.
unsafe extern "C" fn clear(object: *mut ffi::PyObject) -> c_int {
    let this = object.cast::<Dispatcher>();
    // SAFETY: called by the collector with the GIL, on an object that only garbage leads to. What is dropped is
    // dropped after the object is in order again.
    unsafe {
        let dict = std::mem::replace(&mut (*this).dict, std::ptr::null_mut());
        (*this).first = std::ptr::null();
        if let Some(state) = (*this).state.as_ref() {
            let mut state = state.borrow_mut();
            state.may_compile = false;
            let kept = state.kept.take_objects();
            let callers: Vec<_> = state.kinds.values().map(|kind| kind.take_callers()).collect();
            drop(state);
            attached(|_| drop((kept, callers)));
        }
        ffi::Py_XDECREF(dict);
    }
    0
}

unsafe extern "C" {
    /// A bound method. Part of CPython's API since 1.x; pyo3 does not declare it.
    fn PyMethod_New(function: *mut ffi::PyObject, instance: *mut ffi::PyObject) -> *mut ffi::PyObject;
}

/// `__get__`: a function in a class is a method.
pub(crate) unsafe extern "C" fn bind_method(
    this: *mut ffi::PyObject,
    instance: *mut ffi::PyObject,
    _class: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with live objects; the instance may be null or None.
    unsafe {
        if instance.is_null() || instance == ffi::Py_None() {
            return ffi::Py_NewRef(this);
        }
        PyMethod_New(this, instance)
    }
}

unsafe extern "C" fn get_attribute(this: *mut ffi::PyObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with live objects and the GIL.
    unsafe {
        let found = ffi::PyObject_GenericGetAttr(this, name);
        if !found.is_null() || ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
            return found;
        }
        attached(|py| {
            let missing = PyErr::fetch(py);
            let (this, name) = (Bound::from_borrowed_ptr(py, this), Bound::from_borrowed_ptr(py, name));
            match ask_introspection(&this, &name) {
                Ok(Some(value)) => return value.into_ptr(),
                Ok(None) => missing.restore(py),
                Err(error) => error.restore(py),
            }
            std::ptr::null_mut()
        })
    }
}

fn ask_introspection<'py>(this: &Bound<'py, PyAny>, name: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let text = name.extract::<String>()?;
    // What CPython's protocols look for is answered by the function or not at all.
    let of_function = [
        "__code__",
        "__defaults__",
        "__kwdefaults__",
        "__annotations__",
        "__globals__",
        "__closure__",
        "__type_params__",
    ];
    let Some(dispatcher) = as_dispatcher(this) else { return Ok(None) };
    let function = dispatcher.function(this.py());
    if text == "py_func" {
        return Ok(Some(function));
    }
    if text.starts_with("__") {
        return if of_function.contains(&text.as_str()) { function.getattr(text).map(Some) } else { Ok(None) };
    }
    let introspection = this.py().import("upshift.introspection")?;
    match introspection.getattr("attribute")?.call1((this, name)) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_instance_of::<PyAttributeError>(this.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

unsafe extern "C" fn represent(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with a live dispatcher and the GIL.
    unsafe { ffi::PyUnicode_FromFormat(c"upshift.Dispatcher(%R)".as_ptr(), (*this.cast::<Dispatcher>()).function) }
}

unsafe extern "C" fn reduce(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    let name: *const c_char = c"__qualname__".as_ptr();
    // SAFETY: called by CPython with a live dispatcher and the GIL.
    unsafe { ffi::PyObject_GetAttrString(this, name) }
}
