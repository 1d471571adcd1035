//! `numpy.shape`, `numpy.ndim` and `numpy.size`: the attributes as functions, of numbers too.

use super::{Arguments, Entry, attribute};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{Fact, Type};

/// The functions.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("numpy.shape", typing, lower),
    Entry::call("numpy.ndim", typing, lower),
    Entry::call("numpy.size", typing, lower),
];

fn attribute_name(arguments: &Arguments) -> &'static str {
    match arguments.name {
        "numpy.shape" => "ndarray.shape",
        "numpy.ndim" => "ndarray.ndim",
        _ => "ndarray.size",
    }
}

fn typing(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["a"], 1)? else { return Err(arguments.refuse("")) };
    match (&a.fact.ty, attribute(attribute_name(arguments))) {
        (Type::Array(_), Some(attribute)) => (attribute.typing)(&a.fact),
        (ty, _) if ty.is_number() => Ok(match arguments.name {
            "numpy.shape" => Fact::of(Type::tuple(Vec::new())),
            "numpy.ndim" => Fact::int(0),
            _ => Fact::int(1),
        }),
        _ => Err(arguments.refuse("it takes an array or a number")),
    }
}

fn lower(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let a = &arguments.positional[0];
    match (&a.fact.ty, attribute(attribute_name(arguments))) {
        (Type::Array(_), Some(attribute)) => {
            let repr = lowering.argument(a);
            (attribute.lower)(lowering, &repr, &a.fact.ty)
        }
        _ => Ok(Repr::new()),
    }
}
