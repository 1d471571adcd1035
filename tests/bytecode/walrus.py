def in_condition(f, a):
    if (b := f(a)) > 0:
        return b
    return a


def in_loop(f):
    total = 0
    while (value := f(total)) is not None:
        total += value
    return total
