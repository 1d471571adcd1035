//! The counting pass: counts are right on each shape of loop, results do not change, the output verifies.

use std::collections::HashMap;

use upshift_core::lir::{Block, BlockCall, Function, Immediate, IntCond, Op, Value, parse_function, verify_function};
use upshift_core::passes::count_executions::{LOOP_ITERATIONS_OFFSET, count_executions};

const COUNTERS: usize = 0x1000;

/// What a run leaves behind.
#[derive(PartialEq, Debug)]
struct Outcome {
    returned: Vec<i64>,
    calls: i64,
    loop_iterations: i64,
}

/// Runs the few operations that these tests use, with memory of two counters.
fn run(func: &Function, args: &[i64]) -> Outcome {
    let mut values: HashMap<Value, i64> = HashMap::new();
    let mut memory: HashMap<i64, i64> = HashMap::new();
    let mut block = func.entry();
    values.extend(func.block(block).params.iter().copied().zip(args.iter().copied()));
    loop {
        let mut taken: Option<&BlockCall> = None;
        for &inst in &func.block(block).insts {
            let data = func.inst(inst);
            let arg = |position: usize| values[&data.args[position]];
            let address = |offset: i32| arg(0) + i64::from(offset);
            let result = match (data.op, data.immediate) {
                (Op::ConstInt | Op::ConstPtr, Immediate::Int(number)) => number,
                (Op::AddInt, _) => arg(0) + arg(1),
                (Op::CmpInt, Immediate::IntCond(IntCond::Slt)) => i64::from(arg(0) < arg(1)),
                (Op::Load, Immediate::Memory(place)) => *memory.get(&address(place.offset)).unwrap_or(&0),
                (Op::Store, Immediate::Memory(place)) => {
                    memory.insert(address(place.offset), arg(1));
                    continue;
                }
                (Op::Jump, _) => {
                    taken = Some(&data.targets[0]);
                    continue;
                }
                (Op::BranchIf, _) => {
                    taken = Some(&data.targets[usize::from(arg(0) == 0)]);
                    continue;
                }
                (Op::Return, _) => {
                    let count = |offset| *memory.get(&(COUNTERS as i64 + offset)).unwrap_or(&0);
                    let loop_iterations = count(i64::from(LOOP_ITERATIONS_OFFSET));
                    let returned = (0..data.args.len()).map(arg).collect();
                    return Outcome { returned, calls: count(0), loop_iterations };
                }
                (op, immediate) => panic!("not in these tests: {op:?} {immediate:?}"),
            };
            values.insert(data.results[0], result);
        }
        block = enter(func, &mut values, taken.expect("a block ends in a terminator"));
    }
}

fn enter(func: &Function, values: &mut HashMap<Value, i64>, call: &BlockCall) -> Block {
    let passed: Vec<i64> = call.args.iter().map(|arg| values[arg]).collect();
    values.extend(func.block(call.block).params.iter().copied().zip(passed));
    call.block
}

/// The text with `params` and `body`, counted, gives `returned` and `loop_iterations` for `args`.
fn check(text: &str, cases: &[(&[i64], &[i64], i64)]) {
    let plain = parse_function(text).expect("the test is well-formed");
    verify_function(&plain).expect("the test verifies");
    let mut counting = plain.clone();
    count_executions(&mut counting, COUNTERS);
    verify_function(&counting).unwrap_or_else(|errors| panic!("{errors:#?}\n{counting}"));
    for &(args, returned, loop_iterations) in cases {
        assert_eq!(run(&plain, args).returned, returned, "{args:?}\n{plain}");
        let expected = Outcome { returned: returned.to_vec(), calls: 1, loop_iterations };
        assert_eq!(run(&counting, args), expected, "{args:?}\n{counting}");
    }
}

#[test]
fn without_loops_only_calls_are_counted() {
    check("func f(i64) -> i64 { block0(v0: i64): return v0 }", &[(&[5], &[5], 0)]);
}

#[test]
fn one_loop_tested_at_its_top() {
    let text = "func f(i64) -> i64 {
        block0(v0: i64):
            v1 = const_int.i64 0
            v2 = const_int.i64 1
            jump block1(v1)
        block1(v3: i64):
            v4 = cmp_int slt v3, v0
            branch_if v4, block2, block3
        block2:
            v5 = add_int v3, v2
            jump block1(v5)
        block3:
            return v3
        }";
    check(text, &[(&[0], &[0], 0), (&[1], &[1], 1), (&[10], &[10], 10)]);
}

#[test]
fn a_loop_that_is_one_block_and_leaves_by_the_branch_that_repeats() {
    let text = "func f(i64) -> i64 {
        block0(v0: i64):
            v1 = const_int.i64 0
            v2 = const_int.i64 1
            jump block1(v1)
        block1(v3: i64):
            v4 = add_int v3, v2
            v5 = cmp_int slt v4, v0
            branch_if v5, block1(v4), block2(v4)
        block2(v6: i64):
            return v6
        }";
    check(text, &[(&[0], &[1], 0), (&[10], &[10], 9)]);
}

#[test]
fn nested_loops_flush_once_and_count_all_back_edges() {
    let text = "func f(i64, i64) -> i64 {
        block0(v0: i64, v1: i64):
            v2 = const_int.i64 0
            v3 = const_int.i64 1
            jump block1(v2, v2)
        block1(v4: i64, v5: i64):
            v6 = cmp_int slt v4, v0
            branch_if v6, block2, block6
        block2:
            v7 = cmp_int slt v4, v3
            branch_if v7, block5(v5), block3(v2, v5)
        block3(v8: i64, v9: i64):
            v10 = cmp_int slt v8, v1
            branch_if v10, block4, block5(v9)
        block4:
            v11 = add_int v8, v3
            v12 = add_int v9, v3
            jump block3(v11, v12)
        block5(v13: i64):
            v14 = add_int v4, v3
            jump block1(v14, v13)
        block6:
            return v5
        }";
    // The inner loop is skipped in the first iteration of the outer one: blocks merge with different counts.
    check(text, &[(&[0, 9], &[0], 0), (&[1, 9], &[0], 1), (&[3, 4], &[8], 3 + 8)]);
    let mut counting = parse_function(text).expect("the test is well-formed");
    count_executions(&mut counting, COUNTERS);
    let stores = counting.layout.iter().flat_map(|&block| &counting.block(block).insts);
    assert_eq!(stores.filter(|&&inst| counting.inst(inst).op == Op::Store).count(), 2, "{counting}");
}

#[test]
fn a_loop_that_leads_straight_into_the_next() {
    let text = "func f(i64, i64) -> i64 {
        block0(v0: i64, v1: i64):
            v2 = const_int.i64 0
            v3 = const_int.i64 1
            jump block1(v2)
        block1(v4: i64):
            v5 = add_int v4, v3
            v6 = cmp_int slt v5, v0
            branch_if v6, block1(v5), block2(v2)
        block2(v7: i64):
            v8 = add_int v7, v3
            v9 = cmp_int slt v8, v1
            branch_if v9, block2(v8), block3
        block3:
            return v8
        }";
    check(text, &[(&[3, 5], &[5], 2 + 4), (&[1, 1], &[1], 0)]);
}

#[test]
fn an_early_exit_counts_up_to_it_and_a_cold_one_does_not() {
    let text = |cold: &str| {
        format!(
            "func f(i64, i64) -> i64 {{
            block0(v0: i64, v1: i64):
                v2 = const_int.i64 0
                v3 = const_int.i64 1
                jump block1(v2)
            block1(v4: i64):
                v5 = cmp_int slt v4, v0
                branch_if v5, block2, block4
            block2:
                v6 = cmp_int slt v1, v4
                branch_if v6, block5, block3
            block3:
                v7 = add_int v4, v3
                jump block1(v7)
            block4:
                return v4
            block5{cold}:
                return v1
            }}"
        )
    };
    check(&text(""), &[(&[10, 20], &[10], 10), (&[10, 4], &[4], 5)]);
    check(&text(" cold"), &[(&[10, 20], &[10], 10), (&[10, 4], &[4], 0)]);
}

#[test]
fn an_exit_where_both_branches_go_to_one_block() {
    let text = "func f(i64) -> i64 {
        block0(v0: i64):
            v1 = const_int.i64 0
            v2 = const_int.i64 1
            jump block1(v1)
        block1(v3: i64):
            v4 = add_int v3, v2
            v5 = cmp_int slt v4, v0
            branch_if v5, block2(v4), block2(v0)
        block2(v6: i64):
            v7 = cmp_int slt v6, v0
            branch_if v7, block1(v6), block3
        block3:
            return v6
        }";
    check(text, &[(&[10], &[10], 9)]);
}
