//! What `print` writes to: Python's `sys.stdout`, through a function that Python's side installs.

use std::sync::OnceLock;

use super::text::Text;

/// Writes a text to `sys.stdout`, or flushes it where the text is null: 0, or 1 with a Python exception set.
pub type Write = unsafe extern "C" fn(*const Text) -> i32;

static WRITE: OnceLock<Write> = OnceLock::new();

/// Installs the function; the first call counts.
pub fn install(write: Write) {
    // It is the same whoever installs it.
    let _ = WRITE.set(write);
}

/// Writes a text; without Python to the process's standard output.
///
/// # Safety
/// The text is alive, or null.
pub unsafe extern "C" fn write(text: *const Text) -> i32 {
    match WRITE.get() {
        // SAFETY: the caller's promise.
        Some(write) => unsafe { write(text) },
        None if text.is_null() => 0,
        // SAFETY: the caller's promise.
        None => unsafe {
            print!("{}", Text::view(text).to_utf8());
            0
        },
    }
}
