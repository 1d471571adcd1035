//! Searching: `find rfind count in startswith endswith replace`, and the places where `split` and `partition` cut.
//!
//! Narrow texts in narrow ones go to the `memchr` crate, which is vector code; wider ones compare windows behind a
//! scan for the first code point. A needle wider than the text cannot be in it, because widths are minimal.

use memchr::memmem;

use super::text::{Unit, View};

/// The range that `start` and `end` name in a text of this length; `None` if it starts behind the end.
pub fn clamp(length: usize, start: i64, end: i64) -> Option<(usize, usize)> {
    let length = length as i64;
    let wrap = |number: i64| if number < 0 { number.saturating_add(length).max(0) } else { number };
    let (start, end) = (wrap(start), wrap(end).min(length));
    (start <= end).then_some((start as usize, end as usize))
}

/// Where `needle` first is.
pub fn find(text: View<'_>, needle: View<'_>) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    if needle.len() > text.len() {
        return None;
    }
    match (text, needle) {
        (View::One(text), View::One([only])) => memchr::memchr(*only, text),
        (View::One(text), View::One(needle)) => memmem::find(text, needle),
        (View::Two(text), View::One(needle)) => find_units(text, needle),
        (View::Two(text), View::Two(needle)) => find_units(text, needle),
        (View::Four(text), View::One(needle)) => find_units(text, needle),
        (View::Four(text), View::Two(needle)) => find_units(text, needle),
        (View::Four(text), View::Four(needle)) => find_units(text, needle),
        // A part of a wide text may be narrow.
        (_, needle) => find_points(text, needle),
    }
}

fn find_units<T: Unit, N: Unit>(text: &[T], needle: &[N]) -> Option<usize> {
    let first = needle[0].into();
    let last = text.len() - needle.len();
    let mut start = 0;
    while start <= last {
        start += text[start..=last].iter().position(|&unit| unit.into() == first)?;
        if is_same(&text[start..start + needle.len()], needle) {
            return Some(start);
        }
        start += 1;
    }
    None
}

fn find_points(text: View<'_>, needle: View<'_>) -> Option<usize> {
    (0..=text.len() - needle.len()).find(|&start| is_at(text, needle, start))
}

fn is_same<T: Unit, N: Unit>(a: &[T], b: &[N]) -> bool {
    a.iter().zip(b).all(|(&a, &b)| a.into() == b.into())
}

/// Where `needle` last is.
pub fn find_last(text: View<'_>, needle: View<'_>) -> Option<usize> {
    if needle.is_empty() {
        return Some(text.len());
    }
    if needle.len() > text.len() {
        return None;
    }
    match (text, needle) {
        (View::One(text), View::One([only])) => memchr::memrchr(*only, text),
        (View::One(text), View::One(needle)) => memmem::rfind(text, needle),
        _ => (0..=text.len() - needle.len()).rev().find(|&start| is_at(text, needle, start)),
    }
}

/// How often `needle` is there without overlaps.
pub fn count(text: View<'_>, needle: View<'_>) -> usize {
    if needle.is_empty() {
        return text.len() + 1;
    }
    match (text, needle) {
        (View::One(text), View::One([only])) => memchr::memchr_iter(*only, text).count(),
        (View::One(text), View::One(needle)) => memmem::find_iter(text, needle).count(),
        _ => Matches::new(text, needle).count(),
    }
}

/// True if `needle` stands at `start`, where there is room for it.
pub fn is_at(text: View<'_>, needle: View<'_>, start: usize) -> bool {
    equals(text.part(start, start + needle.len()), needle)
}

/// True if both have the same code points.
pub fn equals(a: View<'_>, b: View<'_>) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match (a, b) {
        (View::One(a), View::One(b)) => a == b,
        (View::Two(a), View::Two(b)) => a == b,
        (View::Four(a), View::Four(b)) => a == b,
        _ => a.points().eq(b.points()),
    }
}

/// Whether the text begins with `affix`, or ends with it.
pub fn has_affix(text: View<'_>, affix: View<'_>, is_at_end: bool) -> bool {
    let Some(room) = text.len().checked_sub(affix.len()) else { return false };
    is_at(text, affix, if is_at_end { room } else { 0 })
}

/// The places of a needle that is not empty, from the front, without overlaps.
pub struct Matches<'a> {
    text: View<'a>,
    needle: View<'a>,
    position: usize,
    /// Built once for narrow needles.
    finder: Option<memmem::Finder<'a>>,
}

impl<'a> Matches<'a> {
    /// All places from the front.
    pub fn new(text: View<'a>, needle: View<'a>) -> Matches<'a> {
        let finder = match (text, needle) {
            (View::One(_), View::One(needle)) if needle.len() > 1 => Some(memmem::Finder::new(needle)),
            _ => None,
        };
        Matches { text, needle, position: 0, finder }
    }
}

impl Iterator for Matches<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let rest = self.text.part(self.position, self.text.len());
        let found = match (&self.finder, rest) {
            (Some(finder), View::One(rest)) => finder.find(rest),
            _ => find(rest, self.needle),
        }?;
        let start = self.position + found;
        self.position = start + self.needle.len();
        Some(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_clamped_as_slices_are() {
        assert_eq!(clamp(5, 0, i64::MAX), Some((0, 5)));
        assert_eq!(clamp(5, -2, i64::MAX), Some((3, 5)));
        assert_eq!(clamp(5, -9, -1), Some((0, 4)));
        assert_eq!(clamp(5, 5, 9), Some((5, 5)));
        assert_eq!(clamp(5, 6, 9), None);
        assert_eq!(clamp(5, i64::MIN, i64::MIN), Some((0, 0)));
    }

    #[test]
    fn needles_are_found_in_texts_of_every_width() {
        let (narrow, wide): (Vec<u8>, Vec<u16>) = (b"abcabcab".to_vec(), "abcabcab".encode_utf16().collect());
        let widest: Vec<u32> = "abcabcab".chars().map(u32::from).collect();
        for text in [View::One(&narrow), View::Two(&wide), View::Four(&widest)] {
            for needle in [View::One(b"ca"), View::Two(&[99, 97]), View::Four(&[99, 97])] {
                assert_eq!((find(text, needle), find_last(text, needle), count(text, needle)), (Some(2), Some(5), 2));
                assert_eq!(Matches::new(text, needle).collect::<Vec<_>>(), [2, 5]);
            }
            assert_eq!((find(text, View::One(b"x")), find_last(text, View::One(b"abcabcabc"))), (None, None));
            assert_eq!((find_last(text, View::One(b"")), count(text, View::One(b""))), (Some(8), 9));
        }
    }
}
