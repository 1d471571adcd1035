//! Variables that inner functions share with the function around them, and change: a block that holds the value.
//!
//! The block is a record: a flag that says whether the variable has a value, then the machine values, 8 bytes each.

use super::errors::Failure;
use super::function::Lowering;
use super::references::header_positions;
use super::repr::{Repr, machine_types};
use crate::hir;
use crate::lir::{IntCond, Region, Type as Machine};
use crate::refusal::Reason;
use crate::runtime::memory::{BlockKind, Contents, HEADER_SIZE};
use crate::runtime::symbols::Symbol;
use crate::typing::Type;

/// Where the machine value of a position stands, from the header.
fn offset(position: usize) -> i32 {
    (HEADER_SIZE + 8 * (position + 1)) as i32
}

impl Lowering<'_> {
    /// A cell for values of this type, without one.
    pub(super) fn new_cell(&mut self, content: &Type) -> Result<Repr, Reason> {
        let slots = machine_types(content).len() + 1;
        let headers: Vec<usize> = header_positions(content).iter().map(|position| position + 1).collect();
        let contents = Contents::new(BlockKind::Record, 8 * slots, &headers)
            .ok_or_else(|| Reason::TooLarge("a variable that inner functions share is too large".to_owned()))?;
        let contents = self.b.const_i64(contents.0 as i64);
        let size = self.b.const_i64(8 * slots as i64);
        let cell = self.b.call_runtime(Symbol::AllocateContents, &[contents, size]).expect("the row has a result");
        let null = self.b.const_ptr(0);
        let has_failed = self.b.cmp_int(IntCond::Eq, cell, null);
        self.raise_if(has_failed, &Failure::of_class("MemoryError"));
        Ok(Repr::from_slice(&[cell]))
    }

    /// The value of a cell; raises if there is none.
    pub(super) fn load_cell(&mut self, cell: hir::Value, name: &str, is_free: bool, ty: &Type) -> Repr {
        let cell = self.repr(cell)[0];
        let flag = self.b.load(Machine::I64, cell, HEADER_SIZE as i32, Region::Headers);
        let zero = self.b.const_i64(0);
        let is_unbound = self.b.cmp_int(IntCond::Eq, flag, zero);
        let failure = if is_free {
            let message = format!(
                "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            );
            Failure::new("NameError", message)
        } else {
            let message = format!("cannot access local variable '{name}' where it is not associated with a value");
            Failure::new("UnboundLocalError", message)
        };
        self.raise_if(is_unbound, &failure);
        let types = machine_types(ty).into_iter().enumerate();
        types.map(|(position, ty)| self.b.load(ty, cell, offset(position), Region::Headers)).collect()
    }

    /// Stores to a cell, which takes references of its own.
    pub(super) fn store_cell(&mut self, cell: hir::Value, value: hir::Value) {
        let Type::Cell(content) = self.fact(cell).ty.clone() else { return };
        let cell = self.repr(cell)[0];
        let (repr, from) = (self.repr(value), self.fact(value).ty.clone());
        let repr = self.convert(&repr, &from, &content);
        let positions = header_positions(&content);
        // What was no object before is a new one.
        if !header_positions(&from).is_empty() {
            positions.iter().for_each(|&position| self.retain(repr[position]));
        }
        let old: Vec<_> = positions
            .iter()
            .map(|&position| self.b.load(Machine::Ptr, cell, offset(position), Region::Headers))
            .collect();
        for (position, &part) in repr.iter().enumerate() {
            self.b.store(part, cell, offset(position), Region::Headers);
        }
        let one = self.b.const_i64(1);
        self.b.store(one, cell, HEADER_SIZE as i32, Region::Headers);
        old.into_iter().for_each(|header| self.release(header));
    }
}
