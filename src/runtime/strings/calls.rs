//! What compiled code calls of strings, but for formatting (`format_calls.rs`).
//!
//! Routines take live texts and answer new ones, or the same with a reference more; null says that there is no memory.
//! A number that is passed for a choice (`CaseMethod`, `Question`, a mode) is a constant of the compiled code.

use std::ptr::null_mut;

use super::builder::{Builder, concatenate};
use super::cases::{self, CaseMethod, Question};
use super::codecs::{self, Codec, Errors};
use super::cutting::{self, Stripped};
use super::text::{self, NO_HASH, Text};
use super::{representing, search, shaping, unicode};
use crate::runtime::memory::{self, BlockKind, Contents, Header};
use crate::runtime::{list, status};

/// What `find` looks for.
pub mod mode {
    /// The first place, or -1.
    pub const FIND: i64 = 0;
    /// The last place, or -1.
    pub const FIND_LAST: i64 = 1;
    /// How many there are.
    pub const COUNT: i64 = 2;
    /// Whether the text begins with it.
    pub const STARTS: i64 = 3;
    /// Whether it ends with it.
    pub const ENDS: i64 = 4;
    /// Bit 0 of `strip`: at the start; of `pad`: in front; of cuts: from the end.
    pub const FRONT: i64 = 1;
    /// Bit 1 of `strip`: at the end; of `pad`: behind.
    pub const BACK: i64 = 2;
    /// The texts are bytes.
    pub const BYTES: i64 = 8;
}

/// The text of an address.
macro_rules! view {
    ($text:expr) => {
        // SAFETY: compiled code passes texts that it holds.
        unsafe { Text::view($text) }
    };
}

/// The range of a text as one of its own: the text itself if it is all of it.
unsafe fn part(text: *const Text, (start, end): (usize, usize)) -> *mut Text {
    let view = view!(text);
    if (start, end) == (0, view.len()) {
        // SAFETY: the caller's promise: the text is alive.
        return unsafe { Text::retained(text) };
    }
    text::of_view(view.part(start, end))
}

/// `text[index]`, in range.
///
/// # Safety
/// Texts are alive; so for all routines here.
pub unsafe extern "C" fn item(text: *const Text, index: i64) -> *mut Text {
    match view!(text).at(index as usize) {
        point @ 0..0x100 => text::latin1(point as u8),
        point => text::of_points(&[point]),
    }
}

/// A new text with the contents of one that may change: of a bytearray.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn copy(text: *const Text) -> *mut Text {
    text::of_view(view!(text))
}

/// The code point at an index in range.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn code_point(text: *const Text, index: i64) -> i64 {
    view!(text).at(index as usize).into()
}

/// `chr(point)` of a code point that Unicode has.
pub extern "C" fn of_code_point(point: i64) -> *mut Text {
    text::of_points(&[point as u32])
}

/// `count` code points from `start`, `step` apart, all in range.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn slice(text: *const Text, start: i64, step: i64, count: i64) -> *mut Text {
    let view = view!(text);
    if step == 1 && count == view.len() as i64 {
        // SAFETY: the text is alive.
        return unsafe { Text::retained(text) };
    }
    shaping::slice(view, start, step, count)
}

/// `a + b`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn concat(a: *const Text, b: *const Text) -> *mut Text {
    let (left, right) = (view!(a), view!(b));
    // SAFETY: the texts are alive.
    unsafe {
        if right.is_empty() {
            return Text::retained(a);
        }
        if left.is_empty() {
            return Text::retained(b);
        }
    }
    concatenate(&[left, right])
}

/// `a + b`, in the block of `a` if the caller's reference to it is the only one. Null without memory; else the caller's
/// reference to `a` has gone.
///
/// # Safety
/// As for `item`, and the caller owns a reference to `a`.
pub unsafe extern "C" fn append(a: *mut Text, b: *const Text) -> *mut Text {
    let right = view!(b);
    // SAFETY: the texts are alive. Nobody sees `a` while it grows: `b` is another text, and the reference is the only one.
    unsafe {
        if right.is_empty() {
            return a;
        }
        if (*a).length > 0 && right.width() <= (*a).width && Text::is_unshared(a) && !std::ptr::eq(a, b) {
            return text::extend(a, right);
        }
        let sum = concat(a, b);
        if !sum.is_null() {
            memory::release(a.cast::<Header>());
        }
        sum
    }
}

/// `text * count`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn repeat(text: *const Text, count: i64) -> *mut Text {
    if count == 1 {
        // SAFETY: the text is alive.
        return unsafe { Text::retained(text) };
    }
    shaping::repeat(view!(text), count)
}

/// The texts at `items`, `count` of them, with `separator` between.
///
/// # Safety
/// As for `item`; the addresses are there.
pub unsafe extern "C" fn join(separator: *const Text, items: *const *const Text, count: i64) -> *mut Text {
    // SAFETY: the caller's promise; a slice of nothing may have any address but null.
    let items = unsafe { if count == 0 { &[] } else { std::slice::from_raw_parts(items, count as usize) } };
    if let [only] = items {
        // SAFETY: the text is alive.
        return unsafe { Text::retained(*only) };
    }
    let separator = view!(separator);
    let mut views = Vec::with_capacity(items.len() * 2);
    for (index, &item) in items.iter().enumerate() {
        if index > 0 && !separator.is_empty() {
            views.push(separator);
        }
        views.push(view!(item));
    }
    concatenate(&views)
}

/// `separator.join(text)` of the characters of a text.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn interleave(separator: *const Text, text: *const Text) -> *mut Text {
    let (separator, view) = (view!(separator), view!(text));
    if view.len() < 2 || separator.is_empty() {
        // SAFETY: the text is alive.
        return unsafe { Text::retained(text) };
    }
    let mut builder = Builder::new(view.len() * (separator.len() + 1));
    for (index, point) in view.points().enumerate() {
        if index > 0 {
            builder.push_view(separator);
        }
        builder.push(point);
    }
    builder.finish()
}

/// `a == b`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn equals(a: *const Text, b: *const Text) -> bool {
    // SAFETY: the texts are alive.
    std::ptr::eq(a, b)
        || unsafe { (*a).length == (*b).length && (*a).width == (*b).width } && { search::equals(view!(a), view!(b)) }
}

/// -1, 0 or 1 as a is below, equal to or above b.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn compare(a: *const Text, b: *const Text) -> i32 {
    shaping::compare(view!(a), view!(b)) as i32
}

/// `hash(text)`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn hash(text: *mut Text) -> i64 {
    // SAFETY: the text is alive; whoever writes the hash of a constant writes the same.
    unsafe {
        if (*text).hash == NO_HASH {
            (*text).hash = unicode::hash_bytes(shaping::bytes_of(Text::view(text)));
        }
        (*text).hash
    }
}

/// `find rfind count startswith endswith` in the range from `start` to `end`, by the mode.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn find(text: *const Text, needle: *const Text, start: i64, end: i64, mode: i64) -> i64 {
    let (view, needle) = (view!(text), view!(needle));
    let is_search = matches!(mode, mode::FIND | mode::FIND_LAST);
    let Some((start, end)) = search::clamp(view.len(), start, end) else { return if is_search { -1 } else { 0 } };
    let range = view.part(start, end);
    let place = |found: Option<usize>| found.map_or(-1, |index| (start + index) as i64);
    match mode {
        mode::FIND => place(search::find(range, needle)),
        mode::FIND_LAST => place(search::find_last(range, needle)),
        mode::COUNT => search::count(range, needle) as i64,
        mode::STARTS => search::has_affix(range, needle, false).into(),
        _ => search::has_affix(range, needle, true).into(),
    }
}

/// The text in another case: a number of `CaseMethod`, and `BYTES`.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn change_case(text: *const Text, method: i64) -> *mut Text {
    let index = (method & 7) as usize;
    cases::change(view!(text), CaseMethod::ALL[index % CaseMethod::ALL.len()], method & mode::BYTES != 0)
}

/// The answer to a question: its number, and 16 for bytes.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn ask(text: *const Text, question: i64) -> bool {
    let index = (question & 15) as usize;
    cases::ask(view!(text), Question::ALL[index % Question::ALL.len()], question & 16 != 0)
}

/// What is stripped: these code points, or white space for null.
fn stripped<'a>(characters: *const Text, is_bytes: bool) -> Stripped<'a> {
    match (characters.is_null(), is_bytes) {
        (true, true) => Stripped::AsciiSpace,
        (true, false) => Stripped::Space,
        (false, _) => Stripped::Set(view!(characters)),
    }
}

/// `strip lstrip rstrip`, by the bits of the mode; `characters` may be null.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn strip(text: *const Text, characters: *const Text, mode: i64) -> *mut Text {
    let what = stripped(characters, mode & mode::BYTES != 0);
    let range = cutting::strip(view!(text), what, mode & mode::FRONT != 0, mode & mode::BACK != 0);
    // SAFETY: the text is alive.
    unsafe { part(text, range) }
}

/// `ljust rjust center`: fill behind, in front, or on both sides.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn pad(text: *const Text, width: i64, fill: i64, mode: i64) -> *mut Text {
    let view = view!(text);
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(view.len());
    if missing == 0 {
        // SAFETY: the text is alive.
        return unsafe { Text::retained(text) };
    }
    let before = match mode {
        mode::FRONT => missing,
        mode::BACK => 0,
        // As CPython has it: the odd one goes in front if the width is odd.
        _ => missing / 2 + (missing & width as usize & 1),
    };
    shaping::pad(view, before, missing - before, fill as u32)
}

/// `zfill`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn fill_zeros(text: *const Text, width: i64) -> *mut Text {
    shaping::fill_zeros(view!(text), width)
}

/// `expandtabs`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn expand_tabs(text: *const Text, size: i64) -> *mut Text {
    shaping::expand_tabs(view!(text), size)
}

/// `replace` of at most `limit` places; of all if it is negative.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn replace(text: *const Text, old: *const Text, new: *const Text, limit: i64) -> *mut Text {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    match shaping::replace(view!(text), view!(old), view!(new), limit) {
        Some(made) => made,
        // SAFETY: the text is alive.
        None => unsafe { Text::retained(text) },
    }
}

/// `removeprefix`, or `removesuffix` where `is_at_end` is not 0.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn remove_affix(text: *const Text, affix: *const Text, is_at_end: i64) -> *mut Text {
    let (view, affix) = (view!(text), view!(affix));
    let (length, cut) = (view.len(), affix.len());
    let range = match search::has_affix(view, affix, is_at_end != 0) {
        true if is_at_end != 0 => (0, length - cut),
        true => (cut, length),
        false => (0, length),
    };
    // SAFETY: the text is alive.
    unsafe { part(text, range) }
}

/// `partition`, or `rpartition` with `FRONT`: three texts at `out`; 0, or 1 without memory.
///
/// # Safety
/// As for `item`; there is room at `out`.
pub unsafe extern "C" fn partition(text: *const Text, separator: *const Text, mode: i64, out: *mut *mut Text) -> i32 {
    let view = view!(text);
    let from_end = mode & mode::FRONT != 0;
    let found = cutting::partition(view, view!(separator), from_end);
    // SAFETY: the texts are alive, and there is room for three.
    unsafe {
        let parts = match found {
            Some((start, end)) => [part(text, (0, start)), Text::retained(separator), part(text, (end, view.len()))],
            None if from_end => [text::empty(), text::empty(), Text::retained(text)],
            None => [Text::retained(text), text::empty(), text::empty()],
        };
        for (index, made) in parts.into_iter().enumerate() {
            *out.add(index) = made;
        }
        i32::from(parts.iter().any(|made| made.is_null()))
    }
}

/// `split`, or `rsplit` with `FRONT`: a list. `separator` is null for white space; a negative limit is none.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn split(text: *const Text, separator: *const Text, limit: i64, mode: i64) -> *mut Header {
    let view = view!(text);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let space = stripped(std::ptr::null(), mode & mode::BYTES != 0);
    let parts = match (separator.is_null(), mode & mode::FRONT != 0) {
        (true, false) => cutting::split_words(view, space, limit),
        (true, true) => cutting::split_words_from_end(view, space, limit),
        (false, false) => cutting::split(view, view!(separator), limit),
        (false, true) => cutting::split_from_end(view, view!(separator), limit),
    };
    // SAFETY: the text is alive.
    unsafe { list_of_parts(text, &parts) }
}

/// `splitlines`: bit 0 of the mode keeps the ends.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn split_lines(text: *const Text, mode: i64) -> *mut Header {
    let lines = cutting::split_lines(view!(text), mode & 1 != 0, mode & mode::BYTES != 0);
    // SAFETY: the text is alive.
    unsafe { list_of_parts(text, &lines) }
}

/// A list of parts of a text; null without memory.
unsafe fn list_of_parts(text: *const Text, parts: &[(usize, usize)]) -> *mut Header {
    let contents = Contents::new(BlockKind::List, 8, &[0]).expect("one header can be described");
    let list = list::new(contents, parts.len() as i64);
    if list.is_null() {
        return list;
    }
    // SAFETY: the list has room for as many addresses; all are set before anyone reads one.
    unsafe {
        let items = (*list).fields.data.cast::<*mut Text>();
        let mut has_failed = false;
        for (index, &range) in parts.iter().enumerate() {
            let made = part(text, range);
            has_failed |= made.is_null();
            items.add(index).write(made);
        }
        if has_failed {
            crate::runtime::memory::release(list);
            return null_mut();
        }
    }
    list
}

/// `repr(text)`; `ascii(text)` for 1; `repr` of bytes for 2.
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn quote(text: *const Text, mode: i64) -> *mut Text {
    let shown = match mode {
        0 => representing::Shown::Printable,
        1 => representing::Shown::Ascii,
        _ => representing::Shown::Bytes,
    };
    representing::quoted(view!(text), shown).finish()
}

/// What `encode` and `decode` answer: the text, or where they failed.
#[repr(C)]
#[derive(Debug)]
pub struct Coded {
    text: *mut Text,
    start: i64,
    end: i64,
}

impl Coded {
    /// 0 with the text in place, or 1 and the number of the reason with the place of the failure.
    fn set(&mut self, made: Result<*mut Text, codecs::Failure>) -> i32 {
        match made {
            Ok(text) => {
                self.text = text;
                0
            }
            Err(failure) => {
                (self.start, self.end) = (failure.start as i64, failure.end as i64);
                1 + failure.reason as i32
            }
        }
    }
}

/// Codec and errors of the number that compiled code passes.
fn coding(mode: i64) -> (Codec, Errors) {
    let (codec, errors) = ((mode & 3) as usize, (mode >> 2 & 7) as usize);
    (Codec::ALL[codec % Codec::ALL.len()], Errors::ALL[errors % Errors::ALL.len()])
}

/// `text.encode(...)`
///
/// # Safety
/// As for `item`; there is room at `out`.
pub unsafe extern "C" fn encode(text: *const Text, mode: i64, out: *mut Coded) -> i32 {
    let (codec, errors) = coding(mode);
    let made = codecs::encode(view!(text), codec, errors);
    // SAFETY: the caller's promise.
    unsafe { (*out).set(made) }
}

/// `bytes.decode(...)`
///
/// # Safety
/// As for `item`; there is room at `out`.
pub unsafe extern "C" fn decode(bytes: *const Text, mode: i64, out: *mut Coded) -> i32 {
    let (codec, errors) = coding(mode);
    let made = codecs::decode(shaping::bytes_of(view!(bytes)), codec, errors);
    // SAFETY: the caller's promise.
    unsafe { (*out).set(made) }
}

/// `bytes.hex()`
///
/// # Safety
/// As for `item`.
pub unsafe extern "C" fn hex(bytes: *const Text) -> *mut Text {
    codecs::hex(shaping::bytes_of(view!(bytes)))
}

/// The bytes of a list of ints; `DOMAIN` if one is no byte.
///
/// # Safety
/// A live list of ints is there, and room at `out`.
pub unsafe extern "C" fn bytes_of_list(list: *const Header, out: *mut *mut Text) -> i32 {
    // SAFETY: the caller's promise.
    unsafe {
        let count = (*list).length();
        let numbers =
            if count == 0 { &[][..] } else { std::slice::from_raw_parts((*list).item(0).cast::<i64>(), count) };
        let bytes: Result<Vec<u8>, _> = numbers.iter().map(|&number| u8::try_from(number)).collect();
        let Ok(bytes) = bytes else { return status::DOMAIN };
        out.write(text::of_units(&bytes));
    }
    status::OK
}
