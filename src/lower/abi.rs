//! Signatures of compiled functions, and the entry that the dispatcher calls.
//!
//! A body takes the machine values of its parameters and returns a status; one machine value of the result follows
//! it, several are stored through a last pointer parameter, 8 bytes each. Its entry takes the address of 8-byte
//! slots, the arguments first and the result after them, and returns the status.

use super::repr::machine_types;
use crate::lir::{Block, CalleeData, Function, FunctionBuilder, FunctionId, Region, Signature, Type, Unit};
use crate::typing;

/// The status of a call that raised; 0 says that it did not.
pub const RAISED: i64 = 1;

/// Bytes of a slot.
pub const SLOT: i32 = 8;

/// True if results of these types travel through a pointer.
pub fn returns_through_pointer(result: &[Type]) -> bool {
    result.len() > 1
}

/// The signature of a body with these parameter and result types.
pub fn signature(parameters: &[typing::Type], result: &typing::Type) -> Signature {
    let mut params: Vec<Type> = parameters.iter().flat_map(machine_types).collect();
    let result = machine_types(result);
    let mut returns = vec![Type::I32];
    if returns_through_pointer(&result) {
        params.push(Type::Ptr);
    } else {
        returns.extend(result);
    }
    Signature { params, returns }
}

/// The entry of a body with these parameter and result types.
pub fn entry(id: FunctionId, name: &str, parameters: &[typing::Type], result: &typing::Type) -> Function {
    let argument_count = parameters.iter().map(|ty| machine_types(ty).len()).sum();
    entry_of_signature(id, name, signature(parameters, result), argument_count)
}

/// A body that returns its results as values, and its entry.
pub fn with_entry(body: Function) -> Unit {
    let entry = entry_of_signature(body.id, &body.name, body.signature.clone(), body.signature.params.len());
    Unit { functions: vec![body, entry] }
}

/// A parameter after the arguments is the address of the results.
fn entry_of_signature(id: FunctionId, name: &str, signature: Signature, argument_count: usize) -> Function {
    let entry_signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
    let mut func = Function::new(id, format!("{name}.entry"), entry_signature);
    let block = func.add_block();
    let slots = func.add_param(block, Type::Ptr);
    let mut b = FunctionBuilder::new(&mut func, block);
    let offset = |index: usize| SLOT * index as i32;
    let mut values = Vec::with_capacity(signature.params.len());
    for (index, &ty) in signature.params[..argument_count].iter().enumerate() {
        values.push(b.load(ty, slots, offset(index), Region::Frame));
    }
    if signature.params.len() > argument_count {
        let offset = b.const_i64(i64::from(offset(argument_count)));
        values.push(b.ptr_add(slots, offset));
    }
    let callee = b.import_callee(CalleeData { id, signature });
    let returned = b.call_function(callee, &values);
    for (index, &value) in returned[1..].iter().enumerate() {
        b.store(value, slots, offset(argument_count + index), Region::Frame);
    }
    b.return_(&returned[..1]);
    debug_assert_eq!(func.entry(), Block(0));
    func
}
