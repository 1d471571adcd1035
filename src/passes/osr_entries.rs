//! On-stack replacement: for each loop a function that goes on where the loop's header stands.
//!
//! ```text
//! func f(i64) -> i64 {                       func f.loop1(ptr) -> i64 {
//! block0(v0: i64):                           block0(v0: ptr):
//!     v1 = const_int.i64 0                       v3 = load.i64 frame v0     ; what is live into the header
//!     jump block1(v1, v1)               -->       v1 = load.i64 frame v0+8
//! block1(v2: i64, v3: i64):                       v2 = load.i64 frame v0+16
//!     v4 = cmp_int slt v2, v0                     jump block1(v1, v2)
//!     branch_if v4, block2, block3            block1(v4: i64, v5: i64):
//!     ...                                         v6 = cmp_int slt v4, v3
//!                                                 branch_if v6, block2, block3
//! ```
//!
//! What it goes on with lies in memory, `HANDED_OVER` bytes each: arguments would draw the loop's values into the registers
//! of a call that is made once. First come the values that are defined before the loop and used in or after it, then
//! the header's parameters, then the addresses of the stack slots that are used from there on. It returns what the
//! function returns: whoever is at a back edge calls it and returns its results (`poll_loops.rs`), with all references
//! that it owns. So reference counts, exceptions and results agree by construction: the code from the header on is the
//! same lir.
//!
//! Values lie where the loop around, or the loop beside, has them too, so that the code that stores them serves for all.
//! What can be computed from them is made again and not handed over: constants, and what was hoisted out of the loop.
//!
//! Jumping into an inner loop would give the loops around it a second way in, and no optimizer touches those. So the
//! rest of the iteration of each loop around it is peeled: the blocks that the header reaches without passing
//! the header of a loop around it are one copy, a jump to such a header goes to a copy that begins there, and so on
//! outwards. Each copy is entered at one header only, and all its loops are natural loops.
//!
//! Slots are not made again: their contents may have been written before, so the frame that entered
//! keeps them.
//! Entry: verified SSA without unreachable blocks. Leaves alone: functions with cycles that are no natural loops.
//! Cost: linear in what is copied.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::rewriting::{home, inst_blocks, jump_to};
use crate::lir::{
    Block, BlockCall, Cfg, Dominators, Effects, Function, FunctionBuilder, FunctionId, Immediate, Inst, InstData, Loop,
    Loops, Region, Signature, Slot, Type, Value, ValueDef,
};

/// A loop that can be entered, and what a function that enters it is given.
#[derive(Clone, Debug)]
pub struct OsrEntry {
    /// The loop's header.
    pub header: Block,
    /// The header of the loop around this one.
    pub parent: Option<Block>,
    /// The loop has no loop inside.
    pub is_innermost: bool,
    /// The values to pass.
    pub live: Vec<Value>,
    /// How many of these come first because the loop around passes them too, or, without one, all other outermost loops:
    /// all that it passes, in the same order. 0 if there are too many to compare.
    pub shared: usize,
    /// The slots whose addresses are passed after the header's parameters, which come after `live`.
    pub slots: Vec<Slot>,
    /// The peeled rest first, then outwards.
    copies: Vec<Part>,
}

impl OsrEntry {
    /// How many values and addresses are passed in all.
    pub fn passed(&self, func: &Function) -> usize {
        self.live.len() + func.block(self.header).params.len() + self.slots.len()
    }
}

/// The blocks of one copy.
#[derive(Clone, Debug)]
struct Part {
    header: Block,
    /// In the order of the layout.
    blocks: Vec<Block>,
}

/// The loops of `func`, each after the loops around it.
pub fn osr_entries(func: &Function) -> Vec<OsrEntry> {
    let cfg = Cfg::new(func);
    let dominators = Dominators::new(&cfg, func.blocks.len());
    let loops = Loops::new(func, &cfg, &dominators);
    if loops.is_empty() || !is_reducible(func, &cfg, &dominators) {
        return Vec::new();
    }
    let homes = inst_blocks(func);
    let analysis = Analysis { func, dominators: &dominators, loops: &loops, homes: &homes };
    let mut entries: Vec<OsrEntry> = loops.iter().map(|(name, _)| analysis.entry(name)).collect();
    share_places(&mut entries);
    entries
}

/// Loops that pass more values share no places: to compare them takes longer than storing them twice.
const MOST_COMPARED: usize = 128;

/// Orders what loops pass such that what they have in common comes first.
fn share_places(entries: &mut [OsrEntry]) {
    let is_compared = |entry: &OsrEntry| entry.live.len() <= MOST_COMPARED;
    let mut outermost = entries.iter().filter(|entry| entry.parent.is_none() && is_compared(entry));
    let first = outermost.next().map(|entry| entry.live.clone()).unwrap_or_default();
    // Nothing, if there is one.
    let common = outermost.map(|entry| &entry.live).fold(None, |common: Option<Vec<Value>>, live| {
        let mut common = common.unwrap_or_else(|| first.clone());
        common.retain(|value| live.contains(value));
        Some(common)
    });
    let mut of_outer: FxHashMap<Block, Vec<Value>> = FxHashMap::default();
    // Loops around come first.
    for entry in entries.iter_mut().filter(|entry| is_compared(entry)) {
        let shared = entry.parent.map_or(common.as_ref(), |parent| of_outer.get(&parent));
        if let Some(shared) = shared.filter(|shared| shared.iter().all(|value| entry.live.contains(value))) {
            entry.live.retain(|value| !shared.contains(value));
            entry.live.splice(0..0, shared.iter().copied());
            entry.shared = shared.len();
        }
        of_outer.insert(entry.header, entry.live.clone());
    }
}

/// True if every jump to an earlier block of the order is a loop's back edge.
fn is_reducible(func: &Function, cfg: &Cfg, dominators: &Dominators) -> bool {
    let goes_back = |from: Block, to: Block| cfg.position(to) <= cfg.position(from);
    cfg.reverse_postorder().iter().all(|&block| {
        func.successors(block).all(|to| !goes_back(block, to.block) || dominators.dominates(to.block, block))
    })
}

struct Analysis<'a> {
    func: &'a Function,
    dominators: &'a Dominators,
    loops: &'a Loops,
    homes: &'a [Block],
}

impl Analysis<'_> {
    fn entry(&self, name: Loop) -> OsrEntry {
        let data = self.loops.data(name);
        let parents = std::iter::successors(Some(name), |&inner| self.loops.data(inner).parent);
        let headers: Vec<Block> = parents.map(|name| self.loops.data(name).header).collect();
        let copies = self.copies(&headers);
        let (mut live, mut slots) = (Vec::new(), Vec::new());
        let mut is_live = vec![false; self.func.values.len()];
        for copy in &copies {
            // Copies differ in what is outside, so that each looks at all values that are not known to be live.
            let mut is_seen = is_live.clone();
            for data in insts(self.func, copy) {
                if let Immediate::Slot(slot) = data.immediate {
                    slots.push(slot);
                }
                for value in operands(data) {
                    let is_new = !std::mem::replace(&mut is_seen[value.index()], true);
                    if is_new && self.is_outside(value, copy.header) {
                        is_live[value.index()] = true;
                        live.push(value);
                    }
                }
            }
        }
        live.retain(|&value| !is_made_again(self.func, value, &is_live, MAX_DEPTH));
        live.sort_unstable();
        slots.sort_unstable();
        slots.dedup();
        let is_innermost = self.loops.iter().all(|(_, other)| other.parent != Some(name));
        let parent = data.parent.map(|parent| self.loops.data(parent).header);
        OsrEntry { header: data.header, parent, is_innermost, live, shared: 0, slots, copies }
    }

    /// The copies that the innermost of `headers` leads to.
    fn copies(&self, headers: &[Block]) -> Vec<Part> {
        let mut copies: Vec<Part> = Vec::new();
        let mut wanted = vec![0];
        let mut seen = FxHashSet::from_iter([0]);
        while let Some(index) = wanted.pop() {
            let header = headers[index];
            let mut is_reached = vec![false; self.func.blocks.len()];
            is_reached[header.index()] = true;
            let mut open = vec![header];
            while let Some(block) = open.pop() {
                for target in self.func.successors(block).map(|target| target.block) {
                    match headers[index + 1..].iter().position(|&outer| outer == target) {
                        Some(offset) => wanted.extend(Some(index + 1 + offset).filter(|&outer| seen.insert(outer))),
                        None if !std::mem::replace(&mut is_reached[target.index()], true) => open.push(target),
                        None => {}
                    }
                }
            }
            let blocks = self.func.layout.iter().copied().filter(|block| is_reached[block.index()]).collect();
            copies.push(Part { header, blocks });
        }
        copies
    }

    /// True if `value` is defined before the loop of `header`. Whatever else is used in the copy of that loop is
    /// defined in it: a definition dominates its uses, and where it does not dominate the header, every way from the
    /// header to a use passes it.
    fn is_outside(&self, value: Value, header: Block) -> bool {
        is_outside(self.func, self.dominators, self.homes, value, header)
    }
}

fn is_outside(func: &Function, dominators: &Dominators, homes: &[Block], value: Value, header: Block) -> bool {
    let home = home(func, homes, value);
    home != header && dominators.dominates(home, header)
}

fn insts<'a>(func: &'a Function, copy: &'a Part) -> impl Iterator<Item = &'a InstData> {
    copy.blocks.iter().flat_map(|&block| &func.block(block).insts).map(|&inst| func.inst(inst))
}

fn operands(data: &InstData) -> impl Iterator<Item = Value> + '_ {
    data.args.iter().chain(data.targets.iter().flat_map(|target| &target.args)).copied()
}

/// Operations, one after the other, that are made again for one value at most.
const MAX_DEPTH: u32 = 6;

/// True if `value` is not handed over: it is a constant, or computed in few steps from constants and from those live
/// values that are handed over for want of such a computation: parameters, results of loads and of calls.
fn is_made_again(func: &Function, value: Value, is_live: &[bool], depth: u32) -> bool {
    match func.def_inst(value).filter(|data| is_computation(data)) {
        Some(InstData { args, .. }) => {
            let is_in_reach = args.is_empty() || depth > 0;
            is_in_reach && args.iter().all(|&arg| is_made_again(func, arg, is_live, depth - 1))
        }
        None => depth < MAX_DEPTH && is_live[value.index()],
    }
}

/// True if doing it again, where it was done before, gives the same.
fn is_computation(data: &InstData) -> bool {
    matches!(data.op.info().effects, Effects::None | Effects::Requires) && !matches!(data.immediate, Immediate::Slot(_))
}

/// Bytes for each value that a loop hands over.
pub const HANDED_OVER: i32 = 8;

/// The signature of the function that goes on in a loop of `func`.
pub fn osr_signature(func: &Function) -> Signature {
    Signature { params: vec![Type::Ptr], returns: func.signature.returns.clone() }
}

/// The function that goes on in a loop of `func`, of which `entry` is one of the `osr_entries`.
pub fn osr_function(func: &Function, entry: &OsrEntry, id: FunctionId) -> Function {
    let name = format!("{}.loop{}", func.name, entry.header.0);
    let mut made = Function::new(id, name, osr_signature(func));
    made.origin.clone_from(&func.origin);
    made.fastmath = func.fastmath;
    made.callees.clone_from(&func.callees);
    made.data.clone_from(&func.data);
    made.sites.clone_from(&func.sites);
    let mut copying = Copying { func, made, outside: FxHashMap::default(), slots: FxHashMap::default() };
    let start = copying.start(entry);
    let copies: Vec<FxHashMap<Block, Block>> = entry.copies.iter().map(|copy| copying.blocks(copy)).collect();
    for index in 0..copies.len() {
        copying.copy(entry, &copies, index);
    }
    let header = copies[0][&entry.header];
    let jump = copying.made.add_inst(jump_to(BlockCall { block: header, args: start }), &[]);
    copying.made.blocks[0].insts.push(jump);
    copying.made
}

struct Copying<'a> {
    func: &'a Function,
    made: Function,
    /// Values from before the loop.
    outside: FxHashMap<Value, Value>,
    slots: FxHashMap<Slot, Value>,
}

impl Copying<'_> {
    /// Makes the entry block but its jump; answers what the header is given.
    fn start(&mut self, entry: &OsrEntry) -> SmallVec<[Value; 4]> {
        let block = self.made.add_block();
        let handed_over = self.made.add_param(block, Type::Ptr);
        let header = &self.func.block(entry.header).params;
        let values = entry.live.iter().chain(header).map(|&value| self.func.type_of(value));
        let types: Vec<Type> = values.chain(entry.slots.iter().map(|_| Type::Ptr)).collect();
        let mut b = FunctionBuilder::new(&mut self.made, block);
        let load = |(position, ty)| b.load(ty, handed_over, position * HANDED_OVER, Region::Frame);
        let params: Vec<Value> = (0..).zip(types).map(load).collect();
        let (live, rest) = params.split_at(entry.live.len());
        let (own, slots) = rest.split_at(header.len());
        self.outside.extend(entry.live.iter().copied().zip(live.iter().copied()));
        self.slots.extend(entry.slots.iter().copied().zip(slots.iter().copied()));
        SmallVec::from_slice(own)
    }

    /// The blocks of a copy, empty but for their parameters.
    fn blocks(&mut self, copy: &Part) -> FxHashMap<Block, Block> {
        let mut blocks = FxHashMap::default();
        for &block in &copy.blocks {
            let twin = self.made.add_block();
            self.made.blocks[twin.index()].is_cold = self.func.block(block).is_cold;
            for &param in &self.func.block(block).params {
                self.made.add_param(twin, self.func.type_of(param));
            }
            blocks.insert(block, twin);
        }
        blocks
    }

    /// Definitions first, then uses: a block may use what the layout has behind it.
    fn copy(&mut self, entry: &OsrEntry, copies: &[FxHashMap<Block, Block>], index: usize) {
        let mut values: FxHashMap<Value, Value> = FxHashMap::default();
        let mut twins: Vec<Inst> = Vec::new();
        for &block in &entry.copies[index].blocks {
            let twin = copies[index][&block];
            let params = self.func.block(block).params.iter().copied();
            values.extend(params.zip(self.made.block(twin).params.iter().copied()));
            for &inst in &self.func.block(block).insts {
                let data = self.func.inst(inst);
                if let Immediate::Slot(slot) = data.immediate {
                    values.insert(data.results[0], self.slots[&slot]);
                    continue;
                }
                let types: SmallVec<[Type; 2]> = data.results.iter().map(|&value| self.func.type_of(value)).collect();
                let made = self.made.add_inst(data.clone(), &types);
                values.extend(data.results.iter().copied().zip(self.made.inst(made).results.iter().copied()));
                self.made.blocks[twin.index()].insts.push(made);
                twins.push(made);
            }
        }
        let outer: Vec<Block> = entry.copies.iter().map(|copy| copy.header).collect();
        for inst in twins {
            let mut data = self.made.inst(inst).clone();
            for value in data.args.iter_mut().chain(data.targets.iter_mut().flat_map(|target| &mut target.args)) {
                *value = self.value(&values, *value);
            }
            for target in &mut data.targets {
                let own = copies[index].get(&target.block);
                let other =
                    || outer.iter().position(|&header| header == target.block).map(|at| &copies[at][&target.block]);
                target.block = *own.or_else(other).expect("a copy ends at the header of a copy");
            }
            self.made.insts[inst.index()] = data;
        }
    }

    /// What stands for a value of the original; what is not handed over is made at its first use.
    fn value(&mut self, values: &FxHashMap<Value, Value>, value: Value) -> Value {
        values.get(&value).copied().unwrap_or_else(|| self.value_before(value))
    }

    fn value_before(&mut self, value: Value) -> Value {
        if let Some(&known) = self.outside.get(&value) {
            return known;
        }
        let ValueDef::Result(inst, _) = self.func.values[value.index()].def else {
            unreachable!("a parameter from before the loop is passed")
        };
        let mut data = self.func.inst(inst).clone();
        for arg in &mut data.args {
            *arg = self.value_before(*arg);
        }
        let types: SmallVec<[Type; 2]> = data.results.iter().map(|&value| self.func.type_of(value)).collect();
        let made = self.made.add_inst(data, &types);
        self.made.blocks[0].insts.push(made);
        let results = &self.made.inst(made).results;
        self.outside.extend(self.func.inst(inst).results.iter().copied().zip(results.iter().copied()));
        self.outside[&value]
    }
}

/// The entry of a unit whose body is entered from loops only: there is nothing to call.
pub fn osr_unit_entry(func: &Function) -> Function {
    let signature = Signature { params: vec![Type::Ptr], returns: vec![Type::I32] };
    let mut made = Function::new(func.id, format!("{}.entry", func.name), signature);
    made.origin.clone_from(&func.origin);
    let block = made.add_block();
    made.add_param(block, Type::Ptr);
    let mut builder = FunctionBuilder::new(&mut made, block);
    let status = builder.const_int(Type::I32, 0);
    builder.return_(&[status]);
    made
}
