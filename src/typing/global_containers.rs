//! What a function may do with a global list, dict, set or dataclass: read it. A frozen dataclass of values is one itself.
//!
//! The container is converted once, when the function is compiled, and stands for the Python object from then on, as
//! other globals do. So nothing may change it, and nobody may get hold of it who could: it is indexed, searched,
//! measured, compared, iterated and copied, and what is reached through it, such as a row of a table, likewise.
//!
//! Everything through which a global container can be reached is *shared*. The rules below say what makes a shared value
//! of one, and which use is refused. They follow values along edges, until nothing changes.

use std::sync::Arc;

use super::infer::Typed;
use super::types::{IteratorType, Type};
use crate::hir::{self, InstData, Op, Terminator, Value};
use crate::host::Global;
use crate::refusal::Reason;

/// Functions that read what they are given.
const READERS: &[&str] = &[
    "builtins.all",
    "builtins.any",
    "builtins.bool",
    "builtins.dict",
    "builtins.enumerate",
    "builtins.isinstance",
    "builtins.len",
    "builtins.list",
    "builtins.max",
    "builtins.min",
    "builtins.print",
    "builtins.range",
    "builtins.repr",
    "builtins.reversed",
    "builtins.set",
    "builtins.sorted",
    "builtins.str",
    "builtins.sum",
    "builtins.tuple",
    "builtins.zip",
    "bisect.bisect_left",
    "bisect.bisect_right",
    "heapq.nlargest",
    "heapq.nsmallest",
    "numpy.array",
    "numpy.asarray",
];

/// Methods that read their receiver.
const READING_METHODS: &[&str] = &[
    "copy",
    "count",
    "difference",
    "get",
    "index",
    "intersection",
    "isdisjoint",
    "issubset",
    "issuperset",
    "items",
    "keys",
    "most_common",
    "symmetric_difference",
    "total",
    "union",
    "values",
];

/// Methods that take items out of what they are given, and keep them.
const TAKING_METHODS: &[&str] = &["difference_update", "extend", "intersection_update", "join", "update"];

/// The first misuse of a global container: why, and where.
pub(super) fn misuse(typed: &Typed) -> Option<(Reason, hir::Location)> {
    if !typed.globals.values().any(|global| matches!(global, Global::Container(_))) {
        return None;
    }
    let mut sharing = Sharing { typed, names: vec![None; typed.facts.len()], has_changed: true, misuse: None };
    while sharing.has_changed && sharing.misuse.is_none() {
        sharing.has_changed = false;
        sharing.sweep();
    }
    sharing.misuse.map(|(name, location)| (Reason::GlobalContainer(name), location))
}

struct Sharing<'a> {
    typed: &'a Typed,
    /// For each shared value the name of the global.
    names: Vec<Option<Arc<str>>>,
    has_changed: bool,
    misuse: Option<(Arc<str>, hir::Location)>,
}

impl Sharing<'_> {
    fn sweep(&mut self) {
        let function = self.typed.hir.clone();
        for (index, block) in function.blocks.iter().enumerate() {
            if !self.typed.is_reached[index] {
                continue;
            }
            for &inst in &block.insts {
                let data = &function.insts[inst.index()];
                if let (Some(Global::Container(_)), Some(result)) = (self.typed.globals.get(&inst), data.result)
                    && leads_on(self.ty(result))
                {
                    self.share(result, &name_of(&data.op));
                }
                self.instruction(data);
            }
            for target in block.terminator.targets().chain(&block.handler) {
                let params = &function.blocks[target.block.index()].params;
                for (&param, &arg) in params.iter().zip(&target.args) {
                    if let Some(name) = self.names[arg.index()].clone() {
                        self.share(param, &name);
                    }
                }
            }
            if let Terminator::Return(value) = block.terminator
                && let Some(name) = self.names[value.index()].clone()
            {
                self.misuse.get_or_insert((name, block.location));
            }
        }
    }

    fn share(&mut self, value: Value, name: &Arc<str>) {
        if self.names[value.index()].is_none() {
            self.names[value.index()] = Some(Arc::clone(name));
            self.has_changed = true;
        }
    }

    fn ty(&self, value: Value) -> &Type {
        self.typed.facts[value.index()].as_ref().map_or(&Type::Never, |fact| &fact.ty)
    }

    fn is_shared(&self, value: Value) -> bool {
        self.names[value.index()].is_some()
    }

    fn instruction(&mut self, data: &InstData) {
        let Some(name) = data.args.iter().find_map(|arg| self.names[arg.index()].clone()) else { return };
        let result = data.result.map_or(&Type::Never, |result| self.ty(result));
        let is_first = self.is_shared(data.args[0]);
        // Whether the use is one that reads, and whether its result is shared.
        let (is_reading, shares) = match &data.op {
            Op::GetAttr(attribute) if is_first => {
                let is_field = self.ty(data.args[0]).class().is_some_and(|class| class.field(attribute).is_some());
                (is_field || READING_METHODS.contains(&&**attribute), leads_on(result))
            }
            Op::Call { .. } => self.call(data, result),
            // What is made by these is new, but for its items.
            Op::Binary { is_inplace, .. } => (!is_inplace || self.takes_items(data), gives_on(result)),
            Op::GetItem if matches!(self.ty(data.args[1]), Type::Slice(_)) => (true, gives_on(result)),
            Op::GetItem
            | Op::GetIter { .. }
            | Op::IterItem
            | Op::IterHas
            | Op::IterAdvance
            | Op::NotNone
            | Op::CheckNotNone { .. }
            | Op::Unpack(_)
            | Op::UnpackStarred { .. }
            | Op::UnpackedItem(_)
            | Op::BuildTuple
            | Op::Compare(_)
            | Op::Is { .. }
            | Op::Contains { .. }
            | Op::Truth
            | Op::Format(_)
            | Op::MatchSequence => (true, leads_on(result)),
            _ => (false, false),
        };
        if !is_reading {
            self.misuse.get_or_insert((Arc::clone(&name), data.location));
        }
        if let (true, Some(result)) = (shares, data.result) {
            self.share(result, &name);
        }
    }

    /// Whether a call reads, and whether its result is shared.
    fn call(&self, data: &InstData, result: &Type) -> (bool, bool) {
        match self.ty(data.args[0]) {
            Type::Library(name) => {
                let is_copying =
                    matches!(&**name, "builtins.sorted" | "builtins.list" | "builtins.set" | "builtins.dict");
                let shares = if is_copying { gives_on(result) } else { leads_on(result) };
                (READERS.contains(&&**name), shares)
            }
            Type::Method(method) if READING_METHODS.contains(&&*method.1) => {
                (true, if &*method.1 == "get" { leads_on(result) } else { gives_on(result) })
            }
            Type::Method(method) => {
                (TAKING_METHODS.contains(&&*method.1) && !self.is_shared(data.args[0]) && self.takes_items(data), false)
            }
            _ => (false, false),
        }
    }

    /// True if only operands after the first are shared, and their items are not.
    fn takes_items(&self, data: &InstData) -> bool {
        !self.is_shared(data.args[0])
            && data.args[1..].iter().all(|&arg| !self.is_shared(arg) || !gives_on(self.ty(arg)))
    }
}

fn name_of(op: &Op) -> Arc<str> {
    match op {
        Op::Global(name) | Op::Free(name) | Op::GetAttr(name) => Arc::clone(name),
        _ => Arc::from("global"),
    }
}

/// True if a container can be reached through a value of the type.
pub(super) fn leads_on(ty: &Type) -> bool {
    match ty {
        Type::List(_) | Type::Dict(_) | Type::Set(_) | Type::Deque(_) => true,
        // Nobody can change a frozen one.
        Type::Instance(instance) => {
            !instance.dataclass().is_some_and(|class| class.is_frozen) || instance.fields.iter().any(leads_on)
        }
        Type::Tuple(items) => items.iter().any(leads_on),
        Type::Optional(inside) | Type::Cell(inside) => leads_on(inside),
        Type::Method(method) => leads_on(&method.0),
        Type::Closure(closure) => closure.captures.iter().any(leads_on),
        Type::Generator(generator) => generator.arguments.iter().any(leads_on),
        Type::Partial(parts) => parts.iter().any(leads_on),
        Type::Iterable(iterable) => iterable.1.iter().any(gives_on),
        Type::Iterator(kind) => match &**kind {
            IteratorType::List(item)
            | IteratorType::ReversedList(item)
            | IteratorType::Deque(item)
            | IteratorType::Set(item) => leads_on(item),
            IteratorType::Dict(_, entry) => leads_on(&entry.0) || leads_on(&entry.1),
            IteratorType::Enumerate(inner) => leads_on(inner),
            IteratorType::Zip(inner) => inner.iter().any(leads_on),
            IteratorType::Tuple(items) => items.iter().any(leads_on),
            IteratorType::Generator(generator) => generator.arguments.iter().any(leads_on),
            IteratorType::Range { .. }
            | IteratorType::Array(_)
            | IteratorType::Flat(_)
            | IteratorType::Buffer(_)
            | IteratorType::Text { .. } => false,
        },
        _ => false,
    }
}

/// True if a container can be reached through the items of a value.
fn gives_on(ty: &Type) -> bool {
    match ty {
        Type::List(item) | Type::Set(item) | Type::Deque(item) => leads_on(item),
        Type::Dict(entry) => leads_on(&entry.0) || leads_on(&entry.1),
        ty => leads_on(ty),
    }
}
