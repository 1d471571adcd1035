"""How far is the tiered mode from the best choice of tier? `upshift bench` on the examples and on all kernels.

    make bench-suite
    cp bench-results/bench* docs/

The goals: at every number of calls from 1 to 1,000,000 at most 1.10 times the better of tier 1 only and LLVM at once;
and ahead of plain Python from the first call wherever a plain call takes a millisecond or more. The report goes to
`bench-results/`: as a page, as JSON, and as a table with its chart.
"""

import argparse
import os
import pathlib
import sys

from kernels import KERNELS
from PIL import Image

from upshift.bench import Plan, measure, page, parse_target, plots, report, summarize

HERE = pathlib.Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent / "examples"
# Functions of the examples whose `bench_args` says what they are called with.
OF_EXAMPLES = {
    "quickstart": "distance",
    "do_math": "do_math",
    "mandelbrot": "draw_row",
    "n_body": "advance",
    "regression": "descend",
}
# The example whose curves are shown.
SHOWN = "mandelbrot.py"
GOAL = 1.10
# Plain calls that take longer are to be beaten from the first one on.
LONG_CALL = 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="only these kernels and examples")
    parser.add_argument("--quick", action="store_true", help="one short run of each: figures are less certain")
    parser.add_argument("--repeats", type=int, metavar="N", help="fresh processes of each mode")
    parser.add_argument("--modes", default="python,tier1,llvm,tiered", help="numba is the other one")
    parser.add_argument("--note", default="", help="what a reader should know of the machine")
    parser.add_argument("--output", type=pathlib.Path, default="bench-results", metavar="FOLDER")
    options = parser.parse_args()
    plans = programs(options)
    unknown = sorted(set(options.programs) - set(plans))
    if unknown:
        parser.error(f"there is no program {', '.join(unknown)}; there are {', '.join(plans)}")
    options.output.mkdir(parents=True, exist_ok=True)
    output = options.output.resolve()
    # Kernels are modules of a package in this folder.
    os.chdir(HERE)
    suite = measure_all(
        {name: plan for name, plan in plans.items() if name in options.programs or not options.programs}
    )
    write(suite, output, options.note)


def programs(options):
    """By name, the plan of each program."""
    targets = {}
    for example, function in OF_EXAMPLES.items():
        targets[f"{example}.py"] = parse_target(f"{os.path.relpath(EXAMPLES)}/{example}.py:{function}")
    for name, kernel in KERNELS.items():
        targets[name] = kernel_target(kernel, kernel.check)
    modes = tuple(options.modes.split(","))
    repeats, budget = (1, 0.2) if options.quick else (5, 0.4)
    repeats = options.repeats or repeats
    return {name: Plan(target, modes, repeats, budget) for name, target in targets.items()}


def kernel_target(kernel, size):
    """A kernel at a size."""
    function = kernel.function
    return parse_target(
        f"{function.__module__}:{function.__name__}",
        setup="from kernels import KERNELS",
        arguments=f"*KERNELS[{kernel.name!r}].arguments({size})",
    )


def measure_all(plans):
    """The results of each, with its name; after Ctrl-C those there are."""
    # `engine.py` asks for it: in plain Python and under Numba, `upshift bench` serves `upshift` from there.
    os.environ["BENCH_ENGINE"] = "upshift"
    # NumPy's OpenBLAS begins with threads that wait busily, which takes the second of two cores from the compiler.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    suite = []
    for position, (name, plan) in enumerate(plans.items(), 1):
        print(f"{position} of {len(plans)}: {name}", file=sys.stderr)
        results = measure(plan, show_progress=False) | {"name": name}
        summarize(results)
        results["first_calls"] = first_calls(name, plan, results)
        suite.append(results)
        if not results["complete"]:
            break
    return suite


def first_calls(name, plan, results):
    """Seconds of the first call in plain Python and tiered, where that is long: of kernels of `make bench`."""
    modes = results["summary"]["modes"]
    found = {mode: modes[mode]["first"] for mode in ("python", "tiered") if mode in modes}
    if name in KERNELS:
        target = kernel_target(KERNELS[name], KERNELS[name].timed)
        large = measure(Plan(target, ("python", "tiered"), plan.repeats, 1e-3, checkpoints=(1,)), show_progress=False)
        found = {mode: known["first"] for mode, known in summarize(large)["modes"].items()}
    return found if len(found) == 2 and found["python"] >= LONG_CALL else None


def write(suite, output, note):
    """The page, the figures, the chart and the table."""
    report.write_json(suite, output / "suite.json")
    page.write(suite, output / "suite.html")
    plots.picture(plots.suite_chart(suite), output / "bench-suite.png")
    # A tenth of the size: a picture of few colours.
    Image.open(output / "bench-suite.png").quantize(64).save(output / "bench-suite.png", optimize=True)
    shown = next((results for results in suite if results["name"] == SHOWN), suite[0])
    plots.picture(plots.calls_chart(shown), output / "bench-calls.svg")
    text = markdown(suite, shown, note)
    (output / "bench.md").write_text(text)
    print(text)


def markdown(suite, shown, note):
    """What the suite shows, beside the goals: the text of `docs/bench.md`."""
    machine, after = suite[0]["machine"], suite[-1]["machine"]
    plan = suite[0]["plan"]
    lines = [
        "# `upshift bench` on the examples and the kernels",
        "",
        "Written by `make bench-suite`; `bench-results/suite.html` has the charts of every program.",
        "",
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']} before and {after['load_after']} "
        f"after, Python {machine['python']}, NumPy {machine['numpy']}, {machine['date']}; the fastest of "
        f"{plan['repeats']} runs of {plan['budget']:g} s. {note}".rstrip(),
        "",
        *verdicts(suite),
        "",
        "Total time of the tiered mode over the better of tier 1 only and LLVM at once, by number of calls:",
        "",
        "![ratios of all programs](bench-suite.png)",
        "",
        f"Total time of `{shown['target']['text'].rpartition('/')[2]}` by number of calls; dashed where it is extended",
        "with the time of settled calls:",
        "",
        "![total time against calls](bench-calls.svg)",
        "",
        *(f"- {sentence}" for sentence, _ in report.findings(shown)),
        "",
    ]
    head, *rows = report.suite_rows(suite)
    head += ["long call: plain", "first tiered"]
    lines += [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    for results, row in zip(suite, rows, strict=True):
        times = results["first_calls"]
        row += [report.duration(times[mode]) if times else "-" for mode in ("python", "tiered")]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines) + "\n"


def verdicts(suite):
    """A line for each goal: who meets it, and who does not."""
    known = [results for results in suite if results["summary"]["worst"]]
    within = [results for results in known if results["summary"]["worst"]["ratio"] <= GOAL]
    cells = [row["ratio"] for results in known for row in results["summary"]["envelope"]]
    good = sum(ratio <= GOAL for ratio in cells)
    yield (
        f"- At most {GOAL:.2f} times the better of tier 1 and LLVM at every number of calls: {len(within)} of "
        f"{len(known)} programs; {good} of {len(cells)} pairs of a program and a number of calls."
    )
    long = {results["name"]: results["first_calls"] for results in suite if results["first_calls"]}
    behind = [name for name, times in long.items() if times["tiered"] >= times["python"]]
    yield (
        f"- Ahead of plain Python in the first call of a fresh process, compiling included, where a plain call takes "
        f"1 ms or more (kernels at the size of `make bench`): {len(long) - len(behind)} of {len(long)}."
    ) + (f" Not: {', '.join(behind)}." if behind else "")
    statuses = {results["name"]: {row["status"] for row in results["answers"]} for results in suite}
    same = [name for name, found in statuses.items() if found <= {"same"}]
    close = [name for name, found in statuses.items() if "close" in found and found <= {"same", "close"}]
    other = [name for name in statuses if name not in same and name not in close]
    yield (
        f"- The same answers in all modes, bit for bit: {len(same)} of {len(suite)}."
        + (f" But for rounding: {', '.join(close)}." if close else "")
        + (f" Different: {', '.join(other)}." if other else "")
    )


if __name__ == "__main__":
    main()
