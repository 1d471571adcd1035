//! `jit-PID.dump`: code with its names, lines and times, as `perf inject --jit` reads it (jitdump-specification.txt of
//! the Linux kernel, version 1).
//!
//! ```text
//! header   magic, version, size, machine, process, time
//! record   kind 2: where lines begin     just before the code they are about
//! record   kind 0: address, name, the bytes of the code
//! record   kind 3: the end
//! ```
//!
//! perf learns of the file by a mapping of its first page that may be executed. Times are those of CLOCK_MONOTONIC:
//! record with `perf record -k 1`.

use std::fs::File;
use std::io::{Error, Result, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::ptr::null_mut;

use crate::view::SeenFunction;

const MAGIC: u32 = 0x4a69_5444;
const HEADER_SIZE: u32 = 40;
const RECORD_HEADER_SIZE: usize = 16;
const MACHINE_X86_64: u32 = 62;
const LOAD: u32 = 0;
const DEBUG_INFO: u32 = 2;
const CLOSE: u32 = 3;
const PAGE: usize = 4096;

/// The file and its mark.
pub(crate) struct Jitdump {
    file: File,
    mark: *mut libc::c_void,
    index: u64,
}

// SAFETY: the mark is an address that only `drop` uses.
unsafe impl Send for Jitdump {}

impl Jitdump {
    /// A new file for this process, in the folder that `JITDUMPDIR` names, else in `/tmp`.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn create() -> Result<Jitdump> {
        let folder = std::env::var_os("JITDUMPDIR").map_or_else(|| PathBuf::from("/tmp"), PathBuf::from);
        let path = folder.join(format!("jit-{}.dump", std::process::id()));
        let mut file = File::options().read(true).write(true).create(true).truncate(true).open(path)?;
        let mut header = Vec::new();
        for number in [MAGIC, 1, HEADER_SIZE, MACHINE_X86_64, 0, std::process::id()] {
            header.extend(number.to_ne_bytes());
        }
        header.extend(now().to_ne_bytes());
        header.extend(0_u64.to_ne_bytes());
        file.write_all(&header)?;
        let access = libc::PROT_READ | libc::PROT_EXEC;
        // SAFETY: a new private mapping at an address of the system's choice touches no memory in use.
        let mark = unsafe { libc::mmap(null_mut(), PAGE, access, libc::MAP_PRIVATE, file.as_raw_fd(), 0) };
        if mark == libc::MAP_FAILED {
            return Err(Error::last_os_error());
        }
        Ok(Jitdump { file, mark, index: 0 })
    }

    /// Adds functions, whose code is read now. What can not be written is not seen.
    pub(crate) fn add(&mut self, functions: &[SeenFunction]) {
        for function in functions {
            let bytes = [debug_info(function), self.load(function)].concat();
            self.index += 1;
            let _ = self.file.write_all(&bytes);
        }
    }

    /// In the child of a fork: a file of its own, with what is compiled from now on.
    pub(crate) fn follow_fork(&mut self) {
        if let Ok(own) = Jitdump::create() {
            *self = own;
        }
    }

    fn load(&self, function: &SeenFunction) -> Vec<u8> {
        let mut body = Vec::new();
        // SAFETY: the call has no arguments and can not fail.
        let thread = unsafe { libc::syscall(libc::SYS_gettid) } as u32;
        body.extend(std::process::id().to_ne_bytes());
        body.extend(thread.to_ne_bytes());
        for number in [function.address as u64, function.address as u64, function.size as u64, self.index] {
            body.extend(number.to_ne_bytes());
        }
        body.extend(function.name.as_bytes());
        body.push(0);
        body.extend(function.code());
        record(LOAD, &body)
    }
}

impl Drop for Jitdump {
    fn drop(&mut self) {
        let _ = self.file.write_all(&record(CLOSE, &[]));
        // SAFETY: the mapping is ours, and nothing reads it.
        unsafe { libc::munmap(self.mark, PAGE) };
    }
}

/// Where lines begin; nothing for a function without lines.
fn debug_info(function: &SeenFunction) -> Vec<u8> {
    let lines: Vec<_> = function.lines.iter().filter(|line| line.line > 0).collect();
    if lines.is_empty() {
        return Vec::new();
    }
    let mut body = Vec::new();
    body.extend((function.address as u64).to_ne_bytes());
    body.extend((lines.len() as u64).to_ne_bytes());
    for line in lines {
        body.extend((line.address as u64).to_ne_bytes());
        body.extend(line.line.to_ne_bytes());
        // The discriminator, which tells loops on one line apart: not known.
        body.extend(0_u32.to_ne_bytes());
        body.extend(line.file.as_bytes());
        body.push(0);
    }
    record(DEBUG_INFO, &body)
}

fn record(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(RECORD_HEADER_SIZE + body.len());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(((RECORD_HEADER_SIZE + body.len()) as u32).to_ne_bytes());
    bytes.extend(now().to_ne_bytes());
    bytes.extend(body);
    bytes
}

/// Nanoseconds of the clock that perf is told to use.
fn now() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointer is valid; the clock exists on every Linux.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}
