"""Back-propagation: the gradient of the loss, and its check against central differences."""

import numpy as np

from mnist_mlp.loss import compute_loss, one_hot_encode
from mnist_mlp.network import Layer, forward, relu_deriv


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

    References
    ----------
    Nielsen (2015), "Neural Networks and Deep Learning", chapter 2, equations BP1 to BP4; for softmax with cross-entropy
    BP1 becomes ``p - y``.
    """
    p = activations[-1]
    m, num_classes = p.shape
    dz = (p - one_hot_encode(y, num_classes, p.dtype)) / m
    gradients = []
    for i in reversed(range(len(layers))):
        a, weights = activations[i], layers[i].weights
        dw = a.T @ dz + (lambda_reg / m) * weights
        db = dz.sum(axis=0, keepdims=True)
        gradients.insert(0, Layer(dw, db))
        if i > 0:  # the images themselves need no gradient
            dz = (dz @ weights.T) * relu_deriv(a)
    return gradients


def gradient_check(X, y, layers, lambda_reg, gradients=None, step=1e-6, n_entries=100, seed=0):
    """Compare gradients with central differences of the loss, array by array.

    Parameters
    ----------
    X : ndarray of float64, shape (m, n_in)
        Images.
    y : ndarray of int, shape (m,)
        Labels.
    layers : list of Layer
        Weights in float64: differences of float32 losses would be noise.
    lambda_reg : float
        Strength of the L2 penalty.
    gradients : list of Layer, optional
        Gradients to be checked; those of `back_prop` by default.
    step : float
        How far each entry is moved up and down, in units of the weights.
    n_entries : int
        Entries checked in each array, drawn without replacement; all of them in a smaller array.
    seed : int
        Seed of that draw.

    Returns
    -------
    list of dict
        For each array ``name`` ("W1", "b1", ...), ``entries`` (number checked), ``largest_difference`` and ``relative_error``
        (norm of the difference over the sum of both norms; 0 where both vanish).
    """
    if gradients is None:
        gradients = back_prop(forward(X, layers), y, layers, lambda_reg)
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
    """Slopes of the loss along some entries of `array`, one of the arrays of `layers`."""
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
