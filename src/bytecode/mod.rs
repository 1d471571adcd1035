//! Code objects, as plain data in; version-neutral stack code out.
//!
//! | file | what it decides |
//! |---|---|
//! | `code.rs` | the fields of a code object that the compiler reads |
//! | `instructions.rs` | the stack code |
//! | `constructs.rs` | what of Python is refused, and the messages |
//! | `opcodes.rs` | what an opcode can mean: the columns of the tables of versions |
//! | `cpython311.rs` | the opcodes of CPython 3.11 |
//! | `decode.rs` | bytes to stack code, by a version's table |
//! | `comprehensions.rs` | comprehensions as part of the function around them |
//! | `unroll.rs` | loops over tuples, written out |
//! | `lines.rs` | `co_linetable` |
//! | `exceptions.rs` | `co_exceptiontable` |

mod code;
mod comprehensions;
mod constructs;
mod cpython311;
mod decode;
mod exceptions;
mod instructions;
mod lines;
mod opcodes;
mod unroll;

pub use code::{Code, Constant, LocalKind, Version};
pub use constructs::{Construct, Rejection};
pub use decode::{decode, stores_to};
pub use instructions::{Decoded, Handler, Instruction, Scope, Test};
pub use unroll::unroll;
