//! Members of enumerations: numbers when they run (`typing/enums.rs`).

use super::function::Lowering;
use super::repr::Repr;
use crate::hir::{self, BinaryOp, CompareOp, Inst};
use crate::lir::{IntCond, Value};
use crate::refusal::Reason;
use crate::typing::{Fact, Member, Type};

/// True for members that are no ints.
pub(super) fn is_plain_member(ty: &Type) -> bool {
    ty.as_member().is_some_and(|class| !class.base.is_int())
}

impl Lowering<'_> {
    /// What `of` gives for the member that this number is.
    fn of_member(&mut self, number: Value, ty: &Type, mut of: impl FnMut(&mut Self, &Member) -> Repr) -> Repr {
        let members = ty.as_member().map(|class| class.members.as_slice()).unwrap_or_default();
        let mut chosen: Option<Repr> = None;
        for member in members.iter().rev() {
            let own = of(self, member);
            chosen = Some(match chosen {
                None => own,
                Some(rest) => {
                    let known = self.b.const_i64(member.number);
                    let is_it = self.b.cmp_int(IntCond::Eq, number, known);
                    own.iter().zip(&rest).map(|(&own, &rest)| self.b.select(is_it, own, rest)).collect()
                }
            });
        }
        chosen.unwrap_or_default()
    }

    /// `.name` and `.value`
    pub(super) fn member_attribute(&mut self, repr: &Repr, ty: &Type, name: &str, fact: &Fact) -> Result<Repr, Reason> {
        if let Some(constant) = &fact.constant {
            return Ok(self.constant(constant, &fact.ty));
        }
        let is_value = matches!(name, "value" | "_value_");
        if is_value && ty.as_member().is_some_and(|class| class.is_by_value()) {
            return Ok(repr.clone());
        }
        Ok(self.of_member(repr[0], ty, |lowering, member| {
            if is_value {
                lowering.constant(&member.value, &fact.ty)
            } else {
                Repr::from_slice(&[lowering.known_text(&member.name)])
            }
        }))
    }

    /// `str` or `repr` of a member.
    pub(super) fn text_of_member(&mut self, repr: &Repr, ty: &Type, is_repr: bool) -> Value {
        let texts = self.of_member(repr[0], ty, |lowering, member| {
            Repr::from_slice(&[lowering.known_text(&member.texts[usize::from(is_repr)])])
        });
        texts.first().copied().unwrap_or(repr[0])
    }

    /// The hash of a member; `None` for other values, and members that are ints.
    pub(super) fn hash_of_member(&mut self, repr: &Repr, ty: &Type) -> Option<Value> {
        if !is_plain_member(ty) {
            return None;
        }
        self.of_member(repr[0], ty, |lowering, member| Repr::from_slice(&[lowering.b.const_i64(member.hash)]))
            .first()
            .copied()
    }

    /// `a == b` and `a != b` with a member that is no int.
    pub(super) fn compare_members(
        &mut self,
        op: CompareOp,
        (a, left): (&Repr, &Type),
        (b, right): (&Repr, &Type),
    ) -> Value {
        let cond = if op == CompareOp::Eq { IntCond::Eq } else { IntCond::Ne };
        if left == right { self.b.cmp_int(cond, a[0], b[0]) } else { self.b.const_bool(op == CompareOp::Ne) }
    }

    /// An operator on flags.
    pub(super) fn combine_flags(
        &mut self,
        inst: Inst,
        op: BinaryOp,
        (a, b): (hir::Value, hir::Value),
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        if self.typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        let (a, b) = (self.repr(a)[0], self.repr(b)[0]);
        Ok(Repr::from_slice(&[match op {
            BinaryOp::And => self.b.and_bits(a, b),
            BinaryOp::Or => self.b.or_bits(a, b),
            _ => self.b.xor_bits(a, b),
        }]))
    }

    /// `~flag`
    pub(super) fn invert_flag(&mut self, inst: Inst, a: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        if self.typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        let mask = fact.ty.as_member().map_or(0, |class| class.singles_mask);
        let repr = self.repr(a);
        let mask = self.b.const_i64(mask);
        let common = self.b.and_bits(repr[0], mask);
        Ok(Repr::from_slice(&[self.b.xor_bits(common, mask)]))
    }
}
