"""How far is the tiered mode from the best choice of tier? `upshift bench` on the examples and on all kernels.

    make bench-suite

The goals: at every number of calls from 1 to 1,000,000 at most 1.10 times the better of tier 1 only and LLVM at once;
and ahead of plain Python from the first call wherever a plain call takes a millisecond or more. The report goes to
`bench-results/`: as a page, as JSON, and as a table with its chart.
"""

import argparse
import os
import pathlib
import sys

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
GOAL = 1.10
# Plain calls that take longer are to be beaten from the first one on.
LONG_CALL = 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="only these kernels and examples")
    parser.add_argument("--quick", action="store_true", help="one short run of each: figures are less certain")
    parser.add_argument("--modes", default="python,tier1,llvm,tiered,numba")
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
    write(suite, output)


def programs(options):
    """By name, the plan of each program."""
    from kernels import KERNELS

    from upshift.bench import Plan, parse_target

    targets = {}
    for example, function in OF_EXAMPLES.items():
        targets[example] = parse_target(f"{os.path.relpath(EXAMPLES)}/{example}.py:{function}")
    for name, kernel in KERNELS.items():
        function = kernel.function
        targets[name] = parse_target(
            f"{function.__module__}:{function.__name__}",
            setup="from kernels import KERNELS",
            arguments=f"*KERNELS[{name!r}].arguments({kernel.check})",
        )
    modes = tuple(options.modes.split(","))
    repeats, budget = (1, 0.2) if options.quick else (3, 0.5)
    return {name: Plan(target, modes, repeats, budget) for name, target in targets.items()}


def measure_all(plans):
    """The results of each, with its name; after Ctrl-C those there are."""
    from upshift.bench import measure, summarize

    # `engine.py` asks for it: in plain Python and under Numba, `upshift bench` serves `upshift` from there.
    os.environ["BENCH_ENGINE"] = "upshift"
    suite = []
    for position, (name, plan) in enumerate(plans.items(), 1):
        print(f"{position} of {len(plans)}: {name}", file=sys.stderr)
        results = measure(plan, show_progress=False) | {"name": name}
        summarize(results)
        suite.append(results)
        if not results["complete"]:
            break
    return suite


def write(suite, output):
    """The page, the figures, the chart and the table."""
    from upshift.bench import page, plots, report

    report.write_json(suite, output / "suite.json")
    page.write(suite, output / "suite.html")
    plots.picture(plots.suite_chart(suite), output / "suite.svg")
    text = markdown(suite, report)
    (output / "suite.md").write_text(text)
    print(text)


def markdown(suite, report):
    """What the suite shows, beside the goals."""
    machine, after = suite[0]["machine"], suite[-1]["machine"]
    plan = suite[0]["plan"]
    lines = [
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load_before']} before and {after['load_after']} "
        f"after, Python {machine['python']}, NumPy {machine['numpy']}, {machine['date']}; the fastest of "
        f"{plan['repeats']} runs of {plan['budget']:g} s.",
        "",
        *verdicts(suite),
        "",
    ]
    head, *rows = report.suite_rows(suite)
    lines += [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
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
    long = [results for results in known if is_long(results)]
    ahead = [results["name"] for results in long if first_ahead(results) == 1]
    behind = [results["name"] for results in long if first_ahead(results) != 1]
    named = f" Not: {', '.join(behind)}." if behind else ""
    yield f"- Ahead of plain Python from the first call where that takes 1 ms or more: {len(ahead)} of {len(long)}.{named}"
    differing = [results["name"] for results in suite if any(row["status"] != "same" for row in results["answers"])]
    yield f"- The same answers in all modes: {len(suite) - len(differing)} of {len(suite)}." + (
        f" Not: {', '.join(differing)}." if differing else ""
    )


def is_long(results):
    """Does a plain call take long enough to be beaten at once?"""
    plain = results["summary"]["modes"].get("python")
    return plain is not None and plain["settled"] >= LONG_CALL


def first_ahead(results):
    """From which call on the tiered mode is ahead of plain Python."""
    rows = results["summary"]["break_evens"]
    return next((row["calls"] for row in rows if (row["mode"], row["over"]) == ("tiered", "python")), None)


if __name__ == "__main__":
    main()
