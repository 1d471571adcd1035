//! How long does a small function take from lir to code that may be called, and what would a `JITModule` take?
//!
//!     cargo run --release -p upshift-cranelift --example latency
//!
//! Cold is the first compilation of the process; with the argument `warm_up`, after `CraneliftTier::warm_up` on
//! another thread. Warm is the median of many. The baselines compile one function instead of the unit's two.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::{AbiParam, InstBuilder, types};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_frontend::{FunctionBuilder as ClifBuilder, FunctionBuilderContext};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{Linkage as ModuleLinkage, Module};
use upshift_core::lir::{Function, FunctionBuilder, FunctionId, IntCond, Signature, Type};
use upshift_core::lower::abi::with_entry;
use upshift_core::runtime::symbols;
use upshift_core::tier::{Code, CompileError, Linkage, Tier};
use upshift_cranelift::CraneliftTier;

const ROUNDS: usize = 2000;

fn main() -> Result<(), CompileError> {
    let symbols = symbols::addresses();
    let linkage = Linkage { symbols: &symbols, body_cell: &|_| 0 };
    let add = with_entry(add_body());

    let start = Instant::now();
    let tier = CraneliftTier::new()?;
    if std::env::args().nth(1).is_some_and(|argument| argument == "warm_up") {
        std::thread::scope(|scope| scope.spawn(|| tier.warm_up()).join()).expect("no panic gets out")?;
    }
    let made = start.elapsed();
    let code = tier.compile(&add, &linkage)?;
    let compiled = start.elapsed();
    let sum = call(&code, 1, 2);
    let called = start.elapsed();
    assert_eq!(sum, 3);
    println!("cold: tier {made:?}, add compiled {:?}, first call {:?}", compiled - made, called - compiled);

    for (name, unit) in
        [("add", add), ("sum of a range", with_entry(sum_body())), ("escape", with_entry(escape_body()))]
    {
        let compile = median(|| drop_later(tier.compile(&unit, &linkage)));
        let (mut kept, mut first_calls) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let code = tier.compile(&unit, &linkage)?;
            let start = Instant::now();
            black_box(call(&code, 1, 2));
            first_calls.push(start.elapsed());
            kept.push(code);
        }
        first_calls.sort();
        let size = kept[0].size;
        let start = Instant::now();
        drop(kept);
        let freed = start.elapsed() / ROUNDS as u32;
        println!(
            "{name}: compile and publish {compile:?}, first call {:?}, free {freed:?}, {size} bytes",
            first_calls[ROUNDS / 2]
        );
    }
    let mut baseline = Baseline::new();
    println!("add's body alone, not published: {:?}", median(|| baseline.compile()));
    println!("add's body alone, in a JITModule: {:?}", median(|| baseline.jit_module()));
    churn(&tier, &linkage)
}

/// Compiles and drops 100,000 functions; the process must not grow.
fn churn(tier: &CraneliftTier, linkage: &Linkage<'_>) -> Result<(), CompileError> {
    let add = with_entry(add_body());
    let before = resident_kib();
    for _ in 0..100_000 {
        drop(tier.compile(&add, linkage)?);
    }
    println!("100000 compiled and dropped: {before} KiB before, {} KiB after", resident_kib());
    Ok(())
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The median time of `work`; what it returns is dropped outside the time.
fn median<R>(mut work: impl FnMut() -> R) -> Duration {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let result = work();
            let time = start.elapsed();
            drop(result);
            time
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}

fn drop_later(code: Result<Code, CompileError>) -> Code {
    code.expect("compiled once before")
}

fn call(code: &Code, a: i64, b: i64) -> i64 {
    // SAFETY: `entry` has this type, and its two arguments and one result fit in the slots.
    let entry: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(code.entry) };
    let mut slots = [a as u64, b as u64, 0];
    assert_eq!(entry(slots.as_mut_ptr()), 0);
    slots[2] as i64
}

/// `(i64, i64) -> (i32, i64)`, without blocks.
fn body() -> Function {
    let signature = Signature { params: vec![Type::I64; 2], returns: vec![Type::I32, Type::I64] };
    Function::new(FunctionId(0), "body", signature)
}

/// `return a + b`
fn add_body() -> Function {
    let mut func = body();
    let block = func.add_block();
    let params = [func.add_param(block, Type::I64), func.add_param(block, Type::I64)];
    let mut builder = FunctionBuilder::new(&mut func, block);
    let sum = builder.add_int(params[0], params[1]);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, sum]);
    func
}

/// `for i in range(a, b): total += i`
fn sum_body() -> Function {
    let mut func = body();
    let entry = func.add_block();
    let (a, b) = (func.add_param(entry, Type::I64), func.add_param(entry, Type::I64));
    let mut builder = FunctionBuilder::new(&mut func, entry);
    let (head, step, exit) = (builder.add_block(), builder.add_block(), builder.add_block());
    let zero = builder.const_i64(0);
    let (idx, total) = (builder.add_param(head, Type::I64), builder.add_param(head, Type::I64));
    builder.jump(head, &[a, zero]);
    builder.switch_to(head);
    let goes_on = builder.cmp_int(IntCond::Slt, idx, b);
    builder.branch_if(goes_on, step, exit);
    builder.switch_to(step);
    let next_total = builder.add_int(total, idx);
    let one = builder.const_i64(1);
    let next = builder.add_int(idx, one);
    builder.jump(head, &[next, next_total]);
    builder.switch_to(exit);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, total]);
    func
}

/// The escape count of a point of the Mandelbrot set.
fn escape_body() -> Function {
    use upshift_core::lir::FloatCond;
    let mut func = body();
    let entry = func.add_block();
    let (a, b) = (func.add_param(entry, Type::I64), func.add_param(entry, Type::I64));
    let mut builder = FunctionBuilder::new(&mut func, entry);
    let (head, step, exit) = (builder.add_block(), builder.add_block(), builder.add_block());
    let (real, imaginary) = (builder.sint_to_float(a, Type::F64), builder.sint_to_float(b, Type::F64));
    let (zero, none) = (builder.const_f64(0.0), builder.const_i64(0));
    let count = builder.add_param(head, Type::I64);
    let (x, y) = (builder.add_param(head, Type::F64), builder.add_param(head, Type::F64));
    builder.jump(head, &[none, zero, zero]);
    builder.switch_to(head);
    let (xx, yy, four) = (builder.mul_float(x, x), builder.mul_float(y, y), builder.const_f64(4.0));
    let square = builder.add_float(xx, yy);
    let is_inside = builder.cmp_float(FloatCond::Le, square, four);
    builder.branch_if(is_inside, step, exit);
    builder.switch_to(step);
    let difference = builder.sub_float(xx, yy);
    let next_x = builder.add_float(difference, real);
    let (product, two) = (builder.mul_float(x, y), builder.const_f64(2.0));
    let doubled = builder.mul_float(product, two);
    let next_y = builder.add_float(doubled, imaginary);
    let one = builder.const_i64(1);
    let next = builder.add_int(count, one);
    builder.jump(head, &[next, next_x, next_y]);
    builder.switch_to(exit);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, count]);
    func
}

/// What the two baselines share.
struct Baseline {
    isa: OwnedTargetIsa,
    context: Context,
    builder_context: FunctionBuilderContext,
}

impl Baseline {
    fn new() -> Baseline {
        let mut flags = settings::builder();
        for (name, value) in [("opt_level", "speed"), ("enable_verifier", "false"), ("unwind_info", "false")] {
            flags.set(name, value).expect("a setting of Cranelift");
        }
        let builder = cranelift_native::builder().expect("a known host");
        let isa = builder.finish(settings::Flags::new(flags)).expect("valid settings");
        Baseline { isa, context: Context::new(), builder_context: FunctionBuilderContext::new() }
    }

    /// Makes the CLIF of `add`'s body.
    fn build(&mut self) {
        self.context.clear();
        let func = &mut self.context.func;
        func.signature.call_conv = self.isa.default_call_conv();
        func.signature.params = vec![AbiParam::new(types::I64); 2];
        func.signature.returns = vec![AbiParam::new(types::I32), AbiParam::new(types::I64)];
        let mut builder = ClifBuilder::new(func, &mut self.builder_context);
        let block = builder.create_block();
        builder.append_block_params_for_function_params(block);
        builder.switch_to_block(block);
        let (a, b) = (builder.block_params(block)[0], builder.block_params(block)[1]);
        let sum = builder.ins().iadd(a, b);
        let status = builder.ins().iconst(types::I32, 0);
        builder.ins().return_(&[status, sum]);
        builder.seal_all_blocks();
        builder.finalize(self.isa.frontend_config());
    }

    /// Compiles without publishing.
    fn compile(&mut self) {
        self.build();
        black_box(self.context.compile(&*self.isa, &mut ControlPlane::default()).expect("a small function"));
    }

    /// Compiles and publishes in a module of its own.
    fn jit_module(&mut self) -> JITModule {
        let builder = JITBuilder::with_isa(self.isa.clone(), cranelift_module::default_libcall_names());
        let mut module = JITModule::new(builder);
        self.build();
        let signature = &self.context.func.signature;
        let id = module.declare_function("add", ModuleLinkage::Local, signature).expect("a new name");
        module.define_function(id, &mut self.context).expect("a small function");
        module.finalize_definitions().expect("memory for a page");
        black_box(module.get_finalized_function(id));
        module
    }
}
