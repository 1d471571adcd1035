"""NumPy's and Python's functions as Python source, which upshift compiles on demand.

`FUNCTIONS` says where each is: canonical name -> module of this package, function in it. Nothing is imported until a
compiled function calls it.
"""

FUNCTIONS = {
    "numpy.sum": ("reductions", "sum"),
    "ndarray.sum": ("reductions", "sum"),
    "numpy.prod": ("reductions", "prod"),
    "ndarray.prod": ("reductions", "prod"),
    "numpy.mean": ("reductions", "mean"),
    "ndarray.mean": ("reductions", "mean"),
    "numpy.any": ("reductions", "any"),
    "ndarray.any": ("reductions", "any"),
    "numpy.all": ("reductions", "all"),
    "ndarray.all": ("reductions", "all"),
    "numpy.count_nonzero": ("reductions", "count_nonzero"),
    "numpy.min": ("extremes", "min"),
    "ndarray.min": ("extremes", "min"),
    "numpy.max": ("extremes", "max"),
    "ndarray.max": ("extremes", "max"),
    "numpy.argmin": ("extremes", "argmin"),
    "ndarray.argmin": ("extremes", "argmin"),
    "numpy.argmax": ("extremes", "argmax"),
    "ndarray.argmax": ("extremes", "argmax"),
    "numpy.amin": ("extremes", "min"),
    "numpy.amax": ("extremes", "max"),
    "ndarray.__min__": ("extremes", "builtin_min"),
    "ndarray.__max__": ("extremes", "builtin_max"),
    "numpy.cumsum": ("cumulative", "cumsum"),
    "ndarray.cumsum": ("cumulative", "cumsum"),
    "numpy.cumprod": ("cumulative", "cumprod"),
    "ndarray.cumprod": ("cumulative", "cumprod"),
    "ndarray.item": ("elements", "item"),
    "ndarray.__contains__": ("elements", "contains"),
    "ndarray.__not_contains__": ("elements", "not_contains"),
    "builtins.sum": ("builtin_functions", "sum"),
    "builtins.any": ("builtin_functions", "any"),
    "builtins.all": ("builtin_functions", "all"),
    "builtins.tuple": ("builtin_functions", "tuple_"),
}
