//! A first compilation ahead of the first function.
//!
//! The first compilation of `add` in a process takes some 350 microseconds where later ones take 24: the system maps
//! the pages of Cranelift's code, and the processor meets it for the first time. After this, 95 (`examples/latency.rs`).

use upshift_core::lir::{
    CalleeData, Function, FunctionBuilder, FunctionId, IntCond, Region, Signature, Type, Unit, Value, block_call,
};

/// A unit with the operations that most functions have: a loop over integers and floats, memory, a call.
pub(crate) fn unit() -> Unit {
    let body = body();
    let entry = entry(&body);
    Unit { functions: vec![body, entry] }
}

/// How large it is: as some ten lines of Python, so that tables are large enough for the first functions.
const LOOPS: usize = 12;

/// Sums the elements of an array, so often: `(ptr, i64) -> (i32, f64)`.
fn body() -> Function {
    let signature = Signature { params: vec![Type::Ptr, Type::I64], returns: vec![Type::I32, Type::F64] };
    let mut func = Function::new(FunctionId(0), "warm_up", signature);
    let entry = func.add_block();
    let (elements, len) = (func.add_param(entry, Type::Ptr), func.add_param(entry, Type::I64));
    let mut builder = FunctionBuilder::new(&mut func, entry);
    let (zero, mut sum_before) = (builder.const_i64(0), builder.const_f64(0.0));
    for _ in 0..LOOPS {
        sum_before = add_loop(&mut builder, elements, len, zero, sum_before);
    }
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status, sum_before]);
    func
}

/// Adds the elements to a sum; goes on behind the loop.
fn add_loop(builder: &mut FunctionBuilder<'_>, elements: Value, len: Value, zero: Value, before: Value) -> Value {
    let (head, step, exit) = (builder.add_block(), builder.add_block(), builder.add_block());
    let (idx, sum) = (builder.add_param(head, Type::I64), builder.add_param(head, Type::F64));
    builder.jump(head, &[zero, before]);
    builder.switch_to(head);
    let goes_on = builder.cmp_int(IntCond::Slt, idx, len);
    builder.branch_with(goes_on, block_call(step, &[]), block_call(exit, &[]));
    builder.switch_to(step);
    let eight = builder.const_i64(8);
    let offset = builder.mul_int(idx, eight);
    let address = builder.ptr_add(elements, offset);
    let element = builder.load(Type::F64, address, 0, Region::Elements);
    let next_sum = builder.add_float(sum, element);
    let one = builder.const_i64(1);
    let next = builder.add_int(idx, one);
    builder.jump(head, &[next, next_sum]);
    builder.switch_to(exit);
    sum
}

/// The entry of `body`.
fn entry(body: &Function) -> Function {
    let signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
    let mut func = Function::new(body.id, "warm_up entry", signature);
    let block = func.add_block();
    let slots = func.add_param(block, Type::Ptr);
    let mut builder = FunctionBuilder::new(&mut func, block);
    let callee = builder.import_callee(CalleeData { id: body.id, signature: body.signature.clone() });
    let args: [Value; 2] =
        [builder.load(Type::Ptr, slots, 0, Region::Frame), builder.load(Type::I64, slots, 8, Region::Frame)];
    let results = builder.call_function(callee, &args);
    builder.store(results[1], slots, 16, Region::Frame);
    builder.return_(&results[..1]);
    func
}
