"""The decorators `jit` and `njit`: they check options, and make dispatchers.

All of Numba's options are accepted. Those that change what a function means are honoured; those that ask for something
upshift does not do yet warn, once each.
"""

import os
import sys

from ._upshift import Dispatcher, compile, new_dispatcher, set_may_compile

_FASTMATH = ("fast", "nnan", "ninf", "nsz", "arcp", "contract", "afn", "reassoc")
_PARALLEL = (
    "comprehension", "reduction", "inplace_binop", "setitem", "numpy", "stencil", "fusion", "prange",
)  # fmt: skip
# Options without a meaning here: whatever they say, the function does the same.
_WITHOUT_MEANING = frozenset((
    "looplift", "no_rewrites", "no_cpython_wrapper", "no_cfunc_wrapper", "_nrt", "_dbg_optnone",
    "_dbg_extend_lifetimes", "nopython",
))  # fmt: skip
_NOT_YET = {
    "parallel": "parallel=True has no effect yet: prange runs on one thread",
    "cache": "cache=True has no effect yet: functions are compiled again in each process",
    "inline": "inline='always' has no effect yet",
    "forceinline": "forceinline=True has no effect yet",
    "debug": "debug=True has no effect yet: there is no debug information",
    "pipeline_class": "pipeline_class has no effect: upshift's passes are not Numba's",
}
_warned = set()


def jit(signature_or_function=None, locals=None, cache=False, pipeline_class=None, boundscheck=None, **options):
    """Compiles a function when it is called, for the types of its arguments.

    Used bare, with options, or with signatures, in which case it compiles at once and for these signatures only::

        @jit
        def f(x): ...

        @jit("float64(float64[:])", fastmath=True)
        def g(x): ...
    """
    for name in ("argtypes", "restype"):
        if name in options:
            from .errors import DeprecationError

            raise DeprecationError(f"'{name}' is not an option any more; pass a signature as the first argument")
    choices = _check(locals, cache, pipeline_class, boundscheck, options)
    if signature_or_function is None:
        return lambda function: _make(function, None, choices)
    if isinstance(signature_or_function, (str, tuple, list)) or type(signature_or_function).__name__ == "Signature":
        signatures = signature_or_function
        if not isinstance(signatures, list):
            signatures = [signatures]
        return lambda function: _make(function, signatures, choices)
    return _make(signature_or_function, None, choices)


def njit(*args, **options):
    """The same as `jit`: there is no other mode than Numba's nopython mode."""
    for name in ("nopython", "forceobj"):
        if name in options:
            _warn(f"njit:{name}", f"{name} is set for njit and is ignored")
            del options[name]
    return jit(*args, **options)


def prange(*args):
    """`range`, whose iterations may run in parallel."""
    return range(*args)


def literal_unroll(container):
    """The tuple itself; in compiled code a loop over it is written out, so that each item has its own type and value."""
    return container


def _make(function, signatures, choices):
    if isinstance(function, Dispatcher):
        function = function.py_func
    if _is_context_function(function):
        from contextlib import contextmanager

        # What makes context managers is Python's; the generator is compiled.
        return contextmanager(_make(function.__wrapped__, signatures, choices))
    dispatcher = new_dispatcher(function, choices)
    if signatures is not None:
        from .types import parse_signature

        for signature in signatures:
            arguments, result = parse_signature(signature)
            compile(dispatcher, [one.code for one in arguments], None if result is None else result.code)
        set_may_compile(dispatcher, False)
    return dispatcher


def _is_context_function(function):
    """Whether contextlib.contextmanager made it."""
    code = getattr(function, "__code__", None)
    if getattr(code, "co_name", None) != "helper" or not hasattr(function, "__wrapped__"):
        return False
    from contextlib import contextmanager

    return code.co_filename == contextmanager.__code__.co_filename


def _check(locals, cache, pipeline_class, boundscheck, options):
    """What `new_dispatcher` reads, from all options that were given."""
    choices = {"boundscheck": _boundscheck(boundscheck)}
    if cache or pipeline_class is not None:
        for name, given in (("cache", cache), ("pipeline_class", pipeline_class is not None)):
            if given:
                _warn(name, _NOT_YET[name])
    if locals:
        choices["locals"] = {name: one.code for name, one in locals.items()}
    if options.get("forceobj"):
        if options.get("nopython"):
            raise ValueError("Only one of 'nopython' or 'forceobj' can be True.")
        from .errors import UnsupportedError

        raise UnsupportedError("forceobj=True asks for the interpreter, which upshift never falls back to; remove @jit")
    unknown = []
    for name, value in options.items():
        if name == "fastmath":
            choices[name] = _fastmath(value)
        elif name == "error_model":
            choices[name] = _one_of(name, value, ("python", "numpy"))
        elif name == "overflow":
            choices[name] = _one_of(name, value, ("wrap", "raise"))
        elif name == "tier":
            choices[name] = str(_one_of(name, value, (1, 2, "auto")))
        elif name == "eagerness":
            choices[name] = _one_of(name, value, range(1, 10), "a number from 1 to 9")
        elif name == "nogil":
            choices[name] = bool(value)
        elif name == "parallel":
            if _parallel(value):
                _warn(name, _NOT_YET[name])
        elif name == "inline":
            if value != "never":
                if not callable(value):
                    _one_of(name, value, ("never", "always"))
                _warn(name, _NOT_YET[name])
        elif name in _NOT_YET:
            if value:
                _warn(name, _NOT_YET[name])
        elif name == "_target":
            _one_of(name, value, ("cpu",))
        elif name not in _WITHOUT_MEANING and name != "forceobj":
            unknown.append(name)
    if unknown:
        known = (
            "boundscheck, cache, debug, eagerness, error_model, fastmath, inline, locals, nogil, overflow, parallel, tier"
        )
        raise KeyError(f"Unrecognized options: {', '.join(sorted(unknown))}. Known options are {known}")
    return choices


def _boundscheck(value):
    # Without the variable there is nothing to read, and the module that reads it is not worth its import.
    if "UPSHIFT_BOUNDSCHECK" in os.environ or "upshift.config" in sys.modules:
        from . import config

        if config.UPSHIFT_BOUNDSCHECK is not None:
            return config.UPSHIFT_BOUNDSCHECK
    return value is None or bool(value)


def _fastmath(value):
    if isinstance(value, (bool, int)) or value is None:
        return ["fast"] if value else []
    names = [name for name, is_on in value.items() if is_on] if isinstance(value, dict) else list(value)
    unknown = sorted(set(names) - set(_FASTMATH))
    if unknown:
        raise ValueError(f"Unrecognized fastmath flags: {', '.join(unknown)}. Known flags are {', '.join(_FASTMATH)}")
    return names


def _parallel(value):
    if not isinstance(value, dict):
        return bool(value)
    unknown = sorted(set(value) - set(_PARALLEL))
    if unknown:
        raise NameError(f"Unrecognized parallel options: {', '.join(unknown)}. Known are {', '.join(_PARALLEL)}")
    return any(value.values())


def _one_of(name, value, known, takes=None):
    if isinstance(value, (bool, float)) or value not in known:
        raise ValueError(f"{name} must be {takes or ' or '.join(map(repr, known))}, not {value!r}")
    return value


def _warn(name, message):
    if name in _warned:
        return
    _warned.add(name)
    import warnings

    from .errors import UpshiftWarning

    frame, level = sys._getframe(1), 2
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, UpshiftWarning, stacklevel=level)
