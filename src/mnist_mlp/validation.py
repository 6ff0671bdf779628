"""Errors that name the argument, its value and what was expected."""

import math
from functools import wraps
from reprlib import repr as short

import numpy as np

DTYPES = ("float32", "float64")
KINDS = {"fui": "an array of real numbers", "f": "an array of floats", "ui": "an array of integers"}


def checked(check):
    """Let `check` look at the arguments of a function before it does its work.

    A loop that has checked them once calls the bare function, which `inspect.unwrap` gives.

    Parameters
    ----------
    check : callable
        Takes what the function takes; raises where an argument is bad.

    Returns
    -------
    callable
        Decorator.
    """

    def decorate(function):
        @wraps(function)
        def with_check(*args, **kwargs):
            check(*args, **kwargs)
            return function(*args, **kwargs)

        return with_check

    return decorate


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
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")


def check_dtype(dtype):
    """Raise ValueError unless `dtype` is one of `DTYPES`, by its name or as a NumPy type."""
    try:
        known = np.dtype(dtype).char in "fd"
    except TypeError:
        known = False
    if not known:
        raise ValueError(f"dtype must be one of {', '.join(map(repr, DTYPES))}, got {dtype!r}")


def check_array(name, array, kinds="fui"):
    """Raise TypeError unless `array` is an array of one of these kinds of number, see `KINDS`."""
    if getattr(getattr(array, "dtype", None), "kind", None) not in tuple(kinds):
        raise TypeError(f"{name} must be {KINDS[kinds]}, got {getattr(array, 'dtype', type(array).__name__)}")


def check_pixels(name, array):
    """Raise TypeError unless `array` holds uint8 pixels or floats: other integers have no known largest value."""
    if getattr(array, "dtype", None) != np.uint8:
        check_array(f"{name}, unless it is uint8 pixels,", array, "f")


def check_matrix(name, array, columns=None, kinds="fui"):
    """Raise unless `array` is a matrix of real numbers with at least one row.

    Parameters
    ----------
    name : str
        Argument as the caller wrote it.
    array : ndarray
        What the caller passed.
    columns : int, optional
        Number of columns that it must have; at least one by default.
    kinds : {"fui", "f", "ui"}
        Kinds of number that it may hold, see `KINDS`.

    Raises
    ------
    TypeError
        If `array` is no array of such numbers.
    ValueError
        If its rank, its number of rows or its number of columns is wrong.
    """
    check_array(name, array, kinds)
    if columns is None and array.ndim == 2 and array.size == 0:
        raise ValueError(f"{name} must have at least one row and one column, got shape {array.shape}")
    if array.ndim != 2 or len(array) == 0 or columns not in (None, array.shape[1]):
        shape = f"(rows, {'columns' if columns is None else columns})"
        raise ValueError(f"{name} must have shape {shape} with at least one row, got shape {array.shape}")


def check_finite(name, array):
    """Raise ValueError if `array` holds a NaN or an infinity."""
    if array.dtype.kind != "f":
        return
    # Some rows at a time: an answer for each of 60,000 images would take 47 MB.
    for start in range(0, len(array), 1000):
        rows = array[start : start + 1000]
        if not np.isfinite(rows).all():
            row, *rest = (int(i) for i in np.argwhere(~np.isfinite(rows))[0])
            raise ValueError(f"{name} must be finite, got {rows[row, *rest]} at index {(start + row, *rest)}")


def check_labels(name, labels, n_classes=None, rows=None):
    """Raise unless `labels` is a vector of integers in ``0..n_classes - 1``.

    Parameters
    ----------
    name : str
        Argument as the caller wrote it.
    labels : ndarray of int, shape (rows,)
        What the caller passed.
    n_classes : int, optional
        Number of classes; without it the values are not looked at.
    rows : int, optional
        Number of labels that there must be.

    Raises
    ------
    TypeError
        If the labels are not integers.
    ValueError
        If the rank or the number of labels is wrong, or a label is out of range.
    """
    check_array(name, labels, "ui")
    if labels.ndim != 1 or len(labels) == 0 or (rows is not None and len(labels) != rows):
        raise ValueError(f"{name} must have shape ({rows or 'rows, at least 1'},), got shape {labels.shape}")
    if n_classes is not None and (labels.min() < 0 or labels.max() >= n_classes):
        wrong = labels[(labels < 0) | (labels >= n_classes)][0]
        raise ValueError(f"{name} must hold labels in 0..{n_classes - 1}, got {wrong}")


def check_layer_sizes(layer_sizes):
    """Raise unless `layer_sizes` is a sequence of at least two positive integers."""
    if not isinstance(layer_sizes, (tuple, list)) or len(layer_sizes) < 2:
        raise ValueError(f"layer_sizes must be at least two sizes such as (784, 104, 64, 10), got {layer_sizes!r}")
    for i, size in enumerate(layer_sizes):
        check_integer(f"layer_sizes[{i}]", size, lowest=1)


def check_layers(layers, name="layers", like=None):
    """Raise unless `layers` is a list of layers of floats, each as wide as the next one needs; values are not looked at.

    Parameters
    ----------
    layers : list of Layer
        What the caller passed.
    name : str
        Argument as the caller wrote it.
    like : list of Layer, optional
        Layers whose shapes they must have.

    Raises
    ------
    TypeError
        If `layers` is no list of layers or one holds no floats.
    ValueError
        If the shapes do not fit.
    """
    pairs = isinstance(layers, (list, tuple)) and [getattr(layer, "_fields", None) for layer in layers]
    if not pairs or set(pairs) != {("weights", "bias")}:
        raise TypeError(f"{name} must be a list of at least one Layer(weights, bias), got {short(layers)}")
    for number, (weights, bias) in enumerate(layers, start=1):
        check_array(f"{name}: weights of layer {number}", weights, "f")
        check_array(f"{name}: bias of layer {number}", bias, "f")
    found = _shapes(layers)
    if like is not None and found != _shapes(like):
        raise ValueError(f"{name} must have the shapes {_shapes(like)}, got {found}")
    n_in = found[0][0][:1]
    for weights, bias in found:
        if len(weights) != 2 or weights[:1] != n_in or bias != (1, weights[1]):
            raise ValueError(f"{name} must have shapes (n_in, n_out) and (1, n_out), n_in as the layer before, got {found}")
        n_in = weights[1:]


def _shapes(layers):
    return [(weights.shape, bias.shape) for weights, bias in layers]


def check_input(X, layers):
    """Raise unless `X` is a matrix of floats with a column for each input unit of `layers`; values are not looked at."""
    check_layers(layers)
    check_matrix("X", X, columns=len(layers[0].weights), kinds="f")


def check_activations(activations, y, layers, lambda_reg):
    """Raise unless `activations` is what ``forward(X, layers)`` returns, `y` a label for each row, `lambda_reg` a strength."""
    check_layers(layers)
    widths = [len(layers[0].weights), *(weights.shape[1] for weights, _ in layers)]
    if not isinstance(activations, (list, tuple)) or len(activations) != len(widths):
        raise ValueError(f"activations must be the {len(widths)} arrays that forward returns, got {short(activations)}")
    for number, (a, width) in enumerate(zip(activations, widths)):
        check_matrix(f"activations[{number}]", a, columns=width, kinds="f")
        if len(a) != len(activations[0]):
            raise ValueError(f"activations must have one number of rows, got {len(activations[0])} and {len(a)}")
    check_labels("y", y, rows=len(activations[0]))
    check_number("lambda_reg", lambda_reg, "a number of at least 0", lambda value: value >= 0)
