//! What the vectorizer makes of loops: packed instructions where they are allowed, none where they would change bits.

mod harness;

use harness::{Compiled, Tiers, unit};
use upshift_core::lir::Unit;
use upshift_core::tier::{Linkage, Listing, Tier};
use upshift_core::tier_interface::Pipeline;
use upshift_llvm::Options;

/// A loop over `count` doubles; `body` makes `v20`, the next sum, from the sum `v11` and the element `v13`.
fn reduction(fastmath: &str, body: &str) -> Unit {
    unit(&format!(
        "func sum(ptr, i64) -> i32, f64 id 1 {fastmath} {{
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
            v13 = load.f64 elements v7
            {body}
            v8 = const_int.i64 1
            v9 = add_int v10, v8
            jump block1(v9, v20)
        block3:
            v21 = const_int.i32 0
            return v21, v11
        }}"
    ))
}

fn axpy() -> Unit {
    unit(
        "func axpy(ptr, ptr, f64, i64) -> i32 id 1 {
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
        }",
    )
}

fn run_sum(compiled: &Compiled, numbers: &[f64]) -> f64 {
    f64::from_bits(compiled.call_one(&[numbers.as_ptr() as u64, numbers.len() as u64]))
}

fn numbers() -> Vec<f64> {
    (0..1003).map(|index| f64::from(index) * 0.1).collect()
}

#[test]
fn a_strict_sum_keeps_its_order() {
    let tiers = Tiers::new();
    let unit = reduction("", "v20 = add_float v11, v13");
    for (compiled, tier) in tiers.compile(&unit).iter().zip(&tiers.tiers) {
        let expected = numbers().iter().fold(0.0, |sum, number| sum + number);
        assert_eq!(run_sum(compiled, &numbers()).to_bits(), expected.to_bits());
        assert!(!has_packed(tier, &unit, "addpd"));
    }
}

#[test]
fn a_sum_that_may_be_reordered_is_packed() {
    let tiers = Tiers::new();
    let unit = reduction("fastmath nsz reassoc", "v20 = add_float v11, v13");
    for (compiled, tier) in tiers.compile(&unit).iter().zip(&tiers.tiers) {
        let expected: f64 = numbers().iter().sum();
        assert!((run_sum(compiled, &numbers()) / expected - 1.0).abs() < 1e-12);
        assert!(has_packed(tier, &unit, "addpd"));
    }
}

#[test]
fn a_strict_axpy_is_packed_and_not_contracted() {
    let tiers = Tiers::new();
    let unit = axpy();
    for (compiled, tier) in tiers.compile(&unit).iter().zip(&tiers.tiers) {
        let (x, mut y) = (numbers(), vec![1.0 / 3.0; 1003]);
        let expected: Vec<f64> = x.iter().zip(&y).map(|(x, y)| x * 0.7 + y).collect();
        compiled.call(&[x.as_ptr() as u64, y.as_mut_ptr() as u64, 0.7_f64.to_bits(), 1003]);
        assert_eq!(y, expected);
        assert!(has_packed(tier, &unit, "mulpd"));
        assert!(!assembly(tier, &unit).contains("fmadd"));
    }
}

#[test]
fn the_report_counts_packed_loops() {
    let tiers = Tiers::new();
    let linkage = Linkage { symbols: &tiers.symbols, body_cell: &|_| 0 };
    let options = Options { pipeline: Pipeline::Lean };
    let compile = |unit: &Unit| tiers.tiers[0].compile_with(unit, &linkage, options).expect("it compiles").1;
    // The entry calls the loop; it does not hold a copy.
    assert_eq!(compile(&axpy()).vector_loops, 1);
    let report = compile(&reduction("", "v20 = add_float v11, v13"));
    assert_eq!(report.vector_loops, 0);
    assert!(report.object_size > 0 && report.total().as_nanos() > 0);
}

#[test]
fn exp_has_vector_forms_where_it_may_be_approximate() {
    let tiers = Tiers::new();
    let body = "v14 = call_runtime exp(v13)\nv20 = add_float v11, v14";
    let numbers: Vec<f64> = (0..1003).map(|index| f64::from(index % 40) - 20.0).collect();
    let expected: f64 = numbers.iter().map(|number| number.exp()).sum();
    for (flags, is_packed) in [("fastmath nsz reassoc afn", true), ("fastmath nsz reassoc", false)] {
        let unit = reduction(flags, body);
        for (compiled, tier) in tiers.compile(&unit).iter().zip(&tiers.tiers) {
            assert!((run_sum(compiled, &numbers) / expected - 1.0).abs() < 1e-12);
            assert_eq!(assembly(tier, &unit).contains("_ZGV"), is_packed, "{flags}");
        }
    }
}

fn assembly(tier: &dyn Tier, unit: &Unit) -> String {
    tier.list(unit, Listing::Assembly).expect("what compiles can be shown")
}

/// Whether the unit's code has a packed instruction of this name, in its SSE or AVX form.
fn has_packed(tier: &dyn Tier, unit: &Unit, name: &str) -> bool {
    assembly(tier, unit).split_whitespace().any(|word| word.trim_start_matches('v') == name)
}
