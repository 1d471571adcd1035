//! Carries out a plan: the conditions, the copy of the nest, and SSA form behind the two nests.

use smallvec::SmallVec;

use super::expressions::Emitter;
use super::{Condition, Plan};
use crate::lir::{
    Block, BlockCall, BlockData, Cfg, Function, Immediate, Inst, InstData, Loops, Op, Type, Value, ValueDef,
};
use crate::passes::rewriting::{home, inst_blocks, make_constant};

/// Copies the nest; answers the blocks of the copy, which is the fast one.
pub(super) fn copy_nest(func: &mut Function, loops: &Loops, plan: &Plan) -> Vec<Block> {
    let blocks = &loops.data(plan.nest).blocks;
    let uses = uses_outside(func, blocks);
    let mut copy = Copy::new(func);
    copy.constants(func, plan);
    copy.blocks(func, blocks);
    for &(value, truth) in &plan.truths {
        if let ValueDef::Result(inst, _) = func.values[copy.value(value).index()].def {
            make_constant(func, inst, u64::from(truth));
        }
    }
    let mut emitter = Emitter::new(func, plan.preheader, &plan.expressions);
    for &condition in &plan.conditions {
        match condition {
            Condition::Is(value, truth) => emitter.require(value, truth),
            Condition::Compare(cond, a, b) => {
                let args = [emitter.value(a), emitter.value(b)];
                let holds = emitter.inst(Op::CmpInt, Immediate::IntCond(cond), &args, Type::Bool);
                emitter.require(holds, true);
            }
            Condition::Computable(node) => drop(emitter.value(node)),
        }
    }
    let condition = emitter.conjunction().expect("a plan has conditions");
    branch(func, plan.preheader, condition, &copy);
    place(func, blocks, &copy);
    repair(func, blocks, &copy, uses);
    copy.list
}

/// What of the nest became what in the copy.
struct Copy {
    blocks: Vec<Option<Block>>,
    values: Vec<Value>,
    list: Vec<Block>,
}

impl Copy {
    fn new(func: &Function) -> Copy {
        let values = (0..func.values.len()).map(Value::from_index).collect();
        Copy { blocks: vec![None; func.blocks.len()], values, list: Vec::new() }
    }

    fn value(&self, value: Value) -> Value {
        self.values[value.index()]
    }

    fn block(&self, block: Block) -> Block {
        self.blocks[block.index()].unwrap_or(block)
    }

    /// Conditions from outside the nest are constants in the copy.
    fn constants(&mut self, func: &mut Function, plan: &Plan) {
        for condition in &plan.conditions {
            if let Condition::Is(value, truth) = *condition {
                let number = Immediate::Int(i64::from(truth));
                let (inst, constant) = crate::passes::rewriting::add_plain(func, Op::ConstInt, number, &[], Type::Bool);
                let insts = &mut func.blocks[plan.preheader.index()].insts;
                insts.insert(insts.len() - 1, inst);
                self.values[value.index()] = constant;
            }
        }
    }

    /// Definitions first, then uses: a jump back uses what comes later.
    fn blocks(&mut self, func: &mut Function, blocks: &[Block]) {
        let mut insts: Vec<(Inst, Inst)> = Vec::new();
        for &block in blocks {
            let new = Block::from_index(func.blocks.len());
            func.blocks.push(BlockData { is_cold: func.block(block).is_cold, ..BlockData::default() });
            self.blocks[block.index()] = Some(new);
            self.list.push(new);
            for position in 0..func.block(block).params.len() {
                let param = func.block(block).params[position];
                self.values[param.index()] = func.add_param(new, func.type_of(param));
            }
            for position in 0..func.block(block).insts.len() {
                let inst = func.block(block).insts[position];
                let data = func.inst(inst).clone();
                let types: SmallVec<[Type; 2]> = data.results.iter().map(|&result| func.type_of(result)).collect();
                let results = data.results.clone();
                let twin = func.add_inst(data, &types);
                for (&old, &new) in results.iter().zip(&func.inst(twin).results) {
                    self.values[old.index()] = new;
                }
                func.blocks[new.index()].insts.push(twin);
                insts.push((inst, twin));
            }
        }
        for (_, twin) in insts {
            self.rename(&mut func.insts[twin.index()]);
        }
    }

    fn rename(&self, data: &mut InstData) {
        for arg in &mut data.args {
            *arg = self.value(*arg);
        }
        for target in &mut data.targets {
            target.block = self.block(target.block);
            for arg in &mut target.args {
                *arg = self.value(*arg);
            }
        }
    }
}

/// Makes the preheader's jump choose between the copy and the original.
fn branch(func: &mut Function, preheader: Block, condition: Value, copy: &Copy) {
    let Some(&last) = func.block(preheader).insts.last() else { return };
    let data = &mut func.insts[last.index()];
    let original = data.targets[0].clone();
    let fast = BlockCall { block: copy.block(original.block), args: original.args.clone() };
    data.op = Op::BranchIf;
    data.args = SmallVec::from_slice(&[condition]);
    data.targets = Box::new([fast, original]);
}

/// The copy stands where the original stood; the original, now cold, behind everything.
fn place(func: &mut Function, blocks: &[Block], copy: &Copy) {
    let mut layout = Vec::with_capacity(func.layout.len() + blocks.len());
    let mut behind = Vec::new();
    for &block in &func.layout {
        match copy.blocks[block.index()] {
            Some(fast) => {
                layout.push(fast);
                behind.push(block);
            }
            None => layout.push(block),
        }
    }
    for &block in &behind {
        func.blocks[block.index()].is_cold = true;
    }
    layout.append(&mut behind);
    func.layout = layout;
}

/// A use outside the nest of a value of the nest.
struct Use {
    value: Value,
    block: Block,
    inst: Inst,
}

fn uses_outside(func: &Function, blocks: &[Block]) -> Vec<Use> {
    let mut is_in_nest = vec![false; func.blocks.len()];
    for block in blocks {
        is_in_nest[block.index()] = true;
    }
    let homes = inst_blocks(func);
    let mut uses = Vec::new();
    for &block in func.layout.iter().filter(|block| !is_in_nest[block.index()]) {
        for &inst in &func.block(block).insts {
            let data = func.inst(inst);
            let all = data.args.iter().chain(data.targets.iter().flat_map(|target| &target.args));
            for &value in all.filter(|&&value| is_in_nest[home(func, &homes, value).index()]) {
                uses.push(Use { value, block, inst });
            }
        }
    }
    uses.sort_by_key(|place| place.value);
    uses
}

/// Every value with uses behind the nest now has two definitions. Where they meet, a block gets a parameter.
fn repair(func: &mut Function, blocks: &[Block], copy: &Copy, uses: Vec<Use>) {
    if uses.is_empty() {
        return;
    }
    let cfg = Cfg::new(func);
    let count = func.blocks.len();
    let mut reader = Reader { cfg: &cfg, value: uses[0].value, known: vec![None; count], seeds: Vec::new() };
    for Use { value, block, inst } in uses {
        if reader.value != value || reader.seeds.is_empty() {
            reader.start(value, blocks, copy);
        }
        let reaching = reader.read(func, block);
        let data = &mut func.insts[inst.index()];
        for arg in data.args.iter_mut().chain(data.targets.iter_mut().flat_map(|target| &mut target.args)) {
            if *arg == value {
                *arg = reaching;
            }
        }
    }
}

/// Finds which definition of one value reaches a block (Braun et al., CC 2013).
struct Reader<'a> {
    cfg: &'a Cfg,
    value: Value,
    known: Vec<Option<Value>>,
    /// Blocks of both nests with their definitions.
    seeds: Vec<(Block, Value)>,
}

impl Reader<'_> {
    fn start(&mut self, value: Value, blocks: &[Block], copy: &Copy) {
        self.value = value;
        self.seeds.clear();
        for &block in blocks {
            self.seeds.push((block, value));
            self.seeds.push((copy.block(block), copy.value(value)));
        }
        self.known.fill(None);
        for &(block, value) in &self.seeds {
            self.known[block.index()] = Some(value);
        }
    }

    fn read(&mut self, func: &mut Function, block: Block) -> Value {
        if let Some(value) = self.known[block.index()] {
            return value;
        }
        let cfg = self.cfg;
        if let [pred] = cfg.preds(block) {
            let value = self.read(func, *pred);
            self.known[block.index()] = Some(value);
            return value;
        }
        let param = func.add_param(block, func.type_of(self.value));
        self.known[block.index()] = Some(param);
        let mut preds: SmallVec<[Block; 4]> = SmallVec::from_slice(cfg.preds(block));
        preds.sort_unstable();
        preds.dedup();
        for pred in preds {
            let value = self.read(func, pred);
            let Some(&last) = func.block(pred).insts.last() else { continue };
            for target in func.insts[last.index()].targets.iter_mut().filter(|target| target.block == block) {
                target.args.push(value);
            }
        }
        param
    }
}
