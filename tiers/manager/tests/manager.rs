//! The manager from outside, over tiers that compile nothing.

mod harness;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::Duration;

use harness::{Fixture, LONG, by_hand, call, eager, function, is_published, looping};
use parking_lot::Mutex;
use upshift_core::lir::FunctionId;
use upshift_core::tier::CompileError;
use upshift_manager::{Census, Config, Event, OsrChoice, TierChoice, What};

#[test]
fn threads_that_call_see_one_swap_and_never_go_back() {
    let fixture = Fixture::new(eager());
    fixture.publish([0]);
    let cell = fixture.manager.cell(FunctionId(0));
    let counters = fixture.manager.counters(FunctionId(0));
    crossbeam::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|_| {
                let mut last = 1;
                let start = std::time::Instant::now();
                while last == 1 {
                    counters.calls.fetch_add(1, Relaxed);
                    last = call(cell);
                    assert!(start.elapsed() < LONG, "the swap never came");
                }
                assert!((0..10_000).all(|_| call(cell) == 2));
            });
        }
    })
    .expect("no thread panics");
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    let report = fixture.manager.report(FunctionId(0)).expect("it is published");
    assert_eq!((report.tier, report.tier1_size, report.tier2_size), (2, 100, 200));
    assert!(report.tier1_ms.is_some() && report.tier2_ms.is_some() && report.swapped_after_ms.is_some());
    assert!(report.tier2_reason.contains("calls reached the threshold of 100"), "{}", report.tier2_reason);
    assert_eq!(fixture.tier1.live.load(SeqCst), 1, "replaced code stays until nobody can be inside");
    fixture.manager.quiesce();
    assert_eq!(fixture.tier1.live.load(SeqCst), 0);
}

#[test]
fn the_fastest_growing_function_is_compiled_first() {
    // One batch, so that all have the same age, and no profiling thread that samples in between.
    let fixture = Fixture::new(Config { is_synchronous: true, ..eager() });
    fixture.manager.publish((0..4).map(|id| function(id, None)).collect()).expect("the fake tier compiles it");
    for (id, calls) in [(0, 99), (1, 200), (2, 90_000), (3, 4_000)] {
        fixture.heat(id, calls);
    }
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(*fixture.tier2.begun.lock(), [2, 3, 1]);
}

#[test]
fn loops_make_hot_too_and_cold_functions_say_what_is_missing() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..2);
    fixture.manager.counters(FunctionId(0)).loop_iterations.store(5000, Relaxed);
    fixture.heat(1, 99);
    assert!(fixture.manager.wait_for_tier_up(None));
    assert_eq!((fixture.call(0), fixture.call(1)), (2, 1));
    assert_eq!(fixture.reason(0), "5000 loop iterations reached the threshold of 1000");
    assert_eq!(fixture.reason(1), "not hot yet: 99 of 100 calls, 0 of 1000 loop iterations");
}

#[test]
fn pauses_are_counted() {
    let fixture = Fixture::new(eager());
    fixture.publish([0]);
    fixture.manager.pause();
    fixture.manager.pause();
    fixture.heat(0, 100);
    fixture.manager.resume();
    std::thread::sleep(Duration::from_millis(30));
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.call(0), 1);
    fixture.manager.resume();
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.call(0), 2);
}

#[test]
fn waiting_ends_when_functions_wait_behind_a_pause() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..2);
    fixture.tier2.gate.shut();
    fixture.heat(0, 100);
    fixture.heat(1, 100);
    fixture.manager.wait_for_tier_up(Some(Duration::ZERO));
    fixture.tier2.await_begun(1);
    let manager = Arc::clone(&fixture.manager);
    let pausing = std::thread::spawn(move || manager.pause());
    std::thread::sleep(Duration::from_millis(20));
    fixture.tier2.gate.open();
    pausing.join().expect("no panic");
    assert!(!fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.tier2.begun.lock().len(), 1);
    fixture.manager.resume();
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
}

#[test]
fn a_refused_function_stays_in_tier_1_and_is_not_tried_again() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..2);
    fixture.tier2.refused.store(0, Relaxed);
    for _ in 0..3 {
        fixture.heat(0, 100);
        fixture.heat(1, 100);
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    }
    assert_eq!((fixture.call(0), fixture.call(1)), (1, 2));
    assert_eq!(fixture.reason(0), "the function is too large: it is asked to be");
    assert_eq!(fixture.tier2.begun.lock().len(), 2);
    assert_eq!(fixture.manager.refusals(), 1);
}

#[test]
fn a_panic_of_a_tier_is_a_refusal() {
    let fixture = Fixture::new(by_hand());
    fixture.publish([0]);
    fixture.tier2.panics.store(true, Relaxed);
    fixture.heat(0, 100);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.reason(0), "internal error in tier 2: the fake tier panics");
    fixture.tier1.panics.store(true, Relaxed);
    let error = fixture.manager.publish(vec![function(1, None)]).expect_err("tier 1 panics");
    assert_eq!(error, CompileError::Bug { stage: "tier 1", message: "the fake tier panics".to_owned() });
}

#[test]
fn a_tier_that_does_not_load_is_asked_for_once() {
    for choice in [TierChoice::Auto, TierChoice::Two] {
        let config = Config { tier: choice, ..by_hand() };
        let fixture = Fixture::with_loader(config, |_| Err("no such library".to_owned()));
        fixture.publish(0..3);
        (0..3).for_each(|id| fixture.heat(id, 100));
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
        for id in 0..3 {
            assert_eq!(fixture.call(id), 1);
            assert_eq!(fixture.reason(id), "tier 2 did not load: no such library");
        }
        assert_eq!((fixture.loads.load(SeqCst), fixture.manager.refusals()), (1, 3));
    }
}

#[test]
fn retired_functions_leave_the_queue_and_free_their_code() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..3);
    fixture.tier2.gate.shut();
    (0..3).for_each(|id| fixture.heat(id, 100 * u64::from(3 - id)));
    fixture.manager.wait_for_tier_up(Some(Duration::ZERO));
    fixture.tier2.await_begun(1);
    // The first is compiling, the second is queued. An id may even be used again.
    let compiling = fixture.tier2.begun.lock()[0];
    let queued = (compiling + 1) % 3;
    fixture.retire(&[compiling, queued]);
    assert_eq!(fixture.tier1.live.load(SeqCst), 1);
    fixture.publish([compiling]);
    fixture.tier2.gate.open();
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.call(compiling), 1, "the result for the retired function is dropped");
    assert!(!fixture.tier2.begun.lock().contains(&queued));
    assert_eq!(fixture.tier2.live.load(SeqCst), 1);
    assert_eq!(fixture.manager.report(FunctionId(queued)), None);
    fixture.retire(&[0, 1, 2]);
    assert_eq!((fixture.tier1.live.load(SeqCst), fixture.tier2.live.load(SeqCst)), (0, 0));
}

#[test]
fn a_batch_is_published_as_a_whole_or_not_at_all() {
    let fixture = Fixture::new(by_hand());
    fixture.tier1.refused.store(2, Relaxed);
    let batch = || vec![function(1, Some(2)), function(2, Some(1))];
    let error = fixture.manager.publish(batch()).expect_err("function 2 is refused");
    assert_eq!(error, CompileError::TooLarge("it is asked to be".to_owned()));
    assert_eq!(fixture.tier1.live.load(SeqCst), 0);
    assert!(!is_published(fixture.manager.cell(FunctionId(1))));
    fixture.tier1.refused.store(usize::MAX, Relaxed);
    fixture.manager.publish(batch()).expect("nothing is refused");
    assert_eq!((fixture.call(1), fixture.call(2)), (1, 1));
    let error = fixture.manager.publish(vec![function(3, None), function(1, None)]).expect_err("1 is published");
    assert!(error.to_string().contains("function1 is published already"), "{error}");
    assert!(!is_published(fixture.manager.cell(FunctionId(3))));
    assert_eq!(fixture.tier1.live.load(SeqCst), 2);
}

#[test]
fn tier_choices() {
    for (tier, expected, reason) in [
        (TierChoice::One, 1, "tier 2 is switched off"),
        (TierChoice::Two, 2, "tier 2 is asked for at once"),
        (TierChoice::Auto, 2, "500 calls reached the threshold of 100"),
    ] {
        let fixture = Fixture::new(Config { tier, ..by_hand() });
        fixture.manager.publish(vec![function(0, Some(1)), function(1, None)]).expect("the fake tiers compile it");
        fixture.heat(0, 500);
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
        assert_eq!((fixture.call(0), fixture.reason(0).as_str()), (expected, reason), "{tier:?}");
    }
}

#[test]
fn synchronous_mode_recompiles_in_the_calling_thread() {
    let fixture = Fixture::new(Config { is_synchronous: true, ..eager() });
    fixture.publish(0..2);
    fixture.heat(0, 99);
    fixture.manager.poll(FunctionId(0));
    assert_eq!(fixture.call(0), 1);
    fixture.heat(0, 1);
    fixture.heat(1, 500);
    fixture.manager.poll(FunctionId(0));
    assert_eq!((fixture.call(0), fixture.call(1)), (2, 1));
    assert!(fixture.manager.wait_for_tier_up(None));
    assert_eq!(fixture.call(1), 2);
}

#[test]
fn switching_tier_2_off_empties_the_queue() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..2);
    fixture.tier2.gate.shut();
    fixture.heat(0, 500);
    fixture.heat(1, 100);
    fixture.manager.wait_for_tier_up(Some(Duration::ZERO));
    fixture.tier2.await_begun(1);
    fixture.manager.set_config(Config { tier: TierChoice::One, ..by_hand() });
    fixture.tier2.gate.open();
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.tier2.begun.lock().len(), 1);
    fixture.manager.set_config(by_hand());
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!((fixture.call(0), fixture.call(1)), (2, 2));
}

#[test]
fn shutdown_waits_for_a_compilation_and_drops_it() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..2);
    fixture.tier2.gate.shut();
    fixture.heat(0, 500);
    fixture.heat(1, 100);
    fixture.manager.wait_for_tier_up(Some(Duration::ZERO));
    fixture.tier2.await_begun(1);
    let manager = Arc::clone(&fixture.manager);
    let is_down = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&is_down);
    let ending = std::thread::spawn(move || {
        assert!(manager.shutdown(LONG));
        flag.store(true, SeqCst);
    });
    std::thread::sleep(Duration::from_millis(20));
    assert!(!is_down.load(SeqCst));
    fixture.tier2.gate.open();
    ending.join().expect("no panic");
    assert_eq!((fixture.call(0), fixture.call(1)), (1, 1));
    assert_eq!(fixture.tier2.live.load(SeqCst), 0);
    assert_eq!(fixture.reason(1), "the process ended first");
    assert!(fixture.manager.wait_for_tier_up(None));
    fixture.publish([2]);
    assert_eq!(fixture.call(2), 1);
}

#[test]
fn a_kick_a_running_loop_or_a_publication_ends_a_long_sleep() {
    let fixture = Fixture::new(Config { sample_interval: Duration::from_secs(3600), ..eager() });
    fixture.publish([0]);
    for id in 0..3 {
        // The profiling thread has gone to its hour of sleep.
        std::thread::sleep(Duration::from_millis(50));
        fixture.heat(id, 100);
        match id {
            0 => fixture.publish([1, 2]),
            1 => fixture.manager.kick(fixture.manager.counters(FunctionId(id))),
            _ => fixture.manager.watch(),
        }
        let start = std::time::Instant::now();
        while fixture.call(id) == 1 {
            assert!(start.elapsed() < LONG, "nobody woke up");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn events_tell_the_story_in_order() {
    let fixture = Fixture::new(by_hand());
    let story = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&story);
    let manager = Arc::downgrade(&fixture.manager);
    fixture.manager.subscribe(Arc::new(move |event: &Event| {
        // The manager can be asked from here: its lock is free.
        let reports = manager.upgrade().map_or(0, |manager| manager.reports().len());
        let id = event.id;
        let line = match &event.what {
            What::Compiled { tier, .. } => format!("{id} compiled by tier {tier}"),
            What::Queued { reason, .. } => format!("{id} queued: {reason}"),
            What::Swapped { .. } => format!("{id} swapped"),
            What::WentOver { entries } => format!("{id} went over, {entries} so far"),
            What::Refused { reason } => format!("{id} refused: {reason}"),
            What::Counted { calls, .. } => format!("{id} counted {calls} calls"),
            What::ReplacedFreed { size } => format!("{id} lost replaced code, {size} bytes"),
            What::Freed { size } => format!("{id} freed, {size} bytes"),
        };
        told.lock().push((event.at, line, reports));
    }));
    fixture.tier2.refused.store(1, Relaxed);
    for id in 0..2 {
        fixture.publish([id]);
        fixture.heat(id, 100);
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    }
    fixture.manager.quiesce();
    fixture.retire(&[0]);
    let story = story.lock();
    let lines: Vec<&str> = story.iter().map(|(_, line, _)| line.as_str()).collect();
    let expected = [
        "function0 compiled by tier 1",
        "function0 queued: 100 calls reached the threshold of 100",
        "function0 compiled by tier 2",
        "function0 swapped",
        "function1 compiled by tier 1",
        "function1 queued: 100 calls reached the threshold of 100",
        "function1 refused: the function is too large: it is asked to be",
        "function0 lost replaced code, 100 bytes",
        "function0 freed, 200 bytes",
    ];
    assert_eq!(lines, expected);
    assert!(story.is_sorted_by_key(|(at, ..)| *at));
}

#[test]
fn memory_stays_flat_over_many_functions() {
    let fixture = Fixture::new(eager());
    let mut cells = HashSet::new();
    for id in 0..20_000 {
        fixture.publish([id]);
        cells.insert(std::ptr::from_ref(fixture.manager.cell(FunctionId(id))));
        if id % 3 == 0 {
            fixture.heat(id, 1000);
        }
        fixture.retire(&[id]);
    }
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!(cells.len() <= 64, "{} cells", cells.len());
    assert_eq!((fixture.tier1.live.load(SeqCst), fixture.tier2.live.load(SeqCst)), (0, 0));
    assert!(fixture.manager.reports().is_empty());
}

/// Publishes a function with a loop.
fn loop_fixture(config: Config) -> Fixture {
    let fixture = Fixture::new(config);
    fixture.manager.publish(vec![looping(0)]).expect("the fake tier compiles it");
    fixture
}

const LOOP: u32 = u32::MAX;

#[test]
fn a_loop_of_one_long_call_is_compiled_before_the_function() {
    let fixture = loop_fixture(eager());
    fixture.heat(0, 1);
    for iterations in 1..100 {
        fixture.run_loop(iterations * 1000);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!(fixture.goes_over());
    assert_eq!(fixture.call(0), 2);
    assert_eq!(*fixture.tier2.begun.lock(), [LOOP, 0]);
    assert!(fixture.reason(0).contains("loop iterations reached the threshold of 1000"), "{}", fixture.reason(0));
    let report = fixture.manager.report(FunctionId(0)).expect("it is published");
    assert_eq!((report.tier, report.tier2_size), (2, 400));
    fixture.retire(&[0]);
    assert_eq!(fixture.tier2.live.load(SeqCst), 0);
    assert!(!fixture.goes_over());
}

#[test]
fn loops_of_short_calls_wait_for_the_next_call() {
    let fixture = loop_fixture(by_hand());
    fixture.heat(0, 100);
    fixture.run_loop(500);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(*fixture.tier2.begun.lock(), [0]);
    // Nothing has run since the swap, then something does.
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)) && !fixture.goes_over());
    fixture.run_loop(3000);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)) && fixture.goes_over());
    assert_eq!(*fixture.tier2.begun.lock(), [0, LOOP]);
    assert!(fixture.reason(0).contains("100 calls"), "{}", fixture.reason(0));
}

#[test]
fn a_loop_that_is_refused_is_not_tried_again() {
    let fixture = loop_fixture(by_hand());
    fixture.tier2.refused.store(LOOP as usize, Relaxed);
    for iterations in 1..5 {
        fixture.run_loop(iterations * 2000);
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    }
    assert!(!fixture.goes_over());
    assert_eq!(fixture.call(0), 2);
    assert_eq!(fixture.tier2.begun.lock().iter().filter(|&&id| id == LOOP).count(), 1);
    assert_eq!(fixture.manager.refusals(), 1);
}

#[test]
fn stress_compiles_loops_at_once_and_nothing_else() {
    let fixture = loop_fixture(Config { osr: OsrChoice::Stress, ..eager() });
    fixture.heat(0, 10_000);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!(fixture.goes_over());
    assert_eq!((fixture.call(0), &*fixture.tier2.begun.lock()), (1, &vec![LOOP]));
}

#[test]
fn without_replacement_loops_do_not_poll() {
    for config in [Config { osr: OsrChoice::Off, ..by_hand() }, Config { tier: TierChoice::One, ..by_hand() }] {
        let fixture = loop_fixture(config);
        fixture.run_loop(5000);
        assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
        assert!(fixture.tier2.begun.lock().is_empty() && !fixture.goes_over());
    }
}

#[test]
fn a_publication_that_fails_leaves_no_slots_of_loops() {
    let fixture = loop_fixture(by_hand());
    let taken = fixture.manager.publish(vec![looping(0)]);
    assert!(matches!(taken, Err(CompileError::Bug { .. })));
    assert_eq!(fixture.tier1.live.load(SeqCst), 1);
}

#[test]
fn a_visit_holds_up_what_was_unlinked_since_it_began() {
    let fixture = Fixture::new(by_hand());
    fixture.publish(0..3);
    let visitor = fixture.manager.new_visitor();
    let visit = visitor.enter();
    fixture.heat(0, 100);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    fixture.retire(&[1]);
    assert_eq!(fixture.tier1.live.load(SeqCst), 3, "the visit may be inside of all");
    let census = fixture.manager.census();
    assert_eq!((census.functions, census.cells, census.limbo, census.limbo_size), (2, 2, 2, 200));
    let inner = visitor.enter();
    drop(inner);
    fixture.manager.quiesce();
    assert_eq!(fixture.tier1.live.load(SeqCst), 3, "a visit inside the visit does not end it");
    drop(visit);
    let visit = visitor.enter();
    fixture.manager.quiesce();
    assert_eq!(fixture.tier1.live.load(SeqCst), 1, "a later visit is inside of nothing old");
    fixture.retire(&[0, 2]);
    assert_eq!(fixture.tier2.live.load(SeqCst), 1);
    drop(visit);
    drop(visitor);
    fixture.manager.quiesce();
    assert_eq!((fixture.tier1.live.load(SeqCst), fixture.tier2.live.load(SeqCst)), (0, 0));
    assert_eq!(fixture.manager.census(), Census::default());
}

#[test]
fn nothing_is_freed_before_a_rest_and_a_rest_is_asked_for() {
    let fixture = Fixture::new(by_hand());
    let asked = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&asked);
    fixture.manager.when_rest_is_wanted(Box::new(move || flag.store(true, SeqCst)));
    fixture.publish([0]);
    assert!(!fixture.manager.wants_rest());
    fixture.heat(0, 100);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!(fixture.manager.wants_rest() && asked.load(SeqCst));
    assert_eq!(fixture.tier1.live.load(SeqCst), 1);
    let start = std::time::Instant::now();
    // A rest that comes while the profiling thread looks at its functions does not wait for it.
    while fixture.manager.wants_rest() {
        assert!(start.elapsed() < LONG, "no rest is taken note of");
        fixture.manager.note_rest();
        std::thread::yield_now();
    }
    while fixture.tier1.live.load(SeqCst) > 0 {
        assert!(start.elapsed() < LONG, "the profiling thread does not free it");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn the_end_of_a_visit_frees_what_waited_for_it() {
    let fixture = Fixture::new(by_hand());
    fixture.publish([0]);
    let visitor = fixture.manager.new_visitor();
    let visit = visitor.enter();
    fixture.heat(0, 100);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!(!visitor.is_awaited(), "it waits for a rest first");
    fixture.manager.quiesce();
    drop(visit);
    assert!(visitor.is_awaited());
    fixture.manager.visit_ended();
    let start = std::time::Instant::now();
    while fixture.tier1.live.load(SeqCst) > 0 {
        assert!(start.elapsed() < LONG, "nobody frees it");
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(!visitor.is_awaited());
}

#[test]
fn loops_go_with_the_code_that_polls_them() {
    let fixture = loop_fixture(by_hand());
    fixture.heat(0, 100);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    fixture.run_loop(3000);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)) && fixture.goes_over());
    assert_eq!((fixture.tier1.live.load(SeqCst), fixture.tier2.live.load(SeqCst)), (1, 2));
    assert_eq!(fixture.manager.census().cells, 2);
    fixture.manager.quiesce();
    assert_eq!((fixture.tier1.live.load(SeqCst), fixture.tier2.live.load(SeqCst)), (0, 1));
    assert_eq!(fixture.manager.census().cells, 1);
    assert_eq!(fixture.call(0), 2);
}

#[test]
fn a_caller_whose_callee_is_gone_is_not_compiled() {
    let fixture = Fixture::new(by_hand());
    fixture.manager.publish(vec![function(0, Some(1)), function(1, None)]).expect("the fake tiers compile it");
    fixture.retire(&[1]);
    fixture.heat(0, 1000);
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert!(fixture.tier2.begun.lock().is_empty());
    assert_eq!(fixture.reason(0), "a function that it calls is gone");
    fixture.retire(&[0]);
    assert_eq!(fixture.manager.census(), Census::default());
}

#[test]
fn shutdown_leaves_a_long_compilation_to_itself() {
    let fixture = Fixture::new(by_hand());
    let told = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&told);
    fixture.publish([0]);
    fixture.tier2.gate.shut();
    fixture.heat(0, 500);
    fixture.manager.wait_for_tier_up(Some(Duration::ZERO));
    fixture.tier2.await_begun(1);
    assert!(!fixture.manager.shutdown(Duration::from_millis(1)));
    fixture.manager.subscribe(Arc::new(move |_: &Event| flag.store(true, SeqCst)));
    fixture.tier2.gate.open();
    assert!(fixture.manager.wait_for_tier_up(Some(LONG)));
    assert_eq!(fixture.call(0), 1);
    assert!(!told.load(SeqCst));
    let start = std::time::Instant::now();
    while fixture.tier2.live.load(SeqCst) > 0 {
        assert!(start.elapsed() < LONG, "the result is dropped");
        std::thread::yield_now();
    }
}

#[test]
fn many_functions_that_go_at_once_are_freed_bit_by_bit() {
    // With a profiling thread, and without one.
    for tier in [TierChoice::Auto, TierChoice::One] {
        let fixture = Fixture::new(Config { tier, ..by_hand() });
        fixture.publish(0..1000);
        fixture.manager.retire(&(0..1000).map(FunctionId).collect::<Vec<_>>());
        let start = std::time::Instant::now();
        while fixture.tier1.live.load(SeqCst) > 0 {
            assert!(start.elapsed() < LONG, "the rest is forgotten");
            if fixture.manager.wants_rest() {
                fixture.manager.quiesce();
            }
        }
    }
}
