//! Sets: CPython's hash table, place by place, because the order of iteration shows it.
//!
//! ```text
//! header: length, places, table, change      table: hash, key's slots | hash, ... |
//! ```
//!
//! A place is unused, gone or has a key. No key's hash is -1, so that the first word says whether there is one; if not,
//! the second says which of the two it is. Probing, resizing, merging and popping follow `Objects/setobject.c` of CPython 3.11 step by
//! step: ten neighbours, then a jump by what is left of the hash.

use std::alloc::Layout;
use std::ptr::{copy_nonoverlapping, null_mut};

use super::hashing::KeyShape;
use super::list::NO_MEMORY;
use super::memory::{Contents, Fields, Header, allocate_contents, release, retain};
use super::pool;

mod ints;

use ints::{Single, move_singles};
pub use ints::{add_int, find_int};

const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const FIRST_PLACES: usize = 8;

/// The hash of a place without a key.
pub const NO_KEY: i64 = -1;

/// The second word of a place without a key that was never used.
pub const UNUSED: u64 = 0;

/// The second word of a place whose key is gone.
pub const GONE: u64 = 1;

/// Bytes of a place before the key: the hash.
pub const KEY_OFFSET: usize = 8;

/// Bytes that a place has at least, also where a key has no slots.
pub const LEAST_PLACE: usize = 16;

/// A set's block: the header's fields are length, number of places, table and change.
#[repr(C)]
pub struct Set {
    /// The header.
    pub header: Header,
    shape: KeyShape,
    /// Places that are not unused.
    fill: usize,
    /// Where `pop` looks first.
    finger: usize,
}

/// A place of the table.
#[derive(Clone, Copy)]
struct Place(*mut u64);

impl Place {
    unsafe fn hash(self) -> i64 {
        // SAFETY: the makers' promise: it is a place of a table.
        unsafe { *self.0 as i64 }
    }

    unsafe fn is_used(self) -> bool {
        // SAFETY: as above.
        unsafe { self.hash() != NO_KEY }
    }

    /// True if the place, which has no key, never had one.
    unsafe fn is_unused(self) -> bool {
        // SAFETY: as above.
        unsafe { *self.0.add(1) == UNUSED }
    }

    fn key(self) -> *mut u64 {
        self.0.wrapping_add(KEY_OFFSET / 8)
    }

    unsafe fn write_hash(self, hash: i64) {
        // SAFETY: as above.
        unsafe { self.0.write(hash as u64) };
    }

    /// Says that there is no key, and why: `UNUSED` or `GONE`.
    unsafe fn write_empty(self, reason: u64) {
        // SAFETY: as above.
        unsafe {
            self.0.write(NO_KEY as u64);
            self.0.add(1).write(reason);
        }
    }
}

impl Set {
    fn place(&self, index: usize) -> Place {
        Place(self.header.item(index).cast())
    }

    fn mask(&self) -> usize {
        self.header.fields.capacity as usize - 1
    }

    fn is_clean(&self) -> bool {
        self.fill == self.header.length()
    }

    /// The place of a key, or where it would go: the last one on the way whose key is gone, or else the unused one.
    unsafe fn search(&self, hash: i64, key: *const u64) -> Result<Place, Place> {
        let mut probe = Probe::new(hash, self.mask());
        let mut gone = None;
        loop {
            let place = self.place(probe.index);
            // SAFETY: the index is masked; a table always has an unused place.
            unsafe {
                if place.hash() == hash && self.shape.is_equal(place.key(), key) {
                    return Ok(place);
                }
                if !place.is_used() {
                    if place.is_unused() {
                        return Err(gone.unwrap_or(place));
                    }
                    gone = Some(place);
                }
            }
            probe.advance();
        }
    }

    /// Puts a key that is not there into a table where none is gone.
    unsafe fn insert_clean(&mut self, hash: i64, key: *const u64) {
        let mut probe = Probe::new(hash, self.mask());
        // SAFETY: as for `search`.
        unsafe {
            while self.place(probe.index).is_used() {
                probe.advance();
            }
            let place = self.place(probe.index);
            place.write_hash(hash);
            copy_nonoverlapping(key, place.key(), self.shape.len());
        }
    }

    unsafe fn used_places(&self) -> impl Iterator<Item = Place> {
        let (count, size, table) = (self.mask() + 1, self.header.item_size(), self.header.fields.data);
        let places = (0..count).map(move |index| Place(table.wrapping_add(index * size).cast()));
        // SAFETY: the makers' promise: the table outlives the iterator.
        places.filter(|place| unsafe { place.is_used() })
    }
}

/// The places that a key may be at, in order.
struct Probe {
    index: usize,
    /// Where the neighbours began.
    first: usize,
    left: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    fn new(hash: i64, mask: usize) -> Probe {
        let first = hash as usize & mask;
        Probe { index: first, first, left: neighbours(first, mask), perturb: hash as u64, mask }
    }

    fn advance(&mut self) {
        if self.left > 0 {
            self.left -= 1;
            self.index += 1;
            return;
        }
        self.perturb >>= PERTURB_SHIFT;
        self.first = self.first.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize) & self.mask;
        self.index = self.first;
        self.left = neighbours(self.first, self.mask);
    }
}

fn neighbours(first: usize, mask: usize) -> usize {
    if first + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 }
}

fn table_layout(places: usize, size: usize) -> Option<Layout> {
    Layout::from_size_align(places.checked_mul(size)?, 16).ok()
}

/// A table of unused places; null when there is no memory.
fn new_table(places: usize, size: usize) -> *mut u8 {
    let Some(layout) = table_layout(places, size) else { return null_mut() };
    // SAFETY: a place has at least `LEAST_PLACE` bytes and there are at least 8 places.
    let table = unsafe { pool::take(layout) };
    if !table.is_null() {
        for place in 0..places {
            // SAFETY: the place is in the table.
            unsafe { Place(table.add(place * size).cast()).write_empty(UNUSED) };
        }
    }
    table
}

/// A new empty set; null when there is no memory.
pub extern "C" fn new(contents: Contents, shape: KeyShape) -> *mut Header {
    let header = allocate_contents(contents, (size_of::<Set>() - size_of::<Header>()) as i64);
    let table = if header.is_null() { null_mut() } else { new_table(FIRST_PLACES, contents.size()) };
    // SAFETY: fresh, not shared, and as large as a set; all else is zero.
    unsafe {
        if table.is_null() {
            release(header);
            return null_mut();
        }
        let set = &mut *header.cast::<Set>();
        set.shape = shape;
        set.header.fields.data = table;
        set.header.fields.capacity = FIRST_PLACES as i64;
    }
    header
}

/// Frees the references and the table of a dead set.
///
/// # Safety
/// Nothing uses the set any more but its header.
pub(super) unsafe fn drop_contents(header: *mut Header, drop_reference: &mut dyn FnMut(*mut Header)) {
    // SAFETY: the header is that of a set; one that was never finished has no table.
    unsafe {
        for_each_header(header, drop_reference);
        let set = &mut *header.cast::<Set>();
        if !set.header.fields.data.is_null() {
            free_table(set);
        }
    }
}

/// Calls `visit` on each header in the keys.
///
/// # Safety
/// `header` is that of a set.
pub(super) unsafe fn for_each_header(header: *mut Header, visit: &mut dyn FnMut(*mut Header)) {
    // SAFETY: the caller's promise; one that was never finished has no table.
    unsafe {
        let set = &mut *header.cast::<Set>();
        if set.header.contents.mask() != 0 && !set.header.fields.data.is_null() {
            for place in set.used_places() {
                set.header.contents.for_each_header(place.0.cast(), &mut *visit);
            }
        }
    }
}

unsafe fn free_table(set: &mut Set) {
    if let Some(layout) = table_layout(set.mask() + 1, set.header.item_size()) {
        // SAFETY: the table was allocated with this layout.
        unsafe { pool::give_back(set.header.fields.data, layout) };
    }
}

/// `set_table_resize`
unsafe fn resize(set: &mut Set, least: usize) -> i32 {
    let mut places = FIRST_PLACES;
    while places <= least {
        places <<= 1;
    }
    if places == FIRST_PLACES && set.mask() + 1 == FIRST_PLACES && set.is_clean() {
        return 0;
    }
    let table = new_table(places, set.header.item_size());
    if table.is_null() {
        return NO_MEMORY;
    }
    // SAFETY: the old table is freed when its keys are in the new one, which has room for them.
    unsafe {
        let is_single = set.header.item_size() == size_of::<Single>();
        let old: Vec<Place> = if is_single { Vec::new() } else { set.used_places().collect() };
        let old_count = set.mask() + 1;
        let old_layout = table_layout(old_count, set.header.item_size());
        let old_table = set.header.fields.data;
        set.header.fields.data = table;
        set.header.fields.capacity = places as i64;
        set.fill = set.header.length();
        if is_single {
            move_singles(old_table.cast(), old_count, table.cast(), places - 1);
        }
        for place in old {
            set.insert_clean(place.hash(), place.key());
        }
        if let Some(layout) = old_layout {
            pool::give_back(old_table, layout);
        }
    }
    0
}

/// The address of a key's place; null if it is not there.
///
/// # Safety
/// `set` leads to a set that no other thread uses, `key` to as many slots as its keys have; so for all that follow.
pub unsafe extern "C" fn find(set: *const Header, hash: i64, key: *const u64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { (*set.cast::<Set>()).search(hash, key).map_or(null_mut(), |place| place.0.cast()) }
}

/// `set.add(key)`; 1 when there is no memory.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn add(set: *mut Header, hash: i64, key: *const u64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let set = &mut *set.cast::<Set>();
        let Err(place) = set.search(hash, key) else { return 0 };
        let is_reused = !place.is_unused();
        place.write_hash(hash);
        copy_nonoverlapping(key, place.key(), set.shape.len());
        set.header.contents.for_each_header(place.0.cast(), |header| retain(header));
        note_added(set, is_reused)
    }
}

/// Counts a key that was added, and makes room for more.
unsafe fn note_added(set: &mut Set, is_reused: bool) -> i32 {
    set.fill += usize::from(!is_reused);
    set.header.fields.length += 1;
    set.header.fields.is_changed = 1;
    if is_reused || set.fill * 5 < set.mask() * 3 {
        return 0;
    }
    let used = set.header.length();
    // SAFETY: the caller's promise.
    unsafe { resize(set, if used > 50_000 { used * 2 } else { used * 4 }) }
}

/// Takes out the key at a place, whose references the caller has taken over.
///
/// # Safety
/// As for `find`; `place` is one of the set with a key.
pub unsafe extern "C" fn remove(set: *mut Header, place: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        Place(place.cast()).write_empty(GONE);
        (*set).fields.length -= 1;
        (*set).fields.is_changed = 1;
    }
}

/// Drops the references of the key at a place.
///
/// # Safety
/// As for `remove`.
pub unsafe extern "C" fn discard(set: *mut Header, place: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        (*set).contents.for_each_header(place, |header| release(header));
        remove(set, place);
    }
}

/// The place whose key `pop` takes; null of an empty set.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn to_pop(set: *mut Header) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let set = &mut *set.cast::<Set>();
        if set.header.length() == 0 {
            return null_mut();
        }
        let mut index = set.finger & set.mask();
        while !set.place(index).is_used() {
            index = if index == set.mask() { 0 } else { index + 1 };
        }
        set.finger = index + 1;
        set.place(index).0.cast()
    }
}

/// The first place at or after this one that has a key; the number of places if there is none.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn next(set: *const Header, index: i64) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let set = &*set.cast::<Set>();
        let mut index = index as usize;
        while index <= set.mask() && !set.place(index).is_used() {
            index += 1;
        }
        index as i64
    }
}

/// `set.update(other)` of sets: `set_merge`. 1 when there is no memory.
///
/// # Safety
/// As for `find`; both have keys of one type.
pub unsafe extern "C" fn merge(set: *mut Header, other: *const Header) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        if std::ptr::eq(set, other) || (*other).fields.length == 0 {
            return 0;
        }
        let target = &mut *set.cast::<Set>();
        let source = &*other.cast::<Set>();
        target.header.fields.is_changed = 1;
        let count = source.header.length();
        if (target.fill + count) * 5 >= target.mask() * 3 && resize(target, (target.header.length() + count) * 2) != 0 {
            return NO_MEMORY;
        }
        if target.fill > 0 {
            for place in source.used_places() {
                if add(set, place.hash(), place.key()) != 0 {
                    return NO_MEMORY;
                }
            }
            return 0;
        }
        if target.mask() == source.mask() && source.is_clean() {
            let bytes = (source.mask() + 1) * source.header.item_size();
            copy_nonoverlapping(source.header.fields.data, target.header.fields.data, bytes);
        } else {
            for place in source.used_places() {
                target.insert_clean(place.hash(), place.key());
            }
        }
        target.fill = count;
        target.header.fields.length = count as i64;
        for place in target.used_places() {
            target.header.contents.for_each_header(place.0.cast(), |header| retain(header));
        }
        0
    }
}

/// `set.copy()`; null when there is no memory.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn copy(set: *const Header) -> *mut Header {
    // SAFETY: the caller's promise.
    unsafe {
        let made = new((*set).contents, (*set.cast::<Set>()).shape);
        if !made.is_null() && merge(made, set) != 0 {
            release(made);
            return null_mut();
        }
        if let Some(made) = made.as_mut() {
            made.fields.is_changed = 0;
        }
        made
    }
}

/// Exchanges what two sets hold: how `intersection_update` and its like replace a set.
///
/// # Safety
/// As for `find`, of both sets; they have keys of one type.
pub unsafe extern "C" fn exchange(a: *mut Header, b: *mut Header) {
    if std::ptr::eq(a, b) {
        return;
    }
    // SAFETY: the caller's promise, and they are two.
    unsafe {
        let (a, b) = (&mut *a.cast::<Set>(), &mut *b.cast::<Set>());
        std::mem::swap(&mut a.header.fields, &mut b.header.fields);
        std::mem::swap(&mut a.fill, &mut b.fill);
        std::mem::swap(&mut a.finger, &mut b.finger);
        a.header.fields.is_changed = 1;
        b.header.fields.is_changed = 1;
    }
}

/// `set.clear()`; 1 when there is no memory.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn clear(set: *mut Header) -> i32 {
    let size = {
        // SAFETY: the caller's promise.
        unsafe { (*set).item_size() }
    };
    let table = new_table(FIRST_PLACES, size);
    if table.is_null() {
        return NO_MEMORY;
    }
    // SAFETY: the caller's promise; what the set held is let go of when it holds it no more.
    unsafe {
        let mut held = Vec::new();
        drop_contents(set, &mut |header| held.push(header));
        let set = &mut *set.cast::<Set>();
        set.header.fields = Fields { length: 0, capacity: FIRST_PLACES as i64, data: table, is_changed: 1 };
        (set.fill, set.finger) = (0, 0);
        held.into_iter().for_each(|header| release(header));
    }
    0
}

/// What CPython's own set has, to take it over or to hand it out place by place.
///
/// # Safety
/// `set` leads to a set without keys that no other thread uses; `table` has `places` rows as places are,
/// which hand over their references.
pub unsafe fn take_table(set: *mut Header, table: &[u64], places: usize, fill: usize, finger: usize) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let set = &mut *set.cast::<Set>();
        let size = set.header.item_size();
        let fresh = new_table(places, size);
        if fresh.is_null() {
            return NO_MEMORY;
        }
        copy_nonoverlapping(table.as_ptr().cast(), fresh, places * size);
        free_table(set);
        set.header.fields.data = fresh;
        set.header.fields.capacity = places as i64;
        (set.fill, set.finger) = (fill, finger);
        set.header.fields.length = set.used_places().count() as i64;
        0
    }
}

/// The places that are not unused, and where `pop` looks first.
///
/// # Safety
/// `set` leads to a set.
pub unsafe fn counts(set: *const Header) -> (usize, usize) {
    // SAFETY: the caller's promise.
    unsafe { ((*set.cast::<Set>()).fill, (*set.cast::<Set>()).finger) }
}

#[cfg(test)]
mod tests {
    use super::super::hashing::{KeyPart, hash_int};
    use super::super::memory::BlockKind;
    use super::*;

    fn keys(set: *const Header) -> Vec<i64> {
        // SAFETY: the set has keys of one slot.
        unsafe { (*set.cast::<Set>()).used_places().map(|place| *place.key() as i64).collect() }
    }

    #[test]
    fn keys_lie_where_cpython_has_them() {
        let contents = Contents::new(BlockKind::Set, 16, &[]).expect("it can be described");
        let set = new(contents, KeyShape::new(&[KeyPart::Bits]).expect("it can be described"));
        // SAFETY: keys have one slot; the set is ours.
        unsafe {
            for number in [8i64, 0, 16, -5, 3, 1000, 24] {
                assert_eq!(add(set, hash_int(number), (&raw const number).cast()), 0);
            }
            // [*{8, 0, 16, -5, 3, 1000, 24}] of CPython 3.11, built by add.
            assert_eq!(keys(set), [0, 3, 8, 1000, 16, 24, -5]);
            let popped = to_pop(set);
            remove(set, popped);
            assert_eq!(keys(set), [3, 8, 1000, 16, 24, -5]);
            let copied = copy(set);
            assert_eq!(keys(copied), [16, 3, 8, 1000, -5, 24]);
            assert_eq!(clear(set), 0);
            assert_eq!(keys(set), []);
            assert_eq!(merge(set, copied), 0);
            assert_eq!((*set).length(), 6);
            release(set);
            release(copied);
        }
    }
}
