//! Calls an address with a signature and arguments that are known only now: runtime symbols, and compiled code in
//! tests.
//!
//! In the C calling conventions of x86-64 (System V) and AArch64, integer arguments and float arguments are handed
//! out independently, and a callee does not look at argument registers or stack words beyond its own parameters.
//! So one function type for each class of results, with more arguments of both classes than any row has, calls every routine: integers in
//! order, then floats in order. An F32 sits in the low half of its register, as in an F64 with those bits.

use std::ffi::c_void;

use smallvec::{SmallVec, smallvec};

use super::bits::{Bits, mask};
use crate::lir::Type;

const INTS: usize = 16;
const FLOATS: usize = 8;

macro_rules! wide_call {
    ($address:expr, $ints:expr, $floats:expr, $returns:ty) => {{
        type Int = i64;
        type Float = f64;
    #[rustfmt::skip]
        type Wide = unsafe extern "C" fn(
            Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int,
            Float, Float, Float, Float, Float, Float, Float, Float,
                            ) -> $returns;
        let [i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15]: [i64; INTS] = $ints;
        let [f0, f1, f2, f3, f4, f5, f6, f7]: [f64; FLOATS] = $floats;
        // SAFETY: the caller says that the routine has the narrower signature; the file's header says why the
        // wider one reaches the same registers and stack words.
        unsafe {
            let routine = std::mem::transmute::<*const c_void, Wide>($address);
            routine(
                i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15, f0, f1, f2, f3, f4, f5, f6, f7,
            )
        }
    }};
}

/// Two results of the classes that return in registers: general ones, vector ones, or one of each.
#[repr(C)]
struct Pair<A, B>(A, B);

/// Calls the routine at `address` that has the C signature `params -> returns`.
///
/// # Errors
/// More arguments or results than there is room for here.
///
/// # Safety
/// The routine is there, has this signature, and its own requirements hold.
pub unsafe fn call_address(
    address: *const c_void,
    params: &[Type],
    returns: &[Type],
    args: &[Bits],
) -> Result<SmallVec<[Bits; 2]>, &'static str> {
    let (mut ints, mut floats) = ([0i64; INTS], [0f64; FLOATS]);
    let (mut int_count, mut float_count) = (0, 0);
    for (&ty, &arg) in params.iter().zip(args) {
        if ty.is_float() {
            *floats.get_mut(float_count).ok_or("calls take at most 8 floats")? = arg.f64();
            float_count += 1;
        } else {
            *ints.get_mut(int_count).ok_or("calls take at most 16 integers")? = arg.sint(ty);
            int_count += 1;
        }
    }
    let int = |ty: Type, number: i64| Bits(number as u64 & mask(ty));
    let float = |ty: Type, number: f64| Bits(number.to_bits() & mask(ty));
    Ok(match *returns {
        [] => {
            wide_call!(address, ints, floats, ());
            smallvec![]
        }
        [ty] if ty.is_float() => smallvec![float(ty, wide_call!(address, ints, floats, f64))],
        [ty] => smallvec![int(ty, wide_call!(address, ints, floats, i64))],
        [a, b] => match (a.is_float(), b.is_float()) {
            (false, false) => {
                let Pair(x, y) = wide_call!(address, ints, floats, Pair<i64, i64>);
                smallvec![int(a, x), int(b, y)]
            }
            (false, true) => {
                let Pair(x, y) = wide_call!(address, ints, floats, Pair<i64, f64>);
                smallvec![int(a, x), float(b, y)]
            }
            (true, false) => {
                let Pair(x, y) = wide_call!(address, ints, floats, Pair<f64, i64>);
                smallvec![float(a, x), int(b, y)]
            }
            (true, true) => {
                let Pair(x, y) = wide_call!(address, ints, floats, Pair<f64, f64>);
                smallvec![float(a, x), float(b, y)]
            }
        },
        _ => return Err("calls have at most two results"),
    })
}
