//! The text form of functions and units; `parser.rs` reads it back.
//!
//!     func add(i64, i64) -> i32, i64 id 3 fastmath nnan {
//!         slot0 = 16
//!         site0 = IndexError "index {0} is out of bounds" @7
//!     block0(v0: i64, v1: i64):
//!         v2 = add_int v0, v1 @12
//!         v3 = const_int.i32 0
//!         return v3, v2
//!     }
//!
//! An instruction reads `results = op.type immediate operands targets @line`; the type stands where it does not
//! follow from the operands, a call's operands stand in parentheses. Nothing here panics on a function that the
//! verifier would refuse: its errors quote the printed instruction.

use std::fmt::{self, Display, Formatter, Write as _};

use super::entities::{Block, Inst};
use super::function::{
    BlockCall, FastMath, Function, Immediate, InstData, Lengths, Memory, Signature, Site, SiteArgument,
};
use super::ops::{Op, ResultRule};
use super::types::Type;
use super::unit::Unit;

impl Display for Unit {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "unit {{")?;
        for func in &self.functions {
            write!(f, "{func}")?;
        }
        writeln!(f, "}}")
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "func {}{} id {}", Name(&self.name), self.signature, self.id.0)?;
        writeln!(f, "{}{} {{", self.fastmath, self.lengths)?;
        print_tables(self, f)?;
        for &block in &self.layout {
            print_block(self, block, f)?;
        }
        writeln!(f, "}}")
    }
}

impl Display for Signature {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "({})", commas(&self.params))?;
        if self.returns.is_empty() { Ok(()) } else { write!(f, " -> {}", commas(&self.returns)) }
    }
}

impl Display for FastMath {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        f.write_str(" fastmath")?;
        if *self == FastMath::FAST {
            return f.write_str(" fast");
        }
        let mut flags = FastMath::NAMES.iter().enumerate().filter(|(bit, _)| self.0 & (1 << bit) != 0);
        flags.try_for_each(|(_, flag)| write!(f, " {flag}"))
    }
}

impl Display for Lengths {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        f.write_str(" lengths")?;
        self.iter().try_for_each(|param| write!(f, " {param}"))
    }
}

impl Display for BlockCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.block)?;
        if self.args.is_empty() { Ok(()) } else { write!(f, "({})", commas(&self.args)) }
    }
}

impl Display for Memory {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let constant = if self.is_constant { "constant " } else { "" };
        write!(f, "{constant}{}", self.region.name())?;
        if self.offset == 0 { Ok(()) } else { write!(f, "{:+}", self.offset) }
    }
}

/// An instruction as text, for messages.
pub fn inst_text(func: &Function, inst: Inst) -> String {
    match func.insts.get(inst.index()) {
        Some(data) => InstText { func, data }.to_string(),
        None => format!("{inst}, which does not exist"),
    }
}

fn print_tables(func: &Function, f: &mut Formatter<'_>) -> fmt::Result {
    for (index, slot) in func.slots.iter().enumerate() {
        writeln!(f, "    slot{index} = {}", slot.size)?;
    }
    for (index, bytes) in func.data.iter().enumerate() {
        writeln!(f, "    data{index} = {}", Quoted(bytes))?;
    }
    for (index, callee) in func.callees.iter().enumerate() {
        writeln!(f, "    fn{index} = {}{}", callee.id, callee.signature)?;
    }
    for (index, site) in func.sites.iter().enumerate() {
        writeln!(f, "    site{index} = {site}")?;
    }
    Ok(())
}

impl Display for Site {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Name(&self.exception))?;
        if let Some(message) = &self.message {
            write!(f, " {}", Quoted(message.as_bytes()))?;
        }
        if !self.arguments.is_empty() {
            write!(f, " ")?;
            print_arguments(&self.arguments, f)?;
        }
        write!(f, " @{}", self.line)
    }
}

fn print_arguments(arguments: &[SiteArgument], f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('(')?;
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        match argument {
            SiteArgument::None => f.write_str("none")?,
            SiteArgument::Text(text) => write!(f, "{}", Quoted(text.as_bytes()))?,
            SiteArgument::String => f.write_str("str")?,
            SiteArgument::Bytes => f.write_str("bytes")?,
            SiteArgument::Bool => f.write_str("bool")?,
            SiteArgument::Int => f.write_str("int")?,
            SiteArgument::Float => f.write_str("float")?,
            SiteArgument::Complex => f.write_str("complex")?,
            SiteArgument::Object => f.write_str("object")?,
            SiteArgument::Scalar(dtype) => write!(f, "numpy {dtype}")?,
            SiteArgument::Tuple(items) => print_arguments(items, f)?,
        }
    }
    f.write_char(')')
}

fn print_block(func: &Function, block: Block, f: &mut Formatter<'_>) -> fmt::Result {
    write!(f, "{block}")?;
    let Some(data) = func.blocks.get(block.index()) else { return writeln!(f, ":") };
    let types = func.values.as_slice();
    let params = data.params.iter().map(|param| match types.get(param.index()) {
        Some(value) => format!("{param}: {}", value.ty),
        None => format!("{param}: ?"),
    });
    let params: Vec<String> = params.collect();
    if !params.is_empty() {
        write!(f, "({})", params.join(", "))?;
    }
    writeln!(f, "{}:", if data.is_cold { " cold" } else { "" })?;
    for &inst in &data.insts {
        writeln!(f, "    {}", inst_text(func, inst))?;
    }
    Ok(())
}

struct InstText<'a> {
    func: &'a Function,
    data: &'a InstData,
}

impl Display for InstText<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let InstText { func, data } = self;
        let info = data.op.info();
        if !data.results.is_empty() {
            write!(f, "{} = ", commas(&data.results))?;
        }
        f.write_str(info.name)?;
        if let (ResultRule::Chosen, Some(ty)) = (info.result, result_type(func, data)) {
            write!(f, ".{ty}")?;
        }
        print_immediate(data, result_type(func, data), f)?;
        match data.op {
            Op::CallRuntime | Op::CallFunction => write!(f, "({})", commas(&data.args))?,
            _ if data.args.is_empty() => {}
            _ => write!(f, " {}", commas(&data.args))?,
        }
        if !data.targets.is_empty() {
            write!(f, "{} {}", if data.args.is_empty() { "" } else { "," }, commas(&data.targets))?;
        }
        if data.line == 0 { Ok(()) } else { write!(f, " @{}", data.line) }
    }
}

fn result_type(func: &Function, data: &InstData) -> Option<Type> {
    Some(func.values.get(data.results.first()?.index())?.ty)
}

fn print_immediate(data: &InstData, ty: Option<Type>, f: &mut Formatter<'_>) -> fmt::Result {
    match data.immediate {
        Immediate::None => Ok(()),
        Immediate::Int(number) if data.op == Op::ConstPtr => write!(f, " {number:#x}"),
        Immediate::Int(number) => write!(f, " {number}"),
        Immediate::Float(bits) => write!(f, " {}", FloatText { bits, is_single: ty == Some(Type::F32) }),
        Immediate::IntCond(cond) => write!(f, " {}", cond.name()),
        Immediate::FloatCond(cond) => write!(f, " {}", cond.name()),
        Immediate::Memory(memory) => write!(f, " {memory}"),
        Immediate::Slot(slot) => write!(f, " {slot}"),
        Immediate::Data(data) => write!(f, " {data}"),
        Immediate::Symbol(symbol) => write!(f, " {symbol}"),
        Immediate::Callee(callee) => write!(f, " {callee}"),
    }
}

/// The shortest decimal that reads back as the same float; a NaN by its bits.
struct FloatText {
    bits: u64,
    is_single: bool,
}

impl Display for FloatText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let single = f32::from_bits(self.bits as u32);
        let double = f64::from_bits(self.bits);
        match self.is_single {
            true if single.is_nan() || self.bits >> 32 != 0 => write!(f, "{:#x}", self.bits),
            true => write!(f, "{single:?}"),
            false if double.is_nan() => write!(f, "{:#x}", self.bits),
            false => write!(f, "{double:?}"),
        }
    }
}

/// A name: bare when it is an identifier, else quoted.
struct Name<'a>(&'a str);

impl Display for Name<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match self.0.chars().next() {
            Some(first) if !first.is_ascii_digit() && self.0.chars().all(is_word) => f.write_str(self.0),
            _ => Quoted(self.0.as_bytes()).fmt(f),
        }
    }
}

/// Bytes between quotes; all but printable ASCII as `\xNN`.
struct Quoted<'a>(&'a [u8]);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for &byte in self.0 {
            match byte {
                b'"' | b'\\' => write!(f, "\\{}", byte as char)?,
                b' '..=b'~' => f.write_char(byte as char)?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        f.write_char('"')
    }
}

fn commas<T: Display>(items: &[T]) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        write!(text, "{comma}{item}").expect("writing to a string does not fail");
    }
    text
}
