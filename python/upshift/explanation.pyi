from typing import Any

class Explanation:
    data: dict[str, Any]
    def __init__(self, data: dict[str, Any]) -> None: ...

def explain(dispatcher: Any) -> Explanation: ...
