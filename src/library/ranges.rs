//! Ranges and slices as values: their parts. What else ranges do is Python source (`library/ranges.py`).

use std::sync::Arc;

use super::{Arguments, Attribute, Entry};
use crate::bytecode::Constant;
use crate::lower::{Lowering, Repr, tuple_part};
use crate::refusal::Reason;
use crate::typing::index::is_index;
use crate::typing::{Fact, Type};

/// Functions that make them.
pub(super) const ENTRIES: &[Entry] = &[Entry::call("builtins.slice", slice, lower_slice)];

/// Their parts.
pub(super) const ATTRIBUTES: &[Attribute] = &[
    Attribute { name: "range.start", typing: int, lower: |_, a, _| Ok(Repr::from_slice(&a[..1])) },
    Attribute { name: "range.stop", typing: int, lower: |_, a, _| Ok(Repr::from_slice(&a[1..2])) },
    Attribute { name: "range.step", typing: range_step, lower: |_, a, _| Ok(Repr::from_slice(&a[2..3])) },
    Attribute { name: "slice.start", typing: |a| slice_part(a, 0), lower: |_, a, ty| lower_slice_part(a, ty, 0) },
    Attribute { name: "slice.stop", typing: |a| slice_part(a, 1), lower: |_, a, ty| lower_slice_part(a, ty, 1) },
    Attribute { name: "slice.step", typing: |a| slice_part(a, 2), lower: |_, a, ty| lower_slice_part(a, ty, 2) },
];

fn int(_: &Fact) -> Result<Fact, Reason> {
    Ok(Fact::of(Type::Int))
}

fn range_step(a: &Fact) -> Result<Fact, Reason> {
    Ok(match a.ty {
        Type::Range(Some(step)) => Fact::int(step),
        _ => Fact::of(Type::Int),
    })
}

fn slice_part(a: &Fact, part: usize) -> Result<Fact, Reason> {
    let Type::Slice(parts) = &a.ty else { return Err(Reason::Internal("no slice".to_owned())) };
    let constant = match &a.constant {
        Some(Constant::Tuple(items)) => items.get(part).cloned(),
        _ => None,
    };
    Ok(Fact { ty: parts[part].clone(), constant })
}

fn lower_slice_part(a: &Repr, ty: &Type, part: usize) -> Result<Repr, Reason> {
    let Type::Slice(parts) = ty else { return Err(Reason::Internal("no slice".to_owned())) };
    Ok(tuple_part(a, &parts[..], part))
}

/// Which of start, stop and step each argument is.
fn places(arguments: &Arguments) -> Result<&'static [usize], Reason> {
    match (arguments.positional.len(), arguments.named.is_empty()) {
        (1, true) => Ok(&[1]),
        (2, true) => Ok(&[0, 1]),
        (3, true) => Ok(&[0, 1, 2]),
        (count, _) => Err(Reason::Arguments(format!("slice expected 1 to 3 arguments, got {count}"))),
    }
}

fn slice(arguments: &Arguments) -> Result<Fact, Reason> {
    let mut parts = [Type::None, Type::None, Type::None];
    let mut constants = vec![Some(Constant::None), Some(Constant::None), Some(Constant::None)];
    for (&place, operand) in places(arguments)?.iter().zip(&arguments.positional) {
        parts[place] = match &operand.fact.ty {
            Type::None => Type::None,
            ty if is_index(ty) || *ty == Type::Bool => Type::Int,
            _ => return Err(arguments.refuse("the parts of a slice are integers or None")),
        };
        constants[place] = match &operand.fact.constant {
            Some(constant @ (Constant::None | Constant::Int(_))) => Some(constant.clone()),
            _ => None,
        };
    }
    let constants: Option<Vec<Constant>> = constants.into_iter().collect();
    let constant = constants.map(|items| Constant::Tuple(items.into()));
    Ok(Fact { ty: Type::Slice(Arc::new(parts)), constant })
}

fn lower_slice(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let mut repr = Repr::new();
    for operand in arguments.positional.iter().filter(|operand| operand.fact.ty != Type::None) {
        let own = lowering.argument(operand);
        repr.push(lowering.to_index(&own, &operand.fact.ty));
    }
    Ok(repr)
}
