"""What a reader wants to know first, computed from the results: added to them as `summary`, and to JSON."""

from . import break_even


def summarize(results):
    """Adds `summary` to the results, and gives it."""
    kind = results["target"]["kind"]
    if results["plan"]["sizes"]:
        found = _of_sizes(results)
    else:
        found = _of_script(results) if kind == "script" else _of_calls(results)
    results["summary"] = found
    return found


def _of_calls(results):
    found = break_even.curves(results)
    checkpoints = results["checkpoints"]
    ratios = break_even.envelope(found, checkpoints)
    return {
        "modes": {name: _curve_summary(results["modes"][name], curve) for name, curve in found.items()},
        "totals": {
            name: [
                {"calls": calls, "seconds": curve.at(calls), "is_measured": curve.is_measured(calls)}
                for calls in checkpoints
            ]
            for name, curve in found.items()
        },
        "break_evens": break_even.break_evens(found, break_even.bounds(results), checkpoints[-1]),
        "envelope": ratios,
        "worst": break_even.worst(ratios),
    }


def _curve_summary(mode, curve):
    spawn = [run["since_spawn"] for run in mode["runs"] if run.get("since_spawn") is not None]
    return {
        "first": curve.seconds[0],
        "first_since_spawn": min(spawn, default=None),
        "settled": curve.settled,
        "measured_calls": curve.calls[-1],
        "compile_tier1": _compile_times(mode, "tier1_ms"),
        "compile_tier2": _compile_times(mode, "tier2_ms"),
    }


def _compile_times(mode, field):
    """Seconds of compilation of all functions together, in the fastest run; `None` if that tier compiled nothing."""
    times = [run["compiled"][field] for run in mode["runs"] if run.get("compiled", {}).get(field) is not None]
    return min(times, default=None)


def _of_script(results):
    modes = {}
    for name, mode in results["modes"].items():
        if not mode["runs"]:
            continue
        outputs = [run["first_output"] for run in mode["runs"] if run["first_output"] is not None]
        modes[name] = {
            "total": min(run["total"] for run in mode["runs"]),
            "slowest": max(run["total"] for run in mode["runs"]),
            "first_output": min(outputs, default=None),
            "compile_tier1": _compile_times(mode, "tier1_ms"),
            "compile_tier2": _compile_times(mode, "tier2_ms"),
        }
    ratio = None
    if {"tiered", "tier1", "llvm"} <= set(modes):
        ratio = modes["tiered"]["total"] / min(modes["tier1"]["total"], modes["llvm"]["total"])
    return {"modes": modes, "ratio": ratio}


def _of_sizes(results):
    rows = break_even.size_rows(results)
    able = {name for row in rows for name in row["modes"]}
    return {
        "sizes": rows,
        "break_evens": [
            {"mode": mode, "over": over, "part": part, "size": break_even.size_break_even(rows, mode, over, part)}
            for mode, over, part in break_even.SIZE_PAIRS
            if {mode, over} <= able
        ],
    }
