"""`@`, `dot`, `inner` and `vdot` against NumPy, bit for bit: both call the same BLAS."""

import itertools
import os

import numpy as np
import pytest

from outcomes import assert_same
from upshift import errors, jit

# LLVM takes about 20 ms for each function and type.
IS_SLOW = os.environ.get("UPSHIFT_TIER") == "2"
RANDOM = np.random.default_rng(5)
OPERATORS = {
    "matmul": (jit(lambda a, b: a @ b), lambda a, b: a @ b),
    "dot": (jit(lambda a, b: np.dot(a, b)), np.dot),
    "method": (jit(lambda a, b: a.dot(b)), np.dot),
    "inner": (jit(lambda a, b: np.inner(a, b)), np.inner),
    "vdot": (jit(lambda a, b: np.vdot(a, b)), np.vdot),
}
VECTORS = [((5,), (5,)), ((100,), (100,)), ((0,), (0,))]
MATRICES = [((3, 5), (5, 4)), ((1, 5), (5, 4)), ((3, 1), (1, 4)), ((3, 5), (5, 1)), ((40, 33), (33, 50)), ((3, 0), (0, 2))]
MIXED = [((3, 5), (5,)), ((5,), (5, 4))]
MISMATCHES = [((3,), (4,)), ((2, 3), (4,)), ((3,), (4, 2)), ((2, 3), (4, 5))]


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)


def test_loops_that_go_over(run_on_tier):
    run_on_tier(__file__, "stress", one_of=6)


def filled(shape, dtype):
    numbers = 10 * RANDOM.standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        numbers = numbers + 1j * RANDOM.standard_normal(shape)
    return numbers.astype(dtype)


def layouts(shape, dtype):
    yield filled(shape, dtype)
    yield filled(shape, dtype)[::-1]
    yield filled((*shape[:-1], 2 * shape[-1]), dtype)[..., ::2]
    if len(shape) == 2:
        yield filled(shape[::-1], dtype).T
        yield filled((2 * shape[0], shape[1] + 3), dtype)[::2, 1:-2]


def check(name, shapes, first, second=None):
    compiled, reference = OPERATORS[name]
    for shape_a, shape_b in shapes:
        pairs = itertools.product(layouts(shape_a, first), layouts(shape_b, second or first))
        assert_same(compiled, reference, list(pairs))


@pytest.mark.parametrize("dtype", ["f8", "c8"] if IS_SLOW else ["f4", "f8", "c8", "c16"])
@pytest.mark.parametrize("name", ["matmul", "dot"])
def test_products(name, dtype):
    check(name, VECTORS + MATRICES + MIXED, dtype)


@pytest.mark.parametrize("dtype", ["?", "i1", "i4", "u8"])
def test_products_of_integers_wrap(dtype):
    for name in ("matmul", "dot"):
        compiled, reference = OPERATORS[name]
        for shapes in [((5,), (5,)), ((3, 5), (5, 4)), *MIXED]:
            assert_same(compiled, reference, [tuple(filled(shape, dtype) for shape in shapes)])
    if dtype == "i4":
        check("matmul", [((3, 5), (5, 4)), ((5,), (5,))], dtype)


@pytest.mark.parametrize("first, second", [("f4", "f8")] if IS_SLOW else [("f4", "f8"), ("i4", "f8"), ("f4", "c8")])
def test_mixed_dtypes(first, second):
    for name in ("matmul", "dot"):
        check(name, [((3, 5), (5,)), ((13, 5), (5, 14))], first, second)


@pytest.mark.parametrize("first, second", [("u8", "i8"), ("?", "i2"), ("i1", "u1"), ("c8", "f8")])
def test_promotion(first, second):
    for name in ("matmul", "dot"):
        pairs = [(filled(3, first), filled(3, second)), (filled((2, 3), first), filled((3, 2), second))]
        assert_same(*OPERATORS[name], pairs)


def test_squares():
    # NumPy multiplies a matrix with its own transpose by another routine.
    for dtype in ("f4", "f8", "c16"):
        a = filled((9, 7), dtype)
        for name in ("matmul", "dot"):
            assert_same(*OPERATORS[name], [(a, a.T), (a.T, a), (a[:7], a[:7])])


def test_other_names():
    check("method", [((5,), (5,)), ((3, 5), (5, 4))], "f8")
    check("inner", [((5,), (5,)), ((3, 5), (4, 5)), ((3, 5), (5,))], "f8")
    check("vdot", [((5,), (5,))], "f8")
    a, b = filled((3, 5), "f8"), filled((3, 5), "f8")
    assert_same(*OPERATORS["vdot"], [(a, b), (a[::-1], b), (a.T, b.T), (a[0], b[1, ::-1])])
    assert_same(*OPERATORS["dot"], [(2.0, 3.0), (2.0, np.arange(3.0)), (np.arange(3), np.float32(2))])


@pytest.mark.parametrize("shapes", MISMATCHES, ids=repr)
def test_shapes_must_agree(shapes):
    for name in ("matmul", "dot"):
        assert_same(*OPERATORS[name], [tuple(np.ones(shape, dtype) for shape in shapes) for dtype in ("f8", "i4")])


def test_refusals():
    with pytest.raises(errors.TypingError, match="more than two dimensions"):
        jit(lambda a, b: a @ b)(np.ones((2, 2, 2)), np.ones((2, 2)))
    with pytest.raises(errors.TypingError, match="it takes no 0-d arrays"):
        jit(lambda a, b: a @ b)(np.array(1.0), np.ones(2))


def test_references_are_balanced(balanced):
    a = filled((4, 4), "f8")
    balanced(jit(lambda a: (a @ a, np.dot(a[::2], a.T), a[0] @ a)), a)
    balanced(jit(lambda a: a @ a[:2]), a, raises=ValueError)
