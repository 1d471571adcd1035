//! `/tmp/perf-PID.map`: a line for each function, `address size name`, both numbers in hexadecimal.
//!
//! perf reads it when it reports. The format knows neither times nor lines, and no end: of code that took the place of
//! freed code, the line that comes later counts. `jitdump.rs` knows all three.

use std::fs::File;
use std::io::{Result, Write};

use crate::view::SeenFunction;

/// The file.
pub(crate) struct PerfMap {
    file: File,
    path: String,
}

impl PerfMap {
    /// A new file for this process.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn create() -> Result<PerfMap> {
        let path = path();
        Ok(PerfMap { file: File::create(&path)?, path })
    }

    /// Adds functions. What can not be written is not seen.
    pub(crate) fn add(&mut self, functions: &[SeenFunction]) {
        let rows: String = functions
            .iter()
            .map(|function| format!("{:x} {:x} {}\n", function.address, function.size, function.name))
            .collect();
        let _ = self.file.write_all(rows.as_bytes());
    }

    /// In the child of a fork, which has the code and needs a file of its own.
    pub(crate) fn follow_fork(&mut self) {
        let own = path();
        if std::fs::copy(&self.path, &own).is_ok()
            && let Ok(file) = File::options().append(true).open(&own)
        {
            *self = PerfMap { file, path: own };
        }
    }
}

/// perf looks nowhere else.
fn path() -> String {
    format!("/tmp/perf-{}.map", std::process::id())
}
