"""Containers that Python and compiled code share: `typed.List`, `typed.Dict` and `typed.Set`.

A plain list is copied in and out of every call; these are passed as they are, so that a call costs the same however
many items there are. Their items have one type: that of the first one put in, or the one they were made for. Whatever a
compiled list can hold, these can: strings, bytes, tuples, arrays, optional values, and typed containers, which are
shared and not copied. What is done to them from Python is done by compiled code.
"""

from . import _upshift
from .decorators import jit
from .types import DictType, ListType, SetType, from_code


@jit
def _length(a):
    return len(a)


@jit
def _contains(a, item):
    return item in a


# Items come in a tuple: a container in one shares what it holds (`boxing.rs`).
@jit
def _get(a, index):
    return (a[index],)


@jit
def _set(a, index, value):
    a[index] = value


@jit
def _delete(a, index):
    del a[index]


@jit
def _clear(a):
    a.clear()


@jit
def _append(a, item):
    a.append(item)


@jit
def _insert(a, index, item):
    a.insert(index, item)


@jit
def _pop(a):
    return (a.pop(),)


@jit
def _pop_at(a, index):
    return (a.pop(index),)


@jit
def _remove(a, item):
    a.remove(item)


@jit
def _index(a, item, start, stop):
    return a.index(item, start, stop)


@jit
def _count(a, item):
    return a.count(item)


@jit
def _sort(a, reverse):
    a.sort(reverse=reverse)


@jit
def _reverse(a):
    a.reverse()


@jit
def _items(a):
    # A display is a plain list; a copy would be a typed one.
    return [item for item in a]


@jit
def _entries(a):
    return list(a.items())


@jit
def _pop_key(a, key):
    return (a.pop(key),)


@jit
def _popitem(a):
    return a.popitem()


@jit
def _add(a, item):
    a.add(item)


@jit
def _discard(a, item):
    a.discard(item)


def _own(item):
    """An item as typed containers hold it: plain containers become typed ones."""
    if isinstance(item, tuple) and type(item) is tuple:
        return tuple(_own(part) for part in item)
    for plain, one in ((list, List), (dict, Dict), (set, Set)):
        if type(item) is plain:
            return one(item)
    return item


class _Typed(_upshift.Container):
    """What the containers have in common."""

    __slots__ = ()

    @property
    def _is_typed(self):
        return _upshift.container_type(self) is not None

    @property
    def _numba_type_(self):
        code = _upshift.container_type(self)
        return None if code is None else from_code(code)

    def __len__(self):
        return _length(self) if self._is_typed else 0

    def _made_for(self, *samples):
        """The container, which takes the type of the first thing put in."""
        if not self._is_typed:
            _upshift.make_container_for(self, type(self).__name__, samples)
        return self

    def __contains__(self, item):
        return self._is_typed and _contains(self, _own(item))

    def __iter__(self):
        return iter(_items(self) if self._is_typed else ())

    def clear(self):
        if self._is_typed:
            _clear(self)

    def copy(self):
        return self._like(self)

    def _like(self, items):
        """A container of this one's type of the items."""
        made = type(self)()
        if self._is_typed:
            _upshift.make_container_like(made, self)
            made._fill(items)
        return made

    def __copy__(self):
        return self.copy()

    def __reduce__(self):
        return (_remade, (type(self), _upshift.container_type(self), self._plain()))

    def __repr__(self):
        return f"{type(self).__name__}({self._plain()!r})"

    __hash__ = None


class List(_Typed):
    """A list whose items have one type."""

    __slots__ = ()

    def __init__(self, iterable=()):
        self._fill(iterable)

    @classmethod
    def empty_list(cls, item_type, allocated=0):
        """An empty list of items of a type of `upshift.types`."""
        made = cls()
        _upshift.make_container(made, ListType(item_type).code)
        return made

    def _fill(self, items):
        for item in items:
            self.append(item)

    def _plain(self):
        return list(self)

    def _typed(self):
        if not self._is_typed:
            raise IndexError("list index out of range")
        return self

    def append(self, item):
        item = _own(item)
        _append(self._made_for(item), item)

    def extend(self, iterable):
        self._fill(list(iterable))

    def insert(self, index, item):
        item = _own(item)
        _insert(self._made_for(item), index, item)

    def getitem_unchecked(self, index):
        return self[index]

    def pop(self, index=-1):
        if not self:
            raise IndexError("pop from empty list")
        return _pop_at(self, index)[0]

    def remove(self, item):
        if not self:
            raise ValueError("list.remove(x): x not in list")
        _remove(self, _own(item))

    def index(self, item, start=0, stop=2**63 - 1):
        if not self:
            raise ValueError(f"{item!r} is not in list")
        return _index(self, _own(item), start, stop)

    def count(self, item):
        return _count(self, _own(item)) if self else 0

    def sort(self, key=None, reverse=False):
        if key is not None:
            self[:] = sorted(self, key=key, reverse=reverse)
        elif self:
            _sort(self, bool(reverse))

    def reverse(self):
        if self:
            _reverse(self)

    def __getitem__(self, index):
        if isinstance(index, slice):
            return self._like(list(self)[index])
        return _get(self._typed(), index)[0]

    def __setitem__(self, index, item):
        if isinstance(index, slice):
            items = list(self)
            items[index] = item
            self.clear()
            self._fill(items)
        else:
            _set(self._typed(), index, _own(item))

    def __delitem__(self, index):
        _delete(self._typed(), index)

    def __reversed__(self):
        return reversed(list(self))

    def __eq__(self, other):
        return list(self) == list(other) if isinstance(other, (List, list)) else NotImplemented

    def __lt__(self, other):
        return list(self) < list(other) if isinstance(other, (List, list)) else NotImplemented

    def __le__(self, other):
        return list(self) <= list(other) if isinstance(other, (List, list)) else NotImplemented

    def __gt__(self, other):
        return list(self) > list(other) if isinstance(other, (List, list)) else NotImplemented

    def __ge__(self, other):
        return list(self) >= list(other) if isinstance(other, (List, list)) else NotImplemented

    def __mul__(self, count):
        return self._like(list(self) * count)

    __rmul__ = __mul__

    def __add__(self, other):
        made = self.copy()
        made.extend(other)
        return made

    def __iadd__(self, other):
        self.extend(other)
        return self


class Dict(_Typed):
    """A dict whose keys have one type, and its values too."""

    __slots__ = ()

    def __init__(self, entries=()):
        self.update(entries)

    @classmethod
    def empty(cls, key_type, value_type, n_keys=0):
        """An empty dict for keys and values of types of `upshift.types`."""
        made = cls()
        _upshift.make_container(made, DictType(key_type, value_type).code)
        return made

    def _fill(self, entries):
        self.update(entries)

    def _plain(self):
        return dict(self.items())

    def _needed(self, key):
        if not self._is_typed:
            raise KeyError(key)
        return self

    def __getitem__(self, key):
        return _get(self._needed(key), key)[0]

    def __setitem__(self, key, value):
        value = _own(value)
        _set(self._made_for(key, value), key, value)

    def __delitem__(self, key):
        _delete(self._needed(key), key)

    def __ior__(self, other):
        self.update(other)
        return self

    def __or__(self, other):
        made = self.copy()
        made.update(other)
        return made

    def items(self):
        return _entries(self) if self._is_typed else []

    def keys(self):
        return list(self)

    def values(self):
        return [value for _, value in self.items()]

    def get(self, key, default=None):
        return self[key] if key in self else default

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key, *default):
        if default and key not in self:
            return default[0]
        return _pop_key(self._needed(key), key)[0]

    def popitem(self):
        if not self:
            raise KeyError("popitem(): dictionary is empty")
        return _popitem(self)

    def update(self, entries=()):
        items = entries.items() if isinstance(entries, (dict, Dict)) else entries
        for key, value in items:
            self[key] = value

    @classmethod
    def fromkeys(cls, keys, value=None):
        """A dict of the keys, each with the value."""
        return cls((key, value) for key in keys)

    def __reversed__(self):
        return reversed(list(self))

    def __eq__(self, other):
        return self._plain() == dict(other.items()) if isinstance(other, (Dict, dict)) else NotImplemented


class Set(_Typed):
    """A set whose items have one type."""

    __slots__ = ()

    def __init__(self, iterable=()):
        self._fill(iterable)

    @classmethod
    def empty(cls, item_type):
        """An empty set of items of a type of `upshift.types`."""
        made = cls()
        _upshift.make_container(made, SetType(item_type).code)
        return made

    def _fill(self, items):
        for item in items:
            self.add(item)

    def _plain(self):
        return set(self)

    def add(self, item):
        _add(self._made_for(item), item)

    def update(self, *iterables):
        for iterable in iterables:
            self._fill(list(iterable))

    def union(self, *others):
        return self._combined(set(self).union(*others))

    def intersection(self, *others):
        return self._combined(set(self).intersection(*others))

    def difference(self, *others):
        return self._combined(set(self).difference(*others))

    def symmetric_difference(self, other):
        return self._combined(set(self).symmetric_difference(other))

    def intersection_update(self, *others):
        self._become(set(self).intersection(*others))

    def difference_update(self, *others):
        self._become(set(self).difference(*others))

    def symmetric_difference_update(self, other):
        self._become(set(self).symmetric_difference(other))

    def isdisjoint(self, other):
        return set(self).isdisjoint(other)

    def issubset(self, other):
        return set(self).issubset(other)

    def issuperset(self, other):
        return set(self).issuperset(other)

    def _combined(self, items):
        return self._like(items) if self._is_typed else type(self)(items)

    def _become(self, items):
        self.clear()
        self._fill(items)

    def __or__(self, other):
        return self.union(other) if isinstance(other, (Set, set)) else NotImplemented

    def __and__(self, other):
        return self.intersection(other) if isinstance(other, (Set, set)) else NotImplemented

    def __sub__(self, other):
        return self.difference(other) if isinstance(other, (Set, set)) else NotImplemented

    def __xor__(self, other):
        return self.symmetric_difference(other) if isinstance(other, (Set, set)) else NotImplemented

    def __ior__(self, other):
        self.update(other)
        return self

    def __iand__(self, other):
        self.intersection_update(other)
        return self

    def __isub__(self, other):
        self.difference_update(other)
        return self

    def __ixor__(self, other):
        self.symmetric_difference_update(other)
        return self

    def __le__(self, other):
        return self.issubset(other) if isinstance(other, (Set, set)) else NotImplemented

    def __ge__(self, other):
        return self.issuperset(other) if isinstance(other, (Set, set)) else NotImplemented

    def __lt__(self, other):
        return set(self) < set(other) if isinstance(other, (Set, set)) else NotImplemented

    def __gt__(self, other):
        return set(self) > set(other) if isinstance(other, (Set, set)) else NotImplemented

    def discard(self, item):
        if self:
            _discard(self, item)

    def remove(self, item):
        if not self:
            raise KeyError(item)
        _remove(self, item)

    def pop(self):
        if not self:
            raise KeyError("pop from an empty set")
        return _pop(self)[0]

    def __eq__(self, other):
        return set(self) == set(other) if isinstance(other, (Set, set)) else NotImplemented


def _remade(cls, code, plain):
    """A container from what `pickle` keeps of it."""
    made = cls()
    if code is not None:
        try:
            _upshift.make_container(made, code)
        except ValueError:
            # A type that only the program's own classes make: the items say which it is.
            pass
        made._fill(plain)
    return made


__all__ = ["Dict", "List", "Set"]
