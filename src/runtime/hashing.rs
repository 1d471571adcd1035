//! Python's hashes of numbers and tuples, and the keys of dicts and sets.
//!
//! A key is a row of 8-byte slots, one for each machine value, its low bytes first and zeros behind. `KeyShape` says
//! how many there are and how each is compared. A hash is CPython's: it decides the order in which sets are iterated
//! over, and `hash()` shows it. Compiled code makes it (`lower/hash.rs`), and so does whoever brings keys from Python.

use super::strings::Text;

/// The prime of CPython's hashes of numbers: 2^61 - 1.
const MODULUS: u64 = (1 << 61) - 1;

/// The hash of an infinity.
const INFINITY: i64 = 314_159;

/// How a slot of a key is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum KeyPart {
    /// As bits: integers and bools.
    Bits,
    /// As a float64: 0.0 equals -0.0, and a NaN is itself.
    Float64,
    /// As a float32 in the low half.
    Float32,
    /// As the header of a string or bytes.
    Text,
    /// Not at all: the header of an instance, whose fields stand behind.
    Skipped,
}

/// The slots of a key: their number in the low byte, then three bits for each.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyShape(pub u64);

impl KeyShape {
    /// The most slots of a key.
    pub const MOST_SLOTS: usize = 18;

    /// The shape of a key of these parts; `None` if there are too many.
    pub fn new(parts: &[KeyPart]) -> Option<KeyShape> {
        let bits = parts.iter().enumerate().fold(0, |bits, (index, &part)| bits | (part as u64) << (8 + 3 * index));
        (parts.len() <= KeyShape::MOST_SLOTS).then_some(KeyShape(bits | parts.len() as u64))
    }

    /// The number of slots.
    #[inline]
    pub fn len(self) -> usize {
        (self.0 & 0xff) as usize
    }

    /// True for the key of a type with one value, such as `None`.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// True if two keys are equal.
    ///
    /// # Safety
    /// Both lead to as many slots as the shape has.
    #[inline]
    pub unsafe fn is_equal(self, a: *const u64, b: *const u64) -> bool {
        let mut kinds = self.0 >> 8;
        for index in 0..self.len() {
            // SAFETY: the caller's promise.
            let (a, b) = unsafe { (*a.add(index), *b.add(index)) };
            // Equal bits are the same number: a NaN finds itself.
            if a != b && !is_equal_part(kinds & 7, a, b) {
                return false;
            }
            kinds >>= 3;
        }
        true
    }
}

fn is_equal_part(kind: u64, a: u64, b: u64) -> bool {
    match kind {
        1 => f64::from_bits(a) == f64::from_bits(b),
        2 => f32::from_bits(a as u32) == f32::from_bits(b as u32),
        // SAFETY: slots of this kind hold live strings.
        3 => unsafe { super::strings::calls::equals(a as *const Text, b as *const Text) },
        4 => true,
        _ => false,
    }
}

/// `hash` of an int: modulo 2^61 - 1 with the int's sign, and never -1.
#[inline]
pub extern "C" fn hash_int(number: i64) -> i64 {
    let distance = number.unsigned_abs();
    if distance < MODULUS {
        return never_minus_one(number);
    }
    let rest = (distance % MODULUS) as i64;
    never_minus_one(if number < 0 { -rest } else { rest })
}

/// `hash` of a `numpy.uint64`.
pub extern "C" fn hash_uint(number: u64) -> i64 {
    (number % MODULUS) as i64
}

/// `hash` of a float: that of the equal int if there is one. A NaN, whose hash is its address in CPython, has 0.
pub extern "C" fn hash_float(number: f64) -> i64 {
    if number.is_infinite() {
        return if number > 0.0 { INFINITY } else { -INFINITY };
    }
    if number.is_nan() || number == 0.0 {
        return 0;
    }
    // The fraction has 53 bits: fraction * 2^exponent, and 2^61 is 1 modulo the prime.
    let bits = number.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (fraction, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let turn = exponent.rem_euclid(61) as u32;
    let rotated = if turn == 0 { fraction } else { (fraction << turn & MODULUS) | fraction >> (61 - turn) };
    let rest = if rotated == MODULUS { 0 } else { rotated as i64 };
    never_minus_one(if number < 0.0 { -rest } else { rest })
}

/// `hash` of a complex number from those of its parts.
pub fn hash_complex(real: i64, imaginary: i64) -> i64 {
    never_minus_one(real.wrapping_add(imaginary.wrapping_mul(1_000_003)))
}

fn never_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// Where the hash of a tuple starts. The steps are those of xxHash, as in CPython.
pub const TUPLE_START: u64 = 2_870_177_450_012_600_261;
/// The factor of an item's hash.
pub const TUPLE_FACTOR: u64 = 14_029_467_366_897_019_727;
/// The factor after the rotation.
pub const TUPLE_STEP: u64 = 11_400_714_785_074_694_791;
/// What the length is mixed with at the end.
pub const TUPLE_END: u64 = TUPLE_START ^ 3_527_539;

/// `hash` of a tuple from those of its items.
pub fn hash_tuple(items: impl ExactSizeIterator<Item = i64>) -> i64 {
    let length = items.len() as u64;
    let sum = items.fold(TUPLE_START, |sum, item| {
        sum.wrapping_add((item as u64).wrapping_mul(TUPLE_FACTOR)).rotate_left(31).wrapping_mul(TUPLE_STEP)
    });
    let hash = sum.wrapping_add(length ^ TUPLE_END) as i64;
    if hash == -1 { 1_546_275_796 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_cpythons() {
        let ints =
            [(0, 0), (1, 1), (-1, -2), (-2, -2), (i64::MAX, 3), (i64::MIN, -4), ((1 << 61) - 1, 0), (1 << 61, 1)];
        for (number, hash) in ints {
            assert_eq!(hash_int(number), hash, "hash({number})");
        }
        let floats = [
            (1.0, 1),
            (-1.0, -2),
            (0.5, 1_152_921_504_606_846_976),
            (-0.1, -230_584_300_921_369_408),
            (1e300, 1_224_995_262_755_759_164),
            (5e-324, 16_777_216),
            (f64::INFINITY, 314_159),
            (-0.0, 0),
        ];
        for (number, hash) in floats {
            assert_eq!(hash_float(number), hash, "hash({number})");
        }
        assert_eq!(hash_tuple([].into_iter()), 5_740_354_900_026_072_187);
        assert_eq!(hash_tuple([1, 2].into_iter()), -3_550_055_125_485_641_917);
    }
}
