//! Classes of the program's whose instances compiled code knows: named tuples and enumerations.
//!
//! A class is plain data, made once by the host and told from others by its key. What needs Python objects, such as
//! defaults and methods, is asked of the host by that key.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use super::enums::EnumClass;
use super::types::Type;

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
}

impl Class {
    /// True for the class itself and for what it derives from.
    pub fn is_derived_from(&self, other: &Class) -> bool {
        self.key == other.key || self.bases.contains(&other.key)
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
