//! Reads the text form that `printer.rs` writes: the same numbers, so that printing what was read gives the text.
//!
//! The parser checks what it needs to build tables; whether the function obeys the rules is the verifier's question.
//! `id`, `fastmath` and `lengths` may be missing in a header: the id is then the function's position in the text.

use std::fmt;

use smallvec::SmallVec;

use super::assembler::{Assembler, MOST_VALUES};
use super::entities::{Block, Callee, Data, Slot, Value};
use super::function::{
    BlockCall, CalleeData, FastMath, Function, Immediate, InstData, Memory, Region, Signature, Site, SiteArgument,
    SlotData,
};
use super::lexer::{Token, TokenKind, tokens};
use super::ops::{FloatCond, ImmediateKind, IntCond, Op, ResultRule};
use super::types::Type;
use super::unit::{FunctionId, Unit};
use crate::runtime::symbols::Symbol;

/// Why a text is not a function or unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// Line in the text, from 1.
    pub line: u32,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for ParseError {}

type Parsed<T> = Result<T, ParseError>;

/// Reads `unit { func ... }`.
///
/// # Errors
/// The first place that does not read as lir.
pub fn parse_unit(text: &str) -> Parsed<Unit> {
    let mut parser = Parser::new(text)?;
    parser.expect_word("unit")?;
    parser.expect('{')?;
    let mut functions = Vec::new();
    while !parser.take('}') {
        functions.push(parser.function(functions.len())?);
    }
    parser.expect_end()?;
    Ok(Unit { functions })
}

/// Reads any number of functions, one after the other.
///
/// # Errors
/// As for `parse_unit`.
pub fn parse_functions(text: &str) -> Parsed<Vec<Function>> {
    let mut parser = Parser::new(text)?;
    let mut functions = Vec::new();
    while *parser.peek() != TokenKind::End {
        functions.push(parser.function(functions.len())?);
    }
    Ok(functions)
}

/// Reads one function.
///
///     let func = parse_function("func f(i64) -> i64 { block0(v0: i64): return v0 }")?;
///
/// # Errors
/// As for `parse_unit`.
pub fn parse_function(text: &str) -> Parsed<Function> {
    let mut parser = Parser::new(text)?;
    let func = parser.function(0)?;
    parser.expect_end()?;
    Ok(func)
}

struct Parser {
    tokens: Vec<Token>,
    position: usize,
}

/// An instruction whose result types may not be known yet.
struct Pending {
    block: Block,
    data: InstData,
    chosen: Option<Type>,
    text_line: u32,
}

impl Parser {
    fn new(text: &str) -> Parsed<Parser> {
        let tokens = tokens(text).map_err(|(line, message)| ParseError { line, message })?;
        Ok(Parser { tokens, position: 0 })
    }

    // ---- tokens ----

    fn peek(&self) -> &TokenKind {
        self.peek_ahead(0)
    }

    fn peek_ahead(&self, ahead: usize) -> &TokenKind {
        &self.tokens[(self.position + ahead).min(self.tokens.len() - 1)].kind
    }

    fn line(&self) -> u32 {
        self.tokens[self.position].line
    }

    fn next(&mut self) -> TokenKind {
        let kind = self.peek().clone();
        self.position = (self.position + 1).min(self.tokens.len() - 1);
        kind
    }

    fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(ParseError { line: self.line(), message: message.into() })
    }

    fn take(&mut self, mark: char) -> bool {
        let is_next = *self.peek() == TokenKind::Mark(mark);
        if is_next {
            self.next();
        }
        is_next
    }

    fn expect(&mut self, mark: char) -> Parsed<()> {
        if self.take(mark) { Ok(()) } else { self.error(format!("expected `{mark}`, found {:?}", self.peek())) }
    }

    fn expect_end(&self) -> Parsed<()> {
        if *self.peek() == TokenKind::End { Ok(()) } else { self.error("expected the end of the text") }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), TokenKind::Word(found) if found == word);
        if is_next {
            self.next();
        }
        is_next
    }

    fn expect_word(&mut self, word: &str) -> Parsed<()> {
        if self.take_word(word) { Ok(()) } else { self.error(format!("expected `{word}`, found {:?}", self.peek())) }
    }

    /// A word that `read` understands.
    fn word<T>(&mut self, what: &str, read: impl Fn(&str) -> Option<T>) -> Parsed<T> {
        if let TokenKind::Word(word) = self.peek()
            && let Some(found) = read(word)
        {
            self.next();
            return Ok(found);
        }
        self.error(format!("expected {what}, found {:?}", self.peek()))
    }

    fn int(&mut self) -> Parsed<i64> {
        if let TokenKind::Number(text) = self.peek()
            && let Some(number) = int_from(text)
        {
            self.next();
            return Ok(number);
        }
        self.error(format!("expected an integer, found {:?}", self.peek()))
    }

    fn index(&mut self) -> Parsed<u32> {
        let number = self.int()?;
        u32::try_from(number).or_else(|_| self.error(format!("{number} is out of range")))
    }

    fn entity(&mut self, what: &str, prefix: &str) -> Parsed<u32> {
        self.word(what, |word| entity_from(word, prefix))
    }

    fn value(&mut self) -> Parsed<Value> {
        self.entity("a value", Value::PREFIX).map(Value)
    }

    fn ty(&mut self) -> Parsed<Type> {
        self.word("a type", Type::from_name)
    }

    fn name(&mut self) -> Parsed<String> {
        match self.next() {
            TokenKind::Word(word) => Ok(word),
            TokenKind::Quoted(bytes) => self.utf8(bytes),
            other => self.error(format!("expected a name, found {other:?}")),
        }
    }

    fn utf8(&self, bytes: Vec<u8>) -> Parsed<String> {
        String::from_utf8(bytes).or_else(|_| self.error("the name is not UTF-8"))
    }

    fn list<T>(&mut self, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take(',') {
            items.push(item(self)?);
        }
        Ok(items)
    }

    fn in_parentheses<T>(&mut self, item: impl Fn(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.expect('(')?;
        if self.take(')') {
            return Ok(Vec::new());
        }
        let items = self.list(item)?;
        self.expect(')')?;
        Ok(items)
    }

    // ---- functions ----

    fn function(&mut self, position: usize) -> Parsed<Function> {
        let start = self.line();
        self.expect_word("func")?;
        let name = self.name()?;
        let signature = self.signature()?;
        let id = if self.take_word("id") { self.index()? } else { position as u32 };
        let mut func = Function::new(FunctionId(id), name, signature);
        if self.take_word("fastmath") {
            while !matches!(self.peek(), TokenKind::Word(word) if word == "lengths")
                && *self.peek() != TokenKind::Mark('{')
            {
                func.fastmath.0 |= self.word("a fast-math flag", FastMath::from_name)?.0;
            }
        }
        if self.take_word("lengths") {
            while *self.peek() != TokenKind::Mark('{') {
                func.lengths.insert(self.index()? as usize);
            }
        }
        self.expect('{')?;
        self.tables(&mut func)?;
        let callees = func.callees.clone();
        let mut assembler = Assembler::new(func);
        let mut pending = Vec::new();
        let mut types = Types::default();
        while !self.take('}') {
            self.block(&mut assembler, &mut pending, &mut types)?;
        }
        types.resolve(&pending, &callees)?;
        for Pending { block, data, chosen, text_line } in pending {
            let results = types.results(&data, chosen, &callees).unwrap_or_default();
            let added = assembler.add_inst(block, data, &results);
            added.map_err(|message| ParseError { line: text_line, message })?;
        }
        assembler.finish().map_err(|message| ParseError { line: start, message })
    }

    fn signature(&mut self) -> Parsed<Signature> {
        let params = self.in_parentheses(Self::ty)?;
        let mut returns = Vec::new();
        if *self.peek() == TokenKind::Arrow {
            self.next();
            returns = self.list(Self::ty)?;
        }
        Ok(Signature { params, returns })
    }

    /// The lines `slot0 = ...`, `data0 = ...`, `fn0 = ...` and `site0 = ...`, each kind counting from 0.
    fn tables(&mut self, func: &mut Function) -> Parsed<()> {
        while *self.peek_ahead(1) == TokenKind::Mark('=') {
            if let Some(index) = self.table_index(Slot::PREFIX) {
                let size = self.row(index, func.slots.len()).and_then(|()| self.index())?;
                func.slots.push(SlotData { size });
            } else if let Some(index) = self.table_index(Data::PREFIX) {
                self.row(index, func.data.len())?;
                let TokenKind::Quoted(bytes) = self.next() else { return self.error("expected bytes in quotes") };
                func.data.push(bytes);
            } else if let Some(index) = self.table_index(Callee::PREFIX) {
                self.row(index, func.callees.len())?;
                let id = FunctionId(self.entity("a function", "function")?);
                func.callees.push(CalleeData { id, signature: self.signature()? });
            } else if let Some(index) = self.table_index("site") {
                self.row(index, func.sites.len())?;
                func.sites.push(self.site()?);
            } else {
                return self.error(format!("expected a slot, data, function or site, found {:?}", self.peek()));
            }
        }
        Ok(())
    }

    fn table_index(&self, prefix: &str) -> Option<u32> {
        let TokenKind::Word(word) = self.peek() else { return None };
        entity_from(word, prefix)
    }

    fn row(&mut self, index: u32, expected: usize) -> Parsed<()> {
        if index as usize != expected {
            return self.error(format!("expected number {expected} here"));
        }
        self.next();
        self.expect('=')
    }

    fn site(&mut self) -> Parsed<Site> {
        let exception = self.name()?;
        let mut message = None;
        if let TokenKind::Quoted(bytes) = self.peek().clone() {
            self.next();
            message = Some(self.utf8(bytes)?);
        }
        let arguments = if *self.peek() == TokenKind::Mark('(') { self.site_arguments()? } else { Vec::new() };
        self.expect('@')?;
        Ok(Site { exception, message, arguments, line: self.index()? })
    }

    fn site_arguments(&mut self) -> Parsed<Vec<SiteArgument>> {
        self.in_parentheses(|parser| {
            if *parser.peek() == TokenKind::Mark('(') {
                return Ok(SiteArgument::Tuple(parser.site_arguments()?));
            }
            if let TokenKind::Quoted(bytes) = parser.peek().clone() {
                parser.next();
                return Ok(SiteArgument::Text(parser.utf8(bytes)?));
            }
            Ok(match &*parser.name()? {
                "none" => SiteArgument::None,
                "str" => SiteArgument::String,
                "bytes" => SiteArgument::Bytes,
                "bool" => SiteArgument::Bool,
                "int" => SiteArgument::Int,
                "float" => SiteArgument::Float,
                "complex" => SiteArgument::Complex,
                "object" => SiteArgument::Object,
                "numpy" => SiteArgument::Scalar(parser.name()?),
                other => return parser.error(format!("{other} is no argument of an exception")),
            })
        })
    }

    fn block(&mut self, assembler: &mut Assembler, pending: &mut Vec<Pending>, types: &mut Types) -> Parsed<()> {
        let line = self.line();
        let at_line = |message| ParseError { line, message };
        let block = Block(self.entity("a block", Block::PREFIX)?);
        let mut params = Vec::new();
        if *self.peek() == TokenKind::Mark('(') {
            params = self.in_parentheses(|parser| {
                let value = parser.value()?;
                parser.expect(':')?;
                Ok((value, parser.ty()?))
            })?;
        }
        assembler.add_block(block, self.take_word("cold")).map_err(at_line)?;
        self.expect(':')?;
        for (value, ty) in params {
            assembler.add_param(block, value, ty).map_err(at_line)?;
            types.set(value, ty);
        }
        while !self.is_at_block_end() {
            pending.push(self.inst(block)?);
        }
        Ok(())
    }

    fn is_at_block_end(&self) -> bool {
        match self.peek() {
            TokenKind::Word(word) => entity_from(word, Block::PREFIX).is_some(),
            kind => *kind == TokenKind::Mark('}'),
        }
    }

    // ---- instructions ----

    fn inst(&mut self, block: Block) -> Parsed<Pending> {
        let text_line = self.line();
        let mut results = Vec::new();
        if self.is_value() {
            results = self.list(Self::value)?;
            self.expect('=')?;
        }
        let op = self.word("an operation", Op::from_name)?;
        let chosen = if self.take('.') { Some(self.ty()?) } else { None };
        let info = op.info();
        let needs_type = info.result == ResultRule::Chosen && !results.is_empty();
        if needs_type != chosen.is_some() {
            return self.error(format!("{} takes {} type", info.name, if needs_type { "a" } else { "no" }));
        }
        let immediate = self.immediate(op, chosen)?;
        let args = match op {
            Op::CallRuntime | Op::CallFunction => self.in_parentheses(Self::value)?,
            _ if self.is_value() && *self.peek_ahead(1) != TokenKind::Mark('=') => self.operands()?,
            _ => Vec::new(),
        };
        let targets = if info.immediate == ImmediateKind::Targets { self.list(Self::target)? } else { Vec::new() };
        let line = if self.take('@') { self.index()? } else { 0 };
        let data = InstData {
            op,
            args: SmallVec::from_vec(args),
            immediate,
            targets: targets.into_boxed_slice(),
            results: SmallVec::from_vec(results),
            line,
        };
        Ok(Pending { block, data, chosen, text_line })
    }

    fn is_value(&self) -> bool {
        matches!(self.peek(), TokenKind::Word(word) if entity_from(word, Value::PREFIX).is_some())
    }

    /// Values up to the targets, a comma between all of them.
    fn operands(&mut self) -> Parsed<Vec<Value>> {
        let mut values = vec![self.value()?];
        while self.take(',') && self.is_value() {
            values.push(self.value()?);
        }
        Ok(values)
    }

    fn target(&mut self) -> Parsed<BlockCall> {
        let block = Block(self.entity("a block", Block::PREFIX)?);
        let has_args = *self.peek() == TokenKind::Mark('(');
        let args = if has_args { self.in_parentheses(Self::value)? } else { Vec::new() };
        Ok(BlockCall { block, args: SmallVec::from_vec(args) })
    }

    fn immediate(&mut self, op: Op, chosen: Option<Type>) -> Parsed<Immediate> {
        Ok(match op.info().immediate {
            ImmediateKind::None | ImmediateKind::Targets => Immediate::None,
            ImmediateKind::Int => Immediate::Int(self.int()?),
            ImmediateKind::Float => Immediate::Float(self.float(chosen == Some(Type::F32))?),
            ImmediateKind::IntCond => Immediate::IntCond(self.word("a condition", IntCond::from_name)?),
            ImmediateKind::FloatCond => Immediate::FloatCond(self.word("a condition", FloatCond::from_name)?),
            ImmediateKind::Memory => Immediate::Memory(self.memory()?),
            ImmediateKind::Slot => Immediate::Slot(Slot(self.entity("a slot", Slot::PREFIX)?)),
            ImmediateKind::Data => Immediate::Data(Data(self.entity("a data", Data::PREFIX)?)),
            ImmediateKind::Symbol => Immediate::Symbol(self.word("a runtime symbol", Symbol::from_name)?),
            ImmediateKind::Callee => Immediate::Callee(Callee(self.entity("a function", Callee::PREFIX)?)),
        })
    }

    /// The bits of a float: a decimal, `inf`, or hexadecimal bits.
    fn float(&mut self, is_single: bool) -> Parsed<u64> {
        let text = match self.peek() {
            TokenKind::Number(text) => text.clone(),
            TokenKind::Word(word) if word == "inf" => word.clone(),
            other => return self.error(format!("expected a float, found {other:?}")),
        };
        let bits = if text.starts_with("0x") {
            int_from(&text).map(|bits| bits as u64)
        } else if is_single {
            text.parse().ok().map(|number: f32| u64::from(number.to_bits()))
        } else {
            text.parse().ok().map(f64::to_bits)
        };
        let Some(bits) = bits else { return self.error(format!("{text} is no float")) };
        self.next();
        Ok(bits)
    }

    fn memory(&mut self) -> Parsed<Memory> {
        let is_constant = self.take_word("constant");
        let region = self.word("a region", |word| Region::ALL.into_iter().find(|region| region.name() == word))?;
        let has_offset = matches!(self.peek(), TokenKind::Number(_));
        let offset = if has_offset { self.int()? } else { 0 };
        let Ok(offset) = i32::try_from(offset) else { return self.error("the offset is out of range") };
        Ok(Memory { offset, region, is_constant })
    }
}

fn entity_from(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// Decimal or hexadecimal; hexadecimal without a sign reaches over all 64 bits.
fn int_from(text: &str) -> Option<i64> {
    let text = text.replace('_', "");
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text.as_str()),
    };
    match digits.strip_prefix("0x") {
        Some(hex) if sign.is_empty() => u64::from_str_radix(hex, 16).ok().map(|bits| bits as i64),
        Some(hex) => i64::from_str_radix(&format!("-{hex}"), 16).ok(),
        None => format!("{sign}{digits}").parse().ok(),
    }
}

/// Types of the values as far as they are known. A value may be used above its definition in the text, so result
/// types that follow from operands are found by repetition.
#[derive(Default)]
struct Types(Vec<Option<Type>>);

impl Types {
    fn set(&mut self, value: Value, ty: Type) {
        if self.0.len() <= value.index() {
            self.0.resize(value.index() + 1, None);
        }
        self.0[value.index()] = Some(ty);
    }

    fn get(&self, value: Option<&Value>) -> Option<Type> {
        *self.0.get(value?.index())?
    }

    fn results(&self, data: &InstData, chosen: Option<Type>, callees: &[CalleeData]) -> Option<Vec<Type>> {
        let one = |ty: Option<Type>| ty.map(|ty| vec![ty]);
        match data.op.info().result {
            ResultRule::Same => one(self.get(data.args.first())),
            ResultRule::Second => one(self.get(data.args.get(1))),
            ResultRule::Bool => one(Some(Type::Bool)),
            ResultRule::Ptr => one(Some(Type::Ptr)),
            ResultRule::Chosen => one(chosen),
            ResultRule::None => Some(Vec::new()),
            ResultRule::Signature => match data.immediate {
                Immediate::Symbol(symbol) => Some(symbol.info().returns.to_vec()),
                Immediate::Callee(callee) => callees.get(callee.index()).map(|callee| callee.signature.returns.clone()),
                _ => None,
            },
        }
    }

    fn resolve(&mut self, pending: &[Pending], callees: &[CalleeData]) -> Parsed<()> {
        let mut unknown: Vec<&Pending> = pending.iter().collect();
        loop {
            let before = unknown.len();
            let mut wrong = None;
            unknown.retain(|inst| match self.results(&inst.data, inst.chosen, callees) {
                None => true,
                Some(types) => {
                    if types.len() != inst.data.results.len() {
                        wrong.get_or_insert((inst.text_line, types.len()));
                    }
                    for (&value, &ty) in inst.data.results.iter().zip(&types) {
                        if value.index() < MOST_VALUES {
                            self.set(value, ty);
                        }
                    }
                    false
                }
            });
            if let Some((line, count)) = wrong {
                return Err(ParseError { line, message: format!("the operation has {count} results") });
            }
            match unknown.first() {
                None => return Ok(()),
                Some(inst) if unknown.len() == before => {
                    let message = "the type of the result does not follow from anything".into();
                    return Err(ParseError { line: inst.text_line, message });
                }
                Some(_) => {}
            }
        }
    }
}
