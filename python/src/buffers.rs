//! Bytearrays, memoryviews and `array.array`: lent to compiled code, which reads and writes their memory.
//!
//! A block holds the object's buffer, so that its memory stays where it is; whoever resizes the object meanwhile gets
//! CPython's `BufferError`. What compiled code itself does to the object, it does after giving the buffer back, and then
//! takes it again. An object that is passed twice is one block, so that a call does not lock itself out.

use std::ffi::{CStr, c_int, c_void};

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PySlice;
use upshift_core::runtime::buffers::{self, Lent, OWN_SIZE};
use upshift_core::runtime::memory::{self, Contents, Header};
use upshift_core::runtime::objects::Operation;
use upshift_core::runtime::strings::text::{self, NO_HASH};
use upshift_core::runtime::strings::{Text, View};
use upshift_core::typing::{ArrayType, BufferKind, BufferType, DType, Layout};

use crate::containers::conversion::{self, Dropped};
use crate::guard::{Outcome, Target};
use crate::{block, numpy, strings};

/// The block of a lent object.
#[repr(C)]
struct Block {
    lent: Lent,
    view: ffi::Py_buffer,
}

/// Tells the runtime how buffers are given back.
pub(crate) fn initialize() {
    buffers::set_give_back(give_back);
}

unsafe fn give_back(header: *mut Header) {
    // SAFETY: the caller's promise: the block dies, and nobody reads its buffer any more.
    let view = unsafe { (&raw const (*header.cast::<Block>()).view).read() };
    conversion::drop_later(Dropped::Buffer(Box::new(view)));
}

/// The class of such objects; `None` if it was never imported.
pub(crate) fn class(kind: BufferKind) -> Option<*mut ffi::PyTypeObject> {
    match kind {
        BufferKind::ByteArray => Some(&raw mut ffi::PyByteArray_Type),
        BufferKind::View => Some(&raw mut ffi::PyMemoryView_Type),
        BufferKind::Array => {
            // SAFETY: the GIL is held wherever guards and types are made.
            let py = unsafe { Python::assume_attached() };
            let modules = py.import("sys").and_then(|sys| sys.getattr("modules")).ok()?;
            // The module keeps its class alive.
            Some(modules.get_item("array").and_then(|array| array.getattr("array")).ok()?.as_ptr().cast())
        }
    }
}

/// The type of such an object, or why it has none; `None` for any other object.
pub(crate) fn type_of(object: &Bound<'_, PyAny>) -> Option<Result<BufferType, String>> {
    let own = object.get_type_ptr();
    if own == &raw mut ffi::PyByteArray_Type {
        return Some(Ok(BufferType::BYTE_ARRAY));
    }
    let kind = if own == &raw mut ffi::PyMemoryView_Type {
        BufferKind::View
    // SAFETY: a type has a name as long as it lives.
    } else if unsafe { CStr::from_ptr((*own).tp_name) } == c"array.array" && class(BufferKind::Array) == Some(own) {
        BufferKind::Array
    } else {
        return None;
    };
    let mut view = std::mem::MaybeUninit::<ffi::Py_buffer>::uninit();
    // SAFETY: there is room for a buffer, which is given back when it was read.
    let described = unsafe {
        if ffi::PyObject_GetBuffer(object.as_ptr(), view.as_mut_ptr(), ffi::PyBUF_FULL_RO) != 0 {
            drop(PyErr::take(object.py()));
            return Some(Err("a memoryview that was released".to_owned()));
        }
        let described = describe(kind, &*view.as_ptr());
        let format = format_of(&*view.as_ptr()).to_string_lossy().into_owned();
        ffi::PyBuffer_Release(view.as_mut_ptr());
        described.ok_or(format)
    };
    Some(described.map_err(|format| {
        let class = if kind == BufferKind::View { "a memoryview" } else { "an array.array" };
        format!("{class} of format '{format}', which compiled code does not take; pass numpy.asarray of it")
    }))
}

/// The format of a buffer: bytes if it states none.
fn format_of(view: &ffi::Py_buffer) -> &CStr {
    // SAFETY: a format is a text as long as the buffer is held.
    if view.format.is_null() { c"B" } else { unsafe { CStr::from_ptr(view.format) } }
}

fn describe(kind: BufferKind, view: &ffi::Py_buffer) -> Option<BufferType> {
    let format = match format_of(view).to_bytes() {
        [letter] | [b'@', letter] if *letter != b'c' || kind == BufferKind::View => *letter,
        _ => return None,
    };
    let size = BufferType::dtype_of(format)?.size();
    if view.itemsize != size as isize
        || !view.suboffsets.is_null()
        || view.len > 0 && !(view.buf as usize).is_multiple_of(size as usize)
    {
        return None;
    }
    // SAFETY: the view is a whole one.
    let is_contiguous = unsafe { ffi::PyBuffer_IsContiguous(view, b'C' as std::ffi::c_char) } != 0;
    Some(BufferType { kind, format, ndim: view.ndim as u8, is_contiguous, is_writable: view.readonly == 0 })
}

/// Lends an object: a new block that holds its buffer, with one reference; null with a Python exception.
///
/// # Safety
/// The GIL is held and the object has a buffer.
unsafe fn lend(object: *mut ffi::PyObject) -> *mut Header {
    let header = memory::allocate_contents(Contents::LENT, (OWN_SIZE + size_of::<ffi::Py_buffer>()) as i64);
    if header.is_null() {
        // SAFETY: the caller's promise.
        PyMemoryError::new_err(()).restore(unsafe { Python::assume_attached() });
        return header;
    }
    // SAFETY: the block has room for the buffer, all zeros: releasing that does nothing.
    unsafe {
        ffi::Py_INCREF(object);
        (*header).object = object.cast();
        if !take_buffer(header.cast()) {
            memory::release(header);
            return std::ptr::null_mut();
        }
    }
    header
}

/// Takes the buffer of a block's object; false with a Python exception.
unsafe fn take_buffer(block: *mut Block) -> bool {
    // SAFETY: the callers' promise: the block holds no buffer now.
    unsafe {
        let header = block.cast::<Header>();
        let view = &raw mut (*block).view;
        if ffi::PyObject_GetBuffer((*header).object.cast(), view, ffi::PyBUF_FULL_RO) != 0 {
            return false;
        }
        let length = if (*view).ndim > 0 { *(*view).shape as i64 } else { 1 };
        (*block).lent.shape = (*view).shape.cast::<i64>();
        (*block).lent.strides = (*view).strides.cast::<i64>();
        set_fields(header, length, (*view).buf.cast(), 1);
        true
    }
}

unsafe fn set_fields(header: *mut Header, length: i64, data: *mut u8, width: i64) {
    // SAFETY: the callers' promise: a block has the fields of a text.
    unsafe {
        let text = header.cast::<Text>();
        (*text).length = length;
        (*text).width = width;
        (*text).data = data;
        (*text).hash = NO_HASH;
    }
}

/// The block that an argument becomes in this call, which holds it.
///
/// # Safety
/// The GIL is held, a conversion has begun, and the object is an instance of the type's class.
#[inline(never)]
pub(crate) unsafe fn unbox(object: *mut ffi::PyObject, ty: &BufferType, target: &mut Target) -> Outcome {
    // SAFETY: the caller's promise.
    unsafe {
        let header = match conversion::find(object) {
            Some(known) => known,
            None => {
                let made = lend(object);
                if made.is_null() {
                    // A released memoryview is no argument of any type.
                    ffi::PyErr_Clear();
                    return Outcome::Differs;
                }
                conversion::note(object, made, std::ptr::null());
                made
            }
        };
        if ty.kind != BufferKind::ByteArray && describe(ty.kind, &(*header.cast::<Block>()).view) != Some(*ty) {
            return Outcome::Differs;
        }
        target.push(header as u64);
        Outcome::Fits
    }
}

/// The object of a block whose reference is handed over.
///
/// # Safety
/// The GIL is held, and the block is that of a lent object.
pub(crate) unsafe fn take(header: *mut Header) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let object = ffi::Py_NewRef((*header).object.cast());
        memory::release(header);
        object
    }
}

/// Gives a bytearray another length where that needs no memory and nobody else looks at it. It may run without the GIL:
/// while the block holds the buffer, the memory stays where it is.
///
/// # Safety
/// The block is that of a bytearray.
pub(crate) unsafe fn resize_in_place(header: *mut Header, length: i64) -> bool {
    // SAFETY: the caller's promise; a bytearray has these fields, and one byte more than its length for a zero.
    unsafe {
        let object = (*header).object.cast::<ffi::PyByteArrayObject>();
        let own = (*object).ob_exports == 1;
        let start = (*object).ob_start.offset_from((*object).ob_bytes) as i64;
        // As CPython does it: memory is given back when less than half of it is used.
        let fits = length > 0 && start + length < (*object).ob_alloc as i64 && length >= (*object).ob_alloc as i64 / 2;
        if !own || !fits {
            return false;
        }
        (*object.cast::<ffi::PyVarObject>()).ob_size = length as isize;
        (*object).ob_start.add(length as usize).write(0);
        (*header).fields.length = length;
        // `shape` of a bytearray's buffer is the buffer's own length.
        (*header.cast::<Block>()).view.len = length as isize;
        true
    }
}

/// Carries out an operation on buffers.
///
/// # Safety
/// The GIL is held; operands and numbers are those that `Operation` states.
pub(crate) unsafe fn apply(
    py: Python<'_>,
    operation: Operation,
    a: *mut Header,
    b: *mut Header,
    answer: *mut u64,
) -> PyResult<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let number = |index: usize| answer.add(index).cast::<i64>().read() as isize;
        let made = match operation {
            Operation::NewByteArray => new_byte_array(py, a, number)?,
            Operation::Resize => {
                let length = number(0);
                return with_buffer_given_back(py, a, b, |object, _| {
                    check(py, ffi::PyByteArray_Resize(object.as_ptr(), length))
                });
            }
            Operation::Slice => object_of(py, a)?.get_item(slice(py, number)?)?,
            Operation::AssignSlice => {
                let slice = slice(py, number)?;
                return with_buffer_given_back(py, a, b, |object, value| match value {
                    Some(value) => object.set_item(slice, value),
                    None => object.del_item(slice),
                });
            }
            Operation::AssignItem => return assign_item(py, a, b, number),
            Operation::NewView => new_view(py, a, b, answer)?,
            Operation::Cast => object_of(py, a)?.call_method1("cast", (strings::string_of(py, b.cast())?,))?,
            Operation::ReadOnly => object_of(py, a)?.call_method0("toreadonly")?,
            Operation::Release => return release(py, a),
            Operation::Bytes => {
                let bytes = object_of(py, a)?.call_method0("tobytes")?;
                let made = text::of_view(View::One(bytes.extract::<&[u8]>()?));
                answer.write(made as u64);
                return if made.is_null() { Err(PyMemoryError::new_err(())) } else { Ok(()) };
            }
            _ => {
                let is_same = object_of(py, a)?.eq(object_of(py, b)?)?;
                answer.write(u64::from(is_same));
                return Ok(());
            }
        };
        let header = lend(made.as_ptr());
        if header.is_null() {
            return Err(PyErr::fetch(py));
        }
        answer.write(header as u64);
        Ok(())
    }
}

unsafe fn check(py: Python<'_>, status: c_int) -> PyResult<()> {
    if status == 0 { Ok(()) } else { Err(PyErr::fetch(py)) }
}

/// The object of a buffer, or that of bytes, which is made if there is none.
unsafe fn object_of<'py>(py: Python<'py>, header: *mut Header) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the callers' promise.
    unsafe {
        if (*header).contents == Contents::LENT {
            return Bound::from_borrowed_ptr_or_err(py, (*header).object.cast());
        }
        memory::retain(header);
        Bound::from_owned_ptr_or_err(py, strings::take_bytes(header.cast()))
    }
}

unsafe fn new_byte_array<'py>(
    py: Python<'py>,
    a: *mut Header,
    number: impl Fn(usize) -> isize,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the callers' promise; the memory of a new bytearray is ours until someone sees it.
    unsafe {
        let (data, length) = match a.cast::<Text>().as_ref() {
            Some(text) => (text.data, text.length as isize),
            None => (std::ptr::null(), number(0)),
        };
        let made = ffi::PyByteArray_FromStringAndSize(data.cast(), length);
        if !made.is_null() && data.is_null() {
            std::ptr::write_bytes(ffi::PyByteArray_AsString(made), 0, length as usize);
        }
        Bound::from_owned_ptr_or_err(py, made)
    }
}

/// `slice(start, stop, step)` of three numbers; a stop before the first item is none.
fn slice<'py>(py: Python<'py>, number: impl Fn(usize) -> isize) -> PyResult<Bound<'py, PyAny>> {
    let (start, stop, step) = (number(0), number(1), number(2));
    if stop >= 0 {
        return Ok(PySlice::new(py, start, stop, step).into_any());
    }
    py.get_type::<PySlice>().call1((start, py.None(), step))
}

/// Does something to an object that may move its memory: the block gives its buffer back meanwhile.
unsafe fn with_buffer_given_back(
    py: Python<'_>,
    a: *mut Header,
    b: *mut Header,
    work: impl FnOnce(&Bound<'_, PyAny>, Option<Bound<'_, PyAny>>) -> PyResult<()>,
) -> PyResult<()> {
    // SAFETY: the callers' promise; the block keeps its object.
    unsafe {
        let object = object_of(py, a)?;
        let value = if b.is_null() { None } else { Some(object_of(py, b)?) };
        let block = a.cast::<Block>();
        ffi::PyBuffer_Release(&raw mut (*block).view);
        let outcome = work(&object, value);
        if !take_buffer(block) {
            set_fields(a, 0, std::ptr::null_mut(), 0);
            return Err(PyErr::fetch(py));
        }
        outcome
    }
}

unsafe fn assign_item(py: Python<'_>, a: *mut Header, b: *mut Header, number: impl Fn(usize) -> isize) -> PyResult<()> {
    // SAFETY: the callers' promise.
    unsafe {
        let (object, count) = (object_of(py, a)?, number(0) as usize);
        let value = if b.is_null() { number(1 + count).into_pyobject(py)?.into_any() } else { object_of(py, b)? };
        match count {
            1 => object.set_item(number(1), value),
            _ => {
                let positions: Vec<isize> = (0..count).map(|index| number(1 + index)).collect();
                object.set_item(pyo3::types::PyTuple::new(py, positions)?, value)
            }
        }
    }
}

/// `memoryview` of a buffer, of bytes, or of the array that numbers describe.
unsafe fn new_view<'py>(
    py: Python<'py>,
    a: *mut Header,
    b: *mut Header,
    numbers: *mut u64,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the callers' promise.
    unsafe {
        let object = if b.is_null() { object_of(py, a)? } else { array_of(py, a, numbers)? };
        Bound::from_owned_ptr_or_err(py, ffi::PyMemoryView_FromObject(object.as_ptr()))
    }
}

/// The NumPy array of compiled code's array.
unsafe fn array_of<'py>(py: Python<'py>, header: *mut Header, numbers: *mut u64) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the callers' promise; numbers are those that `Operation::NewView` states.
    unsafe {
        let number = |index: usize| numbers.add(index).read();
        let dtype = DType::ALL.get(number(0) as usize).copied().unwrap_or(DType::UInt8);
        let ndim = number(2) as usize;
        let ty = ArrayType { dtype, ndim: ndim as u8, layout: Layout::A, is_writable: number(1) != 0 };
        let shape = numbers.add(4).cast::<isize>();
        let known = (*header).object.cast::<ffi::PyObject>();
        memory::retain(header);
        let base = if known.is_null() {
            block::new(header)
        } else {
            let base = ffi::Py_NewRef(known);
            memory::release(header);
            base
        };
        if base.is_null() {
            return Err(PyErr::fetch(py));
        }
        let data = number(3) as *mut c_void;
        Bound::from_owned_ptr_or_err(py, numpy::get().new_array(&ty, data, shape, shape.add(ndim), base))
    }
}

/// `a.release()`: the view has no items any more, unless someone else holds its buffer.
unsafe fn release(py: Python<'_>, a: *mut Header) -> PyResult<()> {
    // SAFETY: the callers' promise.
    unsafe {
        if (*a.cast::<Text>()).width == 0 {
            return Ok(());
        }
        let block = a.cast::<Block>();
        ffi::PyBuffer_Release(&raw mut (*block).view);
        let outcome = object_of(py, a)?.call_method0("release").map(drop);
        if outcome.is_err() && take_buffer(block) {
            return outcome;
        }
        set_fields(a, 0, std::ptr::null_mut(), 0);
        outcome
    }
}
