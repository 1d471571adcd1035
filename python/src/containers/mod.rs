//! Lists, deques, dicts and sets between Python and compiled code.
//!
//! An argument is copied into a container of compiled code's own, as its type says (`codec.rs`); the copy owns a
//! reference to the Python object and knows it, so that the same list passed twice is one list, and a list that comes
//! back is the object that was passed. After the call, whether it returned or raised, what was changed is written back
//! to the Python object (`write_back.rs`). A result that stands for no Python object becomes a new one, each once.
//!
//! | file | what it does |
//! |---|---|
//! | `codec.rs` | what a container type needs on both ways; elements from and to slots |
//! | `constants.rs` | global containers |
//! | `conversion.rs` | the containers of one call: found again, written back, released |
//! | `typed.rs` | containers that Python code holds and passes as they are |
//! | `unboxing.rs` | Python objects to containers |
//! | `making.rs` | containers to Python objects |
//! | `write_back.rs` | changed containers to the objects they came from |
//! | `collections.rs` | deques, and the dicts of `collections` |
//! | `instances.rs` | instances of dataclasses, which are converted as containers are |
//! | `python_sets.rs` | the tables of CPython's sets, whose order programs see |
//! | `hashing.rs` | hashes of keys, as compiled code makes them |

mod codec;
pub(crate) mod collections;
pub(crate) mod constants;
pub(crate) mod conversion;
mod hashing;
mod instances;
mod making;
mod python_sets;
pub(crate) mod typed;
mod unboxing;
mod write_back;

pub(crate) use codec::Codec;
pub(crate) use conversion::{Conversion, initialize};
