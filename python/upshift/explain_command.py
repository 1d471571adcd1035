"""`upshift explain SCRIPT`: runs a script, and says of its functions why they are as fast as they are."""

import argparse
import contextlib
import os
import sys

from . import _upshift, decorators, wait_for_tier_up


def add_arguments(parser):
    """States what the command takes."""
    parser.add_argument("--json", action="store_true", help="print data instead of text")
    parser.add_argument("--output", metavar="FILE", help="write there instead of on stdout")
    parser.add_argument("--function", metavar="NAME", action="append", help="only functions of this name; repeatable")
    parser.add_argument("script", metavar="SCRIPT")
    parser.add_argument("arguments", metavar="ARGS", nargs=argparse.REMAINDER)


def run(options):
    """Runs the command; the exit status, which is the script's."""
    if not os.path.exists(options.script):
        print(f"upshift: there is no script {options.script}", file=sys.stderr)
        return 2
    made = []
    # With data on stdout, what the script prints goes beside it.
    elsewhere = sys.stderr if options.json and not options.output else sys.stdout
    with _keeping_dispatchers(made), contextlib.redirect_stdout(elsewhere):
        status = _run_script(options)
    # What the script left hot is compiled, so that it is explained as it would go on.
    wait_for_tier_up(60)
    from .explanation import explain

    explanations = [explain(one) for one in made if _is_wanted(one, options.function)]
    text = _as_json(explanations) if options.json else _as_text(explanations)
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write(text)
    else:
        sys.stdout.flush()
        print(text, end="")
    return status


def _run_script(options):
    """Runs the script as the main program; its exit status. An exception is shown as Python would show it."""
    import runpy
    import traceback

    sys.argv = [options.script, *options.arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(options.script))
    try:
        runpy.run_path(options.script, run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


@contextlib.contextmanager
def _keeping_dispatchers(made):
    """Lets functions that the script drops live, so that they can be explained."""
    new_dispatcher = decorators.new_dispatcher

    def keep(function, choices):
        made.append(new_dispatcher(function, choices))
        return made[-1]

    decorators.new_dispatcher = keep
    try:
        yield
    finally:
        decorators.new_dispatcher = new_dispatcher


def _is_wanted(dispatcher, names):
    return not names or dispatcher.__name__ in names or dispatcher.__qualname__ in names


def _as_text(explanations):
    if not explanations:
        return "The script has no jitted functions.\n"
    called = [one for one in explanations if one.data["status"] != "not called"]
    texts = [str(one) for one in called]
    others = [one.data["function"] for one in explanations if one not in called]
    if others:
        texts.append(f"Not called, so not compiled: {', '.join(others)}")
    return "\n\n".join(texts) + "\n"


def _as_json(explanations):
    import json

    data = {"version": _upshift.__version__, "functions": [one.data for one in explanations]}
    return json.dumps(data, indent=2) + "\n"
