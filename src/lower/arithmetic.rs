//! Operators on numbers: operands are converted as the plan says, then computed by kind.

use super::function::Lowering;
use super::repr::Repr;
use crate::hir::{self, BinaryOp, Inst, UnaryOp};
use crate::lir::{FloatCond, IntCond, Value};
use crate::refusal::Reason;
use crate::typing::{Fact, Kind, ScalarOp, Type, promote};

/// A number with its type.
#[derive(Clone, Debug)]
pub struct Number {
    /// Its machine values.
    pub repr: Repr,
    /// Its type.
    pub ty: Type,
}

impl Lowering<'_> {
    pub(super) fn binary(
        &mut self,
        inst: Inst,
        op: BinaryOp,
        is_inplace: bool,
        a: hir::Value,
        b: hir::Value,
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        if op == BinaryOp::MatMul {
            return self.call_target(inst, fact);
        }
        if self.typed.calls.contains_key(&inst) && !fact.ty.is_container() {
            return self.call_target(inst, fact);
        }
        if let Type::Member(_) = fact.ty {
            return self.combine_flags(inst, op, (a, b), fact);
        }
        if fact.ty.is_container() {
            return self.container_operator(inst, op, is_inplace, (a, b), fact);
        }
        if self.fact(a).ty.is_text() || self.fact(b).ty.is_text() {
            return self.text_binary(op, a, b, fact);
        }
        if let Type::Tuple(_) = fact.ty {
            return Ok(self.join_tuples(op, a, b));
        }
        if is_inplace && matches!(self.fact(a).ty, Type::Array(_)) {
            return self.update_array(ScalarOp::Binary(op), a, b);
        }
        self.elementwise(ScalarOp::Binary(op), &[a, b], fact)
    }

    pub(super) fn unary(&mut self, inst: Inst, op: UnaryOp, a: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        if self.typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        if let Type::Member(_) = fact.ty {
            return self.invert_flag(inst, a, fact);
        }
        self.elementwise(ScalarOp::Unary(op), &[a], fact)
    }

    /// The operation on numbers.
    pub fn scalar_op(&mut self, op: ScalarOp, operands: &[Number]) -> Result<Repr, Reason> {
        let internal = || Reason::Internal(format!("{} has no plan", op.describe()));
        match op {
            ScalarOp::Binary(op) => {
                let (a, b) = (&operands[0], &operands[1]);
                let plan = promote::binary(op, &a.ty, &b.ty).ok_or_else(internal)?;
                if op == BinaryOp::Pow {
                    return self.power(a, b, &plan.operand);
                }
                let left = self.convert(&a.repr, &a.ty, &plan.operand);
                let right = self.convert(&b.repr, &b.ty, &plan.operand);
                self.binary_in(op, &plan.operand, &left, &right)
            }
            ScalarOp::Unary(op) => {
                let plan = promote::unary(op, &operands[0].ty).ok_or_else(internal)?;
                let repr = self.convert(&operands[0].repr, &operands[0].ty, &plan.operand);
                Ok(self.unary_in(op, &plan.operand, &repr))
            }
            ScalarOp::Compare(op) => self.compare_numbers(op, &operands[0], &operands[1]),
            ScalarOp::Ufunc(ufunc) => {
                let types: Vec<Type> = operands.iter().map(|operand| operand.ty.clone()).collect();
                let plan = (ufunc.plan)(&types).ok_or_else(internal)?;
                let reprs: Vec<Repr> = operands
                    .iter()
                    .zip(&plan.operands)
                    .map(|(operand, to)| self.convert(&operand.repr, &operand.ty, to))
                    .collect();
                (ufunc.emit)(self, ufunc, &plan, &reprs)
            }
        }
    }

    /// The operation on two numbers of one type.
    fn binary_in(&mut self, op: BinaryOp, ty: &Type, a: &Repr, b: &Repr) -> Result<Repr, Reason> {
        let dtype = ty.dtype().ok_or_else(|| Reason::Internal(format!("{ty} is not a number")))?;
        let is_python = !matches!(ty, Type::Scalar(_));
        Ok(match dtype.kind() {
            Kind::Bool => Repr::from_slice(&[self.bool_op(op, a[0], b[0])?]),
            Kind::Signed | Kind::Unsigned if op == BinaryOp::TrueDiv => {
                Repr::from_slice(&[self.divide_python_ints(a[0], b[0])])
            }
            Kind::Signed | Kind::Unsigned => Repr::from_slice(&[self.integer_op(op, dtype, is_python, a[0], b[0])?]),
            Kind::Float => Repr::from_slice(&[self.float_op(op, dtype, is_python, a[0], b[0])?]),
            Kind::Complex => self.complex_op(op, dtype, is_python, a, b)?,
            Kind::Other => return Err(Reason::Internal("records are no numbers".to_owned())),
        })
    }

    /// Bools: `&`, `|`, `^` of both kinds; NumPy's `+` is or, its `*` is and.
    fn bool_op(&mut self, op: BinaryOp, a: Value, b: Value) -> Result<Value, Reason> {
        match op {
            BinaryOp::Add | BinaryOp::Or => Ok(self.b.or_bits(a, b)),
            BinaryOp::Mul | BinaryOp::And => Ok(self.b.and_bits(a, b)),
            BinaryOp::Xor => Ok(self.b.xor_bits(a, b)),
            _ => Err(Reason::Internal(format!("bools have no operator {}", op.symbol()))),
        }
    }

    fn unary_in(&mut self, op: UnaryOp, ty: &Type, a: &Repr) -> Repr {
        match (op, ty.kind()) {
            (UnaryOp::Neg, Some(Kind::Float | Kind::Complex)) => a.iter().map(|&part| self.b.neg_float(part)).collect(),
            (UnaryOp::Neg, _) => Repr::from_slice(&[self.b.neg_int(a[0])]),
            (UnaryOp::Invert, Some(Kind::Bool)) => Repr::from_slice(&[self.b.not_bool(a[0])]),
            (UnaryOp::Invert, _) => {
                let ones = self.b.const_int(self.b.type_of(a[0]), -1);
                Repr::from_slice(&[self.b.xor_bits(a[0], ones)])
            }
            (UnaryOp::Pos | UnaryOp::Not, _) => a.clone(),
        }
    }

    /// `abs` of a number of this type: the result of a complex one is its modulus.
    pub fn absolute(&mut self, ty: &Type, a: &Repr) -> Repr {
        match ty.kind() {
            Some(Kind::Float) => Repr::from_slice(&[self.b.abs_float(a[0])]),
            Some(Kind::Complex) => Repr::from_slice(&[self.complex_modulus(a)]),
            Some(Kind::Signed) => {
                let zero = self.b.const_int(self.b.type_of(a[0]), 0);
                let is_negative = self.b.cmp_int(IntCond::Slt, a[0], zero);
                let negated = self.b.neg_int(a[0]);
                Repr::from_slice(&[self.b.select(is_negative, negated, a[0])])
            }
            _ => a.clone(),
        }
    }

    /// Whether the number is not zero; NaN is true.
    pub fn is_nonzero(&mut self, ty: &Type, a: &Repr) -> Value {
        match ty.kind() {
            Some(Kind::Bool) => a[0],
            Some(Kind::Float | Kind::Complex) => {
                let tests: Vec<Value> = a
                    .iter()
                    .map(|&part| {
                        let zero = self.b.const_float(self.b.type_of(part), 0.0);
                        self.b.cmp_float(FloatCond::Ne, part, zero)
                    })
                    .collect();
                tests.into_iter().reduce(|x, y| self.b.or_bits(x, y)).expect("a number has a part")
            }
            _ => {
                let zero = self.b.const_int(self.b.type_of(a[0]), 0);
                self.b.cmp_int(IntCond::Ne, a[0], zero)
            }
        }
    }

    /// `a ** b`.
    fn power(&mut self, a: &Number, b: &Number, ty: &Type) -> Result<Repr, Reason> {
        let dtype = ty.dtype().ok_or_else(|| Reason::Internal(format!("{ty} is not a number")))?;
        let is_python = !matches!(ty, Type::Scalar(_));
        let base = self.convert(&a.repr, &a.ty, ty);
        let exponent = self.convert(&b.repr, &b.ty, ty);
        Ok(match dtype.kind() {
            Kind::Float => Repr::from_slice(&[self.float_power(dtype, is_python, base[0], exponent[0])]),
            Kind::Complex => self.complex_power(dtype, is_python, &base, &exponent),
            _ => Repr::from_slice(&[self.integer_power(dtype, is_python, base[0], exponent[0])]),
        })
    }
}
