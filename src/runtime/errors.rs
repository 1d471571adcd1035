//! The exception in flight: compiled code records where it was raised, Python's side turns the record into an
//! exception object with a traceback.
//!
//! The record is thread-local: every compiled call runs on one thread from entry to exit. A status of 1 says that
//! a record is there; whoever leaves compiled code takes it.

use std::cell::RefCell;

use crate::lir::FunctionId;

/// A place in a compiled function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The function.
    pub function: FunctionId,
    /// The line in the user's file.
    pub line: u32,
}

/// What was raised.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Raised {
    /// The function that raised.
    pub function: FunctionId,
    /// The index in its table of sites, or `OUTSIDE`.
    pub site: usize,
    /// The numbers for the site's message.
    pub numbers: [i64; 2],
    /// Further numbers, which stand for `{2}` and on: the lengths of arrays whose shapes do not fit.
    pub more_numbers: Vec<i64>,
    /// The compiled callers that the exception passed, innermost first.
    pub frames: Vec<Frame>,
}

/// The site of an exception that the embedding process has: a signal's handler raised it, in no place of a function.
pub const OUTSIDE: usize = usize::MAX;

thread_local! {
    static RAISED: RefCell<Option<Raised>> = const { RefCell::new(None) };
}

/// Records an exception. Called by compiled code on its way to returning status 1.
pub extern "C" fn raise(function: i64, site: i64, a: i64, b: i64) {
    let raised = Raised {
        function: FunctionId(function as u32),
        site: site as usize,
        numbers: [a, b],
        more_numbers: Vec::new(),
        frames: Vec::new(),
    };
    RAISED.with_borrow_mut(|slot| *slot = Some(raised));
}

/// Records that the embedding process has an exception for the code that asked it.
pub fn raise_outside() {
    raise(-1, -1, 0, 0);
}

/// Adds a number for the message of the exception just recorded.
pub extern "C" fn raise_number(number: i64) {
    RAISED.with_borrow_mut(|slot| {
        if let Some(raised) = slot {
            raised.more_numbers.push(number);
        }
    });
}

/// Adds the frame of a caller that passes the exception on.
pub extern "C" fn trace(function: i64, line: i64) {
    RAISED.with_borrow_mut(|slot| {
        if let Some(raised) = slot {
            raised.frames.push(Frame { function: FunctionId(function as u32), line: line as u32 });
        }
    });
}

/// Takes the record of this thread.
pub fn take() -> Option<Raised> {
    RAISED.with_borrow_mut(Option::take)
}
