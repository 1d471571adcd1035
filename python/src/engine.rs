//! The process's one compiler: the session behind its lock, the tier manager, and their settings.
//!
//! The session's lock is taken without the interpreter attached, and held while the host reads Python objects with it
//! attached. So a thread that waits for the lock never keeps the one that holds it from running Python.

use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Once, OnceLock};
use std::thread::{self, ThreadId};

use parking_lot::{Mutex, MutexGuard};
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::dump;
use upshift_core::lir::FunctionId;
use upshift_core::runtime::symbols;
use upshift_core::session::Session;
use upshift_core::tier::Tier;
use upshift_cranelift::CraneliftTier;
use upshift_manager::{Manager, NewFunction, SpareThread};
use upshift_observers::{ObservedTier, Observers, Wanted};

use crate::printed_tier::PrintedTier;
use crate::{errors, generators, interrupts, lifecycle, llvm, quiescence, registry, settings, trace};

/// The address that calls of a specialization go through.
#[derive(Clone, Copy)]
pub(crate) struct Entry(&'static AtomicPtr<c_void>);

impl Entry {
    /// The code, as of now.
    #[inline(always)]
    pub(crate) fn load(self) -> unsafe extern "C" fn(*mut u64) -> i32 {
        // Acquire pairs with the manager's publication: whoever sees the address sees the code.
        let address = self.0.load(Ordering::Acquire);
        // SAFETY: the cell was published before the plan that holds it was made, with an entry of this signature.
        unsafe { std::mem::transmute::<*mut c_void, unsafe extern "C" fn(*mut u64) -> i32>(address) }
    }
}

/// The tiers, started at the first compilation.
pub(crate) struct Engine {
    pub(crate) manager: Arc<Manager>,
    pub(crate) tier1: Arc<CraneliftTier>,
    /// Opens tier 2, for listings; the manager opens its own.
    pub(crate) load_tier2: llvm::Loader,
    /// Who sees code, if somebody does.
    pub(crate) observers: Option<Arc<Observers>>,
    /// In synchronous mode every call asks whether its function has become hot.
    pub(crate) is_synchronous: bool,
}

static ENGINE: OnceLock<Engine> = OnceLock::new();
/// The lock is replaced in the child of a fork: threads that waited for it exist in the parent only, and would be
/// handed the lock for ever.
static SESSION: LazyLock<AtomicPtr<Mutex<Session>>> = LazyLock::new(|| AtomicPtr::new(new_lock(Session::new())));
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);
/// From `before_fork` to `after_fork`. Relaxed, here and below: forks happen under the GIL.
static IS_FORKING: AtomicBool = AtomicBool::new(false);
/// The thread that forks: another one may try to, while hooks of others run Python.
static FORKER: Mutex<Option<ThreadId>> = Mutex::new(None);
/// Whether `before_fork` took the session's lock.
static IS_HELD_FOR_FORK: AtomicBool = AtomicBool::new(false);

fn new_lock(session: Session) -> *mut Mutex<Session> {
    Box::into_raw(Box::new(Mutex::new(session)))
}

fn session_lock() -> &'static Mutex<Session> {
    // SAFETY: made by `new_lock` and never freed. Acquire pairs with the store of `after_fork`.
    unsafe { &*SESSION.load(Ordering::Acquire) }
}

/// The thread that warms up, until the engine takes it.
static WARMING: Mutex<Option<SpareThread>> = Mutex::new(None);

/// Lets a thread of its own make a throw-away compilation, once: Cranelift's code is then mapped and in the caches
/// when the first function is called. It then waits to become the profiling thread; the child of a fork, which has no such
/// thread, starts one of its own.
pub(crate) fn warm_up() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        // Where the host is not supported, the first compilation says why.
        let compile = || drop(CraneliftTier::new().and_then(|tier| tier.warm_up()));
        // Without the thread the first compilation takes longer.
        *WARMING.lock() = SpareThread::start("upshift-profiler", compile).ok();
    });
}

/// The engine; started, with the settings of this moment, if it was not.
pub(crate) fn start(py: Python<'_>) -> PyResult<&'static Engine> {
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let mut settings = settings::read(py)?;
    let is_dumping = settings.dump.is_some();
    settings.dump.take().into_iter().for_each(dump::request);
    let tier1 = CraneliftTier::new().map_err(|error| errors::compile_error(py, &error))?;
    let tier1 = Arc::new(tier1);
    let observers = start_observers(settings.observers);
    let is_synchronous = settings.config.is_synchronous;
    let load_tier2 = llvm::loader(py, &settings)?;
    let (load, watching) = (Arc::clone(&load_tier2), observers.clone());
    let load = move || load().map(|tier2| printed(observed(tier2, 2, watching.as_ref()), 2, is_dumping));
    let first = printed(observed(tier1.clone(), 1, observers.as_ref()), 1, is_dumping);
    let manager = Manager::new(settings.config, first, Box::new(load), symbols::addresses());
    if let Some(thread) = WARMING.lock().take() {
        manager.lend_thread(thread);
    }
    trace::subscribe(&manager, &settings.trace);
    manager.when_rest_is_wanted(Box::new(quiescence::schedule));
    // Before the engine is there: a signal's handler may raise in the middle of this, and then the next call tries again.
    lifecycle::register(py)?;
    interrupts::register(py, is_synchronous)?;
    let _ = ENGINE.set(Engine { manager, tier1, load_tier2, observers, is_synchronous });
    ENGINE.get().ok_or_else(|| errors::internal(py, "the engine did not start"))
}

/// Opens what perf and gdb look at; without it the program is as well, so a failure is said and no more.
fn start_observers(wanted: Wanted) -> Option<Arc<Observers>> {
    if wanted == Wanted::default() {
        return None;
    }
    Observers::new(wanted).map_err(|error| eprintln!("upshift: UPSHIFT_PERF has no effect: {error}")).ok()
}

fn printed(tier: Arc<dyn Tier>, number: u8, is_dumping: bool) -> Arc<dyn Tier> {
    if is_dumping { Arc::new(PrintedTier::new(tier, number)) } else { tier }
}

fn observed(tier: Arc<dyn Tier>, number: u8, observers: Option<&Arc<Observers>>) -> Arc<dyn Tier> {
    match observers {
        Some(observers) => Arc::new(ObservedTier::new(tier, number, Arc::clone(observers))),
        None => tier,
    }
}

/// The engine, if anything has been compiled. While a fork is under way it counts as not running: its locks are held,
/// and the hooks of others may call compiled functions.
pub(crate) fn running() -> Option<&'static Engine> {
    ENGINE.get().filter(|_| !IS_FORKING.load(Relaxed))
}

/// The lock on the session.
pub(crate) struct SessionGuard(MutexGuard<'static, Session>);

impl SessionGuard {
    /// The session.
    pub(crate) fn session(&mut self) -> &mut Session {
        &mut self.0
    }
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        *OWNER.lock() = None;
        if registry::has_retired() {
            // They went while the session was locked.
            quiescence::schedule();
        }
    }
}

/// Locks the session. Other threads run Python meanwhile, so what the caller knew may have changed.
///
/// # Errors
/// `RuntimeError` if this thread holds the lock: code that runs while a function is compiled, such as a module's
/// `__getattr__` or a finalizer, called a function that would have to be compiled.
pub(crate) fn lock_session(py: Python<'_>) -> PyResult<SessionGuard> {
    let me = thread::current().id();
    if *OWNER.lock() == Some(me) {
        return Err(PyRuntimeError::new_err("a function cannot be compiled while this thread compiles another one"));
    }
    let guard = session_lock().try_lock().unwrap_or_else(|| {
        // SAFETY: the interpreter is attached, and attached again before Python is used.
        let state = unsafe { ffi::PyEval_SaveThread() };
        let guard = session_lock().lock();
        // SAFETY: the state is the one saved above.
        unsafe { ffi::PyEval_RestoreThread(state) };
        guard
    });
    *OWNER.lock() = Some(me);
    let mut guard = SessionGuard(guard);
    clear_retired(py, guard.session());
    Ok(guard)
}

/// Takes all locks for a fork, whose child has only the forking thread: `after_fork` gives them back in both processes.
pub(crate) fn before_fork(py: Python<'_>) {
    let Some(engine) = ENGINE.get() else { return };
    if is_forker() {
        return;
    }
    let guard = lock_session(py);
    // This thread may hold it already: it forks in the middle of a compilation.
    IS_HELD_FOR_FORK.store(guard.is_ok(), Relaxed);
    std::mem::forget(guard);
    engine.manager.prepare_fork();
    *FORKER.lock() = Some(thread::current().id());
    IS_FORKING.store(true, Relaxed);
}

fn is_forker() -> bool {
    *FORKER.lock() == Some(thread::current().id())
}

/// Undoes `before_fork`.
pub(crate) fn after_fork(is_child: bool) {
    let Some(engine) = ENGINE.get().filter(|_| is_forker()) else { return };
    if is_child {
        engine.manager.after_fork_child();
        if let Some(observers) = &engine.observers {
            observers.after_fork_child();
        }
    } else {
        engine.manager.after_fork_parent();
    }
    IS_FORKING.store(false, Relaxed);
    *FORKER.lock() = None;
    if IS_HELD_FOR_FORK.load(Relaxed) {
        *OWNER.lock() = None;
        let lock = session_lock();
        // SAFETY: `before_fork` has left the lock held by this thread, or by the one whose copy this thread is; in the
        // child no other thread exists, and the old lock is left to itself.
        unsafe {
            if is_child {
                SESSION.store(new_lock(std::mem::take(&mut *lock.data_ptr())), Ordering::Release);
            } else {
                lock.force_unlock();
            }
        }
    }
    // Calls that were pending meanwhile had no effect.
    quiescence::schedule();
}

/// Frees what belonged to dispatchers that are gone, and what tier-up has replaced.
fn clear_retired(py: Python<'_>, session: &mut Session) {
    let retired = registry::take_retired();
    let mut ids = Vec::new();
    for one in retired {
        ids.extend(one.ids);
        for (owner, id) in session.forget(one.key) {
            // A specialization of another function, for the function that is gone as an argument.
            registry::forget_specialization(py, owner, id);
            ids.push(id);
        }
    }
    let Some(engine) = running() else { return };
    let is_at_rest = quiescence::is_at_rest() && (!ids.is_empty() || engine.manager.wants_rest());
    if ids.is_empty() && !is_at_rest {
        return;
    }
    generators::forget(&ids);
    // The GIL is kept: a rest is a moment at which this thread has it.
    engine.manager.retire(&ids);
    if is_at_rest {
        engine.manager.quiesce();
    }
}

/// The same, if nobody is compiling: then it is done afterwards. Nothing here takes long: code that tier-up replaced
/// is freed by the manager's thread.
pub(crate) fn clear_pending(py: Python<'_>) {
    if registry::has_retired()
        && let Some(guard) = session_lock().try_lock()
    {
        *OWNER.lock() = Some(thread::current().id());
        clear_retired(py, SessionGuard(guard).session());
    }
    if let Some(engine) = running() {
        engine.note_rest();
    }
}

impl Engine {
    /// Compiles with tier 1 and publishes. Their entries may be called from then on.
    ///
    /// # Errors
    /// What tier 1 refuses.
    pub(crate) fn publish(&self, py: Python<'_>, functions: Vec<NewFunction>) -> PyResult<()> {
        py.detach(|| self.manager.publish(functions)).map_err(|error| errors::compile_error(py, &error))
    }

    /// Tells the manager that no guarded call is under way, if that is so and of use. The caller holds the GIL.
    pub(crate) fn note_rest(&self) {
        if self.manager.wants_rest() && quiescence::is_at_rest() {
            self.manager.note_rest();
        }
    }

    /// The entry of a published function.
    pub(crate) fn entry(&self, id: FunctionId) -> Entry {
        Entry(&self.manager.cell(id).entry)
    }
}
