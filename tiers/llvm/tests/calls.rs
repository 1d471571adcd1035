//! Calls: within the unit, through cells, to the runtime; how values travel.

mod harness;

use std::sync::atomic::{AtomicUsize, Ordering::Release};

use harness::{Tiers, adder, compile, function, unit, with_entry};
use upshift_core::lir::FunctionId;
use upshift_core::runtime::errors;
use upshift_core::tier::Linkage;

#[test]
fn a_function_calls_itself() {
    let factorial = unit(
        "func factorial(i64) -> i32, i64 id 1 {
            fn0 = function1(i64) -> i32, i64
        block0(v0: i64):
            v1 = const_int.i64 1
            v2 = const_int.i32 0
            v3 = cmp_int sle v0, v1
            branch_if v3, block1(v1), block2
        block1(v4: i64):
            return v2, v4
        block2:
            v5 = sub_int v0, v1
            v6, v7 = call_function fn0(v5)
            v8 = mul_int v0, v7
            jump block1(v8)
        }",
    );
    for compiled in Tiers::new().compile(&factorial) {
        assert_eq!(compiled.call_one(&[10]), 3_628_800);
    }
}

/// Calls function 9, which is not in the unit.
const CALLER: &str = "func caller(i64) -> i32, i64 id 1 {
        fn0 = function9(i64) -> i32, i64
    block0(v0: i64):
        v1, v2 = call_function fn0(v0)
        return v1, v2
    }";

#[test]
fn a_call_reads_its_cell_each_time() {
    let tiers = Tiers::new();
    let callees = [tiers.compile(&adder(9, 100)), tiers.compile(&adder(9, 200))];
    let cell = AtomicUsize::new(0);
    let body_cell = |id: FunctionId| {
        assert_eq!(id, FunctionId(9));
        &raw const cell as usize
    };
    let linkage = Linkage { symbols: &tiers.symbols, body_cell: &body_cell };
    for caller in tiers.compile_with(&unit(CALLER), &linkage) {
        for (callee, expected) in callees.iter().zip([101, 201]) {
            cell.store(callee[0].code.body, Release);
            assert_eq!(caller.call_one(&[1]), expected);
        }
    }
}

#[test]
fn a_call_to_a_function_of_the_unit_needs_no_cell() {
    let mut caller = unit(CALLER);
    caller.functions.push(adder(9, 300).functions.remove(0));
    for compiled in Tiers::new().compile(&caller) {
        assert_eq!(compiled.call_one(&[1]), 301);
    }
}

#[test]
fn a_function_returns_what_another_answers() {
    let tiers = Tiers::new();
    for returns in ["", ", i8", ", f64"] {
        let result = if returns.is_empty() { "" } else { ", v1" };
        let ty = returns.strip_prefix(", ").unwrap_or("i8");
        let callee = unit(&format!(
            "func callee(ptr) -> i32{returns} id 9 {{
            block0(v0: ptr):
                v1 = load.{ty} frame v0
                v2 = const_int.i32 0
                return v2{result}
            }}"
        ));
        let caller = unit(&format!(
            "func caller(ptr, {ty}) -> i32{returns} id 1 {{
                slot0 = 8
            block0(v0: ptr, v1: {ty}):
                v2 = slot_address slot0
                store frame v2, v1
                return_from v0, v2
            }}"
        ));
        let callees = tiers.compile(&callee);
        for compiled in tiers.compile(&caller) {
            let body = callees[0].code.body as u64;
            let expected: &[u64] = if returns.is_empty() { &[] } else { &[0x40] };
            assert_eq!(compiled.call(&[body, 0x40]), expected);
        }
    }
}

#[test]
fn small_values_travel_between_units() {
    let tiers = Tiers::new();
    // More than fit in registers; the last of them small. The result after the status is small too.
    let mix = unit(
        "func mix(i8, i16, bool, i64, i64, i64, i64, i8, bool, f64, f32) -> i32, i8 id 9 {
        block0(v0: i8, v1: i16, v2: bool, v3: i64, v4: i64, v5: i64, v6: i64, v7: i8, v8: bool, v9: f64, v10: f32):
            v11 = truncate_int.i8 v1
            v12 = add_int v0, v11
            v13 = add_int v12, v7
            v14 = extend_uint.i8 v2
            v15 = add_int v13, v14
            v16 = and_bits v2, v8
            v17 = promote_float.f64 v10
            v18 = add_float v9, v17
            v19 = float_to_sint_sat.i32 v18
            v20 = truncate_int.i8 v19
            v21 = add_int v15, v20
            v22 = truncate_int.i8 v6
            v23 = select v16, v21, v22
            v24 = const_int.i32 0
            return v24, v23
        }",
    );
    let caller = unit(
        "func caller(i64, bool, f64) -> i32, i64 id 1 {
            fn0 = function9(i8, i16, bool, i64, i64, i64, i64, i8, bool, f64, f32) -> i32, i8
        block0(v0: i64, v1: bool, v2: f64):
            v3 = truncate_int.i8 v0
            v4 = truncate_int.i16 v0
            v5 = demote_float.f32 v2
            v6, v7 = call_function fn0(v3, v4, v1, v0, v0, v0, v0, v3, v1, v2, v5)
            v8 = extend_sint.i64 v7
            return v6, v8
        }",
    );
    for (callee, tier) in tiers.compile(&mix).iter().zip(&tiers.tiers) {
        let cell = AtomicUsize::new(callee.code.body);
        let linkage = Linkage { symbols: &tiers.symbols, body_cell: &|_| &raw const cell as usize };
        let compiled = compile(tier, &caller, &linkage);
        let sum = (3 * 0x77 + 1 + 5_i64) as i8;
        assert_eq!(compiled.call_one(&[0xffff_ff77, 1, 2.5_f64.to_bits()]), i64::from(sum) as u64);
        assert_eq!(compiled.call_one(&[0xffff_ff77, 0, 2.5_f64.to_bits()]), 0x77);
    }
}

/// Two results as C has them: eax and xmm0, or eax and rdx.
#[repr(C)]
#[derive(PartialEq, Debug)]
struct Pair<T>(i32, T);

#[test]
fn two_results_are_those_of_c() {
    let float = unit(
        "func half(f64) -> i32, f64 id 1 {
        block0(v0: f64):
            v1 = const_float.f64 0.5
            v2 = mul_float v0, v1
            v3 = const_int.i32 7
            return v3, v2
        }",
    );
    let tiers = Tiers::new();
    for compiled in tiers.compile(&float) {
        // SAFETY: the signature of the body in C.
        let body: extern "C" fn(f64) -> Pair<f64> = unsafe { std::mem::transmute(compiled.code.body) };
        assert_eq!(body(3.0), Pair(7, 1.5));
    }
    for compiled in tiers.compile(&adder(1, 5)) {
        // SAFETY: as above.
        let body: extern "C" fn(i64) -> Pair<i64> = unsafe { std::mem::transmute(compiled.code.body) };
        assert_eq!(body(-10), Pair(0, -5));
    }
}

#[test]
fn strict_libm_calls_give_the_bits_of_libm() {
    // LLVM knows simpler forms of each: x * x, sqrt(x), 1 / x, exp2(x), a constant.
    for (text, expected) in [
        ("pow(v0, v1)", (|x| x.powf(2.0)) as fn(f64) -> f64),
        ("pow(v0, v2)", |x| x.powf(0.5)),
        ("pow(v0, v3)", |x| x.powf(-1.0)),
        ("pow(v1, v0)", |x| 2.0_f64.powf(x)),
        ("pow(v1, v2)", |_| std::hint::black_box(2.0_f64).powf(std::hint::black_box(0.5))),
        ("exp(v0)", f64::exp),
        ("exp(v2)", |_| std::hint::black_box(0.5_f64).exp()),
    ] {
        let unit = unit(&format!(
            "func call(f64) -> i32, f64 id 1 {{
            block0(v0: f64):
                v1 = const_float.f64 2.0
                v2 = const_float.f64 0.5
                v3 = const_float.f64 -1.0
                v4 = call_runtime {text}
                v5 = const_int.i32 0
                return v5, v4
            }}"
        ));
        for compiled in Tiers::new().compile(&unit) {
            for x in [0.0, -0.0, 0.1, 1.0, -2.5, 1e-300, 1e300, f64::INFINITY, f64::NEG_INFINITY] {
                let actual = f64::from_bits(compiled.call_one(&[x.to_bits()]));
                let expected = expected(x);
                assert!(actual.to_bits() == expected.to_bits() || actual.is_nan() && expected.is_nan(), "{text} {x}");
            }
        }
    }
}

#[test]
fn an_exception_is_recorded_on_the_cold_path() {
    let unit = with_entry(function(
        "func check(i64, i64) -> i32 id 6 {
            site0 = IndexError \"index {0} is out of bounds for size {1}\" @7
        block0(v0: i64, v1: i64):
            v2 = cmp_int ult v0, v1
            branch_if v2, block1, block2
        block1:
            v3 = const_int.i32 0
            return v3
        block2 cold:
            v4 = const_int.i64 6
            v5 = const_int.i64 0
            call_runtime upshift_raise(v4, v5, v4)
            call_runtime upshift_raise_number(v0)
            call_runtime upshift_raise_number(v1)
            v6 = const_int.i32 1
            return v6
        }",
    ));
    for compiled in Tiers::new().compile(&unit) {
        // SAFETY: the type of an entry.
        let entry: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(compiled.code.entry) };
        assert_eq!(entry([2, 3].as_mut_ptr()), 0);
        assert!(errors::take().is_none());
        assert_eq!(entry([5, 3].as_mut_ptr()), 1);
        let raised = errors::take().expect("the status says so");
        let raised = raised.borrow();
        let errors::Origin::Site { function, site, numbers, .. } = &raised.origin else { panic!("it is of a site") };
        assert_eq!((*function, *site, &numbers[..]), (FunctionId(6), 0, &[5, 3][..]));
    }
}

#[test]
fn a_branch_may_reach_one_block_with_two_values() {
    let choose = unit(
        "func choose(bool, i64, i64) -> i32, i64 id 1 {
        block0(v0: bool, v1: i64, v2: i64):
            branch_if v0, block1(v1), block1(v2)
        block1(v3: i64):
            v4 = const_int.i32 0
            return v4, v3
        }",
    );
    for compiled in Tiers::new().compile(&choose) {
        assert_eq!([compiled.call_one(&[1, 5, 6]), compiled.call_one(&[0, 5, 6])], [5, 6]);
    }
}
