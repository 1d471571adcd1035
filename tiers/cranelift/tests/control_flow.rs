//! Blocks in every arrangement that lir allows.

mod harness;

use harness::{Tiers, unit, with_entry};
use upshift_core::lir::{Block, Function, FunctionBuilder, FunctionId, IntCond, Signature, Type, block_call};

#[test]
fn a_loop_may_start_at_the_entry_block() {
    let tiers = Tiers::new();
    let signature = Signature { params: vec![Type::I64, Type::I64], returns: vec![Type::I32, Type::I64] };
    let mut func = Function::new(FunctionId(1), "power of two", signature);
    let entry = func.add_block();
    let (count, value) = (func.add_param(entry, Type::I64), func.add_param(entry, Type::I64));
    let mut builder = FunctionBuilder::new(&mut func, entry);
    let (step, exit) = (builder.add_block(), builder.add_cold_block());
    let zero = builder.const_i64(0);
    let is_done = builder.cmp_int(IntCond::Eq, count, zero);
    builder.branch_if(is_done, exit, step);
    builder.switch_to(step);
    let one = builder.const_i64(1);
    let (left, doubled) = (builder.sub_int(count, one), builder.add_int(value, value));
    builder.jump(entry, &[left, doubled]);
    builder.switch_to(exit);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, value]);
    for compiled in tiers.compile(&with_entry(func)) {
        assert_eq!(compiled.call_one(&[10, 3]), 3072);
    }
}

#[test]
fn both_ways_may_lead_to_one_block() {
    let tiers = Tiers::new();
    let unit = unit(&[Type::Bool, Type::I16, Type::I16], Type::I16, |builder, args| {
        let target = builder.add_block();
        let value = builder.add_param(target, Type::I16);
        builder.branch_with(args[0], block_call(target, &args[1..2]), block_call(target, &args[2..3]));
        builder.switch_to(target);
        value
    });
    for compiled in tiers.compile(&unit) {
        assert_eq!(compiled.call_one(&[1, 10, 20]), 10);
        assert_eq!(compiled.call_one(&[0, 10, 20]), 20);
    }
}

#[test]
fn the_layout_may_put_uses_before_definitions() {
    let tiers = Tiers::new();
    let signature = Signature { params: vec![Type::I64], returns: vec![Type::I32, Type::I64] };
    let mut func = Function::new(FunctionId(1), "out of order", signature);
    let entry = func.add_block();
    let x = func.add_param(entry, Type::I64);
    let mut builder = FunctionBuilder::new(&mut func, entry);
    let (last, first, unreachable) = (builder.add_block(), builder.add_block(), builder.add_block());
    builder.jump(first, &[]);
    builder.switch_to(first);
    let square = builder.mul_int(x, x);
    builder.jump(last, &[]);
    builder.switch_to(last);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, square]);
    builder.switch_to(unreachable);
    builder.jump(first, &[]);
    func.layout = vec![entry, last, first];
    for compiled in tiers.compile(&with_entry(func)) {
        assert_eq!(compiled.call_one(&[9]), 81);
    }
}

#[test]
fn parameters_may_be_exchanged_on_a_back_edge() {
    let tiers = Tiers::new();
    let unit = unit(&[Type::I64, Type::F64, Type::F64], Type::F64, |builder, args| {
        let (head, step, exit): (Block, Block, Block) = (builder.add_block(), builder.add_block(), builder.add_block());
        let count = builder.add_param(head, Type::I64);
        let (a, b) = (builder.add_param(head, Type::F64), builder.add_param(head, Type::F64));
        builder.jump(head, args);
        builder.switch_to(head);
        let zero = builder.const_i64(0);
        let goes_on = builder.cmp_int(IntCond::Sgt, count, zero);
        builder.branch_if(goes_on, step, exit);
        builder.switch_to(step);
        let one = builder.const_i64(1);
        let left = builder.sub_int(count, one);
        builder.jump(head, &[left, b, a]);
        builder.switch_to(exit);
        builder.sub_float(a, b)
    });
    for compiled in tiers.compile(&unit) {
        let [two, five] = [2.0_f64.to_bits(), 5.0_f64.to_bits()];
        assert_eq!(f64::from_bits(compiled.call_one(&[4, five, two])), 3.0);
        assert_eq!(f64::from_bits(compiled.call_one(&[5, five, two])), -3.0);
    }
}

#[test]
fn a_large_function_compiles() {
    let tiers = Tiers::new();
    // A chain of 500 diamonds: each adds 1 or 2.
    let unit = unit(&[Type::I64, Type::I64], Type::I64, |builder, args| {
        let mut total = args[0];
        for bit in 0..500 {
            let join = builder.add_block();
            let next = builder.add_param(join, Type::I64);
            let [shift, one, two] = [bit % 64, 1, 2].map(|number| builder.const_i64(number));
            let shifted = builder.shr_uint(args[1], shift);
            let low = builder.and_bits(shifted, one);
            let is_set = builder.cmp_int(IntCond::Ne, low, shift);
            let (more, most) = (builder.add_int(total, one), builder.add_int(total, two));
            builder.branch_with(is_set, block_call(join, &[more]), block_call(join, &[most]));
            builder.switch_to(join);
            total = next;
        }
        total
    });
    let bits = 0x0123_4567_89ab_cdef_u64;
    let twos = (0..500_u64).filter(|bit| (bits >> (bit % 64)) & 1 == bit % 64).count() as u64;
    for compiled in tiers.compile(&unit) {
        assert_eq!(compiled.call_one(&[1000, bits]), 1500 + twos);
    }
}
