//! The walk over a typed function: every hir block becomes an lir block, every instruction its machine operations.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::abi;
use super::generators::Frame;
use super::references::{Held, Ownership};
use super::repr::{Repr, machine_types};
use crate::bytecode::Constant;
use crate::hir::{self, Block, Function, Inst, InstData, Op, Terminator, UnaryOp};
use crate::host::{Global, Options};
use crate::lir::{self, FunctionBuilder, FunctionId};
use crate::refusal::Reason;
use crate::typing::{Fact, Type, Typed};

/// The state of lowering one function. Library entries emit code through it.
pub struct Lowering<'a> {
    /// Where instructions go.
    pub b: FunctionBuilder<'a>,
    /// The function's id.
    pub id: FunctionId,
    /// Options of its decorator.
    pub options: &'a Options,
    /// The function with its types.
    pub typed: &'a Typed,
    pub(super) values: Vec<Option<Repr>>,
    pub(super) ownership: Ownership,
    pub(super) held: Vec<Held>,
    /// Elementwise instructions that are computed inside the loop of their only user.
    pub(super) is_fused: Vec<bool>,
    /// The functions that this one may call.
    pub(super) callees: &'a FxHashMap<FunctionId, Callee>,
    /// Where the address stands that the stack must not reach, in a recursive function.
    pub(super) stack_limit: Option<lir::Value>,
    /// Where exceptions of the block being lowered go.
    pub(super) handler: Option<hir::BlockCall>,
    pub(super) blocks: Vec<lir::Block>,
    /// For each block that is jumped back to, where those jumps meet.
    pub(super) ways_back: Vec<Option<lir::Block>>,
    /// The index of the block under translation.
    pub(super) position: usize,
    /// The frame of the generator that the function runs.
    pub(super) frame: Option<Frame>,
    result: Type,
}

/// What a caller has to know of a compiled function, beside its parameters.
#[derive(Clone, Debug)]
pub struct Callee {
    /// Type of the result.
    pub result: Type,
    /// Whether it may come to call itself.
    pub is_recursive: bool,
}

/// Lowers a typed function. `callees` holds the functions it calls.
///
/// # Errors
/// An operation that typing lets pass and lowering has no code for, with its place.
pub fn lower_function(
    typed: &Typed,
    id: FunctionId,
    options: &Options,
    shape: &abi::Shape<'_>,
    callees: &FxHashMap<FunctionId, Callee>,
) -> Result<lir::Function, (Reason, hir::Location)> {
    let mut func = lir::Function::new(id, &*typed.hir.name, shape.signature());
    func.fastmath = options.fastmath;
    func.lengths = abi::lengths(shape.parameters);
    let mut lowering = Lowering::new(&mut func, typed, id, options, shape, callees);
    lowering.run(shape)?;
    Ok(func)
}

/// Instructions of lir for one of hir, about: tables that grow are copied into memory that the system has to map.
const EXPECTED_INSTS: usize = 8;
/// Instructions that room is made for at most.
const MOST_EXPECTED: usize = 1024;

impl<'a> Lowering<'a> {
    /// The state at the start of a function, with its first block.
    pub(super) fn new(
        func: &'a mut lir::Function,
        typed: &'a Typed,
        id: FunctionId,
        options: &'a Options,
        shape: &abi::Shape<'_>,
        callees: &'a FxHashMap<FunctionId, Callee>,
    ) -> Self {
        let entry = func.add_block();
        let expected = usize::min(typed.hir.insts.len() * EXPECTED_INSTS, MOST_EXPECTED);
        func.insts.reserve(expected);
        func.values.reserve(expected);
        Lowering {
            b: FunctionBuilder::new(func, entry),
            id,
            options,
            typed,
            values: vec![None; typed.hir.values.len()],
            ownership: Ownership::analyze(typed),
            held: Vec::new(),
            is_fused: super::fusion::fused_instructions(typed),
            callees,
            stack_limit: None,
            handler: None,
            blocks: Vec::new(),
            ways_back: vec![None; typed.hir.blocks.len()],
            position: 0,
            frame: None,
            result: shape.result.clone(),
        }
    }
}

impl Lowering<'_> {
    fn run(&mut self, shape: &abi::Shape<'_>) -> Result<(), (Reason, hir::Location)> {
        let typed = self.typed;
        let function = typed.hir.clone();
        self.add_blocks(&function);
        self.add_parameters(&function, shape);
        self.lower_blocks(&function)
    }

    pub(super) fn lower_blocks(&mut self, function: &Function) -> Result<(), (Reason, hir::Location)> {
        let typed = self.typed;
        for (index, block) in function.blocks.iter().enumerate() {
            if !typed.is_reached[index] {
                continue;
            }
            self.handler = block.handler.clone().filter(|handler| typed.is_reached[handler.block.index()]);
            self.start_block(Block(index as u32));
            if !self.insts(function, block)? {
                continue;
            }
            self.b.set_line(block.location.line);
            self.terminator(&block.terminator).map_err(|reason| (reason, block.location))?;
        }
        Ok(())
    }

    /// The instructions of a block; whether its end is reached.
    fn insts(&mut self, function: &Function, block: &hir::BlockData) -> Result<bool, (Reason, hir::Location)> {
        for &inst in &block.insts {
            let data = &function.insts[inst.index()];
            self.b.set_line(data.location.line);
            if self.typed.is_last(inst) {
                self.call_target(inst, &Fact::of(Type::Never)).map_err(|reason| (reason, data.location))?;
                self.raise_unreachable();
                return Ok(false);
            }
            if !self.is_computed(data) {
                continue;
            }
            self.inst(inst, data).map_err(|reason| (reason, data.location))?;
            self.release_dead(inst);
        }
        Ok(true)
    }

    /// False for an instruction whose operands are never computed, which unknown results of endless recursion make.
    fn is_computed(&self, data: &InstData) -> bool {
        data.args.iter().all(|arg| self.typed.facts[arg.index()].is_some())
            && data.result.is_none_or(|result| self.typed.facts[result.index()].is_some())
    }

    pub(super) fn add_blocks(&mut self, function: &Function) {
        for (index, block) in function.blocks.iter().enumerate() {
            let lir_block = self.b.add_block();
            self.blocks.push(lir_block);
            if !self.typed.is_reached[index] {
                self.b.func.layout.pop();
                continue;
            }
            for &param in &block.params {
                let Some(fact) = &self.typed.facts[param.index()] else { continue };
                let repr = machine_types(&fact.ty).into_iter().map(|ty| self.b.add_param(lir_block, ty)).collect();
                self.values[param.index()] = Some(repr);
            }
        }
    }

    /// The function's entry converts the arguments to the types of the first block's parameters.
    fn add_parameters(&mut self, function: &Function, shape: &abi::Shape<'_>) {
        let entry = self.b.func.entry();
        self.b.set_line(function.first_line);
        let mut args: SmallVec<[lir::Value; 8]> = SmallVec::new();
        for (&param, ty) in function.blocks[0].params.iter().zip(shape.parameters) {
            let repr: Repr = machine_types(ty).into_iter().map(|ty| self.b.add_param(entry, ty)).collect();
            let fact = self.typed.fact(param);
            args.extend(self.convert(&repr, ty, &fact.ty));
        }
        if shape.is_recursive {
            self.stack_limit = Some(self.b.add_param(entry, lir::Type::Ptr));
        }
        let last = self.b.func.signature.params.len();
        if self.b.func.block(entry).params.len() < last {
            self.b.add_param(entry, lir::Type::Ptr);
        }
        self.check_stack();
        let first = self.blocks[0];
        self.b.jump(first, &args);
    }

    fn start_block(&mut self, block: Block) {
        self.position = block.index();
        self.b.switch_to(self.blocks[block.index()]);
        self.held = self.held_at_start(block);
        self.release_dead_params(block);
    }

    /// The machine values of a hir value.
    pub fn repr(&self, value: hir::Value) -> Repr {
        self.values[value.index()].clone().unwrap_or_default()
    }

    /// The fact of a hir value.
    pub fn fact(&self, value: hir::Value) -> &Fact {
        self.typed.fact(value)
    }

    fn inst(&mut self, inst: Inst, data: &InstData) -> Result<(), Reason> {
        if self.is_fused[inst.index()] {
            return Ok(());
        }
        let Some(result) = data.result else { return self.effect(inst, data) };
        let typed = self.typed;
        let fact = typed.fact(result);
        let repr = match &fact.constant {
            Some(constant) if is_scalar_constant(constant) => self.constant(constant, &fact.ty),
            _ => self.value(inst, data, fact)?,
        };
        let expected = machine_types(&fact.ty).len();
        if repr.len() != expected {
            return Err(Reason::Internal(format!("{:?} made {} values of {expected}", data.op, repr.len())));
        }
        self.values[result.index()] = Some(repr);
        self.hold_result(result, &data.args);
        Ok(())
    }

    fn effect(&mut self, inst: Inst, data: &InstData) -> Result<(), Reason> {
        match &data.op {
            Op::SetItem if self.typed.calls.contains_key(&inst) => {
                self.call_target(inst, &Fact::of(Type::None)).map(drop)
            }
            Op::SetItem => self.set_item(data.args[0], data.args[1], data.args[2]),
            Op::SetAttr(name) if self.record_of(data.args[0]).is_some() => {
                let record = self.record_of(data.args[0]).ok_or_else(|| Reason::Internal("no record".to_owned()))?;
                self.set_named_field(data.args[0], record.field(name)?, data.args[1])
            }
            Op::SetAttr(name) => self.set_field(inst, name, data.args[0], data.args[1]),
            Op::DelItem => self.delete_item(data.args[0], data.args[1]),
            Op::CheckBound(name) => {
                let is_bound = self.repr(data.args[0])[0];
                let message = format!("cannot access local variable '{name}' where it is not associated with a value");
                self.raise_unless(is_bound, &super::Failure::new("UnboundLocalError", message));
                Ok(())
            }
            Op::StoreCell(_) => {
                self.store_cell(data.args[0], data.args[1]);
                Ok(())
            }
            op @ (Op::BeginHandling | Op::EndHandling) => {
                self.exception_effect(op, &data.args);
                Ok(())
            }
            other => Err(Reason::Internal(format!("{other:?} has no code"))),
        }
    }

    fn value(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Repr, Reason> {
        let args = &data.args;
        match &data.op {
            Op::Contains { .. } if self.typed.calls.contains_key(&inst) => self.contains_by_call(inst, data, fact),
            Op::GetItem if self.typed.calls.contains_key(&inst) && self.fact(args[0]).ty.is_container() => {
                self.container_item_by_call(inst, (args[0], args[1]), fact)
            }
            // The generator that `__iter__` of a class makes is the iterator.
            Op::GetIter { .. } if let Some(made) = self.typed.calls.get(&inst).and_then(|call| call.result.clone()) => {
                self.call_target(inst, &Fact::of(made))
            }
            _ if self.typed.calls.contains_key(&inst) => self.call_target(inst, fact),
            Op::Constant(constant) => Ok(self.constant(constant, &fact.ty)),
            Op::Global(_) | Op::Free(_) | Op::Import(_) => self.global(inst, fact),
            Op::Binary { op, is_inplace } => self.binary(inst, *op, *is_inplace, args[0], args[1], fact),
            Op::Unary(UnaryOp::Not) => {
                let truth = self.truth(args[0])?;
                Ok(Repr::from_slice(&[self.b.not_bool(truth)]))
            }
            Op::Unary(op) => self.unary(inst, *op, args[0], fact),
            Op::Compare(_) if self.typed.calls.contains_key(&inst) => self.call(inst, data, fact),
            Op::Compare(op) => self.compare(*op, args[0], args[1], fact),
            Op::Is { is_negated } => Ok(self.is(args[0], args[1], *is_negated)),
            Op::Contains { is_negated } => self.contains(args[0], args[1], *is_negated),
            Op::NotNone => Ok(self.not_none(args[0], fact)),
            Op::CheckNotNone { exception, message, both } => {
                if matches!(self.fact(args[0]).ty, Type::Optional(_)) {
                    let is_there = self.repr(args[0])[0];
                    if let (Some(both), Some(&other)) = (both, args.get(1)) {
                        let other = self.repr(other)[0];
                        let is_any = self.b.or_bits(is_there, other);
                        self.raise_unless(is_any, &super::Failure::new(exception, &**both));
                    }
                    self.raise_unless(is_there, &super::Failure::new(exception, &**message));
                }
                Ok(self.not_none(args[0], fact))
            }
            Op::Truth => Ok(Repr::from_slice(&[self.truth(args[0])?])),
            Op::Format(conversion) => self.format_op(*conversion, args),
            Op::JoinStrings => Ok(self.join_strings(args)),
            Op::BuildTuple | Op::BuildKeywords(_) | Op::MergeKeywords | Op::MakeFunction { .. } => {
                Ok(args.iter().flat_map(|&arg| self.repr(arg)).collect())
            }
            Op::BuildList => self.build_list(args, fact),
            Op::BuildSet => self.build_set(args, fact),
            Op::BuildDict => self.build_dict(args, fact),
            Op::BuildSlice => Ok(self.build_slice(args, fact)),
            Op::Unpack(count) => self.unpack(args[0], *count),
            Op::UnpackStarred { before, after } => self.unpack_starred(args[0], (*before, *after), fact),
            Op::UnpackedItem(position) => Ok(self.tuple_item(args[0], *position as usize)),
            Op::GetItem => self.get_item(args[0], args[1], fact),
            Op::GetAttr(_) => self.get_attr(inst, data, fact),
            Op::Call { .. } | Op::CallStarred => self.call(inst, data, fact),
            Op::GetIter { .. } => self.get_iter(args[0], fact),
            Op::IterHas => Ok(self.iter_has(args[0])),
            Op::IterItem => self.iter_item(args[0], fact),
            Op::IterAdvance => Ok(self.iter_advance(args[0])),
            Op::IterResult => Ok(self.iter_result(args[0])),
            Op::Resumed => Ok(self.resumed()),
            Op::NewCell(_) => match &fact.ty {
                Type::Cell(content) => self.new_cell(content),
                other => Err(Reason::Internal(format!("{other} is no cell"))),
            },
            Op::LoadCell { name, is_free } => Ok(self.load_cell(args[0], name, *is_free, &fact.ty)),
            Op::MatchClass(count) if fact.ty != Type::None => Ok(self.match_class(*count, args)),
            Op::MatchClass(_) => Ok(Repr::new()),
            Op::MatchSequence => Err(Reason::Internal("a constant is computed".to_owned())),
            Op::Caught => Ok(self.caught()),
            Op::Handled => Ok(self.handled()),
            Op::MatchesException => Ok(self.matches_exception(args[0], args[1])),
            Op::WithCause => Ok(self.with_cause(args[0], args[1])),
            Op::SetItem
            | Op::DelItem
            | Op::SetAttr(_)
            | Op::CheckBound(_)
            | Op::Undefined
            | Op::StoreCell(_)
            | Op::BeginHandling
            | Op::EndHandling => Err(Reason::Internal(format!("{:?} has no value", data.op))),
        }
    }

    /// A constant as a value of type `ty`.
    pub fn constant(&mut self, constant: &Constant, ty: &Type) -> Repr {
        match constant {
            Constant::Bool(truth) => {
                let value = self.b.const_bool(*truth);
                self.convert(&Repr::from_slice(&[value]), &Type::Bool, ty)
            }
            Constant::Int(number) => {
                let value = self.b.const_i64(*number);
                self.convert(&Repr::from_slice(&[value]), &Type::Int, ty)
            }
            Constant::Float(number) => {
                let value = self.b.const_f64(*number);
                self.convert(&Repr::from_slice(&[value]), &Type::Float, ty)
            }
            Constant::Complex(real, imaginary) => {
                let parts = [self.b.const_f64(*real), self.b.const_f64(*imaginary)];
                self.convert(&Repr::from_slice(&parts), &Type::Complex, ty)
            }
            Constant::Str(known) if *ty == Type::String => Repr::from_slice(&[self.known_text(known)]),
            Constant::Bytes(_) => self.known_bytes(constant),
            Constant::Tuple(items) | Constant::FrozenSet(items) => match ty {
                Type::Tuple(types) => {
                    items.iter().zip(types.iter()).flat_map(|(item, ty)| self.constant(item, ty)).collect()
                }
                _ => Repr::new(),
            },
            _ => Repr::new(),
        }
    }

    fn global(&mut self, inst: Inst, fact: &Fact) -> Result<Repr, Reason> {
        match self.typed.globals.get(&inst) {
            Some(global) => Ok(self.global_value(global, &fact.ty)),
            None => Err(Reason::Internal("a global without a value".to_owned())),
        }
    }

    /// The value of a global.
    pub(super) fn global_value(&mut self, global: &Global, ty: &Type) -> Repr {
        match global {
            Global::Constant(constant) => self.constant(constant, ty),
            Global::Scalar(dtype, bytes) => self.scalar_from_bytes(*dtype, bytes),
            Global::Member(_, number) => Repr::from_slice(&[self.b.const_i64(*number)]),
            Global::Random(address) => Repr::from_slice(&[self.b.const_ptr(*address)]),
            Global::Array(array) => {
                let mut repr = Repr::from_slice(&[self.b.const_ptr(array.header), self.b.const_ptr(array.data)]);
                repr.extend(array.shape.iter().chain(&array.strides).map(|&number| self.b.const_i64(number)));
                repr
            }
            Global::Container(container) => Repr::from_slice(&[self.b.const_ptr(container.header)]),
            Global::Closure(ty, slots) => {
                let types = machine_types(&Type::Closure(ty.clone()));
                types.into_iter().zip(slots.iter()).map(|(machine, &slot)| self.b.const_bits(machine, slot)).collect()
            }
            Global::Partial(parts) => {
                let Type::Partial(types) = ty else { return Repr::new() };
                let own = types[1].as_tuple().unwrap_or_default().iter().zip(&parts.1);
                let named = types[2].keyword_values().unwrap_or_default();
                let mut repr = self.global_value(&parts.0, &types[0]);
                repr.extend(own.flat_map(|(ty, value)| self.global_value(value, ty)).collect::<Vec<_>>());
                repr.extend(parts.2.iter().zip(&named).flat_map(|((_, value), ty)| self.global_value(value, ty)));
                repr
            }
            Global::Tuple(items) | Global::Named(_, items) => match ty {
                Type::Tuple(types) => {
                    items.iter().zip(types.iter()).flat_map(|(item, ty)| self.global_value(item, ty)).collect()
                }
                _ => Repr::new(),
            },
            _ => Repr::new(),
        }
    }

    fn terminator(&mut self, terminator: &Terminator) -> Result<(), Reason> {
        match terminator {
            Terminator::Jump(target) => {
                let args = self.edge(target);
                let block = self.jump_target(target.block);
                self.b.jump(block, &args);
            }
            Terminator::Branch(condition, on_true, on_false) => {
                self.branch(*condition, on_true, on_false);
            }
            Terminator::Yield(value, resumed) => self.yield_value(*value, resumed),
            Terminator::Return(value) if self.frame.is_some() => self.return_from_generator(*value),
            Terminator::Return(value) => self.return_value(*value),
            Terminator::Raise(value) | Terminator::Reraise(value) if self.typed.facts[value.index()].is_none() => {
                self.raise_unreachable();
            }
            Terminator::Raise(value) => self.raise_value(*value)?,
            Terminator::Reraise(value) => self.reraise(*value),
        }
        Ok(())
    }

    fn branch(&mut self, condition: hir::Value, on_true: &hir::BlockCall, on_false: &hir::BlockCall) {
        let Some(fact) = &self.typed.facts[condition.index()] else {
            return self.raise_unreachable();
        };
        match fact.as_bool() {
            Some(truth) => {
                let target = if truth { on_true } else { on_false };
                let args = self.edge(target);
                let block = self.jump_target(target.block);
                self.b.jump(block, &args);
            }
            None if self.has_no_references() => {
                let condition = self.repr(condition)[0];
                let calls = [on_true, on_false].map(|target| {
                    let args = self.edge(target);
                    lir::block_call(self.jump_target(target.block), &args)
                });
                let [on_true, on_false] = calls;
                self.b.branch_with(condition, on_true, on_false);
            }
            None => {
                let condition = self.repr(condition)[0];
                let (then, otherwise) = (self.b.add_block(), self.b.add_block());
                self.b.branch_if(condition, then, otherwise);
                for (target, start) in [(on_true, then), (on_false, otherwise)] {
                    self.b.switch_to(start);
                    let held = self.held.clone();
                    let args = self.edge(target);
                    let block = self.jump_target(target.block);
                    self.b.jump(block, &args);
                    self.held = held;
                }
            }
        }
    }

    /// The end of a block that no run reaches, because what it waits for is never computed.
    pub(super) fn raise_unreachable(&mut self) {
        self.raise(&super::Failure::new("RecursionError", "maximum recursion depth exceeded"));
    }

    /// The arguments of a jump, converted to the target's types; references move or are added and dropped.
    pub(super) fn edge(&mut self, target: &hir::BlockCall) -> Repr {
        let typed = self.typed;
        let function = typed.hir.clone();
        let params = &function.blocks[target.block.index()].params;
        let mut args = Repr::new();
        for (&param, &arg) in params.iter().zip(&target.args) {
            let Some(to) = &typed.facts[param.index()] else { continue };
            match &typed.facts[arg.index()] {
                Some(from) => {
                    let repr = self.repr(arg);
                    args.extend(self.convert(&repr, &from.ty, &to.ty));
                }
                None => {
                    for ty in machine_types(&to.ty) {
                        args.push(self.zero(ty));
                    }
                }
            }
        }
        self.move_references(target);
        args
    }

    fn return_value(&mut self, value: hir::Value) {
        let typed = self.typed;
        let Some(fact) = &typed.facts[value.index()] else { return self.raise_unreachable() };
        let repr = self.repr(value);
        self.keep_for_return(value);
        let result = self.result.clone();
        let repr = self.convert(&repr, &fact.ty, &result);
        self.release_held();
        let status = self.b.const_int(lir::Type::I32, 0);
        if abi::returns_through_pointer(&machine_types(&result)) {
            let entry = self.b.func.entry();
            let out = *self.b.func.block(entry).params.last().expect("the result's address is the last parameter");
            for (index, &part) in repr.iter().enumerate() {
                self.b.store(part, out, abi::SLOT * index as i32, lir::Region::Frame);
            }
            self.b.return_(&[status]);
        } else {
            let mut values = vec![status];
            values.extend(repr);
            self.b.return_(&values);
        }
    }
}

fn is_scalar_constant(constant: &Constant) -> bool {
    matches!(constant, Constant::Bool(_) | Constant::Int(_) | Constant::Float(_) | Constant::Complex(..))
}
