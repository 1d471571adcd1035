def annotated(a: int, b: float = 1.0) -> float:
    c: float = a * b
    d: int
    return c
