//! Addresses, loads, stores, and memory that another thread writes.

mod harness;

use std::sync::atomic::{AtomicI64, Ordering::Release};
use std::thread;
use std::time::Duration;

use harness::{Tiers, mask, unit};
use upshift_core::lir::Type;

#[test]
fn constant_bytes_are_aligned_and_whole() {
    let unit = unit(
        "func read(i64) -> i32, i8 id 1 {
            data0 = \"a\"
            data1 = \"xyz\\x00\\xff\"
        block0(v0: i64):
            v1 = data_address data1
            v2 = ptr_to_int.i64 v1
            v3 = const_int.i64 15
            v4 = and_bits v2, v3
            v5 = truncate_int.i32 v4
            v6 = ptr_add v1, v0
            v7 = load.i8 constant elements v6
            return v5, v7
        }",
    );
    for compiled in Tiers::new().compile(&unit) {
        let bytes: Vec<u64> = (0..5).map(|index| compiled.call_one(&[index])).collect();
        assert_eq!(bytes, [u64::from(b'x'), b'y'.into(), b'z'.into(), 0, 0xff]);
    }
}

#[test]
fn slots_are_apart_and_aligned() {
    let unit = unit(
        "func swap(i64, f64) -> i32, i64 id 1 {
            slot0 = 8
            slot1 = 24
        block0(v0: i64, v1: f64):
            v2 = slot_address slot0
            v3 = slot_address slot1
            store frame v2, v0
            store frame+16 v3, v1
            v4 = ptr_to_int.i64 v2
            v5 = ptr_to_int.i64 v3
            v6 = or_bits v4, v5
            v7 = const_int.i64 15
            v8 = and_bits v6, v7
            v9 = truncate_int.i32 v8
            v10 = load.i64 frame v2
            v11 = load.i64 frame+16 v3
            v12 = xor_bits v10, v11
            return v9, v12
        }",
    );
    for compiled in Tiers::new().compile(&unit) {
        assert_eq!(compiled.call_one(&[5, 2.0_f64.to_bits()]), 5 ^ 2.0_f64.to_bits());
    }
}

#[test]
fn truth_is_a_byte_in_memory() {
    let unit = unit(
        "func not(ptr) -> i32, bool id 1 {
        block0(v0: ptr):
            v1 = load.bool elements v0
            v2 = const_int.bool 1
            v3 = xor_bits v1, v2
            store elements+1 v0, v3
            v4 = const_int.i32 0
            return v4, v1
        }",
    );
    for compiled in Tiers::new().compile(&unit) {
        let mut bytes = [1_u8, 0x55, 0x55];
        assert_eq!(compiled.call_one(&[bytes.as_mut_ptr() as u64]), 1);
        assert_eq!(bytes, [1, 0, 0x55]);
        bytes[0] = 0;
        assert_eq!(compiled.call_one(&[bytes.as_mut_ptr() as u64]), 0);
        assert_eq!(bytes, [0, 1, 0x55]);
    }
}

#[test]
fn every_type_is_loaded_and_stored() {
    let tiers = Tiers::new();
    for ty in Type::ALL {
        for load in ["load", "load.constant", "atomic_load"] {
            let (load, constant) = load.strip_suffix(".constant").map_or((load, ""), |load| (load, "constant "));
            let unit = unit(&format!(
                "func copy(ptr) -> i32, {ty} id 1 {{
                block0(v0: ptr):
                    v1 = {load}.{ty} {constant}elements+16 v0
                    store frame-8 v0, v1
                    v2 = const_int.i32 0
                    return v2, v1
                }}"
            ));
            let bits = if ty == Type::Bool { 1 } else { 0x4048_f5c3_4048_f5c3 & mask(ty) };
            for compiled in tiers.compile(&unit) {
                let mut words = [0, 0, 0, bits];
                assert_eq!(compiled.call_one(&[&raw mut words[1] as u64]), bits, "{load} {ty}");
                assert_eq!(words, [bits, 0, 0, bits], "{ty}");
            }
        }
    }
}

#[test]
fn addresses_that_are_compared_may_wrap() {
    let unit = unit(
        "func below(ptr, i64) -> i32, bool id 1 {
        block0(v0: ptr, v1: i64):
            v2 = ptr_add v0, v1
            v3 = cmp_int ult v2, v0
            v4 = const_int.i32 0
            return v4, v3
        }",
    );
    for compiled in Tiers::new().compile(&unit) {
        assert_eq!(compiled.call_one(&[u64::MAX - 7, 16]), 1);
        assert_eq!(compiled.call_one(&[16, 16]), 0);
    }
}

#[test]
fn an_atomic_load_in_a_loop_sees_other_threads() {
    let unit = unit(
        "func wait(ptr) -> i32, i64 id 1 {
        block0(v0: ptr):
            jump block1
        block1:
            v1 = atomic_load.i64 cells v0
            v2 = const_int.i64 0
            v3 = cmp_int eq v1, v2
            branch_if v3, block1, block2
        block2:
            v4 = const_int.i32 0
            return v4, v1
        }",
    );
    for compiled in Tiers::new().compile(&unit) {
        let flag = AtomicI64::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(10));
                flag.store(42, Release);
            });
            assert_eq!(compiled.call_one(&[&raw const flag as u64]), 42);
        });
    }
}
