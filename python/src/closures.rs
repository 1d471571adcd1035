//! Closures of compiled code as Python objects: inner functions that were returned, with what they capture.
//!
//! ```text
//! closure(2.5) -> the caller for one argument: `def call(function, a0): return function(a0)`, a jitted function
//!                   '-> compiled for the type of the closure and of the arguments, once for all closures of the type
//! ```
//!
//! An object owns references to the blocks that it captures and to the outermost function around its code, which owns
//! the callers. Variables that inner functions share live in cells, so that they are shared with compiled code too.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ffi::{CStr, c_int, c_void};
use std::mem::offset_of;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use pyo3::exceptions::{PyAttributeError, PyReferenceError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use upshift_core::bytecode::Code;
use upshift_core::lower::{header_positions, machine_types};
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::{ClosureType, FunctionKey, Type};

use crate::attached::attached;
use crate::binding::{self, Parameters};
use crate::boxing::Boxing;
use crate::class::{self, dispatcher_class};
use crate::containers::conversion;
use crate::dispatcher::{self, Dispatcher};
use crate::engine;
use crate::guard::{Outcome, Target};
use crate::keeping::{self, Kept};
use crate::options::Choices;
use crate::registry;

/// A closure.
#[repr(C)]
struct Closure {
    head: ffi::PyObject,
    vectorcall: Option<ffi::vectorcallfunc>,
    weak_references: *mut ffi::PyObject,
    /// Written once when the object is made, freed with it.
    state: *mut State,
}

struct State {
    ty: Arc<ClosureType>,
    /// The captured values; their references are the object's.
    slots: Box<[u64]>,
    /// Which of them are headers.
    headers: Box<[usize]>,
    kept: Option<Rc<Kept>>,
    /// In the state of the owner.
    kind: *const Kind,
    /// The outermost function around the code, first, the functions that captured values name, and objects among these.
    kept_objects: Vec<Py<PyAny>>,
}

/// What closures of one type share.
pub(crate) struct Kind {
    key: FunctionKey,
    default_count: usize,
    /// Keyword-only parameters with defaults.
    keyword_defaults: Box<[Arc<str>]>,
    /// Jitted functions that call a closure, by how many arguments they pass; `None` passes all kinds.
    callers: RefCell<Vec<(Option<usize>, Py<PyAny>)>>,
    /// A Python function of the same code, for what is asked of a function's attributes and parameters.
    function: OnceCell<Py<PyAny>>,
}

/// Kinds by type, in the state of the function that owns them.
pub(crate) type Kinds = HashMap<Arc<ClosureType>, Box<Kind>>;

struct Class(*mut ffi::PyTypeObject);

// SAFETY: the type lives as long as the process and is used under the GIL only.
unsafe impl Send for Class {}
// SAFETY: as above.
unsafe impl Sync for Class {}

static CLASS: OnceLock<Class> = OnceLock::new();

/// Calls with fewer arguments have a caller of their own.
const FEW: usize = 8;

/// Makes the class.
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
        member(c"__vectorcalloffset__", offset_of!(Closure, vectorcall)),
        member(c"__weaklistoffset__", offset_of!(Closure, weak_references)),
        // SAFETY: a row of zeros ends the table.
        unsafe { std::mem::zeroed() },
    ]));
    let method = |name: &'static CStr, function: ffi::PyCFunction, flags: c_int| ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: function },
        ml_flags: flags,
        ml_doc: std::ptr::null(),
    };
    let methods = Box::leak(Box::new([
        method(c"__reduce__", refuse_pickling, ffi::METH_NOARGS),
        method(c"__copy__", copy, ffi::METH_NOARGS),
        method(c"__deepcopy__", copy, ffi::METH_O),
        ffi::PyMethodDef::zeroed(),
    ]));
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_getattro, get_attribute as *mut c_void),
        slot(ffi::Py_tp_descr_get, class::bind_method as *mut c_void),
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
        name: c"upshift.Closure".as_ptr(),
        basicsize: size_of::<Closure>() as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete, its slots end with a zero, and the GIL is held.
    let class = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyType_FromSpec(&raw mut spec))? };
    let _ = CLASS.set(Class(class.clone().into_ptr().cast()));
    Ok(class)
}

/// The class.
pub(crate) fn class() -> *mut ffi::PyTypeObject {
    CLASS.get().expect("the module's initialization has made the class").0
}

/// True if closures of the type have a form in Python: what they share does not depend on who holds it.
pub(crate) fn has_form(ty: &ClosureType) -> bool {
    !ty.captures.iter().any(keeping::shares_objects)
}

fn state_of<'a>(object: *mut ffi::PyObject) -> Option<&'a State> {
    // SAFETY: the class was compared; the state is set when the object is made, and the caller holds the object.
    unsafe { (!object.is_null() && ffi::Py_TYPE(object) == class()).then(|| &*(*object.cast::<Closure>()).state) }
}

/// The type of a closure.
pub(crate) fn type_of(object: *mut ffi::PyObject) -> Option<Arc<ClosureType>> {
    state_of(object).map(|state| state.ty.clone())
}

/// The key of a closure that captures nothing.
fn key_of(object: *mut ffi::PyObject) -> Option<FunctionKey> {
    state_of(object).filter(|state| state.ty.captures.is_empty()).map(|state| state.ty.key)
}

/// What a closure of this type captures, in slots, and whether the object is one.
///
/// # Safety
/// The GIL is held; the target has room; a conversion is under way if what is captured may change.
pub(crate) unsafe fn unbox(object: *mut ffi::PyObject, ty: &Arc<ClosureType>, target: &mut Target) -> bool {
    let Some(state) = state_of(object) else { return false };
    if !Arc::ptr_eq(&state.ty, ty) && state.ty != *ty {
        return false;
    }
    // SAFETY: the caller's promise.
    state.slots.iter().for_each(|&slot| unsafe { target.push(slot) });
    if let Some(kept) = state.kept.as_ref().filter(|_| ty.captures.iter().any(keeping::may_change)) {
        conversion::link(kept);
    }
    true
}

/// Which of these functions the object is.
///
/// # Safety
/// The GIL is held, the object is live, and the target has room.
pub(crate) unsafe fn unbox_one_of(keys: &[FunctionKey], object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
    // SAFETY: the caller's promise; the object is a dispatcher if it has its class.
    unsafe {
        let is_dispatcher = ffi::Py_TYPE(object) == dispatcher_class();
        let key = if is_dispatcher { Some((*object.cast::<Dispatcher>()).key) } else { key_of(object) };
        match key.filter(|key| keys.contains(key)) {
            Some(key) => {
                target.push(key.0);
                Outcome::Fits
            }
            None => Outcome::Differs,
        }
    }
}

/// What a closure captures, for as long as it lives; `None` if calls of it change containers that came from Python.
pub(crate) fn constant_of(object: *mut ffi::PyObject) -> Option<(Arc<ClosureType>, Vec<u64>)> {
    let state = state_of(object)?;
    let has_containers = state.kept.as_ref().is_some_and(|kept| kept.has_containers());
    let changes = has_containers && state.ty.captures.iter().any(keeping::may_change);
    (!changes).then(|| (state.ty.clone(), state.slots.to_vec()))
}

/// A closure of slots, whose references it takes over, or null with a Python exception.
///
/// # Safety
/// The GIL is held, and the slots hold what closures of the type capture.
pub(crate) unsafe fn new(ty: &Arc<ClosureType>, slots: &[u64]) -> *mut ffi::PyObject {
    let headers: Box<[usize]> = header_positions(&Type::Closure(ty.clone())).into_iter().collect();
    // SAFETY: the caller's promise: the class is ready, and the object is complete before anyone sees it.
    unsafe {
        let made = attached(|py| {
            let owner = registry::dispatcher(py, ty.key.owner());
            let owner = owner.ok_or_else(|| PyReferenceError::new_err("the function around it is gone"))?;
            let object = Bound::from_owned_ptr_or_err(py, ffi::PyType_GenericAlloc(class(), 0))?;
            let mut keys: Vec<FunctionKey> = Vec::new();
            ty.captures.iter().for_each(|capture| capture.for_each_function(&mut |key| keys.push(key)));
            let named = keys.into_iter().filter_map(|key| registry::dispatcher(py, key.owner()));
            let held = keeping::object_positions(&ty.captures).into_iter();
            let held = held.map(|position| Bound::from_borrowed_ptr(py, slots[position] as *mut ffi::PyObject));
            let state = State {
                ty: ty.clone(),
                slots: slots.into(),
                headers: headers.clone(),
                kept: keeping::current(),
                kind: kind(&owner, ty),
                kept_objects: std::iter::once(owner).chain(named).chain(held).map(Bound::unbind).collect(),
            };
            let closure = object.as_ptr().cast::<Closure>();
            (*closure).state = Box::into_raw(Box::new(state));
            (*closure).vectorcall = Some(vectorcall);
            Ok::<_, PyErr>(object.into_ptr())
        });
        made.unwrap_or_else(|error| {
            headers.iter().for_each(|&position| memory::release(slots[position] as *mut Header));
            attached(|py| error.restore(py));
            std::ptr::null_mut()
        })
    }
}

/// The kind of a type, in the state of its owner.
fn kind(owner: &Bound<'_, PyAny>, ty: &Arc<ClosureType>) -> *const Kind {
    let dispatcher = class::as_dispatcher(owner).expect("keys name dispatchers");
    let mut state = dispatcher.state().borrow_mut();
    let kind = state.kinds.entry(ty.clone()).or_insert_with(|| {
        Box::new(Kind {
            key: ty.key,
            default_count: ty.positional_defaults().len(),
            keyword_defaults: ty.keyword_defaults().iter().map(|(name, _)| name.clone()).collect(),
            callers: RefCell::default(),
            function: OnceCell::new(),
        })
    });
    &raw const **kind
}

impl Kind {
    /// Calls `visit` on each object that it keeps alive.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        // SAFETY: as for `class::traverse`: no borrow that exists changes the list at this moment.
        unsafe { (*self.callers.as_ptr()).iter().for_each(|(_, caller)| visit(caller.as_ptr())) };
        self.function.get().into_iter().for_each(|function| visit(function.as_ptr()));
    }

    /// Lets go of what calls closures, to break a cycle of garbage.
    pub(crate) fn take_callers(&self) -> Vec<(Option<usize>, Py<PyAny>)> {
        self.callers.take()
    }

    /// A Python function of the closure's code. It is not called: its variables have no values.
    fn function<'py>(&self, owner: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = owner.py();
        if let Some(function) = self.function.get() {
            return Ok(function.bind(py).clone());
        }
        let code = engine::lock_session(py)?.session().inner_code(self.key).cloned();
        let outer = class::as_dispatcher(owner).expect("owners are dispatchers").function(py);
        let found = code.map(|code| find_code(&outer.getattr("__code__")?, &code)).transpose()?.flatten();
        let found = found.ok_or_else(|| PyReferenceError::new_err("the code of the closure is gone"))?;
        let (globals, name) = (outer.getattr("__globals__")?, found.getattr("co_qualname")?);
        // SAFETY: the GIL is held and all three are live objects of the right classes.
        let function = unsafe {
            let made = ffi::PyFunction_NewWithQualName(found.as_ptr(), globals.as_ptr(), name.as_ptr());
            Bound::from_owned_ptr_or_err(py, made)?
        };
        if self.default_count > 0 {
            function.setattr(
                "__defaults__",
                PyTuple::new(py, (0..self.default_count).map(|_| py.None()).collect::<Vec<_>>())?,
            )?;
        }
        if !self.keyword_defaults.is_empty() {
            let defaults = PyDict::new(py);
            self.keyword_defaults.iter().try_for_each(|name| defaults.set_item(&**name, py.None()))?;
            function.setattr("__kwdefaults__", defaults)?;
        }
        let _ = self.function.set(function.clone().unbind());
        Ok(function)
    }

    fn known_caller(&self, count: Option<usize>) -> Option<*mut ffi::PyObject> {
        let callers = self.callers.borrow();
        callers.iter().find(|(known, _)| *known == count).map(|(_, caller)| caller.as_ptr())
    }

    fn new_caller(&self, owner: &Bound<'_, PyAny>, count: Option<usize>) -> PyResult<*mut ffi::PyObject> {
        let tiering = class::as_dispatcher(owner).expect("owners are dispatchers").state().borrow().tiering;
        let function = owner.py().import("upshift.closures")?.getattr("caller")?.call1((count,))?;
        let caller = class::new(&function, Choices { tiering, ..Choices::of_library() })?;
        let address = caller.as_ptr();
        self.callers.borrow_mut().push((count, caller.unbind()));
        Ok(address)
    }
}

/// The code object inside of this one that a snapshot is of.
fn find_code<'py>(outer: &Bound<'py, PyAny>, wanted: &Code) -> PyResult<Option<Bound<'py, PyAny>>> {
    for constant in outer.getattr("co_consts")?.cast::<PyTuple>()?.iter() {
        // SAFETY: the object is live and the GIL is held.
        if !constant.is_instance_of::<pyo3::types::PyCode>() {
            continue;
        }
        let is_it = constant.getattr("co_qualname")?.eq(&*wanted.qualname)?
            && constant.getattr("co_firstlineno")?.eq(wanted.first_line)?
            && constant.getattr("co_code")?.extract::<Vec<u8>>()? == wanted.bytecode
            && constant.getattr("co_linetable")?.extract::<Vec<u8>>()? == wanted.line_table;
        if is_it {
            return Ok(Some(constant));
        }
        if let Some(found) = find_code(&constant, wanted)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

impl State {
    fn owner<'py>(&self, py: Python<'py>) -> Bound<'py, PyAny> {
        self.kept_objects[0].bind(py).clone()
    }

    fn kind(&self) -> &Kind {
        // SAFETY: the owner, which the state holds, keeps its kinds for as long as it lives.
        unsafe { &*self.kind }
    }

    /// Raises what CPython raises for arguments that are not those of the function.
    ///
    /// # Safety
    /// As for `vectorcall`.
    unsafe fn check(
        &self,
        py: Python<'_>,
        args: *const *mut ffi::PyObject,
        count: usize,
        keywords: *mut ffi::PyObject,
    ) -> PyResult<()> {
        let function = self.kind().function(&self.owner(py))?;
        let parameters = Parameters::new(&function.getattr("__code__")?)?;
        // SAFETY: the caller's promise.
        unsafe { binding::bind(&function, &parameters, args, count, keywords).map(drop) }
    }

    /// The function that calls closures of the type with so many arguments, with a reference of its own.
    ///
    /// # Safety
    /// As for `vectorcall`.
    unsafe fn caller(
        &self,
        args: *const *mut ffi::PyObject,
        count: usize,
        keywords: *mut ffi::PyObject,
    ) -> Option<*mut ffi::PyObject> {
        let own = (keywords.is_null() && count < FEW).then_some(count);
        let known = self.kind().known_caller(own);
        // SAFETY: the caller's promise.
        unsafe {
            if let (Some(caller), Some(_)) = (known, own) {
                return Some(ffi::Py_NewRef(caller));
            }
            attached(|py| {
                let checked = self.check(py, args, count, keywords);
                let caller =
                    checked.and_then(|()| known.map_or_else(|| self.kind().new_caller(&self.owner(py), own), Ok));
                match caller {
                    Ok(caller) => Some(ffi::Py_NewRef(caller)),
                    Err(error) => {
                        error.restore(py);
                        None
                    }
                }
            })
        }
    }
}

/// `tp_vectorcall`
unsafe extern "C" fn vectorcall(
    callable: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    nargsf: usize,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let count = nargsf & !ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    // SAFETY: CPython calls this for closures, with the GIL, `count` live arguments and one more for each keyword; the
    // caller holds the closure.
    unsafe {
        let state = &*(*callable.cast::<Closure>()).state;
        let Some(caller) = state.caller(args, count, keywords) else { return std::ptr::null_mut() };
        let result = if keywords.is_null() && count < FEW {
            let mut full = [callable; FEW];
            std::ptr::copy_nonoverlapping(args, full.as_mut_ptr().add(1), count);
            dispatcher::vectorcall(caller, full.as_ptr(), count + 1, keywords)
        } else {
            let named = if keywords.is_null() { 0 } else { ffi::PyTuple_GET_SIZE(keywords) as usize };
            let mut full = vec![callable; 1 + count + named];
            std::ptr::copy_nonoverlapping(args, full.as_mut_ptr().add(1), count + named);
            dispatcher::vectorcall(caller, full.as_ptr(), count + 1, keywords)
        };
        ffi::Py_DECREF(caller);
        result
    }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    let closure = object.cast::<Closure>();
    // SAFETY: called once, with the GIL, by the last reference; as an instance of a heap type the object owns a reference
    // to its type. What it captures goes before the functions whose code that may run.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        if !(*closure).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        if !(*closure).state.is_null() {
            let state = Box::from_raw((*closure).state);
            state.headers.iter().for_each(|&position| memory::release(state.slots[position] as *mut Header));
            attached(|_| drop(state));
        }
        let class = ffi::Py_TYPE(object);
        ffi::PyObject_GC_Del(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

unsafe extern "C" fn traverse(object: *mut ffi::PyObject, visit: ffi::visitproc, arg: *mut c_void) -> c_int {
    // SAFETY: called by the collector on a live object, with its own function and argument.
    unsafe {
        let mut result = visit(ffi::Py_TYPE(object).cast(), arg);
        if let Some(state) = (*object.cast::<Closure>()).state.as_ref() {
            for object in &state.kept_objects {
                if result == 0 {
                    result = visit(object.as_ptr(), arg);
                }
            }
        }
        result
    }
}

/// Attributes that are those of a function.
const OF_FUNCTIONS: [&str; 7] =
    ["__name__", "__qualname__", "__doc__", "__module__", "__code__", "__globals__", "__annotations__"];

unsafe extern "C" fn get_attribute(this: *mut ffi::PyObject, name: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with live objects and the GIL.
    unsafe {
        let found = attached(|py| {
            let text = Bound::from_borrowed_ptr(py, name).extract::<String>()?;
            let Some(state) = state_of(this) else { return Ok(None) };
            if text == "__defaults__" {
                return state.defaults(py).map(|value| Some(value.unbind()));
            }
            if text == "__kwdefaults__" {
                return state.keyword_defaults(py).map(|value| Some(value.unbind()));
            }
            if !OF_FUNCTIONS.contains(&text.as_str()) {
                return Ok(None);
            }
            state.kind().function(&state.owner(py))?.getattr(text.as_str()).map(|value| Some(value.unbind()))
        });
        match found {
            Ok(Some(value)) => value.into_ptr(),
            Ok(None) => ffi::PyObject_GenericGetAttr(this, name),
            Err(error) => {
                attached(|py| PyErr::restore(error, py));
                std::ptr::null_mut()
            }
        }
    }
}

impl State {
    /// The values of defaults of positional parameters.
    fn defaults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.ty.positional_defaults() {
            [] => Ok(py.None().into_bound(py)),
            types => self.captured_defaults(py, 0, types),
        }
    }

    /// The values of defaults of keyword-only parameters.
    fn keyword_defaults<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let (names, types): (Vec<_>, Vec<_>) = self.ty.keyword_defaults().iter().cloned().unzip();
        if names.is_empty() {
            return Ok(py.None().into_bound(py));
        }
        let before = machine_types(&Type::tuple(self.ty.positional_defaults().to_vec())).len();
        let values = self.captured_defaults(py, before, &types)?;
        let defaults = PyDict::new(py);
        for (name, value) in names.iter().zip(values.cast_into::<PyTuple>()?.iter()) {
            defaults.set_item(&**name, value)?;
        }
        Ok(defaults.into_any())
    }

    /// Defaults of these types as a tuple. All stand behind what else is captured, these behind so many slots of others.
    fn captured_defaults<'py>(&self, py: Python<'py>, before: usize, types: &[Type]) -> PyResult<Bound<'py, PyAny>> {
        let (tuple, count) =
            (Type::tuple(types.to_vec()), self.ty.captures.last().map_or(0, |all| machine_types(all).len()));
        let last = &tuple;
        let boxing = Boxing::new(last).ok_or_else(|| PyAttributeError::new_err("__defaults__"))?;
        let own = &self.slots[self.slots.len() - count + before..];
        // SAFETY: the slots hold the value; what is made takes over references, which are added here.
        unsafe {
            header_positions(last).into_iter().for_each(|position| memory::retain(own[position] as *mut Header));
            Bound::from_owned_ptr_or_err(py, boxing.make(&mut own.as_ptr()))
        }
    }
}

unsafe extern "C" fn represent(this: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with a live closure and the GIL.
    unsafe {
        let name = ffi::PyObject_GetAttrString(this, c"__qualname__".as_ptr());
        if name.is_null() {
            return name;
        }
        let text = ffi::PyUnicode_FromFormat(c"<upshift.Closure %U at %p>".as_ptr(), name, this);
        ffi::Py_DECREF(name);
        text
    }
}

/// As CPython refuses to pickle inner functions.
unsafe extern "C" fn refuse_pickling(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with a live closure and the GIL.
    unsafe {
        attached(|py| {
            let this = Bound::from_borrowed_ptr(py, this);
            let name = this.getattr("__qualname__").and_then(|name| name.extract::<String>());
            let error = name.map(|name| PyAttributeError::new_err(format!("Can't pickle local object '{name}'")));
            error.unwrap_or_else(|error| error).restore(py);
        });
        std::ptr::null_mut()
    }
}

/// Functions are their own copies.
unsafe extern "C" fn copy(this: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: called by CPython with a live closure and the GIL.
    unsafe { ffi::Py_NewRef(this) }
}
