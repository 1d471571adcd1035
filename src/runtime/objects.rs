//! Objects of Python's that compiled code holds: exceptions, what they were made with, and attributes of these.
//!
//! Compiled code knows nothing of such an object but its address: a block that stands for it (`memory.rs`), or that of
//! an exception (`errors.rs`), which becomes an object of Python's when one is asked for. What is to be done with it is
//! an `Operation`, which Python's side carries out with the GIL. It costs about a microsecond.

use std::ptr::null_mut;
use std::sync::OnceLock;

use super::memory::{self, Header};
use super::strings::{Text, builder::Builder};

/// What is done with an object, and what the answer is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum Operation {
    /// `repr(a)`: a text.
    Repr = 0,
    /// `ascii(a)`: a text.
    Ascii = 1,
    /// `str(a)`: a text.
    Str = 2,
    /// `format(a, b)` with the text b: a text.
    Format = 3,
    /// The attribute of a that the text b names: an object.
    Attribute = 4,
    /// `a[b]`: an object.
    Item = 5,
    /// `len(a)`: an int.
    Length = 6,
    /// `bool(a)`: 0 or 1.
    Truth = 7,
    /// `int(a)`: an int.
    Int = 8,
    /// `float(a)`: a float.
    Float = 9,
    /// Whether a is an instance of the class that the text b names in `builtins`: 0 or 1.
    IsInstance = 10,
    /// The class of an exception, by its number at the answer's place: an object.
    Class = 11,
    /// `a < b`: 0 or 1, as for the next five.
    Less = 12,
    /// `a <= b`
    LessEqual = 13,
    /// `a == b`
    Equal = 14,
    /// `a != b`
    NotEqual = 15,
    /// `a > b`
    Greater = 16,
    /// `a >= b`
    GreaterEqual = 17,
    /// The cause of an exception of Python's: an exception, or null.
    Cause = 18,
    /// Its context: an exception, or null.
    Context = 19,
    /// Seeds the generator whose object a is itself with the argument of the exception b.
    Seed = 20,
    /// The normal number that the generator a has left, or NaN, as a float; it has none any more.
    TakeNormal = 21,
    /// Leaves the float at the answer's place to the generator a.
    KeepNormal = 22,
    /// Raises unless an object has as many items as the number at the answer's place says: its items are unpacked.
    CheckCount = 23,
    /// A new bytearray: of the text or buffer a, or of as many zeros as the number says.
    NewByteArray = 24,
    /// Gives the bytearray a as many bytes as the number says.
    Resize = 25,
    /// `a[start:stop:step]` of a buffer, by three numbers: a buffer.
    Slice = 26,
    /// `a[start:stop:step] = b` of buffers, or `del a[start:stop:step]` where b is null.
    AssignSlice = 27,
    /// `a[i, j...] = n` of a buffer, by numbers: how many positions, the positions, n; or with the bytes b in its place.
    AssignItem = 28,
    /// `memoryview(a)` of a text or buffer; or where b is a, of the array that numbers describe (`buffers.rs`): a buffer.
    NewView = 29,
    /// `a.cast(b)` of a memoryview: a buffer.
    Cast = 30,
    /// `a.toreadonly()` of a memoryview: a buffer.
    ReadOnly = 31,
    /// `a.release()` of a memoryview.
    Release = 32,
    /// `a.tobytes()` of a buffer: a text.
    Bytes = 33,
    /// `a == b` of memoryviews and what they are compared with: 0 or 1.
    SameItems = 34,
}

impl Operation {
    /// All operations, by number.
    const ALL: [Operation; 35] = [
        Operation::Repr,
        Operation::Ascii,
        Operation::Str,
        Operation::Format,
        Operation::Attribute,
        Operation::Item,
        Operation::Length,
        Operation::Truth,
        Operation::Int,
        Operation::Float,
        Operation::IsInstance,
        Operation::Class,
        Operation::Less,
        Operation::LessEqual,
        Operation::Equal,
        Operation::NotEqual,
        Operation::Greater,
        Operation::GreaterEqual,
        Operation::Cause,
        Operation::Context,
        Operation::Seed,
        Operation::TakeNormal,
        Operation::KeepNormal,
        Operation::CheckCount,
        Operation::NewByteArray,
        Operation::Resize,
        Operation::Slice,
        Operation::AssignSlice,
        Operation::AssignItem,
        Operation::NewView,
        Operation::Cast,
        Operation::ReadOnly,
        Operation::Release,
        Operation::Bytes,
        Operation::SameItems,
    ];
}

/// What Python's side does: 0 with the answer in place, or 1 with a Python exception set. A second operand of `Item` and
/// of comparisons is an object, or an exception whose one argument is meant.
pub type Operate = unsafe fn(Operation, *mut Header, *mut Header, *mut u64) -> i32;

static OPERATE: OnceLock<Operate> = OnceLock::new();

/// Installs the function; the first call counts.
pub fn install(operate: Operate) {
    // It is the same whoever installs it.
    let _ = OPERATE.set(operate);
}

/// Carries out the operation of a number. 1 if it raised.
///
/// # Safety
/// The operands are alive, or null where the operation has none, and there is room for an answer.
pub unsafe extern "C" fn operate(operation: i64, a: *mut Header, b: *mut Header, answer: *mut u64) -> i32 {
    let operation = usize::try_from(operation).ok().and_then(|number| Operation::ALL.get(number));
    match (operation, OPERATE.get()) {
        // SAFETY: the caller's promise.
        (Some(operation), Some(operate)) => unsafe { operate(*operation, a, b, answer) },
        // Without Python there are no objects.
        _ => 1,
    }
}

/// A text that an object has, with its reference.
#[derive(Debug)]
pub struct OwnText(*mut Text);

impl OwnText {
    /// Its code points.
    pub fn view(&self) -> super::strings::text::View<'_> {
        // SAFETY: the reference keeps the text alive.
        unsafe { Text::view(self.0) }
    }
}

impl Drop for OwnText {
    fn drop(&mut self) {
        // SAFETY: the reference is ours to drop.
        unsafe { memory::release(self.0.cast()) }
    }
}

/// The text that an operation answers; `None` if it raised.
///
/// # Safety
/// A live object is there.
pub(super) unsafe fn text(operation: Operation, object: *mut Header) -> Option<OwnText> {
    let mut answer = 0;
    // SAFETY: the caller's promise.
    let status = unsafe { operate(operation as i64, object, null_mut(), &raw mut answer) };
    (status == 0).then(|| OwnText(answer as *mut Text))
}

/// A new text of these code points; null without memory.
pub fn new_text(text: &str) -> *mut Text {
    let mut builder = Builder::new(text.len());
    text.chars().for_each(|character| builder.push(character.into()));
    builder.finish()
}

/// A new block that stands for an object of Python's and owns the reference that is handed over; null without memory.
pub fn new_block(object: *mut std::ffi::c_void) -> *mut Header {
    let header = memory::allocate(0);
    // SAFETY: a fresh block, or null.
    if let Some(block) = unsafe { header.as_mut() } {
        block.object = object;
    }
    header
}

#[cfg(test)]
mod tests {
    use super::Operation;

    #[test]
    fn operations_stand_at_their_numbers() {
        for (number, operation) in Operation::ALL.iter().enumerate() {
            assert_eq!(*operation as usize, number);
        }
    }
}
