//! Functions of integers.

use super::plans::{common_dtype, scalar_plan};
use crate::library::UfuncPlan;
use crate::lir::{Type as Machine, Value};
use crate::lower::{Lowering, Repr};
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Type};

ufuncs! {
    GCD "numpy.gcd" 2 integer_plan, |l, _, p, a| Ok(wide(l, p, a, Symbol::Gcd, Symbol::GcdUint));
    LCM "numpy.lcm" 2 integer_plan, |l, _, p, a| Ok(wide(l, p, a, Symbol::Lcm, Symbol::LcmUint));
}

fn integer_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = common_dtype(types)?;
    dtype.is_integer().then(|| scalar_plan(dtype, dtype, 2))
}

/// Computes in 64 bits, whose low ones are the result in a narrower type.
fn wide(lowering: &mut Lowering<'_>, plan: &UfuncPlan, a: &[Repr], signed: Symbol, unsigned: Symbol) -> Repr {
    let dtype = plan.result.dtype().unwrap_or(DType::Int64);
    let (wide, symbol) = if dtype.is_signed() { (DType::Int64, signed) } else { (DType::UInt64, unsigned) };
    let args: Vec<Value> = a.iter().map(|repr| lowering.cast(repr, dtype, wide)[0]).collect();
    let result = lowering.call_float(symbol, &args);
    let narrow =
        if dtype.machine() == Machine::I64 { result } else { lowering.b.truncate_int(result, dtype.machine()) };
    Repr::from_slice(&[narrow])
}
