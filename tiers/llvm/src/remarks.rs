//! What LLVM says while it works: errors, and remarks of its optimizer.
//!
//! Remarks are LLVM's to make only if a global option says so, which can not be taken back. It is set at the first
//! request; from then on LLVM spends some hundredths of its time on remarks that nobody reads.

use std::ffi::{CStr, c_void};
use std::sync::{Mutex, Once, PoisonError};

use inkwell::context::Context;
use llvm_sys::LLVMDiagnosticSeverity;
use llvm_sys::core::{
    LLVMContextSetDiagnosticHandler, LLVMDisposeMessage, LLVMGetDiagInfoDescription, LLVMGetDiagInfoSeverity,
};
use llvm_sys::prelude::LLVMDiagnosticInfoRef;
use llvm_sys::support::LLVMParseCommandLineOptions;
use upshift_core::tier::CompileError;

use crate::tier::bug;

/// What LLVM reports while it works on one context. Without a handler an error would end the process.
#[derive(Default)]
pub(crate) struct Reports(Box<Mutex<Said>>);

#[derive(Default)]
struct Said {
    errors: Vec<String>,
    remarks: Vec<String>,
    wants_remarks: bool,
}

impl Reports {
    /// Reports with remarks.
    pub(crate) fn with_remarks() -> Reports {
        static ENABLED: Once = Once::new();
        let options = [
            c"upshift".as_ptr(),
            c"-pass-remarks=^(loop-vectorize|inline|loop-unroll)$".as_ptr(),
            c"-pass-remarks-missed=^(loop-vectorize|inline)$".as_ptr(),
            c"-pass-remarks-analysis=^loop-vectorize$".as_ptr(),
        ];
        // SAFETY: the options are C strings; `Once` keeps threads apart, and a compilation at the same moment sees
        // either no pattern or all of it: LLVM stores a pointer to the finished pattern.
        ENABLED.call_once(|| unsafe {
            LLVMParseCommandLineOptions(options.len() as i32, options.as_ptr(), std::ptr::null());
        });
        Reports(Box::new(Mutex::new(Said { wants_remarks: true, ..Said::default() })))
    }

    /// A context that reports here. It must not outlive the reports.
    pub(crate) fn new_context(&self) -> Context {
        let context = Context::create();
        // SAFETY: the handler's argument is boxed and outlives the context: callers declare the reports first.
        unsafe {
            LLVMContextSetDiagnosticHandler(context.raw(), Some(collect), (&raw const *self.0).cast_mut().cast());
        }
        context
    }

    /// Fails with the errors, if there were any.
    pub(crate) fn check(&self) -> Result<(), CompileError> {
        let said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.errors.is_empty() { Ok(()) } else { Err(bug("code generator", said.errors.join("; "))) }
    }

    /// The remarks so far, a line each.
    pub(crate) fn remarks(&self) -> String {
        let said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        said.remarks.join("\n")
    }
}

extern "C" fn collect(info: LLVMDiagnosticInfoRef, said: *mut c_void) {
    // SAFETY: LLVM passes a live description and the argument that `new_context` gave it.
    let (said, is_error) = unsafe {
        let severity = LLVMGetDiagInfoSeverity(info);
        (&*said.cast::<Mutex<Said>>(), matches!(severity, LLVMDiagnosticSeverity::LLVMDSError))
    };
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    if !is_error && !said.wants_remarks {
        return;
    }
    // SAFETY: the description is live; the text is freed after its copy.
    let text = unsafe {
        let message = LLVMGetDiagInfoDescription(info);
        let text = CStr::from_ptr(message).to_string_lossy().replace('\n', " ");
        LLVMDisposeMessage(message);
        text
    };
    if is_error { said.errors.push(text) } else { said.remarks.push(text) }
}
