//! What is made of the program's classes, and read of their instances.

use std::sync::Arc;

use super::binding::bind;
use super::classes::{Class, ClassKind, TupleType};
use super::enums;
use super::fact::Fact;
use super::index;
use super::infer::{Argument, Construction, Failure, Inference};
use super::rules::{Named, method, no_operation};
use super::types::Type;
use crate::bytecode::Constant;
use crate::hir::{Inst, InstData, Value};
use crate::host::Global;
use crate::library::Operand;
use crate::refusal::Reason;

/// What a rule answers where it may have none: `None` if it is not its case, then `None` while too little is known.
type Answer = Option<Option<Fact>>;

impl Inference<'_> {
    /// An attribute of a class or of an instance.
    pub(super) fn class_attribute(
        &mut self,
        inst: Inst,
        data: &InstData,
        name: &Arc<str>,
        receiver: &Fact,
    ) -> Result<Answer, Failure> {
        if let Type::Class(class) = &receiver.ty {
            return self.attribute_of_class(inst, &class.clone(), name, receiver);
        }
        let Some(class) = receiver.ty.class().cloned() else { return Ok(None) };
        if let Some(fact) = enums::attribute(receiver, name)? {
            return Ok(Some(Some(fact)));
        }
        if let (Some(_), "name" | "_name_") = (class.as_enum(), &**name) {
            let flags = Operand { fact: receiver.clone(), source: Argument::Value(data.args[0]) };
            return self.text_of_flags(inst, "Flag.__name__", &flags).map(Some);
        }
        if let (ClassKind::NamedTuple, Some(position)) = (&class.kind, class.field(name)) {
            return Ok(Some(Some(index::tuple_item(receiver, position))));
        }
        if let (Type::Instance(instance), Some(position)) = (&receiver.ty, class.field(name)) {
            return Ok(Some(self.known(&instance.fields[position])));
        }
        if receiver.ty.as_tuple().is_some() && matches!(&**name, "_replace" | "_asdict") {
            return Ok(Some(Some(method(&receiver.ty, name))));
        }
        match self.env.class_attribute(class.key, name) {
            None => self.names_of_fields(inst, &class, name),
            Some(Global::Function(_)) => Ok(Some(Some(method(&receiver.ty, name)))),
            Some(Global::ClassMethod(_)) => Ok(Some(Some(method(&Type::Class(class), name)))),
            Some(Global::Property(getter)) => {
                let operand = Operand { fact: receiver.clone(), source: Argument::Value(data.args[0]) };
                self.call_function(inst, getter, vec![operand], Vec::new()).map(Some)
            }
            Some(global) => Ok(Some(Some(self.global_fact(inst, name, Some(global))?))),
        }
    }

    fn attribute_of_class(
        &mut self,
        inst: Inst,
        class: &Arc<Class>,
        name: &Arc<str>,
        receiver: &Fact,
    ) -> Result<Answer, Failure> {
        if &**name == "_make" && matches!(class.kind, ClassKind::NamedTuple) {
            return Ok(Some(Some(method(&receiver.ty, name))));
        }
        match self.env.class_attribute(class.key, name) {
            None => self.names_of_fields(inst, class, name),
            Some(Global::ClassMethod(_)) => Ok(Some(Some(method(&receiver.ty, name)))),
            global => Ok(Some(Some(self.global_fact(inst, &format!("{}.{name}", class.name), global)?))),
        }
    }

    /// `_fields` and `__match_args__`
    fn names_of_fields(&mut self, inst: Inst, class: &Class, name: &str) -> Result<Answer, Failure> {
        let names = match name {
            "_fields" if !matches!(class.kind, ClassKind::NamedTuple) => return Ok(None),
            "_fields" => &class.fields,
            "__match_args__" if class.as_enum().is_none() => &class.match_args,
            _ => return Ok(None),
        };
        let names = Constant::Tuple(names.iter().map(|name| Constant::Str(name.clone())).collect());
        Ok(Some(Some(self.global_fact(inst, name, Some(Global::Constant(names)))?)))
    }

    /// The call of a method of a class's own.
    pub(super) fn call_method(
        &mut self,
        inst: Inst,
        callee: Value,
        method: &(Type, Arc<str>),
        positional: &[Operand],
        named: &Named,
    ) -> Result<Answer, Failure> {
        let (ty, name) = method;
        let receiver = Operand { fact: Fact::of(ty.clone()), source: Argument::Value(callee) };
        match (ty, &**name) {
            (Type::Class(class), "_make") => {
                let [Operand { fact: Fact { ty: Type::Tuple(items), .. }, source: Argument::Value(tuple) }] =
                    positional
                else {
                    let types: Vec<&Type> = positional.iter().map(|operand| &operand.fact.ty).collect();
                    return Err(no_operation("_make()", &types, "pass a tuple").into());
                };
                let (expected, given) = (class.fields.len(), items.len());
                if given != expected {
                    return Err(Reason::Arguments(format!("Expected {expected} arguments, got {given}")).into());
                }
                let operands = tuple_operands(*tuple, &Fact::of(Type::Tuple(items.clone())));
                return self.construct(inst, class, operands, Vec::new()).map(Some);
            }
            (Type::Tuple(items), "_replace") if items.class.is_some() => {
                return Ok(Some(Some(self.replace(inst, callee, items, positional, named)?)));
            }
            (Type::Tuple(items), "_asdict") if items.class.is_some() => {
                return self.call_library(inst, "namedtuple._asdict", vec![receiver], Vec::new()).map(Some);
            }
            _ => {}
        }
        let class = if let Type::Class(class) = ty { Some(class) } else { ty.class() };
        let Some(class) = class else { return Ok(None) };
        match self.env.class_attribute(class.key, name) {
            Some(Global::Function(key) | Global::ClassMethod(key)) => {
                let arguments = std::iter::once(receiver).chain(positional.iter().cloned()).collect();
                self.call_function(inst, key, arguments, named.clone()).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A call of a class.
    pub(super) fn construct(
        &mut self,
        inst: Inst,
        class: &Arc<Class>,
        mut positional: Vec<Operand>,
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        if class.as_enum().is_some() {
            return self.look_up_member(inst, class, &positional);
        }
        let Some(constructor) = self.env.constructor(class.key) else {
            if class.as_dataclass().is_some()
                && let Some(Global::Function(key)) = self.env.class_attribute(class.key, "__init__")
            {
                return self.construct_by_init(inst, class, key, positional, named);
            }
            let advice =
                "it has a __new__ or __init__ of its own; make the instance outside and pass it as an argument";
            return Err(no_operation(format!("{}(...)", class.name), &[], advice).into());
        };
        let own = Operand { fact: Fact::of(Type::Class(class.clone())), source: Argument::Rest(Vec::new()) };
        positional.insert(0, own);
        let bound = bind(&constructor.parameters, positional, named)?;
        if let Some(dataclass) = class.as_dataclass() {
            return self.construct_instance(inst, class, dataclass, &constructor, bound);
        }
        let types: Vec<Type> = bound[1..].iter().map(|operand| operand.fact.ty.clone()).collect();
        let arguments = bound.into_iter().skip(1).map(|operand| operand.source).collect();
        let construction = Construction { arguments, types: types.clone(), post_init: None };
        self.typed.constructions.insert(inst, construction);
        Ok(Some(Fact::of(Type::Tuple(TupleType { items: types.into(), class: Some(class.clone()) }))))
    }

    /// `t._replace(field=value)`
    fn replace(
        &mut self,
        inst: Inst,
        callee: Value,
        items: &TupleType,
        positional: &[Operand],
        named: &Named,
    ) -> Result<Fact, Reason> {
        let class = items.class.as_ref().ok_or_else(|| Reason::Internal("a tuple without a class".to_owned()))?;
        if !positional.is_empty() {
            let given = positional.len() + 1;
            let name = &class.name;
            return Err(Reason::Arguments(format!(
                "{name}._replace() takes 1 positional argument but {given} were given"
            )));
        }
        let unknown: Vec<String> =
            named.iter().filter(|(name, _)| class.field(name).is_none()).map(|(name, _)| format!("'{name}'")).collect();
        if !unknown.is_empty() {
            return Err(Reason::Arguments(format!("Got unexpected field names: [{}]", unknown.join(", "))));
        }
        let mut operands = tuple_operands(callee, &Fact::of(Type::Tuple(items.clone())));
        for (name, operand) in named {
            if let Some(position) = class.field(name) {
                operands[position] = operand.clone();
            }
        }
        let types: Vec<Type> = operands.iter().map(|operand| operand.fact.ty.clone()).collect();
        let arguments = operands.into_iter().map(|operand| operand.source).collect();
        let construction = Construction { arguments, types: types.clone(), post_init: None };
        self.typed.constructions.insert(inst, construction);
        Ok(Fact::of(items.with(types)))
    }
}

impl Inference<'_> {
    /// What a class pattern makes of a value; `None` while its fields are not known.
    pub(super) fn match_program_class(
        &self,
        count: u32,
        subject: &Fact,
        class: &Arc<Class>,
        names: &Type,
    ) -> Result<Option<Fact>, Reason> {
        let Some(own) = subject.ty.class().filter(|own| own.is_derived_from(class)) else {
            return Ok(Some(Fact { ty: Type::None, constant: Some(Constant::None) }));
        };
        let most = class.match_args.len();
        if count as usize > most {
            let plural = if most == 1 { "" } else { "s" };
            let name = &class.name;
            return Err(Reason::Arguments(format!(
                "{name}() accepts {most} positional sub-pattern{plural} ({count} given)"
            )));
        }
        let fields = matched_fields(count, class, own, names).ok_or_else(|| {
            let advice = "name fields of the class; test for other attributes with if";
            no_operation("a class pattern", &[&subject.ty], advice)
        })?;
        let items = fields.iter().map(|&position| match &subject.ty {
            Type::Instance(instance) => self.known(&instance.fields[position]).map(|fact| fact.ty),
            _ => Some(index::tuple_item(subject, position).ty),
        });
        Ok(items.collect::<Option<Vec<Type>>>().map(|items| Fact::of(Type::tuple(items))))
    }
}

/// The items of a tuple as arguments.
fn tuple_operands(tuple: Value, fact: &Fact) -> Vec<Operand> {
    let count = fact.ty.as_tuple().map_or(0, <[Type]>::len);
    (0..count)
        .map(|position| Operand {
            fact: index::tuple_item(fact, position),
            source: Argument::Item(tuple, position as u32),
        })
        .collect()
}

/// The fields of a class `own` that a pattern of `class` names: positional ones by `__match_args__`, then those with
/// keywords. `None` if there is no such field.
pub(crate) fn matched_fields(count: u32, class: &Class, own: &Class, names: &Type) -> Option<Vec<usize>> {
    let positional = class.match_args.iter().take(count as usize).map(|name| own.field(name));
    let named = names.as_tuple().unwrap_or_default().iter().map(|name| match name {
        Type::Str(name) => own.field(name),
        _ => None,
    });
    positional.chain(named).collect()
}
