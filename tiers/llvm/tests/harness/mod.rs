//! Builds units around one body in text, compiles them with the quickest and the strongest passes, and calls them
//! through their entries. An argument or result is a `u64` that holds the bits of its type, the rest zero.

#![allow(dead_code, reason = "each test file uses its part")]

use upshift_core::lir::{Function, Signature, Type, Unit, parse_function};
pub(crate) use upshift_core::lower::abi::with_entry;
use upshift_core::runtime::symbols;
use upshift_core::tier::{Code, Linkage, Tier};
use upshift_core::tier_interface::Pipeline;
use upshift_llvm::{LlvmTier, Options};

/// The tiers that every test runs.
pub(crate) struct Tiers {
    pub(crate) tiers: [LlvmTier; 2],
    pub(crate) symbols: Vec<usize>,
}

impl Tiers {
    pub(crate) fn new() -> Tiers {
        let tier = |pipeline| LlvmTier::new(Options { pipeline }).expect("this machine is known");
        Tiers { tiers: [tier(Pipeline::Lean), tier(Pipeline::O3)], symbols: symbols::addresses() }
    }

    /// The unit's code from both tiers.
    pub(crate) fn compile(&self, unit: &Unit) -> Vec<Compiled> {
        let linkage = Linkage { symbols: &self.symbols, body_cell: &|id| panic!("{id} is not in the unit") };
        self.compile_with(unit, &linkage)
    }

    pub(crate) fn compile_with(&self, unit: &Unit, linkage: &Linkage<'_>) -> Vec<Compiled> {
        self.tiers.iter().map(|tier| compile(tier, unit, linkage)).collect()
    }
}

/// The unit's code from one tier.
pub(crate) fn compile(tier: &dyn Tier, unit: &Unit, linkage: &Linkage<'_>) -> Compiled {
    match tier.compile(unit, linkage) {
        Ok(code) => Compiled { code, signature: unit.body().signature.clone() },
        Err(error) => panic!("{}: {error}", unit.body().name),
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
        let mut slots = vec![JUNK; self.signature.params.len() + self.signature.returns.len()];
        for ((slot, arg), &ty) in slots.iter_mut().zip(args).zip(&self.signature.params) {
            *slot = (JUNK & !mask(ty)) | (arg & mask(ty));
        }
        // SAFETY: an entry has this type, and there is a slot for each argument and result.
        let entry: extern "C" fn(*mut u64) -> i32 = unsafe { std::mem::transmute(self.code.entry) };
        assert_eq!(entry(slots.as_mut_ptr()), 0, "status");
        let results = slots[args.len()..].iter().zip(&self.signature.returns[1..]);
        let cut = |(slot, &ty): (&u64, &Type)| {
            assert_eq!(slot & !mask(ty), JUNK & !mask(ty), "a {ty} was stored too wide");
            slot & mask(ty)
        };
        results.map(cut).collect()
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

/// The function that `text` states.
pub(crate) fn function(text: &str) -> Function {
    parse_function(text).unwrap_or_else(|error| panic!("{error:?}\n{text}"))
}

/// The body that `text` states, with its entry.
pub(crate) fn unit(text: &str) -> Unit {
    with_entry(function(text))
}

/// Adds a number to its argument.
pub(crate) fn adder(id: u32, number: i64) -> Unit {
    unit(&format!(
        "func adder(i64) -> i32, i64 id {id} {{
        block0(v0: i64):
            v1 = const_int.i64 {number}
            v2 = add_int v0, v1
            v3 = const_int.i32 0
            return v3, v2
        }}"
    ))
}
