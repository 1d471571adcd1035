//! The compiler core of upshift: from a Python function to machine-level SSA that two tiers compile.
//!
//! # The way of a function
//!
//! ```text
//! Python function
//!    | python/     the code object and the values of names, under the GIL        (host.rs is the contract)
//!    v
//! bytecode/        CPython 3.11 decoded into version-neutral stack code
//!    v
//! hir/             stack -> registers: SSA with block parameters; operations still mean Python operations
//!    v
//! typing/          every value gets a type from the argument types; branches that constants decide fold away
//!    v
//! lower/           Python operations -> machine operations: layouts, checks, reference counts, errors
//!    v
//! lir/             machine-level SSA: typed, explicit, the one contract with the tiers
//!    v
//! passes/          folding, numbering, invariants, bounds checks; one table says which run for which tier
//!    |-----------------------------.
//!    v                             v  in the background, when hot: the same lir, as bytes (encoding.rs)
//! tiers/cranelift               tiers/llvm
//!    |                             |
//!    '------> entry cell <---------'   tiers/manager: one atomic pointer per specialization
//!                ^
//!             dispatcher (python/): guards the argument types, unboxes, calls through the cell, boxes
//! ```
//!
//! `session.rs` drives the way down to lir for one call signature and for all functions it reaches. `library/` says
//! what Python's and NumPy's functions mean, typing and code side by side; what is better said in Python is Python
//! source in `python/upshift/library`, compiled on demand like a user's function. `interp/` interprets lir and is
//! the oracle for both tiers. `runtime/` holds the routines that compiled code calls, in one table of symbols.
//! `tier.rs` is the trait that tiers implement, `tier_interface.rs` its form at the LLVM tier's shared library,
//! `code_symbols.rs` what a tier tells profilers and debuggers of its code.
//! `entity.rs` is the kind of name that values, blocks and instructions have, in hir and in lir.
//!
//! # Where to look
//!
//! | question | place |
//! |---|---|
//! | which bytecode is understood | `bytecode/cpython311.rs`, `hir/build_translate.rs` |
//! | what type does an expression have | `typing/rules.rs`; numbers: `typing/promote.rs`; joins: `typing/unify.rs` |
//! | what does an operator do, to the bit | `lower/integers.rs`, `floats.rs`, `complexes.rs`, `compare.rs` |
//! | what does a library function do | its entry in `library/`, or its source in `python/upshift/library` |
//! | how is a value laid out | `lower/repr.rs`; at calls and for the dispatcher: `lower/abi.rs` |
//! | who frees an array or container | `lower/references.rs`, `runtime/memory.rs` |
//! | which classes of the program's are known, and what their instances are | `typing/classes.rs`, `enums.rs`, `dataclasses.rs` |
//! | what is a structured dtype | `typing/records.rs`; a date: `typing/times.rs` |
//! | how does a generator keep its place | `hir/function.rs` (`Yield`), `lower/generators.rs`, `runtime/generators.rs` |
//! | what does a container hold | `typing/containers.rs`; how it lies in memory: `lower/items.rs` |
//! | where does an exception come from | `lower/errors.rs`, `runtime/errors.rs` |
//! | what can interrupt a loop | `lower/polls.rs`, `passes/expand_polls.rs`, `runtime/ticker.rs` |
//! | why is something refused | `refusal.rs` |
//! | what stays in a loop after the passes | `loop_facts.rs` |
//! | what is printed of a function on its way | `dump.rs` |
//! | what does an operation of lir mean | its row in `lir/ops.rs` |
//! | which passes run, and in which order | the table in `passes/mod.rs` |
//!
//! # Invariants
//!
//! **Invariant: one meaning.** Everything that Python or NumPy demand is explicit in lir: wrapping, checks, error
//! paths, reference counts, the order of floating-point operations. A tier is a plain translation, so both tiers and
//! the interpreter give the same bits, whatever the moment of the swap.
//!
//! **Invariant: arrows point one way.** This crate knows Python's meaning but not its C API, and no back end: there is
//! no pyo3, no Cranelift and no LLVM here, and it is tested without an interpreter installed. The back ends know
//! lir and never each other.
//!
//! **Invariant: no aggregates.** A value of lir is a number or an address. A tuple, an array or an iterator is a list
//! of values, so that optimizers see every length and stride.
//!
//! **Invariant: errors are status codes.** A compiled function returns its status; the exception is recorded beside
//! it (`runtime/errors.rs`). Nothing unwinds through compiled code, and no panic leaves a tier.
//!
//! **Invariant: static types, no deoptimization.** New argument types make a new specialization; code is replaced by
//! better code for the same types, and never taken back.
//!
//! **Invariant: the GIL is needed for the snapshot alone.** Types, lir and machine code are made from plain data.
//!
//! # Deliberately absent
//!
//! - Values sent into generators: refused by name. Comprehensions are part of the function around them.
//! - Devirtualization, speculation, deoptimization: types are known before code is made.
//! - A cache on disk: units encode to bytes, but nothing stores them yet.

pub mod bytecode;
pub mod code_symbols;
pub mod dump;
mod entity;
pub mod hir;
pub mod host;
pub mod interp;
pub mod library;
pub mod lir;
pub mod loop_facts;
pub mod lower;
pub mod passes;
pub mod refusal;
pub mod runtime;
pub mod session;
pub mod tier;
pub mod tier_interface;
pub mod typing;
