//! Take the poll out of innermost loops: they run in pieces, and poll where one begins.
//!
//! ```text
//! block0: jump block1(v0)                  block0: jump block7(v0)
//!                                          block7(v20): poll block10, block9
//!                                          block10:                 ; as far as 65536 iterations lead, or to the end
//!                                              v21 = select (v20 < v3 and v3 - v20 > 65536), v20 + 65536, v3
//!                                              jump block1(v20)
//! block1(v1):                              block1(v1):
//!     branch_if v1 < v3, block2, block4        branch_if v1 < v21, block2, block8
//! block2:                           -->    block2:
//!     poll block1(v2), block9                  jump block1(v2)
//!                                          block8:
//!                                              branch_if v21 < v3, block7(v21), block4
//! ```
//!
//! What follows a piece asks for its limit and not for the counter, where these are the same: LLVM's vectorizer makes no vectors
//! of the last iterations of a loop whose counter is used behind it.
//!
//! A loop that polls has a second way out that no optimizer can count, and is never vectorized; these pieces are plain
//! counted loops. Loops around that begin one in each iteration need not poll any more. A loop that has other ways out, or no counter, is not vectorized in any case. It counts down beside
//! what it does, one instruction where a poll has three, and keeps its test, from which LLVM learns what its indexes
//! are:
//!
//! ```text
//! block2:                                  block2:
//!     poll block1(v2), block9       -->        v20 = sub_int v19, 1          ; v19: of block1, 65536 from block7
//!                                              branch_if v20 == 0, block10, block1(v2, v20)
//!                                          block10: poll block7(v2), block9
//! ```
//!
//! A piece of the cheapest iterations takes 3 microseconds, so that what stands around it does not show, and one of a
//! dozen calls of libm in each iteration 20 milliseconds. A loop that is known to run for less than a piece does not
//! poll at all; neither does one that clears or shifts out the bits of an integer, which LLVM knows as an idiom. A loop
//! around such loops counts as innermost.
//!
//! Tier 1 cuts innermost loops that count into pieces too, and shorter ones, after its pipeline (`poll_loops`): there
//! it saves counting. A check may leave such a loop from its middle, since nothing is vectorized.
//!
//! Entry: verified SSA, one latch for each loop. Exit: the same. Leaves alone, and so polling in each iteration: loops
//! that call what may take long, which the growing of a list does not. Cost: linear in the innermost loops.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::rewriting::{add_plain, effects, home, inst_blocks};
use super::{Changed, PassContext};
use crate::lir::{
    Block, BlockCall, Cfg, Dominators, Effects, Function, FunctionBuilder, Immediate, InstData, IntCond, Loop,
    LoopData, Loops, Op, Type, Value, block_call,
};
use crate::runtime::symbols::Symbol;

/// Iterations of a piece.
const PIECE: i64 = 1 << 16;
/// Iterations of the loops inside a loop, up to which it counts as innermost: LLVM unrolls them.
const FEW: u64 = 64;

/// See the file.
pub(super) fn strip_mine_loops(func: &mut Function, ctx: &mut PassContext) -> Changed {
    if !func.layout.iter().any(|&block| func.terminator(block).is_some_and(|last| last.op == Op::Poll)) {
        return Changed::No;
    }
    let (cfg, dominators, loops) = (ctx.cfg(func), ctx.dominators(func), ctx.loops(func));
    let homes = inst_blocks(func);
    let planner = Planner { func, cfg: &cfg, loops: &loops, homes: &homes };
    let plans = planner.plans();
    carry_out(func, &plans, PIECE, &loops, &dominators);
    Changed::graph(!plans.is_empty())
}

/// A loop in pieces.
pub(super) struct Pieces {
    /// The loop's header.
    pub(super) header: Block,
    /// The header of the loop around it, with the same parameters; it polls.
    pub(super) around: Block,
    /// Where a piece begins.
    pub(super) begin: Block,
    /// Where a piece ends.
    pub(super) end: Block,
    /// What tells in `end` how far the loop has come.
    pub(super) value: Value,
    /// What it was at the start of the piece.
    pub(super) start: Value,
    /// What each iteration adds to it.
    pub(super) step: i64,
}

/// Cuts the innermost loops that count into pieces of `length` iterations; all other ways out of them are cold. The
/// headers of loops that do not poll any more come second: those around pieces, and those that are short.
pub(super) fn cut_innermost_loops(func: &mut Function, length: i64) -> (Vec<Pieces>, FxHashSet<Block>) {
    if !func.layout.iter().any(|&block| func.terminator(block).is_some_and(|last| last.op == Op::Poll)) {
        return Default::default();
    }
    let cfg = Cfg::new(func);
    let dominators = Dominators::new(&cfg, func.blocks.len());
    let loops = Loops::new(func, &cfg, &dominators);
    let homes = inst_blocks(func);
    let planner = Planner { func, cfg: &cfg, loops: &loops, homes: &homes };
    let parents: FxHashSet<Loop> = loops.iter().filter_map(|(_, data)| data.parent).collect();
    let innermost = loops.iter().filter(|(name, _)| !parents.contains(name));
    let plans: Vec<Plan> = innermost.filter_map(|(name, data)| planner.plan_of_pieces(name, data, length)).collect();
    carry_out(func, &plans, length, &loops, &dominators)
}

/// The loops in pieces, and the headers of those that do not poll any more.
fn carry_out(
    func: &mut Function,
    plans: &[Plan],
    length: i64,
    loops: &Loops,
    dominators: &Dominators,
) -> (Vec<Pieces>, FxHashSet<Block>) {
    let (mut pieces, mut quiet) = (Vec::new(), FxHashSet::default());
    for plan in plans {
        if matches!(plan.way, Way::Short(_)) {
            quiet.insert(plan.header);
        }
        let Some(cut) = plan.carry_out(func, length) else { continue };
        pieces.push(cut);
        let around = std::iter::successors(loops.data(plan.name).parent, |&outer| loops.data(outer).parent);
        for outer in around.map(|outer| loops.data(outer)) {
            let [latch] = *outer.latches.as_slice() else { break };
            if !dominators.dominates(plan.header, latch) {
                break;
            }
            drop_poll(func, latch);
            quiet.insert(outer.header);
        }
    }
    if !quiet.is_empty() {
        // Nothing leads any more to where a handler that raised would have led.
        let cfg = Cfg::new(func);
        func.layout.retain(|&block| cfg.is_reachable(block));
    }
    (pieces, quiet)
}

/// Lets a latch jump back without asking; any other has none to ask.
fn drop_poll(func: &mut Function, latch: Block) {
    let Some(&last) = func.block(latch).insts.last() else { return };
    let data = &mut func.insts[last.index()];
    if data.op == Op::Poll {
        data.op = Op::Jump;
        data.targets = Box::new([data.targets[0].clone()]);
    }
}

/// A loop whose poll can go.
struct Plan {
    name: Loop,
    header: Block,
    /// The block that polls and jumps back.
    latch: Block,
    /// Where a handler that raised leads.
    exit: BlockCall,
    /// The blocks from which the loop is entered.
    outside: SmallVec<[Block; 2]>,
    way: Way,
}

/// What takes the place of the poll.
enum Way {
    /// Nothing: it runs so often at most, the loops inside it counted.
    Short(u64),
    /// The counter's limit.
    Pieces(Counter),
    /// A count of its own.
    Countdown,
}

/// How the number of iterations follows from a parameter of the header.
struct Counter {
    /// The loop goes on for as long as this holds.
    test: Test,
    /// What each iteration adds.
    step: i64,
}

struct Planner<'a> {
    func: &'a Function,
    cfg: &'a Cfg,
    loops: &'a Loops,
    homes: &'a [Block],
}

/// The test of a loop, at its start or before its latch.
struct Test {
    /// The block that it ends.
    block: Block,
    /// Which parameter of the header it is about.
    position: usize,
    /// What is compared: the parameter, or what the latch passes for it.
    value: Value,
    cond: IntCond,
    bound: Value,
    leaves: usize,
}

impl Planner<'_> {
    /// Loops inside come first: what they are decides what is innermost.
    fn plans(&self) -> Vec<Plan> {
        let mut plans: Vec<Plan> = Vec::new();
        // By loop: how often it runs at most, if it is short, 0 if it is not.
        let mut short: Vec<u64> = vec![0; self.loops.iter().count()];
        for (name, data) in self.loops.iter().rev() {
            let inside = self.loops.iter().filter(|(_, other)| other.parent == Some(name));
            let inside: Vec<u64> = inside.map(|(inner, _)| short[inner.0 as usize]).collect();
            let total: u64 = inside.iter().sum();
            if inside.contains(&0) || total > FEW {
                continue;
            }
            let Some(plan) = self.plan(name, data, total) else { continue };
            if let Way::Short(trips) = plan.way {
                short[name.0 as usize] = trips;
            }
            plans.push(plan);
        }
        plans
    }

    fn plan(&self, name: Loop, data: &LoopData, inside: u64) -> Option<Plan> {
        let (latch, back, exit) = self.way_back(data)?;
        let outside = self.outside(data, latch);
        let test = self.test_at_start(name, data).or_else(|| self.test_at_end(name, data, latch, back));
        let way = test.map_or(Way::Countdown, |test| {
            let next = back.args[test.position];
            let counter = self.counter(name, data, test, next);
            let trips = match &counter {
                Ok(counter) => self.trips(counter, data, &outside),
                Err(test) => self.runs_out(data, test, next).then_some(64),
            };
            let total = trips.map_or(u64::MAX, |trips| trips.saturating_mul(inside.max(1)));
            // The polls of the loops inside go too. What can fail in a cold block decides nothing about indexes.
            let is_rare = |from: Block| self.polls(from) || self.func.block(from).is_cold;
            let leaves_at = |block: Block| data.exits.iter().all(|&(from, _)| from == block || is_rare(from));
            match counter {
                _ if total <= PIECE as u64 => Way::Short(total),
                Ok(counter) if leaves_at(counter.test.block) && self.is_outside_of(name, exit) => Way::Pieces(counter),
                _ => Way::Countdown,
            }
        });
        Some(Plan { name, header: data.header, latch, exit: exit.clone(), outside, way })
    }

    fn plan_of_pieces(&self, name: Loop, data: &LoopData, length: i64) -> Option<Plan> {
        let (latch, back, exit) = self.way_back(data)?;
        let test = self.test_at_start(name, data).or_else(|| self.test_at_end(name, data, latch, back))?;
        let next = back.args[test.position];
        let counter = self.counter(name, data, test, next).ok()?;
        let is_left_there = |&(from, to): &(Block, Block)| {
            from == counter.test.block || self.func.block(to).is_cold || self.polls(from)
        };
        let is_cut = data.exits.iter().all(is_left_there) && self.is_outside_of(name, exit);
        let (exit, outside) = (exit.clone(), self.outside(data, latch));
        let way = match self.trips(&counter, data, &outside) {
            Some(trips) if trips <= length as u64 => Way::Short(trips),
            _ if is_cut => Way::Pieces(counter),
            _ => return None,
        };
        Some(Plan { name, header: data.header, latch, exit, outside, way })
    }

    /// The only latch, where it leads, and where a handler that raised leads; none if iterations may take long.
    fn way_back(&self, data: &LoopData) -> Option<(Block, &BlockCall, &BlockCall)> {
        let [latch] = *data.latches.as_slice() else { return None };
        let last = self.func.terminator(latch).filter(|_| self.polls(latch))?;
        let is_back = last.targets[0].block == data.header;
        (is_back && self.is_cheap(data)).then(|| (latch, &last.targets[0], &last.targets[1]))
    }

    fn outside(&self, data: &LoopData, latch: Block) -> SmallVec<[Block; 2]> {
        self.cfg.preds(data.header).iter().filter(|&&pred| pred != latch).copied().collect()
    }

    fn polls(&self, block: Block) -> bool {
        self.func.terminator(block).is_some_and(|last| last.op == Op::Poll)
    }

    fn test_at_start(&self, name: Loop, data: &LoopData) -> Option<Test> {
        let params = &self.func.block(data.header).params;
        self.test(name, data.header, |value| params.iter().position(|&param| param == value))
    }

    /// A `while` of CPython's tests before it goes back, and the latch does nothing but that.
    fn test_at_end(&self, name: Loop, data: &LoopData, latch: Block, back: &BlockCall) -> Option<Test> {
        let [tests] = *self.cfg.preds(latch) else { return None };
        let is_plain = self.func.block(latch).insts.len() == 1 && latch != data.header;
        let position = |value| back.args.iter().position(|&arg| arg == value);
        is_plain.then(|| self.test(name, tests, position)).flatten()
    }

    /// The comparison at the end of `block` that leaves the loop; `position` knows which values it may be about.
    fn test(&self, name: Loop, block: Block, position: impl Fn(Value) -> Option<usize>) -> Option<Test> {
        let last = self.func.terminator(block).filter(|last| last.op == Op::BranchIf)?;
        let leaves = match [0, 1].map(|index| self.loops.contains(name, last.targets[index].block)) {
            [true, false] => 1,
            [false, true] => 0,
            _ => return None,
        };
        let comparison = self.func.def_inst(last.args[0])?;
        let Immediate::IntCond(cond) = comparison.immediate else { return None };
        let mut cond = if leaves == 1 { cond } else { cond.inverse() };
        let (mut value, mut bound) = (comparison.args[0], comparison.args[1]);
        if position(value).is_none() {
            (cond, value, bound) = (cond.swapped(), bound, value);
        }
        let position = position(value)?;
        (self.func.type_of(value) == Type::I64).then_some(Test { block, position, value, cond, bound, leaves })
    }

    /// The test as one of a counter; the test again if it is about something else.
    fn counter(&self, name: Loop, data: &LoopData, test: Test, next: Value) -> Result<Counter, Test> {
        let is_fixed = !self.loops.contains(name, home(self.func, self.homes, test.bound));
        let step = self.step(data, test.position, next).filter(|&step| match test.cond {
            IntCond::Slt | IntCond::Sle | IntCond::Ult => (1..1 << 32).contains(&step),
            IntCond::Sgt | IntCond::Sge => (1 - (1 << 32)..0).contains(&step),
            IntCond::Ne => step == 1 || step == -1,
            IntCond::Eq | IntCond::Ule | IntCond::Ugt | IntCond::Uge => false,
        });
        match step {
            Some(step) if is_fixed => Ok(Counter { test, step }),
            _ => Err(test),
        }
    }

    /// What an iteration adds to a parameter of the header, if that is a constant.
    fn step(&self, data: &LoopData, position: usize, next: Value) -> Option<i64> {
        let next = self.func.def_inst(next)?;
        let is_own = next.args.first() == Some(&self.func.block(data.header).params[position]);
        let number = self.func.as_const_int(*next.args.get(1)?).filter(|_| is_own)?;
        match next.op {
            Op::AddInt => Some(number),
            Op::SubInt => number.checked_neg(),
            _ => None,
        }
    }

    /// How often the loop runs at most, if start and end are constants.
    fn trips(&self, counter: &Counter, data: &LoopData, outside: &[Block]) -> Option<u64> {
        let [pred] = *outside else { return None };
        let enters = self.func.successors(pred).find(|target| target.block == data.header)?;
        let start = self.func.as_const_int(enters.args[counter.test.position])?;
        let end = self.func.as_const_int(counter.test.bound)?;
        if counter.test.cond == IntCond::Ult && (start < 0 || end < 0) {
            return None;
        }
        let distance = if counter.step > 0 { end.checked_sub(start)? } else { start.checked_sub(end)? };
        // A loop that begins behind its end and waits for equality runs around all integers.
        let is_sure = distance >= 0 || counter.test.cond != IntCond::Ne;
        is_sure.then(|| distance.max(0) as u64 / counter.step.unsigned_abs() + 1)
    }

    /// True if each iteration takes a bit from an integer, until none is left.
    fn runs_out(&self, data: &LoopData, test: &Test, next: Value) -> bool {
        let func = self.func;
        let param = func.block(data.header).params[test.position];
        let Some(next) = func.def_inst(next) else { return false };
        let [a, b] = next.args[..] else { return false };
        let is_less = |value: Value| {
            func.def_inst(value).is_some_and(|less: &InstData| {
                let by = less.args.get(1).and_then(|&by| func.as_const_int(by));
                less.args.first() == Some(&param)
                    && matches!((less.op, by), (Op::AddInt, Some(-1)) | (Op::SubInt, Some(1)))
            })
        };
        let shifts = a == param && func.as_const_int(b).is_some_and(|bits| (1..64).contains(&bits));
        let until_zero = func.as_const_int(test.bound) == Some(0);
        until_zero
            && match (next.op, test.cond) {
                (Op::AndBits, IntCond::Ne) => (a == param && is_less(b)) || (b == param && is_less(a)),
                (Op::ShrUint, IntCond::Ne) | (Op::ShrSint, IntCond::Sgt) => shifts,
                _ => false,
            }
    }

    /// True if no iteration calls what may take long.
    fn is_cheap(&self, data: &LoopData) -> bool {
        let mut insts = data.blocks.iter().flat_map(|&block| &self.func.block(block).insts);
        insts.all(|&inst| {
            let data = self.func.inst(inst);
            // A list that grows makes room for many items at once.
            let is_rare = data.immediate == Immediate::Symbol(Symbol::ListGrow);
            !matches!(data.op, Op::CallFunction | Op::CallRuntime) || effects(data) == Effects::None || is_rare
        })
    }

    /// True if whatever follows `exit` uses nothing of the loop, so that it can be reached from another place.
    fn is_outside_of(&self, name: Loop, exit: &BlockCall) -> bool {
        let is_inside = |&value: &Value| self.loops.contains(name, home(self.func, self.homes, value));
        if exit.args.iter().any(is_inside) {
            return false;
        }
        let (mut seen, mut open) = (vec![exit.block], vec![exit.block]);
        while let Some(block) = open.pop() {
            for &inst in &self.func.block(block).insts {
                let data = self.func.inst(inst);
                let mut used = data.args.iter().chain(data.targets.iter().flat_map(|target| &target.args));
                if used.any(is_inside) {
                    return false;
                }
                for target in data.targets.iter().filter(|target| !self.loops.contains(name, target.block)) {
                    if !seen.contains(&target.block) {
                        seen.push(target.block);
                        open.push(target.block);
                    }
                }
            }
        }
        true
    }
}

impl Plan {
    /// Takes the poll out; pieces, if that is the way, are of `length` iterations.
    fn carry_out(&self, func: &mut Function, length: i64) -> Option<Pieces> {
        let poll = *func.block(self.latch).insts.last().expect("the latch polls");
        let line = func.inst(poll).line;
        if matches!(self.way, Way::Countdown) {
            self.count_down(func, line, length);
            return None;
        }
        let back = func.inst(poll).targets[0].clone();
        drop_poll(func, self.latch);
        let Way::Pieces(counter) = &self.way else { return None };
        // A test before the latch is about the next iteration.
        let params = func.block(self.header).params.clone();
        let again = if params.contains(&counter.test.value) { params } else { back.args.to_vec() };
        let (around, params) = self.add_around(func);
        let start = params[counter.test.position];
        let begin = add_before(func, self.header);
        let mut b = FunctionBuilder::new(func, around);
        b.set_line(line);
        b.poll(block_call(begin, &[]), self.exit.clone());
        b.switch_to(begin);
        let limit = add_limit(&mut b, counter, start, length);
        b.jump(self.header, &params);
        let end = self.end_at(func, &counter.test, around, limit, &again);
        let (value, step) = (counter.test.value, counter.step);
        Some(Pieces { header: self.header, around, begin, end, value, start, step })
    }

    /// A block through which the loop is entered, with parameters like the header's.
    fn add_around(&self, func: &mut Function) -> (Block, SmallVec<[Value; 4]>) {
        let types: Vec<Type> = func.block(self.header).params.iter().map(|&param| func.type_of(param)).collect();
        let around = add_before(func, self.header);
        for pred in &self.outside {
            let inst = *func.block(*pred).insts.last().expect("a predecessor has a terminator");
            for target in func.insts[inst.index()].targets.iter_mut().filter(|target| target.block == self.header) {
                target.block = around;
            }
        }
        let params = types.into_iter().map(|ty| func.add_param(around, ty)).collect();
        (around, params)
    }

    /// The loop ends at the limit; behind it the next piece begins with `again`, or what follows the loop.
    fn end_at(&self, func: &mut Function, test: &Test, around: Block, limit: Value, again: &[Value]) -> Block {
        let tested = if test.leaves == 1 { test.cond } else { test.cond.inverse() };
        let (inst, result) = add_plain(func, Op::CmpInt, Immediate::IntCond(tested), &[test.value, limit], Type::Bool);
        let end = add_before(func, around);
        let insts = &mut func.blocks[test.block.index()].insts;
        let last = insts.pop().expect("a test has a terminator");
        insts.extend([inst, last]);
        let data = &mut func.insts[last.index()];
        let line = data.line;
        data.args[0] = result;
        let behind = std::mem::replace(&mut data.targets[test.leaves], block_call(end, &[]));
        let mut b = FunctionBuilder::new(func, end);
        b.set_line(line);
        let mut again = again.to_vec();
        // `<=` leaves a piece with a counter that is past its limit.
        let is_at_limit = !matches!(test.cond, IntCond::Sle | IntCond::Sge | IntCond::Ule | IntCond::Uge);
        let counter = if is_at_limit { limit } else { test.value };
        if is_at_limit {
            again[test.position] = limit;
        }
        let has_more = b.cmp_int(test.cond, counter, test.bound);
        b.branch_with(has_more, block_call(around, &again), behind);
        end
    }

    fn count_down(&self, func: &mut Function, line: u32, length: i64) {
        let (around, mut params) = self.add_around(func);
        let left = func.add_param(self.header, Type::I64);
        let asks = add_before(func, around);
        let poll = func.blocks[self.latch.index()].insts.pop().expect("the latch polls");
        let mut back = func.inst(poll).targets[0].clone();
        let mut b = FunctionBuilder::new(func, around);
        b.set_line(line);
        params.push(b.const_i64(length));
        b.jump(self.header, &params);
        b.switch_to(asks);
        b.poll(block_call(around, &back.args), self.exit.clone());
        b.switch_to(self.latch);
        let (one, zero) = (b.const_i64(1), b.const_i64(0));
        let less = b.sub_int(left, one);
        let is_due = b.cmp_int(IntCond::Eq, less, zero);
        back.args.push(less);
        b.branch_with(is_due, block_call(asks, &[]), back);
    }
}

/// Where the next piece ends.
fn add_limit(b: &mut FunctionBuilder<'_>, counter: &Counter, position: Value, length: i64) -> Value {
    let bound = counter.test.bound;
    let length = b.const_i64(length * counter.step.abs());
    let is_up = counter.step > 0;
    // As an unsigned number the distance is exact, if there is one at all.
    let left = if is_up { b.sub_int(bound, position) } else { b.sub_int(position, bound) };
    let mut is_far = b.cmp_int(IntCond::Ugt, left, length);
    if counter.test.cond != IntCond::Ne {
        let has_more = b.cmp_int(counter.test.cond, position, bound);
        is_far = b.and_bits(is_far, has_more);
    }
    let next = if is_up { b.add_int(position, length) } else { b.sub_int(position, length) };
    b.select(is_far, next, bound)
}

/// A new block in front of another in the layout.
fn add_before(func: &mut Function, block: Block) -> Block {
    let made = func.add_block();
    func.layout.pop();
    let position = func.layout.iter().position(|&known| known == block).unwrap_or(func.layout.len());
    func.layout.insert(position, made);
    made
}
