//! Operators that classes of the program's define: `a + b` calls `a.__add__(b)`, or else `b.__radd__(a)`.
//!
//! They are asked for where no rule has an answer, so that what CPython's own types mean stays as it is. What a method
//! answers has one type: a method that returns `NotImplemented` is refused.

use std::sync::Arc;

use super::fact::Fact;
use super::infer::{Failure, Inference};
use super::rules::{Named, is_unpacked_by_iterating, no_operation, operand};
use super::types::{FunctionKey, IteratorType, Type};
use crate::hir::{BinaryOp, Inst, InstData, Op, UnaryOp};
use crate::host::Global;
use crate::library::Operand;

impl Inference<'_> {
    /// What an operator of a class's own gives; `None` if no operand has one.
    pub(super) fn class_operator(
        &mut self,
        inst: Inst,
        data: &InstData,
        facts: &[Fact],
    ) -> Result<Option<Option<Fact>>, Failure> {
        for (name, order) in candidates(&data.op) {
            let Some(key) = self.own_method(&facts[order[0]].ty, &name) else { continue };
            let operands = order.iter().map(|&index| operand(&facts[index], data, index)).collect();
            let answer = self.call_function(inst, key, operands, Vec::new())?;
            return match (&data.op, answer.as_ref().map(|fact| &fact.ty)) {
                (Op::GetIter { .. }, Some(Type::Generator(generator))) => {
                    let iterator = IteratorType::Generator(generator.clone());
                    Ok(Some(Some(Fact::of(Type::Iterator(Arc::new(iterator))))))
                }
                (Op::GetIter { .. }, Some(other)) => {
                    Err(no_operation("__iter__()", &[other], "write it with yield, as a generator").into())
                }
                (Op::Truth, Some(other)) if *other != Type::Bool => {
                    Err(no_operation("__bool__()", &[other], "return True or False").into())
                }
                _ => Ok(Some(answer)),
            };
        }
        Ok(None)
    }

    /// A call of an instance, or of a built-in function that asks its class: `a(x)`, `len(a)`.
    pub(super) fn class_call(
        &mut self,
        inst: Inst,
        callee: &Operand,
        positional: &[Operand],
        named: &Named,
    ) -> Result<Option<Option<Fact>>, Failure> {
        let (receiver, name, rest) = match (&callee.fact.ty, positional) {
            (Type::Instance(_), _) => (callee, "__call__", positional),
            (Type::Library(function), [receiver]) => match method_of(function) {
                Some(name) => (receiver, name, &positional[1..]),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        let Some(key) = self.own_method(&receiver.fact.ty, name) else { return Ok(None) };
        let operands = std::iter::once(receiver.clone()).chain(rest.iter().cloned()).collect();
        self.call_function(inst, key, operands, named.clone()).map(Some)
    }

    /// True for what is taken apart by iterating over it.
    pub(super) fn is_unpacked(&mut self, ty: &Type) -> bool {
        is_unpacked_by_iterating(ty) || self.own_method(ty, "__iter__").is_some()
    }

    fn own_method(&mut self, ty: &Type, name: &str) -> Option<FunctionKey> {
        // Members of enumerations have rules of their own.
        let class = ty.class().filter(|class| class.as_enum().is_none())?;
        match self.env.class_attribute(class.key, name) {
            Some(Global::Function(key)) => Some(key),
            _ => None,
        }
    }
}

/// The special method that a built-in function calls.
fn method_of(function: &str) -> Option<&'static str> {
    Some(match function {
        "builtins.len" => "__len__",
        "builtins.abs" => "__abs__",
        "builtins.int" => "__int__",
        "builtins.float" => "__float__",
        "builtins.complex" => "__complex__",
        "builtins.bool" => "__bool__",
        "builtins.str" => "__str__",
        "builtins.hash" => "__hash__",
        "builtins.round" => "__round__",
        _ => return None,
    })
}

/// The methods that an operator asks for, with the operands that each takes.
fn candidates(op: &Op) -> Vec<(String, Vec<usize>)> {
    let one = |name: &str, order: &[usize]| vec![(name.to_owned(), order.to_vec())];
    match op {
        Op::Binary { op, is_inplace } => {
            let name = match op {
                BinaryOp::Add => "add",
                BinaryOp::Sub => "sub",
                BinaryOp::Mul => "mul",
                BinaryOp::MatMul => "matmul",
                BinaryOp::TrueDiv => "truediv",
                BinaryOp::FloorDiv => "floordiv",
                BinaryOp::Mod => "mod",
                BinaryOp::Pow => "pow",
                BinaryOp::LShift => "lshift",
                BinaryOp::RShift => "rshift",
                BinaryOp::And => "and",
                BinaryOp::Or => "or",
                BinaryOp::Xor => "xor",
            };
            let inplace = is_inplace.then(|| (format!("__i{name}__"), vec![0, 1]));
            let others = [(format!("__{name}__"), vec![0, 1]), (format!("__r{name}__"), vec![1, 0])];
            inplace.into_iter().chain(others).collect()
        }
        Op::Unary(UnaryOp::Neg) => one("__neg__", &[0]),
        Op::Unary(UnaryOp::Pos) => one("__pos__", &[0]),
        Op::Unary(UnaryOp::Invert) => one("__invert__", &[0]),
        Op::Truth => one("__bool__", &[0]),
        Op::GetIter { .. } => one("__iter__", &[0]),
        Op::GetItem => one("__getitem__", &[0, 1]),
        Op::SetItem => one("__setitem__", &[0, 1, 2]),
        Op::Contains { .. } => one("__contains__", &[1, 0]),
        _ => Vec::new(),
    }
}
