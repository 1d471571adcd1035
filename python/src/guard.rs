//! Arguments: is this object of the type that code was compiled for, and if so, its machine values into slots.
//!
//! One pass does both. A guard compares the exact class first; subclasses never match.

use std::ffi::{c_char, c_int};
use std::sync::Arc;

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::memory::Header;
use upshift_core::typing::records::RecordId;
use upshift_core::typing::{ArrayType, BufferType, ClosureType, DType, FunctionKey, GeneratorType, Layout, Type};

use crate::binding::has_names;
use crate::class::dispatcher_class;
use crate::classes;
use crate::containers::{Codec, typed};
use crate::dispatcher::Dispatcher;
use crate::enumerations::Members;
use crate::integers::{small_int, unbox_large_int};
use crate::numpy::{self, ALIGNED, ArrayFields, C_CONTIGUOUS, DescrFields, F_CONTIGUOUS, ScalarFields, WRITEABLE};
use crate::partials::PartialGuard;
use crate::records::{self, VoidFields};
use crate::{buffers, canonical_names, closures, generators, keeping, partials, strings, times};

/// What an argument must be.
pub(crate) struct Guard {
    class: *mut ffi::PyTypeObject,
    expected: Expected,
}

enum Expected {
    Int,
    Float,
    Bool,
    Complex,
    /// `None`, `...`: the class decides and there are no slots.
    Nothing,
    /// The object itself, which the caller holds.
    Borrowed,
    Scalar(DType),
    Array {
        dtype: DType,
        /// NumPy's own object for it.
        descr: *mut DescrFields,
        ndim: c_int,
        /// Flags that are looked at, and what they must be.
        mask: c_int,
        flags: c_int,
    },
    /// A scalar of a structured dtype, writable or not.
    Record(RecordId, bool),
    String,
    Bytes,
    /// A bytearray, a memoryview or an `array.array`.
    Buffer(BufferType),
    Tuple(Box<[Guard]>),
    /// What `binding` makes of `**kwargs`, with these names.
    Keywords(Box<[Box<str>]>, Box<[Guard]>),
    /// A named tuple of this class.
    Named(Py<PyAny>, Box<[Guard]>),
    Slice(Box<[Guard; 3]>),
    /// A list, dict or set.
    Container(Box<Codec>),
    /// A generator, and whether it may change what Python sees.
    Generator(Arc<GeneratorType>, bool),
    /// A closure of compiled code.
    Closure(Arc<ClosureType>),
    /// A `functools.partial`.
    Partial(Box<PartialGuard>),
    /// A typed container, by the number of its type.
    Typed(usize),
    /// A member of this enumeration.
    Member(Box<Members>),
    /// `None` or what the guard takes.
    Optional(Box<Guard>, usize),
    /// This jitted function. It is not kept alive: no other one ever has its key.
    Function(FunctionKey),
    /// One of these functions: jitted ones, and closures that capture nothing.
    OneOf(Box<[FunctionKey]>),
    Range,
    /// This very object: a class, a dtype.
    Identity(Py<PyAny>),
}

/// What came of an argument.
#[derive(PartialEq, Eq, Clone, Copy)]
pub(crate) enum Outcome {
    Fits,
    Differs,
    /// It fits and has no machine value: a Python exception is set.
    Raised,
}

/// Where the next values go.
pub(crate) struct Target {
    pub(crate) slots: *mut u64,
    pub(crate) headers: *mut Header,
}

impl Guard {
    /// The guard for `ty`. `sample` is an argument that has this type: it decides between classes with one dtype,
    /// and is the one object that a type such as a jitted function's stands for. Without a sample the type was
    /// declared in a signature, and arrays may be less than they could be: any layout for `A`, writable for readonly.
    /// `None` if values of the type do not come from Python.
    pub(crate) fn new(ty: &Type, sample: Option<&Bound<'_, PyAny>>) -> Option<Guard> {
        let class = |class: *mut ffi::PyTypeObject, expected| Some(Guard { class, expected });
        match ty {
            Type::Int => class(&raw mut ffi::PyLong_Type, Expected::Int),
            Type::Float => class(&raw mut ffi::PyFloat_Type, Expected::Float),
            Type::Bool => class(&raw mut ffi::PyBool_Type, Expected::Bool),
            Type::Complex => class(&raw mut ffi::PyComplex_Type, Expected::Complex),
            // SAFETY: the two objects are immortal.
            Type::None => class(unsafe { ffi::Py_TYPE(ffi::Py_None()) }, Expected::Nothing),
            // SAFETY: as above.
            Type::Ellipsis => class(unsafe { ffi::Py_TYPE(ffi::Py_Ellipsis()) }, Expected::Nothing),
            Type::Scalar(dtype) => {
                let known = sample.map(|sample| sample.get_type_ptr());
                class(known.unwrap_or_else(|| numpy::get().scalar_class(*dtype)), Expected::Scalar(*dtype))
            }
            Type::Array(array) => {
                // SAFETY: the GIL is held wherever guards are made.
                let recarray = records::is_recarray(array.dtype)
                    .then(|| records::recarray_class(unsafe { Python::assume_attached() }));
                let known = recarray.flatten().unwrap_or(numpy::get().array_type);
                class(known, Expected::array(array, sample.is_none()))
            }
            Type::Record(id, is_writable) => {
                // SAFETY: a dtype object has its class as long as it lives.
                let known = unsafe { (*records::descr(*id)).class };
                class(known, Expected::Record(*id, *is_writable))
            }
            Type::Tuple(items) => {
                let guards = items.iter().enumerate().map(|(position, item)| {
                    let sample = sample.and_then(|sample| sample.get_item(position).ok());
                    Guard::new(item, sample.as_ref())
                });
                let guards = guards.collect::<Option<_>>()?;
                match &items.class {
                    None => class(&raw mut ffi::PyTuple_Type, Expected::Tuple(guards)),
                    Some(known) => {
                        // SAFETY: the GIL is held wherever guards are made.
                        let object = classes::object(unsafe { Python::assume_attached() }, known.key)?;
                        class(object.as_ptr().cast(), Expected::Named(object.into_any().unbind(), guards))
                    }
                }
            }
            Type::Keywords(items) => {
                let names = items.iter().map(|(name, _)| (**name).into()).collect();
                let guards = items.iter().enumerate().map(|(position, (_, item))| {
                    let sample = sample.and_then(|sample| sample.get_item(position).ok());
                    Guard::new(item, sample.as_ref())
                });
                let guards = guards.collect::<Option<_>>()?;
                class(&raw mut ffi::PyTuple_Type, Expected::Keywords(names, guards))
            }
            Type::Slice(parts) => {
                let part = |position: usize| Guard::new(&parts[position], None);
                class(&raw mut ffi::PySlice_Type, Expected::Slice(Box::new([part(0)?, part(1)?, part(2)?])))
            }
            Type::Member(known) => {
                // SAFETY: the GIL is held wherever guards are made.
                let members = Members::new(unsafe { Python::assume_attached() }, known)?;
                class(members.class().cast(), Expected::Member(Box::new(members)))
            }
            Type::Function(key) => class(dispatcher_class(), Expected::Function(*key)),
            // Their classes differ.
            Type::OneOf(keys) => class(std::ptr::null_mut(), Expected::OneOf(keys.iter().copied().collect())),
            Type::Closure(closure) => {
                closures::has_form(closure).then(|| class(closures::class(), Expected::Closure(closure.clone())))?
            }
            Type::Partial(types) => {
                // SAFETY: the GIL is held wherever guards are made.
                let known = partials::class(unsafe { Python::assume_attached() }).ok()?;
                let guard = PartialGuard::new(types, sample)?;
                class(known.as_ptr().cast(), Expected::Partial(Box::new(guard)))
            }
            Type::Library(_) | Type::ExceptionClass(_) => {
                // SAFETY: as above.
                let known = canonical_names::object_of(unsafe { Python::assume_attached() }, ty)?;
                class(known.get_type_ptr(), Expected::Identity(known.unbind()))
            }
            Type::Range(_) => class(&raw mut ffi::PyRange_Type, Expected::Range),
            Type::DTypeClass(_) | Type::Module(_) | Type::Class(_) | Type::Foreign(_) => {
                let sample = sample?;
                class(sample.get_type_ptr(), Expected::Identity(sample.clone().unbind()))
            }
            Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_) | Type::Instance(_) => {
                if let Some((sample, number)) = sample.and_then(|sample| Some((sample, typed::type_number(sample)?))) {
                    return class(sample.get_type_ptr(), Expected::Typed(number));
                }
                let codec = Codec::new(ty)?;
                class(codec.class(), Expected::Container(Box::new(codec)))
            }
            // Its class is that of the value, and `None` is asked for first.
            Type::Optional(inner) => {
                let inner_guard = Guard::new(inner, None)?;
                let count = upshift_core::lower::machine_types(inner).len();
                class(std::ptr::null_mut(), Expected::Optional(Box::new(inner_guard), count))
            }
            Type::Generator(generator) => {
                let may_change = generator.arguments.iter().any(keeping::may_change);
                class(generators::class(), Expected::Generator(generator.clone(), may_change))
            }
            Type::String => class(&raw mut ffi::PyUnicode_Type, Expected::String),
            Type::Bytes => class(&raw mut ffi::PyBytes_Type, Expected::Bytes),
            Type::Buffer(buffer) => class(buffers::class(buffer.kind)?, Expected::Buffer(*buffer)),
            Type::Random => class(sample?.get_type_ptr(), Expected::Borrowed),
            Type::Str(_)
            | Type::TypeObject(_)
            | Type::Unknown(_)
            | Type::Iterator(_)
            | Type::Method(_)
            | Type::Exception(_)
            | Type::AnyException
            | Type::AnyExceptionClass
            | Type::Object
            | Type::Cell(_)
            | Type::Never
            | Type::Iterable(_) => None,
        }
    }

    /// How many array headers the argument needs.
    pub(crate) fn header_count(&self) -> usize {
        match &self.expected {
            Expected::Array { .. } | Expected::Record(..) | Expected::String | Expected::Bytes => 1,
            Expected::Tuple(items) | Expected::Named(_, items) | Expected::Keywords(_, items) => {
                items.iter().map(Guard::header_count).sum()
            }
            Expected::Optional(inner, _) => inner.header_count(),
            Expected::Partial(partial) => partial.guards().map(Guard::header_count).sum(),
            _ => 0,
        }
    }

    /// True if something may be in the argument that is converted, a list, dict, set or buffer, or what may change one.
    pub(crate) fn has_containers(&self) -> bool {
        self.has(&|own| match own {
            Expected::Container(_) | Expected::Buffer(_) => true,
            Expected::Generator(_, may_change) => *may_change,
            Expected::Closure(closure) => closure.captures.iter().any(keeping::may_change),
            Expected::Partial(partial) => partial.guards().any(Guard::has_containers),
            _ => false,
        })
    }

    /// True if what is put into the argument stays there after the call, and may be another argument.
    pub(crate) fn is_lasting(&self) -> bool {
        self.has(&|own| matches!(own, Expected::Typed(number) if typed::holds_references(*number)))
    }

    fn has(&self, is_it: &impl Fn(&Expected) -> bool) -> bool {
        match &self.expected {
            Expected::Tuple(items) | Expected::Named(_, items) | Expected::Keywords(_, items) => {
                items.iter().any(|item| item.has(is_it))
            }
            Expected::Optional(inner, _) => inner.has(is_it),
            own => is_it(own),
        }
    }

    /// Calls `visit` on each object that guards keep alive.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        match &self.expected {
            Expected::Identity(object) => visit(object.as_ptr()),
            Expected::Member(members) => visit(members.class()),
            Expected::Tuple(items) | Expected::Keywords(_, items) => {
                items.iter().for_each(|item| item.for_each_object(visit));
            }
            Expected::Named(class, items) => {
                visit(class.as_ptr());
                items.iter().for_each(|item| item.for_each_object(visit));
            }
            Expected::Optional(inner, _) => inner.for_each_object(visit),
            Expected::Container(codec) => codec.for_each_object(visit),
            Expected::Partial(partial) => partial.guards().for_each(|guard| guard.for_each_object(visit)),
            _ => {}
        }
    }

    /// Compares, and stores the machine values.
    ///
    /// # Safety
    /// The GIL is held; `object` is live and stays so while its values are in use; the target has room for them.
    #[inline(always)]
    pub(crate) unsafe fn unbox(&self, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
        // SAFETY: the caller's promise; the class says which fields the object has.
        unsafe {
            if ffi::Py_TYPE(object) != self.class {
                return self.unbox_other_class(object, target);
            }
            // A chain of comparisons for what most calls have; a jump table costs them more.
            if let Expected::Int = &self.expected {
                let Some(value) = small_int(object) else {
                    return aside(target, |target| unbox_large_int(object, target));
                };
                target.push(value as u64);
            } else if let Expected::Float = &self.expected {
                target.push((*object.cast::<ffi::PyFloatObject>()).ob_fval.to_bits());
            } else if let Expected::Array { dtype, descr, ndim, mask, flags } = &self.expected {
                let fields = &*object.cast::<ArrayFields>();
                // Nearly every array has NumPy's own dtype object; others are looked into.
                let is_of_dtype = fields.descr == *descr || (*fields.descr).is(*dtype);
                if fields.ndim != *ndim || fields.flags & mask != *flags || !is_of_dtype {
                    return Outcome::Differs;
                }
                target.push_array(object, fields);
            } else {
                return aside(target, |target| self.unbox_other(object, target));
            }
            Outcome::Fits
        }
    }

    /// An object of another class than the guard's: only guards of optional values and of several functions have none
    /// of their own.
    ///
    /// # Safety
    /// As for `unbox`.
    #[inline(always)]
    unsafe fn unbox_other_class(&self, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
        if let Expected::OneOf(keys) = &self.expected {
            // SAFETY: the caller's promise.
            return aside(target, |target| unsafe { closures::unbox_one_of(keys, object, target) });
        }
        let Expected::Optional(inner, count) = &self.expected else { return Outcome::Differs };
        // SAFETY: the caller's promise; an optional value has a slot for its presence and those of the value.
        aside(target, |target| unsafe {
            let is_present = object != ffi::Py_None();
            target.push(u64::from(is_present));
            if is_present {
                return inner.unbox_nested(object, target);
            }
            (0..*count).for_each(|_| target.push(0));
            Outcome::Fits
        })
    }

    /// # Safety
    /// As for `unbox`, and the class fits.
    #[inline(never)]
    unsafe fn unbox_other(&self, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
        // SAFETY: the caller's promise; the class says which fields the object has.
        unsafe {
            match &self.expected {
                Expected::Int | Expected::Float | Expected::Array { .. } => return self.unbox(object, target),
                Expected::Bool => target.push(u64::from(object == ffi::Py_True())),
                Expected::Nothing => {}
                Expected::Borrowed => target.push(object as u64),
                Expected::String => {
                    if !strings::lend_string(object, target.headers) {
                        return Outcome::Raised;
                    }
                    target.push_header();
                }
                Expected::Record(id, is_writable) => {
                    let fields = &*object.cast::<VoidFields>();
                    if !records::fits(fields.descr, *id) || (fields.flags & WRITEABLE != 0) != *is_writable {
                        return Outcome::Differs;
                    }
                    Header::write_borrowed(target.headers, object.cast());
                    target.push_header();
                    target.push(fields.data as u64);
                }
                Expected::Bytes => {
                    strings::lend_bytes(object, target.headers);
                    target.push_header();
                }
                Expected::Complex => {
                    let value = (*object.cast::<ffi::PyComplexObject>()).cval;
                    target.push(value.real.to_bits());
                    target.push(value.imag.to_bits());
                }
                Expected::Scalar(dtype) => {
                    if let DType::Time(time) = dtype
                        && times::unit_of(object) != (i32::from(time.base), time.count as i32)
                    {
                        return Outcome::Differs;
                    }
                    target.push_scalar(*dtype, &raw const (*object.cast::<ScalarFields>()).value)
                }
                Expected::Tuple(items) | Expected::Named(_, items) => return unbox_tuple(items, 0, object, target),
                Expected::Keywords(names, items) => {
                    if !has_names(names, object) {
                        return Outcome::Differs;
                    }
                    return unbox_tuple(items, 1, object, target);
                }
                Expected::Container(codec) => return codec.unbox(object, target),
                Expected::Buffer(ty) => return buffers::unbox(object, ty, target),
                Expected::Generator(ty, may_change) => match generators::header_of(object, ty) {
                    Some(header) => {
                        if *may_change {
                            generators::link(object);
                        }
                        target.push(header as u64);
                    }
                    None => return Outcome::Differs,
                },
                Expected::Closure(ty) => {
                    if !closures::unbox(object, ty, target) {
                        return Outcome::Differs;
                    }
                }
                Expected::Partial(partial) => return partial.unbox(object, target),
                Expected::Typed(number) => match typed::header_of(object, *number) {
                    Some(header) => target.push(header as u64),
                    None => return Outcome::Differs,
                },
                Expected::Member(members) => match members.number_of(object) {
                    Some(number) => target.push(number as u64),
                    None => return Outcome::Raised,
                },
                Expected::Optional(..) => return Outcome::Differs,
                Expected::Slice(parts) => return unbox_slice(parts, object, target),
                Expected::Function(key) => {
                    if (*object.cast::<Dispatcher>()).key != *key {
                        return Outcome::Differs;
                    }
                }
                Expected::OneOf(keys) => return closures::unbox_one_of(keys, object, target),
                Expected::Range => return unbox_range(object, target),
                Expected::Identity(known) => {
                    if known.as_ptr() != object {
                        return Outcome::Differs;
                    }
                }
            }
            Outcome::Fits
        }
    }
}

impl Expected {
    fn array(array: &ArrayType, is_declared: bool) -> Expected {
        let mut mask = ALIGNED;
        let mut flags = ALIGNED;
        match array.layout {
            Layout::C => {
                mask |= C_CONTIGUOUS;
                flags |= C_CONTIGUOUS;
            }
            Layout::F => {
                // A contiguous row is both; undeclared, its type is `C`.
                mask |= F_CONTIGUOUS | if is_declared { 0 } else { C_CONTIGUOUS };
                flags |= F_CONTIGUOUS;
            }
            Layout::A if is_declared => {}
            Layout::A => mask |= C_CONTIGUOUS | F_CONTIGUOUS,
        }
        if array.is_writable {
            mask |= WRITEABLE;
            flags |= WRITEABLE;
        } else if !is_declared {
            mask |= WRITEABLE;
        }
        let descr = numpy::get().descr(array.dtype);
        Expected::Array { dtype: array.dtype, descr, ndim: c_int::from(array.ndim), mask, flags }
    }
}

impl Target {
    #[inline(always)]
    pub(crate) unsafe fn push(&mut self, value: u64) {
        // SAFETY: the buffer has room for the machine values of all arguments.
        unsafe {
            self.slots.write(value);
            self.slots = self.slots.add(1);
        }
    }

    #[inline(always)]
    unsafe fn push_array(&mut self, object: *mut ffi::PyObject, fields: &ArrayFields) {
        // SAFETY: an array has `ndim` lengths and strides; there is a header for each array argument.
        unsafe {
            Header::write_borrowed(self.headers, object.cast());
            self.push(self.headers as u64);
            self.headers = self.headers.add(1);
            self.push(fields.data as u64);
            if fields.ndim == 1 {
                self.push(*fields.shape as u64);
                self.push(*fields.strides as u64);
                return;
            }
            for axis in 0..fields.ndim as usize {
                self.push(*fields.shape.add(axis) as u64);
            }
            for axis in 0..fields.ndim as usize {
                self.push(*fields.strides.add(axis) as u64);
            }
        }
    }

    /// Pushes the address of the header that was written last.
    unsafe fn push_header(&mut self) {
        // SAFETY: there is a header for each argument that needs one.
        unsafe {
            self.push(self.headers as u64);
            self.headers = self.headers.add(1);
        }
    }

    unsafe fn push_scalar(&mut self, dtype: DType, value: *const [u64; 2]) {
        let bytes = value.cast::<c_char>();
        // SAFETY: a scalar of this dtype has so many bytes; they are aligned to their size, at most 8.
        unsafe {
            match dtype {
                DType::Bool | DType::Int8 | DType::UInt8 => self.push((*bytes.cast::<u8>()).into()),
                DType::Int16 | DType::UInt16 => self.push((*bytes.cast::<u16>()).into()),
                DType::Int32 | DType::UInt32 | DType::Float32 => self.push((*bytes.cast::<u32>()).into()),
                DType::Int64 | DType::UInt64 | DType::Float64 | DType::Time(_) => self.push(*bytes.cast::<u64>()),
                DType::Complex64 => {
                    self.push((*bytes.cast::<u32>()).into());
                    self.push((*bytes.cast::<u32>().add(1)).into());
                }
                // Their scalars are views: `Expected::Record`.
                DType::Record(_) => {}
                DType::Complex128 => {
                    self.push(*bytes.cast::<u64>());
                    self.push(*bytes.cast::<u64>().add(1));
                }
            }
        }
    }
}

/// Calls with a copy of the target, so that the target itself stays in registers.
#[inline(always)]
fn aside(target: &mut Target, unbox: impl FnOnce(&mut Target) -> Outcome) -> Outcome {
    let mut copy = Target { ..*target };
    let outcome = unbox(&mut copy);
    *target = copy;
    outcome
}

/// The first items of a tuple that has so many more.
unsafe fn unbox_tuple(items: &[Guard], more: usize, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
    // SAFETY: the object is a tuple, whose items live as long as it does.
    unsafe {
        if ffi::PyTuple_GET_SIZE(object) as usize != items.len() + more {
            return Outcome::Differs;
        }
        for (position, item) in items.iter().enumerate() {
            let outcome = item.unbox_nested(ffi::PyTuple_GET_ITEM(object, position as isize), target);
            if outcome != Outcome::Fits {
                return outcome;
            }
        }
        Outcome::Fits
    }
}

unsafe fn unbox_range(object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
    // SAFETY: the object is a range, whose parts are ints.
    unsafe {
        for name in [c"start", c"stop", c"step"] {
            let part = ffi::PyObject_GetAttrString(object, name.as_ptr());
            if part.is_null() {
                return Outcome::Raised;
            }
            let outcome = unbox_large_int(part, target);
            ffi::Py_DECREF(part);
            if outcome != Outcome::Fits {
                return outcome;
            }
        }
        Outcome::Fits
    }
}

unsafe fn unbox_slice(parts: &[Guard; 3], object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
    let slice = object.cast::<ffi::PySliceObject>();
    // SAFETY: the object is a slice, whose parts live as long as it does.
    unsafe {
        for (guard, part) in parts.iter().zip([(*slice).start, (*slice).stop, (*slice).step]) {
            let outcome = guard.unbox_nested(part, target);
            if outcome != Outcome::Fits {
                return outcome;
            }
        }
        Outcome::Fits
    }
}

impl Guard {
    /// `unbox`, out of line for what lies inside other objects.
    ///
    /// # Safety
    /// As for `unbox`.
    #[inline(never)]
    pub(crate) unsafe fn unbox_nested(&self, object: *mut ffi::PyObject, target: &mut Target) -> Outcome {
        // SAFETY: the caller's promise.
        unsafe { self.unbox(object, target) }
    }
}
