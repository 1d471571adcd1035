//! Signatures of compiled functions, and the entry that the dispatcher calls.
//!
//! A body takes the machine values of its parameters and returns a status; one machine value of the result follows
//! it, several are stored through a last pointer parameter, 8 bytes each. Its entry takes the address of 8-byte
//! slots, the arguments first and the result after them, and returns the status.

use super::repr::machine_types;
use crate::lir::{
    Block, CalleeData, Function, FunctionBuilder, FunctionId, Lengths, Region, Signature, Type, Unit, Value,
};
use crate::runtime::symbols::Symbol;
use crate::typing;

/// The status of a call that raised; 0 says that it did not.
pub const RAISED: i64 = 1;

/// Bytes of a slot.
pub const SLOT: i32 = 8;

/// True if results of these types travel through a pointer.
pub fn returns_through_pointer(result: &[Type]) -> bool {
    result.len() > 1
}

/// What a body looks like from outside.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    /// Types of the parameters.
    pub parameters: &'a [typing::Type],
    /// Type of the result.
    pub result: &'a typing::Type,
    /// True for a recursive function: a parameter after the arguments leads to the address that its stack must not
    /// reach, so that endless recursion raises as in CPython and does not end the process.
    pub is_recursive: bool,
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

impl Shape<'_> {
    /// The signature of the body.
    pub fn signature(&self) -> Signature {
        let mut params: Vec<Type> = self.parameters.iter().flat_map(machine_types).collect();
        let result = machine_types(self.result);
        let mut returns = vec![Type::I32];
        if self.is_recursive {
            params.push(Type::Ptr);
        }
        if returns_through_pointer(&result) {
            params.push(Type::Ptr);
        } else {
            returns.extend(result);
        }
        Signature { params, returns }
    }

    /// The entry of the body.
    pub fn entry(&self, id: FunctionId, name: &str) -> Function {
        let arguments: Vec<Type> = self.parameters.iter().flat_map(machine_types).collect();
        entry_with(id, name, self.signature(), &arguments, |b, slots| {
            let mut others = Vec::new();
            if self.is_recursive {
                others.extend(b.call_runtime(Symbol::StackLimit, &[]));
            }
            if returns_through_pointer(&machine_types(self.result)) {
                let offset = b.const_i64(i64::from(offset(arguments.len())));
                others.push(b.ptr_add(slots, offset));
            }
            others
        })
    }
}

/// A body that takes arguments alone and returns its results as values, with its entry.
pub fn with_entry(body: Function) -> Unit {
    let signature = body.signature.clone();
    let entry = entry_with(body.id, &body.name, signature, &body.signature.params, |_, _| Vec::new());
    Unit { functions: vec![body, entry] }
}

/// The entry of a body that takes, after the arguments, what `others` makes.
fn entry_with(
    id: FunctionId,
    name: &str,
    signature: Signature,
    arguments: &[Type],
    others: impl FnOnce(&mut FunctionBuilder<'_>, Value) -> Vec<Value>,
) -> Function {
    let entry_signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
    let mut func = Function::new(id, format!("{name}.entry"), entry_signature);
    let block = func.add_block();
    let slots = func.add_param(block, Type::Ptr);
    let mut b = FunctionBuilder::new(&mut func, block);
    let mut values = Vec::with_capacity(signature.params.len());
    for (index, &ty) in arguments.iter().enumerate() {
        values.push(b.load(ty, slots, offset(index), Region::Frame));
    }
    values.extend(others(&mut b, slots));
    let callee = b.import_callee(CalleeData { id, signature });
    let returned = b.call_function(callee, &values);
    for (index, &value) in returned[1..].iter().enumerate() {
        b.store(value, slots, offset(arguments.len() + index), Region::Frame);
    }
    b.return_(&returned[..1]);
    debug_assert_eq!(func.entry(), Block(0));
    func
}

/// Where a slot is.
fn offset(index: usize) -> i32 {
    SLOT * index as i32
}
