//! Where functions and lines lie, and what LLVM remarks.

mod harness;

use harness::{Tiers, unit};
use upshift_core::tier::{Linkage, Listing, Tier};
use upshift_core::tier_interface::Pipeline;
use upshift_llvm::Options;

/// Sums an array in order: one loop, which is not vectorized.
const SUM: &str = "func sum(ptr, i64) -> i32, f64 id 1 {
    block0(v0: ptr, v1: i64):
        v2 = const_int.i64 0 @10
        v3 = const_float.f64 0.0 @10
        jump block1(v2, v3) @11
    block1(v4: i64, v5: f64):
        v6 = cmp_int slt v4, v1 @11
        branch_if v6, block2, block3 @11
    block2:
        v7 = const_int.i64 8 @12
        v8 = mul_int v4, v7 @12
        v9 = ptr_add v0, v8 @12
        v10 = load.f64 elements v9 @12
        v11 = add_float v5, v10 @12
        v12 = const_int.i64 1 @11
        v13 = add_int v4, v12 @11
        jump block1(v13, v11) @11
    block3:
        v14 = const_int.i32 0 @13
        return v14, v5 @13
    }";

#[test]
fn symbols_cover_the_functions_with_their_lines() {
    let tiers = Tiers::new();
    let unit = unit(SUM);
    let linkage = Linkage { symbols: &tiers.symbols, body_cell: &|_| 0 };
    for pipeline in Pipeline::ALL {
        let described = tiers.tiers[0].compile_described_with(&unit, &linkage, Options { pipeline });
        let (code, _, symbols) = described.expect("it compiles");
        let [body, entry] = &symbols[..] else { panic!("{symbols:?}") };
        assert_eq!((body.function, body.address, entry.function, entry.address), (0, code.body, 1, code.entry));
        assert!(body.size > 0 && body.address + body.size <= entry.address, "{symbols:?}");
        assert!(body.lines.iter().all(|line| line.function == 0 && line.offset < body.size), "{body:?}");
        assert!(body.lines.is_sorted_by_key(|line| line.offset), "{body:?}");
        let mut lines: Vec<u32> = body.lines.iter().map(|line| line.line).filter(|&line| line > 0).collect();
        lines.sort_unstable();
        lines.dedup();
        assert!(lines.contains(&11) && lines.contains(&12), "{lines:?}");
        assert!(lines.iter().all(|line| (10..=13).contains(line)), "{lines:?}");
    }
}

#[test]
fn nothing_is_described_that_is_not_asked_for() {
    let tiers = Tiers::new();
    let linkage = Linkage { symbols: &tiers.symbols, body_cell: &|_| 0 };
    let plain = tiers.tiers[0].compile_with(&unit(SUM), &linkage, Options::default()).expect("it compiles").1;
    let described = tiers.tiers[0].compile_described_with(&unit(SUM), &linkage, Options::default());
    assert!(plain.object_size < described.expect("it compiles").1.object_size);
}

#[test]
fn remarks_name_the_line_and_the_reason() {
    let tiers = Tiers::new();
    let remarks = tiers.tiers[0].list(&unit(SUM), Listing::Remarks).expect("it compiles");
    let reason = "0:12:0: loop not vectorized: cannot prove it is safe to reorder floating-point operations";
    assert!(remarks.lines().any(|line| line == reason), "{remarks}");
    assert!(remarks.lines().any(|line| line == "0:11:0: loop not vectorized"), "{remarks}");
}
