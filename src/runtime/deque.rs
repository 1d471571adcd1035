//! Deques: lists that have room in front of their items, too.
//!
//! ```text
//! buffer: | front: room | items | room behind |        the header's `data` leads to the first item,
//!                                                      its `capacity` says how many there is room for from there on
//! ```
//!
//! So a deque is a list to all that reads it, and items lie without gaps; `list.rs` asks here where room is made or left.
//! Where one side is full and half of the buffer is free on the other, the items move over; otherwise the buffer grows
//! by half of the items. Either is paid for by the items that were put in meanwhile, so that both ends are O(1).

use std::alloc::Layout;
use std::mem::offset_of;
use std::ptr::{copy, copy_nonoverlapping};

use super::list::{NO_MEMORY, buffer_layout};
use super::memory::{BlockKind, Contents, Header, allocate_contents};
use super::pool;

/// A deque's block: a list's header, and what a list does not have.
#[repr(C)]
pub struct Deque {
    /// The header.
    pub header: Header,
    /// Items that there is room for in front.
    front: i64,
    /// `maxlen`; -1 if there is none.
    pub limit: i64,
    /// Changes that iterators over it do not survive.
    changes: i64,
}

/// Where `maxlen` stands, from the header.
pub const LIMIT_OFFSET: i32 = offset_of!(Deque, limit) as i32;
/// Where the number of changes stands, from the header.
pub const CHANGES_OFFSET: i32 = offset_of!(Deque, changes) as i32;

/// The side of the items where room is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Front,
    Back,
}

/// True for the contents of deques.
pub(super) fn is_deque(contents: Contents) -> bool {
    contents.kind() == BlockKind::Deque
}

/// A new empty deque without a limit; null when there is no memory.
pub(super) fn allocate(contents: Contents) -> *mut Header {
    let made = allocate_contents(contents, (size_of::<Deque>() - size_of::<Header>()) as i64);
    // SAFETY: fresh, and as large as a deque; all else is zero.
    if let Some(deque) = unsafe { made.cast::<Deque>().as_mut() } {
        deque.limit = -1;
    }
    made
}

/// A new empty deque with this limit; null when there is no memory.
pub extern "C" fn new(contents: Contents, limit: i64) -> *mut Header {
    let made = allocate(contents);
    // SAFETY: as in `allocate`.
    if let Some(deque) = unsafe { made.cast::<Deque>().as_mut() } {
        deque.limit = limit;
    }
    made
}

impl Deque {
    /// The deque of a header.
    ///
    /// # Safety
    /// It is that of a deque, which nobody else uses.
    unsafe fn of<'a>(header: *mut Header) -> &'a mut Deque {
        // SAFETY: the caller's promise.
        unsafe { &mut *header.cast::<Deque>() }
    }

    fn total(&self) -> usize {
        (self.front + self.header.fields.capacity) as usize
    }

    fn start(&self) -> *mut u8 {
        self.header.fields.data.wrapping_sub(self.front as usize * self.header.item_size())
    }

    /// States where the items begin in a buffer for so many.
    fn place(&mut self, start: *mut u8, front: usize, total: usize) {
        self.header.fields.data = start.wrapping_add(front * self.header.item_size());
        self.front = front as i64;
        self.header.fields.capacity = (total - front) as i64;
    }

    /// Makes room for `count` more items on a side.
    unsafe fn make_room(&mut self, side: Side, count: usize) -> i32 {
        let (length, size, total) = (self.header.length(), self.header.item_size(), self.total());
        let (front, back) = (self.front as usize, self.header.fields.capacity as usize - length);
        let (own, other) = if side == Side::Front { (front, back) } else { (back, front) };
        if own >= count {
            return 0;
        }
        if other >= total / 2 && own + other >= count {
            let front = if side == Side::Front { total - length } else { 0 };
            let (start, data) = (self.start(), self.header.fields.data);
            // SAFETY: the items lie in the buffer before and after.
            unsafe { copy(data, start.wrapping_add(front * size), length * size) };
            self.place(start, front, total);
            return 0;
        }
        let (own, other) = (count + length / 2 + 4, other.min(length / 2));
        let front = if side == Side::Front { own } else { other };
        let Some(layout) = buffer_layout(own + length + other, size) else { return NO_MEMORY };
        let mut start = self.header.fields.data;
        if layout.size() > 0 {
            // SAFETY: the layout is not empty.
            start = unsafe { pool::take(layout) };
            if start.is_null() {
                return NO_MEMORY;
            }
            // SAFETY: the new buffer has room for the items behind its front.
            unsafe { copy_nonoverlapping(self.header.fields.data, start.add(front * size), length * size) };
        }
        // SAFETY: the old buffer is used no more.
        unsafe { free_buffer(&raw mut self.header) };
        self.place(start, front, own + length + other);
        0
    }
}

/// Frees the buffer.
///
/// # Safety
/// The header is that of a deque that uses its buffer no more; so for all that follow.
pub(super) unsafe fn free_buffer(header: *mut Header) {
    // SAFETY: the caller's promise; the buffer was allocated with this layout.
    unsafe {
        let deque = Deque::of(header);
        let layout: Option<Layout> = buffer_layout(deque.total(), deque.header.item_size());
        if let Some(layout) = layout.filter(|layout| layout.size() > 0) {
            pool::give_back(deque.start(), layout);
        }
    }
}

/// Makes room for `count` items in all, behind those that are there; 1 when there is no memory.
///
/// # Safety
/// The header is that of a deque.
pub(super) unsafe fn reserve(header: *mut Header, count: i64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let deque = Deque::of(header);
        deque.make_room(Side::Back, (count as usize).saturating_sub(deque.header.length()))
    }
}

/// Opens a gap in front of the items; 1 when there is no memory.
///
/// # Safety
/// The header is that of a deque.
pub(super) unsafe fn open_front(header: *mut Header, count: usize) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let deque = Deque::of(header);
        if deque.make_room(Side::Front, count) != 0 {
            return NO_MEMORY;
        }
        let (start, front, total) = (deque.start(), deque.front as usize, deque.total());
        deque.place(start, front - count, total);
        deque.header.fields.length += count as i64;
        0
    }
}

/// Leaves the first items out, whose references are gone.
///
/// # Safety
/// The header is that of a deque that has so many.
pub(super) unsafe fn close_front(header: *mut Header, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let deque = Deque::of(header);
        let (start, front, total) = (deque.start(), deque.front as usize, deque.total());
        deque.place(start, front + count, total);
        deque.header.fields.length -= count as i64;
    }
}

/// Moves items one by one from the end to the front, or from the front to the end if there are fewer than none; 1 when
/// there is no memory.
///
/// # Safety
/// The header is that of a deque.
pub unsafe extern "C" fn rotate(header: *mut Header, steps: i64) -> i32 {
    // SAFETY: the caller's promise; there is room where an item goes to.
    unsafe {
        let deque = Deque::of(header);
        let (length, size) = (deque.header.fields.length, deque.header.item_size());
        if length <= 1 {
            return 0;
        }
        deque.changes += 1;
        deque.header.fields.is_changed = 1;
        let steps = steps.rem_euclid(length);
        let (side, count) = if steps > length / 2 { (Side::Back, length - steps) } else { (Side::Front, steps) };
        for _ in 0..count {
            if deque.make_room(side, 1) != 0 {
                return NO_MEMORY;
            }
            let (start, front, total) = (deque.start(), deque.front as usize, deque.total());
            let (first, last, end) =
                (deque.header.item(0), deque.header.item(length as usize - 1), deque.header.item(length as usize));
            if side == Side::Front {
                copy_nonoverlapping(last, first.wrapping_sub(size), size);
                deque.place(start, front - 1, total);
            } else {
                copy_nonoverlapping(first, end, size);
                deque.place(start, front + 1, total);
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::super::list;
    use super::super::memory::release;
    use super::*;

    #[test]
    fn items_go_in_and_out_at_both_ends() {
        let contents = Contents::new(BlockKind::Deque, 8, &[]).expect("it can be described");
        let deque = new(contents, -1);
        let mut expected = std::collections::VecDeque::new();
        // A sequence of pushes and pops in which each side has to make room, by moving over and by growing.
        let mut random = 12345_u64;
        for step in 0..20_000_u64 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let phase = step / 2500 % 4;
            // SAFETY: a live deque of 8-byte items that this thread alone uses.
            unsafe {
                match (random >> 33) % 8 {
                    0..3 if phase < 2 => push(deque, step, true, &mut expected),
                    3..5 if phase != 1 => push(deque, step, false, &mut expected),
                    5 | 6 if !expected.is_empty() => {
                        let is_front = phase % 2 == 0;
                        let position = if is_front { 0 } else { expected.len() - 1 };
                        list::take_out(deque, position as i64);
                        let _ = if is_front { expected.pop_front() } else { expected.pop_back() };
                    }
                    _ => {
                        let steps = (random >> 40) as i64 % 9 - 4;
                        assert_eq!(rotate(deque, steps), 0);
                        if !expected.is_empty() {
                            let length = expected.len();
                            expected.rotate_right(steps.rem_euclid(length as i64) as usize);
                        }
                    }
                }
                assert_eq!((*deque).length(), expected.len());
            }
        }
        // SAFETY: as above; each item is in range.
        let items = (0..expected.len()).map(|index| unsafe { (*deque).item(index).cast::<u64>().read() });
        assert!(items.eq(expected.iter().copied()));
        // SAFETY: the one reference is ours.
        unsafe { release(deque) };
    }

    unsafe fn push(deque: *mut Header, item: u64, is_front: bool, expected: &mut std::collections::VecDeque<u64>) {
        let position = if is_front { 0 } else { expected.len() };
        // SAFETY: the caller's promise: a live deque of 8-byte items.
        unsafe {
            assert_eq!(list::open_gap(deque, position as i64, 1), 0);
            (*deque).item(position).cast::<u64>().write(item);
        }
        if is_front { expected.push_front(item) } else { expected.push_back(item) }
    }
}
