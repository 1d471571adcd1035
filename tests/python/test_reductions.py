"""Reductions of whole arrays against NumPy, bit for bit: dtypes, layouts, sizes around the blocks of pairwise sums."""

import os

import numpy as np
import pytest

from outcomes import assert_same
from upshift import errors, jit

RANDOM = np.random.default_rng(11)
# LLVM takes about 20 ms for each function and type.
IS_SLOW = os.environ.get("UPSHIFT_TIER") == "2"
DTYPES = "? i1 u8 f4 c16".split() if IS_SLOW else "? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split()
# Blocks have 8 and 128 elements, NumPy's buffer 8192.
LENGTHS = [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 127, 128, 129, 136, 200, 1000, 8191, 8192, 8200, 20000]
SHAPES = [(), (1, 1), (3, 4), (0, 3), (17, 23), (40, 30), (2, 5000), (5000, 2), (100, 200), (3, 9000)]
DEEP_SHAPES = [(5, 7, 9), (3, 200, 5), (3, 20, 500), (30, 40, 50), (2, 3, 4, 5)]
FUNCTIONS = {
    "sum": (jit(lambda a: np.sum(a)), np.sum),
    "prod": (jit(lambda a: a.prod()), np.prod),
    "mean": (jit(lambda a: np.mean(a)), np.mean),
    "min": (jit(lambda a: np.min(a)), np.min),
    "max": (jit(lambda a: a.max()), np.max),
    "argmin": (jit(lambda a: np.argmin(a)), np.argmin),
    "argmax": (jit(lambda a: a.argmax()), np.argmax),
    "any": (jit(lambda a: np.any(a)), np.any),
    "all": (jit(lambda a: a.all()), np.all),
    "count_nonzero": (jit(lambda a: np.count_nonzero(a)), np.count_nonzero),
    "cumsum": (jit(lambda a: np.cumsum(a)), np.cumsum),
    "cumprod": (jit(lambda a: a.cumprod()), np.cumprod),
}
EXTREMES = "min max argmin argmax".split()


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)


def test_loops_that_go_over(run_on_tier):
    run_on_tier(__file__, "stress", one_of=12)


def filled(shape, dtype):
    """Numbers whose sums depend on their order; integers over the whole range, with few zeros."""
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return RANDOM.random(shape) < 0.5
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return RANDOM.integers(limits.min, limits.max, shape, dtype, endpoint=True)
    numbers = RANDOM.standard_normal(shape)
    if dtype.kind == "c":
        numbers = numbers + 1j * RANDOM.standard_normal(shape)
    return np.asarray(numbers, dtype)


def layouts(array):
    """The array as it is, and views of it in other orders."""
    yield array
    if array.ndim > 0:
        yield from (array[::-1], array[::2], array[..., ::-1], array[1:])
    if array.ndim > 1:
        yield from (array.T, array[:, 1:-1], array[::-1, ::-1], array[::-1].T, array[::2, ::-3])
        yield np.asfortranarray(array)
    if array.ndim > 2:
        yield from (array.swapaxes(0, 1), array.swapaxes(1, 2), array.swapaxes(1, 2)[::-1, 1:, ::-2])


def check(name, arrays):
    compiled, reference = FUNCTIONS[name]
    assert_same(compiled, reference, [(array,) for array in arrays])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_dtypes(name):
    is_typed_by_element = name not in ("any", "all", "count_nonzero", "argmin", "cumprod")
    dtypes = DTYPES if is_typed_by_element else "? i1 u4 f4 c16".split()
    check(name, [filled(shape, dtype) for dtype in dtypes for shape in (23, 0, 300)])
    check(name, [filled((6, 40), dtype)[::2, ::-1] for dtype in ("i1", "c8")])


@pytest.mark.parametrize("dtype", ["f4", "f8", "c8", "c16"])
def test_pairwise_sums(dtype):
    arrays = [filled(length, dtype) for length in LENGTHS]
    check("sum", arrays + [filled(2 * length, dtype)[::2] for length in LENGTHS] + [array[::-1] for array in arrays])
    check("prod", [array[:50] for array in arrays])


@pytest.mark.parametrize("name", ["sum", "prod", "max", "argmin", "all"])
def test_layouts(name):
    check(name, [view for shape in SHAPES for view in layouts(filled(shape, "f8"))])


def test_deep_layouts():
    check("sum", [view for shape in (DEEP_SHAPES[-2:] if IS_SLOW else DEEP_SHAPES) for view in layouts(filled(shape, "f8"))])


def test_means_of_integers_are_summed_by_the_buffer():
    check("mean", [filled(length, "i8") for length in LENGTHS])
    check("mean", [view for shape in SHAPES for view in layouts(filled(shape, "u8"))])


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("dtype", ["f4", "f8", "c16"])
def test_nan_wins(name, dtype):
    arrays = []
    for length in (1, 5, 16, 40, 200):
        for place in {0, length // 2, length - 1}:
            array = filled(length, dtype)
            array[place] = np.nan
            arrays.append(array)
        arrays.append(np.full(length, np.nan, dtype))
    check(name, arrays)
    if dtype == "c16":
        check(name, [np.array([1 + 2j, complex(np.nan, 1), complex(1, np.nan), 5]), np.array([2 + 1j, 2 - 1j, 2 + 1j])])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_special_values(name):
    infinities = np.array([np.inf, -np.inf, 1.0])
    check(name, [infinities, infinities[:1], np.array([5e-324, 1e308, 1e308]), np.array(2.5), np.ones((1, 1, 1))])
    readonly = np.arange(9.0)
    readonly.flags.writeable = False
    check(name, [readonly])
    if name not in ("min", "max"):
        check(name, [np.array([-0.0]), np.full(20, -0.0), np.array([-0.0, 0.0]), np.array([0.0, -0.0])])


def test_first_of_equals():
    check("argmax", [np.array([1, 3, 3, 2]), np.array([False, True, True]), np.repeat(np.arange(200.0), 3)])
    check("argmin", [np.array([2, 1, 1, 3]), np.array([True, False, False]), np.repeat(np.arange(200.0)[::-1], 3)])


def test_truth_of_long_arrays():
    zeros = np.zeros(200)
    for place in (0, 63, 64, 127, 128, 199):
        one = zeros.copy()
        one[place] = np.nan
        check("any", [one, one == 0])
        check("all", [one, one == 0])
    check("any", [zeros])
    check("all", [zeros + 1])


PYTHON_CALLS = [
    (lambda a: sum(a), [np.arange(5.0), np.arange(9)[::2], np.array([-0.0]), np.array([200, 100], "u1"), np.ones((3, 2))]),
    (lambda a: sum(a, 1.5), [np.arange(5.0), np.arange(4, dtype="f4")]),
    (lambda a: (min(a), max(a)), [np.array([1.0, np.nan, 0.5]), np.array([np.nan, 1.0]), np.array([3, 1, 2]), np.array([])]),
    (lambda a: (any(a), all(a)), [np.zeros(3), np.ones(3), np.array([0, 1]), np.array([])]),
    (lambda a: (a[1] in a, 77 in a, 77 not in a), [np.arange(9.0), np.arange(9)[::2]]),
    (lambda t: (sum(t), any(t), all(t)), [(), (1,), (1, 2.5), (0.0, 0), (1j, 2, True), (1.5,) * 20]),
    (lambda t: sum(t, start=2), [(), (1, 2), (0.5, 1j)]),
    (lambda n: (sum(range(n)), any(range(n)), all(range(1, n)), tuple((n, 2.0))), [0, 1, 10]),
]


@pytest.mark.parametrize("function, inputs", PYTHON_CALLS)
def test_python_functions(function, inputs):
    assert_same(jit(function), function, [(value,) for value in inputs])


ITEMS = [
    (lambda a: a.item(), [np.array([3]), np.array(2.5), np.ones((1, 1), "c8"), np.arange(3.0)]),
    (lambda a: a.item(5), [np.arange(6.0), np.arange(6.0).reshape(2, 3).T, np.arange(3)]),
    (lambda a: a.item(-1), [np.arange(6), np.zeros(0)]),
    (lambda a: (a.item(1, 2), a.item((0, -1))), [np.arange(6.0).reshape(2, 3)]),
    (lambda a: a.item(1, 2), [np.arange(6).reshape(3, 2)]),
    (lambda a: a.flat[4], [np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, np.arange(4)]),
    (lambda a: a.flat[-5], [np.arange(24.0).reshape(2, 3, 4)[:, ::-1, ::2], np.arange(4)]),
    (lambda a: (np.shape(a), np.ndim(a), np.size(a)), [np.ones((2, 3)), np.array(1), 3.5, np.int8(1)]),
]


@pytest.mark.parametrize("function, inputs", ITEMS)
def test_items(function, inputs):
    assert_same(jit(function), function, [(value,) for value in inputs])


def test_flat_iterates_and_stores():
    def walk(a):
        total = 0.0
        for index, x in enumerate(a.flat):
            total = total * 0.5 + x * index
        a.flat[1] = 7
        a.flat[-1] = total
        return a.copy()

    base = np.arange(24.0).reshape(2, 3, 4)
    compiled = jit(walk)
    for view in (base, base.T, base[:, ::2, ::-1], base[0, 0], base[1].T):
        expected = walk(view.copy())
        assert np.array_equal(compiled(view), expected)
        assert np.array_equal(view, expected)


def test_refusals_name_the_users_line():
    with pytest.raises(errors.TypingError, match=r"test_reductions.py:\d+: in function .*sum\(\): axis is not supported"):
        jit(lambda a: a.sum(axis=0))(np.ones((2, 2)))
    with pytest.raises(errors.TypingError, match=r"mean\(\): dtype is not supported"):
        jit(lambda a: np.mean(a, dtype=np.float32))(np.ones(2))


def test_references_are_balanced(balanced):
    compiled = jit(lambda a: (a.sum(), a[::2].max(), sum(a), a.item(1), a.cumsum()))
    balanced(compiled, np.arange(10.0))
    balanced(jit(lambda a: a.min()), np.zeros(0), raises=ValueError)
