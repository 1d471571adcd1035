"""Methods of tuples, whose items may have different types."""


def count(self, value, /):
    if len(self) == 0:
        return 0
    else:
        return int(self[0] == value) + count(self[1:], value)


def index(self, value, start=0, stop=9223372036854775807, /):
    first = max(start + len(self), 0) if start < 0 else start
    end = stop + len(self) if stop < 0 else stop
    position = _find(self, value, 0, first, end)
    if position < 0:
        raise ValueError("tuple.index(x): x not in tuple")
    return position


def _find(items, value, position, first, end):
    """The position of the value among the items from this position on, or -1."""
    if len(items) == 0:
        return -1
    else:
        if first <= position < end and items[0] == value:
            return position
        return _find(items[1:], value, position + 1, first, end)
