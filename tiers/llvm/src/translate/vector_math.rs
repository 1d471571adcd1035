//! libm routines that have vector forms in glibc's libmvec, for the loop vectorizer.
//!
//! A call gets the list of its forms as an attribute, in the names of the x86 vector ABI: `_ZGVeN8v_exp` is exp of 8
//! doubles in AVX-512 registers. exp over a million numbers takes 0.5 ms instead of 2.4. The forms differ from libm
//! by up to 2 units in the last place, so only calls that may be approximate (`afn`) have them. LLVM's own table of
//! libmvec cannot be turned on through its C interface, and knows no form for AVX-512.

use std::ffi::CString;
use std::sync::LazyLock;

use inkwell::attributes::AttributeLoc;
use inkwell::module::Linkage;
use inkwell::types::{BasicMetadataTypeEnum, FloatType, VectorType};
use inkwell::values::{CallSiteValue, FunctionValue, PointerValue};
use llvm_sys::support::{LLVMLoadLibraryPermanently, LLVMSearchForAddressOfSymbol};
use upshift_core::lir::Type;
use upshift_core::runtime::symbols::Symbol;

use super::fault::Fault;
use super::unit::UnitContext;

/// A class of vector registers: its letter in the names, its doubles.
const CLASSES: [(char, u32); 3] = [('b', 2), ('d', 4), ('e', 8)];

/// Whether the process has libmvec; opening it makes its routines known to the linker.
static HAS_LIBRARY: LazyLock<bool> = LazyLock::new(|| {
    // SAFETY: the name ends with 0; the library only defines functions.
    unsafe { LLVMLoadLibraryPermanently(c"libmvec.so.1".as_ptr()) == 0 }
});

impl<'ctx> UnitContext<'_, 'ctx> {
    /// Tells the vectorizer the vector forms of a call, if there are any.
    pub(super) fn add_vector_forms(&self, call: CallSiteValue<'ctx>, symbol: Symbol) -> Result<bool, Fault> {
        let info = symbol.info();
        let ty = match info.returns {
            [ty] if ty.is_float() && info.params.iter().all(|param| param == ty) => *ty,
            _ => return Ok(false),
        };
        let lanes_scale = if ty == Type::F32 { 2 } else { 1 };
        let mut names = Vec::new();
        for (class, doubles) in CLASSES {
            let lanes = doubles * lanes_scale;
            let name = format!("_ZGV{class}N{lanes}{}_{}", "v".repeat(info.params.len()), info.name);
            if self.has_class(class) && is_in_process(&name) {
                self.declare_vector_form(&name, ty, lanes, info.params.len())?;
                names.push(name);
            }
        }
        if names.is_empty() {
            return Ok(false);
        }
        let list: Vec<String> = names.iter().map(|name| format!("{name}({name})")).collect();
        let attribute = self.context.create_string_attribute("vector-function-abi-variant", &list.join(","));
        call.add_attribute(AttributeLoc::Function, attribute);
        Ok(true)
    }

    fn has_class(&self, class: char) -> bool {
        match class {
            'e' => self.host.has_avx512,
            'd' => self.host.has_avx2,
            _ => true,
        }
    }

    /// Declares a form, and lists it where no pass drops it: until the vectorizer comes, nothing calls it.
    fn declare_vector_form(&self, name: &str, ty: Type, lanes: u32, params: usize) -> Result<(), Fault> {
        if self.module.get_function(name).is_some() {
            return Ok(());
        }
        let element: FloatType<'ctx> = self.value_type(ty).into_float_type();
        let vector: VectorType<'ctx> = element.vec_type(lanes);
        let params: Vec<BasicMetadataTypeEnum<'_>> = vec![vector.into(); params];
        let function = self.module.add_function(name, vector.fn_type(&params, false), None);
        for attribute in ["nounwind", "willreturn", "nocallback", "nosync", "nofree", "memory"] {
            function.add_attribute(AttributeLoc::Function, self.attribute(attribute, 0));
        }
        self.keep_vector_forms();
        Ok(())
    }

    /// Lists the module's vector forms as functions in use.
    fn keep_vector_forms(&self) {
        const LIST: &str = "llvm.compiler.used";
        let is_form = |function: &FunctionValue<'_>| function.get_name().to_bytes().starts_with(b"_ZGV");
        let forms: Vec<PointerValue<'ctx>> =
            self.module.get_functions().filter(is_form).map(|form| form.as_global_value().as_pointer_value()).collect();
        if let Some(list) = self.module.get_global(LIST) {
            // SAFETY: nothing refers to the list, and it is not used after this.
            unsafe { list.delete() };
        }
        let forms = self.pointer_type().const_array(&forms);
        let list = self.module.add_global(forms.get_type(), None, LIST);
        list.set_linkage(Linkage::Appending);
        list.set_section(Some("llvm.metadata"));
        list.set_initializer(&forms);
    }
}

fn is_in_process(name: &str) -> bool {
    let Ok(name) = CString::new(name) else { return false };
    // SAFETY: the name ends with 0.
    *HAS_LIBRARY && unsafe { !LLVMSearchForAddressOfSymbol(name.as_ptr()).is_null() }
}
