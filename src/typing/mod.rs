//! Types, and how every value gets one.
//!
//! | file | what it decides |
//! |---|---|
//! | `types.rs` | the types |
//! | `classes.rs`, `class_rules.rs` | classes of the program's; what is made of them and read of their instances |
//! | `class_operators.rs` | operators that classes of the program's define |
//! | `dataclasses.rs` | instances of dataclasses |
//! | `enums.rs`, `members.rs` | members of enumerations; where they stand for their values or texts |
//! | `display.rs` | how types print |
//! | `fact.rs` | a type with the constant value, if there is one |
//! | `infer.rs` | the fixed point over a function; which branches are left out |
//! | `containers.rs`, `container_rules.rs` | what containers hold; the operations that read and fill them |
//! | `collections.rs` | the classes of `collections` |
//! | `rules.rs`, `calls.rs` | the result of each Python operation; of calls |
//! | `iteration.rs`, `resuming.rs` | what loops run over; the functions that resume generators |
//! | `promote.rs` | which type an operation on numbers computes in, and what it gives |
//! | `exceptions.rs`, `raising.rs` | operations on exceptions; which operations may raise one |
//! | `objects.rs` | what is asked of exceptions, and of what they hold |
//! | `elementwise.rs` | the same for arrays, element by element |
//! | `strings.rs` | operators on strings and bytes |
//! | `index.rs` | what `a[i]` is |
//! | `records.rs` | structured dtypes and their fields |
//! | `times.rs`, `dates.rs` | dates and durations; dates as texts |
//! | `fold.rs` | operations on constants that types depend on |
//! | `call_rules.rs` | calls of Python functions |
//! | `absent.rs` | what raises where a value is `None` |
//! | `global_containers.rs` | that global containers are only read |
//! | `foreign.rs` | C functions |
//! | `binding.rs` | arguments of calls to parameters |
//! | `functions.rs`, `reflection.rs` | functions as values; `getattr`, `type` and their like |
//! | `keywords.rs` | `**` in calls, and what `**kwargs` holds |
//! | `lengths.rs` | how many items something has, where that is known |
//! | `operators.rs` | operators and displays of what is no container |
//! | `parts.rs` | how large a value may be |
//! | `dtypes.rs` | what arrays hold |
//! | `contexts.rs` | context managers |
//! | `buffers.rs` | bytearrays, memoryviews and `array.array` |
//! | `extensions.rs` | what the program adds to the library |
//! | `unify.rs` | the one type of a variable that several paths assign |

mod absent;
mod binding;
mod buffers;
mod call_rules;
mod class_operators;
mod class_rules;
mod classes;
mod collections;
mod container_rules;
mod containers;
mod contexts;
mod dataclasses;
mod dates;
mod display;
mod dtypes;
mod elementwise;
mod enums;
mod exceptions;
mod extensions;
mod fact;
mod fold;
mod foreign;
mod functions;
mod global_containers;
pub mod index;
mod infer;
mod iteration;
mod keywords;
mod lengths;
mod members;
pub mod objects;
mod operators;
mod parts;
pub mod promote;
mod raising;
pub mod records;
mod reflection;
mod resuming;
mod rules;
mod strings;
mod times;
mod types;
pub mod unify;

pub use buffers::{BufferKind, BufferType, is_bytes_like};
pub(crate) use class_rules::matched_fields;
pub use classes::{Class, ClassKey, ClassKind, Constructor, Dataclass, Field, InstanceType, TupleType};
pub(crate) use collections::has_defaults;
pub use collections::{DictKind, DictPart, Entries, empty_container, makes_known_value, plain_factory};
pub(crate) use container_rules::dict_view;
pub use container_rules::is_hashable;
pub(crate) use contexts::context_function;
pub use elementwise::{ScalarOp, element, elementwise_result, is_same_kind_cast, scalar_result};
pub(crate) use enums::as_argument;
pub use enums::{EnumBase, EnumClass, Member};
pub use fact::{Fact, constant_fact};
pub use fold::truth as constant_truth;
pub use foreign::ForeignFunction;
pub use functions::{MARK, is_partial_function, partial, partial_operands, remembered as known_number};
pub use infer::{Argument, Construction, Environment, FunctionCall, Parameters, Typed, global_type, infer, learn};
pub use iteration::unrolled_tuple;
pub use keywords::{keyword_operands, keyword_position};
pub(crate) use operators::{dtype_of, new_array, truth};
pub use parts::{MOST_PARTS, has_too_many_parts};
pub use reflection::REFLECTING;
pub use times::TimeType;
pub use types::{ArrayType, ClosureType, DType, FunctionKey, GeneratorType, IteratorType, Kind, Layout, Type};
