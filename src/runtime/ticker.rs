//! When running loops look for signals: a clock that compiled code compares with what it saw last.
//!
//! ```text
//! thread that ticks:    now += 1, seen = now      every 10 ms while some loop asks
//!                       now += 1                  and sleeps, when none has asked since the last tick
//! compiled function:    at its start              known = seen
//!                       in its loops              if now != known: attend(); known = seen
//! attend:               wakes the thread; the embedding process runs handlers of signals
//! ```
//!
//! Python's signals arrive in a C handler that only notes them; the main thread runs handlers when it next looks.
//! So a loop has to look, and the question is when. Asking in every iteration costs 5 ns; a wrapper around the C
//! handlers would know at once, but `signal.signal` and other libraries replace handlers without telling anybody;
//! CPython's own flag is private and moves with every version. A clock needs none of that, works for every signal and
//! handler, also those set while a loop runs, and a poll is a load, a comparison and a jump. Each activation of a
//! function compares with what it saw itself: one that answers does not keep others from asking, as a flag that is
//! cleared would, so that loops of other threads never swallow a signal of the main thread.
//!
//! A process without loops has no ticks: the thread ticks a last time without telling `seen`, and the first loop that
//! polls after that wakes it.
//!
//! Recursive functions have no register to compare with. They ask whether the stack ends (`stack.rs`), and for the
//! main thread each tick moves that end.
//!
//! The child of a fork has no thread that ticks; it begins asleep, as the process did.

use std::sync::Once;
use std::sync::atomic::AtomicPtr;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::stack;

/// From tick to tick. A signal waits for the next one and for the loop's next poll; 50 ms are promised.
const INTERVAL: Duration = Duration::from_millis(10);

/// What compiled code reads, alone on its cache line.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct Clock {
    now: AtomicU64,
    seen: AtomicU64,
}

/// Offset of the present tick from the clock's address, an I64.
pub const NOW_OFFSET: i32 = 0;
/// Offset of the tick to compare with.
pub const SEEN_OFFSET: i32 = 8;

/// Asleep: the two differ.
static CLOCK: Clock = Clock { now: AtomicU64::new(1), seen: AtomicU64::new(0) };
/// The thread ticks. Written under the lock.
static IS_AWAKE: AtomicBool = AtomicBool::new(false);
/// Some loop has asked since the last tick.
static WAS_ASKED: AtomicBool = AtomicBool::new(false);
/// What `attend` asks; a `Handler`, or null.
static HANDLER: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
/// The thread that runs handlers of signals, by its pthread id; 0 if none does.
static MAIN_THREAD: AtomicUsize = AtomicUsize::new(0);
/// Owned by the process; replaced in the child of a fork, whose threads' copies hold the old one's lock for ever.
static SHARED: AtomicPtr<Shared> = AtomicPtr::new(std::ptr::null_mut());

/// What the thread sleeps on.
#[derive(Default)]
struct Shared {
    /// The thread exists.
    has_thread: Mutex<bool>,
    wakes: Condvar,
}

/// Runs what is due in the calling thread, and answers whether an exception was raised. Takes the id of the function
/// that asks.
pub type Handler = extern "C" fn(i64) -> bool;

/// The address of the clock.
pub fn address() -> usize {
    std::ptr::from_ref(&CLOCK) as usize
}

/// Says what `attend` asks, and which thread, by its pthread id, runs handlers of signals.
pub fn install(handler: Handler, main_thread: usize) {
    HANDLER.store(handler as *mut (), Release);
    MAIN_THREAD.store(main_thread, Relaxed);
    static AT_FORK: Once = Once::new();
    AT_FORK.call_once(|| {
        // SAFETY: the handler touches atomics and the allocator, which the C library makes usable in the child.
        unsafe { libc::pthread_atfork(None, None, Some(begin_again)) };
    });
}

/// True in the thread that runs handlers of signals.
pub fn is_main_thread() -> bool {
    MAIN_THREAD.load(Relaxed) == this_thread()
}

/// Called by loops that see a new tick: 1 if a handler raised, else 0.
pub extern "C" fn attend(function: i64) -> i32 {
    keep_awake();
    let handler = HANDLER.load(Acquire);
    if handler.is_null() {
        return 0;
    }
    // SAFETY: only `install` stores here, and it stores a `Handler`.
    let handler = unsafe { std::mem::transmute::<*mut (), Handler>(handler) };
    i32::from(handler(function))
}

fn tick() {
    let now = CLOCK.now.fetch_add(1, Relaxed) + 1;
    // A function that starts between these two asks once too often.
    CLOCK.seen.store(now, Relaxed);
    stack::expire();
}

/// Notes that a loop runs, and lets the clock tick.
pub(super) fn keep_awake() {
    WAS_ASKED.store(true, Relaxed);
    // Relaxed: whoever reads `true` too late finds a clock that has ticked without `seen`, and comes again.
    if !IS_AWAKE.load(Relaxed) {
        wake();
    }
}

#[cold]
fn wake() {
    let shared = shared();
    let mut has_thread = shared.has_thread.lock();
    if !*has_thread {
        let builder = thread::Builder::new().name("upshift-ticker".to_owned()).stack_size(64 << 10);
        // A system without threads to give: loops ask at every poll, which is slow, and right.
        *has_thread = builder.spawn(move || run(shared)).is_ok();
    }
    if *has_thread {
        IS_AWAKE.store(true, Relaxed);
        CLOCK.seen.store(CLOCK.now.load(Relaxed), Relaxed);
        shared.wakes.notify_one();
    }
}

fn run(shared: &Shared) {
    block_signals();
    let mut has_thread = shared.has_thread.lock();
    loop {
        while !IS_AWAKE.load(Relaxed) {
            shared.wakes.wait(&mut has_thread);
        }
        parking_lot::MutexGuard::unlocked(&mut has_thread, || thread::sleep(INTERVAL));
        if WAS_ASKED.swap(false, Relaxed) {
            tick();
        } else {
            IS_AWAKE.store(false, Relaxed);
            CLOCK.now.fetch_add(1, Relaxed);
            stack::expire();
        }
    }
}

/// Signals go to threads that can be interrupted by them: the main thread waits in system calls.
fn block_signals() {
    // SAFETY: the set is filled before it is read.
    unsafe {
        let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::pthread_sigmask(libc::SIG_BLOCK, all.as_ptr(), std::ptr::null_mut());
    }
}

fn shared() -> &'static Shared {
    let known = SHARED.load(Acquire);
    if !known.is_null() {
        // SAFETY: made below and never freed. Acquire pairs with the store.
        return unsafe { &*known };
    }
    let made = Box::into_raw(Box::<Shared>::default());
    match SHARED.compare_exchange(std::ptr::null_mut(), made, Release, Acquire) {
        // SAFETY: as above.
        Ok(_) => unsafe { &*made },
        Err(other) => {
            // SAFETY: nobody else has seen this one; the other is as above.
            unsafe {
                drop(Box::from_raw(made));
                &*other
            }
        }
    }
}

/// In the child of a fork: the forking thread is its only one.
extern "C" fn begin_again() {
    SHARED.store(std::ptr::null_mut(), Release);
    IS_AWAKE.store(false, Relaxed);
    CLOCK.now.fetch_add(1, Relaxed);
    if MAIN_THREAD.load(Relaxed) != 0 {
        MAIN_THREAD.store(this_thread(), Relaxed);
        stack::adopt_main_thread();
    }
}

fn this_thread() -> usize {
    // SAFETY: it has no preconditions.
    unsafe { libc::pthread_self() as usize }
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;
    use std::sync::atomic::Ordering::Relaxed;
    use std::time::{Duration, Instant};

    use super::{CLOCK, Clock, IS_AWAKE, NOW_OFFSET, SEEN_OFFSET, attend};

    #[test]
    fn layout_is_what_compiled_code_assumes() {
        assert_eq!(offset_of!(Clock, now), NOW_OFFSET as usize);
        assert_eq!(offset_of!(Clock, seen), SEEN_OFFSET as usize);
    }

    /// One test, since there is one clock: it ticks while loops attend, sleeps when none does, and wakes again.
    #[test]
    fn the_clock_ticks_while_loops_ask() {
        let patience = Instant::now() + Duration::from_secs(60);
        for _ in 0..2 {
            assert_eq!(attend(0), 0);
            for _ in 0..3 {
                let known = CLOCK.seen.load(Relaxed);
                while CLOCK.now.load(Relaxed) == known {
                    assert!(Instant::now() < patience, "no tick came");
                    std::thread::yield_now();
                }
                attend(0);
            }
            while IS_AWAKE.load(Relaxed) {
                assert!(Instant::now() < patience, "it does not sleep");
                std::thread::yield_now();
            }
            assert_ne!(CLOCK.now.load(Relaxed), CLOCK.seen.load(Relaxed), "the next poll would not wake it");
        }
    }
}
