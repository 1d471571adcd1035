//! Calls: of the runtime, of functions in the unit, and through the cell of any other function.
//!
//! Only calls within the unit are relative to the code. All other addresses are known by now and travel as constants.

use cranelift_codegen::ir::{
    self, ExtFuncData, ExternalName, FuncRef, Inst, InstBuilder, MemFlagsData, SigRef, UserExternalName, Value, types,
};
use cranelift_codegen::isa::CallConv;
use smallvec::SmallVec;
use upshift_core::lir::{Callee, Function, Immediate, InstData, Type};
use upshift_core::runtime::symbols::Symbol;
use upshift_core::runtime::ticker::PRESERVES_REGISTERS;
use upshift_core::tier::CompileError;

use super::arithmetic::wrong_immediate;
use super::function::Translator;
use super::types::signature;

/// How a callee is reached.
#[derive(Clone, Copy)]
enum Route {
    Direct(FuncRef),
    Cell { address: usize, signature: SigRef },
}

/// What the function has called so far, so that each signature is declared once.
pub(super) struct KnownCalls {
    symbols: SmallVec<[(Symbol, SigRef); 8]>,
    callees: SmallVec<[Option<Route>; 8]>,
}

impl KnownCalls {
    /// No call yet.
    pub(super) fn new(func: &Function) -> KnownCalls {
        KnownCalls { symbols: SmallVec::new(), callees: SmallVec::from_elem(None, func.callees.len()) }
    }
}

/// True if a call of the routine leaves all registers as they are.
pub(super) fn is_preserving(symbol: Symbol) -> bool {
    symbol == Symbol::AttendLoop && PRESERVES_REGISTERS
}

impl Translator<'_> {
    pub(super) fn call_runtime(&mut self, data: &InstData) -> Result<(), CompileError> {
        let Immediate::Symbol(symbol) = data.immediate else { return Err(wrong_immediate(data)) };
        let Some(&address) = self.unit.linkage.symbols.get(symbol as usize) else {
            return Err(CompileError::Bug { stage: "translation to CLIF", message: format!("no address of {symbol}") });
        };
        let signature = self.symbol_signature(symbol);
        let args = self.args(data);
        let address = self.ins().iconst(types::I64, address as i64);
        let inst = self.ins().call_indirect(signature, address, &args);
        self.define_results(data, inst);
        Ok(())
    }

    pub(super) fn call_function(&mut self, data: &InstData) -> Result<(), CompileError> {
        let Immediate::Callee(callee) = data.immediate else { return Err(wrong_immediate(data)) };
        let args = self.args(data);
        let inst = match self.route(callee) {
            Route::Direct(function) => self.ins().call(function, &args),
            Route::Cell { address, signature } => {
                let cell = self.ins().iconst(types::I64, address as i64);
                // Acquire: whoever reads a new address sees the code behind it.
                let address = self.ins().atomic_load(types::I64, MemFlagsData::trusted(), cell);
                self.ins().call_indirect(signature, address, &args)
            }
        };
        self.define_results(data, inst);
        Ok(())
    }

    fn args(&self, data: &InstData) -> SmallVec<[Value; 8]> {
        data.args.iter().map(|&arg| self.value(arg)).collect()
    }

    fn define_results(&mut self, data: &InstData, inst: Inst) {
        for (position, &result) in data.results.iter().enumerate() {
            let value = self.builder.inst_results(inst)[position];
            self.define(result, value);
        }
    }

    fn symbol_signature(&mut self, symbol: Symbol) -> SigRef {
        if let Some(&(_, known)) = self.calls.symbols.iter().find(|(other, _)| *other == symbol) {
            return known;
        }
        let mut imported = self.import_signature(symbol.info().params, symbol.info().returns);
        if is_preserving(symbol) {
            let signature = &self.builder.func.dfg.signatures[imported];
            let preserving = ir::Signature { call_conv: CallConv::PreserveAll, ..signature.clone() };
            imported = self.builder.import_signature(preserving);
        }
        self.calls.symbols.push((symbol, imported));
        imported
    }

    fn route(&mut self, callee: Callee) -> Route {
        if let Some(known) = self.calls.callees[callee.index()] {
            return known;
        }
        let data = &self.func.callees[callee.index()];
        let signature = self.import_signature(&data.signature.params, &data.signature.returns);
        // A body and its entry share an id; the body is first, and the one that is meant.
        let in_unit = self.unit.unit.functions.iter().position(|func| func.id == data.id);
        let route = match in_unit {
            Some(index) => Route::Direct(self.import_function(index, signature)),
            None => Route::Cell { address: (self.unit.linkage.body_cell)(data.id), signature },
        };
        self.calls.callees[callee.index()] = Some(route);
        route
    }

    pub(super) fn import_signature(&mut self, params: &[Type], returns: &[Type]) -> SigRef {
        let signature = signature(self.unit.isa.default_call_conv(), params, returns);
        self.builder.import_signature(signature)
    }

    fn import_function(&mut self, index: usize, signature: SigRef) -> FuncRef {
        let name = UserExternalName { namespace: 0, index: index as u32 };
        let name = ExternalName::user(self.builder.func.declare_imported_user_function(name));
        self.builder.import_function(ExtFuncData { name, signature, colocated: true, patchable: false })
    }
}
