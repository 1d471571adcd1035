//! What is refused for a function as a whole, before its instructions are looked at.

use super::function::Location;
use crate::bytecode::{Code, Constant, Construct, Decoded, Instruction, LocalKind, Rejection};
use crate::refusal::Reason;

/// Where the function is defined.
pub(super) fn definition(code: &Code) -> Location {
    Location { line: code.first_line, end_line: code.first_line, ..Location::default() }
}

/// Refuses kinds of functions and of parameters.
pub(super) fn check_signature(code: &Code) -> Result<(), Rejection> {
    let refused = [
        (Code::COROUTINE | Code::ASYNC_GENERATOR, Construct::AsyncFunction),
        (Code::GENERATOR, Construct::Generator),
        (Code::VARKEYWORDS, Construct::KeywordsParameter),
    ];
    for (flag, construct) in refused {
        if code.flags & flag != 0 {
            return Err(Rejection { reason: construct.reason(), location: definition(code) });
        }
    }
    let counts = [code.argument_count, code.keyword_only_count, 1];
    let count = counts.into_iter().try_fold(0, u32::checked_add);
    if count.is_none() || code.parameter_count() as usize > code.locals.len() {
        let reason = Reason::Bytecode("it has more parameters than variables".to_owned());
        return Err(Rejection { reason, location: definition(code) });
    }
    Ok(())
}

/// Refuses variables that inner functions capture.
pub(super) fn check_scopes(code: &Code, decoded: &Decoded<'_>) -> Result<(), Rejection> {
    match decoded.locals.iter().find(|(_, kind)| *kind == LocalKind::Cell) {
        Some((name, _)) => Err(captured(code, decoded, name)),
        None => Ok(()),
    }
}

/// The refusal of whatever captures the variable, at the place of its code.
fn captured(code: &Code, decoded: &Decoded<'_>, name: &str) -> Rejection {
    let captures = |inner: &Code| inner.locals.iter().any(|(free, kind)| *kind == LocalKind::Free && **free == *name);
    let construct = code.constants.iter().find_map(|constant| match constant {
        Constant::Code(inner) if captures(inner) => Some(Construct::of_inner_code(&inner.name)),
        _ => None,
    });
    let construct = construct.unwrap_or(Construct::InnerFunction);
    let place = decoded.instructions.iter().position(|instruction| *instruction == Instruction::Refused(construct));
    let location = place.map_or_else(|| definition(code), |index| decoded.locations[index]);
    Rejection { reason: construct.reason(), location }
}
