//! The compiler's memory: which functions are known, which specializations were made, and how one is made.
//!
//! ```text
//! (function, argument types) -> hir -> types -> lir -> units, ready for a tier
//! ```
//!
//! Typing a function types the functions it calls. A call back into a function that is being typed further up takes
//! what is known of its result so far; when the outermost function of such a cycle is done and its result has grown,
//! the whole cycle is typed again, until results are stable.

mod view;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use view::{View, parameters};

use crate::bytecode::Code;
use crate::dump::{self, Stage};
use crate::hir;
use crate::host::{FunctionSource, Host};
use crate::lir::{self, FunctionId, Unit};
use crate::lower::{Callee, abi, lower_function, lower_making, lower_resuming};
use crate::passes::{PassConfig, Tier, inline_calls, is_inlinable, optimize};
use crate::refusal::{Reason, Refusal};
use crate::typing::{Fact, FunctionKey, GeneratorType, Parameters, Type, Typed, empty_container, infer, learn};

/// A function compiled for argument types.
#[derive(Clone, Debug)]
pub struct Specialization {
    /// Its id; names its entry cell.
    pub id: FunctionId,
    /// The Python function, or an inner one.
    pub key: FunctionKey,
    /// The Python function that it is, or is inside of.
    pub owner: FunctionKey,
    /// `co_name`
    pub name: Arc<str>,
    /// Types of all parameters, in order.
    pub arguments: Vec<Type>,
    /// Type of the result.
    pub result: Type,
    /// Its code; the passes of tier 1 have run.
    pub unit: Arc<Unit>,
    /// The types of its variables, for `inspect_types`: line, variable, type.
    pub variables: Vec<(u32, String, Type)>,
    /// Calls that are part of its code: line, what was called.
    pub inlined: Vec<(u32, FunctionId)>,
}

impl Specialization {
    /// The type of the generators that it runs, if it is that part of a generator function.
    pub fn resumes(&self) -> Option<&Arc<GeneratorType>> {
        match &self.arguments[..] {
            [Type::Generator(generator)] if self.key == resuming(generator.key) => Some(generator),
            _ => None,
        }
    }
}

/// What is known of a Python function.
struct Known {
    source: Arc<FunctionSource>,
    hir: Arc<hir::Function>,
    parameters: Arc<Parameters>,
}

/// Whose inner function a key names.
#[derive(Clone)]
struct Inner {
    /// The function around it, and its number there.
    outer: FunctionKey,
    /// That function as hir, with loops written out or not: it numbers its inner functions.
    hir: Arc<hir::Function>,
    function: Arc<hir::InnerFunction>,
}

type SpecializationKey = (FunctionKey, Vec<Type>);

/// The bit that a generator function's key has as the key of the function that resumes its generators. That one is
/// specialized for the type of the generator.
const RESUMING: u64 = 1 << 62;

fn resuming(key: FunctionKey) -> FunctionKey {
    FunctionKey(key.0 | RESUMING)
}

fn generator_function(key: FunctionKey) -> FunctionKey {
    FunctionKey(key.0 & !RESUMING)
}

/// What has been compiled so far.
#[derive(Default)]
pub struct Session {
    functions: FxHashMap<FunctionKey, Known>,
    inner: FxHashMap<FunctionKey, Inner>,
    specializations: FxHashMap<SpecializationKey, FunctionId>,
    results: FxHashMap<FunctionId, Type>,
    /// The specializations that go with a function: its own, and those of others for it as an argument.
    dependents: FxHashMap<FunctionKey, Vec<SpecializationKey>>,
    /// Specializations that may come to call themselves.
    recursive: FxHashSet<FunctionId>,
    /// Bodies small enough to replace their calls.
    inlinable: FxHashMap<FunctionId, lir::Function>,
    next_id: u32,
}

impl Session {
    /// An empty session.
    pub fn new() -> Session {
        Session::default()
    }

    /// Compiles a function for these argument types, and whatever it calls that has not been compiled yet.
    /// The requested specialization comes first; every one returned must be published before any is called.
    ///
    /// # Errors
    /// The first construct or type that does not compile; the session is as before.
    pub fn compile(
        &mut self,
        host: &mut dyn Host,
        key: FunctionKey,
        arguments: &[Type],
    ) -> Result<Vec<Specialization>, Refusal> {
        let mut driver = Driver { session: self, host, pending: Vec::new(), stack: Vec::new(), learning: Vec::new() };
        driver.specialize(key, arguments)?;
        let pending = std::mem::take(&mut driver.pending);
        let mut made = driver.lower_all(pending)?;
        if let Some(position) = made.iter().position(|one| one.key == key && one.arguments == arguments) {
            made.swap(0, position);
        }
        for one in &made {
            let specialization = (one.key, one.arguments.clone());
            for key in keys_of(&specialization) {
                self.dependents.entry(key).or_default().push(specialization.clone());
            }
            self.specializations.insert(specialization, one.id);
            self.results.insert(one.id, one.result.clone());
        }
        Ok(made)
    }

    /// The type that a call gives. Nothing is compiled.
    ///
    /// # Errors
    /// As for `compile`.
    pub fn result_type(&mut self, host: &mut dyn Host, key: FunctionKey, arguments: &[Type]) -> Result<Type, Refusal> {
        let mut driver = Driver { session: self, host, pending: Vec::new(), stack: Vec::new(), learning: Vec::new() };
        let (_, result) = driver.specialize(key, arguments)?;
        Ok(result.unwrap_or(Type::Never))
    }

    /// The code of an inner function.
    pub fn inner_code(&self, key: FunctionKey) -> Option<&Arc<Code>> {
        self.inner.get(&key).map(|inner| &inner.function.code)
    }

    /// The key of an inner function, and which defaults it has.
    fn inner_function(
        &mut self,
        outer: FunctionKey,
        hir: &Arc<hir::Function>,
        number: u32,
    ) -> (FunctionKey, hir::Defaults) {
        let function = hir.inner[number as usize].clone();
        let is_it = |inner: &Inner| {
            // The copies of a loop that is written out make one function.
            let has_same_siblings = || function.siblings.is_empty() || inner.hir.inner == hir.inner;
            inner.outer == outer
                && (Arc::ptr_eq(&inner.function, &function) || inner.function == function && has_same_siblings())
        };
        if let Some((&key, inner)) = self.inner.iter().find(|(_, inner)| is_it(inner)) {
            return (key, inner.function.defaults);
        }
        let defaults = function.defaults;
        let owner = outer.owner();
        let inside = self.inner.keys().filter(|known| known.owner() == owner).count();
        let key = FunctionKey::inner(owner, inside as u64);
        self.inner.insert(key, Inner { outer, hir: hir.clone(), function });
        (key, defaults)
    }

    /// The id and result of a specialization that was compiled before.
    pub fn find(&self, key: FunctionKey, arguments: &[Type]) -> Option<(FunctionId, &Type)> {
        let id = *self.specializations.get(&(key, arguments.to_vec()))?;
        Some((id, &self.results[&id]))
    }

    /// Forgets a function that is gone, the functions inside of it, and their specializations. Answers those of other
    /// functions for which one of them was an argument: nothing can call them any more, and they are forgotten too.
    pub fn forget(&mut self, key: FunctionKey) -> Vec<(FunctionKey, FunctionId)> {
        let inside = self.inner.keys().copied().filter(|inner| inner.owner() == key);
        let keys: Vec<FunctionKey> = inside.chain([key]).collect();
        let mut forgotten = Vec::new();
        for one in &keys {
            self.functions.remove(one);
            for dependent in self.dependents.remove(one).unwrap_or_default() {
                let owner = dependent.0.owner();
                forgotten.extend(self.forget_specialization(&dependent).map(|id| (owner, id)));
            }
        }
        keys.iter().for_each(|one| drop(self.inner.remove(one)));
        forgotten.retain(|(owner, _)| *owner != key);
        forgotten
    }

    /// Takes back what `compile` has made, because it could not be published.
    pub fn withdraw(&mut self, made: &[Specialization]) {
        for one in made {
            self.forget_specialization(&(one.key, one.arguments.clone()));
        }
    }

    fn forget_specialization(&mut self, specialization: &SpecializationKey) -> Option<FunctionId> {
        let id = self.specializations.remove(specialization)?;
        self.results.remove(&id);
        self.inlinable.remove(&id);
        self.recursive.remove(&id);
        for key in keys_of(specialization) {
            let Some(dependents) = self.dependents.get_mut(&key) else { continue };
            dependents.retain(|known| known != specialization);
            if dependents.is_empty() {
                self.dependents.remove(&key);
            }
        }
        Some(id)
    }

    /// How many functions and specializations are known.
    pub fn known_counts(&self) -> (usize, usize) {
        (self.functions.len(), self.specializations.len())
    }
}

/// The functions without which a specialization is of no use.
fn keys_of((owner, arguments): &SpecializationKey) -> Vec<FunctionKey> {
    let mut keys = vec![generator_function(*owner)];
    arguments.iter().for_each(|ty| ty.for_each_function(&mut |key| keys.push(key)));
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// A specialization that has been typed and waits to be lowered.
struct Pending {
    id: FunctionId,
    key: FunctionKey,
    arguments: Vec<Type>,
    typed: Typed,
    result: Type,
    part: Part,
}

/// What of a typed function is a specialization.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it.
    Whole,
    /// Of a generator function: what makes the generator, which the other function runs.
    Making(FunctionId),
    /// Of a generator function: what runs it from one `yield` to the next.
    Resuming,
}

/// A specialization that is being typed.
struct Active {
    id: FunctionId,
    /// The function that runs its code: another one for a generator function.
    running: FunctionId,
    key: FunctionKey,
    arguments: Vec<Type>,
    /// What is known of its result so far.
    result: Option<Type>,
    /// Whether a call took that as its answer.
    was_asked: bool,
}

/// One compilation.
struct Driver<'a> {
    session: &'a mut Session,
    host: &'a mut dyn Host,
    pending: Vec<Pending>,
    stack: Vec<Active>,
    /// Functions that are asked what they put into containers.
    learning: Vec<FunctionKey>,
}

impl Driver<'_> {
    fn known(&mut self, key: FunctionKey) -> Result<&Known, Refusal> {
        if !self.session.functions.contains_key(&key) {
            let (source, hir) = match self.session.inner.get(&key) {
                Some(inner) => {
                    let owner = self.host.function(key.owner());
                    let code = inner.function.code.clone();
                    let (defaults, keyword_defaults) = (Vec::new(), Vec::new());
                    let source = FunctionSource { code, defaults, keyword_defaults, ..(*owner).clone() };
                    (Arc::new(source), hir::build_inner(&inner.function, &[])?)
                }
                None => {
                    let source = self.host.function(key);
                    let hir = hir::build(&source.code, &[])?;
                    (source, hir)
                }
            };
            let hir = Arc::new(hir);
            dump::print(&hir.name, Stage::Hir, || format!("; hir\n{hir}"));
            let parameters = Arc::new(parameters(&source));
            self.session.functions.insert(key, Known { source, hir, parameters });
        }
        Ok(&self.session.functions[&key])
    }

    /// The specialization, typed now if it was not; its result is `None` while it is being typed further up.
    fn specialize(&mut self, key: FunctionKey, arguments: &[Type]) -> Result<(FunctionId, Option<Type>), Refusal> {
        if let Some((id, result)) = self.session.find(key, arguments) {
            return Ok((id, Some(result.clone())));
        }
        if let Some(pending) = self.pending.iter().find(|one| one.key == key && one.arguments == arguments) {
            return Ok((pending.id, Some(pending.result.clone())));
        }
        if let Some(position) = self.stack.iter().position(|one| one.key == key && one.arguments == arguments) {
            self.session.recursive.extend(self.stack[position..].iter().map(|one| one.running));
            let active = &mut self.stack[position];
            active.was_asked = true;
            return Ok((active.id, active.result.clone()));
        }
        let id = self.new_id();
        let running = if self.known(key)?.hir.is_generator { self.new_id() } else { id };
        self.stack.push(Active { id, running, key, arguments: arguments.to_vec(), result: None, was_asked: false });
        let typed = self.type_to_fixed_point(key, arguments);
        self.stack.pop();
        let typed = typed?;
        let result = typed.result.clone();
        let is_in_cycle = self.stack.iter().any(|active| active.was_asked);
        match result {
            // Inside a cycle a result is provisional: the caller that closes the cycle types it again.
            Some(result) => {
                let arguments = arguments.to_vec();
                match &result {
                    Type::Generator(_) if running != id => self.push_generator((id, running), key, arguments, typed),
                    _ => {
                        let (part, result) = (Part::Whole, result.clone());
                        self.pending.push(Pending { id, key, arguments, typed, result, part });
                    }
                }
                Ok((id, Some(result)))
            }
            None if is_in_cycle => Ok((id, None)),
            None if always_raises(&typed) => {
                let (arguments, result, part) = (arguments.to_vec(), Type::Never, Part::Whole);
                self.pending.push(Pending { id, key, arguments, typed, result, part });
                Ok((id, Some(Type::Never)))
            }
            None => Err(refusal(&typed.hir, Reason::EndlessRecursion(typed.hir.name.clone()))),
        }
    }

    fn new_id(&mut self) -> FunctionId {
        let id = FunctionId(self.session.next_id);
        self.session.next_id += 1;
        id
    }

    /// Both functions of a generator function: the one that makes generators, and the one that resumes them.
    fn push_generator(
        &mut self,
        (making, running): (FunctionId, FunctionId),
        key: FunctionKey,
        arguments: Vec<Type>,
        typed: Typed,
    ) {
        let Some(generator) = typed.result.clone() else { return };
        let again = typed.clone();
        let (result, part) = (generator.clone(), Part::Making(running));
        self.pending.push(Pending { id: making, key, arguments, typed, result, part });
        let (key, arguments, part) = (resuming(key), vec![generator], Part::Resuming);
        self.pending.push(Pending { id: running, key, arguments, typed: again, result: Type::Bool, part });
    }

    /// The function that resumes generators of a type.
    fn resume(&mut self, generator: &Arc<GeneratorType>) -> Result<FunctionId, Refusal> {
        let (key, arguments) = (resuming(generator.key), [Type::Generator(generator.clone())]);
        let is_active = |one: &Active| one.key == generator.key && one.arguments == generator.arguments;
        if let Some(position) = self.stack.iter().position(is_active) {
            self.session.recursive.extend(self.stack[position..].iter().map(|one| one.running));
            self.stack[position].was_asked = true;
            return Ok(self.stack[position].running);
        }
        let is_typed = self.session.find(key, &arguments).is_some()
            || self.pending.iter().any(|one| one.key == key && one.arguments == arguments);
        if !is_typed {
            self.specialize(generator.key, &generator.arguments)?;
        }
        if let Some((id, _)) = self.session.find(key, &arguments) {
            return Ok(id);
        }
        match self.pending.iter().find(|one| one.key == key && one.arguments == arguments) {
            Some(pending) => Ok(pending.id),
            None => {
                let known = self.known(generator.key)?;
                Err(refusal(&known.hir, Reason::Internal("a generator of another type".to_owned())))
            }
        }
    }

    fn type_to_fixed_point(&mut self, key: FunctionKey, arguments: &[Type]) -> Result<Typed, Refusal> {
        let depth = self.stack.len() - 1;
        if depth > MAX_CALL_DEPTH {
            let known = self.known(key)?;
            return Err(refusal(&known.hir, Reason::TooLarge("calls nest too deeply".to_owned())));
        }
        loop {
            let before = self.pending.len();
            let typed = self.type_once(key, arguments)?;
            let active = &mut self.stack[depth];
            if !active.was_asked || active.result == typed.result {
                return Ok(typed);
            }
            active.result.clone_from(&typed.result);
            // What was typed with the old answer is typed again.
            self.pending.truncate(before);
        }
    }

    fn type_once(&mut self, key: FunctionKey, arguments: &[Type]) -> Result<Typed, Refusal> {
        let known = self.known(key)?;
        let (mut hir, source) = (known.hir.clone(), known.source.clone());
        let facts: Vec<Fact> = arguments.iter().cloned().map(Fact::of).collect();
        let is_generator = hir.is_generator;
        let mut unrolled = Vec::new();
        let mut typed = loop {
            let mut view = View { driver: self, key, source: source.clone(), hir: hir.clone() };
            match infer(hir, &facts, &mut view) {
                Err(Refusal { reason: Reason::Unroll(one), called_from, .. }) if called_from.is_empty() => {
                    unrolled.push(one);
                    hir = Arc::new(self.unrolled(key, &source, &unrolled)?);
                }
                answer => break answer?,
            }
        };
        if is_generator {
            let returned = typed.result.take().unwrap_or(Type::None);
            let item = typed.yielded.clone().or_else(|| always_raises(&typed).then_some(Type::None));
            typed.result = item.map(|item| {
                Type::Generator(Arc::new(GeneratorType { key, arguments: arguments.to_vec(), item, returned }))
            });
        }
        Ok(typed)
    }

    /// The function with these loops written out.
    fn unrolled(
        &mut self,
        key: FunctionKey,
        source: &FunctionSource,
        unrolled: &[hir::Unrolled],
    ) -> Result<hir::Function, Refusal> {
        match self.session.inner.get(&key) {
            Some(inner) => hir::build_inner(&inner.function, unrolled),
            None => hir::build(&source.code, unrolled),
        }
    }

    /// What a function puts into containers: see `Environment::learn`. A function that is asked already says nothing.
    fn learn(&mut self, key: FunctionKey, arguments: &[Type], count: usize) -> Vec<Type> {
        if self.learning.len() > MAX_LEARNING_DEPTH || self.learning.contains(&key) {
            return Vec::new();
        }
        let Ok(known) = self.known(key) else { return Vec::new() };
        let (hir, source) = (known.hir.clone(), known.source.clone());
        let facts: Vec<Fact> = arguments.iter().cloned().map(Fact::of).collect();
        let before = self.pending.len();
        self.learning.push(key);
        let learned = learn(hir.clone(), &facts, count, &mut View { driver: self, key, source, hir });
        self.learning.pop();
        // What it calls is typed again when it is compiled.
        self.pending.truncate(before);
        learned
    }

    /// What a function makes that makes an empty container: see `Environment::empty_container`.
    fn empty_container(&mut self, key: FunctionKey) -> Option<Type> {
        if self.learning.len() > MAX_LEARNING_DEPTH || self.learning.contains(&key) {
            return None;
        }
        let known = self.known(key).ok()?;
        let (hir, source) = (known.hir.clone(), known.source.clone());
        self.learning.push(key);
        let made = empty_container(hir.clone(), &mut View { driver: self, key, source, hir });
        self.learning.pop();
        made
    }

    fn lower_all(&mut self, pending: Vec<Pending>) -> Result<Vec<Specialization>, Refusal> {
        let recursive = &self.session.recursive;
        let callee = |id, result: &Type| (id, Callee { result: result.clone(), is_recursive: recursive.contains(&id) });
        let called = pending.iter().flat_map(|one| {
            let made = one.typed.constructions.values().filter_map(|made| made.post_init.as_ref());
            let called = one.typed.all_calls().chain(made).map(|call| call.id);
            called.chain(one.typed.resumes.values().copied())
        });
        let known = called.filter_map(|id| Some(callee(id, self.session.results.get(&id)?)));
        // A result that a call was typed with may have been provisional, inside a cycle: the settled one counts.
        let callees = known.chain(pending.iter().map(|one| callee(one.id, &one.result))).collect();
        pending.into_iter().map(|one| self.lower(one, &callees)).collect()
    }

    fn lower(&mut self, one: Pending, callees: &FxHashMap<FunctionId, Callee>) -> Result<Specialization, Refusal> {
        let source = self.known(generator_function(one.key))?.source.clone();
        let (options, name) = (source.options.clone(), source.code.name.clone());
        let is_recursive = self.session.recursive.contains(&one.id);
        let shape = abi::Shape { parameters: &one.arguments, result: &one.result, is_recursive };
        let lowered = match one.part {
            Part::Whole => lower_function(&one.typed, one.id, &options, &shape, callees),
            Part::Making(running) => lower_making(&one.typed, (one.id, running), &options, &shape, callees),
            Part::Resuming => lower_resuming(&one.typed, one.id, &options, &shape, callees),
        };
        let mut body = lowered.map_err(|(reason, location)| Refusal { location, ..refusal(&one.typed.hir, reason) })?;
        body.origin = Some(Arc::new(origin(&one)));
        dump::print(&body.name, Stage::Types, || format!("; {}: types\n{}", body.title(), one.typed.text()));
        let inlinable = &self.session.inlinable;
        let inlined = inline_calls(&mut body, &|id| inlinable.get(&id));
        optimize(&mut body, &PassConfig::new(Tier::One))
            .map_err(|error| refusal(&one.typed.hir, Reason::Internal(error.to_string())))?;
        if is_inlinable(&body) {
            self.session.inlinable.insert(one.id, body.clone());
        }
        let mut entry = shape.entry(one.id, &body.name);
        entry.origin.clone_from(&body.origin);
        let variables = variables(&one.typed);
        let unit = Unit { functions: vec![body, entry] };
        dump::print(&unit.body().name, Stage::Lir, || format!("; {}: lir\n{unit}", unit.body().title()));
        Ok(Specialization {
            id: one.id,
            key: one.key,
            owner: one.key.owner(),
            name,
            arguments: one.arguments,
            result: one.result,
            unit: Arc::new(unit),
            variables,
            inlined,
        })
    }
}

/// Functions that call each other for the first time nest so deeply at most.
const MAX_CALL_DEPTH: usize = 100;

/// Functions that are asked what they put into containers ask others; so deep at most.
const MAX_LEARNING_DEPTH: usize = 16;

/// True if no path returns and none waits for the result of a call: each ends in `raise`, in a variable without a
/// value, or never.
fn always_raises(typed: &Typed) -> bool {
    typed.all_calls().all(|call| call.result.is_some())
}

fn refusal(function: &hir::Function, reason: Reason) -> Refusal {
    Refusal {
        reason,
        function: function.name.clone(),
        filename: function.filename.clone(),
        location: hir::Location { line: function.first_line, ..hir::Location::default() },
        called_from: Vec::new(),
    }
}

fn origin(one: &Pending) -> lir::Origin {
    let text: Vec<String> = one.arguments.iter().map(Type::to_string).collect();
    lir::Origin {
        file: one.typed.hir.filename.clone(),
        line: one.typed.hir.first_line,
        signature: format!("({}) -> {}", text.join(", "), one.result),
    }
}

/// The variables of a function with their types, for people.
fn variables(typed: &Typed) -> Vec<(u32, String, Type)> {
    let mut variables = Vec::new();
    for (index, data) in typed.hir.values.iter().enumerate() {
        let (Some(name), Some(fact)) = (&data.variable, &typed.facts[index]) else { continue };
        let line = match data.def {
            hir::ValueDef::Result(inst) => typed.hir.insts[inst.index()].location.line,
            hir::ValueDef::Param(block, _) => typed.hir.blocks[block.index()].location.line,
        };
        let row = (line, name.to_string(), fact.ty.clone());
        if !variables.contains(&row) {
            variables.push(row);
        }
    }
    variables
}
