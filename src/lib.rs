//! The compiler core of upshift.

pub mod lir;
pub mod runtime;
pub mod tier;
pub mod tier_interface;
