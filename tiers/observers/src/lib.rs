//! What perf and gdb see of code that upshift makes: names and lines.
//!
//! ```text
//! tier --code, symbols--> ObservedTier --> perf_map.rs   /tmp/perf-PID.map: address, size, name
//!                                     |--> jitdump.rs    jit-PID.dump: the code itself, names, lines, times
//!                                     '--> gdb.rs        an object file in memory: symbols, lines, frames
//! ```
//!
//! | file | what it decides |
//! |---|---|
//! | `observed_tier.rs` | a tier whose code is observed; what is undone before code is freed |
//! | `view.rs` | code as observers see it: names of functions, files and lines |
//! | `perf_map.rs`, `jitdump.rs` | the two formats that perf reads |
//! | `gdb.rs`, `object_file.rs`, `debug_sections.rs` | gdb's interface; the ELF file; its DWARF |
//!
//! Nothing of this runs unless it is asked for: then a tier describes its code, which costs LLVM a tenth of its time.

mod debug_sections;
mod gdb;
mod jitdump;
mod object_file;
mod observed_tier;
mod perf_map;
mod view;

pub use observed_tier::{ObservedTier, Observers, Wanted};
