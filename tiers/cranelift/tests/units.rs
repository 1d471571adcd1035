//! Units as a whole: many threads, memory, refusals, listings.

mod harness;

use std::thread;

use harness::{Tiers, body, unit, with_entry};
use upshift_core::lir::{FunctionId, Immediate, Region, Type, Unit};
use upshift_core::runtime::symbols;
use upshift_core::tier::{CompileError, Linkage, Listing, Tier};
use upshift_cranelift::CraneliftTier;

/// A unit whose body adds `number` to its argument.
fn add_unit(number: i64) -> Unit {
    unit(&[Type::I64], Type::I64, |builder, args| {
        let constant = builder.const_i64(number);
        builder.add_int(args[0], constant)
    })
}

#[test]
fn threads_compile_at_once() {
    let tiers = Tiers::new();
    thread::scope(|scope| {
        for seed in 0..8 {
            let tiers = &tiers;
            scope.spawn(move || {
                let mut kept = Vec::new();
                for round in 0..50 {
                    let number = seed * 1000 + round;
                    kept.push((number, tiers.compile(&add_unit(number))));
                    if round % 3 == 0 {
                        kept.swap_remove(round as usize / 2);
                    }
                    for (number, codes) in &kept {
                        for compiled in codes {
                            assert_eq!(compiled.call_one(&[1]), *number as u64 + 1);
                        }
                    }
                }
            });
        }
    });
}

#[test]
fn code_is_freed_on_another_thread_after_its_tier() {
    let codes = Tiers::new().compile(&add_unit(5));
    let checked = thread::spawn(move || codes.iter().all(|compiled| compiled.call_one(&[1]) == 6)).join();
    assert!(checked.expect("the thread ends"));
}

#[test]
fn memory_is_used_again() {
    let tier = CraneliftTier::new().expect("this machine is known");
    let symbols = symbols::addresses();
    let linkage = Linkage { symbols: &symbols, body_cell: &|_| 0 };
    let compile = |number| tier.compile(&add_unit(number), &linkage).expect("a small unit");
    let first = compile(0);
    let address = first.body;
    drop(first);
    for number in 0..1000 {
        assert_eq!(compile(number).body, address);
    }
}

#[test]
fn the_first_compilation_can_be_done_ahead() {
    let tiers = Tiers::new();
    for tier in &tiers.tiers {
        assert_eq!(tier.warm_up(), Ok(()));
    }
}

#[test]
fn broken_units_are_refused() {
    let tier = CraneliftTier::new().expect("this machine is known");
    let symbols = symbols::addresses();
    let linkage = Linkage { symbols: &symbols, body_cell: &|_| 0 };
    let refusal = |unit: &Unit, linkage: &Linkage<'_>| match tier.compile(unit, linkage) {
        Ok(_) => panic!("{} was compiled", unit.body().name),
        Err(error) => error,
    };
    let is_bug = |error: CompileError, named: &str| match error {
        CompileError::Bug { stage, .. } => assert_eq!(stage, named),
        CompileError::TooLarge(_) | CompileError::OutOfMemory => panic!("{error}"),
    };

    let mut without_entry = add_unit(1);
    without_entry.functions.pop();
    is_bug(refusal(&without_entry, &linkage), "link");

    let mut wrong_immediate = add_unit(1);
    wrong_immediate.functions[0].insts[0].immediate = Immediate::None;
    is_bug(refusal(&wrong_immediate, &linkage), "translation to CLIF");

    let calls = with_entry(body(&[Type::Ptr], None, |builder, args| {
        builder.call_runtime(symbols::Symbol::Release, args);
        None
    }));
    is_bug(refusal(&calls, &Linkage { symbols: &[], body_cell: &|_| 0 }), "translation to CLIF");

    let large_frame = unit(&[], Type::Ptr, |builder, _| {
        let slot = builder.add_slot(1 << 30);
        builder.slot_address(slot)
    });
    assert!(matches!(refusal(&large_frame, &linkage), CompileError::TooLarge(_)));

    // A refusal spoils nothing for the next unit.
    assert!(tier.compile(&add_unit(1), &linkage).is_ok());
}

#[test]
fn a_panic_becomes_an_error() {
    let tier = CraneliftTier::new().expect("this machine is known");
    let symbols = symbols::addresses();
    let calls = with_entry(body(&[], None, |builder, _| {
        let signature = upshift_core::lir::Signature { params: vec![], returns: vec![Type::I32] };
        let callee = builder.import_callee(upshift_core::lir::CalleeData { id: FunctionId(77), signature });
        builder.call_function(callee, &[]);
        None
    }));
    let linkage = Linkage { symbols: &symbols, body_cell: &|id| panic!("no cell for {id}") };
    let error = tier.compile(&calls, &linkage).err().expect("the panic is told");
    assert_eq!(error.to_string(), "internal error in translation to CLIF: no cell for function77");
}

#[test]
fn listings_show_both_functions() {
    let tier = CraneliftTier::new().expect("this machine is known");
    let unit = unit(&[Type::Ptr], Type::I64, |builder, args| builder.load(Type::I64, args[0], 8, Region::Elements));
    let clif = tier.list(&unit, Listing::Intermediate).expect("a small unit");
    let assembly = tier.list(&unit, Listing::Assembly).expect("a small unit");
    assert!(clif.contains("; body\n") && clif.contains("; body.entry\n"), "{clif}");
    assert!(clif.contains("load.i64 notrap aligned") && clif.contains("elements"), "{clif}");
    assert!(assembly.contains("movq") && assembly.contains("ret"), "{assembly}");
}

#[test]
fn rounding_calls_a_routine_where_the_instruction_is_missing() {
    let unit = unit(&[Type::F64], Type::F64, |builder, args| builder.floor_float(args[0]));
    let assembly = Tiers::new().tiers.map(|tier| tier.list(&unit, Listing::Assembly).expect("a small unit"));
    assert!(assembly[1].contains("FloorF64"), "{}", assembly[1]);
}
