//! The tier: the order of the steps, and the guard against panics.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cranelift_codegen::isa::OwnedTargetIsa;
use upshift_core::code_symbols::CodeSymbol;
use upshift_core::lir::Unit;
use upshift_core::tier::{Code, CompileError, Linkage, Listing, Tier};

use crate::arena::Arena;
use crate::data::UnitData;
use crate::translate::{UnitContext, translate};
use crate::workspace::Workspace;
use crate::{isa, link, listing, warm_up};

/// Tier 1. Any number of threads may compile at once.
///
/// ```
/// use upshift_core::lir::{Function, FunctionBuilder, FunctionId, Region, Signature, Type, Unit};
/// use upshift_core::tier::{CompileError, Linkage, Tier};
/// use upshift_cranelift::CraneliftTier;
///
/// let mut body = Function::new(FunctionId(0), "answer", Signature { params: vec![], returns: vec![Type::I32] });
/// let block = body.add_block();
/// let mut builder = FunctionBuilder::new(&mut body, block);
/// let status = builder.const_int(Type::I32, 0);
/// builder.return_(&[status]);
///
/// let signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
/// let mut entry = Function::new(FunctionId(0), "answer entry", signature);
/// let block = entry.add_block();
/// let slots = entry.add_param(block, Type::Ptr);
/// let mut builder = FunctionBuilder::new(&mut entry, block);
/// let answer = builder.const_i64(42);
/// builder.store(answer, slots, 0, Region::Frame);
/// let status = builder.const_int(Type::I32, 0);
/// builder.return_(&[status]);
///
/// let tier = CraneliftTier::new()?;
/// let unit = Unit { functions: vec![body, entry] };
/// let code = tier.compile(&unit, &Linkage { symbols: &[], body_cell: &|_| 0 })?;
/// // SAFETY: an entry has this type, and the one result fits in the slot.
/// let call: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(code.entry) };
/// let mut slots = [0];
/// assert_eq!((call(slots.as_mut_ptr()), slots[0]), (0, 42));
/// # Ok::<(), CompileError>(())
/// ```
pub struct CraneliftTier {
    pub(crate) isa: OwnedTargetIsa,
    arena: Arc<Arena>,
}

impl CraneliftTier {
    /// The tier for this machine.
    ///
    /// # Errors
    /// `OutOfMemory` without address space for code; `Bug` on a machine that Cranelift or we do not know.
    pub fn new() -> Result<CraneliftTier, CompileError> {
        Ok(CraneliftTier { isa: isa::for_host()?, arena: Arena::new()? })
    }

    /// The tier for the oldest machine of this architecture: its code runs here too, without the newer instructions.
    ///
    /// # Errors
    /// As for `new`.
    pub fn for_baseline() -> Result<CraneliftTier, CompileError> {
        Ok(CraneliftTier { isa: isa::for_baseline()?, arena: Arena::new()? })
    }

    /// Bytes of memory that hold code of this tier, whole pages; for tests that memory stays flat.
    pub fn live_bytes(&self) -> usize {
        self.arena.used_bytes()
    }

    /// Compiles a small unit and drops it. Call it on another thread early in the process's life: the first function
    /// is then compiled in a third of the time.
    ///
    /// # Errors
    /// As for `compile`.
    pub fn warm_up(&self) -> Result<(), CompileError> {
        self.compile(&warm_up::unit(), &Linkage { symbols: &[], body_cell: &|_| 0 })?;
        Workspace::leave();
        Ok(())
    }
}

impl CraneliftTier {
    fn compile_unit(
        &self,
        unit: &Unit,
        linkage: &Linkage<'_>,
        is_described: bool,
    ) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        guarded(|stage| {
            let data = UnitData::new(unit);
            Workspace::with(|workspace| {
                for index in 0..unit.functions.len() {
                    stage.set("translation to CLIF");
                    workspace.context.clear();
                    translate(&UnitContext { unit, index, linkage, data: &data, isa: &*self.isa }, workspace)?;
                    stage.set("cranelift");
                    workspace.append_function(&*self.isa, is_described)?;
                }
                stage.set("link");
                let code = link::publish(&self.arena, &workspace.image, data)?;
                let mut symbols = std::mem::take(&mut workspace.image.symbols);
                // The body is the first function, at position 0.
                symbols.iter_mut().for_each(|symbol| symbol.address += code.body);
                Ok((code, symbols))
            })
        })
    }
}

impl Tier for CraneliftTier {
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError> {
        self.compile_unit(unit, linkage, false).map(|(code, _)| code)
    }

    fn compile_described(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        self.compile_unit(unit, linkage, true)
    }

    fn list(&self, unit: &Unit, listing: Listing) -> Result<String, CompileError> {
        guarded(|stage| listing::list(self, unit, listing, stage))
    }
}

/// Turns a panic of `work` into an error that names the stage it had come to.
fn guarded<R>(work: impl FnOnce(&Cell<&'static str>) -> Result<R, CompileError>) -> Result<R, CompileError> {
    let stage = Cell::new("constant data");
    // What a panic leaves half done is this thread's workspace, which is lost with it, and nothing else.
    catch_unwind(AssertUnwindSafe(|| work(&stage)))
        .unwrap_or_else(|payload| Err(CompileError::Bug { stage: stage.get(), message: panic_message(&*payload) }))
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic without a message".to_owned())
}
