"""Which compiler `jit` is, in this process: `BENCH_ENGINE` is `upshift`, `numba` or `python` (no compiler at all)."""

import os

NAME = os.environ.get("BENCH_ENGINE", "python")

if NAME == "upshift":
    from upshift import jit
elif NAME == "numba":
    from numba import njit as jit
elif NAME == "python":

    def jit(function=None, **_):
        """The function itself."""
        return function if function is not None else lambda one: one

else:
    raise SystemExit(f"BENCH_ENGINE is upshift, numba or python, not {NAME!r}")

__all__ = ["NAME", "jit"]
