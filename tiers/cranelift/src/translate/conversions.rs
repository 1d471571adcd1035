//! Conversions: the result's type is stated at the instruction.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};
use upshift_core::lir::InstData;

use super::function::Translator;

macro_rules! conversions {
    ($( $name:ident $clif:ident; )*) => {
        $( pub(super) fn $name(&mut self, data: &InstData) -> Value {
            let (ty, a) = (self.result_clif_type(data), self.operand(data, 0));
            self.ins().$clif(ty, a)
        } )*
    };
}

impl Translator<'_> {
    conversions! {
        extend_sint sextend;
        truncate_int ireduce;
        sint_to_float fcvt_from_sint;
        uint_to_float fcvt_from_uint;
        float_to_sint_sat fcvt_to_sint_sat;
        float_to_uint_sat fcvt_to_uint_sat;
        promote_float fpromote;
        demote_float fdemote;
    }

    /// `Bool` to `I8` changes nothing: the byte is 0 or 1 already.
    pub(super) fn extend_uint(&mut self, data: &InstData) -> Value {
        let (ty, a) = (self.result_clif_type(data), self.operand(data, 0));
        if ty.bytes() == self.operand_type(data).size() { a } else { self.ins().uextend(ty, a) }
    }

    pub(super) fn reinterpret(&mut self, data: &InstData) -> Value {
        let (ty, a) = (self.result_clif_type(data), self.operand(data, 0));
        self.ins().bitcast(ty, MemFlagsData::new(), a)
    }
}
