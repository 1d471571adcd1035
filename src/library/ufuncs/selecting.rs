//! `where`, `clip` and `round`: functions that are no ufuncs of NumPy's and work like them.

use super::arithmetic::{MAXIMUM, MINIMUM, extreme};
use super::plans::{common_dtype, same_plan, scalar_plan, strong};
use crate::library::{Arguments, Entry, Operand, Ufunc, UfuncPlan};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{ArrayType, DType, Fact, Kind, Layout, ScalarOp, Type, elementwise_result};

/// The functions, and the methods of arrays that do the same.
pub(in crate::library) const ENTRIES: &[Entry] = &[
    Entry::call("numpy.where", where_, lower_where),
    Entry::call("numpy.clip", |a| clip(a).map(|call| call.1), lower_clip),
    Entry::call("ndarray.clip", |a| clip(a).map(|call| call.1), lower_clip),
    Entry::call("numpy.round", |a| round(a).map(|call| call.1), lower_round),
    Entry::call("numpy.around", |a| round(a).map(|call| call.1), lower_round),
    Entry::call("ndarray.round", |a| round(a).map(|call| call.1), lower_round),
];

static WHERE: Ufunc = Ufunc {
    name: "numpy.where",
    inputs: 3,
    plan: where_plan,
    emit: |l, _, _, a| {
        Ok(a[1].iter().zip(&a[2]).map(|(&on_true, &on_false)| l.b.select(a[0][0], on_true, on_false)).collect())
    },
};

static CLIP: Ufunc = Ufunc {
    name: "numpy.clip",
    inputs: 3,
    plan: clip_plan,
    emit: |l, _, p, a| {
        let above = extreme(l, p, &a[..2], true);
        Ok(extreme(l, p, &[above, a[2].clone()], false))
    },
};

/// To whole numbers, which integers are already.
static ROUND: Ufunc = Ufunc {
    name: "numpy.round",
    inputs: 1,
    plan: round_plan,
    emit: |l, _, p, a| {
        if p.operands[0].dtype().is_some_and(DType::is_integer) {
            return Ok(a[0].clone());
        }
        Ok(a[0].iter().map(|&part| l.b.round_even_float(part)).collect())
    },
};

/// To a number of decimals.
static ROUND_SCALED: Ufunc = Ufunc {
    name: "numpy.round",
    inputs: 2,
    plan: round_scaled_plan,
    emit: |l, _, p, a| {
        let symbol = super::arithmetic::pick(p, Symbol::RoundScaled, Symbol::RoundScaledF32);
        Ok(a[0].iter().map(|&part| l.call_float(symbol, &[part, a[1][0]])).collect())
    },
};

fn types(operands: &[&Operand]) -> Vec<Type> {
    operands.iter().map(|operand| operand.fact.ty.clone()).collect()
}

fn where_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = Type::Scalar(common_dtype(&types[1..])?);
    types[0].dtype()?;
    Some(UfuncPlan { operands: vec![Type::Scalar(DType::Bool), dtype.clone(), dtype.clone()], result: dtype })
}

/// The result is an array always, of no dimensions for numbers.
fn where_(arguments: &Arguments) -> Result<Fact, Reason> {
    let [condition, a, b] = &arguments.positional[..] else {
        return Err(arguments.refuse("it takes a condition and two choices; nonzero finds positions"));
    };
    if !arguments.named.is_empty() {
        return Err(arguments.refuse("it takes no keywords"));
    }
    match elementwise_result(ScalarOp::Ufunc(&WHERE), &types(&[condition, a, b])) {
        Some(Type::Array(array)) => Ok(Fact::of(Type::Array(array))),
        Some(number) => {
            let dtype = number.dtype().ok_or_else(|| arguments.refuse(""))?;
            let array = ArrayType { dtype, ndim: 0, layout: Layout::C, is_writable: true };
            Ok(Fact::of(Type::Array(array)))
        }
        None => Err(arguments.refuse("it takes numbers and arrays")),
    }
}

fn lower_where(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let operands: Vec<&Operand> = arguments.positional.iter().collect();
    lowering.elementwise_operands(&WHERE, &operands, fact)
}

fn clip_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = common_dtype(types)?;
    (!dtype.is_complex()).then(|| scalar_plan(dtype, dtype, 3))
}

/// A ufunc with its operands.
type Chosen<'a> = (&'static Ufunc, Vec<&'a Operand>);

/// Bounds that are `None` are left out.
fn clip(arguments: &Arguments) -> Result<(Chosen<'_>, Fact), Reason> {
    let [Some(a), low, high, out, min, max] = arguments.bind(["a", "a_min", "a_max", "out", "min", "max"], 1)? else {
        return Err(arguments.refuse(""));
    };
    if out.is_some_and(|out| out.fact.ty != Type::None) {
        return Err(arguments.refuse("it takes no out; write out[:] = np.clip(...)"));
    }
    let bound = |operand: Option<&Operand>| operand.is_some_and(|operand| operand.fact.ty != Type::None);
    let low = [low, min].into_iter().flatten().find(|operand| bound(Some(operand)));
    let high = [high, max].into_iter().flatten().find(|operand| bound(Some(operand)));
    let chosen: Chosen<'_> = match (low, high) {
        (Some(low), Some(high)) => (&CLIP, vec![a, low, high]),
        (Some(low), None) => (&MAXIMUM, vec![a, low]),
        (None, Some(high)) => (&MINIMUM, vec![a, high]),
        (None, None) => return Err(arguments.refuse("One of max or min must be given")),
    };
    let result = elementwise_result(ScalarOp::Ufunc(chosen.0), &types(&chosen.1));
    result.map(|ty| (chosen, Fact::of(ty))).ok_or_else(|| arguments.refuse("it takes real numbers and arrays"))
}

fn lower_clip(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let ((ufunc, operands), _) = clip(arguments)?;
    lowering.elementwise_operands(ufunc, &operands, fact)
}

/// NumPy rounds bools in float16.
fn round_plan(types: &[Type]) -> Option<UfuncPlan> {
    if types[0].kind()? == Kind::Bool { None } else { same_plan(&strong(types)) }
}

fn round_scaled_plan(types: &[Type]) -> Option<UfuncPlan> {
    let dtype = types[0].dtype()?;
    let is_inexact = matches!(dtype.kind(), Kind::Float | Kind::Complex);
    let is_count = matches!(types[1], Type::Int | Type::Bool);
    let operands = vec![Type::Scalar(dtype), Type::Int];
    (is_inexact && is_count).then_some(UfuncPlan { operands, result: Type::Scalar(dtype) })
}

fn round(arguments: &Arguments) -> Result<(Chosen<'_>, Fact), Reason> {
    let [Some(a), decimals, out] = arguments.bind(["a", "decimals", "out"], 1)? else {
        return Err(arguments.refuse(""));
    };
    if out.is_some_and(|out| out.fact.ty != Type::None) {
        return Err(arguments.refuse("it takes no out; write out[:] = np.round(...)"));
    }
    let dtype = match &a.fact.ty {
        Type::Array(array) => Some(array.dtype),
        ty => ty.dtype(),
    };
    let is_integer = dtype.is_some_and(DType::is_integer);
    let chosen: Chosen<'_> = match decimals {
        None => (&ROUND, vec![a]),
        Some(decimals) if decimals.fact.as_int() == Some(0) => (&ROUND, vec![a]),
        Some(decimals) if is_integer && decimals.fact.as_int().is_some_and(|count| count > 0) => (&ROUND, vec![a]),
        Some(decimals) => (&ROUND_SCALED, vec![a, decimals]),
    };
    let result = elementwise_result(ScalarOp::Ufunc(chosen.0), &types(&chosen.1));
    let advice = "it takes floats and complex numbers, and integers with constant decimals from 0";
    result.map(|ty| (chosen, Fact::of(ty))).ok_or_else(|| arguments.refuse(advice))
}

fn lower_round(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let ((ufunc, operands), _) = round(arguments)?;
    lowering.elementwise_operands(ufunc, &operands, fact)
}
