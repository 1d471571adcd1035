//! Types, and how every value gets one.
//!
//! | file | what it decides |
//! |---|---|
//! | `types.rs` | the types |
//! | `fact.rs` | a type with the constant value, if there is one |
//! | `infer.rs` | the fixed point over a function; which branches are left out |
//! | `containers.rs`, `container_rules.rs` | what containers hold; the operations that read and fill them |
//! | `rules.rs` | the result of each Python operation |
//! | `iteration.rs` | what loops run over |
//! | `promote.rs` | which type an operation on numbers computes in, and what it gives |
//! | `exceptions.rs`, `raising.rs` | operations on exceptions; which operations may raise one |
//! | `elementwise.rs` | the same for arrays, element by element |
//! | `strings.rs` | operators on strings and bytes |
//! | `index.rs` | what `a[i]` is |
//! | `fold.rs` | operations on constants that types depend on |
//! | `binding.rs` | arguments of calls to parameters |
//! | `functions.rs`, `reflection.rs` | functions as values; `getattr`, `type` and their like |
//! | `keywords.rs` | `**` in calls, and what `**kwargs` holds |
//! | `extensions.rs` | what the program adds to the library |
//! | `unify.rs` | the one type of a variable that several paths assign |

mod binding;
mod container_rules;
mod containers;
mod elementwise;
mod exceptions;
mod extensions;
mod fact;
mod fold;
mod functions;
pub mod index;
mod infer;
mod iteration;
mod keywords;
pub mod promote;
mod raising;
mod reflection;
mod rules;
mod strings;
mod types;
pub mod unify;

pub(crate) use container_rules::dict_view;
pub use container_rules::is_hashable;
pub use elementwise::{ScalarOp, element, elementwise_result, is_same_kind_cast, scalar_result};
pub use fact::{Fact, constant_fact};
pub use fold::truth as constant_truth;
pub use functions::{partial, partial_operands};
pub use infer::{Argument, Environment, FunctionCall, Parameters, Typed, global_type, infer};
pub use iteration::unrolled_tuple;
pub use keywords::{keyword_operands, keyword_position};
pub(crate) use rules::{dtype_of, new_array, truth};
pub use types::{ArrayType, ClosureType, DType, DictPart, FunctionKey, IteratorType, Kind, Layout, Type};
