"""Thousands of functions get hot at once: does a call ever wait, is the queue drained by gain, does memory stay bounded?

    python benches/python/storm.py [FUNCTIONS] [SECONDS]

Every function is called, round after round; one in ten does ten times the work of the others. Each call is timed,
those during tier-up included. A scheduler that takes the processor away is seen by every program; so a loop of the
interpreter's own that takes about as long, timed after every fourth call, is the control. The processor's time is told
too, and how often the thread gave the processor up by itself, to wait for another: once is one call that waited.
"""

import resource
import sys
from time import perf_counter, perf_counter_ns, thread_time_ns

SOURCE = """
def f(count):
    total = {number}
    for i in range(count):
        total += i ^ {number}
    return total
"""
_LIGHT, _HEAVY = 10_000, 100_000


def main(functions=5_000, seconds=15.0):
    import upshift

    made = []
    start = perf_counter()
    with upshift.tiering.pause():
        for number in range(functions):
            scope = {}
            exec(SOURCE.format(number=number), scope)
            function = upshift.jit(scope["f"])
            assert function(3) == number + sum(i ^ number for i in range(3))
            made.append((function, _HEAVY if number % 10 == 0 else _LIGHT))
    print(f"{functions} functions made and called once in {perf_counter() - start:.1f} s")
    before = _memory()
    compiled_calls, controls, waits = Slowest(), Slowest(), 0
    start = perf_counter()
    while perf_counter() - start < seconds:
        switches = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
        for number, (function, count) in enumerate(made):
            compiled_calls.time(function, count)
            if number % 4 == 0:
                controls.time(_control, count)
        waits += resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - switches
    tiered = [count for function, count in made if function.specializations[0].tier == 2]
    compiled = len(tiered)
    print(f"{compiled_calls.calls} calls in {seconds:.0f} s; {compiled} functions in tier 2 by then, {tiered.count(_HEAVY)} of the heavy tenth")
    print(f"calls: {compiled_calls}; waited {waits} times")
    print(f"control: {controls}")
    print(f"memory grew by {(_memory() - before) / 1024:.0f} MiB, {(_memory() - before) / max(compiled, 1):.0f} KiB a function")
    start = perf_counter()
    is_drained = upshift.wait_for_tier_up(600)
    compiled = sum(function.specializations[0].tier == 2 for function, _ in made)
    print(f"queue drained: {is_drained}, after {perf_counter() - start:.1f} s more; {compiled} functions in tier 2")
    print(f"memory {_memory() / 1024:.0f} MiB")


class Slowest:
    """How long the slowest of many calls took, and the slowest on the processor; and how many took a millisecond."""

    def __init__(self):
        self.calls, self.long, self.took, self.worked = 0, 0, 0, 0

    def time(self, function, argument):
        at, worked = perf_counter_ns(), thread_time_ns()
        function(argument)
        worked, took = thread_time_ns() - worked, perf_counter_ns() - at
        self.calls += 1
        self.long += took >= 1e6
        self.took, self.worked = max(self.took, took), max(self.worked, worked)

    def __str__(self):
        return (
            f"slowest {self.took / 1e6:.3f} ms, {self.worked / 1e6:.3f} ms on the processor; {self.long} of {self.calls} "
            "took 1 ms or more"
        )


def _control(count):
    return sum(range(count // 10))


def _memory():
    """The most memory that the process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:3]))
