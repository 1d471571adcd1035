//! Stack code as one language for every CPython version.
//!
//! Operands are resolved: names and constants are borrowed from the code object, jump targets are indexes of
//! instructions. Whatever the language of upshift leaves out is `Refused`, which counts only where it is reached.

use std::ops::Range;
use std::sync::Arc;

use super::code::{Code, Constant, LocalKind};
use super::constructs::Construct;
use crate::hir::{BinaryOp, CompareOp, Conversion, Location, UnaryOp};

/// What a conditional jump tests the popped value for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Test {
    /// It is true.
    True,
    /// It is false.
    False,
    /// It is `None`.
    None,
    /// It is not `None`.
    NotNone,
}

/// An instruction. Stack pictures have the top at the right.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Instruction<'a> {
    /// Does nothing.
    Nop,
    /// `a ->`
    Pop,
    /// Pushes the item this far from the top; 1 is the top.
    Copy(u32),
    /// `a -> text`, or `a specification -> text`
    FormatValue {
        /// What is done to `a` first.
        conversion: Conversion,
        /// There is a specification.
        has_spec: bool,
    },
    /// `texts -> text`
    BuildString(u32),
    /// Swaps the top with the item this far from it; 1 is the top.
    Swap(u32),
    /// Pushes the mark that stands below a callable that is no method.
    PushNull,
    /// `-> constant`
    Constant(&'a Constant),
    /// `-> value`, or `-> null value`.
    Global {
        /// The name of the global or built-in.
        name: &'a Arc<str>,
        /// A call follows.
        pushes_null: bool,
    },
    /// `-> value` of a built-in name, whatever the globals say.
    Builtin(&'static str),
    /// `-> value` of a variable of an enclosing function.
    Free(&'a Arc<str>),
    /// `a ->` to a variable of an enclosing function.
    StoreFree(&'a Arc<str>),
    /// `-> code` of an inner function.
    Code(&'a Arc<Code>),
    /// `-> cell` of a variable, for an inner function.
    LoadClosure,
    /// `... code -> function`: the number says what else is on the stack (`hir/inner.rs`).
    MakeFunction(u32),
    /// `-> value` of a slot of the frame.
    LoadLocal(u32),
    /// `a ->`
    StoreLocal(u32),
    /// Leaves the variable without a value.
    DeleteLocal(u32),
    /// `a -> op a`
    Unary(UnaryOp),
    /// `a b -> a op b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Written as `op=`.
        is_inplace: bool,
    },
    /// `a b -> a op b`
    Compare(CompareOp),
    /// `a b -> a is b`
    Is {
        /// `is not`
        is_negated: bool,
    },
    /// `a b -> a in b`
    Contains {
        /// `not in`
        is_negated: bool,
    },
    /// `items -> tuple`
    BuildTuple(u32),
    /// `items -> list`
    BuildList(u32),
    /// `list ... a -> list ...`: appends; the list is this far from the top once a is popped.
    ListAppend(u32),
    /// `list ... a -> list ...`: appends the items of a.
    ListExtend(u32),
    /// `list -> tuple`
    ListToTuple,
    /// `items -> set`
    BuildSet(u32),
    /// `set ... a -> set ...`: adds; the set is this far from the top once a is popped.
    SetAdd(u32),
    /// `set ... a -> set ...`: adds the items of a.
    SetUpdate(u32),
    /// `key value key value ... -> dict`
    BuildDict(u32),
    /// `values keys -> dict`: so many values and a tuple of keys.
    BuildConstantKeyDict(u32),
    /// `dict ... key value -> dict ...`: the dict is this far from the top once both are popped.
    DictAdd(u32),
    /// `dict ... a -> dict ...`: adds the items of a.
    DictUpdate(u32),
    /// `dict ... a -> dict ...`: adds the items of a, keyword arguments of a call.
    DictMerge(u32),
    /// `a b -> slice(a, b)`, or `a b c -> slice(a, b, c)` if true.
    BuildSlice {
        /// The step is given.
        has_step: bool,
    },
    /// `tuple -> tuple item`: the item at this position.
    TupleItem(u32),
    /// `a -> items`, the first one at the top.
    Unpack(u32),
    /// `a -> items`, the first one at the top; what lies between the first and the last ones is a list.
    UnpackStarred {
        /// Items before the list.
        before: u32,
        /// Items after the list.
        after: u32,
    },
    /// `a b -> a[b]`
    GetItem,
    /// `c a b ->`: `a[b] = c`
    SetItem,
    /// `a b ->`: `del a[b]`
    DelItem,
    /// `a -> a.name`, or `a -> null a.name`.
    GetAttr {
        /// The attribute.
        name: &'a Arc<str>,
        /// A call follows.
        pushes_null: bool,
    },
    /// `b a ->`: `a.name = b`
    SetAttr(&'a Arc<str>),
    /// `level names -> module`
    ImportName(&'a Arc<str>),
    /// `module -> module module.name`
    ImportFrom(&'a Arc<str>),
    /// Names the last arguments of the next call; the constants are strings.
    Keywords(&'a [Constant]),
    /// `null callable arguments -> result`, or `callable argument arguments -> result`.
    Call(u32),
    /// `null callable tuple -> result`, or `null callable tuple dict -> result`.
    CallStarred {
        /// A dict of keyword arguments is on the stack.
        has_keywords: bool,
    },
    /// `a -> iter(a)`
    GetIter,
    /// `iterator -> iterator item`, or `iterator ->` and a jump.
    ForIter(u32),
    /// `iterator sent -> iterator item`, or `iterator sent -> result` and a jump.
    Send(u32),
    /// `item ->`, given to whoever resumes the generator; goes on behind it when resumed.
    Yield,
    /// `-> sent`: stands behind each `Yield`.
    Resume,
    /// Jumps.
    Jump(u32),
    /// `a ->`, and jumps if the test holds.
    PopJump(Test, u32),
    /// Jumps and keeps a if its truth is `keeps`; else pops it.
    JumpOrPop {
        /// The truth value that jumps.
        keeps: bool,
        /// Where to.
        target: u32,
    },
    /// `a ->`, returned.
    Return,
    /// `a ->`, raised.
    Raise,
    /// `a b ->`: a, raised with the cause b.
    RaiseFrom,
    /// Raises the exception that is being handled.
    RaiseAgain,
    /// `a ->`: the exception a goes on.
    Reraise,
    /// `a -> before a`: a is being handled from here on.
    BeginHandling,
    /// `before ->`: what was handled before is handled again.
    EndHandling,
    /// `a b -> a matches`: whether the exception a is of class b, or of one in a tuple b.
    MatchException,
    /// `manager -> exit value`: enters a context; what leaves it, and what entering gives.
    EnterWith,
    /// `exit place before exception -> exit place before exception answer`: leaves a context by an exception.
    ExitWith,
    /// `a -> a len(a)`
    Length,
    /// `a -> a is_sequence`: whether a sequence pattern may match.
    MatchSequence,
    /// `a class names -> items`: `None`, or a tuple of so many positional attributes and those of the names.
    MatchClass(u32),
    /// `-> code` of a comprehension, which decoding replaces by what the code does.
    Comprehension(&'a Code),
    /// Not in the language that upshift compiles.
    Refused(Construct),
}

impl Instruction<'_> {
    /// Where it may jump to.
    pub fn target(&self) -> Option<u32> {
        match *self {
            Instruction::ForIter(target)
            | Instruction::Send(target)
            | Instruction::Jump(target)
            | Instruction::PopJump(_, target)
            | Instruction::JumpOrPop { target, .. } => Some(target),
            _ => None,
        }
    }

    /// True if the next instruction may follow.
    pub fn falls_through(&self) -> bool {
        !matches!(
            self,
            Instruction::Jump(_)
                | Instruction::Return
                | Instruction::Raise
                | Instruction::RaiseFrom
                | Instruction::RaiseAgain
                | Instruction::Reraise
                | Instruction::Refused(_)
        )
    }

    /// False if it never raises, whatever it works on.
    pub fn can_raise(&self) -> bool {
        !matches!(
            self,
            Instruction::Nop
                | Instruction::Pop
                | Instruction::Copy(_)
                | Instruction::Swap(_)
                | Instruction::PushNull
                | Instruction::Constant(_)
                | Instruction::Global { .. }
                | Instruction::Builtin(_)
                | Instruction::Code(_)
                | Instruction::LoadClosure
                | Instruction::MakeFunction(_)
                | Instruction::Free(_)
                | Instruction::StoreLocal(_)
                | Instruction::StoreFree(_)
                | Instruction::Is { .. }
                | Instruction::BuildTuple(_)
                | Instruction::Keywords(_)
                | Instruction::Jump(_)
                | Instruction::Return
                | Instruction::Yield
                | Instruction::BeginHandling
                | Instruction::EndHandling
        )
    }
}

/// A decoded function.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoded<'a> {
    /// Instructions.
    pub instructions: Vec<Instruction<'a>>,
    /// Where each stands.
    pub locations: Vec<Location>,
    /// Regions whose exceptions are caught.
    pub handlers: Vec<Handler>,
    /// The frame's variables, and those of comprehensions behind them; those that inner functions capture are like
    /// others.
    pub locals: Vec<(Arc<str>, LocalKind)>,
    /// Where comprehensions stand and which variables are theirs, outer ones first.
    pub scopes: Vec<Scope>,
}

/// The instructions of a comprehension that is part of a function, and its variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// Instructions.
    pub instructions: Range<u32>,
    /// Variables, by their slots.
    pub slots: Range<u32>,
}

impl Decoded<'_> {
    /// The slot that a name means for inner code that an instruction makes: that of the innermost comprehension around
    /// it, or the function's own.
    pub fn slot_at(&self, instruction: usize, name: &str) -> Option<u32> {
        let is_it = |slot: &u32| {
            let (known, kind) = &self.locals[*slot as usize];
            **known == *name && *kind != LocalKind::Free
        };
        let around = self.scopes.iter().rev().filter(|scope| scope.instructions.contains(&(instruction as u32)));
        let inner = around.flat_map(|scope| scope.slots.clone()).find(is_it);
        let is_own = |slot: &u32| !self.scopes.iter().any(|scope| scope.slots.contains(slot));
        inner.or_else(|| (0..self.locals.len() as u32).filter(is_own).find(is_it))
    }
}

/// A region whose exceptions are caught, in indexes of instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    /// First instruction.
    pub start: u32,
    /// The instruction after the last.
    pub end: u32,
    /// First instruction of the code that catches.
    pub target: u32,
    /// How many entries of the stack it keeps.
    pub depth: u32,
    /// Whether the place of the exception is pushed below the exception.
    pub pushes_place: bool,
}
