//! The small part of NumPy's C API that the boundary needs: where an array keeps its fields, the scalar classes, and
//! how an array is made.
//!
//! Offsets are those of NumPy 2's ABI, which NumPy keeps within a major version.

use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::typing::{ArrayType, DType, Layout};

use crate::{records, times};

/// `NPY_ARRAY_C_CONTIGUOUS`
pub(crate) const C_CONTIGUOUS: c_int = 0x1;
/// `NPY_ARRAY_F_CONTIGUOUS`
pub(crate) const F_CONTIGUOUS: c_int = 0x2;
/// `NPY_ARRAY_ALIGNED`
pub(crate) const ALIGNED: c_int = 0x100;
/// `NPY_ARRAY_WRITEABLE`
pub(crate) const WRITEABLE: c_int = 0x400;

/// `PyArrayObject_fields`, as far as it is read.
#[repr(C)]
pub(crate) struct ArrayFields {
    head: ffi::PyObject,
    pub(crate) data: *mut c_void,
    pub(crate) ndim: c_int,
    pub(crate) shape: *mut ffi::Py_ssize_t,
    pub(crate) strides: *mut ffi::Py_ssize_t,
    base: *mut ffi::PyObject,
    pub(crate) descr: *mut DescrFields,
    pub(crate) flags: c_int,
}

/// `PyArray_Descr`, as far as it is read.
#[repr(C)]
pub(crate) struct DescrFields {
    head: ffi::PyObject,
    pub(crate) class: *mut ffi::PyTypeObject,
    kind: c_char,
    letter: c_char,
    pub(crate) byte_order: c_char,
    former_flags: c_char,
    pub(crate) type_num: c_int,
    flags: u64,
    size: ffi::Py_ssize_t,
    alignment: ffi::Py_ssize_t,
    metadata: *mut ffi::PyObject,
    hash: ffi::Py_hash_t,
    reserved: [*mut c_void; 2],
    subarray: *mut c_void,
    fields: *mut ffi::PyObject,
    names: *mut ffi::PyObject,
    /// Of dates and durations: the unit.
    pub(crate) extra: *mut times::UnitData,
}

impl DescrFields {
    /// The dtype, if compiled code has it and the bytes are in the machine's order.
    #[inline(always)]
    pub(crate) fn dtype(&self) -> Option<DType> {
        if self.byte_order == b'>' as c_char {
            return None;
        }
        match DTYPES.get(self.type_num as usize) {
            Some(dtype) => *dtype,
            None if self.type_num == VOID => records::of_descr((&raw const *self).cast_mut(), false),
            None if self.type_num == DATES || self.type_num == DURATIONS => Some(times::of_descr(self)),
            None => None,
        }
    }

    /// True if it is this dtype.
    #[inline(always)]
    pub(crate) fn is(&self, dtype: DType) -> bool {
        match dtype {
            DType::Record(id) => self.type_num == VOID && records::fits((&raw const *self).cast_mut(), id),
            dtype => self.dtype() == Some(dtype),
        }
    }
}

/// A NumPy scalar: the value stands behind the object's head.
#[repr(C)]
pub(crate) struct ScalarFields {
    head: ffi::PyObject,
    pub(crate) value: [u64; 2],
}

/// dtypes by `NPY_TYPES`: `long` and `long long` are both 64 bits here.
const DTYPES: [Option<DType>; 16] = [
    Some(DType::Bool),
    Some(DType::Int8),
    Some(DType::UInt8),
    Some(DType::Int16),
    Some(DType::UInt16),
    Some(DType::Int32),
    Some(DType::UInt32),
    Some(DType::Int64),
    Some(DType::UInt64),
    Some(DType::Int64),
    Some(DType::UInt64),
    Some(DType::Float32),
    Some(DType::Float64),
    None,
    Some(DType::Complex64),
    Some(DType::Complex128),
];

/// `NPY_VOID`
const VOID: c_int = 20;
/// `NPY_DATETIME`
const DATES: c_int = 21;
/// `NPY_TIMEDELTA`
pub(crate) const DURATIONS: c_int = 22;

/// Slots of NumPy's function table.
mod slot {
    pub(super) const ARRAY_TYPE: usize = 2;
    pub(super) const DESCR_TYPE: usize = 3;
    pub(super) const BOOL_VALUES: usize = 9;
    pub(super) const VOID_TYPE: usize = 39;
    pub(super) const DATE_TYPE: usize = 215;
    pub(super) const DURATION_TYPE: usize = 216;
    pub(super) const DESCR_FROM_TYPE: usize = 45;
    pub(super) const NEW_FROM_DESCR: usize = 94;
    pub(super) const SET_BASE_OBJECT: usize = 282;
    /// The classes of scalars, by `NPY_TYPES`; 0 where compiled code has none.
    pub(super) const SCALARS: [usize; 16] = [8, 20, 25, 21, 26, 22, 27, 23, 28, 24, 29, 30, 31, 0, 33, 34];
}

type DescrFromType = unsafe extern "C" fn(c_int) -> *mut ffi::PyObject;
type NewFromDescr = unsafe extern "C" fn(
    *mut ffi::PyTypeObject,
    *mut ffi::PyObject,
    c_int,
    *const ffi::Py_ssize_t,
    *const ffi::Py_ssize_t,
    *mut c_void,
    c_int,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;
type SetBaseObject = unsafe extern "C" fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;

/// What was read of the table once.
pub(crate) struct NumPy {
    pub(crate) array_type: *mut ffi::PyTypeObject,
    descr_type: *mut ffi::PyTypeObject,
    pub(crate) void_type: *mut ffi::PyTypeObject,
    /// Classes of dates and durations.
    pub(crate) time_types: [*mut ffi::PyTypeObject; 2],
    scalar_types: [*mut ffi::PyTypeObject; 16],
    /// The same by dtype, for boxing.
    scalar_by_dtype: [*mut ffi::PyTypeObject; DType::ALL.len()],
    bool_values: *mut u8,
    descr_from_type: DescrFromType,
    new_from_descr: NewFromDescr,
    set_base_object: SetBaseObject,
}

// SAFETY: the pointers lead to NumPy's static objects and functions, which live as long as the process.
unsafe impl Send for NumPy {}
// SAFETY: as above; they are used under the GIL only.
unsafe impl Sync for NumPy {}

static NUMPY: OnceLock<NumPy> = OnceLock::new();

/// Imports NumPy and reads its table.
pub(crate) fn initialize(py: Python<'_>) -> PyResult<()> {
    let module = py.import("numpy._core._multiarray_umath").map_err(|error| {
        let message = PyImportError::new_err("upshift needs NumPy 2.0 or newer: pip install -U numpy");
        message.set_cause(py, Some(error));
        message
    })?;
    let capsule = module.getattr("_ARRAY_API")?;
    // SAFETY: a null name is the one under which NumPy registers this capsule.
    let table = unsafe { ffi::PyCapsule_GetPointer(capsule.as_ptr(), std::ptr::null()) } as *const *mut c_void;
    if table.is_null() {
        return Err(PyErr::fetch(py));
    }
    // SAFETY: NumPy's table has these slots, with these types, since 1.7; the module stays loaded.
    let numpy = unsafe {
        let entry = |index: usize| *table.add(index);
        let scalar_types = slot::SCALARS
            .map(|index| if index == 0 { std::ptr::null_mut() } else { entry(index).cast::<ffi::PyTypeObject>() });
        NumPy {
            array_type: entry(slot::ARRAY_TYPE).cast(),
            descr_type: entry(slot::DESCR_TYPE).cast(),
            void_type: entry(slot::VOID_TYPE).cast(),
            time_types: [slot::DATE_TYPE, slot::DURATION_TYPE].map(|slot| entry(slot).cast()),
            scalar_by_dtype: DType::ALL.map(|dtype| scalar_types[type_num(dtype)]),
            scalar_types,
            bool_values: entry(slot::BOOL_VALUES).cast(),
            descr_from_type: std::mem::transmute::<*mut c_void, DescrFromType>(entry(slot::DESCR_FROM_TYPE)),
            new_from_descr: std::mem::transmute::<*mut c_void, NewFromDescr>(entry(slot::NEW_FROM_DESCR)),
            set_base_object: std::mem::transmute::<*mut c_void, SetBaseObject>(entry(slot::SET_BASE_OBJECT)),
        }
    };
    let _ = NUMPY.set(numpy);
    Ok(())
}

/// The table; the extension's initialization has read it.
#[inline(always)]
pub(crate) fn get() -> &'static NumPy {
    NUMPY.get().expect("the module's initialization has read NumPy's table")
}

/// The position of a dtype among those of numbers; their count for others.
#[inline]
fn position(dtype: DType) -> usize {
    match dtype {
        DType::Bool => 0,
        DType::Int8 => 1,
        DType::Int16 => 2,
        DType::Int32 => 3,
        DType::Int64 => 4,
        DType::UInt8 => 5,
        DType::UInt16 => 6,
        DType::UInt32 => 7,
        DType::UInt64 => 8,
        DType::Float32 => 9,
        DType::Float64 => 10,
        DType::Complex64 => 11,
        DType::Complex128 => 12,
        DType::Record(_) | DType::Time(_) => DType::ALL.len(),
    }
}

/// The first number that NumPy knows a dtype by.
fn type_num(dtype: DType) -> usize {
    DTYPES.iter().position(|known| *known == Some(dtype)).expect("the table holds every dtype")
}

impl NumPy {
    /// The class of NumPy scalars of this dtype.
    pub(crate) fn scalar_class(&self, dtype: DType) -> *mut ffi::PyTypeObject {
        if let DType::Time(time) = dtype {
            return self.time_types[usize::from(time.is_delta)];
        }
        self.scalar_by_dtype.get(position(dtype)).copied().unwrap_or(self.void_type)
    }

    /// NumPy's own dtype object, which lives as long as the process.
    pub(crate) fn descr(&self, dtype: DType) -> *mut DescrFields {
        if let DType::Record(id) = dtype {
            return records::descr(id);
        }
        if let DType::Time(time) = dtype {
            return times::descr(time);
        }
        // SAFETY: the GIL is held; the reference that comes with the answer is given up to the process.
        unsafe { (self.descr_from_type)(type_num(dtype) as c_int).cast() }
    }

    /// The dtype whose scalars are instances of exactly this class.
    pub(crate) fn dtype_of_class(&self, class: *mut ffi::PyTypeObject) -> Option<DType> {
        let position = self.scalar_types.iter().position(|known| *known == class && !known.is_null())?;
        DTYPES[position]
    }

    /// The dtype that a dtype object stands for: `Err` if compiled code does not have it.
    pub(crate) fn dtype_of_object(&self, object: &Bound<'_, PyAny>) -> Option<Result<DType, ()>> {
        // SAFETY: both are live type objects; a dtype object starts with these fields.
        unsafe {
            if ffi::PyObject_TypeCheck(object.as_ptr(), self.descr_type) == 0 {
                return None;
            }
            Some((*object.as_ptr().cast::<DescrFields>()).dtype().ok_or(()))
        }
    }

    /// The fields of an object that is exactly an `ndarray`.
    pub(crate) fn array_fields(&self, object: *mut ffi::PyObject) -> Option<&ArrayFields> {
        // SAFETY: the class was compared, so the object has these fields; the caller keeps it alive.
        unsafe { (ffi::Py_TYPE(object) == self.array_type).then(|| &*object.cast::<ArrayFields>()) }
    }

    /// The fields of an object that is exactly an `ndarray` or a `recarray`.
    pub(crate) fn any_array_fields(&self, object: *mut ffi::PyObject) -> Option<&ArrayFields> {
        self.array_fields(object).or_else(|| {
            // SAFETY: as above; the GIL is held wherever arrays are looked at.
            unsafe {
                let class = records::recarray_class(Python::assume_attached())?;
                (ffi::Py_TYPE(object) == class).then(|| &*object.cast::<ArrayFields>())
            }
        })
    }

    /// A new scalar of this dtype; its value's bytes are the low ones of `value`.
    ///
    /// # Safety
    /// The GIL is held.
    #[inline(always)]
    pub(crate) unsafe fn new_scalar(&self, dtype: DType, value: [u64; 2]) -> *mut ffi::PyObject {
        // SAFETY: NumPy's two bools are 24 bytes each. Scalar classes are static, their instances come from
        // `PyObject_Malloc` and go to `PyObject_Free`, and have room for a value of their dtype behind the head, which
        // is written before anyone sees the object. NumPy's `tp_alloc` does the same in 3 ns more.
        unsafe {
            if dtype == DType::Bool {
                let object = self.bool_values.add(24 * usize::from(value[0] as u8 != 0)).cast();
                return ffi::Py_NewRef(object);
            }
            let class = self.scalar_class(dtype);
            let object = ffi::PyObject_Malloc((*class).tp_basicsize as usize).cast::<ffi::PyObject>();
            if !object.is_null() {
                // What `PyObject_Init` does for a class that is not on the heap.
                object.write(ffi::PyObject { ob_type: class, ..ffi::PyObject_HEAD_INIT });
                let target = (&raw mut (*object.cast::<ScalarFields>()).value).cast::<u8>();
                std::ptr::copy_nonoverlapping(value.as_ptr().cast::<u8>(), target, dtype.size() as usize);
            }
            object
        }
    }

    /// A new array over memory that `base` keeps alive; takes over the reference to `base`.
    ///
    /// # Safety
    /// The GIL is held; the lengths and strides describe memory that lives as long as `base`.
    pub(crate) unsafe fn new_array(
        &self,
        ty: &ArrayType,
        data: *mut c_void,
        shape: *const ffi::Py_ssize_t,
        strides: *const ffi::Py_ssize_t,
        base: *mut ffi::PyObject,
    ) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise; the descr is a fresh reference that the call takes over.
        unsafe {
            let descr = match ty.dtype {
                DType::Record(_) | DType::Time(_) => ffi::Py_XNewRef(self.descr(ty.dtype).cast()),
                dtype => (self.descr_from_type)(type_num(dtype) as c_int),
            };
            let recarray = records::is_recarray(ty.dtype) && ty.ndim > 0;
            let recarray = recarray.then(|| records::recarray_class(Python::assume_attached())).flatten();
            let class = recarray.unwrap_or(self.array_type);
            let flags = if ty.is_writable { WRITEABLE } else { 0 };
            let ndim = c_int::from(ty.ndim);
            let array = (self.new_from_descr)(class, descr, ndim, shape, strides, data, flags, std::ptr::null_mut());
            if array.is_null() {
                ffi::Py_DECREF(base);
                return array;
            }
            if (self.set_base_object)(array, base) < 0 {
                ffi::Py_DECREF(array);
                return std::ptr::null_mut();
            }
            array
        }
    }
}

/// The layout that an array's flags state.
pub(crate) fn layout_of(flags: c_int) -> Layout {
    if flags & C_CONTIGUOUS != 0 {
        Layout::C
    } else if flags & F_CONTIGUOUS != 0 {
        Layout::F
    } else {
        Layout::A
    }
}
