//! The typing rule of a ufunc's call: `f(a, b)`, `f(a, b, out)`, `f(a, b, out=out)`.

use crate::library::{Arguments, Operand, Ufunc};
use crate::refusal::Reason;
use crate::typing::{DType, Fact, ScalarOp, Type, elementwise_result, is_same_kind_cast};

/// The operands of a call that stores its result.
pub struct OutCall<'a> {
    /// What the ufunc works on.
    pub operands: Vec<&'a Operand>,
    /// The array for the result.
    pub out: &'a Operand,
}

/// The operands of a call, and the array for its result if there is one.
fn split<'a>(ufunc: &Ufunc, arguments: &'a Arguments) -> Result<(Vec<&'a Operand>, Option<&'a Operand>), Reason> {
    let count = arguments.positional.len();
    let inputs = ufunc.inputs;
    if count < inputs || count > inputs + 1 {
        let name = ufunc.name.trim_start_matches("numpy.");
        let message =
            format!("{name}() takes from {inputs} to {} positional arguments but {count} were given", inputs + 1);
        return Err(Reason::Arguments(message));
    }
    let mut out = arguments.positional.get(inputs);
    for (name, operand) in &arguments.named {
        if &**name != "out" || out.is_some() {
            let message = format!("{}() takes no keyword '{name}' in compiled code but out", ufunc.name);
            return Err(Reason::Arguments(message));
        }
        out = Some(operand);
    }
    Ok((arguments.positional[..inputs].iter().collect(), out.filter(|out| out.fact.ty != Type::None)))
}

/// The parts of a call that stores its result; `None` if it makes a new one.
pub fn ufunc_out<'a>(ufunc: &Ufunc, arguments: &'a Arguments) -> Option<OutCall<'a>> {
    let (operands, out) = split(ufunc, arguments).ok()?;
    Some(OutCall { operands, out: out? })
}

/// The fact of a ufunc's call.
pub fn ufunc_rule(ufunc: &'static Ufunc, arguments: &Arguments) -> Result<Fact, Reason> {
    let (operands, out) = split(ufunc, arguments)?;
    let types: Vec<Type> = operands.iter().map(|operand| operand.fact.ty.clone()).collect();
    let result =
        elementwise_result(ScalarOp::Ufunc(ufunc), &types).ok_or_else(|| arguments.refuse(advice(ufunc, &types)))?;
    let Some(out) = out else { return Ok(Fact::of(result)) };
    let Type::Array(target) = &out.fact.ty else { return Err(arguments.refuse("return arrays must be of ArrayType")) };
    let (dtype, ndim) = match &result {
        Type::Array(array) => (Some(array.dtype), array.ndim),
        other => (other.dtype(), 0),
    };
    let fits = dtype.is_some_and(|dtype| is_same_kind_cast(dtype, target.dtype));
    if !fits {
        let name = ufunc.name.trim_start_matches("numpy.");
        let from = dtype.map_or("", DType::name);
        let message = format!(
            "Cannot cast ufunc '{name}' output from dtype('{from}') to dtype('{}') with casting rule 'same_kind'",
            target.dtype
        );
        return Err(arguments.refuse(&message));
    }
    if !target.is_writable {
        return Err(arguments.refuse("output array is read-only"));
    }
    if ndim > target.ndim {
        return Err(arguments.refuse("the output has fewer dimensions than the operands"));
    }
    Ok(Fact::of(out.fact.ty.clone()))
}

/// What to write instead.
fn advice(ufunc: &'static Ufunc, types: &[Type]) -> &'static str {
    let widened: Vec<Type> = types.iter().map(widened).collect();
    if types.iter().any(|ty| matches!(ty, Type::Tuple(_))) {
        "write the numbers of a tuple to an array first"
    } else if elementwise_result(ScalarOp::Ufunc(ufunc), &widened).is_some() {
        "NumPy computes it in float16, which compiled code does not have: convert with astype(np.float32)"
    } else {
        "NumPy has no loop for these types"
    }
}

/// The type with 16 bits instead of 8.
fn widened(ty: &Type) -> Type {
    let wide = |dtype: DType| match dtype {
        DType::Bool | DType::Int8 => DType::Int16,
        DType::UInt8 => DType::UInt16,
        _ => dtype,
    };
    match ty {
        Type::Bool => Type::Int,
        Type::Scalar(dtype) => Type::Scalar(wide(*dtype)),
        Type::Array(array) => Type::Array(crate::typing::ArrayType { dtype: wide(array.dtype), ..*array }),
        other => other.clone(),
    }
}
