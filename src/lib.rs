//! The compiler core of upshift.

pub mod bytecode;
pub mod hir;
pub mod host;
pub mod interp;
pub mod library;
pub mod lir;
pub mod lower;
pub mod passes;
pub mod refusal;
pub mod runtime;
pub mod session;
pub mod tier;
pub mod tier_interface;
pub mod typing;
