//! What is asked of exceptions, of their classes, and of objects of Python's: the runtime carries it out
//! (`runtime/objects.rs`), and here operands get the form that it takes.
//!
//! An exception that is known by its parts, and a number or string that an object is compared with, become a block
//! first, which is dropped when the answer is there.

use std::sync::Arc;

use super::function::Lowering;
use super::repr::Repr;
use crate::hir::{self, CompareOp};
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::objects::Operation;
use crate::runtime::strings::values::Form;
use crate::runtime::symbols::Symbol;
use crate::typing::{Fact, Type, objects};

/// The block of an operand.
#[derive(Clone, Copy)]
struct Block {
    address: Value,
    /// It was made for the operation.
    is_own: bool,
}

impl Lowering<'_> {
    /// The number of a class of exceptions.
    pub fn class_number(&mut self, repr: &Repr, ty: &Type) -> Value {
        match ty {
            Type::ExceptionClass(name) => self.b.const_i64(super::exceptions::class_id(name)),
            _ => repr.first().copied().unwrap_or_else(|| self.b.const_i64(0)),
        }
    }

    /// The block that stands for a value.
    fn block_of(&mut self, repr: &Repr, ty: &Type) -> Block {
        let address = match ty {
            Type::AnyException | Type::Object | Type::Buffer(_) => return Block { address: repr[0], is_own: false },
            Type::Exception(_) => self.exception_object(repr, ty)[0],
            class if objects::is_exception_class(class) => {
                let number = self.class_number(repr, class);
                let null = self.b.const_ptr(0);
                let answer = self.ask(Operation::Class, null, None, Some(number));
                self.b.load(Machine::Ptr, answer, 0, Region::Frame)
            }
            // The argument of an exception that nobody raises.
            other => {
                let carrier = Type::Exception(Arc::new(("Exception".into(), vec![other.clone()])));
                self.exception_object(repr, &carrier)[0]
            }
        };
        self.hold_temporary(address);
        Block { address, is_own: true }
    }

    fn end_block(&mut self, block: Block) {
        if block.is_own {
            self.release_temporary(block.address);
        }
    }

    /// The address of the runtime's answer; a number may stand there before.
    pub fn ask(&mut self, operation: Operation, a: Value, b: Option<Value>, before: Option<Value>) -> Value {
        let slot = self.b.add_slot(8);
        let answer = self.b.slot_address(slot);
        if let Some(number) = before {
            self.b.store(number, answer, 0, Region::Frame);
        }
        let number = self.b.const_i64(operation as i64);
        let b = b.unwrap_or_else(|| self.b.const_ptr(0));
        let status = self.call_float(Symbol::ObjectOperation, &[number, a, b, answer]);
        self.pass_on(status);
        answer
    }

    /// The answer to an operation on a value and perhaps another block.
    pub fn ask_object(
        &mut self,
        operation: Operation,
        repr: &Repr,
        ty: &Type,
        other: Option<Value>,
        answer: Machine,
    ) -> Value {
        let block = self.block_of(repr, ty);
        let address = self.ask(operation, block.address, other, None);
        let value = self.b.load(answer, address, 0, Region::Frame);
        self.end_block(block);
        value
    }

    /// Does something with an object of Python's, given by its own address, and a value.
    pub fn ask_with_argument(&mut self, operation: Operation, object: Value, repr: &Repr, ty: &Type) {
        let block = self.block_of(repr, ty);
        self.ask(operation, object, Some(block.address), None);
        self.end_block(block);
    }

    /// The same where the answer is 0 or 1.
    pub fn ask_truth(&mut self, operation: Operation, repr: &Repr, ty: &Type, other: Option<Value>) -> Value {
        let number = self.ask_object(operation, repr, ty, other, Machine::I64);
        let zero = self.b.const_i64(0);
        self.b.cmp_int(IntCond::Ne, number, zero)
    }

    /// `str`, `repr` or `ascii` of an exception, a class or an object: a new text.
    pub(super) fn text_of_object(&mut self, repr: &Repr, ty: &Type, form: Form) -> Value {
        let operation = match form {
            Form::Str => Operation::Str,
            Form::Repr => Operation::Repr,
            Form::Ascii => Operation::Ascii,
        };
        self.ask_object(operation, repr, ty, None, Machine::Ptr)
    }

    /// `a.name`
    pub(super) fn object_attribute(&mut self, a: hir::Value, name: &str, fact: &Fact) -> Repr {
        let (repr, ty) = (self.repr(a), self.fact(a).ty.clone());
        let is_any = ty == Type::AnyException;
        match name {
            "args" if objects::has_known_arguments(&ty) => return repr,
            "__class__" if is_any => return Repr::from_slice(&[self.call_float(Symbol::ExceptionClassOf, &repr)]),
            "__cause__" | "__context__" if is_any => {
                let which = self.b.const_i64(i64::from(name == "__context__"));
                let linked = self.call_float(Symbol::ExceptionLink, &[repr[0], which]);
                let null = self.b.const_ptr(0);
                return Repr::from_slice(&[self.b.cmp_int(IntCond::Ne, linked, null), linked]);
            }
            _ if matches!(fact.ty, Type::ExceptionClass(_) | Type::Str(_) | Type::None) => return Repr::new(),
            _ => {}
        }
        let text = self.known_text(name);
        let made = self.ask_object(Operation::Attribute, &repr, &ty, Some(text), Machine::Ptr);
        if fact.ty != Type::String {
            return Repr::from_slice(&[made]);
        }
        self.hold_temporary(made);
        let text = self.text_of_object(&Repr::from_slice(&[made]), &Type::Object, Form::Str);
        self.release_temporary(made);
        Repr::from_slice(&[text])
    }

    /// `a[index]`
    pub(super) fn object_item(&mut self, a: hir::Value, index: hir::Value) -> Repr {
        let (repr, ty) = (self.repr(index), self.fact(index).ty.clone());
        let index = self.block_of(&repr, &ty);
        let own = self.repr(a);
        let made = self.ask_object(Operation::Item, &own, &Type::Object, Some(index.address), Machine::Ptr);
        self.end_block(index);
        Repr::from_slice(&[made])
    }

    /// The items of an object that has so many.
    pub(super) fn unpack_object(&mut self, object: Value, count: u32) -> Repr {
        let expected = self.b.const_i64(i64::from(count));
        self.ask(Operation::CheckCount, object, None, Some(expected));
        let mut items = Repr::new();
        for position in 0..count {
            let index = self.b.const_i64(i64::from(position));
            let index = self.block_of(&Repr::from_slice(&[index]), &Type::Int);
            let own = Repr::from_slice(&[object]);
            let item = self.ask_object(Operation::Item, &own, &Type::Object, Some(index.address), Machine::Ptr);
            self.end_block(index);
            self.hold_temporary(item);
            items.push(item);
        }
        items.iter().for_each(|&item| self.forget_temporary(item));
        items
    }

    /// `a op b`, compared, where one of them is an object or a class; `None` where none is.
    pub(super) fn compare_objects(&mut self, op: CompareOp, a: (&Repr, &Type), b: (&Repr, &Type)) -> Option<Value> {
        if objects::is_exception_class(a.1) && objects::is_exception_class(b.1) {
            let cond = if op == CompareOp::Ne { IntCond::Ne } else { IntCond::Eq };
            let (a, b) = (self.class_number(a.0, a.1), self.class_number(b.0, b.1));
            return Some(self.b.cmp_int(cond, a, b));
        }
        // The object stands on the left.
        let (a, b, op) = match (a.1, b.1) {
            (Type::Object, _) => (a, b, op),
            (_, Type::Object) => (b, a, super::compare::swapped(op)),
            _ => return None,
        };
        let operation = match op {
            CompareOp::Lt => Operation::Less,
            CompareOp::Le => Operation::LessEqual,
            CompareOp::Eq => Operation::Equal,
            CompareOp::Ne => Operation::NotEqual,
            CompareOp::Gt => Operation::Greater,
            CompareOp::Ge => Operation::GreaterEqual,
        };
        let other = self.block_of(b.0, b.1);
        let answer = self.ask_truth(operation, a.0, a.1, Some(other.address));
        self.end_block(other);
        Some(answer)
    }

    /// An exception of a class that only running shows, with these arguments.
    pub(super) fn exception_of_class(&mut self, class: hir::Value, args: &[hir::Value]) -> Repr {
        let number = self.repr(class)[0];
        let types: Vec<Type> = args.iter().map(|&arg| self.fact(arg).ty.clone()).collect();
        let repr: Repr = args.iter().flat_map(|&arg| self.repr(arg)).collect();
        self.new_exception(&Type::Exception(Arc::new(("Exception".into(), types))), &repr, Some(number))
    }

    /// Whether a value is an instance of a class, or one of a tuple, where only running shows it.
    pub fn is_instance_of(&mut self, repr: &Repr, ty: &Type, class: &Type, class_repr: &Repr) -> Result<Value, Reason> {
        let classes = class.as_tuple().map_or_else(|| vec![class.clone()], <[Type]>::to_vec);
        let mut is_any = self.b.const_bool(false);
        for (index, class) in classes.iter().enumerate() {
            let own = match class.clone() {
                Type::AnyExceptionClass if classes.len() == 1 => class_repr.clone(),
                Type::AnyExceptionClass => super::tuples::item(class_repr, &classes, index),
                _ => Repr::new(),
            };
            let is_it = match (ty, class) {
                (Type::Object, Type::Library(name)) => {
                    let name = self.known_text(name.trim_start_matches("builtins."));
                    self.ask_truth(Operation::IsInstance, repr, ty, Some(name))
                }
                (_, class) if objects::is_exception_class(class) && objects::is_exception(ty) => {
                    let base = self.class_number(&own, class);
                    match ty {
                        Type::Exception(exception) => {
                            let number = self.b.const_i64(super::exceptions::class_id(&exception.0));
                            self.call_float(Symbol::IsSubclass, &[number, base])
                        }
                        _ => self.call_float(Symbol::MatchesClass, &[repr[0], base]),
                    }
                }
                _ => self.b.const_bool(crate::library::is_instance(ty, class) == Some(true)),
            };
            is_any = self.b.or_bits(is_any, is_it);
        }
        Ok(is_any)
    }
}
