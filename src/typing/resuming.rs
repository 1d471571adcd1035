//! Which functions resume the generators that a function runs over, and which iterators need no identity.

use std::sync::Arc;

use super::infer::{Failure, Inference};
use super::types::{GeneratorType, IteratorType, Type};
use crate::hir::{Inst, InstData, Op, Value};

impl Inference<'_> {
    /// Notes the functions that resume the generators of an iterator.
    pub(super) fn note_resumes(&mut self, iterator: &Type) -> Result<(), Failure> {
        let Type::Iterator(kind) = iterator else { return Ok(()) };
        match &**kind {
            IteratorType::Generator(generator) => self.note_generator(generator),
            IteratorType::Enumerate(inner) => self.note_resumes(inner),
            IteratorType::Zip(inner) => inner.iter().try_for_each(|inner| self.note_resumes(inner)),
            _ => Ok(()),
        }
    }

    pub(super) fn note_generator(&mut self, generator: &Arc<GeneratorType>) -> Result<(), Failure> {
        if !self.typed.resumes.contains_key(generator) {
            let id = self.env.resume(generator)?;
            self.typed.resumes.insert(generator.clone(), id);
        }
        Ok(())
    }

    /// True if a call's result is only what a loop in the same block runs over, or an argument of a library function
    /// there: then it needs no identity.
    pub(super) fn is_used_at_once(&self, inst: Inst) -> bool {
        let function = &self.typed.hir;
        let Some(result) = function.insts[inst.index()].result else { return false };
        let is_used = |value: &Value| *value == result;
        let is_plain_use = |user: &InstData| match &user.op {
            Op::GetIter { .. } | Op::Contains { .. } => true,
            Op::Call { .. } => {
                let callee = self.typed.facts[user.args[0].index()].as_ref();
                callee.is_some_and(|callee| matches!(callee.ty, Type::Library(_) | Type::Method(_)))
            }
            _ => false,
        };
        let mut uses = 0;
        for block in &function.blocks {
            let is_own = block.insts.contains(&inst);
            let mut targets = block.terminator.targets().chain(&block.handler);
            if block.terminator.value() == Some(result) || targets.any(|target| target.args.iter().any(is_used)) {
                return false;
            }
            for user in block.insts.iter().map(|user| &function.insts[user.index()]) {
                if user.args.iter().any(is_used) {
                    uses += 1;
                    if !is_own || !is_plain_use(user) {
                        return false;
                    }
                }
            }
        }
        uses <= 1
    }
}
