//! What containers hold, in memory: how items, keys and values are laid out, read and written.
//!
//! | container | an element | its parts |
//! |---|---|---|
//! | list, deque | the item | machine values at their natural alignment |
//! | dict | the entry | hash; key, a slot of 8 bytes for each machine value; value as in a list |
//! | set | the place | hash; key as in a dict; 16 bytes at least (`runtime/set.rs`) |

use smallvec::SmallVec;

use super::errors::Failure;
use super::function::Lowering;
use super::references::header_positions;
use super::repr::{Repr, machine_types};
use crate::lir::{Immediate, IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::hashing::{KeyPart, KeyShape};
use crate::runtime::memory::{
    BlockKind, CAPACITY_OFFSET, CHANGED_OFFSET, CONTENTS_OFFSET, Contents, DATA_OFFSET, LENGTH_OFFSET,
};
use crate::runtime::set::{KEY_OFFSET, LEAST_PLACE};
use crate::runtime::symbols::Symbol;
use crate::typing::Type;

/// Where the machine values of an element stand.
#[derive(Clone, Debug)]
pub struct ItemLayout {
    /// Types and offsets.
    pub parts: SmallVec<[(Machine, usize); 4]>,
    /// Bytes of an element.
    pub size: usize,
    /// The 8-byte slots that hold headers.
    headers: SmallVec<[usize; 2]>,
}

/// The layout of values of a type at their natural alignment, from an offset on.
fn natural(ty: &Type, start: usize) -> ItemLayout {
    let (mut offset, mut alignment) = (start, 1);
    let mut parts = SmallVec::new();
    for part in machine_types(ty) {
        let size = part.size() as usize;
        offset = offset.next_multiple_of(size);
        alignment = alignment.max(size);
        parts.push((part, offset));
        offset += size;
    }
    let headers = header_positions(ty).into_iter().map(|position| headers_slot(&parts, position)).collect();
    ItemLayout { parts, size: offset.next_multiple_of(alignment), headers }
}

fn headers_slot(parts: &[(Machine, usize)], position: usize) -> usize {
    parts.get(position).map_or(0, |part| part.1 / 8)
}

/// The layout of a key or field in slots of 8 bytes, from an offset on.
pub(super) fn slots(ty: &Type, start: usize) -> ItemLayout {
    let parts: SmallVec<[(Machine, usize); 4]> =
        machine_types(ty).into_iter().enumerate().map(|(index, part)| (part, start + 8 * index)).collect();
    let headers = header_positions(ty).into_iter().map(|position| headers_slot(&parts, position)).collect();
    ItemLayout { size: start + 8 * parts.len(), parts, headers }
}

/// The same of a key, behind which the fields of instances in it stand that are compared for them.
fn key_slots(key: &Type, start: usize) -> ItemLayout {
    let own = slots(key, start);
    let fields = slots(&Type::tuple(key_fields(key)), own.size);
    let headers = own.headers.iter().chain(&fields.headers).copied().collect();
    ItemLayout { size: fields.size, headers, parts: own.parts }
}

/// The types of the fields that instances in a key are compared by, in the order in which they stand behind it: those
/// that a field has itself follow it.
pub fn key_fields(key: &Type) -> Vec<Type> {
    match key {
        Type::Tuple(items) => items.iter().flat_map(key_fields).collect(),
        Type::Instance(instance) => {
            let compared = instance.compared_fields();
            compared.flat_map(|(_, field)| std::iter::once(field.clone()).chain(key_fields(field))).collect()
        }
        _ => Vec::new(),
    }
}

/// How the items of a list lie.
pub fn item_layout(item: &Type) -> ItemLayout {
    natural(item, 0)
}

/// How the key of a dict's entry lies.
pub fn key_layout(key: &Type) -> ItemLayout {
    key_slots(key, 8)
}

/// How the value of a dict's entry lies.
pub fn value_layout(key: &Type, value: &Type) -> ItemLayout {
    natural(value, key_layout(key).size)
}

/// How the key of a set's place lies.
pub fn set_key_layout(key: &Type) -> ItemLayout {
    let layout = key_slots(key, KEY_OFFSET);
    ItemLayout { size: layout.size.max(LEAST_PLACE), ..layout }
}

/// What the block of a container says that it holds; `None` if its elements are too large for that.
pub fn contents(container: &Type) -> Option<Contents> {
    match container {
        Type::List(item) => {
            let layout = item_layout(item);
            Contents::new(BlockKind::List, layout.size, &layout.headers)
        }
        Type::Deque(item) => {
            let layout = item_layout(item);
            Contents::new(BlockKind::Deque, layout.size, &layout.headers)
        }
        Type::Dict(entry) => {
            let (key, value) = (key_layout(&entry.0), value_layout(&entry.0, &entry.1));
            let headers: Vec<usize> = key.headers.into_iter().chain(value.headers).collect();
            Contents::new(BlockKind::Dict, value.size.next_multiple_of(8), &headers)
        }
        Type::Set(key) => {
            let layout = set_key_layout(key);
            Contents::new(BlockKind::Set, layout.size, &layout.headers)
        }
        _ => None,
    }
}

/// How keys of a type compare; `None` if they have too many parts.
pub fn key_shape(key: &Type) -> Option<KeyShape> {
    let mut parts = Vec::new();
    push_key_parts(key, &mut parts);
    key_fields(key).iter().for_each(|field| push_key_parts(field, &mut parts));
    KeyShape::new(&parts)
}

fn push_key_parts(ty: &Type, out: &mut Vec<KeyPart>) {
    match ty {
        Type::Tuple(items) => items.iter().for_each(|item| push_key_parts(item, out)),
        Type::Instance(_) => out.push(KeyPart::Skipped),
        ty => out.extend(machine_types(ty).into_iter().map(|part| match part {
            Machine::F64 => KeyPart::Float64,
            Machine::F32 => KeyPart::Float32,
            Machine::Ptr => KeyPart::Text,
            Machine::Bool | Machine::I8 | Machine::I16 | Machine::I32 | Machine::I64 => KeyPart::Bits,
        })),
    }
}

impl Lowering<'_> {
    /// What the block of a container says that it holds, as a constant.
    pub(super) fn contents_constant(&mut self, container: &Type) -> Result<Value, Reason> {
        let contents = contents(container)
            .ok_or_else(|| Reason::TooLarge(format!("an element of {container} is too large for a container")))?;
        Ok(self.b.const_i64(contents.0 as i64))
    }

    /// Says of a new container that Python code shares it.
    pub fn share_container(&mut self, container: Value, ty: &Type) -> Result<(), Reason> {
        let own = contents(ty).ok_or_else(|| Reason::Internal(format!("{ty} is no container")))?;
        let shared = self.b.const_i64(own.shared().0 as i64);
        self.b.store(shared, container, CONTENTS_OFFSET, Region::Cells);
        Ok(())
    }

    /// How many items a container has.
    pub fn container_length(&mut self, container: Value) -> Value {
        self.b.load(Machine::I64, container, LENGTH_OFFSET, Region::Headers)
    }

    /// The end of the entries of a dict, or of the places of a set.
    pub fn container_end(&mut self, container: Value) -> Value {
        self.b.load(Machine::I64, container, CAPACITY_OFFSET, Region::Headers)
    }

    /// The address of a container's items.
    pub fn container_data(&mut self, container: Value) -> Value {
        self.b.load(Machine::Ptr, container, DATA_OFFSET, Region::Headers)
    }

    /// Tells the dispatcher that a container is not what it was; of one made here it knows nothing yet.
    pub fn mark_changed(&mut self, container: Value) {
        if self.is_made_here(container) {
            return;
        }
        let one = self.b.const_i64(1);
        // Its own region: nothing here reads it, and lengths and addresses stay known across it.
        self.b.store(one, container, CHANGED_OFFSET, Region::Cells);
    }

    fn is_made_here(&self, container: Value) -> bool {
        let made = self.b.func.def_inst(container).map(|data| data.immediate);
        matches!(
            made,
            Some(Immediate::Symbol(
                Symbol::ListNew
                    | Symbol::ListSlice
                    | Symbol::ListConcat
                    | Symbol::ListRepeat
                    | Symbol::DictNew
                    | Symbol::SetNew
            ))
        )
    }

    /// The address of the element at a position that is in range.
    pub(super) fn element_address(&mut self, container: Value, position: Value, size: usize) -> Value {
        let data = self.container_data(container);
        let stride = self.b.const_i64(size as i64);
        self.advance_by(data, position, stride)
    }

    /// Reads what lies at an address.
    pub fn load_item(&mut self, address: Value, layout: &ItemLayout) -> Repr {
        layout.parts.iter().map(|&(ty, offset)| self.b.load(ty, address, offset as i32, Region::Elements)).collect()
    }

    /// Writes machine values to an address; references go with them.
    pub fn store_item(&mut self, address: Value, layout: &ItemLayout, repr: &Repr) {
        for (&(_, offset), &value) in layout.parts.iter().zip(repr) {
            self.b.store(value, address, offset as i32, Region::Elements);
        }
    }

    /// Writes a value to an address where one stands, whose references are dropped.
    pub(super) fn replace_item(&mut self, address: Value, layout: &ItemLayout, repr: &Repr, ty: &Type) {
        let old: Vec<Value> = layout
            .headers
            .iter()
            .map(|&slot| self.b.load(Machine::Ptr, address, 8 * slot as i32, Region::Elements))
            .collect();
        self.retain_parts(repr, ty);
        self.store_item(address, layout, repr);
        for header in old {
            self.release(header);
        }
    }

    /// Adds a reference for each header in a value.
    pub fn retain_parts(&mut self, repr: &Repr, ty: &Type) {
        for position in header_positions(ty) {
            self.retain(repr[position]);
        }
    }

    /// Drops a reference for each header in a value.
    pub fn release_parts(&mut self, repr: &Repr, ty: &Type) {
        for position in header_positions(ty) {
            self.release(repr[position]);
        }
    }

    /// Raises `MemoryError` if a routine answered null.
    pub fn check_made(&mut self, made: Option<Value>) -> Result<Value, Reason> {
        let made = made.ok_or_else(|| Reason::Internal("a routine without a result".to_owned()))?;
        let null = self.b.const_ptr(0);
        let has_failed = self.b.cmp_int(IntCond::Eq, made, null);
        self.raise_if(has_failed, &Failure::of_class("MemoryError"));
        Ok(made)
    }

    /// Raises `MemoryError` if a routine answered so.
    pub fn check_status(&mut self, status: Option<Value>) -> Result<Value, Reason> {
        let status = status.ok_or_else(|| Reason::Internal("a routine without a status".to_owned()))?;
        let one = self.b.const_int(Machine::I32, i64::from(crate::runtime::list::NO_MEMORY));
        let has_failed = self.b.cmp_int(IntCond::Eq, status, one);
        self.raise_if(has_failed, &Failure::of_class("MemoryError"));
        Ok(status)
    }
}
