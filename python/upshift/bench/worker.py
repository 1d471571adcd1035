"""A fresh process with one mode in it: it loads the program, runs it, and says on a pipe how long that took.

Started by its path, in whatever environment Numba is in, so it knows only the standard library and its two neighbours.
The request is JSON in the first argument; answers are pickles of dicts with a `kind`, one after the other.
"""

import importlib
import importlib.util
import itertools
import json
import os
import pickle
import sys
import time

import answers
import stand_ins

# The program's own modules may have these names.
del sys.modules["answers"], sys.modules["stand_ins"]

clock = time.perf_counter
# Segments longer than this are worth the microseconds of telling at once.
_TELL_AFTER = 0.02


class TargetError(Exception):
    """The user asked for something that is not there."""


class Teller:
    """The pipe to the process that reports."""

    def __init__(self, descriptor):
        self.pipe = os.fdopen(descriptor, "wb")
        self.waiting = []

    def add(self, kind, **fields):
        self.waiting.append(fields | {"kind": kind})

    def tell(self, kind=None, **fields):
        if kind is not None:
            self.add(kind, **fields)
        for record in self.waiting:
            pickle.dump(record, self.pipe)
        self.waiting.clear()
        self.pipe.flush()


def main():
    request = json.loads(sys.argv[1])
    teller = Teller(request["descriptor"])
    try:
        prepare(request)
        TASKS[request["task"]](request, teller)
    except TargetError as error:
        teller.tell("target_error", message=str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        teller.tell("error", message=_describe(error))
        import traceback

        traceback.print_exc()
        return 1
    return 0


def _describe(error):
    """Class and message in one line; of long messages the beginning, without the source they show."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" ^~-")]
    text = lines[0] if lines else ""
    # Numba's first line only says in which step it was.
    if len(lines) > 1 and "nopython mode pipeline" in text:
        text = f"{text}: {lines[1]}"
    return f"{type(error).__name__}: {text[:400]}" if text else type(error).__name__


def prepare(request):
    """The mode's modules, and the import path that the program expects."""
    sys.path[0] = request["folder"]
    sys.argv = [request["module"]]
    mode = request["mode"]
    if mode == "python":
        stand_ins.install_plain_python(request["package"], request["as_numba"])
    elif mode == "numba":
        stand_ins.install_numba()
    else:
        # The package's parent goes last: it may be a folder full of other packages.
        sys.path.append(os.path.dirname(request["package"]))
        if request["as_numba"]:
            from upshift.command import serve_as_numba

            serve_as_numba()


# Functions


def load_function(request):
    """The function, its module, and a maker of its arguments."""
    module = _load_module(request)
    function = module
    for part in request["function"].split("."):
        if not hasattr(function, part):
            known = [name for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
            own = [name for name in known if getattr(getattr(module, name), "__module__", None) == module.__name__]
            raise TargetError(f"{request['module']} has no function {part}; it has {', '.join(own) or 'none'}")
        function = getattr(function, part)
    if not callable(function):
        raise TargetError(
            f"{request['function']} of {request['module']} is a {type(function).__name__}, not a function"
        )
    if request["jit"] and not hasattr(function, "py_func"):
        import upshift

        function = upshift.jit(function)
    return function, lambda: make_arguments(request, module, function)


def _load_module(request):
    name = request["module"]
    if not name.endswith(".py"):
        try:
            return importlib.import_module(name)
        except ModuleNotFoundError as error:
            if error.name == name.partition(".")[0] or error.name == name:
                raise TargetError(f"there is no module {name} in {request['folder']} or installed") from None
            raise
    stem = os.path.splitext(os.path.basename(name))[0]
    spec = importlib.util.spec_from_file_location(stem, name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[stem] = module
    spec.loader.exec_module(module)
    return module


def make_arguments(request, module, function):
    """A tuple of as many arguments as the function takes, or an error that says what it takes."""
    arguments = _find_arguments(request, module, function)
    least, most, names = _count_parameters(function)
    if not least <= len(arguments) <= most:
        count = f"{least} to {most}" if most > least else str(least)
        plural = "" if count == "1" else "s"
        takes = f"{count} argument{plural}{_listed(names)}"
        raise TargetError(f"{request['function']} takes {takes}, but was given {len(arguments)}")
    return arguments


def _listed(names):
    return f" ({', '.join(names)})" if names else ""


def _find_arguments(request, module, function):
    """From `--args`, from `bench_args_FUNCTION` or `bench_args` of the module, or the size, or nothing."""
    _seed()
    size, text = request["size"], request["arguments"]
    names = dict(vars(module))
    if "numpy" in sys.modules:
        names.setdefault("np", sys.modules["numpy"])
    if size is not None:
        names["n"] = size
    if request["setup"]:
        _run_text("--setup", compile, request["setup"], names)
    if text is not None:
        return _run_text("--args", lambda *how: compile(f"({text},)" if text.strip() else "()", *how[1:]), text, names)
    for convention in (f"bench_args_{request['function'].rpartition('.')[2]}", "bench_args"):
        if hasattr(module, convention):
            maker = getattr(module, convention)
            takes_size = size is not None and _count_parameters(maker)[1] > 0
            made = maker(size) if takes_size else maker()
            return made if isinstance(made, tuple) else (made,)
    return _default_arguments(request, function, size)


def _default_arguments(request, function, size):
    least, most, names = _count_parameters(function)
    if size is not None and least <= 1 and most >= 1:
        return (size,)
    if least == 0:
        return ()
    raise TargetError(
        f"{request['function']} takes {', '.join(names[:least])}: give --args with a value for each, "
        f"or define bench_args() in {os.path.basename(request['module'])}, which returns a tuple of them"
    )


def _count_parameters(function):
    """The least and the most positional arguments, and the names."""
    import inspect

    try:
        parameters = inspect.signature(getattr(function, "py_func", function)).parameters.values()
    except (TypeError, ValueError):
        return 0, 1 << 30, []
    positional = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    is_open = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    least = sum(one.default is one.empty for one in positional)
    return least, 1 << 30 if is_open else len(positional), [one.name for one in positional]


def _run_text(option, compiler, text, names):
    mode = "exec" if option == "--setup" else "eval"
    try:
        code = compiler(text, option, mode)
        return exec(code, names) if mode == "exec" else eval(code, names)
    except SyntaxError as error:
        raise TargetError(f"{option} is not Python: {error.msg}: {text}") from None
    except Exception as error:
        raise TargetError(f"{option} {text!r} fails: {_describe(error)}") from None


def _seed():
    """Random arguments are the same in every process."""
    import random

    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)


def call_loop(count):
    """A function that calls another one with `count` arguments, as a program would: without packing them."""
    names = ", ".join(f"a{position}" for position in range(count))
    code = f"def loop(function, times{', ' * bool(count)}{names}):\n for _ in times:\n  function({names})\n"
    scope = {}
    exec(compile(code, "<upshift bench>", "exec"), scope)
    return scope["loop"]


def answer(request, teller):
    """What the first call gives, what it did to its arguments, and what they were."""
    function, make = load_function(request)
    arguments = make()
    given = answers.canonical(arguments)
    result = function(*arguments)
    teller.tell("answer", given=given, answer=answers.canonical((result, arguments)), used=_compilers_used())


def _compilers_used():
    """What tells a program that was compiled from one that only looks so."""
    found = {"numba": "numba" in sys.modules and hasattr(sys.modules["numba"], "__file__")}
    return found | {"compiled": len(_functions())}


def calls(request, teller):
    """Total time at each checkpoint, in one go, and a settled call."""
    function, make = load_function(request)
    arguments = make()
    loop = call_loop(len(arguments))
    budget, total, done, rate = request["budget"], 0.0, 0, 0.0
    for point in request["checkpoints"]:
        while done < point:
            count = 1 if not done else min(point - done, max(1, int(budget / 50 / max(rate, 1e-9))))
            start = clock()
            loop(function, itertools.repeat(None, count), *arguments)
            took = clock() - start
            done, total, rate = done + count, total + took, took / count
            if done == 1:
                teller.add("first", since_spawn=start + took - request["spawned"])
            if total >= budget:
                break
        teller.add("point", calls=done, seconds=total)
        if took > _TELL_AFTER:
            teller.tell()
        if total >= budget:
            break
    teller.tell("functions", rows=_functions())
    _settle(function, loop, make, arguments, rate, request, teller)


def _settle(function, loop, make, arguments, rate, request, teller):
    """The fastest batch after tier-up, and what a call answers now."""
    _wait_for_tier_up(request["budget"])
    best, end = rate, clock() + request["budget"] / 5
    for _ in range(200):
        count = max(1, min(100_000, int(1e-3 / max(best, 1e-9))))
        start = clock()
        loop(function, itertools.repeat(None, count), *arguments)
        best = min(best, (clock() - start) / count)
        if clock() > end:
            break
    teller.tell("settled", seconds=best)
    fresh = make()
    result = function(*fresh)
    teller.tell("settled_answer", answer=answers.canonical((result, fresh)))
    teller.tell("functions", rows=_functions())


def size(request, teller):
    """The first call and a settled call at one problem size."""
    function, make = load_function(request)
    arguments = make()
    loop = call_loop(len(arguments))
    start = clock()
    loop(function, itertools.repeat(None, 1), *arguments)
    first = clock() - start
    teller.tell("size", first=first, settled=first)
    best, total, count = first, 0.0, 1
    while total < request["budget"]:
        start = clock()
        loop(function, itertools.repeat(None, count), *arguments)
        took = clock() - start
        best, total = min(best, took / count), total + took
        count = max(1, min(100_000, int(1e-3 / max(best, 1e-9))))
    teller.tell("size", first=first, settled=best)


def _wait_for_tier_up(seconds):
    wait = getattr(sys.modules.get("upshift"), "wait_for_tier_up", None)
    if wait is not None:
        wait(seconds)


def _functions():
    """upshift's report on what it compiled; nothing if it is not the compiler of this process."""
    package = sys.modules.get("upshift")
    if package is None or isinstance(package, stand_ins.StandIn):
        return []
    return package.tier_report()


# Scripts


def script(request, teller):
    """Runs the script as `python SCRIPT ARGS` would, its output line by line as on a terminal."""
    import runpy

    sys.stdout.reconfigure(line_buffering=True)
    sys.argv = [request["script"], *request["script_arguments"]]
    start, status = clock(), 0
    try:
        runpy.run_path(request["script"], run_name="__main__")
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        if status == 1 and not isinstance(stop.code, int):
            print(stop.code, file=sys.stderr)
    sys.stdout.flush()
    end = clock()
    teller.add("script", since_spawn=end - request["spawned"], seconds=end - start, status=status)
    teller.add("used", used=_compilers_used())
    teller.tell("functions", rows=_functions())


TASKS = {"answer": answer, "calls": calls, "size": size, "script": script}

if __name__ == "__main__":
    raise SystemExit(main())
