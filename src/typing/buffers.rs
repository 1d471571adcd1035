//! Objects of Python's with memory of their own, which compiled code reads and writes in place: bytearrays,
//! memoryviews and `array.array`.
//!
//! Nothing is copied in a call: the value leads to the object's own memory (`runtime/buffers.rs`). Numbers that stand
//! there are Python's, by the letter that `struct` has for them. What is more than an item is done by the library's
//! Python source (`python/upshift/library/buffers.py`) or by CPython itself.

use super::fact::Fact;
use super::index::is_index;
use super::infer::{Failure, Inference};
use super::rules::{no_operation, operand};
use super::types::{DType, Type};
use crate::hir::{BinaryOp, CompareOp, Inst, InstData, Op};
use crate::library;
use crate::refusal::Reason;

/// The classes of such objects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum BufferKind {
    /// `bytearray`
    ByteArray,
    /// `memoryview`
    View,
    /// `array.array`
    Array,
}

impl BufferKind {
    /// How the type prints.
    pub fn name(self) -> &'static str {
        match self {
            BufferKind::ByteArray => "bytearray",
            BufferKind::View => "memoryview",
            BufferKind::Array => "pyarray",
        }
    }
}

/// The type of such an object.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct BufferType {
    /// Its class.
    pub kind: BufferKind,
    /// The letter of `struct` for what it holds.
    pub format: u8,
    /// Number of dimensions.
    pub ndim: u8,
    /// True if its items are neighbours, in C order.
    pub is_contiguous: bool,
    /// False if storing to it raises.
    pub is_writable: bool,
}

impl BufferType {
    /// The type of bytearrays.
    pub const BYTE_ARRAY: BufferType =
        BufferType { kind: BufferKind::ByteArray, format: b'B', ndim: 1, is_contiguous: true, is_writable: true };

    /// How a number with the format's letter lies in memory; `None` for letters that compiled code does not read.
    pub fn dtype_of(format: u8) -> Option<DType> {
        Some(match format {
            b'?' => DType::Bool,
            b'b' => DType::Int8,
            b'B' | b'c' => DType::UInt8,
            b'h' => DType::Int16,
            b'H' => DType::UInt16,
            b'i' => DType::Int32,
            b'I' => DType::UInt32,
            b'l' | b'q' | b'n' => DType::Int64,
            b'L' | b'Q' | b'N' => DType::UInt64,
            b'f' => DType::Float32,
            b'd' => DType::Float64,
            _ => return None,
        })
    }

    /// How an item lies in memory.
    pub fn dtype(&self) -> DType {
        // Other letters do not get into the type.
        BufferType::dtype_of(self.format).unwrap_or(DType::UInt8)
    }

    /// The type of an item.
    pub fn item(&self) -> Type {
        match self.dtype() {
            _ if self.format == b'c' => Type::Bytes,
            DType::Bool => Type::Bool,
            dtype if dtype.is_float() => Type::Float,
            _ => Type::Int,
        }
    }

    /// True if its memory is bytes that can be read as such.
    pub fn is_bytes(&self) -> bool {
        self.ndim == 1 && self.is_contiguous && self.kind != BufferKind::Array && self.dtype().size() == 1
    }

    /// The name of the class, which is also that of its methods in the library.
    pub fn class_name(&self) -> &'static str {
        match self.kind {
            BufferKind::ByteArray => "bytearray",
            BufferKind::View => "memoryview",
            BufferKind::Array => "array",
        }
    }

    /// The join of two types.
    pub(super) fn unify(&self, other: &BufferType) -> Option<BufferType> {
        let is_contiguous = self.is_contiguous && other.is_contiguous;
        let is_writable = self.is_writable && other.is_writable;
        let joined = |ty: &BufferType| BufferType { is_contiguous, is_writable, ..*ty };
        (joined(self) == joined(other)).then(|| joined(self))
    }
}

/// True for bytes, and for buffers that can be read as bytes.
pub fn is_bytes_like(ty: &Type) -> bool {
    match ty {
        Type::Bytes => true,
        Type::Buffer(buffer) => buffer.is_bytes(),
        _ => false,
    }
}

fn is_position(ty: &Type) -> bool {
    is_index(ty) || *ty == Type::Bool
}

impl Inference<'_> {
    /// An operation on buffers, with its result if it has one; `None` for any other.
    pub(super) fn buffer_operation(
        &mut self,
        inst: Inst,
        data: &InstData,
        facts: &[Fact],
    ) -> Result<Option<Option<Fact>>, Failure> {
        if !facts.iter().any(|fact| matches!(fact.ty, Type::Buffer(_))) {
            return Ok(None);
        }
        match (&data.op, &facts[0].ty) {
            (Op::Binary { op, is_inplace }, left) if !left.is_container() => {
                self.buffer_binary(inst, data, (*op, *is_inplace), facts).map(Some)
            }
            (Op::Compare(op), _) => self.compare_buffers(inst, data, *op, facts).map(Some),
            (Op::Contains { .. }, _) if matches!(facts[1].ty, Type::Buffer(_)) => {
                let operands = vec![operand(&facts[1], data, 1), operand(&facts[0], data, 0)];
                let name = format!("{}.__contains__", library::class_name(&facts[1].ty));
                self.call_library(inst, &name, operands, Vec::new()).map(Some)
            }
            (Op::GetItem, Type::Buffer(buffer)) => Ok(Some(Some(self.buffer_item(buffer, &facts[1].ty)?))),
            (Op::SetItem, Type::Buffer(buffer)) => {
                self.set_buffer_item(inst, data, buffer, facts)?;
                Ok(Some(None))
            }
            (Op::DelItem, Type::Buffer(buffer)) => {
                self.delete_buffer_item(buffer, &facts[1].ty)?;
                Ok(Some(None))
            }
            _ => Ok(None),
        }
    }

    /// An operator one of whose operands is a buffer: the library has it.
    fn buffer_binary(
        &mut self,
        inst: Inst,
        data: &InstData,
        (op, is_inplace): (BinaryOp, bool),
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let mut operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
        let name = match (op, &facts[0].ty, &facts[1].ty) {
            (BinaryOp::Add, Type::Buffer(left), Type::Buffer(right)) if left.format == right.format => Some("add"),
            (BinaryOp::Add, left, right) if is_bytes_like(left) && is_bytes_like(right) => Some("add"),
            (BinaryOp::Mul, Type::Buffer(_), count) if is_position(count) => Some("mul"),
            (BinaryOp::Mul, count, Type::Buffer(_)) if is_position(count) => {
                operands.swap(0, 1);
                Some("mul")
            }
            _ => None,
        };
        let class = library::class_name(&operands[0].fact.ty);
        let in_place = if is_inplace && operands[0].fact.ty == facts[0].ty && class != "bytes" { "i" } else { "" };
        let name = name.map(|name| format!("{class}.__{in_place}{name}__"));
        match name.filter(|name| self.env.library_function(name).is_some()) {
            Some(name) => self.call_library(inst, &name, operands, Vec::new()),
            None => {
                let operator = format!("operator {}", op.symbol());
                Err(no_operation(operator, &[&facts[0].ty, &facts[1].ty], "").into())
            }
        }
    }

    /// A comparison one of whose operands is a buffer.
    fn compare_buffers(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: CompareOp,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let (left, right) = (&facts[0].ty, &facts[1].ty);
        let are_bytes = is_bytes_like(left) && is_bytes_like(right);
        let kind = |ty: &Type| match ty {
            Type::Buffer(buffer) => Some(buffer.kind),
            _ => None,
        };
        let kinds = [kind(left), kind(right)];
        let has_view = kinds.contains(&Some(BufferKind::View));
        let has_order = if has_view { false } else { are_bytes || kinds == [Some(BufferKind::Array); 2] };
        let is_comparable = |ty: &Type| is_bytes_like(ty) || matches!(ty, Type::Buffer(_));
        let has_equality = has_order || has_view && is_comparable(left) && is_comparable(right);
        let name = match op {
            CompareOp::Eq if has_equality => "buffer.__eq__",
            CompareOp::Ne if has_equality => "buffer.__ne__",
            CompareOp::Eq | CompareOp::Ne
                if !matches!((left, right), (Type::Optional(_), _) | (_, Type::Optional(_))) =>
            {
                return Ok(Some(Fact::bool(op == CompareOp::Ne)));
            }
            CompareOp::Lt if has_order => "buffer.__lt__",
            CompareOp::Le if has_order => "buffer.__le__",
            CompareOp::Gt if has_order => "buffer.__gt__",
            CompareOp::Ge if has_order => "buffer.__ge__",
            _ => return Err(no_operation(format!("operator {}", op.symbol()), &[left, right], "").into()),
        };
        let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
        self.call_library(inst, name, operands, Vec::new())
    }

    /// `a[index]` of a buffer.
    fn buffer_item(&self, buffer: &BufferType, index: &Type) -> Result<Fact, Reason> {
        match index {
            Type::Slice(parts) if buffer.ndim == 1 => {
                let is_contiguous = buffer.is_contiguous && (parts[2] == Type::None || buffer.kind != BufferKind::View);
                Ok(Fact::of(Type::Buffer(BufferType { is_contiguous, ..*buffer })))
            }
            index if is_position(index) && buffer.ndim == 1 => Ok(Fact::of(buffer.item())),
            Type::Tuple(items) if items.len() == usize::from(buffer.ndim) && items.iter().all(is_position) => {
                Ok(Fact::of(buffer.item()))
            }
            _ => {
                let advice =
                    "index it with as many integers as it has dimensions, or one of one dimension with a slice";
                Err(no_operation("indexing", &[&Type::Buffer(*buffer), index], advice))
            }
        }
    }

    /// `a[index] = value` of a buffer.
    fn set_buffer_item(
        &mut self,
        inst: Inst,
        data: &InstData,
        buffer: &BufferType,
        facts: &[Fact],
    ) -> Result<(), Failure> {
        let (index, value) = (&facts[1].ty, &facts[2].ty);
        let target = Type::Buffer(*buffer);
        if !buffer.is_writable {
            return Err(no_operation("item assignment", &[&target], "it is read-only").into());
        }
        self.buffer_item(buffer, index)?;
        self.typed.calls.remove(&inst);
        if !matches!(index, Type::Slice(_)) {
            let fits = match buffer.item() {
                Type::Bytes => *value == Type::Bytes,
                Type::Float => value.is_number() && !value.dtype().is_some_and(DType::is_complex),
                Type::Bool => value.is_number(),
                _ => is_position(value),
            };
            let advice = "an item is a number of its format";
            return if fits { Ok(()) } else { Err(no_operation("item assignment", &[&target, value], advice).into()) };
        }
        let is_plain = is_bytes_like(value) || matches!(value, Type::Buffer(_));
        if is_plain {
            return Ok(());
        }
        if buffer.kind != BufferKind::ByteArray || value.is_number() || value.is_string() {
            return Err(no_operation("assigning to a slice", &[&target, value], "assign bytes to it").into());
        }
        let operands = (0..3).map(|position| operand(&facts[position], data, position)).collect();
        self.call_library(inst, "bytearray.__setitem__", operands, Vec::new()).map(drop)
    }

    /// `del a[index]` of a buffer.
    fn delete_buffer_item(&self, buffer: &BufferType, index: &Type) -> Result<(), Reason> {
        if buffer.kind == BufferKind::View {
            let advice = "a memoryview has no items to delete";
            return Err(no_operation("del of an item", &[&Type::Buffer(*buffer)], advice));
        }
        self.buffer_item(buffer, index).map(drop)
    }
}
