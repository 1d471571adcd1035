//! Who is who: jitted functions by key, and compiled functions by id.
//!
//! Dispatchers are named by address, without a reference: one removes itself when it goes. Everything here is used
//! under the GIL; the lock is never held while Python code may run.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use parking_lot::Mutex;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lir::{FunctionId, Site};
use upshift_core::typing::FunctionKey;

use crate::dispatcher::Dispatcher;
use crate::{class, quiescence};

/// What a traceback needs to know of a compiled function.
pub(crate) struct FunctionInfo {
    /// `co_name`
    pub(crate) name: Arc<str>,
    /// The user's file.
    pub(crate) filename: Arc<str>,
    /// Places that raise.
    pub(crate) sites: Vec<Site>,
    /// True for upshift's own library.
    pub(crate) is_library: bool,
}

/// What a dispatcher that is gone leaves to clear away.
pub(crate) struct Retired {
    pub(crate) key: FunctionKey,
    pub(crate) ids: Vec<FunctionId>,
}

#[derive(Default)]
struct Registry {
    last_key: u64,
    /// Addresses of dispatchers.
    dispatchers: HashMap<FunctionKey, usize>,
    functions: HashMap<FunctionId, Arc<FunctionInfo>>,
    retired: Vec<Retired>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// A key for a new dispatcher, which `set_dispatcher` follows.
pub(crate) fn new_key() -> FunctionKey {
    let mut registry = REGISTRY.lock();
    registry.last_key += 1;
    FunctionKey(registry.last_key)
}

/// States the dispatcher of a key.
pub(crate) fn set_dispatcher(key: FunctionKey, dispatcher: *mut Dispatcher) {
    REGISTRY.lock().dispatchers.insert(key, dispatcher as usize);
}

/// The dispatcher of a key.
pub(crate) fn dispatcher<'py>(py: Python<'py>, key: FunctionKey) -> Option<Bound<'py, PyAny>> {
    let address = *REGISTRY.lock().dispatchers.get(&key)?;
    // SAFETY: a dispatcher is in the table only while it lives, and the GIL is held from the look-up to here.
    Some(unsafe { Bound::from_borrowed_ptr(py, address as *mut ffi::PyObject) })
}

/// All dispatchers, oldest first.
pub(crate) fn dispatchers(py: Python<'_>) -> Vec<Bound<'_, PyAny>> {
    let mut keys: Vec<FunctionKey> = REGISTRY.lock().dispatchers.keys().copied().collect();
    keys.sort_unstable();
    keys.into_iter().filter_map(|key| dispatcher(py, key)).collect()
}

/// Removes a dispatcher that is going; its code is freed before the next compilation.
pub(crate) fn retire(retired: Retired) {
    let mut registry = REGISTRY.lock();
    registry.dispatchers.remove(&retired.key);
    for id in &retired.ids {
        registry.functions.remove(id);
    }
    registry.retired.push(retired);
    drop(registry);
    quiescence::schedule();
}

/// True if something has been retired since the last call of `take_retired`.
pub(crate) fn has_retired() -> bool {
    !REGISTRY.lock().retired.is_empty()
}

/// How many dispatchers and compiled functions are known.
pub(crate) fn counts() -> (usize, usize) {
    let registry = REGISTRY.lock();
    (registry.dispatchers.len(), registry.functions.len())
}

/// Forgets one specialization of a dispatcher, which stays.
pub(crate) fn forget_specialization(py: Python<'_>, key: FunctionKey, id: FunctionId) {
    REGISTRY.lock().functions.remove(&id);
    if let Some(owner) = dispatcher(py, key) {
        class::remove_specialization(&owner, id);
    }
}

/// What has been retired since the last call.
pub(crate) fn take_retired() -> Vec<Retired> {
    std::mem::take(&mut REGISTRY.lock().retired)
}

/// States what tracebacks show of a compiled function.
pub(crate) fn set_function_info(id: FunctionId, info: FunctionInfo) {
    REGISTRY.lock().functions.insert(id, Arc::new(info));
}

/// What tracebacks show of a compiled function.
pub(crate) fn function_info(id: FunctionId) -> Option<Arc<FunctionInfo>> {
    REGISTRY.lock().functions.get(&id).cloned()
}
