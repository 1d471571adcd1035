//! Which operations may raise: a handler is reached, and its variables get types, from those only.
//!
//! Lowering may find that less raises than is said here, never more.

use super::buffers::BufferKind;
use super::infer::Typed;
use super::objects::{is_exception, is_exception_class};
use super::types::{IteratorType, Type};
use crate::hir::{BinaryOp, Inst, Op, UnaryOp, Value};

/// False if the operation on values of these types never raises.
pub(super) fn can_raise(typed: &Typed, inst: Inst) -> bool {
    let data = &typed.hir.insts[inst.index()];
    let type_of = |value: Value| typed.facts[value.index()].as_ref().map(|fact| &fact.ty);
    let mut types = data.args.iter().map(|&arg| type_of(arg));
    let is_number = |ty: Option<&Type>| ty.is_some_and(Type::is_number);
    if data.args.iter().any(|&arg| type_of(arg).is_none()) {
        return false;
    }
    if typed.calls.contains_key(&inst) {
        return true;
    }
    match &data.op {
        Op::Constant(_)
        | Op::Global(_)
        | Op::Free(_)
        | Op::Import(_)
        | Op::BuildTuple
        | Op::BuildKeywords(_)
        | Op::MergeKeywords
        | Op::BuildSlice
        | Op::UnpackedItem(_)
        | Op::NotNone
        | Op::Undefined
        | Op::MakeFunction { .. }
        | Op::StoreCell(_)
        | Op::Caught
        | Op::BeginHandling
        | Op::EndHandling
        | Op::MatchesException
        | Op::MatchSequence
        | Op::MatchClass(_)
        | Op::IterResult
        | Op::WithCause => false,
        Op::Is { .. } => types.any(|ty| ty == Some(&Type::Object)),
        Op::Truth | Op::Unary(UnaryOp::Not) | Op::Compare(_) => !types.all(is_number),
        Op::Binary { op: BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul, .. } => {
            !types.all(|ty| matches!(ty, Some(Type::Float | Type::Complex)))
        }
        Op::IterHas | Op::IterItem | Op::IterAdvance => !types.all(|ty| ty.is_some_and(is_plain_iterator)),
        Op::Unpack(_) => !types.all(|ty| matches!(ty, Some(Type::Tuple(_)))),
        Op::GetAttr(_) | Op::GetIter { .. } => types.any(|ty| {
            let asks_python = |ty: &Type| *ty == Type::Object || is_exception(ty) || is_exception_class(ty);
            ty.is_some_and(|ty| matches!(ty, Type::Array(_)) || asks_python(ty))
        }),
        Op::Call { .. } => {
            let is_exception = matches!(types.next().flatten(), Some(Type::ExceptionClass(_)));
            !is_exception || typed.calls.contains_key(&inst)
        }
        Op::Binary { .. }
        | Op::Format(_)
        | Op::JoinStrings
        | Op::Unary(_)
        | Op::Contains { .. }
        | Op::GetItem
        | Op::SetItem
        | Op::BuildList
        | Op::BuildSet
        | Op::BuildDict
        | Op::UnpackStarred { .. }
        | Op::DelItem
        | Op::SetAttr(_)
        | Op::CallStarred
        | Op::CheckBound(_)
        | Op::CheckNotNone { .. }
        | Op::NewCell(_)
        | Op::LoadCell { .. }
        | Op::Resumed
        | Op::Handled => true,
    }
}

/// Iterators that count.
fn is_plain_iterator(ty: &Type) -> bool {
    let Type::Iterator(kind) = ty else { return false };
    match &**kind {
        IteratorType::Range { .. } | IteratorType::Array(_) | IteratorType::Flat(_) | IteratorType::Tuple(_) => true,
        IteratorType::List(_) | IteratorType::ReversedList(_) => true,
        // Their containers may have changed.
        IteratorType::Dict(..) | IteratorType::Set(_) | IteratorType::Deque(_) | IteratorType::Generator(_) => false,
        IteratorType::Text { is_bytes } => *is_bytes,
        // A memoryview may have been released.
        IteratorType::Buffer(buffer) => buffer.kind != BufferKind::View,
        IteratorType::Enumerate(inner) => is_plain_iterator(inner),
        IteratorType::Zip(inner) => inner.iter().all(is_plain_iterator),
    }
}
