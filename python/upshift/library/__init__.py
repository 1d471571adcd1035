"""NumPy's and Python's functions as Python source, which upshift compiles on demand.

`FUNCTIONS` says where each is: canonical name -> module of this package, function in it. Nothing is imported until a
compiled function calls it.
"""

FUNCTIONS = {
    "numpy.isclose": ("closeness", "isclose"),
}
