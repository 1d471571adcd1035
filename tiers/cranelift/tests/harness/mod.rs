//! Builds units around one body, compiles them for this machine and for the oldest one, and calls them through
//! their entries. An argument or result is a `u64` that holds the bits of its type, the rest zero.

#![allow(dead_code, reason = "each test file uses its part, and `expect` would fail where one uses all")]

use upshift_core::lir::{Function, FunctionBuilder, FunctionId, Signature, Type, Unit, Value};
pub(crate) use upshift_core::lower::abi::with_entry;
use upshift_core::runtime::symbols;
use upshift_core::tier::{Code, Linkage, Tier};
use upshift_cranelift::CraneliftTier;

/// Compiles for this machine and for the oldest one.
pub(crate) struct Tiers {
    pub(crate) tiers: [CraneliftTier; 2],
    pub(crate) symbols: Vec<usize>,
}

impl Tiers {
    pub(crate) fn new() -> Tiers {
        let host = CraneliftTier::new().expect("this machine is known");
        let baseline = CraneliftTier::for_baseline().expect("this architecture is known");
        Tiers { tiers: [host, baseline], symbols: symbols::addresses() }
    }

    /// The unit's code from both tiers.
    pub(crate) fn compile(&self, unit: &Unit) -> Vec<Compiled> {
        let linkage = Linkage { symbols: &self.symbols, body_cell: &|id| panic!("{id} is not in the unit") };
        self.compile_with(unit, &linkage)
    }

    pub(crate) fn compile_with(&self, unit: &Unit, linkage: &Linkage<'_>) -> Vec<Compiled> {
        let compile = |tier: &CraneliftTier| match tier.compile(unit, linkage) {
            Ok(code) => Compiled { code, signature: unit.body().signature.clone() },
            Err(error) => panic!("{}: {error}", unit.body().name),
        };
        self.tiers.iter().map(compile).collect()
    }
}

/// Code with what is needed to call it.
pub(crate) struct Compiled {
    pub(crate) code: Code,
    signature: Signature,
}

impl Compiled {
    /// Calls the entry; the results after the status.
    pub(crate) fn call(&self, args: &[u64]) -> Vec<u64> {
        assert_eq!(args.len(), self.signature.params.len());
        // What is not the argument's own must not matter, and what is not the result's own must stay.
        const JUNK: u64 = 0xa5a5_a5a5_a5a5_a5a5;
        let bytes = |ty: &Type| mask(*ty);
        let mut slots: Vec<u64> = vec![JUNK; self.signature.params.len() + self.signature.returns.len()];
        for ((slot, arg), ty) in slots.iter_mut().zip(args).zip(&self.signature.params) {
            *slot = (JUNK & !bytes(ty)) | (arg & bytes(ty));
        }
        // SAFETY: an entry has this type, and there is a slot for each argument and result.
        let entry: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(self.code.entry) };
        assert_eq!(entry(slots.as_mut_ptr()), 0, "status");
        let results = slots[args.len()..].iter().zip(&self.signature.returns[1..]);
        results
            .map(|(slot, ty)| {
                assert_eq!(slot & !bytes(ty), JUNK & !bytes(ty), "a {ty} was stored too wide");
                slot & bytes(ty)
            })
            .collect()
    }

    /// Calls the entry of a function with one result.
    pub(crate) fn call_one(&self, args: &[u64]) -> u64 {
        self.call(args)[0]
    }
}

/// The bits that a value of type `ty` has in memory.
pub(crate) fn mask(ty: Type) -> u64 {
    u64::MAX >> (64 - 8 * ty.size())
}

/// A body that gets `params` and returns status 0 and what `build` makes.
pub(crate) fn body(
    params: &[Type],
    result: Option<Type>,
    build: impl FnOnce(&mut FunctionBuilder<'_>, &[Value]) -> Option<Value>,
) -> Function {
    let returns = [Type::I32].into_iter().chain(result).collect();
    let mut func = Function::new(FunctionId(1), "body", Signature { params: params.to_vec(), returns });
    let block = func.add_block();
    let args: Vec<Value> = params.iter().map(|&ty| func.add_param(block, ty)).collect();
    let mut builder = FunctionBuilder::new(&mut func, block);
    let value = build(&mut builder, &args);
    let status = builder.const_int(Type::I32, 0);
    let values: Vec<Value> = [status].into_iter().chain(value).collect();
    builder.return_(&values);
    func
}

/// A unit whose body computes one value.
pub(crate) fn unit(
    params: &[Type],
    result: Type,
    build: impl FnOnce(&mut FunctionBuilder<'_>, &[Value]) -> Value,
) -> Unit {
    with_entry(body(params, Some(result), |builder, args| Some(build(builder, args))))
}
