//! Runs lir functions compiled by a tier: the file tests' engines beside the interpreter.

use upshift_core::interp::Bits;
use upshift_core::lir::{CalleeData, Function, FunctionBuilder, FunctionId, Region, Signature, Type, Unit};
use upshift_core::runtime::symbols;
use upshift_core::tier::{Linkage, Tier};

/// Bytes of a slot of the entry.
const SLOT: usize = 8;

/// Calls `unit.functions[function]` after compiling the unit with `tier`.
pub(crate) fn run(tier: &dyn Tier, unit: &Unit, function: usize, args: &[Bits]) -> Result<Vec<Bits>, String> {
    let (unit, returns) = with_entry(unit, function);
    let addresses = symbols::addresses();
    let linkage = Linkage { symbols: &addresses, body_cell: &|id| panic!("{id} is not in the unit") };
    let code = tier.compile(&unit, &linkage).map_err(|error| error.to_string())?;
    let mut slots: Vec<u64> = args.iter().map(|bits| bits.0).collect();
    slots.resize(args.len() + returns.len().max(1), 0);
    // SAFETY: `with_entry` made the entry with this signature; it reads and writes the slots that it was made for.
    let entry: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(code.entry) };
    entry(slots.as_mut_ptr());
    let results = returns.iter().zip(&slots[args.len()..]);
    Ok(results.map(|(ty, &slot)| Bits(if ty.bits() == 64 { slot } else { slot & ((1 << ty.bits()) - 1) })).collect())
}

/// The unit with the wanted function first, and an entry that passes all its parameters and results in slots.
fn with_entry(unit: &Unit, function: usize) -> (Unit, Vec<Type>) {
    let mut functions = unit.functions.clone();
    let body = functions.remove(function);
    let entry = entry(&body);
    let returns = body.signature.returns.clone();
    functions.insert(0, entry);
    functions.insert(0, body);
    (Unit { functions }, returns)
}

fn entry(body: &Function) -> Function {
    let signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
    let mut func = Function::new(FunctionId(u32::MAX), "entry", signature);
    let block = func.add_block();
    let slots = func.add_param(block, Type::Ptr);
    let mut builder = FunctionBuilder::new(&mut func, block);
    let params = body.signature.params.iter().enumerate();
    let args: Vec<_> =
        params.map(|(index, &ty)| builder.load(ty, slots, (SLOT * index) as i32, Region::Frame)).collect();
    let callee = builder.import_callee(CalleeData { id: body.id, signature: body.signature.clone() });
    let results = builder.call_function(callee, &args);
    for (index, &result) in results.iter().enumerate() {
        builder.store(result, slots, (SLOT * (args.len() + index)) as i32, Region::Frame);
    }
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status]);
    func
}
