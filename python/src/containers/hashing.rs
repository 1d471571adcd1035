//! Hashes of keys in slots, as `lower/hash.rs` makes them in compiled code.

use upshift_core::lower::machine_types;
use upshift_core::runtime::hashing::{hash_complex, hash_float, hash_int, hash_tuple, hash_uint};
use upshift_core::runtime::strings::{Text, calls};
use upshift_core::typing::{DType, EnumBase, Kind, Type};

/// The hash of `None` in compiled code.
const NONE: i64 = 0xfca8_6420;

/// The hash of a key.
pub(super) fn hash(ty: &Type, slots: &[u64]) -> i64 {
    if let Type::Tuple(items) = ty {
        let mut start = 0;
        let hashes: Vec<i64> = items
            .iter()
            .map(|item| {
                let count = machine_types(item).len();
                start += count;
                hash(item, &slots[start - count..start])
            })
            .collect();
        return hash_tuple(hashes.into_iter());
    }
    if ty.is_text() {
        // SAFETY: the slot of a string holds its live header.
        return unsafe { calls::hash(slots[0] as *mut Text) };
    }
    if let Some(class) = ty.as_member().filter(|class| class.base == EnumBase::Plain) {
        let member = class.members.iter().find(|member| member.number == slots[0] as i64);
        return member.map_or(NONE, |member| member.hash);
    }
    let Some(dtype) = ty.dtype() else { return NONE };
    let float = |slot: u64| match dtype.real() {
        DType::Float32 => hash_float(f64::from(f32::from_bits(slot as u32))),
        _ => hash_float(f64::from_bits(slot)),
    };
    match dtype.kind() {
        Kind::Bool => (slots[0] & 1) as i64,
        Kind::Unsigned => hash_uint(slots[0] & mask(dtype)),
        Kind::Signed => {
            let unused = 64 - 8 * dtype.size();
            hash_int((slots[0] << unused) as i64 >> unused)
        }
        Kind::Float => float(slots[0]),
        Kind::Other => NONE,
        Kind::Complex => hash_complex(float(slots[0]), float(slots[1])),
    }
}

/// The bits that an element of an integer dtype has.
pub(super) fn mask(dtype: DType) -> u64 {
    u64::MAX >> (64 - 8 * dtype.size().min(8))
}
