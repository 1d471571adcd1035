"""Adding functions, methods, attributes and operators to what compiled code knows.

An addition is Python source, as upshift's own library is (`upshift.library`): a function that is compiled where compiled
code calls it, for the types of that call.

    @implements("str.shout")
    def shout(text, times=1):
        return text.upper() + "!" * times

Annotations that are types, or classes of types, of `upshift.types` say for which arguments it is meant; of several
additions under one name the first that is meant counts. Inside, `isinstance` decides when compiling.

`overload` and its kin are Numba's form of the same: a typing function gets the types and returns the implementation.
`register_jitable` marks a plain function that compiled code may call. An addition lives as long as the process.
"""

import inspect

from . import _upshift, types
from .decorators import _check

__all__ = ["describe", "implements", "overload", "overload_attribute", "overload_method", "register_jitable"]

# Canonical name -> what was added under it, oldest first.
_ENTRIES = {}

# Which classes of the library have the methods of a type; of types without a row all instances are "object".
_CLASSES = [
    (types.Array, ("ndarray",)),
    (types.UnicodeType, ("str",)),
    (types.Bytes, ("bytes",)),
    (types.ByteArray, ("bytearray",)),
    (types.MemoryView, ("memoryview",)),
    (types.PyArray, ("array",)),
    (types.BaseTuple, ("tuple",)),
    (types.ListType, ("list",)),
    (types.SetType, ("set",)),
    (types.DictType, ("dict",)),
    (types.RangeType, ("range",)),
    (types.DType, ("dtype",)),
    (types.Boolean, ("int", "generic")),
    (types.Integer, ("int", "generic")),
    (types.Float, ("float", "generic")),
    (types.Complex, ("complex", "generic")),
    (types.Number, ("int", "float", "complex", "generic")),
]

_HAVE_NO_FORM = (
    "intrinsic", "lower_builtin", "lower_cast", "lower_getattr", "lower_getattr_generic", "lower_setattr",
    "lower_setattr_generic", "type_callable", "infer", "infer_getattr", "typeof_impl", "register_model",
    "make_attribute_wrapper", "models", "box", "unbox", "NativeValue", "SentryLiteralArgs", "overload_classmethod",
)  # fmt: skip


def __getattr__(name):
    if name in _HAVE_NO_FORM:
        raise AttributeError(
            f"upshift.extending has no {name!r}, which is about LLVM or types of one's own in Numba; say what a function "
            "means in Python, with implements or overload"
        )
    raise AttributeError(f"module 'upshift.extending' has no attribute {name!r}")


class _Addition:
    """What was added under a name: which function stands for a call."""

    prefers_literals = False

    def __init__(self, function, is_meant, options):
        self.function = function
        self.is_meant = is_meant
        self.options = options
        self.chosen = {}

    def choose(self, positional, keywords):
        """The jitted function for arguments of these types, or None. A question is asked once."""
        asked = (positional, tuple(keywords.items()))
        if asked not in self.chosen:
            found = self.find(positional, keywords)
            if found is not None and not isinstance(found, _upshift.Dispatcher):
                found = _upshift.new_dispatcher(found, self.options)
            self.chosen[asked] = found
        return self.chosen[asked]


class _Source(_Addition):
    """A function whose annotations say for which types it is meant."""

    def __init__(self, function, is_meant, options):
        super().__init__(function, is_meant, options)
        self.compiled = _upshift.new_dispatcher(function, options)
        self.signature = inspect.signature(function)
        self.wanted = {name: one for name, one in inspect.get_annotations(function, eval_str=True).items() if name != "return"}
        for name, one in self.wanted.items():
            _check_annotation(function, name, one)

    def find(self, positional, keywords):
        if not self.is_meant(positional):
            return None
        try:
            bound = self.signature.bind(*positional, **keywords)
        except TypeError:
            return None
        parameters = self.signature.parameters
        for name, given in bound.arguments.items():
            if name in self.wanted:
                kind = parameters[name].kind
                several = kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
                values = (given.values() if isinstance(given, dict) else given) if several else (given,)
                if not all(_fits(one, self.wanted[name]) for one in values):
                    return None
        return self.compiled


class _Typing(_Addition):
    """A typing function: it gets the types and returns the implementation, or None."""

    def __init__(self, function, is_meant, options, is_strict):
        super().__init__(function, is_meant, options)
        self.is_strict = is_strict

    def find(self, positional, keywords):
        if not self.is_meant(positional):
            return None
        found = self.function(*positional, **keywords)
        if found is None or isinstance(found, _upshift.Dispatcher):
            return found
        if not inspect.isfunction(found):
            raise TypeError(
                f"the typing function {self.function.__qualname__} returned {found!r}; it returns a function or None"
            )
        if self.is_strict:
            _check_parameters(self.function, found)
        return found


def implements(target, **jit_options):
    """Adds a function under a name: a callable, or text such as `"str.shout"` for a method of a class.

    Where compiled code calls `target`, the decorated function is called; its annotations may restrict the types. The
    function itself stays as it is.
    """

    def decorate(function):
        if isinstance(target, str):
            _check_method_name(target)
        name = target if isinstance(target, str) else _name_of(target)
        _add(name, _Source(function, lambda types: True, _options(jit_options)), is_attribute=False)
        return function

    return decorate


def overload(function, jit_options=None, strict=True, inline="never", prefer_literal=False, **kwargs):
    """Says what `function` is in compiled code, by a typing function, which is called with the types of the arguments
    of a call and returns the implementation for them, or None to leave the call to others.

    Operators are the functions of the module `operator`. Typing functions are asked once more, with the types of literals,
    where none answers for plain types; with `prefer_literal` first.
    """
    _check_target(kwargs)

    def decorate(typing_function):
        addition = _Typing(typing_function, lambda types: True, _options(jit_options), strict)
        addition.prefers_literals = prefer_literal
        _add(_name_of(function), addition, is_attribute=False)
        return typing_function

    return decorate


def overload_method(typ, attr, jit_options=None, strict=True, inline="never", prefer_literal=False, **kwargs):
    """The same for method `attr` of a type of `upshift.types`, or of all of a class of them; the receiver comes first."""
    _check_target(kwargs)
    return _of_type(typ, attr, jit_options, strict, prefer_literal, is_attribute=False)


def overload_attribute(typ, attr, jit_options=None, strict=True, inline="never", prefer_literal=False, **kwargs):
    """The same for attribute `attr`: the implementation is a function of the receiver."""
    _check_target(kwargs)
    return _of_type(typ, attr, jit_options, strict, prefer_literal, is_attribute=True)


def register_jitable(*args, **jit_options):
    """Marks a plain function that compiled code may call; called from Python it stays a plain function."""

    def decorate(function):
        _upshift.register_function(function, _options(jit_options))
        return function

    return decorate(*args) if args else decorate


def describe(name, file=None):
    """Prints the typing rules known for a function (`"math.sqrt"`), a method or attribute (`"str.split"`), or an operator
    (`"+"`): for which types of arguments it is compiled, and what it gives.

    The rules are asked for samples of types; what is printed is what compiled code does.
    """
    from .description import described

    print(described(name), file=file)


def _choose(name, given):
    """The jitted function for a call, or None. `given` has keyword or None, the type's text, a literal in a tuple or None."""
    plain = [(keyword, types.from_code(code)) for keyword, code, _ in given]
    literal = [
        (keyword, one if value is None else types.literal(value[0]))
        for (keyword, one), (_, _, value) in zip(plain, given)
    ]
    for addition in _ENTRIES[name]:
        asks = [plain] if literal == plain else [plain, literal]
        for ask in reversed(asks) if addition.prefers_literals else asks:
            positional = tuple(one for keyword, one in ask if keyword is None)
            keywords = {keyword: one for keyword, one in ask if keyword is not None}
            chosen = addition.choose(positional, keywords)
            if chosen is not None:
                return chosen
    return None


def _add(name, addition, is_attribute):
    _upshift.add_extension(name, is_attribute)
    _ENTRIES.setdefault(name, []).append(addition)


def _of_type(typ, attr, jit_options, strict, prefer_literal, is_attribute):
    if not types._is_type(typ):
        raise TypeError(f"a method or attribute is one of a type of upshift.types, or of a class of them, not of {typ!r}")

    def is_meant(arguments):
        return bool(arguments) and _fits(arguments[0], typ)

    def decorate(typing_function):
        addition = _Typing(typing_function, is_meant, _options(jit_options), strict)
        addition.prefers_literals = prefer_literal
        for class_name in _classes_of(typ):
            _add(f"{class_name}.{attr}", addition, is_attribute)
        return typing_function

    return decorate


def _classes_of(typ):
    names = []
    for one, its_names in _CLASSES:
        if isinstance(typ, one) or isinstance(typ, type) and (issubclass(typ, one) or issubclass(one, typ)):
            names += its_names
    if isinstance(typ, types.Type) and typ in types._SCALARS.values():
        names = ["generic"]
    return dict.fromkeys(names) or ["object"]


def _fits(one, wanted):
    """Whether a type is what is wanted: a type, a class of types, a Python class, or several."""
    if isinstance(wanted, (tuple, list)):
        return any(_fits(one, each) for each in wanted)
    wanted = _PYTHON.get(wanted, wanted) if isinstance(wanted, type) else wanted
    if isinstance(wanted, type):
        return isinstance(one, wanted)
    return types.unliteral(one) == wanted


_PYTHON = {
    int: types.int64, float: types.float64, complex: types.complex128, bool: types.boolean, str: types.unicode_type,
    bytes: types.bytes_, list: types.ListType, dict: types.DictType, set: types.SetType, tuple: types.BaseTuple,
    range: types.RangeType, slice: types.SliceType, type(None): types.none,
}  # fmt: skip


def _check_annotation(function, name, one):
    for each in one if isinstance(one, (tuple, list)) else (one,):
        if not (types._is_type(each) or isinstance(each, type) and each in _PYTHON):
            raise TypeError(
                f"{function.__qualname__}: the annotation of '{name}' is {each!r}; an implementation's annotations are "
                "types or classes of upshift.types, or tuples of them"
            )


def _check_parameters(typing_function, implementation):
    wanted, own = inspect.signature(typing_function), inspect.signature(implementation)
    if [(one.name, one.kind) for one in wanted.parameters.values()] != [
        (one.name, one.kind) for one in own.parameters.values()
    ]:
        raise TypeError(
            f"the implementation has the parameters {_names(own)}, but the typing function {typing_function.__qualname__} "
            f"has {_names(wanted)}; they must have the same names and kinds"
        )


def _names(signature):
    return "(" + ", ".join(str(one.replace(annotation=one.empty)) for one in signature.parameters.values()) + ")"


def _name_of(target):
    if isinstance(target, _upshift.Dispatcher):
        raise TypeError(f"{target!r} is compiled already; overload a plain function")
    if not callable(target):
        raise TypeError(f"an overload is one of a callable, not of {target!r}")
    module = getattr(target, "__module__", None) or "builtins"
    own = getattr(target, "__qualname__", None) or getattr(target, "__name__", None) or type(target).__name__
    return _upshift.canonical_name(target, f"{module}.{own}")


def _check_method_name(target):
    class_name, _, name = target.rpartition(".")
    known = {each for _, names in _CLASSES for each in names}
    if not name.isidentifier() or class_name not in known:
        raise ValueError(
            f"{target!r} is not the name of a method: write one of {', '.join(sorted(known))}, a dot, and its name; for a "
            "function pass the function"
        )


def _check_target(kwargs):
    unknown = sorted(set(kwargs) - {"target", "base", "jit_options"})
    if unknown:
        raise TypeError(f"unknown options of an overload: {', '.join(unknown)}")
    if kwargs.get("target", "generic") not in ("generic", "cpu", "CPU"):
        raise ValueError(f"target={kwargs['target']!r} is not one of upshift's; overloads are for the CPU")


def _options(jit_options):
    """What `new_dispatcher` reads of options of `jit`."""
    options = dict(jit_options or {})
    locals_, cache = options.pop("locals", None), options.pop("cache", False)
    return _check(locals_, cache, options.pop("pipeline_class", None), options.pop("boundscheck", None), options)
