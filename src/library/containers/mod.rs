//! Functions and methods of containers that Python source cannot say, or that should cost no compile time.
//!
//! | file | what it has |
//! |---|---|
//! | `deques.rs` | methods of deques; the classes of `collections` called without items |
//! | `lists.rs` | methods of lists; sorting |
//! | `dicts.rs` | methods of dicts, and their views |
//! | `sets.rs` | methods of sets |
//! | `shared.rs` | what `upshift.typed` makes in compiled code |
//!
//! The other methods are Python source in `python/upshift/library`: `lists.py`, `deques.py`, `dicts.py`, `counters.py`, `sets.py`.

pub(super) mod deques;
pub(super) mod dicts;
pub(super) mod lists;
pub(super) mod sets;
pub(super) mod shared;
