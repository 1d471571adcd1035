//! Typed hir to lir.
//!
//! | file | what it decides |
//! |---|---|
//! | `repr.rs` | how a Python value is made of machine values |

mod repr;

pub use repr::machine_types;
