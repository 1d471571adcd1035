//! Typed hir to lir: Python operations become machine operations.
//!
//! | file | what it decides |
//! |---|---|
//! | `repr.rs` | how a Python value is made of machine values |
//! | `abi.rs` | signatures of compiled functions; the entry that the dispatcher calls |
//! | `function.rs` | the walk over a function: blocks, parameters, terminators |
//! | `references.rs` | who owns which array, where references are dropped |
//! | `cells.rs` | variables that inner functions share |
//! | `classes.rs`, `enums.rs` | instances of the program's classes; members of enumerations |
//! | `generators.rs` | what makes generators, and what runs them from one `yield` to the next |
//! | `errors.rs`, `exceptions.rs` | raising, and passing exceptions on; exceptions as values |
//! | `objects.rs` | what is asked of exceptions and of objects of Python's |
//! | `convert.rs` | one number type to another |
//! | `integers.rs`, `floats.rs`, `complexes.rs`, `arithmetic.rs` | operators on numbers |
//! | `compare.rs` | comparisons and truth |
//! | `tuples.rs`, `iterate.rs` | tuples; `for` loops |
//! | `containers.rs`, `lists.rs`, `deques.rs`, `dicts.rs` | containers of any kind, iterating over them; lists; deques; dicts and sets |
//! | `instances.rs` | instances of dataclasses |
//! | `items.rs`, `hash.rs` | how items, keys and values lie in memory; hashes of keys |
//! | `arrays.rs`, `subscript.rs` | elements, views, new arrays |
//! | `records.rs` | fields of records and of arrays of them |
//! | `strings.rs`, `value_texts.rs` | strings and bytes; the text of any value |
//! | `buffers.rs` | items of bytearrays, memoryviews and `array.array` |
//! | `elementwise.rs` | operations over whole arrays |
//! | `fusion.rs`, `expressions.rs`, `loop_nests.rs` | one loop nest for an expression: extent, value, loops |
//! | `broadcast.rs` | shapes that fit together, and the exceptions of those that do not |
//! | `numpy_loops.rs` | operations over whole arrays by NumPy's own loops |
//! | `polls.rs` | where loops and recursion can be interrupted |
//! | `calls.rs` | calls of compiled functions and of the library |
//! | `foreign.rs` | calls of C functions |

pub mod abi;
mod arithmetic;
pub mod arrays;
mod broadcast;
mod buffers;
mod calls;
mod cells;
mod classes;
mod compare;
mod complexes;
mod containers;
mod convert;
mod deques;
mod dicts;
mod elementwise;
mod enums;
mod errors;
mod exceptions;
mod expressions;
mod floats;
mod foreign;
mod function;
mod fusion;
mod generators;
mod hash;
pub mod instances;
mod integers;
pub mod items;
mod iterate;
mod lists;
mod loop_nests;
mod numpy_loops;
mod objects;
mod polls;
mod records;
mod references;
mod repr;
mod strings;
mod subscript;
mod tuples;
mod value_texts;

pub use arithmetic::Number;
pub use convert::Cast;
pub use errors::Failure;
pub use function::{Callee, Lowering, lower_function};
pub use generators::{lower_making, lower_resuming, returned as returned_slot};
pub use references::header_positions;
pub use repr::{Repr, machine_types};
pub use strings::{FORMAT_STATUSES, PieceText, Statuses};
pub use tuples::item as tuple_part;
pub use value_texts::has_text;
