//! A thread that waits for its work, started before there is any.
//!
//! To start a thread takes some 50 microseconds, a twentieth of the first call of a small function. The thread that warms
//! up the compiler is there by then, and becomes the profiling thread.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

/// What a thread does.
pub(crate) type Job = Box<dyn FnOnce() + Send>;

/// See the file. Dropping it ends the thread.
pub struct SpareThread {
    thread: JoinHandle<()>,
    jobs: Sender<Job>,
    /// The process that has the thread: a child of it has none.
    process: u32,
}

impl SpareThread {
    /// Starts a thread that calls `first` and then waits.
    ///
    /// # Errors
    /// What the system says if it gives no thread.
    pub fn start(name: &str, first: impl FnOnce() + Send + 'static) -> io::Result<SpareThread> {
        let (jobs, coming) = mpsc::channel::<Job>();
        let work = move || {
            first();
            // An error: nobody has work any more.
            if let Ok(job) = coming.recv() {
                job();
            }
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(SpareThread { thread, jobs, process: std::process::id() })
    }

    /// Lets the thread do `job` and end. Gives the job back if there is no thread in this process.
    pub(crate) fn run(self, job: Job) -> Result<JoinHandle<()>, Job> {
        if self.process != std::process::id() {
            // The thread may have held its channel's lock when the process forked.
            std::mem::forget(self);
            return Err(job);
        }
        self.jobs.send(job).map(|()| self.thread).map_err(|unsent| unsent.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waiting_thread_does_the_job_and_ends() {
        let (ids, seen) = mpsc::channel();
        let (first, second) = (ids.clone(), ids);
        let spare = SpareThread::start("spare", move || first.send(thread::current().id()).expect("somebody listens"));
        let spare = spare.expect("the system has threads");
        assert!(seen.recv().is_ok_and(|id| id == spare.thread.thread().id()), "it starts at once");
        let job = Box::new(move || second.send(thread::current().id()).expect("somebody listens"));
        let thread = spare.run(job).unwrap_or_else(|_| panic!("it is this process"));
        assert_eq!(seen.recv(), Ok(thread.thread().id()));
        thread.join().expect("no panic");
    }
}
