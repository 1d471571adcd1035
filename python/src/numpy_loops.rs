//! Hands NumPy's inner loops to the runtime, which computes with them what must have NumPy's bits.
//!
//! Installed once, before the first function is compiled that works on NumPy's numbers or names one of its functions.

use std::ffi::{c_char, c_int, c_void};
use std::sync::Once;

use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::runtime::ufuncs::{self, Installed, LOOPS, Loop, LoopRow};
use upshift_core::typing::Type;

/// `PyUFuncObject` of NumPy 2, as far as it is read.
#[repr(C)]
struct UfuncFields {
    head: ffi::PyObject,
    inputs: c_int,
    outputs: c_int,
    operands: c_int,
    identity: c_int,
    functions: *const Option<Loop>,
    data: *const *mut c_void,
    type_count: c_int,
    reserved: c_int,
    name: *const c_char,
    /// The type numbers of the operands of each loop, one loop after the other.
    types: *const c_char,
}

/// Installs the loops if a function of these arguments may need them.
pub(crate) fn install_for(py: Python<'_>, types: &[Type]) {
    if types.iter().any(|ty| matches!(ty, Type::Array(_) | Type::Scalar(_))) {
        install(py);
    }
}

/// Installs the loops, once. What is not found stays with the C library's function.
pub(crate) fn install(py: Python<'_>) {
    static ONCE: Once = Once::new();
    if ONCE.is_completed() {
        return;
    }
    let module = py.import("numpy._core._multiarray_umath");
    let find = |row| module.as_ref().ok().and_then(|module| find(module, row).ok()?);
    let found = LOOPS.iter().map(find).collect();
    // SAFETY: `find` compares the types of each row; NumPy's module stays loaded.
    ONCE.call_once(|| unsafe { ufuncs::install(found) });
}

fn find(module: &Bound<'_, PyModule>, row: &LoopRow) -> PyResult<Option<Installed>> {
    let object = module.getattr(row.name)?;
    if object.get_type().name()? != "ufunc" {
        return Ok(None);
    }
    // SAFETY: an object of NumPy's class `ufunc` has these fields; `types` has `operands` numbers for each of the
    // `type_count` loops, and `functions` and `data` one item each.
    unsafe {
        let fields = &*object.as_ptr().cast::<UfuncFields>();
        let width = fields.operands as usize;
        let wanted: Vec<c_char> = row.types.bytes().map(type_number).collect();
        if wanted.len() != width {
            return Ok(None);
        }
        let types = std::slice::from_raw_parts(fields.types, width * fields.type_count as usize);
        let position = types.chunks_exact(width).position(|types| types == wanted);
        Ok(position.and_then(|position| {
            let function = (*fields.functions.add(position))?;
            let data = if fields.data.is_null() { std::ptr::null_mut() } else { *fields.data.add(position) };
            Some(Installed { function, data })
        }))
    }
}

/// `NPY_TYPES` by NumPy's letter.
fn type_number(letter: u8) -> c_char {
    match letter {
        b'f' => 11,
        b'd' => 12,
        b'F' => 14,
        b'D' => 15,
        _ => -1,
    }
}
