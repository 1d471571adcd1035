//! Structured dtypes: records of named fields at fixed offsets, packed or not, nested, with fields that are arrays.
//!
//! A structured dtype is told from others by a number; what it is stands in a table that only grows, by one entry for
//! each dtype that the program computes with. A record is a view of the memory where it stands, as `numpy.void` is.

use std::sync::{Arc, RwLock};

use super::fact::Fact;
use super::index::is_index;
use super::rules::no_operation;
use super::types::{ArrayType, DType, Kind, Layout, Type};
use crate::library::Operand;
use crate::refusal::Reason;

/// Names a structured dtype.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct RecordId(u32);

/// A structured dtype.
#[derive(Debug)]
pub struct RecordType {
    /// How it prints.
    pub name: Box<str>,
    /// Bytes from one record to the next.
    pub size: u32,
    /// The fields in order.
    pub fields: Vec<RecordField>,
}

/// A field.
#[derive(Debug)]
pub struct RecordField {
    /// Its name.
    pub name: Arc<str>,
    /// Where it stands in the record.
    pub offset: u32,
    /// Its dtype; `None` if compiled code has no form for it.
    pub dtype: Option<DType>,
    /// Its shape, if it is an array.
    pub shape: Vec<i64>,
}

/// Structured dtypes by number.
static TABLE: RwLock<Vec<&'static RecordType>> = RwLock::new(Vec::new());

impl RecordId {
    /// A new structured dtype; it lives as long as the process.
    pub fn new(record: RecordType) -> RecordId {
        let mut table = TABLE.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        table.push(Box::leak(Box::new(record)));
        RecordId(table.len() as u32 - 1)
    }

    /// What it is.
    pub fn get(self) -> &'static RecordType {
        let table = TABLE.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        table[self.0 as usize]
    }

    /// Its number.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl RecordType {
    /// The field of a name, which compiled code can read and write.
    pub fn field(&self, name: &str) -> Result<&RecordField, Reason> {
        let Some(field) = self.fields.iter().find(|field| *field.name == *name) else {
            return Err(Reason::NotInLibrary(format!("field '{name}' of {}, which it does not have,", self.name)));
        };
        match field.dtype {
            Some(_) => Ok(field),
            None => {
                let advice = "fields that are bool, int8 to uint64, float32, float64, complex and records of these";
                let operation = format!("field '{name}'");
                Err(Reason::NoOperation {
                    operation,
                    types: vec![self.name.to_string()],
                    advice: format!("use {advice}"),
                })
            }
        }
    }
}

impl RecordField {
    /// The type of the field of a record.
    pub fn ty(&self, is_writable: bool) -> Type {
        let dtype = self.dtype.unwrap_or(DType::Bool);
        match self.shape.len() {
            0 => dtype.scalar(is_writable),
            ndim => Type::Array(ArrayType { dtype, ndim: ndim as u8, layout: Layout::C, is_writable }),
        }
    }
}

impl DType {
    /// The type of one element; a record is a view that may be writable.
    pub fn scalar(self, is_writable: bool) -> Type {
        match self {
            DType::Record(id) => Type::Record(id, is_writable),
            other => Type::Scalar(other),
        }
    }
}

impl ArrayType {
    /// The type of an element.
    pub fn item(&self) -> Type {
        self.dtype.scalar(self.is_writable)
    }

    /// The structured dtype of the elements.
    pub fn record(&self) -> Option<&'static RecordType> {
        match self.dtype {
            DType::Record(id) => Some(id.get()),
            _ => None,
        }
    }
}

/// The view of a field of all records of an array.
pub fn field_view(array: &ArrayType, name: &str) -> Result<ArrayType, Reason> {
    let record = array.record().ok_or_else(|| Reason::Internal("a field of no record".to_owned()))?;
    let field = record.field(name)?;
    let ndim = usize::from(array.ndim) + field.shape.len();
    if ndim > 32 {
        return Err(Reason::TooLarge("an array of more than 32 dimensions".to_owned()));
    }
    let dtype = field.dtype.unwrap_or(DType::Bool);
    let is_whole = dtype.size() == record.size && field.shape.is_empty();
    let layout = match array.layout {
        _ if ndim == 0 => Layout::C,
        layout if is_whole => layout,
        _ => Layout::A,
    };
    Ok(ArrayType { dtype, ndim: ndim as u8, layout, is_writable: array.is_writable })
}

/// The field that an index names: by name, or by a position that is known.
pub fn indexed_field(record: &'static RecordType, index: &Fact) -> Result<&'static RecordField, Reason> {
    if let Some(name) = index.as_str() {
        return record.field(name);
    }
    let position = index.as_int().filter(|_| is_index(&index.ty)).and_then(|position| {
        let count = record.fields.len() as i64;
        let wrapped = if position < 0 { position + count } else { position };
        record.fields.get(usize::try_from(wrapped).ok()?)
    });
    match position {
        Some(field) => record.field(&field.name),
        None => Err(Reason::NotConstant(format!("the field of {} that is indexed", record.name))),
    }
}

/// `a[index]` of a record, and of an array of records by the name of a field; `None` for anything else.
pub(super) fn get_item(a: &Type, index: &Fact) -> Option<Result<Fact, Reason>> {
    match a {
        Type::Record(id, is_writable) => {
            Some(indexed_field(id.get(), index).map(|field| Fact::of(field.ty(*is_writable))))
        }
        Type::Array(array) if array.record().is_some() && index.ty.is_string() => Some(match index.as_str() {
            Some(name) => field_view(array, name).map(|view| Fact::of(Type::Array(view))),
            None => Err(Reason::NotConstant("the name of a field".to_owned())),
        }),
        _ => None,
    }
}

/// `a[index] = value` of a record, and of an array of records; `None` for anything else.
pub(super) fn set_item(a: &Type, index: &Fact, value: &Type) -> Option<Result<(), Reason>> {
    match a {
        Type::Record(id, is_writable) => {
            Some(indexed_field(id.get(), index).and_then(|field| set_field(a, field, *is_writable, value)))
        }
        Type::Array(array) if array.record().is_some() => {
            if let Err(reason) = super::index::check_writable(a) {
                return Some(Err(reason));
            }
            if let Some(name) = index.as_str() {
                return Some(
                    field_view(array, name)
                        .and_then(|view| super::index::set_item(&Type::Array(view), &Type::Ellipsis, value)),
                );
            }
            Some(super::index::array_item(array, &index.ty).and_then(|target| match target {
                Type::Record(..) => check_value(&target, value),
                _ => Err(no_operation("item assignment", &[a, value], "assign records one by one, or field by field")),
            }))
        }
        _ => None,
    }
}

/// True for an assignment of records to several ones along an axis, which a function of the library does.
pub(super) fn is_spread(a: &Type, index: &Fact, value: &Type) -> bool {
    let Type::Array(array) = a else { return false };
    let (Some(_), None, true) = (array.record(), index.as_str(), array.is_writable) else { return false };
    let Ok(Type::Array(target)) = super::index::array_item(array, &index.ty) else { return false };
    let DType::Record(id) = target.dtype else { return false };
    target.ndim == 1
        && match value {
            Type::Array(source) => source.ndim == 1 && source.dtype == target.dtype,
            value => check_value(&Type::Record(id, true), value).is_ok(),
        }
}

/// The function that copies an array of records.
pub(super) fn copying(name: &str, positional: &[Operand]) -> Option<&'static str> {
    let is_copy = matches!(name, "ndarray.copy" | "numpy.copy") && positional.len() == 1;
    let array = positional.first().and_then(|operand| operand.fact.ty.as_array());
    (is_copy && array.is_some_and(|array| array.ndim == 1 && array.record().is_some())).then_some("void.__copy__")
}

/// `record.field = value`
pub(super) fn set_field(a: &Type, field: &RecordField, is_writable: bool, value: &Type) -> Result<(), Reason> {
    if !is_writable {
        return Err(no_operation("item assignment", &[a], "the record is read-only; assign to one of a copy"));
    }
    match field.ty(true) {
        target @ Type::Array(_) => super::index::set_item(&target, &Type::Ellipsis, value),
        target => check_value(&target, value),
    }
}

/// Refuses what is no value for a number or record in memory.
fn check_value(target: &Type, value: &Type) -> Result<(), Reason> {
    let refuse = |advice: &str| Err(no_operation("item assignment", &[target, value], advice));
    match (target, value) {
        (Type::Record(id, _), Type::Tuple(items)) => {
            let fields = &id.get().fields;
            if items.len() != fields.len() {
                return refuse("a record takes a tuple with an item for each field");
            }
            for (field, item) in fields.iter().zip(items.iter()) {
                id.get().field(&field.name)?;
                match field.ty(true) {
                    Type::Array(_) => return refuse("assign fields that are arrays one by one"),
                    target => check_value(&target, item)?,
                }
            }
            Ok(())
        }
        (Type::Record(id, _), Type::Record(other, _)) if id == other => Ok(()),
        (Type::Record(..), _) => refuse("a record takes a record of its dtype, or a tuple"),
        (Type::Scalar(dtype), value) => match value.dtype() {
            Some(own) if own.kind() != Kind::Complex || dtype.is_complex() => Ok(()),
            _ => refuse("a field takes a number"),
        },
        _ => refuse(""),
    }
}

/// Functions of the library that take arrays of records, and dtypes of them.
const TAKING_RECORDS: &[&str] = &[
    "builtins.len",
    "builtins.enumerate",
    "builtins.zip",
    "builtins.isinstance",
    "builtins.range",
    "numpy.zeros",
    "numpy.empty",
    "numpy.zeros_like",
    "numpy.empty_like",
    "numpy.shape",
    "numpy.ndim",
    "numpy.size",
    "ndarray.reshape",
    "ndarray.transpose",
    "ndarray.__getitem__",
    "ndarray.__getitem__.axis",
    "ndarray.__getitem__.rows",
    "ndarray.__setitem__",
    "ndarray.__setitem__.axis",
    "ndarray.__setitem__.rows",
    "list.append",
    "void.__setitem__",
    "void.__copy__",
];

/// Refuses records where a function of the library would take their bytes for numbers.
pub(super) fn check_argument(name: &str, ty: &Type) -> Result<(), Reason> {
    let is_record = match ty {
        Type::Array(array) => array.record().is_some(),
        Type::DTypeClass(dtype) => matches!(dtype, DType::Record(_)),
        Type::Record(..) => true,
        _ => false,
    };
    if !is_record || TAKING_RECORDS.contains(&name) || name.starts_with("list.") || name.starts_with("dict.") {
        return Ok(());
    }
    Err(no_operation(format!("{name}()"), &[ty], "pass the fields that it is about"))
}
