//! What several passes do to a function: replacing values, finding where instructions stand, giving a loop one
//! place in front of it.

use smallvec::SmallVec;

use super::{Changed, PassContext};
use crate::interp::{Evaluated, evaluate};
use crate::lir::{
    Block, BlockCall, Cfg, Effects, Function, Immediate, Inst, InstData, LoopData, Op, Type, Value, ValueDef,
};
use crate::runtime::symbols::SymbolEffects;

/// Values that others stand for from now on. Chains are allowed; `apply` writes them into the function.
pub(super) struct Replacements {
    to: Vec<Value>,
    is_empty: bool,
}

impl Replacements {
    /// Nothing is replaced yet.
    pub(super) fn new(func: &Function) -> Self {
        Replacements { to: (0..func.values.len()).map(Value::from_index).collect(), is_empty: true }
    }

    /// Lets `new` stand for `old`.
    pub(super) fn replace(&mut self, old: Value, new: Value) {
        let new = self.resolve(new);
        if new != old {
            self.to[old.index()] = new;
            self.is_empty = false;
        }
    }

    /// What stands for `value`. Values made after the replacements began stand for themselves.
    pub(super) fn resolve(&self, mut value: Value) -> Value {
        while let Some(&to) = self.to.get(value.index()) {
            if to == value {
                break;
            }
            value = to;
        }
        value
    }

    /// Resolves the operands of one instruction.
    pub(super) fn resolve_inst(&self, data: &mut InstData) {
        if self.is_empty {
            return;
        }
        for arg in data.args.iter_mut().chain(data.targets.iter_mut().flat_map(|target| &mut target.args)) {
            *arg = self.resolve(*arg);
        }
    }

    /// Resolves the operands of all instructions; true if there was anything to replace.
    pub(super) fn apply(&self, func: &mut Function) -> bool {
        if self.is_empty {
            return false;
        }
        for &block in &func.layout {
            for &inst in &func.blocks[block.index()].insts {
                self.resolve_inst(&mut func.insts[inst.index()]);
            }
        }
        true
    }
}

/// The block of each instruction; the entry for those in none.
pub(super) fn inst_blocks(func: &Function) -> Vec<Block> {
    let mut blocks = vec![func.entry(); func.insts.len()];
    for &block in &func.layout {
        for &inst in &func.block(block).insts {
            blocks[inst.index()] = block;
        }
    }
    blocks
}

/// The block in which a value is defined; `homes` is what `inst_blocks` answers.
pub(super) fn home(func: &Function, homes: &[Block], value: Value) -> Block {
    match func.values[value.index()].def {
        ValueDef::Param(block, _) => block,
        ValueDef::Result(inst, _) => homes[inst.index()],
    }
}

/// What an instruction does beside computing its results, with the row of a called symbol looked up.
pub(super) fn effects(data: &InstData) -> Effects {
    match (data.op.info().effects, data.immediate) {
        (Effects::Calls, Immediate::Symbol(symbol)) => match symbol.info().effects {
            SymbolEffects::Pure => Effects::None,
            SymbolEffects::Reads => Effects::Reads,
            SymbolEffects::Writes | SymbolEffects::Raises => Effects::Writes,
        },
        (Effects::Calls, _) => Effects::Writes,
        (effects, _) => effects,
    }
}

/// Turns an instruction with one result into a constant of the result's type.
pub(super) fn make_constant(func: &mut Function, inst: Inst, bits: u64) {
    let ty = func.type_of(func.inst(inst).results[0]);
    let (op, immediate) = constant(ty, bits);
    let data = &mut func.insts[inst.index()];
    data.op = op;
    data.immediate = immediate;
    data.args.clear();
}

/// Operation and immediate of a constant.
pub(super) fn constant(ty: Type, bits: u64) -> (Op, Immediate) {
    match ty {
        Type::F32 | Type::F64 => (Op::ConstFloat, Immediate::Float(bits)),
        Type::Ptr => (Op::ConstPtr, Immediate::Int(bits as i64)),
        _ => (Op::ConstInt, Immediate::Int(crate::interp::Bits(bits).sint(ty))),
    }
}

/// An instruction in no block yet, with the line of nothing.
pub(super) fn add_plain(func: &mut Function, op: Op, immediate: Immediate, args: &[Value], ty: Type) -> (Inst, Value) {
    let args = SmallVec::from_slice(args);
    let (targets, results) = (Box::default(), SmallVec::new());
    let inst = func.add_inst(InstData { op, args, immediate, targets, results, line: 0 }, &[ty]);
    (inst, func.inst(inst).results[0])
}

/// The bits of a constant.
pub(super) fn const_bits(func: &Function, value: Value) -> Option<crate::interp::Bits> {
    let data = func.def_inst(value)?;
    if !matches!(data.op, Op::ConstInt | Op::ConstFloat | Op::ConstPtr) {
        return None;
    }
    match evaluate(data.op, data.immediate, Type::I64, func.type_of(value), &[]) {
        Evaluated::Value(bits) => Some(bits),
        Evaluated::Violates(_) | Evaluated::NotPure => None,
    }
}

/// The block through which alone the loop is entered and which goes nowhere else, if there is one.
pub(super) fn preheader(func: &Function, cfg: &Cfg, data: &LoopData) -> Option<Block> {
    let mut outside = cfg.preds(data.header).iter().filter(|pred| !data.latches.contains(pred));
    let pred = *outside.next()?;
    let jumps_on = func.terminator(pred).is_some_and(|last| last.op == Op::Jump);
    (outside.next().is_none() && jumps_on).then_some(pred)
}

/// Gives every loop a preheader; true if the graph changed, and the analyses are new then.
pub(super) fn ensure_preheaders(func: &mut Function, ctx: &mut PassContext) -> bool {
    let (loops, cfg) = (ctx.loops(func), ctx.cfg(func));
    let mut is_changed = false;
    for (_, data) in loops.iter() {
        if preheader(func, &cfg, data).is_none() {
            add_preheader(func, &cfg, data);
            is_changed = true;
        }
    }
    ctx.invalidate(Changed::graph(is_changed));
    is_changed
}

/// Puts a block in front of a loop that has no preheader.
fn add_preheader(func: &mut Function, cfg: &Cfg, data: &LoopData) {
    let header = data.header;
    let outside = cfg.preds(header).iter().filter(|pred| !data.latches.contains(pred));
    let outside: SmallVec<[Block; 4]> = outside.copied().collect();
    let block = func.add_block();
    func.layout.pop();
    let position = func.layout.iter().position(|&other| other == header).unwrap_or(func.layout.len());
    func.layout.insert(position, block);
    let types: Vec<Type> = func.block(header).params.iter().map(|&param| func.type_of(param)).collect();
    let params: SmallVec<[Value; 4]> = types.into_iter().map(|ty| func.add_param(block, ty)).collect();
    for pred in outside {
        let Some(&last) = func.block(pred).insts.last() else { continue };
        for target in func.insts[last.index()].targets.iter_mut().filter(|target| target.block == header) {
            target.block = block;
        }
    }
    let jump = jump_to(BlockCall { block: header, args: params });
    let inst = func.add_inst(jump, &[]);
    func.blocks[block.index()].insts.push(inst);
}

/// A jump, in no block yet.
pub(super) fn jump_to(target: BlockCall) -> InstData {
    InstData {
        op: Op::Jump,
        args: SmallVec::new(),
        immediate: Immediate::None,
        targets: Box::new([target]),
        results: SmallVec::new(),
        line: 0,
    }
}
