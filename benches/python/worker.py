"""A process with one compiler in it, which answers what `run.py` asks over a pipe.

Compilers live in processes of their own because a tier is chosen once per process. Requests and answers are pickles:
a request is a tuple of a function's name in `ANSWERS` and its arguments.
"""

import os
import pickle
import sys
import time
import timeit
import warnings

import numpy as np
from engine import NAME, jit


def prepare(name):
    """Compiles a kernel by calling it, and answers its result and the times of that call and of a settled one."""
    from kernels import KERNELS

    kernel = KERNELS[name]
    arguments = kernel.arguments(kernel.check)
    start = time.perf_counter_ns()
    try:
        result = kernel.function(*arguments)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {_reason(error)}"}
    first = time.perf_counter_ns() - start
    answer = {"result": result, "compile_ms": max(0.0, first - _settled(kernel, arguments, 0.0)) / 1e6}
    if NAME == "upshift":
        known = kernel.function.specializations[0]
        answer |= {"tier1_ms": known.tier1_ms, "tier2_ms": known.tier2_ms}
    return answer


def measure(name, seconds):
    """The fastest call of a kernel, in nanoseconds, of as many as fit into the time and two at least."""
    from kernels import KERNELS

    kernel = KERNELS[name]
    if name not in _arguments:
        _arguments[name] = kernel.arguments(kernel.timed)
        kernel.function(*_arguments[name])
    return _settled(kernel, _arguments[name], seconds)


def _settled(kernel, arguments, seconds):
    function, best = kernel.function, float("inf")
    end = time.perf_counter() + seconds
    calls = 0
    while calls < 2 or time.perf_counter() < end:
        start = time.perf_counter_ns()
        function(*arguments)
        best = min(best, time.perf_counter_ns() - start)
        calls += 1
    return best


def _reason(error):
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].split(": ", 2)[-1] if NAME == "upshift" else " ".join(lines)[:160]


def add(a, b):
    return a + b


def negate(a):
    return -a


def getitem(array, index):
    return array[index]


CALLS = {
    "add(1, 2)": (add, (1, 2)),
    "f(2.0)": (negate, (2.0,)),
    "getitem(array, 3)": (getitem, (np.arange(10.0), 3)),
}
_jitted = {}
_arguments = {}


def dispatch(name, is_jitted, count=50_000):
    """Nanoseconds of one call, the timing loop included, of the jitted function or of Python's."""
    function, arguments = CALLS[name]
    if is_jitted:
        if name not in _jitted:
            _jitted[name] = jit(function)
            assert _jitted[name](*arguments) == function(*arguments)
        function = _jitted[name]
    names = [f"a{position}" for position in range(len(arguments))]
    timer = timeit.Timer(f"f({', '.join(names)})", globals={"f": function} | dict(zip(names, arguments, strict=True)))
    return min(timer.repeat(5, count)) / count * 1e9


ANSWERS = {"prepare": prepare, "measure": measure, "dispatch": dispatch}


def main():
    warnings.simplefilter("ignore")
    # What kernels print may not reach the pipe.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # What the compiler sets up once is the first call's, which `startup.py` measures.
    jit(lambda a: a + 1)(1)
    while True:
        try:
            name, *arguments = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(ANSWERS[name](*arguments), answers)
        answers.flush()


if __name__ == "__main__":
    main()
