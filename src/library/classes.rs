//! Classes of values: `isinstance`, `issubclass`, `type`.

use super::{Arguments, Entry};
use crate::lir::Type as Machine;
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::runtime::exception_classes;
use crate::runtime::objects::Operation;
use crate::runtime::symbols::Symbol;
use crate::typing::{BufferKind, DType, DictKind, Fact, Kind, Type, objects};

/// The functions.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("builtins.isinstance", isinstance, lower_isinstance),
    Entry::call("builtins.issubclass", issubclass, lower_issubclass),
    Entry::call("builtins.type", type_, lower_type),
];

fn isinstance(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(class)] = arguments.bind(["obj", "class_or_tuple"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let classes = class.fact.ty.as_tuple().map_or_else(|| vec![class.fact.ty.clone()], <[Type]>::to_vec);
    let (mut is_any, mut is_open) = (false, false);
    for class in &classes {
        match is_instance(&a.fact.ty, class) {
            Some(is_it) => is_any |= is_it,
            None if is_known_when_running(&a.fact.ty, class) => is_open = true,
            None => return Err(arguments.refuse("the class is not one of compiled code")),
        }
    }
    Ok(if is_open && !is_any { Fact::of(Type::Bool) } else { Fact::bool(is_any) })
}

/// Facts that are constants are emitted without this.
fn lower_isinstance(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let (a, class) = (&arguments.positional[0], &arguments.positional[1]);
    let (repr, class_repr) = (lowering.argument(a), lowering.argument(class));
    Ok(Repr::from_slice(&[lowering.is_instance_of(&repr, &a.fact.ty, &class.fact.ty, &class_repr)?]))
}

/// True for classes that a value has or has not when running.
fn is_known_when_running(ty: &Type, class: &Type) -> bool {
    match class {
        Type::Library(name) => *ty == Type::Object && name.starts_with("builtins."),
        class => objects::is_exception_class(class) && objects::is_exception(ty),
    }
}

fn is_subclass(class: &str, base: &str) -> Option<bool> {
    Some(exception_classes::is_subclass(exception_classes::id(class)?, exception_classes::id(base)?))
}

/// Which scalars are instances of an abstract class of NumPy's.
fn numpy_kind(name: &str) -> Option<fn(Kind) -> bool> {
    Some(match name {
        "numpy.generic" => |_| true,
        "numpy.number" => |kind| kind != Kind::Bool,
        "numpy.integer" => |kind| matches!(kind, Kind::Signed | Kind::Unsigned),
        "numpy.signedinteger" => |kind| kind == Kind::Signed,
        "numpy.unsignedinteger" => |kind| kind == Kind::Unsigned,
        "numpy.inexact" => |kind| matches!(kind, Kind::Float | Kind::Complex),
        "numpy.floating" => |kind| kind == Kind::Float,
        "numpy.complexfloating" => |kind| kind == Kind::Complex,
        _ => return None,
    })
}

/// Whether a value of a type is an instance of a class; `None` for a class that compiled code does not know.
pub fn is_instance(ty: &Type, class: &Type) -> Option<bool> {
    let is_buffer = |kind: BufferKind| matches!(ty, Type::Buffer(buffer) if buffer.kind == kind);
    match class {
        Type::DTypeClass(dtype) => Some(*ty == Type::Scalar(*dtype)),
        Type::Class(class) => Some(ty.class().is_some_and(|own| own.is_derived_from(class))),
        Type::Library(_) if *ty == Type::Object => None,
        Type::Library(name) => Some(match &**name {
            "builtins.int" => matches!(ty.as_number(), Type::Int | Type::Bool),
            "builtins.bool" => *ty == Type::Bool,
            "builtins.float" => {
                matches!(ty, Type::Float | Type::Scalar(DType::Float64)) || ty.mixed_in() == Some(Type::Float)
            }
            "builtins.complex" => matches!(ty, Type::Complex | Type::Scalar(DType::Complex128)),
            "builtins.tuple" => matches!(ty, Type::Tuple(_)),
            "builtins.range" => matches!(ty, Type::Range(_)),
            "builtins.slice" => matches!(ty, Type::Slice(_)),
            "builtins.list" => matches!(ty, Type::List(_)),
            "builtins.dict" => matches!(ty, Type::Dict(_) | Type::Keywords(_)),
            "collections.deque" => matches!(ty, Type::Deque(_)),
            "collections.Counter" | "collections.OrderedDict" | "collections.defaultdict" => {
                matches!(ty, Type::Dict(entry) if name.ends_with(entry.2.class_name()))
            }
            "builtins.set" => matches!(ty, Type::Set(_)),
            "builtins.str" => ty.is_string() || ty.mixed_in() == Some(Type::String),
            "builtins.bytes" => *ty == Type::Bytes,
            "builtins.bytearray" => is_buffer(BufferKind::ByteArray),
            "builtins.memoryview" => is_buffer(BufferKind::View),
            "array.array" => is_buffer(BufferKind::Array),
            "builtins.object" => true,
            "numpy.ndarray" => matches!(ty, Type::Array(_)),
            name => {
                let is_kind = numpy_kind(name)?;
                matches!(ty, Type::Scalar(dtype) if is_kind(dtype.kind()))
            }
        }),
        Type::ExceptionClass(base) => match ty {
            Type::Exception(exception) => is_subclass(&exception.0, base),
            Type::AnyException | Type::Object => None,
            _ => Some(false),
        },
        _ => None,
    }
}

fn issubclass(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(class), Some(base)] = arguments.bind(["cls", "class_or_tuple"], 2)? else {
        return Err(arguments.refuse(""));
    };
    match (&class.fact.ty, &base.fact.ty) {
        (Type::ExceptionClass(class), Type::ExceptionClass(base)) => {
            is_subclass(class, base).map(Fact::bool).ok_or_else(|| arguments.refuse(""))
        }
        (class, base) if objects::is_exception_class(class) && objects::is_exception_class(base) => {
            Ok(Fact::of(Type::Bool))
        }
        _ => Err(arguments.refuse("it takes built-in classes and classes of exceptions")),
    }
}

fn lower_issubclass(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let numbers = [0, 1].map(|index| {
        let operand = &arguments.positional[index];
        let repr = lowering.argument(operand);
        lowering.class_number(&repr, &operand.fact.ty)
    });
    Ok(Repr::from_slice(&[lowering.call_float(Symbol::IsSubclass, &numbers)]))
}

/// `type(a)`: a class that can be compared, tested for with `isinstance`, and called.
fn type_(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["object"], 1)? else { return Err(arguments.refuse("")) };
    let library = |name: &str| Type::Library(name.into());
    Ok(Fact::of(match &a.fact.ty {
        Type::Exception(exception) => Type::ExceptionClass(exception.0.clone()),
        Type::AnyException => Type::AnyExceptionClass,
        Type::Object => Type::Object,
        Type::Scalar(dtype) => Type::DTypeClass(*dtype),
        Type::Bool => library("builtins.bool"),
        Type::Int => library("builtins.int"),
        Type::Float => library("builtins.float"),
        Type::Complex => library("builtins.complex"),
        Type::Str(_) | Type::String => library("builtins.str"),
        Type::Bytes => library("builtins.bytes"),
        Type::Buffer(buffer) => library(match buffer.kind {
            BufferKind::ByteArray => "builtins.bytearray",
            BufferKind::View => "builtins.memoryview",
            BufferKind::Array => "array.array",
        }),
        Type::Tuple(_) => library("builtins.tuple"),
        Type::Range(_) => library("builtins.range"),
        Type::Slice(_) => library("builtins.slice"),
        Type::List(_) => library("builtins.list"),
        Type::Dict(entry) if entry.2 != DictKind::Plain => library(&format!("collections.{}", entry.2.class_name())),
        Type::Dict(_) | Type::Keywords(_) => library("builtins.dict"),
        Type::Deque(_) => library("collections.deque"),
        Type::Set(_) => library("builtins.set"),
        Type::Array(_) => library("numpy.ndarray"),
        _ => return Err(arguments.refuse("it takes numbers, strings, containers, arrays and exceptions")),
    }))
}

fn lower_type(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let operand = &arguments.positional[0];
    let repr = lowering.argument(operand);
    Ok(match &fact.ty {
        Type::AnyExceptionClass => Repr::from_slice(&[lowering.call_float(Symbol::ExceptionClassOf, &repr)]),
        Type::Object => {
            let name = lowering.known_text("__class__");
            let made = lowering.ask_object(Operation::Attribute, &repr, &Type::Object, Some(name), Machine::Ptr);
            Repr::from_slice(&[made])
        }
        _ => Repr::new(),
    })
}
