//! The arguments of a library call, and binding them to names.

use std::sync::Arc;

use crate::refusal::Reason;
use crate::typing::{Argument, Fact};

/// An argument.
#[derive(Clone, Debug)]
pub struct Operand {
    /// What is known of it.
    pub fact: Fact,
    /// Where it comes from.
    pub source: Argument,
}

/// The arguments of a call.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// The function's canonical name.
    pub name: &'static str,
    /// Positional arguments; a method's receiver first.
    pub positional: Vec<Operand>,
    /// Keyword arguments.
    pub named: Vec<(Arc<str>, Operand)>,
}

impl Arguments {
    /// Binds to parameters of these names; the first `required` must be given.
    ///
    /// # Errors
    /// Arguments that fit no parameter, or are missing.
    pub fn bind<const N: usize>(&self, names: [&str; N], required: usize) -> Result<[Option<&Operand>; N], Reason> {
        let mut bound = [None; N];
        if self.positional.len() > N {
            let given = self.positional.len();
            return Err(Reason::Arguments(format!("{}() takes at most {N} arguments ({given} given)", self.name)));
        }
        for (slot, operand) in bound.iter_mut().zip(&self.positional) {
            *slot = Some(operand);
        }
        for (name, operand) in &self.named {
            let position = names.iter().position(|known| **known == **name).ok_or_else(|| {
                Reason::Arguments(format!("{}() got an unexpected keyword argument '{name}'", self.name))
            })?;
            if bound[position].is_some() {
                return Err(Reason::Arguments(format!("{}() got multiple values for argument '{name}'", self.name)));
            }
            bound[position] = Some(operand);
        }
        match bound[..required].iter().position(Option::is_none) {
            Some(missing) => {
                Err(Reason::Arguments(format!("{}() is missing the argument '{}'", self.name, names[missing])))
            }
            None => Ok(bound),
        }
    }

    /// That the function does not take these types.
    pub fn refuse(&self, advice: &str) -> Reason {
        let positional = self.positional.iter().map(|operand| operand.fact.ty.to_string());
        let named = self.named.iter().map(|(name, operand)| format!("{name}={}", operand.fact.ty));
        Reason::NoOperation {
            operation: format!("{}()", self.name),
            types: positional.chain(named).collect(),
            advice: advice.to_owned(),
        }
    }
}
