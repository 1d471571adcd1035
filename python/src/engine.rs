//! The process's one compiler: the session behind its lock, the tier manager, and their settings.
//!
//! The session's lock is taken without the interpreter attached, and held while the host reads Python objects with it
//! attached. So a thread that waits for the lock never keeps the one that holds it from running Python.

use std::ffi::c_void;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Arc, LazyLock, Once, OnceLock};
use std::thread::{self, ThreadId};

use parking_lot::{Mutex, MutexGuard};
use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lir::FunctionId;
use upshift_core::runtime::symbols;
use upshift_core::session::Session;
use upshift_core::tier::Tier;
use upshift_cranelift::CraneliftTier;
use upshift_manager::{Manager, NewFunction};

use crate::{errors, interrupts, lifecycle, llvm, registry, settings, trace};

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
    pub(crate) tier1: Arc<dyn Tier>,
    /// Opens tier 2, for listings; the manager opens its own.
    pub(crate) load_tier2: llvm::Loader,
    /// In synchronous mode every call asks whether its function has become hot.
    pub(crate) is_synchronous: bool,
    dump: Option<String>,
}

static ENGINE: OnceLock<Engine> = OnceLock::new();
/// The lock is replaced in the child of a fork: threads that waited for it exist in the parent only, and would be
/// handed the lock for ever.
static SESSION: LazyLock<AtomicPtr<Mutex<Session>>> = LazyLock::new(|| AtomicPtr::new(new_lock(Session::new())));
static OWNER: Mutex<Option<ThreadId>> = Mutex::new(None);

fn new_lock(session: Session) -> *mut Mutex<Session> {
    Box::into_raw(Box::new(Mutex::new(session)))
}

fn session_lock() -> &'static Mutex<Session> {
    // SAFETY: made by `new_lock` and never freed. Acquire pairs with the store of `after_fork`.
    unsafe { &*SESSION.load(Ordering::Acquire) }
}

/// Lets a thread of its own make a throw-away compilation, once: Cranelift's code is then mapped and in the caches
/// when the first function is called. The thread shares nothing, so that a fork at this moment finds no lock held.
pub(crate) fn warm_up() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let thread = thread::Builder::new().name("upshift-warm-up".to_owned());
        // Without the thread, or where the host is not supported, the first compilation takes longer or says why.
        drop(thread.spawn(|| CraneliftTier::new().and_then(|tier| tier.warm_up())));
    });
}

/// The engine; started, with the settings of this moment, if it was not.
pub(crate) fn start(py: Python<'_>) -> PyResult<&'static Engine> {
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let mut settings = settings::read(py)?;
    let dump = settings.dump.take();
    let tier1 = CraneliftTier::new().map_err(|error| errors::compile_error(py, &error))?;
    let tier1: Arc<dyn Tier> = Arc::new(tier1);
    let is_synchronous = settings.config.is_synchronous;
    let load_tier2 = llvm::loader(py, &settings)?;
    let load = Arc::clone(&load_tier2);
    let manager = Manager::new(settings.config, Arc::clone(&tier1), Box::new(move || load()), symbols::addresses());
    trace::subscribe(&manager, &settings.trace);
    if ENGINE.set(Engine { manager, tier1, load_tier2, is_synchronous, dump }).is_ok() {
        lifecycle::register(py)?;
        interrupts::register(py)?;
    }
    ENGINE.get().ok_or_else(|| errors::internal(py, "the engine did not start"))
}

/// The engine, if anything has been compiled.
pub(crate) fn running() -> Option<&'static Engine> {
    ENGINE.get()
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
    clear_retired(py, &mut guard);
    Ok(guard)
}

/// Takes the session's lock for a fork, whose child has only the forking thread: `after_fork` gives it back in both
/// processes. False if this thread holds it already.
pub(crate) fn before_fork(py: Python<'_>, engine: &Engine) -> bool {
    let guard = lock_session(py);
    let is_held = guard.is_ok();
    std::mem::forget(guard);
    engine.manager.prepare_fork();
    is_held
}

/// Undoes `before_fork`, with its answer.
pub(crate) fn after_fork(engine: &Engine, is_child: bool, is_held: bool) {
    if is_child {
        engine.manager.after_fork_child();
    } else {
        engine.manager.after_fork_parent();
    }
    if !is_held {
        return;
    }
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

/// Frees what belonged to dispatchers that are gone.
fn clear_retired(py: Python<'_>, guard: &mut SessionGuard) {
    let retired = registry::take_retired();
    if retired.is_empty() {
        return;
    }
    for one in &retired {
        guard.session().forget(one.key);
    }
    let ids: Vec<FunctionId> = retired.iter().flat_map(|one| one.ids.iter().copied()).collect();
    if let Some(engine) = ENGINE.get() {
        py.detach(|| engine.manager.retire(&ids));
    }
}

impl Engine {
    /// Compiles with tier 1 and publishes. Their entries may be called from then on.
    ///
    /// # Errors
    /// What tier 1 refuses.
    pub(crate) fn publish(&self, py: Python<'_>, functions: Vec<NewFunction>) -> PyResult<()> {
        for function in functions.iter().filter(|function| self.is_dumped(&function.name)) {
            eprintln!("; {} {}\n{}", function.name, function.signature, function.unit);
        }
        py.detach(|| self.manager.publish(functions)).map_err(|error| errors::compile_error(py, &error))
    }

    fn is_dumped(&self, name: &str) -> bool {
        let last = name.rsplit('.').next();
        self.dump.as_deref().is_some_and(|wanted| wanted == name || Some(wanted) == last)
    }

    /// The entry of a published function.
    pub(crate) fn entry(&self, id: FunctionId) -> Entry {
        Entry(&self.manager.cell(id).entry)
    }
}
