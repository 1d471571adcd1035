"""upshift compiles numeric Python functions while the program runs.

    from upshift import jit

    @jit
    def total(values):
        result = 0.0
        for value in values:
            result += value
        return result

Importing this package loads NumPy, one small library and the decorators; everything else comes at first use.
"""

from ._upshift import Dispatcher, __version__, wait_for_tier_up
from .decorators import jit, literal_unroll, njit, prange

_MODULES = ("bench", "config", "description", "errors", "extending", "introspection", "library", "tiering", "typed", "types")
_FUNCTIONS = {"typeof": "types", "tier_report": "tiering"}

__all__ = [
    "Dispatcher", "__version__", "config", "errors", "extending", "jit", "literal_unroll", "njit", "prange", "tier_report", "tiering", "typed",
    "typeof", "types", "wait_for_tier_up",
]  # fmt: skip


def __getattr__(name):
    import importlib

    if name in _MODULES:
        return importlib.import_module(f"upshift.{name}")
    if name in _FUNCTIONS:
        value = getattr(importlib.import_module(f"upshift.{_FUNCTIONS[name]}"), name)
    else:
        types = importlib.import_module("upshift.types")
        if name.startswith("_") or name not in types.__all__:
            raise AttributeError(f"module 'upshift' has no attribute {name!r}")
        value = getattr(types, name)
    globals()[name] = value
    return value


def __dir__():
    from . import types

    return sorted({*globals(), *__all__, *types.__all__})
