//! The compiler's memory: which functions are known, which specializations were made, and how one is made.
//!
//!     (function, argument types) -> hir -> types -> lir -> units, ready for a tier

use rustc_hash::FxHashMap;

use crate::host::Host;
use crate::lir::{FunctionId, Unit};
use crate::refusal::Refusal;
use crate::typing::{FunctionKey, Type};

/// A function compiled for argument types.
#[derive(Clone, Debug)]
pub struct Specialization {
    /// Its id; names its entry cell.
    pub id: FunctionId,
    /// The Python function.
    pub key: FunctionKey,
    /// Types of all parameters, in order.
    pub arguments: Vec<Type>,
    /// Type of the result.
    pub result: Type,
    /// Its code: passes for both tiers have run.
    pub unit: Unit,
    /// The types of its variables, for `inspect_types`: line, variable, type.
    pub variables: Vec<(u32, String, Type)>,
}

/// What has been compiled so far.
#[derive(Default)]
pub struct Session {
    specializations: FxHashMap<(FunctionKey, Vec<Type>), (FunctionId, Type)>,
    next_id: u32,
}

impl Session {
    /// An empty session.
    pub fn new() -> Session {
        Session::default()
    }

    /// Compiles a function for these argument types, and whatever it calls that has not been compiled yet.
    /// The requested specialization comes first; every one returned must be published before any is called.
    ///
    /// # Errors
    /// The first construct or type that does not compile; the session is as before.
    pub fn compile(
        &mut self,
        host: &mut dyn Host,
        key: FunctionKey,
        arguments: &[Type],
    ) -> Result<Vec<Specialization>, Refusal> {
        let _ = (host, key, arguments, &self.specializations, self.next_id);
        unimplemented!("typing and lowering land with the next commit")
    }

    /// Forgets the specializations of a function that is gone, so that their ids name nothing any more.
    pub fn forget(&mut self, key: FunctionKey) {
        self.specializations.retain(|(known, _), _| *known != key);
    }
}
