//! Who owns which array or container, and where references are dropped.
//!
//! A value that holds arrays is *borrowed* if someone else keeps them alive for the whole call: arguments, globals,
//! and views of these. It costs nothing. Every other value is *owned*: it holds one reference to each of its arrays
//! from its definition to its last use. Owned values come from
//!
//! - calls and array expressions, whose results carry a reference;
//! - views, items and tuples made of owned values, which add one;
//! - items of containers, which add one too: the container may be changed while they are in use;
//! - block parameters that some predecessor passes an owned value for: the reference moves along the edge where the
//!   value dies with it, and is added where it lives on or is borrowed.
//!
//! While a block is lowered, `held` lists the references held at that point: an operation that raises there drops
//! them all. Functions without owned values, which most kernels are, skip all of it.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::function::Lowering;
use super::fusion::{count_uses, fused_instructions};
use super::repr::machine_types;
use crate::hir::{self, BinaryOp, Block, BlockCall, BlockData, Function, Inst, Op, Terminator, Value};
use crate::lir;
use crate::runtime::symbols::Symbol;
use crate::typing::objects::{has_known_arguments, is_exception, is_exception_class};
use crate::typing::{Construction, IteratorType, Type, Typed};

/// A reference held at some point.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Held {
    /// The references of an owned value.
    Value(Value),
    /// The header of an array that is being made.
    Temporary(lir::Value),
}

/// Which values are owned, and where they are live.
pub(crate) struct Ownership {
    is_owned: Vec<bool>,
    live_in: Vec<Vec<Value>>,
    dying: FxHashMap<Inst, SmallVec<[Value; 2]>>,
    dead_params: Vec<Vec<Value>>,
    /// Methods that are called on the spot: they own nothing, and using one uses its receiver.
    aliases: Vec<Inst>,
}

/// Positions of array headers among the machine values of a type.
pub fn header_positions(ty: &Type) -> SmallVec<[usize; 2]> {
    let mut positions = SmallVec::new();
    push_headers(ty, &mut 0, &mut positions);
    positions
}

fn push_headers(ty: &Type, offset: &mut usize, out: &mut SmallVec<[usize; 2]>) {
    match ty {
        Type::Array(_)
        | Type::Record(..)
        | Type::String
        | Type::Bytes
        | Type::Buffer(_)
        | Type::AnyException
        | Type::Object
        | Type::Cell(_)
        | Type::Generator(_)
        | Type::Instance(_) => {
            out.push(*offset);
            *offset += machine_types(ty).len();
        }
        Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_) => {
            out.push(*offset);
            *offset += 1;
        }
        Type::Optional(inner) => {
            *offset += 1;
            push_headers(inner, offset, out);
        }
        Type::Tuple(items) => items.iter().for_each(|item| push_headers(item, offset, out)),
        Type::Partial(parts) => parts.iter().for_each(|part| push_headers(part, offset, out)),
        Type::Keywords(items) => items.iter().for_each(|(_, item)| push_headers(item, offset, out)),
        Type::Iterable(iterable) => iterable.1.iter().for_each(|item| push_headers(item, offset, out)),
        Type::Method(method) => push_headers(&method.0, offset, out),
        Type::Closure(closure) => closure.captures.iter().for_each(|item| push_headers(item, offset, out)),
        Type::Exception(exception) => exception.1.iter().for_each(|item| push_headers(item, offset, out)),
        Type::Iterator(kind) => match &**kind {
            IteratorType::Array(array) | IteratorType::Flat(array) => {
                push_headers(&Type::Array(*array), offset, out);
                *offset += 1;
            }
            IteratorType::Tuple(items) => {
                items.iter().for_each(|item| push_headers(item, offset, out));
                *offset += 1;
            }
            IteratorType::Text { .. } | IteratorType::Buffer(_) => {
                out.push(*offset);
                *offset += 2;
            }
            IteratorType::Enumerate(inner) => {
                *offset += 1;
                push_headers(inner, offset, out);
            }
            IteratorType::Zip(inner) => inner.iter().for_each(|item| push_headers(item, offset, out)),
            IteratorType::List(_)
            | IteratorType::ReversedList(_)
            | IteratorType::Dict(..)
            | IteratorType::Deque(_)
            | IteratorType::Set(_)
            | IteratorType::Generator(_) => {
                out.push(*offset);
                *offset += machine_types(ty).len();
            }
            IteratorType::Range { .. } => *offset += machine_types(ty).len(),
        },
        _ => *offset += machine_types(ty).len(),
    }
}

impl Ownership {
    /// Decides ownership and liveness of a function's values.
    pub(crate) fn analyze(typed: &Typed) -> Ownership {
        let function = &typed.hir;
        let mut ownership = Ownership {
            is_owned: vec![false; function.values.len()],
            live_in: vec![Vec::new(); function.blocks.len()],
            dying: FxHashMap::default(),
            dead_params: vec![Vec::new(); function.blocks.len()],
            aliases: Vec::new(),
        };
        let holds_arrays: Vec<bool> = typed
            .facts
            .iter()
            .map(|fact| fact.as_ref().is_some_and(|fact| !header_positions(&fact.ty).is_empty()))
            .collect();
        if !holds_arrays.iter().any(|&holds| holds) {
            return ownership;
        }
        ownership.aliases = called_methods(typed);
        if ownership.mark_owned(typed, &holds_arrays) {
            let mut fused = fused_instructions(typed);
            ownership.aliases.iter().for_each(|&inst| fused[inst.index()] = true);
            ownership.find_live(typed, &fused);
            ownership.find_dying(typed, &fused);
        }
        ownership
    }

    /// Marks owned values to a fixed point; whether there are any.
    fn mark_owned(&mut self, typed: &Typed, holds_arrays: &[bool]) -> bool {
        let function = &typed.hir;
        for param in function.blocks.iter().skip(1).flat_map(|block| &block.params) {
            let fact = &typed.facts[param.index()];
            self.is_owned[param.index()] = fact.as_ref().is_some_and(|fact| holds_exception(&fact.ty));
        }
        // What a generator takes out of its frame is its own.
        let entries = function.is_generator.then_some(Block(0)).into_iter().chain(function.resumed_blocks());
        for param in entries.flat_map(|block| &function.blocks[block.index()].params) {
            self.is_owned[param.index()] = holds_arrays[param.index()];
        }
        loop {
            let mut has_changed = false;
            for (index, block) in function.blocks.iter().enumerate() {
                if !typed.is_reached[index] {
                    continue;
                }
                for &inst in &block.insts {
                    let data = &function.insts[inst.index()];
                    let Some(result) = data.result else { continue };
                    if self.aliases.contains(&inst) {
                        continue;
                    }
                    // What a cell holds may be replaced while it is in use.
                    let is_loaded = matches!(data.op, Op::LoadCell { .. });
                    let is_fresh = is_loaded || is_fresh(typed, inst) || is_item(typed, inst);
                    let is_owned = is_fresh || data.args.iter().any(|&arg| self.is_of_owned(function, arg));
                    if is_owned && holds_arrays[result.index()] && !self.is_owned[result.index()] {
                        self.is_owned[result.index()] = true;
                        has_changed = true;
                    }
                }
                for target in targets(block) {
                    let params = &function.blocks[target.block.index()].params;
                    for (&param, arg) in params.iter().zip(&target.args) {
                        if self.is_owned[arg.index()] && holds_arrays[param.index()] && !self.is_owned[param.index()] {
                            self.is_owned[param.index()] = true;
                            has_changed = true;
                        }
                    }
                }
            }
            if !has_changed {
                return self.is_owned.iter().any(|&is_owned| is_owned);
            }
        }
    }

    /// True for an owned value, and for a method that is only called, of an owned receiver.
    fn is_of_owned(&self, function: &Function, value: Value) -> bool {
        if self.is_owned[value.index()] {
            return true;
        }
        match function.values[value.index()].def {
            hir::ValueDef::Result(inst) if self.aliases.contains(&inst) => {
                function.insts[inst.index()].args.iter().any(|&receiver| self.is_of_owned(function, receiver))
            }
            _ => false,
        }
    }

    fn find_live(&mut self, typed: &Typed, fused: &[bool]) {
        let function = &typed.hir;
        loop {
            let mut has_changed = false;
            for index in (0..function.blocks.len()).rev() {
                if !typed.is_reached[index] {
                    continue;
                }
                let block = &function.blocks[index];
                let mut live = self.live_out(block);
                for &inst in block.insts.iter().rev() {
                    let data = &function.insts[inst.index()];
                    if let Some(result) = data.result {
                        live.retain(|value| *value != result);
                    }
                    self.add_uses(function, fused, inst, &mut live);
                }
                live.retain(|value| !block.params.contains(value));
                if live.len() != self.live_in[index].len() {
                    self.live_in[index] = live;
                    has_changed = true;
                }
            }
            if !has_changed {
                return;
            }
        }
    }

    /// What is live at the end of a block; what its handler needs is live all through it.
    fn live_out(&self, block: &BlockData) -> Vec<Value> {
        let mut live = Vec::new();
        let mut add = |value: Value| {
            if self.is_owned[value.index()] && !live.contains(&value) {
                live.push(value);
            }
        };
        for target in targets(block) {
            self.live_in[target.block.index()].iter().copied().for_each(&mut add);
            target.args.iter().copied().for_each(&mut add);
        }
        if let Terminator::Return(value)
        | Terminator::Yield(value, _)
        | Terminator::Raise(value)
        | Terminator::Reraise(value) = block.terminator
        {
            add(value);
        }
        live
    }

    /// Adds the owned operands of an instruction; of fused instructions when their user is met.
    fn add_uses(&self, function: &Function, fused: &[bool], inst: Inst, live: &mut Vec<Value>) {
        if fused[inst.index()] {
            return;
        }
        let mut pending: SmallVec<[Inst; 4]> = SmallVec::from_slice(&[inst]);
        while let Some(inst) = pending.pop() {
            for &arg in &function.insts[inst.index()].args {
                match function.values[arg.index()].def {
                    hir::ValueDef::Result(def) if fused[def.index()] => pending.push(def),
                    _ if self.is_owned[arg.index()] && !live.contains(&arg) => live.push(arg),
                    _ => {}
                }
            }
        }
    }

    fn find_dying(&mut self, typed: &Typed, fused: &[bool]) {
        let function = &typed.hir;
        for (index, block) in function.blocks.iter().enumerate() {
            if !typed.is_reached[index] {
                continue;
            }
            let mut live = self.live_out(block);
            for &inst in block.insts.iter().rev() {
                let mut dying = SmallVec::new();
                let result = function.insts[inst.index()].result;
                if let Some(result) = result.filter(|result| self.is_owned[result.index()] && !fused[inst.index()]) {
                    if !live.contains(&result) {
                        dying.push(result);
                    }
                    live.retain(|value| *value != result);
                }
                let before = live.len();
                self.add_uses(function, fused, inst, &mut live);
                dying.extend(live[before..].iter().copied());
                if !dying.is_empty() {
                    self.dying.insert(inst, dying);
                }
            }
            let is_dead = |value: &&Value| self.is_owned[value.index()] && !live.contains(value);
            self.dead_params[index] = block.params.iter().filter(is_dead).copied().collect();
        }
    }

    /// The owned values held when a block starts.
    pub(crate) fn held_at_start(&self, block: Block) -> impl Iterator<Item = Value> {
        self.live_in[block.index()].iter().chain(&self.dead_params[block.index()]).copied()
    }
}

/// Methods whose only use is their call.
fn called_methods(typed: &Typed) -> Vec<Inst> {
    let function = &typed.hir;
    let uses = count_uses(typed);
    let mut methods = Vec::new();
    for data in &function.insts {
        let Op::Call { .. } = data.op else { continue };
        let callee = data.args[0];
        if let hir::ValueDef::Result(inst) = function.values[callee.index()].def
            && uses[callee.index()] == 1
            && matches!(function.insts[inst.index()].op, Op::GetAttr(_))
            && matches!(&typed.facts[callee.index()], Some(fact) if matches!(fact.ty, Type::Method(_)))
        {
            methods.push(inst);
        }
    }
    methods
}

/// True if the operation reads its result out of a container.
fn is_item(typed: &Typed, inst: Inst) -> bool {
    let data = &typed.hir.insts[inst.index()];
    if typed.constructions.get(&inst).is_some_and(Construction::reads_fields) {
        return true;
    }
    let holder = |ty: &Type| match ty {
        Type::Iterator(kind) => is_container_iterator(kind),
        Type::Instance(_) => true,
        ty => ty.is_container(),
    };
    matches!(data.op, Op::GetItem | Op::IterItem | Op::Unpack(_) | Op::GetAttr(_) | Op::MatchClass(_))
        && typed.facts[data.args[0].index()].as_ref().is_some_and(|fact| holder(&fact.ty))
}

fn is_container_iterator(kind: &IteratorType) -> bool {
    let is_one = |ty: &Type| matches!(ty, Type::Iterator(kind) if is_container_iterator(kind));
    match kind {
        IteratorType::List(_)
        | IteratorType::ReversedList(_)
        | IteratorType::Dict(..)
        | IteratorType::Deque(_)
        | IteratorType::Set(_) => true,
        IteratorType::Enumerate(inner) => is_one(inner),
        IteratorType::Zip(inner) => inner.iter().any(is_one),
        IteratorType::Range { .. }
        | IteratorType::Array(_)
        | IteratorType::Flat(_)
        | IteratorType::Tuple(_)
        | IteratorType::Generator(_)
        | IteratorType::Buffer(_)
        | IteratorType::Text { .. } => false,
    }
}

/// True if the operation's result carries references of its own: an array or string that it makes, or what a function
/// returns.
/// `enumerate(a)`, `s + t` of tuples and `a += b` only pass on what they are given.
fn is_fresh(typed: &Typed, inst: Inst) -> bool {
    let data = &typed.hir.insts[inst.index()];
    let type_of = |value: Value| typed.facts[value.index()].as_ref().map(|fact| &fact.ty);
    let is_array = |value: Value| matches!(type_of(value), Some(Type::Array(_)));
    let is_tuple = |value: Value| matches!(type_of(value), Some(Type::Tuple(_)));
    let is_container = |value: Value| type_of(value).is_some_and(Type::is_container);
    let is_slice = |value: Value| matches!(type_of(value), Some(Type::Slice(_)));
    let makes_text = |value: Value| type_of(value).is_some_and(Type::is_text);
    if typed.calls.contains_key(&inst) {
        return true;
    }
    match &data.op {
        Op::IterItem => matches!(type_of(data.args[0]), Some(Type::Iterator(kind)) if kind.makes_items()),
        Op::GetItem | Op::Unpack(_) if type_of(data.args[0]) == Some(&Type::Object) => true,
        Op::GetAttr(name) => {
            let is_asked = |ty: &Type| *ty == Type::Object || is_exception(ty) || is_exception_class(ty);
            typed.calls.contains_key(&inst)
                || type_of(data.args[0])
                    .is_some_and(|ty| is_asked(ty) && !(&**name == "args" && has_known_arguments(ty)))
        }
        // A slice of a list or buffer is a new one.
        Op::GetItem => {
            makes_text(data.args[0])
                || matches!(type_of(data.args[0]), Some(Type::List(_) | Type::Buffer(_))) && is_slice(data.args[1])
        }
        Op::Format(_) | Op::JoinStrings => true,
        Op::Binary { .. } if data.result.is_some_and(makes_text) => true,
        Op::Call { .. } | Op::CallStarred => {
            let is_view = matches!(data.result.and_then(type_of), Some(Type::Iterable(_)))
                || matches!(type_of(data.args[0]), Some(Type::ExceptionClass(_)))
                || typed.constructions.contains_key(&inst) && data.result.is_some_and(is_tuple)
                || matches!(type_of(data.args[0]), Some(Type::Library(name)) if &**name == "builtins.tuple");
            !is_view
        }
        Op::Binary { op: BinaryOp::MatMul, .. } | Op::Unary(_) | Op::Compare(_) => true,
        Op::BuildList | Op::BuildSet | Op::BuildDict | Op::UnpackStarred { .. } => true,
        // `a += b` of containers is a, unless a function of the library says what it is.
        Op::Binary { is_inplace, .. } if data.result.is_some_and(is_container) => {
            typed.calls.contains_key(&inst) || !*is_inplace
        }
        Op::Caught | Op::Handled | Op::WithCause | Op::NewCell(_) | Op::IterResult => true,
        Op::Binary { is_inplace, .. } => data.result.is_some_and(is_array) && !(*is_inplace && is_array(data.args[0])),
        _ => false,
    }
}

fn targets(block: &BlockData) -> impl Iterator<Item = &BlockCall> {
    block.terminator.targets().chain(&block.handler)
}

/// True if an exception object is among the machine values of a type. Each is owned, but for those that the caller of
/// the function keeps: what joins with one that is none yet becomes one.
fn holds_exception(ty: &Type) -> bool {
    match ty {
        Type::AnyException => true,
        Type::Optional(inner) => holds_exception(inner),
        Type::Tuple(items) => items.iter().any(holds_exception),
        Type::Iterator(kind) => match &**kind {
            IteratorType::Tuple(items) => items.iter().any(holds_exception),
            IteratorType::Enumerate(inner) => holds_exception(inner),
            IteratorType::Zip(inner) => inner.iter().any(holds_exception),
            // Containers hold none.
            IteratorType::Range { .. }
            | IteratorType::Array(_)
            | IteratorType::Flat(_)
            | IteratorType::List(_)
            | IteratorType::ReversedList(_)
            | IteratorType::Dict(..)
            | IteratorType::Deque(_)
            | IteratorType::Set(_)
            | IteratorType::Generator(_)
            | IteratorType::Buffer(_)
            | IteratorType::Text { .. } => false,
        },
        _ => false,
    }
}

impl Lowering<'_> {
    /// True if no value of the function is owned.
    pub(super) fn has_no_references(&self) -> bool {
        !self.ownership.is_owned.iter().any(|&is_owned| is_owned)
    }

    fn headers(&self, value: Value) -> SmallVec<[lir::Value; 2]> {
        let repr = self.repr(value);
        header_positions(&self.fact(value).ty).into_iter().filter_map(|position| repr.get(position).copied()).collect()
    }

    /// Adds a reference to an array.
    pub fn retain(&mut self, header: lir::Value) {
        self.b.call_runtime(Symbol::Retain, &[header]);
    }

    /// Drops a reference to an array.
    pub fn release(&mut self, header: lir::Value) {
        self.b.call_runtime(Symbol::Release, &[header]);
    }

    fn retain_value(&mut self, value: Value) {
        for header in self.headers(value) {
            self.retain(header);
        }
    }

    fn release_value(&mut self, value: Value) {
        for header in self.headers(value) {
            self.release(header);
        }
    }

    /// Holds an array that is being made until `forget_temporary`, so that an error meanwhile frees it.
    pub fn hold_temporary(&mut self, header: lir::Value) {
        self.held.push(Held::Temporary(header));
    }

    /// Ends what `hold_temporary` began; the reference goes to whoever gets the array.
    pub fn forget_temporary(&mut self, header: lir::Value) {
        self.held.retain(|held| *held != Held::Temporary(header));
    }

    /// After an instruction: its result is held if it is owned; a view of owned arrays adds references.
    pub(super) fn hold_result(&mut self, result: Value, args: &[Value]) {
        if !self.ownership.is_owned[result.index()] {
            return;
        }
        let typed = self.typed;
        let hir::ValueDef::Result(inst) = typed.hir.values[result.index()].def else { return };
        if !is_fresh(typed, inst) {
            debug_assert!(!args.is_empty(), "what is made of nothing is borrowed");
            self.retain_value(result);
        }
        self.held.push(Held::Value(result));
    }

    /// After an instruction: drops the references of values that it used last.
    pub(super) fn release_dead(&mut self, inst: Inst) {
        let Some(dying) = self.ownership.dying.get(&inst).cloned() else { return };
        for value in dying {
            self.drop_held(value);
        }
    }

    /// The references held when a block starts.
    pub(super) fn held_at_start(&self, block: Block) -> Vec<Held> {
        let mut held: Vec<Held> = self.ownership.held_at_start(block).map(Held::Value).collect();
        for &param in &self.typed.hir.blocks[block.index()].params {
            if self.ownership.is_owned[param.index()] && !held.contains(&Held::Value(param)) {
                held.push(Held::Value(param));
            }
        }
        held
    }

    /// At the start of a block: drops the references of parameters that nothing uses.
    pub(super) fn release_dead_params(&mut self, block: Block) {
        for value in self.ownership.dead_params[block.index()].clone() {
            self.drop_held(value);
        }
    }

    fn drop_held(&mut self, value: Value) {
        if let Some(position) = self.held.iter().position(|held| *held == Held::Value(value)) {
            self.held.swap_remove(position);
            self.release_value(value);
        }
    }

    /// Drops every reference held: the function is left. `held` stays as it is for the code that goes on.
    pub(super) fn release_held(&mut self) {
        for held in self.held.clone() {
            match held {
                Held::Value(value) => self.release_value(value),
                Held::Temporary(header) => self.release(header),
            }
        }
    }

    /// Drops the references of arrays that are being made: a handler does not know them.
    pub(super) fn release_temporaries(&mut self) {
        for held in std::mem::take(&mut self.held) {
            match held {
                Held::Value(_) => self.held.push(held),
                Held::Temporary(header) => self.release(header),
            }
        }
    }

    /// Before a return: the result's references go to the caller.
    pub(super) fn keep_for_return(&mut self, value: Value) {
        match self.held.iter().position(|held| *held == Held::Value(value)) {
            Some(position) => {
                self.held.swap_remove(position);
            }
            None => self.retain_value(value),
        }
    }

    /// On an edge: references move to the target's parameters, are added where the value lives on, and dropped
    /// where it does not. `held` is no longer true after it.
    pub(super) fn move_references(&mut self, target: &BlockCall) {
        if self.has_no_references() {
            return;
        }
        let typed = self.typed;
        let params = &typed.hir.blocks[target.block.index()].params;
        for (&param, &arg) in params.iter().zip(&target.args) {
            if !self.ownership.is_owned[param.index()] || typed.facts[arg.index()].is_none() {
                continue;
            }
            // What became an object on the way has the object's reference alone.
            let is_made = |fact: &crate::typing::Fact| matches!(fact.ty, Type::Exception(_));
            if typed.facts[arg.index()].as_ref().is_some_and(is_made)
                && typed.facts[param.index()].as_ref().is_some_and(|fact| holds_exception(&fact.ty))
            {
                continue;
            }
            let lives_on = self.ownership.live_in[target.block.index()].contains(&arg);
            let position = self.held.iter().position(|held| *held == Held::Value(arg)).filter(|_| !lives_on);
            match position {
                Some(position) => {
                    self.held.swap_remove(position);
                }
                None => self.retain_value(arg),
            }
        }
        for held in self.held.clone() {
            if let Held::Value(value) = held
                && !self.ownership.live_in[target.block.index()].contains(&value)
            {
                self.drop_held(value);
            }
        }
    }
}
