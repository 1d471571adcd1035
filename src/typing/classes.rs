//! Classes of the program's whose instances compiled code knows: named tuples, enumerations, dataclasses.
//!
//! A class is plain data, made once by the host and told from others by its key. What needs Python objects, such as
//! defaults and methods, is asked of the host by that key.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use super::enums::EnumClass;
use super::infer::Parameters;
use super::types::Type;
use crate::host::Global;

/// Names a class of the program's.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct ClassKey(pub u64);

/// A class.
#[derive(Debug)]
pub struct Class {
    /// No other class ever has it.
    pub key: ClassKey,
    /// `__name__`
    pub name: Arc<str>,
    /// What its instances are.
    pub kind: ClassKind,
    /// The names of the fields, in order.
    pub fields: Vec<Arc<str>>,
    /// `__match_args__`
    pub match_args: Vec<Arc<str>>,
    /// The classes that it derives from.
    pub bases: Vec<ClassKey>,
}

/// What the instances of a class are.
#[derive(Debug)]
pub enum ClassKind {
    /// Tuples whose items have names.
    NamedTuple,
    /// Members of an enumeration.
    Enum(EnumClass),
    /// Objects with fields.
    Dataclass(Dataclass),
}

/// What `dataclass` made of a class.
#[derive(Debug)]
pub struct Dataclass {
    /// Assigning to a field raises.
    pub is_frozen: bool,
    /// `==` compares fields.
    pub has_eq: bool,
    /// `hash` is that of the fields that are compared.
    pub has_hash: bool,
    /// `<` and its like compare fields.
    pub has_order: bool,
    /// How `repr` begins; `None` if it is the class's own.
    pub qualname: Option<Arc<str>>,
    /// There is a `__post_init__`.
    pub has_post_init: bool,
    /// The class says itself what is true.
    pub has_truth: bool,
    /// What is said of each field.
    pub fields: Vec<Field>,
}

/// A field of a dataclass.
#[derive(Debug)]
pub struct Field {
    /// It is a parameter of `__init__`.
    pub is_init: bool,
    /// Comparisons look at it.
    pub is_compared: bool,
    /// `repr` shows it.
    pub is_shown: bool,
    /// What its annotation says.
    pub hint: Option<Type>,
}

/// What a class of the program's is called with.
#[derive(Debug)]
pub struct Constructor {
    /// The parameters, that of the class or instance first.
    pub parameters: Parameters,
    /// Fields that are none of these, and what they are at first.
    pub others: Vec<(Arc<str>, Global)>,
}

/// An instance of a dataclass: its class, and the types of its fields.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct InstanceType {
    /// The class.
    pub class: Arc<Class>,
    /// Types of the fields.
    pub fields: Vec<Type>,
}

impl InstanceType {
    /// What `dataclass` made of the class.
    pub fn dataclass(&self) -> Option<&Dataclass> {
        self.class.as_dataclass()
    }

    /// The positions and types of the fields that `==` and `hash` look at.
    pub fn compared_fields(&self) -> impl Iterator<Item = (usize, &Type)> {
        let class = self.dataclass();
        let is_compared = move |position: usize| class.is_some_and(|class| class.fields[position].is_compared);
        self.fields.iter().enumerate().filter(move |(position, _)| is_compared(*position))
    }

    /// An instance of the same class with other fields.
    pub fn with(&self, fields: Vec<Type>) -> Type {
        Type::Instance(Arc::new(InstanceType { class: self.class.clone(), fields }))
    }
}

impl Class {
    /// True for the class itself and for what it derives from.
    pub fn is_derived_from(&self, other: &Class) -> bool {
        self.key == other.key || self.bases.contains(&other.key)
    }

    /// What `dataclass` made of it.
    pub fn as_dataclass(&self) -> Option<&Dataclass> {
        match &self.kind {
            ClassKind::Dataclass(class) => Some(class),
            ClassKind::NamedTuple | ClassKind::Enum(_) => None,
        }
    }

    /// The position of a field.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| **field == *name)
    }
}

impl PartialEq for Class {
    fn eq(&self, other: &Class) -> bool {
        self.key == other.key
    }
}

impl Eq for Class {}

impl Hash for Class {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// The types of a tuple's items, and its class if it is a named tuple.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TupleType {
    /// Types of the items.
    pub items: Arc<[Type]>,
    /// The class of a named tuple.
    pub class: Option<Arc<Class>>,
}

impl TupleType {
    /// A tuple of the same class with other items.
    pub fn with(&self, items: impl Into<Arc<[Type]>>) -> Type {
        Type::Tuple(TupleType { items: items.into(), class: self.class.clone() })
    }

    /// The name of an item's field.
    pub fn field_name(&self, position: usize) -> Option<&Arc<str>> {
        self.class.as_ref().and_then(|class| class.fields.get(position))
    }
}

impl Deref for TupleType {
    type Target = [Type];

    fn deref(&self) -> &[Type] {
        &self.items
    }
}
