"""Indexing by arrays: `a[mask]`, `a[positions]`, `a[rows, columns]`, `a[:, positions]`; of numbers and of records."""

import numpy as np

from upshift.library import intrinsics

def get(a, index, /):
    if isinstance(index, list):
        return _taken(a, _positions(_of_list(index), a.shape[0], 0))
    elif index.ndim == 1:
        return _taken(a, _positions(index, a.shape[0], 0))
    elif intrinsics.kind(index) == "b":
        return _chosen(a, index)
    else:
        taken = _taken(a, _positions(index.ravel(), a.shape[0], 0))
        return taken.reshape(index.shape + a.shape[1:])


def assign(a, index, value, /):
    if isinstance(value, np.ndarray) and value.ndim == 0:
        assign(a, index, value[()])
    elif isinstance(index, list):
        _assign(a, _positions(_of_list(index), a.shape[0], 0), value)
    elif index.ndim == 1:
        if isinstance(value, np.ndarray) and intrinsics.kind(index) != "b":
            _check_shape(value.shape, (len(index),) + a.shape[1:])
        positions = _positions(index, a.shape[0], 0)
        if isinstance(value, np.ndarray) and intrinsics.kind(index) == "b" and a.ndim == 1:
            _check_count(len(positions), len(value))
        _assign(a, positions, value)
    elif intrinsics.kind(index) == "b":
        _assign_chosen(a, index, value)
    elif isinstance(value, np.ndarray):
        intrinsics.refuse("arrays are assigned to positions of one dimension")
    else:
        _assign(a, _positions(index.ravel(), a.shape[0], 0), value)


def _of_list(index):
    result = np.empty(len(index), np.int64)
    for k in range(len(index)):
        result[k] = index[k]
    return result


# Positions on one axis.


def _positions(index, size, axis):
    """The positions, none of them negative, that a vector of integers or truth values names on an axis."""
    if intrinsics.kind(index) == "b":
        if len(index) != size:
            _refuse_mask(size, len(index), axis)
        count = 0
        for is_taken in index:
            count += int(is_taken)
        result = np.empty(count, np.int64)
        found = 0
        for position in range(size):
            if index[position]:
                result[found] = position
                found += 1
        return result
    else:
        result = np.empty(len(index), np.int64)
        for k in range(len(index)):
            result[k] = _position(int(index[k]), size, axis)
        return result


def _position(position, size, axis):
    if position < -size or position >= size:
        raise IndexError(f"index {position} is out of bounds for axis {axis} with size {size}")
    return position + size if position < 0 else position


def _refuse_mask(size, length, axis):
    raise IndexError(
        f"boolean index did not match indexed array along axis {axis}; "
        f"size of axis is {size} but size of corresponding boolean axis is {length}"
    )


def _taken(a, positions):
    result = np.empty((len(positions),) + a.shape[1:], a.dtype)
    for k in range(len(positions)):
        result[k] = a[positions[k]]
    return result


def _assign(a, positions, value):
    if not isinstance(value, np.ndarray):
        for position in positions:
            a[position] = value
    elif value.ndim < a.ndim:
        _check_shape(value.shape, (len(positions),) + a.shape[1:])
        # What is assigned may lie in the same array.
        source = value.copy()
        for position in positions:
            a[position] = source
    else:
        _check_shape(value.shape, (len(positions),) + a.shape[1:])
        source = value.copy()
        for k in range(len(positions)):
            a[positions[k]] = source[k if len(source) > 1 else 0]


def _check_count(count, given):
    if given != count and given != 1:
        raise ValueError(
            f"NumPy boolean array indexing assignment cannot assign {given} input values "
            f"to the {count} output values where the mask is true"
        )


def _check_shape(given, shape):
    if not _fits(given, shape):
        raise ValueError(
            f"shape mismatch: value array of shape {_text(given)} "
            f"could not be broadcast to indexing result of shape {_text(shape)}"
        )


def _fits(given, shape):
    if len(given) > len(shape):
        intrinsics.refuse("the value has more dimensions than what it is assigned to")
    elif len(given) == 0:
        return True
    else:
        return (given[-1] == shape[-1] or given[-1] == 1) and _fits(given[:-1], shape[:-1])


def _text(shape):
    """A shape as NumPy's messages have it."""
    text = ",".join([str(length) for length in shape])
    return f"({text},)" if len(shape) == 1 else f"({text})"


# Masks of more than one dimension.


def _check_mask(size, length, axis):
    if len(size) > 0:
        if size[0] != length[0]:
            _refuse_mask(size[0], length[0], axis)
        _check_mask(size[1:], length[1:], axis + 1)


def _chosen(a, mask):
    if mask.ndim > a.ndim:
        intrinsics.refuse("the mask has more dimensions than the array")
    _check_mask(a.shape[: mask.ndim], mask.shape, 0)
    if mask.ndim < a.ndim:
        rows = a.reshape((mask.size,) + a.shape[mask.ndim :])
        return _taken(rows, _positions(mask.ravel(), mask.size, 0))
    else:
        return _items_chosen(a, mask)


def _items_chosen(a, mask):
    count = 0
    for is_taken in mask.flat:
        count += int(is_taken)
    result = np.empty(count, a.dtype)
    found = 0
    for item, is_taken in zip(a.flat, mask.flat):
        if is_taken:
            result[found] = item
            found += 1
    return result


def _assign_chosen(a, mask, value):
    if mask.ndim != a.ndim:
        intrinsics.refuse("what is assigned to is chosen by a mask of one dimension, or of as many as the array")
    _check_mask(a.shape, mask.shape, 0)
    place = 0
    if isinstance(value, np.ndarray):
        if value.ndim > 1:
            intrinsics.refuse("a number or an array of one dimension is assigned where a mask is true")
        count = 0
        for is_taken in mask.flat:
            count += int(is_taken)
        _check_count(count, len(value))
        source = value.copy()
        found = 0
        for is_taken in mask.flat:
            if is_taken:
                a.flat[place] = source[found if len(source) > 1 else 0]
                found += 1
            place += 1
    else:
        for is_taken in mask.flat:
            if is_taken:
                a.flat[place] = value
            place += 1


# Several vectors of integers, for the first axes.


def _length(index):
    """The common length of the vectors."""
    known = 1
    for own in _lengths(index):
        if own != 1 and own != known:
            if known != 1:
                _refuse_lengths(index)
            known = own
    return known


def _lengths(index):
    if len(index) == 0:
        return ()
    elif isinstance(index[0], np.ndarray):
        return (len(index[0]),) + _lengths(index[1:])
    else:
        return (1,) + _lengths(index[1:])


def _refuse_lengths(index):
    shapes = _shapes(index)
    raise IndexError(f"shape mismatch: indexing arrays could not be broadcast together with shapes {shapes}")


def _shapes(index):
    if len(index) == 0:
        return ""
    elif isinstance(index[0], np.ndarray):
        return f"({len(index[0])},) " + _shapes(index[1:])
    else:
        return "() " + _shapes(index[1:])


def _check_rows(index, shape, axis):
    """Checks all positions, as NumPy does before it takes the first."""
    if len(index) > 0:
        if isinstance(index[0], np.ndarray):
            for position in index[0]:
                _position(int(position), shape[0], axis)
        else:
            _position(int(index[0]), shape[0], axis)
        _check_rows(index[1:], shape[1:], axis + 1)


def _row(index, k):
    """The k-th positions of all axes."""
    if len(index) == 0:
        return ()
    elif isinstance(index[0], np.ndarray):
        return (int(index[0][k if len(index[0]) > 1 else 0]),) + _row(index[1:], k)
    else:
        return (int(index[0]),) + _row(index[1:], k)


def get_rows(a, index, /):
    length = _length(index)
    _check_rows(index, a.shape, 0)
    result = np.empty((length,) + a.shape[len(index) :], a.dtype)
    for k in range(length):
        result[k] = a[_row(index, k)]
    return result


def assign_rows(a, index, value, /):
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return assign_rows(a, index, value[()])
    length = _length(index)
    _check_rows(index, a.shape, 0)
    if isinstance(value, np.ndarray):
        shape = (length,) + a.shape[len(index) :]
        _check_shape(value.shape, shape)
        source = value.copy()
        for k in range(length):
            if value.ndim < len(shape):
                a[_row(index, k)] = source
            else:
                a[_row(index, k)] = source[k if len(source) > 1 else 0]
    else:
        for k in range(length):
            a[_row(index, k)] = value


# One array among slices.


def get_on_axis(a, index, /):
    return _taken_among_slices(a, (), (), index)


def assign_on_axis(a, index, value, /):
    _assign_among_slices(a, (), (), index, value)


def _taken_among_slices(a, before, whole, index):
    if isinstance(index[0], slice):
        return _taken_among_slices(a, before + (index[0],), whole + (slice(None),), index[1:])
    else:
        view = a[before + (slice(None),) + index[1:]]
        positions = _positions(index[0], view.shape[len(before)], len(before))
        if view.ndim == 2 and len(before) == 1:
            # NumPy's result has the order of its own way there.
            return _taken(view.T, positions).T
        result = np.empty(_shape_of(view, before, len(positions)), a.dtype)
        for k in range(len(positions)):
            result[whole + (k,)] = view[whole + (positions[k],)]
        return result


def _shape_of(view, before, count):
    return view.shape[: len(before)] + (count,) + view.shape[len(before) + 1 :]


def _assign_among_slices(a, before, whole, index, value):
    if isinstance(index[0], slice):
        _assign_among_slices(a, before + (index[0],), whole + (slice(None),), index[1:], value)
    else:
        view = a[before + (slice(None),) + index[1:]]
        if isinstance(value, np.ndarray) and intrinsics.kind(index[0]) != "b":
            _check_shape(value.shape, _shape_of(view, before, len(index[0])))
        positions = _positions(index[0], view.shape[len(before)], len(before))
        if isinstance(value, np.ndarray) and value.ndim > 0:
            _check_shape(value.shape, _shape_of(view, before, len(positions)))
            _assign_array_among_slices(view, whole, positions, value.copy())
        else:
            for position in positions:
                view[whole + (position,)] = value


def _assign_array_among_slices(view, whole, positions, value):
    if value.ndim == view.ndim:
        for k in range(len(positions)):
            view[whole + (positions[k],)] = value[whole + (k if value.shape[len(whole)] > 1 else 0,)]
    elif value.ndim + len(whole) == view.ndim and len(whole) == 1:
        for k in range(len(positions)):
            view[:, positions[k]] = value[k if len(value) > 1 else 0]
    else:
        intrinsics.refuse("the value has as many dimensions as what it is assigned to, or is a number")
