//! Methods of what `**kwargs` holds. Keys are known when compiling, so that views of it are tuples.

use super::{Arguments, Entry};
use crate::lower::{Lowering, Repr, tuple_part};
use crate::refusal::Reason;
use crate::typing::{Fact, Type, keyword_position};

/// Methods of keywords.
pub(super) const ENTRIES: &[Entry] = &[
    Entry::call("keywords.get", get, lower_get),
    Entry::call("keywords.keys", keys, lower_nothing),
    Entry::call("keywords.values", values, lower_values),
    Entry::call("keywords.items", items, lower_values),
];

fn names_and_types(arguments: &Arguments) -> Vec<(Type, Type)> {
    match arguments.positional.first().map(|operand| &operand.fact.ty) {
        Some(Type::Keywords(items)) => items.iter().map(|(name, ty)| (Type::Str(name.clone()), ty.clone())).collect(),
        _ => Vec::new(),
    }
}

fn get(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(a), Some(key), default] = arguments.bind(["self", "key", "default"], 2)? else {
        return Err(arguments.refuse(""));
    };
    if key.fact.as_str().is_none() {
        return Err(arguments.refuse("keys of **kwargs must be known when compiling"));
    }
    Ok(match keyword_position(&a.fact.ty, &key.fact) {
        Some(position) => Fact::of(names_and_types(arguments).swap_remove(position).1),
        None => default.map_or_else(|| Fact::of(Type::None), |default| default.fact.clone()),
    })
}

fn lower_get(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let [Some(a), Some(key), default] = arguments.bind(["self", "key", "default"], 2)? else {
        return Err(arguments.refuse(""));
    };
    let repr = match (keyword_position(&a.fact.ty, &key.fact), default) {
        (Some(position), _) => {
            let repr = lowering.argument(a);
            let types: Vec<Type> = names_and_types(arguments).into_iter().map(|(_, ty)| ty).collect();
            tuple_part(&repr, &types, position)
        }
        (None, Some(default)) => lowering.argument(default),
        (None, None) => Repr::new(),
    };
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}

fn keys(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::tuple(names_and_types(arguments).into_iter().map(|(name, _)| name).collect::<Vec<_>>())))
}

fn values(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    Ok(Fact::of(Type::tuple(names_and_types(arguments).into_iter().map(|(_, ty)| ty).collect::<Vec<_>>())))
}

fn items(arguments: &Arguments) -> Result<Fact, Reason> {
    arguments.bind(["self"], 1)?;
    let pairs = names_and_types(arguments).into_iter().map(|(name, ty)| Type::tuple(vec![name, ty]));
    Ok(Fact::of(Type::tuple(pairs.collect::<Vec<_>>())))
}

/// The names have no machine values, so that pairs are laid out like the values.
fn lower_values(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.retain_parts(&repr, &fact.ty);
    Ok(repr)
}

fn lower_nothing(_: &mut Lowering<'_>, _: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    Ok(Repr::new())
}
