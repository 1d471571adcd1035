//! What a CPython opcode means: the language in which the tables of each version are written.

use super::constructs::Construct;
use super::instructions::Test;
use crate::hir::UnaryOp;

/// How an opcode and its operand become an `Instruction`: mostly the one of that name with the operand as payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]

pub(super) enum Meaning {
    /// No opcode of this version.
    Unknown,
    /// The upper bits of the next operand.
    ExtendedArg,
    Nop,
    Pop,
    Copy,
    Swap,
    PushNull,
    Constant,
    /// Bit 0 of the operand pushes null; the rest is the name.
    Global,
    AssertionError,
    LoadDeref,
    StoreDeref,
    DeleteDeref,
    LoadClosure,
    MakeFunction,
    LoadLocal,
    StoreLocal,
    DeleteLocal,
    Unary(UnaryOp),
    Binary,
    /// The operand, shifted right, is the comparison.
    Compare {
        shift: u8,
    },
    Is,
    Contains,
    /// Bits 0 and 1 of the operand are the conversion, bit 2 says that there is a specification.
    FormatValue,
    BuildString,
    BuildTuple,
    BuildList,
    ListAppend,
    ListExtend,
    ListToTuple,
    BuildSet,
    SetAdd,
    SetUpdate,
    BuildDict,
    BuildConstantKeyDict,
    DictAdd,
    DictUpdate,
    DictMerge,
    /// The low byte counts the items before the starred one, the rest those after it.
    UnpackStarred,
    BuildSlice,
    Unpack,
    GetItem,
    SetItem,
    DelItem,
    GetAttr,
    /// `GetAttr` that pushes null.
    Method,
    SetAttr,
    ImportName,
    ImportFrom,
    Keywords,
    Call,
    /// Bit 0 of the operand: there are keyword arguments.
    CallStarred,
    GetIter,
    ForIter,
    JumpForward,
    JumpBackward,
    PopJumpForward(Test),
    PopJumpBackward(Test),
    JumpOrPop {
        keeps: bool,
    },
    Return,
    /// Makes the generator that the function is: nothing here, where calls do so.
    ReturnGenerator,
    Yield,
    Send,
    /// Operands 1 and 2 stand behind a `yield`.
    Resume,
    Raise,
    Reraise,
    BeginHandling,
    EndHandling,
    MatchException,
    EnterWith,
    ExitWith,
    Length,
    MatchSequence,
    MatchClass,
    Refused(Construct),
}

/// An opcode.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opcode {
    pub(super) name: &'static str,
    pub(super) meaning: Meaning,
    /// Code units after it that hold an inline cache.
    pub(super) caches: u8,
}

/// The opcodes of a version, by number.
pub(super) type Table = [Opcode; 256];

/// Makes a table of rows `(number, name, caches, meaning)`.
pub(super) const fn table(rows: &[(u8, &'static str, u8, Meaning)]) -> Table {
    let mut table = [Opcode { name: "", meaning: Meaning::Unknown, caches: 0 }; 256];
    let mut index = 0;
    while index < rows.len() {
        let (number, name, caches, meaning) = rows[index];
        table[number as usize] = Opcode { name, meaning, caches };
        index += 1;
    }
    table
}
