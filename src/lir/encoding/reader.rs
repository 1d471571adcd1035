//! Bytes to functions. Each method is the mirror of one in `writer.rs`; errors say what was being read.

use smallvec::SmallVec;

use crate::lir::assembler::Assembler;
use crate::lir::entities::{Block, Callee, Data, Slot, Value};
use crate::lir::function::{
    BlockCall, CalleeData, FastMath, Function, Immediate, InstData, Lengths, Memory, Region, Signature, Site,
    SiteArgument, SlotData,
};
use crate::lir::ops::{FloatCond, ImmediateKind, IntCond, Op};
use crate::lir::types::Type;
use crate::lir::unit::FunctionId;
use crate::runtime::symbols::Symbol;

type Read<T> = Result<T, String>;

/// Tuples inside tuples of an exception's arguments.
const MOST_TUPLES: u32 = 64;

pub(super) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn raw(&mut self, count: usize) -> Read<&'a [u8]> {
        let (head, tail) = self.bytes.split_at_checked(count).ok_or("the bytes end too early")?;
        self.bytes = tail;
        Ok(head)
    }

    fn byte(&mut self) -> Read<u8> {
        Ok(self.raw(1)?[0])
    }

    pub(super) fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err("a number is too long".into())
    }

    fn signed(&mut self) -> Read<i64> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn small(&mut self) -> Read<u32> {
        let number = self.number()?;
        u32::try_from(number).map_err(|_| format!("{number} does not fit in 32 bits"))
    }

    /// A list; every item takes at least a byte, so a wrong count ends with the bytes and not with the memory.
    pub(super) fn many<T>(&mut self, read: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.number()?;
        let mut items = Vec::with_capacity((count as usize).min(self.bytes.len()).min(64));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    fn byte_string(&mut self) -> Read<Vec<u8>> {
        let count = self.number()?;
        let count = usize::try_from(count).map_err(|_| "a length is too large")?;
        Ok(self.raw(count)?.to_vec())
    }

    fn text(&mut self) -> Read<String> {
        String::from_utf8(self.byte_string()?).map_err(|_| "a name is not UTF-8".into())
    }

    fn row<T: Copy>(&mut self, what: &str, table: &[T]) -> Read<T> {
        let index = self.number()?;
        let found = usize::try_from(index).ok().and_then(|index| table.get(index));
        found.copied().ok_or_else(|| format!("there is no {what} {index}"))
    }

    fn byte_row<T: Copy>(&mut self, what: &str, table: &[T]) -> Read<T> {
        let index = self.byte()?;
        table.get(index as usize).copied().ok_or_else(|| format!("there is no {what} {index}"))
    }

    fn ty(&mut self) -> Read<Type> {
        self.byte_row("type", &Type::ALL)
    }

    fn value(&mut self) -> Read<Value> {
        self.small().map(Value)
    }

    fn signature(&mut self) -> Read<Signature> {
        Ok(Signature { params: self.many(Self::ty)?, returns: self.many(Self::ty)? })
    }

    pub(super) fn function(&mut self) -> Read<Function> {
        let id = FunctionId(self.small()?);
        let name = self.text()?;
        let mut func = Function::new(id, name, self.signature()?);
        func.fastmath = FastMath(self.byte()?);
        if func.fastmath.0 & !FastMath::FAST.0 != 0 {
            return Err("there is no such fast-math flag".into());
        }
        func.lengths = Lengths(self.number()?);
        func.slots = self.many(|reader| Ok(SlotData { size: reader.small()? }))?;
        func.callees =
            self.many(|reader| Ok(CalleeData { id: FunctionId(reader.small()?), signature: reader.signature()? }))?;
        func.data = self.many(Self::byte_string)?;
        func.sites = self.many(Self::site)?;
        let mut assembler = Assembler::new(func);
        for _ in 0..self.number()? {
            self.block(&mut assembler)?;
        }
        assembler.finish()
    }

    fn site(&mut self) -> Read<Site> {
        let exception = self.text()?;
        let mut message = self.many(Self::text)?;
        if message.len() > 1 {
            return Err("a site has one message at most".into());
        }
        let arguments = self.many(|reader| reader.site_argument(0))?;
        Ok(Site { exception, message: message.pop(), arguments, line: self.small()? })
    }

    fn site_argument(&mut self, depth: u32) -> Read<SiteArgument> {
        Ok(match self.byte()? {
            0 => SiteArgument::None,
            1 => SiteArgument::Text(self.text()?),
            2 => SiteArgument::Bool,
            3 => SiteArgument::Int,
            4 => SiteArgument::Float,
            5 => SiteArgument::Complex,
            6 => SiteArgument::Scalar(self.text()?),
            7 if depth < MOST_TUPLES => SiteArgument::Tuple(self.many(|reader| reader.site_argument(depth + 1))?),
            8 => SiteArgument::String,
            9 => SiteArgument::Bytes,
            10 => SiteArgument::Object,
            _ => return Err("an exception has an argument of an unknown kind".into()),
        })
    }

    fn block(&mut self, assembler: &mut Assembler) -> Read<()> {
        let number = self.number()?;
        let block = Block(u32::try_from(number >> 1).map_err(|_| "a block's number is too large")?);
        assembler.add_block(block, number & 1 != 0)?;
        for (value, ty) in self.many(Self::typed_value)? {
            assembler.add_param(block, value, ty)?;
        }
        for _ in 0..self.number()? {
            let (data, types) = self.inst()?;
            assembler.add_inst(block, data, &types)?;
        }
        Ok(())
    }

    fn typed_value(&mut self) -> Read<(Value, Type)> {
        Ok((self.value()?, self.ty()?))
    }

    fn inst(&mut self) -> Read<(InstData, Vec<Type>)> {
        let op = self.byte_row("operation", Op::ALL)?;
        let line = self.small()?;
        let (results, types): (SmallVec<[Value; 2]>, Vec<Type>) = self.many(Self::typed_value)?.into_iter().unzip();
        let args = SmallVec::from_vec(self.many(Self::value)?);
        let targets = self.many(|reader| {
            let block = Block(reader.small()?);
            Ok(BlockCall { block, args: SmallVec::from_vec(reader.many(Self::value)?) })
        })?;
        let immediate = self.immediate(op)?;
        Ok((InstData { op, args, immediate, targets: targets.into_boxed_slice(), results, line }, types))
    }

    fn immediate(&mut self, op: Op) -> Read<Immediate> {
        Ok(match op.info().immediate {
            ImmediateKind::None | ImmediateKind::Targets => Immediate::None,
            ImmediateKind::Int => Immediate::Int(self.signed()?),
            ImmediateKind::Float => {
                let bytes = self.raw(8)?.try_into().map_err(|_| "a float has eight bytes")?;
                Immediate::Float(u64::from_le_bytes(bytes))
            }
            ImmediateKind::IntCond => Immediate::IntCond(self.byte_row("condition", IntCond::ALL)?),
            ImmediateKind::FloatCond => Immediate::FloatCond(self.byte_row("condition", FloatCond::ALL)?),
            ImmediateKind::Memory => Immediate::Memory(self.memory()?),
            ImmediateKind::Slot => Immediate::Slot(Slot(self.small()?)),
            ImmediateKind::Data => Immediate::Data(Data(self.small()?)),
            ImmediateKind::Symbol => Immediate::Symbol(self.row("symbol", Symbol::ALL)?),
            ImmediateKind::Callee => Immediate::Callee(Callee(self.small()?)),
        })
    }

    fn memory(&mut self) -> Read<Memory> {
        let offset = i32::try_from(self.signed()?).map_err(|_| "an offset does not fit in 32 bits")?;
        let bits = self.byte()?;
        let region = Region::ALL.get(usize::from(bits >> 1)).copied().ok_or("there is no such region")?;
        Ok(Memory { offset, region, is_constant: bits & 1 != 0 })
    }
}
