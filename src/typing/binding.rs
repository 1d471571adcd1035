//! Binding the arguments of a call to the parameters of a Python function, with CPython's rules and messages.

use std::sync::Arc;

use super::fact::Fact;
use super::infer::{Argument, Parameters, global_type};
use super::types::Type;
use crate::library::Operand;
use crate::refusal::Reason;

/// One operand for each parameter.
pub(super) fn bind(
    parameters: &Parameters,
    positional: Vec<Operand>,
    named: Vec<(Arc<str>, Operand)>,
) -> Result<Vec<Operand>, Reason> {
    let name = &parameters.name;
    let mut bound: Vec<Option<Operand>> = vec![None; parameters.names.len()];
    let given = positional.len();
    let mut rest = Vec::new();
    for (index, operand) in positional.into_iter().enumerate() {
        if index < parameters.positional { bound[index] = Some(operand) } else { rest.push(operand) }
    }
    let explicit = parameters.positional + parameters.keyword_only;
    let is_too_many = !parameters.has_rest && !rest.is_empty();
    if parameters.has_rest {
        bound[explicit] = Some(rest_operand(rest));
    }
    let mut others = Vec::new();
    for (keyword, operand) in named {
        let position = parameters.names[..explicit].iter().position(|known| *known == keyword);
        let Some(position) = position.filter(|&position| position >= parameters.positional_only) else {
            if parameters.has_keywords {
                others.push((keyword, operand));
                continue;
            }
            return Err(Reason::Arguments(format!("{name}() got an unexpected keyword argument '{keyword}'")));
        };
        if bound[position].is_some() {
            return Err(Reason::Arguments(format!("{name}() got multiple values for argument '{keyword}'")));
        }
        bound[position] = Some(operand);
    }
    if is_too_many {
        let keyword_only = bound[parameters.positional..explicit].iter().flatten().count();
        return Err(too_many(parameters, given, keyword_only));
    }
    if parameters.has_keywords
        && let Some(last) = bound.last_mut()
    {
        *last = Some(keywords_operand(others));
    }
    check_missing(parameters, &bound)?;
    bound.into_iter().enumerate().map(|(position, operand)| fill(parameters, position, operand)).collect()
}

fn too_many(parameters: &Parameters, given: usize, keyword_only: usize) -> Reason {
    let most = parameters.positional;
    let least = parameters.defaults[..most].iter().filter(|default| default.is_none()).count();
    let takes = if least == most { most.to_string() } else { format!("from {least} to {most}") };
    let ending = |is_one: bool| if is_one { "" } else { "s" };
    let plural = ending(least == most && most == 1);
    let were = if given == 1 && keyword_only == 0 { "was" } else { "were" };
    let mut shown = given.to_string();
    if keyword_only > 0 {
        let (positional, by_keyword) = (ending(given == 1), ending(keyword_only == 1));
        shown += &format!(" positional argument{positional} (and {keyword_only} keyword-only argument{by_keyword})");
    }
    let name = &parameters.name;
    Reason::Arguments(format!("{name}() takes {takes} positional argument{plural} but {shown} {were} given"))
}

/// Raises for parameters without an argument and a default: the positional ones first.
fn check_missing(parameters: &Parameters, bound: &[Option<Operand>]) -> Result<(), Reason> {
    for (kind, positions) in
        [("positional", 0..parameters.positional), ("keyword-only", parameters.positional..bound.len())]
    {
        let missing: Vec<String> = positions
            .filter(|&position| bound[position].is_none() && parameters.defaults[position].is_none())
            .map(|position| format!("'{}'", parameters.names[position]))
            .collect();
        let (count, name) = (missing.len(), &parameters.name);
        let list = match &missing[..] {
            [] => continue,
            [only] => only.clone(),
            [first, second] => format!("{first} and {second}"),
            [first @ .., last] => format!("{}, and {last}", first.join(", ")),
        };
        let plural = if count == 1 { "" } else { "s" };
        return Err(Reason::Arguments(format!("{name}() missing {count} required {kind} argument{plural}: {list}")));
    }
    Ok(())
}

fn fill(parameters: &Parameters, position: usize, operand: Option<Operand>) -> Result<Operand, Reason> {
    if let Some(operand) = operand {
        return Ok(operand);
    }
    let name = &parameters.names[position];
    match &parameters.defaults[position] {
        Some(global) => {
            let fact = global_type(global)
                .map_err(|type_name| Reason::GlobalType { name: name.clone(), type_name: type_name.into() })?;
            Ok(Operand { fact, source: Argument::Default(global.clone()) })
        }
        None => Err(Reason::Arguments(format!("{}() missing a required argument: '{name}'", parameters.name))),
    }
}

fn rest_operand(rest: Vec<Operand>) -> Operand {
    let types: Vec<Type> = rest.iter().map(|operand| operand.fact.ty.clone()).collect();
    Operand {
        fact: Fact::of(Type::tuple(types)),
        source: Argument::Rest(rest.into_iter().map(|operand| operand.source).collect()),
    }
}

fn keywords_operand(keywords: Vec<(Arc<str>, Operand)>) -> Operand {
    let types = keywords.iter().map(|(name, operand)| (name.clone(), operand.fact.ty.clone())).collect();
    Operand {
        fact: Fact::of(Type::Keywords(types)),
        source: Argument::Rest(keywords.into_iter().map(|(_, operand)| operand.source).collect()),
    }
}
