//! Signatures of compiled functions, and the entry that the dispatcher calls.
//!
//! A body takes the machine values of its parameters and returns a status; one machine value of the result follows
//! it, several are stored through a last pointer parameter, 8 bytes each. Its entry takes the address of 8-byte
//! slots, the arguments first and the result after them, and returns the status.

use super::repr::machine_types;
use crate::lir::{Block, CalleeData, Function, FunctionBuilder, FunctionId, Lengths, Region, Signature, Type};
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

/// The parameters of a body that are lengths of arrays.
pub fn lengths(parameters: &[typing::Type]) -> Lengths {
    let mut lengths = Lengths::default();
    let mut position = 0;
    parameters.iter().for_each(|ty| add_lengths(ty, &mut position, &mut lengths));
    lengths
}

fn add_lengths(ty: &typing::Type, position: &mut usize, lengths: &mut Lengths) {
    match ty {
        typing::Type::Array(array) => {
            let first = *position + 2;
            (first..first + usize::from(array.ndim)).for_each(|param| lengths.insert(param));
        }
        typing::Type::Tuple(items) => return items.iter().for_each(|item| add_lengths(item, position, lengths)),
        _ => {}
    }
    *position += machine_types(ty).len();
}

/// The entry of a body with these parameter and result types.
pub fn entry(id: FunctionId, name: &str, parameters: &[typing::Type], result: &typing::Type) -> Function {
    let signature = signature(parameters, result);
    let arguments: Vec<Type> = parameters.iter().flat_map(machine_types).collect();
    let results = machine_types(result);
    let entry_signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
    let mut func = Function::new(id, format!("{name}.entry"), entry_signature);
    let block = func.add_block();
    let slots = func.add_param(block, Type::Ptr);
    let mut b = FunctionBuilder::new(&mut func, block);
    let mut values = Vec::with_capacity(signature.params.len());
    for (index, &ty) in arguments.iter().enumerate() {
        values.push(b.load(ty, slots, SLOT * index as i32, Region::Frame));
    }
    let result_offset = SLOT * arguments.len() as i32;
    if returns_through_pointer(&results) {
        let offset = b.const_i64(i64::from(result_offset));
        values.push(b.ptr_add(slots, offset));
    }
    let callee = b.import_callee(CalleeData { id, signature });
    let returned = b.call_function(callee, &values);
    if let Some(&value) = returned.get(1) {
        b.store(value, slots, result_offset, Region::Frame);
    }
    b.return_(&[returned[0]]);
    debug_assert_eq!(func.entry(), Block(0));
    func
}
