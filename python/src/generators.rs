//! Generators of compiled code as Python objects: iterators that run the code from one `yield` to the next.
//!
//! An object owns a reference to its frame (`lower/generators.rs`) and to the functions whose code it runs. What was
//! passed to the function that made it lives on in the frame, so that arguments get headers of their own (`Keeping`), and
//! containers that it changes are written back whenever it has run.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::rc::Rc;
use std::sync::{Arc, LazyLock, OnceLock};

use parking_lot::Mutex;
use pyo3::exceptions::{PyGeneratorExit, PyRuntimeError, PyStopIteration, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use upshift_core::lir::FunctionId;
use upshift_core::lower::{header_positions, machine_types, returned_slot};
use upshift_core::runtime::errors as raised;
use upshift_core::runtime::generators as frames;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::{FunctionKey, GeneratorType, Type};

use crate::attached::{attached, with_gil};
use crate::boxing::Boxing;
use crate::containers::conversion;
use crate::keeping::{self, Kept};
use crate::plan::{Parts, Plan};
use crate::quiescence::guarded;
use crate::{engine, raise, registry};

/// A generator of compiled code.
#[repr(C)]
struct Generator {
    head: ffi::PyObject,
    frame: *mut Header,
    /// Written once when the object is made, freed with it.
    state: *mut State,
}

struct State {
    resumption: Rc<Resumption>,
    /// Nothing that it returns is to be given any more.
    is_done: bool,
    kept: Option<Rc<Kept>>,
    /// The functions that it names, which may not go while it lives.
    _functions: Vec<Py<PyAny>>,
}

/// How generators of a type are resumed, and what they give.
pub(crate) struct Resumption {
    ty: Arc<GeneratorType>,
    plan: Plan,
    item: Part,
    returned: Part,
}

/// A value in a frame.
struct Part {
    boxing: Boxing,
    first: usize,
    count: usize,
    headers: Box<[usize]>,
}

struct Class(*mut ffi::PyTypeObject);

// SAFETY: the type lives as long as the process and is used under the GIL only.
unsafe impl Send for Class {}
// SAFETY: as above.
unsafe impl Sync for Class {}

static CLASS: OnceLock<Class> = OnceLock::new();

/// The functions that resume generators, by type.
static RESUMING: LazyLock<Mutex<HashMap<Arc<GeneratorType>, FunctionId>>> = LazyLock::new(Mutex::default);

/// Makes the class, and states how compiled code closes generators.
pub(crate) fn initialize(py: Python<'_>) -> PyResult<()> {
    let methods = vec![
        method(c"close", close_method, ffi::METH_NOARGS, c"Raises GeneratorExit where the generator stands."),
        method(c"send", send_method, ffi::METH_O, c"send(None) is next(); other values are not taken."),
        throw_method_definition(),
        // SAFETY: a definition of zeros ends the list.
        unsafe { std::mem::zeroed() },
    ];
    // The class refers to them for as long as the process lives.
    let methods = Box::leak(methods.into_boxed_slice());
    let mut slots = [
        ffi::PyType_Slot { slot: ffi::Py_tp_dealloc, pfunc: dealloc as *mut c_void },
        ffi::PyType_Slot { slot: ffi::Py_tp_iter, pfunc: itself as *mut c_void },
        ffi::PyType_Slot { slot: ffi::Py_tp_iternext, pfunc: next as *mut c_void },
        ffi::PyType_Slot { slot: ffi::Py_tp_methods, pfunc: methods.as_mut_ptr().cast() },
        ffi::PyType_Slot { slot: 0, pfunc: std::ptr::null_mut() },
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"upshift._upshift.Generator".as_ptr(),
        basicsize: size_of::<Generator>() as c_int,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete and its slots end with a zero; the GIL is held.
    let class = unsafe { ffi::PyType_FromSpec(&raw mut spec) };
    if class.is_null() {
        return Err(PyErr::fetch(py));
    }
    let _ = CLASS.set(Class(class.cast()));
    frames::set_close(close_dropped);
    Ok(())
}

fn method(
    name: &'static std::ffi::CStr,
    function: ffi::PyCFunction,
    flags: c_int,
    doc: &'static std::ffi::CStr,
) -> ffi::PyMethodDef {
    ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: flags,
        ml_doc: doc.as_ptr(),
    }
}

fn throw_method_definition() -> ffi::PyMethodDef {
    let doc = c"throw(exception): raises the exception where the generator stands.";
    method(c"throw", throw_method, ffi::METH_VARARGS, doc)
}

/// The class.
pub(crate) fn class() -> *mut ffi::PyTypeObject {
    CLASS.get().expect("the module's initialization has made the class").0
}

/// The function that resumes generators of a type was compiled.
pub(crate) fn note(ty: &Arc<GeneratorType>, id: FunctionId) {
    RESUMING.lock().insert(ty.clone(), id);
}

/// Functions are gone: nothing resumes these generators any more.
pub(crate) fn forget(ids: &[FunctionId]) {
    RESUMING.lock().retain(|_, id| !ids.contains(id));
}

/// The type of a generator.
pub(crate) fn type_of(object: &Bound<'_, PyAny>) -> Option<Arc<GeneratorType>> {
    if object.get_type_ptr() != class() {
        return None;
    }
    // SAFETY: an instance of the class, whose state is set.
    let state = unsafe { &*(*object.as_ptr().cast::<Generator>()).state };
    Some(state.resumption.ty.clone())
}

/// The frame of a generator of this type.
///
/// # Safety
/// The object is an instance of the class, and the GIL is held.
pub(crate) unsafe fn header_of(object: *mut ffi::PyObject, ty: &Arc<GeneratorType>) -> Option<*mut Header> {
    // SAFETY: the caller's promise.
    unsafe {
        let generator = object.cast::<Generator>();
        let own = &(&*(*generator).state).resumption.ty;
        (Arc::ptr_eq(own, ty) || own == ty).then_some((*generator).frame)
    }
}

/// Has the call that a generator is passed to write back what it changes.
///
/// # Safety
/// The object is an instance of the class, the GIL is held, and a conversion is under way.
pub(crate) unsafe fn link(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    if let Some(kept) = unsafe { &(&*(*object.cast::<Generator>()).state).kept } {
        conversion::link(kept);
    }
}

impl Resumption {
    /// For generators of a type; `None` if what they give has no form in Python.
    pub(crate) fn new(ty: &Arc<GeneratorType>) -> Option<Rc<Resumption>> {
        if ty.arguments.iter().any(keeping::shares_objects) {
            return None;
        }
        let engine = engine::running()?;
        let id = *RESUMING.lock().get(ty)?;
        let arguments = [Type::Generator(ty.clone())];
        let plan = Plan::new(Parts {
            id,
            entry: engine.entry(id),
            counters: engine.manager.counters(id),
            guards: Box::new([]),
            boxing: Boxing::Bool,
            arguments: &arguments,
            result: &Type::Bool,
            releases_gil: false,
            is_synchronous: engine.is_synchronous,
            owner: std::ptr::null_mut(),
        });
        let (item, returned) = (Part::new(&ty.item, frames::ITEM)?, Part::new(&ty.returned, returned_slot(ty))?);
        Some(Rc::new(Resumption { ty: ty.clone(), plan, item, returned }))
    }
}

impl Part {
    fn new(ty: &Type, first: usize) -> Option<Part> {
        let headers = header_positions(ty).into_iter().collect();
        Some(Part { boxing: Boxing::new(ty)?, first, count: machine_types(ty).len(), headers })
    }

    /// Takes the value out of a frame.
    ///
    /// # Safety
    /// The GIL is held, and the value is there.
    unsafe fn take(&self, frame: *mut Header) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise; what is taken is the frame's no more.
        unsafe {
            let slots = frames::slot(frame, self.first);
            let copy: Vec<u64> = (0..self.count).map(|index| *slots.add(index)).collect();
            self.headers.iter().for_each(|&index| *slots.add(index) = 0);
            self.boxing.make(&mut copy.as_ptr())
        }
    }
}

/// A generator for a frame, whose reference it takes over, or null with a Python exception.
///
/// # Safety
/// The GIL is held, and the frame is that of a generator of the type.
pub(crate) unsafe fn new(resumption: &Rc<Resumption>, frame: *mut Header) -> *mut ffi::PyObject {
    // SAFETY: the class is ready; the fields are written before anyone sees the object.
    unsafe {
        let object = ffi::PyType_GenericAlloc(class(), 0);
        if object.is_null() {
            memory::release(frame);
            return object;
        }
        let functions = attached(|py| {
            let mut keys: Vec<FunctionKey> = Vec::new();
            Type::Generator(resumption.ty.clone()).for_each_function(&mut |key| keys.push(key));
            keys.into_iter().filter_map(|key| registry::dispatcher(py, key.owner())).map(Bound::unbind).collect()
        });
        let kept = keeping::current();
        let state = State { resumption: resumption.clone(), is_done: false, kept, _functions: functions };
        let generator = object.cast::<Generator>();
        (*generator).frame = frame;
        (*generator).state = Box::into_raw(Box::new(state));
        object
    }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: called once, with the GIL, by the last reference; as an instance of a heap type the object owns a reference
    // to its type. The frame goes before the functions whose code closing it may run.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let generator = object.cast::<Generator>();
        memory::release((*generator).frame);
        let state = Box::from_raw((*generator).state);
        attached(|_| drop(state));
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn itself(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the caller holds the object.
    unsafe { ffi::Py_NewRef(object) }
}

/// `__next__`: null without an exception at the end.
unsafe extern "C" fn next(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this for instances of the class, with the GIL; the caller holds the object, and with it the
    // frame and the code.
    unsafe {
        let (frame, state) = parts(object);
        match run(frame, state) {
            None => std::ptr::null_mut(),
            Some(true) => take_item(frame, state),
            Some(false) => stop(frame, state),
        }
    }
}

/// What it has yielded. A closure among it keeps what the generator keeps.
unsafe fn take_item(frame: *mut Header, state: *mut State) -> *mut ffi::PyObject {
    // SAFETY: the callers' promise: a live generator that stands at a `yield`, with the GIL.
    unsafe {
        let (resumption, kept) = ((*state).resumption.clone(), (*state).kept.clone());
        keeping::with_kept(kept, || resumption.item.take(frame))
    }
}

unsafe fn parts(object: *mut ffi::PyObject) -> (*mut Header, *mut State) {
    // SAFETY: the callers': an instance of the class.
    unsafe {
        let generator = object.cast::<Generator>();
        ((*generator).frame, (*generator).state)
    }
}

/// Runs it to its next item, and writes back what it changed.
unsafe fn run(frame: *mut Header, state: *mut State) -> Option<bool> {
    // SAFETY: the callers' promise: a live generator, with the GIL. What it keeps is held while it runs.
    unsafe {
        let (resumption, kept) = ((*state).resumption.clone(), (*state).kept.clone());
        let has_item = resumption.plan.resume(frame);
        if has_item.is_none() {
            (*state).is_done = true;
        }
        match kept {
            Some(kept) if has_item.is_some() && kept.write_back() != 0 => None,
            _ => has_item,
        }
    }
}

/// The end: `StopIteration` with what was returned, once.
unsafe fn stop(frame: *mut Header, state: *mut State) -> *mut ffi::PyObject {
    // SAFETY: the callers' promise.
    unsafe {
        if std::mem::replace(&mut (*state).is_done, true) {
            return std::ptr::null_mut();
        }
        let resumption = (*state).resumption.clone();
        let value = keeping::with_kept((*state).kept.clone(), || resumption.returned.take(frame));
        if value.is_null() || value == ffi::Py_None() {
            ffi::Py_XDECREF(value);
            return std::ptr::null_mut();
        }
        attached(|py| {
            let value = Bound::from_owned_ptr(py, value);
            PyStopIteration::new_err((value.unbind(),)).restore(py);
        });
        std::ptr::null_mut()
    }
}

/// Throws the exception that is set in Python's thread state: the next item, or null.
unsafe fn throw(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: as for `next`.
    unsafe {
        let (frame, state) = parts(object);
        if !frames::prepare_throw(frame) {
            (*state).is_done = true;
            return std::ptr::null_mut();
        }
        raised::raise_from_python();
        match run(frame, state) {
            None => std::ptr::null_mut(),
            Some(true) => take_item(frame, state),
            Some(false) => {
                let value = stop(frame, state);
                if ffi::PyErr_Occurred().is_null() {
                    ffi::PyErr_SetNone(ffi::PyExc_StopIteration);
                }
                value
            }
        }
    }
}

/// `throw(type)`, `throw(exception)`, and the old form of three arguments.
unsafe extern "C" fn throw_method(object: *mut ffi::PyObject, args: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with a tuple of arguments and the GIL.
    unsafe {
        let is_set = attached(|py| {
            let args = Bound::from_borrowed_ptr(py, args).cast_into::<PyTuple>();
            let exception = args.map_err(PyErr::from).and_then(|args| thrown(&args));
            match exception {
                Ok(exception) => {
                    PyErr::from_value(exception).restore(py);
                    true
                }
                Err(error) => {
                    error.restore(py);
                    false
                }
            }
        });
        if is_set { throw(object) } else { std::ptr::null_mut() }
    }
}

fn thrown<'py>(args: &Bound<'py, PyTuple>) -> PyResult<Bound<'py, PyAny>> {
    if args.is_empty() || args.len() > 3 {
        return Err(PyTypeError::new_err(format!("throw expected 1 to 3 arguments, got {}", args.len())));
    }
    let first = args.get_item(0)?;
    let value = args.get_item(1).ok().filter(|value| !value.is_none());
    // SAFETY: both are live and the GIL is held.
    let (is_class, is_instance) = unsafe {
        (ffi::PyExceptionClass_Check(first.as_ptr()) != 0, ffi::PyExceptionInstance_Check(first.as_ptr()) != 0)
    };
    match value {
        // SAFETY: as above.
        Some(value) if is_class && unsafe { ffi::PyExceptionInstance_Check(value.as_ptr()) } != 0 => Ok(value),
        Some(value) if is_class => first.call1((value,)),
        None if is_class => first.call0(),
        None if is_instance => Ok(first),
        Some(_) if is_instance => Err(PyTypeError::new_err("instance exception may not have a separate value")),
        _ => {
            let name = first.get_type().name()?;
            let what = format!("exceptions must be classes or instances deriving from BaseException, not {name}");
            Err(PyTypeError::new_err(what))
        }
    }
}

/// `send(None)`
unsafe extern "C" fn send_method(object: *mut ffi::PyObject, value: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with one argument and the GIL.
    unsafe {
        if value != ffi::Py_None() {
            let advice = "send() of a value is not supported: a compiled generator takes none; pass it another way";
            attached(|py| PyTypeError::new_err(advice).restore(py));
            return std::ptr::null_mut();
        }
        let item = next(object);
        if item.is_null() && ffi::PyErr_Occurred().is_null() {
            ffi::PyErr_SetNone(ffi::PyExc_StopIteration);
        }
        item
    }
}

/// `close()`
unsafe extern "C" fn close_method(object: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: CPython calls this with the GIL.
    unsafe {
        ffi::PyErr_SetNone(ffi::PyExc_GeneratorExit);
        let item = throw(object);
        if !item.is_null() {
            ffi::Py_DECREF(item);
            attached(|py| PyRuntimeError::new_err("generator ignored GeneratorExit").restore(py));
            return std::ptr::null_mut();
        }
        attached(|py| match PyErr::take(py) {
            Some(error) if !is_end(py, &error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
            _ => ffi::Py_NewRef(ffi::Py_None()),
        })
    }
}

fn is_end(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyGeneratorExit>(py) || error.is_instance_of::<PyStopIteration>(py)
}

/// Closes a generator of compiled code that goes while it stands inside of `try`. What it raises cannot go anywhere.
unsafe fn close_dropped(frame: *mut Header, id: FunctionId) {
    let Some(engine) = engine::running() else { return };
    let before = raised::take();
    with_gil(|py| {
        let error = PyErr::take(py);
        PyGeneratorExit::new_err(()).restore(py);
        // SAFETY: the frame is alive and stands at a `yield`; its function is compiled, or there would be no frame.
        unsafe {
            if frames::prepare_throw(frame) {
                raised::raise_from_python();
                let mut slots = [frame as u64, 0];
                let status = guarded(|| (engine.entry(id).load())(slots.as_mut_ptr()));
                if status != 0 {
                    raise::raise();
                } else if slots[1] as u8 != 0 {
                    PyRuntimeError::new_err("generator ignored GeneratorExit").restore(py);
                }
            }
        }
        if let Some(raised) = PyErr::take(py).filter(|raised| !is_end(py, raised)) {
            raised.write_unraisable(py, None);
        }
        error.into_iter().for_each(|error| error.restore(py));
    });
    before.into_iter().for_each(raised::put_back);
}
