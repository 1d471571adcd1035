"""Random programs in CPython and compiled: `python fuzz.py --seconds 60 --seed 1`.

Each mode of `tiers.py` runs in a process of its own, and so does one in which functions move between the tiers at random
moments: each has its own thresholds, and another thread holds tier-up and lets it go. A program that differs is made smaller while it still differs, and
printed with its arguments and both outcomes; the exit status is 1 if there was one.
"""

import argparse
import ast
import contextlib
import copy
import itertools
import linecache
import os
import random
import re
import subprocess
import sys
import threading
import time
import warnings

import differential
import numpy as np
import tiers
from program_generator import Generator, random_argument

import upshift
from upshift import jit

CALLS = 4
# Rounds of calls of one program in the mode of random moments.
ROUNDS = 12
# The thresholds and pauses of the mode of random moments come from this seed.
MOMENTS = "FUZZ_MOMENTS"
SHRINKING_SECONDS = 10


def load(source, decorate):
    """The functions of a program, each decorated before the next refers to it."""
    filename = f"<program {hash(source)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = {}
    exec(compile(source, filename, "exec"), namespace)
    for name, value in list(namespace.items()):
        if name.startswith("function"):
            namespace[name] = decorate(value)
    return namespace


def first_difference(source, name, calls, like=None):
    """The first call that differs, with a text that says how; None if there is none.

    With `like`, the text of another difference, only one of its sort counts: shrinking must not end with another cause.
    """
    plain, compiled = load(source, lambda function: function)[name], load(source, jit)[name]
    for args in calls * (ROUNDS if MOMENTS in os.environ else 1):
        text = differential.difference(plain, compiled, lambda args=args: copy.deepcopy(args))
        if text is None and differential.is_leaking(compiled, lambda args=args: copy.deepcopy(args)):
            text = "references are not balanced"
        if text is not None and is_known(text):
            continue
        if text is not None and (like is None or sort(text) == sort(like)):
            return args, text
    return None


def is_difference(source, name, args, text):
    """True if the call of the program differs in the way that the text says."""
    try:
        return first_difference(source, name, [args], text) is not None
    except (SyntaxError, KeyError):
        return False


def is_known(text):
    """True for limits that are known.

    A function that always raises has the type `none`, and what uses its result may be refused. And CPython's `abs` of a
    complex NaN raises what an operation before it left in errno.
    """
    is_refused = "compiled: TypingError" in text and "none" in text
    # A comprehension is part of its function, as from CPython 3.12 on.
    is_captured = "CPython: NameError('cannot access free variable" in text.replace('"', "'") and "compiled: UnboundLocal" in text
    return is_refused or is_captured or "CPython: OverflowError('absolute value too large')" in text


def sort(text):
    """What stays of a difference when its program gets smaller: the classes of exceptions, and why it was refused."""
    return re.findall(r"(?:CPython|compiled): \w*(?:Error|$)", text), re.sub(r"\d+", "", "".join(re.findall(r"in function \w+: ([^\\]*)", text))), "NameError" in text


def smaller(tree):
    """Programs with half of a block less, with one statement less, or with one block in place of the statement that
    holds it."""
    for path in range(sum(1 for node in ast.walk(tree) for _ in bodies(node))):
        size = len(nth_body(tree, path))
        if size > 3 and path > 0:
            for half in (slice(size // 2, None), slice(0, size // 2)):
                copied = copy.deepcopy(tree)
                del nth_body(copied, path)[half]
                yield copied
        for position in range(size):
            for change in ("remove", "unwrap"):
                copied = copy.deepcopy(tree)
                body = nth_body(copied, path)
                statement = body[position]
                if isinstance(statement, ast.Import) or path == 0 and isinstance(statement, ast.FunctionDef):
                    continue
                if change == "unwrap":
                    if not hasattr(statement, "body"):
                        continue
                    body[position : position + 1] = statement.body
                else:
                    del body[position]
                    if not body:
                        body.append(ast.Pass())
                yield copied


def bodies(node):
    return [body for body in (getattr(node, "body", None), getattr(node, "orelse", None)) if isinstance(body, list) and body]


def nth_body(tree, path):
    return [body for node in ast.walk(tree) for body in bodies(node)][path]


def shrink(source, is_failing, seconds=SHRINKING_SECONDS):
    """The program without the statements, and parts of expressions, that its failure does not need."""
    deadline = time.monotonic() + seconds
    has_changed = True
    while has_changed and time.monotonic() < deadline:
        has_changed = False
        tree = ast.parse(source)
        for smaller_tree in itertools.chain(smaller(tree), simpler(tree)):
            candidate = ast.unparse(smaller_tree) + "\n"
            if len(candidate) >= len(source) or not is_program(candidate):
                continue
            if is_failing(candidate):
                source, has_changed = candidate, True
                break
            if time.monotonic() > deadline:
                break
    return source


def is_program(source):
    """True unless a change made what CPython does not even read, such as a `break` outside of a loop."""
    try:
        compile(source, "<candidate>", "exec")
    except (SyntaxError, ValueError):
        return False
    return True


def simpler(tree):
    """Programs with one expression replaced by one of its parts."""
    expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
    for position, node in enumerate(expressions):
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
            for part in range(len(parts)):
                yield Replacement(position, part).visit(copy.deepcopy(tree))


class Replacement(ast.NodeTransformer):
    """Puts a part of one expression, by the positions in `ast.walk` and among its children, in its place."""

    def __init__(self, position, part):
        self.position, self.part = position, part

    def visit(self, tree):
        expressions = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
        self.target = expressions[self.position]
        return self.replace(tree)

    def replace(self, node):
        if node is self.target:
            return [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)][self.part]
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.AST):
                setattr(node, name, self.replace(value))
            elif isinstance(value, list):
                setattr(node, name, [self.replace(one) if isinstance(one, ast.AST) else one for one in value])
        return node


def run(seconds, seed, max_failures):
    """Runs programs until the time is over; how many differed."""
    deadline = time.monotonic() + seconds
    failures = programs = 0
    while time.monotonic() < deadline and failures < max_failures:
        source, name, parameters = Generator(seed).program()
        if os.environ.get("FUZZ_TRACE"):
            with open(os.environ["FUZZ_TRACE"], "w") as file:
                file.write(source)
        rng = random.Random(seed)
        calls = [tuple(random_argument(rng, type_) for type_ in parameters) for _ in range(CALLS)]
        found = first_difference(source, name, calls)
        programs += 1
        if found is not None:
            failures += 1
            source = shrink(source, lambda candidate: is_difference(candidate, name, *found))
            args, text = first_difference(source, name, [found[0]]) or found
            print(f"# seed {seed}, {mode_text()}\n{source}\n# {name}{args!r}\n# {text}\n", flush=True)
        seed += 1
    print(f"# {programs} programs, {failures} differ", flush=True)
    return failures


def mode_text():
    """The mode of this process."""
    names = ("UPSHIFT_TIER", "UPSHIFT_OSR", "UPSHIFT_TIER2_CALLS", "UPSHIFT_TIER2_LOOPS", MOMENTS)
    return " ".join(f"{name}={os.environ[name]}" for name in names if name in os.environ)


def moments_mode(seed):
    """The variables of a process in which functions get hot after a random number of calls or iterations."""
    rng = random.Random(seed)
    calls, loops = (str(rng.choice((1, 2, 3, 5, 9, 17, 40))) for _ in range(2))
    return {"UPSHIFT_TIER": "auto", "UPSHIFT_TIER2_CALLS": calls, "UPSHIFT_TIER2_LOOPS": loops, MOMENTS: str(seed)}


@contextlib.contextmanager
def random_pauses(seed):
    """Holds tier-up for random times, from another thread, until the block is left."""
    rng, stop = random.Random(seed), threading.Event()

    def hold():
        while not stop.wait(rng.random() ** 3 / 50):
            with upshift.tiering.pause():
                stop.wait(rng.random() ** 3 / 50)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(2**40))
    parser.add_argument("--max-failures", type=int, default=10)
    options = parser.parse_args()
    if "UPSHIFT_TIER" in os.environ:
        warnings.simplefilter("ignore")
        np.seterr(all="ignore")
        differential.COMPARES_STRIDES = False
        with random_pauses(options.seed) if MOMENTS in os.environ else contextlib.nullcontext():
            return run(options.seconds, options.seed, options.max_failures) > 0
    processes = [
        subprocess.Popen([sys.executable, __file__, *sys.argv[1:], "--seed", str(options.seed)],
            env={**os.environ, **mode})
        for mode in (*tiers.MODES.values(), moments_mode(options.seed))
    ]  # fmt: skip
    statuses = [process.wait() for process in processes]
    return any(statuses)


if __name__ == "__main__":
    sys.exit(main())
