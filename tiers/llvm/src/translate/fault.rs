//! Why a translation failed: always a fault of ours, since verified lir translates.

use inkwell::builder::BuilderError;
use inkwell::values::InstructionValueError;

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Fault(pub(crate) String);

impl From<BuilderError> for Fault {
    fn from(error: BuilderError) -> Fault {
        Fault(error.to_string())
    }
}

impl From<InstructionValueError> for Fault {
    fn from(error: InstructionValueError) -> Fault {
        Fault(error.to_string())
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Fault {
        Fault(message)
    }
}
