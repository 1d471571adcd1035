//! Type inference: forward over the control-flow graph to a fixed point, branches that constants decide left out.
//!
//! Every value starts unknown. Blocks are visited in reverse postorder until nothing changes; a block parameter is
//! the join of what its reached predecessors pass (`unify`), and a constant only if all agree. A call to a function
//! whose result is not known yet, which recursion makes, leaves its result unknown; the session then types the
//! functions of the cycle again until their results are stable.
//!
//! Like sparse conditional constant propagation (Wegman and Zadeck, TOPLAS 1991), with types for the lattice.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::classes::{ClassKey, Constructor, TupleType};
use super::containers::Unknowns;
use super::contexts::context_function;
use super::enums::member_fact;
use super::fact::{Fact, constant_fact};
use super::functions;
use super::global_containers;
use super::objects::{is_exception, is_exception_class};
use super::parts::{has_too_many_parts, too_many_parts};
use super::raising;
use super::types::{FunctionKey, GeneratorType, Type};
use crate::hir::{self, Block, BlockCall, Function, Inst, Op, Terminator, Value};
use crate::host::{Extension, Given, Global};
use crate::lir::FunctionId;
use crate::refusal::{Reason, Refusal};

/// Sweeps over a function before it is given up; each makes at least one type more general.
const MAX_SWEEPS: usize = 64;

/// What typing asks of the session.
pub trait Environment {
    /// The value of a global name.
    fn global(&mut self, name: &str) -> Option<Global>;
    /// The value of a variable of the enclosing function.
    fn free_variable(&mut self, name: &str) -> Option<Global>;
    /// The module of this name, if an import of it does nothing but name it.
    fn import(&mut self, name: &str) -> Option<Global>;
    /// An attribute of a module.
    fn module_attribute(&mut self, module: &str, name: &str) -> Option<Global>;
    /// The Python function of the library that implements `name`.
    fn library_function(&mut self, name: &str) -> Option<FunctionKey>;
    /// What the program has added to the library under this name.
    fn extension(&mut self, name: &str) -> Option<Extension>;
    /// The function that an addition of the program chooses for a call.
    fn extension_for(&mut self, name: &str, arguments: &[Given]) -> Result<Option<FunctionKey>, Reason>;
    /// The function that is being typed.
    fn own_key(&self) -> FunctionKey;
    /// The inner function of a number, of the function being typed or of the one around it; which defaults it has.
    fn inner_function(&mut self, number: u32, is_outer: bool) -> (FunctionKey, hir::Defaults);
    /// An attribute of a class of the program's: a method, a property, a constant.
    fn class_attribute(&mut self, class: ClassKey, name: &str) -> Option<Global>;
    /// What a class of the program's is called with; `None` if compiled code cannot make its instances.
    fn constructor(&mut self, class: ClassKey) -> Option<Arc<Constructor>>;
    /// The parameters of a function.
    fn parameters(&mut self, key: FunctionKey) -> Result<Arc<Parameters>, Refusal>;
    /// The specialization of a function; its result is `None` while the function is being typed further up.
    fn specialize(&mut self, key: FunctionKey, arguments: &[Type]) -> Result<(FunctionId, Option<Type>), Refusal>;
    /// What a function puts into containers of its arguments of which nothing is known: the unknown types below
    /// `count`, with what is known then.
    fn learn(&mut self, key: FunctionKey, arguments: &[Type], count: usize) -> Vec<Type>;
    /// What a function without parameters makes that makes an empty container and nothing else, with unknown types where
    /// that says nothing of what it holds.
    fn empty_container(&mut self, key: FunctionKey) -> Option<Type>;
    /// The function that resumes a generator.
    fn resume(&mut self, generator: &Arc<GeneratorType>) -> Result<FunctionId, Refusal>;
    /// True for a generator expression that yields one item for each of what it runs over.
    fn yields_for_each_item(&mut self, key: FunctionKey) -> bool;
    /// The type that `@jit(locals=...)` forces on a variable.
    fn forced_type(&self, variable: &str) -> Option<Type>;
}

/// The parameters of a function, for binding calls.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// The function's name, for messages.
    pub name: Arc<str>,
    /// The same with the names around it, as CPython's messages have it.
    pub qualname: Arc<str>,
    /// Names of all parameters as CPython orders them: positional, keyword-only, then those of `*args` and `**kwargs`.
    pub names: Vec<Arc<str>>,
    /// How many are positional.
    pub positional: usize,
    /// How many of these are positional-only.
    pub positional_only: usize,
    /// How many are keyword-only.
    pub keyword_only: usize,
    /// Whether there is a `*args`.
    pub has_rest: bool,
    /// Whether there is a `**kwargs`.
    pub has_keywords: bool,
    /// The default of each parameter, in the order of `names`.
    pub defaults: Vec<Option<Global>>,
}

/// Positions, from the outside in.
pub(super) type Path = SmallVec<[u32; 4]>;

/// Where an argument of a call comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// A value of the caller.
    Value(Value),
    /// An item of a tuple of the caller.
    Item(Value, u32),
    /// A default.
    Default(Global),
    /// A field of an instance of the caller.
    Field(Value, u32),
    /// Zeros: a field that something else sets.
    Unset,
    /// The instance that is being made.
    Made,
    /// What stands at a path in a function of the caller: at each step the position among the values that an inner
    /// function captures, the parts of a partial, or the items of a tuple or keywords.
    Captured(Value, Path),
    /// The tuple for `*args`, or what `**kwargs` holds.
    Rest(Vec<Argument>),
}

/// A call of a Python function, bound and typed.
#[derive(Clone, Debug)]
pub struct FunctionCall {
    /// The specialization.
    pub id: FunctionId,
    /// One argument for each parameter.
    pub arguments: Vec<Argument>,
    /// Types of the parameters.
    pub types: Vec<Type>,
    /// Type of the result.
    pub result: Option<Type>,
}

/// A call of a class of the program's, or of a method that makes an instance: one argument for each field.
#[derive(Clone, Debug)]
pub struct Construction {
    /// What the fields are made of.
    pub arguments: Vec<Argument>,
    /// Types of these.
    pub types: Vec<Type>,
    /// What is called with the instance when it is made.
    pub post_init: Option<FunctionCall>,
}

impl Construction {
    /// True if it is made of fields of instances, which may be changed meanwhile.
    pub fn reads_fields(&self) -> bool {
        self.arguments.iter().any(|argument| matches!(argument, Argument::Field(..)))
    }
}

/// A function with its types.
#[derive(Clone, Debug)]
pub struct Typed {
    /// The function.
    pub hir: Arc<Function>,
    /// What is known of each value; `None` for values that are never computed.
    pub facts: Vec<Option<Fact>>,
    /// Which blocks are reached.
    pub is_reached: Vec<bool>,
    /// Calls of Python functions.
    pub calls: FxHashMap<Inst, FunctionCall>,
    /// Calls of one of several functions: the call of each.
    pub choices: FxHashMap<Inst, Vec<(FunctionKey, FunctionCall)>>,
    /// Calls that make instances of the program's classes.
    pub constructions: FxHashMap<Inst, Construction>,
    /// What names stood for, where that is not a constant of Python.
    pub globals: FxHashMap<Inst, Global>,
    /// The type of the result; `None` if no `return` is reached. Of a generator function, the generator.
    pub result: Option<Type>,
    /// What a generator yields; `None` if no `yield` is reached.
    pub yielded: Option<Type>,
    /// The functions that resume the generators which this function iterates over.
    pub resumes: FxHashMap<Arc<GeneratorType>, FunctionId>,
}

impl Typed {
    /// The function, with the type of each value where it is defined. What is never computed has none.
    pub fn text(&self) -> String {
        let note = |value: Value| self.facts[value.index()].as_ref().map(|fact| fact.ty.to_string());
        self.hir.text_with(&note)
    }

    /// What is known of a value that is computed.
    pub fn fact(&self, value: Value) -> &Fact {
        self.facts[value.index()].as_ref().expect("the value's block is reached")
    }

    /// All calls of Python functions.
    pub fn all_calls(&self) -> impl Iterator<Item = &FunctionCall> {
        self.calls.values().chain(self.choices.values().flatten().map(|(_, call)| call))
    }

    /// True for a call of a function that never returns: nothing behind it in its block is reached.
    pub fn is_last(&self, inst: Inst) -> bool {
        self.calls.get(&inst).is_some_and(|call| call.result == Some(Type::Never))
    }
}

/// The state of one function's inference.
pub(super) struct Inference<'a> {
    /// What is known so far.
    pub typed: Typed,
    /// The session.
    pub env: &'a mut dyn Environment,
    /// What containers hold that this function makes.
    pub unknowns: Unknowns,
    /// What callees put into containers is looked for, and nothing else.
    pub learns: bool,
    /// Set when nothing more would be known: callees may put something into a container.
    pub asks_callees: bool,
    /// Set when still nothing more would be known: what an unknown condition decides may do so too.
    takes_all_branches: bool,
    has_changed: bool,
}

/// Types `function` for these parameter types.
///
/// # Errors
/// The first operation that its types do not have.
pub fn infer(function: Arc<Function>, parameters: &[Fact], env: &mut dyn Environment) -> Result<Typed, Refusal> {
    let mut inference = Inference::new(function, parameters, env, Unknowns::default());
    for _ in 0..MAX_SWEEPS {
        inference.has_changed = false;
        inference.unknowns.has_changed = false;
        inference.sweep()?;
        if !inference.has_changed && !inference.unknowns.has_changed {
            let is_open = inference.awaits_itself() || inference.open_cell().is_some();
            let is_resolved = inference.unknowns.unresolved().is_none() && !is_open;
            if !is_resolved && inference.takes_all_branches && inference.unknowns.take_hints() {
                continue;
            }
            if inference.takes_all_branches || is_resolved {
                inference.check_cells()?;
                return inference.finish();
            }
            inference.looks_further();
        }
    }
    let location = hir::Location { line: inference.typed.hir.first_line, ..hir::Location::default() };
    Err(inference.refuse(Reason::TooLarge("its types do not settle".to_owned()), location))
}

/// What a function puts into the containers that it is passed, as `Environment::learn` states it. The function need not
/// be one that compiles for these types: what is known when it is refused is the answer.
pub fn learn(function: Arc<Function>, parameters: &[Fact], count: usize, env: &mut dyn Environment) -> Vec<Type> {
    let mut inference = Inference::new(function, parameters, env, Unknowns::of_caller(count));
    inference.learns = true;
    for _ in 0..MAX_SWEEPS {
        inference.has_changed = false;
        inference.unknowns.has_changed = false;
        let is_refused = inference.sweep().is_err();
        let is_settled = !inference.has_changed && !inference.unknowns.has_changed;
        if is_refused || is_settled && inference.takes_all_branches {
            break;
        }
        if is_settled {
            inference.looks_further();
        }
    }
    (0..count as u32).map(|number| inference.unknowns.spell_out(&Type::Unknown(number))).collect()
}

impl<'a> Inference<'a> {
    pub(super) fn new(
        function: Arc<Function>,
        parameters: &[Fact],
        env: &'a mut dyn Environment,
        unknowns: Unknowns,
    ) -> Inference<'a> {
        let typed = Typed {
            facts: vec![None; function.values.len()],
            is_reached: vec![false; function.blocks.len()],
            calls: FxHashMap::default(),
            choices: FxHashMap::default(),
            constructions: FxHashMap::default(),
            globals: FxHashMap::default(),
            result: None,
            yielded: None,
            resumes: FxHashMap::default(),
            hir: function,
        };
        let (takes_all_branches, asks_callees) = (false, false);
        let (learns, has_changed) = (false, false);
        let mut inference = Inference { typed, env, unknowns, learns, takes_all_branches, asks_callees, has_changed };
        inference.seed(parameters);
        inference
    }
}

impl Inference<'_> {
    /// Looks in more places for what containers hold.
    fn looks_further(&mut self) {
        self.takes_all_branches = self.asks_callees;
        self.asks_callees = true;
    }

    /// True for a generator that yields only behind what it yields from itself, as far as is known: what it yields is
    /// looked for behind loops over what is not known.
    fn awaits_itself(&self) -> bool {
        let has_unknown = || self.typed.calls.values().any(|call| call.result.is_none());
        self.typed.hir.is_generator && self.typed.yielded.is_none() && has_unknown()
    }

    /// Refuses inner functions that share a variable to which the function around them never stores.
    fn check_cells(&self) -> Result<(), Refusal> {
        match self.open_cell() {
            Some((name, location)) => {
                let what = format!("'{name}' gets no value in the function around, so that its type");
                Err(self.refuse(Reason::NotConstant(what), location))
            }
            None => Ok(()),
        }
    }

    /// A variable that inner functions share of whose type nothing is known, and where it is made.
    fn open_cell(&self) -> Option<(&str, hir::Location)> {
        self.typed.hir.insts.iter().find_map(|data| {
            let fact = data.result.and_then(|result| self.typed.facts[result.index()].as_ref());
            match (&data.op, fact) {
                (Op::NewCell(name), Some(Fact { ty: Type::Cell(content), .. })) if **content == Type::Never => {
                    Some((&**name, data.location))
                }
                _ => None,
            }
        })
    }

    fn seed(&mut self, parameters: &[Fact]) {
        let function = self.typed.hir.clone();
        for (&value, fact) in function.blocks[0].params.iter().zip(parameters) {
            let forced = function.values[value.index()].variable.as_ref().and_then(|name| self.env.forced_type(name));
            self.typed.facts[value.index()] = Some(forced.map_or_else(|| fact.clone(), Fact::of));
        }
        self.typed.is_reached[0] = true;
    }

    /// Spells out what containers hold.
    fn finish(mut self) -> Result<Typed, Refusal> {
        if let Some((reason, location)) = global_containers::misuse(&self.typed) {
            return Err(self.refuse(reason, location));
        }
        if self.unknowns.is_empty() {
            return Ok(self.typed);
        }
        if let Some(location) = self.unknowns.unresolved() {
            return Err(self.refuse(Reason::UnknownItems, location));
        }
        for fact in self.typed.facts.iter_mut().flatten() {
            fact.ty = self.unknowns.spell_out(&fact.ty);
        }
        for construction in self.typed.constructions.values_mut() {
            construction.types.iter_mut().for_each(|ty| *ty = self.unknowns.spell_out(ty));
        }
        for ty in [&mut self.typed.result, &mut self.typed.yielded].into_iter().flatten() {
            *ty = self.unknowns.spell_out(ty);
        }
        Ok(self.typed)
    }

    pub(super) fn sweep(&mut self) -> Result<(), Refusal> {
        let function = self.typed.hir.clone();
        for (index, block) in function.blocks.iter().enumerate() {
            if !self.typed.is_reached[index] {
                continue;
            }
            let mut has_end = true;
            let mut can_raise = matches!(block.terminator, Terminator::Raise(_) | Terminator::Reraise(_));
            for &inst in &block.insts {
                self.visit(&function, inst)?;
                can_raise |= raising::can_raise(&self.typed, inst);
                if self.typed.is_last(inst) {
                    has_end = false;
                    break;
                }
            }
            if has_end {
                self.leave(&block.terminator).map_err(|reason| self.refuse(reason, block.location))?;
            }
            if let Some(handler) = block.handler.as_ref().filter(|_| can_raise) {
                self.pass(handler).map_err(|reason| self.refuse(reason, block.location))?;
            }
        }
        Ok(())
    }

    fn visit(&mut self, function: &Function, inst: Inst) -> Result<(), Refusal> {
        let data = &function.insts[inst.index()];
        if data.args.iter().any(|arg| self.typed.facts[arg.index()].is_none()) {
            return Ok(());
        }
        let fact = match self.rule(inst, data) {
            Ok(fact) => fact,
            Err(Failure::Reason(_)) if self.check_absent(inst) || self.spell_out_members(inst) => {
                self.has_changed = true;
                return Ok(());
            }
            Err(Failure::Reason(reason)) => return Err(self.refuse(reason, data.location)),
            Err(Failure::InCallee(refusal)) if self.widen_shared(&refusal.reason) => return Ok(()),
            Err(Failure::InCallee(mut refusal)) => {
                refusal.called_from.push((function.name.clone(), function.filename.clone(), data.location.line));
                return Err(*refusal);
            }
        };
        if let (Some(result), Some(fact)) = (data.result, fact) {
            if !matches!(data.op, Op::Constant(_)) && has_too_many_parts(&fact.ty) {
                return Err(self.refuse(too_many_parts(), data.location));
            }
            let forced = function.values[result.index()].variable.as_ref().and_then(|name| self.env.forced_type(name));
            let fact = match forced {
                Some(ty) if fact.ty.is_number() && ty != fact.ty => Fact::of(ty),
                _ => fact,
            };
            self.set(result, fact);
        }
        Ok(())
    }

    pub(super) fn set(&mut self, value: Value, fact: Fact) {
        let slot = &mut self.typed.facts[value.index()];
        if slot.as_ref() != Some(&fact) {
            *slot = Some(fact);
            self.has_changed = true;
        }
    }

    fn leave(&mut self, terminator: &Terminator) -> Result<(), Reason> {
        match terminator {
            Terminator::Jump(target) => self.pass(target),
            Terminator::Branch(condition, on_true, on_false) => {
                let truth = match &self.typed.facts[condition.index()] {
                    Some(fact) => fact.as_bool(),
                    None if self.takes_all_branches => None,
                    None => return Ok(()),
                };
                if truth != Some(false) {
                    self.pass(on_true)?;
                }
                if truth != Some(true) {
                    self.pass(on_false)?;
                }
                Ok(())
            }
            Terminator::Return(value) => {
                let known = self.typed.result.clone();
                let joined = self.given(*value, known, "return value")?;
                self.has_changed |= joined != self.typed.result;
                self.typed.result = joined;
                Ok(())
            }
            Terminator::Yield(value, resumed) => {
                let known = self.typed.yielded.clone();
                let joined = self.given(*value, known, "yielded value")?;
                self.has_changed |= joined != self.typed.yielded;
                self.typed.yielded = joined;
                self.pass(resumed)
            }
            Terminator::Raise(value) | Terminator::Reraise(value) => {
                match self.typed.facts[value.index()].as_ref().map(|fact| &fact.ty) {
                    Some(ty) if is_exception(ty) || is_exception_class(ty) => Ok(()),
                    None => Ok(()),
                    Some(other) => Err(Reason::NoOperation {
                        operation: "raise".to_owned(),
                        types: vec![other.to_string()],
                        advice: "raise an exception such as ValueError(\"message\")".to_owned(),
                    }),
                }
            }
        }
    }

    /// The type of all that the function gives in one way, with one more value.
    fn given(&mut self, value: Value, known: Option<Type>, what: &str) -> Result<Option<Type>, Reason> {
        let Some(fact) = &self.typed.facts[value.index()] else { return Ok(known) };
        let given = fact.ty.clone();
        let Some(known) = known else { return Ok(Some(given)) };
        let joined = self.unknowns.unify(&known, &given).ok_or_else(|| Reason::NoCommonType {
            variable: Some(what.into()),
            types: vec![known.to_string(), given.to_string()],
        })?;
        Ok(Some(joined))
    }

    fn pass(&mut self, target: &BlockCall) -> Result<(), Reason> {
        self.reach(target.block);
        let function = self.typed.hir.clone();
        let params = &function.blocks[target.block.index()].params;
        for (&param, arg) in params.iter().zip(&target.args) {
            let Some(passed) = self.typed.facts[arg.index()].clone() else { continue };
            let joined = match &self.typed.facts[param.index()] {
                None => passed,
                Some(known) if *known == passed => continue,
                Some(known) => {
                    let variable = function.values[param.index()].variable.clone();
                    let ty = self.unknowns.unify(&known.ty, &passed.ty).ok_or_else(|| Reason::NoCommonType {
                        variable,
                        types: vec![known.ty.to_string(), passed.ty.to_string()],
                    })?;
                    Fact::of(ty)
                }
            };
            self.set(param, joined);
        }
        Ok(())
    }

    fn reach(&mut self, block: Block) {
        if !self.typed.is_reached[block.index()] {
            self.typed.is_reached[block.index()] = true;
            self.has_changed = true;
        }
    }

    /// A refusal at a place in this function.
    pub(super) fn refuse(&self, reason: Reason, location: hir::Location) -> Refusal {
        Refusal {
            reason,
            function: self.typed.hir.name.clone(),
            filename: self.typed.hir.filename.clone(),
            location,
            called_from: Vec::new(),
        }
    }

    /// The fact of what a name stands for; the global is kept for lowering.
    pub(super) fn global_fact(&mut self, inst: Inst, name: &str, global: Option<Global>) -> Result<Fact, Reason> {
        let global = global.ok_or_else(|| Reason::UndefinedName(name.into()))?;
        let fact = global_type(&global)
            .map_err(|type_name| Reason::GlobalType { name: name.into(), type_name: type_name.into() })?;
        self.typed.globals.insert(inst, global);
        Ok(fact)
    }
}

/// What is known of a global's value; the name of its Python type if compiled code has no form for it.
pub fn global_type(global: &Global) -> Result<Fact, String> {
    Ok(match global {
        Global::Constant(constant) => constant_fact(constant).ok_or_else(|| "int of more than 64 bits".to_owned())?,
        Global::Scalar(dtype, _) => Fact::of(Type::Scalar(*dtype)),
        Global::Module(name) => Fact::of(Type::Module(name.clone())),
        Global::Library(name) => Fact::of(Type::Library(name.clone())),
        Global::Function(key) => Fact::of(Type::Function(*key)),
        Global::ContextFunction(key) => Fact::of(context_function(Type::Function(*key))),
        Global::ExceptionClass(name) => Fact::of(Type::ExceptionClass(name.clone())),
        Global::DType(dtype) => Fact::of(Type::DTypeClass(*dtype)),
        Global::TypeObject(ty) => Fact::of(Type::TypeObject(ty.clone().into())),
        Global::Random(_) => Fact::of(Type::Random),
        Global::Foreign(function) => Fact::of(Type::Foreign(function.clone())),
        Global::Array(array) => Fact::of(Type::Array(array.ty)),
        Global::Container(container) => Fact::of(container.ty.clone()),
        Global::Tuple(items) => {
            let facts: Result<Vec<Fact>, String> = items.iter().map(global_type).collect();
            Fact::of(Type::tuple(facts?.into_iter().map(|fact| fact.ty).collect::<Vec<_>>()))
        }
        Global::Named(class, items) => {
            let facts: Result<Vec<Fact>, String> = items.iter().map(global_type).collect();
            let items = facts?.into_iter().map(|fact| fact.ty).collect::<Vec<_>>();
            Fact::of(Type::Tuple(TupleType { items: items.into(), class: Some(class.clone()) }))
        }
        Global::Closure(ty, _) => Fact::of(Type::Closure(ty.clone())),
        Global::Partial(parts) => functions::partial_of_globals(&parts.0, &parts.1, &parts.2)?,
        Global::Member(class, number) => member_fact(class, *number),
        Global::Class(class) => Fact::of(Type::Class(class.clone())),
        // What it makes is typed where it is made.
        Global::Factory(_) => Fact::of(Type::None),
        Global::StaticMethod(key) => Fact::of(Type::Function(*key)),
        Global::Property(_) => return Err("property".to_owned()),
        Global::ClassMethod(_) => return Err("classmethod".to_owned()),
        Global::Other(type_name) => return Err(type_name.to_string()),
    })
}

/// Why a rule has no answer.
pub(super) enum Failure {
    /// A reason at this instruction.
    Reason(Reason),
    /// A refusal further down, in a function that this instruction calls.
    InCallee(Box<Refusal>),
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Failure {
        Failure::Reason(reason)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        Failure::InCallee(Box::new(refusal))
    }
}
