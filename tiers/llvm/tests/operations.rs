//! Every operation that computes, on its awkward values: with operands that arrive at run time and with constants,
//! which LLVM folds by rules of its own.

mod harness;

use harness::{Tiers, unit};
use upshift_core::lir::{Effects, Op, Type};

const MIN64: u64 = 1 << 63;
const MAX64: u64 = MIN64 - 1;
const NAN: u64 = 0x7ff8_0000_0000_0000;

/// An operation in text on `a` and `b`, the type of its operands and of its result, and what it gives for what.
type Row = (&'static str, Type, Type, &'static [(&'static [u64], u64)]);

const fn f(number: f64) -> u64 {
    number.to_bits()
}

const fn g(number: f32) -> u64 {
    number.to_bits() as u64
}

/// -1 and the like, in 64 bits.
const fn n(number: i64) -> u64 {
    number as u64
}

use Type::{Bool, F32, F64, I8, I16, I32, I64, Ptr};

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("add_int a, b", I64, I64, &[(&[MAX64, 1], MIN64), (&[2, 3], 5)]),
    ("add_int a, b", I8, I8, &[(&[0x7f, 1], 0x80), (&[0xff, 1], 0)]),
    ("sub_int a, b", I16, I16, &[(&[0, 1], 0xffff), (&[0x8000, 1], 0x7fff)]),
    ("mul_int a, b", I32, I32, &[(&[0x8000_0000, 2], 0), (&[0xffff_ffff, 7], 0xffff_fff9)]),
    ("div_sint a, b", I64, I64, &[(&[n(-7), 2], n(-3)), (&[7, n(-2)], n(-3)), (&[MIN64, 1], MIN64)]),
    ("div_uint a, b", I64, I64, &[(&[n(-7), 2], 0x7fff_ffff_ffff_fffc)]),
    ("rem_sint a, b", I64, I64, &[(&[n(-7), 2], n(-1)), (&[7, n(-2)], 1)]),
    ("rem_uint a, b", I8, I8, &[(&[0xff, 16], 15)]),
    ("mul_high_sint a, b", I64, I64, &[(&[n(-1), n(-1)], 0), (&[MIN64, MIN64], 1 << 62), (&[n(-1), 1], n(-1))]),
    ("mul_high_uint a, b", I64, I64, &[(&[n(-1), n(-1)], n(-2))]),
    ("mul_high_sint a, b", I8, I8, &[(&[0x80, 0x7f], 0xc0)]),
    ("mul_high_uint a, b", I32, I32, &[(&[0xffff_ffff, 0xffff_ffff], 0xffff_fffe)]),
    ("and_bits a, b", Bool, Bool, &[(&[1, 1], 1), (&[1, 0], 0)]),
    ("or_bits a, b", I16, I16, &[(&[0xf0, 0x0f], 0xff)]),
    ("xor_bits a, b", Bool, Bool, &[(&[1, 1], 0), (&[0, 1], 1)]),
    ("shl_int a, b", I64, I64, &[(&[1, 63], MIN64), (&[1, 64], 1), (&[1, n(-1)], MIN64)]),
    ("shl_int a, b", I8, I8, &[(&[1, 7], 0x80), (&[1, 9], 2)]),
    ("shr_sint a, b", I32, I32, &[(&[0x8000_0000, 31], 0xffff_ffff), (&[0x8000_0000, 33], 0xc000_0000)]),
    ("shr_uint a, b", I64, I64, &[(&[MIN64, 63], 1), (&[MIN64, 64], MIN64)]),
    ("count_leading_zeros a", I8, I8, &[(&[0], 8), (&[1], 7), (&[0x80], 0)]),
    ("count_trailing_zeros a", I64, I64, &[(&[0], 64), (&[MIN64], 63), (&[1], 0)]),
    ("count_ones a", I16, I16, &[(&[0xffff], 16), (&[0], 0)]),
    ("add_overflows_sint a, b", I64, Bool, &[(&[MAX64, 1], 1), (&[MAX64, 0], 0), (&[MIN64, n(-1)], 1)]),
    ("sub_overflows_sint a, b", I32, Bool, &[(&[0x8000_0000, 1], 1), (&[0, 1], 0)]),
    ("mul_overflows_sint a, b", I8, Bool, &[(&[0x80, 0xff], 1), (&[11, 11], 0), (&[12, 11], 1)]),
    ("mul_overflows_sint a, b", I64, Bool, &[(&[MIN64, n(-1)], 1), (&[1 << 31, 1 << 31], 0)]),
    ("cmp_int eq a, b", Bool, Bool, &[(&[1, 1], 1), (&[0, 1], 0)]),
    ("cmp_int ne a, b", Ptr, Bool, &[(&[16, 16], 0), (&[16, 8], 1)]),
    ("cmp_int slt a, b", I8, Bool, &[(&[0x80, 0x7f], 1), (&[0, 0], 0)]),
    ("cmp_int sle a, b", I64, Bool, &[(&[n(-1), 0], 1), (&[0, 0], 1)]),
    ("cmp_int sgt a, b", I64, Bool, &[(&[n(-1), 0], 0), (&[1, 0], 1)]),
    ("cmp_int sge a, b", I16, Bool, &[(&[0x8000, 0x8000], 1), (&[0x8000, 0], 0)]),
    ("cmp_int ult a, b", Ptr, Bool, &[(&[MIN64, 1], 0), (&[1, MIN64], 1)]),
    ("cmp_int ule a, b", I64, Bool, &[(&[n(-1), 0], 0), (&[0, 0], 1)]),
    ("cmp_int ugt a, b", I32, Bool, &[(&[0xffff_ffff, 0], 1)]),
    ("cmp_int uge a, b", I8, Bool, &[(&[0x80, 0x7f], 1), (&[0, 1], 0)]),

    ("add_float a, b", F64, F64, &[(&[f(0.1), f(0.2)], f(0.1 + 0.2)), (&[f(-0.0), f(0.0)], 0), (&[f(-0.0), f(-0.0)], f(-0.0))]),
    ("sub_float a, b", F64, F64, &[(&[f(f64::INFINITY), f(f64::INFINITY)], NAN), (&[f(0.0), f(0.0)], 0)]),
    ("mul_float a, b", F32, F32, &[(&[g(0.1), g(3.0)], g(0.1 * 3.0)), (&[g(-1.0), g(0.0)], g(-0.0))]),
    ("div_float a, b", F64, F64, &[(&[f(1.0), f(-0.0)], f(f64::NEG_INFINITY)), (&[0, 0], NAN), (&[f(1.0), f(3.0)], f(1.0 / 3.0))]),
    ("neg_float a", F64, F64, &[(&[0], f(-0.0)), (&[NAN | 5], NAN | 5 | MIN64)]),
    ("abs_float a", F64, F64, &[(&[f(-0.0)], 0), (&[NAN | 5 | MIN64], NAN | 5)]),
    ("copysign_float a, b", F64, F64, &[(&[f(1.5), f(-0.0)], f(-1.5)), (&[NAN | 5, MIN64], NAN | 5 | MIN64)]),
    ("sqrt_float a", F64, F64, &[(&[f(-0.0)], f(-0.0)), (&[f(2.0)], f(std::f64::consts::SQRT_2)), (&[f(-1.0)], NAN)]),
    ("floor_float a", F64, F64, &[(&[f(-0.5)], f(-1.0)), (&[f(-0.0)], f(-0.0)), (&[f(1e300)], f(1e300))]),
    ("ceil_float a", F64, F64, &[(&[f(-0.5)], f(-0.0)), (&[f(0.5)], f(1.0))]),
    ("trunc_float a", F32, F32, &[(&[g(-0.7)], g(-0.0)), (&[g(1.9)], g(1.0))]),
    ("round_even_float a", F64, F64, &[(&[f(0.5)], 0), (&[f(1.5)], f(2.0)), (&[f(2.5)], f(2.0)), (&[f(-0.5)], f(-0.0))]),
    ("cmp_float eq a, b", F64, Bool, &[(&[0, f(-0.0)], 1), (&[NAN, NAN], 0)]),
    ("cmp_float ne a, b", F64, Bool, &[(&[NAN, NAN], 1), (&[0, f(-0.0)], 0)]),
    ("cmp_float lt a, b", F64, Bool, &[(&[f(1.0), f(2.0)], 1), (&[NAN, f(1.0)], 0)]),
    ("cmp_float le a, b", F64, Bool, &[(&[f(1.0), f(1.0)], 1), (&[f(1.0), NAN], 0)]),
    ("cmp_float gt a, b", F32, Bool, &[(&[g(2.0), g(1.0)], 1), (&[g(1.0), g(f32::NAN)], 0)]),
    ("cmp_float ge a, b", F64, Bool, &[(&[f(1.0), f(1.0)], 1), (&[NAN, NAN], 0)]),
    ("cmp_float uno a, b", F64, Bool, &[(&[NAN, 0], 1), (&[0, 0], 0)]),
    ("cmp_float ord a, b", F64, Bool, &[(&[NAN, 0], 0), (&[0, 0], 1)]),

    ("extend_sint.i64 a", I8, I64, &[(&[0x80], n(-128)), (&[0x7f], 127)]),
    ("extend_uint.i64 a", I8, I64, &[(&[0x80], 128)]),
    ("extend_uint.i64 a", Bool, I64, &[(&[1], 1), (&[0], 0)]),
    ("truncate_int.i8 a", I64, I8, &[(&[0x1ff], 0xff)]),
    ("sint_to_float.f64 a", I64, F64, &[(&[n(-1)], f(-1.0)), (&[MAX64], f(9223372036854775808.0))]),
    ("sint_to_float.f32 a", I8, F32, &[(&[0xff], g(-1.0))]),
    ("uint_to_float.f64 a", I64, F64, &[(&[n(-1)], f(18446744073709551615.0)), (&[MIN64 + 1025], f(9223372036854777856.0))]),
    ("float_to_sint_sat.i64 a", F64, I64, &[(&[NAN], 0), (&[f(1e300)], MAX64), (&[f(-1e300)], MIN64), (&[f(-1.9)], n(-1))]),
    ("float_to_sint_sat.i32 a", F64, I32, &[(&[f(3e9)], 0x7fff_ffff), (&[f(f64::NEG_INFINITY)], 0x8000_0000)]),
    ("float_to_uint_sat.i64 a", F64, I64, &[(&[f(-1.0)], 0), (&[f(1e300)], n(-1)), (&[NAN], 0), (&[f(1.5e19)], 15_000_000_000_000_000_000)]),
    ("float_to_uint_sat.i32 a", F32, I32, &[(&[g(5e9)], 0xffff_ffff), (&[g(-5.0)], 0)]),
    ("promote_float.f64 a", F32, F64, &[(&[g(0.1)], f(0.1_f32 as f64)), (&[g(-0.0)], f(-0.0))]),
    ("demote_float.f32 a", F64, F32, &[(&[f(0.1)], g(0.1)), (&[f(1e300)], g(f32::INFINITY))]),
    ("float_to_bits.i64 a", F64, I64, &[(&[f(-0.0)], MIN64), (&[NAN | 5], NAN | 5)]),
    ("bits_to_float.f32 a", I32, F32, &[(&[0x7fc0_0005], 0x7fc0_0005)]),
    ("ptr_to_int.i64 a", Ptr, I64, &[(&[MIN64 + 8], MIN64 + 8)]),
];

#[test]
fn operations_agree_with_their_rows() {
    let tiers = Tiers::new();
    for &(text, from, to, cases) in ROWS {
        let arity = cases[0].0.len();
        let params = ["a", "b"][..arity].iter().map(|name| format!("{name}: {from}")).collect::<Vec<_>>().join(", ");
        for compiled in tiers.compile(&body_of(&params, "", text, to)) {
            for (args, expected) in cases {
                check(text, to, args, *expected, compiled.call_one(args));
            }
        }
        for (args, expected) in cases {
            let constants: String =
                args.iter().zip(["a", "b"]).map(|(&bits, name)| constant(name, from, bits)).collect();
            for compiled in tiers.compile(&body_of("", &constants, text, to)) {
                check(text, to, args, *expected, compiled.call_one(&[]));
            }
        }
    }
}

#[test]
fn every_operation_that_computes_has_a_row() {
    // Constants are in every folded case; addresses and `select` are below and in `memory.rs`.
    let others = [Op::ConstInt, Op::ConstFloat, Op::ConstPtr, Op::SlotAddress, Op::DataAddress, Op::Select, Op::PtrAdd];
    for op in Op::ALL.iter().filter(|op| !others.contains(op)) {
        let name = op.info().name;
        let computes = matches!(op.info().effects, Effects::None | Effects::Requires);
        let has_row = ROWS.iter().any(|(text, ..)| text.split([' ', '.']).next() == Some(name));
        assert_eq!(computes, has_row, "{name}");
    }
}

#[test]
fn select_takes_every_type() {
    let tiers = Tiers::new();
    for ty in Type::ALL {
        for compiled in tiers.compile(&body_of(&format!("a: bool, b: {ty}, c: {ty}"), "", "select a, b, c", ty)) {
            assert_eq!([compiled.call_one(&[1, 1, 0]), compiled.call_one(&[0, 1, 0])], [1, 0], "{ty}");
        }
    }
}

/// A unit that returns what `text` computes; `a`, `b` and `c` stand for values.
fn body_of(params: &str, constants: &str, text: &str, to: Type) -> upshift_core::lir::Unit {
    let types = params.split(", ").filter_map(|param| param.split(": ").nth(1)).collect::<Vec<_>>().join(", ");
    let params = if params.is_empty() { String::new() } else { format!("({params})") };
    let lines = format!("block0{params}:\n{constants}r = {text}\nz = const_int.i32 0\nreturn z, r\n");
    let rename = |word: &str| match word {
        "a" => "v0".to_owned(),
        "b" => "v1".to_owned(),
        "c" => "v2".to_owned(),
        "r" => "v3".to_owned(),
        "z" => "v4".to_owned(),
        other => other.to_owned(),
    };
    let mut renamed = String::new();
    for piece in lines.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_') {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_');
        renamed.push_str(&rename(word));
        renamed.push_str(&piece[word.len()..]);
    }
    unit(&format!("func body({types}) -> i32, {to} id 1 {{\n{renamed}}}\n"))
}

fn constant(name: &str, ty: Type, bits: u64) -> String {
    match ty {
        Bool | I8 | I16 | I32 | I64 => {
            let unused = if ty == Bool { 0 } else { 64 - 8 * ty.size() };
            format!("{name} = const_int.{ty} {}\n", (bits << unused) as i64 >> unused)
        }
        F32 | F64 => format!("{name} = const_float.{ty} 0x{bits:x}\n"),
        Ptr => format!("{name} = const_ptr 0x{bits:x}\n"),
    }
}

fn check(text: &str, to: Type, args: &[u64], expected: u64, actual: u64) {
    let is_nan = |bits: u64| match to {
        F32 => f32::from_bits(bits as u32).is_nan(),
        F64 => f64::from_bits(bits).is_nan(),
        Bool | I8 | I16 | I32 | I64 | Ptr => false,
    };
    // The rows promise some NaN, except where only the sign bit changes: those expect a payload.
    let agree = expected == actual || (expected == NAN && is_nan(actual));
    assert!(agree, "{text} of {args:x?}: {actual:x}, not {expected:x}");
}
