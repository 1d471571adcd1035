//! A fork in the middle of work: parent and child both go on to recompile. One test, because the process forks.

#![cfg(unix)]

mod harness;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use harness::{Fixture, LONG, eager};
use upshift_manager::SpareThread;

unsafe extern "C" {
    fn fork() -> i32;
    fn waitpid(pid: i32, status: *mut i32, options: i32) -> i32;
    fn _exit(status: i32) -> !;
}

/// True if a hot function, an old one and a new one, reaches tier 2.
fn tiers_up(fixture: &Fixture, first_new: u32) -> bool {
    fixture.heat(1, 1000);
    fixture.publish([first_new]);
    fixture.heat(first_new, 1000);
    fixture.manager.wait_for_tier_up(Some(LONG)) && fixture.call(1) == 2 && fixture.call(first_new) == 2
}

#[test]
fn parent_and_child_go_on() {
    let fixture = Fixture::new(eager());
    let not_begun = Fixture::new(eager());
    not_begun.manager.lend_thread(SpareThread::start("spare", || ()).expect("the system has threads"));
    fixture.publish(0..2);
    fixture.tier2.gate.shut();
    fixture.heat(0, 1000);
    fixture.tier2.await_begun(1);
    let is_waited_for = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let waiter = Arc::clone(&fixture.manager);
        scope.spawn(move || assert!(waiter.wait_for_tier_up(Some(LONG))));
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            is_waited_for.store(true, Relaxed);
            fixture.tier2.gate.open();
        });
        fixture.manager.prepare_fork();
        assert!(is_waited_for.load(Relaxed), "the compilation under way is waited for");
        // SAFETY: the child calls only the manager, which is prepared, the allocator and `_exit`.
        let pid = unsafe { fork() };
        if pid == 0 {
            fixture.manager.after_fork_child();
            not_begun.publish(0..2);
            let is_good = fixture.call(0) == 2 && tiers_up(&fixture, 10) && tiers_up(&not_begun, 10);
            fixture.manager.shutdown(LONG);
            // SAFETY: ends the child without running the parent's exit handlers.
            unsafe { _exit(if is_good { 7 } else { 8 }) };
        }
        fixture.manager.after_fork_parent();
        assert!(pid > 0, "fork failed");
        not_begun.publish(0..2);
        assert!(tiers_up(&fixture, 20) && tiers_up(&not_begun, 20));
        let mut status = 0;
        // SAFETY: our own child, and a place for its status.
        assert_eq!(unsafe { waitpid(pid, &raw mut status, 0) }, pid);
        assert_eq!(status, 7 << 8, "the child's verdict");
    });
}
