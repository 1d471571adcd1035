//! Strings to bytes and back: `utf-8`, `ascii` and `latin-1`, strict or with what cannot be coded left out, replaced or
//! spelt out.
//!
//! Where strict coding fails, the caller raises `UnicodeEncodeError` or `UnicodeDecodeError` with what `Failure` says.

use super::builder::Builder;
use super::text::{self, Text, View};

/// The codecs, in the order of the number that compiled code passes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "each is the codec of its name")]
pub enum Codec {
    Utf8,
    Ascii,
    Latin1,
}

/// What becomes of what cannot be coded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Errors {
    /// It is an error.
    Strict,
    /// It is left out.
    Ignore,
    /// A question mark stands for it, or U+FFFD.
    Replace,
    /// An escape stands for it: `\xff`, `\u20ac`.
    BackslashReplace,
    /// A reference stands for it: `&#8364;`. Only of code points.
    XmlCharRefReplace,
    /// A byte is a surrogate from U+DC80 on.
    SurrogateEscape,
    /// Surrogates have UTF-8's form of them.
    SurrogatePass,
}

/// What cannot be coded: from where to where, and why, as a number of `REASONS`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Failure {
    /// The first code point or byte.
    pub start: usize,
    /// Behind the last.
    pub end: usize,
    /// Why.
    pub reason: usize,
}

/// Why something cannot be coded, in CPython's words.
pub const REASONS: [&str; 6] = [
    "surrogates not allowed",
    "ordinal not in range(128)",
    "ordinal not in range(256)",
    "invalid start byte",
    "invalid continuation byte",
    "unexpected end of data",
];

impl Codec {
    /// All of them, by number.
    pub const ALL: [Codec; 3] = [Codec::Utf8, Codec::Ascii, Codec::Latin1];

    /// The codec of a name, however it is written.
    pub fn of_name(name: &str) -> Option<Codec> {
        let plain: String = name.to_ascii_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        match plain.as_str() {
            "utf8" | "u8" => Some(Codec::Utf8),
            "ascii" | "usascii" => Some(Codec::Ascii),
            "latin1" | "iso88591" | "l1" | "latin" => Some(Codec::Latin1),
            _ => None,
        }
    }

    /// CPython's name for it in exceptions.
    pub fn name(self) -> &'static str {
        match self {
            Codec::Utf8 => "utf-8",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
        }
    }

    fn can_encode(self, point: u32) -> bool {
        match self {
            Codec::Utf8 => !(0xd800..0xe000).contains(&point),
            Codec::Ascii => point < 0x80,
            Codec::Latin1 => point < 0x100,
        }
    }
}

impl Errors {
    /// All of them, by number.
    pub const ALL: [Errors; 7] = [
        Errors::Strict,
        Errors::Ignore,
        Errors::Replace,
        Errors::BackslashReplace,
        Errors::XmlCharRefReplace,
        Errors::SurrogateEscape,
        Errors::SurrogatePass,
    ];

    /// What the argument `errors` names.
    pub fn of_name(name: &str) -> Option<Errors> {
        match name {
            "strict" => Some(Errors::Strict),
            "ignore" => Some(Errors::Ignore),
            "replace" => Some(Errors::Replace),
            "backslashreplace" => Some(Errors::BackslashReplace),
            "xmlcharrefreplace" => Some(Errors::XmlCharRefReplace),
            "surrogateescape" => Some(Errors::SurrogateEscape),
            "surrogatepass" => Some(Errors::SurrogatePass),
            _ => None,
        }
    }
}

/// `text.encode(codec, errors)`; null without memory.
pub fn encode(view: View<'_>, codec: Codec, errors: Errors) -> Result<*mut Text, Failure> {
    if let View::One(units) = view
        && (codec == Codec::Latin1 || units.is_ascii())
    {
        return Ok(text::of_units(units));
    }
    let mut bytes = Vec::with_capacity(view.len() * 2);
    for (index, point) in view.points().enumerate() {
        match char::from_u32(point) {
            Some(character) if codec == Codec::Utf8 => {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ if codec.can_encode(point) => bytes.push(point as u8),
            _ if !push_replacement(&mut bytes, point, codec, errors) => {
                let run = view.part(index, view.len()).points().take_while(|&point| !codec.can_encode(point));
                return Err(Failure { start: index, end: index + run.count(), reason: codec as usize });
            }
            _ => {}
        }
    }
    Ok(text::of_units(&bytes))
}

/// Adds what stands for a code point that cannot be encoded; false if that is an error.
fn push_replacement(bytes: &mut Vec<u8>, point: u32, codec: Codec, errors: Errors) -> bool {
    match errors {
        Errors::Ignore => {}
        Errors::Replace => bytes.push(b'?'),
        Errors::BackslashReplace => bytes.extend_from_slice(escape(point).as_bytes()),
        Errors::XmlCharRefReplace => bytes.extend_from_slice(format!("&#{point};").as_bytes()),
        Errors::SurrogateEscape if (0xdc80..0xdd00).contains(&point) => bytes.push(point as u8),
        Errors::SurrogatePass if codec == Codec::Utf8 => {
            bytes.extend([0xe0 | point >> 12, 0x80 | point >> 6 & 0x3f, 0x80 | point & 0x3f].map(|byte| byte as u8));
        }
        Errors::Strict | Errors::SurrogateEscape | Errors::SurrogatePass => return false,
    }
    true
}

fn escape(point: u32) -> String {
    match point {
        0..0x100 => format!("\\x{point:02x}"),
        0x100..0x1_0000 => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

/// `bytes.decode(codec, errors)`; null without memory.
pub fn decode(bytes: &[u8], codec: Codec, errors: Errors) -> Result<*mut Text, Failure> {
    if codec == Codec::Latin1 || bytes.is_ascii() {
        return Ok(text::of_units(bytes));
    }
    let mut builder = Builder::new(bytes.len());
    let mut position = 0;
    while position < bytes.len() {
        let (valid, failure) = match codec {
            Codec::Ascii => ascii_prefix(&bytes[position..]),
            Codec::Utf8 | Codec::Latin1 => utf8_prefix(&bytes[position..]),
        };
        valid.chars().for_each(|character| builder.push(character.into()));
        position += valid.len();
        let Some((mut length, reason)) = failure else { break };
        let wrong = &bytes[position..position + length];
        match (errors, &bytes[position..]) {
            (Errors::Ignore, _) => {}
            (Errors::Replace, _) => builder.push(0xfffd),
            (Errors::BackslashReplace, _) => wrong.iter().for_each(|&byte| builder.push_ascii(&escape(byte.into()))),
            (Errors::SurrogateEscape, _) => wrong.iter().for_each(|&byte| builder.push(0xdc00 + u32::from(byte))),
            (Errors::SurrogatePass, &[0xed, middle @ 0xa0..=0xbf, last @ 0x80..=0xbf, ..]) if codec == Codec::Utf8 => {
                builder.push(0xd000 | u32::from(middle & 0x3f) << 6 | u32::from(last & 0x3f));
                length = 3;
            }
            (Errors::Strict | Errors::XmlCharRefReplace | Errors::SurrogatePass, _) => {
                return Err(Failure { start: position, end: position + length, reason });
            }
        }
        position += length;
    }
    Ok(builder.finish())
}

/// What decodes at the start, and how many bytes behind it do not, and why.
fn utf8_prefix(bytes: &[u8]) -> (&str, Option<(usize, usize)>) {
    match std::str::from_utf8(bytes) {
        Ok(all) => (all, None),
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            let is_start = matches!(rest.first(), Some(0xc2..=0xf4));
            let failure = match error.error_len() {
                None => (rest.len(), 5),
                Some(length) => (length, if is_start { 4 } else { 3 }),
            };
            (std::str::from_utf8(valid).unwrap_or(""), Some(failure))
        }
    }
}

fn ascii_prefix(bytes: &[u8]) -> (&str, Option<(usize, usize)>) {
    let count = bytes.iter().take_while(|byte| byte.is_ascii()).count();
    (std::str::from_utf8(&bytes[..count]).unwrap_or(""), (count < bytes.len()).then_some((1, 1)))
}

/// `bytes.hex()`
pub fn hex(bytes: &[u8]) -> *mut Text {
    let digits: Vec<u8> = bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| b"0123456789abcdef"[usize::from(digit)])
        .collect();
    text::of_units(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_say_where() {
        let failure = |bytes: &[u8], codec| decode(bytes, codec, Errors::Strict).err();
        let at = |start, end, reason| Some(Failure { start, end, reason });
        assert_eq!(failure(b"a\xff", Codec::Utf8), at(1, 2, 3));
        assert_eq!(failure(b"\xe4\xbd", Codec::Utf8), at(0, 2, 5));
        assert_eq!(failure(b"\xe4a", Codec::Utf8), at(0, 1, 4));
        assert_eq!(failure(b"ab\x80", Codec::Ascii), at(2, 3, 1));
        assert_eq!(encode(View::Two(&[97, 0x20ac, 0x20ac, 98]), Codec::Ascii, Errors::Strict).err(), at(1, 3, 1));
        assert_eq!(encode(View::Two(&[0xd800]), Codec::Utf8, Errors::Strict).err(), at(0, 1, 0));
    }
}
