//! Calls: of the runtime, within a unit, through cells, and the registers that results come back in.

mod harness;

use std::arch::asm;
use std::sync::atomic::{AtomicPtr, Ordering};

use harness::{Tiers, body, mask, unit, with_entry};
use upshift_core::lir::{
    CalleeData, Function, FunctionBuilder, FunctionId, IntCond, Region, Signature, Type, Unit, Value, block_call,
    parse_function,
};
use upshift_core::runtime::symbols::Symbol;
use upshift_core::runtime::{errors, memory};
use upshift_core::tier::Linkage;

#[test]
fn runtime_routines_get_arguments_and_give_results() {
    let tiers = Tiers::new();
    let power = unit(&[Type::F64, Type::F64], Type::F64, |builder, args| {
        builder.call_runtime(Symbol::Pow, args).expect("pow has a result")
    });
    for compiled in tiers.compile(&power) {
        let args = [2.5_f64.to_bits(), 3.0_f64.to_bits()];
        assert_eq!(f64::from_bits(compiled.call_one(&args)), 15.625);
    }
}

#[test]
fn runtime_routines_see_memory_in_order() {
    let tiers = Tiers::new();
    let fresh = unit(&[Type::I64], Type::I64, |builder, args| {
        let block = builder.call_runtime(Symbol::AllocateZeroed, args).expect("allocate has a result");
        builder.call_runtime(Symbol::Retain, &[block]);
        let count = builder.load(Type::I64, block, 0, Region::Headers);
        builder.call_runtime(Symbol::Release, &[block]);
        let less = builder.load(Type::I64, block, 0, Region::Headers);
        builder.call_runtime(Symbol::Release, &[block]);
        let ten = builder.const_i64(10);
        let tens = builder.mul_int(count, ten);
        builder.add_int(tens, less)
    });
    for compiled in tiers.compile(&fresh) {
        assert_eq!(compiled.call_one(&[100]), 21);
    }
    assert_eq!(memory::live_blocks(), 0);
}

#[test]
fn raising_records_the_site() {
    let tiers = Tiers::new();
    let raising = with_entry(body(&[Type::I64], None, |builder, args| {
        let [function, site, class, other] = [1, 2, 3, -7].map(|number| builder.const_i64(number));
        builder.call_runtime(Symbol::Raise, &[function, site, class]);
        builder.call_runtime(Symbol::RaiseNumber, &[args[0]]);
        builder.call_runtime(Symbol::RaiseNumber, &[other]);
        None
    }));
    for compiled in tiers.compile(&raising) {
        compiled.call(&[5]);
        let raised = errors::take().expect("the call recorded it");
        let raised = raised.borrow();
        let errors::Origin::Site { function, site, numbers, .. } = &raised.origin else { panic!("it is of a site") };
        assert_eq!((*function, *site, &numbers[..], raised.class), (FunctionId(1), 2, &[5, -7][..], 3));
    }
}

/// A function that gives back one of its many arguments, some of which travel on the stack.
fn pick(index: usize, params: &[Type]) -> Function {
    body(params, Some(params[index]), |_, args| Some(args[index]))
}

#[test]
fn every_argument_arrives() {
    let tiers = Tiers::new();
    let params: Vec<Type> = (0..30).map(|position| Type::ALL[position % Type::ALL.len()]).collect();
    let args: Vec<u64> = params
        .iter()
        .enumerate()
        .map(|(position, &ty)| if ty == Type::Bool { position as u64 % 3 % 2 } else { !(position as u64) & mask(ty) })
        .collect();
    for index in 0..params.len() {
        for compiled in tiers.compile(&with_entry(pick(index, &params))) {
            assert_eq!(compiled.call_one(&args), args[index], "argument {index}");
        }
    }
}

#[test]
fn a_function_calls_itself() {
    let tiers = Tiers::new();
    let signature = Signature { params: vec![Type::I64], returns: vec![Type::I32, Type::I64] };
    let mut func = Function::new(FunctionId(9), "fibonacci", signature.clone());
    let entry = func.add_block();
    let n = func.add_param(entry, Type::I64);
    let mut builder = FunctionBuilder::new(&mut func, entry);
    let (recurse, exit) = (builder.add_block(), builder.add_block());
    let result = builder.add_param(exit, Type::I64);
    let two = builder.const_i64(2);
    let is_small = builder.cmp_int(IntCond::Slt, n, two);
    builder.branch_with(is_small, block_call(exit, &[n]), block_call(recurse, &[]));
    builder.switch_to(recurse);
    let callee = builder.import_callee(CalleeData { id: FunctionId(9), signature });
    let [one, two] = [1, 2].map(|number| builder.const_i64(number));
    let terms = [one, two].map(|less| {
        let smaller = builder.sub_int(n, less);
        builder.call_function(callee, &[smaller])[1]
    });
    let sum = builder.add_int(terms[0], terms[1]);
    builder.jump(exit, &[sum]);
    builder.switch_to(exit);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, result]);
    for compiled in tiers.compile(&with_entry(func)) {
        assert_eq!(compiled.call_one(&[20]), 6765);
    }
}

#[test]
fn a_further_function_of_the_unit_is_called_directly() {
    let tiers = Tiers::new();
    let mut unit = with_entry(caller(FunctionId(5), Type::F32, Type::F32));
    let mut callee = body(&[Type::F32], Some(Type::F32), |builder, args| Some(builder.add_float(args[0], args[0])));
    callee.id = FunctionId(5);
    unit.functions.push(callee);
    for compiled in tiers.compile(&unit) {
        assert_eq!(compiled.call_one(&[u64::from(1.25_f32.to_bits())]), u64::from(2.5_f32.to_bits()));
    }
}

#[test]
fn a_function_returns_what_another_answers() {
    let tiers = Tiers::new();
    for returns in ["", ", i8", ", f64"] {
        let result = if returns.is_empty() { "" } else { ", v1" };
        let ty = returns.strip_prefix(", ").unwrap_or("i8");
        let callee = unit_of(&format!(
            "func callee(ptr) -> i32{returns} id 9 {{
            block0(v0: ptr):
                v1 = load.{ty} frame v0
                v2 = const_int.i32 0
                return v2{result}
            }}"
        ));
        let caller = unit_of(&format!(
            "func caller(ptr, {ty}) -> i32{returns} id 1 {{
                slot0 = 8
            block0(v0: ptr, v1: {ty}):
                v2 = slot_address slot0
                store frame v2, v1
                return_from v0, v2
            }}"
        ));
        let callees = tiers.compile(&callee);
        for compiled in tiers.compile(&caller) {
            let body = callees[0].code.body as u64;
            let expected: &[u64] = if returns.is_empty() { &[] } else { &[0x40] };
            assert_eq!(compiled.call(&[body, 0x40]), expected);
        }
    }
}

/// The unit around a body in text.
fn unit_of(text: &str) -> Unit {
    with_entry(parse_function(text).unwrap_or_else(|error| panic!("{error:?}\n{text}")))
}

/// A body that passes its argument to `id` and returns the result.
fn caller(id: FunctionId, param: Type, result: Type) -> Function {
    body(&[param], Some(result), |builder, args| {
        let signature = Signature { params: vec![param], returns: vec![Type::I32, result] };
        let callee = builder.import_callee(CalleeData { id, signature });
        Some(builder.call_function(callee, args)[1])
    })
}

#[test]
fn a_cell_is_read_at_each_call() {
    let tiers = Tiers::new();
    let mut plus = body(&[Type::I64], Some(Type::I64), |builder, args| Some(builder.add_int(args[0], args[0])));
    plus.id = FunctionId(5);
    let mut times = body(&[Type::I64], Some(Type::I64), |builder, args| Some(builder.mul_int(args[0], args[0])));
    times.id = FunctionId(5);
    let callees = [plus, times].map(|func| tiers.compile(&with_entry(func)));
    let cell = AtomicPtr::new(std::ptr::null_mut::<u8>());
    let address = &raw const cell as usize;
    let linkage = Linkage {
        symbols: &tiers.symbols,
        body_cell: &|id| {
            assert_eq!(id, FunctionId(5));
            address
        },
    };
    for compiled in tiers.compile_with(&with_entry(caller(FunctionId(5), Type::I64, Type::I64)), &linkage) {
        for (codes, expected) in callees.iter().zip([14, 49]) {
            for code in codes {
                cell.store(code.code.body as *mut u8, Ordering::Release);
                assert_eq!(compiled.call_one(&[7]), expected);
            }
        }
    }
}

/// What a body with one argument leaves in eax, rdx and xmm0.
fn returned_registers(address: usize, integer: u64, float: u64) -> (u32, u64, u64) {
    let (mut rax, mut rdx, mut xmm0) = (address as u64, !0_u64, f64::from_bits(float));
    // SAFETY: the body follows the C convention, takes its one argument from rdi or xmm0, and returns in these
    // registers; the stack is aligned by the compiler.
    unsafe {
        asm!("call {body}", body = in(reg) rax, in("rdi") integer, inlateout("xmm0") xmm0, lateout("rax") rax,
            inlateout("rdx") rdx, clobber_abi("C"));
    }
    (rax as u32, rdx, xmm0.to_bits())
}

#[test]
fn results_come_in_the_registers_of_llvm_structs() {
    let tiers = Tiers::new();
    for ty in Type::ALL {
        // Junk above a small argument must not be seen in its result.
        let junk = if ty == Type::Bool { 0xffff_ffff_ffff_ff01 } else { 0xfedc_ba98_7654_3210 };
        for compiled in tiers.compile(&with_entry(body(&[ty], Some(ty), |_, args| Some(args[0])))) {
            let (status, rdx, xmm0) = returned_registers(compiled.code.body, junk, junk);
            assert_eq!(status, 0);
            // C leaves the upper half of the register open for an i32, and lets a smaller integer fill 32 bits.
            let value = if ty.is_float() { xmm0 & mask(ty) } else { rdx & mask(ty).max(mask(Type::I32)) };
            assert_eq!(value, junk & mask(ty), "{ty}");
        }
    }
}

/// What C returns in eax and xmm0, or in eax and rdx.
#[repr(C)]
struct StatusAnd<T> {
    status: i32,
    value: T,
}

#[test]
fn rust_calls_bodies_whose_results_c_knows() {
    let tiers = Tiers::new();
    for compiled in tiers.compile(&with_entry(pick(0, &[Type::F64]))) {
        // SAFETY: the body has this type.
        let body: extern "C" fn(f64) -> StatusAnd<f64> = unsafe { std::mem::transmute(compiled.code.body) };
        let result = body(2.5);
        assert_eq!((result.status, result.value), (0, 2.5));
    }
    for compiled in tiers.compile(&with_entry(pick(1, &[Type::F64, Type::I64]))) {
        // SAFETY: the body has this type.
        let body: extern "C" fn(f64, i64) -> StatusAnd<i64> = unsafe { std::mem::transmute(compiled.code.body) };
        let result = body(2.5, -3);
        assert_eq!((result.status, result.value), (0, -3));
    }
}

#[test]
fn values_survive_calls() {
    let tiers = Tiers::new();
    let unit: Unit = unit(&[Type::F64, Type::I64, Type::I8], Type::F64, |builder, args| {
        let mut sums: Vec<Value> = Vec::new();
        for _ in 0..20 {
            let power = builder.call_runtime(Symbol::Exp, &args[..1]).expect("exp has a result");
            sums.push(power);
        }
        let wide = builder.extend_sint(args[2], Type::I64);
        let total = builder.add_int(args[1], wide);
        let start = builder.sint_to_float(total, Type::F64);
        sums.into_iter().fold(start, |sum, power| builder.add_float(sum, power))
    });
    for compiled in tiers.compile(&unit) {
        let result = compiled.call_one(&[0.0_f64.to_bits(), 100, 0xff]);
        assert_eq!(f64::from_bits(result), 119.0);
    }
}
