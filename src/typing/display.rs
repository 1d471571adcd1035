//! How types print: in messages, in signatures, and in what `explain` shows.

use std::fmt;

use super::buffers::{BufferKind, BufferType};
use super::collections::{DictKind, plain_factory};
use super::types::{ArrayType, DType, IteratorType, Type};

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

impl fmt::Display for BufferType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let class = self.kind.name();
        if self.kind == BufferKind::ByteArray {
            return f.write_str(class);
        }
        let readonly = if self.is_writable { "" } else { "readonly " };
        let layout = if self.is_contiguous { 'C' } else { 'A' };
        write!(f, "{readonly}{class}({}, {}d, {layout})", char::from(self.format), self.ndim)
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
            Type::Record(id, true) => f.write_str(&id.get().name),
            Type::Record(id, false) => write!(f, "readonly {}", id.get().name),
            Type::Class(class) => write!(f, "class {}", class.name),
            Type::Keywords(items) => {
                f.write_str("keywords(")?;
                for (position, (name, ty)) in items.iter().enumerate() {
                    write!(f, "{}{name}: {ty}", if position > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Type::Str(text) => write!(f, "str({text:?})"),
            Type::String => f.write_str("str"),
            Type::Bytes => f.write_str("bytes"),
            Type::Buffer(buffer) => write!(f, "{buffer}"),
            Type::Slice(parts) => write!(f, "slice({}, {}, {})", parts[0], parts[1], parts[2]),
            Type::Range(_) => f.write_str("range"),
            Type::Iterator(kind) => write!(f, "{kind}"),
            Type::Module(name) => write!(f, "module({name})"),
            Type::Library(name) => write!(f, "function({name})"),
            Type::Function(key) => write!(f, "jitted function #{}", key.0),
            Type::OneOf(keys) => {
                f.write_str("one of jitted functions")?;
                keys.iter().try_for_each(|key| write!(f, " #{}", key.0))
            }
            Type::Partial(parts) => write!(f, "partial({}, {}, {})", parts[0], parts[1], parts[2]),
            Type::Cell(content) => write!(f, "cell({content})"),
            Type::Closure(closure) => {
                f.write_str("inner function(")?;
                write_list(f, &closure.captures)?;
                f.write_str(")")
            }
            Type::Generator(generator) => write!(f, "generator({})", generator.item),
            Type::Method(method) => write!(f, "method {} of {}", method.1, method.0),
            Type::DTypeClass(dtype) => write!(f, "dtype({dtype})"),
            Type::TypeObject(ty) => write!(f, "type({ty})"),
            Type::ExceptionClass(name) => write!(f, "class {name}"),
            Type::Exception(exception) => write!(f, "exception {}", exception.0),
            Type::Never => f.write_str("never"),
            Type::AnyException => f.write_str("exception"),
            Type::AnyExceptionClass => f.write_str("class of an exception"),
            Type::Object => f.write_str("object"),
            Type::Random => f.write_str("random.Random"),
            Type::Foreign(function) => write!(f, "C function {}", function.name),
            Type::List(item) => write!(f, "list({item})"),
            Type::Dict(entry) => match &entry.2 {
                DictKind::Default(factory) => {
                    write!(f, "defaultdict({}, {}, {})", plain_factory(factory), entry.0, entry.1)
                }
                kind => write!(f, "{}({}, {})", kind.class_name(), entry.0, entry.1),
            },
            Type::Deque(item) => write!(f, "deque({item})"),
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
            IteratorType::Dict(_, entry) => write!(f, "iterator({})", Type::Dict(entry.clone())),
            IteratorType::Deque(item) => write!(f, "iterator(deque({item}))"),
            IteratorType::Set(key) => write!(f, "iterator(set({key}))"),
            IteratorType::Text { is_bytes: false } => f.write_str("iterator(str)"),
            IteratorType::Text { is_bytes: true } => f.write_str("iterator(bytes)"),
            IteratorType::Buffer(buffer) => write!(f, "iterator({buffer})"),
            IteratorType::Enumerate(inner) => write!(f, "enumerate({inner})"),
            IteratorType::Generator(generator) => write!(f, "generator({})", generator.item),
            IteratorType::Zip(inner) => {
                f.write_str("zip(")?;
                write_list(f, inner)?;
                f.write_str(")")
            }
        }
    }
}
