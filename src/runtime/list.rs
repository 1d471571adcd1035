//! Lists: a block whose header has length, capacity and a buffer of items.
//!
//! Items lie in the buffer as their machine values in order, each at its natural alignment (`lower/items.rs`); what
//! they are, `Contents` says as far as the routines here must know: their size and which slots hold headers. So every
//! routine works for every type of item, and nothing of it is compiled anew. Compiled code reads and writes items
//! itself; indexes and counts that arrive here are in range.
//!
//! Growth is by an eighth, as CPython's lists do it. A routine that finds no memory answers null or 1 and has changed
//! nothing.

use std::alloc::Layout;
use std::ptr::{copy, copy_nonoverlapping, null_mut, swap_nonoverlapping};

use super::deque;
use super::memory::{Contents, Header, allocate_contents, release, retain};
use super::pool;

const BUFFER_ALIGNMENT: usize = 16;

/// What a routine answers that can fail for want of memory.
pub const NO_MEMORY: i32 = 1;

/// What `assign` answers if an extended slice has another number of items.
pub const OTHER_COUNT: i32 = 2;

impl Header {
    /// Bytes of an item.
    pub fn item_size(&self) -> usize {
        self.contents.size()
    }

    /// The number of items.
    pub fn length(&self) -> usize {
        self.fields.length as usize
    }

    /// The address of the item at a position up to the length.
    pub fn item(&self, position: usize) -> *mut u8 {
        self.fields.data.wrapping_add(position * self.item_size())
    }
}

/// How a buffer for so many items lies; `None` if that is too large.
pub(super) fn buffer_layout(capacity: usize, size: usize) -> Option<Layout> {
    Layout::from_size_align(capacity.checked_mul(size)?, BUFFER_ALIGNMENT).ok()
}

/// A new list of `length` items that the caller sets, with one reference; null when there is no memory.
pub extern "C" fn new(contents: Contents, length: i64) -> *mut Header {
    with_length(contents, length as usize)
}

fn with_length(contents: Contents, length: usize) -> *mut Header {
    let Some(layout) = buffer_layout(length, contents.size()) else { return null_mut() };
    let list = if deque::is_deque(contents) { deque::allocate(contents) } else { allocate_contents(contents, 0) };
    // SAFETY: fresh and not shared; a layout of no bytes is not allocated.
    let Some(block) = (unsafe { list.as_mut() }) else { return null_mut() };
    if layout.size() > 0 {
        // SAFETY: the layout is not empty.
        let buffer = unsafe { pool::take(layout) };
        if buffer.is_null() {
            // SAFETY: the one reference is ours, and there are no items.
            unsafe { release(list) };
            return null_mut();
        }
        block.fields.data = buffer;
    }
    block.fields.capacity = length as i64;
    block.fields.length = length as i64;
    list
}

/// Frees the items' references and the buffer of a dead list.
///
/// # Safety
/// Nothing uses the list any more but its header.
pub(super) unsafe fn drop_contents(list: *mut Header, drop_reference: &mut dyn FnMut(*mut Header)) {
    // SAFETY: the caller's promise; each header in an item is a reference of the list.
    unsafe {
        for_each_header(list, drop_reference);
        free_buffer(&mut *list);
    }
}

/// Calls `visit` on each header in the items.
///
/// # Safety
/// `list` leads to a list.
pub(super) unsafe fn for_each_header(list: *mut Header, visit: &mut dyn FnMut(*mut Header)) {
    // SAFETY: the caller's promise; items before the length are set.
    unsafe {
        let list = &*list;
        if list.contents.mask() != 0 {
            for position in 0..list.length() {
                list.contents.for_each_header(list.item(position), &mut *visit);
            }
        }
    }
}

unsafe fn free_buffer(list: &mut Header) {
    if deque::is_deque(list.contents) {
        // SAFETY: it is the header of a deque.
        return unsafe { deque::free_buffer(list) };
    }
    if let Some(layout) = buffer_layout(list.fields.capacity as usize, list.item_size())
        && layout.size() > 0
    {
        // SAFETY: the buffer was allocated with this layout.
        unsafe { pool::give_back(list.fields.data, layout) };
    }
}

/// Makes room for `count` items in all.
///
/// # Safety
/// `list` leads to a list that no other thread uses; so for all that follow.
pub unsafe extern "C" fn reserve(list: *mut Header, count: i64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { if count <= (*list).fields.capacity { 0 } else { enlarge(&mut *list, count) } }
}

/// Out of line, so that callers need no registers for it where there is room.
#[cold]
#[inline(never)]
unsafe fn enlarge(list: &mut Header, count: i64) -> i32 {
    if deque::is_deque(list.contents) {
        // SAFETY: it is the header of a deque.
        return unsafe { deque::reserve(list, count) };
    }
    let (size, count) = (list.item_size(), count as usize);
    let grown = (count + (count >> 3) + 6) & !3;
    let (Some(old), Some(new)) = (buffer_layout(list.fields.capacity as usize, size), buffer_layout(grown, size))
    else {
        return NO_MEMORY;
    };
    if new.size() > 0 {
        // SAFETY: the buffer was allocated with the old layout, or not at all if that is empty.
        let buffer =
            unsafe { if old.size() == 0 { pool::take(new) } else { pool::resize(list.fields.data, old, new) } };
        if buffer.is_null() {
            return NO_MEMORY;
        }
        list.fields.data = buffer;
    }
    list.fields.capacity = grown as i64;
    0
}

/// Room for one item more: what `append` calls when there is none.
///
/// # Safety
/// As for `reserve`.
pub unsafe extern "C" fn grow(list: *mut Header) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { reserve(list, (*list).fields.length + 1) }
}

unsafe fn retain_items(list: &Header, start: usize, count: usize) {
    if list.contents.mask() != 0 {
        for position in start..start + count {
            // SAFETY: the items are there.
            unsafe { list.contents.for_each_header(list.item(position), |header| retain(header)) };
        }
    }
}

unsafe fn release_items(list: &Header, start: usize, count: usize) {
    if list.contents.mask() != 0 {
        for position in start..start + count {
            // SAFETY: the items are there, and the list owns their references.
            unsafe { list.contents.for_each_header(list.item(position), |header| release(header)) };
        }
    }
}

/// Copies items to where others do not lie, few of them word by word: what was just written as a word can be read at
/// once as a word, while a vector over it waits until it has reached the cache.
#[inline]
unsafe fn copy_items(size: usize, count: usize, from: *const u8, to: *mut u8) {
    const FEW: usize = 16;
    const WORD: usize = size_of::<u64>();
    let words = count * size / WORD;
    if !size.is_multiple_of(WORD) || words > FEW {
        // SAFETY: the caller's promise.
        return unsafe { copy_nonoverlapping(from, to, count * size) };
    }
    for word in 0..words {
        // SAFETY: the caller's promise; items of whole words are aligned for them. No optimizer makes a vector of
        // volatile reads.
        unsafe { to.cast::<u64>().add(word).write(from.cast::<u64>().add(word).read_volatile()) };
    }
}

/// Opens a gap of `count` items at a position of a deque, which the caller sets.
///
/// # Safety
/// As for `reserve`.
pub unsafe extern "C" fn open_gap(list: *mut Header, position: i64, count: i64) -> i32 {
    // SAFETY: the caller's promise; there is room after `reserve`.
    unsafe {
        if position == 0 && deque::is_deque((*list).contents) {
            (*list).fields.is_changed = 1;
            return deque::open_front(list, count as usize);
        }
        if reserve(list, (*list).fields.length + count) != 0 {
            return NO_MEMORY;
        }
        let list = &mut *list;
        let (position, count) = (position as usize, count as usize);
        let tail = (list.length() - position) * list.item_size();
        copy(list.item(position), list.item(position + count), tail);
        list.fields.length += count as i64;
        list.fields.is_changed = 1;
        0
    }
}

/// Closes the gap that items leave whose references are gone.
unsafe fn close_gap(list: &mut Header, position: usize, count: usize) {
    list.fields.is_changed = 1;
    if position == 0 && deque::is_deque(list.contents) {
        // SAFETY: it is the header of a deque.
        return unsafe { deque::close_front(list, count) };
    }
    let tail = (list.length() - position - count) * list.item_size();
    // SAFETY: the items are in range.
    unsafe { copy(list.item(position + count), list.item(position), tail) };
    list.fields.length -= count as i64;
}

/// Takes out an item whose references the caller has taken over.
///
/// # Safety
/// As for `reserve`; the position is in range.
pub unsafe extern "C" fn take_out(list: *mut Header, position: i64) {
    // SAFETY: the caller's promise.
    unsafe { close_gap(&mut *list, position as usize, 1) };
}

/// `del list[start:start + count]`
unsafe fn delete(list: *mut Header, start: i64, count: i64) {
    // SAFETY: the caller's promise.
    unsafe {
        let list = &mut *list;
        release_items(list, start as usize, count as usize);
        close_gap(list, start as usize, count as usize);
    }
}

/// `del list[start::step]` of `count` items.
///
/// # Safety
/// As for `reserve`; the items are in range.
pub unsafe extern "C" fn delete_stepped(list: *mut Header, start: i64, count: i64, step: i64) {
    // SAFETY: the caller's promise.
    unsafe {
        if count == 0 {
            return;
        }
        if step == 1 {
            return delete(list, start, count);
        }
        let (first, step) = if step < 0 { (start + (count - 1) * step, -step) } else { (start, step) };
        let list = &mut *list;
        let (first, step, count) = (first as usize, step as usize, count as usize);
        let mut target = first;
        let mut next_deleted = first;
        let mut left = count;
        for position in first..list.length() {
            if left > 0 && position == next_deleted {
                release_items(list, position, 1);
                next_deleted += step;
                left -= 1;
            } else {
                copy_nonoverlapping(list.item(position), list.item(target), list.item_size());
                target += 1;
            }
        }
        list.fields.length = target as i64;
        list.fields.is_changed = 1;
    }
}

/// `list[start::step]` of `count` items; null when there is no memory.
///
/// # Safety
/// As for `reserve`; the items are in range.
pub unsafe extern "C" fn slice(list: *const Header, start: i64, count: i64, step: i64) -> *mut Header {
    // SAFETY: the caller's promise; the new list has room for `count` items.
    unsafe {
        let source = &*list;
        let made = new(source.contents, count);
        let Some(target) = made.as_mut() else { return made };
        if step == 1 {
            copy_nonoverlapping(source.item(start as usize), target.item(0), count as usize * source.item_size());
        } else if step == -1 && count > 0 {
            let first = source.item((start - (count - 1)) as usize);
            copy_nonoverlapping(first, target.item(0), count as usize * source.item_size());
            reverse_items(target);
        } else if source.item_size() == size_of::<u64>() {
            let (from, to) = (source.fields.data.cast::<u64>(), target.fields.data.cast::<u64>());
            for index in 0..count {
                *to.add(index as usize) = *from.add((start + index * step) as usize);
            }
        } else {
            for index in 0..count {
                let from = source.item((start + index * step) as usize);
                copy_nonoverlapping(from, target.item(index as usize), source.item_size());
            }
        }
        retain_items(target, 0, count as usize);
        made
    }
}

/// `a + b`; null when there is no memory.
///
/// # Safety
/// As for `reserve`; both hold items of one type.
pub unsafe extern "C" fn concat(a: *const Header, b: *const Header) -> *mut Header {
    // SAFETY: the caller's promise; the new list has room for both.
    unsafe {
        let (a, b) = (&*a, &*b);
        let made = with_length(a.contents, a.length() + b.length());
        let Some(target) = made.as_mut() else { return made };
        copy_nonoverlapping(a.fields.data, target.item(0), a.length() * a.item_size());
        copy_nonoverlapping(b.fields.data, target.item(a.length()), b.length() * b.item_size());
        retain_items(target, 0, target.length());
        made
    }
}

/// `list * times`; null when there is no memory.
///
/// # Safety
/// As for `reserve`.
pub unsafe extern "C" fn repeat(list: *const Header, times: i64) -> *mut Header {
    // SAFETY: the caller's promise; the new list has room.
    unsafe {
        let source = &*list;
        let Some(length) = source.length().checked_mul(times.max(0) as usize) else { return null_mut() };
        let made = with_length(source.contents, length);
        if let Some(target) = made.as_mut() {
            fill_repeating(target, source.fields.data, source.length(), 0);
            retain_items(target, 0, length);
        }
        made
    }
}

/// Fills from a position on with the `count` items at `source` again and again.
unsafe fn fill_repeating(target: &mut Header, source: *const u8, count: usize, start: usize) {
    let size = target.item_size();
    let total = target.length() - start;
    if total == 0 {
        return;
    }
    // SAFETY: a repetition is as long as the target says; what is written doubles from the first copy.
    unsafe {
        if source != target.item(start).cast_const() {
            copy_nonoverlapping(source, target.item(start), count * size);
        }
        let mut done = count;
        while done < total {
            let part = done.min(total - done);
            copy_nonoverlapping(target.item(start), target.item(start + done), part * size);
            done += part;
        }
    }
}

/// `list *= times`
///
/// # Safety
/// As for `reserve`.
pub unsafe extern "C" fn repeat_in_place(list: *mut Header, times: i64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*list).length();
        if times <= 0 {
            delete(list, 0, count as i64);
            return 0;
        }
        let Some(length) = count.checked_mul(times as usize).and_then(|length| i64::try_from(length).ok()) else {
            return NO_MEMORY;
        };
        if reserve(list, length) != 0 {
            return NO_MEMORY;
        }
        let list = &mut *list;
        list.fields.length = length;
        list.fields.is_changed = 1;
        let first = list.item(0);
        if count > 0 {
            fill_repeating(list, first, count, 0);
        }
        retain_items(list, count, length as usize - count);
        0
    }
}

/// `list.extend(other)`; they may be one list.
///
/// # Safety
/// As for `reserve`; both hold items of one type.
pub unsafe extern "C" fn extend(list: *mut Header, other: *const Header) -> i32 {
    // SAFETY: the caller's promise; `other` is read after the buffer has moved, if it is the same.
    unsafe {
        let (length, count) = ((*list).length(), (*other).length());
        if reserve(list, (length + count) as i64) != 0 {
            return NO_MEMORY;
        }
        let source = (*other).fields.data;
        let list = &mut *list;
        copy_items(list.item_size(), count, source, list.item(length));
        list.fields.length += count as i64;
        list.fields.is_changed = 1;
        retain_items(list, length, count);
        0
    }
}

/// Assigns to `count` items from `start` on in steps; 2 if another number of items is assigned to an extended slice.
///
/// # Safety
/// As for `reserve`; both hold items of one type, the items are in range.
pub unsafe extern "C" fn assign(list: *mut Header, start: i64, count: i64, step: i64, other: *const Header) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        match step {
            1 => assign_slice(list, start, count, other),
            _ if (*other).fields.length != count => OTHER_COUNT,
            _ => assign_stepped(list, start, step, other),
        }
    }
}

/// `list[start:start + count] = other`; they may be one list.
unsafe fn assign_slice(list: *mut Header, start: i64, count: i64, other: *const Header) -> i32 {
    // SAFETY: the caller's promise; a list assigned to itself is copied first.
    unsafe {
        if std::ptr::eq(list, other) {
            let copied = slice(other, 0, (*other).fields.length, 1);
            if copied.is_null() {
                return NO_MEMORY;
            }
            let status = assign_slice(list, start, count, copied);
            release(copied);
            return status;
        }
        let more = (*other).fields.length - count;
        if more > 0 && reserve(list, (*list).fields.length + more) != 0 {
            return NO_MEMORY;
        }
        let (list, other) = (&mut *list, &*other);
        let (start, count, own) = (start as usize, count as usize, other.length());
        retain_items(other, 0, own);
        release_items(list, start, count);
        let tail = (list.length() - start - count) * list.item_size();
        copy(list.item(start + count), list.item(start + own), tail);
        copy_nonoverlapping(other.fields.data, list.item(start), own * list.item_size());
        list.fields.length += more;
        list.fields.is_changed = 1;
        0
    }
}

/// `list[start::step] = other` of as many items as other has; they may be one list.
unsafe fn assign_stepped(list: *mut Header, start: i64, step: i64, other: *const Header) -> i32 {
    // SAFETY: the caller's promise; a list assigned to itself is copied first.
    unsafe {
        let copied = slice(other, 0, (*other).fields.length, 1);
        let Some(source) = copied.as_ref() else { return NO_MEMORY };
        let list = &mut *list;
        for index in 0..source.length() {
            let position = (start + index as i64 * step) as usize;
            // The references of the copy and of what was there change places.
            swap_nonoverlapping(source.item(index), list.item(position), list.item_size());
        }
        list.fields.is_changed = 1;
        release(copied);
        0
    }
}

/// `list.reverse()`
///
/// # Safety
/// As for `reserve`.
pub unsafe extern "C" fn reverse(list: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe {
        (*list).fields.is_changed = 1;
        reverse_items(&mut *list);
    }
}

/// Puts the last item first: by vectors where items are numbers.
unsafe fn reverse_items(list: &mut Header) {
    let length = list.length();
    if length < 2 {
        return;
    }
    macro_rules! reverse_as {
        ($ty:ty) => {
            // SAFETY: the buffer holds that many items of this size, and is aligned for them.
            unsafe { std::slice::from_raw_parts_mut(list.fields.data.cast::<$ty>(), length).reverse() }
        };
    }
    match list.item_size() {
        1 => reverse_as!(u8),
        2 => reverse_as!(u16),
        4 => reverse_as!(u32),
        8 => reverse_as!(u64),
        16 => reverse_as!([u64; 2]),
        size => {
            for index in 0..length / 2 {
                // SAFETY: the items are in range, and the two halves do not overlap.
                unsafe { swap_nonoverlapping(list.item(index), list.item(length - 1 - index), size) };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::memory::{BlockKind, live_blocks};
    use super::*;

    fn numbers(values: &[i64]) -> *mut Header {
        let contents = Contents::new(BlockKind::List, 8, &[]).expect("it can be described");
        let list = new(contents, values.len() as i64);
        // SAFETY: the list has room for the values.
        unsafe { copy_nonoverlapping(values.as_ptr(), (*list).fields.data.cast(), values.len()) };
        list
    }

    fn read(list: *const Header) -> Vec<i64> {
        // SAFETY: the list holds numbers.
        unsafe { (0..(*list).length()).map(|position| (*list).item(position).cast::<i64>().read()).collect() }
    }

    #[test]
    fn lists_change_as_pythons_do() {
        let list = numbers(&[0, 1, 2, 3, 4, 5, 6]);
        let other = numbers(&[7, 8]);
        // SAFETY: the lists are ours and the indexes in range.
        unsafe {
            assert_eq!(assign_slice(list, 1, 3, other), 0);
            assert_eq!(read(list), [0, 7, 8, 4, 5, 6]);
            assert_eq!(assign_slice(list, 2, 1, list), 0);
            assert_eq!(read(list), [0, 7, 0, 7, 8, 4, 5, 6, 4, 5, 6]);
            delete_stepped(list, 10, 4, -3);
            assert_eq!(read(list), [0, 0, 7, 4, 5, 4, 5]);
            assert_eq!(assign_stepped(list, 5, -4, other), 0);
            assert_eq!(read(list), [0, 8, 7, 4, 5, 7, 5]);
            reverse(list);
            assert_eq!(read(list), [5, 7, 5, 4, 7, 8, 0]);
            assert_eq!(repeat_in_place(other, 3), 0);
            assert_eq!(read(other), [7, 8, 7, 8, 7, 8]);
            assert_eq!(extend(other, other), 0);
            assert_eq!(read(other).len(), 12);
            release(list);
            release(other);
        }
    }

    #[test]
    fn nested_lists_own_their_items() {
        let before = live_blocks();
        let contents = Contents::new(BlockKind::List, 8, &[0]).expect("it can be described");
        let outer = new(contents, 2);
        // SAFETY: the lists are ours and the indexes in range; items take over their reference.
        unsafe {
            for position in 0..2 {
                (*outer).item(position).cast::<*mut Header>().write(numbers(&[position as i64]));
            }
            let twice = repeat(outer, 2);
            let reversed = slice(twice, 3, 4, -1);
            release(outer);
            delete(twice, 0, 3);
            assert_eq!(read((*reversed).item(1).cast::<*const Header>().read()), [0]);
            release(reversed);
            release(twice);
        }
        // Other tests make and free blocks meanwhile; what is leaked here would stay.
        assert!(live_blocks() < before + 1000);
    }
}
