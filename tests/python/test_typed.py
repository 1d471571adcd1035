"""`upshift.typed`: containers that compiled code changes in place, without a copy; Numba's names for them."""

import copy
import gc
import pickle

import numpy as np
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


def test_items_that_are_refused():
    for make in (lambda: List([object()]), lambda: Set([np.zeros(2)]), lambda: Dict({1: object()}), lambda: List([[]])):
        with pytest.raises(TypeError, match="compiled code does not take|have no hash|item type cannot be told|has its type"):
            make()
    with pytest.raises(errors.TypingError, match="what a container holds has one type"):
        List([1]).append("text")


@jit
def add_texts(a, text):
    a.append(text)
    a.append(text.upper())
    a.append("constant")
    return a


@jit
def push(lists, key, value):
    if key in lists:
        lists[key].append(value)
    else:
        lists[key] = [value]
    return len(lists[key])


@jit
def total_of_arrays(arrays):
    result = 0.0
    for one in arrays:
        result += one.sum()
    return result


ITEMS = [
    ["a", "é", "text" * 10],
    [b"a", b"", b"bytes"],
    [(1, "a"), (2, "b")],
    [("a", (b"b", 2.5))],
    [1.5, 2.5],
    [np.int8(1), np.int8(2)],
]


@pytest.mark.parametrize("items", ITEMS, ids=repr)
def test_containers_of_anything_do_what_pythons_do(items):
    before = _upshift.live_blocks()
    a, s, d = List(items), Set(items), Dict((item, item) for item in items)
    assert list(a) == items and set(s) == set(items) and d == {item: item for item in items}
    assert a[0] == items[0] and items[-1] in a and items[-1] in s and d[items[0]] == items[0]
    assert a.index(items[-1]) == len(items) - 1 and a.count(items[0]) == 1
    assert repr(a) == f"List({items!r})" and a.pop() == items[-1] and len(a) == len(items) - 1
    for one in (List(items), s, d):
        assert pickle.loads(pickle.dumps(one)) == one and copy.copy(one) == one and one.copy() is not one
    a.insert(0, items[-1])
    a.sort()
    assert list(a) == sorted(items)
    del a, s, d, one
    assert _upshift.live_blocks() == before


def test_what_is_put_in_outlives_the_call():
    before = _upshift.live_blocks()
    a = List(["a"])
    for n in range(50):
        assert add_texts(a, "text" + str(n)) is a
    gc.collect()
    assert list(a)[1::3] == ["text" + str(n) for n in range(50)] and a[2] == "TEXT0" and a[3] == "constant"
    arrays = List([np.arange(3.0)])
    for n in range(20):
        arrays.append(np.full(n, 2.0))
    gc.collect()
    assert total_of_arrays(arrays) == 3 + sum(2 * n for n in range(20)) and arrays[1].size == 0
    first = arrays[0]
    first[0] = 10
    assert arrays[0][0] == 10
    del a, arrays, first
    assert _upshift.live_blocks() == before


def test_containers_inside_are_shared():
    before = _upshift.live_blocks()
    lists = Dict({"a": [1, 2]})
    inner = lists["a"]
    assert type(inner) is List and lists["a"] is inner
    inner.append(3)
    assert push(lists, "a", 4) == 4 and list(inner) == [1, 2, 3, 4]
    assert push(lists, "b", 5) == 1
    lists["b"].append(6)
    assert push(lists, "b", 7) == 3 and lists == {"a": List([1, 2, 3, 4]), "b": List([5, 6, 7])}
    nested = List([[1], [2, 3]])
    nested[0].append(9)
    assert [list(one) for one in nested] == [[1, 9], [2, 3]] and repr(nested) == "List([List([1, 9]), List([2, 3])])"
    assert pickle.loads(pickle.dumps(nested)) == nested and nested.pop() == List([2, 3])
    optional = List.empty_list(types.Optional(types.unicode_type))
    optional.append(None)
    optional.append("a")
    assert list(optional) == [None, "a"]
    floats = Dict.empty(types.unicode_type, types.float64[::1])
    floats["a"] = np.ones(2)
    assert floats["a"].tolist() == [1, 1]
    del lists, inner, nested, optional, floats
    assert _upshift.live_blocks() == before


def test_sets_and_lists_have_pythons_operators():
    a, b = Set(["a", "b"]), {"b", "c"}
    for name in ("__or__", "__and__", "__sub__", "__xor__", "__ior__", "__iand__", "__isub__", "__ixor__"):
        assert set(getattr(a.copy(), name)(b)) == set(getattr({"a", "b"}, name)(b)), name
    assert (a <= b, a < b, a >= b, a > b, a.isdisjoint(b), a.issubset({"a", "b", "c"}), a.issuperset({"a"})) == (
        False, False, False, False, False, True, True)  # fmt: skip
    assert a.union(b, ["z"]) == {"a", "b", "c", "z"} and a.intersection(b) == {"b"} and a.symmetric_difference(b) == {"a", "c"}
    assert List([1, 2]) < List([1, 3]) and List([1]) <= [1] and List([2]) > [1, 5] and List([2]) >= [2]
    assert List(["a"]) * 3 == ["a"] * 3 and Dict({"a": 1}) | {"b": 2} == {"a": 1, "b": 2}
    assert Dict.fromkeys(["a", "b"], 5) == {"a": 5, "b": 5} and list(reversed(Dict({1: 2, 3: 4}))) == [3, 1]


def test_types_name_containers():
    pairs = types.DictType(types.int64, types.ListType(types.float64))
    assert types.typeof({1: [2.5]}) == pairs and repr(pairs) == "DictType[int64, ListType[float64]]"
    assert types.typeof({(1, True)}) == types.SetType(types.Tuple((types.int64, types.boolean)))

    @jit("int64(ListType(int64))")
    def declared(a):
        return len(a)

    assert declared([1, 2]) == 2 and declared([]) == 0


KEY, NUMBERS = types.unicode_type, types.ListType(types.int64)


@jit
def made_inside(words):
    seen, counts, all_words = Set(), Dict(), List()
    for word in words:
        seen.add(word)
        counts[word] = counts.get(word, 0) + 1
        all_words.append(word)
    return seen, counts, all_words


@jit
def made_for_types(n):
    lists = Dict.empty(KEY, NUMBERS)
    for i in range(n):
        key = str(i % 2)
        if key not in lists:
            lists[key] = List.empty_list(types.int64, 3)
        lists[key].append(i)
    return lists, Set.empty(types.unicode_type), List.empty_list(NUMBERS), Dict.empty(types.int64, types.float64)


@jit
def made_of_items(items):
    return List(items), Set(items), Dict([(item, 1) for item in items]), List(items)[1:], List(items).copy()


def test_containers_made_in_compiled_code_are_shared_too():
    before = _upshift.live_blocks()
    seen, counts, words = made_inside(["a", "b", "a"])
    assert (type(seen), type(counts), type(words)) == (Set, Dict, List)
    assert seen == {"a", "b"} and counts == {"a": 2, "b": 1} and words == ["a", "b", "a"]
    lists, strings, nested, floats = made_for_types(5)
    assert {key: list(value) for key, value in lists.items()} == {"0": [0, 2, 4], "1": [1, 3]}
    assert (len(strings), len(nested), len(floats)) == (0, 0, 0)
    lists["1"].append(9)
    assert push(lists, "1", 10) == 4 and list(lists["1"]) == [1, 3, 9, 10]
    made = made_of_items([3, 1, 2])
    assert [type(one) for one in made] == [List, Set, Dict, List, List]
    assert made == ([3, 1, 2], {1, 2, 3}, {3: 1, 1: 1, 2: 1}, [1, 2], [3, 1, 2])
    del seen, counts, words, lists, strings, nested, floats, made
    assert _upshift.live_blocks() == before
    with pytest.raises(errors.TypingError, match="it takes types of upshift.types"):
        jit(lambda n: List.empty_list(n))(1)
    with pytest.raises(errors.TypingError, match="keys are numbers, strings and tuples of these"):
        jit(lambda: Dict.empty(NUMBERS, KEY))()
