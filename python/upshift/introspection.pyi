from typing import Any, Literal

REPORTED: tuple[str, ...]

class Specialization:
    signature: str
    arguments: list[str]
    result: str
    tier: Literal[1, 2]
    calls: int
    loop_iterations: int
    tier1_ms: float | None
    tier2_ms: float | None
    tier2_reason: str
    osr_entries: int
    swapped_after_ms: float | None
    tier1_bytes: int
    tier2_bytes: int
    compile_ms: float
    variables: list[tuple[int, str, str]]
    def __init__(self, known: dict[str, Any]) -> None: ...

def attribute(dispatcher: Any, name: str) -> Any: ...
