//! Stack code to SSA.
//!
//! Blocks are built in reverse postorder with the stack held at compile time; what is left on it where blocks meet
//! becomes block parameters, as variables do (`build_ssa.rs`). A `for` loop keeps its iterator on that stack, and
//! each turn replaces it by the advanced one. Nothing here recurses: depth of nesting costs no Rust stack.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::build_assigned::{self, Assigned, Slots};
use super::build_blocks::Graph;
use super::build_check;
use super::build_ssa::{End, Source, Ssa};
use super::function::{Block, BlockCall, Function, InstData, Location, Op, Terminator, Value};
use super::inner::{InnerFunction, InnerFunctions};
use super::name_templates::name_templates;
use crate::bytecode::{self, Code, Constant, Decoded, Instruction, LocalKind, Rejection, Test};
use crate::refusal::{Reason, Refusal};

/// The most pairs of block and variable, and the most stack entries where blocks end: bounds of memory.
const MOST_ENTRIES: usize = 1 << 22;

/// Translates a code object, with some loops written out.
pub fn build(code: &Code, unrolled: &[Unrolled]) -> Result<Function, Refusal> {
    build_refusing(code, None, unrolled)
}

/// Translates the code of an inner function.
pub fn build_inner(inner: &InnerFunction, unrolled: &[Unrolled]) -> Result<Function, Refusal> {
    build_refusing(&inner.code, Some(inner), unrolled)
}

/// A loop over a tuple that is written out: its `GetIter::at`, of the form of the function in which those before it are,
/// and the number of items.
pub type Unrolled = (u32, u32);

fn build_refusing(code: &Code, scope: Option<&InnerFunction>, unrolled: &[Unrolled]) -> Result<Function, Refusal> {
    build_function(code, scope, unrolled).map_err(|rejection| Refusal {
        reason: rejection.reason,
        function: code.qualname.clone(),
        filename: code.filename.clone(),
        location: match rejection.location {
            Location { line: 0, .. } => build_check::definition(code),
            location => location,
        },
        called_from: Vec::new(),
    })
}

fn build_function(code: &Code, scope: Option<&InnerFunction>, unrolled: &[Unrolled]) -> Result<Function, Rejection> {
    build_check::check_signature(code)?;
    let mut decoded = bytecode::decode(code)?;
    for &(at, count) in unrolled {
        bytecode::unroll(&mut decoded, at, count)?;
    }
    let is_captured = |name: &str| scope.is_some_and(|scope| scope.knows(name));
    let outer_cells = scope.map_or(&[][..], |scope| &scope.cells);
    let inner = InnerFunctions::find(code, &decoded, &is_captured, outer_cells)?;
    let mut parameters: Vec<u32> = (0..code.parameter_count()).collect();
    for name in scope.iter().flat_map(|scope| scope.captured_names()) {
        parameters.push(decoded.locals.len() as u32);
        decoded.locals.push((name, LocalKind::Local));
    }
    let graph = Graph::new(&decoded)?;
    if graph.blocks.len().saturating_mul(2 * decoded.locals.len()) > MOST_ENTRIES {
        return Err(too_large(build_check::definition(code)));
    }
    // A cell says itself whether it has a value.
    let bound: Vec<u32> = parameters.iter().chain(&inner.cells).copied().collect();
    let assigned = Assigned::new(&bound, &decoded, &graph);
    let mut function = Builder::new(code, &decoded, &graph, &assigned, &parameters, scope, inner).build()?;
    name_templates(&mut function);
    Ok(function)
}

fn too_large(location: Location) -> Rejection {
    let what = "it has too many branches for its number of variables and nested expressions";
    Rejection { reason: Reason::TooLarge(what.to_owned()), location }
}

/// An entry of the stack.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Entry {
    /// A value.
    Value(Value),
    /// Where CPython keeps what was handled before; here, in a generator, the exception that is being handled.
    Place(Value),
    /// The mark below a callable that is no method.
    Null,
    /// The items so far of a tuple that bytecode makes by way of a list.
    Tuple(Value),
    /// The code of an inner function.
    Code,
    /// Cells for an inner function, whose code names them.
    Cells,
}

/// The stacks with which blocks are left.
struct Exits<'a> {
    graph: &'a Graph,
    entries: Vec<Entry>,
    /// Where the stack at the end of each block starts.
    starts: Vec<usize>,
    /// Where what its handler keeps of the stack starts: what stands there before anything of the block raises.
    raise_starts: Vec<usize>,
}

impl Exits<'_> {
    /// The stack with which `pred` goes to `block`, and what lies behind it.
    fn of(&self, block: usize, pred: usize) -> &[Entry] {
        let is_handler = self.graph.blocks[block].catches.is_some();
        &self.entries[if is_handler { self.raise_starts[pred] } else { self.starts[pred] }..]
    }
}

/// The state of a translation.
pub(super) struct Builder<'a> {
    code: &'a Code,
    /// What is known of this function if it is an inner one.
    pub(super) scope: Option<&'a InnerFunction>,
    pub(super) inner: InnerFunctions,
    pub(super) decoded: &'a Decoded<'a>,
    graph: &'a Graph,
    assigned: &'a Assigned,
    pub(super) ssa: Ssa<'a>,
    /// The block being built, and the instruction's place.
    pub(super) block: usize,
    pub(super) location: Location,
    pub(super) index: usize,
    pub(super) stack: Vec<Entry>,
    /// Variables that have a value.
    pub(super) slots: Slots,
    /// For a block the variable that is not `None` in it, because its only predecessor has asked.
    narrowed: Vec<(u32, u32)>,
    /// Instructions from here that a display has taken care of.
    pub(super) taken: u32,
    /// Names of the next call's last arguments.
    pub(super) keywords: Option<Arc<[Arc<str>]>>,
    pub(super) no_keywords: Arc<[Arc<str>]>,
    exits: Exits<'a>,
    /// For each block a predecessor, and how many entries of its stack remain.
    entries: Vec<Option<(usize, usize)>>,
    /// Ends of blocks.
    ends: Vec<End>,
}

impl<'a> Builder<'a> {
    fn new(
        code: &'a Code,
        decoded: &'a Decoded<'a>,
        graph: &'a Graph,
        assigned: &'a Assigned,
        parameters: &[u32],
        scope: Option<&'a InnerFunction>,
        inner: InnerFunctions,
    ) -> Self {
        let count = graph.blocks.len();
        let flags = assigned.companion_count as usize;
        Builder {
            code,
            scope,
            inner,
            decoded,
            graph,
            assigned,
            ssa: Ssa::new(code, decoded, graph, flags, parameters),
            block: 0,
            location: Location::default(),
            index: 0,
            stack: Vec::with_capacity(8),
            slots: Slots::new(),
            narrowed: Vec::new(),
            taken: 0,
            keywords: None,
            no_keywords: Arc::from([]),
            exits: Exits { graph, entries: Vec::new(), starts: vec![0; count], raise_starts: vec![0; count] },
            entries: vec![None; count],
            ends: Vec::with_capacity(count),
        }
    }

    fn build(mut self) -> Result<Function, Rejection> {
        for slot in 0..self.code.parameter_count() {
            if let Some(companion) = self.companion(slot) {
                let flag = self.ssa.flag(true);
                self.ssa.write(0, companion, flag);
            }
        }
        self.location = build_check::definition(self.code);
        self.make_cells();
        for block in 0..self.graph.blocks.len() {
            self.build_block(block)?;
        }
        let exits = self.exits;
        let inner = self.inner.all.into_iter().map(Arc::new).collect();
        Ok(self.ssa.finish(inner, self.ends, |block, pred, position| match exits.of(block, pred)[position] {
            Entry::Value(value) | Entry::Place(value) | Entry::Tuple(value) => value,
            Entry::Null | Entry::Code | Entry::Cells => unreachable!("only values become parameters"),
        }))
    }

    fn build_block(&mut self, block: usize) -> Result<(), Rejection> {
        let graph = self.graph;
        let decoded = self.decoded;
        let data = &graph.blocks[block];
        self.block = block;
        self.location = decoded.locations[data.start];
        self.slots.clone_from(self.assigned.input(block));
        self.keywords = None;
        self.enter_stack();
        self.narrow();
        if data.is_iteration {
            // The iterator's own place: the `for`, before the body's first instruction.
            self.location = graph.blocks[data.predecessors[0] as usize]
                .end
                .checked_sub(1)
                .map_or(self.location, |last| decoded.locations[last]);
            let iterator = self.pop()?;
            let item = self.emit(Op::IterItem, smallvec![iterator]);
            self.push_op(Op::IterAdvance, smallvec![iterator]);
            self.stack.push(Entry::Value(item));
        }
        if data.is_delegation || data.ends_delegation {
            self.pop()?;
            let iterator = self.pop()?;
            if data.is_delegation {
                let item = self.emit(Op::IterItem, smallvec![iterator]);
                self.push_op(Op::IterAdvance, smallvec![iterator]);
                self.stack.push(Entry::Value(item));
            } else {
                self.push_op(Op::IterResult, smallvec![iterator]);
            }
        }
        if data.is_resumed {
            for exception in self.handled() {
                self.effect(Op::BeginHandling, smallvec![exception]);
            }
        }
        if let Some(pushes_place) = data.catches {
            if pushes_place {
                self.push_op(Op::Constant(Constant::None), smallvec![]);
            }
            self.push_op(Op::Caught, smallvec![]);
        }
        let raising = (data.start..data.end).find(|&index| decoded.instructions[index].can_raise());
        let mut handler = None;
        for index in data.start..data.end {
            if let Some(catch) = data.handler.filter(|_| raising == Some(index)) {
                handler = Some(self.edge_to(catch.block, catch.depth)?);
                self.exits.raise_starts[block] = self.exits.entries.len();
                self.exits.entries.extend_from_slice(&self.stack[..catch.depth]);
            }
            if index < data.end - 1 {
                self.step(index)?;
            }
        }
        let last = &decoded.instructions[data.end - 1];
        self.note_narrowing(data.start, data.end - 1);
        let ends = last.target().is_some()
            || !last.falls_through() && !matches!(last, Instruction::Refused(_))
            || *last == Instruction::Yield;
        let terminator = if ends {
            self.location = decoded.locations[data.end - 1];
            self.terminate(last)?
        } else {
            self.step(data.end - 1)?;
            self.go_on(0, self.stack.len())?
        };
        self.ends.push(End { length: self.ssa.insts.len(), terminator, handler, location: self.location });
        self.leave_stack()
    }

    /// Notes where the variable that the last instruction tests is known not to be `None`: `if x is not None`, `if x`,
    /// `if x := f()`.
    fn note_narrowing(&mut self, start: usize, last: usize) {
        let instructions = &self.decoded.instructions;
        let Instruction::PopJump(test, _) = instructions[last] else { return };
        let slot = match instructions[start..last] {
            [.., Instruction::LoadLocal(slot)] | [.., Instruction::Copy(1), Instruction::StoreLocal(slot)] => slot,
            _ => return,
        };
        let successors = &self.graph.blocks[self.block].successors;
        let target = successors[usize::from(matches!(test, Test::NotNone | Test::True))];
        if self.graph.blocks[target as usize].predecessors.len() == 1 {
            self.narrowed.push((target, slot));
        }
    }

    fn narrow(&mut self) {
        let Some(&(_, slot)) = self.narrowed.iter().find(|(block, _)| *block as usize == self.block) else { return };
        if self.is_caught() {
            // A handler is passed what variables hold when the block starts.
            return;
        }
        let value = self.ssa.read(self.block, slot);
        let narrowed = self.emit(Op::NotNone, smallvec![value]);
        self.ssa.name(narrowed, &self.decoded.locals[slot as usize].0);
        self.ssa.write(self.block, slot, narrowed);
    }

    fn step(&mut self, index: usize) -> Result<(), Rejection> {
        self.location = self.decoded.locations[index];
        self.index = index;
        let instruction = &self.decoded.instructions[index];
        if self.taken > 0 {
            self.taken -= 1;
            return Ok(());
        }
        match instruction {
            Instruction::MakeFunction(flags) => self.make_function(index, *flags)?,
            _ if self.constant_display(index) => {}
            _ => self.translate(instruction)?,
        }
        build_assigned::apply(&mut self.slots, instruction);
        Ok(())
    }

    fn terminate(&mut self, instruction: &Instruction<'_>) -> Result<Terminator, Rejection> {
        let depth = self.stack.len();
        match *instruction {
            Instruction::Jump(_) => self.go_on(0, depth),
            Instruction::ForIter(_) => {
                let iterator = self.top()?;
                let has_item = self.emit(Op::IterHas, smallvec![iterator]);
                Ok(Terminator::Branch(has_item, self.edge(0, depth)?, self.edge(1, depth - 1)?))
            }
            Instruction::Send(_) => {
                let iterator = self.value(self.stack[self.position(2)?])?;
                let has_item = self.emit(Op::IterHas, smallvec![iterator]);
                Ok(Terminator::Branch(has_item, self.edge(0, depth)?, self.edge(1, depth)?))
            }
            Instruction::Yield if !self.is_generator() => Err(self.damaged("a yield outside of a generator")),
            Instruction::Yield => {
                let item = self.pop()?;
                // Whoever resumes the generator handles exceptions of its own meanwhile.
                for _ in self.handled() {
                    self.effect(Op::EndHandling, smallvec![]);
                }
                Ok(Terminator::Yield(item, self.edge(0, depth - 1)?))
            }
            Instruction::PopJump(test, _) => {
                let value = self.pop()?;
                let condition = match test {
                    Test::True | Test::False => self.truth(value),
                    Test::None | Test::NotNone => {
                        let none = self.emit(Op::Constant(Constant::None), smallvec![]);
                        self.emit(Op::Is { is_negated: test == Test::NotNone }, smallvec![value, none])
                    }
                };
                self.branch(condition, test != Test::False, depth - 1, depth - 1)
            }
            Instruction::JumpOrPop { keeps, .. } => {
                let value = self.top()?;
                let condition = self.truth(value);
                if keeps {
                    // What is true is not `None`.
                    self.stack[depth - 1] = Entry::Value(self.emit(Op::NotNone, smallvec![value]));
                }
                self.branch(condition, keeps, depth - 1, depth)
            }
            Instruction::Return => Ok(Terminator::Return(self.pop()?)),
            Instruction::Raise => Ok(Terminator::Raise(self.pop()?)),
            Instruction::RaiseFrom => {
                let (cause, exception) = (self.pop()?, self.pop()?);
                Ok(Terminator::Raise(self.emit(Op::WithCause, smallvec![exception, cause])))
            }
            Instruction::RaiseAgain => Ok(Terminator::Reraise(self.emit(Op::Handled, smallvec![]))),
            Instruction::Reraise => Ok(Terminator::Reraise(self.pop()?)),
            _ => Err(self.internal("a block ends in an instruction that goes on")),
        }
    }

    /// A branch that jumps if the condition is `jumps_if`; with the depths of the stack at both targets.
    fn branch(
        &mut self,
        condition: Value,
        jumps_if: bool,
        next_depth: usize,
        jump_depth: usize,
    ) -> Result<Terminator, Rejection> {
        let (next, jump) = (self.edge(0, next_depth)?, self.edge(1, jump_depth)?);
        Ok(if jumps_if { Terminator::Branch(condition, jump, next) } else { Terminator::Branch(condition, next, jump) })
    }

    fn go_on(&mut self, successor: usize, depth: usize) -> Result<Terminator, Rejection> {
        Ok(Terminator::Jump(self.edge(successor, depth)?))
    }

    /// The jump to a successor, which finds `depth` entries on the stack.
    fn edge(&mut self, successor: usize, depth: usize) -> Result<BlockCall, Rejection> {
        let Some(&target) = self.graph.blocks[self.block].successors.get(successor) else {
            return Err(self.internal("a block without its successor"));
        };
        self.edge_to(target, depth)
    }

    fn edge_to(&mut self, target: u32, depth: usize) -> Result<BlockCall, Rejection> {
        if depth > self.stack.len() {
            return Err(self.damaged("the stack is empty"));
        }
        match self.entries[target as usize] {
            None => self.entries[target as usize] = Some((self.block, depth)),
            Some((pred, other_depth)) => self.check_same_stack(target as usize, depth, pred, other_depth)?,
        }
        Ok(BlockCall { block: Block(target), args: SmallVec::new() })
    }

    /// The stack must have the same kinds of entries on all paths to a block.
    fn check_same_stack(&self, target: usize, depth: usize, pred: usize, other_depth: usize) -> Result<(), Rejection> {
        if depth != other_depth {
            return Err(self.damaged("paths meet with different stacks"));
        }
        // Both edges of one branch lead here: its stack is not kept yet.
        let others = if pred == self.block { &self.stack[..] } else { self.exits.of(target, pred) };
        for (&entry, &other) in self.stack.iter().zip(others).take(depth) {
            match (entry, other) {
                (Entry::Value(_), Entry::Value(_))
                | (Entry::Place(_), Entry::Place(_))
                | (Entry::Null, Entry::Null)
                | (Entry::Code, Entry::Code)
                | (Entry::Cells, Entry::Cells)
                | (Entry::Tuple(_), Entry::Tuple(_)) => {}
                _ => return Err(self.damaged("paths meet with different stacks")),
            }
        }
        Ok(())
    }

    fn leave_stack(&mut self) -> Result<(), Rejection> {
        self.exits.starts[self.block] = self.exits.entries.len();
        if !self.graph.blocks[self.block].successors.is_empty() {
            self.exits.entries.extend_from_slice(&self.stack);
        }
        if self.exits.entries.len() > MOST_ENTRIES {
            return Err(too_large(self.location));
        }
        Ok(())
    }

    fn enter_stack(&mut self) {
        self.stack.clear();
        let Some((pred, depth)) = self.entries[self.block] else { return };
        self.stack.extend_from_slice(&self.exits.of(self.block, pred)[..depth]);
        let data = &self.graph.blocks[self.block];
        if data.predecessors.len() > 1 || data.is_resumed {
            for position in 0..depth {
                let param = |ssa: &mut Ssa<'_>| ssa.new_param(self.block, Source::Stack(position as u32));
                match &mut self.stack[position] {
                    Entry::Value(value) | Entry::Place(value) | Entry::Tuple(value) => *value = param(&mut self.ssa),
                    Entry::Null | Entry::Code | Entry::Cells => {}
                }
            }
        }
    }

    /// The exceptions that are being handled, outermost first; of a generator.
    fn handled(&self) -> SmallVec<[Value; 4]> {
        let places = self.stack.iter().filter_map(|entry| match entry {
            Entry::Place(exception) => Some(*exception),
            _ => None,
        });
        places.collect()
    }

    pub(super) fn is_generator(&self) -> bool {
        self.code.flags & Code::GENERATOR != 0
    }

    pub(super) fn parameter_count(&self) -> u32 {
        self.code.parameter_count()
    }

    /// Whether exceptions of the block being built are caught.
    pub(super) fn is_caught(&self) -> bool {
        self.graph.blocks[self.block].handler.is_some()
    }

    /// The SSA variable that says whether a variable has a value.
    pub(super) fn companion(&self, slot: u32) -> Option<u32> {
        self.assigned.companion(slot).map(|companion| self.decoded.locals.len() as u32 + companion)
    }

    pub(super) fn emit(&mut self, op: Op, args: SmallVec<[Value; 4]>) -> Value {
        self.ssa.emit(op, args, self.location)
    }

    /// Appends an instruction without a result.
    pub(super) fn effect(&mut self, op: Op, args: SmallVec<[Value; 4]>) {
        self.ssa.insts.push(InstData { op, args, result: None, location: self.location });
    }

    pub(super) fn pop_entry(&mut self) -> Result<Entry, Rejection> {
        self.stack.pop().ok_or_else(|| self.damaged("the stack is empty"))
    }

    pub(super) fn pop(&mut self) -> Result<Value, Rejection> {
        let entry = self.pop_entry()?;
        self.value(entry)
    }

    pub(super) fn top(&self) -> Result<Value, Rejection> {
        let position = self.position(1)?;
        self.value(self.stack[position])
    }

    /// Pops values; the last was the top.
    pub(super) fn pop_many(&mut self, count: u32) -> Result<SmallVec<[Value; 4]>, Rejection> {
        let Some(first) = self.stack.len().checked_sub(count as usize) else {
            return Err(self.damaged("the stack is empty"));
        };
        let values = self.stack[first..].iter().map(|&entry| self.value(entry)).collect();
        self.stack.truncate(first);
        values
    }

    fn value(&self, entry: Entry) -> Result<Value, Rejection> {
        match entry {
            Entry::Value(value) | Entry::Place(value) => Ok(value),
            Entry::Null | Entry::Code | Entry::Cells => Err(self.damaged("what is no value is used as one")),
            Entry::Tuple(_) => Err(self.damaged("a tuple in the making is used as a value")),
        }
    }

    /// The position of the entry this far from the top; 1 is the top.
    pub(super) fn position(&self, distance: u32) -> Result<usize, Rejection> {
        match self.stack.len().checked_sub(distance as usize) {
            Some(position) if distance > 0 => Ok(position),
            _ => Err(self.damaged("the stack is empty")),
        }
    }

    pub(super) fn damaged(&self, what: &str) -> Rejection {
        self.rejected(Reason::Bytecode(what.to_owned()))
    }

    pub(super) fn internal(&self, what: &str) -> Rejection {
        self.rejected(Reason::Internal(what.to_owned()))
    }

    pub(super) fn rejected(&self, reason: Reason) -> Rejection {
        Rejection { reason, location: self.location }
    }
}
