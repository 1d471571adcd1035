//! Calls an address with a signature and arguments that are known only now: runtime symbols, and compiled code in
//! tests.
//!
//! In the C calling convention of x86-64 (System V), integer arguments and float arguments are handed out
//! independently, and a callee does not look at argument registers or stack words beyond its own parameters. So one
//! function type for each class of results, with more arguments of both classes than any row has, calls every
//! routine: integers in order, then floats in order. An F32 sits in the low half of its register, as in an F64 with
//! those bits. AArch64 works the same way, except that two results of different classes do not return as a pair.

use std::ffi::c_void;

use smallvec::{SmallVec, smallvec};

use super::bits::{Bits, mask};
use crate::lir::Type;

const INTS: usize = 16;
const FLOATS: usize = 8;

/// A routine with more parameters than any has.
#[rustfmt::skip]
type Wide<R> = unsafe extern "C" fn(
    i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64,
    f64, f64, f64, f64, f64, f64, f64, f64,
) -> R;

/// Calls the routine at `address` with all of its parameters.
///
/// # Safety
/// The routine is there, takes a part of these parameters, returns an `R`, and its own requirements hold.
unsafe fn wide_call<R>(address: *const c_void, ints: [i64; INTS], floats: [f64; FLOATS]) -> R {
    let [i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15] = ints;
    let [f0, f1, f2, f3, f4, f5, f6, f7] = floats;
    // SAFETY: the caller says that the routine has the narrower signature; the file's header says why the wider one
    // reaches the same registers and stack words.
    unsafe {
        let routine = std::mem::transmute::<*const c_void, Wide<R>>(address);
        routine(i0, i1, i2, i3, i4, i5, i6, i7, i8, i9, i10, i11, i12, i13, i14, i15, f0, f1, f2, f3, f4, f5, f6, f7)
    }
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
    // SAFETY: the caller's promise; the results have the classes that the signature states.
    unsafe {
        Ok(match *returns {
            [] => {
                wide_call::<()>(address, ints, floats);
                smallvec![]
            }
            [ty] if ty.is_float() => smallvec![float(ty, wide_call(address, ints, floats))],
            [ty] => smallvec![int(ty, wide_call(address, ints, floats))],
            [a, b] => match (a.is_float(), b.is_float()) {
                (false, false) => {
                    let Pair(x, y) = wide_call(address, ints, floats);
                    smallvec![int(a, x), int(b, y)]
                }
                (false, true) => {
                    let Pair(x, y) = wide_call(address, ints, floats);
                    smallvec![int(a, x), float(b, y)]
                }
                (true, false) => {
                    let Pair(x, y) = wide_call(address, ints, floats);
                    smallvec![float(a, x), int(b, y)]
                }
                (true, true) => {
                    let Pair(x, y) = wide_call(address, ints, floats);
                    smallvec![float(a, x), float(b, y)]
                }
            },
            _ => return Err("calls have at most two results"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::call_address;
    use crate::interp::Bits;
    use crate::lir::Type;

    extern "C" fn mixed(a: i64, x: f64, b: i8, y: f32, c: bool) -> f64 {
        a as f64 + x + f64::from(b) + f64::from(y) + f64::from(u8::from(c))
    }

    extern "C" fn many(a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, g: i64, h: i32) -> i32 {
        (a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g) as i32 + 8 * h
    }

    #[test]
    fn arguments_arrive_in_their_classes() {
        let params = [Type::I64, Type::F64, Type::I8, Type::F32, Type::Bool];
        let args = [Bits(10), Bits::from_f64(0.5), Bits::from_int(Type::I8, -3), Bits::from_f32(0.25), Bits(1)];
        // SAFETY: the routine has this signature.
        let results = unsafe { call_address(mixed as *const _, &params, &[Type::F64], &args) };
        assert_eq!(results.as_deref(), Ok(&[Bits::from_f64(8.75)][..]));
        let mut params = [Type::I64; 8];
        params[7] = Type::I32;
        let args: Vec<Bits> = (1..=7).map(Bits).chain([Bits::from_int(Type::I32, -1)]).collect();
        // SAFETY: the routine has this signature.
        let results = unsafe { call_address(many as *const _, &params, &[Type::I32], &args) };
        assert_eq!(results.as_deref(), Ok(&[Bits(132)][..]));
    }
}
