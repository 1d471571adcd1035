//! Where the stack of a thread ends: compiled recursive functions compare their frames with it and raise in time.

use std::cell::Cell;

/// Bytes kept free for the runtime's routines and for raising.
const RESERVE: usize = 256 * 1024;

thread_local! {
    static LIMIT: Cell<usize> = const { Cell::new(0) };
}

/// The address that the frames of this thread must stay above; 0, which nothing is below, if the system does not say.
pub extern "C" fn limit() -> i64 {
    LIMIT.with(|limit| {
        if limit.get() == 0 {
            limit.set(lowest_address().map_or(0, |lowest| lowest + RESERVE));
        }
        limit.get() as i64
    })
}

/// The lowest address of this thread's stack, its guard left out.
fn lowest_address() -> Option<usize> {
    let mut lowest = std::ptr::null_mut();
    let (mut size, mut guard) = (0, 0);
    // SAFETY: the attributes are initialized by the first call, read while they are, and destroyed once.
    unsafe {
        let mut attributes = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let has_stack = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size) == 0;
        let has_guard = libc::pthread_attr_getguardsize(attributes.as_ptr(), &mut guard) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        (has_stack && has_guard && size > RESERVE + guard).then_some(lowest as usize + guard)
    }
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn frames_are_above_the_limit() {
        let here = std::thread::spawn(|| {
            let local = 0u8;
            (limit() as usize, std::ptr::from_ref(&local) as usize)
        });
        for (limit, local) in [here.join().expect("the thread ends"), {
            let local = 0u8;
            (limit() as usize, std::ptr::from_ref(&local) as usize)
        }] {
            assert!(limit != 0 && limit < local);
        }
    }
}
