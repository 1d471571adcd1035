//! Functions to bytes. Each method has its mirror in `reader.rs`.

use crate::lir::entities::{Block, Inst, Value};
use crate::lir::function::{Function, Immediate, Memory, Signature, Site, SiteArgument};
use crate::lir::types::Type;

#[derive(Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    fn many<T>(&mut self, items: &[T], write: impl Fn(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.raw(bytes);
    }

    fn ty(&mut self, ty: Type) {
        self.bytes.push(ty as u8);
    }

    fn value(&mut self, value: Value) {
        self.number(u64::from(value.0));
    }

    fn signature(&mut self, signature: &Signature) {
        self.many(&signature.params, |writer, &ty| writer.ty(ty));
        self.many(&signature.returns, |writer, &ty| writer.ty(ty));
    }

    pub(super) fn function(&mut self, func: &Function) {
        self.number(u64::from(func.id.0));
        self.bytes(func.name.as_bytes());
        self.signature(&func.signature);
        self.bytes.push(func.fastmath.0);
        self.number(func.lengths.0);
        self.many(&func.slots, |writer, slot| writer.number(u64::from(slot.size)));
        self.many(&func.callees, |writer, callee| {
            writer.number(u64::from(callee.id.0));
            writer.signature(&callee.signature);
        });
        self.many(&func.data, |writer, data| writer.bytes(data));
        self.many(&func.sites, Self::site);
        self.many(&func.layout, |writer, &block| writer.block(func, block));
    }

    fn site(&mut self, site: &Site) {
        self.bytes(site.exception.as_bytes());
        self.many(site.message.as_slice(), |writer, message| writer.bytes(message.as_bytes()));
        self.many(&site.arguments, Self::site_argument);
        self.number(u64::from(site.line));
    }

    fn site_argument(&mut self, argument: &SiteArgument) {
        self.bytes.push(match argument {
            SiteArgument::None => 0,
            SiteArgument::Text(_) => 1,
            SiteArgument::Bool => 2,
            SiteArgument::Int => 3,
            SiteArgument::Float => 4,
            SiteArgument::Complex => 5,
            SiteArgument::Scalar(_) => 6,
            SiteArgument::Tuple(_) => 7,
            SiteArgument::String => 8,
            SiteArgument::Bytes => 9,
            SiteArgument::Object => 10,
        });
        match argument {
            SiteArgument::Text(text) | SiteArgument::Scalar(text) => self.bytes(text.as_bytes()),
            SiteArgument::Tuple(items) => self.many(items, Self::site_argument),
            SiteArgument::None
            | SiteArgument::Bool
            | SiteArgument::Int
            | SiteArgument::Float
            | SiteArgument::Complex
            | SiteArgument::String
            | SiteArgument::Bytes
            | SiteArgument::Object => {}
        }
    }

    fn block(&mut self, func: &Function, block: Block) {
        let data = func.block(block);
        self.number(u64::from(block.0) << 1 | u64::from(data.is_cold));
        self.many(&data.params, |writer, &param| writer.typed_value(func, param));
        self.many(&data.insts, |writer, &inst| writer.inst(func, inst));
    }

    fn typed_value(&mut self, func: &Function, value: Value) {
        self.value(value);
        self.ty(func.type_of(value));
    }

    fn inst(&mut self, func: &Function, inst: Inst) {
        let data = func.inst(inst);
        self.bytes.push(data.op as u8);
        self.number(u64::from(data.line));
        self.many(&data.results, |writer, &result| writer.typed_value(func, result));
        self.many(&data.args, |writer, &arg| writer.value(arg));
        self.many(&data.targets, |writer, target| {
            writer.number(u64::from(target.block.0));
            writer.many(&target.args, |writer, &arg| writer.value(arg));
        });
        self.immediate(data.immediate);
    }

    /// Its kind follows from the operation.
    fn immediate(&mut self, immediate: Immediate) {
        match immediate {
            Immediate::None => {}
            Immediate::Int(number) => self.signed(number),
            Immediate::Float(bits) => self.raw(&bits.to_le_bytes()),
            Immediate::IntCond(cond) => self.bytes.push(cond as u8),
            Immediate::FloatCond(cond) => self.bytes.push(cond as u8),
            Immediate::Memory(Memory { offset, region, is_constant }) => {
                self.signed(i64::from(offset));
                self.bytes.push((region as u8) << 1 | u8::from(is_constant));
            }
            Immediate::Slot(slot) => self.number(u64::from(slot.0)),
            Immediate::Data(data) => self.number(u64::from(data.0)),
            Immediate::Symbol(symbol) => self.number(symbol as u64),
            Immediate::Callee(callee) => self.number(u64::from(callee.0)),
        }
    }
}
