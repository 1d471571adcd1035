//! Machine-level SSA: the one contract between the front half and the tiers.
//!
//! | file | what it decides |
//! |---|---|
//! | `types.rs`, `entities.rs` | machine types; the u32 newtypes that name values, blocks, ... |
//! | `ops.rs` | every operation, one row each: operands, result, effects, awkward cases |
//! | `function.rs`, `unit.rs` | a function; the functions that are compiled and published together |
//! | `builder.rs` | making functions; compound helpers over the ops |
//! | `printer.rs`, `lexer.rs`, `parser.rs` | the text form, which round-trips |
//! | `assembler.rs` | what both readers share: a function from parts that have their numbers |
//! | `encoding.rs` | the byte form that crosses the C interface to the LLVM tier |
//! | `verifier.rs` | every rule a function must obey before a pass or a tier sees it |
//! | `cfg.rs`, `dominators.rs`, `loops.rs` | analyses that passes and tiers share |
//! | `reciprocals.rs` | what to multiply with instead of dividing by a constant |

mod assembler;
mod builder;
mod cfg;
mod dominators;
mod encoding;
mod entities;
mod function;
mod lexer;
mod loops;
mod ops;
mod parser;
mod printer;
mod reciprocals;
mod types;
mod unit;
mod verifier;

pub use builder::{FunctionBuilder, block_call};
pub use cfg::Cfg;
pub use dominators::Dominators;
pub use encoding::{DecodeError, decode_unit, encode_unit};
pub use entities::{Block, Callee, Data, Inst, Slot, Value};
pub use function::{
    BlockCall, BlockData, CalleeData, FastMath, Function, Immediate, InstData, Lengths, Memory, Origin, Region,
    Signature, Site, SiteArgument, SlotData, ValueData, ValueDef,
};
pub use loops::{Loop, LoopData, Loops};
pub use ops::{Class, Effects, FloatCond, ImmediateKind, IntCond, Op, OpInfo, ResultRule};
pub use parser::{ParseError, parse_function, parse_functions, parse_unit};
pub use printer::inst_text;
pub use reciprocals::{signed_reciprocal, unsigned_reciprocal};
pub use types::Type;
pub use unit::{FunctionId, Unit};
pub use verifier::{VerifyError, verify_function, verify_unit};
