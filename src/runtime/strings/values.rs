//! The text of values that lie in memory: what `str`, `repr` and `ascii` show of containers, tuples and what may be
//! `None`, however they nest.
//!
//! A shape says what a value is made of and where its machine values stand. Lowering states it as ASCII, one letter
//! for each kind, then the offsets, each ended by a semicolon:
//!
//! | text | the value | text | the value |
//! |---|---|---|---|
//! | `n` `e` | `None`, `...` | `b` `i` `f` `c` | bool, int, float, complex (two offsets) |
//! | `sNAME;` and a code | a NumPy scalar, shown by its name | `t` `y` | a string, bytes |
//! | `kN;` and N bytes | a string known when compiling | `r` | a range (three offsets) |
//! | `(` shapes `)` | a tuple; after `qNAME;` a named one, a field's name before each shape | `o` and a shape | an optional value: the offset says if it is there |
//! | `l` `z` and a shape | a list, a set | `d` and two shapes | a dict |
//! | `x` | an exception or another object of Python's | `m` and a shape | a deque |
//! | `C` `O` | before `d`: a `Counter`, an `OrderedDict` | `DN;` and N bytes | before `d`: a `defaultdict` with this factory |
//!
//! A type is finite, so that recursion ends; an object of Python's is asked for its own text.

use super::builder::Builder;
use super::decimal;
use super::representing::{Shown, quoted};
use super::text::{Text, View};
use crate::runtime::deque::Deque;
use crate::runtime::memory::Header;
use crate::runtime::objects::{self, Operation};
use crate::runtime::status::NO_MEMORY;
use crate::runtime::{dict, set};

/// Which text is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum Form {
    /// `repr`
    Repr = 0,
    /// `ascii`
    Ascii = 1,
    /// `str`: differs for the value itself, not for what it holds.
    Str = 2,
}

impl Form {
    fn of(number: i64) -> Form {
        match number {
            0 => Form::Repr,
            1 => Form::Ascii,
            _ => Form::Str,
        }
    }

    /// The form of what a container holds.
    fn inside(self) -> Form {
        if self == Form::Str { Form::Repr } else { self }
    }
}

/// What a value is made of, with the offsets of its machine values.
#[derive(Debug)]
enum Shape {
    Fixed(&'static str),
    Bool(usize),
    Int(usize),
    Float(usize),
    Complex(usize, usize),
    Scalar(String, u8, [usize; 2]),
    Known(String),
    Text(usize),
    Bytes(usize),
    Range([usize; 3]),
    Tuple(Vec<Shape>),
    NamedTuple(String, Vec<(String, Shape)>),
    Optional(usize, Box<Shape>),
    List(usize, Box<Shape>),
    Set(usize, Box<Shape>),
    Dict(usize, Box<(Shape, Shape)>),
    Counter(Box<Shape>),
    Ordered(Box<Shape>),
    Default(String, Box<Shape>),
    Deque(usize, Box<Shape>),
    Object(usize),
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn letter(&mut self) -> u8 {
        let Some((&first, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        first
    }

    /// What stands before the next semicolon.
    fn word(&mut self) -> String {
        let end = self.rest.iter().position(|&byte| byte == b';').unwrap_or(self.rest.len());
        let word = String::from_utf8_lossy(&self.rest[..end]).into_owned();
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        word
    }

    fn number(&mut self) -> usize {
        self.word().parse().unwrap_or(0)
    }

    fn known(&mut self) -> String {
        let length = self.number().min(self.rest.len());
        let (known, rest) = self.rest.split_at(length);
        self.rest = rest;
        String::from_utf8_lossy(known).into_owned()
    }

    fn scalar(&mut self) -> Shape {
        let (name, code) = (self.word(), self.letter());
        let first = self.number();
        let second = if matches!(code, b'c' | b'C') { self.number() } else { first };
        Shape::Scalar(name, code, [first, second])
    }

    fn shape(&mut self) -> Shape {
        match self.letter() {
            b'e' => Shape::Fixed("Ellipsis"),
            b'b' => Shape::Bool(self.number()),
            b'i' => Shape::Int(self.number()),
            b'f' => Shape::Float(self.number()),
            b'c' => Shape::Complex(self.number(), self.number()),
            b's' => self.scalar(),
            b'k' => Shape::Known(self.known()),
            b't' => Shape::Text(self.number()),
            b'y' => Shape::Bytes(self.number()),
            b'r' => Shape::Range(std::array::from_fn(|_| self.number())),
            b'(' => {
                let mut items = Vec::new();
                while !matches!(self.rest.first(), None | Some(b')')) {
                    items.push(self.shape());
                }
                self.letter();
                Shape::Tuple(items)
            }
            b'q' => {
                let name = self.word();
                self.letter();
                let mut fields = Vec::new();
                while !matches!(self.rest.first(), None | Some(b')')) {
                    fields.push((self.word(), self.shape()));
                }
                self.letter();
                Shape::NamedTuple(name, fields)
            }
            b'o' => Shape::Optional(self.number(), Box::new(self.shape())),
            b'l' => Shape::List(self.number(), Box::new(self.shape())),
            b'z' => Shape::Set(self.number(), Box::new(self.shape())),
            b'd' => Shape::Dict(self.number(), Box::new((self.shape(), self.shape()))),
            b'C' => Shape::Counter(Box::new(self.shape())),
            b'O' => Shape::Ordered(Box::new(self.shape())),
            b'D' => Shape::Default(self.known(), Box::new(self.shape())),
            b'm' => Shape::Deque(self.number(), Box::new(self.shape())),
            b'x' => Shape::Object(self.number()),
            _ => Shape::Fixed("None"),
        }
    }
}

/// A routine of Python's raised: its exception is in flight.
struct Raised;

/// The text of the value at an address, at `out`: the shape, and the form. 1 if an object of Python's raised.
///
/// # Safety
/// A value of this shape stands there, and there is room for an address at `out`.
pub unsafe extern "C" fn text_of_value(value: *const u8, shape: *const Text, form: i64, out: *mut *mut Text) -> i32 {
    // SAFETY: compiled code passes texts that it holds.
    let shape: Vec<u8> = match unsafe { Text::view(shape) } {
        View::One(bytes) => bytes.to_vec(),
        other => other.to_utf8().into_bytes(),
    };
    let mut builder = Builder::new(32);
    let shape = Reader { rest: &shape }.shape();
    // SAFETY: the caller's promise.
    match unsafe { push(&mut builder, &shape, value, Form::of(form)) } {
        Ok(()) => {
            let made = builder.finish();
            // SAFETY: the caller's promise.
            unsafe { out.write(made) };
            if made.is_null() { NO_MEMORY } else { 0 }
        }
        Err(Raised) => 1,
    }
}

/// Adds the text of a value.
///
/// # Safety
/// A value of this shape stands at the address; so for the functions below.
unsafe fn push(builder: &mut Builder, shape: &Shape, at: *const u8, form: Form) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    unsafe {
        match shape {
            Shape::Fixed(text) => builder.push_ascii(text),
            Shape::Bool(offset) => builder.push_ascii(if at.add(*offset).read() == 0 { "False" } else { "True" }),
            Shape::Int(offset) => builder.push_ascii(&read::<i64>(at, *offset).to_string()),
            Shape::Float(offset) => builder.push_ascii(&decimal::repr(read(at, *offset))),
            Shape::Complex(real, imaginary) => {
                builder.push_ascii(&decimal::complex_repr(read(at, *real), read(at, *imaginary)));
            }
            Shape::Scalar(name, code, offsets) => push_scalar(builder, (name, *code), offsets, at, form),
            Shape::Known(text) => {
                let points: Vec<u32> = text.chars().map(u32::from).collect();
                push_text(builder, View::Four(&points), form);
            }
            Shape::Text(offset) => push_text(builder, Text::view(read::<*const Text>(at, *offset)), form),
            Shape::Bytes(offset) => {
                builder.push_view(quoted(Text::view(read::<*const Text>(at, *offset)), Shown::Bytes).view());
            }
            Shape::Range(offsets) => {
                let [start, stop, step] = offsets.map(|offset| read::<i64>(at, offset));
                let step = if step == 1 { String::new() } else { format!(", {step}") };
                builder.push_ascii(&format!("range({start}, {stop}{step})"));
            }
            Shape::NamedTuple(name, fields) => {
                push_name(builder, name);
                for (index, (field, item)) in fields.iter().enumerate() {
                    builder.push_ascii(if index > 0 { ", " } else { "(" });
                    push_name(builder, field);
                    builder.push_ascii("=");
                    push(builder, item, at, form.inside())?;
                }
                builder.push_ascii(if fields.is_empty() { "()" } else { ")" });
            }
            Shape::Tuple(items) => return push_tuple(builder, items, at, form.inside()),
            Shape::Optional(offset, inner) => {
                if at.add(*offset).read() != 0 {
                    return push(builder, inner, at, form);
                }
                builder.push_ascii("None");
            }
            Shape::List(offset, item) => return push_list(builder, item, read(at, *offset), form.inside()),
            Shape::Set(offset, key) => return push_set(builder, key, read(at, *offset), form.inside()),
            Shape::Dict(offset, entry) => return push_dict(builder, entry, read(at, *offset), form.inside()),
            Shape::Counter(dict) => return push_counter(builder, dict, at, form.inside()),
            Shape::Ordered(dict) => return push_ordered(builder, dict, at, form.inside()),
            Shape::Default(factory, dict) => {
                builder.push_ascii(&format!("defaultdict({factory}, "));
                push(builder, dict, at, form.inside())?;
                builder.push_ascii(")");
            }
            Shape::Deque(offset, item) => return push_deque(builder, item, read(at, *offset), form.inside()),
            Shape::Object(offset) => return push_object(builder, read(at, *offset), form),
        }
    }
    Ok(())
}

unsafe fn read<T: Copy>(at: *const u8, offset: usize) -> T {
    // SAFETY: the callers' promise; values are aligned to their size.
    unsafe { at.add(offset).cast::<T>().read() }
}

fn push_name(builder: &mut Builder, name: &str) {
    name.chars().for_each(|character| builder.push(character.into()));
}

fn push_text(builder: &mut Builder, view: View<'_>, form: Form) {
    match form {
        Form::Str => builder.push_view(view),
        Form::Repr => builder.push_view(quoted(view, Shown::Printable).view()),
        Form::Ascii => builder.push_view(quoted(view, Shown::Ascii).view()),
    }
}

/// The number of a NumPy scalar, in `repr` within its class.
unsafe fn push_scalar(
    builder: &mut Builder,
    (name, code): (&str, u8),
    [first, second]: &[usize; 2],
    at: *const u8,
    form: Form,
) {
    // SAFETY: the caller's promise; the code says which machine values stand there.
    let number = unsafe {
        match code {
            b'?' => (if at.add(*first).read() == 0 { "False" } else { "True" }).to_owned(),
            b'1' => read::<i8>(at, *first).to_string(),
            b'2' => read::<i16>(at, *first).to_string(),
            b'4' => read::<i32>(at, *first).to_string(),
            b'8' => read::<i64>(at, *first).to_string(),
            b'A' => read::<u8>(at, *first).to_string(),
            b'B' => read::<u16>(at, *first).to_string(),
            b'D' => read::<u32>(at, *first).to_string(),
            b'H' => read::<u64>(at, *first).to_string(),
            b'f' => decimal::single_text(read(at, *first)),
            b'F' => decimal::repr(read(at, *first)),
            b'c' => decimal::single_complex_text(read(at, *first), read(at, *second)),
            _ => decimal::complex_repr(read(at, *first), read(at, *second)),
        }
    };
    if form == Form::Str {
        return builder.push_ascii(&number);
    }
    let number = number.strip_prefix('(').and_then(|number| number.strip_suffix(')')).unwrap_or(&number);
    builder.push_ascii(&if code == b'?' { format!("np.{number}_") } else { format!("np.{name}({number})") });
}

unsafe fn push_tuple(builder: &mut Builder, items: &[Shape], at: *const u8, form: Form) -> Result<(), Raised> {
    builder.push_ascii("(");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            builder.push_ascii(", ");
        }
        // SAFETY: the caller's promise.
        unsafe { push(builder, item, at, form)? };
    }
    builder.push_ascii(if items.len() == 1 { ",)" } else { ")" });
    Ok(())
}

unsafe fn push_list(builder: &mut Builder, item: &Shape, list: *const Header, form: Form) -> Result<(), Raised> {
    builder.push_ascii("[");
    // SAFETY: the caller's promise: a list is there. Its length is read anew: an item's own text may change it.
    unsafe {
        let mut position = 0;
        while position < (*list).length() {
            if position > 0 {
                builder.push_ascii(", ");
            }
            push(builder, item, (*list).item(position), form)?;
            position += 1;
        }
    }
    builder.push_ascii("]");
    Ok(())
}

unsafe fn push_set(builder: &mut Builder, key: &Shape, keys: *const Header, form: Form) -> Result<(), Raised> {
    // SAFETY: the caller's promise: a set is there, and `next` answers places of keys before its end.
    unsafe {
        if (*keys).length() == 0 {
            builder.push_ascii("set()");
            return Ok(());
        }
        builder.push_ascii("{");
        let mut place = set::next(keys, 0);
        while place < (*keys).fields.capacity {
            push(builder, key, (*keys).item(place as usize), form)?;
            place = set::next(keys, place + 1);
            if place < (*keys).fields.capacity {
                builder.push_ascii(", ");
            }
        }
    }
    builder.push_ascii("}");
    Ok(())
}

unsafe fn push_dict(
    builder: &mut Builder,
    entry: &(Shape, Shape),
    entries: *const Header,
    form: Form,
) -> Result<(), Raised> {
    builder.push_ascii("{");
    // SAFETY: the caller's promise: a dict is there, and `next` answers positions of entries before its end.
    unsafe {
        let mut position = dict::next(entries, 0);
        while position < (*entries).fields.capacity {
            let at = (*entries).item(position as usize);
            push(builder, &entry.0, at, form)?;
            builder.push_ascii(": ");
            push(builder, &entry.1, at, form)?;
            position = dict::next(entries, position + 1);
            if position < (*entries).fields.capacity {
                builder.push_ascii(", ");
            }
        }
    }
    builder.push_ascii("}");
    Ok(())
}

/// The addresses of a dict's entries, and the shapes of what they hold.
unsafe fn entries_of(shape: &Shape, at: *const u8) -> Option<(&(Shape, Shape), Vec<*const u8>)> {
    let Shape::Dict(offset, entry) = shape else { return None };
    // SAFETY: the caller's promise: a dict is there, and `next` answers positions of entries before its end.
    unsafe {
        let entries: *const Header = read(at, *offset);
        let (mut found, mut position) = (Vec::new(), dict::next(entries, 0));
        while position < (*entries).fields.capacity {
            found.push((*entries).item(position as usize).cast_const());
            position = dict::next(entries, position + 1);
        }
        Some((entry, found))
    }
}

/// `Counter({...})`, the most frequent first.
unsafe fn push_counter(builder: &mut Builder, shape: &Shape, at: *const u8, form: Form) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some((entry, mut entries)) = entries_of(shape, at) else { return Ok(()) };
        match &entry.1 {
            Shape::Int(offset) => entries.sort_by_key(|&at| std::cmp::Reverse(read::<i64>(at, *offset))),
            Shape::Float(offset) => {
                let count = |at: *const u8| read::<f64>(at, *offset);
                entries.sort_by(|&a, &b| count(b).partial_cmp(&count(a)).unwrap_or(std::cmp::Ordering::Equal));
            }
            _ => {}
        }
        builder.push_ascii(if entries.is_empty() { "Counter(" } else { "Counter({" });
        for (index, &at) in entries.iter().enumerate() {
            builder.push_ascii(if index > 0 { ", " } else { "" });
            push(builder, &entry.0, at, form)?;
            builder.push_ascii(": ");
            push(builder, &entry.1, at, form)?;
        }
        builder.push_ascii(if entries.is_empty() { ")" } else { "})" });
    }
    Ok(())
}

/// `OrderedDict([(key, value), ...])`
unsafe fn push_ordered(builder: &mut Builder, shape: &Shape, at: *const u8, form: Form) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some((entry, entries)) = entries_of(shape, at) else { return Ok(()) };
        builder.push_ascii(if entries.is_empty() { "OrderedDict(" } else { "OrderedDict([" });
        for (index, &at) in entries.iter().enumerate() {
            builder.push_ascii(if index > 0 { ", (" } else { "(" });
            push(builder, &entry.0, at, form)?;
            builder.push_ascii(", ");
            push(builder, &entry.1, at, form)?;
            builder.push_ascii(")");
        }
        builder.push_ascii(if entries.is_empty() { ")" } else { "])" });
    }
    Ok(())
}

unsafe fn push_deque(builder: &mut Builder, item: &Shape, items: *const Header, form: Form) -> Result<(), Raised> {
    builder.push_ascii("deque(");
    // SAFETY: the caller's promise: a deque is there, which is a list.
    unsafe {
        push_list(builder, item, items, form)?;
        let limit = (*items.cast::<Deque>()).limit;
        builder.push_ascii(&if limit < 0 { ")".to_owned() } else { format!(", maxlen={limit})") });
    }
    Ok(())
}

unsafe fn push_object(builder: &mut Builder, object: *mut Header, form: Form) -> Result<(), Raised> {
    let operation = match form {
        Form::Repr => Operation::Repr,
        Form::Ascii => Operation::Ascii,
        Form::Str => Operation::Str,
    };
    // SAFETY: the caller's promise: a live object is there.
    let text = unsafe { objects::text(operation, object) }.ok_or(Raised)?;
    builder.push_view(text.view());
    Ok(())
}
