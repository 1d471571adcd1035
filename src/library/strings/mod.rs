//! Strings and bytes: their methods, what makes strings of values and values of strings, `print`.
//!
//! | file | what it has |
//! |---|---|
//! | `methods.rs` | methods that one routine of the runtime is, as a table |
//! | `special_methods.rs` | the others: tuples of prefixes, several results, checks |
//! | `lists.rs` | `split` and its kin, `join` of lists |
//! | `conversions.rs` | `str repr ascii format chr ord bin oct hex`, and `int float complex` of strings |
//! | `coding.rs` | `encode` and `decode` |
//! | `percent.rs`, `templates.rs` | `%` and `str.format`, whose templates are known when compiling |
//! | `fields.rs` | attributes and items in fields |
//! | `printing.rs` | `print` |

pub(super) mod coding;
pub(super) mod conversions;
mod fields;
pub(super) mod lists;
pub(super) mod methods;
mod percent;
pub(super) mod printing;
pub(super) mod special_methods;
pub(super) mod templates;

pub use conversions::can_format;
pub(super) use conversions::{lower_parsed, parsed};
pub(crate) use percent::lower as lower_percent;
pub use percent::{check as check_percent, names as percent_names};
