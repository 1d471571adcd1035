//! One number type to another.
//!
//! Two meanings: `convert` is what joins and operators do, where every value fits or NumPy raises; `cast` is NumPy's
//! `astype`, which wraps integers and cuts floats as the C compiler's x86 instructions do.

use super::errors::Failure;
use super::function::Lowering;
use super::repr::Repr;
use crate::lir::{FloatCond, IntCond, Type as Machine, Value};
use crate::typing::{DType, IteratorType, Type};

/// How a machine number is read: what `cast` starts from and goes to.
pub type Cast = DType;

impl Lowering<'_> {
    /// A value of type `from` as one of type `to`, which `unify` or an operator's plan made.
    pub fn convert(&mut self, repr: &Repr, from: &Type, to: &Type) -> Repr {
        if from == to {
            return repr.clone();
        }
        match (from, to) {
            (Type::Tuple(from), Type::Tuple(to)) => self.convert_list(repr, from, to),
            (Type::Closure(from), Type::Closure(to)) => self.convert_list(repr, &from.captures, &to.captures),
            (Type::Exception(_), Type::AnyException) => self.exception_object(repr, from),
            (Type::ExceptionClass(_), Type::AnyExceptionClass) => Repr::from_slice(&[self.class_number(repr, from)]),
            (Type::Iterator(from), Type::Iterator(to)) => self.convert_iterator(repr, from, to),
            (Type::Optional(from), Type::Optional(to)) => {
                let mut converted = Repr::from_slice(&repr[..1]);
                converted.extend(self.convert(&Repr::from_slice(&repr[1..]), from, to));
                converted
            }
            (Type::None, Type::Optional(inner)) => {
                let mut absent = Repr::from_slice(&[self.b.const_bool(false)]);
                for ty in super::machine_types(inner) {
                    absent.push(self.zero(ty));
                }
                absent
            }
            (_, Type::Optional(inner)) => {
                let mut present = Repr::from_slice(&[self.b.const_bool(true)]);
                present.extend(self.convert(repr, from, inner));
                present
            }
            (Type::OneOf(_), Type::OneOf(_)) => repr.clone(),
            (from, Type::OneOf(_)) => match from.as_functions().as_deref() {
                Some([key]) => Repr::from_slice(&[self.b.const_i64(key.0 as i64)]),
                _ => repr.clone(),
            },
            (Type::Partial(from), Type::Partial(to)) => self.convert_list(repr, &from[..], &to[..]),
            (Type::Keywords(_), Type::Keywords(_)) => {
                let types = |ty: &Type| ty.keyword_values().unwrap_or_default();
                self.convert_list(repr, &types(from), &types(to))
            }
            (Type::Str(known), Type::String) => Repr::from_slice(&[self.known_text(known)]),
            _ => match (from.dtype(), to.dtype()) {
                (Some(from_dtype), Some(to_dtype)) => {
                    if *from == Type::Int && matches!(to, Type::Scalar(_)) {
                        self.check_fits(repr[0], to_dtype);
                    }
                    self.cast(repr, from_dtype, to_dtype)
                }
                _ => repr.clone(),
            },
        }
    }

    fn convert_list(&mut self, repr: &Repr, from: &[Type], to: &[Type]) -> Repr {
        let mut converted = Repr::new();
        let mut start = 0;
        for (from, to) in from.iter().zip(to) {
            let count = super::machine_types(from).len();
            let part = Repr::from_slice(&repr[start..start + count]);
            converted.extend(self.convert(&part, from, to));
            start += count;
        }
        converted
    }

    fn convert_iterator(&mut self, repr: &Repr, from: &IteratorType, to: &IteratorType) -> Repr {
        match (from, to) {
            (IteratorType::Range { step: Some(step @ (1 | -1)) }, IteratorType::Range { step: None }) => {
                let step = self.b.const_i64(*step);
                self.range_state(repr[0], repr[1], step)
            }
            (IteratorType::Enumerate(from), IteratorType::Enumerate(to)) => {
                let mut converted = Repr::from_slice(&repr[..1]);
                converted.extend(self.convert(&Repr::from_slice(&repr[1..]), from, to));
                converted
            }
            (IteratorType::Zip(from), IteratorType::Zip(to)) => self.convert_list(repr, from, to),
            (IteratorType::Tuple(from), IteratorType::Tuple(to)) => {
                let (items, position) = repr.split_at(repr.len() - 1);
                let mut converted = self.convert_list(&Repr::from_slice(items), from, to);
                converted.extend(position.iter().copied());
                converted
            }
            _ => repr.clone(),
        }
    }

    /// NEP 50: a Python int that meets a NumPy integer must fit its dtype.
    fn check_fits(&mut self, number: Value, dtype: DType) {
        let (low, high) = match dtype {
            DType::Int8 => (i64::from(i8::MIN), i64::from(i8::MAX)),
            DType::Int16 => (i64::from(i16::MIN), i64::from(i16::MAX)),
            DType::Int32 => (i64::from(i32::MIN), i64::from(i32::MAX)),
            DType::UInt8 => (0, i64::from(u8::MAX)),
            DType::UInt16 => (0, i64::from(u16::MAX)),
            DType::UInt32 => (0, i64::from(u32::MAX)),
            DType::UInt64 => (0, i64::MAX),
            _ => return,
        };
        if let Some(known) = self.b.func.as_const_int(number)
            && (low..=high).contains(&known)
        {
            return;
        }
        let low = self.b.const_i64(low);
        let high = self.b.const_i64(high);
        let is_low = self.b.cmp_int(IntCond::Slt, number, low);
        let is_high = self.b.cmp_int(IntCond::Sgt, number, high);
        let is_outside = self.b.or_bits(is_low, is_high);
        let message = format!("Python integer {{0}} out of bounds for {dtype}");
        self.raise_if(is_outside, &Failure::new("OverflowError", message).with_numbers(number, None));
    }

    /// A number of dtype `from` as one of dtype `to`: NumPy's `astype`.
    pub fn cast(&mut self, repr: &Repr, from: Cast, to: Cast) -> Repr {
        if from == to {
            return repr.clone();
        }
        match (from.is_complex(), to.is_complex()) {
            (true, true) => repr.iter().map(|&part| self.cast_real(part, from.real(), to.real())).collect(),
            (true, false) if to == DType::Bool => {
                let parts = [0, 1].map(|part| self.cast_real(repr[part], from.real(), DType::Bool));
                Repr::from_slice(&[self.b.or_bits(parts[0], parts[1])])
            }
            (true, false) => Repr::from_slice(&[self.cast_real(repr[0], from.real(), to)]),
            (false, true) => {
                let real = self.cast_real(repr[0], from, to.real());
                let imaginary = self.b.const_float(to.machine(), 0.0);
                Repr::from_slice(&[real, imaginary])
            }
            (false, false) => Repr::from_slice(&[self.cast_real(repr[0], from, to)]),
        }
    }

    fn cast_real(&mut self, value: Value, from: Cast, to: Cast) -> Value {
        if from == to {
            return value;
        }
        match (from.is_float(), to.is_float()) {
            (true, true) if to == DType::Float32 => self.b.demote_float(value, Machine::F32),
            (true, true) => self.b.promote_float(value, Machine::F64),
            (true, false) if to == DType::Bool => {
                let zero = self.b.const_float(from.machine(), 0.0);
                self.b.cmp_float(FloatCond::Ne, value, zero)
            }
            (true, false) => self.cut_float(value, from, to),
            (false, true) if from == DType::Bool => {
                let number = self.b.extend_uint(value, Machine::I32);
                self.b.sint_to_float(number, to.machine())
            }
            (false, true) if from.is_signed() => self.b.sint_to_float(value, to.machine()),
            (false, true) => self.b.uint_to_float(value, to.machine()),
            (false, false) => self.cast_integer(value, from, to),
        }
    }

    fn cast_integer(&mut self, value: Value, from: Cast, to: Cast) -> Value {
        if to == DType::Bool {
            let zero = self.b.const_int(from.machine(), 0);
            return self.b.cmp_int(IntCond::Ne, value, zero);
        }
        let ty = to.machine();
        if from == DType::Bool {
            return self.b.extend_uint(value, ty);
        }
        match from.size().cmp(&to.size()) {
            std::cmp::Ordering::Equal => value,
            std::cmp::Ordering::Greater => self.b.truncate_int(value, ty),
            std::cmp::Ordering::Less if from.is_signed() => self.b.extend_sint(value, ty),
            std::cmp::Ordering::Less => self.b.extend_uint(value, ty),
        }
    }

    /// x86's `cvttsd2si` and what C compilers make of it: values out of range give the smallest integer of the
    /// register that is used, 32 bits for the narrow types, 64 bits for uint32 and wider.
    fn cut_float(&mut self, value: Value, from: Cast, to: Cast) -> Value {
        match to {
            DType::Int64 => self.cut_to_register(value, from, Machine::I64),
            DType::UInt64 => self.cut_to_uint64(value, from),
            DType::UInt32 => {
                let wide = self.cut_to_register(value, from, Machine::I64);
                self.b.truncate_int(wide, Machine::I32)
            }
            _ => {
                let wide = self.cut_to_register(value, from, Machine::I32);
                if to.size() < 4 { self.b.truncate_int(wide, to.machine()) } else { wide }
            }
        }
    }

    fn cut_to_register(&mut self, value: Value, from: Cast, register: Machine) -> Value {
        let bound = if register == Machine::I32 { 2_147_483_648.0 } else { 9_223_372_036_854_775_808.0 };
        let number = self.b.float_to_sint_sat(value, register);
        let high = self.b.const_float(from.machine(), bound);
        let is_below = self.b.cmp_float(FloatCond::Lt, value, high);
        let smallest = if register == Machine::I32 { i64::from(i32::MIN) } else { i64::MIN };
        let smallest = self.b.const_int(register, smallest);
        self.b.select(is_below, number, smallest)
    }

    fn cut_to_uint64(&mut self, value: Value, from: Cast) -> Value {
        let high = self.b.const_float(from.machine(), 9_223_372_036_854_775_808.0);
        let is_small = self.b.cmp_float(FloatCond::Lt, value, high);
        let small = self.cut_to_register(value, from, Machine::I64);
        let rest = self.b.sub_float(value, high);
        let rest = self.cut_to_register(rest, from, Machine::I64);
        let sign = self.b.const_i64(i64::MIN);
        let large = self.b.xor_bits(rest, sign);
        self.b.select(is_small, small, large)
    }

    /// A number of any integer type or bool as I64, for indexes and lengths.
    pub fn to_index(&mut self, repr: &Repr, ty: &Type) -> Value {
        match ty.dtype() {
            Some(dtype) => self.cast(repr, dtype, DType::Int64)[0],
            None => self.b.const_i64(0),
        }
    }

    /// The value of a NumPy scalar from its bytes.
    pub(super) fn scalar_from_bytes(&mut self, dtype: DType, bytes: &[u8; 16]) -> Repr {
        let part = |start: usize, size: usize| {
            let mut word = [0; 8];
            word[..size].copy_from_slice(&bytes[start..start + size]);
            u64::from_le_bytes(word)
        };
        let size = dtype.real().size() as usize;
        let count = if dtype.is_complex() { 2 } else { 1 };
        (0..count)
            .map(|index| {
                let bits = part(index * size, size);
                self.b.const_bits(dtype.machine(), bits)
            })
            .collect()
    }
}
