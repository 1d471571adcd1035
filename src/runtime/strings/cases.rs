//! Upper, lower, title and folded case, and the questions that `isupper` and its kin ask of a whole string.

use super::builder::Builder;
use super::text::{self, Text, View};
use super::unicode::{self, Case};

/// `upper lower title capitalize swapcase casefold`, in the order of the number that compiled code passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the method of its name")]
pub enum CaseMethod {
    Upper,
    Lower,
    Title,
    Capitalize,
    SwapCase,
    CaseFold,
}

impl CaseMethod {
    /// All of them, by number.
    pub const ALL: [CaseMethod; 6] = [
        CaseMethod::Upper,
        CaseMethod::Lower,
        CaseMethod::Title,
        CaseMethod::Capitalize,
        CaseMethod::SwapCase,
        CaseMethod::CaseFold,
    ];
}

/// The questions, in the order of the number that compiled code passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the method of its name, `is` in front")]
pub enum Question {
    Alpha,
    Decimal,
    Digit,
    Numeric,
    Alnum,
    Space,
    Lower,
    Upper,
    Title,
    Identifier,
    Ascii,
    Printable,
}

impl Question {
    /// All of them, by number.
    pub const ALL: [Question; 12] = [
        Question::Alpha,
        Question::Decimal,
        Question::Digit,
        Question::Numeric,
        Question::Alnum,
        Question::Space,
        Question::Lower,
        Question::Upper,
        Question::Title,
        Question::Identifier,
        Question::Ascii,
        Question::Printable,
    ];
}

/// The text in another case; null without memory. Of bytes only ASCII letters change.
pub fn change(view: View<'_>, method: CaseMethod, is_bytes: bool) -> *mut Text {
    if let View::One(units) = view
        && (is_bytes || units.is_ascii())
    {
        return change_ascii(units, method);
    }
    let mut builder = Builder::new(view.len());
    let mut push = |point: u32| builder.push(point);
    match method {
        CaseMethod::Upper => view.points().for_each(|point| unicode::map(Case::Upper, point, &mut push)),
        CaseMethod::CaseFold => view.points().for_each(|point| unicode::map(Case::Folded, point, &mut push)),
        CaseMethod::Lower => (0..view.len()).for_each(|index| lower_at(view, index, &mut push)),
        CaseMethod::Capitalize => (0..view.len()).for_each(|index| match index {
            0 => unicode::map(Case::Title, view.at(0), &mut push),
            _ => lower_at(view, index, &mut push),
        }),
        CaseMethod::SwapCase => (0..view.len()).for_each(|index| match view.at(index) {
            point if unicode::is_upper(point) => lower_at(view, index, &mut push),
            point if unicode::is_lower(point) => unicode::map(Case::Upper, point, &mut push),
            point => push(point),
        }),
        CaseMethod::Title => {
            let mut was_cased = false;
            for index in 0..view.len() {
                match was_cased {
                    true => lower_at(view, index, &mut push),
                    false => unicode::map(Case::Title, view.at(index), &mut push),
                }
                was_cased = unicode::is_cased(view.at(index));
            }
        }
    }
    builder.finish()
}

fn change_ascii(units: &[u8], method: CaseMethod) -> *mut Text {
    if let [] | [_] = units {
        let only = units.first().map(|&unit| match method {
            CaseMethod::Lower | CaseMethod::CaseFold => unit.to_ascii_lowercase(),
            CaseMethod::SwapCase => swapped(unit),
            CaseMethod::Upper | CaseMethod::Title | CaseMethod::Capitalize => unit.to_ascii_uppercase(),
        });
        return only.map_or_else(text::empty, text::latin1);
    }
    let Some((made, data)) = text::allocate(units.len(), 1) else { return std::ptr::null_mut() };
    // SAFETY: there is room for as many bytes, which nothing else sees yet; they are set before they are read.
    let target = unsafe {
        data.copy_from_nonoverlapping(units.as_ptr(), units.len());
        std::slice::from_raw_parts_mut(data, units.len())
    };
    match method {
        CaseMethod::Upper => target.make_ascii_uppercase(),
        CaseMethod::Lower | CaseMethod::CaseFold => target.make_ascii_lowercase(),
        CaseMethod::Capitalize => {
            target.make_ascii_lowercase();
            target[0].make_ascii_uppercase();
        }
        CaseMethod::SwapCase => target.iter_mut().for_each(|unit| *unit = swapped(*unit)),
        CaseMethod::Title => {
            let mut was_cased = false;
            for unit in target {
                *unit = if was_cased { unit.to_ascii_lowercase() } else { unit.to_ascii_uppercase() };
                was_cased = unit.is_ascii_alphabetic();
            }
        }
    }
    made
}

fn swapped(unit: u8) -> u8 {
    if unit.is_ascii_alphabetic() { unit ^ 0x20 } else { unit }
}

/// Lower case with the one rule that looks at its context: a capital sigma that ends a word becomes a final one.
fn lower_at(view: View<'_>, index: usize, push: &mut impl FnMut(u32)) {
    const CAPITAL_SIGMA: u32 = 0x3a3;
    let point = view.at(index);
    if point != CAPITAL_SIGMA {
        return unicode::map(Case::Lower, point, push);
    }
    let is_significant = |point: &u32| !unicode::is_case_ignorable(*point);
    let before = view.part(0, index).points().rev().find(is_significant);
    let after = view.part(index + 1, view.len()).points().find(is_significant);
    let is_final = before.is_some_and(unicode::is_cased) && !after.is_some_and(unicode::is_cased);
    push(if is_final { 0x3c2 } else { 0x3c3 });
}

/// What `isalpha` and its kin answer.
pub fn ask(view: View<'_>, question: Question, is_bytes: bool) -> bool {
    let is_empty = view.is_empty();
    let all = |test: &dyn Fn(u32) -> bool| !is_empty && view.points().all(test);
    if is_bytes {
        return ask_bytes(view, question);
    }
    match question {
        Question::Alpha => all(&unicode::is_alpha),
        Question::Decimal => all(&unicode::is_decimal),
        Question::Digit => all(&unicode::is_digit),
        Question::Numeric => all(&unicode::is_numeric),
        Question::Alnum => all(&|point| {
            unicode::is_alpha(point)
                || unicode::is_decimal(point)
                || unicode::is_digit(point)
                || unicode::is_numeric(point)
        }),
        Question::Space => all(&unicode::is_space),
        Question::Lower => has_one_case(view, unicode::is_lower, |p| unicode::is_upper(p) || unicode::is_title(p)),
        Question::Upper => has_one_case(view, unicode::is_upper, |p| unicode::is_lower(p) || unicode::is_title(p)),
        Question::Title => is_titled(view, |p| unicode::is_upper(p) || unicode::is_title(p), unicode::is_lower),
        Question::Identifier => is_identifier(view),
        Question::Ascii => view.is_ascii(),
        Question::Printable => view.points().all(unicode::is_printable),
    }
}

fn ask_bytes(view: View<'_>, question: Question) -> bool {
    let of = |test: fn(&u8) -> bool| move |point: u32| test(&(point as u8));
    let all = |test: fn(&u8) -> bool| !view.is_empty() && view.points().all(of(test));
    match question {
        Question::Alpha => all(u8::is_ascii_alphabetic),
        Question::Decimal | Question::Digit | Question::Numeric => all(u8::is_ascii_digit),
        Question::Alnum => all(u8::is_ascii_alphanumeric),
        Question::Space => all(|&byte| super::cutting::is_ascii_space(byte.into())),
        Question::Lower => has_one_case(view, of(u8::is_ascii_lowercase), of(u8::is_ascii_uppercase)),
        Question::Upper => has_one_case(view, of(u8::is_ascii_uppercase), of(u8::is_ascii_lowercase)),
        Question::Title => is_titled(view, of(u8::is_ascii_uppercase), of(u8::is_ascii_lowercase)),
        Question::Identifier | Question::Ascii | Question::Printable => view.is_ascii(),
    }
}

fn has_one_case(view: View<'_>, is_wanted: impl Fn(u32) -> bool, is_other: impl Fn(u32) -> bool) -> bool {
    let mut has_wanted = false;
    for point in view.points() {
        if is_other(point) {
            return false;
        }
        has_wanted |= is_wanted(point);
    }
    has_wanted
}

/// Upper case follows what has no case, lower case what has one.
fn is_titled(view: View<'_>, is_upper: impl Fn(u32) -> bool, is_lower: impl Fn(u32) -> bool) -> bool {
    let (mut is_any, mut was_cased) = (false, false);
    for point in view.points() {
        if is_upper(point) {
            if was_cased {
                return false;
            }
            (is_any, was_cased) = (true, true);
        } else if is_lower(point) {
            if !was_cased {
                return false;
            }
            (is_any, was_cased) = (true, true);
        } else {
            was_cased = false;
        }
    }
    is_any
}

fn is_identifier(view: View<'_>) -> bool {
    if view.is_empty() {
        return false;
    }
    let first = view.at(0);
    (first == u32::from(b'_') || unicode::is_identifier_start(first))
        && view.part(1, view.len()).points().all(unicode::is_identifier_part)
}
