"""New arrays, copies and views in another shape against NumPy, bit for bit."""

import numpy as np
import pytest

from outcomes import assert_same
from upshift import errors, jit


@pytest.mark.parametrize("tier", ["1", "2"])
def test_every_tier(run_on_tier, tier):
    run_on_tier(__file__, tier)


def test_loops_that_go_over(run_on_tier):
    run_on_tier(__file__, "stress", one_of=4)


def parse(text):
    return eval(f"lambda: {text}", {"np": np, "nan": np.nan})


CONSTANT = """np.zeros(3) np.zeros((2,3),np.int8) np.zeros(()) np.zeros(0) np.zeros(-1) np.zeros((2,-2)) np.zeros((2,3),order='F')
    np.ones((2,2),dtype=np.complex64) np.ones(2,bool) np.ones(3,'i2') np.full((2,),7) np.full(2,1.5,np.float32)
    np.full((2,3),1j) np.full(3,True) np.full(2,3.9,np.int64) np.full(3,300,np.int8) np.full(3,-1,np.uint8)
    np.empty((2,0)) np.eye(3) np.eye(2,3) np.eye(3,k=1) np.eye(2,4,-1,np.int8) np.eye(2,k=5) np.eye(-1) np.identity(2)
    np.identity(3,np.float32) np.linspace(0,1) np.linspace(0,1,num=5,endpoint=False)""".split()
ARANGES = """5 2,7 2,7,2 10,0,-3 0,1,0.1 0.5 1,2,0.3 0,5,0 0.,5.,0. 5,1 np.float32(0),np.float32(1),np.float32(.1) 3,dtype=np.float32
    0,1,0.1,np.float32 0,10,3,np.int8 0,3,dtype=np.float64 np.int8(3) np.uint8(200) True 0,nan 0.,1e30 -3.5,3.5
    np.uint64(3)""".split()


@pytest.mark.parametrize("text", CONSTANT)
def test_filled(text):
    assert_same(jit(parse(text)), parse(text), [()])


@pytest.mark.parametrize("arguments", ARANGES)
def test_arange(arguments):
    function = parse(f"np.arange({arguments})")
    assert_same(jit(function), function, [()])


LINSPACES = [(0.0, 1.0, 50), (0, 10, 11), (1.0, 2.0, 7), (-3.5, 1e300, 13), (0.0, 0.0, 5), (5e-324, 1e-323, 10), (0, 1, 0),
             (0, 1, 1), (1, 0, -1), (0.1, 0.7, 3), (np.float32(0.1), 2, 9), (np.float32(0.1), 2.5, 9), (1j, 2.0, 5),
             (np.float32(0.1), np.float64(2), 9), (np.int8(1), np.uint8(200), 7), (0, np.nan, 3), (0, np.inf, 3)]  # fmt: skip


@pytest.mark.parametrize("endpoint", [True, False])
def test_linspace(endpoint):
    def function(start, stop, num):
        return np.linspace(start, stop, num, endpoint)

    assert_same(jit(function), function, LINSPACES)


BASE = np.arange(12.0).reshape(3, 4)
VIEWS = [BASE, np.asfortranarray(BASE), BASE.T, BASE[::2], BASE[:, ::-1], BASE[1:], np.zeros((0, 4))]
FROM_ARRAYS = """np.zeros_like(a) np.ones_like(a) np.full_like(a,3) np.full_like(a,2.7,dtype=np.int16) np.zeros_like(a,dtype=np.int8)
    a.copy() np.copy(a) np.array(a) np.array(a,dtype=np.float32) np.asarray(a) np.asarray(a,np.int8) a.astype(np.int32)
    a.astype(np.complex64) a.astype(bool) a.astype('f4') a.ravel() np.ravel(a) a.flatten() a.reshape(12) a.reshape(-1)
    a.reshape((2,-1)) a.reshape(2,2,-1) a.reshape(5,3) a.reshape(5) a.reshape(-1,-1) a.reshape(-1,5) np.reshape(a,(4,-1))
    np.ascontiguousarray(a) a.T a.transpose() np.transpose(a)""".split()


@pytest.mark.parametrize("text", FROM_ARRAYS)
def test_from_arrays(text):
    function = eval(f"lambda a: {text}", {"np": np})
    compiled = jit(function)
    # An empty array's length for -1 is another matter, tested below.
    views = VIEWS if "reshape" not in text else VIEWS[:-1]
    assert_same(compiled, function, [(view,) for view in views])
    for view in VIEWS[:-1]:
        try:
            expected, answer = function(view), compiled(view)
        except ValueError:
            continue
        assert answer.flags.writeable == expected.flags.writeable
        # FIXME: views that NumPy makes of arrays with gaps are copies here.
        if "reshape" not in text:
            assert answer.strides == expected.strides, view.strides
            assert np.shares_memory(answer, view) == np.shares_memory(expected, view), view.strides


def test_reshape_of_nothing():
    function = jit(lambda a, n: a.reshape(n, -1))
    assert function(np.zeros((0, 4)), 5).shape == (5, 0)
    with pytest.raises(ValueError, match="cannot reshape array of size 0"):
        function(np.zeros((0, 4)), 0)


def test_views_of_contiguous_slices():
    compiled = jit(lambda a: (a[2:5].ravel(), a[2:8].reshape(2, 3), np.ascontiguousarray(a[4:])))
    a = np.arange(10)
    assert all(np.shares_memory(a, view) for view in compiled(a))


def test_casts_agree():
    values = np.array([0.0, -0.0, 1.9, -1.9, 127.0, 100.5])
    for dtype in "i1 i2 i4 i8 u1 f4 f8 c8 ?".split():
        function = eval(f"lambda a: a.astype('{dtype}')")
        assert_same(jit(function), function, [(abs(values),), (values.astype("f4") / 128,), (values.astype("i4"),)])


def test_fill():
    def function(a, value):
        a.fill(value)
        return a.copy()

    assert_same(jit(function), function, [(np.zeros((2, 3)), 2), (np.zeros((2, 4))[:, ::2], 2.5), (np.zeros(3, "i4"), 2.9)])


def test_refusals():
    with pytest.raises(errors.TypingError, match="it takes nested lists or tuples of numbers, or an array"):
        jit(lambda: np.array(("a", 2)))()


def test_references_are_balanced(balanced):
    a = np.arange(12.0)
    balanced(jit(lambda a: (a.reshape(3, 4).T.ravel(), a[::2].ravel(), a[2:].reshape(5, 2), np.asarray(a))), a)
    balanced(jit(lambda a: a.reshape(5, 5)), a, raises=ValueError)
