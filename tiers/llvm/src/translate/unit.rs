//! The module of a unit: its functions, their names and linkage, and what their translations share.

use inkwell::AddressSpace;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::builder::Builder;
use inkwell::context::{AsContextRef, Context};
use inkwell::module::{Linkage, Module};
use inkwell::types::{AnyType, PointerType};
use inkwell::values::{BasicValue, BasicValueEnum, FunctionValue, GlobalValue, PointerValue};
use llvm_sys::core::{LLVMConstBitCast, LLVMCreateConstantRangeAttribute};
use upshift_core::lir::{Block, CalleeData, Cfg, Function, FunctionId, Unit};

use super::fault::Fault;
use super::function::translate_function;
use super::lines::Lines;
use super::regions::Regions;
use crate::target::Host;

/// The names of the two functions that the object exports.
pub(crate) struct Names {
    /// Of the body.
    pub(crate) body: String,
    /// Of the entry.
    pub(crate) entry: String,
}

impl Names {
    /// The name of the function at this place in the unit.
    pub(crate) fn of(&self, place: usize, unit: &Unit) -> String {
        match place {
            0 => self.body.clone(),
            1 => self.entry.clone(),
            _ => format!("callee_{}", unit.functions[place].id),
        }
    }
}

/// Where calls to functions outside the unit find their cells.
pub(crate) enum Cells<'a> {
    /// At these addresses.
    At(&'a dyn Fn(FunctionId) -> usize),
    /// Nowhere: the code is only shown, and names them.
    Named,
}

/// What the translations of a unit's functions share.
pub(super) struct UnitContext<'a, 'ctx> {
    pub(super) context: &'ctx Context,
    pub(super) module: Module<'ctx>,
    pub(super) builder: Builder<'ctx>,
    pub(super) host: &'a Host,
    pub(super) regions: Regions<'ctx>,
    /// The debug information, if it is wanted.
    pub(super) lines: Option<Lines<'ctx>>,
    unit: &'a Unit,
    /// The body has a loop.
    is_loop: bool,
    cells: Cells<'a>,
    functions: Vec<FunctionValue<'ctx>>,
}

/// Translates a unit.
pub(crate) fn translate_unit<'ctx>(
    context: &'ctx Context,
    unit: &Unit,
    host: &Host,
    cells: Cells<'_>,
    names: &Names,
    has_lines: bool,
) -> Result<Module<'ctx>, Fault> {
    if unit.functions.len() < 2 {
        return Err(Fault("a unit without body and entry".into()));
    }
    let mut shared = UnitContext {
        context,
        module: context.create_module(&names.body),
        builder: context.create_builder(),
        host,
        regions: Regions::new(context),
        lines: None,
        unit,
        is_loop: has_loop(unit.body()),
        cells,
        functions: Vec::new(),
    };
    shared.module.set_triple(&host.triple);
    shared.module.set_data_layout(&host.layout);
    shared.lines = has_lines.then(|| shared.begin_lines());
    shared.declare_functions(names)?;
    for (func, &value) in unit.functions.iter().zip(&shared.functions) {
        translate_function(&shared, func, value)?;
    }
    shared.end_lines();
    Ok(shared.module)
}

impl<'ctx> UnitContext<'_, 'ctx> {
    fn declare_functions(&mut self, names: &Names) -> Result<(), Fault> {
        for (index, func) in self.unit.functions.iter().enumerate() {
            let (name, linkage) = match index {
                0 | 1 => (names.of(index, self.unit), Linkage::External),
                _ => (names.of(index, self.unit), Linkage::Internal),
            };
            let ty = self.function_type(&func.signature.params, &func.signature.returns)?;
            let value = self.module.add_function(&name, ty, Some(linkage));
            value.add_attribute(AttributeLoc::Function, self.attribute("nounwind", 0));
            // For profilers, and for the walk over frames that tracebacks may need.
            value.add_attribute(AttributeLoc::Function, self.context.create_string_attribute("frame-pointer", "all"));
            if let Some(lines) = &self.lines {
                value.set_subprogram(lines.scope(index, func, &name));
            }
            self.functions.push(value);
        }
        Ok(())
    }

    /// The function of the unit that a call to `callee` goes to, if there is one.
    pub(super) fn local_function(&self, callee: &CalleeData) -> Result<Option<FunctionValue<'ctx>>, Fault> {
        let Some(index) = self.unit.functions.iter().position(|func| func.id == callee.id) else { return Ok(None) };
        if self.unit.functions[index].signature != callee.signature {
            return Err(Fault(format!("a call to {} with another signature", callee.id)));
        }
        Ok(Some(self.functions[index]))
    }

    /// True for the entry's call of a body with a loop: inlined, the loop would be compiled twice to save a nanosecond.
    pub(super) fn is_kept_call(&self, caller: FunctionValue<'ctx>, callee: FunctionValue<'ctx>) -> bool {
        self.is_loop && caller == self.functions[1] && callee == self.functions[0]
    }

    /// The cell that holds the address of a function outside the unit.
    pub(super) fn cell(&self, id: FunctionId) -> PointerValue<'ctx> {
        match self.cells {
            Cells::At(address) => self.const_pointer(address(id) as u64),
            Cells::Named => {
                let name = format!("cell_{id}");
                let known = self.module.get_global(&name);
                let global: GlobalValue<'_> =
                    known.unwrap_or_else(|| self.module.add_global(self.pointer_type(), None, &name));
                global.as_pointer_value()
            }
        }
    }

    pub(super) fn pointer_type(&self) -> PointerType<'ctx> {
        self.context.ptr_type(AddressSpace::default())
    }

    pub(super) fn const_pointer(&self, address: u64) -> PointerValue<'ctx> {
        self.context.i64_type().const_int(address, false).const_to_pointer(self.pointer_type())
    }

    /// The constant of type `ty` with the bits of `value`.
    pub(super) fn const_cast(&self, value: impl BasicValue<'ctx>, ty: impl AnyType<'ctx>) -> BasicValueEnum<'ctx> {
        // SAFETY: both are alive in this context; a cast between an integer and a float of one width folds to a
        // constant, which is never null.
        unsafe { BasicValueEnum::new(LLVMConstBitCast(value.as_value_ref(), ty.as_type_ref())) }
    }

    /// Says of an i64 that it is not negative: the range from 0 up to, excluding it, the least number.
    pub(super) fn not_negative(&self) -> Attribute {
        let kind = Attribute::get_named_enum_kind_id("range");
        let (lower, upper) = ([0_u64], [i64::MIN as u64]);
        // SAFETY: the context lives, and both bounds have the one word that 64 bits take.
        unsafe {
            let context = self.context.as_ctx_ref();
            Attribute::new(LLVMCreateConstantRangeAttribute(context, kind, 64, lower.as_ptr(), upper.as_ptr()))
        }
    }

    /// An attribute of LLVM's own, by name.
    pub(super) fn attribute(&self, name: &str, value: u64) -> Attribute {
        self.context.create_enum_attribute(Attribute::get_named_enum_kind_id(name), value)
    }
}

fn has_loop(func: &Function) -> bool {
    let cfg = Cfg::new(func);
    let is_head = |block: &Block| cfg.preds(*block).iter().any(|&pred| cfg.position(pred) >= cfg.position(*block));
    cfg.reverse_postorder().iter().any(is_head)
}
