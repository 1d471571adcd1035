"""Two builds of upshift beside each other, on every kernel: what a change costs when compiling and buys when running.

    python benches/python/builds.py BEFORE AFTER [--tier 1] [--rounds 5] [KERNEL ...]

BEFORE and AFTER are folders that hold a package `upshift`. Turns alternate, and the fastest of each counts; ratios are
those of AFTER over BEFORE. A build that leaves a part of the compiler out shows what that part costs.
"""

import argparse
import math
from contextlib import ExitStack
from pathlib import Path

from engines import Engine
from kernels import KERNELS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path, metavar="BEFORE", help="a folder that holds a package `upshift`")
    parser.add_argument("after", type=Path, metavar="AFTER", help="another one")
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help="only these kernels")
    parser.add_argument("--tier", choices=("1", "2", "auto"), default="1", help="`auto` is compared in its tier 1")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="turns of each build")
    options = parser.parse_args()
    unknown = sorted(set(options.kernels) - set(KERNELS))
    if unknown:
        parser.error(f"there is no kernel {', '.join(unknown)}; there are {', '.join(KERNELS)}")
    rows = {name: [{"compile": math.inf, "run": math.inf} for _ in range(2)] for name in options.kernels or KERNELS}
    for _ in range(options.rounds):
        take_turns((options.before, options.after), options.tier, rows)
    show(rows)


def take_turns(folders, tier, rows):
    """Compiles and runs every kernel in a fresh process of each build, and keeps the fastest times, in milliseconds."""
    with ExitStack() as stack:
        engines = [stack.enter_context(start(folder, tier)) for folder in folders]
        for name, row in rows.items():
            for engine, known in zip(engines, row, strict=True):
                answer = engine.ask("prepare", name)
                if "error" in answer:
                    raise SystemExit(f"{engine.name}: {name}: {answer['error']}")
                compile_ms = answer["tier2_ms" if tier == "2" else "tier1_ms"]
                known["compile"] = min(known["compile"], compile_ms)
            for _ in range(3):
                for engine, known in zip(engines, row, strict=True):
                    known["run"] = min(known["run"], engine.ask("measure", name, 0.02) / 1e6)


def start(folder, tier):
    """A worker with the build in a folder."""
    return Engine(str(folder), {"BENCH_ENGINE": "upshift", "UPSHIFT_TIER": tier, "PYTHONPATH": str(folder.resolve())})


def show(rows):
    """A line for each kernel, and the geometric means."""
    width = max(map(len, rows))
    for name, (before, after) in rows.items():
        cells = [
            f"{what} {before[what]:9.3f} {after[what]:9.3f} ms x{after[what] / before[what]:.3f}" for what in before
        ]
        print(f"{name:{width}}  {'   '.join(cells)}")
    for what in ("compile", "run"):
        logarithms = [math.log(after[what] / before[what]) for before, after in rows.values()]
        print(f"{what}: x{math.exp(sum(logarithms) / len(logarithms)):.3f} by geometric mean of {len(rows)}")


if __name__ == "__main__":
    main()
