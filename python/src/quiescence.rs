//! Which calls are inside compiled code, as the tier manager has to know it before it frees code.
//!
//! A call that keeps the GIL is guarded by it: `GUARDED` counts such calls, so who holds the GIL and reads 0 knows that
//! none is under way. The count is there for what lets go of the GIL in the middle of a call, be it a finalizer of an
//! object that compiled code drops: another thread then holds the GIL and does not read 0. It is read and written
//! under the GIL only, so plain loads and stores do, a nanosecond for both; an announcement with its fence costs five.
//!
//! A call that lets go of the GIL announces itself in a record of its thread.
//!
//! What is to be freed is freed at the next compilation, or at the interpreter's next look at its pending calls, if
//! none comes: functions that went and code that tier-up replaced ask for one.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use pyo3::ffi;
use upshift_manager::{Manager, Visitor};

use crate::attached::attached;
use crate::engine;

/// Calls that keep the GIL and are under way: more than one when Python code that such a call runs calls another.
static GUARDED: AtomicUsize = AtomicUsize::new(0);
/// A pending call has been asked for and has not come yet.
static IS_SCHEDULED: AtomicBool = AtomicBool::new(false);

thread_local! {
    static VISITOR: Option<Visitor> = engine::running().map(|engine| engine.manager.new_visitor());
}

/// Makes a call into compiled code that keeps the GIL.
#[inline(always)]
pub(crate) fn guarded<R>(call: impl FnOnce() -> R) -> R {
    GUARDED.store(GUARDED.load(Relaxed) + 1, Relaxed);
    let result = call();
    GUARDED.store(GUARDED.load(Relaxed) - 1, Relaxed);
    result
}

/// Makes a call into compiled code, which does not use Python, without the GIL. The call reads its entry cell itself.
pub(crate) fn visiting<R>(manager: &Manager, call: impl FnOnce() -> R) -> R {
    let mut call = Some(call);
    let mut visit = |visitor: &Visitor| {
        let visit = visitor.enter();
        let result = call.take().map(|call| call());
        drop(visit);
        if visitor.is_awaited() {
            manager.visit_ended();
        }
        result
    };
    let of_thread = VISITOR.try_with(|visitor| visitor.as_ref().and_then(&mut visit));
    // A thread that is ending has lost its record.
    let result = of_thread.ok().flatten().or_else(|| visit(&manager.new_visitor()));
    result.expect("the call is made once")
}

/// True if no call that keeps the GIL is under way. The caller holds the GIL.
pub(crate) fn is_at_rest() -> bool {
    GUARDED.load(Relaxed) == 0
}

/// Has `engine::clear_pending` called soon, on the main thread. Any thread may ask, with or without the GIL.
pub(crate) fn schedule() {
    if IS_SCHEDULED.swap(true, Relaxed) {
        return;
    }
    // SAFETY: the function has the type that CPython asks for and needs no argument.
    let status = unsafe { ffi::Py_AddPendingCall(Some(run_scheduled), std::ptr::null_mut()) };
    if status != 0 {
        // Too many are pending: the next compilation does it, or the next who asks.
        IS_SCHEDULED.store(false, Relaxed);
    }
}

extern "C" fn run_scheduled(_: *mut c_void) -> c_int {
    IS_SCHEDULED.store(false, Relaxed);
    // SAFETY: CPython makes pending calls with the GIL.
    unsafe { attached(engine::clear_pending) };
    0
}
