//! Where strings are cut: `strip split rsplit splitlines partition`, as ranges of the text.

use super::search::{self, Matches};
use super::text::View;
use super::unicode;

/// A part of a text: start and end.
pub type Range = (usize, usize);

/// What is stripped: white space, or the code points of a string.
#[derive(Clone, Copy, Debug)]
pub enum Stripped<'a> {
    /// Unicode's white space.
    Space,
    /// ASCII's, of bytes.
    AsciiSpace,
    /// These.
    Set(View<'a>),
}

impl Stripped<'_> {
    fn contains(self, point: u32) -> bool {
        match self {
            Stripped::Space => unicode::is_space(point),
            Stripped::AsciiSpace => is_ascii_space(point),
            Stripped::Set(set) => set.points().any(|own| own == point),
        }
    }
}

/// White space of bytes.
#[inline]
pub fn is_ascii_space(point: u32) -> bool {
    matches!(point, 9..=13 | 32)
}

/// What is left of the text without these code points at its ends.
pub fn strip(text: View<'_>, what: Stripped<'_>, at_start: bool, at_end: bool) -> Range {
    let (mut start, mut end) = (0, text.len());
    while at_start && start < end && what.contains(text.at(start)) {
        start += 1;
    }
    while at_end && start < end && what.contains(text.at(end - 1)) {
        end -= 1;
    }
    (start, end)
}

/// The parts between separators, which is not empty: `limit` cuts at most, from the front.
pub fn split(text: View<'_>, separator: View<'_>, limit: usize) -> Vec<Range> {
    let mut parts = Vec::new();
    let mut start = 0;
    for found in Matches::new(text, separator).take(limit) {
        parts.push((start, found));
        start = found + separator.len();
    }
    parts.push((start, text.len()));
    parts
}

/// The same from the back; the parts are in order.
pub fn split_from_end(text: View<'_>, separator: View<'_>, limit: usize) -> Vec<Range> {
    let mut parts = Vec::new();
    let mut end = text.len();
    while parts.len() < limit
        && let Some(found) = search::find_last(text.part(0, end), separator)
    {
        parts.push((found + separator.len(), end));
        end = found;
    }
    parts.push((0, end));
    parts.reverse();
    parts
}

/// The words between runs of white space: `limit` cuts at most, from the front; the rest loses the space in front.
pub fn split_words(text: View<'_>, space: Stripped<'_>, limit: usize) -> Vec<Range> {
    let mut words = Vec::new();
    let length = text.len();
    let mut position = 0;
    loop {
        while position < length && space.contains(text.at(position)) {
            position += 1;
        }
        if position == length {
            return words;
        }
        let start = position;
        if words.len() == limit {
            words.push((start, length));
            return words;
        }
        while position < length && !space.contains(text.at(position)) {
            position += 1;
        }
        words.push((start, position));
    }
}

/// The same from the back, where the rest loses the space behind; the words are in order.
pub fn split_words_from_end(text: View<'_>, space: Stripped<'_>, limit: usize) -> Vec<Range> {
    let mut words = Vec::new();
    let mut position = text.len();
    loop {
        while position > 0 && space.contains(text.at(position - 1)) {
            position -= 1;
        }
        if position == 0 {
            break;
        }
        let end = position;
        if words.len() == limit {
            words.push((0, end));
            break;
        }
        while position > 0 && !space.contains(text.at(position - 1)) {
            position -= 1;
        }
        words.push((position, end));
    }
    words.reverse();
    words
}

/// The lines, with their ends or without.
pub fn split_lines(text: View<'_>, keeps_ends: bool, is_bytes: bool) -> Vec<Range> {
    let is_break = |point: u32| match point {
        10 | 13 => true,
        _ => !is_bytes && unicode::is_line_break(point),
    };
    let mut lines = Vec::new();
    let length = text.len();
    let mut start = 0;
    while start < length {
        let mut end = start;
        while end < length && !is_break(text.at(end)) {
            end += 1;
        }
        let mut next = end;
        if next < length {
            let is_pair = text.at(next) == 13 && next + 1 < length && text.at(next + 1) == 10;
            next += if is_pair { 2 } else { 1 };
        }
        lines.push((start, if keeps_ends { next } else { end }));
        start = next;
    }
    lines
}

/// Start and end of the separator that `partition` cuts at.
pub fn partition(text: View<'_>, separator: View<'_>, from_end: bool) -> Option<Range> {
    let found = if from_end { search::find_last(text, separator) } else { search::find(text, separator) }?;
    Some((found, found + separator.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(utf8: &str) -> Vec<u32> {
        utf8.chars().map(u32::from).collect()
    }

    fn parts(utf8: &str, ranges: &[Range]) -> Vec<String> {
        let characters: Vec<char> = utf8.chars().collect();
        ranges.iter().map(|&(start, end)| characters[start..end].iter().collect()).collect()
    }

    #[test]
    fn words_and_lines_are_cut_as_python_does() {
        let sample = "  a bc\t d  ";
        let points = text(sample);
        let view = View::Four(&points);
        assert_eq!(parts(sample, &split_words(view, Stripped::Space, usize::MAX)), ["a", "bc", "d"]);
        assert_eq!(parts(sample, &split_words(view, Stripped::Space, 1)), ["a", "bc\t d  "]);
        assert_eq!(parts(sample, &split_words_from_end(view, Stripped::Space, 1)), ["  a bc", "d"]);
        let sample = "a\r\nb\n\nc\r";
        let points = text(sample);
        assert_eq!(parts(sample, &split_lines(View::Four(&points), false, false)), ["a", "b", "", "c"]);
        assert_eq!(parts(sample, &split_lines(View::Four(&points), true, false)), ["a\r\n", "b\n", "\n", "c\r"]);
    }
}
