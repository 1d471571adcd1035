//! The clocks of the module `time`, read as CPython reads them.

use libc::{
    CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_REALTIME, CLOCK_THREAD_CPUTIME_ID, clock_gettime, timespec,
};

/// The clocks, by the number that compiled code passes.
const CLOCKS: [i32; 4] = [CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_PROCESS_CPUTIME_ID, CLOCK_THREAD_CPUTIME_ID];

/// Nanoseconds of a clock, by its number: real time, monotonic time, the time of the process, that of the thread.
pub extern "C" fn nanoseconds(clock: i64) -> i64 {
    let clock = usize::try_from(clock).ok().and_then(|number| CLOCKS.get(number)).unwrap_or(&CLOCK_MONOTONIC);
    let mut time = timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: there is room for the time. The clocks are Linux's own, so that the call does not fail.
    unsafe { clock_gettime(*clock, &raw mut time) };
    time.tv_sec.wrapping_mul(1_000_000_000).wrapping_add(time.tv_nsec)
}

/// The same in seconds: whole seconds are exact, as in `_PyTime_AsSecondsDouble`.
pub extern "C" fn seconds(clock: i64) -> f64 {
    let time = nanoseconds(clock);
    if time % 1_000_000_000 == 0 { (time / 1_000_000_000) as f64 } else { time as f64 / 1e9 }
}

#[cfg(test)]
mod tests {
    use super::{nanoseconds, seconds};

    #[test]
    fn clocks_go_forward() {
        for clock in 0..4 {
            let first = nanoseconds(clock);
            assert!(first > 0 && nanoseconds(clock) >= first, "{clock}");
            assert!(seconds(clock) * 1e9 >= first as f64 * 0.999, "{clock}");
        }
    }
}
