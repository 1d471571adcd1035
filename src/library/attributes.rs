//! Attributes of arrays and numbers.

use std::sync::Arc;

use super::Attribute;
use crate::bytecode::Constant;
use crate::lir::IntCond;
use crate::lower::arrays::{data, shape};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::generators::{BEGINS, RUNS};
use crate::typing::{ArrayType, DType, Fact, Layout, Type};

/// Attributes of `ndarray`.
pub(super) const ARRAY: &[Attribute] = &[
    Attribute { name: "ndarray.shape", typing: |a| lengths(a), lower: lower_shape },
    Attribute { name: "ndarray.strides", typing: |a| lengths(a), lower: lower_strides },
    Attribute { name: "ndarray.ndim", typing: |a| Ok(Fact::int(i64::from(array(a)?.ndim))), lower: constant },
    Attribute {
        name: "ndarray.itemsize",
        typing: |a| Ok(Fact::int(i64::from(array(a)?.dtype.size()))),
        lower: constant,
    },
    Attribute { name: "ndarray.size", typing: |_| Ok(Fact::of(Type::Int)), lower: lower_size },
    Attribute { name: "ndarray.nbytes", typing: |_| Ok(Fact::of(Type::Int)), lower: lower_nbytes },
    Attribute { name: "ndarray.dtype", typing: |a| Ok(Fact::of(Type::DTypeClass(array(a)?.dtype))), lower: constant },
    Attribute { name: "ndarray.T", typing: transposed, lower: lower_transposed },
    Attribute { name: "ndarray.flat", typing: flat, lower: |_, a, _| Ok(a.clone()) },
    Attribute { name: "ndarray.real", typing: |a| part(a), lower: |l, a, ty| lower_part(l, a, ty, 0) },
    Attribute { name: "ndarray.imag", typing: imaginary, lower: |l, a, ty| lower_part(l, a, ty, 1) },
];

/// Attributes of generators.
pub(super) const GENERATOR: &[Attribute] = &[
    Attribute { name: "generator.gi_running", typing: |_| Ok(Fact::of(Type::Bool)), lower: lower_is_running },
    Attribute { name: "generator.gi_suspended", typing: |_| Ok(Fact::of(Type::Bool)), lower: lower_is_suspended },
];

/// Attributes of Python's numbers, NumPy's scalars and dtypes.
pub(super) const NUMBER: &[Attribute] = &[
    Attribute { name: "int.real", typing: number_real, lower: lower_number_real },
    Attribute { name: "int.imag", typing: number_real, lower: lower_number_imag },
    Attribute { name: "float.real", typing: number_real, lower: lower_number_real },
    Attribute { name: "float.imag", typing: number_real, lower: lower_number_imag },
    Attribute { name: "complex.real", typing: number_real, lower: lower_number_real },
    Attribute { name: "complex.imag", typing: number_real, lower: lower_number_imag },
    Attribute { name: "generic.real", typing: number_real, lower: lower_number_real },
    Attribute { name: "generic.imag", typing: number_real, lower: lower_number_imag },
    Attribute { name: "generic.dtype", typing: scalar_dtype, lower: constant },
    Attribute { name: "generic.itemsize", typing: scalar_itemsize, lower: constant },
    Attribute { name: "dtype.itemsize", typing: dtype_itemsize, lower: constant },
    Attribute { name: "dtype.type", typing: |a| Ok(a.clone()), lower: constant },
];

fn array(a: &Fact) -> Result<&ArrayType, Reason> {
    a.ty.as_array().ok_or_else(|| Reason::Internal(format!("{} is no array", a.ty)))
}

fn lower_is_running(lowering: &mut Lowering<'_>, a: &Repr, _: &Type) -> Result<Repr, Reason> {
    let state = lowering.generator_state(a[0]);
    let runs = lowering.b.const_i64(RUNS);
    Ok(Repr::from_slice(&[lowering.b.cmp_int(IntCond::Eq, state, runs)]))
}

fn lower_is_suspended(lowering: &mut Lowering<'_>, a: &Repr, _: &Type) -> Result<Repr, Reason> {
    let state = lowering.generator_state(a[0]);
    let begins = lowering.b.const_i64(BEGINS);
    Ok(Repr::from_slice(&[lowering.b.cmp_int(IntCond::Sgt, state, begins)]))
}

/// What is known when compiling is emitted from its fact, not here; types have no machine values.
fn constant(_: &mut Lowering<'_>, _: &Repr, _: &Type) -> Result<Repr, Reason> {
    Ok(Repr::new())
}

fn lengths(a: &Fact) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::tuple(vec![Type::Int; usize::from(array(a)?.ndim)])))
}

fn lower_shape(_: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    Ok(Repr::from_slice(shape(a, ty.as_array().map_or(0, |array| array.ndim))))
}

fn lower_strides(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let Type::Array(array) = ty else { return Ok(Repr::new()) };
    Ok((0..usize::from(array.ndim)).map(|axis| lowering.stride(a, array, axis)).collect())
}

fn lower_size(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let Type::Array(array) = ty else { return Ok(Repr::new()) };
    Ok(Repr::from_slice(&[lowering.array_size(a, array)]))
}

fn lower_nbytes(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let Type::Array(array) = ty else { return Ok(Repr::new()) };
    let size = lowering.array_size(a, array);
    let item = lowering.b.const_i64(i64::from(array.dtype.size()));
    Ok(Repr::from_slice(&[lowering.b.mul_int(size, item)]))
}

/// The layout of an array with its axes in reverse.
pub(super) fn reversed_layout(array: &ArrayType) -> Layout {
    match array.layout {
        _ if array.ndim <= 1 => array.layout,
        Layout::C => Layout::F,
        Layout::F => Layout::C,
        Layout::A => Layout::A,
    }
}

fn transposed(a: &Fact) -> Result<Fact, Reason> {
    let array = array(a)?;
    Ok(Fact::of(Type::Array(ArrayType { layout: reversed_layout(array), ..*array })))
}

fn lower_transposed(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let Type::Array(array) = ty else { return Ok(Repr::new()) };
    Ok(lowering.transposed(a, array))
}

/// All elements in C order, to iterate over or to index.
fn flat(a: &Fact) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::Iterable(Arc::new(("flat".into(), vec![a.ty.clone()])))))
}

/// The real or imaginary parts of an array, as a view.
fn part(a: &Fact) -> Result<Fact, Reason> {
    let array = array(a)?;
    if array.record().is_some() {
        return Err(Reason::NotInLibrary(format!("attribute 'real' of {}, which has fields,", a.ty)));
    }
    if !array.dtype.is_complex() {
        return Ok(a.clone());
    }
    let layout = if array.ndim == 0 { Layout::C } else { Layout::A };
    Ok(Fact::of(Type::Array(ArrayType { dtype: array.dtype.real(), layout, ..*array })))
}

fn imaginary(a: &Fact) -> Result<Fact, Reason> {
    if !array(a)?.dtype.is_complex() {
        return Err(Reason::NotInLibrary(format!("attribute 'imag' of {}, which is real,", a.ty)));
    }
    part(a)
}

fn lower_part(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type, index: i64) -> Result<Repr, Reason> {
    let Type::Array(array) = ty else { return Ok(Repr::new()) };
    if !array.dtype.is_complex() {
        return Ok(a.clone());
    }
    let mut view = a.clone();
    let offset = lowering.b.const_i64(index * i64::from(array.dtype.real().size()));
    view[1] = lowering.b.ptr_add(data(a), offset);
    let ndim = usize::from(array.ndim);
    for axis in 0..ndim {
        view[2 + ndim + axis] = lowering.stride(a, array, axis);
    }
    Ok(view)
}

fn number_real(a: &Fact) -> Result<Fact, Reason> {
    Ok(match &a.ty {
        Type::Bool => Fact::of(Type::Int),
        Type::Complex => Fact::of(Type::Float),
        Type::Scalar(dtype) => Fact::of(Type::Scalar(dtype.real())),
        other => Fact::of(other.clone()),
    })
}

fn lower_number_real(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    let part = Repr::from_slice(&a[..1]);
    Ok(if *ty == Type::Bool { lowering.convert(&part, ty, &Type::Int) } else { part })
}

fn lower_number_imag(lowering: &mut Lowering<'_>, a: &Repr, ty: &Type) -> Result<Repr, Reason> {
    if let Some(&imaginary) = a.get(1) {
        return Ok(Repr::from_slice(&[imaginary]));
    }
    let zero = match ty {
        Type::Bool | Type::Int => lowering.b.const_i64(0),
        _ => {
            let machine = ty.dtype().map_or(crate::lir::Type::I64, DType::machine);
            lowering.zero(machine)
        }
    };
    Ok(Repr::from_slice(&[zero]))
}

fn scalar_dtype(a: &Fact) -> Result<Fact, Reason> {
    let dtype = a.ty.dtype().ok_or_else(|| Reason::Internal(format!("{} has no dtype", a.ty)))?;
    Ok(Fact::of(Type::DTypeClass(dtype)))
}

fn scalar_itemsize(a: &Fact) -> Result<Fact, Reason> {
    Ok(Fact::int(i64::from(a.ty.dtype().map_or(0, DType::size))))
}

fn dtype_itemsize(a: &Fact) -> Result<Fact, Reason> {
    let Type::DTypeClass(dtype) = a.ty else { return Err(Reason::Internal("no dtype".to_owned())) };
    Ok(Fact { ty: Type::Int, constant: Some(Constant::Int(i64::from(dtype.size()))) })
}
