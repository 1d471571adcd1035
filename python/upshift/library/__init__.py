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
}
