//! The types of Python values in compiled code.
//!
//! Python's own numbers and NumPy's scalars are different types, because NumPy 2 (NEP 50) treats them differently:
//! a Python number is *weak*, it takes the type of the array or NumPy scalar that it meets, and it raises where a
//! NumPy scalar answers infinity or wraps.

use std::sync::Arc;

use super::buffers::BufferType;
use super::classes::{Class, InstanceType, TupleType};
use super::collections::{DictKind, DictPart, Entries};
pub use super::dtypes::{ArrayType, DType, Kind, Layout};
use super::enums::is_int_member;
use super::foreign::ForeignFunction;
use super::records::RecordId;
use crate::hir::Defaults;

/// The type of a Python value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// `None`.
    None,
    /// `...`
    Ellipsis,
    /// Python's `bool`.
    Bool,
    /// Python's `int`, 64 bits here.
    Int,
    /// Python's `float`.
    Float,
    /// Python's `complex`.
    Complex,
    /// A NumPy scalar.
    Scalar(DType),
    /// A NumPy array.
    Array(ArrayType),
    /// What `**kwargs` holds, or a call passes by `**`: names and the types of their values.
    Keywords(Arc<[(Arc<str>, Type)]>),
    /// A record: a view of where it stands, and whether it may be written to.
    Record(RecordId, bool),
    /// A tuple, perhaps a named one.
    Tuple(TupleType),
    /// An instance of a dataclass.
    Instance(Arc<InstanceType>),
    /// A member of an enumeration.
    Member(Arc<Class>),
    /// A class of the program's.
    Class(Arc<Class>),
    /// A string that is known when compiling.
    Str(Arc<str>),
    /// A string.
    String,
    /// Bytes.
    Bytes,
    /// A bytearray, a memoryview or an `array.array`.
    Buffer(BufferType),
    /// `slice(start, stop, step)`; each `Int` or `None`.
    Slice(Arc<[Type; 3]>),
    /// `range`; the step if it is known.
    Range(Option<i64>),
    /// An iterator, by what it runs over.
    Iterator(Arc<IteratorType>),
    /// A module, by its canonical name.
    Module(Arc<str>),
    /// A function or class that the library knows, by its canonical name such as `numpy.sin`.
    Library(Arc<str>),
    /// A jitted function.
    Function(FunctionKey),
    /// One of these jitted functions, which are in order: which one is known when it runs.
    OneOf(Arc<[FunctionKey]>),
    /// `functools.partial(a, *b, **c)`: the types of the function, the arguments as a tuple, and the keywords.
    Partial(Arc<[Type; 3]>),
    /// The cell of a variable that inner functions share, by the type of its value.
    Cell(Arc<Type>),
    /// An inner function with what it captures.
    Closure(Arc<ClosureType>),
    /// A generator, which has identity: whoever holds it shares where it stands.
    Generator(Arc<GeneratorType>),
    /// A method or attribute of library meaning, bound to a receiver: `a.sum`.
    Method(Arc<(Type, Arc<str>)>),
    /// A dtype or NumPy scalar class: `np.float32`, `np.dtype("f4")`.
    DTypeClass(DType),
    /// A type of `upshift.types`, as a value.
    TypeObject(Arc<Type>),
    /// An exception class, by the name of `runtime/exception_classes.rs`.
    ExceptionClass(Arc<str>),
    /// An exception of a known class with arguments of these types: not an object yet, only its parts.
    Exception(Arc<(Arc<str>, Vec<Type>)>),
    /// What a function gives that always raises: there is no such value.
    Never,
    /// An exception object of any class.
    AnyException,
    /// The class of an exception of any class.
    AnyExceptionClass,
    /// A C function.
    Foreign(Arc<ForeignFunction>),
    /// A generator of random numbers: a `random.Random` object.
    Random,
    /// An object of Python's of which nothing is known when compiling: what an exception holds.
    Object,
    /// `enumerate(...)`, `zip(...)`, `a.flat`, `d.items()` and their like before iteration: the name and the arguments.
    Iterable(Arc<(Arc<str>, Vec<Type>)>),
    /// A list of items of one type.
    List(Arc<Type>),
    /// A dict: the types of its keys and of its values, and its class.
    Dict(Arc<Entries>),
    /// A `collections.deque` of items of one type.
    Deque(Arc<Type>),
    /// A set of keys of one type.
    Set(Arc<Type>),
    /// `None` or a value of the type.
    Optional(Arc<Type>),
    /// What a container holds, while that is being inferred (`containers.rs`): its number. No finished function has it.
    Unknown(u32),
}

/// What an iterator runs over.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum IteratorType {
    /// A range; the step if it is known.
    Range {
        /// The constant step.
        step: Option<i64>,
    },
    /// The first axis of an array.
    Array(ArrayType),
    /// All elements of an array in C order.
    Flat(ArrayType),
    /// A tuple whose items share a type.
    Tuple(Arc<[Type]>),
    /// A list, by the type of its items.
    List(Type),
    /// A list from its end.
    ReversedList(Type),
    /// A dict: its keys, its values, or pairs of both.
    Dict(DictPart, Arc<Entries>),
    /// A deque, by the type of its items.
    Deque(Type),
    /// A set, by the type of its keys.
    Set(Type),
    /// The characters of a string, or the numbers of bytes where this is true.
    Text {
        /// It runs over bytes.
        is_bytes: bool,
    },
    /// `enumerate` of an iterator.
    Enumerate(Type),
    /// `zip` of iterators.
    Zip(Vec<Type>),
    /// A bytearray, a memoryview or an `array.array`.
    Buffer(BufferType),
    /// A generator.
    Generator(Arc<GeneratorType>),
}

/// The type of an inner function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ClosureType {
    /// Its code.
    pub key: FunctionKey,
    /// Types of the captured values.
    pub captures: Vec<Type>,
    /// Which defaults the last of them holds.
    pub defaults: Defaults,
}

impl ClosureType {
    /// The types of the defaults of its last positional parameters.
    pub fn positional_defaults(&self) -> &[Type] {
        let positional = match (self.defaults, self.captures.last()) {
            (Defaults::Positional, last) => last,
            (Defaults::All, Some(Type::Tuple(both))) => both.first(),
            _ => None,
        };
        positional.and_then(Type::as_tuple).unwrap_or_default()
    }

    /// The names and types of the defaults of keyword-only parameters.
    pub fn keyword_defaults(&self) -> &[(Arc<str>, Type)] {
        match (self.defaults, self.captures.last()) {
            (Defaults::All, Some(Type::Tuple(both))) => match both.last() {
                Some(Type::Keywords(items)) => items,
                _ => &[],
            },
            _ => &[],
        }
    }
}

/// The type of a generator.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct GeneratorType {
    /// The generator function.
    pub key: FunctionKey,
    /// Types of its arguments, captured values included.
    pub arguments: Vec<Type>,
    /// What it yields.
    pub item: Type,
    /// What it returns.
    pub returned: Type,
}

impl IteratorType {
    /// True if items are or hold what is made when it is asked for, strings or what a generator gives: such items carry
    /// references.
    pub fn makes_items(&self) -> bool {
        let inside = |ty: &Type| matches!(ty, Type::Iterator(kind) if kind.makes_items());
        match self {
            IteratorType::Generator(_) => true,
            IteratorType::Text { is_bytes } => !is_bytes,
            IteratorType::Enumerate(inner) => inside(inner),
            IteratorType::Zip(inner) => inner.iter().any(inside),
            IteratorType::Range { .. }
            | IteratorType::Array(_)
            | IteratorType::Flat(_)
            | IteratorType::Tuple(_)
            | IteratorType::List(_)
            | IteratorType::ReversedList(_)
            | IteratorType::Dict(..)
            | IteratorType::Deque(_)
            | IteratorType::Buffer(_)
            | IteratorType::Set(_) => false,
        }
    }
}

impl GeneratorType {
    fn for_each_function(&self, visit: &mut impl FnMut(FunctionKey)) {
        visit(self.key);
        self.arguments.iter().for_each(|ty| ty.for_each_function(visit));
    }
}

/// Names a Python function that is compiled on demand: a jitted function of the user's or one of the library.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct FunctionKey(pub u64);

impl Type {
    /// The tuple of these items.
    pub fn tuple(items: impl Into<Arc<[Type]>>) -> Type {
        Type::Tuple(TupleType { items: items.into(), class: None })
    }

    /// The list of items of this type.
    pub fn list(item: Type) -> Type {
        Type::List(Arc::new(item))
    }

    /// The dict with such keys and values.
    pub fn dict(key: Type, value: Type) -> Type {
        Type::Dict(Arc::new((key, value, DictKind::Plain)))
    }

    /// True for lists, deques, dicts and sets.
    pub fn is_container(&self) -> bool {
        matches!(self, Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_))
    }

    /// True if something in the type is still being inferred.
    pub fn has_unknown(&self) -> bool {
        match self {
            Type::Unknown(_) => true,
            Type::List(item) | Type::Set(item) | Type::Deque(item) | Type::Optional(item) => item.has_unknown(),
            Type::Dict(entry) => entry.0.has_unknown() || entry.1.has_unknown(),
            Type::Tuple(items) => items.iter().any(Type::has_unknown),
            Type::Keywords(items) => items.iter().any(|(_, ty)| ty.has_unknown()),
            Type::Instance(instance) => instance.fields.iter().any(Type::has_unknown),
            Type::Method(method) => method.0.has_unknown(),
            Type::Cell(content) => content.has_unknown(),
            Type::Partial(parts) => parts.iter().any(Type::has_unknown),
            Type::Closure(closure) => closure.captures.iter().any(Type::has_unknown),
            Type::Generator(generator) => generator.item.has_unknown(),
            Type::Iterable(iterable) => iterable.1.iter().any(Type::has_unknown),
            Type::Iterator(kind) => match &**kind {
                IteratorType::List(item)
                | IteratorType::ReversedList(item)
                | IteratorType::Deque(item)
                | IteratorType::Set(item) => item.has_unknown(),
                IteratorType::Dict(_, entry) => entry.0.has_unknown() || entry.1.has_unknown(),
                IteratorType::Enumerate(inner) => inner.has_unknown(),
                IteratorType::Zip(inner) => inner.iter().any(Type::has_unknown),
                IteratorType::Generator(generator) => generator.item.has_unknown(),
                IteratorType::Tuple(items) => items.iter().any(Type::has_unknown),
                IteratorType::Range { .. }
                | IteratorType::Array(_)
                | IteratorType::Flat(_)
                | IteratorType::Buffer(_)
                | IteratorType::Text { .. } => false,
            },
            _ => false,
        }
    }

    /// Calls `visit` on each jitted function that the type names.
    pub fn for_each_function(&self, visit: &mut impl FnMut(FunctionKey)) {
        match self {
            Type::Function(key) => visit(*key),
            Type::OneOf(keys) => keys.iter().for_each(|key| visit(*key)),
            Type::Partial(parts) => parts.iter().for_each(|part| part.for_each_function(visit)),
            Type::Tuple(items) => items.iter().for_each(|item| item.for_each_function(visit)),
            Type::Keywords(items) => items.iter().for_each(|(_, item)| item.for_each_function(visit)),
            Type::Instance(instance) => instance.fields.iter().for_each(|item| item.for_each_function(visit)),
            Type::Iterable(parts) => parts.1.iter().for_each(|item| item.for_each_function(visit)),
            Type::Cell(content) => content.for_each_function(visit),
            Type::Closure(closure) => {
                visit(closure.key);
                closure.captures.iter().for_each(|item| item.for_each_function(visit));
            }
            Type::Generator(generator) => generator.for_each_function(visit),
            Type::Method(parts) => parts.0.for_each_function(visit),
            Type::Iterator(over) => match &**over {
                IteratorType::Tuple(items) => items.iter().for_each(|item| item.for_each_function(visit)),
                IteratorType::Enumerate(inner) => inner.for_each_function(visit),
                IteratorType::Zip(parts) => parts.iter().for_each(|item| item.for_each_function(visit)),
                IteratorType::Generator(generator) => generator.for_each_function(visit),
                IteratorType::Dict(_, entry) => {
                    entry.0.for_each_function(visit);
                    entry.1.for_each_function(visit);
                }
                IteratorType::List(item)
                | IteratorType::ReversedList(item)
                | IteratorType::Deque(item)
                | IteratorType::Set(item) => item.for_each_function(visit),
                IteratorType::Range { .. }
                | IteratorType::Array(_)
                | IteratorType::Flat(_)
                | IteratorType::Buffer(_)
                | IteratorType::Text { .. } => {}
            },
            Type::List(item) | Type::Set(item) | Type::Deque(item) | Type::Optional(item) => {
                item.for_each_function(visit);
            }
            Type::Dict(entry) => {
                entry.0.for_each_function(visit);
                entry.1.for_each_function(visit);
                if let DictKind::Default(factory) = &entry.2 {
                    factory.for_each_function(visit);
                }
            }
            Type::None
            | Type::Unknown(_)
            | Type::Ellipsis
            | Type::Bool
            | Type::Int
            | Type::Float
            | Type::Complex
            | Type::Scalar(_)
            | Type::Array(_)
            | Type::Str(_)
            | Type::String
            | Type::Bytes
            | Type::Buffer(_)
            | Type::Slice(_)
            | Type::Range(_)
            | Type::Module(_)
            | Type::Library(_)
            | Type::DTypeClass(_)
            | Type::TypeObject(_)
            | Type::Class(_)
            | Type::Record(..)
            | Type::Member(_)
            | Type::ExceptionClass(_)
            | Type::Exception(_)
            | Type::AnyException
            | Type::AnyExceptionClass
            | Type::Object
            | Type::Random
            | Type::Foreign(_)
            | Type::Never => {}
        }
    }

    /// The dtype that the value has, or becomes in an array; `None` for what is not a number.
    pub fn dtype(&self) -> Option<DType> {
        match self {
            Type::Bool => Some(DType::Bool),
            Type::Int => Some(DType::Int64),
            Type::Float => Some(DType::Float64),
            Type::Complex => Some(DType::Complex128),
            Type::Scalar(dtype) if dtype.kind() != Kind::Other => Some(*dtype),
            Type::Member(_) if is_int_member(self) => Some(DType::Int64),
            _ => None,
        }
    }

    /// The kind of a number.
    pub fn kind(&self) -> Option<Kind> {
        self.dtype().map(DType::kind)
    }

    /// True for Python's `int`, `float` and `complex`, which take the type that they meet (NEP 50); `bool` does not.
    pub fn is_weak(&self) -> bool {
        matches!(self, Type::Int | Type::Float | Type::Complex) || is_int_member(self)
    }

    /// True for Python's numbers, `bool` included.
    pub fn is_python_number(&self) -> bool {
        self.is_weak() || *self == Type::Bool
    }

    /// True for Python's and NumPy's numbers.
    pub fn is_number(&self) -> bool {
        self.dtype().is_some()
    }

    /// True for strings, whether they are known when compiling or not.
    pub fn is_string(&self) -> bool {
        matches!(self, Type::Str(_) | Type::String)
    }

    /// True for strings and bytes.
    pub fn is_text(&self) -> bool {
        self.is_string() || *self == Type::Bytes
    }

    /// The array type, if it is one.
    pub fn as_array(&self) -> Option<&ArrayType> {
        match self {
            Type::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The class of the program's that a value of the type is an instance of.
    pub fn class(&self) -> Option<&Arc<Class>> {
        match self {
            Type::Tuple(items) => items.class.as_ref(),
            Type::Member(class) => Some(class),
            Type::Instance(instance) => Some(&instance.class),
            _ => None,
        }
    }

    /// The items, if it is a tuple.
    pub fn as_tuple(&self) -> Option<&[Type]> {
        match self {
            Type::Tuple(items) => Some(items),
            _ => None,
        }
    }
}
