//! Dicts: entries in the order of insertion, and an index of them by hash.
//!
//! ```text
//! header: length, end of entries, entries, change      index: for each place an entry's position, EMPTY or GONE
//! entries: hash, key's slots, value's slots | hash, ... | DELETED, ... |
//! ```
//!
//! The design is that of CPython's dict (Hettinger, "More compact dictionaries with faster iteration", 2012): a small
//! table of indexes, probed by ever more bits of the hash, and entries without gaps but for deleted ones, which go away
//! when the entries are full. `Contents` describes a whole entry; `KeyShape` says how keys compare. Ints hash to
//! themselves, so that a dict of neighbours goes through its index from one end to the other.
//!
//! Compiled code gets the address of an entry and reads and writes its value there; the address holds until the dict
//! next changes. A routine that finds no memory answers null and has changed nothing.

use std::alloc::Layout;
use std::ptr::{copy_nonoverlapping, null_mut};

use super::hashing::{KeyShape, hash_int};
use super::list::NO_MEMORY;
use super::memory::{Contents, Fields, Header, allocate_contents, release, retain};
use super::pool;

/// The hash of a deleted entry; no key has it.
pub const DELETED: i64 = -1;

/// A place of the index that was never used, and one whose entry was deleted.
const EMPTY: u32 = u32::MAX;
const GONE: u32 = u32::MAX - 1;

/// How many bits of the hash each further probe drops.
const PERTURB_SHIFT: u32 = 5;

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

    /// The place in the index and the entry's position of a key; or the place for a new entry.
    #[inline]
    unsafe fn search(&self, hash: i64, key: *const u64) -> Result<(usize, usize), usize> {
        // SAFETY: the caller's promise.
        unsafe { self.search_by(hash, |entry| *entry as i64 == hash && self.shape.is_equal(entry.add(1), key)) }
    }

    /// The same of an int, whose equality says all that the hashes' does.
    #[inline]
    unsafe fn search_int(&self, hash: i64, key: i64) -> Result<(usize, usize), usize> {
        // SAFETY: the caller's promise; the key of an entry is one slot.
        unsafe { self.search_by(hash, |entry| *entry.add(1) == key as u64) }
    }

    /// The same, by what is true for the entry that is looked for.
    #[inline]
    unsafe fn search_by(&self, hash: i64, is_it: impl Fn(*const u64) -> bool) -> Result<(usize, usize), usize> {
        let mut probe = Probe::new(hash, self.mask);
        let mut free = None;
        loop {
            // SAFETY: places are masked, and what the index names lies before the end; one place is always empty.
            unsafe {
                match *self.index.add(probe.place) {
                    EMPTY => return Err(free.unwrap_or(probe.place)),
                    GONE => free = free.or(Some(probe.place)),
                    position => {
                        if is_it(self.entry(position as usize).cast()) {
                            return Ok((probe.place, position as usize));
                        }
                    }
                }
            }
            probe.advance();
        }
    }

    /// The first empty place of the index for a hash.
    #[inline]
    unsafe fn free_place(&self, hash: i64) -> usize {
        let mut probe = Probe::new(hash, self.mask);
        // SAFETY: places are masked, and one is always empty.
        while unsafe { *self.index.add(probe.place) } != EMPTY {
            probe.advance();
        }
        probe.place
    }

    /// The place of the index that names the entry at a position.
    unsafe fn place_of(&self, position: usize) -> usize {
        // SAFETY: the caller's promise: an entry stands there.
        unsafe {
            let mut probe = Probe::new(self.hash_at(position), self.mask);
            while *self.index.add(probe.place) != position as u32 {
                probe.advance();
            }
            probe.place
        }
    }

    unsafe fn for_each_header_of_key(&self, entry: *mut u8, visit: impl FnMut(*mut Header)) {
        let slots = (1 << (1 + self.shape.len())) - 1;
        let keys = Contents(self.header.contents.0 & (slots << 16 | 0xffff));
        // SAFETY: the caller's promise: an entry stands there.
        unsafe { keys.for_each_header(entry, visit) };
    }
}

/// The places of the index that a key may be at, in order: CPython's.
struct Probe {
    place: usize,
    perturb: u64,
    mask: usize,
}

impl Probe {
    #[inline]
    fn new(hash: i64, mask: usize) -> Probe {
        Probe { place: hash as usize & mask, perturb: hash as u64, mask }
    }

    #[inline]
    fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.place = self.place.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1) & self.mask;
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
    if let (true, Some(entries)) = (dict.room != 0, entries_layout(dict.room, dict.header.item_size())) {
        // SAFETY: both tables were allocated with these layouts.
        unsafe {
            pool::give_back(dict.header.fields.data, entries);
            free_index(dict.index, dict.mask + 1);
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
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &mut *dict.cast::<Dict>();
        place_by(dict, hash, key, |dict| dict.search(hash, key))
    }
}

/// `place` with a search that answers as `search` does.
#[inline]
unsafe fn place_by(
    dict: &mut Dict,
    hash: i64,
    key: *const u64,
    search: impl Fn(&Dict) -> Result<(usize, usize), usize>,
) -> *mut u8 {
    dict.header.fields.is_changed = 1;
    let mut free = None;
    if dict.room != 0 {
        match search(dict) {
            Ok((_, position)) => return dict.entry(position),
            Err(place) => free = Some(place),
        }
    }
    // SAFETY: the caller's promise; after `grow` there is room for an entry and a place for it.
    unsafe {
        // Where items come and go, places of the index that are gone may fill it before there are many entries.
        if dict.end() == dict.room || dict.filled * 8 > dict.mask * 7 {
            if grow(dict) != 0 {
                return null_mut();
            }
            free = None;
        }
        let place = free.unwrap_or_else(|| dict.free_place(hash));
        dict.filled += usize::from(*dict.index.add(place) == EMPTY);
        let position = dict.end();
        *dict.index.add(place) = position as u32;
        dict.header.fields.capacity += 1;
        dict.header.fields.length += 1;
        let entry = dict.entry(position);
        entry.cast::<i64>().write(hash);
        let slots = entry.cast::<u64>();
        let (keys, all) = (dict.shape.len(), dict.header.item_size() / 8);
        for slot in 0..keys {
            *slots.add(1 + slot) = *key.add(slot);
        }
        for slot in 1 + keys..all {
            *slots.add(slot) = 0;
        }
        if dict.header.contents.mask() != 0 {
            dict.for_each_header_of_key(entry, |header| retain(header));
        }
        entry
    }
}

/// `find` of an int.
///
/// # Safety
/// As for `find`; keys are ints.
pub unsafe extern "C" fn find_int(dict: *const Header, key: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &*dict.cast::<Dict>();
        if dict.room == 0 {
            return null_mut();
        }
        dict.search_int(hash_int(key), key).map_or(null_mut(), |(_, position)| dict.entry(position))
    }
}

/// `place` of an int.
///
/// # Safety
/// As for `find_int`.
pub unsafe extern "C" fn place_int(dict: *mut Header, key: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = &mut *dict.cast::<Dict>();
        let hash = hash_int(key);
        place_by(dict, hash, (&raw const key).cast(), |dict| dict.search_int(hash, key))
    }
}

/// Makes room for twice the entries, without the deleted ones.
unsafe fn grow(dict: &mut Dict) -> i32 {
    let room = (dict.header.length() * 2).max(FIRST_ROOM);
    // SAFETY: the caller's promise.
    unsafe { rebuild(dict, room) }
}

unsafe fn rebuild(dict: &mut Dict, room: usize) -> i32 {
    let Some((table, places)) = new_index(room) else { return NO_MEMORY };
    // SAFETY: the old index was allocated with its layout, or not at all.
    unsafe {
        if move_entries(dict, room) != 0 {
            free_index(table, places);
            return NO_MEMORY;
        }
        if !dict.index.is_null() {
            free_index(dict.index, dict.mask + 1);
        }
        index_entries(dict, room, table, places);
    }
    0
}

/// An index of empty places for so many entries, and how many places it has.
fn new_index(room: usize) -> Option<(*mut u32, usize)> {
    let places = (room * 3 / 2 + 1).next_power_of_two().max(8);
    let layout = index_layout(places).filter(|_| room < GONE as usize)?;
    // SAFETY: the layout is not empty; what was allocated is that large.
    unsafe {
        let table = pool::take(layout);
        if table.is_null() {
            return None;
        }
        table.write_bytes(0xff, layout.size());
        Some((table.cast(), places))
    }
}

unsafe fn free_index(table: *mut u32, places: usize) {
    if let Some(layout) = index_layout(places) {
        // SAFETY: the caller's promise: it was allocated with this layout.
        unsafe { pool::give_back(table.cast(), layout) };
    }
}

/// Takes over an index of empty places, and writes to it where the entries are, of which none is deleted.
unsafe fn index_entries(dict: &mut Dict, room: usize, table: *mut u32, places: usize) {
    (dict.room, dict.mask, dict.index, dict.filled) = (room, places - 1, table, dict.end());
    for position in 0..dict.end() {
        // SAFETY: the entries before the end are there, and there are more places than entries.
        unsafe { *table.add(dict.free_place(dict.hash_at(position))) = position as u32 };
    }
}

/// Gives the entries a table with this room; those that are deleted go away.
unsafe fn move_entries(dict: &mut Dict, room: usize) -> i32 {
    let size = dict.header.item_size();
    let (Some(old), Some(new)) = (entries_layout(dict.room, size), entries_layout(room, size)) else {
        return NO_MEMORY;
    };
    let has_deleted = dict.header.length() != dict.end();
    // SAFETY: the old table was allocated with its layout, or not at all; the new one has room for what lives.
    unsafe {
        let old_data = dict.header.fields.data;
        let data = if has_deleted || dict.room == 0 { pool::take(new) } else { pool::resize(old_data, old, new) };
        if data.is_null() {
            return NO_MEMORY;
        }
        if has_deleted {
            copy_live(dict, data);
            pool::give_back(old_data, old);
        }
        dict.header.fields.data = data;
        dict.header.fields.capacity = dict.header.fields.length;
        0
    }
}

/// Copies the entries that are not deleted.
unsafe fn copy_live(dict: &Dict, data: *mut u8) {
    let size = dict.header.item_size();
    let mut count = 0;
    for position in 0..dict.end() {
        // SAFETY: entries before the end are there, and the caller's table has room for those that live.
        unsafe {
            if dict.hash_at(position) != DELETED {
                copy_nonoverlapping(dict.entry(position), data.add(count * size), size);
                count += 1;
            }
        }
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
        *dict.index.add(dict.place_of(position)) = GONE;
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
        let room = source.header.length().max(FIRST_ROOM);
        let data = entries_layout(room, source.header.item_size()).map_or(null_mut(), |layout| pool::take(layout));
        let (false, Some((table, places))) = (data.is_null(), new_index(room)) else {
            if let (false, Some(layout)) = (data.is_null(), entries_layout(room, source.header.item_size())) {
                pool::give_back(data, layout);
            }
            release(made);
            return null_mut();
        };
        copy_live(source, data);
        let length = source.header.fields.length;
        target.header.fields = Fields { length, capacity: length, data, is_changed: 0 };
        index_entries(target, room, table, places);
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
