"""Runs an example compiled, then in plain Python at a smaller size, and says how they compare.

`python mandelbrot.py --python` is the same script without a compiler: `jit` gives the function back.
"""

import argparse
import os
import subprocess
import sys
import time
import types

if "--python" in sys.argv:
    sys.modules["upshift"] = types.SimpleNamespace(jit=lambda function: function)


def run(work, size, small, cost, unit):
    """Calls `work(size)` and prints how long it took.

    Plain Python does `small`, in a process of its own; its time is multiplied by the ratio of `cost(size)` to
    `cost(small)`, which count the work in `unit`s.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--python", action="store_true", help="do without the compiler")
    parser.add_argument("--size", type=int, help=f"{size} if compiled, {small} in plain Python")
    options = parser.parse_args()
    chosen = options.size or (small if options.python else size)
    start = time.perf_counter()
    work(chosen)
    seconds = time.perf_counter() - start
    if options.python:
        print(f"{seconds:.6f} seconds in plain Python")
        return
    print(f"{seconds:.3f} s for {cost(chosen):,} {unit}, compiling included")
    # `upshift bench` compares too.
    if "UPSHIFT_BENCH" in os.environ:
        return
    command = [sys.executable, sys.argv[0], "--python", "--size", str(small)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    python_seconds = float(done.stdout.splitlines()[-1].split()[0])
    scaled = python_seconds * cost(chosen) / cost(small)
    print(
        f"Plain Python takes {python_seconds:.2f} s for {cost(small):,} {unit}: scaled to the same work, "
        f"{scaled:.1f} s, {scaled / seconds:.0f} times as long"
    )
