//! The classes of `collections`: what a call of one makes, and what they do otherwise than dicts.
//!
//! A call without items makes a container whose parts are inferred as those of a display. One with items is a function
//! of the library, which makes an empty one and fills it.
//!
//! The factory of a `defaultdict` is part of its type: a class or function that is known when compiling.

use std::sync::Arc;

use super::container_rules::runtime_type;
use super::containers::Unknowns;
use super::fact::Fact;
use super::infer::{Environment, Failure, Inference};
use super::rules::{Named, no_operation, operand};
use super::types::{FunctionKey, Type};
use crate::hir::{Function, Inst, InstData, Location, Op, Terminator, UnaryOp};
use crate::library::{self, Operand};
use crate::refusal::Reason;

/// Of a dict: the type of its keys, that of its values, and its class.
pub type Entries = (Type, Type, DictKind);

/// The class of a dict.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum DictKind {
    /// `dict`
    Plain,
    /// `collections.Counter`
    Counter,
    /// `collections.OrderedDict`
    Ordered,
    /// `collections.defaultdict`, by the type of its factory, which has no value when it runs.
    Default(Type),
}

impl DictKind {
    /// The name of the class.
    pub fn class_name(&self) -> &'static str {
        match self {
            DictKind::Plain => "dict",
            DictKind::Counter => "Counter",
            DictKind::Ordered => "OrderedDict",
            DictKind::Default(_) => "defaultdict",
        }
    }
}

/// What of a dict's entries is meant.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum DictPart {
    /// `d.keys()`, and `d` itself.
    Keys,
    /// `d.values()`
    Values,
    /// `d.items()`
    Items,
}

/// What is said of a factory that is not known when compiling.
const FACTORY: &str =
    "the factory is a class such as int or list, a jitted function, or a function that captures nothing";

/// Marks a factory that makes an empty container and does nothing else.
const EMPTY: &str = "empty container";

/// True for the classes of `collections` that are made here.
pub(super) fn is_collection(name: &str) -> bool {
    matches!(name, "collections.deque" | "collections.Counter" | "collections.OrderedDict" | "collections.defaultdict")
}

impl Inference<'_> {
    /// A call of a class of `collections`.
    pub(super) fn make_collection(
        &mut self,
        inst: Inst,
        name: &str,
        mut positional: Vec<Operand>,
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let location = self.typed.hir.insts[inst.index()].location;
        let kind = match name {
            "collections.deque" => return self.make_deque(inst, location, positional, named),
            "collections.Counter" => DictKind::Counter,
            "collections.OrderedDict" => DictKind::Ordered,
            _ => {
                let factory = if positional.is_empty() { Type::None } else { positional.remove(0).fact.ty };
                DictKind::Default(self.factory(factory)?)
            }
        };
        let mut part = |number| self.unknowns.of_display(inst, number, location);
        let (key, value) = (part(0), part(1));
        match &kind {
            DictKind::Counter => self.put(&value, &Type::Int, "Counter()", &Type::None)?,
            DictKind::Default(factory) => {
                if let Some(made) = self.made_by(inst, location, factory)? {
                    self.put(&value, &made, "defaultdict()", &Type::None)?;
                }
            }
            DictKind::Plain | DictKind::Ordered => {}
        }
        let made = Type::Dict(Arc::new((key, value, kind.clone())));
        if positional.is_empty() && named.is_empty() {
            self.typed.calls.remove(&inst);
            return Ok(Some(Fact::of(made)));
        }
        let name = format!("{name}.__new__");
        if let DictKind::Default(factory) = &kind {
            let source = super::infer::Argument::Rest(Vec::new());
            positional.insert(0, Operand { fact: Fact::of(factory.clone()), source });
        }
        let filled = self.call_library(inst, &name, positional, named)?;
        Ok(Some(self.known_to_be(made, filled)))
    }

    fn make_deque(
        &mut self,
        inst: Inst,
        location: Location,
        positional: Vec<Operand>,
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let by_name = |wanted: &str| named.iter().find(|(name, _)| &**name == wanted).map(|(_, operand)| operand);
        let iterable = positional.first().or_else(|| by_name("iterable"));
        let limit = positional.get(1).or_else(|| by_name("maxlen")).map(|limit| &limit.fact.ty);
        let is_limit = |ty: &Type| match ty {
            Type::None => true,
            Type::Optional(inner) => inner.dtype().is_some_and(|dtype| dtype.is_integer()),
            ty => super::index::is_index(ty) || *ty == Type::Bool,
        };
        if let Some(limit) = limit.filter(|limit| !is_limit(limit)) {
            return Err(no_operation("deque(maxlen=...)", &[limit], "maxlen is an integer or None").into());
        }
        let item = self.unknowns.of_display(inst, 0, location);
        let made = Fact::of(Type::Deque(Arc::new(item.clone())));
        match iterable.map(|iterable| &iterable.fact.ty) {
            None => {}
            Some(ty) if ty.as_tuple().is_some_and(<[Type]>::is_empty) => {}
            Some(ty) => {
                match ty {
                    // What an empty list or deque will hold, the deque will.
                    Type::List(own) | Type::Deque(own) => {
                        let own = (**own).clone();
                        self.unknowns.join(&item, &own);
                    }
                    ty => {
                        if let Some(own) = self.items_of(&ty.clone())? {
                            self.put(&item, &own, "deque()", &made.ty)?;
                        }
                    }
                }
                let filled = self.call_library(inst, "collections.deque.__new__", positional, named)?;
                return Ok(Some(self.known_to_be(made.ty, filled)));
            }
        }
        self.typed.calls.remove(&inst);
        Ok(Some(made))
    }

    /// What a call makes, as far as it is known: its unknowns are what the function of the library answers.
    fn known_to_be(&mut self, made: Type, filled: Option<Fact>) -> Fact {
        match filled {
            Some(fact) => {
                self.unknowns.join(&made, &fact.ty);
                fact
            }
            None => Fact::of(made),
        }
    }

    /// The type of a factory, which has no value when it runs.
    fn factory(&mut self, ty: Type) -> Result<Type, Reason> {
        let is_known = match &ty {
            Type::None | Type::Function(_) => true,
            Type::Method(method) => &*method.1 == EMPTY,
            Type::Library(name) => class_made(name).is_some() || is_collection(name),
            Type::Closure(closure) => closure.captures.is_empty(),
            _ => false,
        };
        if let Type::Closure(closure) = &ty
            && self.env.empty_container(closure.key).is_some()
        {
            return Ok(Type::Method(Arc::new((ty, EMPTY.into()))));
        }
        if is_known { Ok(ty) } else { Err(no_operation("defaultdict()", &[&ty], FACTORY)) }
    }

    /// What a factory makes, with unknowns of this call where it makes a container; `None` while that is not known, or
    /// where there is none.
    fn made_by(&mut self, inst: Inst, location: Location, factory: &Type) -> Result<Option<Type>, Failure> {
        let mut next = 1;
        let mut part = |inference: &mut Self| {
            next += 1;
            inference.unknowns.of_display(inst, next, location)
        };
        Ok(match factory {
            Type::Library(name) => Some(match &**name {
                "builtins.list" => Type::list(part(self)),
                "builtins.set" => Type::Set(Arc::new(part(self))),
                "collections.deque" => Type::Deque(Arc::new(part(self))),
                "collections.Counter" => {
                    let key = part(self);
                    Type::Dict(Arc::new((key, Type::Int, DictKind::Counter)))
                }
                "builtins.dict" => Type::dict(part(self), part(self)),
                "collections.OrderedDict" => Type::Dict(Arc::new((part(self), part(self), DictKind::Ordered))),
                "collections.defaultdict" => {
                    Type::Dict(Arc::new((part(self), part(self), DictKind::Default(Type::None))))
                }
                name => match class_made(name) {
                    Some(made) => made,
                    None => return Ok(None),
                },
            }),
            Type::Function(key) => self.result_of(*key)?,
            Type::Closure(closure) => self.result_of(closure.key)?,
            Type::Method(method) => {
                let Type::Closure(closure) = &method.0 else { return Ok(None) };
                let Some(made) = self.env.empty_container(closure.key) else { return Ok(None) };
                let mut numbers = rustc_hash::FxHashMap::default();
                Some(renumbered(&made, &mut |number| numbers.entry(number).or_insert_with(|| part(self)).clone()))
            }
            _ => None,
        })
    }

    fn result_of(&mut self, key: FunctionKey) -> Result<Option<Type>, Failure> {
        let parameters = self.env.parameters(key)?;
        let bound = super::binding::bind(&parameters, Vec::new(), Vec::new())?;
        let types: Vec<Type> = bound.iter().map(|operand| operand.fact.ty.clone()).collect();
        let made = self.env.specialize(key, &types)?.1.filter(|ty| *ty != Type::Never);
        Ok(made.map(|ty| runtime_type(&ty)))
    }

    /// `a[key]` of a `Counter` or `defaultdict`: a missing key is no error, and reading tells what keys there are.
    pub(super) fn counted_item(
        &mut self,
        inst: Inst,
        data: &InstData,
        a: &Fact,
        index: &Fact,
    ) -> Result<Option<Fact>, Failure> {
        let Type::Dict(entry) = &a.ty else { return Ok(None) };
        self.put(&entry.0, &index.ty, "indexing a dict", &a.ty)?;
        self.check_key(&entry.0)?;
        let known = self.known(&entry.1);
        if entry.2 == DictKind::Counter {
            return match known {
                Some(Fact { ty, .. }) if !ty.is_number() => {
                    Err(no_operation("indexing", &[&a.ty], "a Counter counts with numbers").into())
                }
                known => Ok(known),
            };
        }
        let operands = vec![operand(a, data, 0), operand(index, data, 1)];
        let called = self.call_library(inst, "defaultdict.__missing__", operands, Vec::new())?;
        Ok(called.or(known))
    }

    /// `-a` and `+a` of a `Counter`; `None` of anything else.
    pub(super) fn counter_unary(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: UnaryOp,
        a: &Fact,
    ) -> Result<Option<Option<Fact>>, Failure> {
        let name = match (&a.ty, op) {
            (Type::Dict(entry), UnaryOp::Neg) if entry.2 == DictKind::Counter => "Counter.__neg__",
            (Type::Dict(entry), UnaryOp::Pos) if entry.2 == DictKind::Counter => "Counter.__pos__",
            _ => return Ok(None),
        };
        self.call_library(inst, name, vec![operand(a, data, 0)], Vec::new()).map(Some)
    }

    /// The full name of a method: that of the class's own, or else of `dict` where it derives from that.
    pub(super) fn method_name(&mut self, ty: &Type, name: &str) -> String {
        let (own, inherited) = (format!("{}.{name}", library::class_name(ty)), library::method_name(ty, name));
        // To ask may import the library, which a function of arrays does without.
        if own == inherited || self.env.library_function(&own).is_some() { own } else { inherited }
    }
}

/// The factory of a `defaultdict` as the program knows it.
pub fn plain_factory(factory: &Type) -> &Type {
    match factory {
        Type::Method(method) => &method.0,
        factory => factory,
    }
}

/// True for factories whose value the types say: classes, and functions that make an empty container.
pub fn makes_known_value(factory: &Type) -> bool {
    matches!(factory, Type::Library(_) | Type::Method(_))
}

/// What a function without parameters makes, if that is an empty container and it does nothing else: see
/// `Environment::empty_container`.
pub fn empty_container(function: Arc<Function>, env: &mut dyn Environment) -> Option<Type> {
    let [block] = &function.blocks[..] else { return None };
    let Terminator::Return(value) = block.terminator else { return None };
    if !block.params.is_empty() {
        return None;
    }
    let made = block.insts.last().map(|inst| function.insts[inst.index()].clone())?;
    let is_call = |op: &Op| matches!(op, Op::Call { .. });
    let is_display = made.args.is_empty() && matches!(made.op, Op::BuildList | Op::BuildSet | Op::BuildDict);
    let others = block.insts.iter().filter(|inst| is_call(&function.insts[inst.index()].op)).count();
    if made.result != Some(value) || others > 1 || !is_display && !is_call(&made.op) {
        return None;
    }
    let mut inference = Inference::new(function, &[], env, Unknowns::default());
    inference.sweep().ok()?;
    let fact = inference.typed.facts[value.index()].clone()?;
    let made = inference.unknowns.spell_out(&fact.ty);
    let is_empty = is_display || inference.typed.calls.is_empty() && made.is_container();
    (is_empty && made.has_unknown()).then_some(made)
}

/// What a class makes of nothing.
fn class_made(name: &str) -> Option<Type> {
    Some(match name {
        "builtins.int" => Type::Int,
        "builtins.float" => Type::Float,
        "builtins.complex" => Type::Complex,
        "builtins.bool" => Type::Bool,
        "builtins.str" => Type::String,
        "builtins.bytes" => Type::Bytes,
        "builtins.tuple" => Type::tuple(Vec::new()),
        "builtins.list" | "builtins.set" | "builtins.dict" => Type::None,
        _ => return None,
    })
}

/// The type of a container with other unknowns.
fn renumbered(ty: &Type, part: &mut dyn FnMut(u32) -> Type) -> Type {
    match ty {
        Type::Unknown(number) => part(*number),
        Type::List(item) => Type::list(renumbered(item, part)),
        Type::Set(key) => Type::Set(Arc::new(renumbered(key, part))),
        Type::Deque(item) => Type::Deque(Arc::new(renumbered(item, part))),
        Type::Dict(entry) => {
            let (key, value) = (renumbered(&entry.0, part), renumbered(&entry.1, part));
            Type::Dict(Arc::new((key, value, entry.2.clone())))
        }
        other => other.clone(),
    }
}

/// True for dicts in which a missing key is no error.
pub(crate) fn has_defaults(ty: &Type) -> bool {
    matches!(ty, Type::Dict(entry) if match &entry.2 {
        DictKind::Counter => true,
        DictKind::Default(factory) => *factory != Type::None,
        DictKind::Plain | DictKind::Ordered => false,
    })
}
