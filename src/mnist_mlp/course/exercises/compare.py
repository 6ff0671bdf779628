"""How a result differs from the right one, in words."""

import numpy as np

KINDS = {"f": "floats", "i": "integers", "u": "integers", "b": "booleans", "U": "text"}


def difference(right, found, name="the result"):
    """Say how `found` differs from `right`, or return None if it does not.

    Parameters
    ----------
    right : number, array, or list, tuple or dict of such
    found : object
    name : str
        What `found` is called.

    Returns
    -------
    str or None
    """
    if isinstance(right, dict):
        return _first(difference(right[key], found[key], f'"{key}"') for key in right)
    if isinstance(right, list | tuple):
        if not isinstance(found, list | tuple) or len(found) != len(right):
            return f"{name} is {_describe(found)} where {_describe(right)} is expected"
        fields = getattr(right, "_fields", None)
        names = [f"{name}.{field}" for field in fields] if fields else [f"{name}[{i}]" for i in range(len(right))]
        return _first(map(difference, right, found, names))
    if isinstance(right, str):
        return None if found == right else f"{name} is {found!r:.40} where {right!r} is expected"
    return _array_difference(np.asarray(right), found, name)


def _first(sentences):
    return next((sentence for sentence in sentences if sentence), None)


def _describe(value):
    """Name the kind of a value, with its length or shape."""
    if isinstance(value, list | tuple):
        return f"a {'tuple' if isinstance(value, tuple) else 'list'} of {len(value)}"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    value = value.item() if isinstance(value, np.generic) else value
    return f"{value!r:.40}" if value is None or np.isscalar(value) else f"a {type(value).__name__}"


def _array_difference(right, found, name):
    if not (isinstance(found, np.ndarray) or np.isscalar(found)):
        return f"{name} is {_describe(found)} where {_describe(right) if right.ndim else 'a number'} is expected"
    found = np.asarray(found)
    if found.shape != right.shape:
        transposed = found.shape == right.T.shape and _close(found, right.T)
        hint = ": that is its transpose" if transposed else ""
        return f"{name} has the shape {found.shape} where {right.shape} is expected{hint}"
    whole_number = right.ndim == 0 and right.dtype.kind == "f" and found.dtype.kind in "iu"  # a mean can be 1
    if KINDS.get(found.dtype.kind) != KINDS[right.dtype.kind] and not whole_number:
        return f"{name} holds {KINDS.get(found.dtype.kind, found.dtype)} where {KINDS[right.dtype.kind]} are expected"
    return None if _close(found, right) else f"{name} {_value_difference(right, found)}"


def _close(found, right):
    """Whether two arrays are equal, floats but for rounding."""
    if found.dtype.kind not in KINDS or found.dtype.kind == "U":
        return False
    if right.dtype.kind != "f":
        return np.array_equal(found, right)
    tolerance = 1e-3 if found.dtype.itemsize <= 4 else 1e-7
    size = np.max(np.abs(right), initial=0, where=np.isfinite(right))
    return np.allclose(found, right, rtol=tolerance, atol=tolerance * size, equal_nan=True)


def _value_difference(right, found):
    for name, test in {"nan": np.isnan, "inf": np.isinf}.items():
        if test(found).any():
            return f"contains {name}"
    scaled = right != 0
    if scaled.sum() > 1 and right.dtype.kind == "f":
        factor = found[scaled][0] / right[scaled][0]
        if _close(found, factor * right) and not np.isclose(factor, 1, rtol=1e-3):
            return "has the wrong sign" if np.isclose(factor, -1) else f"is {factor:.4g} times what it should be"
    wrong = np.abs(np.subtract(found, right, dtype="float64"))
    entry = np.unravel_index(wrong.argmax(), wrong.shape)
    here, there = found[entry], right[entry]
    if right.dtype.kind == "f":  # with as many digits as tell them apart
        here, there = next((a, b) for n in range(4, 18) if (a := f"{here:.{n}g}") != (b := f"{there:.{n}g}") or n == 17)
    place = ", ".join(map(str, entry))
    return f"has {here} at [{place}]; {there} is expected" if place else f"is {here}; {there} is expected"
