//! Deques, and the dicts of `collections`: `Counter`, `OrderedDict`, `defaultdict`.
//!
//! They are classes written in C, so that reading one runs no Python code. A `defaultdict` has the factory that its
//! type names, or is another type.

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::deque::Deque;
use upshift_core::runtime::list;
use upshift_core::runtime::memory::Header;
use upshift_core::typing::{DictKind, Type, plain_factory};

use super::codec::{Element, MOST_SLOTS};
use super::making;
use super::unboxing::{add_entry, fill_dict, no_memory};
use crate::guard::Outcome;
use crate::{canonical_names, class, registry};

/// A class of dicts, and the factory of a `defaultdict`.
pub(crate) struct Collection {
    class: Py<PyAny>,
    factory: Option<Py<PyAny>>,
    is_ordered: bool,
}

/// The class of this name.
pub(super) fn class(name: &str) -> Option<Py<PyAny>> {
    // SAFETY: the GIL is held wherever codecs are made.
    let py = unsafe { Python::assume_attached() };
    Some(py.import("collections").ok()?.getattr(name).ok()?.unbind())
}

/// What kind of dict an object is, or why it is none of compiled code; `None` if it is not of `collections`.
pub(crate) fn kind_of(object: &Bound<'_, PyAny>) -> Option<Result<DictKind, String>> {
    let own = object.get_type();
    let is_it = |name: &str| class(name).is_some_and(|class| class.is(&own));
    if is_it("Counter") {
        return Some(Ok(DictKind::Counter));
    }
    if is_it("OrderedDict") {
        return Some(Ok(DictKind::Ordered));
    }
    is_it("defaultdict").then(|| {
        let factory = object.getattr("default_factory").map_err(|error| error.to_string())?;
        factory_type(&factory).map(DictKind::Default)
    })
}

/// True for a deque.
pub(crate) fn is_deque(object: &Bound<'_, PyAny>) -> bool {
    class("deque").is_some_and(|class| class.is(object.get_type()))
}

fn factory_type(factory: &Bound<'_, PyAny>) -> Result<Type, String> {
    if factory.is_none() {
        return Ok(Type::None);
    }
    if let Some(dispatcher) = class::as_dispatcher(factory) {
        return Ok(Type::Function(dispatcher.key));
    }
    if let Ok(Some(name)) = canonical_names::of(factory) {
        return Ok(Type::Library(name));
    }
    let name = factory.repr().map(|text| text.to_string()).unwrap_or_default();
    Err(format!("a defaultdict with the factory {name}; make it with int, list or another class, or a jitted function"))
}

/// The object of a factory of this type; `Some(None)` for `None`.
fn factory_object(factory: &Type) -> Option<Option<Py<PyAny>>> {
    // SAFETY: the GIL is held wherever codecs are made.
    let py = unsafe { Python::assume_attached() };
    match plain_factory(factory) {
        Type::None => Some(None),
        Type::Function(key) => registry::dispatcher(py, *key).map(|object| Some(object.unbind())),
        Type::Library(name) => {
            let (module, name) = name.rsplit_once('.')?;
            Some(Some(py.import(module).ok()?.getattr(name).ok()?.unbind()))
        }
        _ => None,
    }
}

impl Collection {
    /// The class of this kind; `None` if its factory has no object.
    pub(super) fn new(kind: &DictKind) -> Option<Collection> {
        let factory = match kind {
            DictKind::Default(factory) => factory_object(factory)?,
            DictKind::Plain | DictKind::Counter | DictKind::Ordered => None,
        };
        Some(Collection { class: class(kind.class_name())?, factory, is_ordered: *kind == DictKind::Ordered })
    }

    /// Calls `visit` on each object that it keeps alive.
    pub(super) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        visit(self.class.as_ptr());
        self.factory.iter().for_each(|factory| visit(factory.as_ptr()));
    }

    /// The class.
    pub(super) fn class(&self) -> *mut ffi::PyTypeObject {
        self.class.as_ptr().cast()
    }

    fn has_factory_of(&self, object: &Bound<'_, PyAny>) -> bool {
        match (object.getattr_opt("default_factory"), &self.factory) {
            (Ok(Some(own)), Some(factory)) => own.is(factory),
            (Ok(Some(own)), None) => own.is_none(),
            (Ok(None), None) => true,
            _ => false,
        }
    }

    /// Fills a new dict from an object of the class.
    ///
    /// # Safety
    /// As for `Codec::unbox`.
    pub(super) unsafe fn fill(
        &self,
        key: &Element,
        value: &Element,
        object: *mut ffi::PyObject,
        made: *mut Header,
    ) -> Outcome {
        // SAFETY: the caller's promise.
        let own = unsafe { Bound::from_borrowed_ptr(Python::assume_attached(), object) };
        if !self.has_factory_of(&own) {
            return Outcome::Differs;
        }
        if !self.is_ordered {
            // SAFETY: the caller's promise; the class derives from `dict`.
            return unsafe { fill_dict(key, value, object, made) };
        }
        // Its order is its own, not that of the dict that it derives from.
        let pairs = own.call_method0("items").and_then(|items| items.try_iter()?.collect::<PyResult<Vec<_>>>());
        let Ok(pairs) = pairs else { return Outcome::Differs };
        for pair in pairs {
            let Ok((own_key, own_value)) = pair.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>() else {
                return Outcome::Differs;
            };
            // SAFETY: the objects are alive; the rest is the caller's promise.
            let outcome = unsafe { add_entry(key, value, (own_key.as_ptr(), own_value.as_ptr()), made) };
            if outcome != Outcome::Fits {
                return outcome;
            }
        }
        Outcome::Fits
    }

    /// A new object with the entries of a dict, or null with a Python exception.
    ///
    /// # Safety
    /// As for `Codec::make`.
    pub(super) unsafe fn make(&self, key: &Element, value: &Element, header: *mut Header) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise.
        let py = unsafe { Python::assume_attached() };
        let made = match &self.factory {
            Some(factory) => self.class.bind(py).call1((factory,)),
            None => self.class.bind(py).call0(),
        };
        match made {
            Err(error) => {
                error.restore(py);
                std::ptr::null_mut()
            }
            // SAFETY: the caller's promise; the object is new.
            Ok(made) => match unsafe { making::fill_dict(key, value, header, made.as_ptr(), ffi::PyObject_SetItem) } {
                0 => made.into_ptr(),
                _ => std::ptr::null_mut(),
            },
        }
    }

    /// Gives an object the entries of its dict; -1 with a Python exception.
    ///
    /// # Safety
    /// As for `write_back`.
    pub(super) unsafe fn write_back(
        &self,
        key: &Element,
        value: &Element,
        header: *mut Header,
        object: *mut ffi::PyObject,
    ) -> i32 {
        // SAFETY: the caller's promise.
        unsafe {
            let py = Python::assume_attached();
            match Bound::from_borrowed_ptr(py, object).call_method0("clear") {
                Ok(_) => making::fill_dict(key, value, header, object, ffi::PyObject_SetItem),
                Err(error) => failed(error),
            }
        }
    }
}

fn failed(error: PyErr) -> i32 {
    // SAFETY: objects are made and changed with the GIL.
    error.restore(unsafe { Python::assume_attached() });
    -1
}

/// Fills a new deque from an object.
///
/// # Safety
/// As for `Codec::unbox`; the object is a deque, which nobody changes meanwhile.
pub(super) unsafe fn fill_deque(item: &Element, object: *mut ffi::PyObject, made: *mut Header) -> Outcome {
    // SAFETY: the caller's promise; there is room for each item when it is written.
    unsafe {
        let own = Bound::from_borrowed_ptr(Python::assume_attached(), object);
        let limit = own.getattr("maxlen").and_then(|limit| limit.extract::<Option<i64>>());
        let (Ok(limit), Ok(items)) = (limit, own.try_iter()) else { return Outcome::Differs };
        (*made.cast::<Deque>()).limit = limit.unwrap_or(-1);
        let mut slots = [0; MOST_SLOTS];
        for (position, object) in items.enumerate() {
            let Ok(object) = object else { return Outcome::Differs };
            if list::reserve(made, position as i64 + 1) != 0 {
                return no_memory();
            }
            let outcome = item.unbox(object.as_ptr(), &mut slots);
            if outcome != Outcome::Fits {
                return outcome;
            }
            item.store(&slots, (*made).item(position));
            (*made).fields.length = position as i64 + 1;
        }
        Outcome::Fits
    }
}

/// The objects of a deque's items.
unsafe fn items_of(item: &Element, header: *mut Header) -> PyResult<Vec<Py<PyAny>>> {
    // SAFETY: the callers' promise: a deque is there, and its items' objects are made with the GIL.
    unsafe {
        let py = Python::assume_attached();
        let made = (0..(*header).length())
            .map(|position| Bound::from_owned_ptr_or_err(py, item.make((*header).item(position))).map(Bound::unbind));
        made.collect()
    }
}

/// A new deque object, or null with a Python exception.
///
/// # Safety
/// As for `Codec::make`.
pub(super) unsafe fn make_deque(item: &Element, class: *mut ffi::PyObject, header: *mut Header) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    let made = unsafe {
        let limit = (*header.cast::<Deque>()).limit;
        let class = Bound::from_borrowed_ptr(Python::assume_attached(), class);
        items_of(item, header).and_then(|items| class.call1((items, (limit >= 0).then_some(limit))))
    };
    match made {
        Ok(made) => made.into_ptr(),
        Err(error) => {
            failed(error);
            std::ptr::null_mut()
        }
    }
}

/// Gives a deque object the items of its deque; -1 with a Python exception.
///
/// # Safety
/// As for `write_back`.
pub(super) unsafe fn write_deque(item: &Element, header: *mut Header, object: *mut ffi::PyObject) -> i32 {
    // SAFETY: the caller's promise.
    let written = unsafe {
        let own = Bound::from_borrowed_ptr(Python::assume_attached(), object);
        items_of(item, header).and_then(|items| {
            own.call_method0("clear")?;
            own.call_method1("extend", (items,))
        })
    };
    written.map_or_else(failed, |_| 0)
}
