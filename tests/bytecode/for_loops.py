def total(values):
    result = 0
    for value in values:
        result += value
    return result


def nested(n, m):
    result = 0
    for i in range(n):
        for j in range(i, m, 2):
            if j == i:
                continue
            if j > 10 * i:
                break
            result += i * j
        else:
            result -= 1
    return result


def pairs(values):
    best = 0
    for index, (low, high) in enumerate(values):
        best = max(best, high - low + index)
    return best


def empty(values):
    for _ in values:
        pass
