//! What is known of a value when compiling: its type, and its value if it is a constant.

use super::types::Type;
use crate::bytecode::Constant;

/// What is known of a value.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its type.
    pub ty: Type,
    /// Its value, of a number or a tuple of numbers that is always the same.
    pub constant: Option<Constant>,
}

impl PartialEq for Fact {
    /// Constants are compared bit for bit: 0.0 and -0.0 are different facts, and a NaN is the same fact as itself.
    fn eq(&self, other: &Fact) -> bool {
        self.ty == other.ty
            && match (&self.constant, &other.constant) {
                (Some(own), Some(other)) => is_same_constant(own, other),
                (own, other) => own.is_none() && other.is_none(),
            }
    }
}

fn is_same_constant(a: &Constant, b: &Constant) -> bool {
    match (a, b) {
        (Constant::Float(a), Constant::Float(b)) => a.to_bits() == b.to_bits(),
        (Constant::Complex(a, b), Constant::Complex(c, d)) => a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits(),
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_same_constant(a, b))
        }
        _ => a == b,
    }
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
            // A member of an enumeration is a number only when it runs.
            _ if matches!(self.ty, Type::Member(_)) => None,
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
        // Membership and iteration are all that code asks of a frozenset that is a constant.
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            let facts: Option<Vec<Fact>> = items.iter().map(constant_fact).collect();
            Type::tuple(facts?.into_iter().map(|fact| fact.ty).collect::<Vec<_>>())
        }
        Constant::Bytes(_) => Type::Bytes,
        Constant::BigInt(_) | Constant::Code(_) | Constant::Other(_) => return None,
    };
    let constant = match constant {
        Constant::FrozenSet(items) => Constant::Tuple(items.clone()),
        other => other.clone(),
    };
    Some(Fact { ty, constant: Some(constant) })
}
