"""The kernels, by what they exercise. Each is a plain Python function that all compilers take as it is."""

from . import (
    calls, elementwise, floats, images, integers, lists, matrices, reductions, searching, simulations,
    strings, tables,
)  # fmt: skip

_FAMILIES = (
    reductions, floats, integers, matrices, elementwise, images, searching, calls, simulations, strings, lists,
    tables,
)  # fmt: skip
KERNELS = {kernel.name: kernel for family in _FAMILIES for kernel in family.KERNELS}
