//! Containers of compiled code as Python objects: what `upshift.typed` wraps.
//!
//! Such an object owns its container, which is passed as it is: nothing is converted in a call, and what compiled code
//! changes is changed. An item outlives the call that puts it in, so that arguments of such calls have headers on the
//! heap (`Guard::is_lasting`). A container in a container is such an object too, made when Python asks for it.

use std::ffi::c_void;
use std::sync::OnceLock;

use parking_lot::Mutex;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use upshift_core::lower::items::contents;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::{DictKind, Type, is_hashable};

use super::codec::Codec;
use crate::attached::attached;
use crate::encoding;
use crate::typeof_object::typeof_object;

/// An instance of `upshift._upshift.Container`, or of a class derived from it.
#[repr(C)]
struct Container {
    head: ffi::PyObject,
    /// Null until its type is known.
    header: *mut Header,
    /// Position of its type among those known, plus 1.
    type_number: usize,
}

struct ContainerType(*mut ffi::PyTypeObject);

// SAFETY: the type lives as long as the process and is used under the GIL only.
unsafe impl Send for ContainerType {}
// SAFETY: as above.
unsafe impl Sync for ContainerType {}

static CONTAINER_TYPE: OnceLock<ContainerType> = OnceLock::new();

/// Types of such objects, each once.
static TYPES: Mutex<Vec<Type>> = Mutex::new(Vec::new());

/// Makes the type.
pub(crate) fn initialize_type(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let mut slots = [
        ffi::PyType_Slot { slot: ffi::Py_tp_dealloc, pfunc: dealloc as *mut c_void },
        ffi::PyType_Slot { slot: 0, pfunc: std::ptr::null_mut() },
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"upshift._upshift.Container".as_ptr(),
        basicsize: size_of::<Container>() as i32,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec is complete and its slots end with a zero; the GIL is held.
    unsafe {
        let class = ffi::PyType_FromSpec(&raw mut spec);
        let class = Bound::from_owned_ptr_or_err(py, class)?;
        let _ = CONTAINER_TYPE.set(ContainerType(class.clone().into_ptr().cast()));
        Ok(class)
    }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: called once, with the GIL, by the last reference; the object owns a reference to its container, and as
    // an instance of a heap type one to its type.
    unsafe {
        let class = ffi::Py_TYPE(object);
        if let Some(header) = (*object.cast::<Container>()).header.as_mut() {
            header.object = std::ptr::null_mut();
            memory::release(header);
        }
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(class.cast());
    }
}

fn fields<'a>(object: &Bound<'a, PyAny>) -> Option<&'a mut Container> {
    let class = CONTAINER_TYPE.get()?.0;
    // SAFETY: the GIL is held; an instance of the class has these fields, which are plain data.
    unsafe { (ffi::PyObject_TypeCheck(object.as_ptr(), class) != 0).then(|| &mut *object.as_ptr().cast::<Container>()) }
}

/// The type of the container in an object; `None` if there is none.
pub(crate) fn type_of(object: &Bound<'_, PyAny>) -> Option<Type> {
    let number = fields(object)?.type_number;
    TYPES.lock().get(number.checked_sub(1)?).cloned()
}

/// The number that objects with a container of this type have, if this is one.
pub(crate) fn type_number(object: &Bound<'_, PyAny>) -> Option<usize> {
    fields(object).map(|fields| fields.type_number).filter(|&number| number > 0)
}

/// The container of an object with this number.
///
/// # Safety
/// The GIL is held and the object is an instance of a class derived from the type.
#[inline]
pub(crate) unsafe fn header_of(object: *mut ffi::PyObject, number: usize) -> Option<*mut Header> {
    // SAFETY: the caller's promise.
    unsafe {
        let container = &*object.cast::<Container>();
        (container.type_number == number).then_some(container.header)
    }
}

/// The number of a type of containers.
fn number_of(ty: &Type) -> usize {
    let mut types = TYPES.lock();
    let known = types.iter().position(|known| known == ty).unwrap_or_else(|| {
        types.push(ty.clone());
        types.len() - 1
    });
    known + 1
}

/// True if what containers with this number hold may be objects of their own.
pub(crate) fn holds_references(number: usize) -> bool {
    let types = TYPES.lock();
    number.checked_sub(1).and_then(|index| types.get(index)).and_then(contents).is_none_or(|own| own.mask() != 0)
}

/// How containers inside of others become objects.
pub(crate) struct Wrapping {
    class: Py<PyAny>,
    number: usize,
}

impl Wrapping {
    /// The way for a type of containers.
    pub(crate) fn new(ty: &Type) -> Option<Wrapping> {
        let name = match ty {
            Type::List(_) => "List",
            Type::Dict(_) => "Dict",
            Type::Set(_) => "Set",
            _ => return None,
        };
        // SAFETY: the GIL is held wherever results are described.
        let py = unsafe { Python::assume_attached() };
        let class = py.import("upshift.typed").and_then(|module| module.getattr(name)).ok()?;
        Some(Wrapping { class: class.unbind(), number: number_of(ty) })
    }

    /// Calls `visit` on the class.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        visit(self.class.as_ptr());
    }

    /// The object that shares a container, whose reference is handed over; null with a Python exception.
    ///
    /// # Safety
    /// The GIL is held; the header is that of a container of the type.
    pub(crate) unsafe fn make(&self, header: *mut Header) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise; the object of a live container is live.
        unsafe {
            attached(|py| {
                if let Ok(known) = Bound::from_borrowed_ptr_or_err(py, (*header).object.cast()) {
                    if type_number(&known) == Some(self.number) {
                        memory::release(header);
                        return known.into_ptr();
                    }
                    // A copy of a Python list, which has gone its own way since.
                    (*header).object = std::ptr::null_mut();
                    ffi::Py_DECREF(known.as_ptr());
                } else {
                    drop(PyErr::take(py));
                }
                let made = match self.class.bind(py).call0() {
                    Ok(made) => made,
                    Err(error) => {
                        memory::release(header);
                        error.restore(py);
                        return std::ptr::null_mut();
                    }
                };
                if let Some(fields) = fields(&made) {
                    (*header).object = made.as_ptr().cast();
                    (*header).contents = (*header).contents.shared();
                    fields.header = header;
                    fields.type_number = self.number;
                }
                made.into_ptr()
            })
        }
    }
}

/// Gives an object without one an empty container of the type that prints as `code`.
#[pyfunction]
pub(crate) fn make_container(object: &Bound<'_, PyAny>, code: &str) -> PyResult<()> {
    give_container(object, &encoding::parse(code)?)
}

/// Gives an object without one an empty container of the class of this name, for what is like the samples.
#[pyfunction]
pub(crate) fn make_container_for(object: &Bound<'_, PyAny>, class: &str, samples: Bound<'_, PyTuple>) -> PyResult<()> {
    let types: Vec<Type> = samples
        .iter()
        .map(|sample| typeof_object(&sample).map_err(|what| PyTypeError::new_err(format!("the item is {what}"))))
        .collect::<PyResult<_>>()?;
    let first = types.first().ok_or_else(|| PyTypeError::new_err("a container is made for a sample"))?;
    if class != "List" && !is_hashable(first) {
        return Err(PyTypeError::new_err(format!("keys of type {first} have no hash")));
    }
    let ty = match (class, types.as_slice()) {
        ("List", [item]) => Type::list(item.clone()),
        ("Set", [key]) => Type::Set(key.clone().into()),
        ("Dict", [key, value]) => Type::Dict((key.clone(), value.clone(), DictKind::Plain).into()),
        _ => return Err(PyTypeError::new_err(format!("{class} is not a container"))),
    };
    give_container(object, &ty)
}

/// Gives an object without one an empty container of another one's type.
#[pyfunction]
pub(crate) fn make_container_like(object: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>) -> PyResult<()> {
    match type_of(other) {
        Some(ty) => give_container(object, &ty),
        None => Ok(()),
    }
}

fn give_container(object: &Bound<'_, PyAny>, ty: &Type) -> PyResult<()> {
    let codec = ty.is_container().then(|| Codec::new(ty)).flatten();
    let codec = codec.ok_or_else(|| PyTypeError::new_err(format!("{ty} is no container that Python has a form of")))?;
    let Some(fields) = fields(object) else { return Err(PyTypeError::new_err("it takes a typed container")) };
    if !fields.header.is_null() {
        return Err(PyValueError::new_err("the container has its type"));
    }
    let header = codec.new_header();
    if header.is_null() {
        return Err(pyo3::exceptions::PyMemoryError::new_err(()));
    }
    // SAFETY: fresh; the object lets go of the container before it is freed, so that no reference is needed.
    unsafe {
        (*header).object = object.as_ptr().cast();
        (*header).contents = (*header).contents.shared();
    }
    fields.header = header;
    fields.type_number = number_of(ty);
    Ok(())
}

/// The type of the container in an object as text; `None` if there is none yet.
#[pyfunction]
pub(crate) fn container_type(object: &Bound<'_, PyAny>) -> Option<String> {
    type_of(object).map(|ty| ty.to_string())
}
