//! Instances of dataclasses: made, changed, compared.
//!
//! An instance is a block that all who know it share. The types of its fields are what is put into them, as for the
//! items of a container: by the call that makes it, and by assignments in the same function. Fields of frozen
//! instances have the types of the arguments.

use std::sync::Arc;

use super::classes::{Class, Constructor, Dataclass, InstanceType};
use super::container_rules::runtime_type;
use super::fact::Fact;
use super::infer::{Argument, Construction, Failure, Inference};
use super::rules::{Named, no_operation, operand};
use super::types::{FunctionKey, Type};
use super::unify::unify;
use crate::hir::{CompareOp, Inst, InstData};
use crate::host::Global;
use crate::library::Operand;
use crate::refusal::Reason;

/// Fields that a class made in compiled code may have.
const MOST_FIELDS: usize = 80;

impl Inference<'_> {
    /// `Class(...)`: arguments are bound, that for the instance first.
    pub(super) fn construct_instance(
        &mut self,
        inst: Inst,
        class: &Arc<Class>,
        dataclass: &Dataclass,
        constructor: &Constructor,
        bound: Vec<Operand>,
    ) -> Result<Option<Fact>, Failure> {
        if class.fields.len() > MOST_FIELDS {
            return Err(Reason::TooLarge(format!("{} has more than {MOST_FIELDS} fields", class.name)).into());
        }
        let (mut arguments, mut types, mut fields) = (Vec::new(), Vec::new(), Vec::new());
        for (position, name) in class.fields.iter().enumerate() {
            let parameter = constructor.parameters.names.iter().position(|known| known == name);
            let given = parameter.map(|parameter| bound[parameter].clone());
            let operand = match given {
                Some(operand) => operand,
                None => self.unset_field(class, dataclass, constructor, position)?,
            };
            let (part, ty) = self.field_of(inst, position, dataclass, &operand)?;
            if part != ty && !self.unknowns.put(&part, &ty) {
                let types = [self.unknowns.spell_out(&part), self.unknowns.spell_out(&ty)];
                let operation = format!("{}({name}=...)", class.name);
                return Err(no_operation(operation, &[&types[0], &types[1]], "a field has one type").into());
            }
            arguments.push(operand.source);
            types.push(operand.fact.ty);
            fields.push(part);
        }
        let made = Type::Instance(Arc::new(InstanceType { class: class.clone(), fields }));
        let post_init = if dataclass.has_post_init { self.post_init(class, &made)? } else { None };
        if dataclass.has_post_init && post_init.is_none() {
            return Ok(Some(Fact::of(made)));
        }
        self.typed.constructions.insert(inst, Construction { arguments, types, post_init });
        Ok(Some(Fact::of(made)))
    }

    /// `Class(...)` of a dataclass with an `__init__` of its own, which sets the fields: annotations say their types.
    pub(super) fn construct_by_init(
        &mut self,
        inst: Inst,
        class: &Arc<Class>,
        init: FunctionKey,
        mut positional: Vec<Operand>,
        named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let Some(dataclass) = class.as_dataclass() else { return Ok(None) };
        let (mut types, mut arguments, mut made_of) = (Vec::new(), Vec::new(), Vec::new());
        for (name, field) in class.fields.iter().zip(&dataclass.fields) {
            let Some(hint) = field.hint.clone().filter(|_| class.fields.len() <= MOST_FIELDS) else {
                let what = format!("the type of field '{name}' of {}, which its own __init__ sets,", class.name);
                return Err(Reason::NotConstant(what).into());
            };
            // What `__init__` does not set is the default, which is an attribute of the class.
            let default = self.env.class_attribute(class.key, name);
            let fact = default.as_ref().and_then(|default| super::global_type(default).ok());
            let fits = |ty: &Type| unify(ty, &hint).is_some_and(|joined| joined == hint);
            match (default, fact.map(|fact| runtime_type(&fact.ty)).filter(fits)) {
                (Some(default), Some(ty)) => {
                    arguments.push(Argument::Default(default));
                    made_of.push(ty);
                }
                _ => {
                    arguments.push(Argument::Unset);
                    made_of.push(hint.clone());
                }
            }
            types.push(hint);
        }
        let made = Type::Instance(Arc::new(InstanceType { class: class.clone(), fields: types }));
        positional.insert(0, Operand { fact: Fact::of(made.clone()), source: Argument::Made });
        let parameters = self.env.parameters(init)?;
        let bound = super::binding::bind(&parameters, positional, named)?;
        if let Some(call) = self.bound_call(init, bound)? {
            self.typed.constructions.insert(inst, Construction { arguments, types: made_of, post_init: Some(call) });
        }
        Ok(Some(Fact::of(made)))
    }

    /// What a field is at first that is no parameter.
    fn unset_field(
        &self,
        class: &Class,
        dataclass: &Dataclass,
        constructor: &Constructor,
        position: usize,
    ) -> Result<Operand, Reason> {
        let name = &class.fields[position];
        if let Some((_, default)) = constructor.others.iter().find(|(known, _)| known == name) {
            let fact = super::global_type(default)
                .map_err(|type_name| Reason::GlobalType { name: name.clone(), type_name: type_name.into() })?;
            return Ok(Operand { fact, source: Argument::Default(default.clone()) });
        }
        match &dataclass.fields[position].hint {
            Some(hint) if dataclass.has_post_init => {
                Ok(Operand { fact: Fact::of(hint.clone()), source: Argument::Unset })
            }
            _ => {
                let what = format!("the type of field '{name}' of {}, which has no default,", class.name);
                Err(Reason::NotConstant(what))
            }
        }
    }

    /// The type of a field, and that of what it is made of.
    fn field_of(
        &mut self,
        inst: Inst,
        position: usize,
        dataclass: &Dataclass,
        operand: &Operand,
    ) -> Result<(Type, Type), Reason> {
        let location = self.typed.hir.insts[inst.index()].location;
        let first = position as u8;
        let ty = match &operand.source {
            Argument::Default(Global::Factory(name)) => {
                let mut part = |number: u8| self.unknowns.of_display(inst, first + number, location);
                let made = match &**name {
                    "dict" => Type::dict(part(80), part(160)),
                    "set" => Type::Set(Arc::new(part(80))),
                    _ => Type::list(part(80)),
                };
                if let Some(hint) = &dataclass.fields[position].hint {
                    self.hint_items(&made, hint);
                }
                made
            }
            _ => runtime_type(&operand.fact.ty),
        };
        if dataclass.is_frozen && !matches!(operand.source, Argument::Unset) {
            return Ok((ty.clone(), ty));
        }
        Ok((self.unknowns.of_display(inst, first, location), ty))
    }

    /// Notes what an annotation says of what a container holds.
    fn hint_items(&mut self, made: &Type, hint: &Type) {
        match (made, hint) {
            (Type::List(item), Type::List(hint)) | (Type::Set(item), Type::Set(hint)) => self.unknowns.hint(item, hint),
            (Type::Dict(entry), Type::Dict(hint)) => {
                self.unknowns.hint(&entry.0, &hint.0);
                self.unknowns.hint(&entry.1, &hint.1);
            }
            _ => {}
        }
    }

    /// The call of `__post_init__` with a new instance; `None` while its type is not known.
    fn post_init(&mut self, class: &Class, made: &Type) -> Result<Option<super::FunctionCall>, Failure> {
        let Some(Global::Function(key)) = self.env.class_attribute(class.key, "__post_init__") else {
            return Err(no_operation(format!("{}(...)", class.name), &[], "its __post_init__ is no function").into());
        };
        self.bound_call(key, vec![Operand { fact: Fact::of(made.clone()), source: Argument::Made }])
    }

    /// `a.field = value`
    pub(super) fn set_field(&mut self, inst: Inst, name: &Arc<str>, a: &Type, value: &Type) -> Result<(), Reason> {
        let refuse = |advice: &str| no_operation(format!("assigning to attribute {name}"), &[a], advice);
        let Type::Instance(instance) = a else { return Err(refuse("it cannot be changed; make another one")) };
        let Some(position) = instance.class.field(name) else {
            return Err(refuse("only fields of the class can be assigned to"));
        };
        if instance.dataclass().is_some_and(|class| class.is_frozen) {
            let error = self.env.module_attribute("dataclasses", "FrozenInstanceError");
            self.global_fact(inst, "dataclasses.FrozenInstanceError", error)?;
            return Ok(());
        }
        if self.unknowns.put(&instance.fields[position], &runtime_type(value)) {
            return Ok(());
        }
        let known = self.unknowns.spell_out(&instance.fields[position]);
        let value = self.unknowns.spell_out(value);
        let advice = "a field has one type; convert the value, or make the instance with that type";
        Err(no_operation(format!("assigning to attribute {name}"), &[&known, &value], advice))
    }

    /// A comparison with an instance.
    pub(super) fn compare_instances(
        &mut self,
        inst: Inst,
        data: &InstData,
        op: CompareOp,
        facts: &[Fact],
    ) -> Result<Option<Fact>, Failure> {
        let name = match op {
            CompareOp::Eq => "__eq__",
            CompareOp::Ne => "__ne__",
            CompareOp::Lt => "__lt__",
            CompareOp::Le => "__le__",
            CompareOp::Gt => "__gt__",
            CompareOp::Ge => "__ge__",
        };
        let (left, right) = (&facts[0].ty, &facts[1].ty);
        if let Some(class) = left.class()
            && let Some(Global::Function(key)) = self.env.class_attribute(class.key, name)
        {
            let operands = vec![operand(&facts[0], data, 0), operand(&facts[1], data, 1)];
            return self.call_function(inst, key, operands, Vec::new());
        }
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let (Type::Instance(a), Type::Instance(b)) = (left, right) else {
            return match is_equality {
                true => Ok(Some(Fact::bool(op == CompareOp::Ne))),
                false => Err(no_operation(format!("operator {}", op.symbol()), &[left, right], "").into()),
            };
        };
        let Some(dataclass) = a.dataclass() else { return Ok(None) };
        if is_equality && !dataclass.has_eq {
            return Ok(Some(Fact::of(Type::Bool)));
        }
        if a.class != b.class || !is_equality && !dataclass.has_order {
            return match is_equality {
                true => Ok(Some(Fact::bool(op == CompareOp::Ne))),
                false => {
                    let advice = "make the class with dataclass(order=True), or compare fields";
                    Err(no_operation(format!("operator {}", op.symbol()), &[left, right], advice).into())
                }
            };
        }
        let spelled = [self.unknowns.spell_out(left), self.unknowns.spell_out(right)];
        if spelled.iter().any(Type::has_unknown) {
            return Ok(None);
        }
        match is_comparable(&spelled[0]) && is_comparable(&spelled[1]) {
            true => Ok(Some(Fact::of(Type::Bool))),
            false => {
                let advice = "fields are compared that are numbers, strings, members, tuples of these and instances";
                Err(no_operation(format!("operator {}", op.symbol()), &[left, right], advice).into())
            }
        }
    }

    /// `dataclasses.replace(a, field=value)`
    pub(super) fn replace_fields(
        &mut self,
        inst: Inst,
        positional: &[Operand],
        mut named: Named,
    ) -> Result<Option<Fact>, Failure> {
        let [Operand { fact: Fact { ty: ty @ Type::Instance(instance), .. }, source: Argument::Value(value) }] =
            positional
        else {
            let types: Vec<&Type> = positional.iter().map(|operand| &operand.fact.ty).collect();
            return Err(no_operation("dataclasses.replace()", &types, "pass an instance, and fields by name").into());
        };
        let Some(dataclass) = instance.dataclass() else { return Ok(None) };
        for (position, name) in instance.class.fields.iter().enumerate() {
            let is_given = named.iter().any(|(known, _)| known == name);
            match (dataclass.fields[position].is_init, is_given) {
                (false, true) => {
                    let message =
                        format!("field {name} is declared with init=False, it cannot be specified with replace()");
                    return Err(no_operation("dataclasses.replace()", &[ty], &message).into());
                }
                (true, false) => {
                    let Some(fact) = self.known(&instance.fields[position]) else { return Ok(None) };
                    named.push((name.clone(), Operand { fact, source: Argument::Field(*value, position as u32) }));
                }
                _ => {}
            }
        }
        let class = instance.class.clone();
        self.construct(inst, &class, Vec::new(), named)
    }

    /// `dataclasses.astuple(a)` of fields that are values.
    pub(super) fn fields_as_tuple(&mut self, inst: Inst, positional: &[Operand]) -> Result<Option<Fact>, Reason> {
        let [Operand { fact: Fact { ty: Type::Instance(instance), .. }, source: Argument::Value(value) }] = positional
        else {
            let types: Vec<&Type> = positional.iter().map(|operand| &operand.fact.ty).collect();
            return Err(no_operation("dataclasses.astuple()", &types, "pass an instance"));
        };
        let facts: Option<Vec<Fact>> = instance.fields.iter().map(|field| self.known(field)).collect();
        let Some(facts) = facts else { return Ok(None) };
        let types: Vec<Type> = facts.into_iter().map(|fact| fact.ty).collect();
        if let Some(other) = types.iter().find(|ty| !is_value(ty)) {
            return Err(no_operation("dataclasses.astuple()", &[other], "read the fields one by one"));
        }
        let arguments = (0..types.len()).map(|position| Argument::Field(*value, position as u32)).collect();
        self.typed.constructions.insert(inst, Construction { arguments, types: types.clone(), post_init: None });
        Ok(Some(Fact::of(Type::tuple(types))))
    }
}

/// True for what `astuple` passes on as it is.
fn is_value(ty: &Type) -> bool {
    ty.is_number() || ty.is_text() || matches!(ty, Type::None | Type::Member(_))
}

/// True for instances whose fields compare one by one, and for what such fields hold.
fn is_comparable(ty: &Type) -> bool {
    match ty {
        Type::Instance(instance) => instance.dataclass().is_some_and(|class| {
            class.has_eq
                && class.fields.iter().zip(&instance.fields).all(|(field, ty)| !field.is_compared || is_comparable(ty))
        }),
        Type::Tuple(items) => items.iter().all(is_comparable),
        ty => is_value(ty),
    }
}
