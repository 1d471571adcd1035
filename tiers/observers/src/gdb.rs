//! gdb's interface for code that a process makes: a list of object files in memory, and a function that gdb sets a
//! breakpoint on. The names and layouts are gdb's ("JIT Compilation Interface" in its manual).

use std::ptr::null_mut;

use parking_lot::Mutex;

/// One object file.
#[repr(C)]
struct Entry {
    next: *mut Entry,
    previous: *mut Entry,
    file: *const u8,
    size: u64,
}

/// The list, and what has changed.
#[repr(C)]
pub(crate) struct Descriptor {
    version: u32,
    action: u32,
    relevant: *mut Entry,
    first: *mut Entry,
}

const REGISTER: u32 = 1;
const UNREGISTER: u32 = 2;

/// gdb reads it by its name, while the process stands still.
#[unsafe(no_mangle)]
pub(crate) static mut __jit_debug_descriptor: Descriptor =
    Descriptor { version: 1, action: 0, relevant: null_mut(), first: null_mut() };

/// gdb stops here, and looks at the descriptor.
#[unsafe(no_mangle)]
#[inline(never)]
pub(crate) extern "C" fn __jit_debug_register_code() {
    // A function without effect could be left out, with the calls of it.
    // SAFETY: no instruction at all.
    unsafe { std::arch::asm!("", options(nostack, preserves_flags)) };
}

/// Whoever changes the list holds this.
static LIST: Mutex<()> = Mutex::new(());

/// An object file that gdb knows of until this is dropped.
pub(crate) struct Registration {
    entry: *mut Entry,
    _file: Box<[u8]>,
}

// SAFETY: the entry is used under the lock of the list only.
unsafe impl Send for Registration {}
// SAFETY: nothing can be done with a shared registration.
unsafe impl Sync for Registration {}

impl Registration {
    /// Tells gdb of an object file.
    pub(crate) fn new(file: Vec<u8>) -> Registration {
        let file = file.into_boxed_slice();
        let entry = Entry { next: null_mut(), previous: null_mut(), file: file.as_ptr(), size: file.len() as u64 };
        let entry = Box::into_raw(Box::new(entry));
        let _guard = LIST.lock();
        // SAFETY: the list changes under its lock; entries in it live until `drop` takes them out.
        unsafe {
            let descriptor = &raw mut __jit_debug_descriptor;
            (*entry).next = (*descriptor).first;
            if !(*entry).next.is_null() {
                (*(*entry).next).previous = entry;
            }
            (*descriptor).first = entry;
            tell(descriptor, REGISTER, entry);
        }
        Registration { entry, _file: file }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let guard = LIST.lock();
        // SAFETY: as in `new`; after this nothing leads to the entry.
        unsafe {
            let descriptor = &raw mut __jit_debug_descriptor;
            let (next, previous) = ((*self.entry).next, (*self.entry).previous);
            if !next.is_null() {
                (*next).previous = previous;
            }
            if previous.is_null() {
                (*descriptor).first = next;
            } else {
                (*previous).next = next;
            }
            tell(descriptor, UNREGISTER, self.entry);
            (*descriptor).relevant = null_mut();
            drop(guard);
            drop(Box::from_raw(self.entry));
        }
    }
}

/// # Safety
/// The caller holds the lock of the list, and the entry lives.
unsafe fn tell(descriptor: *mut Descriptor, action: u32, entry: *mut Entry) {
    // SAFETY: the caller's promise. Volatile: only gdb reads it.
    unsafe {
        (&raw mut (*descriptor).relevant).write_volatile(entry);
        (&raw mut (*descriptor).action).write_volatile(action);
    }
    __jit_debug_register_code();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of the list, first to last.
    fn listed() -> Vec<Vec<u8>> {
        let mut files = Vec::new();
        // SAFETY: only this test registers files, and they live.
        unsafe {
            let mut next = __jit_debug_descriptor.first;
            while let Some(entry) = next.as_ref() {
                files.push(std::slice::from_raw_parts(entry.file, entry.size as usize).to_vec());
                next = entry.next;
            }
        }
        files
    }

    #[test]
    fn the_list_follows_registrations() {
        let [first, second, third] = [1, 2, 3].map(|byte| Registration::new(vec![byte]));
        assert_eq!(listed(), [[3], [2], [1]]);
        drop(second);
        assert_eq!(listed(), [[3], [1]]);
        drop(third);
        assert_eq!(listed(), [[1]]);
        drop(first);
        assert!(listed().is_empty());
    }
}
