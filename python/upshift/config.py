"""Settings, each read from the environment variable of its name when it is first asked for.

    upshift.config.UPSHIFT_TIER = "1"

Setting one here counts as long as nothing has been compiled.
"""

import os
import sys
from types import ModuleType


def _choice(*values):
    takes = ", ".join(values)
    return lambda text: text if text in values else None, takes


def _number(least, most=None):
    def read(text):
        number = int(text) if text.isascii() and text.isdecimal() else None
        return number if number is not None and least <= number <= (most or 2**64 - 1) else None

    return read, f"a number from {least}" + (f" to {most}" if most else "")


def _flag():
    return {"0": False, "1": True}.get, "0 or 1"


def _trace(text):
    return text if text == "1" or (text.startswith("chrome:") and len(text) > 7) else None


def _perf(text):
    names = text.split(",")
    return text if text == "0" or set(names) <= {"map", "jitdump", "gdb"} and len(set(names)) == len(names) else None


def _dump(text):
    from . import _upshift

    function, _, stage = text.rpartition(":")
    return text if function and stage in _upshift.dump_stages() else None


def _dump_takes():
    """Known to the compiler, and asked for only to be shown."""
    from . import _upshift

    return f"FUNC:STAGE, with a function's name or *, and a stage of {', '.join(_upshift.dump_stages())}"


# Name: how to read it (None means wrong), what it takes, the default, what it says.
_SETTINGS = {
    "UPSHIFT_TIER": (*_choice("auto", "1", "2"), "auto", "both tiers, Cranelift only, or LLVM at the first call"),
    "UPSHIFT_EAGERNESS": (
        *_number(1, 9), 5,
        "how soon hot functions move to LLVM, a factor of 3 a step: at 5 when they have spent in tier 1 a share of the "
        "time that LLVM is predicted to take",
    ),
    "UPSHIFT_TIER2_CALLS": (
        *_number(1), None, "calls that make a function hot; of this and the next two, those that are set decide alone",
    ),
    "UPSHIFT_TIER2_LOOPS": (*_number(1), None, "loop iterations that make a function hot"),
    "UPSHIFT_TIER2_TIME_US": (*_number(1), None, "microseconds in tier 1 that make a function hot"),
    "UPSHIFT_TIER2_THREADS": (
        *_number(1, 64), None, "threads that compile with LLVM; unset: one, on eight cores or more two",
    ),
    "UPSHIFT_TIER2_OPT": (
        *_choice("lean", "O1", "O2", "O3"), "lean",
        "LLVM's pipeline; `lean` is as fast at run time as `O3` on our kernels",
    ),
    "UPSHIFT_OSR": (
        *_choice("0", "1", "stress"), "1",
        "running loops move to LLVM: never, when hot, or all at their first iteration, to test it",
    ),
    "UPSHIFT_SYNC": (*_flag(), False, "recompile in the calling thread"),
    "UPSHIFT_TRACE": (_trace, "1 or chrome:FILE", "", "a line for each event on stderr, or a trace file"),
    "UPSHIFT_STATS": (*_flag(), False, "a table of compiled functions at exit"),
    "UPSHIFT_PERF": (
        _perf, "0, or of map, jitdump, gdb one or several with commas between", "0",
        "names and lines of compiled code for perf, by /tmp/perf-PID.map or JITDUMPDIR/jit-PID.dump, and for gdb",
    ),
    "UPSHIFT_DUMP": (
        _dump, _dump_takes, "",
        "a function in one form of its way, a pass's before and after it, on stderr",
    ),
    "UPSHIFT_BOUNDSCHECK": (*_flag(), None, "index checks everywhere off or on, whatever functions ask for"),
}  # fmt: skip


def __getattr__(name):
    if name not in _SETTINGS:
        raise AttributeError(f"module 'upshift.config' has no attribute {name!r}")
    text = os.environ.get(name, "")
    value = _read(name, text, f"the environment variable {name}") if text != "" else _SETTINGS[name][2]
    globals()[name] = value
    return value


def _read(name, text, what):
    read, takes, _, _ = _SETTINGS[name]
    value = read(text)
    if value is None:
        from .errors import UpshiftError

        takes = takes() if callable(takes) else takes
        raise UpshiftError(f"{what} takes {takes}, not {text!r}")
    return value


class _Module(ModuleType):
    """This module, which checks what is set; `None` and an empty string stand for the default."""

    def __setattr__(self, name, value):
        if name in _SETTINGS:
            text = str(int(value)) if isinstance(value, bool) else str(value)
            value = _SETTINGS[name][2] if value is None or text == "" else _read(name, text, f"upshift.config.{name}")
        elif not name.startswith("__"):
            raise AttributeError(f"module 'upshift.config' has no attribute {name!r}")
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Module


def __dir__():
    return sorted(_SETTINGS)


def accepts(name, text):
    """Is this a value that the setting takes?"""
    return name in _SETTINGS and text != "" and _SETTINGS[name][0](text) is not None


def described():
    """Name, what it takes and what it says, of every setting."""
    return [
        (name, takes() if callable(takes) else takes, meaning) for name, (_, takes, _, meaning) in _SETTINGS.items()
    ]
