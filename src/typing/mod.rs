//! Types, and how every value gets one.
//!
//! | file | what it decides |
//! |---|---|
//! | `types.rs` | the types |

mod types;

pub use types::{ArrayType, DType, FunctionKey, IteratorType, Kind, Layout, Type};
