//! The tier manager: counts how often compiled functions run, decides which to recompile, swaps their entries, frees code.
//!
//! | file | what it decides |
//! |---|---|
//! | `cells.rs`, `entry_cell.rs` | entry cells and counters, which compiled code addresses; where they live |
//! | `swap.rs` | the life of a function's code: states, the atomic publication, what is freed when |
//! | `limbo.rs`, `reclaim.rs` | when no thread can be inside of code any more; freeing it |
//! | `sync.rs` | atomics, which the model checker of `tests/model.rs` replaces |
//! | `policy.rs` | when a function is worth recompiling; pure, on a clock that is passed in |
//! | `workload.rs`, `cost.rs` | how much work a call is, what tier 2 will take |
//! | `pace.rs` | how long the profiling thread sleeps |
//! | `replay.rs` | recorded programs on a simulated clock, under any policy, beside an oracle |
//! | `queue.rs` | the functions waiting for tier 2, those first that gain most for what they cost |
//! | `loops.rs` | loops that go over to tier 2 while they run: which, when, their code |
//! | `compose.rs` | the unit for tier 2: a function with the callees it may inline |
//! | `compile.rs` | running a tier, its panics caught |
//! | `config.rs`, `events.rs`, `report.rs` | plain data in and out |
//! | `telling.rs` | who is told of events, and how often of counts |
//! | `manager.rs` | the state behind one lock, and the public interface |
//! | `publish.rs`, `recompile.rs` | the first compilation, and the second |
//! | `listing.rs` | the units behind a function's code, to look at |
//! | `llvm_library.rs` | the LLVM tier, opened from its shared library |
//! | `background.rs`, `fork.rs` | the profiling and worker threads; starting, stopping, surviving `fork` |
//! | `spare_thread.rs` | a thread that is started before it is needed |
//!
//! It knows neither Python nor a code generator: tiers come as `upshift_core::tier::Tier`.
//!
//! **Invariant.** Nothing of another crate runs under the manager's lock: tiers, the loader of tier 2 and subscribers
//! are called without it.
//! **Invariant.** A call into compiled code never takes a lock and never waits: it reads a cell.
//! **Invariant.** Code is freed when no thread can be inside (`limbo.rs`), and not before.

mod background;
mod cells;
mod compile;
mod compose;
mod config;
mod cost;
mod entry_cell;
mod events;
mod fork;
mod limbo;
mod listing;
pub mod llvm_library;
mod loops;
mod manager;
mod pace;
mod policy;
mod publish;
mod queue;
mod reclaim;
mod recompile;
pub mod replay;
mod report;
mod spare_thread;
mod swap;
mod sync;
mod telling;
mod workload;

pub use cells::{Counters, Timing};
pub use config::{Config, OsrChoice, TierChoice};
pub use entry_cell::EntryCell;
pub use events::{Event, Label, Part, Subscriber, What};
pub use limbo::{Visit, Visitor};
pub use manager::{Manager, Tier2Loader};
pub use publish::NewFunction;
pub use reclaim::Census;
pub use report::Report;
pub use spare_thread::SpareThread;
