def inner_function(a):
    def inner(b):
        return b

    return inner(a)


def captures(a):
    b = 2

    def inner():
        return a + b

    return inner()


def anonymous(a):
    return (lambda b, c=a: b + c)(a)


def recursive(a):
    def first(b):
        return second(b - a)

    def second(b):
        return first(b)

    return first(a)


def changed_capture(a):
    def inner():
        return a

    a = 2
    return inner()


def stored_inside(a):
    def inner():
        nonlocal a
        a += 1

    inner()
    return a
