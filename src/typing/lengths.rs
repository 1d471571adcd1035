//! How many items something has, where that follows from its type or from what has made it: then it becomes a tuple.
//!
//! What has an identity counts only if nothing else uses it, because items may be added to it or taken from it.

use super::infer::{Argument, Inference};
use super::types::{IteratorType, Type};
use crate::hir::{Inst, InstData, Op, Value, ValueDef};
use crate::library::Operand;

/// Of more items no tuple is made: each of them is compiled.
const MOST: usize = 64;

impl Inference<'_> {
    /// How many items an operand has.
    pub(super) fn known_length(&mut self, operand: &Operand) -> Option<usize> {
        let of_type = length_of(&operand.fact.ty);
        let length = of_type.or_else(|| match operand.source {
            Argument::Value(value) => self.made_length(value),
            _ => None,
        });
        length.filter(|&length| length <= MOST)
    }

    fn length_of_value(&mut self, value: Value) -> Option<usize> {
        let of_type = self.typed.facts[value.index()].as_ref().and_then(|fact| length_of(&fact.ty));
        of_type.or_else(|| self.made_length(value))
    }

    /// How many items what this instruction has made has.
    fn made_length(&mut self, value: Value) -> Option<usize> {
        let data = self.definition(value)?.clone();
        match &data.op {
            Op::BuildList if self.is_used_once(value) => Some(data.args.len()),
            Op::GetIter { .. } => self.length_of_value(data.args[0]),
            Op::Call { .. } => match self.typed.facts[data.args[0].index()].as_ref().map(|callee| callee.ty.clone())? {
                Type::Library(name) if &*name == "builtins.range" => self.range_length(&data.args[1..]),
                Type::Library(name) if self.is_used_once(value) => self.result_length(&name, &data),
                Type::Closure(closure) if self.is_used_once(value) => match data.args[1..] {
                    [iterator] if self.env.yields_for_each_item(closure.key) => self.length_of_value(iterator),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// How many items the result of a function of the library has.
    fn result_length(&mut self, name: &str, data: &InstData) -> Option<usize> {
        let iterables = match name {
            "builtins.map" => data.args.get(2..)?,
            "builtins.zip" => data.args.get(1..)?,
            "builtins.list" | "builtins.sorted" | "builtins.reversed" | "builtins.enumerate" | "builtins.iter" => {
                data.args.get(1..2)?
            }
            _ => return None,
        };
        let lengths: Option<Vec<usize>> = iterables.iter().map(|&iterable| self.length_of_value(iterable)).collect();
        lengths?.into_iter().min()
    }

    fn range_length(&self, arguments: &[Value]) -> Option<usize> {
        let number = |value: &Value| self.typed.facts[value.index()].as_ref().and_then(|fact| fact.as_int());
        let numbers: Option<Vec<i64>> = arguments.iter().map(number).collect();
        let (start, stop, step) = match numbers?[..] {
            [stop] => (0, stop, 1),
            [start, stop] => (start, stop, 1),
            [start, stop, step] if step != 0 => (start, stop, step),
            _ => return None,
        };
        let (distance, step) = (i128::from(stop) - i128::from(start), i128::from(step));
        let length = if step > 0 { (distance + step - 1) / step } else { (distance + step + 1) / step };
        usize::try_from(length.max(0)).ok()
    }

    fn definition(&self, value: Value) -> Option<&InstData> {
        match self.typed.hir.values[value.index()].def {
            ValueDef::Result(inst) => Some(&self.typed.hir.insts[inst.index()]),
            ValueDef::Param(..) => None,
        }
    }

    fn is_used_once(&self, value: Value) -> bool {
        let function = &self.typed.hir;
        let count = |values: &[Value]| values.iter().filter(|used| **used == value).count();
        let mut uses = 0;
        for block in &function.blocks {
            let of_inst = |inst: &Inst| count(&function.insts[inst.index()].args);
            uses += block.insts.iter().map(of_inst).sum::<usize>();
            uses += block.terminator.value().map_or(0, |used| count(&[used]));
            uses += block.terminator.targets().chain(&block.handler).map(|target| count(&target.args)).sum::<usize>();
        }
        uses == 1
    }
}

/// How many items values of a type have.
fn length_of(ty: &Type) -> Option<usize> {
    match ty {
        Type::Tuple(items) => Some(items.len()),
        Type::Keywords(items) => Some(items.len()),
        Type::Str(text) => Some(text.chars().count()),
        Type::Iterable(iterable) => match (&*iterable.0, &iterable.1[..]) {
            ("enumerate", [iterated, ..]) => length_of(iterated),
            ("zip", iterated) => iterated.iter().map(length_of).collect::<Option<Vec<usize>>>()?.into_iter().min(),
            _ => None,
        },
        Type::Iterator(kind) => iterator_length(kind),
        _ => None,
    }
}

fn iterator_length(kind: &IteratorType) -> Option<usize> {
    match kind {
        IteratorType::Tuple(items) => Some(items.len()),
        IteratorType::Enumerate(inner) => length_of(inner),
        IteratorType::Zip(inner) => inner.iter().map(length_of).collect::<Option<Vec<usize>>>()?.into_iter().min(),
        _ => None,
    }
}
