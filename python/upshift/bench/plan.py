"""What is to be measured: the program, and how long and how often."""

import os
from dataclasses import dataclass, field

# 1, 2, 5, 10, ... 1,000,000
CHECKPOINTS = [step * 10**power for power in range(6) for step in (1, 2, 5)] + [1_000_000]


class PlanError(Exception):
    """The user asked for something that cannot be measured: one line says why."""


@dataclass(frozen=True)
class Target:
    """A script with its arguments, or a function of a file or module."""

    # As the user wrote it.
    text: str
    # A path of a script, or a path or name of a function's module.
    module: str
    # Empty for a script.
    function: str = ""
    script_arguments: tuple = ()
    arguments: str | None = None
    setup: str = ""
    # Compile the function although it has no decorator.
    jit: bool = False
    as_numba: bool = False

    @property
    def is_script(self):
        return not self.function


@dataclass(frozen=True)
class Plan:
    """How to measure a target."""

    target: Target
    modes: tuple = ("python", "tier1", "llvm", "tiered", "numba")
    # Processes of each mode.
    repeats: int = 3
    # Seconds of calls in a process.
    budget: float = 2.0
    # Seconds after which a process is ended.
    timeout: float = 60.0
    checkpoints: tuple = tuple(CHECKPOINTS)
    # Problem sizes: instead of numbers of calls.
    sizes: tuple = ()
    # Name of a variable: its values.
    sweep: dict = field(default_factory=dict)
    numba_python: str | None = None


def parse_target(text, **options):
    """`script.py`, `file.py:function`, `module:function`."""
    module, colon, function = text.rpartition(":")
    if not colon:
        if not os.path.isfile(text):
            hint = f"; {text}:FUNCTION measures a function of a module" if not text.endswith(".py") else ""
            raise PlanError(f"there is no script {text}{hint}")
        return Target(text, os.path.abspath(text), **options)
    if not all(part.isidentifier() for part in function.split(".")):
        raise PlanError(f"{function!r} is not the name of a function")
    if module.endswith(".py"):
        if not os.path.isfile(module):
            raise PlanError(f"there is no file {module}")
        module = os.path.abspath(module)
    elif not all(part.isidentifier() for part in module.split(".")):
        raise PlanError(f"{module!r} is neither a Python file nor the name of a module")
    return Target(text, module, function, **options)
