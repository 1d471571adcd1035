//! Why a function is not compiled: what users see instead of a fallback to the interpreter.
//!
//! Each reason is a variant with its message, which says what was met and what to write instead; the place is
//! added by whoever knows it. Texts never mention Rust, lir or a tier.

use std::fmt;
use std::sync::Arc;

use crate::hir::{Location, Unrolled};
use crate::typing::Type;

/// The class of the Python exception that a reason becomes, in `upshift.errors`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefusalClass {
    /// A construct of the language or a library function that upshift does not compile.
    Unsupported,
    /// Operations that the types at hand do not have.
    Typing,
    /// A limit of size.
    Limit,
    /// A fault of ours.
    Internal,
}

/// Why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// A construct of the language; what it is and what to write instead.
    Construct {
        /// The construct, as users call it: "a generator", "try/except".
        construct: String,
        /// What to write instead.
        instead: &'static str,
    },
    /// Bytecode that does not decode: a damaged or unknown code object.
    Bytecode(String),
    /// A name that is neither a global nor a built-in.
    UndefinedName(Arc<str>),
    /// A global or constant of a type that compiled code has no form for.
    GlobalType {
        /// Its name.
        name: Arc<str>,
        /// The Python type of its value.
        type_name: Arc<str>,
    },
    /// A use of this global list, dict or set that does more than read it.
    GlobalContainer(Arc<str>),
    /// An operation that these types do not have: the operation as text and the types.
    NoOperation {
        /// What was asked for: `a + b`, `numpy.sin`.
        operation: String,
        /// The types seen.
        types: Vec<String>,
        /// What to do; may be empty.
        advice: String,
    },
    /// A function, method or attribute that the library does not have.
    NotInLibrary(String),
    /// A variable that would have two types that no type holds.
    NoCommonType {
        /// The variable, if it has a name.
        variable: Option<Arc<str>>,
        /// The types seen.
        types: Vec<String>,
    },
    /// An inner function stores a value to a variable that it shares, whose type has no room for it. The function that
    /// made the variable types it anew, if it can.
    SharedType {
        /// The variable.
        name: Arc<str>,
        /// Its type, and the value's.
        types: Box<[Type; 2]>,
        /// What holds both.
        joined: Box<Type>,
    },
    /// A container that nothing is ever put into.
    UnknownItems,
    /// A call whose arguments do not fit the parameters; CPython's message.
    Arguments(String),
    /// What an addition of the program to the library says of a call.
    Extension {
        /// What was added.
        name: String,
        /// The exception that it raised, and where.
        said: String,
    },
    /// A value that must be known when compiling and is not.
    NotConstant(String),
    /// Recursion without a case that ends it, so that no type follows.
    EndlessRecursion(Arc<str>),
    /// The items of a tuple that a loop goes through have different types: the loop has to be written out. The session
    /// does so; nobody else sees this.
    Unroll(Unrolled),
    /// A limit of size; says which.
    TooLarge(String),
    /// A fault of ours.
    Internal(String),
}

impl Reason {
    /// The class of exception.
    pub fn class(&self) -> RefusalClass {
        match self {
            Reason::Construct { .. } | Reason::Bytecode(_) | Reason::NotInLibrary(_) => RefusalClass::Unsupported,
            Reason::UndefinedName(_)
            | Reason::GlobalType { .. }
            | Reason::GlobalContainer(_)
            | Reason::NoOperation { .. }
            | Reason::NoCommonType { .. }
            | Reason::SharedType { .. }
            | Reason::UnknownItems
            | Reason::Arguments(_)
            | Reason::Extension { .. }
            | Reason::NotConstant(_)
            | Reason::EndlessRecursion(_) => RefusalClass::Typing,
            Reason::TooLarge(_) => RefusalClass::Limit,
            Reason::Unroll(_) | Reason::Internal(_) => RefusalClass::Internal,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Construct { construct, instead } => write!(f, "{construct} is not supported; {instead}"),
            Reason::Bytecode(what) => write!(f, "the function's bytecode cannot be read: {what}"),
            Reason::UndefinedName(name) => write!(f, "name '{name}' is not defined"),
            Reason::GlobalType { name, type_name } if &**type_name == "_lru_cache_wrapper" => write!(
                f,
                "'{name}' is decorated with functools.cache or lru_cache, which compiled code cannot use; call the function \
                 without it, and keep results in a dict"
            ),
            Reason::GlobalType { name, type_name } if &**type_name == "function" => {
                write!(f, "'{name}' is a function of Python's; decorate it with upshift.jit to call it from compiled code")
            }
            Reason::GlobalType { name, type_name } => write!(
                f,
                "'{name}' is a {type_name}, which compiled code cannot use; pass it as an argument, or use numbers, \
                 tuples, arrays, modules and jitted functions as globals"
            ),
            Reason::GlobalContainer(name) => write!(
                f,
                "'{name}' is a global container: compiled code reads what it held when it was compiled, and cannot change, \
                 store, return or pass it on; pass it as an argument, or copy it first"
            ),
            Reason::NoOperation { operation, types, advice } => {
                write!(f, "{operation} is not supported for {}", types.join(", "))?;
                if !advice.is_empty() {
                    write!(f, "; {advice}")?;
                }
                Ok(())
            }
            Reason::NotInLibrary(name) => write!(
                f,
                "{name} is not supported in compiled code; compute it outside and pass the result as an argument"
            ),
            Reason::NoCommonType { variable, types } => {
                match variable {
                    Some(name) => write!(f, "variable '{name}' has no single type: ")?,
                    None => f.write_str("a value has no single type: ")?,
                }
                write!(f, "it is {}; use different variables, or convert to one type", types.join(" and "))
            }
            Reason::SharedType { name, types, .. } => write!(
                f,
                "variable '{name}' has no single type: it is {} in the function around and {} here; use different \
                 variables, or convert to one type",
                types[0], types[1]
            ),
            Reason::UnknownItems => f.write_str(
                "what this container holds is never determined, because nothing is put into it here; put something into it in \
                 this function, or pass it as an argument",
            ),
            Reason::Arguments(message) => f.write_str(message),
            Reason::Extension { name, said } => write!(f, "the overload of {name}() refuses the call: {said}"),
            Reason::NotConstant(what) => {
                write!(f, "{what} must be a constant, known when the function is compiled")
            }
            Reason::EndlessRecursion(name) => {
                write!(f, "the type of '{name}' cannot be inferred: every path calls it again; add a path that returns")
            }
            Reason::TooLarge(what) => write!(f, "the function is too large to compile: {what}"),
            Reason::Unroll(_) => f.write_str("a loop over a tuple is not written out"),
            Reason::Internal(what) => write!(f, "internal error of upshift: {what}; please report it"),
        }
    }
}

/// A reason with its place in the user's source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// The function, by its qualified name.
    pub function: Arc<str>,
    /// The user's file.
    pub filename: Arc<str>,
    /// Where in it.
    pub location: Location,
    /// Calls that led here, innermost first: function, file and line.
    pub called_from: Vec<(Arc<str>, Arc<str>, u32)>,
}
