//! Hashes of keys in slots, as `lower/hash.rs` makes them in compiled code.

use upshift_core::lir;
use upshift_core::lower::instances::field_layout;
use upshift_core::lower::machine_types;
use upshift_core::runtime::hashing::{hash_complex, hash_float, hash_int, hash_tuple, hash_uint};
use upshift_core::runtime::memory::HEADER_SIZE;
use upshift_core::runtime::strings::{Text, calls};
use upshift_core::typing::{DType, InstanceType, Kind, Type};

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
    if let Type::Instance(instance) = ty {
        // SAFETY: the slot of an instance holds its live header.
        let fields = unsafe { compared_values(instance, slots[0]) };
        return hash_tuple(fields.iter().map(|(field, slots)| hash(field, slots)));
    }
    if ty.is_text() {
        // SAFETY: the slot of a string holds its live header.
        return unsafe { calls::hash(slots[0] as *mut Text) };
    }
    if let Some(class) = ty.as_member().filter(|class| !class.is_by_value()) {
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

/// The fields that an instance is compared by, with their slots.
///
/// # Safety
/// The slot holds the header of a live block of this type.
unsafe fn compared_values(instance: &InstanceType, slot: u64) -> Vec<(Type, Vec<u64>)> {
    let value = |(position, field): (usize, &Type)| {
        let layout = field_layout(instance, position);
        let read = |&(part, offset): &(lir::Type, usize)| {
            // SAFETY: the caller's promise: fields stand behind the header, each in slots of its own.
            let word = unsafe { (slot as *const u8).add(HEADER_SIZE + offset).cast::<u64>().read() };
            if part.size() == 8 { word } else { word & (u64::MAX >> (64 - 8 * part.size())) }
        };
        (field.clone(), layout.parts.iter().map(read).collect())
    };
    instance.compared_fields().map(value).collect()
}

/// Writes the fields that instances in a key are compared by behind its slots, as `lower/dicts.rs` does; `end` is where
/// the slots end.
///
/// # Safety
/// The slots hold a key of this type, whose headers are live.
pub(super) unsafe fn push_key_fields(ty: &Type, key: &[u64], row: &mut [u64], end: &mut usize) {
    match ty {
        Type::Tuple(items) => {
            let mut start = 0;
            for item in items.iter() {
                let count = machine_types(item).len();
                // SAFETY: the caller's promise holds for each item.
                unsafe { push_key_fields(item, &key[start..start + count], row, end) };
                start += count;
            }
        }
        Type::Instance(instance) => {
            // SAFETY: the caller's promise; what is in a field is live with the instance.
            unsafe {
                for (field, slots) in compared_values(instance, key[0]) {
                    row[*end..*end + slots.len()].copy_from_slice(&slots);
                    *end += slots.len();
                    push_key_fields(&field, &slots, row, end);
                }
            }
        }
        _ => {}
    }
}

/// The bits that an element of an integer dtype has.
pub(super) fn mask(dtype: DType) -> u64 {
    u64::MAX >> (64 - 8 * dtype.size().min(8))
}
