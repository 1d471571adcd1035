//! Calls of C functions by their address, with integers and floats in registers.
//!
//! The calling conventions of x86-64 (System V) and of AArch64 pass the first integers and the first floats each in
//! registers of their own, and a function does not look at registers of arguments that it does not have. So one call with
//! all of them serves every signature of at most 6 integers and 8 floats; a float of 32 bits is the low half of a register.

use std::ffi::c_void;

/// The most integers.
pub const MOST_INTEGERS: usize = 6;
/// The most floats.
pub const MOST_FLOATS: usize = 8;

/// What a C function's result is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i64)]
pub enum ForeignResult {
    /// An integer, or nothing.
    Integer = 0,
    /// A float of 64 bits.
    Double = 1,
    /// A float of 32 bits.
    Single = 2,
}

type Called<R> = unsafe extern "C" fn(i64, i64, i64, i64, i64, i64, f64, f64, f64, f64, f64, f64, f64, f64) -> R;

/// # Safety
/// As for `call`.
unsafe fn call_as<R>(address: *const c_void, n: &[i64; MOST_INTEGERS], x: &[f64; MOST_FLOATS]) -> R {
    // SAFETY: the caller's promise; registers that the function does not use are not looked at.
    unsafe {
        let function = std::mem::transmute::<*const c_void, Called<R>>(address);
        function(n[0], n[1], n[2], n[3], n[4], n[5], x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7])
    }
}

/// Calls the C function at an address; its result's bits go to `out`.
///
/// # Safety
/// A C function is there whose integers and floats these are, in order, and there is room at `out`.
pub unsafe extern "C" fn call(
    address: *const c_void,
    integers: *const [i64; MOST_INTEGERS],
    floats: *const [f64; MOST_FLOATS],
    result: i64,
    out: *mut u64,
) {
    // SAFETY: the caller's promise.
    unsafe {
        let (integers, floats) = (&*integers, &*floats);
        out.write(match result {
            1 => call_as::<f64>(address, integers, floats).to_bits(),
            2 => u64::from(call_as::<f32>(address, integers, floats).to_bits()),
            _ => call_as::<i64>(address, integers, floats) as u64,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::call;

    extern "C" fn mixed(a: i32, x: f32, b: u8, y: f64) -> f64 {
        f64::from(a) + f64::from(x) * 10.0 + f64::from(b) * 100.0 + y * 1000.0
    }

    extern "C" fn single(x: f32) -> f32 {
        x / 3.0
    }

    #[test]
    fn arguments_arrive_in_their_registers() {
        let half = f64::from_bits(u64::from(0.5f32.to_bits()));
        let mut out = 0;
        let address = mixed as extern "C" fn(i32, f32, u8, f64) -> f64 as *const std::ffi::c_void;
        // SAFETY: the function has these arguments.
        unsafe { call(address, &[-7, 200, 0, 0, 0, 0], &[half, 1.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 1, &raw mut out) };
        assert_eq!(f64::from_bits(out), -7.0 + 5.0 + 20_000.0 + 1250.0);
        let address = single as extern "C" fn(f32) -> f32 as *const std::ffi::c_void;
        // SAFETY: as above.
        unsafe { call(address, &[0; 6], &[half, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 2, &raw mut out) };
        assert_eq!(f32::from_bits(out as u32), 0.5 / 3.0);
    }
}
