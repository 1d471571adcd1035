"""Tables of the documentation, in Markdown, from what the code itself goes by: `upshift info --language` and its kin."""

from . import _upshift, config
from . import language as spelled
from .library import FUNCTIONS

# Module or class of a canonical name: how the table calls it. The others have no names in programs.
_GROUPS = {
    "builtins": "Built-in",
    "math": "`math`",
    "cmath": "`cmath`",
    "numpy": "`numpy`",
    "heapq": "`heapq`",
    "bisect": "`bisect`",
    "collections": "`collections`",
    "contextlib": "`contextlib`",
    "functools": "`functools`",
    "itertools": "`itertools`",
    "itertools.chain": "`itertools.chain`",
    "operator": "`operator`",
    "Random": "`random`, and `random.Random`",
    "statistics": "`statistics`",
    "time": "`time`",
    "ndarray": "Of arrays",
    "list": "Of lists",
    "deque": "Of `deque`",
    "dict": "Of dicts",
    "Counter": "Of `Counter`",
    "OrderedDict": "Of `OrderedDict`",
    "set": "Of sets",
    "int": "Of `int`",
    "float": "Of `float`",
    "complex": "Of `complex`",
    "generic": "Of NumPy's scalars",
    "str": "Of strings",
    "bytes": "Of bytes",
    "bytearray": "Of bytearrays",
    "memoryview": "Of memoryviews",
    "array": "Of `array.array`",
    "tuple": "Of tuples",
    "range": "Of ranges",
    "slice": "Of slices",
    "dtype": "Of dtypes",
}


_ALSO = "Other names of these (`np.abs`, `np.asin`), NumPy's scalar classes, and constants such as `math.pi` work too."


# The files of tests/python that cover a group; the others are covered by the programs there.
_TESTS = {
    "builtins": "programs/builtin_functions.py programs/iterators.py programs/ranges.py programs/strings.py programs/lists.py programs/dicts.py programs/sets.py programs/loops.py programs/generators.py programs/exception_values.py programs/callables.py programs/byte_arrays.py programs/memory_views.py test_print.py",
    "math": "test_math.py",
    "cmath": "test_cmath.py",
    "numpy": "programs/memory_views.py test_ufuncs.py test_creation.py test_products.py test_reductions.py programs/arrays.py programs/number_attributes.py",
    "heapq": "programs/heaps_and_bisection.py",
    "bisect": "programs/heaps_and_bisection.py",
    "Random": "programs/random_numbers.py test_random.py",
    "statistics": "programs/averages.py",
    "time": "test_random.py",
    "ndarray": "programs/arrays.py test_reductions.py test_products.py test_creation.py programs/number_attributes.py",
    "list": "programs/lists.py",
    "collections": "programs/deques.py programs/counters.py",
    "deque": "programs/deques.py",
    "dict": "programs/dicts.py",
    "Counter": "programs/counters.py",
    "OrderedDict": "programs/counters.py",
    "set": "programs/sets.py",
    "int": "programs/number_attributes.py",
    "float": "programs/number_attributes.py",
    "complex": "programs/number_attributes.py",
    "generic": "programs/number_attributes.py",
    "str": "programs/strings.py programs/string_containers.py programs/byte_strings.py programs/text_methods.py programs/value_texts.py",
    "bytes": "programs/byte_strings.py programs/parts_of_bytes.py programs/text_methods.py",
    "bytearray": "programs/byte_arrays.py",
    "memoryview": "programs/memory_views.py",
    "array": "programs/memory_views.py",
    "tuple": "programs/tuples.py",
    "functools": "programs/callables.py",
    "itertools": "programs/iterations.py",
    "itertools.chain": "programs/iterations.py",
    "operator": "programs/callables.py",
    "range": "programs/ranges.py",
    "slice": "programs/ranges.py",
    "random": "programs/random_numbers.py test_random.py",
    "Random": "programs/random_numbers.py test_random.py",
    "statistics": "programs/averages.py",
    "time": "test_time.py",
    "contextlib": "programs/with_statements.py test_generators.py",
    "dtype": "programs/number_attributes.py",
}


def tests_of(group):
    """The files that cover a group."""
    return _TESTS.get(group, "programs").split()


def names():
    """The functions, classes, methods and attributes of the library, by module and class."""
    groups = {}
    for name in {*_upshift.library_names(), *FUNCTIONS}:
        group, _, own = name.rpartition(".")
        if not own.startswith("_") and group in _GROUPS:
            groups.setdefault(group, set()).add(own)
    return groups


def functions():
    """The names of the library, with the tests that cover them."""
    groups = names()
    rows = ["| | | tests |", "|---|---|---|"]
    for group, title in _GROUPS.items():
        if group in groups:
            own = " ".join(f"`{name}`" for name in sorted(groups[group]))
            rows.append(f"| {title} | {own} | {' '.join(f'`{test}`' for test in tests_of(group))} |")
    return "\n".join([*rows, "", _ALSO])


def language():
    """The constructs and types of Python: what compiles, and how what does not is refused."""
    rows = ["| construct | | tests |", "|---|---|---|"]
    rows.extend(f"| {name} | {refusal or 'yes'} | `{tests}` |" for name, refusal, tests in spelled.constructs())
    rows.extend(["", "| type | | tests |", "|---|---|---|"])
    rows.extend(f"| {name} | {f'`{text}`' if is_taken else text} | `{tests}` |" for name, text, is_taken, tests in spelled.types())
    return "\n".join(rows)


def variables():
    """The environment variables, which are also the names in `upshift.config`."""
    rows = ["| variable | takes | meaning |", "|---|---|---|"]
    rows.extend(f"| `{name}` | {takes} | {meaning} |" for name, takes, meaning in config.described())
    return "\n".join(rows)
