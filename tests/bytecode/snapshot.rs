//! Reads what `snapshot.py` writes.

use std::path::Path;
use std::str::Lines;
use std::sync::Arc;

use upshift_core::bytecode::{Code, Constant, LocalKind, Version};

/// The code objects of a file.
pub(crate) fn read(text: &str, path: &Path) -> Vec<Code> {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    let mut reader = Reader { lines: text.lines(), file: &file };
    let mut codes = Vec::new();
    while let Some(line) = reader.lines.next() {
        assert_eq!(line, "code", "{file}: a code object starts with its keyword");
        codes.push(reader.code());
    }
    codes
}

struct Reader<'a> {
    lines: Lines<'a>,
    file: &'a str,
}

impl<'a> Reader<'a> {
    fn code(&mut self) -> Code {
        let name = unquoted(self.field("name"));
        let qualname = unquoted(self.field("qualname"));
        let first_line = number(self.field("first_line"));
        let mut counts = self.field("arguments").split(' ').map(number);
        let mut count = || counts.next().expect("there are three counts");
        let (argument_count, positional_only_count, keyword_only_count) = (count(), count(), count());
        let flags = number(self.field("flags"));
        let locals = (0..number(self.field("variables"))).map(|_| self.variable()).collect();
        let names = (0..number(self.field("names"))).map(|_| self.line().into()).collect();
        let constants = (0..number(self.field("constants"))).map(|_| self.constant()).collect();
        Code {
            version: Version { major: 3, minor: 11 },
            name: name.into(),
            qualname: qualname.into(),
            filename: self.file.into(),
            first_line,
            argument_count,
            positional_only_count,
            keyword_only_count,
            flags,
            locals,
            names,
            constants,
            bytecode: bytes(self.field("bytecode")),
            exception_table: bytes(self.field("exceptions")),
            line_table: bytes(self.field("lines")),
        }
    }

    fn variable(&mut self) -> (Arc<str>, LocalKind) {
        let line = self.line();
        let (kind, name) = line.split_once(' ').expect("a variable has a kind");
        let kind = match kind {
            "local" => LocalKind::Local,
            "cell" => LocalKind::Cell,
            "free" => LocalKind::Free,
            _ => panic!("{}: unknown kind {kind}", self.file),
        };
        (name.into(), kind)
    }

    fn constant(&mut self) -> Constant {
        let line = self.line();
        let (kind, rest) = line.split_once(' ').unwrap_or((line, ""));
        let float = |text: &str| text.parse::<f64>().expect("a float");
        match kind {
            "none" => Constant::None,
            "ellipsis" => Constant::Ellipsis,
            "bool" => Constant::Bool(rest == "True"),
            "int" => Constant::Int(rest.parse().expect("an int of 64 bits")),
            "bigint" => Constant::BigInt(rest.to_owned()),
            "float" => Constant::Float(float(rest)),
            "complex" => {
                let (real, imaginary) = rest.split_once(' ').expect("two parts");
                Constant::Complex(float(real), float(imaginary))
            }
            "str" => Constant::Str(unquoted(rest).into()),
            "bytes" => Constant::Bytes(bytes(rest).into()),
            "tuple" => Constant::Tuple((0..number(rest)).map(|_| self.constant()).collect()),
            "frozenset" => Constant::FrozenSet((0..number(rest)).map(|_| self.constant()).collect()),
            "code" => Constant::Code(Arc::new(self.code())),
            "other" => Constant::Other(rest.into()),
            _ => panic!("{}: unknown constant {kind}", self.file),
        }
    }

    /// What follows the field's name.
    fn field(&mut self, name: &str) -> &'a str {
        let line = self.line();
        let (found, value) = line.split_once(' ').unwrap_or((line, ""));
        assert_eq!(found, name, "{}: the fields are in order", self.file);
        value
    }

    fn line(&mut self) -> &'a str {
        self.lines.next().unwrap_or_else(|| panic!("{}: ends early", self.file))
    }
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn bytes(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hexadecimal digit") as u8;
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

fn unquoted(text: &str) -> String {
    let mut result = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' {
            let (digits, after) = rest.split_at(2);
            result.extend(bytes(std::str::from_utf8(digits).expect("two digits")));
            rest = after;
        } else {
            result.push(byte);
        }
    }
    String::from_utf8(result).expect("UTF-8")
}
