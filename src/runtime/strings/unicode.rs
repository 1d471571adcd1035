//! What Unicode says of a code point: CPython's own database, through a table of functions that Python's side installs.
//!
//! The exact version of Unicode is part of what CPython answers, and the functions are plain C ones that need no GIL.
//! Without them, in tests of this crate alone, Rust's tables answer; they may be of another version.

use std::sync::OnceLock;

/// A predicate or a conversion of a code point.
type Test = unsafe extern "C" fn(u32) -> i32;
/// Writes up to three code points and returns how many.
type Mapping = unsafe extern "C" fn(u32, *mut u32) -> i32;

/// CPython's functions, by the names they have there.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "each is `_PyUnicode_Is...` or `_PyUnicode_To...` of its name")]
pub struct Database {
    pub is_alpha: Test,
    pub is_decimal: Test,
    pub is_digit: Test,
    pub is_numeric: Test,
    pub is_lower: Test,
    pub is_upper: Test,
    pub is_title: Test,
    pub is_identifier_start: Test,
    pub is_identifier_part: Test,
    pub is_printable: Test,
    pub is_space: Test,
    pub is_line_break: Test,
    pub is_cased: Test,
    pub is_case_ignorable: Test,
    pub to_decimal: Test,
    pub to_lower: Mapping,
    pub to_upper: Mapping,
    pub to_title: Mapping,
    pub to_folded: Mapping,
    /// `_Py_HashBytes`
    pub hash_bytes: unsafe extern "C" fn(*const u8, isize) -> isize,
}

static DATABASE: OnceLock<Database> = OnceLock::new();

/// Installs CPython's functions; the first call counts.
pub fn install(database: Database) {
    // They are the same whoever installs them.
    let _ = DATABASE.set(database);
}

macro_rules! predicates {
    ($($(#[$meta:meta])* $name:ident: $ascii:expr, $fallback:expr;)*) => {
        $(
            $(#[$meta])*
            #[inline]
            pub fn $name(point: u32) -> bool {
                let ascii: fn(u8) -> bool = $ascii;
                if point < 128 {
                    return ascii(point as u8);
                }
                match DATABASE.get() {
                    // SAFETY: the functions look at their argument alone.
                    Some(database) => unsafe { (database.$name)(point) != 0 },
                    None => char::from_u32(point).is_some_and($fallback),
                }
            }
        )*
    };
}

predicates! {
    /// `str.isalpha` of one character.
    is_alpha: |c| c.is_ascii_alphabetic(), char::is_alphabetic;
    /// `str.isdecimal`
    is_decimal: |c| c.is_ascii_digit(), |_| false;
    /// `str.isdigit`
    is_digit: |c| c.is_ascii_digit(), |_| false;
    /// `str.isnumeric`
    is_numeric: |c| c.is_ascii_digit(), char::is_numeric;
    /// Lower case.
    is_lower: |c| c.is_ascii_lowercase(), char::is_lowercase;
    /// Upper case.
    is_upper: |c| c.is_ascii_uppercase(), char::is_uppercase;
    /// Title case, which a few digraphs have.
    is_title: |_| false, |c| matches!(c, '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}');
    /// May begin an identifier, `_` apart.
    is_identifier_start: |c| c.is_ascii_alphabetic(), char::is_alphabetic;
    /// May go on in an identifier.
    is_identifier_part: |c| c.is_ascii_alphanumeric() || c == b'_', char::is_alphanumeric;
    /// `repr` shows it as it is.
    is_printable: |c| (32..127).contains(&c), |c| !c.is_control();
    /// White space.
    is_space: |c| matches!(c, 9..=13 | 28..=32), char::is_whitespace;
    /// Ends a line.
    is_line_break: |c| matches!(c, 10..=13 | 28..=30), |c| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
    /// Has a case.
    is_cased: |c| c.is_ascii_alphabetic(), |c| c.is_lowercase() || c.is_uppercase();
    /// Skipped where the context of a capital sigma is looked at.
    is_case_ignorable: |c| matches!(c, b'\'' | b'.' | b':' | b'^' | b'`'), |c| matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}');
}

/// The value of a decimal digit of any script.
pub fn decimal(point: u32) -> Option<u32> {
    match DATABASE.get() {
        _ if point < 128 => (point as u8).is_ascii_digit().then(|| point - u32::from(b'0')),
        // SAFETY: the function looks at its argument alone.
        Some(database) => u32::try_from(unsafe { (database.to_decimal)(point) }).ok(),
        None => None,
    }
}

/// A mapping of case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    /// To lower case.
    Lower,
    /// To upper case.
    Upper,
    /// To title case.
    Title,
    /// For comparison without case.
    Folded,
}

/// A code point in another case, one to three code points, handed to `push` in order.
pub fn map(case: Case, point: u32, mut push: impl FnMut(u32)) {
    let Some(database) = DATABASE.get() else { return map_without(case, point, push) };
    let mapping = match case {
        Case::Lower => database.to_lower,
        Case::Upper => database.to_upper,
        Case::Title => database.to_title,
        Case::Folded => database.to_folded,
    };
    let mut mapped = [0; 3];
    // SAFETY: the function writes at most three code points.
    let count = unsafe { mapping(point, mapped.as_mut_ptr()) };
    mapped.iter().take(usize::try_from(count).unwrap_or(0)).for_each(|&point| push(point));
}

fn map_without(case: Case, point: u32, mut push: impl FnMut(u32)) {
    match (char::from_u32(point), case) {
        (None, _) => push(point),
        (Some(c), Case::Lower | Case::Folded) => c.to_lowercase().for_each(|c| push(c.into())),
        (Some(c), Case::Upper | Case::Title) => c.to_uppercase().for_each(|c| push(c.into())),
    }
}

/// The hash of bytes as CPython has it in this process.
pub fn hash_bytes(bytes: &[u8]) -> i64 {
    match DATABASE.get() {
        // SAFETY: the function reads so many bytes.
        Some(database) => unsafe { (database.hash_bytes)(bytes.as_ptr(), bytes.len() as isize) as i64 },
        None => {
            // FNV-1a; -1 is no hash.
            let hash = bytes
                .iter()
                .fold(0xcbf2_9ce4_8422_2325u64, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            if bytes.is_empty() { 0 } else { (hash as i64).max(0) }
        }
    }
}
