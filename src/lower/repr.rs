//! How a Python value of each type is made of machine values. Everything is a flat list: there are no aggregates.
//!
//! | type | machine values |
//! |---|---|
//! | `None`, `...`, modules, functions, classes, strings known when compiling | none |
//! | member of an enumeration | its number (i64): `typing/enums.rs` |
//! | `bool`, `int`, `float`, NumPy scalar | one, of the natural machine type |
//! | `complex`, complex scalar | real part, imaginary part |
//! | array of n dimensions | header (ptr), first element (ptr), n lengths (i64), n strides in bytes (i64) |
//! | record | header (ptr), where it stands (ptr) |
//! | tuple, keywords | those of its items in order |
//! | string that is not known when compiling, bytes | header (ptr) |
//! | bytearray, memoryview, `array.array` | the header of its block (ptr): `runtime/buffers.rs` |
//! | slice | those of its three parts |
//! | range | start, stop, step (i64) |
//! | cell of a shared variable | its block (ptr), with a header |
//! | instance of a dataclass | the header of its block (ptr): `instances.rs` |
//! | list, dict, set | the header of its block (ptr): `runtime/memory.rs` |
//! | optional | whether there is a value (bool), then those of the value, or zeros |
//! | inner function | those of the values that it captures |
//! | generator | its frame (ptr), with a header: `generators.rs` |
//! | one of several functions | its key (i64) |
//! | partial | those of the function, the arguments and the keywords |
//! | exception of a known class | those of its arguments in order |
//! | exception of any class, object of Python's | its block (ptr), with a header |
//! | `random.Random` | the Python object, borrowed (ptr) |
//! | class of such an exception | its number (i64) |
//!
//! At the boundary to Python (the unit's entry) each machine value has one 8-byte slot, stored with its own type in
//! the slot's low bytes; a `Bool` is a byte, 0 or 1. An array's header is borrowed in arguments and carries one
//! reference in results.

use smallvec::SmallVec;

use crate::lir;
use crate::typing::{IteratorType, Type};

/// The machine values of a Python value.
pub type Repr = SmallVec<[lir::Value; 4]>;

/// The machine types of a value of type `ty`.
pub fn machine_types(ty: &Type) -> Vec<lir::Type> {
    let mut types = Vec::new();
    push_machine_types(ty, &mut types);
    types
}

fn push_machine_types(ty: &Type, out: &mut Vec<lir::Type>) {
    match ty {
        Type::Bool => out.push(lir::Type::Bool),
        Type::Int | Type::OneOf(_) | Type::Member(_) => out.push(lir::Type::I64),
        Type::Partial(parts) => parts.iter().for_each(|part| push_machine_types(part, out)),
        Type::Float => out.push(lir::Type::F64),
        Type::Complex => out.extend([lir::Type::F64; 2]),
        Type::Scalar(dtype) => {
            let parts = if dtype.is_complex() { 2 } else { 1 };
            out.extend(std::iter::repeat_n(dtype.machine(), parts));
        }
        Type::Record(..) => out.extend([lir::Type::Ptr; 2]),
        Type::Array(array) => {
            out.extend([lir::Type::Ptr; 2]);
            out.extend(std::iter::repeat_n(lir::Type::I64, 2 * usize::from(array.ndim)));
        }
        Type::Tuple(items) => items.iter().for_each(|item| push_machine_types(item, out)),
        Type::Keywords(items) => items.iter().for_each(|(_, item)| push_machine_types(item, out)),
        Type::Slice(parts) => parts.iter().for_each(|part| push_machine_types(part, out)),
        Type::Exception(exception) => exception.1.iter().for_each(|item| push_machine_types(item, out)),
        Type::Closure(closure) => closure.captures.iter().for_each(|item| push_machine_types(item, out)),
        Type::AnyException | Type::Object | Type::Random | Type::Cell(_) | Type::Instance(_) | Type::Generator(_) => {
            out.push(lir::Type::Ptr);
        }
        Type::AnyExceptionClass => out.push(lir::Type::I64),
        Type::Range(_) => out.extend([lir::Type::I64; 3]),
        Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_) => out.push(lir::Type::Ptr),
        Type::Optional(inner) => {
            out.push(lir::Type::Bool);
            push_machine_types(inner, out);
        }
        Type::String | Type::Bytes | Type::Buffer(_) => out.push(lir::Type::Ptr),
        Type::Iterator(kind) => push_iterator_types(kind, out),
        Type::Iterable(iterable) => iterable.1.iter().for_each(|item| push_machine_types(item, out)),
        Type::Method(method) => push_machine_types(&method.0, out),
        Type::None
        | Type::Unknown(_)
        | Type::Ellipsis
        | Type::Str(_)
        | Type::Class(_)
        | Type::Module(_)
        | Type::Library(_)
        | Type::Function(_)
        | Type::DTypeClass(_)
        | Type::TypeObject(_)
        | Type::ExceptionClass(_)
        | Type::Foreign(_)
        | Type::Never => {}
    }
}

/// A range with a step of 1 or -1 has position and stop; with any other step position, items left and step.
/// An array, tuple, text or list iterator has what it runs over and the position; that of a dict or set also the number of
/// items that it must keep, that of a deque the number of changes.
fn push_iterator_types(kind: &IteratorType, out: &mut Vec<lir::Type>) {
    match kind {
        IteratorType::Range { step: Some(1 | -1) } => out.extend([lir::Type::I64; 2]),
        IteratorType::Range { .. } => out.extend([lir::Type::I64; 3]),
        IteratorType::Array(array) | IteratorType::Flat(array) => {
            push_machine_types(&Type::Array(*array), out);
            out.push(lir::Type::I64);
        }
        IteratorType::Tuple(items) => {
            items.iter().for_each(|item| push_machine_types(item, out));
            out.push(lir::Type::I64);
        }
        IteratorType::List(_) | IteratorType::ReversedList(_) => out.extend([lir::Type::Ptr, lir::Type::I64]),
        IteratorType::Dict(..) | IteratorType::Set(_) | IteratorType::Deque(_) => {
            out.extend([lir::Type::Ptr, lir::Type::I64, lir::Type::I64]);
        }
        IteratorType::Text { .. } | IteratorType::Buffer(_) => out.extend([lir::Type::Ptr, lir::Type::I64]),
        IteratorType::Generator(_) => out.push(lir::Type::Ptr),
        IteratorType::Enumerate(inner) => {
            out.push(lir::Type::I64);
            push_machine_types(inner, out);
        }
        IteratorType::Zip(inner) => inner.iter().for_each(|item| push_machine_types(item, out)),
    }
}
