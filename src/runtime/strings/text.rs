//! What a string is in memory: a block whose header says where its code points are and how wide.
//!
//! As in CPython each string has the narrowest of three widths that holds it, so that two equal strings have equal
//! bytes. Bytes are texts of width 1. An argument's text is not copied: its header stands on the dispatcher's stack,
//! and its data are those of the Python object.
//!
//! | fields | of a string of our own | of an argument | of a constant |
//! |---|---|---|---|
//! | `references` | counted | 1 | so many that they are never counted down |
//! | `object` | null | the Python string | null until it is first handed to Python |
//! | `data` | behind the header | the Python string's | in the constant |
//!
//! Empty strings and those of one Latin-1 character are constants too, made once.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::slice::from_raw_parts;
use std::sync::LazyLock;

use crate::runtime::memory::{self, Contents, HEADER_SIZE, Header};

/// References of a text that lives as long as the process.
pub const IMMORTAL: i64 = i64::MAX / 2;

/// The hash of a text whose hash nobody asked for yet; no text has it, as in CPython.
pub const NO_HASH: i64 = -1;

/// The header of a string or of bytes: `memory::Header` with the fields of a text.
#[repr(C)]
#[derive(Debug)]
pub struct Text {
    /// References held.
    pub references: i64,
    /// Bytes of the block behind the header.
    pub size: i64,
    /// The Python object it stands for, or null.
    pub object: *mut c_void,
    /// What the block holds, as `memory` states it.
    pub contents: u64,
    /// Code points; bytes of bytes.
    pub length: i64,
    /// Bytes of a code point: 1, 2 or 4.
    pub width: i64,
    /// The first code point.
    pub data: *const u8,
    /// CPython's hash, or `NO_HASH`.
    pub hash: i64,
}

const _: () = assert!(size_of::<Text>() == HEADER_SIZE);

/// The code points of a text.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// All below 256.
    One(&'a [u8]),
    /// All below 65536.
    Two(&'a [u16]),
    /// Any.
    Four(&'a [u32]),
}

/// A code point as it is stored.
pub trait Unit: Copy + Eq + Ord + Into<u32> {
    /// Bytes of it.
    const WIDTH: i64;
    /// The code point in this width, which holds it.
    fn narrow(point: u32) -> Self;
}

impl Unit for u8 {
    const WIDTH: i64 = 1;
    #[inline(always)]
    fn narrow(point: u32) -> u8 {
        point as u8
    }
}

impl Unit for u16 {
    const WIDTH: i64 = 2;
    #[inline(always)]
    fn narrow(point: u32) -> u16 {
        point as u16
    }
}

impl Unit for u32 {
    const WIDTH: i64 = 4;
    #[inline(always)]
    fn narrow(point: u32) -> u32 {
        point
    }
}

/// The same expression for each width: `with_units!(view, units => units.len())`.
macro_rules! with_units {
    ($view:expr, $units:ident => $body:expr) => {
        match $view {
            $crate::runtime::strings::text::View::One($units) => $body,
            $crate::runtime::strings::text::View::Two($units) => $body,
            $crate::runtime::strings::text::View::Four($units) => $body,
        }
    };
}
pub(crate) use with_units;

impl<'a> View<'a> {
    /// How many code points there are.
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// True if there are none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at an index in range.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        with_units!(self, units => point(units[index]))
    }

    /// A part.
    pub fn part(self, start: usize, end: usize) -> View<'a> {
        match self {
            View::One(units) => View::One(&units[start..end]),
            View::Two(units) => View::Two(&units[start..end]),
            View::Four(units) => View::Four(&units[start..end]),
        }
    }

    /// The code points one after the other.
    pub fn points(self) -> Points<'a> {
        Points { view: self, front: 0, back: self.len() }
    }

    /// True if all code points are below 128.
    pub fn is_ascii(self) -> bool {
        match self {
            View::One(units) => units.is_ascii(),
            View::Two(units) => units.iter().all(|&unit| unit < 128),
            View::Four(units) => units.iter().all(|&unit| unit < 128),
        }
    }

    /// Bytes of a code point.
    pub fn width(self) -> i64 {
        match self {
            View::One(_) => 1,
            View::Two(_) => 2,
            View::Four(_) => 4,
        }
    }

    /// The text as UTF-8; a lone surrogate, which UTF-8 cannot hold, as its escape.
    pub fn to_utf8(self) -> String {
        let mut utf8 = String::with_capacity(self.len());
        for point in self.points() {
            match char::from_u32(point) {
                Some(character) => utf8.push(character),
                None => utf8.push_str(&format!("\\u{point:04x}")),
            }
        }
        utf8
    }
}

/// The code point of a unit.
#[inline(always)]
fn point(unit: impl Unit) -> u32 {
    unit.into()
}

/// Iterates over code points.
#[derive(Clone, Debug)]
pub struct Points<'a> {
    view: View<'a>,
    front: usize,
    back: usize,
}

impl Iterator for Points<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let index = self.front;
        (index < self.back).then(|| {
            self.front += 1;
            self.view.at(index)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.back - self.front, Some(self.back - self.front))
    }
}

impl DoubleEndedIterator for Points<'_> {
    fn next_back(&mut self) -> Option<u32> {
        (self.front < self.back).then(|| {
            self.back -= 1;
            self.view.at(self.back)
        })
    }
}

impl Text {
    /// The code points.
    ///
    /// # Safety
    /// The text is alive for the lifetime, which the caller chooses.
    #[inline]
    pub unsafe fn view<'a>(text: *const Text) -> View<'a> {
        // SAFETY: a live text has `length` code points of `width` bytes at `data`.
        unsafe {
            let (data, length) = ((*text).data, (*text).length as usize);
            match (*text).width {
                1 => View::One(from_raw_parts(data, length)),
                2 => View::Two(from_raw_parts(data.cast(), length)),
                _ => View::Four(from_raw_parts(data.cast(), length)),
            }
        }
    }

    /// The same text with a reference more; a copy of the bytes of a buffer, which may change.
    ///
    /// # Safety
    /// The text is alive.
    pub unsafe fn retained(text: *const Text) -> *mut Text {
        // SAFETY: the caller's promise.
        unsafe {
            if (*text).contents == Contents::LENT.0 {
                return of_view(Text::view(text));
            }
        }
        // SAFETY: the caller's promise; a text begins as a header.
        unsafe { memory::retain(text.cast::<Header>().cast_mut()) };
        text.cast_mut()
    }

    /// True if it is a string of our own with one reference.
    ///
    /// # Safety
    /// The text is alive.
    pub unsafe fn is_unshared(text: *const Text) -> bool {
        // SAFETY: the caller's promise; what stands behind the header is only compared.
        unsafe { (*text).references == 1 && (*text).object.is_null() && (*text).data == text.add(1).cast() }
    }
}

/// The text with more code points, whose width is not larger, behind its own; it may have moved. Null without memory, and
/// then it is as it was. There is room for an eighth more, so that text which grows piece by piece is copied seldom.
///
/// # Safety
/// The text is unshared, and none of the code points are its own.
pub unsafe fn extend(text: *mut Text, more: View<'_>) -> *mut Text {
    // SAFETY: the caller's promise; what is written fits into the block.
    unsafe {
        let (length, width) = ((*text).length, (*text).width);
        let bytes = (length as usize).checked_add(more.len()).and_then(|sum| sum.checked_mul(width as usize));
        let Some(bytes) = bytes.and_then(|bytes| i64::try_from(bytes).ok()) else { return null_mut() };
        let mut grown = text;
        if bytes > (*text).size {
            grown = memory::resize_text(text.cast(), bytes.saturating_add(bytes / 8 + 16)).cast();
            if grown.is_null() {
                return null_mut();
            }
        }
        let data = grown.add(1).cast::<u8>();
        write_view(more, data.add((length * width) as usize), width);
        (*grown).length = length + more.len() as i64;
        (*grown).data = data;
        (*grown).hash = NO_HASH;
        grown
    }
}

/// A new text with room for `length` code points of `width` bytes, and where they go. `None` without memory.
pub fn allocate(length: usize, width: i64) -> Option<(*mut Text, *mut u8)> {
    let size = i64::try_from(length).ok()?.checked_mul(width)?;
    let text = memory::allocate_text(size).cast::<Text>();
    if text.is_null() {
        return None;
    }
    // SAFETY: the block is as large as a header and what stands behind it.
    unsafe {
        let data = text.add(1).cast::<u8>();
        (*text).length = length as i64;
        (*text).width = width;
        (*text).data = data;
        (*text).hash = NO_HASH;
        Some((text, data))
    }
}

/// A new text of these units, of the width that they have; null without memory. The caller says that no narrower
/// width holds them, or that the text is bytes.
pub fn of_units<U: Unit>(units: &[U]) -> *mut Text {
    match units {
        [] => return empty(),
        [only] if U::WIDTH == 1 => return latin1((*only).into() as u8),
        _ => {}
    }
    let Some((text, data)) = allocate(units.len(), U::WIDTH) else { return null_mut() };
    // SAFETY: there is room for as many units.
    unsafe { data.cast::<U>().copy_from_nonoverlapping(units.as_ptr(), units.len()) };
    text
}

/// The units in another width, which holds them.
fn narrowed<From: Unit, To: Unit>(units: &[From]) -> *mut Text {
    if let [only] = units
        && To::WIDTH == 1
    {
        return latin1((*only).into() as u8);
    }
    let Some((text, data)) = allocate(units.len(), To::WIDTH) else { return null_mut() };
    // SAFETY: there is room for as many units.
    unsafe { write_units::<From, To>(units, data) };
    text
}

/// Writes units in another width.
///
/// # Safety
/// There is room for them.
unsafe fn write_units<From: Unit, To: Unit>(units: &[From], data: *mut u8) {
    // SAFETY: the caller's promise.
    let target = unsafe { std::slice::from_raw_parts_mut(data.cast::<To>(), units.len()) };
    for (to, &from) in target.iter_mut().zip(units) {
        *to = To::narrow(from.into());
    }
}

/// Writes code points in a width that holds them; returns where the next go.
///
/// # Safety
/// There is room for them.
pub unsafe fn write_view(view: View<'_>, data: *mut u8, width: i64) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        match (view, width) {
            (View::One(units), 1) => data.copy_from_nonoverlapping(units.as_ptr(), units.len()),
            (View::Two(units), 2) => data.cast::<u16>().copy_from_nonoverlapping(units.as_ptr(), units.len()),
            (View::Four(units), _) => data.cast::<u32>().copy_from_nonoverlapping(units.as_ptr(), units.len()),
            (View::One(units), 2) => write_units::<u8, u16>(units, data),
            (View::One(units), _) => write_units::<u8, u32>(units, data),
            (View::Two(units), _) => write_units::<u16, u32>(units, data),
        }
        data.add(view.len() * width as usize)
    }
}

/// The width that the code points up to `largest` need.
pub fn width_for(largest: u32) -> i64 {
    match largest {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        _ => 4,
    }
}

/// An upper bound of the code points, good enough to tell their width: their union, bit by bit.
fn bits_of<U: Unit>(units: &[U]) -> u32 {
    units.iter().fold(0, |bits, &unit| bits | unit.into())
}

/// A new string of these code points; null without memory.
pub fn of_view(view: View<'_>) -> *mut Text {
    if view.is_empty() {
        return empty();
    }
    match view {
        View::One(units) => of_units(units),
        View::Two(units) => match width_for(bits_of(units)) {
            1 => narrowed::<u16, u8>(units),
            _ => of_units(units),
        },
        View::Four(units) => match width_for(bits_of(units)) {
            1 => narrowed::<u32, u8>(units),
            2 => narrowed::<u32, u16>(units),
            _ => of_units(units),
        },
    }
}

/// A new string of these code points; null without memory.
pub fn of_points(points: &[u32]) -> *mut Text {
    of_view(View::Four(points))
}

/// A new string; null without memory.
pub fn of_str(utf8: &str) -> *mut Text {
    if utf8.is_ascii() {
        return of_units(utf8.as_bytes());
    }
    of_points(&utf8.chars().map(u32::from).collect::<Vec<u32>>())
}

/// A text that lives as long as the process.
fn immortal(length: usize, width: i64, data: *const u8) -> Text {
    let (length, object) = (length as i64, null_mut());
    Text { references: IMMORTAL, size: 0, object, contents: 0, length, width, data, hash: NO_HASH }
}

/// The address of a text that lives as long as the process.
struct Constants([*mut Text; 257]);

// SAFETY: the texts live for ever; what changes in them, hash and object, is the same whoever writes it.
unsafe impl Send for Constants {}
// SAFETY: as above.
unsafe impl Sync for Constants {}

/// The strings of one Latin-1 character, then the empty one.
static SHORTEST: LazyLock<Constants> = LazyLock::new(|| {
    let bytes: &'static [u8; 256] = Box::leak(Box::new(std::array::from_fn(|index| index as u8)));
    Constants(std::array::from_fn(|index| {
        let (length, data) = if index < 256 { (1, &raw const bytes[index]) } else { (0, bytes.as_ptr()) };
        Box::into_raw(Box::new(immortal(length, 1, data)))
    }))
});

/// The empty string.
pub fn empty() -> *mut Text {
    SHORTEST.0[256]
}

/// The string of one character below 256.
#[inline]
pub fn latin1(character: u8) -> *mut Text {
    SHORTEST.0[usize::from(character)]
}

/// A new string that lives as long as the process.
fn leak<U: Unit>(units: Vec<U>) -> *mut Text {
    let units = Box::leak(units.into_boxed_slice());
    Box::into_raw(Box::new(immortal(units.len(), U::WIDTH, units.as_ptr().cast())))
}

/// A constant of the program: a string that lives as long as the process. Equal ones are one.
pub fn constant(utf8: &str) -> *const Text {
    constants::find(false, utf8.as_bytes(), || {
        let points: Vec<u32> = utf8.chars().map(u32::from).collect();
        match width_for(bits_of(&points)) {
            1 => leak(points.iter().map(|&point| point as u8).collect()),
            2 => leak(points.iter().map(|&point| point as u16).collect()),
            _ => leak(points),
        }
    })
}

/// The same of bytes.
pub fn constant_bytes(bytes: &[u8]) -> *const Text {
    constants::find(true, bytes, || leak(bytes.to_vec()))
}

mod constants {
    //! The constants made so far: as many as programs state, so nothing is ever dropped.

    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex, PoisonError};

    use super::Text;

    struct Address(*mut Text);

    // SAFETY: the texts live for ever; what changes in them, hash and object, is the same whoever writes it.
    unsafe impl Send for Address {}

    /// By contents, and whether they are bytes.
    type Known = HashMap<(bool, Box<[u8]>), Address>;

    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

    pub(super) fn find(is_bytes: bool, contents: &[u8], make: impl FnOnce() -> *mut Text) -> *const Text {
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry((is_bytes, contents.into())).or_insert_with(|| Address(make())).0
    }
}
