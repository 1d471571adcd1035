//! Instances of dataclasses: a block whose fields stand behind its header, a slot of 8 bytes for each machine value.

use super::errors::Failure;
use super::function::Lowering;
use super::items::{ItemLayout, slots};
use super::references::header_positions;
use super::repr::{Repr, machine_types};
use crate::hir::{self, CompareOp, Inst};
use crate::host::Global;
use crate::lir::{IntCond, Region, Value};
use crate::refusal::Reason;
use crate::runtime::memory::{BlockKind, Contents, HEADER_SIZE};
use crate::runtime::symbols::Symbol;
use crate::typing::{Argument, Construction, InstanceType, Type};

/// How a field lies behind the header.
pub fn field_layout(instance: &InstanceType, position: usize) -> ItemLayout {
    let before: usize = instance.fields[..position].iter().map(|field| machine_types(field).len()).sum();
    slots(&instance.fields[position], 8 * before)
}

/// Bytes of all fields.
pub fn fields_size(instance: &InstanceType) -> usize {
    instance.fields.iter().map(|field| 8 * machine_types(field).len()).sum()
}

/// What the block of an instance says that it holds; `None` if it is too large.
pub fn instance_contents(instance: &InstanceType) -> Option<Contents> {
    let all = Type::tuple(instance.fields.clone());
    let headers = header_positions(&all);
    Contents::new(BlockKind::Record, fields_size(instance), &headers)
}

impl Lowering<'_> {
    /// The value of a field, whose references stay the instance's.
    pub(super) fn load_field(&mut self, header: Value, instance: &InstanceType, position: usize) -> Repr {
        let layout = field_layout(instance, position);
        let load = |&(ty, offset): &(crate::lir::Type, usize)| {
            self.b.load(ty, header, (HEADER_SIZE + offset) as i32, Region::Headers)
        };
        layout.parts.iter().map(load).collect()
    }

    fn store_field(&mut self, header: Value, instance: &InstanceType, position: usize, repr: &Repr) {
        let layout = field_layout(instance, position);
        for (&(_, offset), &value) in layout.parts.iter().zip(repr) {
            self.b.store(value, header, (HEADER_SIZE + offset) as i32, Region::Headers);
        }
    }

    /// A field of an instance of the function, as an argument.
    pub(super) fn field_argument(&mut self, instance: hir::Value, position: usize) -> Repr {
        let repr = self.repr(instance);
        match self.fact(instance).ty.clone() {
            Type::Instance(instance) => self.load_field(repr[0], &instance, position),
            _ => Repr::new(),
        }
    }

    /// A new instance.
    pub(super) fn new_instance(
        &mut self,
        construction: &Construction,
        instance: &InstanceType,
    ) -> Result<Repr, Reason> {
        let name = &instance.class.name;
        let contents = instance_contents(instance)
            .ok_or_else(|| Reason::TooLarge(format!("an instance of {name} has too many fields")))?;
        let contents = self.b.const_i64(contents.0 as i64);
        let size = self.b.const_i64(fields_size(instance) as i64);
        let made = self.b.call_runtime(Symbol::AllocateContents, &[contents, size]);
        let header = self.check_made(made)?;
        // Its fields are zeros: an error from here on frees what is there.
        self.hold_temporary(header);
        for (position, source) in construction.arguments.iter().enumerate() {
            let to = &instance.fields[position];
            let repr = match source {
                // What reads it before it is set finds something.
                Argument::Unset => self.new_empty(to)?,
                Argument::Default(Global::Factory(_)) => self.new_empty(to)?,
                source => {
                    let from = &construction.types[position];
                    let own = self.source(source, from);
                    let repr = self.convert(&own, from, to);
                    self.retain_parts(&repr, to);
                    repr
                }
            };
            self.store_field(header, instance, position, &repr);
        }
        if let Some(call) = &construction.post_init {
            let mut arguments = vec![header];
            for (source, ty) in call.arguments.iter().zip(&call.types).skip(1) {
                arguments.extend(self.source(source, ty));
            }
            let (repr, ty) = self.emit_call(call, arguments)?;
            self.release_parts(&repr, &ty);
        }
        self.forget_temporary(header);
        Ok(Repr::from_slice(&[header]))
    }

    /// `a.field = value`
    pub(super) fn set_field(&mut self, inst: Inst, name: &str, a: hir::Value, value: hir::Value) -> Result<(), Reason> {
        if let Some(Global::ExceptionClass(error)) = self.typed.globals.get(&inst) {
            let always = self.b.const_bool(true);
            self.raise_if(always, &Failure::new(error, format!("cannot assign to field '{name}'")));
            return Ok(());
        }
        let Type::Instance(instance) = self.fact(a).ty.clone() else {
            return Err(Reason::Internal("a field of no instance".to_owned()));
        };
        let position =
            instance.class.field(name).ok_or_else(|| Reason::Internal(format!("{name} is no field of its class")))?;
        let header = self.repr(a)[0];
        let (repr, from) = (self.repr(value), self.fact(value).ty.clone());
        let to = &instance.fields[position];
        let repr = self.convert(&repr, &from, to);
        let old = self.load_field(header, &instance, position);
        self.retain_parts(&repr, to);
        self.store_field(header, &instance, position, &repr);
        self.mark_changed(header);
        self.release_parts(&old, to);
        Ok(())
    }

    /// Compares the fields of two instances of one class, or whether they are the same one.
    pub(super) fn compare_instances(
        &mut self,
        op: CompareOp,
        (a, left): (&Repr, &Type),
        (b, right): (&Repr, &Type),
    ) -> Result<Value, Reason> {
        let (Type::Instance(left), Type::Instance(right)) = (left, right) else {
            return Err(Reason::Internal("a comparison of no instances".to_owned()));
        };
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let Some(class) = left.dataclass().filter(|class| class.has_eq || !is_equality) else {
            let cond = if op == CompareOp::Eq { IntCond::Eq } else { IntCond::Ne };
            return Ok(self.b.cmp_int(cond, a[0], b[0]));
        };
        if left.class != right.class {
            return Ok(self.b.const_bool(op == CompareOp::Ne));
        }
        let compared: Vec<usize> = (0..class.fields.len()).filter(|&index| class.fields[index].is_compared).collect();
        let mut side = |repr: &Repr, instance: &InstanceType| {
            let types: Vec<Type> = compared.iter().map(|&position| instance.fields[position].clone()).collect();
            let values: Repr =
                compared.iter().flat_map(|&position| self.load_field(repr[0], instance, position)).collect();
            (values, types)
        };
        let (a, b) = (side(a, left), side(b, right));
        self.compare_tuples(op, (&a.0, &a.1), (&b.0, &b.1))
    }

    /// `repr` of an instance.
    pub(super) fn text_of_instance(
        &mut self,
        repr: &Repr,
        instance: &InstanceType,
        is_ascii: bool,
    ) -> Result<Value, Reason> {
        let class = instance.dataclass().ok_or_else(|| Reason::Internal("no dataclass".to_owned()))?;
        let mut before = format!("{}(", class.qualname.as_deref().unwrap_or_default());
        let (mut parts, mut made) = (Vec::new(), Vec::new());
        for position in (0..class.fields.len()).filter(|&position| class.fields[position].is_shown) {
            parts.push(self.known_text(&format!("{before}{}=", instance.class.fields[position])));
            let own = self.load_field(repr[0], instance, position);
            let part = self.repr_of(&own, &instance.fields[position], is_ascii)?;
            self.hold_temporary(part);
            parts.push(part);
            made.push(part);
            before = ", ".to_owned();
        }
        let end = if made.is_empty() { format!("{before})") } else { ")".to_owned() };
        parts.push(self.known_text(&end));
        let text = if parts.len() == 1 { parts[0] } else { self.join_texts(&parts) };
        for part in made {
            self.release_temporary(part);
        }
        Ok(text)
    }
}
