//! Where functions and lines lie.

use upshift_core::lir::{Unit, parse_function};
use upshift_core::lower::abi::with_entry;
use upshift_core::tier::{Linkage, Tier};
use upshift_cranelift::CraneliftTier;

const COUNT: &str = "func count(i64) -> i32, i64 id 1 {
    block0(v0: i64):
        v1 = const_int.i64 0 @10
        jump block1(v1) @11
    block1(v2: i64):
        v3 = cmp_int slt v2, v0 @11
        branch_if v3, block2, block3 @11
    block2:
        v4 = mul_int v2, v2 @12
        v5 = const_int.i64 3 @13
        v6 = add_int v4, v5 @13
        jump block1(v6) @11
    block3:
        v7 = const_int.i32 0 @14
        return v7, v2 @14
    }";

#[test]
fn symbols_cover_the_functions_with_their_lines() {
    let tier = CraneliftTier::new().expect("the host is supported");
    let unit: Unit = with_entry(parse_function(COUNT).expect("the text is lir"));
    let linkage = Linkage { symbols: &[], body_cell: &|_| 0 };
    let (code, symbols) = tier.compile_described(&unit, &linkage).expect("it compiles");
    let [body, entry] = &symbols[..] else { panic!("{symbols:?}") };
    assert_eq!((body.function, body.address), (0, code.body));
    assert_eq!((entry.function, entry.address), (1, code.entry));
    assert!(body.size > 0 && body.address + body.size <= entry.address);
    assert_eq!(entry.address + entry.size, code.body + code.size);
    assert!(body.lines.is_sorted_by_key(|line| line.offset) && body.lines.iter().all(|line| line.offset < body.size));
    let lines: Vec<u32> = body.lines.iter().map(|line| line.line).filter(|&line| line > 0).collect();
    assert!([11, 12].iter().all(|line| lines.contains(line)), "{lines:?}");
    assert!(lines.iter().all(|line| (10..=14).contains(line)), "{lines:?}");
    // SAFETY: an entry has this type, and there is a slot for the argument and one for the result.
    let call: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(code.entry) };
    let mut slots = [20, 0];
    assert_eq!((call(slots.as_mut_ptr()), slots[1]), (0, 147));
}
