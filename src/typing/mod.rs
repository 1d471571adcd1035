//! Types, and how every value gets one.
//!
//! | file | what it decides |
//! |---|---|
//! | `types.rs` | the types |
//! | `promote.rs` | which type an operation on numbers computes in, and what it gives |
//! | `unify.rs` | the one type of a variable that several paths assign |
//! | `fact.rs` | a type with the constant value, if there is one |

mod binding;
mod elementwise;
mod fact;
mod fold;
pub mod index;
mod infer;
pub mod promote;
mod rules;
mod types;
pub mod unify;

pub use elementwise::{ScalarOp, element, elementwise_result, is_same_kind_cast, scalar_result};
pub use fact::{Fact, constant_fact};
pub use fold::truth as constant_truth;
pub use infer::{Argument, Environment, FunctionCall, Parameters, Typed, global_type, infer};
pub(crate) use rules::{dtype_of, new_array, truth};
pub use types::{ArrayType, DType, FunctionKey, IteratorType, Kind, Layout, Type};
