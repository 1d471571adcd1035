from typing import Literal

UPSHIFT_TIER: Literal["auto", "1", "2"]
UPSHIFT_EAGERNESS: int
UPSHIFT_TIER2_CALLS: int | None
UPSHIFT_TIER2_LOOPS: int | None
UPSHIFT_TIER2_TIME_US: int | None
UPSHIFT_TIER2_THREADS: int | None
UPSHIFT_TIER2_OPT: Literal["lean", "O1", "O2", "O3"]
UPSHIFT_OSR: Literal["0", "1", "stress"]
UPSHIFT_SYNC: bool
UPSHIFT_TRACE: str
UPSHIFT_STATS: bool
UPSHIFT_PERF: str
UPSHIFT_DUMP: str
UPSHIFT_BOUNDSCHECK: bool | None

def accepts(name: str, text: str) -> bool: ...
def described() -> list[tuple[str, str, str]]: ...
