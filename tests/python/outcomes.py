"""What a call answers, in a form that compares bit for bit: the value with its type, or the exception."""

import struct
import warnings

import numpy as np


def _number(value):
    if isinstance(value, float) and value != value:
        return "nan"
    if isinstance(value, float):
        return struct.pack("d", value)
    if isinstance(value, complex):
        return _number(value.real), _number(value.imag)
    return value


def _array(value):
    if value.dtype.kind == "c":
        return _array(value.real.copy()), _array(value.imag.copy())
    if value.dtype.kind != "f":
        return value.tobytes()
    # NaNs are equal, whatever their sign and payload.
    return np.where(np.isnan(value), np.full_like(value, np.nan), value).tobytes()


def bits(value):
    """The value with its type; NaNs are equal."""
    if isinstance(value, tuple):
        return tuple(bits(item) for item in value)
    if isinstance(value, np.ndarray):
        return "array", str(value.dtype), value.shape, _array(value)
    if isinstance(value, np.generic):
        return type(value).__name__, _array(np.asarray(value))
    return type(value).__name__, _number(value)


def outcome(function, *args):
    """What the call answers, or the class and message of the exception."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return bits(function(*args))
    except Exception as error:
        return type(error).__name__, str(error)


def _describe(value):
    if isinstance(value, np.ndarray) and value.size > 4:
        return f"{value.dtype} array of shape {value.shape}, strides {value.strides}"
    return repr(value)


def _differences(expected, answer):
    """Positions and values where two array outcomes of one dtype differ."""
    if expected[:3] != answer[:3] or expected[0] != "array" or not isinstance(expected[3], bytes):
        return f"{expected} expected, got {answer}"
    first, second = (np.frombuffer(outcome[3], outcome[1]) for outcome in (expected, answer))
    wrong = [position for position in range(first.size) if first[position].tobytes() != second[position].tobytes()]
    shown = ", ".join(f"[{position}] {first[position]!r} expected, got {second[position]!r}" for position in wrong[:4])
    return f"{len(wrong)} of {first.size} items: {shown}"


def assert_same(compiled, reference, inputs):
    """The compiled function answers what the reference does for each tuple of arguments."""
    wrong = []
    for args in inputs:
        expected, answer = outcome(reference, *args), outcome(compiled, *args)
        if expected != answer:
            shown = ", ".join(_describe(arg) for arg in args)
            wrong.append(f"({shown}): {_differences(expected, answer)}"[:600])
    assert not wrong, f"{len(wrong)} of {len(inputs)} differ:\n" + "\n".join(wrong[:8])
