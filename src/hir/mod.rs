//! Python-level SSA.
//!
//! | file | what it decides |
//! |---|---|
//! | `function.rs` | blocks, instructions, values: what can be said |
//! | `build.rs` | stack code to SSA: blocks and the stack |
//! | `build_check.rs` | what is refused for a function as a whole |
//! | `build_blocks.rs` | the basic blocks |
//! | `build_assigned.rs` | which variables may have no value |
//! | `build_translate.rs` | the operations of one instruction |
//! | `build_containers.rs` | displays of lists, sets and dicts |
//! | `build_ssa.rs` | variables to values and block parameters |
//! | `inner.rs` | inner functions, and what they capture |
//! | `name_templates.rs` | templates that a display fills |
//! | `printer.rs` | the text form, for tests and dumps |

mod build;
mod build_assigned;
mod build_blocks;
mod build_check;
mod build_containers;
mod build_ssa;
mod build_translate;
mod function;
mod inner;
mod name_templates;
mod printer;

pub use build::{Unrolled, build, build_inner};
pub use function::{
    BinaryOp, Block, BlockCall, BlockData, CompareOp, Conversion, Function, Inst, InstData, Location, Op, Terminator,
    UnaryOp, Value, ValueData, ValueDef,
};
pub use inner::{Defaults, InnerFunction};
