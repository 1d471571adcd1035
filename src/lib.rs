//! The compiler core of upshift.

pub mod library;
pub mod lir;
pub mod runtime;
pub mod tier;
