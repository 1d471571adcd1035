//! What containers hold: inferred from what is put into them, wherever that is.
//!
//! ```text
//! x = []               x: list(?1)
//! for i in range(n):
//!     x.append(i)      ?1 = int
//! x[0] = 0.5           ?1 = float: what joins int and float, as for a variable
//! ```
//!
//! Every display has an unknown of its own for its items, or for its keys and its values. Putting something in joins
//! the unknown with its type; when two containers meet in a variable or one holds the other, their unknowns become
//! one, because what is put into either is in both. Bindings only grow, so the fixed point of `infer.rs` holds for
//! them too: a change makes another sweep, which types everything that was read of the container again.
//!
//! An unknown is known to its function alone. Arguments and results are spelt out: a callee puts into a list what
//! its type says, and what it makes is what the caller gets. Only where nothing else says what a container holds, the
//! callees that it is passed to are asked what they put into it (`learn` in `infer.rs`).

use rustc_hash::FxHashMap;

use std::sync::Arc;

use super::types::{ClosureType, IteratorType, Type};
use super::unify::unify;
use crate::hir::{Inst, Location};

/// The unknowns of a function.
#[derive(Default)]
pub(super) struct Unknowns {
    bindings: Vec<Binding>,
    of_displays: FxHashMap<(Inst, u8), u32>,
    /// What annotations say, where nothing else does.
    hints: Vec<(u32, Type)>,
    /// Set when a binding grew.
    pub(super) has_changed: bool,
}

struct Binding {
    /// What is known; another unknown that it became one with.
    ty: Option<Type>,
    location: Location,
}

/// Types nest so deeply at most: a list that holds itself would have no end.
const MOST_NESTED: usize = 32;

impl Unknowns {
    /// True if no display has been met, so that no type holds an unknown.
    pub(super) fn is_empty(&self) -> bool {
        self.bindings.is_empty()
    }

    /// The unknowns of the caller of a function, by their numbers, for `learn`.
    pub(super) fn of_caller(count: usize) -> Unknowns {
        let bindings = (0..count).map(|_| Binding { ty: None, location: Location::default() }).collect();
        Unknowns { bindings, ..Unknowns::default() }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.bindings.len()
    }

    /// Puts what a callee puts into each of the first unknowns, as far as that is known. What does not fit is refused
    /// where the callee is called for what was known before.
    pub(super) fn put_all(&mut self, learned: Vec<Type>) {
        for (number, ty) in learned.into_iter().enumerate() {
            if !ty.has_unknown() {
                self.put(&Type::Unknown(number as u32), &ty);
            }
        }
    }

    /// The unknown of a display's part.
    pub(super) fn of_display(&mut self, inst: Inst, part: u8, location: Location) -> Type {
        let next = self.bindings.len() as u32;
        let number = *self.of_displays.entry((inst, part)).or_insert(next);
        if number == next {
            self.bindings.push(Binding { ty: None, location });
        }
        Type::Unknown(number)
    }

    /// Notes what an annotation says of an unknown.
    pub(super) fn hint(&mut self, unknown: &Type, ty: &Type) {
        if let Type::Unknown(number) = unknown
            && !self.hints.iter().any(|(known, _)| known == number)
        {
            self.hints.push((*number, ty.clone()));
        }
    }

    /// Takes what annotations say for what nothing is known of; whether there was any such.
    pub(super) fn take_hints(&mut self) -> bool {
        for (number, ty) in std::mem::take(&mut self.hints) {
            let root = self.root(number);
            if self.bindings[root as usize].ty.is_none() {
                self.bindings[root as usize].ty = Some(ty);
                self.has_changed = true;
            }
        }
        self.has_changed
    }

    fn root(&self, mut number: u32) -> u32 {
        while let Some(Type::Unknown(next)) = self.bindings[number as usize].ty {
            number = next;
        }
        number
    }

    /// The type, known as far as its outermost form; parts of containers may be unknown.
    pub(super) fn resolve(&self, ty: &Type) -> Type {
        match ty {
            Type::Unknown(number) => {
                let root = self.root(*number);
                self.bindings[root as usize].ty.as_ref().map_or(Type::Unknown(root), |bound| self.resolve(bound))
            }
            Type::Tuple(items) if ty.has_unknown() => {
                items.with(items.iter().map(|item| self.resolve(item)).collect::<Vec<_>>())
            }
            Type::Keywords(items) if ty.has_unknown() => {
                Type::Keywords(items.iter().map(|(name, item)| (name.clone(), self.resolve(item))).collect())
            }
            Type::Optional(inner) if ty.has_unknown() => Type::Optional(Arc::new(self.resolve(inner))),
            other => other.clone(),
        }
    }

    /// The type with everything in it that is known.
    pub(super) fn spell_out(&self, ty: &Type) -> Type {
        self.spell(ty, 0)
    }

    fn spell(&self, ty: &Type, depth: usize) -> Type {
        if !ty.has_unknown() || depth > MOST_NESTED {
            return ty.clone();
        }
        let spell = |ty: &Type| self.spell(ty, depth + 1);
        let all = |items: &[Type]| items.iter().map(spell).collect::<Vec<_>>();
        match ty {
            Type::Unknown(_) => match self.resolve(ty) {
                Type::Unknown(root) => Type::Unknown(root),
                known => spell(&known),
            },
            Type::List(item) => Type::list(spell(item)),
            Type::Set(key) => Type::Set(Arc::new(spell(key))),
            Type::Optional(inner) => Type::Optional(Arc::new(spell(inner))),
            Type::Deque(item) => Type::Deque(Arc::new(spell(item))),
            Type::Dict(entry) => Type::Dict(Arc::new((spell(&entry.0), spell(&entry.1), entry.2.clone()))),
            Type::Tuple(items) => items.with(all(items)),
            Type::Instance(instance) => instance.with(all(&instance.fields)),
            Type::Keywords(items) => {
                Type::Keywords(items.iter().map(|(name, item)| (name.clone(), spell(item))).collect())
            }
            Type::Cell(content) => Type::Cell(Arc::new(spell(content))),
            Type::Partial(parts) => Type::Partial(Arc::new(std::array::from_fn(|index| spell(&parts[index])))),
            Type::Closure(closure) => {
                Type::Closure(Arc::new(ClosureType { captures: all(&closure.captures), ..**closure }))
            }
            Type::Method(method) => Type::Method(Arc::new((spell(&method.0), method.1.clone()))),
            Type::Iterable(iterable) => Type::Iterable(Arc::new((iterable.0.clone(), all(&iterable.1)))),
            Type::Iterator(kind) => Type::Iterator(Arc::new(match &**kind {
                IteratorType::List(item) => IteratorType::List(spell(item)),
                IteratorType::ReversedList(item) => IteratorType::ReversedList(spell(item)),
                IteratorType::Deque(item) => IteratorType::Deque(spell(item)),
                IteratorType::Set(key) => IteratorType::Set(spell(key)),
                IteratorType::Dict(part, entry) => {
                    IteratorType::Dict(*part, Arc::new((spell(&entry.0), spell(&entry.1), entry.2.clone())))
                }
                IteratorType::Enumerate(inner) => IteratorType::Enumerate(spell(inner)),
                IteratorType::Zip(inner) => IteratorType::Zip(all(inner)),
                IteratorType::Tuple(items) => IteratorType::Tuple(all(items).into()),
                other => other.clone(),
            })),
            other => other.clone(),
        }
    }

    /// Puts a value of type `ty` where a container holds `part`. False if there is no room for it.
    pub(super) fn put(&mut self, part: &Type, ty: &Type) -> bool {
        let Type::Unknown(number) = part else { return self.join(part, ty).is_some_and(|joined| joined == *part) };
        let root = self.root(*number);
        let ty = self.resolve(ty);
        if ty == Type::Unknown(root) {
            return true;
        }
        if self.mentions(&ty, root, 0) {
            return false;
        }
        let joined = match &self.bindings[root as usize].ty {
            None => Some(ty),
            Some(known) => {
                let known = known.clone();
                self.join(&known, &ty)
            }
        };
        let Some(joined) = joined else { return false };
        if self.bindings[root as usize].ty.as_ref() != Some(&joined) {
            self.bindings[root as usize].ty = Some(joined);
            self.has_changed = true;
        }
        true
    }

    fn mentions(&self, ty: &Type, root: u32, depth: usize) -> bool {
        if depth > MOST_NESTED {
            return true;
        }
        let is_in = |ty: &Type| self.mentions(ty, root, depth + 1);
        match ty {
            Type::Unknown(number) => {
                let own = self.root(*number);
                own == root || self.bindings[own as usize].ty.as_ref().is_some_and(is_in)
            }
            Type::List(item) | Type::Set(item) | Type::Deque(item) | Type::Optional(item) => is_in(item),
            Type::Dict(entry) => is_in(&entry.0) || is_in(&entry.1),
            Type::Tuple(items) => items.iter().any(is_in),
            Type::Keywords(items) => items.iter().any(|(_, item)| is_in(item)),
            Type::Instance(instance) => instance.fields.iter().any(is_in),
            _ => false,
        }
    }

    /// The join of two types, which are resolved if there is something to resolve.
    pub(super) fn unify(&mut self, a: &Type, b: &Type) -> Option<Type> {
        if self.is_empty() { unify(a, b) } else { self.join(a, b) }
    }

    /// The join of two types; what containers in both hold becomes the same.
    pub(super) fn join(&mut self, a: &Type, b: &Type) -> Option<Type> {
        let (a, b) = (self.resolve(a), self.resolve(b));
        if !a.has_unknown() && !b.has_unknown() {
            return unify(&a, &b);
        }
        match (&a, &b) {
            (Type::Unknown(_), _) => self.put(&a, &b).then(|| self.resolve(&a)),
            (_, Type::Unknown(_)) => self.put(&b, &a).then(|| self.resolve(&b)),
            (Type::List(x), Type::List(y)) => self.make_equal(x, y).then(|| a.clone()),
            (Type::Set(x), Type::Set(y)) | (Type::Deque(x), Type::Deque(y)) => self.make_equal(x, y).then(|| a.clone()),
            (Type::Instance(x), Type::Instance(y)) if x.class == y.class => {
                let mut fields = x.fields.iter().zip(&y.fields);
                fields.all(|(x, y)| self.make_equal(x, y)).then(|| a.clone())
            }
            (Type::Dict(x), Type::Dict(y)) if x.2 == y.2 => {
                (self.make_equal(&x.0, &y.0) && self.make_equal(&x.1, &y.1)).then(|| a.clone())
            }
            (Type::Tuple(x), Type::Tuple(y)) if x.len() == y.len() && x.class == y.class => {
                let items: Option<Vec<Type>> = x.iter().zip(y.iter()).map(|(x, y)| self.join(x, y)).collect();
                items.map(|items| x.with(items))
            }
            (Type::Optional(x), Type::Optional(y)) => self.join(x, y).map(|inner| Type::Optional(Arc::new(inner))),
            (Type::None, Type::Optional(_)) => Some(b.clone()),
            (Type::Optional(_), Type::None) => Some(a.clone()),
            (Type::None, inner) | (inner, Type::None) => Some(Type::Optional(Arc::new(inner.clone()))),
            (Type::Optional(x), other) | (other, Type::Optional(x)) => {
                self.join(x, other).map(|inner| Type::Optional(Arc::new(inner)))
            }
            (Type::Iterator(x), Type::Iterator(y)) => {
                self.join_iterators(x, y).map(|kind| Type::Iterator(Arc::new(kind)))
            }
            _ => (self.spell_out(&a) == self.spell_out(&b)).then(|| a.clone()),
        }
    }

    fn join_iterators(&mut self, a: &IteratorType, b: &IteratorType) -> Option<IteratorType> {
        match (a, b) {
            (IteratorType::List(x), IteratorType::List(y))
            | (IteratorType::ReversedList(x), IteratorType::ReversedList(y))
            | (IteratorType::Deque(x), IteratorType::Deque(y))
            | (IteratorType::Set(x), IteratorType::Set(y)) => {
                let is_same_kind = std::mem::discriminant(a) == std::mem::discriminant(b);
                (is_same_kind && self.make_equal(x, y)).then(|| a.clone())
            }
            (IteratorType::Dict(part, x), IteratorType::Dict(other, y)) => {
                let is_equal = part == other && self.make_equal(&x.0, &y.0) && self.make_equal(&x.1, &y.1);
                is_equal.then(|| a.clone())
            }
            (IteratorType::Enumerate(x), IteratorType::Enumerate(y)) => self.join(x, y).map(IteratorType::Enumerate),
            (IteratorType::Zip(x), IteratorType::Zip(y)) if x.len() == y.len() => {
                let items: Option<Vec<Type>> = x.iter().zip(y).map(|(x, y)| self.join(x, y)).collect();
                items.map(IteratorType::Zip)
            }
            _ => None,
        }
    }

    /// Makes what two containers hold the same; false if it cannot be.
    fn make_equal(&mut self, a: &Type, b: &Type) -> bool {
        match (a, b) {
            (Type::Unknown(x), Type::Unknown(y)) => {
                let (x, y) = (self.root(*x), self.root(*y));
                if x == y {
                    return true;
                }
                if let Some(bound) = self.bindings[x as usize].ty.clone()
                    && !self.put(&Type::Unknown(y), &bound)
                {
                    return false;
                }
                let (x, y) = (self.root(x), self.root(y));
                if x != y {
                    self.bindings[x as usize].ty = Some(Type::Unknown(y));
                    self.has_changed = true;
                }
                true
            }
            (Type::Unknown(_), known) | (known, Type::Unknown(_)) => {
                let unknown = if matches!(a, Type::Unknown(_)) { a } else { b };
                self.put(unknown, known) && self.spell_out(unknown) == self.spell_out(known)
            }
            _ => self.join(a, b).is_some_and(|joined| self.spell_out(&joined) == self.spell_out(b)),
        }
    }

    /// Where a display stands of which too little is known.
    pub(super) fn unresolved(&self) -> Option<Location> {
        (0..self.bindings.len() as u32)
            .find(|&number| self.spell_out(&Type::Unknown(number)).has_unknown())
            .map(|number| self.bindings[number as usize].location)
    }
}
