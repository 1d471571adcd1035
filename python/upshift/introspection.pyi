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
    predicted_ms: float | None
    tier1_spent_ms: float
    tier1_call_us: float | None
    tier2_call_us: float | None
    insts: int
    tier2_reason: str
    osr_entries: int
    swapped_after_ms: float | None
    tier1_bytes: int
    tier2_bytes: int
    compile_ms: float
    variables: list[tuple[int, str, str]]
    def __init__(self, known: dict[str, Any]) -> None: ...

def attribute(dispatcher: Any, name: str) -> Any: ...
