//! What memory accesses may overlap: one alias scope per region of lir, and one for addresses among elements; each access
//! is outside the other four.

use inkwell::context::Context;
use inkwell::values::{InstructionValue, MetadataValue};
use upshift_core::lir::{Memory, Region, Type};

use super::fault::Fault;

/// The metadata of a context that says it.
pub(super) struct Regions<'ctx> {
    /// By region, with that of addresses among elements last: its own scope, and the scopes of the others.
    scopes: Vec<(MetadataValue<'ctx>, MetadataValue<'ctx>)>,
    empty: MetadataValue<'ctx>,
    alias_scope: u32,
    noalias: u32,
    invariant_load: u32,
}

impl<'ctx> Regions<'ctx> {
    pub(super) fn new(context: &'ctx Context) -> Regions<'ctx> {
        let domain = context.metadata_node(&[context.metadata_string("upshift").into()]);
        let names = Region::ALL.iter().map(|region| region.name()).chain(["addresses"]);
        let scopes: Vec<_> =
            names.map(|name| context.metadata_node(&[context.metadata_string(name).into(), domain.into()])).collect();
        let list_of = |is_member: &dyn Fn(usize) -> bool| {
            let members: Vec<_> =
                (0..scopes.len()).filter(|&index| is_member(index)).map(|index| scopes[index].into()).collect();
            context.metadata_node(&members)
        };
        Regions {
            scopes: (0..scopes.len())
                .map(|own| (list_of(&|index| index == own), list_of(&|index| index != own)))
                .collect(),
            empty: context.metadata_node(&[]),
            alias_scope: context.get_kind_id("alias.scope"),
            noalias: context.get_kind_id("noalias"),
            invariant_load: context.get_kind_id("invariant.load"),
        }
    }

    /// Marks a load or store of a type.
    pub(super) fn mark(&self, access: InstructionValue<'ctx>, memory: Memory, ty: Type) -> Result<(), Fault> {
        let is_address = memory.region == Region::Elements && ty == Type::Ptr;
        let (own, others) = self.scopes[if is_address { Region::ALL.len() } else { memory.region as usize }];
        access.set_metadata(own, self.alias_scope)?;
        access.set_metadata(others, self.noalias)?;
        if memory.is_constant {
            access.set_metadata(self.empty, self.invariant_load)?;
        }
        Ok(())
    }
}
