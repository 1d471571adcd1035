//! `a[b]` and `a[b] = c` of arrays: elements and views.

use super::arrays::{data, shape, strides};
use super::errors::Failure;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::hir;
use crate::lir::{IntCond, Value};
use crate::refusal::Reason;
use crate::typing::index::{IndexPart, array_item, flat_array, index_parts};
use crate::typing::{ArrayType, Fact, Type};

/// Start, length and step of a slice on an axis.
pub(super) struct Span {
    pub(super) start: Value,
    pub(super) length: Value,
    pub(super) step: Option<Value>,
}

impl Lowering<'_> {
    pub(super) fn get_item(&mut self, a: hir::Value, index: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        if let Some(field) = self.record_item(a, index)? {
            return Ok(field);
        }
        let array = match self.fact(a).ty.clone() {
            Type::Array(array) => array,
            ty if ty.is_container() => return self.container_item(a, index, fact),
            ty if ty.is_text() => return Ok(self.text_subscript(a, index)),
            Type::Buffer(buffer) => return self.buffer_subscript(a, index, &buffer),
            Type::Object => return Ok(self.object_item(a, index)),
            Type::Range(_) => return Ok(self.range_item(a, index)),
            ty => match flat_array(&ty) {
                Some(array) => {
                    let ptr = self.flat_element(a, &array, index);
                    let header = self.repr(a)[0];
                    return Ok(self.element_at(header, ptr, array.dtype));
                }
                None => return self.tuple_subscript(a, index, fact),
            },
        };
        let view = self.view(a, &array, index)?;
        match fact.ty {
            Type::Array(_) => Ok(view),
            _ => Ok(self.element_at(view[0], data(&view), array.dtype)),
        }
    }

    /// `a[index]` of a range: a number, or a range.
    fn range_item(&mut self, a: hir::Value, index: hir::Value) -> Repr {
        let (range, own, ty) = (self.repr(a), self.repr(index), self.fact(index).ty.clone());
        let (start, step) = (range[0], range[2]);
        let length = self.range_length(&range);
        let place = |lowering: &mut Self, position: Value| {
            let distance = lowering.b.mul_int(position, step);
            lowering.b.add_int(start, distance)
        };
        if let Type::Slice(_) = ty {
            let (first, stride, count) = self.slice_span(&own, &ty, length);
            let end = self.b.mul_int(count, stride);
            let end = self.b.add_int(first, end);
            let (first, end) = (place(self, first), place(self, end));
            return Repr::from_slice(&[first, end, self.b.mul_int(step, stride)]);
        }
        let number = self.to_index(&own, &ty);
        let position = self.wrap_index(number, length);
        let is_inside = self.b.cmp_int(IntCond::Ult, position, length);
        self.raise_unless(is_inside, &Failure::new("IndexError", "range object index out of range"));
        Repr::from_slice(&[place(self, position)])
    }

    pub(super) fn set_item(&mut self, a: hir::Value, index: hir::Value, value: hir::Value) -> Result<(), Reason> {
        if self.set_record_item(a, index, value)? {
            return Ok(());
        }
        let array = match self.fact(a).ty.clone() {
            Type::Array(array) => array,
            ty if ty.is_container() => return self.set_container_item(a, index, value),
            Type::Buffer(buffer) => return self.set_buffer_item(a, index, value, &buffer),
            ty => {
                let array =
                    flat_array(&ty).ok_or_else(|| Reason::Internal("an item is assigned to no array".to_owned()))?;
                let ptr = self.flat_element(a, &array, index);
                return self.set_element(&Repr::from_slice(&[ptr, ptr]), &array, value);
            }
        };
        let view = self.view(a, &array, index)?;
        match array_item(&array, &self.fact(index).ty)? {
            Type::Array(target) => self.assign(&view, &target, value),
            target @ Type::Record(..) => {
                let (value, ty) = (self.repr(value), self.fact(value).ty.clone());
                self.store_value(data(&view), &target, &value, &ty)
            }
            _ => self.set_element(&view, &array, value),
        }
    }

    /// The address of `a.flat[index]`.
    fn flat_element(&mut self, flat: hir::Value, array: &ArrayType, index: hir::Value) -> Value {
        let (repr, own) = (self.repr(flat), self.repr(index));
        let ty = self.fact(index).ty.clone();
        let number = self.to_index(&own, &ty);
        let size = self.array_size(&repr, array);
        let position = self.wrap_index(number, size);
        if self.options.is_boundschecked {
            let is_inside = self.b.cmp_int(IntCond::Ult, position, size);
            let failure = Failure::new("IndexError", "index {0} is out of bounds for size {1}");
            self.raise_unless(is_inside, &failure.with_numbers(number, Some(size)));
        }
        self.flat_address(&repr, array, position)
    }

    fn set_element(&mut self, view: &Repr, array: &ArrayType, value: hir::Value) -> Result<(), Reason> {
        let repr = self.repr(value);
        let ty = self.fact(value).ty.clone();
        let element = match &ty {
            Type::Array(source) => {
                let element = self.load_element(data(&repr), source.dtype);
                self.cast(&element, source.dtype, array.dtype)
            }
            _ => self.element_of(&repr, &ty, array),
        };
        self.store_element(data(view), &element);
        Ok(())
    }

    /// A number as an element of an array: a Python int must fit, everything else is cast.
    pub fn element_of(&mut self, repr: &Repr, ty: &Type, array: &ArrayType) -> Repr {
        match (ty, ty.dtype()) {
            (Type::Int, _) => self.convert(repr, ty, &Type::Scalar(array.dtype)),
            (_, Some(dtype)) => self.cast(repr, dtype, array.dtype),
            _ => repr.clone(),
        }
    }

    /// The view that an index names, as an array of the remaining axes; of no axes, its address is the element's.
    fn view(&mut self, a: hir::Value, array: &ArrayType, index: hir::Value) -> Result<Repr, Reason> {
        let repr = self.repr(a);
        let index_type = self.fact(index).ty.clone();
        let index_repr = self.repr(index);
        let single = [index_type.clone()];
        let items = index_type.as_tuple().unwrap_or(&single);
        let mut ptr = data(&repr);
        let (mut lengths, mut steps) = (Repr::new(), Repr::new());
        let (mut axis, mut start) = (0, 0);
        let mut items = items.iter();
        for part in index_parts(array.ndim, &index_type)? {
            let item = match part {
                IndexPart::Whole(count) => {
                    for _ in 0..count {
                        lengths.push(shape(&repr, array.ndim)[axis]);
                        steps.push(self.stride(&repr, array, axis));
                        axis += 1;
                    }
                    items.clone().next().filter(|item| **item == Type::Ellipsis)
                }
                _ => items.clone().next(),
            };
            let Some(item) = item else { continue };
            items.next();
            let count = machine_types(item).len();
            let own = Repr::from_slice(&index_repr[start..start + count]);
            start += count;
            match part {
                IndexPart::NewAxis => {
                    lengths.push(self.b.const_i64(1));
                    steps.push(self.b.const_i64(0));
                }
                IndexPart::Integer => {
                    let length = shape(&repr, array.ndim)[axis];
                    let stride = self.stride(&repr, array, axis);
                    let number = self.to_index(&own, item);
                    let position = self.check_index(number, length, axis);
                    ptr = self.advance_by(ptr, position, stride);
                    axis += 1;
                }
                IndexPart::Slice(_) => {
                    let length = shape(&repr, array.ndim)[axis];
                    let stride = self.stride(&repr, array, axis);
                    let span = self.span(&own, item, length);
                    ptr = self.advance_by(ptr, span.start, stride);
                    lengths.push(span.length);
                    steps.push(span.step.map_or(stride, |step| self.b.mul_int(stride, step)));
                    axis += 1;
                }
                IndexPart::Whole(_) => {}
            }
        }
        let mut view = Repr::from_slice(&[repr[0], ptr]);
        view.extend(lengths);
        view.extend(steps);
        Ok(view)
    }

    /// What a slice takes of an axis: CPython's `PySlice_AdjustIndices`.
    pub(super) fn span(&mut self, repr: &Repr, ty: &Type, length: Value) -> Span {
        let Type::Slice(parts) = ty else {
            return Span { start: length, length, step: None };
        };
        let mut values = repr.iter().copied();
        let mut part = |ty: &Type| if *ty == Type::Int { values.next() } else { None };
        let (start, stop, step) = (part(&parts[0]), part(&parts[1]), part(&parts[2]));
        let step = step.filter(|&step| self.b.func.as_const_int(step) != Some(1));
        let zero = self.b.const_i64(0);
        let Some(step) = step else {
            let start = start.map_or(zero, |start| self.clamp(start, length, zero, length));
            let stop = stop.map_or(length, |stop| self.clamp(stop, length, zero, length));
            let distance = self.b.sub_int(stop, start);
            let is_empty = self.b.cmp_int(IntCond::Slt, distance, zero);
            return Span { start, length: self.b.select(is_empty, zero, distance), step: None };
        };
        if self.b.func.as_const_int(step).is_none_or(|step| step == 0) {
            let is_zero = self.b.cmp_int(IntCond::Eq, step, zero);
            self.raise_if(is_zero, &Failure::new("ValueError", "slice step cannot be zero"));
        }
        let one = self.b.const_i64(1);
        let is_up = self.b.cmp_int(IntCond::Sgt, step, zero);
        let minus_one = self.b.const_i64(-1);
        let before_end = self.b.sub_int(length, one);
        let low = self.b.select(is_up, zero, minus_one);
        let high = self.b.select(is_up, length, before_end);
        let first = self.b.select(is_up, low, high);
        let last = self.b.select(is_up, high, low);
        let start = start.map_or(first, |start| self.clamp(start, length, low, high));
        let stop = stop.map_or(last, |stop| self.clamp(stop, length, low, high));
        let count = self.range_length(&Repr::from_slice(&[start, stop, step]));
        Span { start, length: count, step: Some(step) }
    }

    fn clamp(&mut self, number: Value, length: Value, low: Value, high: Value) -> Value {
        let wrapped = self.wrap_index(number, length);
        let is_below = self.b.cmp_int(IntCond::Slt, wrapped, low);
        let raised = self.b.select(is_below, low, wrapped);
        let is_above = self.b.cmp_int(IntCond::Sgt, raised, high);
        self.b.select(is_above, high, raised)
    }

    /// The axes of an array in reverse.
    pub fn transposed(&mut self, repr: &Repr, array: &ArrayType) -> Repr {
        let mut view = Repr::from_slice(&repr[..2]);
        view.extend(shape(repr, array.ndim).iter().rev().copied());
        view.extend(strides(repr, array.ndim).iter().rev().copied());
        view
    }
}
