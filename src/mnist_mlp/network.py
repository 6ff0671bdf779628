"""The network: layers, their initial weights, and the forward pass from images to probabilities."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from mnist_mlp.files import open_whole


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
    """Initialize the weights: normal with variance 2 / n_in, biases zero.

    The numbers are drawn in float64 and then rounded, so that a seed gives the same weights in either dtype.

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

    References
    ----------
    He, Zhang, Ren, Sun (2015), "Delving Deep into Rectifiers", equation 10.
    """
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
    """
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
    """
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
    """
    exp = np.exp(z - z.max(axis=1, keepdims=True))
    return exp / exp.sum(axis=1, keepdims=True)


def forward(X, layers):
    """Forward pass: the activations of every layer.

    Parameters
    ----------
    X : ndarray of float, shape (m, n_in)
        Images, a row each; pixels in [0, 1].
    layers : list of Layer

    Returns
    -------
    list of ndarray
        ``[X, a1, a2, ..., probabilities]``, each of shape (m, units of that layer).
    """
    activations = [X]
    for weights, bias in layers[:-1]:
        activations.append(relu(activations[-1] @ weights + bias))
    weights, bias = layers[-1]
    activations.append(softmax(activations[-1] @ weights + bias))
    return activations


def predict(X, layers):
    """Most probable class of each image.

    Parameters
    ----------
    X : ndarray, shape (m, n_in)
        Images: floats in [0, 1], or uint8 pixels, which are scaled.
    layers : list of Layer

    Returns
    -------
    ndarray of int64, shape (m,)
    """
    predictions = []
    for start in range(0, len(X), 1000):  # all images at once would need much memory
        images = scale(X[start : start + 1000], layers[0].weights.dtype)
        predictions.append(forward(images, layers)[-1].argmax(axis=1))
    return np.concatenate(predictions)


def scale(X, dtype="float64"):
    """Turn pixels 0..255 into floats in [0, 1]; convert floats to the dtype.

    Parameters
    ----------
    X : ndarray, any shape
        uint8 pixels or floats.
    dtype : {"float64", "float32"} or numpy.dtype

    Returns
    -------
    ndarray of `dtype`
        `X` itself if there is nothing to do.
    """
    floats = X.astype(dtype, copy=False)
    return floats / 255 if X.dtype == np.uint8 else floats


def save_layers(path, layers):
    """Save a network in NumPy's own file format (.npz, no pickle).

    Parameters
    ----------
    path : str or os.PathLike
        File, used as given; an existing one is replaced once the new one is complete.
    layers : list of Layer

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    with open_whole(path) as file:
        np.savez(file, **layers_to_arrays(layers))


def load_layers(path):
    """Load a network saved by `save_layers`.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    list of Layer

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it does not contain a network, or is damaged.
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            return layers_from_arrays(arrays)
    except OSError:
        raise
    except Exception as error:  # a damaged file can fail in any way
        raise ValueError(f"path must be a file that save_layers wrote, got {str(path)!r}: {error}") from error


def layers_to_arrays(layers):
    """Arrays W1, b1, W2, ... by name."""
    return {f"{symbol}{i}": array for i, layer in enumerate(layers, start=1) for symbol, array in zip("Wb", layer)}


def layers_from_arrays(arrays):
    """Layers from arrays W1, b1, W2, ... by name."""
    n_layers = sum(name.startswith("W") for name in arrays)
    if n_layers == 0:
        raise KeyError("W1")
    return [Layer(arrays[f"W{i}"], arrays[f"b{i}"]) for i in range(1, n_layers + 1)]
