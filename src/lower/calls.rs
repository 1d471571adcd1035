//! Calls: of compiled functions through their signature, of the library through its entries.

use super::abi;
use super::function::Lowering;
use super::repr::{Repr, machine_types};
use crate::hir::{self, Inst, InstData};
use crate::library::{self, Arguments, Body, Operand};
use crate::lir::{self, CalleeData, Region};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{Argument, Fact, FunctionCall, ScalarOp, Type, as_argument, index, objects};

impl Lowering<'_> {
    pub(super) fn call(&mut self, inst: Inst, data: &InstData, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        if typed.calls.contains_key(&inst) {
            return self.call_target(inst, fact);
        }
        if let Some(construction) = typed.constructions.get(&inst) {
            return self.construct(construction, fact);
        }
        if let Some((op, operands)) = super::fusion::operation(typed, data) {
            return self.elementwise(op, operands, fact);
        }
        let callee = self.fact(data.args[0]).ty.clone();
        if data.args.len() == 1 && matches!(callee, Type::Library(_)) {
            match fact.ty {
                Type::List(_) => return self.build_list(&[], fact),
                Type::Dict(_) => return self.build_dict(&[], fact),
                Type::Set(_) => return self.build_set(&[], fact),
                _ => {}
            }
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
        let (name, mut positional) = match callee {
            Type::Library(name) => (name.to_string(), Vec::new()),
            Type::Method(method) => {
                let own = Operand { fact: Fact::of(method.0.clone()), ..receiver() };
                (format!("{}.{}", library::class_name(&method.0), method.1), vec![own])
            }
            Type::DTypeClass(_) => ("numpy.generic".to_owned(), vec![receiver()]),
            _ => (String::new(), Vec::new()),
        };
        let mut named = Vec::new();
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
            }
        }
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
            Argument::Captured(closure, position, item) => {
                let repr = self.repr(*closure);
                let Type::Closure(closure) = &self.fact(*closure).ty else { return Repr::new() };
                let own = super::tuples::item(&repr, &closure.captures, *position as usize);
                match (item, closure.captures[*position as usize].as_tuple()) {
                    (Some(item), Some(types)) => super::tuples::item(&own, types, *item as usize),
                    _ => own,
                }
            }
            Argument::Rest(items) => {
                let types = ty.as_tuple().unwrap_or_default().to_vec();
                items.iter().zip(&types).flat_map(|(item, ty)| self.source(item, ty)).collect()
            }
        }
    }

    /// Calls a compiled function. An array result carries a reference.
    pub(super) fn call_target(&mut self, inst: Inst, fact: &Fact) -> Result<Repr, Reason> {
        let typed = self.typed;
        let call: &FunctionCall =
            typed.calls.get(&inst).ok_or_else(|| Reason::Internal("a call without a target".to_owned()))?;
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
        let receiver = self.repr(data.args[0]);
        let ty = self.fact(data.args[0]).ty.clone();
        if matches!(fact.ty, Type::Method(_) | Type::Library(_)) {
            return Ok(receiver);
        }
        let hir::Op::GetAttr(name) = &data.op else { return Ok(receiver) };
        if ty == Type::Object || objects::is_exception(&ty) || objects::is_exception_class(&ty) {
            return Ok(self.object_attribute(data.args[0], name, fact));
        }
        if ty.as_member().is_some() {
            return self.member_attribute(&receiver, &ty, name, fact);
        }
        if let Some(field) = self.field(&receiver, &ty, name) {
            return Ok(field);
        }
        let full_name = format!("{}.{name}", library::class_name(&ty));
        match library::attribute(&full_name) {
            Some(attribute) => (attribute.lower)(self, &receiver, &ty),
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
