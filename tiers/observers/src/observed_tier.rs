//! A tier whose code is observed: it describes what it makes, observers look at that, and what they keep of it is given
//! up right before the code is freed.

use std::sync::Arc;

use parking_lot::Mutex;
use upshift_core::code_symbols::CodeSymbol;
use upshift_core::lir::Unit;
use upshift_core::tier::{Code, CompileError, Linkage, Listing, Tier};

use crate::debug_sections::debug_sections;
use crate::gdb::Registration;
use crate::jitdump::Jitdump;
use crate::object_file::object_file;
use crate::perf_map::PerfMap;
use crate::view::seen_functions;

/// Which observers are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// perf, by `/tmp/perf-PID.map`.
    pub perf_map: bool,
    /// perf, by `jit-PID.dump`.
    pub jitdump: bool,
    /// gdb.
    pub gdb: bool,
}

/// All observers of a process.
pub struct Observers {
    files: Mutex<Files>,
    has_gdb: bool,
}

#[derive(Default)]
struct Files {
    perf_map: Option<PerfMap>,
    jitdump: Option<Jitdump>,
}

/// What observers keep of code; dropped before it.
struct Observed {
    _registration: Option<Registration>,
    _memory: Box<dyn std::any::Any + Send + Sync>,
}

impl Observers {
    /// Opens the files that are wanted.
    ///
    /// # Errors
    /// The system's word on the first that does not open.
    pub fn new(wanted: Wanted) -> std::io::Result<Arc<Observers>> {
        let files = Files {
            perf_map: wanted.perf_map.then(PerfMap::create).transpose()?,
            jitdump: wanted.jitdump.then(Jitdump::create).transpose()?,
        };
        Ok(Arc::new(Observers { files: Mutex::new(files), has_gdb: wanted.gdb }))
    }

    /// To be called in the child of a fork, on its only thread.
    pub fn after_fork_child(&self) {
        let mut files = self.files.lock();
        if let Some(map) = &mut files.perf_map {
            map.follow_fork();
        }
        if let Some(dump) = &mut files.jitdump {
            dump.follow_fork();
        }
    }

    /// To be called at the end of the process: files get their ends, and what is compiled later is not seen.
    pub fn finish(&self) {
        *self.files.lock() = Files::default();
    }

    fn observe(&self, unit: &Unit, symbols: &[CodeSymbol], tier: u8, code: Code) -> Code {
        let functions = seen_functions(unit, symbols, tier);
        if functions.is_empty() {
            return code;
        }
        {
            let mut files = self.files.lock();
            if let Some(map) = &mut files.perf_map {
                map.add(&functions);
            }
            if let Some(dump) = &mut files.jitdump {
                dump.add(&functions);
            }
        }
        // Sections of debug information that do not fit their format are left out; symbols are worth having alone.
        let file = || object_file(&functions, debug_sections(&functions).unwrap_or_default());
        let _registration = self.has_gdb.then(|| Registration::new(file()));
        Code { memory: Box::new(Observed { _registration, _memory: code.memory }), ..code }
    }
}

/// A tier in front of another one.
pub struct ObservedTier {
    inner: Arc<dyn Tier>,
    number: u8,
    observers: Arc<Observers>,
}

impl ObservedTier {
    /// Lets the code of `inner`, which is tier 1 or 2, be observed.
    pub fn new(inner: Arc<dyn Tier>, number: u8, observers: Arc<Observers>) -> ObservedTier {
        ObservedTier { inner, number, observers }
    }
}

impl Tier for ObservedTier {
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError> {
        self.compile_described(unit, linkage).map(|(code, _)| code)
    }

    fn compile_described(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<(Code, Vec<CodeSymbol>), CompileError> {
        let (code, symbols) = self.inner.compile_described(unit, linkage)?;
        Ok((self.observers.observe(unit, &symbols, self.number, code), symbols))
    }

    fn list(&self, unit: &Unit, listing: Listing) -> Result<String, CompileError> {
        self.inner.list(unit, listing)
    }
}
