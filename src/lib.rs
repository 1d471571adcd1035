//! The compiler core of upshift.

pub mod interp;
pub mod lir;
pub mod passes;
pub mod runtime;
pub mod tier;
