def after_return(a):
    return a
    a = [1, 2]
    return a


def constant_condition(a):
    if False:
        yield_ = {}
    while 0:
        a = []
    if True:
        return a


def endless(a):
    while True:
        a += 1
