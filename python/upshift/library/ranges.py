"""What ranges and slices do, as CPython does it."""


def _item(a, index):
    if isinstance(index, slice):
        start, stop, step = index.indices(len(a))
        return range(a.start + start * a.step, a.start + stop * a.step, a.step * step)
    else:
        position = index if index >= 0 else index + len(a)
        if position < 0 or position >= len(a):
            raise IndexError("range object index out of range")
        return a.start + position * a.step


def equal(a, b):
    if len(a) != len(b):
        return False
    if len(a) == 0:
        return True
    return a.start == b.start and (len(a) == 1 or a.step == b.step)


def not_equal(a, b):
    return not equal(a, b)


def count(self, value, /):
    return 1 if value in self else 0


def index(self, value, /):
    if value not in self:
        raise ValueError(f"{value} is not in range")
    return (value - self.start) // self.step


def indices(self, length, /):
    if length < 0:
        raise ValueError("length should not be negative")
    step = 1 if self.step is None else self.step
    if step == 0:
        raise ValueError("slice step cannot be zero")
    low, high = (-1, length - 1) if step < 0 else (0, length)
    return (
        _bound(self.start, high if step < 0 else low, low, high, length),
        _bound(self.stop, low if step < 0 else high, low, high, length),
        step,
    )


def _bound(given, absent, low, high, length):
    if given is None:
        return absent
    elif given < 0:
        return max(given + length, low)
    else:
        return min(given, high)
