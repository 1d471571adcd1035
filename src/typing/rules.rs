//! The result of each Python operation, by the types of its operands.

use std::sync::Arc;

use super::call_rules::{may_share, overload, places};
use super::collections::{DictKind, has_defaults, is_collection, plain_factory};
use super::container_rules::{dict_view, is_empty_container, view_operator};
use super::contexts::{context_manager, is_context_function};
use super::enums;
use super::exceptions::{ANY_CLASS, exception, matches_exception, with_cause};
use super::fact::Fact;
use super::index;
use super::infer::{Argument, Failure, Inference};
use super::iteration::{
    is_always_empty, is_lazy, iterator, iterator_item, iterator_result, unrolled_tuple, written_out,
};
use super::keywords;
use super::members;
use super::objects;
use super::operators::{
    binary, build_slice, build_tuple, compare, constant_rule, contains, is, match_class, truth, unary, unpack,
};
use super::records::{self, RecordType};
use super::strings;
use super::times;
use super::types::{ClosureType, Type};
use crate::bytecode::{Constant, Construct};
use crate::hir::{BinaryOp, CompareOp, Inst, InstData, Op, UnaryOp, Value, ValueDef};
use crate::host::Global;
use crate::library::{self, Arguments, Body, Operand};
use crate::refusal::Reason;
use crate::runtime::random;

/// An operation that these types do not have.
pub(super) fn no_operation(operation: impl Into<String>, types: &[&Type], advice: &str) -> Reason {
    Reason::NoOperation {
        operation: operation.into(),
        types: types.iter().map(ToString::to_string).collect(),
        advice: advice.to_owned(),
    }
}

impl Inference<'_> {
    /// The fact of the instruction's result; `None` if it has none, or none is known yet.
    pub(super) fn rule(&mut self, inst: Inst, data: &InstData) -> Result<Option<Fact>, Failure> {
        let facts: Vec<Fact> = data.args.iter().map(|&arg| self.resolved(arg)).collect();
        let fact = match self.operation(inst, data, &facts) {
            Err(Failure::Reason(reason)) => self.extended_operator(inst, data, &facts, reason)?,
            answer => answer?,
        };
        Ok(fact.map(|fact| self.resolved_fact(fact)).filter(|fact| !matches!(fact.ty, Type::Unknown(_))))
    }

    /// What is known of a value, what containers hold included.
    fn resolved(&self, value: Value) -> Fact {
        self.resolved_fact(self.typed.fact(value).clone())
    }

    fn resolved_fact(&self, fact: Fact) -> Fact {
        if self.unknowns.is_empty() || !fact.ty.has_unknown() {
            return fact;
        }
        Fact { ty: self.unknowns.resolve(&fact.ty), ..fact }
    }

    fn operation(&mut self, inst: Inst, data: &InstData, facts: &[Fact]) -> Result<Option<Fact>, Failure> {
        if let Some(answer) = self.buffer_operation(inst, data, facts)? {
            return Ok(answer);
        }
        let fact = match &data.op {
            Op::Constant(constant) => constant_rule(constant)?,
            Op::Global(name) => {
                let global = self.env.global(name);
                self.global_fact(inst, name, global)?
            }
            Op::Free(name) => {
                let global = self.env.free_variable(name);
                self.global_fact(inst, name, global)?
            }
            Op::Import(name) => {
                let global = self.env.import(name).ok_or_else(|| Construct::Import.reason())?;
                self.global_fact(inst, name, Some(global))?
            }
            Op::Binary { op: BinaryOp::MatMul, is_inplace } => return self.matmul(inst, data, *is_inplace, facts),
            Op::Binary { op, is_inplace } if facts.iter().any(|fact| times::time_of(&fact.ty).is_some()) => {
                let answer = self.time_binary(inst, data, (*op, *is_inplace), facts)?;
                return Ok(answer.flatten());
            }
            Op::Compare(op) if facts.iter().any(|fact| times::time_of(&fact.ty).is_some()) => {
                return Ok(self.time_compare(inst, data, *op, facts)?.flatten());
            }
            Op::Unary(op) if *op != UnaryOp::Not && times::time_of(&facts[0].ty).is_some() => {
                return Ok(self.time_unary(inst, data, *op, &facts[0])?.flatten());
            }
            Op::Binary { op, .. } if let Some(name) = view_operator(*op, facts) => {
                let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
                return self.call_library(inst, name, operands, Vec::new());
            }
            Op::Binary { op, is_inplace } if has_container_operator(*op, facts) => {
                return self.container_binary(inst, data, (*op, *is_inplace), facts);
            }
            Op::Binary { op, is_inplace } => match self.flag_binary(inst, data, *op, facts)? {
                Some(fact) => fact,
                None => binary(*op, *is_inplace, &facts[0], &facts[1])?,
            },
            Op::Unary(UnaryOp::Not) => truth(&facts[0])?.as_bool().map_or(Fact::of(Type::Bool), |b| Fact::bool(!b)),
            Op::Unary(op) if facts[0].ty.is_container() => match self.counter_unary(inst, data, *op, &facts[0])? {
                Some(answer) => return Ok(answer),
                None => unary(*op, &facts[0])?,
            },
            Op::Unary(op) => match self.flag_invert(inst, data, &facts[0])? {
                Some(fact) if *op == UnaryOp::Invert => fact,
                _ => unary(*op, &facts[0])?,
            },
            Op::Compare(op) if facts.iter().any(|fact| matches!(fact.ty, Type::Instance(_))) => {
                return self.compare_instances(inst, data, *op, facts);
            }
            Op::Compare(op) if facts.iter().any(|fact| fact.ty.is_container()) => {
                return self.compare_containers(inst, data, *op, facts);
            }
            Op::Compare(op @ (CompareOp::Eq | CompareOp::Ne))
                if matches!((&facts[0].ty, &facts[1].ty), (Type::Range(_), Type::Range(_))) =>
            {
                let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
                let name = if *op == CompareOp::Eq { "range.__eq__" } else { "range.__ne__" };
                return self.call_library(inst, name, operands, Vec::new());
            }
            Op::Compare(op) => compare(*op, &facts[0], &facts[1])?,
            Op::Is { is_negated } => is(&facts[0].ty, &facts[1].ty, *is_negated)?,
            Op::Contains { is_negated } => match &facts[1].ty {
                ty @ Type::Keywords(_) => Fact::bool(keywords::contains(ty, &facts[0].ty)? != *is_negated),
                Type::Array(_) => {
                    let operands = vec![operand(&facts[1], data, 1), operand(&facts[0], data, 0)];
                    let name = if *is_negated { "ndarray.__not_contains__" } else { "ndarray.__contains__" };
                    return self.call_library(inst, name, operands, Vec::new());
                }
                ty if ty.is_container() || dict_view(ty).is_some() || matches!(ty, Type::Generator(_)) => {
                    let operands = vec![operand(&facts[1], data, 1), operand(&facts[0], data, 0)];
                    let name = self.method_name(ty, "__contains__");
                    return self.call_library(inst, &name, operands, Vec::new());
                }
                _ => {
                    let found = contains(&facts[0].ty, &facts[1].ty)?;
                    found.as_bool().map_or(found, |found| Fact::bool(found != *is_negated))
                }
            },
            Op::NotNone | Op::CheckNotNone { .. } => match &facts[0].ty {
                Type::Optional(inner) => Fact::of((**inner).clone()),
                _ => facts[0].clone(),
            },
            Op::Truth => truth(&facts[0])?,
            Op::Format(conversion) if let Some(name) = members::flag_text(*conversion, facts) => {
                return self.text_of_flags(inst, name, &operand(&facts[0], data, 0));
            }
            Op::Format(conversion) => strings::format(*conversion, &facts[0], facts.get(1))?,
            Op::JoinStrings => Fact::of(Type::String),
            Op::BuildTuple => build_tuple(facts),
            Op::BuildList | Op::BuildSet | Op::BuildDict => self.build_container(inst, data, facts)?,
            Op::BuildSlice => build_slice(facts)?,
            Op::Unpack(count) if self.is_unpacked(&facts[0].ty) => {
                let operands = vec![operand(&facts[0], data, 0), places(*count)];
                return self.call_library(inst, "iterable.__unpack__", operands, Vec::new());
            }
            Op::Unpack(count) => unpack(*count, &facts[0])?,
            Op::UnpackStarred { before, after } if self.is_unpacked(&facts[0].ty) => {
                let operands = vec![operand(&facts[0], data, 0), places(*before), places(*after)];
                return self.call_library(inst, "iterable.__unpack_starred__", operands, Vec::new());
            }
            Op::UnpackStarred { before, after } => {
                return Ok(self.unpack_starred(inst, data, (*before, *after), &facts[0])?);
            }
            Op::UnpackedItem(position) => {
                let ty = unrolled_tuple(&facts[0].ty).clone();
                index::tuple_item(&Fact { ty, ..facts[0].clone() }, *position as usize)
            }
            Op::GetItem if has_defaults(&facts[0].ty) => return self.counted_item(inst, data, &facts[0], &facts[1]),
            Op::GetItem if facts[0].ty.is_container() => return Ok(self.container_item(&facts[0], &facts[1])?),
            Op::GetItem if matches!(facts[0].ty, Type::Range(_)) => {
                let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
                return self.call_library(inst, "range.__getitem__", operands, Vec::new());
            }
            Op::GetItem if matches!(facts[0].ty, Type::Keywords(_)) => keywords::item(&facts[0].ty, &facts[1])?,
            Op::GetItem if matches!(facts[0].ty, Type::Class(_)) => {
                let Type::Class(class) = &facts[0].ty else { return Ok(None) };
                self.member_of_name(inst, &class.clone(), &facts[1])?
            }
            Op::GetItem if facts[0].ty == Type::Object => objects::item(&facts[1].ty)?,
            Op::GetItem if let Some(form) = index::selection(&facts[0].ty, &facts[1].ty) => {
                let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
                return self.call_library(inst, &format!("ndarray.__getitem__{form}"), operands, Vec::new());
            }
            Op::GetItem => index::get_item(&facts[0], &facts[1])?,
            Op::SetItem if facts[0].ty.is_container() => {
                self.set_container_item(&facts[0].ty, &facts[1].ty, &facts[2].ty)?;
                return Ok(None);
            }
            Op::SetItem if records::is_spread(&facts[0].ty, &facts[1], &facts[2].ty) => {
                let operands = (0..3).map(|index| operand(&facts[index], data, index)).collect();
                self.call_library(inst, "void.__setitem__", operands, Vec::new())?;
                return Ok(None);
            }
            Op::SetItem if let Some(form) = index::selection(&facts[0].ty, &facts[1].ty) => {
                index::check_writable(&facts[0].ty)?;
                let operands = (0..3).map(|index| operand(&facts[index], data, index)).collect();
                self.call_library(inst, &format!("ndarray.__setitem__{form}"), operands, Vec::new())?;
                return Ok(None);
            }
            Op::SetItem => {
                let answer = records::set_item(&facts[0].ty, &facts[1], &facts[2].ty);
                match answer.or_else(|| times::set_item(&facts[0].ty, &facts[1].ty, &facts[2].ty)) {
                    Some(answer) => answer?,
                    None => index::set_item(&facts[0].ty, &facts[1].ty, &facts[2].ty)?,
                }
                return Ok(None);
            }
            Op::DelItem if facts[0].ty.is_container() => {
                self.delete_container_item(&facts[0].ty, &facts[1].ty)?;
                return Ok(None);
            }
            Op::DelItem => return Err(no_operation("del a[i]", &[&facts[0].ty], "").into()),
            Op::GetAttr(name) => return self.get_attr(inst, data, name, &operand(&facts[0], data, 0)),
            Op::SetAttr(name) if record_of(&facts[0].ty).is_some() => {
                let name = Fact::of(Type::Str(name.clone()));
                records::set_item(&facts[0].ty, &name, &facts[1].ty).unwrap_or(Ok(()))?;
                return Ok(None);
            }
            Op::SetAttr(name) if facts[0].ty.class().is_some() => {
                self.set_field(inst, name, &facts[0].ty, &facts[1].ty)?;
                return Ok(None);
            }
            Op::SetAttr(name) => {
                return Err(no_operation(format!("assigning to attribute {name}"), &[&facts[0].ty], "").into());
            }
            Op::Call { keywords } => return self.call(inst, data, facts, keywords),
            Op::CallStarred => return self.call_starred(inst, data, facts),
            Op::GetIter { at } => match written_out(*at, &facts[0]) {
                Some(reason) => return Err(reason.into()),
                None => Fact::of(Type::Iterator(Arc::new(iterator(&facts[0])?))),
            },
            Op::BuildKeywords(names) => keywords::build(names, facts),
            Op::MergeKeywords => keywords::merge(&facts[0], &facts[1])?,
            Op::IterHas if is_always_empty(&facts[0].ty) => Fact::bool(false),
            Op::IterHas => {
                self.note_resumes(&facts[0].ty)?;
                Fact::of(Type::Bool)
            }
            Op::IterResult => match &facts[0].ty {
                Type::Iterator(kind) => iterator_result(kind),
                _ => Fact::of(Type::None),
            },
            Op::Resumed => Fact { ty: Type::None, constant: Some(Constant::None) },
            Op::IterItem => Fact::of(iterator_item(&facts[0].ty)?),
            Op::IterAdvance => facts[0].clone(),
            Op::Undefined | Op::CheckBound(_) | Op::BeginHandling | Op::EndHandling => return Ok(None),
            Op::NewCell(_) => {
                let known = data.result.and_then(|result| self.typed.facts[result.index()].clone());
                known.unwrap_or_else(|| Fact::of(Type::Cell(Type::Never.into())))
            }
            Op::LoadCell { .. } => match &facts[0].ty {
                Type::Cell(content) if **content != Type::Never => Fact::of((**content).clone()),
                _ => return Ok(None),
            },
            Op::StoreCell(name) => {
                self.store_cell(name, data.args[0], &facts[0].ty, &facts[1].ty)?;
                return Ok(None);
            }
            Op::MakeFunction { number, is_outer } => {
                let (key, defaults) = self.env.inner_function(*number, *is_outer);
                let captures = facts.iter().map(|fact| fact.ty.clone()).collect();
                Fact::of(Type::Closure(Arc::new(ClosureType { key, captures, defaults })))
            }
            Op::Caught | Op::Handled => Fact::of(Type::AnyException),
            Op::MatchSequence => Fact::bool(matches!(facts[0].ty, Type::Tuple(_) | Type::List(_) | Type::Range(_))),
            Op::MatchClass(count) => match &facts[1].ty {
                Type::Class(class) => return Ok(self.match_program_class(*count, &facts[0], class, &facts[2].ty)?),
                class => match_class(*count, &facts[0], class, &facts[2].ty)?,
            },
            Op::MatchesException => matches_exception(&facts[1].ty)?,
            Op::WithCause => with_cause(&facts[0].ty, &facts[1].ty)?,
        };
        Ok(Some(fact))
    }

    fn matmul(
        &mut self,
        inst: Inst,
        data: &InstData,
        is_inplace: bool,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
        if facts.iter().any(|fact| fact.ty.class().is_some()) {
            return Err(no_operation("operator @", &[&facts[0].ty, &facts[1].ty], "").into());
        }
        let is_changed = is_inplace && facts.iter().all(|fact| fact.ty.as_array().is_some());
        let name = if is_changed { "ndarray.__imatmul__" } else { "numpy.matmul" };
        self.call_library(inst, name, operands, Vec::new())
    }

    pub(super) fn get_attr(
        &mut self,
        inst: Inst,
        data: &InstData,
        name: &Arc<str>,
        receiver: &Operand,
    ) -> Result<Option<Fact>, Failure> {
        let Operand { fact, .. } = receiver;
        if let Type::Module(module) = &fact.ty {
            let global = self.env.module_attribute(module, name);
            return Ok(Some(self.global_fact(inst, &format!("{module}.{name}"), global)?));
        }
        if let Type::Library(class) = &fact.ty
            && let own = format!("{class}.{name}")
            && (self.env.library_function(&own).is_some() || library::entry(&own).is_some())
        {
            return Ok(Some(Fact::of(Type::Library(own.into()))));
        }
        if let Some(answer) = self.class_attribute(inst, data, name, fact)? {
            return Ok(answer);
        }
        let full_name = self.method_name(&fact.ty, name);
        if let Some(outcome) = self.extended_attribute(inst, &full_name, receiver)? {
            return Ok(outcome);
        }
        if let (Type::Dict(entry), "default_factory") = (&fact.ty, &**name)
            && let DictKind::Default(factory) = &entry.2
        {
            return Ok(Some(Fact::of(plain_factory(factory).clone())));
        }
        if let Some(answer) = objects::attribute(&fact.ty, name) {
            return Ok(Some(answer?));
        }
        if let Type::Library(class) = &fact.ty
            && let Some(class) = class.strip_prefix("builtins.")
        {
            // A method of a class, to which its receiver is passed: `str.upper(s)`; or one without: `str.maketrans`.
            let method = format!("{class}.{name}");
            if library::entry(&method).is_some() || self.env.library_function(&method).is_some() {
                return Ok(Some(Fact::of(Type::Library(method.into()))));
            }
        }
        if let Some(attribute) = library::attribute(&full_name) {
            return Ok(Some((attribute.typing)(fact)?));
        }
        if times::method_of(&fact.ty, name).is_some() {
            return Ok(Some(method(&fact.ty, name)));
        }
        if STATIC.contains(&&*full_name) {
            // `d.fromkeys` of other classes than `dict` itself makes their instances.
            if full_name.starts_with(library::class_name(&fact.ty)) {
                return Ok(Some(Fact::of(Type::Library(full_name.into()))));
            }
        } else if library::entry(&full_name).is_some() || self.env.library_function(&full_name).is_some() {
            return Ok(Some(method(&fact.ty, name)));
        }
        if record_of(&fact.ty).is_some()
            && let Some(answer) = records::get_item(&fact.ty, &Fact::of(Type::Str(name.clone())))
        {
            return Ok(Some(answer?));
        }
        if matches!(&**name, "__enter__" | "__exit__") {
            let advice = "use a generator function decorated with contextlib.contextmanager, or a dataclass with __enter__ and __exit__";
            return Err(no_operation("a with statement", &[&fact.ty], advice).into());
        }
        Err(Reason::NotInLibrary(format!("attribute '{name}' of {}", fact.ty)).into())
    }

    pub(super) fn call_value(
        &mut self,
        inst: Inst,
        data: &InstData,
        callee: &Fact,
        positional: Vec<Operand>,
        named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        self.call_part(inst, data, (callee, &[]), positional, named)
    }

    /// A call of the first operand, or of what stands at a path in it.
    pub(super) fn call_part(
        &mut self,
        inst: Inst,
        data: &InstData,
        (callee, path): (&Fact, &[u32]),
        mut positional: Vec<Operand>,
        named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        let source = match path {
            [] => Argument::Value(data.args[0]),
            _ => Argument::Captured(data.args[0], path.into()),
        };
        let own = Operand { fact: callee.clone(), source };
        if let Some(answer) = self.class_call(inst, &own, &positional, &named)? {
            return Ok(answer);
        }
        match &callee.ty {
            Type::Function(key) => self.call_function(inst, *key, positional, named),
            Type::OneOf(keys) => self.call_one_of(inst, keys, positional, named),
            Type::Partial(parts) => self.call_partial(inst, data, parts, path, positional, named),
            Type::Library(name) if let Some(answer) = self.reflect(inst, data, name, &positional, &named)? => {
                Ok(answer)
            }
            Type::Library(name) if &**name == "dataclasses.replace" => self.replace_fields(inst, &positional, named),
            Type::Library(name) if &**name == "dataclasses.astuple" => Ok(self.fields_as_tuple(inst, &positional)?),
            Type::Library(name)
                if &**name == "builtins.tuple"
                    && let [iterable] = &positional[..]
                    && let Some(length) =
                        self.known_length(iterable).filter(|_| !matches!(iterable.fact.ty, Type::Tuple(_))) =>
            {
                self.call_library(inst, "iterable.__unpack__", vec![iterable.clone(), places(length as u32)], named)
            }
            Type::Library(name) if is_empty_container(name, data) => Ok(Some(self.build_container(inst, data, &[])?)),
            Type::Library(name) if is_collection(name) => self.make_collection(inst, name, positional, named),
            Type::Library(name) if &**name == "builtins.zip" && may_share(&positional) => {
                self.call_library(inst, "builtins.zip.__shared__", positional, named)
            }
            Type::Library(name) if is_lazy(name) && !self.is_used_at_once(inst) => {
                self.call_library(inst, &format!("{name}.__iter__"), positional, named)
            }
            Type::Library(name) => self.call_library(inst, name, positional, named),
            Type::Closure(closure) => self.call_closure(inst, (data.args[0], path), closure, positional, named),
            Type::Class(class) => self.construct(inst, class, positional, named),
            Type::Method(method) if is_context_function(method) => {
                let function = Fact::of(method.0.clone());
                let made = self.call_value(inst, data, &function, positional, named)?;
                match made {
                    Some(Fact { ty: ty @ Type::Generator(_), .. }) => Ok(Some(context_manager(ty))),
                    Some(made) => {
                        let advice = "contextlib.contextmanager decorates generator functions";
                        Err(no_operation("a context manager", &[&made.ty], advice).into())
                    }
                    None => Ok(None),
                }
            }
            Type::Method(method) => {
                if let Some(answer) = self.call_method(inst, data.args[0], method, &positional, &named)? {
                    return Ok(answer);
                }
                let receiver = Operand { fact: Fact::of(method.0.clone()), source: Argument::Value(data.args[0]) };
                positional.insert(0, receiver);
                let name = self.method_name(&method.0, &method.1);
                self.call_library(inst, &name, positional, named)
            }
            Type::DTypeClass(_) => {
                positional.insert(0, Operand { fact: callee.clone(), source: Argument::Value(data.args[0]) });
                self.call_library(inst, "numpy.generic", positional, named)
            }
            Type::ExceptionClass(name) => Ok(Some(exception(name, &positional, &named)?)),
            Type::AnyExceptionClass => Ok(Some(exception(&ANY_CLASS.into(), &positional, &named)?)),
            other => Ok(Some(super::foreign::call(other, &positional, !named.is_empty())?)),
        }
    }

    /// Calls a function that the library knows: one of the built-in entries, or one written in Python.
    pub(super) fn call_library(
        &mut self,
        inst: Inst,
        name: &str,
        mut positional: Vec<Operand>,
        mut named: Vec<(Arc<str>, Operand)>,
    ) -> Result<Option<Fact>, Failure> {
        if let Some(answer) = self.extended_call(inst, name, &positional, &named)? {
            return Ok(answer);
        }
        let operands = positional.iter_mut().chain(named.iter_mut().map(|(_, operand)| operand));
        operands.for_each(|operand| enums::as_argument(name, &mut operand.fact));
        if let Some(answer) = self.time_call(inst, name, &positional)? {
            return Ok(answer);
        }
        let name = records::copying(name, &positional).unwrap_or(name);
        for operand in positional.iter().chain(named.iter().map(|(_, operand)| operand)) {
            records::check_argument(name, &operand.fact.ty)?;
            times::check_argument(name, &operand.fact.ty)?;
        }
        let method = name.strip_prefix("random.").map(|function| format!("Random.{function}"));
        let method = method.filter(|method| self.env.library_function(method).is_some());
        if method.is_some() && random::default_generator() != 0 {
            let source = Argument::Default(Global::Random(random::default_generator()));
            positional.insert(0, Operand { fact: Fact::of(Type::Random), source });
        }
        let name = overload(method.as_deref().unwrap_or(name), &positional, &named);
        self.note_puts(name, &positional, &named)?;
        if let (
            "upshift.library.intrinsics.throw",
            [Operand { fact: Fact { ty: Type::Generator(generator), .. }, .. }, ..],
        ) = (name, &positional[..])
        {
            self.note_generator(generator)?;
        }
        if let Some(fact) = self.container_call(name, &positional, &named)? {
            return Ok(fact);
        }
        let Some((mut positional, mut named)) = self.spelled_out(positional.clone(), named.clone()) else {
            // What the function puts into a container may say what that holds.
            return match self.env.library_function(name).filter(|_| self.asks_callees && library::entry(name).is_none())
            {
                Some(key) => self.call_function(inst, key, positional, named),
                None => Ok(None),
            };
        };
        self.remember_numbers(name, &mut positional, &mut named);
        if let Some(entry) = library::entry(name) {
            let arguments = Arguments { name: entry.name, positional, named };
            return match entry.body {
                Body::Call { typing, .. } => Ok(Some(typing(&arguments)?)),
                Body::Elementwise(ufunc) => Ok(Some(library::ufunc_rule(ufunc, &arguments)?)),
            };
        }
        match self.env.library_function(name) {
            Some(key) => self.call_function(inst, key, positional, named),
            None => Err(Reason::NotInLibrary(name.to_owned()).into()),
        }
    }

    /// The function that made a cell joins the types of all that is stored; others must keep to that.
    fn store_cell(&mut self, name: &Arc<str>, cell: Value, cell_type: &Type, value: &Type) -> Result<(), Reason> {
        let Type::Cell(content) = cell_type else { return Ok(()) };
        let joined = if **content == Type::Never { Some(value.clone()) } else { self.unknowns.unify(content, value) };
        if joined.as_ref() == Some(content) {
            return Ok(());
        }
        let is_own = match self.typed.hir.values[cell.index()].def {
            ValueDef::Result(inst) => matches!(self.typed.hir.insts[inst.index()].op, Op::NewCell(_)),
            ValueDef::Param(..) => false,
        };
        match joined {
            Some(joined) if is_own => {
                self.set(cell, Fact::of(Type::Cell(joined.into())));
                Ok(())
            }
            Some(joined) => Err(Reason::SharedType {
                name: name.clone(),
                types: Box::new([(**content).clone(), value.clone()]),
                joined: joined.into(),
            }),
            None => Err(Reason::NoCommonType {
                variable: Some(name.clone()),
                types: vec![format!("{content} in the function around"), format!("{value} here")],
            }),
        }
    }
}

/// A method of a receiver of this type.
pub(super) fn method(receiver: &Type, name: &Arc<str>) -> Fact {
    Fact::of(Type::Method(Arc::new((receiver.clone(), name.clone()))))
}

/// The structured dtype of a record, or of the records of an array.
fn record_of(ty: &Type) -> Option<&'static RecordType> {
    match ty {
        Type::Record(id, _) => Some(id.get()),
        Type::Array(array) => array.record(),
        _ => None,
    }
}

/// True for what has no items by position.
pub(super) fn is_unpacked_by_iterating(ty: &Type) -> bool {
    let is_iterated = matches!(ty, Type::Generator(_) | Type::Iterator(_) | Type::Iterable(_) | Type::Range(_));
    let is_collection = matches!(ty, Type::Set(_) | Type::Dict(_) | Type::Deque(_) | Type::Buffer(_));
    is_iterated || is_collection || ty.is_text()
}

/// Keyword arguments.
pub(super) type Named = Vec<(Arc<str>, Operand)>;

/// True for operators that a container among the operands has; `%` is that of a string on the left.
fn has_container_operator(op: BinaryOp, facts: &[Fact]) -> bool {
    let is_template = op == BinaryOp::Mod && facts[0].ty.is_text();
    !is_template && facts.iter().any(|fact| fact.ty.is_container())
}

/// Methods of classes, which take no receiver.
const STATIC: &[&str] = &[
    "bytearray.fromhex",
    "bytearray.maketrans",
    "bytes.fromhex",
    "bytes.maketrans",
    "dict.fromkeys",
    "int.from_bytes",
    "str.maketrans",
];

pub(super) fn operand(fact: &Fact, data: &InstData, index: usize) -> Operand {
    Operand { fact: fact.clone(), source: Argument::Value(data.args[index]) }
}
