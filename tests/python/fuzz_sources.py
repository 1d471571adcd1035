"""Programs of the whole language, and mutated ones of the standard library: `python fuzz_sources.py --seconds 60 --seed 1`.

A compiled program may do two things: what CPython does, to the bit, or end in an error that names the user's file and
line. It may not crash, hang, leak, or report a fault of ours. So each mode of `tiers.py` runs in a child process, and the
parent sees how it ends: a child says the seed before it runs a program, and is taken up behind a seed that killed it.

     parent --- seed, count ---> child: generate, run by CPython, run compiled, compare
       |<--- "run 17", "fail 17 ...", "done" ---'        a signal, or silence for long, is a failure of the last seed

Not compared are programs whose ints pass 64 bits or whose variables hold numbers of two types: both are documented
as different. A copy of the program that looks at every value says so.
"""

import argparse
import ast
import collections
import contextlib
import copy
import io
import json
import linecache
import os
import random
import re
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import time
import types
import warnings

import differential
import fuzz
import numpy as np
import tiers
from source_generator import SourceGenerator, argument
from source_mutator import Mutator

from upshift import errors, jit

CALLS = 3
# Seconds that CPython may take for a call, compiled code in place of it, and a child for a program, compiling included.
PLAIN_SECONDS = 1.0
COMPILED_SECONDS = 20.0
SILENCE_SECONDS = 90.0
SHRINKING_SECONDS = 40
MOST_BYTES = 3 << 30
# The types that a number may have where a variable holds another one elsewhere.
WIDER = {bool: (int, float, complex), int: (float, complex, np.int64, np.float64), float: (complex, np.float64)}


class TimeUp(BaseException):
    """A call took too long."""


class Program:
    """A program of a kind and seed: its source, the function to call, and how to make its arguments."""

    def __init__(self, kind, seed):
        self.kind, self.seed = kind, seed
        if kind == "grammar":
            self.source, self.name, self.parameters = SourceGenerator(seed).program()
            self.module = None
        else:
            self.source, self.name, self.parameters, self.module = Mutator(seed).program()

    def calls(self):
        rng = random.Random(self.seed)
        return [tuple(argument(rng, type_) for type_ in self.parameters) for _ in range(CALLS)]

    def load(self, decorate, source=None, **names):
        """The function, with its program's other functions decorated too, and these names for globals."""
        source = source or self.source
        filename = f"<program {self.kind} {self.seed}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
        namespace = (dict(vars(self.module)) if self.module else {}) | names
        with silence():
            exec(compile(source, filename, "exec"), namespace)
        for name, value in list(namespace.items()):
            if isinstance(value, types.FunctionType) and value.__module__ == namespace.get("__name__"):
                namespace[name] = decorate(value)
        return namespace[self.name]


class Watcher(ast.NodeTransformer):
    """Rewrites a program so that every value passes `look`, with the place where it is."""

    def __init__(self):
        self.places = 0

    def visit(self, node):
        if isinstance(node, ast.JoinedStr):
            return node
        node = self.generic_visit(node)
        if isinstance(node, (ast.BinOp, ast.UnaryOp, ast.Call, ast.IfExp, ast.BoolOp, ast.List, ast.Dict, ast.Set, ast.Subscript, ast.Name)):
            if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
                self.places += 1
                return self.looked(node.id if isinstance(node, ast.Name) else self.places, node)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            node.value = self.looked(node.targets[0].id, node.value)
        return node

    def looked(self, place, node):
        return ast.Call(ast.Name("look__", ast.Load()), [ast.Constant(place), node], [])

    def visit_match_case(self, node):
        node.body = [self.visit(one) for one in node.body]
        return node

    def visit_FunctionDef(self, node):
        node.body = [self.visit(one) for one in node.body]
        return node


class Values:
    """What a program's values were: too big for 64 bits, or of two types in one place."""

    def __init__(self):
        self.types = collections.defaultdict(set)
        self.is_big = False

    def look(self, place, value):
        self.types[place].add(self.kind(value, 3))
        return value

    def kind(self, value, depth):
        if type(value) is int and not -(2**63) <= value < 2**63:
            self.is_big = True
        if isinstance(value, (list, tuple, set, dict)) and depth:
            items = list(value)[:40] + (list(value.values())[:40] if isinstance(value, dict) else [])
            kinds = sorted({str(self.kind(item, depth - 1)) for item in items})
            return f"{type(value).__name__} of {kinds}"
        return type(value).__name__

    def are_documented(self):
        numbers = {"bool", "int", "float", "complex", "int64", "float64", "float32", "uint8", "bool_"}
        return self.is_big or any(len(kinds & numbers) > 1 or sum("of" in kind for kind in kinds) > 1 or has_mixed(kinds) for kinds in self.types.values())


def has_mixed(kinds):
    """True for a container, in the text of its type, whose items have two types."""
    return any(kind.count("', '") or kind.count('", "') for kind in kinds)


@contextlib.contextmanager
def limit(seconds):
    """Raises TimeUp in the block when the time is over, and again soon after, should somebody catch it."""

    def ring(*_):
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def is_documented(program, source, args):
    """True where values are of the sort for which compiled code is documented to differ."""
    values = Values()
    tree = ast.fix_missing_locations(Watcher().visit(ast.parse(source)))
    try:
        function = program.load(lambda own: own, ast.unparse(tree), look__=values.look)
        with limit(PLAIN_SECONDS * 5), silence():
            differential.Outcome(function, args)
    except (TimeUp, SyntaxError, RecursionError):
        return True
    return values.are_documented()


def failure(program, source=None):
    """What is wrong with what the compiled program does, and the arguments: None if nothing is. Counts outcomes."""
    source = source or program.source
    try:
        plain = program.load(lambda function: function, source)
    except Exception:
        # No program: defaults that raise, a name that is gone, too deep for CPython.
        return None
    compiled = program.load(jit, source)
    compiled = compiled if callable(compiled) else jit(plain)
    for args in program.calls():
        text = call_failure(program, source, plain, compiled, args)
        if text is not None:
            return text, args
    return None


def call_failure(program, source, plain, compiled, args):
    def make():
        return copy.deepcopy(args)

    try:
        with limit(PLAIN_SECONDS), silence():
            there = differential.Outcome(plain, make())
    except TimeUp:
        return None
    print(json.dumps({"is_compiled": True}), flush=True)
    try:
        with limit(COMPILED_SECONDS), silence():
            here = differential.Outcome(compiled, make())
            COUNTS[here.kind] += 1
            if here.kind == "refuses":
                return refusal_failure(here)
            text = differential.difference(plain, compiled, make)
            if text is None and differential.is_leaking(compiled, make):
                text = "references are not balanced"
    except TimeUp:
        return "compiled: takes too long"
    if text is None or fuzz.is_known(text) or there.kind == "raises" and there.error is RecursionError:
        return None
    if here.kind == there.kind == "returns" and is_widened(there.value, here.value):
        COUNTS["documented"] += 1
        return None
    if text != "references are not balanced" and is_documented(program, source, make()):
        COUNTS["documented"] += 1
        return None
    return text


def is_widened(there, here):
    """True for equal numbers where the compiled one has the wider type, as where paths that did not run join another."""
    if isinstance(there, (list, tuple, set)) and type(there) is type(here) and len(there) == len(here):
        return all(is_widened(one, other) for one, other in zip(there, here))
    if type(there) is type(here):
        return differential.describe(there) == differential.describe(here)
    return type(there) in WIDER and type(here) in WIDER[type(there)] and there == here


def refusal_failure(outcome):
    """An error must be no fault of ours, and must name a place."""
    if outcome.error is errors.InternalError or "panic" in outcome.message:
        return f"compiled: {outcome!r}"
    if not re.search(r":\d+: in function|argument '\w+'|\w+\(\) (takes|missing|got)", outcome.message):
        return f"no place: {outcome!r}"
    return None


@contextlib.contextmanager
def silence():
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


COUNTS = collections.Counter()


def child(options):
    """Runs the programs of some seeds, and says so line by line."""
    differential.COMPARES_STRIDES = False
    # What asks for too much memory shall see that there is none.
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    sys.setrecursionlimit(600)
    source = None
    if options.source:
        with open(options.source) as file:
            source = file.read()
    for seed in range(options.seed, options.seed + options.count):
        program = Program(options.kind, seed)
        print(json.dumps({"run": seed, "is_compiled": False}), flush=True)
        found = failure(program, source)
        if found is not None:
            print(json.dumps({"fail": seed, "text": found[0], "args": repr(found[1])}), flush=True)
    print(json.dumps({"done": COUNTS}), flush=True)


def command(kind, seed, count, source=None):
    own = [sys.executable, "-X", "faulthandler", __file__, "--kind", kind, "--seed", str(seed), "--count", str(count)]
    return own + (["--source", source] if source else [])


def run_child(mode, kind, seed, count, deadline=None, source=None):
    """The failures of a child, as (seed, text, args), the seed after the last program, and how often what came out."""
    found, last, is_compiled, counts = [], seed, False, collections.Counter()
    environment = {**os.environ, "PYTHONHASHSEED": "0", **tiers.MODES[mode]}
    with tempfile.TemporaryFile("w+") as trouble:
        process = subprocess.Popen(command(kind, seed, count, source), env=environment, stdout=subprocess.PIPE, stderr=trouble)
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)
        ended = None
        while ended is None:
            if not selector.select(SILENCE_SECONDS):
                process.kill()
                ended = "hangs"
            line = process.stdout.readline()
            message = json.loads(line) if line.endswith(b"\n") else {}
            last, is_compiled = message.get("run", last), message.get("is_compiled", is_compiled)
            if "fail" in message:
                found.append((message["fail"], message["text"], message["args"]))
            if "done" in message:
                counts, ended = collections.Counter(message["done"]), "done"
            elif not line:
                ended = ended or "died"
            elif deadline is not None and time.monotonic() > deadline:
                process.kill()
                ended = "done"
        process.stdout.close()
        status = process.wait()
        # What CPython itself does not end is nobody's failure.
        if ended in ("hangs", "died") and is_compiled:
            trouble.seek(0)
            found.append((last, f"{ended} with status {status}: {trouble.read()[-1500:]}", ""))
    return found, last + 1, counts


def shrink(mode, kind, seed, text):
    """The program of a failure without what it does not need."""

    def is_failing(source):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(source)
            file.flush()
            found, *_ = run_child(mode, kind, seed, 1, source=file.name)
            return any(sort(one[1]) == sort(text) for one in found)

    return fuzz.shrink(Program(kind, seed).source, is_failing, SHRINKING_SECONDS)


def sort(text):
    """What stays of a failure when its program gets smaller."""
    return text[:20] if text.startswith(("died", "hangs")) else fuzz.sort(text)


def run(mode, kind, seed, options):
    """Runs children of a mode until the time or the number of programs is over; how many programs failed."""
    deadline = time.monotonic() + options.seconds if options.seconds else None
    end = seed + options.programs if options.programs else 2**60
    failures, counts, start = 0, collections.Counter(), seed
    while seed < end and failures < options.max_failures and (deadline is None or time.monotonic() < deadline):
        found, seed, own = run_child(mode, kind, seed, min(200, end - seed), deadline)
        counts += own
        for own_seed, text, args in found:
            failures += 1
            source = Program(kind, own_seed).source if options.whole else shrink(mode, kind, own_seed, text)
            print(f"# {kind} {own_seed}, mode {mode}\n{source}\n# {args}\n# {text}\n", flush=True)
    print(f"# mode {mode}: {seed - start} programs of the {kind} kind, {failures} fail; {dict(counts)}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, help="of each mode and kind")
    parser.add_argument("--programs", type=int, help="of each mode and kind")
    parser.add_argument("--seed", type=int, default=random.randrange(2**40))
    parser.add_argument("--max-failures", type=int, default=10)
    parser.add_argument("--modes", nargs="*", default=list(tiers.MODES))
    parser.add_argument("--kinds", nargs="*", default=["grammar", "library"])
    parser.add_argument("--whole", action="store_true", help="print programs as they are")
    parser.add_argument("--kind", help="in a child: what makes its programs")
    parser.add_argument("--count", type=int, help="in a child: how many")
    parser.add_argument("--source", help="in a child: a file with the source to use instead")
    options = parser.parse_args()
    if options.kind:
        return child(options)
    options.seconds = options.seconds or (None if options.programs else 60)
    return sum([run(mode, kind, options.seed, options) for mode in options.modes for kind in options.kinds]) > 0


if __name__ == "__main__":
    sys.exit(main())
