//! Code lives as long as its `Code`, and threads compile at once. One test, since it looks at the process's memory.

mod harness;

use std::thread;

use harness::{Tiers, adder};

#[test]
fn dropped_code_is_unmapped() {
    let tiers = Tiers::new();
    thread::scope(|scope| {
        for number in 0..4 {
            let tiers = &tiers;
            scope.spawn(move || {
                for round in 0..10 {
                    let added = number * 100 + round;
                    for compiled in tiers.compile(&adder(1, added)) {
                        assert_eq!(compiled.call_one(&[1]), added as u64 + 1);
                    }
                }
            });
        }
    });
    let [kept, dropped] = [1, 2].map(|number| tiers.compile(&adder(1, number)));
    let address = dropped[0].code.body;
    assert!(dropped[0].code.size > 0 && is_executable(address));
    drop(dropped);
    assert!(!is_executable(address));
    // Code outlives its tier.
    drop(tiers);
    assert_eq!(kept[0].call_one(&[1]), 2);
}

/// Whether an executable mapping of the process holds `address`.
fn is_executable(address: usize) -> bool {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux shows a process its mappings");
    maps.lines().any(|line| {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let bound = |text: &str| usize::from_str_radix(text, 16).unwrap_or(0);
        let (start, end) = range.split_once('-').unwrap_or_default();
        rights.contains('x') && (bound(start)..bound(end)).contains(&address)
    })
}
