//! Every operation that computes, on its awkward values: with operands that arrive at run time and with constants,
//! which Cranelift folds by rules of its own.

mod harness;

use harness::{Tiers, mask, unit};
use upshift_core::lir::{Class, Effects, FloatCond, FunctionBuilder, Immediate, ImmediateKind, IntCond, Op};
use upshift_core::lir::{InstData, ResultRule, Type, Value};

const INTS: [Type; 4] = [Type::I8, Type::I16, Type::I32, Type::I64];
const FLOATS: [Type; 2] = [Type::F32, Type::F64];

/// Bits of integers, cut to the width.
const INT_VALUES: [u64; 14] = [
    0,
    1,
    2,
    3,
    7,
    0x7f,
    0x80,
    0xff,
    0x8000,
    0x7fff_ffff,
    0x8000_0000,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    u64::MAX,
];

const FLOAT_VALUES: [f64; 24] = [
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.0,
    -1.0,
    1.5,
    -1.5,
    2.5,
    -2.5,
    0.3,
    -0.7,
    127.5,
    -129.0,
    2147483647.5,
    -2147483649.0,
    4294967296.0,
    9.223372036854776e18,
    -9.3e18,
    1.9e19,
    1e300,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// What an operation gives for operands of one type, as bits; `None` where its row requires otherwise.
type Expected = fn(Op, Type, Type, &[u64]) -> Option<u64>;

/// One operation from one type to one type.
struct Case {
    op: Op,
    immediate: Immediate,
    from: Type,
    to: Type,
    expected: Expected,
}

#[test]
fn operations_agree_with_their_rows() {
    let tiers = Tiers::new();
    let cases = cases();
    for case in &cases {
        let values = operand_values(case);
        check_run_time(&tiers, case, &values);
        check_folding(&tiers, case, &values);
    }
    // `select` takes operands of different types: below. Constants are in every folded case.
    let others = [Op::ConstInt, Op::ConstFloat, Op::ConstPtr, Op::SlotAddress, Op::DataAddress, Op::Select, Op::PtrAdd];
    for &op in Op::ALL.iter().filter(|op| !others.contains(op)) {
        let computes = matches!(op.info().effects, Effects::None | Effects::Requires);
        assert_eq!(computes, cases.iter().any(|case| case.op == op), "{}", op.info().name);
    }
}

fn check_run_time(tiers: &Tiers, case: &Case, operands: &[Vec<u64>]) {
    let params = vec![case.from; case.op.info().operands.len()];
    let unit = unit(&params, case.to, |builder, args| append(builder, case, args));
    for compiled in tiers.compile(&unit) {
        for args in operands {
            if let Some(expected) = (case.expected)(case.op, case.from, case.to, args) {
                check(case, args, expected, compiled.call_one(args), "run");
            }
        }
    }
}

fn check_folding(tiers: &Tiers, case: &Case, operands: &[Vec<u64>]) {
    // A constant costs a compilation, so one function computes many, each stored to a slot of a buffer.
    let valid: Vec<(&Vec<u64>, u64)> =
        operands.iter().filter_map(|args| Some((args, (case.expected)(case.op, case.from, case.to, args)?))).collect();
    let unit = unit(&[Type::Ptr], Type::I64, |builder, params| {
        for (position, (args, _)) in valid.iter().enumerate() {
            let args: Vec<Value> = args.iter().map(|&bits| constant(builder, case.from, bits)).collect();
            let value = append(builder, case, &args);
            builder.store(value, params[0], 8 * position as i32, upshift_core::lir::Region::Frame);
        }
        builder.const_i64(0)
    });
    for compiled in tiers.compile(&unit) {
        let mut buffer = vec![0_u64; valid.len()];
        compiled.call(&[buffer.as_mut_ptr() as u64]);
        for ((args, expected), actual) in valid.iter().zip(buffer) {
            check(case, args, *expected, actual, "folded");
        }
    }
}

fn check(case: &Case, args: &[u64], expected: u64, actual: u64, how: &str) {
    let is_nan = |bits| match case.to {
        Type::F32 => f32::from_bits(bits as u32).is_nan(),
        Type::F64 => f64::from_bits(bits).is_nan(),
        Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Ptr => false,
    };
    // The rows promise some NaN, except where only the sign bit changes.
    let keeps_payload = matches!(case.op, Op::NegFloat | Op::AbsFloat | Op::CopysignFloat | Op::BitsToFloat);
    let agree = expected == actual || (is_nan(expected) && is_nan(actual) && !keeps_payload);
    let (name, immediate) = (case.op.info().name, case.immediate);
    assert!(
        agree,
        "{how}: {name} {immediate:?} {} -> {} of {args:x?}: {actual:x}, not {expected:x}",
        case.from, case.to
    );
}

fn append(builder: &mut FunctionBuilder<'_>, case: &Case, args: &[Value]) -> Value {
    let data = InstData {
        op: case.op,
        args: args.iter().copied().collect(),
        immediate: case.immediate,
        targets: Default::default(),
        results: Default::default(),
        line: 7,
    };
    let inst = builder.append(data, &[case.to]);
    builder.func.inst(inst).results[0]
}

fn constant(builder: &mut FunctionBuilder<'_>, ty: Type, bits: u64) -> Value {
    match ty {
        Type::F32 => builder.const_f32(f32::from_bits(bits as u32)),
        Type::F64 => builder.const_f64(f64::from_bits(bits)),
        Type::Ptr => builder.const_ptr(bits as usize),
        Type::Bool | Type::I8 | Type::I16 | Type::I32 | Type::I64 => builder.const_int(ty, bits as i64),
    }
}

fn operand_values(case: &Case) -> Vec<Vec<u64>> {
    let values: Vec<u64> = match case.from {
        Type::Bool => vec![0, 1],
        Type::F32 => FLOAT_VALUES.iter().map(|&number| u64::from((number as f32).to_bits())).collect(),
        Type::F64 => FLOAT_VALUES.iter().map(|number| number.to_bits()).collect(),
        ty @ (Type::I8 | Type::I16 | Type::I32 | Type::I64 | Type::Ptr) => {
            INT_VALUES.iter().map(|number| number & mask(ty)).collect()
        }
    };
    if case.op.info().operands.len() == 1 {
        return values.iter().map(|&a| vec![a]).collect();
    }
    values.iter().flat_map(|&a| values.iter().map(move |&b| vec![a, b])).collect()
}

// ---- the table ----

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for &op in Op::ALL {
        let info = op.info();
        if !matches!(info.effects, Effects::None | Effects::Requires) {
            continue;
        }
        let mut add = |from, to, immediate, expected| cases.push(Case { op, immediate, from, to, expected });
        match (info.operands, info.immediate, info.result) {
            ([Class::Int, ..], ImmediateKind::None, ResultRule::Same) => {
                INTS.iter().for_each(|&ty| add(ty, ty, Immediate::None, expected_int));
            }
            ([Class::Int, ..], ImmediateKind::None, ResultRule::Bool) => {
                INTS.iter().for_each(|&ty| add(ty, Type::Bool, Immediate::None, expected_overflow));
            }
            ([Class::Bits, ..], ImmediateKind::None, ResultRule::Same) => {
                INTS.iter().chain(&[Type::Bool]).for_each(|&ty| add(ty, ty, Immediate::None, expected_int));
            }
            ([Class::Float, ..], ImmediateKind::None, ResultRule::Same) => {
                add(Type::F32, Type::F32, Immediate::None, expected_f32);
                add(Type::F64, Type::F64, Immediate::None, expected_f64);
            }
            ([_], ImmediateKind::None, ResultRule::Chosen) => {
                for (from, to) in conversions(op) {
                    add(from, to, Immediate::None, expected_conversion);
                }
            }
            _ => {}
        }
    }
    for &ty in INTS.iter().chain(&[Type::Ptr]) {
        cases.extend(INT_CONDITIONS.iter().map(|&(cond, expected)| comparison(Immediate::IntCond(cond), ty, expected)));
    }
    cases.extend(
        INT_CONDITIONS[..2].iter().map(|&(c, expected)| comparison(Immediate::IntCond(c), Type::Bool, expected)),
    );
    for ty in FLOATS {
        let conditions = FLOAT_CONDITIONS.iter();
        cases.extend(conditions.map(|&(cond, expected)| comparison(Immediate::FloatCond(cond), ty, expected)));
    }
    cases
}

fn comparison(immediate: Immediate, from: Type, expected: Expected) -> Case {
    let op = if matches!(immediate, Immediate::IntCond(_)) { Op::CmpInt } else { Op::CmpFloat };
    Case { op, immediate, from, to: Type::Bool, expected }
}

/// The pairs of types that a conversion takes.
fn conversions(op: Op) -> Vec<(Type, Type)> {
    let pairs = |froms: &[Type], tos: &[Type], keep: fn(Type, Type) -> bool| {
        let all = froms.iter().flat_map(|&from| tos.iter().map(move |&to| (from, to)));
        all.filter(|&(from, to)| keep(from, to)).collect::<Vec<_>>()
    };
    let any = |_, _| true;
    match op {
        Op::ExtendSint => pairs(&INTS, &INTS, |from, to| from < to),
        Op::ExtendUint => pairs(&[Type::Bool, Type::I8, Type::I16, Type::I32], &INTS, |from, to| from < to),
        Op::TruncateInt => pairs(&INTS, &INTS, |from, to| from > to),
        Op::SintToFloat | Op::UintToFloat => pairs(&INTS, &FLOATS, any),
        Op::FloatToSintSat | Op::FloatToUintSat => pairs(&FLOATS, &[Type::I32, Type::I64], any),
        Op::PromoteFloat => vec![(Type::F32, Type::F64)],
        Op::DemoteFloat => vec![(Type::F64, Type::F32)],
        Op::FloatToBits => vec![(Type::F32, Type::I32), (Type::F64, Type::I64)],
        Op::BitsToFloat => vec![(Type::I32, Type::F32), (Type::I64, Type::F64)],
        Op::PtrToInt => vec![(Type::Ptr, Type::I64)],
        other => panic!("{} has operands of a class the table does not know", other.info().name),
    }
}

// ---- what the rows say, in wide arithmetic ----

fn signed(ty: Type, bits: u64) -> i128 {
    let unused = 64 - 8 * ty.size();
    i128::from((bits << unused) as i64 >> unused)
}

fn expected_int(op: Op, ty: Type, _: Type, args: &[u64]) -> Option<u64> {
    let width = 8 * ty.size();
    let (ua, ub) = (u128::from(args[0]), u128::from(*args.get(1).unwrap_or(&0)));
    let (sa, sb) = (signed(ty, args[0]), signed(ty, ub as u64));
    let shift = (ub % u128::from(width)) as u32;
    let divides = ub != 0;
    let divides_signed = divides && !(sb == -1 && sa == -(1 << (width - 1)));
    let wide = match op {
        Op::AddInt => sa + sb,
        Op::SubInt => sa - sb,
        Op::MulInt => sa * sb,
        Op::DivSint => divides_signed.then(|| sa / sb)?,
        Op::RemSint => divides_signed.then(|| sa % sb)?,
        Op::DivUint => divides.then(|| ua / ub)? as i128,
        Op::RemUint => divides.then(|| ua % ub)? as i128,
        Op::MulHighSint => (sa * sb) >> width,
        Op::MulHighUint => ((ua * ub) >> width) as i128,
        Op::AndBits => (ua & ub) as i128,
        Op::OrBits => (ua | ub) as i128,
        Op::XorBits => (ua ^ ub) as i128,
        Op::ShlInt => (ua << shift) as i128,
        Op::ShrSint => sa >> shift,
        Op::ShrUint => (ua >> shift) as i128,
        Op::CountLeadingZeros => i128::from((ua << (128 - width)).leading_zeros().min(width)),
        Op::CountTrailingZeros => i128::from(ua.trailing_zeros().min(width)),
        Op::CountOnes => i128::from(ua.count_ones()),
        other => panic!("{} is not in the table", other.info().name),
    };
    Some(wide as u64 & mask(ty))
}

fn expected_overflow(op: Op, ty: Type, _: Type, args: &[u64]) -> Option<u64> {
    let (a, b) = (signed(ty, args[0]), signed(ty, args[1]));
    let wide = match op {
        Op::AddOverflowsSint => a + b,
        Op::SubOverflowsSint => a - b,
        Op::MulOverflowsSint => a * b,
        other => panic!("{} is not in the table", other.info().name),
    };
    let limit = 1_i128 << (8 * ty.size() - 1);
    Some(u64::from(wide < -limit || wide >= limit))
}

macro_rules! expected_float {
    ($name:ident, $float:ident, $bits:ident) => {
        fn $name(op: Op, _: Type, _: Type, args: &[u64]) -> Option<u64> {
            let a = $float::from_bits(args[0] as $bits);
            let b = $float::from_bits(*args.get(1).unwrap_or(&0) as $bits);
            let number = match op {
                Op::AddFloat => a + b,
                Op::SubFloat => a - b,
                Op::MulFloat => a * b,
                Op::DivFloat => a / b,
                Op::NegFloat => -a,
                Op::AbsFloat => a.abs(),
                Op::CopysignFloat => a.copysign(b),
                Op::SqrtFloat => a.sqrt(),
                Op::FloorFloat => a.floor(),
                Op::CeilFloat => a.ceil(),
                Op::TruncFloat => a.trunc(),
                Op::RoundEvenFloat => a.round_ties_even(),
                other => panic!("{} is not in the table", other.info().name),
            };
            Some(u64::from(number.to_bits()))
        }
    };
}

expected_float!(expected_f32, f32, u32);
expected_float!(expected_f64, f64, u64);

fn expected_conversion(op: Op, from: Type, to: Type, args: &[u64]) -> Option<u64> {
    let bits = args[0];
    let number = signed(from, bits);
    let float = if from == Type::F32 { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) };
    let to_float =
        |as_f32: f32, as_f64: f64| if to == Type::F32 { u64::from(as_f32.to_bits()) } else { as_f64.to_bits() };
    Some(match op {
        Op::ExtendSint => number as u64 & mask(to),
        Op::ExtendUint | Op::FloatToBits | Op::BitsToFloat | Op::PtrToInt => bits,
        Op::TruncateInt => bits & mask(to),
        Op::SintToFloat => to_float(number as f32, number as f64),
        Op::UintToFloat => to_float(bits as f32, bits as f64),
        Op::FloatToSintSat if to == Type::I32 => float as i32 as u32 as u64,
        Op::FloatToSintSat => float as i64 as u64,
        Op::FloatToUintSat if to == Type::I32 => u64::from(float as u32),
        Op::FloatToUintSat => float as u64,
        Op::PromoteFloat => float.to_bits(),
        Op::DemoteFloat => u64::from((float as f32).to_bits()),
        other => panic!("{} is not in the table", other.info().name),
    })
}

macro_rules! int_conditions {
    ($( $cond:ident: $view:ident $operator:tt; )*) => {
        const INT_CONDITIONS: [(IntCond, Expected); 10] = [ $( (IntCond::$cond, |_, ty, _, args| {
            Some(u64::from($view(ty, args[0]) $operator $view(ty, args[1])))
        }), )* ];
    };
}

fn unsigned(_: Type, bits: u64) -> u64 {
    bits
}

int_conditions! {
    Eq: unsigned ==; Ne: unsigned !=;
    Slt: signed <; Sle: signed <=; Sgt: signed >; Sge: signed >=;
    Ult: unsigned <; Ule: unsigned <=; Ugt: unsigned >; Uge: unsigned >=;
}

fn number(ty: Type, bits: u64) -> f64 {
    if ty == Type::F32 { f64::from(f32::from_bits(bits as u32)) } else { f64::from_bits(bits) }
}

macro_rules! float_conditions {
    ($( $cond:ident: |$a:ident, $b:ident| $test:expr; )*) => {
        const FLOAT_CONDITIONS: [(FloatCond, Expected); 8] = [ $( (FloatCond::$cond, |_, ty, _, args| {
            let ($a, $b) = (number(ty, args[0]), number(ty, args[1]));
            Some(u64::from($test))
        }), )* ];
    };
}

float_conditions! {
    Eq: |a, b| a == b;
    Ne: |a, b| a != b;
    Lt: |a, b| a < b;
    Le: |a, b| a <= b;
    Gt: |a, b| a > b;
    Ge: |a, b| a >= b;
    Unordered: |a, b| a.is_nan() || b.is_nan();
    Ordered: |a, b| !a.is_nan() && !b.is_nan();
}

#[test]
fn select_takes_every_type() {
    let tiers = Tiers::new();
    for ty in Type::ALL {
        let unit = unit(&[Type::Bool, ty, ty], ty, |builder, args| builder.select(args[0], args[1], args[2]));
        for compiled in tiers.compile(&unit) {
            assert_eq!(compiled.call_one(&[1, 1, 0]), 1, "{ty}");
            assert_eq!(compiled.call_one(&[0, 1, 0]), 0, "{ty}");
        }
    }
}

#[test]
fn a_comparison_and_its_choice_fuse_rightly() {
    let tiers = Tiers::new();
    let unit = unit(&[Type::F64, Type::F64], Type::F64, |builder, args| {
        let is_less = builder.cmp_float(FloatCond::Lt, args[0], args[1]);
        let is_not = builder.not_bool(is_less);
        builder.select(is_not, args[1], args[0])
    });
    let nan = f64::NAN.to_bits();
    for compiled in tiers.compile(&unit) {
        assert_eq!(compiled.call_one(&[1.0_f64.to_bits(), 2.0_f64.to_bits()]), 1.0_f64.to_bits());
        assert_eq!(compiled.call_one(&[2.0_f64.to_bits(), 1.0_f64.to_bits()]), 1.0_f64.to_bits());
        assert_eq!(compiled.call_one(&[nan, 1.0_f64.to_bits()]), 1.0_f64.to_bits());
    }
}
