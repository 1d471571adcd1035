//! Containers that Python code shares, made in compiled code: what `upshift.typed` has.

use super::super::{Arguments, Entry};
use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{DictKind, Fact, Type, is_hashable};

/// Functions of the classes, and what their Python source needs.
pub(in super::super) const ENTRIES: &[Entry] = &[
    Entry::call("upshift.typed.List.empty_list", empty_list, lower_empty),
    Entry::call("upshift.typed.Set.empty", empty_set, lower_empty),
    Entry::call("upshift.typed.Dict.empty", empty_dict, lower_empty),
    // The container, which was made just now, as one that Python code shares.
    Entry::call("upshift.library.intrinsics.shared", shared, lower_shared),
];

/// The types that are the arguments, the number of items to have room for left out.
fn types<const N: usize>(arguments: &Arguments, names: [&str; N]) -> Result<Vec<Type>, Reason> {
    let given = arguments.bind(names, N - 1)?;
    let types = given[..N - 1].iter().map(|operand| match operand.map(|operand| &operand.fact.ty) {
        Some(Type::TypeObject(ty)) => Some((**ty).clone()),
        Some(Type::DTypeClass(dtype)) => Some(Type::Scalar(*dtype)),
        _ => None,
    });
    let types: Option<Vec<Type>> = types.collect();
    types.ok_or_else(|| arguments.refuse("it takes types of upshift.types, which are variables of the module"))
}

fn key_of(arguments: &Arguments, key: &Type) -> Result<Type, Reason> {
    if is_hashable(key) {
        return Ok(key.clone());
    }
    Err(arguments.refuse("keys are numbers, strings and tuples of these"))
}

fn empty_list(arguments: &Arguments) -> Result<Fact, Reason> {
    let types = types(arguments, ["item_type", "allocated"])?;
    Ok(Fact::of(Type::list(types[0].clone())))
}

fn empty_set(arguments: &Arguments) -> Result<Fact, Reason> {
    let types = types(arguments, ["item_type", "n_keys"])?;
    Ok(Fact::of(Type::Set(key_of(arguments, &types[0])?.into())))
}

fn empty_dict(arguments: &Arguments) -> Result<Fact, Reason> {
    let types = types(arguments, ["key_type", "value_type", "n_keys"])?;
    Ok(Fact::of(Type::Dict((key_of(arguments, &types[0])?, types[1].clone(), DictKind::Plain).into())))
}

fn lower_empty(lowering: &mut Lowering<'_>, _: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    lowering.empty_container(&fact.ty, true)
}

fn shared(arguments: &Arguments) -> Result<Fact, Reason> {
    let [Some(container)] = arguments.bind(["a"], 1)? else { return Err(arguments.refuse("")) };
    if container.fact.ty.is_container() { Ok(container.fact.clone()) } else { Err(arguments.refuse("")) }
}

fn lower_shared(lowering: &mut Lowering<'_>, arguments: &Arguments, fact: &Fact) -> Result<Repr, Reason> {
    let repr = lowering.argument(&arguments.positional[0]);
    lowering.share_container(repr[0], &fact.ty)?;
    lowering.retain(repr[0]);
    Ok(repr)
}
