"""Records programs for the policy's replayer: what calls and compilations take in each tier.

    python benches/python/record.py > tiers/manager/traces/kernels.trace
    python benches/python/record.py examples/*.py > tiers/manager/traces/examples.trace

Without arguments: the kernels, at the size that is checked and at the size that is timed. Scripts: the functions that
they call, as often as they do. Every process is fresh, its times are those of the processor and the least of several:
a recording stands for a quiet machine. `cargo run --release -p upshift-manager --example replay -- FILES` replays what comes out.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

_PROCESSES = 2
_SECONDS = 0.1
_GAP_US = 0.03


def record_kernels():
    """A program for each kernel and size."""
    from kernels import KERNELS

    print("# Recorded by benches/python/record.py: each kernel of the benchmark, at two sizes.")
    for name in KERNELS:
        for row in _joined(["kernel", name]):
            _print(f"{name}_{row['size']}", [row | {"calls": 1000}])


def record_scripts(paths):
    """A program for each script."""
    print("# Recorded by benches/python/record.py: the examples.")
    for path in paths:
        # Modules beside the examples have nothing to run.
        if "__main__" not in Path(path).read_text():
            continue
        rows = [row for row in _joined(["script", path]) if row["calls"]]
        if rows:
            _print(Path(path).stem, rows)


def _print(name, rows):
    print(f"program {name}\nload_ms {rows[0]['load_ms']:.1f}")
    for index, row in enumerate(rows):
        print(
            f"function f{index} insts {row['insts']} loops {int(row['has_loops'])} tier1_us {row['tier1_us']:.3f} "
            f"tier2_us {row['tier2_us']:.3f} tier1_ms {row['tier1_ms']:.2f} tier2_ms {row['tier2_ms']:.2f}"
        )
    for index, row in enumerate(rows):
        print(f"calls f{index} {row['calls']} gap_us {_GAP_US}", flush=True)


def _joined(what):
    """For each function: what tier 1 and tier 2 take."""
    one, two = _least(what, "1"), _least(what, "2")
    keys = [key for key in one if key in two]
    return [
        {
            "size": key[2],
            "insts": one[key]["insts"],
            "has_loops": one[key]["loop_iterations"] > 0,
            "calls": one[key]["calls"],
            "tier1_us": one[key]["call_us"],
            "tier2_us": two[key]["call_us"],
            "tier1_ms": one[key]["tier1_ms"],
            "tier2_ms": two[key]["tier2_ms"],
            "load_ms": two[key]["load_ms"],
        }
        for key in keys
    ]


def _least(what, tier):
    """The report of a process that ran in one tier, each time the least of several processes."""
    least = {}
    for _ in range(_PROCESSES):
        for row in _run(what, tier):
            known = least.setdefault((row["function"], row["signature"], row["size"]), row)
            for field in ("call_us", "tier1_ms", "tier2_ms", "load_ms"):
                if row[field] is not None:
                    known[field] = min(known[field], row[field])
    return least


def _run(what, tier):
    environment = os.environ | {"UPSHIFT_TIER": tier, "BENCH_ENGINE": "upshift"}
    command = [sys.executable, __file__, "--child", *what]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(what)} fails:\n{done.stderr}")
    return json.loads(done.stdout.rsplit("\n", 1)[-1])


def _child(kind, *what):
    """Runs a kernel or a script; the last line of its output is the report."""
    from time import thread_time_ns

    import upshift

    # The first compilation opens tier 2; the second one shows what the opening took.
    start = thread_time_ns()
    upshift.jit(lambda a: a + 1)(1)
    first = thread_time_ns() - start
    start = thread_time_ns()
    upshift.jit(lambda a: a + 2)(1)
    load_ms = max(0.0, (first - (thread_time_ns() - start)) / 1e6)
    rows = _run_kernel(*what) if kind == "kernel" else _run_script(*what)
    sys.stdout.write("\n" + json.dumps([row | {"load_ms": load_ms} for row in rows]))
    sys.stdout.flush()
    os._exit(0)


def _run_kernel(name):
    from time import perf_counter, thread_time_ns

    from kernels import KERNELS

    kernel = KERNELS[name]
    rows = []
    for size in ("check", "timed"):
        arguments = kernel.arguments(getattr(kernel, size))
        part = _of_processor(lambda arguments=arguments: kernel.function(*arguments))
        share = rows[0]["share"] if rows else part
        best, end, calls = float("inf"), perf_counter() + _SECONDS, 0
        while calls < 3 or perf_counter() < end:
            # Short calls, many at a time: a clock takes as long as they do.
            count = 1 if calls < 3 or best > 20_000 else 100
            start = thread_time_ns()
            for _ in range(count):
                kernel.function(*arguments)
            best = min(best, (thread_time_ns() - start) / count)
            calls += count
        [row] = [row for row in _rows(share) if row["function"].split(".")[-1] == kernel.function.__name__][:1]
        rows.append(row | {"size": size, "call_us": max(best / 1e3 - _GAP_US, 0.001), "share": share})
    return rows


def _run_script(path):
    import runpy
    import warnings

    warnings.simplefilter("ignore")
    sys.argv = [path]
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    share = _of_processor(lambda: runpy.run_path(path, run_name="__main__"))
    return [row for row in _rows(share) if row["call_us"]]


def _rows(share):
    """The report, with the compiler's share of the time that it took."""
    import upshift

    rows = []
    for row in upshift.tier_report():
        if "<lambda>" not in row["function"]:
            compiled = {tier: row[tier] and row[tier] * share for tier in ("tier1_ms", "tier2_ms")}
            rows.append(row | compiled | {"call_us": row["tier1_call_us"] or row["tier2_call_us"], "size": "run"})
    return rows


def _of_processor(work):
    """The part of the time in which the processor worked for this thread."""
    from time import perf_counter_ns, thread_time_ns

    start, worked = perf_counter_ns(), thread_time_ns()
    work()
    return (thread_time_ns() - worked) / (perf_counter_ns() - start)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        _child(*sys.argv[2:])
    elif len(sys.argv) > 1:
        record_scripts(sys.argv[1:])
    else:
        record_kernels()
