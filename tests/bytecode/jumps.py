def nested_loops(n):
    count = 0
    for i in range(n):
        for j in range(n):
            for k in range(n):
                if i + j + k == n:
                    count += 1
    return count


def return_from_loop(values, wanted):
    for i in range(len(values)):
        for value in values[i]:
            if value == wanted:
                return i
    return -1


def break_outer(n):
    done = False
    i = 0
    while not done:
        for j in range(n):
            if i * j > 50:
                done = True
                break
        i += 1
    return i


def try_values(a, b, c):
    while (a > 0 and b > 0) or c is not None:
        if a > b:
            a -= 1
            continue
        elif c is None:
            break
        b -= 1
    else:
        return 0
    return a if a else b
