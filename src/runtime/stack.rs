//! Where the stack of a thread ends: compiled recursive functions compare their frames with it and raise in time.
//!
//! They are handed the address of this thread's limit, not the limit, so that it can be moved: at every tick of the
//! clock (`ticker.rs`) the main thread's limit goes beyond every frame, and the next call that compares asks for signals.

use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicPtr, AtomicU64};

use super::ticker;

/// Bytes kept free for the runtime's routines and for raising.
const RESERVE: usize = 256 * 1024;

/// What `check` answers: there is room after all.
pub const GOES_ON: i32 = 0;
/// The stack ends.
pub const TOO_DEEP: i32 = 1;
/// A signal's handler has raised.
pub const INTERRUPTED: i32 = 2;

thread_local! {
    /// The address that the frames of this thread must stay above; 0, which nothing is below, if the system does not
    /// say.
    static LIMIT: Cell<Option<u64>> = const { Cell::new(None) };
    /// The same, or an address above every frame.
    static CELL: AtomicU64 = const { AtomicU64::new(0) };
}

/// The cell of the main thread, whose thread-local storage lives as long as the process.
static MAIN_CELL: AtomicPtr<AtomicU64> = AtomicPtr::new(null_mut());

/// The cell with the address that the frames of this thread must stay above.
pub extern "C" fn limit() -> *const AtomicU64 {
    CELL.with(|cell| {
        if LIMIT.get().is_none() {
            cell.store(true_limit(), Relaxed);
            if ticker::is_main_thread() {
                adopt_main_thread();
            }
        }
        std::ptr::from_ref(cell)
    })
}

/// Says why `frame` is beyond the limit.
pub extern "C" fn check(frame: i64) -> i32 {
    let limit = true_limit();
    CELL.with(|cell| cell.store(limit, Relaxed));
    if (frame as u64) < limit {
        return TOO_DEEP;
    }
    if ticker::attend(-1) == 0 { GOES_ON } else { INTERRUPTED }
}

/// Lets the main thread's next call ask.
pub(super) fn expire() {
    let cell = MAIN_CELL.load(Relaxed);
    // SAFETY: null, or set by the main thread, whose storage stays.
    if let Some(cell) = unsafe { cell.as_ref() } {
        cell.store(u64::MAX, Relaxed);
    }
}

/// Makes the calling thread the one whose limit moves.
pub(super) fn adopt_main_thread() {
    CELL.with(|cell| {
        cell.store(u64::MAX, Relaxed);
        MAIN_CELL.store(std::ptr::from_ref(cell).cast_mut(), Relaxed);
    });
}

fn true_limit() -> u64 {
    LIMIT.get().unwrap_or_else(|| {
        let limit = lowest_address().map_or(0, |lowest| (lowest + RESERVE) as u64);
        LIMIT.set(Some(limit));
        limit
    })
}

/// The lowest address of this thread's stack, its guard left out.
fn lowest_address() -> Option<usize> {
    let mut lowest = std::ptr::null_mut();
    let (mut size, mut guard) = (0, 0);
    // SAFETY: the attributes are initialized by the first call, read while they are, and destroyed once.
    unsafe {
        let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let has_stack = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size) == 0;
        let has_guard = libc::pthread_attr_getguardsize(attributes.as_ptr(), &mut guard) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        (has_stack && has_guard && size > RESERVE + guard).then_some(lowest as usize + guard)
    }
}

#[cfg(test)]
mod tests {
    use super::{GOES_ON, TOO_DEEP, check, true_limit};

    #[test]
    fn frames_are_above_the_limit() {
        let answers = || {
            let local = 0u8;
            let here = std::ptr::from_ref(&local) as i64;
            (true_limit(), check(here), check(true_limit() as i64 - 16))
        };
        for (limit, here, deep) in [std::thread::spawn(answers).join().expect("the thread ends"), answers()] {
            assert!(limit != 0);
            assert_eq!((here, deep), (GOES_ON, TOO_DEEP));
        }
    }
}
