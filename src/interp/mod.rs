//! The reference interpreter of lir: the oracle for both tiers.
//!
//! It runs in the process, over real memory: a `Ptr` is an address, runtime symbols are called where they are.
//!
//! | file | what it decides |
//! |---|---|
//! | `bits.rs` | a value of any type as 64 bits |
//! | `evaluate.rs` | what each operation without effects computes; constant folding asks it too |
//! | `machine.rs` | frames, control flow, calls between functions, the step budget |
//! | `memory.rs` | loads, stores, slots and constant bytes |
//! | `calls.rs` | calls of addresses through the C calling convention |

mod bits;
mod calls;
mod evaluate;
mod machine;
mod memory;

pub use bits::Bits;
pub use calls::call_address;
pub use evaluate::{Evaluated, evaluate};
pub use machine::{InterpError, Options, Resolver, run, run_with};
