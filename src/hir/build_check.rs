//! What is refused for a function as a whole, before its instructions are looked at.

use super::function::Location;
use crate::bytecode::{Code, Construct, Rejection};
use crate::refusal::Reason;

/// Where the function is defined.
pub(super) fn definition(code: &Code) -> Location {
    Location { line: code.first_line, end_line: code.first_line, ..Location::default() }
}

/// Refuses kinds of functions and of parameters.
pub(super) fn check_signature(code: &Code) -> Result<(), Rejection> {
    let refused = [(Code::COROUTINE | Code::ASYNC_GENERATOR, Construct::AsyncFunction)];
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
