"""The gradient of the loss, and the proof that it is right."""

import numpy as np

from mnist_mlp.loss import compute_loss, one_hot_encode
from mnist_mlp.network import Layer, forward, relu_deriv
from mnist_mlp.validation import (
    check_activations,
    check_finite,
    check_input,
    check_integer,
    check_layers,
    check_number,
    checked,
)


@checked(check_activations)
def back_prop(activations, y, layers, lambda_reg):
    """Gradient of the loss with respect to every weight and bias.

    Parameters
    ----------
    activations : list of ndarray
        What ``forward(X, layers)`` returned.
    y : ndarray of int, shape (m,)
        Labels.
    layers : list of Layer
    lambda_reg : float
        Strength of the L2 penalty, at least 0.

    Returns
    -------
    list of Layer
        Gradients, of the same shapes as `layers`.

    Raises
    ------
    TypeError, ValueError
        If activations, labels and layers do not fit each other or `lambda_reg` is negative.

    References
    ----------
    Nielsen (2015), "Neural Networks and Deep Learning", chapter 2, equations BP1 to BP4; for softmax with cross-entropy
    BP1 becomes ``p - y``.
    """
    probabilities, m = activations[-1], len(activations[-1])
    dz = (probabilities - one_hot_encode(y, probabilities.shape[1], probabilities.dtype)) / m
    gradients = []
    for (weights, _), a in zip(layers[::-1], activations[-2::-1]):
        dw = a.T @ dz
        if lambda_reg:
            dw += (lambda_reg / m) * weights
        db = dz.sum(axis=0, keepdims=True)
        gradients.append(Layer(dw, db))
        # The images have no gradient that anybody needs, and theirs would be the largest product of all.
        if a is not activations[0]:
            dz = (dz @ weights.T) * relu_deriv(a)
    return gradients[::-1]


def gradient_check(X, y, layers, lambda_reg, gradients=None, step=1e-6, n_entries=100, seed=0):
    """Compare gradients with central differences of the loss, array by array.

    Parameters
    ----------
    X : ndarray of float64, shape (m, n_in)
        Images.
    y : ndarray of int, shape (m,)
        Labels.
    layers : list of Layer
        Weights in float64: differences of float32 losses are noise.
    lambda_reg : float
        Strength of the L2 penalty.
    gradients : list of Layer, optional
        Gradients to be checked; those of `back_prop` by default.
    step : float
        Distance, in units of the weights, that an entry is moved up and down.
    n_entries : int
        Entries checked of each array, drawn without repetition; all of an array that has no more.
    seed : int
        Seed of that draw.

    Returns
    -------
    list of dict
        For each array ``name`` ("W1", "b1", ...), ``entries`` (number checked), ``largest_difference`` and ``relative_error``
        (norm of the difference over the sum of both norms; 0 where both vanish).

    Raises
    ------
    TypeError, ValueError
        If an argument does not fit or a weight is not float64.
    """
    check_input(X, layers)
    check_finite("X", X)
    check_number("step", step, "a number above 0", lambda value: value > 0)
    check_integer("n_entries", n_entries, lowest=1)
    check_integer("seed", seed, lowest=0)
    if any(array.dtype != np.float64 for layer in layers for array in layer):
        raise ValueError(f"layers must be float64 for a gradient check, got {layers[0].weights.dtype}")
    if gradients is None:
        gradients = back_prop(forward(X, layers), y, layers, lambda_reg)
    check_layers(gradients, "gradients", like=layers)
    rng = np.random.default_rng(seed)
    moved = [Layer(weights.copy(), bias.copy()) for weights, bias in layers]
    report = []
    for number, (layer, gradient) in enumerate(zip(moved, gradients), start=1):
        for symbol, array, exact in zip("Wb", layer, gradient):
            entries = rng.choice(array.size, size=min(n_entries, array.size), replace=False)
            slopes = _central_differences(X, y, moved, lambda_reg, array, entries, step)
            report.append({"name": f"{symbol}{number}", "entries": len(entries), **_compare(exact.flat[entries], slopes)})
    return report


def _central_differences(X, y, layers, lambda_reg, array, entries, step):
    """Slopes of the loss along some entries of `array`, which is one of the arrays of `layers`."""
    slopes = np.empty(len(entries))
    for i, entry in enumerate(entries):
        value = array.flat[entry]
        array.flat[entry] = value + step
        above = compute_loss(forward(X, layers), y, layers, lambda_reg)
        array.flat[entry] = value - step
        below = compute_loss(forward(X, layers), y, layers, lambda_reg)
        array.flat[entry] = value
        slopes[i] = (above - below) / (2 * step)
    return slopes


def _compare(exact, approximate):
    """Largest difference and relative error of two vectors."""
    difference = np.linalg.norm(exact - approximate)
    size = np.linalg.norm(exact) + np.linalg.norm(approximate)
    return {
        "largest_difference": float(np.abs(exact - approximate).max()),
        "relative_error": float(difference / size) if size else 0.0,
    }
