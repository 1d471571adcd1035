def match_value(a):
    match a:
        case (1, b):
            return b
        case 2 | 3:
            return a
    return 0


def match_class(a):
    match a:
        case int():
            return 1
        case float(b):
            return b
