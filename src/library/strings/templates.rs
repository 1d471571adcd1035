//! `template.format(...)` of a template that is known when compiling.

use crate::hir::Conversion;
use crate::library::{Arguments, Entry, Operand};
use crate::lir::Value;
use crate::lower::{Lowering, PieceText, Repr};
use crate::refusal::Reason;
use crate::typing::{Fact, Type};

use super::conversions::can_format;
use super::fields::{Step, lower_part, part, steps};

/// `str.format`.
pub(in crate::library) const ENTRIES: &[Entry] =
    &[Entry::call("str.format", format, lower_format), Entry::call("str.format_map", format, lower_format)];

/// A piece of a template or of a specification.
enum Piece {
    /// Text as it is.
    Literal(String),
    /// A field: which argument, which part of it, its conversion, its specification.
    Field(Name, Vec<Step>, Conversion, Vec<Piece>),
}

/// Which argument a field shows.
enum Name {
    Position(usize),
    Keyword(String),
}

/// Reads a template.
struct Reader<'a> {
    rest: &'a str,
    /// The number of the next field without a name; `None` once fields are numbered by hand.
    next: Option<usize>,
    is_automatic: bool,
}

impl Reader<'_> {
    fn take(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let first = characters.next()?;
        self.rest = characters.as_str();
        Some(first)
    }

    fn skip(&mut self, letter: char) -> bool {
        match self.rest.strip_prefix(letter) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Pieces up to the end, or up to the brace that ends a specification.
    fn pieces(&mut self, depth: u32) -> Result<Vec<Piece>, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        loop {
            if depth > 0 && self.rest.starts_with('}') {
                break;
            }
            match self.take() {
                None if depth > 0 => return Err("expected '}' before end of string".to_owned()),
                None => break,
                Some('{') if depth == 0 && self.skip('{') => literal.push('{'),
                Some('}') if self.skip('}') => literal.push('}'),
                Some('}') => return Err("Single '}' encountered in format string".to_owned()),
                Some('{') if self.rest.is_empty() => {
                    return Err("Single '{' encountered in format string".to_owned());
                }
                Some('{') if depth > 1 => return Err("Max string recursion exceeded".to_owned()),
                Some('{') => {
                    pieces.push(Piece::Literal(std::mem::take(&mut literal)));
                    pieces.push(self.field(depth)?);
                }
                Some(other) => literal.push(other),
            }
        }
        pieces.push(Piece::Literal(literal));
        pieces.retain(|piece| !matches!(piece, Piece::Literal(literal) if literal.is_empty()));
        Ok(pieces)
    }

    fn field(&mut self, depth: u32) -> Result<Piece, String> {
        let end = field_end(self.rest).ok_or("expected '}' before end of string")?;
        let whole = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        let (name, path) = whole.split_at(whole.find(['.', '[']).unwrap_or(whole.len()));
        let (name, steps) = (self.name(name)?, steps(path)?);
        let mut conversion = Conversion::None;
        if self.skip('!') {
            conversion = match self.take() {
                Some('s') => Conversion::Str,
                Some('r') => Conversion::Repr,
                Some('a') => Conversion::Ascii,
                Some(other) => return Err(format!("Unknown conversion specifier {other}")),
                None => return Err("end of string while looking for conversion specifier".to_owned()),
            };
        }
        let spec = if self.skip(':') { self.pieces(depth + 1)? } else { Vec::new() };
        if !self.skip('}') {
            return Err("expected '}' before end of string".to_owned());
        }
        Ok(Piece::Field(name, steps, conversion, spec))
    }

    fn name(&mut self, name: &str) -> Result<Name, String> {
        let number = name.parse::<usize>().ok();
        if !name.is_empty() && number.is_none() {
            return Ok(Name::Keyword(name.to_owned()));
        }
        match (number, self.next) {
            (None, Some(next)) => {
                self.next = Some(next + 1);
                self.is_automatic = true;
                Ok(Name::Position(next))
            }
            (Some(_), _) if self.is_automatic => {
                Err("cannot switch from automatic field numbering to manual field specification".to_owned())
            }
            (Some(number), _) => {
                self.next = None;
                Ok(Name::Position(number))
            }
            (None, None) => {
                Err("cannot switch from manual field specification to automatic field numbering".to_owned())
            }
        }
    }
}

/// Where a field's name and path end: brackets may hold anything.
fn field_end(text: &str) -> Option<usize> {
    let mut is_inside = false;
    text.char_indices().find_map(|(index, character)| {
        match character {
            '[' => is_inside = true,
            ']' => is_inside = false,
            '}' | ':' | '!' if !is_inside => return Some(index),
            _ => {}
        }
        None
    })
}

fn pieces(arguments: &Arguments) -> Result<Vec<Piece>, Reason> {
    let template = arguments.positional[0]
        .fact
        .as_str()
        .ok_or_else(|| Reason::NotConstant("the string that format() is called on".to_owned()))?;
    let mut reader = Reader { rest: template, next: Some(0), is_automatic: false };
    let mut pieces = reader.pieces(0).map_err(Reason::Arguments)?;
    if arguments.name == "str.format_map" {
        take_from_map(&mut pieces)?;
    }
    Ok(pieces)
}

/// Names are keys of the only argument.
fn take_from_map(pieces: &mut [Piece]) -> Result<(), Reason> {
    for piece in pieces {
        let Piece::Field(name, steps, _, spec) = piece else { continue };
        match std::mem::replace(name, Name::Position(0)) {
            Name::Keyword(key) => steps.insert(0, Step::Key(key)),
            Name::Position(_) => {
                return Err(Reason::Arguments("Format string contains positional fields".to_owned()));
            }
        }
        take_from_map(spec)?;
    }
    Ok(())
}

fn argument<'a>(arguments: &'a Arguments, name: &Name) -> Result<&'a Operand, Reason> {
    match name {
        Name::Position(position) => arguments.positional.get(position + 1).ok_or_else(|| {
            Reason::Arguments(format!("Replacement index {position} out of range for positional args tuple"))
        }),
        Name::Keyword(name) => {
            let found = arguments.named.iter().find(|(known, _)| **known == **name).map(|(_, operand)| operand);
            found.ok_or_else(|| Reason::Arguments(format!("format() has no argument '{name}'")))
        }
    }
}

fn check(arguments: &Arguments, pieces: &[Piece]) -> Result<(), Reason> {
    for piece in pieces {
        let Piece::Field(name, steps, conversion, spec) = piece else { continue };
        let shown = part(&argument(arguments, name)?.fact, steps)?;
        let has_spec = !spec.is_empty() && *conversion == Conversion::None;
        if !can_format(&shown.ty, has_spec) {
            return Err(arguments.refuse("it formats numbers and strings"));
        }
        check(arguments, spec)?;
    }
    Ok(())
}

fn format(arguments: &Arguments) -> Result<Fact, Reason> {
    check(arguments, &pieces(arguments)?).map(|()| Fact::of(Type::String))
}

fn lower_format(lowering: &mut Lowering<'_>, arguments: &Arguments, _: &Fact) -> Result<Repr, Reason> {
    let pieces = pieces(arguments)?;
    Ok(Repr::from_slice(&[join(lowering, arguments, &pieces)?]))
}

/// The pieces as one text.
fn join(lowering: &mut Lowering<'_>, arguments: &Arguments, pieces: &[Piece]) -> Result<Value, Reason> {
    lowering.join_pieces(pieces, |lowering, piece| {
        Ok(match piece {
            Piece::Literal(literal) => PieceText::Known(lowering.known_text(literal)),
            Piece::Field(name, steps, conversion, spec) => {
                let operand = argument(arguments, name)?;
                let whole = lowering.argument(operand);
                let (repr, shown, own) = lower_part(lowering, (whole, operand.fact.clone()), steps)?;
                let text = field(lowering, arguments, (&repr, &shown.ty), *conversion, spec)?;
                lowering.hold_temporary(text);
                own.into_iter().for_each(|part| lowering.release_temporary(part));
                lowering.forget_temporary(text);
                PieceText::Made(text)
            }
        })
    })
}

fn field(
    lowering: &mut Lowering<'_>,
    arguments: &Arguments,
    (repr, ty): (&Repr, &Type),
    conversion: Conversion,
    spec: &[Piece],
) -> Result<Value, Reason> {
    match spec {
        [] => lowering.formatted(repr, ty, conversion, None),
        [Piece::Literal(literal)] => {
            let spec = lowering.known_text(literal);
            lowering.formatted(repr, ty, conversion, Some(spec))
        }
        pieces => {
            let spec = join(lowering, arguments, pieces)?;
            lowering.hold_temporary(spec);
            let made = lowering.formatted(repr, ty, conversion, Some(spec))?;
            lowering.release_temporary(spec);
            Ok(made)
        }
    }
}
