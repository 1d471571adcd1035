//! Division by constants as multiplication with the reciprocal.
//!
//! The numbers are those of H. S. Warren, "Hacker's Delight", second edition, chapter 10: `multiplier` =
//! (2^(width + shift) + excess) / divisor, where the excess is too small to reach the next integer. A negative dividend's
//! product is below its quotient, also where the division leaves nothing: rounded down it is 1 less than the quotient
//! towards zero.

/// Multiplier and shift of a signed division by a `divisor` that is no power of two.
pub fn signed_reciprocal(divisor: u64, width: u32) -> (u128, u32) {
    let (divisor, half) = (u128::from(divisor), 1_u128 << (width - 1));
    let largest = half - 1 - half % divisor;
    smallest(divisor, largest, width)
}

/// Multiplier and shift of an unsigned division by a `divisor` that is no power of two; the multiplier may have a bit
/// more than `width`.
pub fn unsigned_reciprocal(divisor: u64, width: u32) -> (u128, u32) {
    let divisor = u128::from(divisor);
    let most = (1_u128 << width) - 1;
    let largest = most - (most - (divisor - 1)) % divisor;
    smallest(divisor, largest, width)
}

/// The smallest shift with which dividends to `largest`, the last one before a multiple, are divided exactly. There is
/// one: the divisor's own length.
fn smallest(divisor: u128, largest: u128, width: u32) -> (u128, u32) {
    let mut shift = 0;
    loop {
        let power = 1_u128 << (width + shift);
        let excess = divisor - power % divisor;
        if power > largest * excess {
            return ((power + excess) / divisor, shift);
        }
        shift += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{signed_reciprocal, unsigned_reciprocal};

    const DIVISORS: [u64; 14] =
        [3, 5, 6, 7, 9, 10, 11, 100, 641, 1000, 1_000_000_007, 0x7fff_fffe, 0x7fff_ffff, (1 << 30) + 1];

    /// Dividends around multiples and at the ends.
    fn dividends(divisor: u64, most: u64) -> Vec<u64> {
        let multiples =
            [1, 2, 3, 1000, most / divisor / 2, most / divisor].map(|factor| factor.min(most / divisor) * divisor);
        let near = |number: u64| [number.saturating_sub(1), number, number.saturating_add(1).min(most)];
        multiples.into_iter().chain([0, most]).flat_map(near).collect()
    }

    #[test]
    fn products_with_the_reciprocal_are_quotients() {
        for width in [32, 64] {
            let most = u64::MAX >> (64 - width);
            for divisor in DIVISORS {
                let (multiplier, shift) = unsigned_reciprocal(divisor, width);
                assert!(multiplier >> (width + 1) == 0, "{divisor}");
                for dividend in dividends(divisor, most) {
                    let (low, high) = (multiplier & u128::from(u64::MAX), multiplier >> 64);
                    let product = ((low * u128::from(dividend)) >> 32) + ((high * u128::from(dividend)) << 32);
                    let quotient = (product >> (width + shift - 32)) as u64;
                    assert_eq!(quotient, dividend / divisor, "{dividend} / {divisor}, {width} bits");
                }
                let (multiplier, shift) = signed_reciprocal(divisor, width);
                assert!(multiplier >> width == 0, "{divisor}");
                for dividend in dividends(divisor, most >> 1) {
                    let quotient = (multiplier * u128::from(dividend)) >> (width + shift);
                    assert_eq!(quotient as u64, dividend / divisor, "{dividend} / {divisor}, {width} bits");
                    // Negative ones are rounded down, and get 1 by their sign.
                    let negative = (multiplier as i128 * -i128::from(dividend)) >> (width + shift);
                    let expected = -i128::from(dividend / divisor) - i128::from(dividend > 0);
                    assert_eq!(negative, expected, "-{dividend} / {divisor}, {width} bits");
                }
            }
        }
    }
}
