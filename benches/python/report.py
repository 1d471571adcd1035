"""The figures of `run.py` as Markdown. Ratios compare with Numba in the same run: above 1 upshift is ahead."""

from math import exp, log

import programs
from single_call import allowed_ms

# The promises that rows are held to.
_TIER1_BEHIND, _TIER2_BEHIND = 2.0, 1.1


def markdown(results):
    """The whole report."""
    machine = results["machine"]
    parts = ["# upshift beside Numba", ", ".join(f"{name} {value}" for name, value in machine.items())]
    if "startup" in results:
        parts += _startup(results["startup"]) + _dispatch(results["dispatch"]) + _latency(results["latency"])
    if "single_calls" in results:
        parts += _single_calls(results["single_calls"])
    parts += _compile(results["kernels"]) + _run(results["kernels"])
    if "programs" in results:
        parts += _programs(results["programs"])
    return "\n\n".join(parts) + "\n"


def _table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _startup(startup):
    rows = []
    for title, key in (("import, over NumPy's", "import"), ("first `add(1, 2)`", "call")):
        ours, theirs = startup[f"{key} upshift"], startup[f"{key} numba"]
        figures = (f"{figure['min']:.2f} / {figure['median']:.2f}" for figure in (ours, theirs))
        rows.append([title, *figures, f"{theirs['min'] / ours['min']:.0f}x"])
    numpy = startup["numpy"]
    note = f"`import numpy` itself: {numpy['min']:.1f} / {numpy['median']:.1f} ms."
    return ["## Starting (fresh processes; ms, minimum / median)", _table(["", "upshift", "Numba", "ratio"], rows), note]


def _dispatch(dispatch):
    rows = [
        [f"`{name}`", *(f"{row[column]:.1f}" for column in ("python", "tier1", "numba")),
         f"{row['numba'] / row['tier1']:.1f}x"]
        for name, row in dispatch.items()
    ]  # fmt: skip
    return ["## Calls (ns, minimum)", _table(["", "Python", "upshift", "Numba", "ratio"], rows)]


def _latency(latency):
    columns = ("jitted", "python")
    rows = [
        [f"{float(share):.2%} of calls within", *(f"{latency[column]['quantiles'][share]:.2f}" for column in columns)]
        for share in latency["jitted"]["quantiles"]
    ]
    rows += [
        [f"slowest, no. {place}", *(f"{latency[column]['slowest'][place - 1]:.1f}" for column in columns)]
        for place in (1, 2, 3)
    ]
    llvm = latency["llvm_ms"]
    note = (
        f"{latency['jitted']['calls']} calls during {latency['llvm_compiles']} LLVM compiles of "
        f"{llvm['min']:.1f} to {llvm['max']:.1f} ms each ({llvm['sum']:.0f} ms in all); "
        "the control is a plain Python function called in between. The calling thread was interrupted "
        f"{latency['interruptions']} times and waited for something {latency['waits']} times."
    )
    histogram = [
        [f"below {bound:g}", ours, control]
        for (bound, ours), (_, control) in zip(*(latency[column]["histogram"] for column in columns), strict=True)
        if ours or control
    ]
    return [
        "## The slowest call while LLVM compiles (us)", note,
        _table(["", "upshift", "control"], rows), _table(["calls", "upshift", "control"], histogram),
    ]  # fmt: skip


def _single_calls(kernels):
    header = ["kernel", "settled in LLVM", "one call", "allowed", "loops entered"]
    rows = [
        [name, *(f"{ms:.0f}" for ms in (row["settled_ms"], row["ms"], allowed_ms(row))), row["osr_entries"]]
        for name, row in kernels.items()
    ]
    missed = [name for name, row in kernels.items() if row["ms"] > allowed_ms(row)]
    wrong = [name for name, row in kernels.items() if not row["is_right"]]
    parts = ["## One long call in a fresh process (ms: it goes over to LLVM inside a loop)", _table(header, rows)]
    parts += [f"More than is allowed: {', '.join(missed)}."] if missed else []
    return parts + ([f"Wrong: {', '.join(wrong)}."] if wrong else [])


def _programs(results):
    header = ["", "Python", "upshift, tier 1", "upshift", "Numba", "over Python"]
    note = "`tests/real_programs`, written for plain Python. Numba refuses what it cannot compile."
    return ["## Real programs (ms, first run / settled)", note, _table(header, programs.table(results))]


def _compile(kernels):
    rows, ratios = [], {"tier1": [], "tier2": []}
    for name, row in kernels.items():
        cells = [_figure(row[engine], "compile_ms") for engine in ("tier1", "tier2", "numba")]
        for tier, found in ratios.items():
            ratio = _ratio(row, tier, "compile_ms")
            cells.append(f"{ratio:.0f}x" if ratio else "-")
            found.append(ratio)
        rows.append([name, *cells])
    rows.append(["geometric mean", "", "", "", *(f"{_mean(found):.0f}x" for found in ratios.values())])
    header = ["kernel", "tier 1", "tier 2", "Numba", "tier 1 ratio", "tier 2 ratio"]
    return ["## Compiling (ms: the first call less a settled one; tier 2 works in the background)", _table(header, rows)]


def _run(kernels):
    rows, ratios, behind = [], {"tier1": [], "tier2": []}, []
    for name, row in kernels.items():
        cells = [_figure(row[engine], "run_ms") for engine in ("tier1", "tier2", "numba")]
        for tier, limit in (("tier1", _TIER1_BEHIND), ("tier2", _TIER2_BEHIND)):
            ratio = _ratio(row, tier, "run_ms")
            ratios[tier].append(ratio)
            is_behind = ratio is not None and ratio < 1 / limit
            cells.append("-" if ratio is None else f"**{ratio:.2f}x**" if is_behind else f"{ratio:.2f}x")
            if is_behind:
                behind.append(f"{name} (tier {tier[-1]}: {1 / ratio:.2f} times Numba's time)")
        rows.append([name, *cells])
    rows.append(["geometric mean", "", "", "", *(f"{_mean(found):.2f}x" for found in ratios.values())])
    header = ["kernel", "tier 1", "tier 2", "Numba", "tier 1 ratio", "tier 2 ratio"]
    parts = ["## Running, settled (ms; above 1x upshift is ahead)", _table(header, rows)]
    if behind:
        promise = f"(tier 1 {_TIER1_BEHIND}, tier 2 {_TIER2_BEHIND})"
        parts.append(f"Behind by more than is promised {promise}: {', '.join(behind)}.")
    errors = [
        f"- {name}, {engine}: {answer['error']}"
        for name, row in kernels.items()
        for engine, answer in row.items()
        if "error" in answer
    ]
    return parts + (["Not compiled, or wrong:\n\n" + "\n".join(errors)] if errors else [])


def _figure(answer, key):
    return "no" if "error" in answer else f"{answer[key]:.3f}"


def _ratio(row, tier, key):
    if "error" in row[tier] or "error" in row["numba"]:
        return None
    return row["numba"][key] / row[tier][key] if row[tier][key] else None


def _mean(ratios):
    known = [log(ratio) for ratio in ratios if ratio]
    return exp(sum(known) / len(known)) if known else float("nan")
