"""The ways to run a program that are compared, and the environment that makes each."""

import importlib.util
import os
import sys
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mode:
    """One way to run a program."""

    name: str
    title: str
    # What the worker makes of `import upshift`: python, upshift or numba.
    serves: str
    environment: dict = field(default_factory=dict)


MODES = {
    mode.name: mode
    for mode in (
        Mode("python", "plain Python", "python"),
        Mode("tier1", "tier 1", "upshift", {"UPSHIFT_TIER": "1"}),
        Mode("llvm", "LLVM at once", "upshift", {"UPSHIFT_TIER": "2"}),
        Mode("tiered", "tiered", "upshift", {"UPSHIFT_TIER": "auto"}),
        Mode("numba", "Numba", "numba"),
    )
}
# What a user may have switched on for another purpose, and what would disturb the worker.
_REMOVED = ("UPSHIFT_DUMP", "UPSHIFT_STATS", "UPSHIFT_TRACE", "PYTHONSAFEPATH", "PYTHONINSPECT")


def environment(mode, settings=()):
    """The environment of a process in this mode, with settings of a sweep on top."""
    kept = {name: value for name, value in os.environ.items() if name not in _REMOVED}
    # The same order of sets in every process; and programs can see that they are measured.
    kept |= {"PYTHONHASHSEED": "0", "UPSHIFT_BENCH": mode.name}
    return kept | mode.environment | dict(settings)


def interpreter(mode, numba_python):
    """The Python that runs a mode."""
    return numba_python if mode.name == "numba" and numba_python else sys.executable


def available(names, numba_python):
    """The modes of these names; Numba only where it is installed."""
    has_numba = numba_python is not None or importlib.util.find_spec("numba") is not None
    return [MODES[name] for name in names if name != "numba" or has_numba]
