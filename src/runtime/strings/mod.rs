//! Strings and bytes: what they are in memory, and what their methods do.
//!
//! | file | what it has |
//! |---|---|
//! | `text.rs`, `builder.rs` | a string in memory; strings under construction |
//! | `unicode.rs` | CPython's Unicode database |
//! | `search.rs`, `cutting.rs`, `shaping.rs` | finding; where strings are cut; slices, padding, replacement |
//! | `cases.rs` | upper and lower case; `isalpha` and its kin |
//! | `decimal.rs`, `parsing.rs` | floats as text; text as numbers |
//! | `format_spec.rs`, `formatting.rs`, `percent.rs` | `format` and f-strings; `%` |
//! | `representing.rs`, `codecs.rs` | `repr`; `encode` and `decode` |
//! | `values.rs` | the text of containers and whatever else lies in memory |
//! | `calls.rs`, `format_calls.rs`, `output.rs` | what compiled code calls |

pub mod builder;
pub mod calls;
pub mod cases;
pub mod codecs;
pub mod cutting;
pub mod decimal;
pub mod format_calls;
pub mod format_spec;
pub mod formatting;
pub mod output;
pub mod parsing;
pub mod percent;
pub mod representing;
pub mod search;
pub mod shaping;
pub mod text;
pub mod unicode;
pub mod values;

pub use cases::{CaseMethod, Question};
pub use text::{Text, View};
