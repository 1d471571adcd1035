//! On-stack replacement at the level of lir: a function whose loops go over at their first back edge, and the functions
//! that they go over to, answer what the function itself answers.
//!
//! `tests/osr/*.ir` holds functions with `; run: args` lines; `tests/run/*.ir` serves too, where it has loops.

use std::fs;
use std::path::Path;

use upshift_core::interp::{Bits, InterpError, Options, run_with};
use upshift_core::lir::{Type, Unit, parse_functions};
use upshift_core::passes::Tier;
use upshift_core::passes::osr_entries::osr_entries;

mod polling;

use polling::with_polls;

fn answer(unit: &Unit, args: &[i64]) -> Vec<Bits> {
    let args: Vec<Bits> = args.iter().map(|&arg| Bits::from_int(Type::I64, arg)).collect();
    run_with(unit, 0, &args, Options::default()).unwrap_or_else(|error| panic!("{error}\n{}", unit.functions[0]))
}

#[test]
fn functions_go_over_in_every_loop_and_answer_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/osr");
    for file in fs::read_dir(&folder).expect("the folder is there") {
        let text = fs::read_to_string(file.expect("readable").path()).expect("readable");
        for part in text.split("\nfunc ").filter(|part| part.contains("block0")) {
            check(&format!("func {}", part.trim_start_matches("func ")));
        }
    }
}

/// Each loop alone, then all, in each form of the functions that are gone over to.
fn check(text: &str) {
    let func = parse_functions(text).unwrap_or_else(|error| panic!("{error}\n{text}")).remove(0);
    let plain = Unit { functions: vec![func.clone()] };
    let count = osr_entries(&func).len();
    let loops = text.lines().find_map(|line| line.strip_prefix("; loops:")).expect("the number of loops is stated");
    assert_eq!(count, loops.trim().parse::<usize>().expect("a number"), "{func}");
    let cases: Vec<Vec<i64>> = text
        .lines()
        .filter_map(|line| line.strip_prefix("; run:"))
        .map(|line| line.split_whitespace().map(|arg| arg.parse().expect("a number")).collect())
        .collect();
    assert!(!cases.is_empty(), "{func}");
    for tier in [None, Some(Tier::One), Some(Tier::Two)] {
        for chosen in 0..=count {
            for interval in [1, 4] {
                let unit = with_polls(&func, tier, |index| index == chosen || chosen == count, interval);
                assert!(interval > 1 || cases.iter().any(|args| goes_over(&unit, args)), "loop {chosen}\n{func}");
                for args in &cases {
                    let functions = unit.functions.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
                    assert_eq!(answer(&unit, args), answer(&plain, args), "loop {chosen}, {args:?}\n{functions}");
                }
            }
        }
    }
}

/// True if the function fails where there is nothing to go over to.
fn goes_over(unit: &Unit, args: &[i64]) -> bool {
    let alone = Unit { functions: vec![unit.functions[0].clone()] };
    let args: Vec<Bits> = args.iter().map(|&arg| Bits::from_int(Type::I64, arg)).collect();
    matches!(run_with(&alone, 0, &args, Options::default()), Err(InterpError::UnknownFunction(_)))
}

#[test]
fn cycles_with_two_ways_in_are_left_alone() {
    let text = "func f(bool) {
        block0(v0: bool): branch_if v0, block1, block2
        block1: jump block2
        block2: branch_if v0, block1, block3
        block3: branch_if v0, block3, block4
        block4: return
    }";
    assert!(osr_entries(&parse_functions(text).expect("the text is lir")[0]).is_empty());
}
