//! Addresses, loads and stores of every type, slots, constant strings, and loads that may not be merged.

mod harness;

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use harness::{Tiers, mask, unit};
use upshift_core::lir::{Block, Region, Type, block_call};

const JUNK: u64 = 0x8182_8384_8586_8788;

#[test]
fn loads_and_stores_take_every_type_at_any_offset() {
    let tiers = Tiers::new();
    for ty in Type::ALL {
        for region in Region::ALL {
            // buffer[0] = buffer[2], by a plain, a constant and an atomic load in turn.
            for kind in 0..3 {
                let unit = unit(&[Type::Ptr], ty, |builder, args| {
                    let offset = builder.const_i64(24);
                    let end = builder.ptr_add(args[0], offset);
                    let value = match kind {
                        0 => builder.load(ty, end, -8, region),
                        1 => builder.load_constant(ty, args[0], 16, region),
                        _ => builder.atomic_load(ty, end, -8, region),
                    };
                    builder.store(value, end, -24, region);
                    value
                });
                for compiled in tiers.compile(&unit) {
                    let source = if ty == Type::Bool { 1 } else { 0x1112_1314_1516_1718 };
                    let mut buffer = [JUNK, JUNK, source];
                    let value = compiled.call_one(&[buffer.as_mut_ptr() as u64]);
                    assert_eq!(value, source & mask(ty), "{ty}");
                    assert_eq!(buffer, [(JUNK & !mask(ty)) | (source & mask(ty)), JUNK, source], "{ty}");
                }
            }
        }
    }
}

#[test]
fn an_atomic_load_sees_what_another_thread_writes() {
    let tiers = Tiers::new();
    // Waits until the word is not 0.
    let unit = unit(&[Type::Ptr], Type::I64, |builder, args| {
        let (head, exit) = (builder.add_block(), builder.add_block());
        builder.jump(head, &[]);
        builder.switch_to(head);
        let word = builder.atomic_load(Type::I64, args[0], 0, Region::Cells);
        let zero = builder.const_i64(0);
        let is_unset = builder.cmp_int(upshift_core::lir::IntCond::Eq, word, zero);
        builder.branch_if(is_unset, head, exit);
        builder.switch_to(exit);
        word
    });
    for compiled in tiers.compile(&unit) {
        let word = AtomicU64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(5));
                word.store(42, Ordering::Release);
            });
            assert_eq!(compiled.call_one(&[word.as_ptr() as u64]), 42);
        });
    }
}

#[test]
fn a_store_to_the_same_region_is_seen_and_forwarded() {
    let tiers = Tiers::new();
    // The two addresses may be one: the load after the store gives what the store left.
    let unit = unit(&[Type::Ptr, Type::Ptr], Type::I64, |builder, args| {
        let before = builder.load(Type::I64, args[0], 0, Region::Elements);
        let one = builder.const_i64(1);
        let more = builder.add_int(before, one);
        builder.store(more, args[1], 0, Region::Elements);
        let after = builder.load(Type::I64, args[0], 0, Region::Elements);
        builder.add_int(before, after)
    });
    for compiled in tiers.compile(&unit) {
        let (mut a, mut b) = (10_u64, 20_u64);
        let (a, b) = (&raw mut a as u64, &raw mut b as u64);
        assert_eq!(compiled.call_one(&[a, b]), 20);
        assert_eq!(compiled.call_one(&[a, a]), 21);
    }
}

#[test]
fn slots_are_aligned_and_do_not_overlap() {
    let tiers = Tiers::new();
    for size in [1, 8, 24, 100, 100_000] {
        let unit = unit(&[Type::I64], Type::I64, |builder, args| {
            let slots = [size, 8, size].map(|size| builder.add_slot(size));
            let addresses = slots.map(|slot| builder.slot_address(slot));
            let numbers = addresses.map(|address| builder.ptr_to_int(address, Type::I64));
            for (address, size) in addresses.into_iter().zip([size, 8, size]) {
                let last = builder.const_int(Type::I8, 1);
                builder.store(last, address, size as i32 - 1, Region::Frame);
            }
            builder.store(args[0], addresses[1], 0, Region::Frame);
            let bits = builder.or_bits(numbers[0], numbers[1]);
            let bits = builder.or_bits(bits, numbers[2]);
            let fifteen = builder.const_i64(15);
            let misaligned = builder.and_bits(bits, fifteen);
            let one = builder.const_int(Type::I8, 0);
            builder.store(one, addresses[0], size as i32 - 1, Region::Frame);
            builder.store(one, addresses[2], 0, Region::Frame);
            let kept = builder.load(Type::I64, addresses[1], 0, Region::Frame);
            builder.add_int(kept, misaligned)
        });
        for compiled in tiers.compile(&unit) {
            assert_eq!(compiled.call_one(&[JUNK]), JUNK, "slots of {size} bytes");
        }
    }
}

#[test]
fn constant_strings_are_aligned_and_live_with_the_code() {
    let tiers = Tiers::new();
    let strings: [&[u8]; 4] = [b"", b"a", b"sixteen bytes ..", b"more than sixteen bytes"];
    for string in strings {
        let unit = unit(&[], Type::Ptr, |builder, _| {
            builder.add_data(b"another".to_vec());
            let data = builder.add_data(string.to_vec());
            builder.data_address(data)
        });
        for compiled in tiers.compile(&unit) {
            let address = compiled.call_one(&[]);
            assert_eq!(address % 16, 0);
            // SAFETY: the code that holds the string is alive.
            let bytes = unsafe { std::slice::from_raw_parts(address as *const u8, string.len()) };
            assert_eq!(bytes, string);
        }
    }
}

#[test]
fn constants_that_need_memory_are_found() {
    let tiers = Tiers::new();
    // Sums eleven constants, more than Cranelift keeps in registers, in a loop over block parameters.
    let unit = unit(&[Type::I64], Type::F64, |builder, args| {
        let head: Block = builder.add_block();
        let exit = builder.add_block();
        let (count, total) = (builder.add_param(head, Type::I64), builder.add_param(head, Type::F64));
        let result = builder.add_param(exit, Type::F64);
        let zero = builder.const_f64(0.0);
        builder.jump(head, &[args[0], zero]);
        builder.switch_to(head);
        let mut sum = total;
        for number in 0..11 {
            let constant = builder.const_f64(0.1 * f64::from(number));
            let negated = builder.neg_float(constant);
            let magnitude = builder.abs_float(negated);
            sum = builder.add_float(sum, magnitude);
        }
        let one = builder.const_i64(1);
        let left = builder.sub_int(count, one);
        let none = builder.const_i64(0);
        let goes_on = builder.cmp_int(upshift_core::lir::IntCond::Sgt, left, none);
        builder.branch_with(goes_on, block_call(head, &[left, sum]), block_call(exit, &[sum]));
        builder.switch_to(exit);
        result
    });
    let mut expected = 0.0;
    for _ in 0..3 {
        for number in 0..11 {
            expected += 0.1 * f64::from(number);
        }
    }
    for compiled in tiers.compile(&unit) {
        assert_eq!(f64::from_bits(compiled.call_one(&[3])), expected);
    }
}
