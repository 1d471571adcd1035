//! Products of vectors and matrices by BLAS, for `python/upshift/library/products.py`, which checks shapes and types.

use super::{Arguments, Entry, Operand};
use crate::lir::{Region, Value};
use crate::lower::arrays::{data, shape};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{ArrayType, DType, Fact, Type};

/// Intrinsics; arrays of floats or complex numbers of one dtype, whose lengths agree.
pub(super) const ENTRIES: &[Entry] = &[
    // The dot product of two vectors, without conjugation.
    Entry::call("upshift.library.intrinsics.dot", dot, lower_dot),
    // c[:] = a @ b for matrices; c overlaps neither.
    Entry::call("upshift.library.intrinsics.matmul_into", matmul_into, lower_matmul_into),
];

/// The arrays, if all have `ndim` axes and one dtype that BLAS knows.
fn arrays<const N: usize>(arguments: &Arguments, ndim: u8) -> Result<[(&Operand, ArrayType); N], Reason> {
    let refuse = || arguments.refuse("it takes arrays of one inexact dtype");
    let mut found = Vec::new();
    for operand in &arguments.positional {
        found.push((operand, *operand.fact.ty.as_array().filter(|array| array.ndim == ndim).ok_or_else(refuse)?));
    }
    let dtype = found.first().map(|(_, array)| array.dtype);
    let suits = |array: &ArrayType| Some(array.dtype) == dtype && (array.dtype.is_float() || array.dtype.is_complex());
    if found.iter().all(|(_, array)| suits(array)) { found.try_into().map_err(|_| refuse()) } else { Err(refuse()) }
}

fn dot(arguments: &Arguments) -> Result<Fact, Reason> {
    let [(_, array), _] = arrays::<2>(arguments, 1)?;
    Ok(Fact::of(Type::Scalar(array.dtype)))
}

fn lower_dot(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operands = arrays::<2>(arguments, 1)?;
    let mut args = Vec::new();
    for (operand, array) in operands {
        let repr = lowering.argument(operand);
        if args.is_empty() {
            args.push(shape(&repr, 1)[0]);
        }
        args.push(data(&repr));
        args.push(lowering.stride(&repr, &array, 0));
    }
    let dtype = operands[0].1.dtype;
    let symbol = match dtype {
        DType::Float32 => Symbol::DotF32,
        DType::Float64 => Symbol::DotF64,
        DType::Complex64 => Symbol::DotComplex64,
        _ => Symbol::DotComplex128,
    };
    if dtype.is_float() {
        let sum = lowering.b.call_runtime(symbol, &args);
        return sum.map(|sum| Repr::from_slice(&[sum])).ok_or_else(|| Reason::Internal("dot".to_owned()));
    }
    let slot = lowering.b.add_slot(16);
    let address = lowering.b.slot_address(slot);
    args.push(address);
    lowering.b.call_runtime(symbol, &args);
    let machine = dtype.machine();
    let parts = [0, machine.size() as i32].map(|offset| lowering.b.load(machine, address, offset, Region::Frame));
    Ok(Repr::from_slice(&parts))
}

fn matmul_into(arguments: &Arguments) -> Result<Fact, Reason> {
    arrays::<3>(arguments, 2).map(|_| Fact::of(Type::None))
}

fn lower_matmul_into(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let operands = arrays::<3>(arguments, 2)?;
    let mut args = Vec::new();
    let (mut lengths, mut strides) = (Vec::new(), Vec::new());
    for (operand, array) in operands {
        let repr = lowering.argument(operand);
        args.push(data(&repr));
        lengths.extend(shape(&repr, 2).iter().copied());
        strides.extend((0..2).map(|axis| lowering.stride(&repr, &array, axis)));
    }
    let sizes = [lengths[0], lengths[1], lengths[3]];
    args.push(in_frame(lowering, &sizes));
    args.push(in_frame(lowering, &strides));
    let symbol = match operands[0].1.dtype {
        DType::Float32 => Symbol::MatmulF32,
        DType::Float64 => Symbol::MatmulF64,
        DType::Complex64 => Symbol::MatmulComplex64,
        _ => Symbol::MatmulComplex128,
    };
    lowering.b.call_runtime(symbol, &args);
    Ok(Repr::new())
}

/// The address of numbers stored to the frame.
fn in_frame(lowering: &mut Lowering<'_>, numbers: &[Value]) -> Value {
    let slot = lowering.b.add_slot(8 * numbers.len() as u32);
    let address = lowering.b.slot_address(slot);
    for (index, &number) in numbers.iter().enumerate() {
        lowering.b.store(number, address, 8 * index as i32, Region::Frame);
    }
    address
}
