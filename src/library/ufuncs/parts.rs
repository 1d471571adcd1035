//! Functions of two results, each computed by a ufunc of its own; real and imaginary parts.

use super::operators::{FLOOR_DIVIDE, REMAINDER};
use super::plans::{float_dtype, float_plan, scalar_plan};
use crate::library::{Arguments, Entry, Ufunc, UfuncPlan, attribute, class_name};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, Kind, ScalarOp, Type, elementwise_result};

use super::arithmetic::pick;

/// Functions of two results, `ldexp`, `real` and `imag`.
pub(in crate::library) const PAIRS: &[Entry] = &[
    Entry::call("numpy.frexp", |a| pair(a, &FREXP), |l, a, f| lower(l, a, f, &FREXP)),
    Entry::call("numpy.modf", |a| pair(a, &MODF), |l, a, f| lower(l, a, f, &MODF)),
    Entry::call("numpy.divmod", |a| pair(a, &DIVMOD), |l, a, f| lower(l, a, f, &DIVMOD)),
    Entry::call("numpy.real", |a| part(a, "real"), |l, a, _| lower_part(l, a, "real")),
    Entry::call("numpy.imag", |a| part(a, "imag"), |l, a, _| lower_part(l, a, "imag")),
];

ufuncs! {
    LDEXP "numpy.ldexp" 2 ldexp_plan, |l, _, p, a| {
        let symbol = pick(p, Symbol::Ldexp, Symbol::LdexpF32);
        Ok(Repr::from_slice(&[l.call_float(symbol, &[a[0][0], a[1][0]])]))
    };
}

static FREXP: [Ufunc; 2] = [
    Ufunc {
        name: "numpy.frexp",
        inputs: 1,
        plan: float_plan,
        emit: |l, _, p, a| {
            Ok(Repr::from_slice(&[l.call_float(pick(p, Symbol::FrexpMantissa, Symbol::FrexpMantissaF32), &a[0])]))
        },
    },
    Ufunc {
        name: "numpy.frexp",
        inputs: 1,
        plan: exponent_plan,
        emit: |l, _, p, a| {
            let exponent = l.call_float(pick(p, Symbol::FrexpExponent, Symbol::FrexpExponentF32), &a[0]);
            Ok(Repr::from_slice(&[l.b.truncate_int(exponent, DType::Int32.machine())]))
        },
    },
];

static MODF: [Ufunc; 2] = [
    Ufunc {
        name: "numpy.modf",
        inputs: 1,
        plan: float_plan,
        emit: |l, _, p, a| {
            Ok(Repr::from_slice(&[l.call_float(pick(p, Symbol::ModfFraction, Symbol::ModfFractionF32), &a[0])]))
        },
    },
    Ufunc {
        name: "numpy.modf",
        inputs: 1,
        plan: float_plan,
        emit: |l, _, _, a| Ok(Repr::from_slice(&[l.b.trunc_float(a[0][0])])),
    },
];

/// The quotient and the remainder of `numpy.divmod`.
static DIVMOD: [&Ufunc; 2] = [&FLOOR_DIVIDE, &REMAINDER];

/// Two ufuncs of the same operands.
trait Pair: Sync {
    fn both(&'static self) -> [&'static Ufunc; 2];
}

impl Pair for [Ufunc; 2] {
    fn both(&'static self) -> [&'static Ufunc; 2] {
        [&self[0], &self[1]]
    }
}

impl Pair for [&'static Ufunc; 2] {
    fn both(&'static self) -> [&'static Ufunc; 2] {
        *self
    }
}

fn exponent_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = float_dtype(types[0].dtype()?)?;
    Some(scalar_plan(dtype, DType::Int32, 1))
}

/// A float by a power of two whose exponent is an integer. A Python integer as the first operand is refused: NumPy
/// makes float16 of it.
fn ldexp_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = match &types[0] {
        Type::Int => None,
        ty => float_dtype(ty.dtype()?),
    }?;
    let exponent = types[1].dtype()?;
    let fits = exponent.is_integer() && exponent != DType::UInt64;
    let integer = Type::Scalar(DType::Int64);
    fits.then(|| UfuncPlan { operands: vec![Type::Scalar(dtype), integer], result: Type::Scalar(dtype) })
}

fn pair(arguments: &Arguments, pair: &'static dyn Pair) -> Result<Fact, Reason> {
    let [first, second] = pair.both();
    if arguments.positional.len() != first.inputs || !arguments.named.is_empty() {
        return Err(Reason::Arguments(format!("{}() takes {} arguments here", arguments.name, first.inputs)));
    }
    let types: Vec<Type> = arguments.positional.iter().map(|operand| operand.fact.ty.clone()).collect();
    let result = |ufunc| elementwise_result(ScalarOp::Ufunc(ufunc), &types);
    match (result(first), result(second)) {
        (Some(first), Some(second)) => Ok(Fact::of(Type::tuple(vec![first, second]))),
        _ => Err(arguments.refuse("convert the operands to a float dtype with astype")),
    }
}

fn lower(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments,
    fact: &Fact,
    pair: &'static dyn Pair,
) -> Result<Repr, Reason> {
    let Some([first, second]) = fact.ty.as_tuple() else { return Err(arguments.refuse("")) };
    let [ufunc, other] = pair.both();
    let mut repr = lowering.elementwise_call(ufunc, arguments, &Fact::of(first.clone()))?;
    let is_array = matches!(first, Type::Array(_));
    let header = repr[0];
    if is_array {
        lowering.hold_temporary(header);
    }
    repr.extend(lowering.elementwise_call(other, arguments, &Fact::of(second.clone()))?);
    if is_array {
        lowering.forget_temporary(header);
    }
    Ok(repr)
}

fn part(arguments: &Arguments, name: &str) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["val"], 1)? else { return Err(arguments.refuse("")) };
    let is_number = a.fact.ty.is_number() || matches!(a.fact.ty, Type::Array(_));
    match attribute(&format!("{}.{name}", class_name(&a.fact.ty))).filter(|_| is_number) {
        Some(attribute) if a.fact.ty.kind() != Some(Kind::Bool) => (attribute.typing)(&a.fact),
        _ => Err(arguments.refuse("it takes numbers and arrays")),
    }
}

/// A view of the argument, whose reference the caller gets.
fn lower_part(lowering: &mut Lowering<'_>, arguments: &Arguments, name: &str) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    let repr = lowering.argument(a);
    let attribute = attribute(&format!("{}.{name}", class_name(&a.fact.ty))).ok_or_else(|| arguments.refuse(""))?;
    if matches!(a.fact.ty, Type::Array(_)) {
        lowering.retain(repr[0]);
    }
    (attribute.lower)(lowering, &repr, &a.fact.ty)
}
