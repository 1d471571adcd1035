//! What a container type needs on the way in and out: guards and boxing of what it holds, and where that lies.
//!
//! An element goes through 8-byte slots, one for each machine value, as arguments do: its guard writes slots, and
//! `Element` copies them to where the values lie in the container, and back.

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use upshift_core::lir::Type as Machine;
use upshift_core::lower::instances::{field_layout, fields_size, instance_contents};
use upshift_core::lower::items::{
    ItemLayout, contents, item_layout, key_fields, key_layout, key_shape, set_key_layout, value_layout,
};
use upshift_core::lower::{header_positions, machine_types};
use upshift_core::runtime::hashing::KeyShape;
use upshift_core::runtime::memory::{Contents, Header};
use upshift_core::typing::{DictKind, InstanceType, Type};

use super::collections::{self, Collection};
use super::hashing;
use crate::boxing::Boxing;
use crate::classes;
use crate::guard::Guard;

/// The most machine values of an element.
pub(super) const MOST_SLOTS: usize = 48;
/// The most arrays in an element.
pub(super) const MOST_ARRAYS: usize = 8;

/// How a type of containers is converted.
pub(crate) struct Codec {
    /// What it converts.
    pub(super) ty: Type,
    pub(super) contents: Contents,
    pub(super) kind: Kind,
}

pub(super) enum Kind {
    List(Element),
    /// With its class.
    Deque(Element, Py<PyAny>),
    Dict(KeyShape, Element, Element),
    Set(KeyShape, Element),
    /// A dict of a class of `collections`.
    Collection(Collection, KeyShape, Element, Element),
    /// An instance of this class: its fields, with their names.
    Instance(Py<PyAny>, Vec<(Py<PyString>, Element)>, usize),
}

/// How what a container holds is converted.
pub(super) struct Element {
    pub(super) ty: Type,
    pub(super) guard: Guard,
    pub(super) boxing: Boxing,
    /// Size and offset of each machine value.
    parts: Box<[(u32, usize)]>,
    /// Which of them are headers.
    pub(super) headers: Box<[usize]>,
    /// How many slots stand behind a key's own, for the fields that instances in it are compared by, and which of them are
    /// headers.
    compared: (usize, Box<[usize]>),
    /// Some of them are those of strings or bytes, which say where these lie.
    pub(super) has_text: bool,
}

impl Codec {
    /// Calls `visit` on each object that it keeps alive.
    pub(crate) fn for_each_object(&self, visit: &mut dyn FnMut(*mut ffi::PyObject)) {
        let elements: Vec<&Element> = match &self.kind {
            Kind::List(item) => vec![item],
            Kind::Deque(item, class) => {
                visit(class.as_ptr());
                vec![item]
            }
            Kind::Dict(_, key, value) => vec![key, value],
            Kind::Collection(collection, _, key, value) => {
                collection.for_each_object(visit);
                vec![key, value]
            }
            Kind::Set(_, key) => vec![key],
            Kind::Instance(class, fields, _) => {
                visit(class.as_ptr());
                fields.iter().map(|(_, field)| field).collect()
            }
        };
        for element in elements {
            element.guard.for_each_object(visit);
            element.boxing.for_each_object(visit);
        }
    }

    /// The way for this type; `None` if what it holds has no form in Python, or is too large.
    pub(crate) fn new(ty: &Type) -> Option<Codec> {
        let kind = match ty {
            Type::List(item) => Kind::List(Element::new(item, &item_layout(item))?),
            Type::Dict(entry) => {
                let key = Element::new(&entry.0, &key_layout(&entry.0))?;
                let value = Element::new(&entry.1, &value_layout(&entry.0, &entry.1))?;
                let shape = key_shape(&entry.0)?;
                match &entry.2 {
                    DictKind::Plain => Kind::Dict(shape, key, value),
                    kind => Kind::Collection(Collection::new(kind)?, shape, key, value),
                }
            }
            Type::Deque(item) => Kind::Deque(Element::new(item, &item_layout(item))?, collections::class("deque")?),
            Type::Set(key) => Kind::Set(key_shape(key)?, Element::new(key, &set_key_layout(key))?),
            Type::Instance(instance) => return Codec::of_instance(ty, instance),
            _ => return None,
        };
        Some(Codec { ty: ty.clone(), contents: contents(ty)?, kind })
    }
}

impl Codec {
    fn of_instance(ty: &Type, instance: &InstanceType) -> Option<Codec> {
        // SAFETY: the GIL is held wherever codecs are made.
        let py = unsafe { Python::assume_attached() };
        let class = classes::object(py, instance.class.key)?.into_any().unbind();
        let fields = instance.class.fields.iter().enumerate().map(|(position, name)| {
            let element = Element::new(&instance.fields[position], &field_layout(instance, position))?;
            Some((PyString::new(py, name).unbind(), element))
        });
        let fields = fields.collect::<Option<_>>()?;
        Some(Codec {
            ty: ty.clone(),
            contents: instance_contents(instance)?,
            kind: Kind::Instance(class, fields, fields_size(instance)),
        })
    }
}

impl Codec {
    /// The same, where containers in what it holds become typed ones.
    pub(crate) fn with_typed_items(ty: &Type) -> Option<Codec> {
        let mut codec = Codec::new(ty)?;
        if let Kind::List(item) = &mut codec.kind {
            item.boxing = Boxing::inside_typed(&item.ty)?;
        }
        Some(codec)
    }
}

fn has_text(ty: &Type) -> bool {
    match ty {
        Type::Tuple(items) => items.iter().any(has_text),
        Type::Optional(inner) => has_text(inner),
        ty => ty.is_text(),
    }
}

impl Element {
    fn new(ty: &Type, layout: &ItemLayout) -> Option<Element> {
        let guard = Guard::new(ty, None)?;
        let fields = Type::tuple(key_fields(ty));
        if machine_types(ty).len() + machine_types(&fields).len() > MOST_SLOTS || guard.header_count() > MOST_ARRAYS {
            return None;
        }
        Some(Element {
            ty: ty.clone(),
            guard,
            boxing: Boxing::new(ty)?,
            parts: layout.parts.iter().map(|&(part, offset)| (Machine::size(part), offset)).collect(),
            headers: header_positions(ty).into_iter().collect(),
            compared: (machine_types(&fields).len(), header_positions(&fields).into_iter().collect()),
            has_text: has_text(ty),
        })
    }

    /// How many slots it has.
    pub(super) fn slot_count(&self) -> usize {
        self.parts.len()
    }

    /// How many slots a key's row has.
    pub(super) fn row_length(&self) -> usize {
        self.parts.len() + self.compared.0
    }

    /// Writes the fields that instances in a key are compared by behind its slots.
    ///
    /// # Safety
    /// The slots hold a key, whose headers are live.
    pub(super) unsafe fn add_compared_fields(&self, slots: &mut [u64; MOST_SLOTS]) {
        if self.compared.0 > 0 {
            let own = *slots;
            let mut end = self.parts.len();
            // SAFETY: the caller's promise; there is a slot for each field.
            unsafe { hashing::push_key_fields(&self.ty, &own[..self.parts.len()], slots, &mut end) };
        }
    }

    /// Calls `visit` on each header among these fields.
    pub(super) fn for_each_compared_header(&self, slots: &[u64], mut visit: impl FnMut(*mut Header)) {
        self.compared.1.iter().for_each(|&position| visit(slots[self.parts.len() + position] as *mut Header));
    }

    /// Writes slots to where the values lie, seen from an element's address. Key slots are written whole.
    ///
    /// # Safety
    /// There is room for an element, and a slot for each value.
    pub(super) unsafe fn store(&self, slots: &[u64], element: *mut u8) {
        for (&(size, offset), &slot) in self.parts.iter().zip(slots) {
            // SAFETY: the caller's promise; values are aligned to their size.
            unsafe {
                let at = element.add(offset);
                match size {
                    1 => at.write(slot as u8),
                    2 => at.cast::<u16>().write(slot as u16),
                    4 => at.cast::<u32>().write(slot as u32),
                    _ => at.cast::<u64>().write(slot),
                }
            }
        }
    }

    /// Reads the values of an element into slots; references stay the container's.
    ///
    /// # Safety
    /// An element stands there, and there is a slot for each value.
    pub(super) unsafe fn load(&self, element: *const u8, slots: &mut [u64]) {
        for (&(size, offset), slot) in self.parts.iter().zip(slots) {
            // SAFETY: as for `store`.
            *slot = unsafe {
                let at = element.add(offset);
                match size {
                    1 => u64::from(at.read()),
                    2 => u64::from(at.cast::<u16>().read()),
                    4 => u64::from(at.cast::<u32>().read()),
                    _ => at.cast::<u64>().read(),
                }
            };
        }
    }

    /// Calls `visit` on each header in the slots of an element.
    pub(super) fn for_each_header(&self, slots: &[u64], mut visit: impl FnMut(*mut Header)) {
        self.headers.iter().for_each(|&position| visit(slots[position] as *mut Header));
    }
}
