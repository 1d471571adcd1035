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
//! Loops of tier 1 ask by `attend_loop`, which leaves their registers as they are: a call that does not would have
//! Cranelift keep what a loop carries along in memory, at six times the cost of a short loop. It also tells the
//! profiling thread how far the loop has come, and the loop whether there is better code to go over to, so that one
//! comparison serves all. `tick` is for those who wait for such an answer.
//!
//! Recursive functions have no register to compare with. They ask whether the stack ends (`stack.rs`), and for the
//! main thread each tick moves that end.
//!
//! The child of a fork has no thread that ticks; it begins asleep, as the process did. The locks are the standard
//! library's: parking_lot's have one table of sleepers, part of which another thread may hold locked when the process
//! forks, and then the child waits for ever.

use std::sync::atomic::AtomicPtr;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

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
/// `seen` stays as it is.
static IS_ALWAYS_DUE: AtomicBool = AtomicBool::new(false);
/// What `attend` asks; a `Handler`, or null.
static HANDLER: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
/// Who is told when loops run again; a `Watcher`, or null.
static WATCHER: AtomicPtr<()> = AtomicPtr::new(std::ptr::null_mut());
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

/// Told that loops run, after a time in which none did.
pub type Watcher = extern "C" fn();

/// The address of the clock.
pub fn address() -> usize {
    std::ptr::from_ref(&CLOCK) as usize
}

/// Says what `attend` asks, who is told when loops run again, and which thread, by its pthread id, runs handlers of signals.
pub fn install(handler: Handler, watcher: Watcher, main_thread: usize) {
    HANDLER.store(handler as *mut (), Release);
    WATCHER.store(watcher as *mut (), Release);
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

/// What a function of tier 1 keeps in its frame for its loops.
#[repr(C)]
#[derive(Debug)]
pub struct Watch {
    /// The tick to compare with.
    seen: u64,
    /// The answer: what the loop that asks is to do.
    verdict: u64,
    /// The function that asks.
    function: i64,
    /// What the loop may go over to; may be null.
    cell: *const LoopCell,
    /// The loop's iterations so far.
    iterations: u64,
}

/// Bytes of a `Watch`, and where its fields are.
pub const WATCH_SIZE: u32 = 40;
/// See above.
pub const WATCH_SEEN_OFFSET: i32 = 0;
/// See above.
pub const WATCH_VERDICT_OFFSET: i32 = 8;
/// See above.
pub const WATCH_FUNCTION_OFFSET: i32 = 16;
/// See above.
pub const WATCH_CELL_OFFSET: i32 = 24;
/// See above.
pub const WATCH_ITERATIONS_OFFSET: i32 = 32;

/// The loop goes on.
pub const GO_ON: u64 = 0;
/// A handler has raised.
pub const LEAVE: u64 = 1;
/// There is better code.
pub const GO_OVER: u64 = 2;

/// What a loop that can go over to better code shares with the tier manager, whose layout it is.
#[repr(C, align(64))]
#[derive(Debug)]
pub struct LoopCell {
    entry: AtomicPtr<()>,
    body: AtomicPtr<()>,
    padding: [u64; 6],
    calls: AtomicU64,
    progress: AtomicU64,
}

/// True where `attend_loop` leaves all registers but those of the stack as they are.
pub const PRESERVES_REGISTERS: bool = cfg!(target_arch = "x86_64");

/// Called by loops of tier 1 that see a new tick. One argument, since each takes a register from the loop.
///
/// # Safety
/// The watch is one of the caller's frame, with all but the verdict filled; the cell is null or lives for ever.
#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
pub unsafe extern "C" fn attend_loop(watch: *mut Watch) {
    // Cranelift's `PreserveAll`, for code that has no vectors wider than 16 bytes. At the call the stack is aligned: 72
    // bytes of pushes and 264 more are a multiple of 16.
    std::arch::naked_asm!(
        "push rbp", "mov rbp, rsp",
        "push rax", "push rcx", "push rdx", "push rsi", "push rdi", "push r8", "push r9", "push r10", "push r11",
        "sub rsp, 264",
        "movups [rsp], xmm0", "movups [rsp + 16], xmm1", "movups [rsp + 32], xmm2", "movups [rsp + 48], xmm3",
        "movups [rsp + 64], xmm4", "movups [rsp + 80], xmm5", "movups [rsp + 96], xmm6", "movups [rsp + 112], xmm7",
        "movups [rsp + 128], xmm8", "movups [rsp + 144], xmm9", "movups [rsp + 160], xmm10", "movups [rsp + 176], xmm11",
        "movups [rsp + 192], xmm12", "movups [rsp + 208], xmm13", "movups [rsp + 224], xmm14", "movups [rsp + 240], xmm15",
        "call {attend}",
        "movups xmm0, [rsp]", "movups xmm1, [rsp + 16]", "movups xmm2, [rsp + 32]", "movups xmm3, [rsp + 48]",
        "movups xmm4, [rsp + 64]", "movups xmm5, [rsp + 80]", "movups xmm6, [rsp + 96]", "movups xmm7, [rsp + 112]",
        "movups xmm8, [rsp + 128]", "movups xmm9, [rsp + 144]", "movups xmm10, [rsp + 160]", "movups xmm11, [rsp + 176]",
        "movups xmm12, [rsp + 192]", "movups xmm13, [rsp + 208]", "movups xmm14, [rsp + 224]", "movups xmm15, [rsp + 240]",
        "add rsp, 264",
        "pop r11", "pop r10", "pop r9", "pop r8", "pop rdi", "pop rsi", "pop rdx", "pop rcx", "pop rax",
        "pop rbp", "ret",
        attend = sym attend_in,
    )
}

/// The same where a call may change registers.
///
/// # Safety
/// As above.
#[cfg(not(target_arch = "x86_64"))]
pub unsafe extern "C" fn attend_loop(watch: *mut Watch) {
    // SAFETY: the caller's promise.
    unsafe { attend_in(watch) };
}

/// # Safety
/// As for `attend_loop`.
unsafe extern "C" fn attend_in(watch: *mut Watch) {
    // SAFETY: the caller's promise.
    let (watch, cell) = unsafe { (&mut *watch, (*watch).cell.as_ref()) };
    if let Some(cell) = cell {
        cell.progress.store(watch.iterations, Relaxed);
    }
    let has_raised = attend(watch.function) != 0;
    watch.seen = CLOCK.seen.load(Relaxed);
    watch.verdict = match cell {
        _ if has_raised => LEAVE,
        // Acquire: whoever sees the code's address sees the code.
        Some(cell) if !cell.body.load(Acquire).is_null() => GO_OVER,
        _ => GO_ON,
    };
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

/// A tick out of turn, so that loops which run attend soon.
pub fn tick() {
    let _lock = lock(shared());
    // Asleep: whoever polls attends.
    if IS_AWAKE.load(Relaxed) {
        advance();
    }
}

/// Lets loops attend at every poll, so that the same program does the same in every run.
pub fn attend_always() {
    IS_ALWAYS_DUE.store(true, Relaxed);
    CLOCK.seen.store(0, Relaxed);
}

/// Under the lock.
fn advance() {
    let now = CLOCK.now.fetch_add(1, Relaxed) + 1;
    // A function that starts between these two asks once too often.
    see(now);
    stack::expire();
}

fn see(now: u64) {
    if !IS_ALWAYS_DUE.load(Relaxed) {
        CLOCK.seen.store(now, Relaxed);
    }
}

/// Notes that a loop runs, and lets the clock tick.
pub(super) fn keep_awake() {
    WAS_ASKED.store(true, Relaxed);
    // Relaxed: whoever reads `true` too late finds a clock that has ticked without `seen`, and comes again.
    if !IS_AWAKE.load(Relaxed) {
        wake();
        let watcher = WATCHER.load(Acquire);
        if !watcher.is_null() {
            // SAFETY: only `install` stores here, and it stores a `Watcher`.
            unsafe { std::mem::transmute::<*mut (), Watcher>(watcher)() };
        }
    }
}

#[cold]
fn wake() {
    let shared = shared();
    let mut has_thread = lock(shared);
    if !*has_thread {
        let builder = thread::Builder::new().name("upshift-ticker".to_owned()).stack_size(64 << 10);
        // A system without threads to give: loops ask at every poll, which is slow, and right.
        *has_thread = builder.spawn(move || run(shared)).is_ok();
    }
    if *has_thread {
        IS_AWAKE.store(true, Relaxed);
        see(CLOCK.now.load(Relaxed));
        shared.wakes.notify_one();
    }
}

fn run(shared: &Shared) {
    block_signals();
    let mut has_thread = lock(shared);
    loop {
        while !IS_AWAKE.load(Relaxed) {
            has_thread = shared.wakes.wait(has_thread).unwrap_or_else(PoisonError::into_inner);
        }
        drop(has_thread);
        thread::sleep(INTERVAL);
        has_thread = lock(shared);
        if WAS_ASKED.swap(false, Relaxed) {
            advance();
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

/// A thread that panicked with the lock has left nothing half done: all it guards is a flag.
fn lock(shared: &Shared) -> MutexGuard<'_, bool> {
    shared.has_thread.lock().unwrap_or_else(PoisonError::into_inner)
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
    use std::time::Instant;

    use super::*;
    use crate::passes::poll_loops::{BODY_OFFSET, PROGRESS_OFFSET};

    #[test]
    fn layout_is_what_compiled_code_assumes() {
        assert_eq!(offset_of!(Clock, now), NOW_OFFSET as usize);
        assert_eq!(offset_of!(Clock, seen), SEEN_OFFSET as usize);
        assert_eq!(offset_of!(Watch, seen), WATCH_SEEN_OFFSET as usize);
        assert_eq!(offset_of!(Watch, verdict), WATCH_VERDICT_OFFSET as usize);
        assert_eq!(offset_of!(Watch, function), WATCH_FUNCTION_OFFSET as usize);
        assert_eq!(offset_of!(Watch, cell), WATCH_CELL_OFFSET as usize);
        assert_eq!(offset_of!(Watch, iterations), WATCH_ITERATIONS_OFFSET as usize);
        assert_eq!(size_of::<Watch>(), WATCH_SIZE as usize);
        assert_eq!(offset_of!(LoopCell, body), BODY_OFFSET as usize);
        assert_eq!(offset_of!(LoopCell, progress), PROGRESS_OFFSET as usize);
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
                let mut watch = Watch { seen: known, verdict: 9, function: 0, cell: std::ptr::null(), iterations: 0 };
                // SAFETY: the watch is ours, and there is no cell.
                unsafe { attend_loop(&raw mut watch) };
                assert_eq!(watch.verdict, GO_ON);
            }
            while IS_AWAKE.load(Relaxed) {
                assert!(Instant::now() < patience, "it does not sleep");
                std::thread::yield_now();
            }
            assert_ne!(CLOCK.now.load(Relaxed), CLOCK.seen.load(Relaxed), "the next poll would not wake it");
        }
    }
}
