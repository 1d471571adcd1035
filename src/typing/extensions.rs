//! What the program adds to the library: functions, methods, attributes and operators of its own.
//!
//! An addition has a canonical name like an entry of the library, and is asked before it: a function chooses, by the
//! types of the arguments, the Python function that is called in its place, or none. Operators are asked for only where
//! the operands have no meaning of their own.

use std::sync::Arc;

use super::fact::Fact;
use super::infer::{Failure, Inference};
use super::rules::{Named, no_operation, operand};
use super::types::Type;
use crate::hir::{BinaryOp, CompareOp, Inst, InstData, Op, UnaryOp};
use crate::host::{Extension, Given};
use crate::library::{self, Operand};
use crate::refusal::Reason;

impl Inference<'_> {
    /// Calls the function that an addition chooses; `None` if there is none that does.
    pub(super) fn extended_call(
        &mut self,
        inst: Inst,
        name: &str,
        positional: &[Operand],
        named: &Named,
    ) -> Result<Option<Option<Fact>>, Failure> {
        if self.env.extension(name) != Some(Extension::Function) {
            return Ok(None);
        }
        let is_in_library = library::entry(name).is_some() || self.env.library_function(name).is_some();
        let Some((positional, named)) = self.spelled_out(positional.to_vec(), named.clone()) else {
            // What the library does with a container says what that holds.
            return Ok(if is_in_library { None } else { Some(None) });
        };
        let given = positional.iter().map(|operand| (None, operand.fact.clone()));
        let by_name = named.iter().map(|(name, operand)| (Some(Arc::clone(name)), operand.fact.clone()));
        let given: Vec<Given> = given.chain(by_name).collect();
        match self.env.extension_for(name, &given)? {
            Some(key) => self.call_function(inst, key, positional, named).map(Some),
            None if !is_in_library && !name.starts_with("operator.") => {
                let types: Vec<&Type> = given.iter().map(|(_, fact)| &fact.ty).collect();
                Err(no_operation(format!("{name}()"), &types, "none of its overloads takes these types").into())
            }
            None => {
                // An earlier sweep may have seen other types.
                self.typed.calls.remove(&inst);
                Ok(None)
            }
        }
    }

    /// Reads an attribute of this full name by the function that an addition chooses, or names a method.
    pub(super) fn extended_attribute(
        &mut self,
        inst: Inst,
        full_name: &str,
        receiver: &Operand,
    ) -> Result<Option<Option<Fact>>, Failure> {
        match self.env.extension(full_name) {
            None => Ok(None),
            Some(Extension::Function) => {
                let (_, name) = full_name.rsplit_once('.').unwrap_or(("", full_name));
                let method = Type::Method(Arc::new((receiver.fact.ty.clone(), name.into())));
                Ok(Some(Some(Fact::of(method))))
            }
            Some(Extension::Attribute) => {
                let Some((positional, named)) = self.spelled_out(vec![receiver.clone()], Vec::new()) else {
                    return Ok(Some(None));
                };
                match self.env.extension_for(full_name, &[(None, positional[0].fact.clone())])? {
                    Some(key) => self.call_function(inst, key, positional, named).map(Some),
                    None => Ok(None),
                }
            }
        }
    }

    /// An operation that its operands do not have may be one that the program adds; otherwise it stays refused.
    pub(super) fn extended_operator(
        &mut self,
        inst: Inst,
        data: &InstData,
        facts: &[Fact],
        refused: Reason,
    ) -> Result<Option<Fact>, Failure> {
        if let Some(answer) = self.class_operator(inst, data, facts)? {
            return Ok(answer);
        }
        let Some(name) = operator_name(&data.op) else { return Err(refused.into()) };
        let operands: Vec<Operand> = facts.iter().enumerate().map(|(index, fact)| operand(fact, data, index)).collect();
        match self.extended_call(inst, name, &operands, &Vec::new())? {
            Some(answer) => Ok(answer),
            None => Err(refused.into()),
        }
    }
}

/// The function of Python's module `operator` that an operation with a value is.
fn operator_name(op: &Op) -> Option<&'static str> {
    Some(match op {
        Op::Binary { op, .. } => match op {
            BinaryOp::Add => "operator.add",
            BinaryOp::Sub => "operator.sub",
            BinaryOp::Mul => "operator.mul",
            BinaryOp::TrueDiv => "operator.truediv",
            BinaryOp::FloorDiv => "operator.floordiv",
            BinaryOp::Mod => "operator.mod",
            BinaryOp::Pow => "operator.pow",
            BinaryOp::LShift => "operator.lshift",
            BinaryOp::RShift => "operator.rshift",
            BinaryOp::And => "operator.and_",
            BinaryOp::Or => "operator.or_",
            BinaryOp::Xor => "operator.xor",
            BinaryOp::MatMul => "operator.matmul",
        },
        Op::Compare(op) => match op {
            CompareOp::Eq => "operator.eq",
            CompareOp::Ne => "operator.ne",
            CompareOp::Lt => "operator.lt",
            CompareOp::Le => "operator.le",
            CompareOp::Gt => "operator.gt",
            CompareOp::Ge => "operator.ge",
        },
        Op::Unary(UnaryOp::Neg) => "operator.neg",
        Op::Unary(UnaryOp::Pos) => "operator.pos",
        Op::Unary(UnaryOp::Invert) => "operator.invert",
        Op::GetItem => "operator.getitem",
        _ => return None,
    })
}
