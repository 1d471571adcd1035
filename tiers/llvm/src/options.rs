//! What a caller may choose about a compilation, and what the compilation reports.

use std::time::Duration;

/// Which passes run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Pipeline {
    /// A third of O3's time at the speed of O3 on numeric loops: see `pipeline.rs`.
    #[default]
    Lean,
    /// LLVM's `default<O1>`.
    O1,
    /// LLVM's `default<O2>`.
    O2,
    /// LLVM's `default<O3>`.
    O3,
}

impl Pipeline {
    /// All pipelines, in the order of their encoding.
    pub const ALL: [Pipeline; 4] = [Pipeline::Lean, Pipeline::O1, Pipeline::O2, Pipeline::O3];
}

/// What a caller may choose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Options {
    /// Which passes run.
    pub pipeline: Pipeline,
}

/// What a compilation cost and made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// lir to LLVM IR.
    pub translate: Duration,
    /// LLVM's passes.
    pub passes: Duration,
    /// Instruction selection to object bytes.
    pub emit: Duration,
    /// Object bytes to code in memory.
    pub link: Duration,
    /// Bytes of the object.
    pub object_size: usize,
    /// Loops that now work on vectors.
    pub vector_loops: usize,
}

impl Report {
    /// All stages together.
    pub fn total(&self) -> Duration {
        self.translate + self.passes + self.emit + self.link
    }
}
