"""Errors that name the argument, its value and what was expected."""

import math

import numpy as np

DTYPES = ("float32", "float64")


def check_number(name, value, expected, accepts):
    """Raise unless `value` is a finite real number for which ``accepts(value)`` holds.

    Parameters
    ----------
    name : str
        Argument as the caller wrote it.
    value : object
        What the caller passed.
    expected : str
        What a good value is, in words.
    accepts : callable
        Function of the value that returns whether it is good.

    Raises
    ------
    TypeError
        If `value` is no real number (a bool is none either).
    ValueError
        If it is not finite or not accepted.
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name} must be {expected}, got {value!r}")
    if not math.isfinite(value) or not accepts(value):
        raise ValueError(f"{name} must be {expected}, got {value!r}")


def check_integer(name, value, lowest, highest=math.inf):
    """Raise unless `value` is an integer in ``lowest..highest``.

    Raises
    ------
    TypeError
        If `value` is no integer.
    ValueError
        If it lies outside the range.
    """
    expected = f"an integer of at least {lowest}"
    if highest < math.inf:
        expected = f"an integer in {lowest}..{highest}"
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be {expected}, got {value!r}")
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must be {expected}, got {value!r}")


def check_choice(name, value, choices):
    """Raise ValueError unless `value` is one of `choices`."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")


def check_matrix(name, array, columns=None):
    """Raise unless `array` is a matrix of real numbers with at least one row.

    Parameters
    ----------
    name : str
        Argument as the caller wrote it.
    array : ndarray
        What the caller passed.
    columns : int, optional
        Number of columns that it must have.

    Raises
    ------
    TypeError
        If `array` is no array of real numbers.
    ValueError
        If its rank, its number of rows or its number of columns is wrong.
    """
    kind = getattr(getattr(array, "dtype", None), "kind", None)
    if kind not in ("f", "u", "i"):
        raise TypeError(f"{name} must be an array of real numbers, got {getattr(array, 'dtype', type(array).__name__)}")
    shape = f"(rows, {columns or 'columns'})"
    if array.ndim != 2 or array.shape[0] == 0 or (columns and array.shape[1] != columns):
        raise ValueError(f"{name} must have shape {shape} with at least one row, got shape {array.shape}")


def check_finite(name, array):
    """Raise ValueError if `array` holds a NaN or an infinity."""
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name} must be finite, got {array[where]} at index {where}")


def check_labels(name, labels, n_classes, rows=None):
    """Raise unless `labels` is a vector of integers in ``0..n_classes - 1``.

    Parameters
    ----------
    name : str
        Argument as the caller wrote it.
    labels : ndarray of int, shape (rows,)
        What the caller passed.
    n_classes : int
        Number of classes.
    rows : int, optional
        Number of labels that there must be.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If the rank or the number of labels is wrong, or a label is out of range.
    """
    if getattr(getattr(labels, "dtype", None), "kind", None) not in ("u", "i"):
        raise TypeError(f"{name} must be an array of integers, got {getattr(labels, 'dtype', type(labels).__name__)}")
    if labels.ndim != 1 or len(labels) == 0 or (rows is not None and len(labels) != rows):
        raise ValueError(f"{name} must have shape ({rows or 'rows, at least 1'},), got shape {labels.shape}")
    if labels.min() < 0 or labels.max() >= n_classes:
        wrong = labels[(labels < 0) | (labels >= n_classes)][0]
        raise ValueError(f"{name} must hold labels in 0..{n_classes - 1}, got {wrong}")


def check_layer_sizes(layer_sizes):
    """Raise unless `layer_sizes` is a sequence of at least two positive integers."""
    if not isinstance(layer_sizes, (tuple, list)) or len(layer_sizes) < 2:
        raise ValueError(f"layer_sizes must be at least two sizes such as (784, 104, 64, 10), got {layer_sizes!r}")
    for i, size in enumerate(layer_sizes):
        check_integer(f"layer_sizes[{i}]", size, lowest=1)
