//! What the compiler asks of the program it serves: code objects, and the values of names.
//!
//! Python's side implements `Host` under the GIL; tests implement it over plain data.

use std::sync::Arc;

use crate::bytecode::{Code, Constant};
use crate::lir::FastMath;
use crate::typing::{
    ArrayType, Class, ClassKey, ClosureType, Constructor, DType, Fact, ForeignFunction, FunctionKey, Type,
};

/// What a global, a variable of an enclosing function, or a module's attribute stands for.
#[derive(Clone, PartialEq, Debug)]
pub enum Global {
    /// A number, string, `None`, `...` or a tuple of such.
    Constant(Constant),
    /// A NumPy scalar: its dtype, and its value's bytes in memory order (16 at most).
    Scalar(DType, [u8; 16]),
    /// A module, by its canonical name (`numpy`, whatever it was imported as).
    Module(Arc<str>),
    /// A function, class or other object known by its canonical name: `math.sin`, `numpy.sin`, `builtins.range`.
    Library(Arc<str>),
    /// A jitted function.
    Function(FunctionKey),
    /// What `contextlib.contextmanager` made of a generator function.
    ContextFunction(FunctionKey),
    /// A built-in exception class.
    ExceptionClass(Arc<str>),
    /// A dtype object or a NumPy scalar class.
    DType(DType),
    /// A type of `upshift.types`.
    TypeObject(Type),
    /// An array, frozen: it is kept alive by the host, and read-only to compiled code.
    Array(GlobalArray),
    /// A C function.
    Foreign(Arc<ForeignFunction>),
    /// The address of a `random.Random` object, which the host keeps alive.
    Random(usize),
    /// A list, dict or set, frozen: it is kept alive by the host, and only read by compiled code.
    Container(GlobalContainer),
    /// A tuple that holds more than constants.
    Tuple(Arc<[Global]>),
    /// A named tuple.
    Named(Arc<Class>, Arc<[Global]>),
    /// A member of an enumeration: what it is when it runs.
    Member(Arc<Class>, i64),
    /// A class of the program's.
    Class(Arc<Class>),
    /// A function of a class that takes no instance.
    StaticMethod(FunctionKey),
    /// A function of a class that takes the class.
    ClassMethod(FunctionKey),
    /// What makes a new default of a field: `list`, `dict` or `set`.
    Factory(Arc<str>),
    /// A property of a class: the function that reads it.
    Property(FunctionKey),
    /// An inner function that compiled code returned, which the host keeps alive: what it captures, in slots.
    Closure(Arc<ClosureType>, Arc<[u64]>),
    /// A `functools.partial`: its function, arguments and keywords.
    Partial(Arc<(Global, Vec<Global>, NamedGlobals)>),
    /// Anything else, by the name of its Python type.
    Other(Arc<str>),
}

/// Values by name.
pub type NamedGlobals = Vec<(Arc<str>, Global)>;

/// A global array.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GlobalArray {
    /// Its type; never writable.
    pub ty: ArrayType,
    /// Address of a `runtime::memory::Header` that stands for it and lives as long as the process.
    pub header: usize,
    /// Address of its first element.
    pub data: usize,
    /// Lengths.
    pub shape: Vec<i64>,
    /// Strides in bytes.
    pub strides: Vec<i64>,
}

/// A global list, dict or set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GlobalContainer {
    /// Its type.
    pub ty: Type,
    /// Address of the container that it was converted to, which lives as long as the code that refers to it.
    pub header: usize,
}

/// How division by zero of Python numbers answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum ErrorModel {
    /// Raises `ZeroDivisionError`.
    #[default]
    Python,
    /// As NumPy: infinity or NaN; integers give 0.
    NumPy,
}

/// Options of `@jit` that change what a function means.
#[derive(Clone, PartialEq, Debug)]
pub struct Options {
    /// Floating-point rules that may be broken.
    pub fastmath: FastMath,
    /// Whether indexes are checked.
    pub is_boundschecked: bool,
    /// How division by zero answers.
    pub error_model: ErrorModel,
    /// Whether `int` overflow raises instead of wrapping.
    pub is_overflow_checked: bool,
    /// Types forced on variables.
    pub locals: Vec<(Arc<str>, Type)>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            fastmath: FastMath::default(),
            is_boundschecked: true,
            error_model: ErrorModel::Python,
            is_overflow_checked: false,
            locals: Vec::new(),
        }
    }
}

/// A Python function as the compiler sees it.
#[derive(Clone, PartialEq, Debug)]
pub struct FunctionSource {
    /// Its code.
    pub code: Arc<Code>,
    /// Defaults of the last positional parameters.
    pub defaults: Vec<Global>,
    /// Defaults of keyword-only parameters, by name.
    pub keyword_defaults: Vec<(Arc<str>, Global)>,
    /// Options of its decorator.
    pub options: Options,
    /// True for upshift's own library functions.
    pub is_library: bool,
}

/// What the program has added to the library under a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extension {
    /// A function, a method or an operator.
    Function,
    /// An attribute.
    Attribute,
}

/// An argument of a call: its keyword, if it has one, and what is known of it.
pub type Given = (Option<Arc<str>>, Fact);

/// The program around the compiler. `None` answers mean that there is no such name.
pub trait Host {
    /// The function of this key.
    fn function(&mut self, key: FunctionKey) -> Arc<FunctionSource>;

    /// The value of a global or built-in name in a function's module.
    fn global(&mut self, key: FunctionKey, name: &str) -> Option<Global>;

    /// The value of a variable of the enclosing function.
    fn free_variable(&mut self, key: FunctionKey, name: &str) -> Option<Global>;

    /// An attribute of a module of this canonical name, which the function of this key reads.
    fn module_attribute(&mut self, key: FunctionKey, module: &str, name: &str) -> Option<Global>;

    /// The module of this name, if an import of it does nothing but name it.
    fn import(&mut self, _name: &str) -> Option<Global> {
        None
    }

    /// An attribute of a class of the program's, which the function of this key reads.
    fn class_attribute(&mut self, _key: FunctionKey, _class: ClassKey, _name: &str) -> Option<Global> {
        None
    }

    /// What a class of the program's is called with, the class or instance first; `None` if compiled code cannot make
    /// its instances.
    fn constructor(&mut self, _key: FunctionKey, _class: ClassKey) -> Option<Arc<Constructor>> {
        None
    }

    /// The function of upshift's Python library that implements `name` (`numpy.sum`, `ndarray.sum`).
    fn library_function(&mut self, name: &str) -> Option<FunctionKey>;

    /// What the program has added to the library under this name.
    fn extension(&mut self, _name: &str) -> Option<Extension> {
        None
    }

    /// The function that an addition of the program chooses for a call with these arguments.
    ///
    /// # Errors
    /// What the addition says of it.
    fn extension_for(&mut self, _name: &str, _arguments: &[Given]) -> Result<Option<FunctionKey>, String> {
        Ok(None)
    }
}
