"""What `import upshift` and `import numba` find in a process that measures something else.

In plain Python the decorators give the function back; under Numba they are Numba's. Whatever else a program asks of
upshift is served too, so that it runs unchanged: from the real package, or from Numba. Knows only the standard library,
because Numba may live in an environment without upshift.
"""

import contextlib
import importlib.util
import os
import sys
import types

# Attributes of jitted functions that programs print; without upshift there is nothing to say.
_REPORTS = ("specializations", "signatures", "nopython_signatures")


class StandIn(types.ModuleType):
    """A module with some names of its own; it asks `fallback` for the others."""

    def __init__(self, name, own, fallback):
        super().__init__(name)
        self.__dict__.update(own)
        self.__dict__["_fallback"] = fallback

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return self._fallback(name)


def install_plain_python(package, is_as_numba):
    """`upshift`, found in the folder `package`, without its compiler; with `is_as_numba` under Numba's name too."""
    own = _own_names(_plain_jit) | {"prange": range, "__path__": [package]}
    stand_in = StandIn("upshift", own, _RealPackage(package))
    sys.modules["upshift"] = stand_in
    if is_as_numba:
        modules = {"types": "types", "core.types": "types", "errors": "errors", "core.errors": "errors"}
        sys.modules["numba"] = sys.modules["numba.core"] = stand_in
        for name, ours in modules.items():
            sys.modules[f"numba.{name}"] = importlib.import_module(f"upshift.{ours}")


def install_numba():
    """`upshift` is Numba."""
    import numba

    def compiled(*args, **options):
        for ours in ("overflow", "tier", "eagerness"):
            options.pop(ours, None)
        return numba.njit(*args, **options)

    own = _own_names(_keep_reports(compiled)) | {"prange": numba.prange}
    stand_in = StandIn("upshift", own, lambda name: getattr(numba, name))
    sys.modules["upshift"] = stand_in
    for name, module in (("types", numba.types), ("errors", numba.core.errors), ("config", numba.core.config)):
        stand_in.__dict__[name] = sys.modules[f"upshift.{name}"] = module
    sys.modules["upshift.tiering"] = own["tiering"]


def _own_names(jit):
    tiering = types.ModuleType("upshift.tiering")
    tiering.pause = contextlib.nullcontext
    tiering.tier_report = _nothing
    return {
        "jit": jit, "njit": jit, "tiering": tiering, "tier_report": _nothing,
        "wait_for_tier_up": lambda timeout=None: True,
    }  # fmt: skip


def _nothing():
    return []


def _plain_jit(signature_or_function=None, *_, **__):
    """`jit` in all its forms: bare, with options, with signatures."""
    if isinstance(signature_or_function, types.FunctionType):
        return _with_reports(signature_or_function)
    return _with_reports


def _keep_reports(njit):
    def jit(*args, **options):
        made = njit(*args, **options)
        if args and isinstance(args[0], types.FunctionType):
            return _with_reports(made)
        return lambda function: _with_reports(made(function))

    return jit


def _with_reports(function):
    for name in _REPORTS:
        if not hasattr(function, name):
            with contextlib.suppress(AttributeError, TypeError):
                setattr(function, name, [])
    if not hasattr(function, "py_func"):
        function.py_func = function
    return function


class _RealPackage:
    """The package itself, loaded when somebody asks for a name that has no stand-in."""

    def __init__(self, folder):
        self.folder = folder
        self.module = None

    def __call__(self, name):
        if self.module is None:
            path = os.path.join(self.folder, "__init__.py")
            spec = importlib.util.spec_from_file_location("upshift", path, submodule_search_locations=[self.folder])
            # Its modules find their package by the name, which stays the stand-in's.
            self.module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(self.module)
        return getattr(self.module, name)
