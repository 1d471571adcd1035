"""The command line of `upshift bench`."""

import argparse
import os
import sys

from . import modes
from .measuring import measure
from .plan import CHECKPOINTS, Plan, PlanError, parse_target
from .summary import summarize

_DESCRIPTION = """\
What compiling costs and buys for a program of yours: runs it in fresh processes as plain Python, with tier 1 only, with
LLVM at once, tiered, and with Numba where it is installed; says how long the first result takes, how total time grows
with the number of calls, and from where on which mode is ahead.
"""
_EPILOG = """\
targets
  script.py [ARGS]      the whole script, total time and time to the first output. What follows SCRIPT is the script's
  file.py:function      a function of a file, of a class in it (file.py:Class.method), or
  module:function       of a module that can be imported from here; what follows may be options of this command

arguments of a function, the first of these that is there
  --args "np.random.rand(1000), 3"    evaluated with the module's own names (and np), after --setup. Random numbers
                                      are the same in every process
  bench_args_FUNCTION() or bench_args() in the module, which returns the tuple; with --sizes it is given n
  with --sizes, n itself;  a function without parameters needs nothing

examples
  upshift bench simulate.py --steps 100
  upshift bench simulate.py:advance --args "np.zeros((40, 3)), 0.1" --html report.html
  upshift bench kernels.py:total --sizes 100,10000,1000000 --args "np.random.rand(n)"
  upshift bench kernels.py:total --sweep UPSHIFT_TIER2_CALLS=1,10,100 --sweep UPSHIFT_TIER2_OPT=lean,O3

The exit status is 0, 1 if every mode fails or answers of a function differ, 2 for a wrong request, 130 after Ctrl-C
(what was measured is reported). The program finds its mode in the variable UPSHIFT_BENCH.
Bars and --html need the extra: pip install upshift[bench].
"""


def add_parser(commands):
    """Adds `bench` to the commands of `upshift`."""
    parser = commands.add_parser(
        "bench",
        help="what compiling costs and buys for a program",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_options(parser)
    parser.add_argument("target", metavar="TARGET", help="script.py, file.py:function or module:function")
    parser.add_argument("rest", metavar="ARGS", nargs=argparse.REMAINDER, help="arguments of a script")


def _add_options(parser):
    add = parser.add_argument
    add("--args", metavar="VALUES", help="the function's arguments, as Python")
    add("--setup", metavar="CODE", default="", help="run before --args is evaluated")
    add("--jit", action="store_true", help="compile the function although it has no decorator")
    add("--as-numba", action="store_true", help="serve 'import numba' from upshift")
    add("--modes", type=_modes, metavar="MODE,...", help=", ".join(modes.MODES))
    add("--numba-python", metavar="PATH", help="the Python of an environment that has Numba")
    add("--repeats", type=_at_least(int, 1), default=3, metavar="N", help="processes of each mode (3)")
    add("--budget", type=_at_least(float, 0.001), default=2.0, metavar="SECONDS", help="of calls in a process (2)")
    add("--timeout", type=_at_least(float, 0.1), default=60.0, metavar="SECONDS", help="that a process may take (60)")
    add("--calls", type=_at_least(int, 1), default=1_000_000, metavar="N", help="the largest number (1,000,000)")
    add("--sizes", type=_sizes, default=(), metavar="N,N,...", help="problem sizes instead of numbers of calls")
    add("--sweep", action="append", default=[], metavar="NAME=VALUE,...", help="try a setting; may be repeated")
    add("--json", metavar="FILE", help="write all figures")
    add("--html", metavar="FILE", help="write a report with plots: one file that needs nothing else")
    add("--quiet", action="store_true", help="no progress bar")


def _at_least(convert, least):
    def read(text):
        try:
            value = convert(text.replace("_", "").replace(",", ""))
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not least <= value < float("inf"):
            raise argparse.ArgumentTypeError(f"{text} is not at least {least}")
        return value

    return read


def _sizes(text):
    sizes = tuple(_at_least(int, 1)(one) for one in text.split(","))
    return tuple(sorted(set(sizes)))


def _modes(text):
    chosen = text.split(",")
    unknown = [name for name in chosen if name not in modes.MODES]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no mode {', '.join(unknown)}; there are {', '.join(modes.MODES)}")
    return tuple(name for name in modes.MODES if name in chosen)


def main(options):
    """Runs the command with parsed options; the exit status."""
    from . import report, sweep

    try:
        options = _read_rest(options)
        plan = _plan(options, sweep)
        page = _page_writer(options)
        results = measure(plan, not options.quiet)
    except PlanError as error:
        print(f"upshift bench: {error}", file=sys.stderr)
        return 2
    summarize(results)
    print(report.text(results), end="")
    if options.json:
        report.write_json(results, options.json)
    if options.html:
        page.write([results], options.html)
    return _status(results)


def _read_rest(options):
    """What follows a function is ours; what follows a script is the script's."""
    if ":" not in options.target or not options.rest:
        return options
    parser = argparse.ArgumentParser(prog="upshift bench", usage="upshift bench [OPTIONS] TARGET [OPTIONS]")
    _add_options(parser)
    parser.set_defaults(**vars(options))
    return parser.parse_args(options.rest, argparse.Namespace(**vars(options)))


def _plan(options, sweep):
    is_script = ":" not in options.target
    if is_script:
        for name in ("args", "setup", "jit", "sizes"):
            if getattr(options, name):
                raise PlanError(f"--{name} is for functions: {options.target}:FUNCTION; a script's come after it")
    target = parse_target(
        options.target,
        script_arguments=tuple(options.rest) if is_script else (),
        arguments=options.args,
        setup=options.setup,
        jit=options.jit,
        as_numba=options.as_numba,
    )
    return Plan(
        target,
        modes=_chosen_modes(options),
        repeats=options.repeats,
        budget=options.budget,
        timeout=options.timeout,
        checkpoints=tuple(calls for calls in CHECKPOINTS if calls < options.calls) + (options.calls,),
        sizes=options.sizes,
        sweep=sweep.parse(options.sweep),
        numba_python=options.numba_python,
    )


def _chosen_modes(options):
    """Those asked for, which must be there; or all there are."""
    path = options.numba_python
    if path is not None and not os.access(path, os.X_OK):
        raise PlanError(f"--numba-python: there is no interpreter {path}")
    if options.modes is None:
        return tuple(modes.MODES)
    if len(modes.available(options.modes, path)) < len(options.modes):
        raise PlanError("Numba is not installed here; --numba-python takes the Python of an environment that has it")
    return options.modes


def _page_writer(options):
    """The module that writes reports. Whatever keeps them from being written is said before minutes of measuring."""
    for path in filter(None, (options.json, options.html)):
        place = path if os.path.exists(path) else os.path.dirname(os.path.abspath(path))
        if os.path.isdir(path) or not os.access(place, os.W_OK):
            raise PlanError(f"{path} cannot be written")
    if not options.html:
        return None
    try:
        from . import page
    except ModuleNotFoundError as error:
        raise PlanError(f"--html needs {error.name}: pip install upshift[bench]") from None
    return page


def _status(results):
    if not results["complete"]:
        return 130
    all_fail = all(mode["status"] == "failed" for mode in results["modes"].values())
    # Scripts may well print what they know of their compiler.
    is_function = results["target"]["kind"] == "function"
    differ = is_function and any(row["status"] == "different" for row in results["answers"])
    return 1 if all_fail or differ else 0
