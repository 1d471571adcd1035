//! Instances of the program's classes: made, read, and taken apart by patterns.

use super::function::Lowering;
use super::repr::Repr;
use super::tuples::item;
use crate::hir;
use crate::refusal::Reason;
use crate::typing::{Construction, Fact, Type, matched_fields};

impl Lowering<'_> {
    /// A new instance; a named tuple is its items.
    pub(super) fn construct(&mut self, construction: &Construction, fact: &Fact) -> Result<Repr, Reason> {
        if let Type::Instance(instance) = &fact.ty {
            return self.new_instance(construction, instance);
        }
        let types = fact.ty.as_tuple().unwrap_or_default().to_vec();
        let mut repr = Repr::new();
        for ((source, from), to) in construction.arguments.iter().zip(&construction.types).zip(&types) {
            let own = self.source(source, from);
            repr.extend(self.convert(&own, from, to));
        }
        Ok(repr)
    }

    /// A field of an instance; `None` for what is no field.
    pub(super) fn field(&mut self, receiver: &Repr, ty: &Type, name: &str) -> Option<Repr> {
        let position = ty.class()?.field(name)?;
        self.field_at(receiver, ty, position)
    }

    /// The field at a position.
    fn field_at(&mut self, receiver: &Repr, ty: &Type, position: usize) -> Option<Repr> {
        match ty {
            Type::Instance(instance) => Some(self.load_field(receiver[0], instance, position)),
            ty => Some(item(receiver, ty.as_tuple()?, position)),
        }
    }

    /// The attributes that a class pattern names, of a value that fits it.
    pub(super) fn match_class(&mut self, count: u32, args: &[hir::Value]) -> Repr {
        let repr = self.repr(args[0]);
        let [subject, class, names] = [0, 1, 2].map(|index| self.fact(args[index]).ty.clone());
        let (Type::Class(class), Some(own)) = (class, subject.class()) else {
            // The one attribute of built-in classes is the value itself.
            return if count > 0 { repr } else { Repr::new() };
        };
        let fields = matched_fields(count, &class, own, &names).unwrap_or_default();
        fields.into_iter().flat_map(|position| self.field_at(&repr, &subject, position).unwrap_or_default()).collect()
    }
}
