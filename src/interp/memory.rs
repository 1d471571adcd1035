//! Loads and stores at real addresses, and the memory behind slots and constant bytes.

use std::sync::atomic::{AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::Acquire};

use super::bits::{Bits, mask};
use crate::lir::Type;

/// Bytes with the alignment of 16 that slots and constant bytes promise.
pub(super) struct AlignedBytes {
    words: Vec<u128>,
}

impl AlignedBytes {
    pub(super) fn zeroed(size: usize) -> Self {
        AlignedBytes { words: vec![0; size.div_ceil(16).max(1)] }
    }

    pub(super) fn copy_of(bytes: &[u8]) -> Self {
        let mut copy = AlignedBytes::zeroed(bytes.len());
        for (word, chunk) in copy.words.iter_mut().zip(bytes.chunks(16)) {
            let mut padded = [0; 16];
            padded[..chunk.len()].copy_from_slice(chunk);
            *word = u128::from_ne_bytes(padded);
        }
        copy
    }

    pub(super) fn address(&mut self) -> u64 {
        self.words.as_mut_ptr() as u64
    }
}

/// Fails where an access breaks what can be seen of the row's requirements: null and its page, alignment.
pub(super) fn check(address: u64, ty: Type) -> Result<(), &'static str> {
    if address < 4096 {
        return Err("requires accessible memory, not the null page");
    }
    if !address.is_multiple_of(u64::from(ty.size())) {
        return Err("requires natural alignment");
    }
    Ok(())
}

/// Reads a value.
///
/// # Safety
/// The address passed `check` and leads to readable memory, as the row requires and lowering made sure of.
pub(super) unsafe fn load(address: u64, ty: Type) -> Bits {
    // SAFETY: the caller's promise.
    let bits = unsafe {
        match ty.size() {
            1 => u64::from((address as *const u8).read()),
            2 => u64::from((address as *const u16).read()),
            4 => u64::from((address as *const u32).read()),
            _ => (address as *const u64).read(),
        }
    };
    Bits(bits & mask(ty))
}

/// Reads a value with acquire order.
///
/// # Safety
/// As for `load`.
pub(super) unsafe fn load_acquire(address: u64, ty: Type) -> Bits {
    // SAFETY: the caller's promise; atomics have the layout of their integers.
    let bits = unsafe {
        match ty.size() {
            1 => u64::from((*(address as *const AtomicU8)).load(Acquire)),
            2 => u64::from((*(address as *const AtomicU16)).load(Acquire)),
            4 => u64::from((*(address as *const AtomicU32)).load(Acquire)),
            _ => (*(address as *const AtomicU64)).load(Acquire),
        }
    };
    Bits(bits & mask(ty))
}

/// Writes a value.
///
/// # Safety
/// The address passed `check` and leads to writable memory.
pub(super) unsafe fn store(address: u64, ty: Type, value: Bits) {
    // SAFETY: the caller's promise.
    unsafe {
        match ty.size() {
            1 => (address as *mut u8).write(value.0 as u8),
            2 => (address as *mut u16).write(value.0 as u16),
            4 => (address as *mut u32).write(value.0 as u32),
            _ => (address as *mut u64).write(value.0),
        }
    }
}
