"""Methods of named tuples; arrays of records, assigned and copied record by record."""

import numpy as np


def as_dict(record, /):
    fields = {}
    for name, item in zip(record._fields, record):
        fields[name] = item
    return fields


def copied(a, /):
    result = np.empty_like(a)
    for i in range(len(a)):
        result[i] = a[i]
    return result


def assign(a, index, value, /):
    target = a[index]
    if isinstance(value, np.ndarray):
        count = len(value)
        if count != len(target) and count != 1:
            raise ValueError(f"could not broadcast input array from shape ({count},) into shape ({len(target)},)")
        # What is assigned may lie in the same array.
        source = copied(value)
        for i in range(len(target)):
            target[i] = source[i if count > 1 else 0]
    else:
        for i in range(len(target)):
            target[i] = value
