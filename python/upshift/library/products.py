"""`dot`, `@` and their kin for vectors and matrices: BLAS for floats and complex numbers, loops for the rest.

NumPy's `dot` copies operands that BLAS cannot read before it multiplies, and its `matmul` does not: the bits differ.
"""

import numpy as np

from upshift.library import intrinsics

MATMUL_MISMATCH = (
    "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature (n?,k),(k,m?)->(n?,m?) "
    "(size {0} is different from {1})"
)


def matmul(a, b, /):
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        intrinsics.refuse("it takes arrays")
    elif a.ndim == 0 or b.ndim == 0:
        intrinsics.refuse("it takes no 0-d arrays; multiply with *")
    elif a.ndim > 2 or b.ndim > 2:
        intrinsics.refuse("arrays of more than two dimensions are not supported yet; write a loop over matrices")
    else:
        count = a.shape[a.ndim - 1]
        intrinsics.raise_unless(count == b.shape[0], "ValueError", MATMUL_MISMATCH, b.shape[0], count)
        zero = a.dtype.type(0) + b.dtype.type(0)
        return _product(_converted_rows(a, zero), _converted_rows(b, zero), zero)


def dot(a, b, out=None):
    if out is not None:
        intrinsics.refuse("out is not supported here; assign the result")
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        return np.multiply(a, b)
    elif a.ndim == 0 or b.ndim == 0:
        return np.multiply(a, b)
    elif a.ndim > 2 or b.ndim > 2:
        intrinsics.refuse("arrays of more than two dimensions are not supported yet; write a loop over matrices")
    else:
        _check_aligned(a, b)
        zero = a.dtype.type(0) + b.dtype.type(0)
        return _product(_readable(_converted(a, zero)), _readable(_converted(b, zero)), zero)


def inner(a, b, /):
    if isinstance(b, np.ndarray):
        return dot(a, b.T)
    else:
        return a * b


def vdot(a, b, /):
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray):
        intrinsics.refuse("it takes arrays")
    elif a.ndim != 1:
        return vdot(a.ravel(), b)
    elif b.ndim != 1:
        return vdot(a, b.ravel())
    elif intrinsics.kind(a) == "c":
        intrinsics.refuse("complex numbers are not supported yet; write np.dot(np.conj(a), b)")
    else:
        if a.shape[0] != b.shape[0]:
            raise ValueError("vectors have different lengths")
        # Unlike `dot`, it reads vectors in reverse where they are.
        zero = a.dtype.type(0) + b.dtype.type(0)
        return _product(_converted(a, zero), _converted(b, zero), zero)


def _check_aligned(a, b):
    if a.ndim == 1 and b.ndim == 1:
        message = "shapes ({0},) and ({1},) not aligned: {0} (dim 0) != {1} (dim 0)"
        intrinsics.raise_unless(a.shape[0] == b.shape[0], "ValueError", message, a.shape[0], b.shape[0])
    elif a.ndim == 1:
        message = "shapes ({0},) and ({1},{2}) not aligned: {0} (dim 0) != {1} (dim 0)"
        intrinsics.raise_unless(a.shape[0] == b.shape[0], "ValueError", message, a.shape[0], b.shape[0], b.shape[1])
    elif b.ndim == 1:
        message = "shapes ({0},{1}) and ({2},) not aligned: {1} (dim 1) != {2} (dim 0)"
        intrinsics.raise_unless(a.shape[1] == b.shape[0], "ValueError", message, a.shape[0], a.shape[1], b.shape[0])
    else:
        message = "shapes ({0},{1}) and ({2},{3}) not aligned: {1} (dim 1) != {2} (dim 0)"
        fits = a.shape[1] == b.shape[0]
        intrinsics.raise_unless(fits, "ValueError", message, a.shape[0], a.shape[1], b.shape[0], b.shape[1])


def _converted(a, zero):
    if a.dtype == zero.dtype:
        return a
    else:
        return a.astype(zero.dtype)


def _converted_rows(a, zero):
    if a.dtype == zero.dtype:
        return a
    else:
        return np.ascontiguousarray(a).astype(zero.dtype)


def _readable(a):
    """The array, or a copy in C order where NumPy's `dot` makes one."""
    if intrinsics.kind(a) != "f" and intrinsics.kind(a) != "c":
        return a
    elif intrinsics.layout(a) != "A":
        return a
    elif _is_readable(a):
        return a
    else:
        return a.copy()


def _is_readable(a):
    for stride in a.strides:
        if stride < 0 or stride % a.itemsize != 0:
            return False
    if a.ndim == 1 or a.shape[0] == 1 or a.shape[1] == 1:
        return True
    rows, columns = a.shape
    if a.strides[1] == a.itemsize and a.strides[0] == columns * a.itemsize:
        return True
    return a.strides[0] == a.itemsize and a.strides[1] == rows * a.itemsize


def _product(a, b, zero):
    if intrinsics.kind(a) != "f" and intrinsics.kind(a) != "c":
        return _plain_product(a, b, zero)
    elif a.ndim == 1 and b.ndim == 1:
        return intrinsics.dot(a, b)
    elif a.ndim == 1:
        result = np.empty(b.shape[1], zero.dtype)
        intrinsics.matmul_into(a[None, :], b, result[None, :])
        return result
    elif b.ndim == 1:
        result = np.empty(a.shape[0], zero.dtype)
        intrinsics.matmul_into(a, b[:, None], result[:, None])
        return result
    else:
        result = np.empty((a.shape[0], b.shape[1]), zero.dtype)
        intrinsics.matmul_into(a, b, result)
        return result


def _plain_product(a, b, zero):
    if a.ndim == 1 and b.ndim == 1:
        return _plain_dot(a, b, zero)
    elif a.ndim == 1:
        result = np.zeros(b.shape[1], zero.dtype)
        _add_products(a[None, :], b, result[None, :])
        return result
    elif b.ndim == 1:
        result = np.zeros(a.shape[0], zero.dtype)
        for i in range(a.shape[0]):
            result[i] = _plain_dot(a[i], b, zero)
        return result
    else:
        result = np.zeros((a.shape[0], b.shape[1]), zero.dtype)
        _add_products(a, b, result)
        return result


def _plain_dot(a, b, total):
    for i in range(a.shape[0]):
        total += intrinsics.item(a, i) * intrinsics.item(b, i)
    return total


def _add_products(a, b, result):
    for i in range(a.shape[0]):
        for k in range(a.shape[1]):
            factor = a[i, k]
            for j in range(b.shape[1]):
                result[i, j] += factor * b[k, j]


def multiply_in_place(a, b):
    """`a @= b`"""
    if b.ndim < 2:
        raise ValueError(
            "inplace matrix multiplication requires the first operand to have at least one and the second at least two "
            "dimensions."
        )
    else:
        product = np.matmul(a, b)
        if intrinsics.kind(a) != intrinsics.kind(product):
            intrinsics.refuse("the product holds another kind of number; write a = a @ b")
        if product.shape[-1] != a.shape[-1]:
            raise ValueError(
                f"matmul: Output operand 0 has a mismatch in its core dimension {a.ndim - 1}, with gufunc signature "
                f"(n?,k),(k,m?)->(n?,m?) (size {a.shape[-1]} is different from {product.shape[-1]})"
            )
        a[...] = product
        return a
