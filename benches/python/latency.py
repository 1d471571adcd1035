"""Does any call wait for LLVM? Times single calls while LLVM compiles in the background.

Fresh functions get hot one after the other, so that the background thread is busy all the time; the calls that are
timed are theirs, those during their own recompilation and swap included. A scheduler that takes the processor away is
seen by every program: calls of a plain Python function, timed in between, are the control. A thread that waits for
another gives up the processor by itself, which the system counts apart from being interrupted.
"""

import json
import os
import resource
import subprocess
import sys

_BOUNDS_US = (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000)
_CALLS = 4_000
_FUNCTIONS = 40

SOURCE = """
def f(values, factor):
    total = {number}.0
    for i in range(len(values)):
        for j in range(3):
            if values[i] > factor:
                total += values[i] * factor + j
            else:
                total -= values[i] - factor
    return total
"""


def measure():
    """What a fresh process measured."""
    environment = os.environ | {"UPSHIFT_TIER": "auto", "UPSHIFT_TIER2_CALLS": "500"}
    done = subprocess.run([sys.executable, __file__], env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def _measure_here():
    from time import perf_counter_ns

    import numpy as np

    import upshift

    values = np.random.default_rng(0).random(20)
    jitted_times, python_times, functions = [], [], []
    waits = interruptions = 0

    def control(a, b):
        return b

    for number in range(_FUNCTIONS):
        scope = {}
        exec(SOURCE.format(number=number), scope)
        function = upshift.jit(scope["f"])
        expected = scope["f"](values, 0.5)
        assert function(values, 0.5) == expected
        functions.append(function)
        before = resource.getrusage(resource.RUSAGE_THREAD)
        for _ in range(_CALLS):
            start = perf_counter_ns()
            function(values, 0.5)
            middle = perf_counter_ns()
            control(values, 0.5)
            end = perf_counter_ns()
            jitted_times.append(middle - start)
            python_times.append(end - middle)
        after = resource.getrusage(resource.RUSAGE_THREAD)
        waits += after.ru_nvcsw - before.ru_nvcsw
        interruptions += after.ru_nivcsw - before.ru_nivcsw
        assert function(values, 0.5) == expected
    upshift.wait_for_tier_up(30)
    tier2 = [one.tier2_ms for function in functions for one in function.specializations if one.tier2_ms]
    return {
        "llvm_compiles": len(tier2),
        "llvm_ms": {"min": min(tier2), "max": max(tier2), "sum": sum(tier2)},
        "waits": waits,
        "interruptions": interruptions,
        "jitted": _distribution(jitted_times),
        "python": _distribution(python_times),
    }


def _distribution(times):
    """Microseconds: quantiles, the ten slowest, and a histogram."""
    times = sorted(time / 1e3 for time in times)
    counts, position = [], 0
    for bound in _BOUNDS_US:
        before = position
        while position < len(times) and times[position] < bound:
            position += 1
        counts.append((bound, position - before))
    quantiles = {str(share): times[int(share * (len(times) - 1))] for share in (0.5, 0.99, 0.999, 0.9999)}
    return {"calls": len(times), "quantiles": quantiles, "slowest": times[-10:][::-1], "histogram": counts}


if __name__ == "__main__":
    print(json.dumps(_measure_here()))
