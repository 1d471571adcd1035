"""`upshift.typed`: containers that compiled code changes in place, without a copy; Numba's names for them."""

import copy
import pickle

import pytest

from upshift import _upshift, errors, jit, types
from upshift.typed import Dict, List, Set


@jit
def fill(a, n):
    for i in range(n):
        a.append(i)
    return a


@jit
def total(a):
    result = 0
    for v in a:
        result += v
    return result


@jit
def count(d, a):
    for v in a:
        d[v] = d.get(v, 0) + 1
    return len(d)


@jit
def fail(a):
    a.append(7)
    return a[100]


def test_a_list_is_shared_with_compiled_code():
    a = List([5])
    assert fill(a, 3) is a
    assert list(a) == [5, 0, 1, 2]
    assert total(a) == 8 and total([1, 2]) == 3
    a[0] = 10
    assert total(a) == 13
    with pytest.raises(IndexError, match="list index out of range"):
        fail(a)
    assert a[-1] == 7


def test_lists_do_what_lists_do():
    a, b = List([3, 1, 2]), [3, 1, 2]
    for one in (a, b):
        one.append(9)
        one.insert(1, 7)
        one.extend([4, 4])
        one.remove(1)
        one.sort()
        one.reverse()
        one[2:4] = [0]
        del one[0]
    assert list(a) == b and a == b and a != [1]
    assert (a.pop(), a.index(0), a.count(0), a.pop(0), len(a), 3 in a, 99 in a) == (
        b.pop(), b.index(0), b.count(0), b.pop(0), len(b), 3 in b, 99 in b)  # fmt: skip
    assert list(reversed(a)) == list(reversed(b)) and list(a[1:]) == b[1:] and isinstance(a[1:], List)
    a.sort(key=lambda v: -v)
    assert list(a) == sorted(b, reverse=True)
    assert repr(List([1, 2])) == "List([1, 2])" and list(a + [1]) == [*a, 1]
    a.clear()
    assert not a and len(a) == 0


def test_an_empty_container_takes_the_type_of_its_first_item():
    a = List()
    assert len(a) == 0 and list(a) == [] and 1 not in a
    with pytest.raises(IndexError):
        a[0]
    with pytest.raises(IndexError, match="pop from empty list"):
        a.pop()
    a.append((1, 2.5))
    assert a[0] == (1, 2.5) and types.typeof(a) == types.ListType(types.Tuple((types.int64, types.float64)))
    b = List.empty_list(types.float64)
    b.append(1)
    assert b[0] == 1.0 and type(b[0]) is float
    with pytest.raises(errors.TypingError):
        List([1]).append((1, 2))


def test_a_dict_is_shared_with_compiled_code():
    d = Dict.empty(types.int64, types.int64)
    assert count(d, [1, 2, 1]) == 2
    assert d.items() == [(1, 2), (2, 1)] and d[1] == 2 and d == {1: 2, 2: 1}
    d[5] = 6
    del d[1]
    assert (d.get(9), d.get(5), d.pop(5), d.pop(5, 0), d.setdefault(7, 8), list(d)) == (None, 6, 6, 0, 8, [2, 7])
    with pytest.raises(KeyError) as raised:
        d[99]
    assert raised.value.args == (99,)
    assert d.popitem() == (7, 8) and d.keys() == [2] and d.values() == [1]
    assert repr(Dict({1: 2.5})) == "Dict({1: 2.5})"


def test_a_set_is_shared_with_compiled_code():
    s = Set([3, 1, 3])
    s.add(8)
    s.discard(1)
    s.discard(1)
    assert s == {3, 8} and len(s) == 2 and 8 in s and sorted(s) == [3, 8]
    with pytest.raises(KeyError):
        s.remove(99)
    s.remove(3)
    assert s.pop() == 8 and not s
    with pytest.raises(KeyError, match="pop from an empty set"):
        s.pop()


@pytest.mark.parametrize("made", [List([1, 2]), List(), Dict({1: 2.5}), Set([(1, 2)])], ids=repr)
def test_copies_are_equal_and_separate(made):
    for other in (made.copy(), copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert other == made and other is not made and type(other) is type(made)
        other.clear()
    assert made == made.copy()


def test_memory_goes_with_the_object():
    before = _upshift.live_blocks()
    made = [List([1, 2]), Dict({1: 2}), Set([1])]
    assert _upshift.live_blocks() == before + 3
    fill(made[0], 1000)
    del made
    assert _upshift.live_blocks() == before


@pytest.mark.parametrize("item", [[1], {1: 2}, {1}, "text", object()], ids=repr)
def test_items_that_are_refused(item):
    with pytest.raises((TypeError, errors.UpshiftError, ValueError)):
        List().append(item)


def test_types_name_containers():
    pairs = types.DictType(types.int64, types.ListType(types.float64))
    assert types.typeof({1: [2.5]}) == pairs and repr(pairs) == "DictType[int64, ListType[float64]]"
    assert types.typeof({(1, True)}) == types.SetType(types.Tuple((types.int64, types.boolean)))

    @jit("int64(ListType(int64))")
    def declared(a):
        return len(a)

    assert declared([1, 2]) == 2 and declared([]) == 0
