"""Methods of named tuples."""


def as_dict(record, /):
    fields = {}
    for name, item in zip(record._fields, record):
        fields[name] = item
    return fields
