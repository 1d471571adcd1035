//! Code objects, as plain data in; version-neutral stack code out.
//!
//! | file | what it decides |
//! |---|---|
//! | `code.rs` | the fields of a code object that the compiler reads |

mod code;

pub use code::{Code, Constant, LocalKind, Version};
