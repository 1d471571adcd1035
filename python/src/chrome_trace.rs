//! A trace file in the format of chrome://tracing, which Perfetto opens too.
//!
//! ```text
//! [                                       a whole JSON array when the process ends in order;
//! {"ph":"M", ...}                         killed, only the closing bracket is missing, which readers allow
//! ,{"ph":"X", ...}                        a compilation, on the track of the thread that made it
//! ,{"ph":"C", ...}                        a counter: calls, loop iterations, functions that wait
//! ,{"ph":"i", ...}                        a moment: queued, swapped, went over, refused, freed
//! ]
//! ```
//!
//! A process that finds the file in use by another one that lives, as a child of `multiprocessing` does, writes to a
//! file of its own: the name, a dot, its process id.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{Result, Write};
use std::thread::{Thread, ThreadId};
use std::time::Duration;

use upshift_manager::{Event, Part, What};

use crate::trace::name_of;

/// The file, and the tracks that it has so far.
pub(crate) struct ChromeTrace {
    path: String,
    /// `None` after the end, or if the file of a child can not be made.
    file: Option<File>,
    process: u32,
    tracks: HashMap<ThreadId, usize>,
    is_empty: bool,
}

impl ChromeTrace {
    /// Opens the file.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn create(path: &str) -> Result<ChromeTrace> {
        let process = std::process::id();
        let file = open(path).or_else(|_| open(&format!("{path}.{process}")))?;
        let (path, tracks) = (path.to_owned(), HashMap::new());
        let mut trace = ChromeTrace { path, file: Some(file), process, tracks, is_empty: true };
        trace.begin();
        Ok(trace)
    }

    /// Writes what happened, at a time that counts from the import.
    pub(crate) fn add(&mut self, event: &Event, at: Duration) {
        self.follow_fork();
        let (ts, name) = (at.as_secs_f64() * 1e6, quote(&name_of(&event.function)));
        match &event.what {
            What::Compiled { tier, part, ms, predicted_ms, size } => {
                let track = self.track(&event.thread);
                let part = match part {
                    Part::Calls => "calls",
                    Part::RunningLoop => "a running loop",
                };
                let predicted = predicted_ms.map_or_else(String::new, |ms| format!(r#","predicted_ms":{ms:.3}"#));
                let dur = ms * 1e3;
                self.write(&format!(
                    r#""ph":"X","tid":{track},"ts":{:.3},"dur":{dur:.3},"cat":"tier{tier}","name":{name},"args":{{"tier":{tier},"for":"{part}","bytes":{size}{predicted},"place":{}}}"#,
                    (ts - dur).max(0.0),
                    quote(&format!("{}:{}", event.function.file, event.function.line)),
                ));
                self.count_queue(ts, event.queue_length);
            }
            What::Queued { reason, .. } => {
                self.instant(event, ts, "queued", &format!(r#""why":{}"#, quote(reason)));
                self.count_queue(ts, event.queue_length);
            }
            What::Swapped { after_ms } => self.instant(event, ts, "swapped", &format!(r#""after_ms":{after_ms:.3}"#)),
            What::WentOver { entries } => self.instant(event, ts, "went over", &format!(r#""osr_entries":{entries}"#)),
            What::Refused { reason } => self.instant(event, ts, "refused", &format!(r#""why":{}"#, quote(reason))),
            What::ReplacedFreed { size } => {
                self.instant(event, ts, "freed", &format!(r#""bytes":{size},"what":"replaced code""#))
            }
            What::Freed { size } => self.instant(event, ts, "freed", &format!(r#""bytes":{size}"#)),
            What::Counted { calls, loop_iterations } => {
                self.count(event, ts, "calls", *calls);
                self.count(event, ts, "loop iterations", *loop_iterations);
            }
        }
    }

    /// Makes the file whole.
    pub(crate) fn finish(&mut self) {
        self.follow_fork();
        if let Some(mut file) = self.file.take() {
            // A full disk leaves a trace without its end; the program is not the worse for it.
            let _ = file.write_all(b"\n]\n");
        }
    }

    fn begin(&mut self) {
        if let Some(file) = &mut self.file {
            let _ = file.write_all(b"[\n");
        }
        self.write(r#""ph":"M","tid":0,"name":"process_name","args":{"name":"upshift"}"#);
    }

    /// In the child of a fork: a file of its own, so that the parent's stays whole.
    fn follow_fork(&mut self) {
        let process = std::process::id();
        if process == self.process {
            return;
        }
        self.process = process;
        self.file = open(&format!("{}.{process}", self.path)).ok();
        self.tracks.clear();
        self.is_empty = true;
        self.begin();
    }

    /// The number of a thread's track, which is named at its first event.
    fn track(&mut self, thread: &Thread) -> usize {
        if let Some(&known) = self.tracks.get(&thread.id()) {
            return known;
        }
        let number = self.tracks.len() + 1;
        self.tracks.insert(thread.id(), number);
        let name = thread.name().map_or_else(|| format!("calling thread {number}"), str::to_owned);
        self.write(&format!(r#""ph":"M","tid":{number},"name":"thread_name","args":{{"name":{}}}"#, quote(&name)));
        number
    }

    fn instant(&mut self, event: &Event, ts: f64, what: &str, details: &str) {
        let track = self.track(&event.thread);
        let name = quote(&format!("{what}: {}", name_of(&event.function)));
        self.write(&format!(
            r#""ph":"i","s":"t","tid":{track},"ts":{ts:.3},"cat":"{what}","name":{name},"args":{{{details}}}"#
        ));
    }

    fn count(&mut self, event: &Event, ts: f64, what: &str, count: u64) {
        let name = quote(&format!("{what} of {}", name_of(&event.function)));
        self.write(&format!(r#""ph":"C","tid":0,"ts":{ts:.3},"name":{name},"args":{{"{what}":{count}}}"#));
    }

    fn count_queue(&mut self, ts: f64, length: usize) {
        self.write(&format!(
            r#""ph":"C","tid":0,"ts":{ts:.3},"name":"functions that wait for tier 2","args":{{"functions":{length}}}"#
        ));
    }

    /// Writes an event at once, so that a killed process leaves what happened.
    fn write(&mut self, fields: &str) {
        let Some(file) = &mut self.file else { return };
        let comma = if std::mem::replace(&mut self.is_empty, false) { "" } else { ",\n" };
        // As above: a trace that can not be written is no reason to stop.
        let _ = file.write_all(format!("{comma}{{\"pid\":{},{fields}}}", self.process).as_bytes());
    }
}

/// A new or emptied file that no other process traces to.
fn open(path: &str) -> Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    file.try_lock()?;
    file.set_len(0)?;
    Ok(file)
}

/// A JSON string.
fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control < ' ' => quoted.push_str(&format!("\\u{:04x}", control as u32)),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
