//! A function of lir: tables of blocks, instructions and values, named by the entities.
//!
//! An instruction that a pass removes leaves its block's list and stays in the table, unreferenced.

use std::sync::Arc;

use smallvec::SmallVec;

use super::entities::{Block, Callee, Data, Inst, Slot, Value};
use super::ops::{FloatCond, ImmediateKind, IntCond, Op};
use super::types::Type;
use super::unit::FunctionId;
use crate::runtime::symbols::Symbol;

/// Parameter and result types.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Signature {
    /// Types of the parameters.
    pub params: Vec<Type>,
    /// Types of the results: at most two, so that both tiers return them in registers. A compiled function's first
    /// result is its status (I32); results beyond one travel through a pointer parameter.
    pub returns: Vec<Type>,
}

/// Which rules of strict floating point a function may break; the names are LLVM's and Numba's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct FastMath(pub u8);

impl FastMath {
    /// Flag names by bit.
    pub const NAMES: [&'static str; 7] = ["nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc"];
    /// Every flag.
    pub const FAST: FastMath = FastMath(0x7f);

    /// The set that holds the flag called `name`; `fast` is all of them.
    pub fn from_name(name: &str) -> Option<FastMath> {
        if name == "fast" {
            return Some(FastMath::FAST);
        }
        Self::NAMES.iter().position(|flag| *flag == name).map(|bit| FastMath(1 << bit))
    }
}

/// Which parameters of a function are lengths: integers that are not negative. The first 64 can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Lengths(pub u64);

impl Lengths {
    /// Declares a parameter a length, if it is one of the first 64.
    pub fn insert(&mut self, param: usize) {
        self.0 |= u32::try_from(param).ok().and_then(|param| 1_u64.checked_shl(param)).unwrap_or(0);
    }

    /// The positions of the parameters that are lengths.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |&param| self.0 & (1 << param) != 0)
    }
}

/// Memory that never overlaps memory of another region.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u8)]
pub enum Region {
    /// Array elements, and the items of containers. Where an address stands no number ever does, so that accesses of
    /// type `ptr` overlap none of other types.
    Elements,
    /// Headers of reference-counted blocks.
    Headers,
    /// Stack slots, argument and result buffers.
    Frame,
    /// Entry cells, counters and the poll word.
    Cells,
}

impl Region {
    /// All regions, in the order of their encoding.
    pub const ALL: [Region; 4] = [Region::Elements, Region::Headers, Region::Frame, Region::Cells];

    /// The name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Region::Elements => "elements",
            Region::Headers => "headers",
            Region::Frame => "frame",
            Region::Cells => "cells",
        }
    }
}

/// Where a load or store goes, beside its address operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Memory {
    /// Bytes added to the address.
    pub offset: i32,
    /// What else it may overlap.
    pub region: Region,
    /// True if nothing writes this memory while the function runs, and it may be read at any time.
    pub is_constant: bool,
}

/// What an instruction carries beside operands and targets.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Immediate {
    /// Nothing.
    None,
    /// The value of `const_int` or `const_ptr`, sign-extended from its type.
    Int(i64),
    /// The bits of `const_float`: of an f32 in the low half.
    Float(u64),
    /// The condition of `cmp_int`.
    IntCond(IntCond),
    /// The condition of `cmp_float`.
    FloatCond(FloatCond),
    /// Where a load or store goes.
    Memory(Memory),
    /// A stack slot.
    Slot(Slot),
    /// A constant byte string.
    Data(Data),
    /// A routine of the runtime.
    Symbol(Symbol),
    /// A compiled function.
    Callee(Callee),
}

impl Immediate {
    /// The kind that a row of the table states. Terminators carry `None` here and have targets.
    pub fn matches(self, kind: ImmediateKind) -> bool {
        match kind {
            ImmediateKind::None | ImmediateKind::Targets => self == Immediate::None,
            ImmediateKind::Int => matches!(self, Immediate::Int(_)),
            ImmediateKind::Float => matches!(self, Immediate::Float(_)),
            ImmediateKind::IntCond => matches!(self, Immediate::IntCond(_)),
            ImmediateKind::FloatCond => matches!(self, Immediate::FloatCond(_)),
            ImmediateKind::Memory => matches!(self, Immediate::Memory(_)),
            ImmediateKind::Slot => matches!(self, Immediate::Slot(_)),
            ImmediateKind::Data => matches!(self, Immediate::Data(_)),
            ImmediateKind::Symbol => matches!(self, Immediate::Symbol(_)),
            ImmediateKind::Callee => matches!(self, Immediate::Callee(_)),
        }
    }
}

/// A jump target with the values for its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BlockCall {
    /// The target.
    pub block: Block,
    /// One value for each parameter of the target.
    pub args: SmallVec<[Value; 4]>,
}

/// An instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InstData {
    /// What it does.
    pub op: Op,
    /// Its operands.
    pub args: SmallVec<[Value; 4]>,
    /// What else it carries.
    pub immediate: Immediate,
    /// Jump targets, of terminators only.
    pub targets: Box<[BlockCall]>,
    /// Its results: one for most, several for calls.
    pub results: SmallVec<[Value; 2]>,
    /// The line of the user's source, 0 if none.
    pub line: u32,
}

/// A basic block.
#[derive(Clone, Debug, Default)]
pub struct BlockData {
    /// Values that the predecessors pass.
    pub params: Vec<Value>,
    /// The instructions, the terminator last.
    pub insts: Vec<Inst>,
    /// Seldom run: error paths. Tiers place it out of the way.
    pub is_cold: bool,
}

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueDef {
    /// Parameter of a block, at this position.
    Param(Block, u32),
    /// Result of an instruction, at this position.
    Result(Inst, u32),
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub struct ValueData {
    /// Its type.
    pub ty: Type,
    /// Its definition.
    pub def: ValueDef,
}

/// A stack slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SlotData {
    /// Size in bytes; the alignment is 16.
    pub size: u32,
}

/// A compiled function that is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CalleeData {
    /// Which function.
    pub id: FunctionId,
    /// Its signature.
    pub signature: Signature,
}

/// A place that raises. Compiled code passes the function's id, the site's index and numbers to the runtime; the
/// exception's class, message and line are looked up here when Python asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// Name of the exception class, such as `IndexError`; see `runtime/exception_classes.rs`.
    pub exception: String,
    /// The message, the only argument; `{0}`, `{1}` and so on stand for the numbers.
    pub message: Option<String>,
    /// The arguments, if there is no message.
    pub arguments: Vec<SiteArgument>,
    /// Line in the user's file.
    pub line: u32,
}

/// Where a function comes from, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The user's file.
    pub file: Arc<str>,
    /// The line of the definition in it.
    pub line: u32,
    /// Argument and result types.
    pub signature: String,
}

/// An argument of an exception: itself, or how it is made of the next numbers, which are bits of machine values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SiteArgument {
    /// `None`.
    None,
    /// A string that is known when compiling.
    Text(String),
    /// A string: its address.
    String,
    /// Bytes: their address.
    Bytes,
    /// A Python `bool`.
    Bool,
    /// A Python `int`.
    Int,
    /// A Python `float`.
    Float,
    /// A Python `complex`: two numbers.
    Complex,
    /// A NumPy scalar of the dtype of this name; two numbers if it is complex.
    Scalar(String),
    /// An exception or another object of Python's: the address of its block.
    Object,
    /// A tuple.
    Tuple(Vec<SiteArgument>),
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Which specialization it is, process-wide.
    pub id: FunctionId,
    /// The qualified name, for people.
    pub name: String,
    /// Where it comes from. Neither the text form nor the byte form has it.
    pub origin: Option<Arc<Origin>>,
    /// Parameter and result types.
    pub signature: Signature,
    /// Floating-point rules that may be broken.
    pub fastmath: FastMath,
    /// Parameters that are lengths of axes: never negative, whoever calls.
    pub lengths: Lengths,
    /// Blocks; the first is the entry.
    pub blocks: Vec<BlockData>,
    /// The order in which blocks are printed and emitted; unreachable blocks are absent.
    pub layout: Vec<Block>,
    /// Instructions.
    pub insts: Vec<InstData>,
    /// Values.
    pub values: Vec<ValueData>,
    /// Stack slots.
    pub slots: Vec<SlotData>,
    /// Functions called.
    pub callees: Vec<CalleeData>,
    /// Constant byte strings.
    pub data: Vec<Vec<u8>>,
    /// Places that raise.
    pub sites: Vec<Site>,
}

impl Function {
    /// A function without blocks.
    pub fn new(id: FunctionId, name: impl Into<String>, signature: Signature) -> Function {
        Function {
            id,
            name: name.into(),
            origin: None,
            signature,
            fastmath: FastMath::default(),
            lengths: Lengths::default(),
            blocks: Vec::new(),
            layout: Vec::new(),
            insts: Vec::new(),
            values: Vec::new(),
            slots: Vec::new(),
            callees: Vec::new(),
            data: Vec::new(),
            sites: Vec::new(),
        }
    }

    /// The name with its argument and result types, for people.
    pub fn title(&self) -> String {
        format!("{}{}", self.name, self.origin.as_ref().map_or("", |origin| &origin.signature))
    }

    /// The entry block.
    pub fn entry(&self) -> Block {
        Block(0)
    }

    /// Adds a block at the end of the layout.
    pub fn add_block(&mut self) -> Block {
        let block = Block::from_index(self.blocks.len());
        self.blocks.push(BlockData::default());
        self.layout.push(block);
        block
    }

    /// Adds a parameter to `block`.
    pub fn add_param(&mut self, block: Block, ty: Type) -> Value {
        let position = self.blocks[block.index()].params.len() as u32;
        let value = self.add_value(ValueData { ty, def: ValueDef::Param(block, position) });
        self.blocks[block.index()].params.push(value);
        value
    }

    /// Adds an instruction that is in no block yet; `results` states the types of its results.
    pub fn add_inst(&mut self, mut data: InstData, results: &[Type]) -> Inst {
        let inst = Inst::from_index(self.insts.len());
        data.results.clear();
        for (position, &ty) in results.iter().enumerate() {
            let value = self.add_value(ValueData { ty, def: ValueDef::Result(inst, position as u32) });
            data.results.push(value);
        }
        self.insts.push(data);
        inst
    }

    /// Drops all instructions but those that `is_kept` has at their indexes, and renumbers the rest. The definitions of
    /// values whose instructions are dropped mean nothing any more.
    pub fn retain_insts(&mut self, is_kept: &[bool]) {
        let mut flags = is_kept.iter();
        self.insts.retain(|_| flags.next() == Some(&true));
        let mut count = 0;
        let renumber = |&is_kept: &bool| {
            let number = Inst::from_index(usize::min(count, self.insts.len() - 1));
            count += usize::from(is_kept);
            number
        };
        let renumbered: Vec<Inst> = is_kept.iter().map(renumber).collect();
        for data in &mut self.blocks {
            data.insts.retain(|inst| is_kept[inst.index()]);
            data.insts.iter_mut().for_each(|inst| *inst = renumbered[inst.index()]);
        }
        for value in &mut self.values {
            if let ValueDef::Result(inst, _) = &mut value.def {
                *inst = renumbered[inst.index()];
            }
        }
    }

    fn add_value(&mut self, data: ValueData) -> Value {
        let value = Value::from_index(self.values.len());
        self.values.push(data);
        value
    }

    /// The instruction's data.
    pub fn inst(&self, inst: Inst) -> &InstData {
        &self.insts[inst.index()]
    }

    /// The block's data.
    pub fn block(&self, block: Block) -> &BlockData {
        &self.blocks[block.index()]
    }

    /// The type of a value.
    pub fn type_of(&self, value: Value) -> Type {
        self.values[value.index()].ty
    }

    /// The instruction that defines `value`, if one does.
    pub fn def_inst(&self, value: Value) -> Option<&InstData> {
        match self.values[value.index()].def {
            ValueDef::Result(inst, _) => Some(self.inst(inst)),
            ValueDef::Param(..) => None,
        }
    }

    /// The value of an integer constant.
    pub fn as_const_int(&self, value: Value) -> Option<i64> {
        match self.def_inst(value)? {
            InstData { op: Op::ConstInt, immediate: Immediate::Int(number), .. } => Some(*number),
            _ => None,
        }
    }

    /// The last instruction of `block`, which ends it.
    pub fn terminator(&self, block: Block) -> Option<&InstData> {
        self.block(block).insts.last().map(|&inst| self.inst(inst)).filter(|data| data.op.is_terminator())
    }

    /// The targets of the block's terminator.
    pub fn successors(&self, block: Block) -> impl Iterator<Item = &BlockCall> {
        self.terminator(block).into_iter().flat_map(|data| data.targets.iter())
    }
}
