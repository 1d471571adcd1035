"""Python's `functools.reduce`."""


def reduce(function, iterable, /, *initial):
    if len(initial) > 0:
        result = initial[0]
        for item in iterable:
            result = function(result, item)
        return result
    else:
        is_first = True
        for item in iterable:
            if is_first:
                total = item
                is_first = False
            else:
                total = function(total, item)
        if is_first:
            raise TypeError("reduce() of empty iterable with no initial value")
        return total
