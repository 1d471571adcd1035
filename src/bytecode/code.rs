//! A code object as plain data: what the front half reads of a Python function.

use std::sync::Arc;

/// A constant of a code object, or a global's value.
#[derive(Clone, Debug)]
pub enum Constant {
    /// `None`.
    None,
    /// `...`
    Ellipsis,
    /// `True` or `False`.
    Bool(bool),
    /// An int of 64 bits.
    Int(i64),
    /// An int that 64 bits do not hold, in decimal.
    BigInt(String),
    /// A float.
    Float(f64),
    /// A complex number.
    Complex(f64, f64),
    /// A string.
    Str(Arc<str>),
    /// Bytes.
    Bytes(Arc<[u8]>),
    /// A tuple of constants.
    Tuple(Arc<[Constant]>),
    /// A frozenset of constants, in its own order.
    FrozenSet(Arc<[Constant]>),
    /// The code of an inner function.
    Code(Arc<Code>),
    /// Anything else, by the name of its Python type.
    Other(Arc<str>),
}

/// The same value in the same form, bit for bit: a NaN equals itself, 0.0 does not equal -0.0.
impl PartialEq for Constant {
    fn eq(&self, other: &Constant) -> bool {
        use Constant::{BigInt, Bool, Bytes, Code, Complex, Ellipsis, Float, FrozenSet, Int, None, Other, Str, Tuple};
        match (self, other) {
            (None, None) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (BigInt(a), BigInt(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex(a, b), Complex(c, d)) => a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits(),
            (Str(a), Str(b)) | (Other(a), Other(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) | (FrozenSet(a), FrozenSet(b)) => a == b,
            (Code(a), Code(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Constant {}

/// What kind of variable a slot of the frame holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalKind {
    /// A local variable.
    Local,
    /// A local that inner functions capture; it may be an argument.
    Cell,
    /// A variable of an enclosing function.
    Free,
}

/// A Python version.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct Version {
    /// 3
    pub major: u8,
    /// 11 and up
    pub minor: u8,
}

/// A code object: the fields of CPython's, copied under the GIL.
#[derive(Clone, PartialEq, Debug)]
pub struct Code {
    /// The version whose bytecode this is.
    pub version: Version,
    /// `co_name`
    pub name: Arc<str>,
    /// `co_qualname`
    pub qualname: Arc<str>,
    /// `co_filename`
    pub filename: Arc<str>,
    /// `co_firstlineno`
    pub first_line: u32,
    /// `co_argcount`, positional-only ones included.
    pub argument_count: u32,
    /// `co_posonlyargcount`
    pub positional_only_count: u32,
    /// `co_kwonlyargcount`
    pub keyword_only_count: u32,
    /// `co_flags`
    pub flags: u32,
    /// `co_code`: as written by the compiler, without inline caches' contents and specialized instructions.
    pub bytecode: Vec<u8>,
    /// `co_consts`
    pub constants: Vec<Constant>,
    /// `co_names`
    pub names: Vec<Arc<str>>,
    /// Names and kinds of the frame's variables, arguments first (`co_varnames`, `co_cellvars`, `co_freevars` merged
    /// as in `co_localsplusnames`).
    pub locals: Vec<(Arc<str>, LocalKind)>,
    /// `co_exceptiontable`
    pub exception_table: Vec<u8>,
    /// `co_linetable`
    pub line_table: Vec<u8>,
}

impl Code {
    /// `co_flags`: takes `*args`.
    pub const VARARGS: u32 = 0x04;
    /// `co_flags`: takes `**kwargs`.
    pub const VARKEYWORDS: u32 = 0x08;
    /// `co_flags`: is a generator.
    pub const GENERATOR: u32 = 0x20;
    /// `co_flags`: is a coroutine.
    pub const COROUTINE: u32 = 0x80;
    /// `co_flags`: is an asynchronous generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;

    /// Number of parameters, `*args` and `**kwargs` included.
    pub fn parameter_count(&self) -> u32 {
        self.argument_count
            + self.keyword_only_count
            + u32::from(self.flags & Code::VARARGS != 0)
            + u32::from(self.flags & Code::VARKEYWORDS != 0)
    }
}
