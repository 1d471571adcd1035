//! The generator of Python's `random`: the Mersenne Twister MT19937 of Matsumoto and Nishimura (ACM TOMACS 8, 1998), in
//! the state of a `random.Random` object itself, so that compiled code and plain Python draw from one stream.
//!
//! CPython keeps the index and the 624 words behind the head of the object (`Modules/_randommodule.c`, the same since
//! 2.3); Python's side has compared them with `getstate()` before it lets compiled code have one. Threads that draw from
//! one generator without the GIL may get the same numbers, as the object has no lock.

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// A `random.Random` object.
#[repr(C)]
#[derive(Debug)]
pub struct Generator {
    head: [usize; 2],
    index: i32,
    words: [u32; WORDS],
}

static DEFAULT: AtomicUsize = AtomicUsize::new(0);

/// States the generator of the functions of the module `random`; it lives as long as the process.
pub fn set_default(generator: *mut c_void) {
    DEFAULT.store(generator as usize, Relaxed);
}

/// Its address; 0 where there is none.
pub fn default_generator() -> usize {
    DEFAULT.load(Relaxed)
}

impl Generator {
    /// The index and the words, as `getstate()` has them.
    pub fn state(&self) -> (i32, &[u32]) {
        (self.index, &self.words)
    }

    fn refill(&mut self) {
        for place in 0..WORDS {
            let mixed = self.words[place] & 0x8000_0000 | self.words[(place + 1) % WORDS] & 0x7fff_ffff;
            let twisted = mixed >> 1 ^ if mixed & 1 == 0 { 0 } else { 0x9908_b0df };
            self.words[place] = self.words[(place + MIDDLE) % WORDS] ^ twisted;
        }
        self.index = 0;
    }

    fn next_word(&mut self) -> u32 {
        let index = match usize::try_from(self.index) {
            Ok(index) if index < WORDS => index,
            _ => {
                self.refill();
                0
            }
        };
        self.index = index as i32 + 1;
        let mut word = self.words[index];
        word ^= word >> 11;
        word ^= word << 7 & 0x9d2c_5680;
        word ^= word << 15 & 0xefc6_0000;
        word ^ word >> 18
    }

    fn next_float(&mut self) -> f64 {
        let (high, low) = (self.next_word() >> 5, self.next_word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    fn next_bits(&mut self, count: u32) -> u64 {
        match count {
            0 => 0,
            1..=32 => u64::from(self.next_word() >> (32 - count)),
            _ => {
                let low = u64::from(self.next_word());
                low | u64::from(self.next_word() >> (64 - count)) << 32
            }
        }
    }
}

/// `random()`: a float in [0, 1).
///
/// # Safety
/// A live generator is there that no other thread uses.
pub unsafe extern "C" fn float(generator: *mut Generator) -> f64 {
    // SAFETY: the caller's promise.
    unsafe { (*generator).next_float() }
}

/// `getrandbits(count)` of 0 to 63 bits.
///
/// # Safety
/// As for `float`.
pub unsafe extern "C" fn bits(generator: *mut Generator, count: i64) -> i64 {
    // SAFETY: the caller's promise.
    unsafe { (*generator).next_bits(count.clamp(0, 63) as u32) as i64 }
}

#[cfg(test)]
mod tests {
    use super::{Generator, WORDS};

    /// `init_genrand` of the paper's authors.
    fn seeded(seed: u32) -> Generator {
        let mut words = [seed; WORDS];
        for place in 1..WORDS {
            let before = words[place - 1];
            words[place] = 1_812_433_253u32.wrapping_mul(before ^ before >> 30).wrapping_add(place as u32);
        }
        Generator { head: [0; 2], index: WORDS as i32, words }
    }

    #[test]
    fn it_gives_the_numbers_of_its_authors() {
        let mut generator = seeded(5489);
        assert_eq!(generator.next_word(), 3_499_211_612);
        assert_eq!((1..10_000).map(|_| generator.next_word()).last(), Some(4_123_659_995));
        assert_eq!(seeded(5489).next_bits(40) & 0xffff_ffff, 3_499_211_612);
    }
}
