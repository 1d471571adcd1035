"""Tables of the documentation, in Markdown, from what the code itself goes by: `upshift info --functions, --variables`."""

from . import _upshift, config
from .library import FUNCTIONS

# Module or class of a canonical name: how the table calls it. The others have no names in programs.
_GROUPS = {
    "builtins": "Built-in",
    "math": "`math`",
    "cmath": "`cmath`",
    "numpy": "`numpy`",
    "heapq": "`heapq`",
    "bisect": "`bisect`",
    "functools": "`functools`",
    "operator": "`operator`",
    "ndarray": "Of arrays",
    "list": "Of lists",
    "dict": "Of dicts",
    "set": "Of sets",
    "int": "Of `int`",
    "float": "Of `float`",
    "complex": "Of `complex`",
    "generic": "Of NumPy's scalars",
    "str": "Of strings",
    "bytes": "Of bytes",
    "tuple": "Of tuples",
    "range": "Of ranges",
    "slice": "Of slices",
    "dtype": "Of dtypes",
}


_ALSO = "Other names of these (`np.abs`, `np.asin`), NumPy's scalar classes, and constants such as `math.pi` work too."


def functions():
    """The functions, classes, methods and attributes of the library, by module and class."""
    groups = {}
    for name in {*_upshift.library_names(), *FUNCTIONS}:
        group, _, own = name.rpartition(".")
        if not own.startswith("_"):
            groups.setdefault(group, set()).add(own)
    rows = ["| | |", "|---|---|"]
    for group, title in _GROUPS.items():
        names = groups.pop(group, ())
        if names:
            rows.append(f"| {title} | {' '.join(f'`{name}`' for name in sorted(names))} |")
    return "\n".join([*rows, "", _ALSO])


def variables():
    """The environment variables, which are also the names in `upshift.config`."""
    rows = ["| variable | takes | meaning |", "|---|---|---|"]
    rows.extend(f"| `{name}` | {takes} | {meaning} |" for name, takes, meaning in config.described())
    return "\n".join(rows)
