"""Where items of lists are, lists backwards, and lists of lists: rows that are read, replaced and missing."""


def index_between(x, v, start, stop):
    return x.index(v, start, stop)


def reversed_slices(x):
    return x[::-1], x[-2::-1], x[:1:-1], x[::3], x[::-2]


def replaced_rows(n):
    rows = [[i, i + 1] for i in range(n)]
    total = 0
    for i in range(n):
        row = rows[i]
        rows[i] = [row[1]]
        total += row[0] * 10 + rows[i][0]
    row = rows[0]
    rows.clear()
    return total, row


def paths(rows, columns):
    grid = [[1] * columns for _ in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            grid[i][j] = grid[i - 1][j] + grid[i][j - 1]
    return grid


def last_of_missing_row(rows, i, j):
    return rows[i][j]


CASES = [
    (index_between, [([*range(50)], 20, 3, 30), ([*range(50)], 20, 21, 50), ([*range(50)], 20, 0, 20), ([*range(50)], 49, -3, -1), ([1], 1, 5, 9)]),
    (reversed_slices, [(list(range(41)),), ([0.5, 1.5],), ([True, False, False],), ([(1, 2), (3, 4), (5, 6)],), ([[1], [2], [3]],), ([(1, 0.5, True)] * 3,), ([1],)]),
    (replaced_rows, [(5,), (1,)]),
    (paths, [(4, 5), (1, 1)]),
    (last_of_missing_row, [([[1], [2, 3]], 1, 1), ([[1], [2, 3]], 0, 1), ([[1], [2, 3]], 2, 0)]),
]  # fmt: skip
