//! Items of bytearrays, memoryviews and `array.array`: read and written where they stand.
//!
//! Length and address are read from the block each time, as a list's are. What a number cannot be stored as, and all
//! that is more than an item, Python's side does, whose messages are CPython's.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::hir;
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::buffers::{SHAPE_OFFSET, STRIDES_OFFSET};
use crate::runtime::memory::CAPACITY_OFFSET;
use crate::runtime::objects::Operation;
use crate::runtime::symbols::Symbol;
use crate::typing::{BufferKind, BufferType, DType, Type};

impl Lowering<'_> {
    /// What Python does with a buffer; the numbers stand where the answer comes. Its address.
    pub fn ask_buffer(&mut self, operation: Operation, a: Value, b: Option<Value>, numbers: &[Value]) -> Value {
        let slot = self.b.add_slot(8 * numbers.len().max(1) as u32);
        let address = self.b.slot_address(slot);
        for (index, &number) in numbers.iter().enumerate() {
            self.b.store(number, address, 8 * index as i32, Region::Frame);
        }
        let operation = self.b.const_i64(operation as i64);
        let b = b.unwrap_or_else(|| self.b.const_ptr(0));
        let status = self.call_float(Symbol::ObjectOperation, &[operation, a, b, address]);
        self.pass_on(status);
        address
    }

    /// The same, where the answer is a buffer or a text.
    pub fn ask_for_block(&mut self, operation: Operation, a: Value, b: Option<Value>, numbers: &[Value]) -> Repr {
        let address = self.ask_buffer(operation, a, b, numbers);
        Repr::from_slice(&[self.b.load(Machine::Ptr, address, 0, Region::Frame)])
    }

    /// Raises if a memoryview was released.
    pub fn check_released(&mut self, header: Value, buffer: &BufferType) {
        if buffer.kind == BufferKind::View {
            let width = self.b.load(Machine::I64, header, CAPACITY_OFFSET, Region::Headers);
            let zero = self.b.const_i64(0);
            let is_released = self.b.cmp_int(IntCond::Eq, width, zero);
            let message = "operation forbidden on released memoryview object";
            self.raise_if(is_released, &Failure::new("ValueError", message));
        }
    }

    /// How many items there are along the first axis.
    pub fn buffer_length(&mut self, header: Value, buffer: &BufferType) -> Value {
        self.check_released(header, buffer);
        self.container_length(header)
    }

    /// A length or stride of an axis.
    pub fn buffer_axis(&mut self, header: Value, offset: i32, axis: usize) -> Value {
        let numbers = self.b.load(Machine::Ptr, header, offset, Region::Headers);
        self.b.load(Machine::I64, numbers, 8 * axis as i32, Region::Elements)
    }

    /// The address of the item at positions in range, one for each axis.
    fn buffer_address(&mut self, header: Value, positions: &[Value], buffer: &BufferType) -> Value {
        let mut address = self.container_data(header);
        for (axis, &position) in positions.iter().enumerate() {
            let stride = if buffer.is_contiguous && buffer.ndim == 1 {
                self.b.const_i64(i64::from(buffer.dtype().size()))
            } else {
                self.buffer_axis(header, STRIDES_OFFSET, axis)
            };
            address = self.advance_by(address, position, stride);
        }
        address
    }

    /// The positions that an index names; raises `IndexError` if there are none.
    fn buffer_positions(&mut self, header: Value, index: hir::Value, buffer: &BufferType, is_stored: bool) -> Repr {
        self.check_released(header, buffer);
        let (repr, ty) = (self.repr(index), self.fact(index).ty.clone());
        let single = [ty.clone()];
        let (mut positions, mut first) = (Repr::new(), 0);
        for (axis, item) in ty.as_tuple().unwrap_or(&single).iter().enumerate() {
            let count = machine_types(item).len();
            let number = self.to_index(&Repr::from_slice(&repr[first..first + count]), item);
            first += count;
            let length = match axis {
                0 => self.container_length(header),
                axis => self.buffer_axis(header, SHAPE_OFFSET, axis),
            };
            let position = self.wrap_index(number, length);
            let message = match buffer.kind {
                BufferKind::ByteArray => "bytearray index out of range".to_owned(),
                BufferKind::View => format!("index out of bounds on dimension {}", axis + 1),
                BufferKind::Array if is_stored => "array assignment index out of range".to_owned(),
                BufferKind::Array => "array index out of range".to_owned(),
            };
            let is_inside = self.b.cmp_int(IntCond::Ult, position, length);
            self.raise_unless(is_inside, &Failure::new("IndexError", message));
            positions.push(position);
        }
        positions
    }

    /// The item at a position in range, as Python's number.
    pub fn buffer_element(&mut self, header: Value, position: Value, buffer: &BufferType) -> Repr {
        self.check_released(header, buffer);
        self.buffer_item(header, &[position], buffer)
    }

    fn buffer_item(&mut self, header: Value, positions: &[Value], buffer: &BufferType) -> Repr {
        let address = self.buffer_address(header, positions, buffer);
        let dtype = buffer.dtype();
        let element = self.load_element(address, dtype);
        match buffer.item() {
            Type::Bool => element,
            Type::Float => self.cast(&element, dtype, DType::Float64),
            item => {
                let number = self.cast(&element, dtype, DType::Int64);
                if dtype == DType::UInt64 {
                    let zero = self.b.const_i64(0);
                    let fits = self.b.cmp_int(IntCond::Sge, number[0], zero);
                    let message = "Python int too large for compiled code, where int has 64 bits";
                    self.raise_unless(fits, &Failure::new("OverflowError", message));
                }
                if item == Type::Bytes {
                    // One byte is a constant: there is no reference to drop.
                    return Repr::from_slice(&[self.new_text(Symbol::TextOfCodePoint, &number)]);
                }
                number
            }
        }
    }

    /// `a[index]`
    pub(super) fn buffer_subscript(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        buffer: &BufferType,
    ) -> Result<Repr, Reason> {
        let header = self.repr(a)[0];
        if matches!(self.fact(index).ty, Type::Slice(_)) {
            let bounds = self.buffer_span(header, index, buffer);
            return Ok(self.ask_for_block(Operation::Slice, header, None, &bounds));
        }
        let positions = self.buffer_positions(header, index, buffer, false);
        Ok(self.buffer_item(header, &positions, buffer))
    }

    /// Start, stop and step of a slice, as numbers that need no length; a stop of -1 is before the first item.
    fn buffer_span(&mut self, header: Value, index: hir::Value, buffer: &BufferType) -> [Value; 3] {
        let (repr, ty) = (self.repr(index), self.fact(index).ty.clone());
        let length = self.buffer_length(header, buffer);
        let (start, step, count) = self.slice_span(&repr, &ty, length);
        let distance = self.b.mul_int(count, step);
        [start, self.b.add_int(start, distance), step]
    }

    /// `a[index] = value`
    pub(super) fn set_buffer_item(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        value: hir::Value,
        buffer: &BufferType,
    ) -> Result<(), Reason> {
        let header = self.repr(a)[0];
        let (own, ty) = (self.repr(value), self.fact(value).ty.clone());
        if matches!(self.fact(index).ty, Type::Slice(_)) {
            let bounds = self.buffer_span(header, index, buffer);
            self.ask_buffer(Operation::AssignSlice, header, Some(own[0]), &bounds);
            return Ok(());
        }
        let dtype = buffer.dtype();
        if buffer.kind == BufferKind::ByteArray {
            // The value is looked at first.
            let number = self.to_index(&own, &ty);
            let limit = self.b.const_i64(256);
            let is_byte = self.b.cmp_int(IntCond::Ult, number, limit);
            self.raise_unless(is_byte, &Failure::new("ValueError", "byte must be in range(0, 256)"));
            let positions = self.buffer_positions(header, index, buffer, true);
            let element = self.cast(&Repr::from_slice(&[number]), DType::Int64, dtype);
            self.store_buffer_element(header, &positions, &element, buffer);
            return Ok(());
        }
        let positions = self.buffer_positions(header, index, buffer, true);
        let element = match buffer.item() {
            Type::Bytes => {
                let numbers = self.numbers_of_item(&positions, None);
                self.ask_buffer(Operation::AssignItem, header, Some(own[0]), &numbers);
                return Ok(());
            }
            Type::Bool => Repr::from_slice(&[self.truth(value)?]),
            Type::Float => {
                let from = ty.dtype().ok_or_else(|| Reason::Internal(format!("{ty} is no number")))?;
                self.cast(&own, from, dtype)
            }
            _ => {
                let number = self.to_index(&own, &ty);
                self.check_buffer_number(header, &positions, number, dtype);
                self.cast(&Repr::from_slice(&[number]), DType::Int64, dtype)
            }
        };
        self.store_buffer_element(header, &positions, &element, buffer);
        Ok(())
    }

    /// Writes an element at positions in range.
    pub fn store_buffer_element(&mut self, header: Value, positions: &[Value], element: &Repr, buffer: &BufferType) {
        let address = self.buffer_address(header, positions, buffer);
        self.store_element(address, element);
    }

    /// Lets CPython raise for a number that an item cannot be.
    fn check_buffer_number(&mut self, header: Value, positions: &[Value], number: Value, dtype: DType) {
        let bits = 8 * dtype.size();
        let least = if dtype.is_signed() { -1_i64 << (bits - 1) } else { 0 };
        let fits = match (bits, dtype.is_signed()) {
            (64, true) => return,
            (64, false) => {
                let zero = self.b.const_i64(0);
                self.b.cmp_int(IntCond::Sge, number, zero)
            }
            _ => {
                let (least, count) = (self.b.const_i64(least), self.b.const_i64(1 << bits));
                let above = self.b.sub_int(number, least);
                self.b.cmp_int(IntCond::Ult, above, count)
            }
        };
        let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(fits, rest, cold);
        self.b.switch_to(cold);
        let numbers = self.numbers_of_item(positions, Some(number));
        self.ask_buffer(Operation::AssignItem, header, None, &numbers);
        self.b.jump(rest, &[]);
        self.b.switch_to(rest);
    }

    /// How many positions there are, the positions, and the number to store there.
    fn numbers_of_item(&mut self, positions: &[Value], number: Option<Value>) -> Repr {
        let count = self.b.const_i64(positions.len() as i64);
        std::iter::once(count).chain(positions.iter().copied()).chain(number).collect()
    }

    /// `del a[index]`
    pub(super) fn delete_buffer_item(&mut self, a: hir::Value, index: hir::Value, buffer: &BufferType) {
        let header = self.repr(a)[0];
        let bounds = if matches!(self.fact(index).ty, Type::Slice(_)) {
            self.buffer_span(header, index, buffer)
        } else {
            let position = self.buffer_positions(header, index, buffer, true)[0];
            let one = self.b.const_i64(1);
            [position, self.b.add_int(position, one), one]
        };
        self.ask_buffer(Operation::AssignSlice, header, None, &bounds);
    }
}
