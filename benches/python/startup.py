"""How long until the first result? Import and first call, each in fresh processes, beside NumPy's import."""

from statistics import median

from engines import run_fresh

_CLOCK = "import time; start = time.perf_counter_ns()\n"
_PRINT = "\nprint((time.perf_counter_ns() - start) / 1e6)"
_ADD = "import numpy\nfrom {package} import njit\n@njit\ndef add(a, b): return a + b\n"
PACKAGES = ("upshift", "numba")


def measure(rounds):
    """Milliseconds, minimum and median: NumPy's import; by package its import after NumPy, and its first call."""
    samples = {"numpy": []} | {f"{what} {package}": [] for what in ("import", "call") for package in PACKAGES}
    # The first round reads files from disk, which is not the question.
    for _ in range(rounds + 1):
        samples["numpy"].append(run_fresh(f"{_CLOCK}import numpy{_PRINT}"))
        for package in PACKAGES:
            samples[f"import {package}"].append(run_fresh(f"import numpy\n{_CLOCK}import {package}{_PRINT}"))
            samples[f"call {package}"].append(run_fresh(f"{_ADD.format(package=package)}{_CLOCK}add(1, 2){_PRINT}"))
    return {name: {"min": min(times[1:]), "median": median(times[1:])} for name, times in samples.items()}
