//! The BLAS that NumPy's own wheel brought into the process, found when a product is compiled for the first time.

use std::ffi::{CString, c_void};
use std::sync::Once;

use pyo3::prelude::*;
use upshift_core::runtime::blas::{self, Addresses, NAMES};

static INSTALL: Once = Once::new();

/// Tells the runtime where the routines are. Without them products are computed by plain loops.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    if INSTALL.is_completed() {
        return Ok(());
    }
    let path = py.import("numpy._core._multiarray_umath")?.getattr("__file__")?.extract::<String>()?;
    let Ok(path) = CString::new(path) else { return Ok(()) };
    INSTALL.call_once(|| {
        // SAFETY: the name ends with a zero; nothing is loaded that is not. The handle is kept, so the library stays.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_LAZY | libc::RTLD_NOLOAD) };
        if !handle.is_null() {
            // SAFETY: names with this decoration are OpenBLAS's with 64-bit integers, and the handle is never closed.
            unsafe { blas::install(addresses(handle)) };
        }
    });
    Ok(())
}

/// A look-up in NumPy's module finds symbols of the libraries that it depends on.
fn addresses(handle: *mut c_void) -> Addresses {
    NAMES.map(|names| {
        names.map(|name| {
            let symbol = CString::new(format!("scipy_{name}64_")).unwrap_or_default();
            // SAFETY: the handle is open and the name ends with a zero.
            unsafe { libc::dlsym(handle, symbol.as_ptr()) as usize }
        })
    })
}
