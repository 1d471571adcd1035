//! Records: a header and the address where the record stands. Fields are read and written there, aligned or not.

use super::arrays::data;
use super::function::Lowering;
use super::repr::Repr;
use super::tuples::item;
use crate::hir;
use crate::lir::{Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::typing::records::{RecordField, RecordType, field_view, indexed_field};
use crate::typing::{ArrayType, DType, Type};

/// Bytes of a record that is copied by its words.
const MOST_COPIED: u32 = 1024;

impl Lowering<'_> {
    /// An element at an address, of memory that a header keeps: a number, or a record there.
    pub fn element_at(&mut self, header: Value, ptr: Value, dtype: DType) -> Repr {
        match dtype {
            DType::Record(_) => Repr::from_slice(&[header, ptr]),
            dtype => self.load_element(ptr, dtype),
        }
    }

    /// The structured dtype of a record of the function, or of the records of an array.
    pub(super) fn record_of(&self, value: hir::Value) -> Option<&'static RecordType> {
        match &self.fact(value).ty {
            Type::Record(id, _) => Some(id.get()),
            Type::Array(array) => array.record(),
            _ => None,
        }
    }

    /// A field of a record.
    pub(super) fn record_field(&mut self, record: &Repr, field: &RecordField) -> Repr {
        let ptr = self.field_address(record[1], field);
        let dtype = field.dtype.unwrap_or(DType::Bool);
        if field.shape.is_empty() {
            return self.element_at(record[0], ptr, dtype);
        }
        self.array_field(record[0], ptr, field)
    }

    fn field_address(&mut self, record: Value, field: &RecordField) -> Value {
        let offset = self.b.const_i64(i64::from(field.offset));
        self.b.ptr_add(record, offset)
    }

    fn array_field(&mut self, header: Value, ptr: Value, field: &RecordField) -> Repr {
        let mut view = Repr::from_slice(&[header, ptr]);
        view.extend(field.shape.iter().map(|&length| self.b.const_i64(length)));
        view.extend(inner_strides(field).into_iter().map(|stride| self.b.const_i64(stride)));
        view
    }

    /// The field of all records of an array.
    pub(super) fn view_of_field(&mut self, repr: &Repr, array: &ArrayType, field: &RecordField) -> Repr {
        let ndim = usize::from(array.ndim);
        let mut view = Repr::from_slice(&[repr[0], self.field_address(data(repr), field)]);
        view.extend(repr[2..2 + ndim].iter().copied());
        view.extend(field.shape.iter().map(|&length| self.b.const_i64(length)));
        for axis in 0..ndim {
            view.push(self.stride(repr, array, axis));
        }
        view.extend(inner_strides(field).into_iter().map(|stride| self.b.const_i64(stride)));
        view
    }

    /// `a[index]` of a record, and of an array of records by the name of a field; `None` for anything else.
    pub(super) fn record_item(&mut self, a: hir::Value, index: hir::Value) -> Result<Option<Repr>, Reason> {
        let (repr, index) = (self.repr(a), self.fact(index).clone());
        match &self.fact(a).ty.clone() {
            Type::Record(id, _) => Ok(Some(self.record_field(&repr, indexed_field(id.get(), &index)?))),
            Type::Array(array) => match (array.record(), index.as_str()) {
                (Some(record), Some(name)) => Ok(Some(self.view_of_field(&repr, array, record.field(name)?))),
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// The field of a record or of all records of an array, by its name.
    pub(super) fn field_by_name(&mut self, repr: &Repr, ty: &Type, name: &str) -> Result<Option<Repr>, Reason> {
        match ty {
            Type::Record(id, _) => Ok(Some(self.record_field(repr, id.get().field(name)?))),
            Type::Array(array) => match array.record() {
                Some(record) => Ok(Some(self.view_of_field(repr, array, record.field(name)?))),
                None => Ok(None),
            },
            _ => Ok(None),
        }
    }

    /// `a[index] = value` of a record, and of an array of records by the name of a field; whether it was one.
    pub(super) fn set_record_item(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        value: hir::Value,
    ) -> Result<bool, Reason> {
        let (ty, index) = (self.fact(a).ty.clone(), self.fact(index).clone());
        let record: &'static RecordType = match &ty {
            Type::Record(id, _) => id.get(),
            Type::Array(array) if index.as_str().is_some() => match array.record() {
                Some(record) => record,
                None => return Ok(false),
            },
            _ => return Ok(false),
        };
        let field = indexed_field(record, &index)?;
        self.set_named_field(a, field, value)?;
        Ok(true)
    }

    /// Writes a field of a record, or of all records of an array.
    pub(super) fn set_named_field(
        &mut self,
        a: hir::Value,
        field: &RecordField,
        value: hir::Value,
    ) -> Result<(), Reason> {
        let repr = self.repr(a);
        if let Type::Array(array) = self.fact(a).ty.clone() {
            let view = self.view_of_field(&repr, &array, field);
            return self.assign(&view, &field_view(&array, &field.name)?, value);
        }
        let ptr = self.field_address(repr[1], field);
        match field.ty(true) {
            Type::Array(array) => {
                let view = self.array_field(repr[0], ptr, field);
                self.assign(&view, &array, value)
            }
            target => {
                let (value, ty) = (self.repr(value), self.fact(value).ty.clone());
                self.store_value(ptr, &target, &value, &ty)
            }
        }
    }

    /// Writes a number or record to an address.
    pub(super) fn store_value(&mut self, ptr: Value, target: &Type, value: &Repr, ty: &Type) -> Result<(), Reason> {
        match (target, ty) {
            (Type::Record(id, _), Type::Tuple(items)) => {
                for (position, field) in id.get().fields.iter().enumerate() {
                    let own = item(value, items, position);
                    let address = self.field_address(ptr, field);
                    self.store_value(address, &field.ty(true), &own, &items[position])?;
                }
                Ok(())
            }
            (Type::Record(id, _), _) => self.copy_record(value[1], ptr, id.get()),
            (Type::Scalar(dtype), _) => {
                let element = match (ty, ty.dtype()) {
                    (Type::Int, _) => self.convert(value, ty, target),
                    (_, Some(own)) => self.cast(value, own, *dtype),
                    _ => return Err(Reason::Internal(format!("a field of {dtype} is set to {ty}"))),
                };
                self.store_element(ptr, &element);
                Ok(())
            }
            _ => Err(Reason::Internal(format!("{target} is set to {ty}"))),
        }
    }

    fn copy_record(&mut self, from: Value, to: Value, record: &RecordType) -> Result<(), Reason> {
        if record.size > MOST_COPIED {
            return Err(Reason::TooLarge(format!("a record of {} bytes is copied; assign its fields", record.size)));
        }
        let mut offset = 0;
        while offset < record.size as i32 {
            let ty = if record.size as i32 - offset >= 8 { Machine::I64 } else { Machine::I8 };
            let word = self.b.load(ty, from, offset, Region::Elements);
            self.b.store(word, to, offset, Region::Elements);
            offset += ty.size() as i32;
        }
        Ok(())
    }
}

/// Strides of a field that is an array.
fn inner_strides(field: &RecordField) -> Vec<i64> {
    let mut stride = i64::from(field.dtype.map_or(1, DType::size));
    let mut strides: Vec<i64> = Vec::new();
    for &length in field.shape.iter().rev() {
        strides.push(stride);
        stride *= length;
    }
    strides.reverse();
    strides
}
