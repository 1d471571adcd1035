//! Object bytes to code in memory by ORC and JITLink, and back: dropping a `Linked` unmaps its code.
//!
//! One session per tier. Each unit has its own resource tracker; names of bodies and entries are unique in the
//! session. The runtime's symbols are defined once, as absolute addresses; what the code generator itself calls
//! (`memcpy`, `floor`, libmvec) is found in the process.

use std::ffi::{CStr, CString, c_void};
use std::ptr::null_mut;
use std::sync::{Arc, Mutex, PoisonError};

use llvm_sys::error::{LLVMDisposeErrorMessage, LLVMErrorRef, LLVMGetErrorMessage};
use llvm_sys::orc2::lljit::{
    LLVMOrcCreateLLJIT, LLVMOrcCreateLLJITBuilder, LLVMOrcDisposeLLJIT, LLVMOrcLLJITAddObjectFileWithRT,
    LLVMOrcLLJITBuilderSetJITTargetMachineBuilder, LLVMOrcLLJITGetExecutionSession, LLVMOrcLLJITGetMainJITDylib,
    LLVMOrcLLJITLookup, LLVMOrcLLJITMangleAndIntern, LLVMOrcLLJITRef,
};
use llvm_sys::orc2::{
    LLVMJITEvaluatedSymbol, LLVMJITSymbolFlags, LLVMJITSymbolGenericFlags, LLVMOrcAbsoluteSymbols,
    LLVMOrcCSymbolMapPair, LLVMOrcExecutionSessionGetSymbolStringPool, LLVMOrcExecutionSessionSetErrorReporter,
    LLVMOrcJITDylibCreateResourceTracker, LLVMOrcJITDylibDefine, LLVMOrcJITTargetMachineBuilderDetectHost,
    LLVMOrcReleaseResourceTracker, LLVMOrcResourceTrackerRef, LLVMOrcResourceTrackerRemove,
    LLVMOrcSymbolStringPoolClearDeadEntries,
};
use upshift_core::runtime::symbols::Symbol;

use crate::target::{self, Buffer};

/// The session that owns all code of a tier.
pub(crate) struct Linker {
    jit: LLVMOrcLLJITRef,
    /// The addresses that the runtime's symbols are defined with; `None` before the first unit.
    symbols: Mutex<Option<Vec<usize>>>,
    /// What the session said about failures. Boxed: the session holds its address.
    messages: Box<Mutex<String>>,
}

// SAFETY: ORC locks its session; the other fields are locked here.
unsafe impl Send for Linker {}
// SAFETY: as above.
unsafe impl Sync for Linker {}

/// A unit's code in memory.
pub(crate) struct Linked {
    /// Address of the body.
    pub(crate) body: usize,
    /// Address of the entry.
    pub(crate) entry: usize,
    tracker: LLVMOrcResourceTrackerRef,
    /// Keeps the session alive.
    linker: Arc<Linker>,
}

// SAFETY: a tracker is used at two moments, linking and dropping, and ORC locks its session in both.
unsafe impl Send for Linked {}
// SAFETY: nothing can be done with a shared `Linked` but read its addresses.
unsafe impl Sync for Linked {}

impl Linker {
    /// A session without code.
    pub(crate) fn new() -> Result<Arc<Linker>, String> {
        target::initialize();
        let messages = Box::new(Mutex::new(String::new()));
        let mut jit = null_mut();
        // SAFETY: the builders are handed over as the calls ask; the reporter's context lives in the linker, which
        // disposes of the session before it drops the box.
        unsafe {
            let mut machine = null_mut();
            check(LLVMOrcJITTargetMachineBuilderDetectHost(&raw mut machine))?;
            let builder = LLVMOrcCreateLLJITBuilder();
            LLVMOrcLLJITBuilderSetJITTargetMachineBuilder(builder, machine);
            check(LLVMOrcCreateLLJIT(&raw mut jit, builder))?;
            LLVMOrcExecutionSessionSetErrorReporter(
                LLVMOrcLLJITGetExecutionSession(jit),
                report_error,
                (&raw const *messages).cast_mut().cast(),
            );
        }
        Ok(Arc::new(Linker { jit, symbols: Mutex::new(None), messages }))
    }

    /// Defines the runtime's symbols, in the order of `Symbol::ALL`; later calls must state the same addresses.
    pub(crate) fn define_symbols(&self, addresses: &[usize]) -> Result<(), String> {
        let mut defined = self.symbols.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*defined {
            return if known == addresses { Ok(()) } else { Err("the runtime's symbols have moved".into()) };
        }
        if addresses.len() != Symbol::ALL.len() {
            return Err(format!("{} symbols are known, {} addresses came", Symbol::ALL.len(), addresses.len()));
        }
        let generic = LLVMJITSymbolGenericFlags::LLVMJITSymbolGenericFlagsExported as u8
            | LLVMJITSymbolGenericFlags::LLVMJITSymbolGenericFlagsCallable as u8;
        let mut pairs = Vec::new();
        for (symbol, &address) in Symbol::ALL.iter().zip(addresses) {
            let name = c_string(symbol.info().name)?;
            pairs.push(LLVMOrcCSymbolMapPair {
                // SAFETY: the session is alive; the definition below takes the reference over.
                Name: unsafe { LLVMOrcLLJITMangleAndIntern(self.jit, name.as_ptr()) },
                Sym: LLVMJITEvaluatedSymbol {
                    Address: address as u64,
                    Flags: LLVMJITSymbolFlags { GenericFlags: generic, TargetFlags: 0 },
                },
            });
        }
        // SAFETY: the pairs are initialized, and copied by the call.
        unsafe {
            let unit = LLVMOrcAbsoluteSymbols(pairs.as_mut_ptr(), pairs.len());
            check(LLVMOrcJITDylibDefine(LLVMOrcLLJITGetMainJITDylib(self.jit), unit))?;
        }
        *defined = Some(addresses.to_vec());
        Ok(())
    }

    /// Brings an object into memory and finds the two functions that it exports.
    pub(crate) fn link(self: &Arc<Linker>, object: Buffer, body: &str, entry: &str) -> Result<Linked, String> {
        // SAFETY: the session is alive; the dylib belongs to it.
        let tracker = unsafe { LLVMOrcJITDylibCreateResourceTracker(LLVMOrcLLJITGetMainJITDylib(self.jit)) };
        let mut linked = Linked { body: 0, entry: 0, tracker, linker: self.clone() };
        // SAFETY: the call takes the buffer over, also when it fails.
        check(unsafe { LLVMOrcLLJITAddObjectFileWithRT(self.jit, tracker, object.into_raw()) })?;
        linked.body = self.find(body)?;
        linked.entry = self.find(entry)?;
        Ok(linked)
    }

    fn find(&self, name: &str) -> Result<usize, String> {
        let name = c_string(name)?;
        let mut address = 0;
        // SAFETY: the session is alive, the name ends with 0, the out-pointer is valid.
        check(unsafe { LLVMOrcLLJITLookup(self.jit, &raw mut address, name.as_ptr()) })
            .map_err(|error| format!("{error}{}", self.take_messages()))?;
        Ok(address as usize)
    }

    fn take_messages(&self) -> String {
        std::mem::take(&mut *self.messages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Linker {
    fn drop(&mut self) {
        // SAFETY: every `Linked` holds the linker, so no code is left. A failure leaves nothing to be done.
        let _ = check(unsafe { LLVMOrcDisposeLLJIT(self.jit) });
    }
}

impl Drop for Linked {
    fn drop(&mut self) {
        // SAFETY: the tracker is ours, and whoever drops the code says that nothing runs in it.
        unsafe {
            let _ = check(LLVMOrcResourceTrackerRemove(self.tracker));
            LLVMOrcReleaseResourceTracker(self.tracker);
            // The session would keep the names of all functions that it ever had.
            let session = LLVMOrcLLJITGetExecutionSession(self.linker.jit);
            LLVMOrcSymbolStringPoolClearDeadEntries(LLVMOrcExecutionSessionGetSymbolStringPool(session));
        }
    }
}

fn c_string(text: &str) -> Result<CString, String> {
    CString::new(text).map_err(|_| format!("the name {text:?} holds a 0 byte"))
}

/// Turns LLVM's error into ours.
fn check(error: LLVMErrorRef) -> Result<(), String> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: the error is not null and taken over by the first call; the message is freed after its copy.
    unsafe {
        let message = LLVMGetErrorMessage(error);
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeErrorMessage(message);
        Err(text)
    }
}

/// Keeps what the session reports beside the error it returns.
extern "C" fn report_error(context: *mut c_void, error: LLVMErrorRef) {
    // SAFETY: the context is the linker's box of messages.
    let messages = unsafe { &*context.cast::<Mutex<String>>() };
    if let Err(text) = check(error) {
        let mut messages = messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push_str("; ");
        messages.push_str(&text);
    }
}
