from dataclasses import dataclass, field
from typing import Any

class PlanError(Exception): ...

@dataclass(frozen=True)
class Target:
    text: str
    module: str
    function: str = ""
    script_arguments: tuple[str, ...] = ()
    arguments: str | None = None
    setup: str = ""
    jit: bool = False
    as_numba: bool = False
    @property
    def is_script(self) -> bool: ...

@dataclass(frozen=True)
class Plan:
    target: Target
    modes: tuple[str, ...] = ("python", "tier1", "llvm", "tiered", "numba")
    repeats: int = 3
    budget: float = 2.0
    timeout: float = 60.0
    checkpoints: tuple[int, ...] = ...
    sizes: tuple[int, ...] = ()
    sweep: dict[str, list[str]] = field(default_factory=dict)
    numba_python: str | None = None

def measure(plan: Plan, show_progress: bool = True) -> dict[str, Any]: ...
def parse_target(text: str, **options: Any) -> Target: ...
def summarize(results: dict[str, Any]) -> dict[str, Any]: ...
