//! What stands behind the argument in a field of `str.format`: `{0.real}`, `{0[1]}`, `{0[key]}`.

use crate::library::{attribute, class_name};
use crate::lower::{Failure, Lowering, Repr, tuple_part};
use crate::refusal::Reason;
use crate::typing::index::{tuple_item, tuple_position};
use crate::typing::{Fact, Type};

/// A step from a value to a part of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Step {
    /// `.name`
    Attribute(String),
    /// `[3]`
    Position(i64),
    /// `[key]`
    Key(String),
}

/// The steps that are written behind an argument.
pub(super) fn steps(mut text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    while let Some(first) = text.chars().next() {
        let rest = &text[first.len_utf8()..];
        match first {
            '.' => {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                if end == 0 {
                    return Err("Empty attribute in format string".to_owned());
                }
                steps.push(Step::Attribute(rest[..end].to_owned()));
                text = &rest[end..];
            }
            '[' => {
                let end = rest.find(']').ok_or("Missing ']' in format string")?;
                let key = &rest[..end];
                if key.is_empty() {
                    return Err("Empty attribute in format string".to_owned());
                }
                let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
                steps.push(match key.parse() {
                    Ok(number) if is_number => Step::Position(number),
                    _ if is_number => return Err("Too many decimal digits in format string".to_owned()),
                    _ => Step::Key(key.to_owned()),
                });
                text = &rest[end + 1..];
            }
            _ => return Err("Only '.' or '[' may follow ']' in format field specifier".to_owned()),
        }
    }
    Ok(steps)
}

/// What is known of a part.
pub(super) fn part(fact: &Fact, steps: &[Step]) -> Result<Fact, Reason> {
    let mut fact = fact.clone();
    for step in steps {
        let refuse = || {
            let what = match step {
                Step::Attribute(name) => format!(".{name}"),
                Step::Position(number) => format!("[{number}]"),
                Step::Key(key) => format!("[{key}]"),
            };
            Reason::Arguments(format!("the field '{what}' of {} is not supported; pass the part itself", fact.ty))
        };
        fact = match (step, &fact.ty) {
            (Step::Attribute(name), ty) => {
                let known = attribute(&format!("{}.{name}", class_name(ty))).ok_or_else(refuse)?;
                (known.typing)(&fact)?
            }
            (Step::Position(number), Type::Tuple(items)) => match tuple_position(items.len(), *number) {
                Some(position) => tuple_item(&fact, position),
                None => return Err(Reason::Arguments("tuple index out of range".to_owned())),
            },
            (Step::Position(_), Type::List(item)) => Fact::of((**item).clone()),
            (Step::Position(_), Type::Dict(entry)) if entry.0 == Type::Int => Fact::of(entry.1.clone()),
            (Step::Key(_), Type::Dict(entry)) if entry.0 == Type::String => Fact::of(entry.1.clone()),
            (Step::Position(_), text) if text.is_string() => Fact::of(Type::String),
            _ => return Err(refuse()),
        };
    }
    Ok(fact)
}

/// The machine values of a part. It is looked at while the argument is there, so that no reference is added; a string
/// that is made of a character below 256 needs none either, and others are held until the field is done.
pub(super) fn lower_part(
    lowering: &mut Lowering<'_>,
    (mut repr, mut fact): (Repr, Fact),
    steps: &[Step],
) -> Result<(Repr, Fact, Vec<crate::lir::Value>), Reason> {
    let mut own = Vec::new();
    for step in steps {
        let next = part(&fact, std::slice::from_ref(step))?;
        repr = match (step, &fact.ty) {
            _ if next.constant.is_some() && next.ty == Type::Int => {
                let number = next.as_int().unwrap_or(0);
                Repr::from_slice(&[lowering.b.const_i64(number)])
            }
            (Step::Attribute(name), ty) => match attribute(&format!("{}.{name}", class_name(ty))) {
                Some(known) => (known.lower)(lowering, &repr, ty)?,
                None => return Err(Reason::Internal(format!("{name} has no code"))),
            },
            (Step::Position(number), Type::Tuple(items)) => {
                let position = tuple_position(items.len(), *number).unwrap_or(0);
                tuple_part(&repr, items, position)
            }
            (Step::Position(number), Type::List(item)) => {
                let index = lowering.b.const_i64(*number);
                let position = lowering.list_position(repr[0], index, "list index out of range");
                lowering.list_item(repr[0], position, item)
            }
            (Step::Position(_) | Step::Key(_), Type::Dict(entry)) => {
                let key = match step {
                    Step::Position(number) => lowering.b.const_i64(*number),
                    Step::Key(key) => lowering.known_text(key),
                    Step::Attribute(_) => return Err(Reason::Internal("an attribute of a dict".to_owned())),
                };
                let found = lowering.need_entry(repr[0], &Repr::from_slice(&[key]), &entry.0)?;
                lowering.entry_value(found, entry)
            }
            (Step::Position(number), ty) => {
                let text = lowering.text(&repr, ty);
                let (index, length) = (lowering.b.const_i64(*number), lowering.text_length(text));
                let is_inside = lowering.b.cmp_int(crate::lir::IntCond::Ult, index, length);
                lowering.raise_unless(is_inside, &Failure::new("IndexError", "string index out of range"));
                let item = lowering.text_item(text, index, false);
                lowering.hold_temporary(item[0]);
                own.push(item[0]);
                item
            }
            (Step::Key(_), ty) => return Err(Reason::Internal(format!("a key of {ty}"))),
        };
        fact = next;
    }
    Ok((repr, fact, own))
}
