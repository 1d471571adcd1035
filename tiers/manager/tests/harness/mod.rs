//! Tiers that compile nothing: their code is functions of this file, which answer the tier that they stand for.

#![allow(dead_code, reason = "each test program uses a part")]

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use upshift_core::lir::{FunctionId, Unit, parse_unit};
use upshift_core::tier::{Code, CompileError, Linkage, Listing, Tier};
use upshift_manager::{Config, EntryCell, Manager, NewFunction, Tier2Loader, TierChoice};

/// Names the first loop that polls.
const FIRST_LOOP: FunctionId = FunctionId(u32::MAX);

/// Longer than any wait that succeeds.
pub(crate) const LONG: Duration = Duration::from_secs(20);

extern "C" fn entry1(slots: *mut u64) -> i32 {
    // SAFETY: `call` passes a slot.
    unsafe { slots.write(1) };
    0
}

extern "C" fn entry2(slots: *mut u64) -> i32 {
    // SAFETY: `call` passes a slot.
    unsafe { slots.write(2) };
    0
}

/// Calls through a cell, as a dispatcher does; the answer is the tier that ran.
pub(crate) fn call(cell: &EntryCell) -> u64 {
    let entry = cell.entry.load(Acquire);
    assert!(!entry.is_null(), "the function is published");
    // SAFETY: the fake tiers publish functions of this type only.
    let entry = unsafe { std::mem::transmute::<*mut c_void, extern "C" fn(*mut u64) -> i32>(entry) };
    let mut slot = 0;
    assert_eq!(entry(&raw mut slot), 0);
    slot
}

/// True once the function is published.
pub(crate) fn is_published(cell: &EntryCell) -> bool {
    !cell.entry.load(Acquire).is_null()
}

/// Compilations wait here while it is shut.
#[derive(Default)]
pub(crate) struct Gate {
    is_shut: Mutex<bool>,
    opens: Condvar,
}

impl Gate {
    pub(crate) fn shut(&self) {
        *self.is_shut.lock() = true;
    }

    pub(crate) fn open(&self) {
        *self.is_shut.lock() = false;
        self.opens.notify_all();
    }

    fn pass(&self) {
        let mut is_shut = self.is_shut.lock();
        while *is_shut {
            self.opens.wait(&mut is_shut);
        }
    }
}

/// What a fake tier does next.
pub(crate) struct FakeTier {
    version: u8,
    pub(crate) gate: Gate,
    /// Functions in the order in which their compilation began.
    pub(crate) begun: Mutex<Vec<u32>>,
    /// Functions with this id are refused.
    pub(crate) refused: AtomicUsize,
    pub(crate) panics: AtomicBool,
    /// Code that is alive.
    pub(crate) live: Arc<AtomicUsize>,
}

struct Memory(Arc<AtomicUsize>);

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl FakeTier {
    pub(crate) fn new(version: u8) -> Arc<FakeTier> {
        Arc::new(FakeTier {
            version,
            gate: Gate::default(),
            begun: Mutex::default(),
            refused: AtomicUsize::new(usize::MAX),
            panics: AtomicBool::new(false),
            live: Arc::default(),
        })
    }

    /// Waits until so many compilations have begun.
    pub(crate) fn await_begun(&self, count: usize) {
        let start = std::time::Instant::now();
        while self.begun.lock().len() < count {
            assert!(start.elapsed() < LONG, "compilation {count} never began");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Tier for FakeTier {
    fn compile(&self, unit: &Unit, linkage: &Linkage<'_>) -> Result<Code, CompileError> {
        let id = unit.body().id.0;
        self.begun.lock().push(id);
        self.gate.pass();
        assert!(!self.panics.load(Relaxed), "the fake tier panics");
        for callee in &unit.body().callees {
            if unit.functions[1..].iter().all(|func| func.id != callee.id) {
                assert_ne!((linkage.body_cell)(callee.id), 0);
            }
        }
        if self.refused.load(Relaxed) == id as usize {
            return Err(CompileError::TooLarge("it is asked to be".to_owned()));
        }
        self.live.fetch_add(1, SeqCst);
        let entry: extern "C" fn(*mut u64) -> i32 = if self.version == 1 { entry1 } else { entry2 };
        let address = entry as usize;
        let memory = Box::new(Memory(Arc::clone(&self.live)));
        Ok(Code { body: address, entry: address, size: usize::from(self.version) * 100, memory })
    }

    fn list(&self, _: &Unit, _: Listing) -> Result<String, CompileError> {
        Ok(String::new())
    }
}

/// A manager over two fake tiers.
pub(crate) struct Fixture {
    pub(crate) manager: Arc<Manager>,
    pub(crate) tier1: Arc<FakeTier>,
    pub(crate) tier2: Arc<FakeTier>,
    pub(crate) loads: Arc<AtomicUsize>,
}

impl Fixture {
    pub(crate) fn new(config: Config) -> Fixture {
        Fixture::with_loader(config, Ok)
    }

    pub(crate) fn with_loader(
        config: Config,
        outcome: impl Fn(Arc<dyn Tier>) -> Result<Arc<dyn Tier>, String> + Send + Sync + 'static,
    ) -> Fixture {
        let (tier1, tier2) = (FakeTier::new(1), FakeTier::new(2));
        let loads = Arc::new(AtomicUsize::new(0));
        let (loaded, count) = (Arc::clone(&tier2), Arc::clone(&loads));
        let loader: Tier2Loader = Box::new(move || {
            count.fetch_add(1, SeqCst);
            outcome(Arc::clone(&loaded) as Arc<dyn Tier>)
        });
        let manager = Manager::new(config, Arc::clone(&tier1) as Arc<dyn Tier>, loader, Vec::new());
        Fixture { manager, tier1, tier2, loads }
    }

    /// Publishes functions that call nothing, one by one.
    pub(crate) fn publish(&self, ids: impl IntoIterator<Item = u32>) {
        for id in ids {
            self.manager.publish(vec![function(id, None)]).expect("the fake tier compiles it");
        }
    }

    /// Retires functions that nobody calls.
    pub(crate) fn retire(&self, ids: &[u32]) {
        self.manager.retire(&ids.iter().map(|&id| FunctionId(id)).collect::<Vec<_>>());
        self.manager.quiesce();
    }

    /// Lets the counters of a function say that it was called.
    pub(crate) fn heat(&self, id: u32, calls: u64) {
        self.manager.counters(FunctionId(id)).calls.fetch_add(calls, Relaxed);
    }

    /// The tier that a call runs in.
    pub(crate) fn call(&self, id: u32) -> u64 {
        call(self.manager.cell(FunctionId(id)))
    }

    /// Lets the one loop of the function that was published first say how far it has come.
    pub(crate) fn run_loop(&self, iterations: u64) {
        self.manager.counters(FIRST_LOOP).loop_iterations.store(iterations, Relaxed);
    }

    /// True if the loop finds code to go over to.
    pub(crate) fn goes_over(&self) -> bool {
        !self.manager.cell(FIRST_LOOP).body.load(Acquire).is_null()
    }

    pub(crate) fn reason(&self, id: u32) -> String {
        self.manager.report(FunctionId(id)).expect("it is published").tier2_reason
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.tier1.gate.open();
        self.tier2.gate.open();
        self.manager.shutdown(LONG);
    }
}

/// Low thresholds; samples are taken only by `wait_for_tier_up`.
pub(crate) fn by_hand() -> Config {
    Config { sample_interval: Duration::from_secs(3600), ..eager() }
}

/// Low thresholds, sampled in the background.
pub(crate) fn eager() -> Config {
    Config { tier2_calls: Some(100), tier2_loops: Some(1000), ..Config::default() }
}

/// A function that may call another.
pub(crate) fn function(id: u32, callee: Option<u32>) -> NewFunction {
    let (declared, called) = match callee {
        Some(callee) => (format!("fn0 = function{callee}() -> i32"), "v1 = call_function fn0()"),
        None => (String::new(), ""),
    };
    let text = format!(
        "unit {{
        func f() -> i32 id {id} {{ {declared} block0: {called} v0 = const_int.i32 0 return v0 }}
        func f_entry(ptr) -> i32 id {id} {{ block0(v0: ptr): v1 = const_int.i32 0 return v1 }}
        }}"
    );
    let unit = parse_unit(&text).unwrap_or_else(|error| panic!("{error}"));
    new_function(id, "() -> int64", unit)
}

/// A function with a loop.
pub(crate) fn looping(id: u32) -> NewFunction {
    let text = format!(
        "unit {{
        func f(i64) -> i32 id {id} {{
            block0(v0: i64): v1 = const_int.i64 1 jump block1(v0)
            block1(v2: i64): v3 = sub_int v2, v1 v4 = cmp_int sgt v3, v1 branch_if v4, block1(v3), block2
            block2: v5 = const_int.i32 0 return v5
        }}
        func f_entry(ptr) -> i32 id {id} {{ block0(v0: ptr): v1 = const_int.i32 0 return v1 }}
        }}"
    );
    let unit = parse_unit(&text).unwrap_or_else(|error| panic!("{error}"));
    new_function(id, "(int64) -> int64", unit)
}

fn new_function(id: u32, signature: &str, unit: Unit) -> NewFunction {
    NewFunction {
        id: FunctionId(id),
        name: format!("f{id}"),
        signature: signature.to_owned(),
        unit: Arc::new(unit),
        tier: TierChoice::Auto,
        eagerness: None,
    }
}
