//! Code memory after `fork`, as Python's `multiprocessing` does it: child and parent go on independently.

mod harness;

use harness::{Compiled, Tiers, unit};
use upshift_core::lir::Type;

fn compile_add(tiers: &Tiers, number: i64) -> Vec<Compiled> {
    tiers.compile(&unit(&[Type::I64], Type::I64, |builder, args| {
        let constant = builder.const_i64(number);
        builder.add_int(args[0], constant)
    }))
}

/// Replaces the code of `before` by other code, and checks that `kept` is untouched.
fn go_on(tiers: &Tiers, kept: &[Compiled], before: Vec<Compiled>, number: i64) -> bool {
    drop(before);
    let codes: Vec<Vec<Compiled>> = (0..20).map(|more| compile_add(tiers, number + more)).collect();
    let adds = |code: &Compiled, number: i64| code.call_one(&[1]) == number as u64 + 1;
    let are_new_right = codes.iter().zip(number..).all(|(codes, number)| codes.iter().all(|code| adds(code, number)));
    are_new_right && kept.iter().all(|code| adds(code, 7))
}

#[test]
fn child_and_parent_do_not_share_code() {
    let tiers = Tiers::new();
    let (kept, replaced) = (compile_add(&tiers, 7), compile_add(&tiers, 8));
    // SAFETY: no other thread of this test holds a lock that the child needs; the child ends without returning.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "fork failed");
    if child == 0 {
        let is_right = go_on(&tiers, &kept, replaced, 1000);
        // SAFETY: ends the process at once, without the destructors that belong to the parent.
        unsafe { libc::_exit(i32::from(!is_right)) };
    }
    assert!(go_on(&tiers, &kept, replaced, 2000), "the parent's code is its own");
    let mut status = 0;
    // SAFETY: waits for the child made above.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0, "the child's code is its own");
    assert!(kept.iter().all(|code| code.call_one(&[1]) == 8));
}
