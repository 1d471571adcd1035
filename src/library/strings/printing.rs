//! `print`: one text for all arguments, which goes to `sys.stdout` at once.

use crate::library::{Arguments, Entry, Operand};
use crate::lower::{Lowering, Repr, has_text};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{Fact, Type};

/// `print`.
pub(in crate::library) const ENTRIES: &[Entry] = &[Entry::call("builtins.print", print, lower_print)];

fn named<'a>(arguments: &'a Arguments, name: &str) -> Option<&'a Operand> {
    arguments.named.iter().find(|(known, _)| **known == *name).map(|(_, operand)| operand)
}

fn print(arguments: &Arguments) -> Result<Fact, Reason> {
    for (name, operand) in &arguments.named {
        let ty = &operand.fact.ty;
        let fits = match &**name {
            "sep" | "end" => ty.is_string() || *ty == Type::None,
            "flush" => operand.fact.as_bool().is_some(),
            "file" => *ty == Type::None,
            _ => {
                let message = format!("'{name}' is an invalid keyword argument for print()");
                return Err(Reason::Arguments(message));
            }
        };
        if !fits {
            return Err(arguments.refuse("sep and end are strings, flush is a constant; it prints to sys.stdout"));
        }
    }
    if arguments.positional.iter().all(|operand| has_text(&operand.fact.ty)) {
        return Ok(Fact::of(Type::None));
    }
    Err(arguments.refuse("it prints numbers, strings, containers and exceptions"))
}

fn lower_print(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let mut around = |name: &str, default: &str| match named(arguments, name) {
        Some(operand) if operand.fact.ty != Type::None => {
            let repr = lowering.argument(operand);
            lowering.text(&repr, &operand.fact.ty)
        }
        _ => lowering.known_text(default),
    };
    let (separator, end) = (around("sep", " "), around("end", "\n"));
    let mut parts = Vec::new();
    let mut own = Vec::new();
    for (index, operand) in arguments.positional.iter().enumerate() {
        if index > 0 {
            parts.push(separator);
        }
        let repr = lowering.argument(operand);
        let part = lowering.str_of(&repr, &operand.fact.ty)?;
        lowering.hold_temporary(part);
        own.push(part);
        parts.push(part);
    }
    parts.push(end);
    let text = if parts.len() == 1 { end } else { lowering.join_texts(&parts) };
    own.into_iter().for_each(|part| lowering.release_temporary(part));
    if parts.len() > 1 {
        lowering.hold_temporary(text);
    }
    let status = lowering.call_float(Symbol::WriteOutput, &[text]);
    lowering.pass_on(status);
    if named(arguments, "flush").and_then(|flush| flush.fact.as_bool()) == Some(true) {
        let null = lowering.b.const_ptr(0);
        let status = lowering.call_float(Symbol::WriteOutput, &[null]);
        lowering.pass_on(status);
    }
    if parts.len() > 1 {
        lowering.release_temporary(text);
    }
    Ok(Repr::new())
}
