//! The host processor: one target machine per thread, object code and assembly.
//!
//! Making a target machine costs 240 microseconds and one may not be used by two threads at once, so each compiling
//! thread keeps its own. Processor and features are set on the machine; as attributes of each function they cost
//! 4 to 8 % of the compilation. Small code model with position-independent code: JITLink builds the stubs for what is
//! far away, where the large model would spell out every address.

use std::cell::RefCell;
use std::ffi::CStr;
use std::ptr::null_mut;
use std::rc::Rc;
use std::sync::Once;

use inkwell::OptimizationLevel;
use inkwell::data_layout::DataLayout;
use inkwell::module::Module;
use inkwell::targets::{CodeModel, RelocMode, Target, TargetMachine, TargetTriple};
use llvm_sys::core::{LLVMDisposeMemoryBuffer, LLVMDisposeMessage, LLVMGetBufferSize, LLVMGetBufferStart};
use llvm_sys::prelude::LLVMMemoryBufferRef;
use llvm_sys::support::LLVMParseCommandLineOptions;
use llvm_sys::target::{
    LLVMInitializeX86AsmPrinter, LLVMInitializeX86Target, LLVMInitializeX86TargetInfo, LLVMInitializeX86TargetMC,
};
use llvm_sys::target_machine::{LLVMCodeGenFileType, LLVMTargetMachineEmitToMemoryBuffer};

/// The host, as one thread compiles for it.
pub(crate) struct Host {
    /// The target machine.
    pub(crate) machine: TargetMachine,
    /// For the modules.
    pub(crate) triple: TargetTriple,
    /// For the modules.
    pub(crate) layout: DataLayout,
    /// 4 doubles in a register.
    pub(crate) has_avx2: bool,
    /// 8 doubles in a register.
    pub(crate) has_avx512: bool,
}

thread_local! {
    static HOST: RefCell<Option<Rc<Host>>> = const { RefCell::new(None) };
}

/// The host for this thread, made at first use.
pub(crate) fn host() -> Result<Rc<Host>, String> {
    HOST.with_borrow_mut(|slot| {
        if let Some(host) = slot {
            return Ok(host.clone());
        }
        Ok(slot.insert(Rc::new(new_host()?)).clone())
    })
}

/// Registers the host's code generator with LLVM, once.
pub(crate) fn initialize() {
    static INITIALIZED: Once = Once::new();
    // The code generator would turn selections back into branches that are mispredicted: a binary search takes 2.2
    // times as long with it, and none of twelve kernels of `benches/python` gains.
    // Profilers and debuggers miss the caller of code that makes its frame on some paths only. Making it on all costs
    // nothing that could be measured in calls of `add`, `fib` and sums of eight elements.
    let options = [c"upshift".as_ptr(), c"-x86-cmov-converter=false".as_ptr(), c"-enable-shrink-wrap=false".as_ptr()];
    // SAFETY: registration takes no arguments; the options are C strings; `Once` keeps threads apart.
    INITIALIZED.call_once(|| unsafe {
        LLVMInitializeX86TargetInfo();
        LLVMInitializeX86Target();
        LLVMInitializeX86TargetMC();
        LLVMInitializeX86AsmPrinter();
        LLVMParseCommandLineOptions(options.len() as i32, options.as_ptr(), std::ptr::null());
    });
}

fn new_host() -> Result<Host, String> {
    initialize();
    let triple = TargetMachine::get_default_triple();
    let processor = TargetMachine::get_host_cpu_name().to_string();
    let features = TargetMachine::get_host_cpu_features().to_string();
    let machine = Target::from_triple(&triple)
        .map_err(|error| error.to_string())?
        .create_target_machine(
            &triple,
            &processor,
            &features,
            OptimizationLevel::Default,
            RelocMode::PIC,
            CodeModel::Small,
        )
        .ok_or_else(|| format!("no code generator for {processor} on {triple}"))?;
    let layout = machine.get_target_data().get_data_layout();
    let has = |feature: &str| features.split(',').any(|known| known == feature);
    Ok(Host { machine, triple, layout, has_avx2: has("+avx2"), has_avx512: has("+avx512f") })
}

/// What the code generator is asked for.
pub(crate) enum Output {
    /// An object file.
    Object,
    /// Assembly.
    Assembly,
}

/// Bytes that LLVM owns.
pub(crate) struct Buffer(LLVMMemoryBufferRef);

impl Buffer {
    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        // SAFETY: the buffer is alive and never changes.
        unsafe { std::slice::from_raw_parts(LLVMGetBufferStart(self.0).cast(), LLVMGetBufferSize(self.0)) }
    }

    /// Gives the buffer to whoever frees it.
    pub(crate) fn into_raw(self) -> LLVMMemoryBufferRef {
        let raw = self.0;
        std::mem::forget(self);
        raw
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: `into_raw` has not given it away.
        unsafe { LLVMDisposeMemoryBuffer(self.0) }
    }
}

impl Host {
    /// Runs the code generator.
    pub(crate) fn emit(&self, module: &Module<'_>, output: Output) -> Result<Buffer, String> {
        let file_type = match output {
            Output::Object => LLVMCodeGenFileType::LLVMObjectFile,
            Output::Assembly => LLVMCodeGenFileType::LLVMAssemblyFile,
        };
        let mut buffer = null_mut();
        let mut message = null_mut();
        // SAFETY: machine and module are alive and used by this thread alone; the out-pointers are valid.
        unsafe {
            let failed = LLVMTargetMachineEmitToMemoryBuffer(
                self.machine.as_mut_ptr(),
                module.as_mut_ptr(),
                file_type,
                &raw mut message,
                &raw mut buffer,
            );
            if failed != 0 {
                let text = CStr::from_ptr(message).to_string_lossy().into_owned();
                LLVMDisposeMessage(message);
                return Err(text);
            }
        }
        Ok(Buffer(buffer))
    }
}
