"""The network: layers, their first weights, and the way forward from images to probabilities."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mnist_mlp.validation import (
    DTYPES,
    check_array,
    check_choice,
    check_dtype,
    check_finite,
    check_input,
    check_layer_sizes,
    check_layers,
    check_matrix,
    check_pixels,
    checked,
)


class Layer(NamedTuple):
    """One fully connected layer; gradients and velocities have the same shape.

    Attributes
    ----------
    weights : ndarray, shape (n_in, n_out)
    bias : ndarray, shape (1, n_out)
    """

    weights: np.ndarray
    bias: np.ndarray


def initialize(layer_sizes, rng, dtype="float64"):
    """Draw the first weights: normal with variance 2 / n_in, biases zero.

    The numbers are drawn in float64 and then rounded, so that a seed gives the same start in either dtype.

    Parameters
    ----------
    layer_sizes : tuple of int
        Units of each layer from input to output, such as ``(784, 104, 64, 10)``.
    rng : numpy.random.Generator or numpy.random.RandomState
        Source of the random numbers. ``RandomState(0)`` draws what the original draws after ``np.random.seed(0)``.
    dtype : {"float64", "float32"}

    Returns
    -------
    list of Layer

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving Deep into Rectifiers", equation 10.
    """
    check_layer_sizes(layer_sizes)
    check_choice("dtype", dtype, DTYPES)
    if not isinstance(rng, (np.random.Generator, np.random.RandomState)):
        raise TypeError(f"rng must be a numpy.random.Generator or RandomState, got {rng!r}")
    layers = []
    for n_in, n_out in pairwise(layer_sizes):
        weights = rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in)
        layers.append(Layer(weights.astype(dtype), np.zeros((1, n_out), dtype)))
    return layers


def relu(z):
    """Rectified linear unit: z where it is positive, else 0.

    Parameters
    ----------
    z : ndarray, any shape

    Returns
    -------
    ndarray
        Same shape and dtype as `z`.

    Raises
    ------
    TypeError
        If `z` is no array of real numbers.
    """
    check_array("z", z)
    return np.maximum(z, 0)


def relu_deriv(z):
    """Slope of `relu`: 1 where z > 0, else 0 (at 0 too).

    ``relu(z) > 0`` exactly where ``z > 0``: the rectified output may be passed in place of z.

    Parameters
    ----------
    z : ndarray of float, any shape

    Returns
    -------
    ndarray
        Same shape and dtype as `z`.

    Raises
    ------
    TypeError
        If `z` is no array of real numbers.
    """
    check_array("z", z)
    return (z > 0).astype(z.dtype)


def softmax(z):
    """Turn each row of scores into probabilities that sum to 1.

    The row's maximum is subtracted first: the result is the same and `exp` cannot overflow.

    Parameters
    ----------
    z : ndarray of float, shape (m, n_classes)

    Returns
    -------
    ndarray, shape (m, n_classes)
        Same dtype as `z`.

    Raises
    ------
    TypeError, ValueError
        If `z` is no matrix of real numbers.
    """
    check_matrix("z", z)
    # Column by column in memory: NumPy is slow at maxima and sums over rows of ten numbers.
    z = np.asfortranarray(z)
    exp = np.exp(z - z.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


@checked(check_input)
def forward(X, layers):
    """Push images through the network and keep what every layer puts out.

    Parameters
    ----------
    X : ndarray of float, shape (m, n_in)
        Images, a row each; pixels in [0, 1].
    layers : list of Layer

    Returns
    -------
    list of ndarray
        ``[X, a1, a2, ..., probabilities]``, of shape (m, units of that layer).

    Raises
    ------
    TypeError, ValueError
        If `X` is no matrix of floats with a column for each input unit, or `layers` do not fit each other.
    """
    activations = [X]
    for weights, bias in layers[:-1]:
        activations.append(relu(activations[-1] @ weights + bias))
    weights, bias = layers[-1]
    activations.append(softmax(activations[-1] @ weights + bias))
    return activations


def predict(X, layers):
    """Name the most probable class of each image.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
        Images: floats in [0, 1], or uint8 pixels, which are scaled.
    layers : list of Layer

    Returns
    -------
    ndarray of int64, shape (m,)

    Raises
    ------
    TypeError, ValueError
        If `X` has the wrong shape or holds a NaN, or `layers` do not fit each other.
    """
    check_layers(layers)
    check_matrix("X", X, columns=len(layers[0].weights))
    check_finite("X", X)
    dtype = layers[0].weights.dtype
    # A thousand images at a time: the floats of all 60,000 would fill a small computer's memory.
    parts = [forward(scale(X[i : i + 1000], dtype), layers)[-1].argmax(axis=1) for i in range(0, len(X), 1000)]
    return np.concatenate(parts)


def scale(X, dtype="float64"):
    """Pixels 0..255 become floats in [0, 1]; floats are only given the dtype.

    Parameters
    ----------
    X : ndarray, any shape
        uint8 pixels or floats.
    dtype : {"float64", "float32"} or numpy.dtype

    Returns
    -------
    ndarray of `dtype`
        `X` itself if there is nothing to do.

    Raises
    ------
    TypeError, ValueError
        If `X` holds other integers, whose largest value nobody knows, or `dtype` is not one of the two.
    """
    check_pixels("X", X)
    check_dtype(dtype)
    if X.dtype == np.uint8:
        floats = X.astype(dtype)
        # In place: NumPy divides floats by a float faster than bytes.
        floats /= 255
        return floats
    return X.astype(dtype, copy=False)
