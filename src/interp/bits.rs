//! A value of any machine type as 64 bits: integers in two's complement with zeros above their width, `Bool` as 0
//! or 1, floats by their encoding, addresses as they are.

use crate::lir::Type;

/// The bits of a value; its type is known from where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Bits(pub u64);

impl Bits {
    /// The bits of `number` in type `ty`, those above its width cut off.
    pub fn from_int(ty: Type, number: i64) -> Bits {
        Bits(number as u64 & mask(ty))
    }

    /// An F64.
    pub fn from_f64(number: f64) -> Bits {
        Bits(number.to_bits())
    }

    /// An F32.
    pub fn from_f32(number: f32) -> Bits {
        Bits(u64::from(number.to_bits()))
    }

    /// An address.
    pub fn from_ptr<T>(ptr: *const T) -> Bits {
        Bits(ptr as u64)
    }

    /// As a signed integer of type `ty`.
    pub fn sint(self, ty: Type) -> i64 {
        let unused = 64 - ty.bits();
        if ty == Type::Bool { self.0 as i64 } else { (self.0 << unused) as i64 >> unused }
    }

    /// As an F64.
    pub fn f64(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// As an F32.
    pub fn f32(self) -> f32 {
        f32::from_bits(self.0 as u32)
    }

    /// As a truth value.
    pub fn truth(self) -> bool {
        self.0 & 1 != 0
    }
}

/// Ones in the bits that a type has.
pub(super) fn mask(ty: Type) -> u64 {
    u64::MAX >> (64 - ty.bits())
}
