//! The atomics of the modules that `tests/model.rs` checks: it includes these files with loom's in their place.

pub(crate) use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering, fence};
