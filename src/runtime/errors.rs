//! Exceptions: the one in flight, those being handled, and the objects that compiled code holds.
//!
//! An exception is a reference-counted block (`memory.rs`) that says where it was raised and with which numbers;
//! Python's side makes an exception object of it with a traceback when it leaves compiled code. Everything is
//! thread-local: a compiled call runs on one thread from entry to exit. A status of 1 says that an exception is in
//! flight; a handler takes it, and so does whoever leaves compiled code.
//!
//! ```text
//! raise, raise_object, reraise --> in flight --catch--> an object --begin_handling--> being handled
//!                                      '--take--> Python                              '--end_handling--> forgotten
//! ```
//!
//! What is raised while another exception is being handled has that one as its context, as in CPython. An exception
//! that a routine left in Python's own thread state becomes a foreign one when it is caught.

use std::cell::RefCell;
use std::ffi::c_void;
use std::ops::Deref;
use std::ptr::{NonNull, null_mut};
use std::sync::OnceLock;

use super::objects::{self, Operation};
use super::strings::Text;
use super::{exception_classes, memory};
use crate::lir::FunctionId;

/// A place in a compiled function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame {
    /// The function.
    pub function: FunctionId,
    /// The line in the user's file; of the place that raised, the site says it.
    pub line: Line,
}

/// A line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Line {
    /// This one.
    Number(u32),
    /// That of a site of the function.
    Site(usize),
}

/// What an exception is made of.
#[derive(Debug)]
pub enum Origin {
    /// Compiled code raised it.
    Site {
        /// The function that raised.
        function: FunctionId,
        /// The index in its table of sites.
        site: usize,
        /// The numbers for the site's message or arguments; of a string its address.
        numbers: Vec<i64>,
        /// What stands for `{text}` in the message: what a routine of the runtime has to say.
        text: Option<String>,
        /// The strings among the arguments.
        texts: Vec<HeldText>,
    },
    /// It came from Python.
    Foreign(Foreign),
}

/// A reference to a string.
#[derive(Debug)]
pub struct HeldText(*mut Text);

impl HeldText {
    /// Adds a reference for whoever takes the string over.
    pub fn retain(&self) {
        // SAFETY: the reference keeps the string alive.
        unsafe { memory::retain(self.0.cast()) }
    }
}

impl Drop for HeldText {
    fn drop(&mut self) {
        // SAFETY: the reference is ours to drop.
        unsafe { memory::release(self.0.cast()) }
    }
}

/// An exception object of Python's, with its traceback so far.
#[derive(Debug)]
pub struct Foreign {
    /// The object; one reference is ours.
    pub object: *mut c_void,
}

impl Drop for Foreign {
    fn drop(&mut self) {
        if let Some(hooks) = HOOKS.get() {
            (hooks.release)(self.object);
        }
    }
}

/// What is said of an exception.
#[derive(Debug)]
pub struct Raised {
    /// What it is made of.
    pub origin: Origin,
    /// The number of its class.
    pub class: i64,
    /// The compiled functions that it passed, innermost first.
    pub frames: Vec<Frame>,
    /// The exception that was being handled when it was raised.
    pub context: Option<Exception>,
    /// What `raise ... from` stated, which may be that there is no cause.
    pub cause: Option<Option<Exception>>,
}

/// The block of an exception.
#[repr(C)]
struct Block {
    header: memory::Header,
    raised: RefCell<Raised>,
}

/// A counted reference to an exception.
#[derive(Debug)]
pub struct Exception(NonNull<Block>);

impl Exception {
    fn new(raised: Raised) -> Exception {
        let header = memory::new_header(memory::Contents::EXCEPTION);
        let block = Box::new(Block { header, raised: RefCell::new(raised) });
        Exception(NonNull::from(Box::leak(block)))
    }

    /// The exception at an address that compiled code holds; it keeps its reference.
    ///
    /// # Safety
    /// A live exception is there.
    pub unsafe fn at(address: *mut memory::Header) -> Exception {
        // SAFETY: the caller's promise; the header is the block's first field.
        unsafe {
            memory::retain(address);
            Exception(NonNull::new_unchecked(address.cast()))
        }
    }

    /// Its address, which takes the reference over.
    pub fn into_address(self) -> *mut memory::Header {
        let address = self.0.as_ptr().cast();
        std::mem::forget(self);
        address
    }

    /// An exception object of Python's, whose reference is handed over, with the number of its class.
    pub fn foreign(object: *mut c_void, class: i64) -> Exception {
        let origin = Origin::Foreign(Foreign { object });
        Exception::new(Raised { origin, class, frames: Vec::new(), context: None, cause: None })
    }

    /// True for two references to one exception.
    pub fn is_same(&self, other: &Exception) -> bool {
        self.0 == other.0
    }

    /// Makes `context` the context, and ends the chain of contexts where it would come back to this exception.
    fn set_context(&self, context: &Exception) {
        if self.is_same(context) {
            return;
        }
        let mut current = context.clone();
        loop {
            let next = current.borrow().context.clone();
            match next {
                Some(next) if next.is_same(self) => {
                    current.borrow_mut().context = None;
                    break;
                }
                Some(next) => current = next,
                None => break,
            }
        }
        self.borrow_mut().context = Some(context.clone());
    }
}

impl Deref for Exception {
    type Target = RefCell<Raised>;

    fn deref(&self) -> &RefCell<Raised> {
        // SAFETY: the reference keeps the block alive.
        unsafe { &self.0.as_ref().raised }
    }
}

impl Clone for Exception {
    fn clone(&self) -> Exception {
        // SAFETY: the block lives as long as this reference.
        unsafe { Exception::at(self.0.as_ptr().cast()) }
    }
}

impl Drop for Exception {
    fn drop(&mut self) {
        // SAFETY: the reference is ours to drop.
        unsafe { memory::release(self.0.as_ptr().cast()) }
    }
}

/// Frees the block of an exception, and what it alone leads to; a long chain of contexts costs no stack.
///
/// # Safety
/// No reference to the block is left.
pub(super) unsafe fn free(header: *mut memory::Header) {
    // SAFETY: made by `Exception::new`, and the caller's promise.
    let block = unsafe { Box::from_raw(header.cast::<Block>()) };
    let mut context = block.raised.into_inner().context;
    while let Some(exception) = context {
        // SAFETY: the reference keeps the block alive.
        let is_last = unsafe { exception.0.as_ref().header.references == 1 };
        context = if is_last { exception.borrow_mut().context.take() } else { None };
    }
}

/// What Python's side does for exceptions of its own.
#[derive(Debug)]
pub struct Hooks {
    /// Takes the exception that is set in Python's thread state, with the number of its class.
    pub take: fn() -> Option<(*mut c_void, i64)>,
    /// Drops a reference to an exception object.
    pub release: fn(*mut c_void),
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// States the hooks, once.
pub fn set_hooks(hooks: Hooks) {
    // A second call states the same.
    let _ = HOOKS.set(hooks);
}

thread_local! {
    static IN_FLIGHT: RefCell<Option<Exception>> = const { RefCell::new(None) };
    static TEXT: RefCell<Option<String>> = const { RefCell::new(None) };
    static HANDLED: RefCell<Vec<Exception>> = const { RefCell::new(Vec::new()) };
}

fn being_handled() -> Option<Exception> {
    HANDLED.with_borrow(|handled| handled.last().cloned())
}

fn fly(exception: Exception) {
    let before = IN_FLIGHT.replace(Some(exception));
    drop(before);
}

fn made(function: i64, site: i64, class: i64) -> Raised {
    let function = FunctionId(function as u32);
    Raised {
        origin: Origin::Site {
            function,
            site: site as usize,
            numbers: Vec::new(),
            text: TEXT.take(),
            texts: Vec::new(),
        },
        class,
        frames: Vec::new(),
        context: None,
        cause: None,
    }
}

/// Leaves text for the message of the exception that the caller raises because of the status it gets.
pub fn set_text(text: String) {
    TEXT.with_borrow_mut(|slot| *slot = Some(text));
}

/// Raises the exception of a site. Called by compiled code on its way to a handler or to returning status 1.
pub extern "C" fn raise(function: i64, site: i64, class: i64) {
    let mut raised = made(function, site, class);
    raised.frames.push(Frame { function: FunctionId(function as u32), line: Line::Site(site as usize) });
    raised.context = being_handled();
    fly(Exception::new(raised));
}

/// Raises the exception that is set in Python's thread state, in no place of a compiled function.
pub fn raise_from_python() {
    fly(take_any());
}

/// Adds a number for the message or arguments of the exception just raised.
pub extern "C" fn raise_number(number: i64) {
    IN_FLIGHT.with_borrow(|slot| {
        if let Some(exception) = slot {
            add_number(exception, number);
        }
    });
}

fn add_number(exception: &Exception, number: i64) {
    if let Origin::Site { numbers, .. } = &mut exception.borrow_mut().origin {
        numbers.push(number);
    }
}

/// Adds a string to the arguments of the exception just raised.
///
/// # Safety
/// The string is alive.
pub unsafe extern "C" fn raise_text(text: *const Text) {
    IN_FLIGHT.with_borrow(|slot| {
        if let Some(exception) = slot {
            // SAFETY: the caller's promise.
            unsafe { add_text(exception, text) };
        }
    });
}

unsafe fn add_text(exception: &Exception, text: *const Text) {
    if let Origin::Site { numbers, texts, .. } = &mut exception.borrow_mut().origin {
        numbers.push(text as i64);
        // SAFETY: the caller's promise.
        texts.push(HeldText(unsafe { Text::retained(text) }));
    }
}

/// Adds the frame of a caller that the exception comes to.
pub extern "C" fn trace(function: i64, line: i64) {
    IN_FLIGHT.with_borrow(|slot| {
        if let Some(exception) = slot {
            let frame = Frame { function: FunctionId(function as u32), line: Line::Number(line as u32) };
            exception.borrow_mut().frames.push(frame);
        }
    });
}

/// An exception object that is not raised yet.
pub extern "C" fn new_exception(function: i64, site: i64, class: i64) -> *mut memory::Header {
    Exception::new(made(function, site, class)).into_address()
}

/// Adds a number for the message or arguments of an exception object.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn exception_number(exception: *mut memory::Header, number: i64) {
    // SAFETY: the caller's promise.
    add_number(&unsafe { Exception::at(exception) }, number);
}

/// Adds a string to the arguments of an exception object.
///
/// # Safety
/// A live exception is there, and the string is alive.
pub unsafe extern "C" fn exception_text(exception: *mut memory::Header, text: *const Text) {
    // SAFETY: the caller's promise.
    unsafe { add_text(&Exception::at(exception), text) };
}

/// Raises an exception object, which gets a frame and a context.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn raise_object(exception: *mut memory::Header, function: i64, line: i64) {
    // SAFETY: the caller's promise.
    let exception = unsafe { Exception::at(exception) };
    if let Some(context) = being_handled() {
        exception.set_context(&context);
    }
    let frame = Frame { function: FunctionId(function as u32), line: Line::Number(line as u32) };
    exception.borrow_mut().frames.push(frame);
    fly(exception);
}

/// Lets an exception that was caught go on.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn reraise(exception: *mut memory::Header) {
    // SAFETY: the caller's promise.
    fly(unsafe { Exception::at(exception) });
}

/// Whether an exception is the `RuntimeError` that a generator made of the `StopIteration` that was thrown into it.
///
/// # Safety
/// Live exceptions are there.
pub unsafe extern "C" fn is_stopped(exception: *mut memory::Header, thrown: *mut memory::Header) -> bool {
    // SAFETY: the caller's promise.
    let (exception, thrown) = unsafe { (Exception::at(exception), Exception::at(thrown)) };
    let is_of = |exception: &Exception, class: &str| {
        exception_classes::id(class)
            .is_some_and(|class| exception_classes::is_subclass(exception.borrow().class, class))
    };
    let is_cause = matches!(&exception.borrow().cause, Some(Some(cause)) if cause.is_same(&thrown));
    is_cause && is_of(&exception, "RuntimeError") && is_of(&thrown, "StopIteration")
}

/// How many frames of functions an exception has passed.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn frame_count(exception: *mut memory::Header) -> i64 {
    // SAFETY: the caller's promise.
    let exception = unsafe { Exception::at(exception) };
    let count = exception.borrow().frames.len();
    count as i64
}

/// Forgets the frames that an exception has passed behind so many.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn forget_frames(exception: *mut memory::Header, count: i64) {
    // SAFETY: the caller's promise.
    let exception = unsafe { Exception::at(exception) };
    exception.borrow_mut().frames.truncate(usize::try_from(count).unwrap_or(0));
}

/// States the cause of an exception: another one, or null for none.
///
/// # Safety
/// A live exception is there, and at `cause` one or null.
pub unsafe extern "C" fn set_cause(exception: *mut memory::Header, cause: *mut memory::Header) {
    // SAFETY: the caller's promise.
    let exception = unsafe { Exception::at(exception) };
    // SAFETY: the caller's promise.
    let cause = (!cause.is_null()).then(|| unsafe { Exception::at(cause) });
    // A chain that comes back would keep itself alive.
    let is_own = |cause: &Exception| {
        let mut current = Some(cause.clone());
        while let Some(one) = current {
            if one.is_same(&exception) {
                return true;
            }
            current = one.borrow().cause.clone().flatten();
        }
        false
    };
    let before = exception.borrow_mut().cause.replace(cause.filter(|cause| !is_own(cause)));
    drop(before);
}

/// An exception leaves a generator: in place of `StopIteration` the exception of a site, with that one for its cause.
pub extern "C" fn generator_raised(function: i64, site: i64, class: i64) {
    let stop = exception_classes::id("StopIteration").unwrap_or(0);
    let is_stop = |exception: &Exception| exception_classes::is_subclass(exception.borrow().class, stop);
    if !IN_FLIGHT.with_borrow(|slot| slot.as_ref().is_some_and(is_stop)) {
        return;
    }
    if let Some(stopped) = take() {
        let mut raised = made(function, site, class);
        raised.context = Some(stopped.clone());
        raised.cause = Some(Some(stopped));
        fly(Exception::new(raised));
    }
}

/// Takes the exception in flight into a handler.
pub extern "C" fn catch() -> *mut memory::Header {
    take_any().into_address()
}

fn take_any() -> Exception {
    if let Some(exception) = take() {
        return exception;
    }
    let foreign = HOOKS.get().and_then(|hooks| (hooks.take)());
    let (object, class) = foreign.unwrap_or_else(|| (null_mut(), exception_classes::id("SystemError").unwrap_or(0)));
    let origin = Origin::Foreign(Foreign { object });
    Exception::new(Raised { origin, class, frames: Vec::new(), context: being_handled(), cause: None })
}

/// An exception is being handled from here on.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn begin_handling(exception: *mut memory::Header) {
    // SAFETY: the caller's promise.
    let exception = unsafe { Exception::at(exception) };
    HANDLED.with_borrow_mut(|handled| handled.push(exception));
}

/// What was handled before is being handled again.
pub extern "C" fn end_handling() {
    let ended = HANDLED.with_borrow_mut(Vec::pop);
    drop(ended);
}

/// The exception that is being handled, or null.
pub extern "C" fn handled() -> *mut memory::Header {
    being_handled().map_or_else(null_mut, Exception::into_address)
}

/// Whether an exception is of a class.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn matches_class(exception: *mut memory::Header, class: i64) -> bool {
    // SAFETY: the caller's promise; the header is the block's first field.
    let exception = unsafe { &*exception.cast::<Block>() };
    exception_classes::is_subclass(exception.raised.borrow().class, class)
}

/// The number of the class of an exception.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn class_of(exception: *mut memory::Header) -> i64 {
    // SAFETY: the caller's promise.
    unsafe { Exception::at(exception) }.borrow().class
}

/// The cause of an exception, or its context where the number is not 0, with a reference for the caller; or null.
///
/// # Safety
/// A live exception is there.
pub unsafe extern "C" fn link(exception: *mut memory::Header, is_context: i64) -> *mut memory::Header {
    // SAFETY: the caller's promise.
    let own = unsafe { Exception::at(exception) };
    let raised = own.borrow();
    let linked = if is_context != 0 { raised.context.clone() } else { raised.cause.clone().flatten() };
    let is_python = matches!(raised.origin, Origin::Foreign(_));
    drop(raised);
    match linked {
        Some(linked) => linked.into_address(),
        None if is_python => {
            let operation = if is_context != 0 { Operation::Context } else { Operation::Cause };
            let mut answer = 0u64;
            // SAFETY: the caller's promise; asking for a link of an exception does not raise.
            unsafe { objects::operate(operation as i64, exception, null_mut(), &raw mut answer) };
            answer as *mut memory::Header
        }
        None => null_mut(),
    }
}

/// Puts an exception in flight that was taken.
pub fn put_back(exception: Exception) {
    fly(exception);
}

/// Takes the exception in flight of this thread.
pub fn take() -> Option<Exception> {
    IN_FLIGHT.take()
}
