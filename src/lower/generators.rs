//! Generators: a function that makes one, and a function that runs it from one `yield` to the next.
//!
//! A generator is a block of the runtime, its frame, with slots of 8 bytes:
//!
//! ```text
//! where it stands | item | what it returned | headers that live on | other values that live on
//! ```
//!
//! What lives across a `yield` are the parameters of the block behind it (`hir::Terminator::Yield`), so that running
//! code keeps everything in machine values: at a `yield` they are stored, and the function returns; when it is called
//! again they are loaded, and it goes on in that block. The arguments are the parameters of the first block.
//!
//! While a generator runs the slots of its headers are null, and so is the item's once it was taken: a frame owns what
//! its slots hold, and frees it with itself. Where a generator stands:
//!
//! | number (`runtime/generators.rs`) | the generator |
//! |---|---|
//! | 0 | has not begun |
//! | n | stands at the yield whose block behind it is the n-th of those |
//! | n + `THROWN` | the same, and an exception is thrown into it, which is in flight |
//! | -1 | has ended |
//! | -2 | runs |

use rustc_hash::FxHashMap;

use super::abi;
use super::errors::Failure;
use super::function::{Callee, Lowering};
use super::references::header_positions;
use super::repr::{Repr, machine_types};
use crate::hir::{self, Block};
use crate::host::Options;
use crate::lir::{self, CalleeData, FunctionId, IntCond, Region, Type as Machine};
use crate::refusal::Reason;
use crate::runtime::generators::{ENDED, ITEM, RUNS, THROWN};
use crate::runtime::memory::{BlockKind, Contents, HEADER_SIZE, LENGTH_OFFSET};
use crate::runtime::symbols::Symbol;
use crate::typing::{GeneratorType, Type, Typed};

/// The function that makes generators: it takes their arguments. `running` runs them.
///
/// # Errors
/// A frame that is too large.
pub fn lower_making(
    typed: &Typed,
    (id, running): (FunctionId, FunctionId),
    options: &Options,
    shape: &abi::Shape<'_>,
    callees: &FxHashMap<FunctionId, Callee>,
) -> Result<lir::Function, (Reason, hir::Location)> {
    let mut func = lir::Function::new(id, &*typed.hir.name, shape.signature());
    func.lengths = abi::lengths(shape.parameters);
    let mut lowering = Lowering::new(&mut func, typed, id, options, shape, callees);
    lowering.make(shape, running).map_err(|reason| (reason, definition(typed)))?;
    Ok(func)
}

/// The function that runs generators: it takes the frame, and says whether there is an item in it.
///
/// # Errors
/// As `lower_function`, and a frame that is too large.
pub fn lower_resuming(
    typed: &Typed,
    id: FunctionId,
    options: &Options,
    shape: &abi::Shape<'_>,
    callees: &FxHashMap<FunctionId, Callee>,
) -> Result<lir::Function, (Reason, hir::Location)> {
    let mut func = lir::Function::new(id, &*typed.hir.name, shape.signature());
    func.fastmath = options.fastmath;
    let mut lowering = Lowering::new(&mut func, typed, id, options, shape, callees);
    lowering.run_generator(shape)?;
    Ok(func)
}

fn definition(typed: &Typed) -> hir::Location {
    hir::Location { line: typed.hir.first_line, ..hir::Location::default() }
}

/// The frame of the generator that a function runs.
pub(super) struct Frame {
    address: lir::Value,
    layout: FrameLayout,
    /// By block in which it is resumed, whether something was thrown into it.
    thrown: FxHashMap<usize, lir::Value>,
    generator: GeneratorType,
}

/// Where things stand in a frame, in slots.
struct FrameLayout {
    /// The headers that live on.
    headers: usize,
    /// The other values that live on.
    others: usize,
    /// All slots.
    count: usize,
}

/// The slot of the first machine value of what a generator has returned.
pub fn returned(generator: &GeneratorType) -> usize {
    ITEM + machine_types(&generator.item).len()
}

impl FrameLayout {
    fn new(generator: &GeneratorType, typed: &Typed) -> FrameLayout {
        let (mut most_headers, mut most_others) = (0, 0);
        for block in entries(typed) {
            let (mut headers, mut others) = (0, 0);
            for ty in saved(typed, block).map(|(_, ty)| ty) {
                headers += header_positions(ty).len();
                others += machine_types(ty).len() - header_positions(ty).len();
            }
            most_headers = most_headers.max(headers);
            most_others = most_others.max(others);
        }
        let headers = returned(generator) + machine_types(&generator.returned).len();
        let others = headers + most_headers;
        FrameLayout { headers, others, count: others + most_others }
    }

    /// The slot of each machine value that a block is passed.
    fn slots(&self, typed: &Typed, block: Block) -> Vec<Saved> {
        let (mut header, mut other) = (self.headers, self.others);
        let mut slots = Vec::new();
        for (param, ty) in saved(typed, block) {
            let headers = header_positions(ty);
            for (position, machine) in machine_types(ty).into_iter().enumerate() {
                let is_header = headers.contains(&position);
                let next = if is_header { &mut header } else { &mut other };
                slots.push(Saved { param, position, machine, slot: *next, is_header });
                *next += 1;
            }
        }
        slots
    }

    fn contents(&self, generator: &GeneratorType) -> Option<Contents> {
        let item = header_positions(&generator.item).into_iter().map(|position| ITEM + position);
        let result = header_positions(&generator.returned).into_iter().map(|at| returned(generator) + at);
        let headers: Vec<usize> = item.chain(result).chain(self.headers..self.others).collect();
        Contents::new(BlockKind::Record, 8 * self.count, &headers)
    }
}

/// A machine value in a frame.
struct Saved {
    /// The parameter that it is of, by its position, and its own position in that.
    param: usize,
    position: usize,
    machine: Machine,
    slot: usize,
    is_header: bool,
}

/// The blocks in which a generator is resumed, the first one included.
fn entries(typed: &Typed) -> Vec<Block> {
    let resumed = typed.hir.resumed_blocks().filter(|block| typed.is_reached[block.index()]);
    std::iter::once(Block(0)).chain(resumed).collect()
}

/// The parameters of such a block that a frame holds, with their types: constants are made again.
fn saved(typed: &Typed, block: Block) -> impl Iterator<Item = (usize, &Type)> {
    let params = typed.hir.blocks[block.index()].params.iter().enumerate();
    params.filter_map(move |(index, param)| match &typed.facts[param.index()] {
        Some(fact) if block != Block(0) && fact.constant.is_some() && fact.ty.is_number() => None,
        Some(fact) => Some((index, &fact.ty)),
        None => None,
    })
}

fn offset(slot: usize) -> i32 {
    (HEADER_SIZE + 8 * slot) as i32
}

impl Lowering<'_> {
    fn make(&mut self, shape: &abi::Shape<'_>, running: FunctionId) -> Result<(), Reason> {
        let typed = self.typed;
        let Type::Generator(generator) = shape.result else { return Err(Reason::Internal("no generator".to_owned())) };
        let layout = FrameLayout::new(generator, typed);
        let contents = layout.contents(generator).ok_or_else(|| {
            Reason::TooLarge("a generator keeps too many values from one yield to the next".to_owned())
        })?;
        self.b.set_line(typed.hir.first_line);
        let entry = self.b.func.entry();
        let mut args: Vec<Repr> = Vec::new();
        for ty in shape.parameters {
            args.push(machine_types(ty).into_iter().map(|ty| self.b.add_param(entry, ty)).collect());
        }
        if shape.is_recursive {
            self.b.add_param(entry, Machine::Ptr);
        }
        let params = typed.hir.blocks[0].params.iter().zip(shape.parameters);
        for ((param, from), arg) in params.zip(&mut args) {
            *arg = self.convert(arg, from, &typed.fact(*param).ty);
        }
        let contents = self.b.const_i64(contents.0 as i64);
        let size = self.b.const_i64(8 * layout.count as i64);
        let frame = self.b.call_runtime(Symbol::AllocateContents, &[contents, size]).expect("the row has a result");
        let null = self.b.const_ptr(0);
        let has_failed = self.b.cmp_int(IntCond::Eq, frame, null);
        self.raise_if(has_failed, &Failure::of_class("MemoryError"));
        for saved in layout.slots(typed, Block(0)) {
            let value = args[saved.param][saved.position];
            if saved.is_header {
                self.retain(value);
            }
            self.b.store(value, frame, offset(saved.slot), Region::Frame);
        }
        if self.needs_closing() {
            let number = self.b.const_i64(i64::from(running.0) + 1);
            self.b.store(number, frame, LENGTH_OFFSET, Region::Headers);
        }
        let status = self.b.const_int(Machine::I32, 0);
        self.b.return_(&[status, frame]);
        Ok(())
    }

    /// True if a generator may stand inside of `try` or `with`.
    fn needs_closing(&self) -> bool {
        let blocks = &self.typed.hir.blocks;
        entries(self.typed).iter().any(|block| blocks[block.index()].handler.is_some())
    }

    fn run_generator(&mut self, shape: &abi::Shape<'_>) -> Result<(), (Reason, hir::Location)> {
        let typed = self.typed;
        let Some(Type::Generator(generator)) = shape.parameters.first() else {
            return Err((Reason::Internal("no generator".to_owned()), definition(typed)));
        };
        let entry = self.b.func.entry();
        let address = self.b.add_param(entry, Machine::Ptr);
        let layout = FrameLayout::new(generator, typed);
        self.frame = Some(Frame { address, layout, thrown: FxHashMap::default(), generator: (**generator).clone() });
        let function = typed.hir.clone();
        self.add_blocks(&function);
        for block in function.resumed_blocks().filter(|block| typed.is_reached[block.index()]) {
            let thrown = self.b.add_param(self.blocks[block.index()], Machine::Bool);
            self.frame_mut().thrown.insert(block.index(), thrown);
        }
        if shape.is_recursive {
            self.stack_limit = Some(self.b.add_param(entry, Machine::Ptr));
        }
        self.b.set_line(function.first_line);
        self.dispatch();
        self.lower_blocks(&function)
    }

    fn frame(&self) -> &Frame {
        self.frame.as_ref().expect("it runs a generator")
    }

    fn frame_mut(&mut self) -> &mut Frame {
        self.frame.as_mut().expect("it runs a generator")
    }

    fn set_state(&mut self, state: i64) {
        let address = self.frame().address;
        let state = self.b.const_i64(state);
        self.b.store(state, address, offset(0), Region::Frame);
    }

    /// The beginning of the function: goes on where the generator stands.
    fn dispatch(&mut self) {
        self.check_stack();
        let address = self.frame().address;
        let state = self.b.load(Machine::I64, address, offset(0), Region::Frame);
        let limit = self.b.const_i64(THROWN);
        let is_thrown = self.b.cmp_int(IntCond::Sge, state, limit);
        let thrown_number = self.b.sub_int(state, limit);
        let number = self.b.select(is_thrown, thrown_number, state);
        let ended = self.b.add_cold_block();
        for (index, block) in entries(self.typed).into_iter().enumerate() {
            let (enter, next) = (self.b.add_block(), self.b.add_block());
            let own = self.b.const_i64(index as i64);
            let is_it = self.b.cmp_int(IntCond::Eq, number, own);
            self.b.branch_if(is_it, enter, next);
            self.b.switch_to(enter);
            self.enter(block, is_thrown);
            self.b.switch_to(next);
        }
        self.b.jump(ended, &[]);
        self.b.switch_to(ended);
        let runs = self.b.const_i64(RUNS);
        let is_running = self.b.cmp_int(IntCond::Eq, number, runs);
        let (raises, rest) = (self.b.add_cold_block(), self.b.add_cold_block());
        self.b.branch_if(is_running, raises, rest);
        self.b.switch_to(raises);
        // It goes on running: nothing is stored to where it stands.
        let frame = self.frame.take();
        self.raise(&Failure::new("ValueError", "generator already executing"));
        self.frame = frame;
        self.b.switch_to(rest);
        self.answer(false);
    }

    /// Takes what a block is passed out of the frame, and goes on there.
    fn enter(&mut self, block: Block, is_thrown: lir::Value) {
        let typed = self.typed;
        self.set_state(RUNS);
        let address = self.frame().address;
        let params = &typed.hir.blocks[block.index()].params;
        let mut values: Vec<Repr> = vec![Repr::new(); params.len()];
        let slots = self.frame().layout.slots(typed, block);
        for saved in &slots {
            values[saved.param].push(self.b.load(saved.machine, address, offset(saved.slot), Region::Frame));
        }
        let null = self.b.const_ptr(0);
        for saved in slots.iter().filter(|saved| saved.is_header) {
            self.b.store(null, address, offset(saved.slot), Region::Frame);
        }
        for (param, value) in params.iter().zip(&mut values) {
            if let (true, Some(fact)) = (value.is_empty(), &typed.facts[param.index()])
                && let Some(constant) = &fact.constant
            {
                *value = self.constant(constant, &fact.ty);
            }
        }
        let mut args: Vec<lir::Value> = values.into_iter().flatten().collect();
        if block != Block(0) {
            args.push(is_thrown);
        }
        self.b.jump(self.blocks[block.index()], &args);
    }

    /// Ends the block: the function returns whether there is an item.
    fn answer(&mut self, has_item: bool) {
        let status = self.b.const_int(Machine::I32, 0);
        let has_item = self.b.const_bool(has_item);
        self.b.return_(&[status, has_item]);
    }

    /// `yield`
    pub(super) fn yield_value(&mut self, value: hir::Value, resumed: &hir::BlockCall) {
        let typed = self.typed;
        let Some(fact) = &typed.facts[value.index()] else { return self.raise_unreachable() };
        let item = self.frame().generator.item.clone();
        let repr = self.repr(value);
        let repr = self.convert(&repr, &fact.ty, &item);
        self.keep_for_return(value);
        let function = typed.hir.clone();
        let mut args: Vec<Repr> = Vec::new();
        for (&param, &arg) in function.blocks[resumed.block.index()].params.iter().zip(&resumed.args) {
            args.push(match (&typed.facts[param.index()], &typed.facts[arg.index()]) {
                (Some(to), Some(from)) => {
                    let own = self.repr(arg);
                    self.convert(&own, &from.ty, &to.ty)
                }
                (Some(to), None) => machine_types(&to.ty).into_iter().map(|ty| self.zero(ty)).collect(),
                (None, _) => Repr::new(),
            });
        }
        self.move_references(resumed);
        let address = self.frame().address;
        for (position, &part) in repr.iter().enumerate() {
            self.b.store(part, address, offset(ITEM + position), Region::Frame);
        }
        for saved in self.frame().layout.slots(typed, resumed.block) {
            self.b.store(args[saved.param][saved.position], address, offset(saved.slot), Region::Frame);
        }
        let state = entries(typed).iter().position(|&block| block == resumed.block).unwrap_or_default();
        self.set_state(state as i64);
        self.answer(true);
    }

    /// `return` in a generator.
    pub(super) fn return_from_generator(&mut self, value: hir::Value) {
        let typed = self.typed;
        let Some(fact) = &typed.facts[value.index()] else { return self.raise_unreachable() };
        let ty = self.frame().generator.returned.clone();
        let repr = self.repr(value);
        let repr = self.convert(&repr, &fact.ty, &ty);
        self.keep_for_return(value);
        let (address, first) = (self.frame().address, returned(&self.frame().generator));
        for (position, &part) in repr.iter().enumerate() {
            self.b.store(part, address, offset(first + position), Region::Frame);
        }
        self.release_held();
        self.set_state(ENDED);
        self.answer(false);
    }

    /// A generator ends with the exception in flight; `StopIteration` does not leave it (PEP 479).
    pub(super) fn end_generator(&mut self) {
        if self.frame.is_none() {
            return;
        }
        let site = self.site(&Failure::new("RuntimeError", "generator raised StopIteration"));
        self.b.call_runtime(Symbol::GeneratorRaised, &site);
        self.set_state(ENDED);
    }

    /// What was sent to the generator, nothing; what was thrown into it is raised.
    pub(super) fn resumed(&mut self) -> Repr {
        if let Some(&thrown) = self.frame.as_ref().and_then(|frame| frame.thrown.get(&self.position)) {
            let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
            self.b.branch_if(thrown, cold, rest);
            self.b.switch_to(cold);
            self.pass_on_here();
            self.b.switch_to(rest);
        }
        Repr::new()
    }

    /// Throws an exception into a generator: whether it yields again.
    pub fn throw_into(&mut self, frame: lir::Value, exception: lir::Value, generator: &GeneratorType) -> lir::Value {
        self.b.call_runtime(Symbol::Reraise, &[exception]);
        let is_resumed = self.b.call_runtime(Symbol::PrepareThrow, &[frame]).expect("the row has a result");
        let (cold, rest) = (self.b.add_cold_block(), self.b.add_block());
        self.b.branch_if(is_resumed, rest, cold);
        self.b.switch_to(cold);
        self.pass_on_here();
        self.b.switch_to(rest);
        self.resume(frame, generator)
    }

    /// Runs a generator to its next `yield`: whether there is one.
    pub(super) fn resume(&mut self, frame: lir::Value, generator: &GeneratorType) -> lir::Value {
        let typed = self.typed;
        let Some(&id) = typed.resumes.get(generator) else { return self.b.const_bool(false) };
        let is_recursive = self.callees.get(&id).is_some_and(|callee| callee.is_recursive);
        let mut args = vec![frame];
        if is_recursive {
            let limit = self.stack_limit.or_else(|| self.b.call_runtime(Symbol::StackLimit, &[]));
            args.extend(limit);
        }
        let parameters = [Type::Generator(generator.clone().into())];
        let shape = abi::Shape { parameters: &parameters, result: &Type::Bool, is_recursive };
        let callee = self.b.import_callee(CalleeData { id, signature: shape.signature() });
        let answers = self.b.call_function(callee, &args);
        self.pass_on(answers[0]);
        answers[1]
    }

    /// Where a generator stands.
    pub fn generator_state(&mut self, frame: lir::Value) -> lir::Value {
        self.b.load(Machine::I64, frame, offset(0), Region::Frame)
    }

    /// The item that a generator has, with its references.
    pub fn take_item(&mut self, frame: lir::Value, generator: &GeneratorType) -> Repr {
        self.take(frame, ITEM, &generator.item)
    }

    /// What an iterator has returned.
    pub(super) fn iter_result(&mut self, a: hir::Value) -> Repr {
        let repr = self.repr(a);
        match &self.fact(a).ty {
            Type::Iterator(kind) => match &**kind {
                crate::typing::IteratorType::Generator(generator) => {
                    let generator = generator.clone();
                    self.take(repr[0], returned(&generator), &generator.returned)
                }
                _ => Repr::new(),
            },
            _ => Repr::new(),
        }
    }

    fn take(&mut self, frame: lir::Value, first: usize, ty: &Type) -> Repr {
        let types = machine_types(ty).into_iter().enumerate();
        let repr: Repr =
            types.map(|(position, ty)| self.b.load(ty, frame, offset(first + position), Region::Frame)).collect();
        for position in header_positions(ty) {
            let null = self.b.const_ptr(0);
            self.b.store(null, frame, offset(first + position), Region::Frame);
        }
        repr
    }
}
