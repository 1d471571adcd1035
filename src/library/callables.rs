//! Functions that make functions: `functools.partial`, and those of `operator` that remember what to look for.
//!
//! What they make is a partial of a function of the library, whose last argument is what it is called with. A number
//! that is known when compiling is remembered by its type, as text behind a mark, so that it may index tuples.

use std::sync::Arc;

use super::{Arguments, Entry, Operand};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{Fact, MARK, Type, known_number, partial};

/// The functions.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("functools.partial", make_partial, lower_partial),
    Entry::call("operator.itemgetter", itemgetter, lower_known),
    Entry::call("operator.attrgetter", attrgetter, lower_known),
    Entry::call("operator.methodcaller", methodcaller, lower_known),
    // The number that a text with the mark stands for; anything else as it is.
    Entry::call("upshift.library.intrinsics.remembered", remembered, lower_remembered),
];

fn make_partial(arguments: &Arguments) -> Result<Fact, Reason> {
    let [function, rest @ ..] = &arguments.positional[..] else {
        return Err(Reason::Arguments("type 'partial' takes at least one argument".to_owned()));
    };
    partial(&function.fact.ty, rest, &arguments.named).map(Fact::of)
}

fn lower_partial(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let named = arguments.named.iter().map(|(_, operand)| operand);
    let repr = arguments.positional.iter().chain(named).flat_map(|operand| lowering.argument(operand)).collect();
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}

fn literal(operand: &Operand) -> Option<Type> {
    known_number(&operand.fact).map(Type::Str)
}

fn of_library(name: &str, types: Vec<Type>, named: &[(Arc<str>, Operand)]) -> Fact {
    let keywords = named.iter().map(|(name, operand)| (name.clone(), operand.fact.ty.clone())).collect();
    let parts = [Type::Library(name.into()), Type::tuple(types), Type::Keywords(keywords)];
    Fact::of(Type::Partial(Arc::new(parts)))
}

fn itemgetter(arguments: &Arguments) -> Result<Fact, Reason> {
    if arguments.positional.is_empty() || !arguments.named.is_empty() {
        return Err(Reason::Arguments("itemgetter expected at least 1 argument, got 0".to_owned()));
    }
    let types = arguments.positional.iter().map(|one| literal(one).unwrap_or_else(|| one.fact.ty.clone()));
    Ok(of_library("operator.itemgetter.__call__", types.collect(), &[]))
}

fn attrgetter(arguments: &Arguments) -> Result<Fact, Reason> {
    let names = arguments.positional.iter().map(|one| one.fact.as_str());
    match names.collect::<Option<Vec<&str>>>() {
        Some(names) if !names.is_empty() && arguments.named.is_empty() => {
            let types = names.into_iter().map(|name| Type::Str(name.into())).collect();
            Ok(of_library("operator.attrgetter.__call__", types, &[]))
        }
        _ => Err(arguments.refuse("it takes names that are known when compiling")),
    }
}

fn methodcaller(arguments: &Arguments) -> Result<Fact, Reason> {
    if arguments.positional.first().and_then(|name| name.fact.as_str()).is_none() {
        return Err(arguments.refuse("the method's name must be known when compiling"));
    }
    let types = arguments.positional.iter().map(|one| one.fact.ty.clone()).collect();
    Ok(of_library("operator.methodcaller.__call__", types, &arguments.named))
}

/// As for a partial; numbers that are remembered by their types have no machine values.
fn lower_known(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let Type::Partial(parts) = &fact.ty else { return Err(Reason::Internal("no partial".to_owned())) };
    let named = arguments.named.iter().map(|(_, operand)| operand);
    let values = parts[1].as_tuple().unwrap_or_default().iter();
    let mut repr = Repr::new();
    for (ty, operand) in values.zip(&arguments.positional) {
        if !matches!(ty, Type::Str(_)) {
            repr.extend(lowering.argument(operand));
        }
    }
    repr.extend(named.flat_map(|operand| lowering.argument(operand)).collect::<Vec<_>>());
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}

fn remembered(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a)] = arguments.bind(["a"], 1)? else { return Err(arguments.refuse("")) };
    let number = a.fact.as_str().and_then(|text| text.strip_prefix(MARK)).and_then(|digits| digits.parse().ok());
    Ok(number.map_or_else(|| a.fact.clone(), Fact::int))
}

fn lower_remembered(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}
