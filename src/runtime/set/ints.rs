//! Sets of ints, and tables whose keys have one slot: the same steps without a look at what keys are made of.

use std::ptr::null_mut;

use super::{NO_KEY, Place, Probe, Set, UNUSED, note_added};
use crate::runtime::hashing::hash_int;
use crate::runtime::memory::Header;

/// A place whose key has one slot: hash, key.
pub(super) type Single = [u64; 2];

impl Set {
    /// `search` of an int in a set of ints, whose equality says all that their hashes do.
    #[inline]
    unsafe fn search_int(&self, hash: i64, key: i64) -> Result<Place, Place> {
        let table = self.header.fields.data.cast::<Single>();
        let mut probe = Probe::new(hash, self.mask());
        let mut gone = None;
        loop {
            // SAFETY: as for `search`; places of ints have two words.
            let place = unsafe { table.add(probe.index) };
            // SAFETY: as above.
            let [known, own] = unsafe { place.read() };
            if known as i64 != NO_KEY {
                if own as i64 == key {
                    return Ok(Place(place.cast()));
                }
            } else if own == UNUSED {
                return Err(gone.unwrap_or(Place(place.cast())));
            } else {
                gone = Some(Place(place.cast()));
            }
            probe.advance();
        }
    }
}

/// Copies the used places of a table, whose keys have one slot, to another one, where none is gone.
pub(super) unsafe fn move_singles(from: *const Single, count: usize, to: *mut Single, mask: usize) {
    for index in 0..count {
        // SAFETY: the caller's promise: both tables have such places, and the second has room.
        unsafe {
            let place = from.add(index).read();
            if place[0] as i64 == NO_KEY {
                continue;
            }
            let mut probe = Probe::new(place[0] as i64, mask);
            while (*to.add(probe.index))[0] as i64 != NO_KEY {
                probe.advance();
            }
            to.add(probe.index).write(place);
        }
    }
}

/// `find` of an int in a set of ints.
///
/// # Safety
/// As for `find`, and the keys are ints.
pub unsafe extern "C" fn find_int(set: *const Header, key: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { (*set.cast::<Set>()).search_int(hash_int(key), key).map_or(null_mut(), |place| place.0.cast()) }
}

/// `add` of an int to a set of ints.
///
/// # Safety
/// As for `find_int`.
pub unsafe extern "C" fn add_int(set: *mut Header, key: i64) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let set = &mut *set.cast::<Set>();
        let hash = hash_int(key);
        let Err(place) = set.search_int(hash, key) else { return 0 };
        let is_reused = !place.is_unused();
        place.write_hash(hash);
        place.key().write(key as u64);
        note_added(set, is_reused)
    }
}
