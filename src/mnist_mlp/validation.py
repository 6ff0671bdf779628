"""Argument checks of the public API: errors that name the argument, its value and what was expected.

A check takes the name of an argument and all the arguments of the call. It raises TypeError or ValueError, or returns the value
to pass on. `mnist_mlp/__init__.py` lists the checks of each function.
"""

import inspect
import math
import os
import sys
from functools import wraps
from itertools import pairwise
from reprlib import repr as short

import numpy as np

from mnist_mlp.augment import AUGMENTATIONS
from mnist_mlp.network import scale
from mnist_mlp.optimizers import LOOKAHEADS, SCHEDULES

DTYPES = ("float32", "float64")
KINDS = {"fui": "an array of real numbers", "f": "an array of floats", "ui": "an array of integers"}
# Conversions to a plain array: of sparse and masked arrays, data frames and columns, tensors, lazy arrays.
TO_ARRAY = (".toarray()", ".filled(...)", ".to_numpy()", ".numpy()", ".compute()")


def validated(function, **checks):
    """Wrap a function in checks, one for each argument named, in this order.

    The result has the function's signature, docstring and source, and is pickled as ``mnist_mlp.NAME``.
    """
    signature = inspect.signature(function)

    @wraps(function)
    def checked(*args, **kwargs):
        try:
            call = signature.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{function.__name__}(): {error}") from None
        call.apply_defaults()
        for name, check in checks.items():
            call.arguments[name] = check(name, call.arguments)
        return function(*call.args, **call.kwargs)

    checked.__module__ = "mnist_mlp"
    return checked


# Numbers


def number(expected, accepts):
    """Check for a finite real number, not a bool, for which `accepts` holds."""

    def check(name, arguments):
        value = arguments[name]
        if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
            raise TypeError(f"{name} must be {expected}, got {value!r}")
        plain = _as_plain(value)
        if not abs(plain) <= sys.float_info.max or not accepts(plain):
            raise ValueError(f"{name} must be {expected}, got {value!r}")
        return plain

    return check


def _as_plain(value):
    """Python's number: one of NumPy's imposes its precision on arrays, and a small integer wraps around."""
    return int(value) if isinstance(value, (int, np.integer)) else float(value)


positive = number("a number above 0", lambda value: value > 0)
non_negative = number("a number of at least 0", lambda value: value >= 0)
fraction = number("a number in [0, 1)", lambda value: 0 <= value < 1)
proportion = number("a number in [0, 1]", lambda value: 0 <= value <= 1)


def integer(lowest, highest=None):
    """Check for an integer of at least `lowest`; `highest`, if given, is a function of the arguments."""

    def check(name, arguments):
        most = math.inf if highest is None else highest(arguments)
        expected = f"an integer of at least {lowest}" if highest is None else f"an integer in {lowest}..{most}"
        return _require_integer(name, arguments[name], lowest, most, expected)

    return check


def _require_integer(name, value, lowest, highest, expected):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be {expected}, got {value!r}")
    if not lowest <= value <= highest:
        raise ValueError(f"{name} must be {expected}, got {value!r}")
    return _as_plain(value)


count = integer(1)
seed = integer(0)


# Choices and functions


def one_of(*choices):
    """Check for one of these strings."""

    def check(name, arguments):
        value = arguments[name]
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
        return value

    return check


dtype_name = one_of(*DTYPES)
lookahead = one_of(*LOOKAHEADS)
schedule = one_of(*SCHEDULES)
augmentation = one_of(*AUGMENTATIONS)


def dtype(name, arguments):
    """Check for one of `DTYPES`, as a name or a NumPy type."""
    try:
        known = np.dtype(arguments[name]).char in "fd"
    except TypeError:
        known = False
    if not known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, DTYPES))}, got {arguments[name]!r}")
    return arguments[name]


def kind_of(expected, accepts):
    """Check for anything for which `accepts` holds."""

    def check(name, arguments):
        if not accepts(arguments[name]):
            raise TypeError(f"{name} must be {expected}, got {short(arguments[name])}")
        return arguments[name]

    return check


function = kind_of("a function", callable)
generator = kind_of(
    "a numpy.random.Generator or RandomState",
    lambda value: isinstance(value, (np.random.Generator, np.random.RandomState)),
)


picture_file = kind_of(
    "a PNG or JPEG picture, as a path or a binary file",
    lambda value: isinstance(value, (str, os.PathLike)) or hasattr(value, "read"),
)


def path(expected):
    """Check for a string or a path."""
    return kind_of(expected, lambda value: isinstance(value, (str, os.PathLike)))


def gradient(name, arguments):
    """Check for a function that returns gradients of the layers it is given."""
    compute = function(name, arguments)

    def checked_gradient(layers):
        return _as_layers(f"the result of {name}", compute(layers), like=layers)

    return checked_gradient


def metrics(name, arguments):
    """Check for a function that returns a dict, which must not replace what each row of the history holds."""
    compute = function(name, arguments)

    def checked_metrics(layers):
        found = compute(layers)
        if not isinstance(found, dict) or found.keys() & {"epoch", "loss"}:
            raise ValueError(f"the result of {name} must be a dict without 'epoch' and 'loss', got {short(found)}")
        return found

    return checked_metrics


def augment(name, arguments):
    """Check for a function that changes a mini-batch's pixels and keeps their shape, by a trial on two images."""
    change = function(name, arguments)
    if arguments["batch_size"] is None:
        raise ValueError(f"{name} changes mini-batches, so batch_size must be set, got None")
    pixels = scale(arguments["X"][:2])
    changed = _as_array(f"the result of {name}", change(pixels.copy(), np.random.default_rng(0)), "f")
    if changed.shape != pixels.shape:
        raise ValueError(f"the result of {name} must have the shape of its pixels, {pixels.shape}, got {changed.shape}")
    return change


def unset(reason):
    """Check for None."""

    def check(name, arguments):
        if arguments[name] is not None:
            raise TypeError(f"{name} must not be passed: {reason}")

    return check


def optional(check):
    """Check that also accepts None."""
    return lambda name, arguments: None if arguments[name] is None else check(name, arguments)


# Arrays


def array(kinds="fui"):
    """Check for an array of numbers of these kinds, see `KINDS`."""
    return lambda name, arguments: _as_array(name, arguments[name], kinds)


def _as_array(name, value, kinds):
    return _require_kind(name, _as_ndarray(name, value, kinds), kinds)


def _as_ndarray(name, value, kinds):
    """Plain array, unless a mask, index, device or missing entry would be lost."""
    if isinstance(value, (np.ndarray, np.generic)) and not isinstance(value, np.ma.MaskedArray):
        return value if isinstance(value, np.memmap) else np.asarray(value)
    fixes = [fix for fix in TO_ARRAY if hasattr(value, fix[1:].partition("(")[0])]
    if isinstance(value, (list, tuple)) or hasattr(value, "__array__"):
        fixes.append("numpy.array(...)")
    raise TypeError(f"{name} must be {KINDS[kinds]}, got {type(value).__name__}{_hint(*fixes[:1])}")


def _require_kind(name, value, kinds, integers=".astype(float)"):
    if value.dtype.kind not in kinds:
        # No hint for complex numbers, dates and records, which are more than a number.
        fixes = dict.fromkeys("bfOSUT", ".astype(int)" if kinds == "ui" else ".astype(float)") | dict.fromkeys("ui", integers)
        fix = "scale(...)" if value.dtype == np.uint8 else fixes.get(value.dtype.kind)
        raise TypeError(f"{name} must be {KINDS[kinds]}, got {value.dtype}{_hint(fix)}")
    return value


def _hint(fix=None):
    return f" (convert it with {fix})" if fix else ""


def floats(check):
    """Check that converts integers to floats: differences of unsigned integers wrap around."""
    return lambda name, arguments: _as_floats(check(name, arguments))


def _as_floats(value):
    return value if value.dtype.kind == "f" else value.astype("float64")


def matrix(kinds="fui", columns=None):
    """Check for a matrix of at least one row; `columns`, if given, is a function of the arguments."""
    return lambda name, arguments: _as_matrix(name, arguments[name], kinds, columns and columns(arguments))


def _as_matrix(name, value, kinds, columns):
    value = _as_array(name, value, kinds)
    _require_rows(name, value.shape, columns)
    return value


def _require_rows(name, shape, columns):
    if columns is None and len(shape) == 2 and 0 in shape:
        raise ValueError(f"{name} must have at least one row and one column, got shape {shape}")
    if len(shape) != 2 or shape[0] == 0 or columns not in (None, shape[1]):
        fix = None
        if len(shape) > 2 and columns in (None, math.prod(shape[1:])):
            fix = f".reshape({shape[0]}, -1)"
        elif columns in (None, math.prod(shape)):
            fix = ".reshape(1, -1)"
        elif len(shape) == 2 and columns == shape[0]:
            fix = ".T"
        expected = f"(rows, {'columns' if columns is None else columns})"
        raise ValueError(f"{name} must have shape {expected} with at least one row, got shape {shape}{_hint(fix)}")


def finite(check):
    """Check that also rejects NaN and infinity."""
    return lambda name, arguments: _require_finite(name, check(name, arguments))


def _require_finite(name, value):
    for start, rows in _blocks(value) if value.dtype.kind == "f" else ():
        if not np.isfinite(rows).all():
            row, *rest = (int(i) for i in np.argwhere(~np.isfinite(rows))[0])
            raise ValueError(f"{name} must be finite, got {rows[row, *rest]} at index {(start + row, *rest)}")
    return value


def _blocks(value):
    # Some rows at a time: a mask of all 60,000 images would take 47 MB.
    return ((start, value[start : start + 1000]) for start in range(0, (value.shape or [0])[0], 1000))


def _largest(value, harmless):
    """Largest number, or 0 as soon as some rows are harmless, nearly always the first."""
    largest = 0
    for _, rows in _blocks(value):
        if harmless(rows):
            return 0
        largest = max(largest, rows.max(initial=0))
    return largest


def pixels(name, arguments):
    """Check for uint8 pixels or scaled floats."""
    return _require_pixels(name, _as_ndarray(name, arguments[name], "fui"))


def _require_pixels(name, value):
    if value.dtype == np.uint8:
        return value
    # Other integers have no known largest value.
    _require_kind(f"{name}, unless it is uint8 pixels,", value, "f", integers='.astype("uint8") if it holds 0 to 255')
    # Standardized pixels may be as large, but some are fractional or negative.
    largest = _largest(value, harmless=lambda rows: rows.min(initial=0) < 0 or (rows != np.rint(rows)).any())
    if 100 < largest <= 255:
        raise ValueError(f"{name} must hold floats in [0, 1], got whole numbers up to {largest:g} (divide them by 255)")
    return value


def images(columns):
    """Check for a matrix of finite pixels, one image per row; `columns` is a function of the arguments."""

    def check(name, arguments):
        value = arguments[name]
        if not _gives_arrays(value):
            value = _as_array(name, value, "fui")
        _require_rows(name, value.shape, columns(arguments))
        _require_pixels(name, _require_finite(name, value))
        one = 1 if value.dtype == np.uint8 else 1 / 255
        if largest := _largest(value, harmless=lambda rows: rows.max() > one or rows.min() < 0):
            expected = "pixels 0 to 255 if it is uint8" if one == 1 else "floats in [0, 1]"
            raise ValueError(f"{name} must hold {expected}, got only values up to {largest:.2g} (scale pixels once, to floats)")
        return value

    return check


def square_images(name, arguments):
    """Check for floats that are square images, one per row."""
    value = floats(matrix())(name, arguments)
    if math.isqrt(value.shape[1]) ** 2 != value.shape[1]:
        raise ValueError(f"{name} must be square images, a row each, got rows of {value.shape[1]} pixels")
    return value


def picture(name, arguments):
    """Check for the brightness of a picture's pixels."""
    value = matrix("f")(name, arguments)
    if not 0 <= value.min() <= value.max() <= 1:
        raise ValueError(f"{name} must hold 0 (black) to 1 (white), got {value.min():.3g} to {value.max():.3g}")
    return value


def strokes(name, arguments):
    """Check for lists of points."""
    value = arguments[name]
    if not isinstance(value, (list, tuple)) or not all(map(_is_stroke, value)):
        raise ValueError(f"{name} must be lists of finite points (x, y), got {short(value)}")
    return value


def _is_stroke(value):
    try:
        points = np.array(value, float)
    except (TypeError, ValueError):
        return False
    return points.size == 0 or (points.shape[1:] == (2,) and np.isfinite(points).all())


def _gives_arrays(value):
    """Whether it is not an array but its slices are, as with data sets on disk."""
    try:
        return not isinstance(value, np.ndarray) and type(value[:1]) is np.ndarray and value.shape[0] == len(value)
    except Exception:  # it can be any object
        return False


def labels(rows=None, classes=None):
    """Check for a vector of integers in ``0..classes - 1``; `rows` and `classes`, if given, are functions of the arguments."""

    def check(name, arguments):
        value, n_rows = _as_ndarray(name, arguments[name], "ui"), None if rows is None else rows(arguments)
        if value.ndim != 1 or len(value) == 0 or n_rows not in (None, len(value)):
            fix = None if value.ndim != 2 else ".ravel()" if 1 in value.shape else ".argmax(axis=1)"
            expected = f"({n_rows or 'rows, at least 1'},)"
            raise ValueError(f"{name} must have shape {expected}, got shape {value.shape}{_hint(fix)}")
        _require_kind(name, value, "ui")
        n_classes = math.inf if classes is None else classes(arguments)
        if value.min() < 0 or value.max() >= n_classes:
            wrong = value[(value < 0) | (value >= n_classes)][0]
            raise ValueError(f"{name} must hold labels in 0..{n_classes - 1}, got {wrong}")
        return value

    return check


def answers(name, arguments):
    """Check for labels that predictions can be compared with."""
    value, shape = _as_array(name, arguments[name], "ui"), arguments["predictions"].shape
    if value.shape != shape or len(shape) != 1 or shape == (0,):
        raise ValueError(
            f"predictions and {name} must be vectors of one length of at least 1, got shapes {shape} and {value.shape}"
        )
    return value


# Layers


def layer_sizes(name, arguments):
    """Check for a sequence of at least two positive integers."""
    value = arguments[name]
    if not isinstance(value, (tuple, list)) or len(value) < 2:
        raise ValueError(f"{name} must be at least two sizes such as (784, 104, 64, 10), got {value!r}")
    expected = "an integer of at least 1"
    return tuple(_require_integer(f"{name}[{i}]", size, 1, math.inf, expected) for i, size in enumerate(value))


def layers(like=None):
    """Check for a list of float layers whose shapes fit together, or equal those of another argument."""
    return lambda name, arguments: _as_layers(name, arguments[name], like and arguments[like])


def _as_layers(name, value, like=None):
    fields = isinstance(value, (list, tuple)) and [getattr(layer, "_fields", None) for layer in value]
    if not fields or set(fields) != {("weights", "bias")}:
        raise TypeError(f"{name} must be a list of at least one Layer(weights, bias), got {short(value)}")
    value = [
        type(layer)(*(_as_parameters(f"{name}: {part} of layer {i}", getattr(layer, part)) for part in layer._fields))
        for i, layer in enumerate(value, start=1)
    ]
    found = _shapes(value)
    if like is not None and found != _shapes(like):
        raise ValueError(f"{name} must have the shapes {_shapes(like)}, got {found}")
    n_in = found[0][0][:1]
    for weights, bias in found:
        if len(weights) != 2 or weights[:1] != n_in or bias != (1, weights[1]):
            raise ValueError(f"{name} must have shapes (n_in, n_out) and (1, n_out), n_in the previous n_out, got {found}")
        n_in = weights[1:]
    return value


def _as_parameters(name, value):
    value = _as_array(name, value, "f")
    if value.dtype.name not in DTYPES:
        raise TypeError(f"{name} must be float32 or float64, got {value.dtype}{_hint('.astype(float)')}")
    return value


def _shapes(value):
    return [(weights.shape, bias.shape) for weights, bias in value]


def float64_layers(name, arguments):
    """Check for layers in float64."""
    value = layers()(name, arguments)
    if other := {array.dtype.name for layer in value for array in layer} - {"float64"}:
        raise ValueError(f"{name} must be float64 for a gradient check, got {other.pop()}")
    return value


def finite_layers(name, arguments):
    """Check for layers without NaN and infinity: if all probabilities were NaN, the prediction would be class 0."""
    value = layers()(name, arguments)
    for i, (weights, bias) in enumerate(value, start=1):
        _require_finite(f"{name}: weights of layer {i}", weights)
        _require_finite(f"{name}: bias of layer {i}", bias)
    return value


def initial_layers(name, arguments):
    """Check for finite layers of the shapes that `layer_sizes` asks for."""
    value, sizes = finite_layers(name, arguments), arguments["layer_sizes"]
    expected = [((n_in, n_out), (1, n_out)) for n_in, n_out in pairwise(sizes)]
    if _shapes(value) != expected:
        raise ValueError(f"{name} must have the shapes {expected} of layer_sizes={sizes!r}, got {_shapes(value)}")
    return value


def activations(name, arguments):
    """Check for what ``forward(X, layers)`` returns."""
    value, network = arguments[name], arguments["layers"]
    widths = [len(network[0].weights), *(weights.shape[1] for weights, _ in network)]
    if not isinstance(value, (list, tuple)) or len(value) != len(widths):
        raise ValueError(f"{name} must be the {len(widths)} arrays that forward returns, got {short(value)}")
    value = [_as_matrix(f"{name}[{i}]", a, "f", width) for i, (a, width) in enumerate(zip(value, widths))]
    for a in value:
        if len(a) != len(value[0]):
            raise ValueError(f"{name} must have the same number of rows, got {len(value[0])} and {len(a)}")
    return value


# Sizes that arguments must match


def rows_of(name):
    """Count the rows of an array argument."""
    return lambda arguments: len(arguments[name])


def n_inputs(arguments):
    """Count the input units of the layers."""
    return len(arguments["layers"][0].weights)


def n_outputs(arguments):
    """Count the output units of the layers."""
    return arguments["layers"][-1].weights.shape[1]


def n_images(arguments):
    """Count the images that the activations belong to."""
    return len(arguments["activations"][0])
