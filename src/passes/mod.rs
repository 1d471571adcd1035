//! Passes over lir.
//!
//! | file | what it does |
//! |---|---|
//! | `count_executions.rs` | makes tier-1 code count its calls and loop iterations |

pub mod count_executions;
