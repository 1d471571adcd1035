//! The policy from outside, over tiers that compile nothing: what functions ask for, and what leaves the queue.

mod harness;

use std::time::{Duration, Instant};

use harness::{Fixture, LONG, by_hand, eager, function};
use upshift_core::lir::FunctionId;
use upshift_manager::{Config, NewFunction, TierChoice};

fn until(what: &str, is_so: &dyn Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < LONG, "{what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_function_may_ask_for_a_tier_unless_the_settings_do() {
    use TierChoice::{Auto, One, Two};
    for (of_settings, of_function, tier, reason) in [
        (Auto, One, 1, "tier 2 is switched off for this function"),
        (Auto, Two, 2, "tier 2 is asked for at once"),
        (Auto, Auto, 2, "500 calls reached the threshold of 100"),
        (One, Two, 1, "tier 2 is switched off"),
        (Two, One, 2, "tier 2 is asked for at once"),
    ] {
        let fixture = Fixture::new(Config { tier: of_settings, ..by_hand() });
        let function = NewFunction { tier: of_function, ..function(0, None) };
        fixture.manager.publish(vec![function]).expect("the fake tiers compile it");
        fixture.heat(0, 500);
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
        assert_eq!((fixture.call(0), fixture.reason(0).as_str()), (tier, reason), "{of_settings:?}, {of_function:?}");
    }
}

#[test]
fn eagerness_is_the_functions_own_or_that_of_the_settings() {
    // Without threads a guess of the work decides, which no clock bounds but the time since publication.
    for (of_settings, of_function, tier) in [(5, None, 2), (1, None, 1), (1, Some(9), 2), (9, Some(1), 1)] {
        let config = Config { eagerness: of_settings, is_synchronous: true, cores: 2, ..Config::default() };
        let fixture = Fixture::new(config);
        let function = NewFunction { eagerness: of_function, ..function(0, None) };
        fixture.manager.publish(vec![function]).expect("the fake tier compiles it");
        std::thread::sleep(Duration::from_millis(2));
        fixture.heat(0, 1_000_000);
        fixture.manager.poll(FunctionId(0));
        let report = fixture.manager.report(FunctionId(0)).expect("it is published");
        assert_eq!(report.tier, tier, "{of_settings}, {of_function:?}: {}", report.tier2_reason);
        assert!(report.tier2_reason.contains("predicted for LLVM"), "{}", report.tier2_reason);
        assert_eq!(report.predicted_ms.is_some(), tier == 2);
        assert!((0.5..20.0).contains(&report.tier1_spent_ms), "{}", report.tier1_spent_ms);
    }
}

#[test]
fn a_function_that_rests_leaves_the_queue_and_comes_back_when_it_runs() {
    let fixture = Fixture::new(eager());
    fixture.publish(0..2);
    fixture.tier2.gate.shut();
    fixture.heat(0, 100);
    fixture.tier2.await_begun(1);
    fixture.heat(1, 100);
    until("it is never queued", &|| fixture.reason(1).starts_with("queued"));
    std::thread::sleep(Duration::from_millis(400));
    fixture.tier2.gate.open();
    until("it never leaves the queue", &|| fixture.reason(1).starts_with("not hot yet"));
    assert_eq!((fixture.call(0), fixture.call(1)), (2, 1));
    assert_eq!(*fixture.tier2.begun.lock(), [0]);
    fixture.heat(1, 1);
    until("it never comes back", &|| fixture.call(1) == 2);
}

#[test]
fn who_waits_gets_all_that_is_hot_fresh_or_stale() {
    let fixture = Fixture::new(Config { cores: 1, ..by_hand() });
    fixture.publish(0..40);
    (0..40).for_each(|id| fixture.heat(id, 100));
    std::thread::sleep(Duration::from_millis(60));
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!((0..40).all(|id| fixture.call(id) == 2));
}
