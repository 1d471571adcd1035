"""upshift beside Numba: import, first call, compile times, run times, calls, and the slowest call.

    make bench

Every answer is compared with CPython's before anything is timed. The report goes to `bench-results/`.
"""

import argparse
import json
import pathlib
import platform
import time

import compare
import latency
import programs
import report
import single_call
import startup
from kernels import KERNELS


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kernels", nargs="*", metavar="KERNEL", help="only these kernels, and nothing but kernels")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: figures are less certain")
    parser.add_argument("--output", type=pathlib.Path, default="bench-results", metavar="FOLDER")
    options = parser.parse_args()
    unknown = sorted(set(options.kernels) - set(KERNELS))
    if unknown:
        parser.error(f"there is no kernel {', '.join(unknown)}; there are {', '.join(KERNELS)}")
    results = collect(options.kernels, options.quick)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "results.json").write_text(json.dumps(results, indent=1))
    text = report.markdown(results)
    (options.output / "results.md").write_text(text)
    print(text)


def collect(names, is_quick):
    """All figures, by section."""
    results = {"machine": machine()}
    if not names:
        results["startup"] = startup.measure(5 if is_quick else 15)
        results["dispatch"] = compare.dispatch_times(5 if is_quick else 20)
        results["latency"] = latency.measure()
        results["programs"] = programs.measure(5 if is_quick else 20)
    if not names and not is_quick:
        results["single_calls"] = dict(single_call.measure())
    results["kernels"] = compare.compile_times(names or list(KERNELS), 2 if is_quick else 4)
    compare.run_times(results["kernels"], 3 if is_quick else 7, 0.05)
    return results


def machine():
    """Where and with what this was measured."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {}
    for package in ("upshift", "numba", "numpy"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = "not installed as a package"
    with open("/proc/cpuinfo") as lines:
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    return {"cpu": model, "python": platform.python_version(), "date": time.strftime("%Y-%m-%d %H:%M"), **versions}


if __name__ == "__main__":
    main()
