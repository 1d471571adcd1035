//! The text of containers, ranges and of what may be `None`: the runtime reads it off memory.
//!
//! The value is stored to a slot of the frame as it would lie in a list, and its shape is a constant string
//! (`runtime/strings/values.rs` says what that looks like).

use std::fmt::Write;

use super::function::Lowering;
use super::items::{ItemLayout, item_layout, key_layout, set_key_layout, value_layout};
use super::repr::Repr;
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::strings::values::Form;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, DictKind, Type, objects};

/// True for values that `str` and `repr` take.
pub fn has_text(ty: &Type) -> bool {
    match ty {
        // What a container holds may not be known yet.
        Type::None | Type::Ellipsis | Type::Range(_) | Type::Object | Type::Buffer(_) | Type::Unknown(_) => true,
        Type::Tuple(items) => items.iter().all(has_text),
        Type::Instance(instance) => instance.dataclass().is_some_and(|class| {
            class.qualname.is_some()
                && class.fields.iter().zip(&instance.fields).all(|(field, ty)| !field.is_shown || has_text(ty))
        }),
        Type::Member(_) => ty.as_member().is_some_and(|class| !class.base.is_flag()),
        Type::List(item) | Type::Set(item) | Type::Deque(item) | Type::Optional(item) => has_text_inside(item),
        Type::Dict(entry) => {
            let is_shown = !matches!(&entry.2, DictKind::Default(factory) if factory_text(factory).is_none());
            is_shown && has_text_inside(&entry.0) && has_text_inside(&entry.1)
        }
        ty => ty.is_number() || ty.is_text() || objects::is_exception(ty) || objects::is_exception_class(ty),
    }
}

/// The text of the factory of a `defaultdict`; that of a function has its address.
fn factory_text(factory: &Type) -> Option<String> {
    match factory {
        Type::None => Some("None".to_owned()),
        Type::Library(name) => Some(format!("<class '{}'>", name.trim_start_matches("builtins."))),
        _ => None,
    }
}

/// True for what the text of a container can show.
fn has_text_inside(ty: &Type) -> bool {
    match ty {
        Type::Instance(_) | Type::Member(_) | Type::Scalar(DType::Time(_) | DType::Record(_)) => false,
        Type::Tuple(items) => items.iter().all(has_text_inside),
        ty => has_text(ty),
    }
}

/// The offsets of a value's machine values that are not described yet.
struct Offsets<'a> {
    layout: &'a ItemLayout,
    next: usize,
}

impl Offsets<'_> {
    fn next(&mut self) -> usize {
        self.next += 1;
        self.layout.parts.get(self.next - 1).map_or(0, |part| part.1)
    }
}

/// The letter of a NumPy scalar's machine values; records and dates are not shown here.
fn code(dtype: DType) -> char {
    match dtype {
        DType::Bool => '?',
        DType::Int8 => '1',
        DType::Int16 => '2',
        DType::Int32 => '4',
        DType::Int64 => '8',
        DType::UInt8 => 'A',
        DType::UInt16 => 'B',
        DType::UInt32 => 'D',
        DType::UInt64 => 'H',
        DType::Float32 => 'f',
        DType::Float64 => 'F',
        DType::Complex64 => 'c',
        DType::Complex128 | DType::Record(_) | DType::Time(_) => 'C',
    }
}

/// The shape of a value with this layout.
fn shape(ty: &Type, layout: &ItemLayout) -> Result<String, Reason> {
    let mut out = String::new();
    let mut offsets = Offsets { layout, next: 0 };
    push_shape(ty, &mut offsets, &mut out)?;
    Ok(out)
}

fn push_shape(ty: &Type, offsets: &mut Offsets<'_>, out: &mut String) -> Result<(), Reason> {
    let mut letter = |letter: char, offsets: &mut Offsets<'_>, count: usize| {
        out.push(letter);
        for _ in 0..count {
            // Writing to a string does not fail.
            let _ = write!(out, "{};", offsets.next());
        }
    };
    match ty {
        Type::None => letter('n', offsets, 0),
        Type::Ellipsis => letter('e', offsets, 0),
        Type::Bool => letter('b', offsets, 1),
        Type::Int => letter('i', offsets, 1),
        Type::Float => letter('f', offsets, 1),
        Type::Complex => letter('c', offsets, 2),
        Type::String => letter('t', offsets, 1),
        Type::Bytes => letter('y', offsets, 1),
        Type::Range(_) => letter('r', offsets, 3),
        Type::AnyException | Type::Object | Type::Buffer(_) => letter('x', offsets, 1),
        Type::Scalar(dtype) => {
            let _ = write!(out, "s{dtype};{}", code(*dtype));
            for _ in 0..if dtype.is_complex() { 2 } else { 1 } {
                let _ = write!(out, "{};", offsets.next());
            }
        }
        Type::Str(known) => {
            let _ = write!(out, "k{};{known}", known.len());
        }
        Type::Tuple(items) => {
            if let Some(class) = &items.class {
                let _ = write!(out, "q{};", class.name);
            }
            out.push('(');
            for (index, item) in items.iter().enumerate() {
                if let Some(field) = items.field_name(index) {
                    let _ = write!(out, "{field};");
                }
                push_shape(item, offsets, out)?;
            }
            out.push(')');
        }
        Type::Optional(inner) => {
            letter('o', offsets, 1);
            push_shape(inner, offsets, out)?;
        }
        Type::List(item) => {
            letter('l', offsets, 1);
            out.push_str(&shape(item, &item_layout(item))?);
        }
        Type::Deque(item) => {
            letter('m', offsets, 1);
            out.push_str(&shape(item, &item_layout(item))?);
        }
        Type::Set(key) => {
            letter('z', offsets, 1);
            out.push_str(&shape(key, &set_key_layout(key))?);
        }
        Type::Dict(entry) => {
            match &entry.2 {
                DictKind::Plain => {}
                DictKind::Counter => out.push('C'),
                DictKind::Ordered => out.push('O'),
                DictKind::Default(factory) => {
                    let text = factory_text(factory).unwrap_or_default();
                    let _ = write!(out, "D{};{text}", text.len());
                }
            }
            out.push('d');
            let _ = write!(out, "{};", offsets.next());
            out.push_str(&shape(&entry.0, &key_layout(&entry.0))?);
            out.push_str(&shape(&entry.1, &value_layout(&entry.0, &entry.1))?);
        }
        other => {
            return Err(Reason::NoOperation {
                operation: "the text of a container".to_owned(),
                types: vec![other.to_string()],
                advice: "take the text of each item, and join these".to_owned(),
            });
        }
    }
    Ok(())
}

impl Lowering<'_> {
    /// The text of a value that the runtime reads off memory.
    pub(super) fn text_of_value(&mut self, repr: &Repr, ty: &Type, form: Form) -> Result<Value, Reason> {
        let layout = item_layout(ty);
        let shape = shape(ty, &layout)?;
        let slot = self.b.add_slot(layout.size.next_multiple_of(8).max(8) as u32);
        let address = self.b.slot_address(slot);
        for (&(_, offset), &value) in layout.parts.iter().zip(repr) {
            self.b.store(value, address, offset as i32, Region::Frame);
        }
        let (shape, form) = (self.known_text(&shape), self.b.const_i64(form as i64));
        let answer_slot = self.b.add_slot(8);
        let answer = self.b.slot_address(answer_slot);
        let status = self.call_float(Symbol::TextOfValue, &[address, shape, form, answer]);
        let one = self.b.const_int(Machine::I32, 1);
        let has_raised = self.b.cmp_int(IntCond::Eq, status, one);
        let has_raised = self.b.extend_uint(has_raised, Machine::I32);
        self.pass_on(has_raised);
        let made = self.b.load(Machine::Ptr, answer, 0, Region::Frame);
        let no_memory = self.b.const_int(Machine::I32, i64::from(crate::runtime::status::NO_MEMORY));
        let has_failed = self.b.cmp_int(IntCond::Eq, status, no_memory);
        self.raise_if(has_failed, &super::Failure::of_class("MemoryError"));
        Ok(made)
    }
}
