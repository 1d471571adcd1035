def context(a):
    with a as b:
        return b


def context_around_try(a):
    with a:
        try:
            return 1
        except ValueError:
            return 2
