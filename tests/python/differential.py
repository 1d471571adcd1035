"""Runs a function in CPython and compiled, and says how the two differ.

Everything that a caller can see is compared bit for bit: type, dtype, shape, strides, value, sharing with the arguments,
what happened to the arguments, and for an exception its class, its message and the line. Three differences are inherent
and are allowed for here: Python ints are compared modulo 2**64, NumPy's warnings are not given, and where CPython raises
TypeError for an operation that types do not have, the compiler refuses with TypingError.

As a program, `python differential.py MODULE...` runs the cases of modules in the mode that the environment states and
prints one JSON object: for each module the list of differences.
"""

import array
import collections
import copy
import dataclasses
import fractions
import importlib
import importlib.util
import itertools
import json
import numbers
import os
import random
import statistics
import sys
import traceback
import types

import numpy as np

from upshift import _upshift, errors, jit

# NumPy orders the axes of a result by the strides of its operands; compiled code by their types alone.
COMPARES_STRIDES = True
# Differences of one function that are reported: the rest says nothing new.
MAX_REPORTED = 2
# LLVM takes milliseconds for each.
MAX_SIGNATURES = 20


# Files of functions that compiled code has a form of.
LIBRARY = {collections.__file__, fractions.__file__, numbers.__file__, random.__file__, statistics.__file__}


class Outcome:
    """What a call did: `kind` is "returns", "raises" or "refuses"."""

    def __init__(self, function, args):
        self.args = args
        self.value = None
        self.line = None
        try:
            with np.errstate(all="ignore"):
                self.value = drained(function(*args))
            self.kind = "returns"
        except errors.UpshiftError as error:
            self.kind, self.error, self.message = "refuses", type(error), str(error)
        except Exception as error:
            self.kind, self.error, self.message = "raises", type(error), str(error)
            # Where Python's own library raises, the line that called it; compiled code shows no frames of its own.
            frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename not in LIBRARY]
            # A warm CPython reads an unbound variable in one instruction with the line before.
            is_exact = len(frames) > 1 and not isinstance(error, UnboundLocalError)
            self.line = frames[-1].lineno if is_exact else None

    def __repr__(self):
        if self.kind == "returns":
            return describe(self.value)
        return f"{self.error.__name__}({self.message!r}) at line {self.line}"


def drained(value):
    """The items of a generator, the first thousand of them, in its place."""
    if hasattr(value, "throw"):
        return "generator", list(itertools.islice(value, 1000))
    return value


def describe(value):
    """A text that is equal exactly when two results are equal for a caller."""
    if isinstance(value, tuple):
        return f"{type(value).__name__}(" + "".join(f"{describe(item)}, " for item in value).rstrip() + ")"
    if isinstance(value, (list, set)):
        return f"{type(value).__name__}[" + ", ".join(describe(item) for item in value) + "]"
    if isinstance(value, dict):
        kind = f"{type(value).__name__}({getattr(value, 'default_factory', '')})"
        return kind + "{" + ", ".join(f"{describe(key)}: {describe(item)}" for key, item in value.items()) + "}"
    if isinstance(value, collections.deque):
        return f"deque({value.maxlen})[" + ", ".join(describe(item) for item in value) + "]"
    if dataclasses.is_dataclass(value):
        return f"{type(value).__name__}(" + ", ".join(describe(item) for item in vars_of(value)) + ")"
    if isinstance(value, np.ndarray):
        layout = value.strides if value.size > 1 and COMPARES_STRIDES else "any"
        writable = "" if value.flags.writeable else " readonly"
        bits = value.tolist()
        return f"array({bits}, {value.dtype}, shape={value.shape}, strides={layout}{writable})"
    if isinstance(value, (types.FunctionType, _upshift.Closure)) or hasattr(value, "py_func"):
        return f"function {value.__name__}"
    if isinstance(value, random.Random):
        return f"Random({hash(value.getstate())})"
    if isinstance(value, np.generic):
        return f"numpy.{value.dtype}({value.tolist()!r})"
    if type(value) is int and not -(2**63) <= value < 2**63:
        value = (value + 2**63) % 2**64 - 2**63
    return f"{type(value).__name__}({value!r})"


def vars_of(value):
    """The fields of an instance of a dataclass."""
    return [getattr(value, field.name) for field in dataclasses.fields(value)]


def relations(value, args):
    """How each array of a result relates to each array of the arguments.

    What CPython answers with the same object is the same object; a view of all of an array may be the array itself.
    Arrays without elements share no memory, so a view of one may be any other.
    """
    if isinstance(value, tuple):
        return [relation for item in value for relation in relations(item, args)]
    if not isinstance(value, np.ndarray):
        return []
    arrays = [arg for arg in args if isinstance(arg, np.ndarray)]
    return [
        "the same object" if value is array and value.size else
        "shared memory" if np.shares_memory(value, array) else "other memory"
        for array in arrays
    ]  # fmt: skip


def containers(value):
    """All lists, dicts, sets, bytearrays and instances in a value, in order, those inside of others too."""
    if dataclasses.is_dataclass(value):
        return [value, *(found for item in vars_of(value) for found in containers(item))]
    if isinstance(value, (tuple, list)):
        inside = [found for item in value for found in containers(item)]
        return inside if isinstance(value, tuple) else [value, *inside]
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in containers(item))]
    return [value] if isinstance(value, (set, bytearray, array.array)) else []


def identities(outcome):
    """For each container of the arguments and the result, the first one that it is the same object as."""
    found = containers((*outcome.args, outcome.value))
    return [next(index for index, other in enumerate(found) if other is own) for own in found]


def difference(function, compiled, make_args, expected=None, make_plain_args=None):
    """None if the compiled function does what the function does; else a text that says what each did.

    The function has its arguments made by `make_plain_args`, if they are to be other objects."""
    there = Outcome(function, (make_plain_args or make_args)())
    here = Outcome(compiled, make_args())
    if expected is None and is_refused_type(there, here):
        return None
    wanted = repr(there) if expected is None else expected
    if repr(here) != wanted:
        return f"CPython: {wanted}\n    compiled: {here!r}"
    if here.kind == "returns" and there.kind == "returns":
        mine, theirs = relations(here.value, here.args), relations(there.value, there.args)
        if any(own != their and (own, their) != ("the same object", "shared memory") for own, their in zip(mine, theirs)):
            return f"CPython: {theirs}\n    compiled: {mine}"
        if identities(here) != identities(there):
            return f"identities in CPython: {identities(there)}\n    compiled: {identities(here)}"
    if describe(here.args) != describe(there.args):
        return f"arguments after CPython: {describe(there.args)}\n    compiled: {describe(here.args)}"
    return None


def is_refused_type(there, here):
    """True for an operation that types do not have: CPython raises when it runs, the compiler when it compiles."""
    return there.kind == "raises" and issubclass(there.error, TypeError) and here.kind == "refuses" and here.error is errors.TypingError


def is_leaking(compiled, make_args):
    """True if a call changes the number of blocks that compiled code made, or the references of its arguments."""
    args = make_args()
    arrays = [arg for arg in args if isinstance(arg, np.ndarray)]
    has_text = any(isinstance(arg, (str, bytes)) for arg in args)
    if Outcome(compiled, args).kind == "returns" and not arrays and not has_text and not containers(args):
        return False
    if containers(args):
        # They change from call to call, and may come to hold the arrays.
        before = _upshift.live_blocks()
        for _ in range(3):
            Outcome(compiled, make_args())
        return _upshift.live_blocks() != before
    before = _upshift.live_blocks(), [sys.getrefcount(array) for array in arrays]
    for _ in range(3):
        Outcome(compiled, args)
    return (_upshift.live_blocks(), [sys.getrefcount(array) for array in arrays]) != before


def signature(args):
    """What decides which specialization a call takes, or nearly so."""
    return tuple(
        (type(arg), arg.dtype, arg.ndim, arg.flags.c_contiguous, arg.flags.f_contiguous, arg.flags.writeable)
        if isinstance(arg, np.ndarray)
        else (type(arg), arg.typecode)
        if isinstance(arg, array.array)
        else (type(arg), signature(list(arg)[:2]))
        if isinstance(arg, (list, set))
        else (type(arg), signature(vars_of(arg)))
        if dataclasses.is_dataclass(arg)
        else (dict, signature(list(arg.items())[:2]))
        if isinstance(arg, dict)
        else (type(arg), signature(arg))
        if isinstance(arg, tuple)
        else type(arg)
        for arg in args
    )


def sample(arguments):
    """Argument tuples as functions that make them anew, of at most MAX_SIGNATURES signatures where tier 2 compiles."""
    makers = [args if callable(args) else lambda args=args: copy.deepcopy(args) for args in arguments]
    signatures = [signature(make()) for make in makers]
    distinct = list(dict.fromkeys(signatures))
    is_slow = os.environ.get("UPSHIFT_TIER") == "2" or os.environ.get("UPSHIFT_OSR") == "stress"
    if is_slow and len(distinct) > MAX_SIGNATURES:
        distinct = distinct[:: len(distinct) // MAX_SIGNATURES + 1]
    chosen = set(distinct)
    return [make for make, key in zip(makers, signatures) if key in chosen]


def run_module(name):
    """The differences of all cases of a module: rows of (function, arguments[, expected]).

    The outcome expected, as text, is given where the README documents a difference from CPython.
    """
    module = importlib.import_module(name)
    plain_module = module
    if getattr(module, "STAY_PLAIN", False):
        # Another one, whose functions stay plain where they call each other.
        plain_module = importlib.util.module_from_spec(module.__spec__)
        module.__spec__.loader.exec_module(plain_module)
    compiled = {}
    for function in module.FUNCTIONS if hasattr(module, "FUNCTIONS") else ():
        # Functions that others call: the caller must see the compiled one.
        compiled[function] = jit(function)
        setattr(module, function.__name__, compiled[function])
    found, counts = [], {}
    for row, (plain, plain_arguments, *_) in zip(module.CASES, plain_module.CASES):
        function, arguments, *rest = row
        expected = rest[0] if rest else None
        if function not in compiled:
            compiled[function] = jit(function)
        for make_args, make_plain_args in zip(sample(arguments), sample(plain_arguments)):
            text = difference(plain, compiled[function], make_args, expected, make_plain_args)
            if text is None and is_leaking(compiled[function], make_args):
                text = "references are not balanced"
            if text is not None:
                counts[function] = counts.get(function, 0) + 1
                if counts[function] <= MAX_REPORTED:
                    found.append(f"{function.__name__}{make_args()!r}\n    {text}")
    return found


def main(names):
    sys.path.insert(0, os.path.join(os.path.dirname(__file__), "programs"))
    result = {}
    for name in names:
        result[name] = run_module(name)
    json.dump(result, sys.stdout, indent=1)


if __name__ == "__main__":
    main(sys.argv[1:])
