//! Results: machine values in slots become Python objects.

use std::ffi::c_void;
use std::rc::Rc;
use std::sync::Arc;

use pyo3::exceptions::PyReferenceError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::hir::Defaults;
use upshift_core::runtime::memory::{self, Contents, Header};
use upshift_core::runtime::strings::Text;
use upshift_core::typing::records::RecordId;
use upshift_core::typing::{ArrayType, ClosureType, DType, FunctionKey, Type};

use crate::attached::attached;
use crate::containers::Codec;
use crate::containers::typed::Wrapping;
use crate::enumerations::Members;
use crate::generators::{self, Resumption};
use crate::partials::PartialBoxing;
use crate::{
    block, buffers, canonical_names, classes, closures, convert, exception_classes, numpy, objects, records, registry,
    strings, times,
};

/// How a result is made of its slots.
pub(crate) enum Boxing {
    None,
    Ellipsis,
    Bool,
    Int,
    Float,
    Complex,
    Scalar(DType),
    Array(ArrayType),
    /// A scalar of a structured dtype.
    Record(RecordId, bool),
    Tuple(Box<[Boxing]>),
    /// A dict of what `**kwargs` holds.
    Keywords(Box<[(Box<str>, Boxing)]>),
    /// A named tuple of this class.
    Named(Py<PyAny>, Box<[Boxing]>),
    /// A member of an enumeration.
    Member(Box<Members>),
    /// A string, known since compiling.
    Str(Box<str>),
    String,
    Bytes,
    /// A bytearray, a memoryview or an `array.array`.
    Buffer,
    Slice(Box<[Boxing; 3]>),
    Range,
    /// A jitted function, by its key in a slot.
    OneOf,
    /// This jitted function.
    Function(FunctionKey),
    /// A list, dict or set.
    Container(Box<Codec>),
    /// A container inside of another one that Python code shares.
    Typed(Wrapping),
    /// An exception of any class, or another object of Python's.
    Object,
    /// An exception of the class of this name.
    Exception(Box<str>, Box<[Boxing]>),
    /// A Python object by its address.
    Borrowed,
    /// The class of this name.
    ExceptionClass(Box<str>),
    /// A class, by its number.
    AnyExceptionClass,
    /// A generator.
    Generator(Rc<Resumption>),
    /// A closure of so many slots.
    Closure(Arc<ClosureType>, usize),
    /// A `functools.partial`.
    Partial(Box<PartialBoxing>),
    /// A function that the library knows.
    Known(Py<PyAny>),
    /// `None` or a value of so many slots.
    Optional(Box<Boxing>, usize),
    /// A result that a signature declares to have another type.
    Converted(Box<(Boxing, Type)>),
}

impl Boxing {
    /// The way for this type; `None` if Python has no form for its values.
    pub(crate) fn new(ty: &Type) -> Option<Boxing> {
        Some(match ty {
            Type::None | Type::Never => Boxing::None,
            Type::Ellipsis => Boxing::Ellipsis,
            Type::Bool => Boxing::Bool,
            Type::Int => Boxing::Int,
            Type::Float => Boxing::Float,
            Type::Complex => Boxing::Complex,
            Type::Scalar(dtype) => Boxing::Scalar(*dtype),
            Type::Array(array) => Boxing::Array(*array),
            Type::Record(id, is_writable) => Boxing::Record(*id, *is_writable),
            Type::Tuple(items) => {
                let parts = items.iter().map(Boxing::new).collect::<Option<_>>()?;
                match &items.class {
                    None => Boxing::Tuple(parts),
                    // SAFETY: the GIL is held wherever results are described.
                    Some(class) => Boxing::Named(
                        classes::object(unsafe { Python::assume_attached() }, class.key)?.into_any().unbind(),
                        parts,
                    ),
                }
            }
            // SAFETY: as above.
            Type::Member(class) => Boxing::Member(Box::new(Members::new(unsafe { Python::assume_attached() }, class)?)),
            Type::Keywords(items) => {
                let named = items.iter().map(|(name, ty)| Some(((**name).into(), Boxing::new(ty)?)));
                Boxing::Keywords(named.collect::<Option<_>>()?)
            }
            Type::Str(text) => Boxing::Str((**text).into()),
            Type::String => Boxing::String,
            Type::Bytes => Boxing::Bytes,
            Type::Buffer(_) => Boxing::Buffer,
            Type::Slice(parts) => {
                Boxing::Slice(Box::new([Boxing::new(&parts[0])?, Boxing::new(&parts[1])?, Boxing::new(&parts[2])?]))
            }
            Type::Range(_) => Boxing::Range,
            Type::Function(key) => Boxing::Function(*key),
            Type::OneOf(_) => Boxing::OneOf,
            Type::Closure(closure) => closures::has_form(closure)
                .then(|| Boxing::Closure(closure.clone(), upshift_core::lower::machine_types(ty).len()))?,
            Type::Partial(types) => Boxing::Partial(Box::new(PartialBoxing::new(types)?)),
            Type::Library(_) => {
                // SAFETY: as above.
                let py = unsafe { Python::assume_attached() };
                Boxing::Known(canonical_names::object_of(py, ty)?.unbind())
            }
            Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_) | Type::Instance(_) => {
                Boxing::Container(Box::new(Codec::new(ty)?))
            }
            Type::AnyException | Type::Object => Boxing::Object,
            Type::Random => Boxing::Borrowed,
            Type::AnyExceptionClass => Boxing::AnyExceptionClass,
            Type::ExceptionClass(name) => Boxing::ExceptionClass((**name).into()),
            Type::Exception(exception) => {
                Boxing::Exception((*exception.0).into(), exception.1.iter().map(Boxing::new).collect::<Option<_>>()?)
            }
            Type::Optional(inner) => {
                Boxing::Optional(Box::new(Boxing::new(inner)?), upshift_core::lower::machine_types(inner).len())
            }
            Type::Generator(generator) => Boxing::Generator(Resumption::new(generator)?),
            Type::Unknown(_)
            | Type::Iterator(_)
            | Type::Module(_)
            | Type::Class(_)
            | Type::Cell(_)
            | Type::Foreign(_)
            | Type::Method(_)
            | Type::DTypeClass(_)
            | Type::TypeObject(_)
            | Type::Iterable(_) => return None,
        })
    }

    /// The way for results of the functions of `upshift.typed`: a list is a plain one, and containers in what it holds,
    /// or in a tuple, are typed ones, which share what they hold with the container that they were read from.
    pub(crate) fn for_typed(ty: &Type) -> Option<Boxing> {
        match ty {
            Type::List(_) => Some(Boxing::Container(Box::new(Codec::with_typed_items(ty)?))),
            ty => Boxing::inside_typed(ty),
        }
    }

    /// The same of what such a container holds.
    pub(crate) fn inside_typed(ty: &Type) -> Option<Boxing> {
        match ty {
            Type::Tuple(items) if items.class.is_none() => {
                Some(Boxing::Tuple(items.iter().map(Boxing::inside_typed).collect::<Option<_>>()?))
            }
            Type::Optional(inner) => {
                let count = upshift_core::lower::machine_types(inner).len();
                Some(Boxing::Optional(Box::new(Boxing::inside_typed(inner)?), count))
            }
            ty if ty.is_container() => Some(Boxing::Typed(Wrapping::new(ty)?)),
            ty => Boxing::new(ty),
        }
    }

    /// Calls `visit` on each object that it keeps alive.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        match self {
            Boxing::Named(class, items) => {
                visit(class.as_ptr());
                items.iter().for_each(|item| item.for_each_object(visit));
            }
            Boxing::Tuple(items) => items.iter().for_each(|item| item.for_each_object(visit)),
            Boxing::Container(codec) => codec.for_each_object(visit),
            Boxing::Typed(wrapping) => wrapping.for_each_object(visit),
            Boxing::Optional(inner, _) => inner.for_each_object(visit),
            Boxing::Converted(parts) => parts.0.for_each_object(visit),
            Boxing::Member(members) => visit(members.class()),
            Boxing::Partial(partial) => partial.for_each_object(visit),
            Boxing::Known(object) => visit(object.as_ptr()),
            _ => {}
        }
    }

    /// A new reference to the result, or null with a Python exception. Advances `slots` behind it.
    ///
    /// # Safety
    /// The GIL is held; the slots hold a value of this type, whose references are handed over.
    #[inline(always)]
    pub(crate) unsafe fn make(&self, slots: &mut *const u64) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise.
        unsafe {
            if let Boxing::Int = self {
                ffi::PyLong_FromLongLong(next(slots) as i64)
            } else if let Boxing::Float = self {
                ffi::PyFloat_FromDouble(f64::from_bits(next(slots)))
            } else if let Boxing::Scalar(dtype @ (DType::Float64 | DType::Int64)) = self {
                numpy::get().new_scalar(*dtype, [next(slots), 0])
            } else {
                self.make_other(slots)
            }
        }
    }

    /// # Safety
    /// As for `make`.
    #[inline(never)]
    unsafe fn make_other(&self, slots: &mut *const u64) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise.
        unsafe {
            match self {
                Boxing::Int | Boxing::Float => self.make(slots),
                Boxing::Bool => ffi::PyBool_FromLong((next(slots) as u8).into()),
                Boxing::None => ffi::Py_NewRef(ffi::Py_None()),
                Boxing::Ellipsis => ffi::Py_NewRef(ffi::Py_Ellipsis()),
                Boxing::Complex => {
                    let real = f64::from_bits(next(slots));
                    ffi::PyComplex_FromDoubles(real, f64::from_bits(next(slots)))
                }
                Boxing::Scalar(DType::Complex64) => {
                    let real = next(slots) & 0xffff_ffff;
                    numpy::get().new_scalar(DType::Complex64, [real | next(slots) << 32, 0])
                }
                Boxing::Scalar(DType::Complex128) => {
                    let real = next(slots);
                    numpy::get().new_scalar(DType::Complex128, [real, next(slots)])
                }
                Boxing::Scalar(DType::Time(time)) => times::make_scalar(*time, next(slots)),
                Boxing::Scalar(dtype) => numpy::get().new_scalar(*dtype, [next(slots), 0]),
                Boxing::Array(ty) => make_array(ty, slots),
                Boxing::Record(id, is_writable) => {
                    let header = next(slots) as *mut Header;
                    records::make_scalar(*id, *is_writable, header, next(slots) as *mut c_void)
                }
                Boxing::Tuple(items) => fill_tuple(ffi::PyTuple_New(items.len() as isize), items, slots),
                Boxing::Named(class, items) => make_named(class.as_ptr().cast(), items, slots),
                Boxing::Member(members) => members.object_of(next(slots) as i64),
                Boxing::Keywords(items) => make_keywords(items, slots),
                Boxing::Str(text) => ffi::PyUnicode_FromStringAndSize(text.as_ptr().cast(), text.len() as isize),
                Boxing::String => strings::take_string(next(slots) as *mut Text),
                Boxing::Bytes => strings::take_bytes(next(slots) as *mut Text),
                Boxing::Buffer => buffers::take(next(slots) as *mut Header),
                Boxing::Slice(parts) => make_slice(parts, slots),
                Boxing::Range => make_range(slots),
                Boxing::OneOf => one_of(FunctionKey(next(slots))),
                Boxing::Closure(ty, count) => {
                    let own = std::slice::from_raw_parts(*slots, *count);
                    *slots = slots.add(*count);
                    closures::new(ty, own)
                }
                Boxing::Partial(partial) => partial.make(slots),
                Boxing::Known(object) => ffi::Py_NewRef(object.as_ptr()),
                Boxing::Function(key) => jitted(*key),
                Boxing::Borrowed => ffi::Py_NewRef(next(slots) as *mut ffi::PyObject),
                Boxing::Object => objects::take(next(slots) as *mut Header),
                Boxing::Exception(class, arguments) => make_exception(class, arguments, slots),
                Boxing::ExceptionClass(name) => attached(|py| exception_classes::class(py, name).into_ptr()),
                Boxing::AnyExceptionClass => {
                    let number = next(slots) as i64;
                    attached(|py| exception_classes::class_of_id(py, number).into_ptr())
                }
                Boxing::Generator(resumption) => generators::new(resumption, next(slots) as *mut Header),
                Boxing::Container(codec) => codec.make(next(slots) as *mut Header),
                Boxing::Typed(wrapping) => wrapping.make(next(slots) as *mut Header),
                Boxing::Optional(inner, count) => {
                    if next(slots) as u8 != 0 {
                        return inner.make(slots);
                    }
                    *slots = slots.add(*count);
                    ffi::Py_NewRef(ffi::Py_None())
                }
                Boxing::Converted(parts) => convert::result(parts.0.make(slots), &parts.1),
            }
        }
    }
}

#[inline(always)]
unsafe fn next(slots: &mut *const u64) -> u64 {
    // SAFETY: the callers' promise: the buffer holds a value of the type that is being made.
    unsafe {
        let value = **slots;
        *slots = slots.add(1);
        value
    }
}

/// A jitted function, or an inner one that captures nothing.
unsafe fn one_of(key: FunctionKey) -> *mut ffi::PyObject {
    // SAFETY: results are made with the GIL.
    unsafe {
        if !key.is_inner() {
            return jitted(key);
        }
        closures::new(&Arc::new(ClosureType { key, captures: Vec::new(), defaults: Defaults::None }), &[])
    }
}

/// A jitted function; whoever made it a value keeps it alive for the call.
unsafe fn jitted(key: FunctionKey) -> *mut ffi::PyObject {
    // SAFETY: results are made with the GIL.
    let py = unsafe { Python::assume_attached() };
    match registry::dispatcher(py, key) {
        Some(dispatcher) => dispatcher.into_ptr(),
        None => {
            PyReferenceError::new_err("the function is gone").restore(py);
            std::ptr::null_mut()
        }
    }
}

/// All values are made, whatever fails, so that their references are taken over.
unsafe fn make_keywords(items: &[(Box<str>, Boxing)], slots: &mut *const u64) -> *mut ffi::PyObject {
    // SAFETY: the callers' promise.
    unsafe {
        let dict = ffi::PyDict_New();
        let mut is_made = !dict.is_null();
        for (name, boxing) in items {
            let value = boxing.make(slots);
            let key = ffi::PyUnicode_FromStringAndSize(name.as_ptr().cast(), name.len() as isize);
            is_made &= !value.is_null() && !key.is_null();
            is_made = is_made && ffi::PyDict_SetItem(dict, key, value) == 0;
            ffi::Py_XDECREF(key);
            ffi::Py_XDECREF(value);
        }
        if !is_made {
            ffi::Py_XDECREF(dict);
            return std::ptr::null_mut();
        }
        dict
    }
}

/// An argument that comes back unchanged is the same object; other memory of an argument becomes a view of it.
unsafe fn make_array(ty: &ArrayType, slots: &mut *const u64) -> *mut ffi::PyObject {
    let ndim = usize::from(ty.ndim);
    // SAFETY: an array is its header, its first element, then lengths and strides, `ndim` each (`lower::repr`); the
    // header carries a reference for us, or leads to a Python object that the caller of the function holds.
    unsafe {
        let header = next(slots) as *mut Header;
        let data = next(slots) as *mut c_void;
        let shape = slots.cast::<ffi::Py_ssize_t>();
        let strides = shape.add(ndim);
        *slots = slots.add(2 * ndim);
        let object = (*header).object.cast::<ffi::PyObject>();
        if object.is_null() {
            let base = block::new(header);
            if base.is_null() {
                return base;
            }
            return numpy::get().new_array(ty, data, shape, strides, base);
        }
        let made = if is_same(ty, data, shape, strides, object) {
            ffi::Py_NewRef(object)
        } else if (*header).contents == Contents::LENT {
            // The view keeps the object's memory where it is.
            let base = ffi::PyMemoryView_FromObject(object);
            if base.is_null() { base } else { numpy::get().new_array(ty, data, shape, strides, base) }
        } else {
            numpy::get().new_array(ty, data, shape, strides, ffi::Py_NewRef(object))
        };
        // Not the last of an argument's own header; perhaps that of one which a container made.
        memory::release(header);
        made
    }
}

unsafe fn is_same(
    ty: &ArrayType,
    data: *mut c_void,
    shape: *const ffi::Py_ssize_t,
    strides: *const ffi::Py_ssize_t,
    object: *mut ffi::PyObject,
) -> bool {
    let Some(fields) = numpy::get().any_array_fields(object) else { return false };
    let ndim = usize::from(ty.ndim);
    // SAFETY: both arrays have `ndim` lengths and strides where the comparison comes to read them.
    unsafe {
        fields.data == data
            && fields.ndim as usize == ndim
            && (*fields.descr).is(ty.dtype)
            && (0..ndim).all(|axis| {
                *fields.shape.add(axis) == *shape.add(axis) && *fields.strides.add(axis) == *strides.add(axis)
            })
    }
}

unsafe fn make_named(class: *mut ffi::PyTypeObject, items: &[Boxing], slots: &mut *const u64) -> *mut ffi::PyObject {
    // SAFETY: the GIL is held; the class is one of tuples, whose allocation `tuple.__new__` uses too.
    unsafe {
        let allocate = (*class).tp_alloc.unwrap_or(ffi::PyType_GenericAlloc);
        fill_tuple(allocate(class, items.len() as isize), items, slots)
    }
}

unsafe fn fill_tuple(tuple: *mut ffi::PyObject, items: &[Boxing], slots: &mut *const u64) -> *mut ffi::PyObject {
    // SAFETY: the GIL is held; a fresh tuple is filled before anyone sees it.
    unsafe {
        if tuple.is_null() {
            return tuple;
        }
        for (position, item) in items.iter().enumerate() {
            let object = item.make(slots);
            if object.is_null() {
                ffi::Py_DECREF(tuple);
                return object;
            }
            ffi::PyTuple_SET_ITEM(tuple, position as isize, object);
        }
        tuple
    }
}

unsafe fn make_exception(class: &str, arguments: &[Boxing], slots: &mut *const u64) -> *mut ffi::PyObject {
    // SAFETY: as for `make`; the class is called with a tuple of the arguments.
    unsafe {
        let arguments = fill_tuple(ffi::PyTuple_New(arguments.len() as isize), arguments, slots);
        if arguments.is_null() {
            return arguments;
        }
        let class = attached(|py| exception_classes::class(py, class).into_ptr());
        let made = ffi::PyObject_CallObject(class, arguments);
        ffi::Py_DECREF(class);
        ffi::Py_DECREF(arguments);
        made
    }
}

unsafe fn make_slice(parts: &[Boxing; 3], slots: &mut *const u64) -> *mut ffi::PyObject {
    // SAFETY: the GIL is held; `PySlice_New` accepts null for a part that could not be made, which only an
    // exhausted memory causes and which then fails as a whole.
    unsafe {
        let parts = parts.each_ref().map(|part| part.make(slots));
        let slice = ffi::PySlice_New(parts[0], parts[1], parts[2]);
        parts.into_iter().for_each(|part| ffi::Py_XDECREF(part));
        slice
    }
}

unsafe fn make_range(slots: &mut *const u64) -> *mut ffi::PyObject {
    // SAFETY: the GIL is held; three numbers stand in the slots.
    unsafe {
        let (start, stop, step) = (next(slots) as i64, next(slots) as i64, next(slots) as i64);
        let class = (&raw mut ffi::PyRange_Type).cast();
        ffi::PyObject_CallFunction(class, c"LLL".as_ptr(), start, stop, step)
    }
}
