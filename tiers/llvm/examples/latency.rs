//! What do compilations cost, stage by stage? Prints the median of warm compilations, and the first of the process.
//!
//!     cargo run --release -p upshift-llvm --example latency

use std::time::Instant;

use upshift_core::lir::{Unit, parse_function};
use upshift_core::lower::abi::with_entry;
use upshift_core::runtime::symbols;
use upshift_core::tier::Linkage;
use upshift_core::tier_interface::{Pipeline, Report};
use upshift_llvm::{LlvmTier, Options};

const ROUNDS: usize = 31;

const ADD: &str = "func add(i64, i64) -> i32, i64 id 1 {
block0(v0: i64, v1: i64):
    v2 = add_int v0, v1
    v3 = const_int.i32 0
    return v3, v2
}";

const ESCAPE: &str = "func escape(f64, f64, i64) -> i32, i64 id 1 {
block0(v0: f64, v1: f64, v2: i64):
    v3 = const_float.f64 0.0
    v4 = const_int.i64 0
    v5 = const_int.i64 1
    v6 = const_float.f64 4.0
    v7 = const_int.i32 0
    jump block1(v3, v3, v4)
block1(v10: f64, v11: f64, v12: i64):
    v13 = cmp_int slt v12, v2
    branch_if v13, block2, block4
block2:
    v14 = mul_float v10, v10
    v15 = mul_float v11, v11
    v16 = add_float v14, v15
    v17 = cmp_float gt v16, v6
    branch_if v17, block4, block3
block3:
    v18 = sub_float v14, v15
    v19 = add_float v18, v0
    v20 = mul_float v10, v11
    v21 = add_float v20, v20
    v22 = add_float v21, v1
    v23 = add_int v12, v5
    jump block1(v19, v22, v23)
block4:
    return v7, v12
}";

const AXPY: &str = "func axpy(ptr, ptr, f64, i64) -> i32 id 1 {
block0(v0: ptr, v1: ptr, v2: f64, v3: i64):
    v4 = const_int.i64 0
    jump block1(v4)
block1(v5: i64):
    v6 = cmp_int slt v5, v3
    branch_if v6, block2, block3
block2:
    v7 = const_int.i64 3
    v8 = shl_int v5, v7
    v9 = ptr_add v0, v8
    v10 = load.f64 elements v9
    v11 = mul_float v10, v2
    v12 = ptr_add v1, v8
    v13 = load.f64 elements v12
    v14 = add_float v11, v13
    store elements v12, v14
    v15 = const_int.i64 1
    v16 = add_int v5, v15
    jump block1(v16)
block3:
    v17 = const_int.i32 0
    return v17
}";

const EXP_SUM: &str = "func exp_sum(ptr, i64) -> i32, f64 id 1 fastmath fast {
block0(v0: ptr, v1: i64):
    v2 = const_int.i64 0
    v3 = const_float.f64 0.0
    jump block1(v2, v3)
block1(v10: i64, v11: f64):
    v4 = cmp_int slt v10, v1
    branch_if v4, block2, block3
block2:
    v5 = const_int.i64 3
    v6 = shl_int v10, v5
    v7 = ptr_add v0, v6
    v12 = load.f64 elements v7
    v13 = call_runtime exp(v12)
    v14 = add_float v11, v13
    v8 = const_int.i64 1
    v9 = add_int v10, v8
    jump block1(v9, v14)
block3:
    v21 = const_int.i32 0
    return v21, v11
}";

fn main() {
    let start = Instant::now();
    let tier = LlvmTier::new(Options::default()).expect("this machine is known");
    println!("new tier: {:.0} us", start.elapsed().as_secs_f64() * 1e6);
    let symbols = symbols::addresses();
    let linkage = Linkage { symbols: &symbols, body_cell: &|_| 0 };
    let compile =
        |unit: &Unit, pipeline| tier.compile_with(unit, &linkage, Options { pipeline }).expect("the examples compile");

    println!(
        "{:8} {:5} {:>9} {:>7} {:>7} {:>7} {:>7} {:>6} {:>6} vector loops",
        "", "", "translate", "passes", "emit", "link", "total", "code", "object"
    );
    let add = unit(ADD);
    let (code, report) = compile(&add, Pipeline::Lean);
    print_row("first", Pipeline::Lean, code.size, &report);
    for text in [ADD, ESCAPE, AXPY, EXP_SUM] {
        let unit = unit(text);
        for pipeline in Pipeline::ALL {
            let mut rounds: Vec<_> = (0..ROUNDS).map(|_| compile(&unit, pipeline)).collect();
            rounds.sort_by_key(|(_, report)| report.total());
            let (code, report) = &rounds[ROUNDS / 2];
            print_row(&unit.body().name, pipeline, code.size, report);
        }
    }
    // The same loop that the vectorizer found: its speed.
    let (code, _) = compile(&unit(EXP_SUM), Pipeline::Lean);
    // SAFETY: the type of an entry.
    let entry: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(code.entry) };
    let numbers = vec![0.5_f64; 1_000_000];
    let best = (0..20).map(|_| {
        let start = Instant::now();
        entry([numbers.as_ptr() as u64, numbers.len() as u64, 0].as_mut_ptr());
        start.elapsed()
    });
    println!("exp over 1e6: {:?}", best.min().unwrap_or_default());
}

fn print_row(name: &str, pipeline: Pipeline, size: usize, report: &Report) {
    let us = |ns: u64| ns / 1000;
    println!(
        "{name:8} {:5} {:9} {:7} {:7} {:7} {:7} {size:6} {:6} {}",
        pipeline.name(),
        us(report.translate_ns),
        us(report.passes_ns),
        us(report.emit_ns),
        us(report.link_ns),
        report.total().as_micros(),
        report.object_size,
        report.vector_loops
    );
}

/// The body that `text` states, with its entry.
fn unit(text: &str) -> Unit {
    with_entry(parse_function(text).expect("the examples parse"))
}
