//! Strings and bytes: operators, subscripts, iteration, and strings made of values.
//!
//! A string is the address of its header (`runtime/strings/text.rs`), and what is known when compiling has no machine
//! value until something asks for it: `text` then states the address of a constant. Whatever makes a string here
//! gives one with a reference for whoever gets it.

use smallvec::SmallVec;

use super::errors::Failure;
use super::function::Lowering;
use super::repr::Repr;
use crate::bytecode::Constant;
use crate::hir::{self, BinaryOp, CompareOp, Conversion};
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::objects::Operation;
use crate::runtime::status;
use crate::runtime::strings::calls::mode;
use crate::runtime::strings::text;
use crate::runtime::strings::values::Form;
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Fact, Kind, TupleType, Type, is_bytes_like, objects};

/// Where the length stands in a text.
const LENGTH: i32 = std::mem::offset_of!(text::Text, length) as i32;

/// A routine's statuses: the class of each, or how `MemoryError` has no message.
pub type Statuses = &'static [(i32, &'static str, &'static str)];

/// Of routines that leave a message.
pub const FORMAT_STATUSES: Statuses =
    &[(status::DOMAIN, "ValueError", "{text}"), (status::RANGE, "OverflowError", "{text}")];

/// The text of a piece.
pub enum PieceText {
    /// Someone else keeps it.
    Known(Value),
    /// It has a reference for whoever asked.
    Made(Value),
}

impl Lowering<'_> {
    /// The address of a string or of bytes.
    pub fn text(&mut self, repr: &Repr, ty: &Type) -> Value {
        match ty {
            Type::Str(known) => self.known_text(known),
            _ => repr.first().copied().unwrap_or_else(|| self.b.const_ptr(0)),
        }
    }

    /// The address of a string that is known when compiling.
    pub fn known_text(&mut self, known: &str) -> Value {
        self.b.const_ptr(text::constant(known) as usize)
    }

    /// The address of constant bytes.
    pub(super) fn known_bytes(&mut self, constant: &Constant) -> Repr {
        match constant {
            Constant::Bytes(bytes) => Repr::from_slice(&[self.b.const_ptr(text::constant_bytes(bytes) as usize)]),
            _ => Repr::new(),
        }
    }

    fn text_of(&mut self, value: hir::Value) -> Value {
        let (repr, ty) = (self.repr(value), self.fact(value).ty.clone());
        self.text(&repr, &ty)
    }

    /// The number of code points or bytes.
    pub fn text_length(&mut self, text: Value) -> Value {
        // It never changes, but the string may go and another one take its place, so this is no load of a constant.
        self.b.load(Machine::I64, text, LENGTH, Region::Elements)
    }

    /// Calls a routine that makes a text, and raises where there is no memory.
    pub fn new_text(&mut self, symbol: Symbol, args: &[Value]) -> Value {
        let made = self.b.call_runtime(symbol, args).expect("the routine has a result");
        self.check_memory(made);
        made
    }

    /// Raises `MemoryError` where a routine answered null.
    pub fn check_memory(&mut self, made: Value) {
        let null = self.b.const_ptr(0);
        let has_failed = self.b.cmp_int(IntCond::Eq, made, null);
        self.raise_if(has_failed, &Failure::of_class("MemoryError"));
    }

    /// Calls a routine that stores its result at the address it gets last and answers a status.
    pub fn call_with_status(&mut self, symbol: Symbol, args: &[Value], size: u32, statuses: Statuses) -> Value {
        let slot = self.b.add_slot(size);
        let address = self.b.slot_address(slot);
        let mut all: SmallVec<[Value; 8]> = SmallVec::from_slice(args);
        all.push(address);
        let answer = self.b.call_runtime(symbol, &all).expect("the routine has a result");
        for &(number, class, message) in statuses {
            let number = self.b.const_int(Machine::I32, number.into());
            let is_it = self.b.cmp_int(IntCond::Eq, answer, number);
            self.raise_if(is_it, &Failure::new(class, message));
        }
        address
    }

    /// The same of a routine that makes a text.
    fn new_text_with_status(&mut self, symbol: Symbol, args: &[Value], statuses: Statuses) -> Value {
        let address = self.call_with_status(symbol, args, 8, statuses);
        let made = self.b.load(Machine::Ptr, address, 0, Region::Frame);
        self.check_memory(made);
        made
    }

    /// `a op b` where one of them is a string or bytes.
    pub(super) fn text_binary(
        &mut self,
        op: BinaryOp,
        a: hir::Value,
        b: hir::Value,
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        let (left, right) = (self.fact(a).ty.clone(), self.fact(b).ty.clone());
        let made = match (op, fact.ty.is_text()) {
            (_, false) => return Err(Reason::Internal("an operator on strings without a string".to_owned())),
            _ if matches!(fact.ty, Type::Str(_)) => return Ok(Repr::new()),
            (BinaryOp::Add, _) => {
                let texts = [self.text_of(a), self.text_of(b)];
                self.new_text(Symbol::TextConcat, &texts)
            }
            (BinaryOp::Mul, _) => {
                let (text, count) = if left.is_text() { (a, b) } else { (b, a) };
                let text = self.text_of(text);
                let (own, ty) = (self.repr(count), self.fact(count).ty.clone());
                let count = self.to_index(&own, &ty);
                self.new_text(Symbol::TextRepeat, &[text, count])
            }
            _ => {
                let Type::Str(template) = left else {
                    return Err(Reason::Internal("a template that is not known".to_owned()));
                };
                let arguments = self.repr(b);
                crate::library::lower_percent(self, &template, &arguments, &right)?
            }
        };
        Ok(Repr::from_slice(&[made]))
    }

    /// Compares two strings, or two of bytes.
    pub(super) fn compare_texts(&mut self, op: CompareOp, a: Value, b: Value) -> Value {
        if matches!(op, CompareOp::Eq | CompareOp::Ne) {
            let is_equal = self.b.call_runtime(Symbol::TextEquals, &[a, b]).expect("the routine has a result");
            return if op == CompareOp::Eq { is_equal } else { self.b.not_bool(is_equal) };
        }
        let order = self.b.call_runtime(Symbol::TextCompare, &[a, b]).expect("the routine has a result");
        let zero = self.b.const_int(Machine::I32, 0);
        let cond = match op {
            CompareOp::Lt => IntCond::Slt,
            CompareOp::Le => IntCond::Sle,
            CompareOp::Gt => IntCond::Sgt,
            CompareOp::Ge | CompareOp::Eq | CompareOp::Ne => IntCond::Sge,
        };
        self.b.cmp_int(cond, order, zero)
    }

    /// `item in text`
    pub(super) fn text_contains(&mut self, item: &Repr, item_type: &Type, text: Value) -> Value {
        let zero = self.b.const_i64(0);
        let needle = if item_type.is_string() || is_bytes_like(item_type) {
            self.text(item, item_type)
        } else {
            let number = self.to_index(item, item_type);
            let limit = self.b.const_i64(256);
            let is_byte = self.b.cmp_int(IntCond::Ult, number, limit);
            self.raise_unless(is_byte, &Failure::new("ValueError", "byte must be in range(0, 256)"));
            // Strings of one character below 256 are constants: there is nothing to release.
            self.b.call_runtime(Symbol::TextOfCodePoint, &[number]).expect("the routine has a result")
        };
        let (end, find) = (self.b.const_i64(i64::MAX), self.b.const_i64(mode::FIND));
        let args = [text, needle, zero, end, find];
        let place = self.b.call_runtime(Symbol::TextFind, &args).expect("the routine has a result");
        self.b.cmp_int(IntCond::Sge, place, zero)
    }

    /// `text[index]`
    pub(super) fn text_subscript(&mut self, a: hir::Value, index: hir::Value) -> Repr {
        let text = self.text_of(a);
        let is_bytes = self.fact(a).ty == Type::Bytes;
        let length = self.text_length(text);
        let (own, ty) = (self.repr(index), self.fact(index).ty.clone());
        if let Type::Slice(_) = &ty {
            let (start, step, count) = self.slice_span(&own, &ty, length);
            return Repr::from_slice(&[self.new_text(Symbol::TextSlice, &[text, start, step, count])]);
        }
        let number = self.to_index(&own, &ty);
        let position = self.wrap_index(number, length);
        let is_inside = self.b.cmp_int(IntCond::Ult, position, length);
        let message = if is_bytes { "index out of range" } else { "string index out of range" };
        self.raise_unless(is_inside, &Failure::new("IndexError", message));
        self.text_item(text, position, is_bytes)
    }

    /// The character or byte at a position in range.
    pub fn text_item(&mut self, text: Value, position: Value, is_bytes: bool) -> Repr {
        Repr::from_slice(&[if is_bytes {
            self.b.call_runtime(Symbol::TextCodePoint, &[text, position]).expect("the routine has a result")
        } else {
            self.new_text(Symbol::TextItem, &[text, position])
        }])
    }

    /// Start, step and count of a slice of so many items.
    pub fn slice_span(&mut self, repr: &Repr, ty: &Type, length: Value) -> (Value, Value, Value) {
        let span = self.span(repr, ty, length);
        let step = span.step.unwrap_or_else(|| self.b.const_i64(1));
        (span.start, step, span.length)
    }

    /// A value of an f-string.
    pub(super) fn format_op(&mut self, conversion: Conversion, args: &[hir::Value]) -> Result<Repr, Reason> {
        let (repr, ty) = (self.repr(args[0]), self.fact(args[0]).ty.clone());
        let spec = match args.get(1) {
            Some(&spec) if self.fact(spec).as_str() != Some("") => Some(self.text_of(spec)),
            _ => None,
        };
        Ok(Repr::from_slice(&[self.formatted(&repr, &ty, conversion, spec)?]))
    }

    /// The parts of an f-string, joined.
    pub(super) fn join_strings(&mut self, args: &[hir::Value]) -> Repr {
        let parts: Vec<Value> = args.iter().map(|&arg| self.text_of(arg)).collect();
        Repr::from_slice(&[self.join_texts(&parts)])
    }

    /// Texts one after the other.
    pub fn join_texts(&mut self, parts: &[Value]) -> Value {
        if let [first, second] = *parts {
            return self.new_text(Symbol::TextConcat, &[first, second]);
        }
        let empty = self.known_text("");
        self.join_with(empty, parts)
    }

    /// The texts that `make` gives for the pieces, as one; those that were made for it are released.
    pub fn join_pieces<P>(
        &mut self,
        pieces: impl IntoIterator<Item = P>,
        mut make: impl FnMut(&mut Self, P) -> Result<PieceText, Reason>,
    ) -> Result<Value, Reason> {
        let (mut parts, mut own) = (Vec::new(), Vec::new());
        for piece in pieces {
            parts.push(match make(self, piece)? {
                PieceText::Known(text) => text,
                PieceText::Made(text) => {
                    self.hold_temporary(text);
                    own.push(text);
                    text
                }
            });
        }
        let made = self.join_texts(&parts);
        own.into_iter().for_each(|text| self.release_temporary(text));
        Ok(made)
    }

    /// Texts with a separator between.
    pub fn join_with(&mut self, separator: Value, parts: &[Value]) -> Value {
        let slot = self.b.add_slot(8 * parts.len().max(1) as u32);
        let address = self.b.slot_address(slot);
        for (index, &part) in parts.iter().enumerate() {
            self.b.store(part, address, 8 * index as i32, Region::Frame);
        }
        let count = self.b.const_i64(parts.len() as i64);
        self.new_text(Symbol::TextJoin, &[separator, address, count])
    }

    /// An item of a tuple, which is a text.
    pub fn text_in_tuple(&mut self, tuple: &Repr, types: &[Type], index: usize) -> Value {
        let own = super::tuples::item(tuple, types, index);
        self.text(&own, &types[index])
    }

    /// Ends what `hold_temporary` began, and drops the reference.
    pub fn release_temporary(&mut self, text: Value) {
        self.forget_temporary(text);
        self.release(text);
    }

    /// A value converted and formatted.
    pub fn formatted(
        &mut self,
        repr: &Repr,
        ty: &Type,
        conversion: Conversion,
        spec: Option<Value>,
    ) -> Result<Value, Reason> {
        let converted = match conversion {
            Conversion::None => None,
            Conversion::Str => Some(self.str_of(repr, ty)?),
            Conversion::Repr => Some(self.repr_of(repr, ty, false)?),
            Conversion::Ascii => Some(self.repr_of(repr, ty, true)?),
        };
        let Some(spec) = spec else {
            return match (converted, ty) {
                (Some(text), _) => Ok(text),
                // NumPy's scalars are formatted as the Python numbers that they convert to.
                (None, Type::Scalar(dtype)) if dtype.is_float() || dtype.is_complex() => {
                    let wide = if dtype.is_float() { DType::Float64 } else { DType::Complex128 };
                    let number = self.cast(repr, *dtype, wide);
                    Ok(self.number_text(&number, wide))
                }
                (None, _) => self.str_of(repr, ty),
            };
        };
        match converted {
            Some(text) => {
                self.hold_temporary(text);
                let made = self.format_by(&Repr::from_slice(&[text]), &Type::String, spec)?;
                self.release_temporary(text);
                Ok(made)
            }
            None => self.format_by(repr, ty, spec),
        }
    }

    /// `format(value, spec)` of a specification that is not known to be empty.
    fn format_by(&mut self, repr: &Repr, ty: &Type, spec: Value) -> Result<Value, Reason> {
        if ty.is_string() {
            let text = self.text(repr, ty);
            return Ok(self.new_text_with_status(Symbol::FormatText, &[text, spec], FORMAT_STATUSES));
        }
        if *ty == Type::Object || objects::is_exception(ty) {
            return Ok(self.ask_object(Operation::Format, repr, ty, Some(spec), Machine::Ptr));
        }
        let dtype = ty.dtype().ok_or_else(|| Reason::Internal(format!("{ty} is not formatted")))?;
        // An empty specification, which only running shows, is `str`: it differs for bools alone.
        Ok(match dtype.kind() {
            Kind::Bool | Kind::Signed | Kind::Unsigned => {
                let is_bool = self.b.const_i64(i64::from(dtype == DType::Bool));
                let number = self.to_index(repr, ty);
                self.new_text_with_status(Symbol::FormatInt, &[number, spec, is_bool], FORMAT_STATUSES)
            }
            Kind::Float => {
                let number = self.cast(repr, dtype, DType::Float64)[0];
                self.new_text_with_status(Symbol::FormatFloat, &[number, spec], FORMAT_STATUSES)
            }
            Kind::Other => return Err(Reason::Internal("records are not formatted".to_owned())),
            Kind::Complex => {
                let parts = self.cast(repr, dtype, DType::Complex128);
                self.new_text_with_status(Symbol::FormatComplex, &[parts[0], parts[1], spec], FORMAT_STATUSES)
            }
        })
    }

    /// `str(value)`
    pub fn str_of(&mut self, repr: &Repr, ty: &Type) -> Result<Value, Reason> {
        match ty {
            Type::Str(known) => Ok(self.known_text(known)),
            Type::String => {
                self.retain(repr[0]);
                Ok(repr[0])
            }
            _ => self.repr_of_other(repr, ty, Form::Str),
        }
    }

    /// `repr(value)`, or `ascii(value)`.
    pub fn repr_of(&mut self, repr: &Repr, ty: &Type, is_ascii: bool) -> Result<Value, Reason> {
        if ty.is_string() {
            let text = self.text(repr, ty);
            let how = self.b.const_i64(i64::from(is_ascii));
            return Ok(self.new_text(Symbol::TextQuote, &[text, how]));
        }
        self.repr_of_other(repr, ty, if is_ascii { Form::Ascii } else { Form::Repr })
    }

    /// The same of what is no string; NumPy's scalars show their class in `repr`.
    fn repr_of_other(&mut self, repr: &Repr, ty: &Type, form: Form) -> Result<Value, Reason> {
        Ok(match ty {
            Type::Member(_) => self.text_of_member(repr, ty, form != Form::Str),
            Type::Instance(instance) => self.text_of_instance(repr, instance, form == Form::Ascii)?,
            ty if ty.is_container() => self.text_of_value(repr, ty, form)?,
            Type::Optional(_) | Type::Range(_) => self.text_of_value(repr, ty, form)?,
            ty if matches!(ty, Type::Object | Type::Buffer(_))
                || objects::is_exception(ty)
                || objects::is_exception_class(ty) =>
            {
                self.text_of_object(repr, ty, form)
            }
            Type::None => self.known_text("None"),
            Type::Ellipsis => self.known_text("Ellipsis"),
            Type::Bytes => {
                let how = self.b.const_i64(2);
                self.new_text(Symbol::TextQuote, &[repr[0], how])
            }
            Type::Tuple(items) => self.repr_of_tuple(repr, items, form == Form::Ascii)?,
            Type::Scalar(dtype) if form != Form::Str => {
                let mut inner = self.number_text(repr, *dtype);
                self.hold_temporary(inner);
                if dtype.is_complex() {
                    let (parentheses, both) = (self.known_text("()"), self.b.const_i64(mode::FRONT | mode::BACK));
                    let bare = self.new_text(Symbol::TextStrip, &[inner, parentheses, both]);
                    self.release_temporary(inner);
                    self.hold_temporary(bare);
                    inner = bare;
                }
                let (before, after) = match dtype {
                    DType::Bool => ("np.".to_owned(), "_"),
                    _ => (format!("np.{dtype}("), ")"),
                };
                let parts = [self.known_text(&before), inner, self.known_text(after)];
                let made = self.join_texts(&parts);
                self.release_temporary(inner);
                made
            }
            _ => {
                let dtype = ty.dtype().ok_or_else(|| Reason::Internal(format!("{ty} has no text")))?;
                self.number_text(repr, dtype)
            }
        })
    }

    /// `str` of a number.
    fn number_text(&mut self, repr: &Repr, dtype: DType) -> Value {
        match dtype.kind() {
            Kind::Bool => {
                let (yes, no) = (self.known_text("True"), self.known_text("False"));
                self.b.select(repr[0], yes, no)
            }
            Kind::Signed => {
                let number = self.cast(repr, dtype, DType::Int64)[0];
                self.new_text(Symbol::TextOfInt, &[number])
            }
            Kind::Unsigned => {
                let number = self.cast(repr, dtype, DType::UInt64)[0];
                self.new_text(Symbol::TextOfUint, &[number])
            }
            Kind::Float if dtype == DType::Float32 => self.new_text(Symbol::TextOfSingle, &[repr[0]]),
            Kind::Float => self.new_text(Symbol::TextOfFloat, &[repr[0]]),
            Kind::Complex if dtype == DType::Complex64 => {
                self.new_text(Symbol::TextOfSingleComplex, &[repr[0], repr[1]])
            }
            // Records have no text: typing refuses them.
            Kind::Other => self.known_text(""),
            Kind::Complex => self.new_text(Symbol::TextOfComplex, &[repr[0], repr[1]]),
        }
    }

    fn repr_of_tuple(&mut self, repr: &Repr, types: &TupleType, is_ascii: bool) -> Result<Value, Reason> {
        let name = types.class.as_ref().map(|class| class.name.to_string()).unwrap_or_default();
        if types.is_empty() {
            return Ok(self.known_text(&format!("{name}()")));
        }
        let mut parts = Vec::new();
        for (index, ty) in types.iter().enumerate() {
            let before = if index > 0 { ", ".to_owned() } else { format!("{name}(") };
            let field = types.field_name(index).map(|field| format!("{field}=")).unwrap_or_default();
            parts.push(self.known_text(&format!("{before}{field}")));
            let own = super::tuples::item(repr, types, index);
            let part = self.repr_of(&own, ty, is_ascii)?;
            self.hold_temporary(part);
            parts.push(part);
        }
        let is_single = types.len() == 1 && types.class.is_none();
        parts.push(self.known_text(if is_single { ",)" } else { ")" }));
        let made = self.join_texts(&parts);
        for index in 0..types.len() {
            self.release_temporary(parts[1 + 2 * index]);
        }
        Ok(made)
    }
}
