def absolute(a):
    if a < 0:
        return -a
    return a


def grade(a):
    if a > 90:
        result = 3
    elif a > 50:
        result = 2
    else:
        result = 1
    return result


def conditional(a, b):
    return a if a > b else b


def conditional_argument(f, a, b):
    return f(b, a if a else b, 1)


def nothing(a):
    if a:
        pass
