//! Dicts and sets: displays, looking keys up, adding and removing them.
//!
//! A key is hashed here and written to a row of 8-byte slots on the stack; the runtime finds the entry of both
//! (`runtime/dict.rs`, `runtime/set.rs`). Keys of one int go in a register.

use super::arithmetic::Number;
use super::errors::Failure;
use super::function::Lowering;
use super::items::{key_layout, key_shape, set_key_layout, value_layout};
use super::repr::{Repr, machine_types};
use crate::bytecode::Constant;
use crate::hir::{self, Inst};
use crate::lir::{IntCond, Region, Type as Machine, Value};
use crate::refusal::Reason;
use crate::runtime::symbols::Symbol;
use crate::typing::{DictKind, Entries, Fact, Type};

impl Lowering<'_> {
    /// `{a: b, ...}`
    pub(super) fn build_dict(&mut self, args: &[hir::Value], fact: &Fact) -> Result<Repr, Reason> {
        let Type::Dict(entry) = fact.ty.clone() else {
            return Err(Reason::Internal("a display of no dict".to_owned()));
        };
        let dict = self.new_table(&fact.ty, &entry.0)?;
        self.hold_temporary(dict);
        for pair in args.chunks(2) {
            let (key, value) = (self.converted(pair[0], &entry.0), self.converted(pair[1], &entry.1));
            self.set_entry(dict, &key, &value, &entry)?;
        }
        self.forget_temporary(dict);
        Ok(Repr::from_slice(&[dict]))
    }

    /// `{a, b, ...}`
    pub(super) fn build_set(&mut self, args: &[hir::Value], fact: &Fact) -> Result<Repr, Reason> {
        let Type::Set(key) = fact.ty.clone() else { return Err(Reason::Internal("a display of no set".to_owned())) };
        let set = self.new_table(&fact.ty, &key)?;
        self.hold_temporary(set);
        for &arg in args {
            let repr = self.converted(arg, &key);
            self.add_to_set(set, &repr, &key)?;
        }
        self.forget_temporary(set);
        Ok(Repr::from_slice(&[set]))
    }

    /// A new empty dict or set.
    pub fn new_table(&mut self, container: &Type, key: &Type) -> Result<Value, Reason> {
        let contents = self.contents_constant(container)?;
        let shape =
            key_shape(key).ok_or_else(|| Reason::TooLarge(format!("a key of type {key} has too many parts")))?;
        let shape = self.b.const_i64(shape.0 as i64);
        let symbol = if matches!(container, Type::Set(_)) { Symbol::SetNew } else { Symbol::DictNew };
        let made = self.b.call_runtime(symbol, &[contents, shape]);
        self.check_made(made)
    }

    /// What a class makes of nothing: zero, or an empty text or container.
    pub fn new_empty(&mut self, ty: &Type) -> Result<Repr, Reason> {
        let fact = Fact::of(ty.clone());
        match ty {
            Type::Dict(_) => self.build_dict(&[], &fact),
            Type::Set(_) => self.build_set(&[], &fact),
            Type::List(_) => self.build_list(&[], &fact),
            Type::Deque(item) => {
                let none = self.b.const_i64(-1);
                Ok(Repr::from_slice(&[self.new_deque(item, none)?]))
            }
            Type::Tuple(items) => {
                let made = items.iter().map(|item| self.new_empty(item)).collect::<Result<Vec<Repr>, Reason>>()?;
                Ok(made.into_iter().flatten().collect())
            }
            Type::String => Ok(Repr::from_slice(&[self.known_text("")])),
            Type::Bytes => Ok(self.known_bytes(&Constant::Bytes([].into()))),
            ty => Ok(machine_types(ty).into_iter().map(|part| self.zero(part)).collect()),
        }
    }

    /// A key, and behind it the fields that instances in it are compared by.
    fn key_row(&mut self, key: &Repr, ty: &Type) -> Repr {
        let mut row = key.clone();
        self.push_key_fields(key, ty, &mut row);
        row
    }

    fn push_key_fields(&mut self, repr: &Repr, ty: &Type, row: &mut Repr) {
        match ty {
            Type::Tuple(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.push_key_fields(&super::tuples::item(repr, items, index), item, row);
                }
            }
            Type::Instance(instance) => {
                for (position, field) in instance.compared_fields() {
                    let own = self.load_field(repr[0], instance, position);
                    row.extend(own.iter().copied());
                    self.push_key_fields(&own, field, row);
                }
            }
            _ => {}
        }
    }

    /// The address of a key's slots.
    fn key_address(&mut self, key: &Repr) -> Value {
        let slot = self.b.add_slot(8 * key.len().max(1) as u32);
        let address = self.b.slot_address(slot);
        for (index, &part) in key.iter().enumerate() {
            let whole = match self.b.type_of(part) {
                Machine::Bool | Machine::I8 | Machine::I16 | Machine::I32 => self.b.extend_uint(part, Machine::I64),
                Machine::F32 => {
                    let bits = self.b.float_to_bits(part, Machine::I32);
                    self.b.extend_uint(bits, Machine::I64)
                }
                Machine::I64 | Machine::F64 | Machine::Ptr => part,
            };
            self.b.store(whole, address, 8 * index as i32, Region::Frame);
        }
        address
    }

    /// What the runtime answers about a key.
    fn look_up(&mut self, symbol: Symbol, table: Value, key: &Repr, ty: &Type) -> Result<Value, Reason> {
        let int_symbol = match symbol {
            Symbol::DictFind => Some(Symbol::DictFindInt),
            Symbol::DictPlace => Some(Symbol::DictPlaceInt),
            Symbol::SetFind => Some(Symbol::SetFindInt),
            Symbol::SetAdd => Some(Symbol::SetAddInt),
            _ => None,
        };
        let answer = match int_symbol {
            Some(symbol) if *ty == Type::Int => self.b.call_runtime(symbol, &[table, key[0]]),
            _ => {
                let hash = self.hash(key, ty)?;
                let row = self.key_row(key, ty);
                let address = self.key_address(&row);
                self.b.call_runtime(symbol, &[table, hash, address])
            }
        };
        answer.ok_or_else(|| Reason::Internal("a routine without a result".to_owned()))
    }

    fn is_null(&mut self, address: Value) -> Value {
        let null = self.b.const_ptr(0);
        self.b.cmp_int(IntCond::Eq, address, null)
    }

    /// The address of a key's entry in a dict, or null.
    pub fn find_entry(&mut self, dict: Value, key: &Repr, ty: &Type) -> Result<Value, Reason> {
        self.look_up(Symbol::DictFind, dict, key, ty)
    }

    /// Whether there is an entry at the address.
    pub fn is_found(&mut self, entry: Value) -> Value {
        let is_null = self.is_null(entry);
        self.b.not_bool(is_null)
    }

    /// The address of a key's entry in a dict; raises `KeyError`.
    pub fn need_entry(&mut self, dict: Value, key: &Repr, ty: &Type) -> Result<Value, Reason> {
        let entry = self.find_entry(dict, key, ty)?;
        let is_missing = self.is_null(entry);
        let error = self.key_error(key, ty);
        self.raise_if(is_missing, &error);
        Ok(entry)
    }

    /// `KeyError` with the key.
    pub fn key_error(&mut self, key: &Repr, ty: &Type) -> Failure {
        self.failure_of("KeyError", std::slice::from_ref(ty), key)
    }

    /// `key in table` of a dict, its keys, or a set.
    pub(super) fn has_key(&mut self, ty: &Type, table: Value, item: &Number) -> Result<Value, Reason> {
        let dict = crate::typing::dict_view(ty).map_or(ty, |view| view.1);
        let found = match dict {
            Type::Dict(entry) => {
                let key = self.convert(&item.repr, &item.ty, &entry.0);
                self.find_entry(table, &key, &entry.0)?
            }
            Type::Set(key) => {
                let own = self.convert(&item.repr, &item.ty, key);
                self.find_place(table, &own, key)?
            }
            other => return Err(Reason::Internal(format!("membership in {other}"))),
        };
        Ok(self.is_found(found))
    }

    /// The value at the address of an entry; whoever keeps it adds references.
    pub fn entry_value(&mut self, address: Value, entry: &Entries) -> Repr {
        self.load_item(address, &value_layout(&entry.0, &entry.1))
    }

    /// The key at the address of an entry.
    pub fn entry_key(&mut self, address: Value, entry: &Entries) -> Repr {
        self.load_item(address, &key_layout(&entry.0))
    }

    /// The address of the entry at a position.
    pub fn entry_address(&mut self, dict: Value, position: Value, entry: &Entries) -> Value {
        let layout = value_layout(&entry.0, &entry.1);
        self.element_address(dict, position, layout.size.next_multiple_of(8))
    }

    /// `dict[key] = value`
    pub fn set_entry(&mut self, dict: Value, key: &Repr, value: &Repr, entry: &Entries) -> Result<(), Reason> {
        let place = self.look_up(Symbol::DictPlace, dict, key, &entry.0)?;
        let address = self.check_made(Some(place))?;
        self.replace_item(address, &value_layout(&entry.0, &entry.1), value, &entry.1);
        Ok(())
    }

    pub(super) fn get_dict_item(&mut self, a: hir::Value, index: hir::Value, entry: &Entries) -> Result<Repr, Reason> {
        let (dict, key) = (self.repr(a)[0], self.converted(index, &entry.0));
        if entry.2 == DictKind::Counter {
            let address = self.find_entry(dict, &key, &entry.0)?;
            let is_found = self.is_found(address);
            return self.branch_values(
                is_found,
                &entry.1,
                &mut |lowering| Ok(lowering.entry_value(address, entry)),
                &mut |lowering| lowering.new_empty(&entry.1),
            );
        }
        let address = self.need_entry(dict, &key, &entry.0)?;
        Ok(self.entry_value(address, entry))
    }

    /// `dict[key]` where a function of the library says what a missing key means.
    pub(super) fn get_or_missing(
        &mut self,
        inst: Inst,
        (a, index): (hir::Value, hir::Value),
        entry: &Entries,
        fact: &Fact,
    ) -> Result<Repr, Reason> {
        let (dict, key) = (self.repr(a)[0], self.converted(index, &entry.0));
        let address = self.find_entry(dict, &key, &entry.0)?;
        let is_found = self.is_found(address);
        self.branch_values(
            is_found,
            &fact.ty,
            &mut |lowering| {
                let value = lowering.entry_value(address, entry);
                lowering.retain_parts(&value, &entry.1);
                Ok(value)
            },
            &mut |lowering| lowering.call_target(inst, fact),
        )
    }

    pub(super) fn set_dict_item(
        &mut self,
        a: hir::Value,
        index: hir::Value,
        value: hir::Value,
        entry: &Entries,
    ) -> Result<(), Reason> {
        let (key, value) = (self.converted(index, &entry.0), self.converted(value, &entry.1));
        let dict = self.repr(a)[0];
        self.set_entry(dict, &key, &value, entry)
    }

    pub(super) fn delete_dict_item(&mut self, a: hir::Value, index: hir::Value, entry: &Entries) -> Result<(), Reason> {
        let (dict, key) = (self.repr(a)[0], self.converted(index, &entry.0));
        if entry.2 == DictKind::Counter {
            let address = self.find_entry(dict, &key, &entry.0)?;
            let is_found = self.is_found(address);
            self.branch_values(
                is_found,
                &Type::None,
                &mut |lowering| {
                    lowering.b.call_runtime(Symbol::DictRemove, &[dict, address]);
                    Ok(Repr::new())
                },
                &mut |_| Ok(Repr::new()),
            )?;
            return Ok(());
        }
        let address = self.need_entry(dict, &key, &entry.0)?;
        let value = self.entry_value(address, entry);
        self.b.call_runtime(Symbol::DictRemove, &[dict, address]);
        self.release_parts(&value, &entry.1);
        Ok(())
    }

    /// `set.add(key)`
    pub fn add_to_set(&mut self, set: Value, key: &Repr, ty: &Type) -> Result<(), Reason> {
        let status = self.look_up(Symbol::SetAdd, set, key, ty)?;
        self.check_status(Some(status))?;
        Ok(())
    }

    /// The address of a key's place in a set, or null.
    pub fn find_place(&mut self, set: Value, key: &Repr, ty: &Type) -> Result<Value, Reason> {
        self.look_up(Symbol::SetFind, set, key, ty)
    }

    /// The key at the address of a place.
    pub fn place_key(&mut self, address: Value, key: &Type) -> Repr {
        self.load_item(address, &set_key_layout(key))
    }
}
