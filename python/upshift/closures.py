"""What calls a closure of compiled code from Python: a function that is compiled for the closure and its arguments."""

from functools import cache
from types import FunctionType


def caller(count):
    """A new function that calls its first argument with this many others; with any others for `None`."""
    return FunctionType(_code(count), {}, "call")


@cache
def _code(count):
    names = [f"a{position}" for position in range(count or 0)]
    parameters = ", ".join(["function", *names, *(["*args", "**keywords"] if count is None else [])])
    arguments = ", ".join(names if count is not None else ["*args", "**keywords"])
    scope = {}
    exec(compile(f"def call({parameters}): return function({arguments})", __file__, "exec"), scope)
    return scope["call"].__code__
