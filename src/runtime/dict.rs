//! Dicts: entries in the order of insertion, and an index of them by hash.
//!
//! ```text
//! header: length, end of entries, entries, change      index: for each place an entry's position, EMPTY or GONE
//! entries: hash, key's slots, value's slots | hash, ... | DELETED, ... |
//! ```
//!
//! The design is that of CPython's dict (Hettinger, "More compact dictionaries with faster iteration", 2012): a small
//! table of indexes, probed one place after the other, and entries without gaps but for deleted ones, which go away
//! when the entries are full. `Contents` describes a whole entry; `KeyShape` says how keys compare.
//!
//! Compiled code gets the address of an entry and reads and writes its value there; the address holds until the dict
//! next changes. A routine that finds no memory answers null and has changed nothing.

use std::alloc::{Layout, alloc, dealloc};
use std::ptr::{copy_nonoverlapping, null_mut};

use super::hashing::{KeyShape, hash_int};
use super::list::NO_MEMORY;
use super::memory::{Contents, Fields, Header, allocate_contents, release, retain};

/// The hash of a deleted entry; no key has it.
pub const DELETED: i64 = -1;

/// A place of the index that was never used, and one whose entry was deleted.
const EMPTY: u32 = u32::MAX;
const GONE: u32 = u32::MAX - 1;

/// Entries that a dict has room for at first.
const FIRST_ROOM: usize = 5;

/// A dict's block: the header's fields are length, end of entries, entries and change.
#[repr(C)]
pub struct Dict {
    /// The header.
    pub header: Header,
    shape: KeyShape,
    /// Entries that there is room for.
    room: usize,
    /// The index's places, less 1; it has none before the first entry.
    mask: usize,
    index: *mut u32,
    /// Places of the index that are not empty.
    filled: usize,
}

impl Dict {
    fn entry(&self, position: usize) -> *mut u8 {
        self.header.item(position)
    }

    fn end(&self) -> usize {
        self.header.fields.capacity as usize
    }

    /// The hash of the entry at this position.
    unsafe fn hash_at(&self, position: usize) -> i64 {
        // SAFETY: the caller's promise: the position is before the end.
        unsafe { self.entry(position).cast::<i64>().read() }
    }

    #[inline]
    fn start(&self, hash: i64) -> usize {
        // Fibonacci hashing: neighbouring ints stay apart, and equal low bits do not collide.
        ((hash as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & self.mask
    }

    /// The place in the index and the entry's position of a key; or the place for a new entry.
    #[inline]
    unsafe fn search(&self, hash: i64, key: *const u64) -> Result<(usize, usize), usize> {
        let mut place = self.start(hash);
        let mut free = None;
        loop {
            // SAFETY: places are masked, and what the index names lies before the end; one place is always empty.
            unsafe {
                match *self.index.add(place) {
                    EMPTY => return Err(free.unwrap_or(place)),
                    GONE => free = free.or(Some(place)),
                    position => {
                        let entry = self.entry(position as usize).cast::<u64>();
                        if *entry as i64 == hash && self.shape.is_equal(entry.add(1), key) {
                            return Ok((place, position as usize));
                        }
                    }
                }
            }
            place = (place + 1) & self.mask;
        }
    }

    unsafe fn for_each_header_of_key(&self, entry: *mut u8, visit: impl FnMut(*mut Header)) {
        let slots = (1 << (1 + self.shape.len())) - 1;
        let keys = Contents(self.header.contents.0 & (slots << 16 | 0xffff));
        // SAFETY: the caller's promise: an entry stands there.
        unsafe { keys.for_each_header(entry, visit) };
    }
}

fn entries_layout(room: usize, size: usize) -> Option<Layout> {
    Layout::from_size_align(room.checked_mul(size)?, 16).ok()
}

fn index_layout(places: usize) -> Option<Layout> {
    Layout::array::<u32>(places).ok()
}

/// A new empty dict; null when there is no memory.
pub extern "C" fn new(contents: Contents, shape: KeyShape) -> *mut Header {
    let dict = allocate_contents(contents, (size_of::<Dict>() - size_of::<Header>()) as i64);
    if !dict.is_null() {
        // SAFETY: fresh, not shared, and as large as a dict; all else is zero.
        unsafe { (*dict.cast::<Dict>()).shape = shape };
    }
    dict
}

/// Frees the references and the tables of a dead dict.
///
/// # Safety
/// Nothing uses the dict any more but its header.
pub(super) unsafe fn drop_contents(header: *mut Header, drop_reference: &mut dyn FnMut(*mut Header)) {
    // SAFETY: the caller's promise; each header in an entry is a reference of the dict.
    unsafe {
        for_each_header(header, drop_reference);
        free_tables(&mut *header.cast::<Dict>());
    }
}

/// Calls `visit` on each header in the entries.
///
/// # Safety
/// `header` is that of a dict.
pub(super) unsafe fn for_each_header(header: *mut Header, visit: &mut dyn FnMut(*mut Header)) {
    // SAFETY: the caller's promise; entries before the end are set.
    unsafe {
        let dict = &mut *header.cast::<Dict>();
        if dict.header.contents.mask() != 0 {
            for position in 0..dict.end() {
                if dict.hash_at(position) != DELETED {
                    dict.header.contents.for_each_header(dict.entry(position), &mut *visit);
                }
            }
        }
    }
}

unsafe fn free_tables(dict: &mut Dict) {
    if dict.room == 0 {
        return;
    }
    let layouts = (entries_layout(dict.room, dict.header.item_size()), index_layout(dict.mask + 1));
    if let (Some(entries), Some(index)) = layouts {
        // SAFETY: both tables were allocated with these layouts.
        unsafe {
            dealloc(dict.header.fields.data, entries);
            dealloc(dict.index.cast(), index);
        }
    }
}

/// The entry of a key; null if there is none.
///
/// # Safety
/// `dict` leads to a dict that no other thread uses, `key` to as many slots as its keys have; so for all that follow.
pub unsafe extern "C" fn find(dict: *const Header, hash: i64, key: *const u64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &*dict.cast::<Dict>();
        if dict.room == 0 {
            return null_mut();
        }
        dict.search(hash, key).map_or(null_mut(), |(_, position)| dict.entry(position))
    }
}

/// The entry of a key, added with a value of zeros if there is none; null when there is no memory.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn place(dict: *mut Header, hash: i64, key: *const u64) -> *mut u8 {
    // SAFETY: the caller's promise; after `grow` there is room for an entry and a place for it.
    unsafe {
        let dict = &mut *dict.cast::<Dict>();
        dict.header.fields.is_changed = 1;
        if dict.room != 0
            && let Ok((_, position)) = dict.search(hash, key)
        {
            return dict.entry(position);
        }
        // Where items come and go, places of the index that are gone may fill it before there are many entries.
        if (dict.end() == dict.room || dict.filled * 8 > dict.mask * 7) && grow(dict) != 0 {
            return null_mut();
        }
        let Err(place) = dict.search(hash, key) else { return null_mut() };
        dict.filled += usize::from(*dict.index.add(place) == EMPTY);
        let position = dict.end();
        *dict.index.add(place) = position as u32;
        dict.header.fields.capacity += 1;
        dict.header.fields.length += 1;
        let entry = dict.entry(position);
        entry.cast::<i64>().write(hash);
        let keys = dict.shape.len();
        copy_nonoverlapping(key, entry.cast::<u64>().add(1), keys);
        entry.add(8 * (1 + keys)).write_bytes(0, dict.header.item_size() - 8 * (1 + keys));
        dict.for_each_header_of_key(entry, |header| retain(header));
        entry
    }
}

/// `find` of an int.
///
/// # Safety
/// As for `find`; keys are ints.
pub unsafe extern "C" fn find_int(dict: *const Header, key: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { find(dict, hash_int(key), (&raw const key).cast()) }
}

/// `place` of an int.
///
/// # Safety
/// As for `find_int`.
pub unsafe extern "C" fn place_int(dict: *mut Header, key: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { place(dict, hash_int(key), (&raw const key).cast()) }
}

/// Makes room for twice the entries, without the deleted ones.
unsafe fn grow(dict: &mut Dict) -> i32 {
    let room = (dict.header.length() * 2).max(FIRST_ROOM);
    // SAFETY: the caller's promise.
    unsafe { rebuild(dict, room) }
}

unsafe fn rebuild(dict: &mut Dict, room: usize) -> i32 {
    let size = dict.header.item_size();
    let places = (room * 3 / 2 + 1).next_power_of_two().max(8);
    let (Some(entries), Some(index)) = (entries_layout(room, size), index_layout(places)) else { return NO_MEMORY };
    if room >= GONE as usize {
        return NO_MEMORY;
    }
    // SAFETY: neither layout is empty. The entries that live fit the new room, and there are more places than entries.
    unsafe {
        let (data, table) = (alloc(entries), alloc(index).cast::<u32>());
        if data.is_null() || table.is_null() {
            if !data.is_null() {
                dealloc(data, entries);
            }
            if !table.is_null() {
                dealloc(table.cast(), index);
            }
            return NO_MEMORY;
        }
        table.cast::<u8>().write_bytes(0xff, index.size());
        let mut count = 0;
        for position in 0..dict.end() {
            if dict.hash_at(position) != DELETED {
                copy_nonoverlapping(dict.entry(position), data.add(count * size), size);
                count += 1;
            }
        }
        free_tables(dict);
        let Fields { is_changed, .. } = dict.header.fields;
        dict.header.fields = Fields { length: count as i64, capacity: count as i64, data, is_changed };
        (dict.room, dict.mask, dict.index, dict.filled) = (room, places - 1, table, count);
        for position in 0..count {
            let mut place = dict.start(dict.hash_at(position));
            while *table.add(place) != EMPTY {
                place = (place + 1) & dict.mask;
            }
            *table.add(place) = position as u32;
        }
        0
    }
}

/// Takes an entry out, whose value's references the caller has taken over.
///
/// # Safety
/// As for `find`; `entry` is an entry of the dict.
pub unsafe extern "C" fn remove(dict: *mut Header, entry: *mut u8) {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &mut *dict.cast::<Dict>();
        let position = (entry as usize - dict.header.fields.data as usize) / dict.header.item_size();
        let mut place = dict.start(dict.hash_at(position));
        while *dict.index.add(place) != position as u32 {
            place = (place + 1) & dict.mask;
        }
        // A chain that ends here ends earlier now.
        let is_last = *dict.index.add((place + 1) & dict.mask) == EMPTY;
        *dict.index.add(place) = if is_last { EMPTY } else { GONE };
        dict.filled -= usize::from(is_last);
        dict.for_each_header_of_key(entry, |header| release(header));
        entry.cast::<i64>().write(DELETED);
        dict.header.fields.length -= 1;
        dict.header.fields.is_changed = 1;
        // Deleted entries at the end are used again, as after `popitem`.
        while dict.end() > 0 && dict.hash_at(dict.end() - 1) == DELETED {
            dict.header.fields.capacity -= 1;
        }
    }
}

/// The position of the first entry at or after this one that is not deleted; the end if there is none.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn next(dict: *const Header, position: i64) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &*dict.cast::<Dict>();
        let mut position = position as usize;
        while position < dict.end() && dict.hash_at(position) == DELETED {
            position += 1;
        }
        position as i64
    }
}

/// The position of the last entry at or before this one that is not deleted; -1 if there is none.
///
/// # Safety
/// As for `find`; the position is before the end.
pub unsafe extern "C" fn previous(dict: *const Header, position: i64) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &*dict.cast::<Dict>();
        let mut position = position;
        while position >= 0 && dict.hash_at(position as usize) == DELETED {
            position -= 1;
        }
        position
    }
}

/// `dict.clear()`
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn clear(dict: *mut Header) {
    // SAFETY: the caller's promise; what the dict held is let go of when it holds it no more.
    unsafe {
        let mut held = Vec::new();
        drop_contents(dict, &mut |header| held.push(header));
        let dict = &mut *dict.cast::<Dict>();
        dict.header.fields = Fields { length: 0, capacity: 0, data: null_mut(), is_changed: 1 };
        (dict.room, dict.mask, dict.index, dict.filled) = (0, 0, null_mut(), 0);
        held.into_iter().for_each(|header| release(header));
    }
}

/// `dict.copy()`; null when there is no memory.
///
/// # Safety
/// As for `find`.
pub unsafe extern "C" fn copy(dict: *const Header) -> *mut Header {
    // SAFETY: the caller's promise; the copy owns a reference for each header in its entries.
    unsafe {
        let source = &*dict.cast::<Dict>();
        let made = new(source.header.contents, source.shape);
        let Some(target) = made.cast::<Dict>().as_mut() else { return made };
        if source.header.length() == 0 {
            return made;
        }
        let (fields, room) = (source.header.fields, source.header.length().max(FIRST_ROOM));
        // The entries are copied by what rebuilds a dict from its entries.
        target.header.fields = Fields { is_changed: 0, ..fields };
        let status = rebuild(target, room);
        if status != 0 {
            target.header.fields = Fields { length: 0, capacity: 0, data: null_mut(), is_changed: 0 };
            release(made);
            return null_mut();
        }
        for position in 0..target.end() {
            target.header.contents.for_each_header(target.entry(position), |header| retain(header));
        }
        made
    }
}

#[cfg(test)]
mod tests {
    use super::super::hashing::KeyPart;
    use super::super::memory::BlockKind;
    use super::*;

    fn entries(dict: *const Header) -> Vec<(i64, i64)> {
        // SAFETY: the dict has keys and values of one slot.
        unsafe {
            let mut found = Vec::new();
            let mut position = next(dict, 0);
            while position < (*dict).fields.capacity {
                let entry = (*dict).item(position as usize).cast::<i64>();
                found.push((*entry.add(1), *entry.add(2)));
                position = next(dict, position + 1);
            }
            found
        }
    }

    #[test]
    fn a_dict_does_what_a_vec_of_pairs_does() {
        let contents = Contents::new(BlockKind::Dict, 24, &[]).expect("it can be described");
        let dict = new(contents, KeyShape::new(&[KeyPart::Bits]).expect("it can be described"));
        let mut model: Vec<(i64, i64)> = Vec::new();
        let mut random = 12345u64;
        // SAFETY: keys have one slot; the dict is ours.
        unsafe {
            for step in 0..20_000i64 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let key = (random >> 40) as i64 % 97 - 48;
                let known = model.iter().position(|pair| pair.0 == key);
                let found = find(dict, hash_int(key), (&raw const key).cast());
                assert_eq!(found.is_null(), known.is_none());
                if random >> 33 & 3 == 0 {
                    if let Some(index) = known {
                        remove(dict, found);
                        model.remove(index);
                    }
                } else {
                    let entry = place(dict, hash_int(key), (&raw const key).cast()).cast::<i64>();
                    *entry.add(2) = step;
                    match known {
                        Some(index) => model[index].1 = step,
                        None => model.push((key, step)),
                    }
                }
                assert_eq!((*dict).length(), model.len());
            }
            assert_eq!(entries(dict), model);
            let copied = copy(dict);
            clear(dict);
            assert_eq!(entries(dict), []);
            assert_eq!(entries(copied), model);
            release(dict);
            release(copied);
        }
    }
}
