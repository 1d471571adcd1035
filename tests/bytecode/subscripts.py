def read(a, i, j):
    return a[i] + a[i, j] + a[-1]


def slices(a, i, j):
    return a[:], a[i:], a[:j], a[i:j], a[::2], a[i:j, ..., None, ::-1]


def write(a, i, value):
    a[i] = value
    a[i, 1:] = 0
    del a[i]


def update(a, i, j):
    a[i] += 1
    a[i][j] *= 2
    return a
