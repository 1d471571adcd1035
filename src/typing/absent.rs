//! Operations on values that may be `None` and have no meaning for it.
//!
//! ```text
//! a, b = find(x)       find(x): optional(tuple(int, int))
//! ```
//!
//! CPython raises when the value is `None`, and so does compiled code: where a rule refuses an operand that may be
//! absent, a check with CPython's exception and message is put ahead of the instruction, which then has an operand of
//! the type inside. What has no such message stays refused.
//!
//! `x == y` is false where x is `None`: it becomes `x is not None and x == y`, without a branch, because the value inside may
//! be read where it is not there.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::infer::Inference;
use super::types::Type;
use crate::bytecode::Constant;
use crate::hir::{BinaryOp, CompareOp, Function, Inst, InstData, Op, Value, ValueData, ValueDef};

impl Inference<'_> {
    /// Puts a check ahead of the instruction, if one of its operands may be absent and may not be for this operation.
    /// True if it did: what the instruction gives is known in the next sweep.
    pub(super) fn check_absent(&mut self, inst: Inst) -> bool {
        if self.compare_absent(inst) {
            return true;
        }
        let data = &self.typed.hir.insts[inst.index()];
        let Some((position, exception, message)) = self.objection(data) else { return false };
        let both = self.both_absent(data).map(Arc::from);
        let op = Op::CheckNotNone { exception, message: message.into(), both };
        let function = Arc::make_mut(&mut self.typed.hir);
        put_ahead(function, inst, position, op);
        self.typed.facts.push(None);
        true
    }

    /// Spells out a test for equality of a value that may be absent; true if it did.
    fn compare_absent(&mut self, inst: Inst) -> bool {
        let data = self.typed.hir.insts[inst.index()].clone();
        let Op::Compare(op @ (CompareOp::Eq | CompareOp::Ne)) = data.op else { return false };
        let ty = |position: usize| {
            self.typed.facts[data.args[position].index()].as_ref().map(|fact| self.unknowns.resolve(&fact.ty))
        };
        let (Some(left), Some(right)) = (ty(0), ty(1)) else { return false };
        let (position, inside, other) = match (left, right) {
            (Type::Optional(inside), other) => (0, inside, other),
            (other, Type::Optional(inside)) => (1, inside, other),
            _ => return false,
        };
        let is_negated = op == CompareOp::Ne;
        let function = Arc::make_mut(&mut self.typed.hir);
        if other == Type::None {
            function.insts[inst.index()].op = Op::Is { is_negated };
            return true;
        }
        if !is_plain(&inside) || !is_plain(&other) {
            return false;
        }
        let (absent, location) = (data.args[position], data.location);
        let mut put = |op: Op, args: SmallVec<[Value; 4]>| {
            self.typed.facts.push(None);
            put_before(function, inst, InstData { op, args, result: None, location })
        };
        let none = put(Op::Constant(Constant::None), smallvec![]);
        let is_there = put(Op::Is { is_negated: !is_negated }, smallvec![absent, none]);
        let value = put(Op::NotNone, smallvec![absent]);
        let mut args = data.args.clone();
        args[position] = value;
        let answer = put(Op::Compare(op), args);
        let both = if is_negated { BinaryOp::Or } else { BinaryOp::And };
        let joined = &mut function.insts[inst.index()];
        (joined.op, joined.args) = (Op::Binary { op: both, is_inplace: false }, smallvec![is_there, answer]);
        true
    }

    /// What CPython says if both operands are `None`, where both may be.
    fn both_absent(&self, data: &InstData) -> Option<String> {
        let [left, right] = data.args[..] else { return None };
        let is_absent = |value: Value| {
            let fact = self.typed.facts[value.index()].as_ref();
            fact.is_some_and(|fact| matches!(self.unknowns.resolve(&fact.ty), Type::Optional(_)))
        };
        let message = match is_absent(left) && is_absent(right) {
            true => operand_message(&data.op, 0, &Type::Int)?,
            false => return None,
        };
        Some(message.replace("'int'", "'NoneType'"))
    }

    /// The operand that may be absent, with the exception of CPython's for it.
    fn objection(&self, data: &InstData) -> Option<(usize, &'static str, String)> {
        let ty = |position: usize| {
            self.typed.facts.get(data.args.get(position)?.index())?.as_ref().map(|fact| self.unknowns.resolve(&fact.ty))
        };
        let is_absent = |position: usize| matches!(ty(position), Some(Type::Optional(_)));
        if let Op::Binary { .. } | Op::Compare(_) = data.op {
            let position = usize::from(!is_absent(0));
            let other = match ty(1 - position)? {
                Type::Optional(inside) => (*inside).clone(),
                other => other,
            };
            if !is_absent(position) {
                return None;
            }
            return Some((position, "TypeError", operand_message(&data.op, position, &other)?));
        }
        let (position, message) = match &data.op {
            Op::Unpack(_) | Op::UnpackStarred { .. } => (0, "cannot unpack non-iterable NoneType object"),
            Op::GetIter { .. } => (0, "'NoneType' object is not iterable"),
            Op::GetItem => (0, "'NoneType' object is not subscriptable"),
            Op::SetItem => (0, "'NoneType' object does not support item assignment"),
            Op::DelItem => (0, "'NoneType' object does not support item deletion"),
            Op::Contains { .. } => (1, "argument of type 'NoneType' is not iterable"),
            Op::Call { .. } | Op::CallStarred if is_absent(0) => (0, "'NoneType' object is not callable"),
            Op::Call { keywords } if keywords.is_empty() && data.args.len() == 2 => match ty(0)? {
                Type::Library(name) if &*name == "builtins.len" => (1, "object of type 'NoneType' has no len()"),
                _ => return None,
            },
            Op::GetAttr(name) if is_absent(0) => {
                return Some((0, "AttributeError", format!("'NoneType' object has no attribute '{name}'")));
            }
            _ => return None,
        };
        is_absent(position).then(|| (position, "TypeError", message.to_owned()))
    }
}

/// What CPython says of an operand that is `None`, beside another one of a type.
fn operand_message(op: &Op, position: usize, other: &Type) -> Option<String> {
    let class = match other {
        Type::Bool => "bool",
        Type::Int => "int",
        Type::Float => "float",
        Type::Complex => "complex",
        Type::Str(_) | Type::String if position == 0 => "str",
        _ => return None,
    };
    let (left, right) = if position == 0 { ("NoneType", class) } else { (class, "NoneType") };
    match op {
        Op::Binary { op: BinaryOp::MatMul, .. } => None,
        Op::Binary { op, .. } if class == "str" && *op != BinaryOp::Add => None,
        Op::Binary { op, is_inplace } => {
            let symbol = match (op, is_inplace) {
                (BinaryOp::Pow, false) => "** or pow()".to_owned(),
                (_, true) => format!("{}=", op.symbol()),
                (_, false) => op.symbol().to_owned(),
            };
            Some(format!("unsupported operand type(s) for {symbol}: '{left}' and '{right}'"))
        }
        Op::Compare(op) if !matches!(op.symbol(), "==" | "!=") => {
            Some(format!("'{}' not supported between instances of '{left}' and '{right}'", op.symbol()))
        }
        _ => None,
    }
}

/// True for values that can be compared also where they are not there: numbers, texts and tuples of these.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Tuple(items) => items.iter().all(is_plain),
        ty => ty.is_number() || ty.is_text(),
    }
}

/// Puts an operation on one of the operands of an instruction ahead of it, and its result in the operand's place.
pub(super) fn put_ahead(function: &mut Function, inst: Inst, position: usize, op: Op) {
    let location = function.insts[inst.index()].location;
    let mut args: SmallVec<[Value; 4]> = smallvec![function.insts[inst.index()].args[position]];
    if matches!(op, Op::CheckNotNone { both: Some(_), .. }) {
        args.push(function.insts[inst.index()].args[1 - position]);
    }
    let check = InstData { op, args, result: None, location };
    function.insts[inst.index()].args[position] = put_before(function, inst, check);
}

/// Puts an instruction ahead of another one; its result.
fn put_before(function: &mut Function, inst: Inst, data: InstData) -> Value {
    let result = Value::from_index(function.values.len());
    let own = Inst::from_index(function.insts.len());
    function.values.push(ValueData { def: ValueDef::Result(own), variable: None });
    function.insts.push(InstData { result: Some(result), ..data });
    for block in &mut function.blocks {
        if let Some(at) = block.insts.iter().position(|&known| known == inst) {
            block.insts.insert(at, own);
            break;
        }
    }
    result
}
