//! The types of Python values in compiled code.
//!
//! Python's own numbers and NumPy's scalars are different types, because NumPy 2 (NEP 50) treats them differently:
//! a Python number is *weak*, it takes the type of the array or NumPy scalar that it meets, and it raises where a
//! NumPy scalar answers infinity or wraps.

use std::fmt;
use std::sync::Arc;

use super::classes::{Class, InstanceType, TupleType};
use super::enums::is_int_member;
use super::foreign::ForeignFunction;
use crate::lir;

/// The element type of an array, and the type of a NumPy scalar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is NumPy's dtype of the same name")]
pub enum DType {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
    Complex64,
    Complex128,
}

/// NumPy's letter for the kind of a dtype.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Kind {
    /// `b`
    Bool,
    /// `i`
    Signed,
    /// `u`
    Unsigned,
    /// `f`
    Float,
    /// `c`
    Complex,
}

impl DType {
    /// All dtypes, in the order of their encoding.
    pub const ALL: [DType; 13] = [
        DType::Bool,
        DType::Int8,
        DType::Int16,
        DType::Int32,
        DType::Int64,
        DType::UInt8,
        DType::UInt16,
        DType::UInt32,
        DType::UInt64,
        DType::Float32,
        DType::Float64,
        DType::Complex64,
        DType::Complex128,
    ];

    /// NumPy's name.
    pub fn name(self) -> &'static str {
        match self {
            DType::Bool => "bool",
            DType::Int8 => "int8",
            DType::Int16 => "int16",
            DType::Int32 => "int32",
            DType::Int64 => "int64",
            DType::UInt8 => "uint8",
            DType::UInt16 => "uint16",
            DType::UInt32 => "uint32",
            DType::UInt64 => "uint64",
            DType::Float32 => "float32",
            DType::Float64 => "float64",
            DType::Complex64 => "complex64",
            DType::Complex128 => "complex128",
        }
    }

    /// The dtype of this name.
    pub fn from_name(name: &str) -> Option<DType> {
        DType::ALL.into_iter().find(|dtype| dtype.name() == name)
    }

    /// The kind.
    pub fn kind(self) -> Kind {
        match self {
            DType::Bool => Kind::Bool,
            DType::Int8 | DType::Int16 | DType::Int32 | DType::Int64 => Kind::Signed,
            DType::UInt8 | DType::UInt16 | DType::UInt32 | DType::UInt64 => Kind::Unsigned,
            DType::Float32 | DType::Float64 => Kind::Float,
            DType::Complex64 | DType::Complex128 => Kind::Complex,
        }
    }

    /// Bytes of an element.
    pub fn size(self) -> u32 {
        match self {
            DType::Bool | DType::Int8 | DType::UInt8 => 1,
            DType::Int16 | DType::UInt16 => 2,
            DType::Int32 | DType::UInt32 | DType::Float32 => 4,
            DType::Int64 | DType::UInt64 | DType::Float64 | DType::Complex64 => 8,
            DType::Complex128 => 16,
        }
    }

    /// The machine type of an element; of one of the two parts for a complex dtype.
    pub fn machine(self) -> lir::Type {
        match self {
            DType::Bool => lir::Type::Bool,
            DType::Int8 | DType::UInt8 => lir::Type::I8,
            DType::Int16 | DType::UInt16 => lir::Type::I16,
            DType::Int32 | DType::UInt32 => lir::Type::I32,
            DType::Int64 | DType::UInt64 => lir::Type::I64,
            DType::Float32 | DType::Complex64 => lir::Type::F32,
            DType::Float64 | DType::Complex128 => lir::Type::F64,
        }
    }

    /// True for signed and unsigned integers.
    pub fn is_integer(self) -> bool {
        matches!(self.kind(), Kind::Signed | Kind::Unsigned)
    }

    /// True for signed integers.
    pub fn is_signed(self) -> bool {
        self.kind() == Kind::Signed
    }

    /// True for floats.
    pub fn is_float(self) -> bool {
        self.kind() == Kind::Float
    }

    /// True for complex dtypes.
    pub fn is_complex(self) -> bool {
        self.kind() == Kind::Complex
    }

    /// The dtype of the real and imaginary parts: itself unless complex.
    pub fn real(self) -> DType {
        match self {
            DType::Complex64 => DType::Float32,
            DType::Complex128 => DType::Float64,
            _ => self,
        }
    }
}

/// How the elements of an array lie in memory, as far as its type says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Layout {
    /// Contiguous, last axis fastest.
    C,
    /// Contiguous, first axis fastest.
    F,
    /// Any strides.
    A,
}

/// The type of an array.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ArrayType {
    /// Element type.
    pub dtype: DType,
    /// Number of dimensions.
    pub ndim: u8,
    /// What is known of the strides. A 0-d array and a contiguous 1-d array are `C`.
    pub layout: Layout,
    /// False if storing to it raises.
    pub is_writable: bool,
}

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
    /// The cell of a variable that inner functions share, by the type of its value.
    Cell(Arc<Type>),
    /// An inner function with what it captures.
    Closure(Arc<ClosureType>),
    /// A method or attribute of library meaning, bound to a receiver: `a.sum`.
    Method(Arc<(Type, Arc<str>)>),
    /// A dtype or NumPy scalar class: `np.float32`, `np.dtype("f4")`.
    DTypeClass(DType),
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
    Generator,
    /// An object of Python's of which nothing is known when compiling: what an exception holds.
    Object,
    /// `enumerate(...)`, `zip(...)`, `a.flat`, `d.items()` and their like before iteration: the name and the arguments.
    Iterable(Arc<(Arc<str>, Vec<Type>)>),
    /// A list of items of one type.
    List(Arc<Type>),
    /// A dict: the types of its keys and of its values.
    Dict(Arc<(Type, Type)>),
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
    Dict(DictPart, Arc<(Type, Type)>),
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
}

/// What of a dict's entries is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DictPart {
    /// `d.keys()`, and `d` itself.
    Keys,
    /// `d.values()`
    Values,
    /// `d.items()`
    Items,
}

/// The type of an inner function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ClosureType {
    /// Its code.
    pub key: FunctionKey,
    /// Types of the captured values.
    pub captures: Vec<Type>,
    /// Whether the last of them is the tuple of the defaults.
    pub has_defaults: bool,
}

impl IteratorType {
    /// True if items are or hold strings that are made when they are asked for.
    pub fn makes_strings(&self) -> bool {
        let inside = |ty: &Type| matches!(ty, Type::Iterator(kind) if kind.makes_strings());
        match self {
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
            | IteratorType::Set(_) => false,
        }
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

    /// True for lists, dicts and sets.
    pub fn is_container(&self) -> bool {
        matches!(self, Type::List(_) | Type::Dict(_) | Type::Set(_))
    }

    /// True if something in the type is still being inferred.
    pub fn has_unknown(&self) -> bool {
        match self {
            Type::Unknown(_) => true,
            Type::List(item) | Type::Set(item) | Type::Optional(item) => item.has_unknown(),
            Type::Dict(entry) => entry.0.has_unknown() || entry.1.has_unknown(),
            Type::Tuple(items) => items.iter().any(Type::has_unknown),
            Type::Instance(instance) => instance.fields.iter().any(Type::has_unknown),
            Type::Method(method) => method.0.has_unknown(),
            Type::Cell(content) => content.has_unknown(),
            Type::Closure(closure) => closure.captures.iter().any(Type::has_unknown),
            Type::Iterable(iterable) => iterable.1.iter().any(Type::has_unknown),
            Type::Iterator(kind) => match &**kind {
                IteratorType::List(item) | IteratorType::ReversedList(item) | IteratorType::Set(item) => {
                    item.has_unknown()
                }
                IteratorType::Dict(_, entry) => entry.0.has_unknown() || entry.1.has_unknown(),
                IteratorType::Enumerate(inner) => inner.has_unknown(),
                IteratorType::Zip(inner) => inner.iter().any(Type::has_unknown),
                IteratorType::Tuple(items) => items.iter().any(Type::has_unknown),
                IteratorType::Range { .. }
                | IteratorType::Array(_)
                | IteratorType::Flat(_)
                | IteratorType::Text { .. } => false,
            },
            _ => false,
        }
    }

    /// Calls `visit` on each jitted function that the type names.
    pub fn for_each_function(&self, visit: &mut impl FnMut(FunctionKey)) {
        match self {
            Type::Function(key) => visit(*key),
            Type::Tuple(items) => items.iter().for_each(|item| item.for_each_function(visit)),
            Type::Instance(instance) => instance.fields.iter().for_each(|item| item.for_each_function(visit)),
            Type::Iterable(parts) => parts.1.iter().for_each(|item| item.for_each_function(visit)),
            Type::Cell(content) => content.for_each_function(visit),
            Type::Closure(closure) => {
                visit(closure.key);
                closure.captures.iter().for_each(|item| item.for_each_function(visit));
            }
            Type::Method(parts) => parts.0.for_each_function(visit),
            Type::Iterator(over) => match &**over {
                IteratorType::Tuple(items) => items.iter().for_each(|item| item.for_each_function(visit)),
                IteratorType::Enumerate(inner) => inner.for_each_function(visit),
                IteratorType::Zip(parts) => parts.iter().for_each(|item| item.for_each_function(visit)),
                IteratorType::Dict(_, entry) => {
                    entry.0.for_each_function(visit);
                    entry.1.for_each_function(visit);
                }
                IteratorType::List(item) | IteratorType::ReversedList(item) | IteratorType::Set(item) => {
                    item.for_each_function(visit);
                }
                IteratorType::Range { .. }
                | IteratorType::Array(_)
                | IteratorType::Flat(_)
                | IteratorType::Text { .. } => {}
            },
            Type::List(item) | Type::Set(item) | Type::Optional(item) => item.for_each_function(visit),
            Type::Dict(entry) => {
                entry.0.for_each_function(visit);
                entry.1.for_each_function(visit);
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
            | Type::Slice(_)
            | Type::Range(_)
            | Type::Module(_)
            | Type::Library(_)
            | Type::DTypeClass(_)
            | Type::Class(_)
            | Type::Member(_)
            | Type::ExceptionClass(_)
            | Type::Exception(_)
            | Type::AnyException
            | Type::AnyExceptionClass
            | Type::Object
            | Type::Generator
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
            Type::Scalar(dtype) => Some(*dtype),
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

impl fmt::Display for DType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for ArrayType {
    /// As Numba prints it: `Array(float64, 2, 'C')`, here in the short form `array(float64, 2d, C)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let readonly = if self.is_writable { "" } else { "readonly " };
        write!(f, "{readonly}array({}, {}d, {:?})", self.dtype, self.ndim, self.layout)
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, items: &[Type]) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::None => f.write_str("none"),
            Type::Ellipsis => f.write_str("ellipsis"),
            Type::Bool => f.write_str("bool"),
            Type::Int => f.write_str("int"),
            Type::Float => f.write_str("float"),
            Type::Complex => f.write_str("complex"),
            Type::Scalar(DType::Bool) => f.write_str("numpy.bool"),
            Type::Scalar(dtype) => write!(f, "{dtype}"),
            Type::Array(array) => write!(f, "{array}"),
            Type::Tuple(items) => {
                match &items.class {
                    Some(class) => write!(f, "{}(", class.name)?,
                    None => f.write_str("tuple(")?,
                }
                write_list(f, items)?;
                f.write_str(")")
            }
            Type::Instance(instance) => {
                write!(f, "{}(", instance.class.name)?;
                write_list(f, &instance.fields)?;
                f.write_str(")")
            }
            Type::Member(class) => f.write_str(&class.name),
            Type::Class(class) => write!(f, "class {}", class.name),
            Type::Str(text) => write!(f, "str({text:?})"),
            Type::String => f.write_str("str"),
            Type::Bytes => f.write_str("bytes"),
            Type::Slice(parts) => write!(f, "slice({}, {}, {})", parts[0], parts[1], parts[2]),
            Type::Range(_) => f.write_str("range"),
            Type::Iterator(kind) => write!(f, "{kind}"),
            Type::Module(name) => write!(f, "module({name})"),
            Type::Library(name) => write!(f, "function({name})"),
            Type::Function(key) => write!(f, "jitted function #{}", key.0),
            Type::Cell(content) => write!(f, "cell({content})"),
            Type::Closure(closure) => {
                f.write_str("inner function(")?;
                write_list(f, &closure.captures)?;
                f.write_str(")")
            }
            Type::Method(method) => write!(f, "method {} of {}", method.1, method.0),
            Type::DTypeClass(dtype) => write!(f, "dtype({dtype})"),
            Type::ExceptionClass(name) => write!(f, "class {name}"),
            Type::Exception(exception) => write!(f, "exception {}", exception.0),
            Type::Never => f.write_str("never"),
            Type::AnyException => f.write_str("exception"),
            Type::AnyExceptionClass => f.write_str("class of an exception"),
            Type::Object => f.write_str("object"),
            Type::Generator => f.write_str("random.Random"),
            Type::Foreign(function) => write!(f, "C function {}", function.name),
            Type::List(item) => write!(f, "list({item})"),
            Type::Dict(entry) => write!(f, "dict({}, {})", entry.0, entry.1),
            Type::Set(key) => write!(f, "set({key})"),
            Type::Optional(inner) => write!(f, "optional({inner})"),
            Type::Unknown(_) => f.write_str("?"),
            Type::Iterable(iterable) => {
                write!(f, "{}(", iterable.0)?;
                write_list(f, &iterable.1)?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for IteratorType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IteratorType::Range { .. } => f.write_str("iterator(range)"),
            IteratorType::Array(array) => write!(f, "iterator({array})"),
            IteratorType::Flat(array) => write!(f, "iterator(flat({array}))"),
            IteratorType::Tuple(items) => {
                f.write_str("iterator(tuple(")?;
                write_list(f, items)?;
                f.write_str("))")
            }
            IteratorType::List(item) => write!(f, "iterator(list({item}))"),
            IteratorType::ReversedList(item) => write!(f, "iterator(reversed(list({item})))"),
            IteratorType::Dict(_, entry) => write!(f, "iterator(dict({}, {}))", entry.0, entry.1),
            IteratorType::Set(key) => write!(f, "iterator(set({key}))"),
            IteratorType::Text { is_bytes: false } => f.write_str("iterator(str)"),
            IteratorType::Text { is_bytes: true } => f.write_str("iterator(bytes)"),
            IteratorType::Enumerate(inner) => write!(f, "enumerate({inner})"),
            IteratorType::Zip(inner) => {
                f.write_str("zip(")?;
                write_list(f, inner)?;
                f.write_str(")")
            }
        }
    }
}
