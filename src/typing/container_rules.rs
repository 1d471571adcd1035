//! The operations that make, read and fill containers.

use std::sync::Arc;

use super::collections::DictPart;
use super::enums::EnumBase;
use super::fact::Fact;
use super::index::is_index;
use super::infer::{Failure, Inference};
use super::iteration::{iterator, iterator_item};
use super::rules::{Named, no_operation, operand};
use super::types::{IteratorType, Type};
use super::unify::one_of;
use crate::hir::{BinaryOp, CompareOp, Inst, InstData, Op};
use crate::library::{self, Operand};
use crate::refusal::Reason;

/// What a function puts into the container that is its first argument.
enum Puts {
    /// The argument at this position, as an item.
    Item(usize),
    /// The items of all arguments from this position on.
    ItemsOf(usize),
    /// The arguments at these positions, as key and value.
    Entry(usize, usize),
    /// The items of the second argument, a dict or an iterable of pairs.
    Entries,
    /// The entries of the second argument, a dict, or its items and how often there are.
    Counts,
}

/// Functions and methods that put something into their first argument.
const PUTTING: &[(&str, Puts)] = &[
    ("list.append", Puts::Item(1)),
    ("list.insert", Puts::Item(2)),
    ("list.extend", Puts::ItemsOf(1)),
    ("deque.append", Puts::Item(1)),
    ("deque.appendleft", Puts::Item(1)),
    ("deque.insert", Puts::Item(2)),
    ("deque.extend", Puts::ItemsOf(1)),
    ("deque.extendleft", Puts::ItemsOf(1)),
    ("upshift.library.intrinsics.deque_append", Puts::Item(1)),
    ("upshift.library.intrinsics.deque_insert", Puts::Item(2)),
    ("Counter.update", Puts::Counts),
    ("Counter.subtract", Puts::Counts),
    ("set.add", Puts::Item(1)),
    ("set.update", Puts::ItemsOf(1)),
    ("set.symmetric_difference_update", Puts::ItemsOf(1)),
    ("dict.setdefault", Puts::Entry(1, 2)),
    ("dict.update", Puts::Entries),
    ("heapq.heappush", Puts::Item(1)),
    ("heapq.heappushpop", Puts::Item(1)),
    ("heapq.heapreplace", Puts::Item(1)),
    ("bisect.insort", Puts::Item(1)),
    ("bisect.insort_left", Puts::Item(1)),
    ("bisect.insort_right", Puts::Item(1)),
];

/// Functions whose results are made of their arguments' types, whatever those hold.
const PASSING_ON: &[&str] = &[
    "builtins.ascii",
    "builtins.enumerate",
    "builtins.format",
    "builtins.len",
    "builtins.print",
    "builtins.repr",
    "builtins.reversed",
    "builtins.str",
    "builtins.zip",
    "deque.clear",
    "deque.copy",
    "deque.pop",
    "deque.popleft",
    "deque.reverse",
    "deque.rotate",
    "dict.clear",
    "dict.copy",
    "dict.items",
    "dict.keys",
    "dict.popitem",
    "dict.values",
    "list.append",
    "list.clear",
    "list.copy",
    "list.insert",
    "list.pop",
    "list.reverse",
    "set.add",
    "set.clear",
    "set.copy",
    "set.pop",
];

const ONE_TYPE: &str = "what a container holds has one type; convert the value, or fill the container with that type";

impl Inference<'_> {
    /// A display.
    pub(super) fn build_container(&mut self, inst: Inst, data: &InstData, facts: &[Fact]) -> Result<Fact, Reason> {
        let mut part = |part| self.unknowns.of_display(inst, part, data.location);
        let name = match facts {
            [] => data.args.first().and_then(|&callee| match &self.typed.facts[callee.index()].as_ref()?.ty {
                Type::Library(name) => Some(name.clone()),
                _ => None,
            }),
            _ => None,
        };
        let (ty, parts) = match (&data.op, name.as_deref()) {
            (Op::BuildSet, _) | (_, Some("builtins.set" | "upshift.typed.Set")) => {
                let key = part(0);
                (Type::Set(Arc::new(key.clone())), vec![key])
            }
            (Op::BuildDict, _) | (_, Some("builtins.dict" | "upshift.typed.Dict")) => {
                let (key, value) = (part(0), part(1));
                (Type::dict(key.clone(), value.clone()), vec![key, value])
            }
            _ => {
                let item = part(0);
                (Type::list(item.clone()), vec![item])
            }
        };
        for (index, fact) in facts.iter().enumerate() {
            self.put(&parts[index % parts.len()], &fact.ty, "a display", &ty)?;
        }
        if !matches!(ty, Type::List(_)) {
            self.check_key(&parts[0])?;
        }
        Ok(Fact::of(ty))
    }

    /// Puts a value where a container holds `part`, or says why not.
    pub(super) fn put(&mut self, part: &Type, ty: &Type, operation: &str, container: &Type) -> Result<(), Reason> {
        if self.unknowns.put(part, &runtime_type(ty)) {
            return Ok(());
        }
        let types = [self.unknowns.spell_out(container), self.unknowns.spell_out(ty)];
        Err(no_operation(operation, &[&types[0], &types[1]], ONE_TYPE))
    }

    /// Keys are numbers, strings, `None` and tuples of them.
    pub(super) fn check_key(&self, key: &Type) -> Result<(), Reason> {
        let key = self.unknowns.spell_out(key);
        if is_hashable(&key) {
            Ok(())
        } else {
            Err(no_operation("a key", &[&key], "keys are numbers, strings, frozen dataclasses and tuples of these"))
        }
    }

    /// `a[b]` of a list or dict; `None` if what it gives is not known yet.
    pub(super) fn container_item(&mut self, a: &Fact, index: &Fact) -> Result<Option<Fact>, Reason> {
        match &a.ty {
            Type::List(_) if matches!(index.ty, Type::Slice(_)) => Ok(Some(Fact::of(a.ty.clone()))),
            Type::List(item) | Type::Deque(item) if is_index(&index.ty) || index.ty == Type::Bool => {
                Ok(self.known(item))
            }
            Type::Deque(_) => Err(no_operation("indexing a deque", &[&index.ty], "index deques with integers")),
            Type::List(_) => Err(no_operation("indexing a list", &[&index.ty], "index lists with integers and slices")),
            Type::Dict(entry) => {
                if !self.unknowns.resolve(&entry.0).has_unknown() {
                    self.put(&entry.0, &index.ty, "indexing a dict", &a.ty)?;
                }
                Ok(self.known(&entry.1))
            }
            other => Err(no_operation("indexing", &[other], "index tuples, lists, dicts and arrays")),
        }
    }

    pub(super) fn known(&self, part: &Type) -> Option<Fact> {
        match self.unknowns.resolve(part) {
            Type::Unknown(_) => None,
            ty => Some(Fact::of(ty)),
        }
    }

    /// `a[b] = c` of a list or dict.
    pub(super) fn set_container_item(&mut self, a: &Type, index: &Type, value: &Type) -> Result<(), Reason> {
        match a {
            Type::List(item) if matches!(index, Type::Slice(_)) => {
                let items = self.items_of(value)?;
                match items {
                    Some(ty) => self.put(item, &ty, "assigning to a slice", a),
                    None => Ok(()),
                }
            }
            Type::List(item) | Type::Deque(item) if is_index(index) || *index == Type::Bool => {
                self.put(item, value, "item assignment", a)
            }
            Type::Dict(entry) => {
                self.put(&entry.0, index, "item assignment", a)?;
                self.check_key(&entry.0)?;
                self.put(&entry.1, value, "item assignment", a)
            }
            _ => Err(no_operation("item assignment", &[a, index], "index lists with integers and slices")),
        }
    }

    /// `del a[b]`
    pub(super) fn delete_container_item(&mut self, a: &Type, index: &Type) -> Result<(), Reason> {
        match a {
            Type::List(_) if matches!(index, Type::Slice(_)) => Ok(()),
            Type::List(_) | Type::Deque(_) if is_index(index) || *index == Type::Bool => Ok(()),
            Type::Dict(entry) => self.put(&entry.0, index, "del of an item", a),
            _ => Err(no_operation("del a[i]", &[a, index], "delete items of lists and dicts")),
        }
    }

    /// An operator on lists; `None` if the operands are of other types.
    pub(super) fn container_operator(
        &mut self,
        op: BinaryOp,
        is_inplace: bool,
        a: &Fact,
        b: &Fact,
    ) -> Result<Option<Fact>, Reason> {
        let is_count = |ty: &Type| is_index(ty) || *ty == Type::Bool;
        match (op, &a.ty, &b.ty) {
            (BinaryOp::Add, Type::List(item), _) if is_inplace => {
                if let Some(ty) = self.items_of(&b.ty)? {
                    self.put(item, &ty, "operator +=", &a.ty)?;
                }
                // The items of anything but such a list are appended one by one, by a function of the library.
                let is_same = self.unknowns.spell_out(&a.ty) == self.unknowns.spell_out(&b.ty);
                Ok(Some(a.clone()).filter(|_| is_same))
            }
            (BinaryOp::Add, Type::Deque(item), _) if is_inplace => {
                if let Some(ty) = self.items_of(&b.ty)? {
                    self.put(item, &ty, "operator +=", &a.ty)?;
                }
                Ok(None)
            }
            (BinaryOp::Add, Type::List(_), Type::List(_)) => match self.unknowns.join(&a.ty, &b.ty) {
                Some(ty) => Ok(Some(Fact::of(ty))),
                None => {
                    let types = [self.unknowns.spell_out(&a.ty), self.unknowns.spell_out(&b.ty)];
                    Err(no_operation("operator +", &[&types[0], &types[1]], ONE_TYPE))
                }
            },
            // Until it is known what both hold, they say it of each other.
            (BinaryOp::Or | BinaryOp::Xor, Type::Set(_), Type::Set(_))
            | (BinaryOp::Or, Type::Dict(_), Type::Dict(_))
                if !is_inplace && (a.ty.has_unknown() || b.ty.has_unknown()) =>
            {
                let joined = self.unknowns.join(&a.ty, &b.ty);
                Ok(joined.filter(|ty| self.unknowns.spell_out(ty).has_unknown() || self.learns).map(Fact::of))
            }
            (BinaryOp::Mul, Type::List(_), count) if is_count(count) => Ok(Some(a.clone())),
            (BinaryOp::Mul, count, Type::List(_)) if is_count(count) => Ok(Some(b.clone())),
            _ => Ok(None),
        }
    }

    /// The operands with what containers hold spelt out; `None` while that is not known.
    pub(super) fn spelled_out(&self, mut positional: Vec<Operand>, mut named: Named) -> Option<(Vec<Operand>, Named)> {
        if self.unknowns.is_empty() {
            return Some((positional, named));
        }
        for operand in positional.iter_mut().chain(named.iter_mut().map(|(_, operand)| operand)) {
            operand.fact.ty = self.unknowns.spell_out(&operand.fact.ty);
            if operand.fact.ty.has_unknown() {
                return None;
            }
        }
        Some((positional, named))
    }

    /// An operator one of whose operands is a container.
    pub(super) fn container_binary(
        &mut self,
        inst: Inst,
        data: &InstData,
        (op, is_inplace): (BinaryOp, bool),
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        if let Some(fact) = self.container_operator(op, is_inplace, &facts[0], &facts[1])? {
            // What an earlier sweep thought.
            self.typed.calls.remove(&inst);
            return Ok(Some(fact));
        }
        let is_swapped = op == BinaryOp::Mul && matches!(facts[1].ty, Type::Deque(_));
        let (left, right) = if is_swapped { (1, 0) } else { (0, 1) };
        let class = library::class_name(&facts[left].ty);
        let name = match op {
            BinaryOp::Mul if is_index(&facts[right].ty) || facts[right].ty == Type::Bool => "mul",
            BinaryOp::And => "and",
            BinaryOp::Or => "or",
            BinaryOp::Xor => "xor",
            BinaryOp::Sub => "sub",
            BinaryOp::Add => "add",
            _ => "none",
        };
        let method = format!("__{}{name}__", if is_inplace && !is_swapped { "i" } else { "" });
        let name = self.method_name(&facts[left].ty, &method);
        let is_of_any = matches!(&*name, "list.__iadd__" | "deque.__iadd__" | "deque.__mul__" | "deque.__imul__");
        let is_one_class = is_of_any || class == library::class_name(&facts[right].ty);
        if self.env.library_function(&name).is_none() || !is_one_class {
            let types = [self.unknowns.spell_out(&facts[0].ty), self.unknowns.spell_out(&facts[1].ty)];
            return Err(no_operation(format!("operator {}", op.symbol()), &[&types[0], &types[1]], "").into());
        }
        let operands = vec![operand(&facts[left], data, left), operand(&facts[right], data, right)];
        self.call_library(inst, &name, operands, Vec::new())
    }

    /// A comparison one of whose operands is a container.
    pub(super) fn compare_containers(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: CompareOp,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let mut class = library::class_name(&facts[0].ty);
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        if is_equality && facts.iter().all(|fact| matches!(fact.ty, Type::Dict(_))) {
            let is_own = matches!(class, "Counter" | "OrderedDict") && class == library::class_name(&facts[1].ty);
            class = if is_own { class } else { "dict" };
        } else if class != library::class_name(&facts[1].ty) {
            let is_open = facts.iter().any(|fact| matches!(fact.ty, Type::Array(_) | Type::Optional(_)));
            return match op {
                CompareOp::Eq | CompareOp::Ne if !is_open => Ok(Some(Fact::bool(op == CompareOp::Ne))),
                _ => {
                    let types = [self.unknowns.spell_out(&facts[0].ty), self.unknowns.spell_out(&facts[1].ty)];
                    Err(no_operation(format!("operator {}", op.symbol()), &[&types[0], &types[1]], "").into())
                }
            };
        }
        let name = match op {
            CompareOp::Eq => "eq",
            CompareOp::Ne => "ne",
            CompareOp::Lt => "lt",
            CompareOp::Le => "le",
            CompareOp::Gt => "gt",
            CompareOp::Ge => "ge",
        };
        let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
        self.call_library(inst, &format!("{class}.__{name}__"), operands, Vec::new())
    }

    /// A call that can be typed while it is not known, or may still grow, what its arguments hold. `None` for any
    /// other: it waits until that is known.
    pub(super) fn container_call(
        &mut self,
        name: &str,
        positional: &[Operand],
        named: &Named,
    ) -> Result<Option<Option<Fact>>, Reason> {
        if self.unknowns.is_empty() || !positional.iter().any(|operand| operand.fact.ty.has_unknown()) {
            return Ok(None);
        }
        let entry = match positional.first().map(|operand| &operand.fact.ty) {
            Some(Type::Dict(entry)) => Some(entry.clone()),
            _ => None,
        };
        match (name, entry) {
            ("dict.setdefault", Some(entry)) if positional.len() == 3 => Ok(Some(self.known(&entry.1))),
            ("dict.get", Some(entry)) if positional.len() == 3 => {
                let default = positional[2].fact.ty.clone();
                match self.known(&entry.1) {
                    None => Ok(Some(Some(Fact::of(default)))),
                    Some(value) => Ok(self.unknowns.join(&value.ty, &default).map(|ty| Some(Fact::of(ty)))),
                }
            }
            _ if PASSING_ON.contains(&name) => match library::entry(name).map(|entry| (entry.name, &entry.body)) {
                Some((name, library::Body::Call { typing, .. })) => {
                    let arguments = library::Arguments { name, positional: positional.to_vec(), named: named.clone() };
                    Ok(Some(Some(typing(&arguments)?)))
                }
                _ => Ok(None),
            },
            _ if is_question(name) && self.is_unknown(positional) => Ok(Some(Some(Fact::of(Type::Bool)))),
            _ => Ok(None),
        }
    }

    fn is_unknown(&self, positional: &[Operand]) -> bool {
        positional.iter().any(|operand| self.unknowns.spell_out(&operand.fact.ty).has_unknown())
    }

    /// What iterating over a value gives; `None` if that is not known yet.
    pub(super) fn items_of(&self, ty: &Type) -> Result<Option<Type>, Reason> {
        let kind = iterator(&Fact::of(ty.clone()))?;
        if let IteratorType::Tuple(items) = &kind
            && items.is_empty()
        {
            return Ok(None);
        }
        let item = self.unknowns.resolve(&iterator_item(&Type::Iterator(Arc::new(kind)))?);
        Ok(Some(item).filter(|item| !matches!(item, Type::Unknown(_))))
    }

    /// Notes what a function of the library puts into its first argument.
    pub(super) fn note_puts(&mut self, name: &str, positional: &[Operand], named: &Named) -> Result<(), Failure> {
        let Some((_, puts)) = PUTTING.iter().find(|(known, _)| *known == name) else { return Ok(()) };
        let Some(container) = positional.first().map(|operand| operand.fact.ty.clone()) else { return Ok(()) };
        let argument = |index: usize| positional.get(index).map(|operand| operand.fact.ty.clone());
        let operation = format!("{name}()");
        let item = match &container {
            Type::List(item) | Type::Set(item) | Type::Deque(item) => (**item).clone(),
            Type::Dict(entry) => entry.0.clone(),
            _ => return Ok(()),
        };
        match puts {
            Puts::Item(index) => {
                if let Some(ty) = argument(*index) {
                    self.put(&item, &ty, &operation, &container)?;
                }
            }
            Puts::ItemsOf(first) => {
                for index in *first..positional.len() {
                    let ty = argument(index).unwrap_or(Type::None);
                    if let Some(ty) = self.items_of(&ty)? {
                        self.put(&item, &ty, &operation, &container)?;
                    }
                }
            }
            Puts::Entry(key, value) => {
                if let (Some(key), Type::Dict(entry)) = (argument(*key), &container) {
                    self.put(&entry.0, &key, &operation, &container)?;
                    self.put(&entry.1, &argument(*value).unwrap_or(Type::None), &operation, &container)?;
                }
            }
            Puts::Counts => {
                if let (Some((_, number)), Type::Dict(entry)) = (named.first(), &container) {
                    self.put(&entry.0, &Type::String, &operation, &container)?;
                    self.put(&entry.1, &number.fact.ty, &operation, &container)?;
                }
                if let (Some(other), Type::Dict(entry)) = (argument(1), &container) {
                    let (key, value) = match &other {
                        Type::None => return Ok(()),
                        Type::Dict(other) => (Some(other.0.clone()), other.1.clone()),
                        other => (self.items_of(other)?, Type::Int),
                    };
                    if let Some(key) = key {
                        self.put(&entry.0, &key, &operation, &container)?;
                        self.put(&entry.1, &value, &operation, &container)?;
                    }
                }
            }
            Puts::Entries => {
                if let (Some(other), Type::Dict(entry)) = (argument(1), &container) {
                    let (key, value) = match &other {
                        Type::Dict(other) => (other.0.clone(), other.1.clone()),
                        other => match self.items_of(other)?.as_ref().and_then(Type::as_tuple) {
                            Some([key, value]) => (key.clone(), value.clone()),
                            _ => return Ok(()),
                        },
                    };
                    self.put(&entry.0, &key, &operation, &container)?;
                    self.put(&entry.1, &value, &operation, &container)?;
                }
            }
        }
        if !matches!(container, Type::List(_) | Type::Deque(_)) {
            self.check_key(&item)?;
        }
        Ok(())
    }

    /// `*before, list, *after` of unpacking with a star.
    pub(super) fn unpack_starred(
        &mut self,
        inst: Inst,
        data: &InstData,
        (before, after): (u32, u32),
        a: &Fact,
    ) -> Result<Option<Fact>, Reason> {
        let (before, after) = (before as usize, after as usize);
        match &a.ty {
            Type::Tuple(items) if items.len() >= before + after => {
                let item = self.unknowns.of_display(inst, 0, data.location);
                let list = Type::list(item.clone());
                let last = items.len() - after;
                for ty in &items[before..last] {
                    self.put(&item, ty, "starred unpacking", &list)?;
                }
                Ok(Some(Fact::of(Type::tuple([&items[..before], &[list], &items[last..]].concat()))))
            }
            Type::List(item) => {
                let Some(item) = self.known(item) else { return Ok(None) };
                let mut items = vec![item.ty; before + after];
                items.insert(before, a.ty.clone());
                Ok(Some(Fact::of(Type::tuple(items))))
            }
            other => {
                Err(no_operation("starred unpacking", &[other], "unpack tuples and lists; the tuple is too short"))
            }
        }
    }
}

/// True for comparisons and membership.
fn is_question(name: &str) -> bool {
    let questions = ["__contains__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"];
    name.split_once('.').is_some_and(|(_, method)| questions.contains(&method))
}

/// The type of a value once it runs: what is known of its constant is not part of a container.
pub(super) fn runtime_type(ty: &Type) -> Type {
    match ty {
        Type::Range(_) => Type::Range(None),
        Type::Str(_) => Type::String,
        Type::Tuple(items) => items.with(items.iter().map(runtime_type).collect::<Vec<_>>()),
        other => other.as_functions().map_or_else(|| other.clone(), one_of),
    }
}

/// True for `list()`, `dict()` and `set()`, and the classes of `upshift.typed`.
pub(super) fn is_empty_container(name: &str, data: &InstData) -> bool {
    let class = name.strip_prefix("builtins.").or_else(|| name.strip_prefix("upshift.typed."));
    data.args.len() == 1 && matches!(class, Some("list" | "dict" | "set" | "List" | "Dict" | "Set"))
}

/// True for types whose values can be keys.
pub fn is_hashable(ty: &Type) -> bool {
    match ty {
        Type::None | Type::Unknown(_) => true,
        Type::Tuple(items) => items.iter().all(is_hashable),
        Type::Instance(instance) => {
            let has_hash = instance.dataclass().is_some_and(|class| class.has_hash);
            has_hash && instance.compared_fields().all(|(_, field)| is_hashable(field))
        }
        Type::Str(_) | Type::String | Type::Bytes => true,
        // The hash of combined flags is that of their names.
        Type::Member(_) => ty.as_member().is_some_and(|class| class.base != EnumBase::Flag),
        ty => ty.is_number(),
    }
}

/// The container behind `d.keys()` and its like, and which part of it.
pub(crate) fn dict_view(ty: &Type) -> Option<(DictPart, &Type)> {
    let Type::Iterable(iterable) = ty else { return None };
    let part = match &*iterable.0 {
        "keys" => DictPart::Keys,
        "values" => DictPart::Values,
        "items" => DictPart::Items,
        _ => return None,
    };
    iterable.1.first().map(|dict| (part, dict))
}

/// The function of the library that is an operator of the keys or the items of a dict: as of sets.
pub(super) fn view_operator(op: BinaryOp, facts: &[Fact]) -> Option<&'static str> {
    let is_view = |fact: &Fact| matches!(dict_view(&fact.ty), Some((DictPart::Keys | DictPart::Items, _)));
    if !facts.iter().any(is_view) {
        return None;
    }
    match op {
        BinaryOp::And => Some("dict_view.__and__"),
        BinaryOp::Or => Some("dict_view.__or__"),
        BinaryOp::Xor => Some("dict_view.__xor__"),
        BinaryOp::Sub => Some("dict_view.__sub__"),
        _ => None,
    }
}
