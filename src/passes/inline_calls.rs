//! Replace calls of small compiled functions by their bodies.
//!
//! ```text
//! block1:                                        block1:
//!     v3, v4 = call_function fn0(v1)                 v10 = mul_int v1, v1      ; the body of fn0
//!     v5 = cmp_int ne v3, 0                   -->     jump block3(v10)
//!     branch_if v5, block2, block3                block3(v4'):
//! block2 cold: ... trace, return                     ...
//! block3: ... v4 ...
//! ```
//!
//! A body whose statuses are constants leads straight to where the caller goes on, or to the caller's error path
//! where it raises, so that tracebacks keep every frame. Result slots become memory of the caller, which
//! `forward_loads` sees through.
//! Not a row of the pipeline: it needs other functions. It runs once, before the pipeline, on what lowering made;
//! bodies come from functions that have passed the pipeline.
//! Leaves alone: bodies that loop, call other compiled functions or are larger than the limits, and calls in any
//! other shape than lowering gives them. Cost: linear in what is copied.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::rewriting::{Replacements, jump_to};
use crate::lir::{
    Block, BlockCall, Cfg, Data, Function, FunctionId, Immediate, Inst, InstData, Op, Slot, Value, block_call,
};

/// Instructions of a body outside its cold blocks.
const MOST_INSTS: usize = 30;
/// Instructions of a body in all.
const MOST_INSTS_IN_ALL: usize = 90;
/// Instructions that a caller may grow by.
const MOST_GROWTH: usize = 600;

/// True if calls of the function may be replaced by its body.
pub fn is_inlinable(func: &Function) -> bool {
    let (mut warm, mut all) = (0, 0);
    for &block in &func.layout {
        let data = func.block(block);
        all += data.insts.len();
        warm += if data.is_cold { 0 } else { data.insts.len() };
        for &inst in &data.insts {
            let inst = func.inst(inst);
            let is_plain_return = inst.op != Op::Return || func.as_const_int(inst.args[0]).is_some();
            if inst.op == Op::CallFunction || !is_plain_return {
                return false;
            }
        }
    }
    warm <= MOST_INSTS && all <= MOST_INSTS_IN_ALL && !has_loop(func)
}

fn has_loop(func: &Function) -> bool {
    let cfg = Cfg::new(func);
    let mut position = vec![usize::MAX; func.blocks.len()];
    for (index, &block) in cfg.reverse_postorder().iter().enumerate() {
        position[block.index()] = index;
    }
    let goes_back =
        |&block: &Block| func.successors(block).any(|to| position[to.block.index()] <= position[block.index()]);
    func.layout.iter().any(goes_back)
}

/// A call in the shape that lowering gives it.
struct Site {
    block: Block,
    /// Position of the call in its block.
    position: usize,
    /// The callee's results beside its status.
    results: SmallVec<[Value; 2]>,
    /// Where the caller goes on.
    rest: Block,
    /// The caller's error path.
    error: Block,
}

/// Inlines calls of the functions that `body_of` knows; the lines of these calls, and what was called there.
pub fn inline_calls<'a>(
    func: &mut Function,
    body_of: &dyn Fn(FunctionId) -> Option<&'a Function>,
) -> Vec<(u32, FunctionId)> {
    let mut inlined = Vec::new();
    let mut growth = 0;
    for block in func.layout.clone() {
        let Some(site) = find_site(func, block) else { continue };
        let call = func.inst(func.block(block).insts[site.position]);
        let Immediate::Callee(callee) = call.immediate else { continue };
        let id = func.callees[callee.index()].id;
        let Some(body) = body_of(id).filter(|body| id != func.id && body.fastmath == func.fastmath) else { continue };
        growth += body.insts.len();
        if growth > MOST_GROWTH {
            break;
        }
        inlined.push((call.line, id));
        let args = call.args.clone();
        Copy::new(func, body, &args).run(&site);
    }
    inlined
}

/// The call of a block that ends with the test of its status.
fn find_site(func: &Function, block: Block) -> Option<Site> {
    let insts = &func.block(block).insts;
    let branch = func.terminator(block).filter(|last| last.op == Op::BranchIf)?;
    let test = func.def_inst(branch.args[0]).filter(|data| data.op == Op::CmpInt)?;
    let position = insts.iter().rposition(|&inst| func.inst(inst).op == Op::CallFunction)?;
    let call = func.inst(insts[position]);
    let is_only_the_test = insts[position + 1..insts.len() - 1]
        .iter()
        .all(|&inst| matches!(func.inst(inst).op, Op::ConstInt | Op::CmpInt));
    let is_own = test.args.contains(&call.results[0]) && is_only_the_test;
    let [error, rest] = [branch.targets.first()?, branch.targets.get(1)?];
    let is_plain = error.args.is_empty() && rest.args.is_empty() && func.block(rest.block).params.is_empty();
    (is_own && is_plain && func.block(error.block).is_cold).then(|| Site {
        block,
        position,
        results: call.results[1..].iter().copied().collect(),
        rest: rest.block,
        error: error.block,
    })
}

/// One body on its way into a caller.
struct Copy<'a, 'b> {
    func: &'a mut Function,
    body: &'b Function,
    values: FxHashMap<Value, Value>,
    blocks: FxHashMap<Block, Block>,
    slots: FxHashMap<Slot, Slot>,
    data: FxHashMap<Data, Data>,
}

impl<'a, 'b> Copy<'a, 'b> {
    fn new(func: &'a mut Function, body: &'b Function, args: &[Value]) -> Self {
        let params = &body.block(body.entry()).params;
        let values = params.iter().copied().zip(args.iter().copied()).collect();
        let (blocks, slots, data) = Default::default();
        Copy { func, body, values, blocks, slots, data }
    }

    fn run(mut self, site: &Site) {
        let line = self.func.inst(self.func.block(site.block).insts[site.position]).line;
        let mut results = Replacements::new(self.func);
        for &result in &site.results {
            let ty = self.func.type_of(result);
            let param = self.func.add_param(site.rest, ty);
            results.replace(result, param);
        }
        results.apply(self.func);
        self.func.blocks[site.block.index()].insts.truncate(site.position);
        let cfg = Cfg::new(self.body);
        self.add_blocks(site.block, &cfg);
        // The layout may have a use before the definition that dominates it; this order has none.
        for &block in cfg.reverse_postorder() {
            for &inst in &self.body.block(block).insts {
                self.inst(block, inst, site, line);
            }
        }
    }

    /// The body's entry goes on in the caller's block; the others stand behind it.
    fn add_blocks(&mut self, before: Block, cfg: &Cfg) {
        let mut position = self.func.layout.iter().position(|&known| known == before).map_or(0, |at| at + 1);
        self.blocks.insert(self.body.entry(), before);
        for &block in &self.body.layout {
            if block == self.body.entry() || !cfg.is_reachable(block) {
                continue;
            }
            let copy = self.func.add_block();
            self.func.layout.pop();
            self.func.layout.insert(position, copy);
            position += 1;
            self.func.blocks[copy.index()].is_cold = self.body.block(block).is_cold;
            for &param in &self.body.block(block).params {
                let own = self.func.add_param(copy, self.body.type_of(param));
                self.values.insert(param, own);
            }
            self.blocks.insert(block, copy);
        }
    }

    fn inst(&mut self, block: Block, inst: Inst, site: &Site, line: u32) {
        let data = self.body.inst(inst);
        let args: SmallVec<[Value; 4]> = data.args.iter().map(|arg| self.values[arg]).collect();
        let target = self.blocks[&block];
        if data.op == Op::Return {
            let has_raised = self.body.as_const_int(data.args[0]) != Some(0);
            let to = if has_raised { block_call(site.error, &[]) } else { block_call(site.rest, &args[1..]) };
            let jump = self.func.add_inst(InstData { line, ..jump_to(to) }, &[]);
            self.func.blocks[target.index()].insts.push(jump);
            return;
        }
        let targets = data
            .targets
            .iter()
            .map(|to| BlockCall {
                block: self.blocks[&to.block],
                args: to.args.iter().map(|arg| self.values[arg]).collect(),
            })
            .collect();
        let types: Vec<_> = data.results.iter().map(|&result| self.body.type_of(result)).collect();
        let immediate = self.immediate(data.immediate);
        let copy = InstData { op: data.op, args, immediate, targets, results: SmallVec::new(), line };
        let copy = self.func.add_inst(copy, &types);
        let results = self.func.inst(copy).results.clone();
        self.values.extend(data.results.iter().copied().zip(results));
        self.func.blocks[target.index()].insts.push(copy);
    }

    fn immediate(&mut self, immediate: Immediate) -> Immediate {
        match immediate {
            Immediate::Slot(slot) => {
                let func = &mut *self.func;
                let data = self.body.slots[slot.index()];
                Immediate::Slot(*self.slots.entry(slot).or_insert_with(|| {
                    func.slots.push(data);
                    Slot::from_index(func.slots.len() - 1)
                }))
            }
            Immediate::Data(data) => {
                let func = &mut *self.func;
                let bytes = &self.body.data[data.index()];
                Immediate::Data(*self.data.entry(data).or_insert_with(|| {
                    func.data.push(bytes.clone());
                    Data::from_index(func.data.len() - 1)
                }))
            }
            other => other,
        }
    }
}
