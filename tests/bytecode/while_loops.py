def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def forever(limit):
    count = 0
    while True:
        count += 1
        if count == limit:
            break
        if count % 2:
            continue
        count *= 2
    return count


def with_else(values, wanted):
    index = 0
    while index < len(values):
        if values[index] == wanted:
            break
        index += 1
    else:
        return -1
    return index
