//! Comparisons, identity, membership and truth.

use super::arithmetic::Number;
use super::enums::is_plain_member;
use super::errors::Failure;
use super::function::Lowering;
use super::repr::Repr;
use crate::hir::{self, CompareOp};
use crate::lir::{FloatCond, IntCond, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::memory::ABSENT;
use crate::runtime::symbols::Symbol;
use crate::typing::promote::{Comparison, comparison};
use crate::typing::{Fact, Kind, ScalarOp, Type};

impl Lowering<'_> {
    pub(super) fn compare(&mut self, op: CompareOp, a: hir::Value, b: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        let (left, right) = (self.fact(a).ty.clone(), self.fact(b).ty.clone());
        let (own, other) = (self.repr(a), self.repr(b));
        if let Some(answer) = self.compare_objects(op, (&own, &left), (&other, &right)) {
            return Ok(Repr::from_slice(&[answer]));
        }
        match (&left, &right) {
            (Type::Tuple(left), Type::Tuple(right)) => {
                let (a, b) = (self.repr(a), self.repr(b));
                Ok(Repr::from_slice(&[self.compare_tuples(op, (&a, left), (&b, right))?]))
            }
            (Type::Instance(_), Type::Instance(_)) => {
                let (a, b) = (self.repr(a), self.repr(b));
                Ok(Repr::from_slice(&[self.compare_instances(op, (&a, &left), (&b, &right))?]))
            }
            (left, right) if left.is_text() && right.is_text() => {
                let (a, b) = (self.repr(a), self.repr(b));
                let (a, b) = (self.text(&a, left), self.text(&b, right));
                Ok(Repr::from_slice(&[self.compare_texts(op, a, b)]))
            }
            (left, right) if is_plain_member(left) || is_plain_member(right) => {
                let (a, b) = (self.repr(a), self.repr(b));
                Ok(Repr::from_slice(&[self.compare_members(op, (&a, left), (&b, right))]))
            }
            _ => self.elementwise(ScalarOp::Compare(op), &[a, b], fact),
        }
    }

    /// Compares two numbers.
    pub fn compare_numbers(&mut self, op: CompareOp, a: &Number, b: &Number) -> Result<Repr, Reason> {
        let plan = comparison(&a.ty, &b.ty)
            .ok_or_else(|| Reason::Internal(format!("{} and {} are not compared", a.ty, b.ty)))?;
        let result = match plan {
            Comparison::In(ty) => {
                let left = self.convert(&a.repr, &a.ty, &ty);
                let right = self.convert(&b.repr, &b.ty, &ty);
                self.compare_in(op, &ty, &left, &right)?
            }
            Comparison::IntWithFloat { is_swapped: false } => self.compare_int_float(op, a.repr[0], b.repr[0]),
            Comparison::IntWithFloat { is_swapped: true } => self.compare_int_float(swapped(op), b.repr[0], a.repr[0]),
            Comparison::SignedWithUnsigned { is_swapped: false } => self.compare_signs(op, a, b),
            Comparison::SignedWithUnsigned { is_swapped: true } => self.compare_signs(swapped(op), b, a),
        };
        Ok(Repr::from_slice(&[result]))
    }

    fn compare_in(&mut self, op: CompareOp, ty: &Type, a: &Repr, b: &Repr) -> Result<Value, Reason> {
        let dtype = ty.dtype().ok_or_else(|| Reason::Internal(format!("{ty} is not a number")))?;
        Ok(match dtype.kind() {
            Kind::Bool => {
                let [a, b] = [a[0], b[0]].map(|value| self.b.extend_uint(value, Machine::I32));
                self.b.cmp_int(int_cond(op, true), a, b)
            }
            Kind::Signed => self.b.cmp_int(int_cond(op, true), a[0], b[0]),
            Kind::Unsigned => self.b.cmp_int(int_cond(op, false), a[0], b[0]),
            Kind::Float => self.b.cmp_float(float_cond(op), a[0], b[0]),
            Kind::Complex => self.compare_complex(op, a, b),
            Kind::Other => return Err(Reason::Internal("records are not compared".to_owned())),
        })
    }

    /// Equality by parts; NumPy orders by the real part, then the imaginary one.
    fn compare_complex(&mut self, op: CompareOp, a: &Repr, b: &Repr) -> Value {
        let real_equal = self.b.cmp_float(FloatCond::Eq, a[0], b[0]);
        match op {
            CompareOp::Eq => {
                let imaginary_equal = self.b.cmp_float(FloatCond::Eq, a[1], b[1]);
                self.b.and_bits(real_equal, imaginary_equal)
            }
            CompareOp::Ne => {
                let real = self.b.cmp_float(FloatCond::Ne, a[0], b[0]);
                let imaginary = self.b.cmp_float(FloatCond::Ne, a[1], b[1]);
                self.b.or_bits(real, imaginary)
            }
            CompareOp::Lt | CompareOp::Le | CompareOp::Gt | CompareOp::Ge => {
                let strict = match op {
                    CompareOp::Lt | CompareOp::Le => FloatCond::Lt,
                    _ => FloatCond::Gt,
                };
                let is_real = self.b.cmp_float(strict, a[0], b[0]);
                let are_numbers = self.b.cmp_float(FloatCond::Ordered, a[1], b[1]);
                let is_real = self.b.and_bits(is_real, are_numbers);
                let is_imaginary = self.b.cmp_float(float_cond(op), a[1], b[1]);
                let is_tie = self.b.and_bits(real_equal, is_imaginary);
                self.b.or_bits(is_real, is_tie)
            }
        }
    }

    /// A Python int with a float, exactly. Small ints convert exactly, which is the common case.
    fn compare_int_float(&mut self, op: CompareOp, int: Value, float: Value) -> Value {
        if self.b.func.as_const_int(int).is_some_and(|number| number.unsigned_abs() <= 1 << 53) {
            let converted = self.b.sint_to_float(int, Machine::F64);
            return self.b.cmp_float(float_cond(op), converted, float);
        }
        let order = self.b.call_runtime(Symbol::CompareIntFloat, &[int, float]).expect("the routine has a result");
        let zero = self.b.const_int(Machine::I32, 0);
        let two = self.b.const_int(Machine::I32, 2);
        let answer = self.b.cmp_int(int_cond(op, true), order, zero);
        let is_nan = self.b.cmp_int(IntCond::Eq, order, two);
        if op == CompareOp::Ne {
            return answer;
        }
        let is_number = self.b.not_bool(is_nan);
        self.b.and_bits(answer, is_number)
    }

    /// A signed with an unsigned 64-bit integer: a negative one is smaller than any.
    fn compare_signs(&mut self, op: CompareOp, signed: &Number, unsigned: &Number) -> Value {
        let int64 = self.to_index(&signed.repr, &signed.ty);
        let plain = self.b.cmp_int(int_cond(op, false), int64, unsigned.repr[0]);
        if signed.ty.kind() != Some(Kind::Signed) {
            return plain;
        }
        let zero = self.b.const_i64(0);
        let is_negative = self.b.cmp_int(IntCond::Slt, int64, zero);
        let answer = self.b.const_bool(matches!(op, CompareOp::Lt | CompareOp::Le | CompareOp::Ne));
        self.b.select(is_negative, answer, plain)
    }

    /// Lexicographic order; the first items that differ decide.
    pub(super) fn compare_tuples(
        &mut self,
        op: CompareOp,
        (a, left): (&Repr, &[Type]),
        (b, right): (&Repr, &[Type]),
    ) -> Result<Value, Reason> {
        let by_length = match op {
            CompareOp::Lt => left.len() < right.len(),
            CompareOp::Le => left.len() <= right.len(),
            CompareOp::Eq => left.len() == right.len(),
            CompareOp::Ne => left.len() != right.len(),
            CompareOp::Gt => left.len() > right.len(),
            CompareOp::Ge => left.len() >= right.len(),
        };
        let mut answer = self.b.const_bool(by_length);
        let count = left.len().min(right.len());
        for index in (0..count).rev() {
            let a = Number { repr: super::tuples::item(a, left, index), ty: left[index].clone() };
            let b = Number { repr: super::tuples::item(b, right, index), ty: right[index].clone() };
            let equal = self.compare_items(CompareOp::Eq, &a, &b)?;
            let own = self.compare_items(op, &a, &b)?;
            answer = self.b.select(equal, answer, own);
        }
        Ok(answer)
    }

    fn compare_items(&mut self, op: CompareOp, a: &Number, b: &Number) -> Result<Value, Reason> {
        match (&a.ty, &b.ty) {
            (Type::Tuple(left), Type::Tuple(right)) => self.compare_tuples(op, (&a.repr, left), (&b.repr, right)),
            (left, right) if left.is_string() && right.is_string() || *left == Type::Bytes && *right == Type::Bytes => {
                let (a, b) = (self.text(&a.repr, left), self.text(&b.repr, right));
                Ok(self.compare_texts(op, a, b))
            }
            (Type::Instance(_), Type::Instance(_)) => self.compare_instances(op, (&a.repr, &a.ty), (&b.repr, &b.ty)),
            (left, right) if is_plain_member(left) || is_plain_member(right) => {
                Ok(self.compare_members(op, (&a.repr, left), (&b.repr, right)))
            }
            (left, right) if [left, right].contains(&&Type::Object) => {
                let answer = self.compare_objects(op, (&a.repr, left), (&b.repr, right));
                answer.ok_or_else(|| Reason::Internal(format!("{left} and {right} are not compared")))
            }
            (left, right) if left.is_number() && right.is_number() => Ok(self.compare_numbers(op, a, b)?[0]),
            (left, right) => Ok(self.b.const_bool((left == right) == (op != CompareOp::Ne))),
        }
    }

    /// The value in an optional one, which may be read also where it is not there: headers are read wherever that is
    /// cheapest, also ahead of the branch that asked.
    fn inside(&mut self, repr: &Repr, inner: &Type) -> Repr {
        let mut value = Repr::from_slice(&repr[1..]);
        for position in super::header_positions(inner) {
            let absent = self.b.const_ptr(ABSENT.0.get() as usize);
            value[position] = self.b.select(repr[0], value[position], absent);
        }
        value
    }

    /// The value in an optional one that is known to be there.
    pub(super) fn not_none(&mut self, a: hir::Value, fact: &Fact) -> Repr {
        let repr = self.repr(a);
        match self.fact(a).ty.clone() {
            Type::Optional(inner) if *inner == fact.ty => self.inside(&repr, &inner),
            _ => repr,
        }
    }

    /// `a is b` of bools, containers and optional values; everything else is decided by types.
    pub(super) fn is(&mut self, a: hir::Value, b: hir::Value, is_negated: bool) -> Repr {
        for value in [a, b] {
            if matches!(self.fact(value).ty, Type::Optional(_)) {
                // With `None`: whether there is a value.
                let is_present = self.repr(value)[0];
                let answer = if is_negated { is_present } else { self.b.not_bool(is_present) };
                return Repr::from_slice(&[answer]);
            }
        }
        let (left, right) = (self.fact(a).ty.clone(), self.fact(b).ty.clone());
        let (own, other) = (self.repr(a), self.repr(b));
        let op = if is_negated { CompareOp::Ne } else { CompareOp::Eq };
        if let Some(answer) = self.compare_objects(op, (&own, &left), (&other, &right)) {
            return Repr::from_slice(&[answer]);
        }
        let cond = if is_negated { IntCond::Ne } else { IntCond::Eq };
        let (a, b) = (own[0], other[0]);
        Repr::from_slice(&[self.b.cmp_int(cond, a, b)])
    }

    /// `a in b` of a tuple or range.
    pub(super) fn contains(&mut self, a: hir::Value, b: hir::Value, is_negated: bool) -> Result<Repr, Reason> {
        let item = Number { repr: self.repr(a), ty: self.fact(a).ty.clone() };
        let container = self.repr(b);
        let found = match self.fact(b).ty.clone() {
            Type::Range(_) => self.range_contains(&item, &container)?,
            ty @ (Type::Dict(_) | Type::Set(_) | Type::Iterable(_)) => self.has_key(&ty, container[0], &item)?,
            Type::Tuple(types) => {
                let mut found = self.b.const_bool(false);
                for index in 0..types.len() {
                    let other =
                        Number { repr: super::tuples::item(&container, &types, index), ty: types[index].clone() };
                    let equal = self.compare_items(CompareOp::Eq, &item, &other)?;
                    found = self.b.or_bits(found, equal);
                }
                found
            }
            Type::Member(_) => {
                // All flags of the one are among those of the other.
                let common = self.b.and_bits(item.repr[0], container[0]);
                self.b.cmp_int(IntCond::Eq, common, item.repr[0])
            }
            ty if ty.is_text() => {
                let text = self.text(&container, &ty);
                self.text_contains(&item.repr, &item.ty, text)
            }
            other => return Err(Reason::Internal(format!("membership in {other}"))),
        };
        Ok(Repr::from_slice(&[if is_negated { self.b.not_bool(found) } else { found }]))
    }

    fn range_contains(&mut self, item: &Number, range: &Repr) -> Result<Value, Reason> {
        let number = self.to_index(&item.repr, &item.ty);
        let (start, stop, step) = (range[0], range[1], range[2]);
        let zero = self.b.const_i64(0);
        let is_up = self.b.cmp_int(IntCond::Sgt, step, zero);
        let mut sides = Vec::new();
        for (from_start, to_stop) in [(IntCond::Sge, IntCond::Slt), (IntCond::Sle, IntCond::Sgt)] {
            let after_start = self.b.cmp_int(from_start, number, start);
            let before_stop = self.b.cmp_int(to_stop, number, stop);
            sides.push(self.b.and_bits(after_start, before_stop));
        }
        let is_between = self.b.select(is_up, sides[0], sides[1]);
        // Unsigned: the way from one end to the other may exceed 63 bits.
        let (up, down) = (self.b.sub_int(number, start), self.b.sub_int(start, number));
        let distance = self.b.select(is_up, up, down);
        let negated = self.b.neg_int(step);
        let stride = self.b.select(is_up, step, negated);
        let remainder = self.b.rem_uint(distance, stride);
        let is_on_step = self.b.cmp_int(IntCond::Eq, remainder, zero);
        Ok(self.b.and_bits(is_between, is_on_step))
    }

    /// The truth value of a.
    pub(super) fn truth(&mut self, a: hir::Value) -> Result<Value, Reason> {
        let (fact, repr) = (self.fact(a).clone(), self.repr(a));
        self.truth_of(&repr, &fact)
    }

    /// The truth value of a value with this fact.
    pub fn truth_of(&mut self, repr: &Repr, fact: &Fact) -> Result<Value, Reason> {
        if let Some(truth) = crate::typing::constant_truth(fact) {
            return Ok(self.b.const_bool(truth));
        }
        match &fact.ty {
            Type::Array(array) => {
                let size = self.array_size(repr, array);
                let one = self.b.const_i64(1);
                let is_many = self.b.cmp_int(IntCond::Sgt, size, one);
                let message =
                    "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()";
                self.raise_if(is_many, &Failure::new("ValueError", message));
                let is_empty = self.b.cmp_int(IntCond::Slt, size, one);
                let message = "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an \
                               array is not empty.";
                self.raise_if(is_empty, &Failure::new("ValueError", message));
                let element = self.load_element(repr[1], array.dtype);
                Ok(self.is_nonzero(&Type::Scalar(array.dtype), &element))
            }
            Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_) => {
                let length = self.container_length(repr[0]);
                let zero = self.b.const_i64(0);
                Ok(self.b.cmp_int(IntCond::Ne, length, zero))
            }
            Type::Object => Ok(self.ask_truth(crate::runtime::objects::Operation::Truth, repr, &fact.ty, None)),
            Type::Optional(inner) => {
                let inside = self.inside(repr, inner);
                let truth = self.truth_of(&inside, &Fact::of((**inner).clone()))?;
                Ok(self.b.and_bits(repr[0], truth))
            }
            Type::Range(_) => {
                let length = self.range_length(repr);
                let zero = self.b.const_i64(0);
                Ok(self.b.cmp_int(IntCond::Ne, length, zero))
            }
            Type::Buffer(buffer) => {
                let length = self.buffer_length(repr[0], buffer);
                let zero = self.b.const_i64(0);
                Ok(self.b.cmp_int(IntCond::Ne, length, zero))
            }
            Type::String | Type::Bytes => {
                let length = self.text_length(repr[0]);
                let zero = self.b.const_i64(0);
                Ok(self.b.cmp_int(IntCond::Ne, length, zero))
            }
            Type::Member(_) => {
                let zero = self.b.const_i64(0);
                Ok(self.b.cmp_int(IntCond::Ne, repr[0], zero))
            }
            ty => Ok(self.is_nonzero(ty, repr)),
        }
    }
}

pub(super) fn swapped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
        CompareOp::Eq | CompareOp::Ne => op,
    }
}

fn int_cond(op: CompareOp, is_signed: bool) -> IntCond {
    match (op, is_signed) {
        (CompareOp::Eq, _) => IntCond::Eq,
        (CompareOp::Ne, _) => IntCond::Ne,
        (CompareOp::Lt, true) => IntCond::Slt,
        (CompareOp::Le, true) => IntCond::Sle,
        (CompareOp::Gt, true) => IntCond::Sgt,
        (CompareOp::Ge, true) => IntCond::Sge,
        (CompareOp::Lt, false) => IntCond::Ult,
        (CompareOp::Le, false) => IntCond::Ule,
        (CompareOp::Gt, false) => IntCond::Ugt,
        (CompareOp::Ge, false) => IntCond::Uge,
    }
}

fn float_cond(op: CompareOp) -> FloatCond {
    match op {
        CompareOp::Eq => FloatCond::Eq,
        CompareOp::Ne => FloatCond::Ne,
        CompareOp::Lt => FloatCond::Lt,
        CompareOp::Le => FloatCond::Le,
        CompareOp::Gt => FloatCond::Gt,
        CompareOp::Ge => FloatCond::Ge,
    }
}
