//! Arguments that outlive their call, because what the call makes holds them: a generator, a closure.
//!
//! Such arguments get headers on the heap instead of those in the call's buffer, and the containers that they became
//! are written back whenever what holds them has run.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lower::{header_positions, machine_types};
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::Type;

use crate::attached::attached;
use crate::containers::Conversion;

/// What lives as long as an object that a call made.
pub(crate) struct Kept {
    conversion: Conversion,
    /// The dispatcher, and objects to which slots of arguments point.
    _objects: Vec<Py<PyAny>>,
}

thread_local! {
    /// What the objects that a call makes keep.
    static KEPT: RefCell<Option<Rc<Kept>>> = const { RefCell::new(None) };
}

impl Kept {
    /// Whether there are containers to write back.
    pub(crate) fn has_containers(&self) -> bool {
        !self.conversion.is_empty()
    }

    /// Writes what was changed back to the objects; -1 with a Python exception.
    ///
    /// # Safety
    /// The GIL is held.
    pub(crate) unsafe fn write_back(&self) -> i32 {
        // SAFETY: the caller's promise.
        unsafe { self.conversion.write_back() }
    }
}

/// What an object that is being made is to keep.
pub(crate) fn current() -> Option<Rc<Kept>> {
    KEPT.with_borrow(Clone::clone)
}

/// Makes objects that keep this.
pub(crate) fn with_kept<R>(kept: Option<Rc<Kept>>, make: impl FnOnce() -> R) -> R {
    let before = KEPT.replace(kept);
    let result = make();
    let own = KEPT.replace(before);
    // SAFETY: objects are made with the GIL.
    unsafe { attached(|_| drop(own)) };
    result
}

/// How the arguments of a call live on in what it makes.
pub(crate) struct Keeping {
    /// Slots of arguments that hold headers, and whether those say where a text lies.
    headers: Box<[(usize, bool)]>,
    /// Slots of arguments that hold objects.
    objects: Box<[usize]>,
    /// The dispatcher, which owns the plan that this is of.
    owner: *mut ffi::PyObject,
}

impl Keeping {
    /// `None` if neither the result, nor an argument that lasts, nor what the arguments lead to can keep something of the
    /// arguments.
    pub(crate) fn new(
        arguments: &[Type],
        result: &Type,
        owner: *mut ffi::PyObject,
        is_lasting: bool,
    ) -> Option<Keeping> {
        let may_keep = || is_lasting || keeps_arguments(result) || arguments.iter().any(may_take);
        if owner.is_null() || !may_keep() {
            return None;
        }
        let (mut headers, mut first) = (Vec::new(), 0);
        for ty in arguments {
            headers.extend(header_positions(ty).into_iter().map(|position| (first + position, has_text(ty))));
            first += machine_types(ty).len();
        }
        Some(Keeping { headers: headers.into(), objects: object_positions(arguments).into(), owner })
    }

    /// Puts headers on the heap in the place of those in a call's buffer; `None` when there is no memory.
    ///
    /// # Safety
    /// The GIL is held; the slots hold the arguments.
    pub(crate) unsafe fn headers(&self, slots: *mut u64, buffer: Range<*mut Header>) -> Option<Vec<*mut Header>> {
        let mut made = Vec::new();
        for &(position, has_text) in &self.headers {
            // SAFETY: the caller's promise; a header in the buffer was written for an object that the caller holds.
            unsafe {
                let header = *slots.add(position) as *mut Header;
                if !buffer.contains(&header) {
                    continue;
                }
                let own = memory::allocate(0);
                if own.is_null() {
                    made.into_iter().for_each(|header| memory::release(header));
                    return None;
                }
                (*own).object = (*header).object;
                if has_text {
                    (*own).fields = (*header).fields;
                }
                ffi::Py_INCREF((*own).object.cast());
                *slots.add(position) = own as u64;
                made.push(own);
            }
        }
        Some(made)
    }

    /// The objects that arguments hold, and the function.
    ///
    /// # Safety
    /// The GIL is held; the slots hold the arguments of a call that is under way.
    pub(crate) unsafe fn objects(&self, slots: *const u64) -> Vec<Py<PyAny>> {
        // SAFETY: the caller's promise: the dispatcher and the arguments are alive.
        unsafe {
            let held = self.objects.iter().map(|&position| *slots.add(position) as *mut ffi::PyObject);
            let all = held.chain([self.owner]);
            attached(|py| all.map(|object| Bound::from_borrowed_ptr(py, object).unbind()).collect())
        }
    }

    /// Makes a result whose objects keep these and the containers that the arguments became.
    pub(crate) fn with<R>(conversion: Conversion, objects: Vec<Py<PyAny>>, make: impl FnOnce() -> R) -> R {
        with_kept(Some(Rc::new(Kept { conversion, _objects: objects })), make)
    }
}

/// The slots of values of these types, one behind the other, that point to objects: `random.Random`.
pub(crate) fn object_positions(types: &[Type]) -> Vec<usize> {
    let (mut positions, mut first) = (Vec::new(), 0);
    types.iter().for_each(|ty| push_objects(ty, &mut first, &mut positions));
    positions
}

fn push_objects(ty: &Type, first: &mut usize, positions: &mut Vec<usize>) {
    match ty {
        Type::Random => {
            positions.push(*first);
            *first += 1;
        }
        Type::Tuple(items) => items.iter().for_each(|item| push_objects(item, first, positions)),
        Type::Partial(parts) => parts.iter().for_each(|part| push_objects(part, first, positions)),
        Type::Keywords(items) => items.iter().for_each(|(_, item)| push_objects(item, first, positions)),
        Type::Closure(closure) => closure.captures.iter().for_each(|item| push_objects(item, first, positions)),
        ty => *first += machine_types(ty).len(),
    }
}

/// True if a variable of the type that is shared holds an object of Python's: whoever has it does not keep that alive.
pub(crate) fn shares_objects(ty: &Type) -> bool {
    match ty {
        Type::Cell(content) => !object_positions(&[(**content).clone()]).is_empty() || shares_objects(content),
        Type::Tuple(items) => items.iter().any(shares_objects),
        Type::Partial(parts) => parts.iter().any(shares_objects),
        Type::Closure(closure) => closure.captures.iter().any(shares_objects),
        Type::Generator(generator) => generator.arguments.iter().any(shares_objects),
        _ => false,
    }
}

/// True if something can be reached through values of the type that Python sees change: all but arrays and texts.
pub(crate) fn may_change(ty: &Type) -> bool {
    match ty {
        Type::Array(_) | Type::Record(..) | Type::String | Type::Bytes => false,
        Type::Tuple(items) => items.iter().any(may_change),
        Type::Optional(inner) => may_change(inner),
        Type::Closure(closure) => closure.captures.iter().any(may_change),
        ty => !header_positions(ty).is_empty(),
    }
}

/// True for what holds generators or closures with captured values.
fn keeps_arguments(ty: &Type) -> bool {
    match ty {
        Type::Generator(_) => true,
        Type::Closure(closure) => !closure.captures.is_empty(),
        Type::Tuple(items) => items.iter().any(keeps_arguments),
        Type::Partial(parts) => parts.iter().any(keeps_arguments),
        Type::Keywords(items) => items.iter().any(|(_, item)| keeps_arguments(item)),
        Type::Instance(instance) => instance.fields.iter().any(keeps_arguments),
        Type::Optional(inner) | Type::List(inner) | Type::Deque(inner) => keeps_arguments(inner),
        Type::Dict(entry) => keeps_arguments(&entry.1),
        _ => false,
    }
}

/// True if something that holds arguments can be put into a container or a variable that the value leads to.
fn may_take(ty: &Type) -> bool {
    let holds = |inner: &Type| keeps_arguments(inner) || may_take(inner);
    match ty {
        Type::List(inner) | Type::Set(inner) | Type::Deque(inner) | Type::Cell(inner) => holds(inner),
        Type::Dict(entry) => holds(&entry.1),
        Type::Instance(instance) => instance.fields.iter().any(holds),
        Type::Tuple(items) => items.iter().any(may_take),
        Type::Partial(parts) => parts.iter().any(may_take),
        Type::Optional(inner) => may_take(inner),
        Type::Closure(closure) => closure.captures.iter().any(may_take),
        Type::Generator(generator) => generator.arguments.iter().any(may_take),
        _ => false,
    }
}

fn has_text(ty: &Type) -> bool {
    match ty {
        Type::Tuple(items) => items.iter().any(has_text),
        Type::Partial(parts) => parts.iter().any(has_text),
        Type::Keywords(items) => items.iter().any(|(_, item)| has_text(item)),
        Type::Optional(inner) => has_text(inner),
        ty => ty.is_text(),
    }
}
