//! The protocol of publication and reclamation, in all interleavings and reorderings that the memory model allows for
//! small programs.
//!
//! loom runs each program again and again, once for every way in which its threads can meet. The two files that make
//! up the protocol are included here with loom's atomics in place of the standard library's. Code is memory whose
//! concurrent use loom notices: running it is a read, freeing it a write.

#![expect(dead_code, reason = "the manager uses more of the two files than the protocol")]
#![expect(unreachable_pub, reason = "what is public in the manager has no users here")]

/// The atomics of the included files.
mod sync {
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering, fence};
}

#[path = "../src/entry_cell.rs"]
mod entry_cell;
#[path = "../src/limbo.rs"]
mod limbo;

use entry_cell::EntryCell;
use limbo::{Limbo, Visitor};
use loom::cell::UnsafeCell;
use loom::sync::atomic::Ordering;
use loom::sync::{Arc, Mutex};
use loom::thread;

/// Three versions of one function's code; true once it is freed.
struct Versions([UnsafeCell<bool>; 3]);

// SAFETY: the protocol is what keeps a version's users apart, and loom checks that it does.
unsafe impl Send for Versions {}
// SAFETY: as above.
unsafe impl Sync for Versions {}

/// A function, the manager's lock, and the dispatcher's.
struct World {
    cell: EntryCell,
    versions: Versions,
    limbo: Mutex<Limbo<usize>>,
    gil: Mutex<()>,
}

impl World {
    fn new() -> Arc<World> {
        let versions = Versions([UnsafeCell::new(false), UnsafeCell::new(false), UnsafeCell::new(false)]);
        let world =
            World { cell: EntryCell::default(), versions, limbo: Mutex::new(Limbo::default()), gil: Mutex::new(()) };
        world.cell.publish_entry(address(0));
        Arc::new(world)
    }

    fn visitor(&self) -> Visitor {
        self.limbo.lock().expect("no thread panics").new_visitor()
    }

    /// Calls the function; the version that ran.
    fn call(&self) -> usize {
        let version = self.cell.entry.load(Ordering::Acquire) as usize - address(0);
        // SAFETY: loom checks that nobody writes meanwhile.
        let is_freed = self.versions.0[version].with(|is_freed| unsafe { *is_freed });
        assert!(!is_freed, "a thread is in code that is freed");
        version
    }

    /// Replaces the version before this one.
    fn swap(&self, version: usize) {
        let mut limbo = self.limbo.lock().expect("no thread panics");
        self.cell.publish_entry(address(version));
        limbo.add(version - 1);
    }

    /// Notes a rest under the dispatcher's lock.
    fn rest(&self) {
        let _guard = self.gil.lock().expect("no thread panics");
        self.limbo.lock().expect("no thread panics").rest();
    }

    /// Frees what can be freed; how much that was.
    fn collect(&self) -> usize {
        let free = self.limbo.lock().expect("no thread panics").take_free(usize::MAX);
        free.iter().for_each(|&version| self.free(version));
        free.len()
    }

    fn free(&self, version: usize) {
        // SAFETY: loom checks that nobody else uses it.
        self.versions.0[version].with_mut(|is_freed| unsafe {
            assert!(!*is_freed, "freed twice");
            *is_freed = true;
        });
    }
}

/// Where a version would be: never null.
fn address(version: usize) -> usize {
    version + 16
}

/// Runs a program in all ways in which its threads can meet, with up to three switches that are not forced: more take
/// minutes, and few faults need more.
fn check(program: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(3);
    model.check(program);
}

#[test]
fn visits_hold_up_what_they_may_be_inside_of() {
    check(|| {
        let world = World::new();
        let (visitor, theirs) = (world.visitor(), Arc::clone(&world));
        let visiting = thread::spawn(move || {
            let mut last = 0;
            for _ in 0..2 {
                let visit = visitor.enter();
                let version = theirs.call();
                // A call inside the call: the outer one goes on.
                let inner = visitor.enter();
                assert!(theirs.call() >= version);
                drop(inner);
                assert!(version >= last, "no way back");
                last = theirs.call();
                drop(visit);
            }
        });
        let mut freed = 0;
        for version in [1, 2] {
            world.swap(version);
            world.rest();
            freed += world.collect();
        }
        visiting.join().expect("no thread panics");
        assert_eq!(freed + world.collect(), 2, "nothing is left behind");
        assert_eq!(world.call(), 2);
    });
}

#[test]
fn guarded_calls_are_over_at_a_rest() {
    check(|| {
        let world = World::new();
        let (theirs, others) = (Arc::clone(&world), Arc::clone(&world));
        let calling = thread::spawn(move || {
            for _ in 0..2 {
                let _guard = theirs.gil.lock().expect("no thread panics");
                theirs.call();
            }
        });
        let swapping = thread::spawn(move || others.swap(1));
        world.rest();
        let freed = world.collect();
        calling.join().expect("no thread panics");
        swapping.join().expect("no thread panics");
        world.rest();
        assert_eq!(freed + world.collect(), 1, "nothing is left behind");
    });
}

#[test]
fn the_last_to_leave_knows_that_it_is_awaited() {
    check(|| {
        let world = World::new();
        let (visitor, theirs) = (world.visitor(), Arc::clone(&world));
        let visiting = thread::spawn(move || {
            let visit = visitor.enter();
            theirs.call();
            drop(visit);
            if visitor.is_awaited() { theirs.collect() } else { 0 }
        });
        world.swap(1);
        world.rest();
        let freed = world.collect();
        assert_eq!(freed + visiting.join().expect("no thread panics"), 1, "one of the two frees it");
    });
}

#[test]
fn threads_that_end_are_not_waited_for() {
    check(|| {
        let world = World::new();
        let (visitor, theirs) = (world.visitor(), Arc::clone(&world));
        let visiting = thread::spawn(move || {
            let _visit = visitor.enter();
            theirs.call();
        });
        let theirs = Arc::clone(&world);
        let late = thread::spawn(move || {
            let visitor = theirs.visitor();
            let _visit = visitor.enter();
            theirs.call();
        });
        world.swap(1);
        world.rest();
        let freed = world.collect();
        visiting.join().expect("no thread panics");
        late.join().expect("no thread panics");
        assert_eq!(freed + world.collect(), 1, "nothing is left behind");
    });
}

/// The model sees what the protocol prevents.
#[test]
#[should_panic(expected = "Causality violation")]
fn freeing_without_the_protocol_is_noticed() {
    check(|| {
        let world = World::new();
        let (visitor, theirs) = (world.visitor(), Arc::clone(&world));
        let visiting = thread::spawn(move || {
            let _visit = visitor.enter();
            theirs.call();
        });
        world.cell.publish_entry(address(1));
        world.free(0);
        visiting.join().expect("no thread panics");
    });
}
