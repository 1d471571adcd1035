//! Tier 1: lir to machine code by Cranelift, at once.
//!
//! ```text
//! Unit --translate/--> CLIF --Cranelift--> bytes + relocations --link--> pages of the arena, executable
//! ```
//!
//! | file | what it decides |
//! |---|---|
//! | `tier.rs` | the public type; the order of the steps; no panic gets out |
//! | `isa.rs` | Cranelift's settings for this machine |
//! | `translate/` | lir to CLIF: `ops.rs` is the table, one expression for each operation; beside it one topic per file |
//! | `workspace.rs` | what a thread reuses from one compilation to the next; one function to bytes |
//! | `link.rs` | the layout of a unit in memory, relocations, publication |
//! | `libcalls.rs` | the routines that Cranelift calls where the machine lacks an instruction |
//! | `data.rs` | constant byte strings, which live as long as the code |
//! | `arena.rs` | where code lives: pages carved from one reservation, executable only when finished |
//! | `listing.rs` | CLIF and assembly as text |
//! | `warm_up.rs` | what is compiled ahead, so that the first function does not pay for the first compilation |
//!
//! **Invariant:** code holds absolute addresses only, except for calls within its unit, so a unit may lie anywhere.
//! **Invariant:** pages are writable or executable, never both.
//!
//! `cranelift-jit` is not in the path. A `JITModule` for each unit takes as long again as Cranelift takes to compile a
//! small function (`add`: 14.3 microseconds against 7.7, `examples/latency.rs`), and most of what it offers (names, data
//! objects, symbol look-up) a unit does not need.

mod arena;
mod data;
mod isa;
mod libcalls;
mod link;
mod listing;
mod tier;
mod translate;
mod warm_up;
mod workspace;

pub use tier::CraneliftTier;
