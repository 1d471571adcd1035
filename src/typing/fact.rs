//! What is known of a value when compiling: its type, and its value if it is a constant.

use super::types::Type;
use crate::bytecode::Constant;

/// What is known of a value.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// Its type.
    pub ty: Type,
    /// Its value, of a number or a tuple of numbers that is always the same.
    pub constant: Option<Constant>,
}

impl Fact {
    /// A value of this type.
    pub fn of(ty: Type) -> Fact {
        Fact { ty, constant: None }
    }

    /// A constant.
    pub fn int(number: i64) -> Fact {
        Fact { ty: Type::Int, constant: Some(Constant::Int(number)) }
    }

    /// A constant.
    pub fn bool(truth: bool) -> Fact {
        Fact { ty: Type::Bool, constant: Some(Constant::Bool(truth)) }
    }

    /// The value of an int constant; of a bool too.
    pub fn as_int(&self) -> Option<i64> {
        match &self.constant {
            Some(Constant::Int(number)) => Some(*number),
            Some(Constant::Bool(truth)) => Some(i64::from(*truth)),
            _ => None,
        }
    }

    /// The value of a bool constant.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.constant {
            Some(Constant::Bool(truth)) => Some(*truth),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.ty {
            Type::Str(text) => Some(text),
            _ => None,
        }
    }
}

/// The fact of a constant; `None` for constants that compiled code has no form for.
pub fn constant_fact(constant: &Constant) -> Option<Fact> {
    let ty = match constant {
        Constant::None => Type::None,
        Constant::Ellipsis => Type::Ellipsis,
        Constant::Bool(_) => Type::Bool,
        Constant::Int(_) => Type::Int,
        Constant::Float(_) => Type::Float,
        Constant::Complex(..) => Type::Complex,
        Constant::Str(text) => Type::Str(text.clone()),
        Constant::Tuple(items) => {
            let facts: Option<Vec<Fact>> = items.iter().map(constant_fact).collect();
            Type::tuple(facts?.into_iter().map(|fact| fact.ty).collect::<Vec<_>>())
        }
        Constant::BigInt(_) | Constant::Bytes(_) | Constant::Code(_) | Constant::Other(_) => return None,
    };
    Some(Fact { ty, constant: Some(constant.clone()) })
}
