//! `template % arguments` of a template that is known when compiling: each conversion becomes a call of the runtime.

use crate::library::numbers::float_to_int;
use crate::lir::{IntCond, Value};
use crate::lower::items::value_layout;
use crate::lower::{Failure, Lowering, PieceText, Repr, has_text};
use crate::refusal::Reason;
use crate::runtime::strings::percent::{ALTERNATE, BLANK, LEFT, SIGN, ZERO};
use crate::runtime::symbols::Symbol;
use crate::typing::{DType, Kind, Type};

/// A piece of a template.
#[derive(Clone, PartialEq, Debug)]
enum Piece {
    /// Text as it is.
    Literal(String),
    /// What an argument becomes.
    Conversion(Conversion),
}

#[derive(Clone, PartialEq, Debug)]
struct Conversion {
    /// The key of the argument in a dict, if arguments have names.
    name: Option<String>,
    letter: char,
    flags: i64,
    width: Number,
    precision: Number,
}

/// A width or precision.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Number {
    /// Nothing is said.
    Absent,
    /// Stated in the template.
    Known(i64),
    /// `*`: the next argument.
    Argument,
}

fn parse(template: &str) -> Result<Vec<Piece>, String> {
    let characters: Vec<char> = template.chars().collect();
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut position = 0;
    while position < characters.len() {
        if characters[position] != '%' {
            literal.push(characters[position]);
            position += 1;
            continue;
        }
        position += 1;
        let start = position;
        let conversion = parse_conversion(&characters, &mut position)?;
        if conversion.letter == '%' {
            if position != start + 1 {
                return Err("a %% with flags or a width is not supported".to_owned());
            }
            literal.push('%');
            continue;
        }
        pieces.push(Piece::Literal(std::mem::take(&mut literal)));
        pieces.push(Piece::Conversion(conversion));
    }
    pieces.push(Piece::Literal(literal));
    pieces.retain(|piece| *piece != Piece::Literal(String::new()));
    Ok(pieces)
}

fn parse_conversion(characters: &[char], position: &mut usize) -> Result<Conversion, String> {
    let peek = |position: usize| characters.get(position).copied();
    let name = parse_name(characters, position)?;
    let mut flags = 0;
    while let Some(flag) = peek(*position).and_then(|c| {
        [('-', LEFT), ('+', SIGN), (' ', BLANK), ('#', ALTERNATE), ('0', ZERO)]
            .into_iter()
            .find(|(letter, _)| *letter == c)
    }) {
        flags |= flag.1;
        *position += 1;
    }
    let number = |position: &mut usize| {
        if peek(*position) == Some('*') {
            *position += 1;
            return Ok(Number::Argument);
        }
        let start = *position;
        while peek(*position).is_some_and(|c| c.is_ascii_digit()) {
            *position += 1;
        }
        let digits: String = characters[start..*position].iter().collect();
        match digits.parse::<i32>() {
            Ok(number) => Ok(Number::Known(number.into())),
            Err(_) if digits.is_empty() => Ok(Number::Absent),
            Err(_) => Err("width too big".to_owned()),
        }
    };
    let width = number(position)?;
    let mut precision = Number::Absent;
    if peek(*position) == Some('.') {
        *position += 1;
        precision = match number(position)? {
            Number::Absent => Number::Known(0),
            known => known,
        };
    }
    while matches!(peek(*position), Some('h' | 'l' | 'L')) {
        *position += 1;
    }
    let letter = peek(*position).ok_or("incomplete format")?;
    *position += 1;
    if !"diuoxXeEfFgGcrsa%".contains(letter) {
        let index = *position - 1;
        return Err(format!("unsupported format character '{letter}' (0x{:x}) at index {index}", u32::from(letter)));
    }
    Ok(Conversion { name, letter: if "iu".contains(letter) { 'd' } else { letter }, flags, width, precision })
}

/// `(name)`, with parentheses inside that match.
fn parse_name(characters: &[char], position: &mut usize) -> Result<Option<String>, String> {
    if characters.get(*position) != Some(&'(') {
        return Ok(None);
    }
    let start = *position + 1;
    let mut depth = 1;
    for (index, character) in characters.iter().enumerate().skip(start) {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            *position = index + 1;
            return Ok(Some(characters[start..index].iter().collect()));
        }
    }
    Err("incomplete format key".to_owned())
}

/// The names of a template's arguments in order; `None` if they have none, or the template is wrong.
pub fn names(template: &str) -> Option<Vec<String>> {
    let pieces = parse(template).ok()?;
    let conversions = pieces.into_iter().filter_map(|piece| match piece {
        Piece::Literal(_) => None,
        Piece::Conversion(conversion) => Some(conversion.name),
    });
    conversions.collect::<Option<Vec<String>>>().filter(|names| !names.is_empty())
}

/// The arguments of a template, in order: the items of a tuple, or one value.
fn argument_types(arguments: &Type) -> Vec<Type> {
    match arguments {
        Type::Tuple(items) => items.to_vec(),
        other => vec![other.clone()],
    }
}

fn is_int(ty: &Type) -> bool {
    matches!(ty.kind(), Some(Kind::Bool | Kind::Signed | Kind::Unsigned))
}

fn is_real(ty: &Type) -> bool {
    is_int(ty) || ty.kind() == Some(Kind::Float)
}

/// True if an argument has a name.
fn has_names(pieces: &[Piece]) -> bool {
    pieces.iter().any(|piece| matches!(piece, Piece::Conversion(conversion) if conversion.name.is_some()))
}

/// Checks that a dict has what a template with names asks for.
fn check_names(pieces: &[Piece], arguments: &Type) -> Result<(), Reason> {
    let Type::Dict(entry) = arguments else {
        return Err(Reason::Arguments("format requires a mapping".to_owned()));
    };
    if entry.0 != Type::String {
        return Err(Reason::Arguments(format!("the keys of a template's dict are strings, not {}", entry.0)));
    }
    for piece in pieces {
        let Piece::Conversion(conversion) = piece else { continue };
        if conversion.name.is_none() || [conversion.width, conversion.precision].contains(&Number::Argument) {
            return Err(Reason::Arguments("not enough arguments for format string".to_owned()));
        }
        check_argument(conversion.letter, &entry.1)?;
    }
    Ok(())
}

/// Checks that the arguments fit the template.
pub fn check(template: &str, arguments: &Type) -> Result<(), Reason> {
    let pieces = parse(template).map_err(Reason::Arguments)?;
    if arguments.has_unknown() {
        return Ok(());
    }
    if has_names(&pieces) {
        return check_names(&pieces, arguments);
    }
    if let Type::Dict(_) = arguments
        && !pieces.iter().any(|piece| matches!(piece, Piece::Conversion(_)))
    {
        return Ok(());
    }
    let types = argument_types(arguments);
    let mut rest = types.iter();
    let mut next = || rest.next().ok_or_else(|| Reason::Arguments("not enough arguments for format string".to_owned()));
    for piece in &pieces {
        let Piece::Conversion(conversion) = piece else { continue };
        for number in [conversion.width, conversion.precision] {
            if number == Number::Argument && !is_int(next()?) {
                return Err(Reason::Arguments("* wants int".to_owned()));
            }
        }
        check_argument(conversion.letter, next()?)?;
    }
    match rest.next() {
        Some(_) => Err(Reason::Arguments("not all arguments converted during string formatting".to_owned())),
        None => Ok(()),
    }
}

fn check_argument(letter: char, ty: &Type) -> Result<(), Reason> {
    let (fits, message) = match letter {
        'd' => (is_real(ty), format!("%d format: a real number is required, not {ty}")),
        'x' | 'X' | 'o' => (is_int(ty), format!("%{letter} format: an integer is required, not {ty}")),
        'c' => (is_int(ty) || ty.is_string(), "%c requires int or char".to_owned()),
        's' | 'r' | 'a' => (has_text(ty), format!("%{letter} takes numbers, strings and containers, not {ty}")),
        _ => (is_real(ty), format!("must be real number, not {ty}")),
    };
    if fits { Ok(()) } else { Err(Reason::Arguments(message)) }
}

/// The string that the template and the arguments make.
pub(crate) fn lower(
    lowering: &mut Lowering<'_>,
    template: &str,
    arguments: &Repr,
    arguments_type: &Type,
) -> Result<Value, Reason> {
    let types = argument_types(arguments_type);
    let mut position = 0;
    let mut next = || {
        let start: usize = types[..position].iter().map(|ty| crate::lower::machine_types(ty).len()).sum();
        let count = crate::lower::machine_types(&types[position]).len();
        position += 1;
        (Repr::from_slice(&arguments[start..start + count]), types[position - 1].clone())
    };
    let pieces = parse(template).map_err(Reason::Arguments)?;
    lowering.join_pieces(pieces, |lowering, piece| {
        Ok(match piece {
            Piece::Literal(literal) => PieceText::Known(lowering.known_text(&literal)),
            Piece::Conversion(conversion) if conversion.name.is_some() => {
                let numbers =
                    [(conversion.width, 0), (conversion.precision, -1)].map(|(number, absent)| match number {
                        Number::Known(known) => lowering.b.const_i64(known),
                        Number::Absent | Number::Argument => lowering.b.const_i64(absent),
                    });
                let (repr, ty) = entry_of(lowering, &conversion, arguments, arguments_type)?;
                PieceText::Made(convert(lowering, &conversion, numbers, &repr, &ty)?)
            }
            Piece::Conversion(conversion) => {
                let mut number = |number: Number, absent: i64| match number {
                    Number::Absent => lowering.b.const_i64(absent),
                    Number::Known(known) => lowering.b.const_i64(known),
                    Number::Argument => {
                        let (repr, ty) = next();
                        lowering.to_index(&repr, &ty)
                    }
                };
                let width = number(conversion.width, 0);
                let mut precision = number(conversion.precision, -1);
                if conversion.precision == Number::Argument {
                    let zero = lowering.b.const_i64(0);
                    let is_negative = lowering.b.cmp_int(IntCond::Slt, precision, zero);
                    precision = lowering.b.select(is_negative, zero, precision);
                }
                let (repr, ty) = next();
                PieceText::Made(convert(lowering, &conversion, [width, precision], &repr, &ty)?)
            }
        })
    })
}

/// What a dict has for the name of a conversion.
fn entry_of(
    lowering: &mut Lowering<'_>,
    conversion: &Conversion,
    dict: &Repr,
    ty: &Type,
) -> Result<(Repr, Type), Reason> {
    let (Some(name), Type::Dict(entry)) = (&conversion.name, ty) else {
        return Err(Reason::Internal("a template with names without a dict".to_owned()));
    };
    let key = Repr::from_slice(&[lowering.known_text(name)]);
    let found = lowering.need_entry(dict[0], &key, &entry.0)?;
    Ok((lowering.load_item(found, &value_layout(&entry.0, &entry.1)), entry.1.clone()))
}

fn convert(
    lowering: &mut Lowering<'_>,
    conversion: &Conversion,
    [width, precision]: [Value; 2],
    repr: &Repr,
    ty: &Type,
) -> Result<Value, Reason> {
    let letter = lowering.b.const_i64(i64::from(u32::from(conversion.letter)));
    let flags = lowering.b.const_i64(conversion.flags);
    let text = match conversion.letter {
        'd' | 'x' | 'X' | 'o' => {
            let number = match ty.dtype() {
                Some(dtype) if dtype.is_float() => {
                    let number = lowering.cast(repr, dtype, DType::Float64)[0];
                    float_to_int(lowering, number)
                }
                _ => lowering.to_index(repr, ty),
            };
            return Ok(lowering.new_text(Symbol::PercentInt, &[number, letter, flags, width, precision]));
        }
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let dtype = ty.dtype().unwrap_or(DType::Float64);
            let number = lowering.cast(repr, dtype, DType::Float64)[0];
            return Ok(lowering.new_text(Symbol::PercentFloat, &[number, letter, flags, width, precision]));
        }
        'c' => character(lowering, repr, ty)?,
        's' => lowering.str_of(repr, ty)?,
        _ => lowering.repr_of(repr, ty, conversion.letter == 'a')?,
    };
    let is_plain = conversion.width == Number::Absent && conversion.precision == Number::Absent;
    if is_plain {
        return Ok(text);
    }
    lowering.hold_temporary(text);
    let precision = if conversion.letter == 'c' { lowering.b.const_i64(-1) } else { precision };
    let made = lowering.new_text(Symbol::PercentText, &[text, flags, width, precision]);
    lowering.release_temporary(text);
    Ok(made)
}

/// `%c`
fn character(lowering: &mut Lowering<'_>, repr: &Repr, ty: &Type) -> Result<Value, Reason> {
    if ty.is_string() {
        let text = lowering.text(repr, ty);
        let length = lowering.text_length(text);
        let one = lowering.b.const_i64(1);
        let is_one = lowering.b.cmp_int(IntCond::Eq, length, one);
        lowering.raise_unless(is_one, &Failure::new("TypeError", "%c requires int or char"));
        return lowering.str_of(repr, ty);
    }
    let number = lowering.to_index(repr, ty);
    let limit = lowering.b.const_i64(0x11_0000);
    let is_point = lowering.b.cmp_int(IntCond::Ult, number, limit);
    lowering.raise_unless(is_point, &Failure::new("OverflowError", "%c arg not in range(0x110000)"));
    Ok(lowering.new_text(Symbol::TextOfCodePoint, &[number]))
}
