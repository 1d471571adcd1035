"""Settings, each read from the environment variable of its name when it is first asked for.

    upshift.config.UPSHIFT_TIER = "1"

Setting one here counts as long as nothing has been compiled.
"""

import os


def _choice(*values):
    takes = ", ".join(values)
    return lambda text: text if text in values else None, takes


def _number(least):
    return lambda text: int(text) if text.isdecimal() and int(text) >= least else None, f"a number from {least}"


def _flag():
    return {"0": False, "1": True}.get, "0 or 1"


def _trace(text):
    return text if text == "1" or (text.startswith("chrome:") and len(text) > 7) else None


def _perf(text):
    names = text.split(",")
    return text if text == "0" or set(names) <= {"map", "jitdump", "gdb"} and len(set(names)) == len(names) else None


def _dump(text):
    return text if text.endswith(":lir") and len(text) > 4 else None


# Name: how to read it (None means wrong), what it takes, the default, what it says.
_SETTINGS = {
    "UPSHIFT_TIER": (*_choice("auto", "1", "2"), "auto", "both tiers, Cranelift only, or LLVM at the first call"),
    "UPSHIFT_TIER2_CALLS": (*_number(1), None, "calls that make a function hot"),
    "UPSHIFT_TIER2_LOOPS": (*_number(1), None, "loop iterations that make a function hot"),
    "UPSHIFT_TIER2_THREADS": (*_number(1), None, "threads that compile with LLVM"),
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
    "UPSHIFT_DUMP": (_dump, "FUNC:lir", "", "the machine-level code of a function"),
    "UPSHIFT_BOUNDSCHECK": (*_flag(), None, "index checks everywhere off or on, whatever functions ask for"),
}  # fmt: skip


def __getattr__(name):
    if name not in _SETTINGS:
        raise AttributeError(f"module 'upshift.config' has no attribute {name!r}")
    read, takes, default, _ = _SETTINGS[name]
    text = os.environ.get(name, "")
    value = default if text == "" else read(text)
    if text != "" and value is None:
        from .errors import UpshiftError

        raise UpshiftError(f"the environment variable {name} takes {takes}, not {text!r}")
    globals()[name] = value
    return value


def __dir__():
    return sorted(_SETTINGS)


def accepts(name, text):
    """Is this a value that the setting takes?"""
    return name in _SETTINGS and text != "" and _SETTINGS[name][0](text) is not None


def described():
    """Name, what it takes and what it says, of every setting."""
    return [(name, takes, meaning) for name, (_, takes, _, meaning) in _SETTINGS.items()]
