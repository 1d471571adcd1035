//! What a thread reuses from one compilation to the next, and one function's way from CLIF to bytes.

use std::cell::Cell;
use std::sync::atomic::{AtomicPtr, Ordering};

use cranelift_codegen::Context;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{ExternalName, LibCall};
use cranelift_codegen::isa::TargetIsa;
use cranelift_codegen::{CodegenError, CompiledCode, FinalizedMachReloc, FinalizedRelocTarget};
use cranelift_frontend::FunctionBuilderContext;
use upshift_core::code_symbols::{CodeLine, CodeSymbol};
use upshift_core::tier::CompileError;

/// Alignment of functions: that of the largest constants behind them, and of a fetch of the processor.
const FUNCTION_ALIGNMENT: usize = 16;

/// Cranelift's tables, and the bytes of the unit so far.
pub(crate) struct Workspace {
    pub(crate) context: Context,
    pub(crate) builder_context: FunctionBuilderContext,
    pub(crate) image: Image,
}

/// A unit's code before it has an address.
#[derive(Default)]
pub(crate) struct Image {
    /// The code of all functions.
    pub(crate) bytes: Vec<u8>,
    /// The position of each function in `bytes`.
    pub(crate) functions: Vec<usize>,
    /// What to write into `bytes` when the addresses are known.
    pub(crate) relocations: Vec<Relocation>,
    /// The largest alignment that a function asks for.
    pub(crate) alignment: usize,
    /// Where functions and lines lie, by positions in `bytes`; noted when asked for.
    pub(crate) symbols: Vec<CodeSymbol>,
}

/// A place that holds an address.
pub(crate) struct Relocation {
    pub(crate) position: usize,
    pub(crate) kind: Reloc,
    pub(crate) target: Target,
    pub(crate) addend: i64,
}

/// What a relocation leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// The function at this position in the unit.
    Function(usize),
    /// A routine of `libcalls`.
    LibCall(LibCall),
    /// A place in the bytes.
    Position(usize),
}

thread_local! {
    static WORKSPACE: Cell<Option<Box<Workspace>>> = const { Cell::new(None) };
}

const _: fn() = || {
    fn goes_to_other_threads<T: Send>() {}
    goes_to_other_threads::<Workspace>();
};

/// One that its thread has no use for, or null. A fork at any moment leaves it whole: it is taken in one step.
static SPARE: AtomicPtr<Workspace> = AtomicPtr::new(std::ptr::null_mut());

impl Workspace {
    fn new() -> Box<Workspace> {
        let image = Image::default();
        Box::new(Workspace { context: Context::new(), builder_context: FunctionBuilderContext::new(), image })
    }

    /// Runs `compile` with this thread's workspace. An error or a panic loses the workspace, whose tables may be
    /// half written.
    pub(crate) fn with<R>(compile: impl FnOnce(&mut Workspace) -> Result<R, CompileError>) -> Result<R, CompileError> {
        let mut workspace = WORKSPACE.take().or_else(Workspace::spare).unwrap_or_else(Workspace::new);
        workspace.image.clear();
        let result = compile(&mut workspace)?;
        WORKSPACE.set(Some(workspace));
        Ok(result)
    }

    fn spare() -> Option<Box<Workspace>> {
        // Acquire: the tables that another thread has written are complete.
        let spare = SPARE.swap(std::ptr::null_mut(), Ordering::Acquire);
        // SAFETY: `leave` made it from a box, and whoever takes it out of the static is its one owner.
        (!spare.is_null()).then(|| unsafe { Box::from_raw(spare) })
    }

    /// Leaves this thread's workspace to another thread, whose first compilation then finds large tables, in memory that
    /// the system has mapped: that is a fifth of its time.
    pub(crate) fn leave() {
        if let Some(workspace) = WORKSPACE.take() {
            let before = SPARE.swap(Box::into_raw(workspace), Ordering::AcqRel);
            // SAFETY: as in `spare`.
            drop((!before.is_null()).then(|| unsafe { Box::from_raw(before) }));
        }
    }

    /// Compiles the function in `context` and appends it to the image, with its symbol if that is asked for.
    pub(crate) fn append_function(&mut self, isa: &dyn TargetIsa, is_described: bool) -> Result<(), CompileError> {
        if let Err(error) = self.context.compile(isa, &mut ControlPlane::default()) {
            return Err(compile_error(error.inner));
        }
        let compiled = self.context.compiled_code().expect("the compilation above succeeded");
        let image = &mut self.image;
        let alignment = FUNCTION_ALIGNMENT.max(compiled.buffer.alignment as usize);
        image.alignment = image.alignment.max(alignment);
        image.bytes.resize(image.bytes.len().next_multiple_of(alignment), 0);
        let start = image.bytes.len();
        if is_described {
            image.symbols.push(symbol(compiled, image.functions.len(), start));
        }
        image.functions.push(start);
        image.bytes.extend_from_slice(compiled.code_buffer());
        for relocation in compiled.buffer.relocs() {
            let target = target(relocation, start, &self.context.func)?;
            let position = start + relocation.offset as usize;
            image.relocations.push(Relocation { position, kind: relocation.kind, target, addend: relocation.addend });
        }
        Ok(())
    }
}

/// Where a function of the unit and its lines lie.
fn symbol(compiled: &CompiledCode, function: usize, start: usize) -> CodeSymbol {
    let mut lines: Vec<CodeLine> = Vec::new();
    for stretch in compiled.buffer.get_srclocs_sorted() {
        // Cranelift's own instructions have a location without a line.
        let line = if stretch.loc.is_default() { 0 } else { stretch.loc.bits() };
        if lines.last().is_none_or(|last| last.line != line) {
            lines.push(CodeLine { offset: stretch.start as usize, function, line });
        }
    }
    CodeSymbol { function, address: start, size: compiled.code_buffer().len(), lines }
}

impl Image {
    fn clear(&mut self) {
        self.bytes.clear();
        self.functions.clear();
        self.relocations.clear();
        self.symbols.clear();
        self.alignment = FUNCTION_ALIGNMENT;
    }
}

fn target(
    relocation: &FinalizedMachReloc,
    start: usize,
    func: &cranelift_codegen::ir::Function,
) -> Result<Target, CompileError> {
    match &relocation.target {
        FinalizedRelocTarget::Func(offset) => Ok(Target::Position(start + *offset as usize)),
        FinalizedRelocTarget::ExternalName(ExternalName::User(name)) => {
            Ok(Target::Function(func.params.user_named_funcs()[*name].index as usize))
        }
        FinalizedRelocTarget::ExternalName(ExternalName::LibCall(libcall)) => Ok(Target::LibCall(*libcall)),
        FinalizedRelocTarget::ExternalName(name @ (ExternalName::TestCase(_) | ExternalName::KnownSymbol(_))) => {
            Err(bug(format!("a relocation leads to {name:?}")))
        }
    }
}

fn compile_error(error: CodegenError) -> CompileError {
    match error {
        CodegenError::ImplLimitExceeded => CompileError::TooLarge("a limit of Cranelift".to_owned()),
        CodegenError::CodeTooLarge => CompileError::TooLarge("its machine code".to_owned()),
        // Cranelift's type, and other kinds may come with a new version of it.
        other => bug(format!("{other:?}")),
    }
}

fn bug(message: String) -> CompileError {
    CompileError::Bug { stage: "cranelift", message }
}
