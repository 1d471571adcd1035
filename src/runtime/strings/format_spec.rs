//! The mini-language of format specifications: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.

use super::text::View;
use super::unicode;

/// Why a value cannot be formatted: the class and message of CPython's exception.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
    /// `ValueError`
    Value(String),
    /// `OverflowError`
    Overflow(String),
}

/// How digits in front of the point are grouped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grouping {
    /// `,` or `_`
    pub separator: u32,
    /// Digits between two of them.
    pub size: i64,
}

/// A format specification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spec {
    /// What padding is made of.
    pub fill: u32,
    /// `<`, `>`, `^` or `=`
    pub align: u8,
    /// `+`, `-`, a space, or 0 where nothing is said.
    pub sign: u8,
    /// `z`: no negative zero.
    pub drops_zero_sign: bool,
    /// `#`
    pub is_alternate: bool,
    /// The least width.
    pub width: usize,
    /// The separator of thousands.
    pub grouping: Option<Grouping>,
    /// Digits behind the point, or how much of a string is shown.
    pub precision: Option<i64>,
    /// The letter at the end; 0 without one.
    pub kind: u32,
}

/// Reads numbers and letters of a specification.
struct Reader<'a> {
    view: View<'a>,
    position: usize,
}

impl Reader<'_> {
    fn peek(&self, distance: usize) -> Option<u32> {
        let position = self.position + distance;
        (position < self.view.len()).then(|| self.view.at(position))
    }

    /// Takes the next code point if it is this one.
    fn take(&mut self, letter: u8) -> bool {
        let is_next = self.peek(0) == Some(letter.into());
        self.position += usize::from(is_next);
        is_next
    }

    /// Takes the next code point if it is one of these.
    fn take_any(&mut self, letters: &[u8]) -> Option<u8> {
        let found = letters.iter().copied().find(|&letter| self.peek(0) == Some(letter.into()))?;
        self.position += 1;
        Some(found)
    }

    /// Takes a number, if there is one.
    fn number(&mut self) -> Result<Option<i64>, Failure> {
        let mut number = None;
        while let Some(digit) = self.peek(0).and_then(unicode::decimal) {
            let shifted = number.unwrap_or(0i64).checked_mul(10).and_then(|n| n.checked_add(digit.into()));
            let too_many = || Failure::Value("Too many decimal digits in format string".to_owned());
            number = Some(shifted.ok_or_else(too_many)?);
            self.position += 1;
        }
        Ok(number)
    }
}

fn is_align(point: Option<u32>) -> bool {
    point.is_some_and(|point| [b'<', b'>', b'=', b'^'].iter().any(|&align| u32::from(align) == point))
}

impl Spec {
    /// Reads a specification for a value of this Python type, which aligns this way unless it says otherwise.
    pub fn parse(view: View<'_>, default_align: u8, type_name: &str) -> Result<Spec, Failure> {
        let mut spec = Spec {
            fill: b' '.into(),
            align: default_align,
            sign: 0,
            drops_zero_sign: false,
            is_alternate: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: 0,
        };
        let default_kind = if type_name == "str" { b's'.into() } else { 0 };
        let mut reader = Reader { view, position: 0 };
        let has_fill = is_align(reader.peek(1));
        let has_align = has_fill || is_align(reader.peek(0));
        if has_fill {
            spec.fill = view.at(0);
            reader.position = 1;
        }
        if has_align {
            spec.align = view.at(reader.position) as u8;
            reader.position += 1;
        }
        spec.sign = reader.take_any(b" +-").unwrap_or(0);
        spec.drops_zero_sign = reader.take(b'z');
        spec.is_alternate = reader.take(b'#');
        if !has_fill && reader.take(b'0') {
            spec.fill = b'0'.into();
            if !has_align && default_align == b'>' {
                spec.align = b'=';
            }
        }
        spec.width = reader.number()?.map_or(0, |width| width as usize);
        let separator = spec.separator(&mut reader)?;
        if reader.take(b'.') {
            let missing = || Failure::Value("Format specifier missing precision".to_owned());
            spec.precision = Some(reader.number()?.ok_or_else(missing)?);
        }
        match view.len() - reader.position {
            0 => spec.kind = default_kind,
            1 => spec.kind = view.at(reader.position),
            _ => {
                let message = format!("Invalid format specifier '{}' for object of type '{type_name}'", view.to_utf8());
                return Err(Failure::Value(message));
            }
        }
        spec.grouping = separator.map(|separator| spec.group(separator)).transpose()?;
        Ok(spec)
    }

    fn separator(&self, reader: &mut Reader<'_>) -> Result<Option<u8>, Failure> {
        let both = || Failure::Value("Cannot specify both ',' and '_'.".to_owned());
        let has_comma = reader.take(b',');
        let has_underscore = reader.take(b'_');
        if has_underscore && (has_comma || reader.peek(0) == Some(b','.into())) {
            return Err(both());
        }
        Ok(if has_comma { Some(b',') } else { has_underscore.then_some(b'_') })
    }

    /// Every letter has its grouping, or none.
    fn group(&self, separator: u8) -> Result<Grouping, Failure> {
        let size = match u8::try_from(self.kind) {
            Ok(0 | b'd' | b'e' | b'f' | b'g' | b'E' | b'G' | b'%' | b'F') => 3,
            Ok(b'b' | b'o' | b'x' | b'X') if separator == b'_' => 4,
            _ => {
                let message = format!("Cannot specify '{}' with '{}'.", char::from(separator), shown(self.kind));
                return Err(Failure::Value(message));
            }
        };
        Ok(Grouping { separator: separator.into(), size })
    }

    /// That values of this type have no such letter.
    pub fn unknown(&self, type_name: &str) -> Failure {
        Failure::Value(format!("Unknown format code '{}' for object of type '{type_name}'", shown(self.kind)))
    }
}

/// A letter as messages show it.
fn shown(kind: u32) -> String {
    match kind {
        33..128 => char::from(kind as u8).to_string(),
        kind => format!("\\x{kind:x}"),
    }
}
