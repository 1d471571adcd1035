//! lir to LLVM IR: a plain translation, since everything that Python demands is explicit in lir.
//!
//! | file | what it decides |
//! |---|---|
//! | `unit.rs` | the module: its functions, their names and linkage, what they share |
//! | `function.rs` | one function: blocks in an order that defines before use, block parameters as phis |
//! | `inst.rs` | every operation, one arm each |
//! | `control.rs` | jumps, branches and their weights, returns |
//! | `memory.rs`, `regions.rs` | addresses, loads and stores; what they may overlap |
//! | `calls.rs`, `abi.rs` | calls to the runtime and to compiled functions; how values travel |
//! | `lines.rs` | source lines as debug locations, when asked for |
//! | `vector_math.rs` | libm routines that have vector forms |
//! | `fault.rs` | why a translation failed |
//!
//! **Floats are strict** unless the function's flags say otherwise; flags go on each instruction. Calls to libm are
//! `nobuiltin` without `afn`, so that LLVM neither folds nor rewrites them: both tiers give libm's bits.
//! **Not stated**: that loops end (`mustprogress`). Python's may run forever, and lir does not tell which.

mod abi;
mod calls;
mod control;
mod fault;
mod function;
mod inst;
mod lines;
mod memory;
mod regions;
mod unit;
mod vector_math;

pub(crate) use unit::{Cells, Names, translate_unit};
