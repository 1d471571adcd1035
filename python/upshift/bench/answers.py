"""Answers of a function as plain data, so that those of different processes can be compared.

`canonical` runs where the answer is, with whatever NumPy is there; `compare` runs in the process that reports. Scalars
of NumPy count as the numbers they are, because plain Python gets them where compiled code gives Python's own.
"""

import hashlib
import math

# Arrays beyond this many bytes are compared by their digest alone.
_MOST_BYTES = 1 << 20


def canonical(value, depth=0):
    """Nested tuples of a kind and what it takes to compare."""
    if value is None or isinstance(value, (bool, str, bytes)):
        return ("exact", value)
    if isinstance(value, int):
        return ("int", value)
    if isinstance(value, float):
        return ("float", value)
    if isinstance(value, complex):
        return ("sequence", "complex", [("float", value.real), ("float", value.imag)])
    if isinstance(value, (tuple, list)) and depth < 20:
        return ("sequence", type(value).__name__, [canonical(item, depth + 1) for item in value])
    if isinstance(value, dict) and depth < 20:
        pairs = [(key, canonical(item, depth + 1)) for key, item in value.items()]
        return ("sequence", "dict", [("sequence", "pair", [canonical(key), item]) for key, item in pairs])
    if hasattr(value, "dtype") and hasattr(value, "tobytes") and not value.dtype.hasobject:
        if value.shape == () and not hasattr(value, "__array_finalize__"):
            return canonical(value.item(), depth)
        return _array(value)
    if hasattr(value, "dtype") and hasattr(value, "item"):
        return canonical(value.item(), depth)
    return ("other", type(value).__name__)


def _array(value):
    import numpy

    # One NaN is as good as another.
    if value.dtype.kind in "fc":
        value = numpy.where(numpy.isnan(value), value.dtype.type(math.nan), value)
    content = value.tobytes()
    kept = content if len(content) <= _MOST_BYTES else None
    digest = hashlib.blake2b(content, digest_size=16).hexdigest()
    return ("array", value.dtype.str, tuple(value.shape), digest, kept)


def compare(found, expected):
    """`(distance, where)`: 0.0 for the same bits, the largest relative distance, or infinity for another answer.

    `None` for what cannot be compared.
    """
    if found[0] != expected[0]:
        numbers = {"int", "float", "exact"}
        if {found[0], expected[0]} <= numbers and _is_number(found[1]) and _is_number(expected[1]):
            return _numbers(float(found[1]), float(expected[1]), _shown(found, expected))
        return math.inf, _shown(found, expected)
    kind = found[0]
    if kind == "other":
        return None, f"a {found[1]} cannot be compared"
    if kind == "float":
        return _numbers(found[1], expected[1], _shown(found, expected))
    if kind == "sequence":
        return _sequences(found, expected)
    if kind == "array":
        return _arrays(found, expected)
    return (0.0, "") if found[1] == expected[1] else (math.inf, _shown(found, expected))


def _is_number(value):
    return isinstance(value, (int, float))


def _numbers(found, expected, where):
    both_nan = math.isnan(found) and math.isnan(expected)
    if both_nan or (found == expected and math.copysign(1.0, found) == math.copysign(1.0, expected)):
        return 0.0, ""
    if not (math.isfinite(found) and math.isfinite(expected)):
        return math.inf, where
    scale = max(abs(found), abs(expected))
    return (abs(found - expected) / scale if scale else 0.0), where


def _sequences(found, expected):
    if found[1] != expected[1] or len(found[2]) != len(expected[2]):
        return math.inf, f"a {found[1]} of {len(found[2])}, not a {expected[1]} of {len(expected[2])}"
    worst = (0.0, "")
    for position, (left, right) in enumerate(zip(found[2], expected[2], strict=True)):
        distance, where = compare(left, right)
        if distance is None:
            return distance, where
        if distance > worst[0]:
            worst = distance, f"item {position}: {where}"
    return worst


def _arrays(found, expected):
    if found[1:3] != expected[1:3]:
        shown = [f"an array of {dtype} and shape {shape}" for _, dtype, shape, *_ in (found, expected)]
        return math.inf, f"{shown[0]}, not {shown[1]}"
    if found[3] == expected[3]:
        return 0.0, ""
    if found[4] is None or expected[4] is None:
        return None, "arrays of more than a mebibyte differ"
    import numpy

    left, right = (numpy.frombuffer(one[4], dtype=one[1]) for one in (found, expected))
    differing = left != right
    position = int(numpy.argmax(differing))
    where = f"element {position}: {left[position]!s}, not {right[position]!s}"
    if left.dtype.kind not in "fc":
        return math.inf, where
    with numpy.errstate(all="ignore"):
        distances = numpy.abs(left - right) / numpy.maximum(numpy.abs(left), numpy.abs(right))
    distances = distances[differing & ~(numpy.isnan(left) & numpy.isnan(right))]
    largest = float(distances.max()) if distances.size else 0.0
    return (math.inf if math.isnan(largest) else largest), where


def _shown(found, expected):
    return f"{found[1]!r}, not {expected[1]!r}"
