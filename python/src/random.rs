//! `random.Random` objects: compiled code draws from their own state, where that lies as it is expected to.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use upshift_core::runtime::random::{self, Generator};

/// True for an object of the class `random.Random` itself whose state is where compiled code looks for it.
pub(crate) fn is_generator(object: &Bound<'_, PyAny>) -> bool {
    let class = object.get_type();
    let is_named = |attribute: &str, name: &str| class.getattr(attribute).and_then(|own| own.eq(name)).unwrap_or(false);
    is_named("__qualname__", "Random") && is_named("__module__", "random") && has_known_layout(object).unwrap_or(false)
}

/// Compares what `getstate()` says with the memory of the object.
fn has_known_layout(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    let size: usize = object.get_type().getattr("__basicsize__")?.extract()?;
    if size < size_of::<Generator>() {
        return Ok(false);
    }
    let state = object.call_method0("getstate")?.get_item(1)?.cast_into::<PyTuple>()?;
    let numbers = state.iter().map(|number| number.extract::<u64>()).collect::<PyResult<Vec<u64>>>()?;
    // SAFETY: the object has so many bytes, whatever they mean, and the GIL is held.
    let (index, words) = unsafe { (*object.as_ptr().cast::<Generator>()).state() };
    let own = words.iter().map(|&word| u64::from(word)).chain([index as u64]);
    Ok(numbers.into_iter().eq(own))
}

/// Tells the compiler of the generator behind the functions of the module `random`.
pub(crate) fn install(module: &Bound<'_, PyAny>) {
    if random::default_generator() != 0 {
        return;
    }
    let Ok(generator) = module.getattr("_inst") else { return };
    if is_generator(&generator) {
        // It lives as long as the process: compiled code may draw from it at any time.
        random::set_default(generator.into_ptr().cast());
    }
}
