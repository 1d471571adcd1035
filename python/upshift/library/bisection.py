"""Python's `bisect` on lists and arrays: the algorithms of its own source."""


def bisect_right(a, x, lo=0, hi=None, *, key=None):
    if lo < 0:
        raise ValueError("lo must be non-negative")
    low = lo
    high = len(a) if hi is None else hi
    while low < high:
        middle = (low + high) // 2
        if key is None:
            is_left = x < a[middle]
        else:
            is_left = x < key(a[middle])
        if is_left:
            high = middle
        else:
            low = middle + 1
    return low


def bisect_left(a, x, lo=0, hi=None, *, key=None):
    if lo < 0:
        raise ValueError("lo must be non-negative")
    low = lo
    high = len(a) if hi is None else hi
    while low < high:
        middle = (low + high) // 2
        if key is None:
            is_right = a[middle] < x
        else:
            is_right = key(a[middle]) < x
        if is_right:
            low = middle + 1
        else:
            high = middle
    return low


def insort_right(a, x, lo=0, hi=None):
    a.insert(bisect_right(a, x, lo, hi), x)


def insort_left(a, x, lo=0, hi=None):
    a.insert(bisect_left(a, x, lo, hi), x)
