//! Python-level SSA.
//!
//! | file | what it decides |
//! |---|---|
//! | `function.rs` | blocks, instructions, values: what can be said |
//! | `build.rs` | stack code to SSA |
//! | `printer.rs` | the text form, for tests and dumps |

mod function;

pub use function::{
    BinaryOp, Block, BlockCall, BlockData, CompareOp, Function, Inst, InstData, Location, Op, Terminator, UnaryOp,
    Value, ValueData, ValueDef,
};
