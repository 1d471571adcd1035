"""The typing rules of a function, method, attribute or operator as text, for `upshift.extending.describe`.

Rules are code, so they are asked: a small function that makes the call is typed for samples of argument types, without
compiling it. What shares a result is one line.

    str.split: method, by upshift
      str.split() -> list(str)
      str.split(none | str) -> list(str)
"""

from . import _upshift
from .errors import UpshiftError

_NUMBERS = ("bool", "int", "float", "complex", "int32", "float32")
_TEXTS = ("str", "bytes")
_CONTAINERS = ("tuple(int, int)", "list(int)", "list(float)", "list(str)", "dict(int, float)", "set(int)")
_ARRAYS = ("array(int, 1d, C)", "array(float, 1d, C)", "array(float, 2d, C)", "array(complex, 2d, C)")
_ARRAYS = tuple(one.replace("(int", "(int64").replace("(float", "(float64").replace("(complex", "(complex128") for one in _ARRAYS)
_SAMPLES = (*_NUMBERS, "none", *_TEXTS, *_CONTAINERS, *_ARRAYS)

# The samples of receivers by the class that has the method.
_RECEIVERS = {
    "ndarray": _ARRAYS, "str": ("str",), "bytes": ("bytes",), "bytearray": ("bytearray",),
    "memoryview": ("memoryview(B, 1d, C)", "memoryview(d, 1d, C)"), "array": ("pyarray(l, 1d, C)", "pyarray(d, 1d, C)"),
    "list": ("list(int)", "list(float)", "list(str)"),
    "dict": ("dict(int, float)", "dict(str, int)"), "set": ("set(int)", "set(str)"), "int": ("int", "bool"),
    "float": ("float",), "complex": ("complex",), "generic": ("int32", "float32", "float64", "complex64"),
    "tuple": ("tuple(int, int)", "tuple(int, float)"),
}  # fmt: skip

_OPERATORS = {
    "not": "not a", "~": "~a", "in": "a in b", "not in": "a not in b", "is": "a is b", "[]": "a[b]",
    **{one: f"a {one} b" for one in ("+", "*", "@", "/", "//", "%", "**", "<<", ">>", "&", "|", "^")},
    **{one: f"a {one} b" for one in ("==", "!=", "<", "<=", ">", ">=")}, "-": "a - b",
}  # fmt: skip

# As many arguments are tried; the third and later ones only behind those that are taken.
_MOST_ARGUMENTS = 4


def described(name):
    """The text that `describe` prints."""
    if name in _OPERATORS:
        expression = _OPERATORS[name]
        rules = _Rules(expression, ["a", "b"] if "b" in expression else ["a"])
        lines, kind = rules.lines(lambda parts: f"{expression} for {', '.join(parts)}"), "operator"
    else:
        class_name, _, member = name.rpartition(".")
        if class_name in _RECEIVERS:
            lines, kind = _of_member(name, class_name, member)
        else:
            lines, kind = _of_function(name), "function"
    if not lines:
        raise LookupError(f"compiled code knows nothing of {name!r}; write \"math.sqrt\", \"str.split\", \"ndarray.T\" or \"+\"")
    return "\n".join([f"{name}: {kind}{_source(name)}", *(f"  {line}" for line in lines)])


def _of_member(name, class_name, member):
    if not member.isidentifier():
        raise LookupError(f"{name!r} is not the name of a method or attribute")
    receivers = _RECEIVERS[class_name]
    attribute = _Rules(f"a.{member}", ["a"], [receivers])
    found = {types: result for types, result in attribute.found.items() if not result.startswith("method ")}
    if found:
        return [f"{' | '.join(types[0] for types in found if found[types] == result)}.{member} -> {result}"
                for result in dict.fromkeys(found.values())], "attribute"  # fmt: skip
    return _calls(f"a.{member}", member, [receivers]), "method"


def _of_function(name):
    import builtins
    import importlib

    module_name, _, member = name.rpartition(".")
    try:
        module = importlib.import_module(module_name) if module_name else builtins
        value = getattr(module, member)
    except (ImportError, AttributeError, ValueError):
        raise LookupError(f"there is no {name!r} in Python") from None
    return _calls("f", name, [], f=value)


def _calls(callee, shown, receivers, **names):
    """A line for each result and number of arguments of a call."""
    lines, taken = [], None
    for count in range(_MOST_ARGUMENTS + 1):
        arguments = [f"b{number}" for number in range(count)]
        samples = receivers + [_SAMPLES] * count
        prefixes = taken if taken and count > 2 else None
        rules = _Rules(f"{callee}({', '.join(arguments)})", ["a"] * len(receivers) + arguments, samples, prefixes, **names)
        lines += rules.lines(lambda parts: f"{parts[0]}.{shown}({', '.join(parts[1:])})" if receivers else f"{shown}({', '.join(parts)})")
        if not rules.found and count >= 2:
            break
        # One example of each kind goes on to more arguments.
        taken = list({result: types for types, result in rules.found.items()}.values())[:3]
    return lines


class _Rules:
    """What an expression gives, by the types of its variables."""

    def __init__(self, expression, variables, samples=None, prefixes=None, **names):
        source = f"def asked({', '.join(variables)}):\n    return {expression}\n"
        exec(compile(source, "<describe>", "exec"), names)
        probe = _upshift.new_dispatcher(names["asked"], {})
        self.found = {}
        for types in _products(samples or [_SAMPLES] * len(variables), prefixes):
            try:
                self.found[types] = _upshift.result_type(probe, list(types))
            except (UpshiftError, ValueError):
                pass

    def lines(self, form):
        """One line for those that differ in one argument alone and share a result; `form` makes it of the arguments."""
        merged = [([{one} for one in types], result) for types, result in self.found.items()]
        for position in reversed(range(len(merged[0][0]) if merged else 0)):
            groups = {}
            for parts, result in merged:
                others = tuple(frozenset(part) for at, part in enumerate(parts) if at != position)
                groups.setdefault((others, result), []).append(parts)
            merged = []
            for (_, result), same in groups.items():
                joined = [set(part) for part in same[0]]
                joined[position] = set().union(*(parts[position] for parts in same))
                merged.append((joined, result))
        order = {one: place for place, one in enumerate(_SAMPLES)}
        texts = []
        for parts, result in merged:
            shown = [" | ".join(sorted(part, key=lambda one: order.get(one, 99))) for part in parts]
            texts.append(f"{form(shown)} -> {result}")
        return texts


def _products(samples, prefixes):
    import itertools

    if prefixes is None:
        return itertools.product(*samples)
    return (prefix + (one,) for prefix in prefixes for one in samples[-1])


def _source(name):
    """Where the rule stands, if it is Python source."""
    from .extending import _ENTRIES
    from .library import FUNCTIONS

    added = [addition.function.__code__ for addition in _ENTRIES.get(name, ())]
    places = [f"added at {code.co_filename}:{code.co_firstlineno}" for code in added]
    canonical = name if "." in name else f"builtins.{name}"
    if canonical in FUNCTIONS:
        import importlib

        module, function = FUNCTIONS[canonical]
        code = getattr(importlib.import_module(f"upshift.library.{module}"), function).__code__
        places.append(f"upshift/library/{module}.py:{code.co_firstlineno}")
    return f" ({', '.join(places)})" if places else ""
