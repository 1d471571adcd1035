//! A specialization as the dispatcher sees it: guards, the entry cell, and how the result is boxed.
//!
//!     guards match, values into slots -> call through the cell -> status 0: box the result
//!                                                             -> status 1: raise what was recorded

use std::mem::MaybeUninit;

use pyo3::exceptions::PyMemoryError;
use pyo3::ffi;
use pyo3::prelude::*;
use upshift_core::lir::FunctionId;
use upshift_core::lower::machine_types;
use upshift_core::runtime::errors;
use upshift_core::runtime::memory::{self, Header};
use upshift_core::typing::Type;
use upshift_manager::Counters;

use crate::boxing::Boxing;
use crate::containers::Conversion;
use crate::engine::{self, Entry};

use crate::guard::{Guard, Outcome, Target};
use crate::keeping::Keeping;
use crate::quiescence::{guarded, visiting};
use crate::raise;

/// Slots and headers that live on the stack; calls that need more take them from the heap.
const STACK_SLOTS: usize = 64;
const STACK_HEADERS: usize = 8;

/// A way to call one specialization.
pub(crate) struct Plan {
    entry: Entry,
    /// They say which calls are timed; counted under the GIL.
    counters: &'static Counters,
    guards: Box<[Guard]>,
    boxing: Boxing,
    /// Where the result's slots begin.
    first_result: usize,
    slot_count: usize,
    header_count: usize,
    releases_gil: bool,
    is_synchronous: bool,
    /// Neither of the two above.
    is_plain: bool,
    fits_stack: bool,
    /// Arguments are converted, and written back after the call.
    has_containers: bool,
    /// What the call makes or fills may keep its arguments.
    keeps: Option<Keeping>,
    /// The plan to try next.
    pub(crate) next: *const Plan,
    /// Which specialization.
    pub(crate) id: FunctionId,
}

/// What a plan is made of.
pub(crate) struct Parts<'a> {
    pub(crate) id: FunctionId,
    pub(crate) entry: Entry,
    pub(crate) counters: &'static Counters,
    pub(crate) guards: Box<[Guard]>,
    pub(crate) boxing: Boxing,
    pub(crate) arguments: &'a [Type],
    pub(crate) result: &'a Type,
    /// Other threads run Python during calls.
    pub(crate) releases_gil: bool,
    /// Calls recompile their function when it is hot.
    pub(crate) is_synchronous: bool,
    /// The dispatcher, which owns the plan.
    pub(crate) owner: *mut ffi::PyObject,
}

impl Plan {
    /// A plan that is in no list yet.
    pub(crate) fn new(parts: Parts<'_>) -> Plan {
        let first_result = parts.arguments.iter().map(|ty| machine_types(ty).len()).sum::<usize>();
        let slot_count = first_result + machine_types(parts.result).len();
        let header_count = parts.guards.iter().map(Guard::header_count).sum();
        let is_lasting = parts.guards.iter().any(Guard::is_lasting);
        let keeps = Keeping::new(parts.arguments, parts.result, parts.owner, is_lasting);
        Plan {
            has_containers: parts.guards.iter().any(Guard::has_containers),
            fits_stack: slot_count <= STACK_SLOTS
                && header_count <= STACK_HEADERS
                && !parts.guards.iter().any(Guard::has_containers)
                && keeps.is_none(),
            keeps,
            slot_count,
            header_count,
            first_result,
            entry: parts.entry,
            counters: parts.counters,
            guards: parts.guards,
            boxing: parts.boxing,
            releases_gil: parts.releases_gil,
            is_synchronous: parts.is_synchronous,
            is_plain: !parts.releases_gil && !parts.is_synchronous,
            next: std::ptr::null(),
            id: parts.id,
        }
    }

    /// Calls `visit` on each object that the plan keeps alive.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        self.guards.iter().for_each(|guard| guard.for_each_object(visit));
        self.boxing.for_each_object(visit);
    }

    /// Calls the code if the arguments fit: the result, or null with a Python exception. `None` if they do not fit.
    ///
    /// # Safety
    /// The GIL is held; `args` leads to as many live objects as there are parameters.
    #[inline(always)]
    pub(crate) unsafe fn call(&self, args: *const *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        if !self.fits_stack {
            // SAFETY: the caller's promise.
            return unsafe { self.call_large(args) };
        }
        let mut slots = MaybeUninit::<[u64; STACK_SLOTS]>::uninit();
        let mut headers = MaybeUninit::<[Header; STACK_HEADERS]>::uninit();
        // SAFETY: the caller's promise; both buffers are as large as compared above.
        unsafe { self.call_in(args, slots.as_mut_ptr().cast(), headers.as_mut_ptr().cast()) }
    }

    #[cold]
    unsafe fn call_large(&self, args: *const *mut ffi::PyObject) -> Option<*mut ffi::PyObject> {
        let mut slots = vec![0; self.slot_count];
        let mut headers = Vec::<Header>::with_capacity(self.header_count);
        if let Some(keeping) = &self.keeps {
            // SAFETY: as below.
            return unsafe { self.call_keeping(keeping, args, slots.as_mut_ptr(), headers.as_mut_ptr()) };
        }
        if self.has_containers {
            // SAFETY: as below.
            return unsafe { self.call_converting(args, slots.as_mut_ptr(), headers.as_mut_ptr()) };
        }
        // SAFETY: the caller's promise; both buffers are as large as the plan says.
        unsafe { self.call_in(args, slots.as_mut_ptr(), headers.as_mut_ptr()) }
    }

    /// Unboxes arguments with lists, dicts or sets among them; else what the call answers.
    unsafe fn convert(
        &self,
        args: *const *mut ffi::PyObject,
        mut target: Target,
    ) -> Result<Conversion, Option<*mut ffi::PyObject>> {
        Conversion::begin();
        let outcome = (0..self.guards.len())
            // SAFETY: as for `call_in`.
            .map(|position| unsafe { self.guards[position].unbox(*args.add(position), &mut target) })
            .find(|outcome| *outcome != Outcome::Fits);
        let conversion = Conversion::end();
        match outcome {
            None | Some(Outcome::Fits) => Ok(conversion),
            Some(Outcome::Differs) => Err(None),
            Some(Outcome::Raised) => Err(Some(std::ptr::null_mut())),
        }
    }

    /// A call with lists, dicts or sets among the arguments: what was changed is written back, also when it raises.
    unsafe fn call_converting(
        &self,
        args: *const *mut ffi::PyObject,
        slots: *mut u64,
        headers: *mut Header,
    ) -> Option<*mut ffi::PyObject> {
        // SAFETY: as for `call_in`.
        unsafe {
            let conversion = match self.convert(args, Target { slots, headers }) {
                Ok(conversion) => conversion,
                Err(answer) => return answer,
            };
            let status = self.call_slots(slots);
            if conversion.write_back() != 0 {
                // Python's exception comes instead of the code's own.
                drop(errors::take());
                return Some(std::ptr::null_mut());
            }
            Some(self.answer(status, slots))
        }
    }

    /// A call whose result may hold the arguments: a generator or a closure, which go on when the call has ended.
    unsafe fn call_keeping(
        &self,
        keeping: &Keeping,
        args: *const *mut ffi::PyObject,
        slots: *mut u64,
        headers: *mut Header,
    ) -> Option<*mut ffi::PyObject> {
        // SAFETY: as for `call_in`; the headers are as many as the plan says.
        unsafe {
            let conversion = match self.convert(args, Target { slots, headers }) {
                Ok(conversion) => conversion,
                Err(answer) => return answer,
            };
            let Some(kept) = keeping.headers(slots, headers..headers.add(self.header_count)) else {
                PyMemoryError::new_err(()).restore(Python::assume_attached());
                return Some(std::ptr::null_mut());
            };
            let status = self.call_slots(slots);
            kept.into_iter().for_each(|header| memory::release(header));
            if conversion.write_back() != 0 {
                drop(errors::take());
                return Some(std::ptr::null_mut());
            }
            Some(Keeping::with(conversion, keeping.objects(slots), || self.answer(status, slots)))
        }
    }

    /// Runs a generator to its next item: whether there is one, in its frame. `None` with a Python exception.
    ///
    /// # Safety
    /// The GIL is held; the plan is for resuming generators of this one's type.
    pub(crate) unsafe fn resume(&self, generator: *mut Header) -> Option<bool> {
        let mut slots = [generator as u64, 0];
        // SAFETY: the entry takes the generator and answers a bool, each in a slot.
        unsafe {
            if self.call_slots(slots.as_mut_ptr()) != 0 {
                raise::raise();
                return None;
            }
        }
        Some(slots[1] as u8 != 0)
    }

    #[inline(always)]
    unsafe fn call_in(
        &self,
        args: *const *mut ffi::PyObject,
        slots: *mut u64,
        headers: *mut Header,
    ) -> Option<*mut ffi::PyObject> {
        let mut target = Target { slots, headers };
        // SAFETY: `args` has an object for each guard. The entry takes slots as `lower::repr` states, writes the
        // result's slots when it answers 0, and stays valid: the dispatcher, which the caller holds, owns its code.
        unsafe {
            for (position, guard) in self.guards.iter().enumerate() {
                match guard.unbox(*args.add(position), &mut target) {
                    Outcome::Fits => {}
                    Outcome::Differs => return None,
                    Outcome::Raised => return Some(std::ptr::null_mut()),
                }
            }
            let status = self.call_slots(slots);
            Some(self.answer(status, slots))
        }
    }

    #[inline(always)]
    unsafe fn call_slots(&self, slots: *mut u64) -> i32 {
        // SAFETY: as for `call_in`.
        unsafe { if self.counters.is_due() { self.call_timed(slots) } else { self.call_code(slots) } }
    }

    /// The result as an object; null with an exception set if the status is not 0.
    #[inline(always)]
    unsafe fn answer(&self, status: i32, slots: *mut u64) -> *mut ffi::PyObject {
        if status != 0 {
            raise::raise();
            return std::ptr::null_mut();
        }
        // SAFETY: as for `call_in`: the code has written the result's slots.
        unsafe { self.boxing.make(&mut slots.add(self.first_result).cast_const()) }
    }

    #[inline(always)]
    unsafe fn call_code(&self, slots: *mut u64) -> i32 {
        // SAFETY: as for `call_in`.
        unsafe { if self.is_plain { guarded(|| (self.entry.load())(slots)) } else { self.call_unusual(slots) } }
    }

    /// Tells the profiling thread, which may sleep, that code runs, and how long it takes.
    #[cold]
    unsafe fn call_timed(&self, slots: *mut u64) -> i32 {
        if let Some(engine) = engine::running() {
            engine.manager.kick(self.counters);
            engine.note_rest();
        }
        let timing = self.counters.begin();
        // SAFETY: as for `call_in`.
        let status = unsafe { self.call_code(slots) };
        self.counters.end(timing);
        status
    }

    /// Lets other threads run Python meanwhile, or recompiles afterwards if the function is hot.
    #[inline(never)]
    unsafe fn call_unusual(&self, slots: *mut u64) -> i32 {
        // SAFETY: the GIL is held, and taken again if it was released; what the code asks of
        // Python takes the GIL itself, and the caller of the dispatcher holds the arguments.
        let status = unsafe {
            match engine::running() {
                Some(engine) if self.releases_gil => {
                    let state = ffi::PyEval_SaveThread();
                    let status = visiting(&engine.manager, || (self.entry.load())(slots));
                    ffi::PyEval_RestoreThread(state);
                    status
                }
                _ => guarded(|| (self.entry.load())(slots)),
            }
        };
        if let (true, Some(engine)) = (self.is_synchronous, engine::running()) {
            engine.manager.poll(self.id);
        }
        status
    }
}
