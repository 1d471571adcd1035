//! Splits the text form into tokens. White space and `;` comments separate tokens and mean nothing else.

/// One token with the line it stands on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) line: u32,
}

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    /// Letters, digits and underscores, not beginning with a digit.
    Word(String),
    /// A number with its sign, uninterpreted; also `inf` behind a sign.
    Number(String),
    /// The bytes between quotes, escapes resolved.
    Quoted(Vec<u8>),
    /// `->`.
    Arrow,
    /// Any other character.
    Mark(char),
    /// The end of the text.
    End,
}

/// The tokens of `text`, the last of them `End`; or the line and description of what is none.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, (u32, String)> {
    let mut lexer = Lexer { bytes: text.as_bytes(), position: 0, line: 1 };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blanks();
        let line = lexer.line;
        let kind = lexer.token().map_err(|message| (line, message))?;
        let is_end = kind == TokenKind::End;
        tokens.push(Token { kind, line });
        if is_end {
            return Ok(tokens);
        }
    }
}

struct Lexer<'a> {
    bytes: &'a [u8],
    position: usize,
    line: u32,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.position + ahead).copied().unwrap_or(0)
    }

    fn skip_blanks(&mut self) {
        while self.position < self.bytes.len() {
            match self.peek(0) {
                b'\n' => self.line += 1,
                b';' => {
                    while self.position < self.bytes.len() && self.peek(0) != b'\n' {
                        self.position += 1;
                    }
                    continue;
                }
                byte if byte.is_ascii_whitespace() => {}
                _ => return,
            }
            self.position += 1;
        }
    }

    fn token(&mut self) -> Result<TokenKind, String> {
        if self.position == self.bytes.len() {
            return Ok(TokenKind::End);
        }
        match (self.peek(0), self.peek(1)) {
            (b'"', _) => self.quoted().map(TokenKind::Quoted),
            (b'-', b'>') => {
                self.position += 2;
                Ok(TokenKind::Arrow)
            }
            (b'0'..=b'9', _) => Ok(TokenKind::Number(self.number())),
            (b'+' | b'-', b'0'..=b'9' | b'i') => Ok(TokenKind::Number(self.number())),
            (b'a'..=b'z' | b'A'..=b'Z' | b'_', _) => Ok(TokenKind::Word(self.word())),
            (mark, _) if mark.is_ascii() => {
                self.position += 1;
                Ok(TokenKind::Mark(mark as char))
            }
            _ => Err("only ASCII is allowed outside quotes".into()),
        }
    }

    fn take_while(&mut self, accepts: impl Fn(&Self) -> bool) -> String {
        let start = self.position;
        while self.position < self.bytes.len() && accepts(self) {
            self.position += 1;
        }
        String::from_utf8_lossy(&self.bytes[start..self.position]).into_owned()
    }

    fn word(&mut self) -> String {
        self.take_while(|lexer| is_word(lexer.peek(0)))
    }

    fn number(&mut self) -> String {
        let sign = self.peek(0) as char;
        let is_hex = |digits: &str| digits.starts_with("0x");
        let mut text = String::new();
        if !sign.is_ascii_digit() {
            text.push(sign);
            self.position += 1;
        }
        let digits = self.take_while(|lexer| is_word(lexer.peek(0)) || lexer.peek(0) == b'.');
        let has_exponent_sign = digits.ends_with(['e', 'E']) && !is_hex(&digits);
        text.push_str(&digits);
        if has_exponent_sign && matches!(self.peek(0), b'+' | b'-') {
            text.push(self.peek(0) as char);
            self.position += 1;
            text.push_str(&self.word());
        }
        text
    }

    fn quoted(&mut self) -> Result<Vec<u8>, String> {
        self.position += 1;
        let mut bytes = Vec::new();
        while self.position < self.bytes.len() {
            let byte = self.peek(0);
            self.position += 1;
            match byte {
                b'"' => return Ok(bytes),
                b'\n' => break,
                b'\\' => bytes.push(self.escape()?),
                _ => bytes.push(byte),
            }
        }
        Err("the closing quote is missing".into())
    }

    fn escape(&mut self) -> Result<u8, String> {
        let letter = self.peek(0);
        self.position += 1;
        match letter {
            b'"' | b'\\' => Ok(letter),
            b'n' => Ok(b'\n'),
            b'x' => {
                let digits = self.bytes.get(self.position..self.position + 2).unwrap_or_default();
                self.position += digits.len();
                let digits = std::str::from_utf8(digits).unwrap_or_default();
                u8::from_str_radix(digits, 16).map_err(|_| "\\x takes two hexadecimal digits".into())
            }
            _ => Err(format!("there is no escape \\{}", letter as char)),
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
