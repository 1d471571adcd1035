//! What compiled code calls: one table of symbols, and the routines behind it.

pub mod errors;
pub mod memory;
pub mod symbols;
