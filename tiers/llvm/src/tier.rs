//! The order of a compilation, its limits and its report.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use inkwell::context::Context;
use inkwell::module::Module;
use upshift_core::code_symbols::CodeSymbol;
use upshift_core::lir::Unit;
use upshift_core::tier::{Code, CompileError, Linkage, Listing, Tier};
use upshift_core::tier_interface::{Pipeline, Report};

use crate::link::Linker;
use crate::pipeline;
use crate::remarks::Reports;
use crate::symbols::{moved, read_symbols};
use crate::target::{self, Host, Output};
use crate::translate::{Cells, Names, translate_unit};

/// Units with more instructions stay with tier 1: they would take LLVM seconds.
const MAX_INSTRUCTIONS: usize = 50_000;

/// Also those with a longer block: LLVM's time grows with the square of a block's length, 1.2 s for this one.
const MAX_BLOCK_LENGTH: usize = 10_000;

/// What a caller may choose about a compilation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Which passes run.
    pub pipeline: Pipeline,
}

/// The LLVM back end. Threads may compile at once; code lives until its `Code` is dropped, past the tier itself.
pub struct LlvmTier {
    options: Options,
    linker: Arc<Linker>,
    /// Units compiled so far: makes their names differ.
    serial: AtomicU64,
}

impl LlvmTier {
    /// A back end that compiles by `options` where a compilation does not state its own.
    ///
    /// # Errors
    /// `CompileError::Bug` if LLVM knows no code generator for this processor.
    pub fn new(options: Options) -> Result<LlvmTier, CompileError> {
        guard(|| {
            let linker = Linker::new().map_err(|message| bug("linker", message))?;
            Ok(LlvmTier { options, linker, serial: AtomicU64::new(0) })
        })
    }

    /// Compiles by other options than the tier's, and tells the cost.
    ///
    /// # Errors
    /// See `CompileError`.
    pub fn compile_with(
        &self,
        unit: &Unit,
        linkage: &Linkage<'_>,
        options: Options,
    ) -> Result<(Code, Report), CompileError> {
        check_size(unit)?;
        guard(|| self.compile_unit(unit, linkage, options, false)).map(|(code, report, _)| (code, report))
    }

    /// The same, with where functions and lines lie.
    ///
    /// # Errors
    /// See `CompileError`.
    pub fn compile_described_with(
        &self,
        unit: &Unit,
        linkage: &Linkage<'_>,
        options: Options,
    ) -> Result<(Code, Report, Vec<CodeSymbol>), CompileError> {
        check_size(unit)?;
        guard(|| self.compile_unit(unit, linkage, options, true))
    }

    /// Shows the code that other options than the tier's give.
    ///
    /// # Errors
    /// See `CompileError`.
    pub fn list_with(&self, unit: &Unit, listing: Listing, options: Options) -> Result<String, CompileError> {
        check_size(unit)?;
        guard(|| {
            let names = Names { body: "upshift_body".into(), entry: "upshift_entry".into() };
            let host = target::host().map_err(|message| bug("code generator", message))?;
            let is_for_remarks = listing == Listing::Remarks;
            let reports = if is_for_remarks { Reports::with_remarks() } else { Reports::default() };
            let context = reports.new_context();
            let wish = Wish { names: &names, cells: Cells::Named, has_lines: is_for_remarks };
            let module = optimize(&context, unit, &host, wish, options, &mut Report::default())?;
            match listing {
                Listing::Intermediate => Ok(module.print_to_string().to_string()),
                Listing::Assembly => {
                    let text =
                        host.emit(&module, Output::Assembly).map_err(|message| bug("code generator", message))?;
                    reports.check()?;
                    Ok(String::from_utf8_lossy(text.bytes()).into_owned())
                }
                Listing::Remarks => Ok(reports.remarks()),
            }
        })
    }

    fn compile_unit(
        &self,
        unit: &Unit,
        linkage: &Linkage<'_>,
        options: Options,
        has_lines: bool,
    ) -> Result<(Code, Report, Vec<CodeSymbol>), CompileError> {
        self.linker.define_symbols(linkage.symbols).map_err(|message| bug("linker", message))?;
        let serial = self.serial.fetch_add(1, Relaxed);
        let names = Names { body: format!("upshift_body_{serial}"), entry: format!("upshift_entry_{serial}") };
        let host = target::host().map_err(|message| bug("code generator", message))?;
        let reports = Reports::default();
        let context = reports.new_context();
        let mut report = Report::default();

        let wish = Wish { names: &names, cells: Cells::At(linkage.body_cell), has_lines };
        let module = optimize(&context, unit, &host, wish, options, &mut report)?;
        let mut clock = Instant::now();
        let object = host.emit(&module, Output::Object).map_err(|message| bug("code generator", message))?;
        report.emit_ns = lap(&mut clock);
        reports.check()?;
        report.object_size = object.bytes().len();
        let size = crate::object::code_size(object.bytes());
        let symbols = if has_lines { read_symbols(object.bytes(), unit, &names) } else { Vec::new() };
        let linked = self.linker.link(object, &names.body, &names.entry).map_err(|message| bug("linker", message))?;
        report.link_ns = lap(&mut clock);
        let symbols = moved(symbols, linked.body);
        Ok((Code { body: linked.body, entry: linked.entry, size, memory: Box::new(linked) }, report, symbols))
    }
}

impl Tier for LlvmTier {
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError> {
        self.compile_with(unit, linkage, self.options).map(|(code, _)| code)
    }

    fn compile_described(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        self.compile_described_with(unit, linkage, self.options).map(|(code, _, symbols)| (code, symbols))
    }

    fn list(&self, unit: &Unit, listing: Listing) -> Result<String, CompileError> {
        self.list_with(unit, listing, self.options)
    }
}

/// What a module is made for.
struct Wish<'a> {
    names: &'a Names,
    cells: Cells<'a>,
    has_lines: bool,
}

/// Translates and runs the passes.
fn optimize<'ctx>(
    context: &'ctx Context,
    unit: &Unit,
    host: &Host,
    wish: Wish<'_>,
    options: Options,
    report: &mut Report,
) -> Result<Module<'ctx>, CompileError> {
    let mut clock = Instant::now();
    let module = translate_unit(context, unit, host, wish.cells, wish.names, wish.has_lines)
        .map_err(|fault| bug("translation to LLVM IR", fault.0))?;
    report.translate_ns = lap(&mut clock);
    if cfg!(debug_assertions) {
        module.verify().map_err(|error| bug("LLVM's verifier", format!("{error}\n{}", module.to_string())))?;
        clock = Instant::now();
    }
    pipeline::run(&module, options.pipeline, &host.machine).map_err(|message| bug("LLVM's passes", message))?;
    report.passes_ns = lap(&mut clock);
    report.vector_loops = pipeline::vector_loops(&module);
    Ok(module)
}

fn check_size(unit: &Unit) -> Result<(), CompileError> {
    let lengths =
        || unit.functions.iter().flat_map(|func| func.layout.iter().map(|&block| func.block(block).insts.len()));
    let (sum, longest) = (lengths().sum::<usize>(), lengths().max().unwrap_or(0));
    if sum > MAX_INSTRUCTIONS {
        return Err(CompileError::TooLarge(format!("{sum} instructions, of {MAX_INSTRUCTIONS} at most")));
    }
    if longest > MAX_BLOCK_LENGTH {
        return Err(CompileError::TooLarge(format!("{longest} instructions in a row, of {MAX_BLOCK_LENGTH} at most")));
    }
    Ok(())
}

/// Nanoseconds since the clock was read last.
fn lap(clock: &mut Instant) -> u64 {
    let now = Instant::now();
    (now - std::mem::replace(clock, now)).as_nanos() as u64
}

pub(crate) fn bug(stage: &'static str, message: impl Into<String>) -> CompileError {
    CompileError::Bug { stage, message: message.into() }
}

/// Turns a panic into an error.
pub(crate) fn guard<T>(work: impl FnOnce() -> Result<T, CompileError>) -> Result<T, CompileError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(bug("tier 2", panic_text(&*payload))))
}

fn panic_text(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}
