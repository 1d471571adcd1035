//! CPython's side of upshift: the dispatcher, and everything that touches a Python object.
//!
//!     call -> dispatcher.rs --(guards fit)--> plan.rs: guard.rs unboxes, code runs, boxing.rs makes the result
//!                  |                                                        '--> raise.rs: status 1
//!                  '--(no plan fits)--> specialize.rs: typeof_object.rs, host.rs answers the compiler, engine.rs publishes
//!
//! | file | what it decides |
//! |---|---|
//! | `dispatcher.rs`, `class.rs` | the object in a jitted function's place; its type |
//! | `attached.rs` | what CPython calls by itself: slots, pending calls |
//! | `binding.rs` | arguments to parameters: keywords, defaults, `*args` |
//! | `plan.rs`, `guard.rs`, `boxing.rs` | a call: compare and unbox, run, box |
//! | `containers/` | lists, dicts and sets: arguments copied in, changes written back, results made |
//! | `classes.rs`, `dataclasses.rs`, `enumerations.rs` | classes of the program's, their instances and members |
//! | `generators.rs`, `closures.rs`, `partials.rs` | generators, inner functions and partials that go back to Python |
//! | `keeping.rs` | arguments that outlive their call in what it makes |
//! | `records.rs`, `times.rs` | records of structured dtypes; dates and durations |
//! | `numpy.rs`, `block.rs` | NumPy's C layout; who owns the memory of results |
//! | `strings.rs` | strings and bytes; what their runtime asks of CPython |
//! | `integers.rs`, `buffers.rs` | ints; bytearrays, memoryviews and `array.array` |
//! | `objects.rs`, `random.rs` | what compiled code asks of Python's objects; generators of random numbers |
//! | `numpy_loops.rs`, `blas.rs` | NumPy's inner loops; the BLAS that its wheel brings |
//! | `typeof_object.rs`, `encoding.rs` | types of objects; types as text |
//! | `specialize.rs`, `convert.rs` | new argument types; conversions to explicit signatures |
//! | `host.rs`, `snapshot.rs`, `globals.rs` | what the compiler may ask; code objects and values as data |
//! | `canonical_names.rs`, `library.rs` | names of known functions; functions written in Python |
//! | `extensions.rs` | what the program adds to the library |
//! | `engine.rs`, `settings.rs`, `llvm.rs` | the one session and the tier manager; their settings |
//! | `trace.rs`, `chrome_trace.rs`, `printed_tier.rs` | what happens, as lines or as a file; dumps |
//! | `lifecycle.rs` | what happens to the compiler's threads when the process forks or ends |
//! | `interrupts.rs` | handlers of signals while compiled code runs |
//! | `foreign.rs` | C functions by pointers of `ctypes` and `cffi` |
//! | `kept.rs` | what compiled code refers to, and who keeps it alive |
//! | `quiescence.rs` | which calls are inside compiled code; when code is freed |
//! | `registry.rs` | jitted functions by key, compiled ones by id |
//! | `errors.rs`, `raise.rs`, `exception_classes.rs` | refusals; exceptions of compiled code, and their classes |
//! | `options.rs`, `api.rs`, `explain.rs` | options of `jit`; functions for the Python half |
//!
//! **Invariant.** Plans are added under the GIL and live as long as their dispatcher; a caller holds the dispatcher
//! while its code runs. So a call takes no lock.
//! **Invariant.** Rust locks are not held while Python code may run, but for the session's, which is waited for
//! without the GIL.

mod api;
mod attached;
mod binding;
mod blas;
mod block;
mod boxing;
mod buffers;
mod canonical_names;
mod chrome_trace;
mod class;
mod classes;
mod closures;
mod containers;
mod convert;
mod dataclasses;
mod dispatcher;
mod encoding;
mod engine;
mod enumerations;
mod errors;
mod exception_classes;
mod explain;
mod extensions;
mod foreign;
mod generators;
mod globals;
mod guard;
mod host;
mod integers;
mod interrupts;
mod keeping;
mod kept;
mod library;
mod lifecycle;
mod llvm;
mod numpy;
mod numpy_loops;
mod objects;
mod options;
mod partials;
mod plan;
mod printed_tier;
mod quiescence;
mod raise;
mod random;
mod records;
mod registry;
mod settings;
mod snapshot;
mod specialize;
mod strings;
mod times;
mod trace;
mod typeof_object;

use pyo3::prelude::*;

#[pymodule]
fn _upshift(module: &Bound<'_, PyModule>) -> PyResult<()> {
    trace::note_import();
    let py = module.py();
    lifecycle::check_interpreter(py)?;
    numpy::initialize(py)?;
    block::initialize(py)?;
    containers::initialize();
    module.add("Container", containers::typed::initialize_type(py)?)?;
    module.add_function(wrap_pyfunction!(containers::typed::make_container, module)?)?;
    module.add_function(wrap_pyfunction!(containers::typed::make_container_for, module)?)?;
    module.add_function(wrap_pyfunction!(containers::typed::make_container_like, module)?)?;
    module.add_function(wrap_pyfunction!(containers::typed::container_type, module)?)?;
    strings::initialize();
    objects::initialize();
    buffers::initialize();
    generators::initialize(py)?;
    module.add("Closure", closures::initialize(py)?)?;
    raise::set_hooks();
    module.add("Dispatcher", class::initialize(py)?)?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_function(wrap_pyfunction!(library::register_function, module)?)?;
    module.add_function(wrap_pyfunction!(extensions::add_extension, module)?)?;
    module.add_function(wrap_pyfunction!(extensions::canonical_name, module)?)?;
    module.add_function(wrap_pyfunction!(api::result_type, module)?)?;
    module.add_function(wrap_pyfunction!(api::new_dispatcher, module)?)?;
    module.add_function(wrap_pyfunction!(api::type_code, module)?)?;
    module.add_function(wrap_pyfunction!(api::compile, module)?)?;
    module.add_function(wrap_pyfunction!(api::set_may_compile, module)?)?;
    module.add_function(wrap_pyfunction!(api::specializations, module)?)?;
    module.add_function(wrap_pyfunction!(api::dispatchers, module)?)?;
    module.add_function(wrap_pyfunction!(api::listing, module)?)?;
    module.add_function(wrap_pyfunction!(explain::explain, module)?)?;
    module.add_function(wrap_pyfunction!(api::dump_stages, module)?)?;
    module.add_function(wrap_pyfunction!(api::refusals, module)?)?;
    module.add_function(wrap_pyfunction!(api::library_names, module)?)?;
    module.add_function(wrap_pyfunction!(api::wait_for_tier_up, module)?)?;
    module.add_function(wrap_pyfunction!(api::pause_tier_up, module)?)?;
    module.add_function(wrap_pyfunction!(api::resume_tier_up, module)?)?;
    module.add_function(wrap_pyfunction!(api::live_blocks, module)?)?;
    module.add_function(wrap_pyfunction!(api::census, module)?)?;
    Ok(())
}
