//! Arrays: their parts, their elements, and making new ones.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::Repr;
use crate::lir::{IntCond, Op, Region, Type as Machine, Value};
use crate::runtime::memory::HEADER_SIZE;
use crate::runtime::symbols::Symbol;
use crate::typing::{ArrayType, DType, Layout};

/// Whether the elements of a new array are set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// They are whatever the memory holds.
    Uninitialized,
    /// They are zero.
    Zeroed,
}

/// The address of the first element.
pub fn data(repr: &Repr) -> Value {
    repr[1]
}

/// The lengths.
pub fn shape(repr: &Repr, ndim: u8) -> &[Value] {
    &repr[2..2 + usize::from(ndim)]
}

/// The strides in bytes, as the array carries them. `Lowering::stride` knows more.
pub fn strides(repr: &Repr, ndim: u8) -> &[Value] {
    &repr[2 + usize::from(ndim)..2 + 2 * usize::from(ndim)]
}

impl Lowering<'_> {
    /// The stride of an axis in bytes: a constant for the fastest axis of a contiguous array.
    pub fn stride(&mut self, repr: &Repr, array: &ArrayType, axis: usize) -> Value {
        let is_fastest = match array.layout {
            Layout::C => axis + 1 == usize::from(array.ndim),
            Layout::F => axis == 0,
            Layout::A => false,
        };
        if is_fastest {
            return self.b.const_i64(i64::from(array.dtype.size()));
        }
        strides(repr, array.ndim)[axis]
    }

    /// The number of elements.
    pub fn array_size(&mut self, repr: &Repr, array: &ArrayType) -> Value {
        let lengths: Vec<Value> = shape(repr, array.ndim).to_vec();
        self.product(&lengths)
    }

    /// The product of lengths; 1 of none.
    pub fn product(&mut self, lengths: &[Value]) -> Value {
        match lengths {
            [] => self.b.const_i64(1),
            [first, rest @ ..] => rest.iter().fold(*first, |product, &length| self.b.mul_int(product, length)),
        }
    }

    /// The element at an address.
    pub fn load_element(&mut self, ptr: Value, dtype: DType) -> Repr {
        let ty = dtype.machine();
        let mut repr = Repr::from_slice(&[self.b.load(ty, ptr, 0, Region::Elements)]);
        if dtype.is_complex() {
            repr.push(self.b.load(ty, ptr, ty.size() as i32, Region::Elements));
        }
        repr
    }

    /// Writes the element at an address.
    pub fn store_element(&mut self, ptr: Value, element: &Repr) {
        self.b.store(element[0], ptr, 0, Region::Elements);
        if let Some(&imaginary) = element.get(1) {
            let size = self.b.type_of(imaginary).size();
            self.b.store(imaginary, ptr, size as i32, Region::Elements);
        }
    }

    /// The address `index` strides on.
    pub fn advance_by(&mut self, ptr: Value, index: Value, stride: Value) -> Value {
        let bytes = self.b.mul_int(index, stride);
        self.b.ptr_add(ptr, bytes)
    }

    /// The address of the element at a position in C order, which is in range.
    pub fn flat_address(&mut self, repr: &Repr, array: &ArrayType, position: Value) -> Value {
        let ndim = usize::from(array.ndim);
        if array.layout == Layout::C {
            let item = self.b.const_i64(i64::from(array.dtype.size()));
            return self.advance_by(data(repr), position, item);
        }
        let (mut ptr, mut rest) = (data(repr), position);
        let one = self.b.const_i64(1);
        for axis in (0..ndim).rev() {
            let stride = self.stride(repr, array, axis);
            let length = shape(repr, array.ndim)[axis];
            let index = if axis == 0 {
                rest
            } else {
                // Never zero, wherever the division is moved to.
                let is_empty = self.b.cmp_int(IntCond::Slt, length, one);
                let divisor = self.b.select(is_empty, one, length);
                let quotient = self.b.div_uint(rest, divisor);
                let whole = self.b.mul_int(quotient, divisor);
                let index = self.b.sub_int(rest, whole);
                rest = quotient;
                index
            };
            ptr = self.advance_by(ptr, index, stride);
        }
        ptr
    }

    /// A negative index counts from the end.
    pub fn wrap_index(&mut self, index: Value, length: Value) -> Value {
        if let Some(number) = self.b.func.as_const_int(index)
            && number >= 0
        {
            return index;
        }
        let zero = self.b.const_i64(0);
        let is_negative = self.b.cmp_int(IntCond::Slt, index, zero);
        let wrapped = self.b.add_int(index, length);
        self.b.select(is_negative, wrapped, index)
    }

    /// The position that an index names on an axis; raises `IndexError` if it has none.
    pub fn check_index(&mut self, index: Value, length: Value, axis: usize) -> Value {
        let position = self.wrap_index(index, length);
        if self.options.is_boundschecked {
            let is_inside = self.b.cmp_int(IntCond::Ult, position, length);
            let message = format!("index {{0}} is out of bounds for axis {axis} with size {{1}}");
            self.raise_unless(is_inside, &Failure::new("IndexError", message).with_numbers(index, Some(length)));
        }
        position
    }

    /// The item at a position on the first axis, which is in range: an element or a view.
    pub fn first_axis_item(&mut self, repr: &Repr, array: &ArrayType, position: Value) -> Repr {
        let stride = self.stride(repr, array, 0);
        let ptr = self.advance_by(data(repr), position, stride);
        if array.ndim == 1 {
            return self.element_at(repr[0], ptr, array.dtype);
        }
        let mut view = Repr::from_slice(&[repr[0], ptr]);
        view.extend(shape(repr, array.ndim)[1..].iter().copied());
        view.extend(strides(repr, array.ndim)[1..].iter().copied());
        view
    }

    /// A new array with these lengths. The caller owns its reference. Raises for negative lengths and sizes that
    /// memory cannot hold.
    pub fn new_array(&mut self, array: &ArrayType, lengths: &[Value], fill: Fill) -> Repr {
        self.check_lengths(lengths);
        let bytes = self.byte_size(array.dtype, lengths);
        self.allocate(array, lengths, bytes, fill)
    }

    /// A new array with lengths that come from arrays, so that they are neither negative nor too large.
    pub fn new_array_like(&mut self, array: &ArrayType, lengths: &[Value], fill: Fill) -> Repr {
        let size = self.product(lengths);
        let item = self.b.const_i64(i64::from(array.dtype.size()));
        let bytes = self.b.mul_int(size, item);
        self.allocate(array, lengths, bytes, fill)
    }

    fn allocate(&mut self, array: &ArrayType, lengths: &[Value], bytes: Value, fill: Fill) -> Repr {
        let symbol = match fill {
            Fill::Uninitialized => Symbol::Allocate,
            Fill::Zeroed => Symbol::AllocateZeroed,
        };
        let header = self.b.call_runtime(symbol, &[bytes]).expect("the routine has a result");
        let null = self.b.const_ptr(0);
        let has_failed = self.b.cmp_int(IntCond::Eq, header, null);
        let failure = Failure::new("MemoryError", "Unable to allocate {0} bytes for an array");
        self.raise_if(has_failed, &failure.with_numbers(bytes, None));
        let offset = self.b.const_i64(HEADER_SIZE as i64);
        let mut repr = Repr::from_slice(&[header, self.b.ptr_add(header, offset)]);
        repr.extend(lengths.iter().copied());
        repr.extend(self.contiguous_strides(array, lengths));
        repr
    }

    /// The strides of a contiguous array. As in NumPy, a length of 0 counts as 1.
    pub fn contiguous_strides(&mut self, array: &ArrayType, lengths: &[Value]) -> Repr {
        let count = lengths.len();
        let item = self.b.const_i64(i64::from(array.dtype.size()));
        let mut strides = Repr::from_elem(item, count);
        let one = self.b.const_i64(1);
        for step in 1..count {
            let (axis, previous) =
                if array.layout == Layout::F { (step, step - 1) } else { (count - 1 - step, count - step) };
            let is_empty = self.b.cmp_int(IntCond::Slt, lengths[previous], one);
            let length = self.b.select(is_empty, one, lengths[previous]);
            strides[axis] = self.b.mul_int(strides[previous], length);
        }
        strides
    }

    fn check_lengths(&mut self, lengths: &[Value]) {
        for &length in lengths {
            if self.b.func.as_const_int(length).is_some_and(|number| number >= 0) {
                continue;
            }
            let zero = self.b.const_i64(0);
            let is_negative = self.b.cmp_int(IntCond::Slt, length, zero);
            self.raise_if(is_negative, &Failure::new("ValueError", "negative dimensions are not allowed"));
        }
    }

    fn byte_size(&mut self, dtype: DType, lengths: &[Value]) -> Value {
        let mut bytes = self.b.const_i64(i64::from(dtype.size()));
        let mut has_overflowed = self.b.const_bool(false);
        for &length in lengths {
            let overflows = self.b.plain_inst(Op::MulOverflowsSint, &[bytes, length]);
            has_overflowed = self.b.or_bits(has_overflowed, overflows);
            bytes = self.b.mul_int(bytes, length);
        }
        let message = "array is too big; `arr.size * arr.dtype.itemsize` is larger than the maximum possible size.";
        self.raise_if(has_overflowed, &Failure::new("ValueError", message));
        bytes
    }

    /// A copy of an array with another layout, or the same: the caller owns its reference.
    pub fn copy_array(&mut self, repr: &Repr, from: &ArrayType, to: &ArrayType) -> Repr {
        let lengths: Vec<Value> = shape(repr, from.ndim).to_vec();
        let copy = self.new_array_like(to, &lengths, Fill::Uninitialized);
        self.copy_elements(&copy, repr, from.ndim, from.dtype);
        copy
    }

    /// The array in C order, with a reference of its own: itself if its elements lie so, else a copy.
    pub fn in_c_order(&mut self, repr: &Repr, array: &ArrayType) -> Repr {
        let to = ArrayType { layout: Layout::C, ..*array };
        match array.layout {
            Layout::C => {
                self.retain(repr[0]);
                repr.clone()
            }
            Layout::F if array.ndim > 1 => self.copy_array(repr, array, &to),
            Layout::F | Layout::A => {
                let (same, other, joined) = (self.b.add_block(), self.b.add_block(), self.b.add_block());
                let is_same = self.is_c_contiguous(repr, array);
                self.b.branch_if(is_same, same, other);
                self.b.switch_to(same);
                self.retain(repr[0]);
                self.b.jump(joined, repr);
                self.b.switch_to(other);
                let copy = self.copy_array(repr, array, &to);
                self.b.jump(joined, &copy);
                let types: Vec<Machine> = repr.iter().map(|&value| self.b.type_of(value)).collect();
                let result = types.into_iter().map(|ty| self.b.add_param(joined, ty)).collect();
                self.b.switch_to(joined);
                result
            }
        }
    }

    /// Whether the strides are those of an array in C order; that of an axis of length 1 has no say.
    fn is_c_contiguous(&mut self, repr: &Repr, array: &ArrayType) -> Value {
        let lengths: Vec<Value> = shape(repr, array.ndim).to_vec();
        let expected = self.contiguous_strides(&ArrayType { layout: Layout::C, ..*array }, &lengths);
        let one = self.b.const_i64(1);
        let mut all = self.b.const_bool(true);
        for (axis, &stride) in expected.iter().enumerate() {
            let own = self.stride(repr, array, axis);
            let is_equal = self.b.cmp_int(IntCond::Eq, own, stride);
            let is_single = self.b.cmp_int(IntCond::Eq, lengths[axis], one);
            let suits = self.b.or_bits(is_equal, is_single);
            all = self.b.and_bits(all, suits);
        }
        all
    }

    /// Copies the elements of one array to another of the same shape and dtype, which does not overlap it.
    pub fn copy_elements(&mut self, target: &Repr, source: &Repr, ndim: u8, dtype: DType) {
        let count = usize::from(ndim);
        let slot = self.b.add_slot((3 * count.max(1) * 8) as u32);
        let address = self.b.slot_address(slot);
        let numbers = shape(source, ndim).iter().chain(strides(target, ndim)).chain(strides(source, ndim));
        for (index, &number) in numbers.enumerate() {
            self.b.store(number, address, 8 * index as i32, Region::Frame);
        }
        let ndim = self.b.const_i64(count as i64);
        let item = self.b.const_i64(i64::from(dtype.size()));
        self.b.call_runtime(Symbol::CopyStrided, &[data(target), data(source), address, ndim, item]);
    }

    /// Whether the memory of two arrays may overlap, unless they are the same elements in the same order.
    pub fn may_overlap(&mut self, a: (&Repr, &ArrayType), b: (&Repr, &ArrayType)) -> Value {
        let mut ends = Vec::new();
        for (repr, array) in [a, b] {
            ends.push(self.extent(repr, array));
        }
        let a_first = self.b.cmp_int(IntCond::Ult, ends[0].0, ends[1].1);
        let b_first = self.b.cmp_int(IntCond::Ult, ends[1].0, ends[0].1);
        let overlap = self.b.and_bits(a_first, b_first);
        if a.1.ndim != b.1.ndim {
            return overlap;
        }
        let mut is_same = self.b.cmp_int(IntCond::Eq, data(a.0), data(b.0));
        for axis in 0..usize::from(a.1.ndim) {
            let (x, y) = (self.stride(a.0, a.1, axis), self.stride(b.0, b.1, axis));
            let equal = self.b.cmp_int(IntCond::Eq, x, y);
            is_same = self.b.and_bits(is_same, equal);
            let (x, y) = (shape(a.0, a.1.ndim)[axis], shape(b.0, b.1.ndim)[axis]);
            let equal = self.b.cmp_int(IntCond::Eq, x, y);
            is_same = self.b.and_bits(is_same, equal);
        }
        let differs = self.b.not_bool(is_same);
        self.b.and_bits(overlap, differs)
    }

    /// The first address of an array's elements and the one after the last; equal for an empty array.
    fn extent(&mut self, repr: &Repr, array: &ArrayType) -> (Value, Value) {
        let zero = self.b.const_i64(0);
        let one = self.b.const_i64(1);
        let (mut low, mut high) = (zero, self.b.const_i64(i64::from(array.dtype.size())));
        let mut is_empty = self.b.const_bool(false);
        for axis in 0..usize::from(array.ndim) {
            let length = shape(repr, array.ndim)[axis];
            let stride = self.stride(repr, array, axis);
            let last = self.b.sub_int(length, one);
            let span = self.b.mul_int(last, stride);
            let is_negative = self.b.cmp_int(IntCond::Slt, span, zero);
            let down = self.b.select(is_negative, span, zero);
            let up = self.b.select(is_negative, zero, span);
            low = self.b.add_int(low, down);
            high = self.b.add_int(high, up);
            let is_axis_empty = self.b.cmp_int(IntCond::Eq, length, zero);
            is_empty = self.b.or_bits(is_empty, is_axis_empty);
        }
        let high = self.b.select(is_empty, low, high);
        let first = self.b.ptr_to_int(data(repr), Machine::I64);
        (self.b.add_int(first, low), self.b.add_int(first, high))
    }
}
