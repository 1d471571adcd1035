//! The u32 newtypes that name the parts of a function. Each prints as it parses: `v7`, `block2`, `slot0`.

use crate::entity::entity;

entity!(
    /// An SSA value: a block parameter or an instruction's result.
    Value, "v"
);
entity!(
    /// A basic block. `block0` is the entry.
    Block, "block"
);
entity!(
    /// An instruction.
    Inst, "inst"
);
entity!(
    /// A piece of the stack frame with a fixed size.
    Slot, "slot"
);
entity!(
    /// A function that this function calls: an index into `Function::callees`.
    Callee, "fn"
);
entity!(
    /// A constant byte string: an index into `Function::data`.
    Data, "data"
);
