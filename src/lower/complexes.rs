//! Operators on complex numbers: CPython's formulas for `complex`, NumPy's for its scalars and arrays.

use super::function::Lowering;
use super::repr::Repr;
use crate::hir::BinaryOp;
use crate::library::math_rules::{COMPLEX_DIVIDE_STATUS, COMPLEX_POWER_STATUS, StatusRule};
use crate::lir::{Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::DType;

impl Lowering<'_> {
    pub(super) fn complex_op(
        &mut self,
        op: BinaryOp,
        dtype: DType,
        is_python: bool,
        a: &Repr,
        b: &Repr,
    ) -> Result<Repr, Reason> {
        Ok(match op {
            BinaryOp::Add => Repr::from_slice(&[self.b.add_float(a[0], b[0]), self.b.add_float(a[1], b[1])]),
            BinaryOp::Sub => Repr::from_slice(&[self.b.sub_float(a[0], b[0]), self.b.sub_float(a[1], b[1])]),
            BinaryOp::Mul => self.complex_product(a, b),
            BinaryOp::TrueDiv if is_python => {
                let parts = [a[0], a[1], b[0], b[1]];
                self.call_complex(Symbol::ComplexDivide, &parts, Machine::F64, COMPLEX_DIVIDE_STATUS)
            }
            BinaryOp::TrueDiv => {
                let symbol = pick(dtype, Symbol::NumpyComplexDivide, Symbol::NumpyComplexDivideF32);
                self.call_complex(symbol, &[a[0], a[1], b[0], b[1]], dtype.machine(), &[])
            }
            _ => return Err(Reason::Internal(format!("complex numbers have no operator {}", op.symbol()))),
        })
    }

    fn complex_product(&mut self, a: &Repr, b: &Repr) -> Repr {
        let real = [self.b.mul_float(a[0], b[0]), self.b.mul_float(a[1], b[1])];
        let imaginary = [self.b.mul_float(a[0], b[1]), self.b.mul_float(a[1], b[0])];
        Repr::from_slice(&[self.b.sub_float(real[0], real[1]), self.b.add_float(imaginary[0], imaginary[1])])
    }

    pub(super) fn complex_power(&mut self, dtype: DType, is_python: bool, a: &Repr, b: &Repr) -> Repr {
        let parts = [a[0], a[1], b[0], b[1]];
        if is_python {
            return self.call_complex(Symbol::ComplexPower, &parts, Machine::F64, COMPLEX_POWER_STATUS);
        }
        let symbol = pick(dtype, Symbol::NumpyComplexPower, Symbol::NumpyComplexPowerF32);
        self.call_complex(symbol, &parts, dtype.machine(), &[])
    }

    /// Calls a routine that stores a complex result through its last parameter. A routine with a status raises as
    /// `rules` say.
    pub fn call_complex(&mut self, symbol: Symbol, parts: &[Value], ty: Machine, rules: &[StatusRule]) -> Repr {
        let slot = self.b.add_slot(16);
        let address = self.b.slot_address(slot);
        let mut args = parts.to_vec();
        args.push(address);
        if let Some(status) = self.b.call_runtime(symbol, &args) {
            self.raise_by_status(status, rules);
        }
        let real = self.b.load(ty, address, 0, Region::Frame);
        let imaginary = self.b.load(ty, address, ty.size() as i32, Region::Frame);
        Repr::from_slice(&[real, imaginary])
    }

    /// The modulus: libm's `hypot`, as CPython and NumPy have it.
    pub(super) fn complex_modulus(&mut self, a: &Repr) -> Value {
        let symbol = if self.b.type_of(a[0]) == Machine::F32 { Symbol::HypotF32 } else { Symbol::Hypot };
        self.call_float(symbol, &[a[0], a[1]])
    }
}

fn pick(dtype: DType, double: Symbol, single: Symbol) -> Symbol {
    if dtype == DType::Complex64 { single } else { double }
}
