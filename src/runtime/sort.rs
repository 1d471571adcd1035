//! Sorting lists of numbers and of tuples of numbers, stably, as CPython's `list.sort`.
//!
//! Numbers without NaN have a total order, in which every stable sort gives one result: the standard library's is used.
//! So have tuples of them, and what is sorted by them: pairs of a number that orders as the first part does and a position
//! are sorted, which no two are equal of. Where a part is NaN, a permutation is, with the comparisons that CPython makes
//! (`timsort.rs`): NaN ends where it does there.

use std::cmp::Ordering;

use super::list::NO_MEMORY;
use super::memory::Header;
use super::timsort;

/// How a part of an item is compared: the low byte of its description, whose rest is the part's offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is the machine type of the same name")]
pub enum SortPart {
    Bool,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float32,
    Float64,
}

/// A list that is sorted where the two bytes of each item's parts lead.
struct Order<'a> {
    items: *const u8,
    size: usize,
    parts: &'a [i64],
    is_reversed: bool,
}

impl Order<'_> {
    /// The order of the first parts that are not equal; `None` if they have none.
    fn compare(&self, a: u32, b: u32) -> Option<Ordering> {
        for &part in self.parts {
            let at = |index: u32| self.items.wrapping_add(index as usize * self.size + (part >> 8) as usize);
            // SAFETY: items have these parts, which are aligned.
            let order = unsafe { compare_part(part as u8, at(a), at(b)) };
            if order != Some(Ordering::Equal) {
                return order;
            }
        }
        Some(Ordering::Equal)
    }

    /// True if no part of an item is NaN.
    fn is_total(&self, count: usize) -> bool {
        let is_number = |part: i64, index: usize| {
            let at = self.items.wrapping_add(index * self.size + (part >> 8) as usize);
            // SAFETY: items have this part, which is aligned.
            unsafe { compare_part(part as u8, at, at).is_some() }
        };
        let is_float = |part: &&i64| [SortPart::Float32 as u8, SortPart::Float64 as u8].contains(&(**part as u8));
        self.parts.iter().filter(is_float).all(|&part| (0..count).all(|index| is_number(part, index)))
    }

    /// `sorted` of items without NaN.
    fn sorted_in_total_order(&self, count: usize) -> Vec<u32> {
        let Some((&first, rest)) = self.parts.split_first() else { return (0..count as u32).collect() };
        let flip = if self.is_reversed { u64::MAX } else { 0 };
        let rank = |index: u32| {
            let at = self.items.wrapping_add(index as usize * self.size + (first >> 8) as usize);
            // SAFETY: items have this part, which is aligned.
            unsafe { rank_part(first as u8, at) ^ flip }
        };
        let mut pairs: Vec<(u64, u32)> = (0..count as u32).map(|index| (rank(index), index)).collect();
        if rest.is_empty() {
            pairs.sort_unstable();
        } else {
            let others = Order { parts: rest, ..*self };
            let compare_others = |a: u32, b: u32| {
                let order = others.compare(a, b).unwrap_or(Ordering::Equal);
                if self.is_reversed { order.reverse() } else { order }
            };
            let compare = |a: &(u64, u32), b: &(u64, u32)| {
                a.0.cmp(&b.0).then_with(|| compare_others(a.1, b.1)).then(a.1.cmp(&b.1))
            };
            pairs.sort_unstable_by(compare);
        }
        pairs.into_iter().map(|pair| pair.1).collect()
    }

    /// The permutation that sorts the items: in reverse by sorting them from the last on, which keeps it stable.
    fn sorted(&self, count: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..count as u32).collect();
        if self.is_reversed {
            order.reverse();
        }
        timsort::sort(&mut order, |a, b| self.compare(a, b) == Some(Ordering::Less));
        if self.is_reversed {
            order.reverse();
        }
        order
    }
}

unsafe fn compare_part(kind: u8, a: *const u8, b: *const u8) -> Option<Ordering> {
    macro_rules! compare {
        ($ty:ty) => {
            // SAFETY: the caller's promise.
            unsafe { a.cast::<$ty>().read().partial_cmp(&b.cast::<$ty>().read()) }
        };
    }
    match kind {
        0 | 5 => compare!(u8),
        1 => compare!(i8),
        2 => compare!(i16),
        3 => compare!(i32),
        4 => compare!(i64),
        6 => compare!(u16),
        7 => compare!(u32),
        8 => compare!(u64),
        9 => compare!(f32),
        _ => compare!(f64),
    }
}

/// A number that orders as a part does that is not NaN; 0.0 and -0.0 have one.
unsafe fn rank_part(kind: u8, at: *const u8) -> u64 {
    const SIGN: u64 = 1 << 63;
    let float = |number: f64| {
        let bits = (number + 0.0).to_bits();
        if bits & SIGN == 0 { bits | SIGN } else { !bits }
    };
    macro_rules! read {
        ($ty:ty) => {
            // SAFETY: the caller's promise.
            unsafe { at.cast::<$ty>().read() }
        };
    }
    match kind {
        0 | 5 => u64::from(read!(u8)),
        1 => i64::from(read!(i8)) as u64 ^ SIGN,
        2 => i64::from(read!(i16)) as u64 ^ SIGN,
        3 => i64::from(read!(i32)) as u64 ^ SIGN,
        4 => read!(i64) as u64 ^ SIGN,
        6 => u64::from(read!(u16)),
        7 => u64::from(read!(u32)),
        8 => read!(u64),
        9 => float(f64::from(read!(f32))),
        _ => float(read!(f64)),
    }
}

/// Sorts a list by the parts of its items; 1 when there is no memory.
///
/// # Safety
/// `list` leads to a list that no other thread uses, `parts` to `count` descriptions of parts of its items.
pub unsafe extern "C" fn sort(list: *mut Header, parts: *const i64, count: i64, is_reversed: bool) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { sort_by(list, list, parts, count, is_reversed) }
}

/// Sorts a list by the items of another one of the same length.
///
/// # Safety
/// As for `sort`, of both lists; the parts are those of the items of `keys`.
pub unsafe extern "C" fn sort_by(
    list: *mut Header,
    keys: *const Header,
    parts: *const i64,
    count: i64,
    is_reversed: bool,
) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let parts = std::slice::from_raw_parts(parts, count as usize);
        if std::ptr::eq(list, keys) && sort_numbers(&mut *list, parts, is_reversed) {
            return 0;
        }
        let (items, size, length) = ((*keys).fields.data, (*keys).item_size(), (*keys).length());
        if length > u32::MAX as usize {
            return NO_MEMORY;
        }
        let by = Order { items, size, parts, is_reversed };
        let order = if by.is_total(length) { by.sorted_in_total_order(length) } else { by.sorted(length) };
        let list = &mut *list;
        let size = list.item_size();
        let old = std::slice::from_raw_parts(list.fields.data, length * size).to_vec();
        for (target, source) in order.into_iter().enumerate() {
            let source = &old[source as usize * size..][..size];
            std::ptr::copy_nonoverlapping(source.as_ptr(), list.item(target), size);
        }
        list.fields.is_changed = 1;
        0
    }
}

/// Sorts numbers of 64 bits if their order is total; false if it is not, or items are something else.
unsafe fn sort_numbers(list: &mut Header, parts: &[i64], is_reversed: bool) -> bool {
    let length = list.length();
    list.fields.is_changed = 1;
    // SAFETY: the items are such numbers; a list of none may have no buffer.
    unsafe {
        if length < 2 {
            return true;
        }
        if *parts == [SortPart::Int64 as i64] {
            let numbers = std::slice::from_raw_parts_mut(list.fields.data.cast::<i64>(), length);
            // Equal ints cannot be told apart.
            numbers.sort_unstable();
            if is_reversed {
                numbers.reverse();
            }
            return true;
        }
        if *parts != [SortPart::Float64 as i64] {
            return false;
        }
        let numbers = std::slice::from_raw_parts_mut(list.fields.data.cast::<f64>(), length);
        if numbers.iter().any(|number| number.is_nan()) {
            return false;
        }
        if !numbers.iter().any(|number| number.to_bits() == (-0.0f64).to_bits()) {
            // Equal numbers have equal bits: they cannot be told apart.
            numbers.sort_unstable_by(f64::total_cmp);
            if is_reversed {
                numbers.reverse();
            }
            return true;
        }
        let order = |a: &f64, b: &f64| a.partial_cmp(b).unwrap_or(Ordering::Equal);
        if is_reversed {
            numbers.sort_by(|a, b| order(b, a));
        } else {
            numbers.sort_by(order);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::list;
    use super::super::memory::{BlockKind, Contents, release};
    use super::*;

    #[test]
    fn pairs_are_sorted_stably() {
        let contents = Contents::new(BlockKind::List, 16, &[]).expect("it can be described");
        for count in [0usize, 1, 2, 63, 64, 65, 1000] {
            for is_reversed in [false, true] {
                let made = list::new(contents, count as i64);
                let mut model: Vec<(i64, f64)> =
                    (0..count).map(|index| ((index * 7919 % 13) as i64, (index * 31 % 7) as f64)).collect();
                let parts = [SortPart::Int64 as i64, SortPart::Float64 as i64 | 8 << 8];
                // SAFETY: the list has room for the pairs.
                unsafe {
                    std::ptr::copy_nonoverlapping(model.as_ptr().cast(), (*made).fields.data, count * 16);
                    assert_eq!(sort(made, parts.as_ptr(), 2, is_reversed), 0);
                    model.sort_by(|a, b| {
                        let order = a.partial_cmp(b).expect("there is no NaN");
                        if is_reversed { order.reverse() } else { order }
                    });
                    let sorted: Vec<(i64, f64)> =
                        (0..count).map(|index| (*made).item(index).cast::<(i64, f64)>().read()).collect();
                    assert_eq!(sorted, model);
                    release(made);
                }
            }
        }
    }
}
