//! Machine-level SSA: the one contract between the front half and the tiers.
//!
//! | file | what it decides |
//! |---|---|
//! | `types.rs`, `entities.rs` | machine types; the u32 newtypes that name values, blocks, ... |
//! | `ops.rs` | every operation, one row each: operands, result, effects, awkward cases |
//! | `function.rs`, `unit.rs` | a function; the functions that are compiled and published together |
//! | `builder.rs` | making functions; compound helpers over the ops |
//! | `printer.rs`, `parser.rs` | the text form, which round-trips |
//! | `encoding.rs` | the byte form that crosses the C interface to the LLVM tier |
//! | `verifier.rs` | every rule a function must obey before a pass or a tier sees it |
//! | `cfg.rs`, `dominators.rs`, `loops.rs` | analyses that passes and tiers share |

mod builder;
mod entities;
mod function;
mod ops;
mod types;
mod unit;

pub use builder::{FunctionBuilder, block_call};
pub use entities::{Block, Callee, Data, Inst, Slot, Value};
pub use function::{
    BlockCall, BlockData, CalleeData, FastMath, Function, Immediate, InstData, Memory, Region, Signature, Site,
    SlotData, ValueData, ValueDef,
};
pub use ops::{Class, Effects, FloatCond, ImmediateKind, IntCond, Op, OpInfo, ResultRule};
pub use types::Type;
pub use unit::{FunctionId, Unit};
