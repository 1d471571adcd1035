//! Calls: of compiled functions through their signature, of the library through its entries.

use super::abi;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::hir::{self, Inst, InstData};
use crate::library::{self, Arguments, Body, Operand};
use crate::lir::{self, CalleeData, IntCond, Region};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{
    Argument, Fact, FunctionCall, ScalarOp, Type, as_argument, index, keyword_operands, objects, partial_operands,
};

impl Lowering<'_> {
    pub(super) fn call(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        if typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        if typed.choices.contains_key(&inst) {
            return self.call_one_of(inst, data.args[0], fact);
        }
        if let Some(construction) = typed.constructions.get(&inst) {
            return self.construct(construction, fact);
        }
        if let Some((op, operands)) = super::fusion::operation(typed, data) {
            return self.elementwise(op, operands, fact);
        }
        let callee = self.fact(data.args[0]).ty.clone();
        if let (1, Type::Library(name)) = (data.args.len(), &callee)
            && fact.ty.is_container()
        {
            return self.empty_container(&fact.ty, name.starts_with("upshift.typed."));
        }
        match &callee {
            Type::Library(name) if &**name == "builtins.getattr" => return self.call_getattr(inst, data, fact),
            _ => {}
        }
        let foreign = match data.op {
            hir::Op::Call { .. } => self.foreign_call(&data.args),
            _ => None,
        };
        if let Some(result) = foreign {
            return Ok(result);
        }
        let arguments = self.arguments(data, &callee)?;
        let Some(entry) = library::entry(arguments.name) else {
            return match callee {
                Type::AnyExceptionClass => Ok(self.exception_of_class(data.args[0], &data.args[1..])),
                Type::ExceptionClass(_) => Ok(data.args[1..].iter().flat_map(|&arg| self.repr(arg)).collect()),
                _ => Err(Reason::Internal(format!("{} has no entry", arguments.name))),
            };
        };
        match entry.body {
            Body::Call { lower, .. } => lower(self, &arguments, fact),
            Body::Elementwise(ufunc) => match library::ufunc_out(ufunc, &arguments) {
                Some(call) => self.elementwise_out(ufunc, &call),
                None => {
                    let operands: Vec<&Operand> = arguments.positional.iter().take(ufunc.inputs).collect();
                    self.elementwise_operands(ufunc, &operands, fact)
                }
            },
        }
    }

    /// The arguments of a library call, as typing saw them.
    fn arguments(&self, data: &InstData, callee: &Type) -> Result<Arguments, Reason> {
        let receiver = || Operand { fact: self.fact(data.args[0]).clone(), source: Argument::Value(data.args[0]) };
        let mut kept = Vec::new();
        let (name, mut positional) = match callee {
            Type::Library(name) => (name.to_string(), Vec::new()),
            Type::Method(method) => {
                let own = Operand { fact: Fact::of(method.0.clone()), ..receiver() };
                (library::method_name(&method.0, &method.1), vec![own])
            }
            Type::DTypeClass(_) => ("numpy.generic".to_owned(), vec![receiver()]),
            Type::Partial(parts) => {
                let (name, positional, named) = innermost_partial(parts, data.args[0], &[]);
                kept = named;
                (name, positional)
            }
            _ => (String::new(), Vec::new()),
        };
        let mut named: Vec<(std::sync::Arc<str>, Operand)>;
        match &data.op {
            hir::Op::Call { keywords } => {
                let end = data.args.len() - keywords.len();
                positional.extend(data.args[1..end].iter().map(|&arg| self.operand(arg)));
                named = keywords.iter().cloned().zip(data.args[end..].iter().map(|&arg| self.operand(arg))).collect();
            }
            _ => {
                let tuple = data.args[1];
                let fact = self.fact(tuple);
                let count = fact.ty.as_tuple().map_or(0, <[Type]>::len);
                positional.extend((0..count).map(|position| Operand {
                    fact: index::tuple_item(fact, position),
                    source: Argument::Item(tuple, position as u32),
                }));
                let keywords = data.args.get(2).copied();
                named = keywords.map_or_else(Vec::new, |keywords| keyword_operands(self.fact(keywords), keywords));
            }
        }
        kept.retain(|(known, _)| !named.iter().any(|(name, _)| name == known));
        named.extend(kept);
        let operands = positional.iter_mut().chain(named.iter_mut().map(|(_, operand)| operand));
        operands.for_each(|operand| as_argument(&name, &mut operand.fact));
        let name = library::entry(&name).map_or("", |entry| entry.name);
        Ok(Arguments { name, positional, named })
    }

    fn operand(&self, value: hir::Value) -> Operand {
        Operand { fact: self.fact(value).clone(), source: Argument::Value(value) }
    }

    /// The machine values of an argument.
    pub fn argument(&mut self, operand: &Operand) -> Repr {
        self.source(&operand.source, &operand.fact.ty)
    }

    pub(super) fn source(&mut self, source: &Argument, ty: &Type) -> Repr {
        match source {
            Argument::Value(value) => self.repr(*value),
            Argument::Item(tuple, position) => self.tuple_item(*tuple, *position as usize),
            Argument::Default(global) => self.global_value(global, ty),
            Argument::Field(instance, position) => self.field_argument(*instance, *position as usize),
            // Who makes an instance knows what these are.
            Argument::Unset | Argument::Made => Repr::new(),
            Argument::Captured(function, path) => {
                let ty = match &self.fact(*function).ty {
                    Type::Method(method) => &method.0,
                    ty => ty,
                };
                part_at(self.repr(*function), ty, path)
            }
            Argument::Rest(items) => {
                let types = ty.keyword_values().unwrap_or_else(|| ty.as_tuple().unwrap_or_default().to_vec());
                items.iter().zip(&types).flat_map(|(item, ty)| self.source(item, ty)).collect()
            }
        }
    }

    /// Calls a compiled function. An array result carries a reference.
    pub(super) fn call_target(&mut self, inst: Inst, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        let call = typed.calls.get(&inst).ok_or_else(|| Reason::Internal("a call without a target".to_owned()))?;
        self.call_specialization(call, fact)
    }

    /// Calls whichever function the value is. Typing has seen all that it may be.
    fn call_one_of(&mut self, inst: Inst, callee: hir::Value, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        let calls = typed.choices.get(&inst).map_or(&[][..], Vec::as_slice);
        let number = self.repr(callee)[0];
        let join = self.b.add_block();
        let results: Repr = machine_types(&fact.ty).into_iter().map(|ty| self.b.add_param(join, ty)).collect();
        for (index, (key, call)) in calls.iter().enumerate() {
            let mut next = None;
            if index + 1 < calls.len() {
                let (then, otherwise) = (self.b.add_block(), self.b.add_block());
                let own = self.b.const_i64(key.0 as i64);
                let is_it = self.b.cmp_int(IntCond::Eq, number, own);
                self.b.branch_if(is_it, then, otherwise);
                self.b.switch_to(then);
                next = Some(otherwise);
            }
            if call.result == Some(Type::Never) {
                self.call_specialization(call, &Fact::of(Type::Never))?;
                self.raise_unreachable();
            } else {
                let repr = self.call_specialization(call, fact)?;
                self.b.jump(join, &repr);
            }
            if let Some(next) = next {
                self.b.switch_to(next);
            }
        }
        self.b.switch_to(join);
        Ok(results)
    }

    fn call_specialization(&mut self, call: &FunctionCall, fact: &Fact) -> Result<Repr, Reason> {
        let mut args = Vec::new();
        for (source, ty) in call.arguments.iter().zip(&call.types) {
            args.extend(self.source(source, ty));
        }
        let (repr, result) = self.emit_call(call, args)?;
        Ok(self.convert(&repr, &result, &fact.ty))
    }

    /// A call with these arguments: what it returns, and of which type that is.
    pub(super) fn emit_call(&mut self, call: &FunctionCall, mut args: Vec<lir::Value>) -> Result<(Repr, Type), Reason> {
        let callee = self
            .callees
            .get(&call.id)
            .ok_or_else(|| Reason::Internal("a callee that is not known".to_owned()))?
            .clone();
        let result = callee.result;
        if callee.is_recursive {
            let limit = self.stack_limit.or_else(|| self.b.call_runtime(Symbol::StackLimit, &[]));
            args.extend(limit);
        }
        let types = machine_types(&result);
        let out = abi::returns_through_pointer(&types).then(|| {
            let slot = self.b.add_slot(8 * types.len() as u32);
            self.b.slot_address(slot)
        });
        args.extend(out);
        let shape = abi::Shape { parameters: &call.types, result: &result, is_recursive: callee.is_recursive };
        let callee = self.b.import_callee(CalleeData { id: call.id, signature: shape.signature() });
        let returned = self.b.call_function(callee, &args);
        self.pass_on(returned[0]);
        let repr = match out {
            None => returned[1..].iter().copied().collect(),
            Some(address) => types
                .iter()
                .enumerate()
                .map(|(index, &ty)| self.b.load(ty, address, abi::SLOT * index as i32, Region::Frame))
                .collect(),
        };
        Ok((repr, result))
    }

    pub(super) fn get_attr(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        if typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        if let Some(global) = typed.globals.get(&inst) {
            return Ok(self.global_value(global, &fact.ty));
        }
        let hir::Op::GetAttr(name) = &data.op else { return Ok(Repr::new()) };
        self.attribute(data.args[0], name, fact)
    }

    /// `getattr(a, name)` and `getattr(a, name, default)`. The result carries references.
    fn call_getattr(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        let [_, a, name, ref default @ ..] = data.args[..] else {
            return Err(Reason::Internal("getattr of nothing".to_owned()));
        };
        let name = self.fact(name).as_str().map(str::to_owned).unwrap_or_default();
        let (ty, receiver) = (self.fact(a).ty.clone(), self.repr(a));
        let is_read = library::attribute(&format!("{}.{name}", library::class_name(&ty))).is_some()
            || matches!(fact.ty, Type::Method(_) | Type::Library(_))
            || ty == Type::Object
            || objects::is_exception(&ty)
            || self.record_of(a).is_some()
            || ty.as_member().is_some()
            || self.field(&receiver, &ty, &name).is_some();
        let repr = match (typed.globals.get(&inst), default) {
            (Some(global), _) => self.global_value(global, &fact.ty),
            (None, [default]) if !is_read => self.repr(*default),
            _ => self.attribute(a, &name, fact)?,
        };
        self.retain_parts(&repr, &fact.ty);
        Ok(repr)
    }

    fn attribute(&mut self, a: hir::Value, name: &str, fact: &Fact) -> Result<Repr, Reason> {
        let receiver = self.repr(a);
        let ty = self.fact(a).ty.clone();
        if matches!(ty, Type::Dict(_)) && name == "default_factory" {
            // It is known when compiling.
            return Ok(Repr::new());
        }
        match &fact.ty {
            Type::Method(_) => return Ok(receiver),
            Type::Library(_) => return Ok(Repr::new()),
            _ => {}
        }
        if ty.as_member().is_some() {
            return self.member_attribute(&receiver, &ty, name, fact);
        }
        if let Some(field) = self.field(&receiver, &ty, name) {
            return Ok(field);
        }
        if ty == Type::Object || objects::is_exception(&ty) || objects::is_exception_class(&ty) {
            return Ok(self.object_attribute(a, name, fact));
        }
        let full_name = format!("{}.{name}", library::class_name(&ty));
        match library::attribute(&full_name) {
            Some(attribute) => (attribute.lower)(self, &receiver, &ty),
            None if self.record_of(a).is_some() => {
                let field = self.field_by_name(&receiver, &ty, name)?;
                field.ok_or_else(|| Reason::Internal(format!("{full_name} has no code")))
            }
            None => Err(Reason::Internal(format!("{full_name} has no code"))),
        }
    }

    /// An elementwise operation on operands of a library call.
    pub fn apply(&mut self, op: ScalarOp, operands: &[&Operand]) -> Result<Repr, Reason> {
        let numbers: Vec<super::Number> = operands
            .iter()
            .map(|operand| {
                let repr = self.argument(operand);
                self.element_number(repr, &operand.fact.ty)
            })
            .collect();
        self.scalar_op(op, &numbers)
    }
}

/// The part of a function's machine values at a path.
fn part_at(repr: Repr, ty: &Type, path: &[u32]) -> Repr {
    let Some((&position, inside)) = path.split_first() else { return repr };
    let parts = match ty {
        Type::Closure(closure) => closure.captures.clone(),
        Type::Partial(parts) => parts.to_vec(),
        ty => ty.keyword_values().or_else(|| ty.as_tuple().map(<[Type]>::to_vec)).unwrap_or_default(),
    };
    let Some(part) = parts.get(position as usize) else { return Repr::new() };
    part_at(super::tuples::item(&repr, &parts, position as usize), part, inside)
}

/// The function of the library that a partial is of, perhaps through others, with the arguments of all.
fn innermost_partial(parts: &[Type; 3], value: hir::Value, path: &[u32]) -> (String, Vec<Operand>, NamedOperands) {
    let (own, keywords) = partial_operands(parts, value, path);
    match &parts[0] {
        Type::Partial(inner) => {
            let (name, mut positional, mut named) = innermost_partial(inner, value, &[path, &[0]].concat());
            positional.extend(own);
            named.retain(|(known, _)| !keywords.iter().any(|(name, _)| name == known));
            named.extend(keywords);
            (name, positional, named)
        }
        Type::Library(name) => (name.to_string(), own, keywords),
        _ => (String::new(), own, keywords),
    }
}

type NamedOperands = Vec<(std::sync::Arc<str>, Operand)>;
