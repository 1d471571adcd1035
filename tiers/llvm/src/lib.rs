//! Tier 2: lir to optimized machine code by LLVM, linked statically.
//!
//! ```text
//! Unit --translate--> LLVM module --pipeline--> optimized --target--> object bytes --link--> Code
//!                     (own context per compilation)        (machine per thread)     (one session)
//! ```
//!
//! | file | what it decides |
//! |---|---|
//! | `tier.rs` | the order of a compilation, its limits, its report |
//! | `translate/` | lir to LLVM IR, one topic per file |
//! | `pipeline.rs` | the pass lists |
//! | `target.rs` | the host processor; object code and assembly |
//! | `link.rs`, `object.rs` | object bytes to code in memory, and back to free memory |
//! | `remarks.rs` | what LLVM reports: errors, and remarks of its optimizer when asked |
//! | `symbols.rs` | where functions and lines lie, for profilers and debuggers |
//! | `exit.rs` | the end of the process, maybe in the middle of a compilation |
//! | `interface.rs` | the C interface over bytes, behind which this crate is a shared library of its own |
//!
//! **Invariant**: nothing but the linker's session is shared between compilations, so threads do not wait for each
//! other while they translate, optimize and emit.

mod exit;
pub mod interface;
mod link;
mod object;
mod pipeline;
mod remarks;
mod symbols;
mod target;
mod tier;
mod translate;

pub use tier::{LlvmTier, Options};
