//! Inlining: the calls of these units disappear or stay as their bodies allow, and the answers do not change.

use upshift_core::interp::{self, Bits};
use upshift_core::lir::{Function, Op, Type, Unit, parse_functions, verify_function};
use upshift_core::passes::{PassConfig, Tier, inline_calls, is_inlinable, optimize};

/// A caller in the shape that lowering gives a call, and a body with a raising path and a join.
const CHECKED_RATIO: &str = "
func caller(f64, f64) -> i32, f64 id 1 {
    fn0 = function2(f64, f64) -> i32, f64
block0(v0: f64, v1: f64):
    v2, v3 = call_function fn0(v0, v1)
    v4 = const_int.i32 0
    v5 = cmp_int ne v2, v4
    branch_if v5, block1, block2
block1 cold:
    v6 = const_int.i32 1
    v7 = const_float.f64 -1.0
    return v6, v7
block2:
    v8 = add_float v3, v0
    v9 = const_int.i32 0
    return v9, v8
}
func ratio(f64, f64) -> i32, f64 id 2 {
block0(v0: f64, v1: f64):
    v2 = const_float.f64 0.0
    v3 = cmp_float eq v1, v2
    branch_if v3, block1, block2
block1 cold:
    v4 = const_int.i32 1
    return v4, v2
block2:
    v5 = cmp_float lt v0, v2
    branch_if v5, block3, block4(v0)
block3:
    v6 = neg_float v0
    jump block4(v6)
block4(v7: f64):
    v8 = div_float v7, v1
    v9 = const_int.i32 0
    return v9, v8
}
";

/// A body that stores its results through a pointer into a slot of the caller's.
const PAIR: &str = "
func caller(i64) -> i32, i64 id 1 {
    slot0 = 16
    fn0 = function2(i64, ptr) -> i32
block0(v0: i64):
    v1 = slot_address slot0
    v2 = call_function fn0(v0, v1)
    v3 = const_int.i32 0
    v4 = cmp_int ne v2, v3
    branch_if v4, block1, block2
block1 cold:
    v5 = const_int.i32 1
    return v5, v0
block2:
    v6 = load.i64 frame v1
    v7 = load.i64 frame+8 v1
    v8 = sub_int v6, v7
    v9 = const_int.i32 0
    return v9, v8
}
func pair(i64, ptr) -> i32 id 2 {
block0(v0: i64, v1: ptr):
    v2 = const_int.i64 3
    v3 = mul_int v0, v2
    store frame v1, v3
    store frame+8 v1, v0
    v4 = const_int.i32 0
    return v4
}
";

/// A body with a loop, which stays a call.
const LOOP: &str = "
func caller(i64) -> i32, i64 id 1 {
    fn0 = function2(i64) -> i32, i64
block0(v0: i64):
    v1, v2 = call_function fn0(v0)
    v3 = const_int.i32 0
    v4 = cmp_int ne v1, v3
    branch_if v4, block1, block2
block1 cold:
    v5 = const_int.i32 1
    return v5, v0
block2:
    v6 = const_int.i32 0
    return v6, v2
}
func count(i64) -> i32, i64 id 2 {
block0(v0: i64):
    v1 = const_int.i64 0
    jump block1(v1)
block1(v2: i64):
    v3 = const_int.i64 1
    v4 = add_int v2, v3
    v5 = cmp_int slt v4, v0
    branch_if v5, block1(v4), block2
block2:
    v6 = const_int.i32 0
    return v6, v4
}
";

fn calls(func: &Function) -> usize {
    let insts = func.layout.iter().flat_map(|&block| &func.block(block).insts);
    insts.filter(|&&inst| func.inst(inst).op == Op::CallFunction).count()
}

fn check(text: &str, is_inlined: bool, arguments: &[&[f64]]) {
    let unit = Unit { functions: parse_functions(text).expect("the text parses") };
    let body = unit.functions[1].clone();
    assert_eq!(is_inlinable(&body), is_inlined);
    let mut inlined = unit.clone();
    inline_calls(&mut inlined.functions[0], &|id| (id == body.id && is_inlined).then_some(&body));
    optimize(&mut inlined.functions[0], &PassConfig::new(Tier::Two)).expect("the passes take what inlining makes");
    verify_function(&inlined.functions[0]).expect("the function is sound");
    assert_eq!(calls(&inlined.functions[0]), usize::from(!is_inlined));
    let types = &unit.functions[0].signature.params;
    for numbers in arguments {
        let convert = |(&number, &ty): (&f64, &Type)| match ty {
            Type::F64 => Bits::from_f64(number),
            _ => Bits::from_int(ty, number as i64),
        };
        let args: Vec<Bits> = numbers.iter().zip(types).map(convert).collect();
        let expected = interp::run(&unit, 0, &args).expect("the call runs");
        assert_eq!(interp::run(&inlined, 0, &args).expect("the body runs"), expected, "{numbers:?}");
    }
}

#[test]
fn a_body_that_raises_leads_to_the_callers_error_path() {
    check(CHECKED_RATIO, true, &[&[1.0, 2.0], &[-1.0, 2.0], &[1.0, 0.0], &[-0.0, 0.5]]);
}

#[test]
fn results_in_memory_are_found() {
    check(PAIR, true, &[&[0.0], &[7.0], &[-9.0]]);
}

#[test]
fn a_loop_stays_a_call() {
    check(LOOP, false, &[&[0.0], &[5.0]]);
}
