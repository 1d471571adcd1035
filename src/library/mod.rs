//! What Python's and NumPy's functions mean: one entry each, typing and lowering side by side.
//!
//! An entry is found by its canonical name: `builtins.abs`, `math.sin`, `numpy.zeros`, `ndarray.astype`. Functions
//! that are better said in Python live in `python/upshift/library`; the host knows them by the same names. Entries
//! are collected by the explicit list `FAMILIES`; nothing registers itself.
//!
//! | file | what it has |
//! |---|---|
//! | `arguments.rs` | the arguments of a call, and binding them to names |
//! | `builtins.rs`, `numbers.rs` | Python's functions; number classes, their functions and methods |
//! | `classes.rs` | `isinstance`, `issubclass`, `type` |
//! | `math.rs`, `math_integers.rs`, `cmath.rs` | the modules of these names |
//! | `math_rules.rs` | which routine of the runtime each of their functions calls, and how failure follows |
//! | `strings/` | strings and bytes, formatting, `print` |
//! | `random.rs` | random numbers, and the clocks of `time` |
//! | `creation.rs`, `reshaping.rs`, `shapes.rs` | new arrays; views and copies in another shape; shapes as functions |
//! | `ufuncs/` | functions of numbers that NumPy applies to every element |
//! | `linear_algebra.rs`, `intrinsics.rs` | what the library's Python source needs and Python cannot say |
//! | `contexts.rs` | context managers, as far as the library's Python source needs it |
//! | `containers/` | methods of lists, deques, dicts and sets |
//! | `callables.rs` | functions that make functions |
//! | `ranges.rs` | parts of ranges and slices |
//! | `buffers.rs` | bytearrays, memoryviews and `array.array`: attributes, and what their Python source needs |
//! | `keywords.rs` | methods of what `**kwargs` holds |
//! | `attributes.rs` | attributes of arrays and numbers |

mod arguments;
mod attributes;
mod buffers;
mod builtins;
mod callables;
mod classes;
mod cmath;
mod containers;
mod contexts;
mod creation;
mod intrinsics;
mod keywords;
mod linear_algebra;
mod math;
mod math_integers;
pub mod math_rules;
mod numbers;
mod random;
mod ranges;
mod reshaping;
mod shapes;
mod strings;
mod ufuncs;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

pub use arguments::{Arguments, Operand};
pub use classes::is_instance;
pub(crate) use strings::lower_percent;
pub use strings::{can_format, check_percent, percent_names};
pub use ufuncs::{NumpyLoop, OutCall, numpy_loop_of, ufunc_out, ufunc_rule};
pub(crate) use ufuncs::{PLAIN_EXPONENTS, array_power, plain_power};

use crate::lower::{Lowering, Repr};
use crate::refusal::Reason;
use crate::typing::{Fact, REFLECTING, Type};

/// Emits a call: operands are `Arguments`, the fact is what typing answered for them.
pub type LowerCall = fn(&mut Lowering<'_>, &Arguments, &Fact) -> Result<Repr, Reason>;

/// A function.
pub struct Entry {
    /// Its canonical name.
    pub name: &'static str,
    /// What it means.
    pub body: Body,
}

impl Entry {
    /// A function with its own typing rule and code.
    const fn call(name: &'static str, typing: fn(&Arguments) -> Result<Fact, Reason>, lower: LowerCall) -> Entry {
        Entry { name, body: Body::Call { typing, lower } }
    }
}

/// What a function means.
pub enum Body {
    /// Its own typing rule and code.
    Call {
        /// The fact of the result.
        typing: fn(&Arguments) -> Result<Fact, Reason>,
        /// The code.
        lower: LowerCall,
    },
    /// A ufunc: works on numbers and, element by element, on arrays.
    Elementwise(&'static Ufunc),
}

/// An attribute.
pub struct Attribute {
    /// Its canonical name: `ndarray.shape`.
    pub name: &'static str,
    /// Its fact, from the receiver's.
    pub typing: fn(&Fact) -> Result<Fact, Reason>,
    /// The code, from the receiver's value and type.
    pub lower: fn(&mut Lowering<'_>, &Repr, &Type) -> Result<Repr, Reason>,
}

/// A function of numbers that NumPy applies to every element.
#[derive(Debug)]
pub struct Ufunc {
    /// Its canonical name.
    pub name: &'static str,
    /// The number of operands.
    pub inputs: usize,
    /// The types it computes in for these numbers; `None` if it does not take them.
    pub plan: fn(&[Type]) -> Option<UfuncPlan>,
    /// The code; operands are converted to the plan's types.
    pub emit: fn(&mut Lowering<'_>, &Ufunc, &UfuncPlan, &[Repr]) -> Result<Repr, Reason>,
}

/// The types that a ufunc computes in.
#[derive(Clone, Debug)]
pub struct UfuncPlan {
    /// The operands' types.
    pub operands: Vec<Type>,
    /// The result's type.
    pub result: Type,
}

const FAMILIES: &[&[Entry]] = &[
    builtins::ENTRIES,
    buffers::ENTRIES,
    classes::ENTRIES,
    numbers::ENTRIES,
    random::ENTRIES,
    containers::lists::ENTRIES,
    containers::deques::ENTRIES,
    containers::dicts::ENTRIES,
    containers::sets::ENTRIES,
    containers::shared::ENTRIES,
    creation::ENTRIES,
    reshaping::ENTRIES,
    intrinsics::ENTRIES,
    contexts::ENTRIES,
    keywords::ENTRIES,
    callables::ENTRIES,
    ranges::ENTRIES,
    linear_algebra::ENTRIES,
    shapes::ENTRIES,
    math::ENTRIES,
    math_integers::ENTRIES,
    cmath::ENTRIES,
    strings::methods::OF_BOTH,
    strings::methods::ENTRIES,
    strings::special_methods::ENTRIES,
    strings::conversions::ENTRIES,
    strings::templates::ENTRIES,
    strings::coding::ENTRIES,
    strings::lists::ENTRIES,
    strings::printing::ENTRIES,
    ufuncs::operators::ENTRIES,
    ufuncs::arithmetic::ENTRIES,
    ufuncs::transcendental::ENTRIES,
    ufuncs::logic::ENTRIES,
    ufuncs::integers::ENTRIES,
    ufuncs::parts::ENTRIES,
    ufuncs::parts::PAIRS,
    ufuncs::selecting::ENTRIES,
];

const ATTRIBUTES: &[&[Attribute]] = &[
    attributes::ARRAY,
    buffers::ATTRIBUTES,
    attributes::NUMBER,
    attributes::GENERATOR,
    ranges::ATTRIBUTES,
    containers::deques::ATTRIBUTES,
];

/// The entry of this canonical name.
pub fn entry(name: &str) -> Option<&'static Entry> {
    static TABLE: OnceLock<FxHashMap<&'static str, &'static Entry>> = OnceLock::new();
    let table = TABLE.get_or_init(|| FAMILIES.iter().flat_map(|family| family.iter()).map(|e| (e.name, e)).collect());
    table.get(name).copied()
}

/// The attribute of this canonical name.
pub fn attribute(name: &str) -> Option<&'static Attribute> {
    ATTRIBUTES.iter().flat_map(|family| family.iter()).find(|attribute| attribute.name == name)
}

/// The names of all entries and attributes, for the documentation.
pub fn names() -> impl Iterator<Item = &'static str> {
    let attributes = ATTRIBUTES.iter().flat_map(|family| family.iter()).map(|attribute| attribute.name);
    let entries = FAMILIES.iter().flat_map(|family| family.iter()).map(|entry| entry.name);
    entries.chain(attributes).chain(REFLECTING)
}

/// The full name of a method that is an entry: that of the class's own, or else of `dict` where it derives from that.
pub fn method_name(ty: &Type, name: &str) -> String {
    let own = format!("{}.{name}", class_name(ty));
    match ty {
        Type::Dict(_) if entry(&own).is_none() => format!("dict.{name}"),
        _ => own,
    }
}

/// The class whose methods and attributes values of this type have.
pub fn class_name(ty: &Type) -> &'static str {
    match ty {
        Type::Array(_) => "ndarray",
        Type::Scalar(_) => "generic",
        Type::Record(..) => "void",
        Type::Bool | Type::Int => "int",
        Type::Member(_) if ty.dtype().is_some() => "int",
        Type::Float => "float",
        Type::Complex => "complex",
        Type::Tuple(_) => "tuple",
        Type::Keywords(_) => "keywords",
        Type::Str(_) | Type::String => "str",
        Type::Bytes => "bytes",
        Type::Buffer(buffer) => buffer.class_name(),
        Type::Range(_) => "range",
        Type::Slice(_) => "slice",
        Type::DTypeClass(_) => "dtype",
        Type::Random => "Random",
        Type::List(_) => "list",
        Type::Dict(entry) => entry.2.class_name(),
        Type::Deque(_) => "deque",
        Type::Set(_) => "set",
        Type::Generator(_) => "generator",
        Type::Iterable(iterable) => match &*iterable.0 {
            "keys" => "dict_keys",
            "values" => "dict_values",
            "items" => "dict_items",
            "contextmanager" => "contextmanager",
            "nullcontext" => "nullcontext",
            "suppress" => "suppress",
            "closing" => "closing",
            _ => "object",
        },
        _ => "object",
    }
}
