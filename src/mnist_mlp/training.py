"""The training loop, its history, and a memory of runs that were done before."""

from collections.abc import Callable
from functools import partial
from inspect import unwrap
from itertools import pairwise
from typing import NamedTuple

import joblib
import numpy as np

from mnist_mlp.backprop import back_prop
from mnist_mlp.engine.blocks import gradient_over_blocks, loss_over_blocks, make_blocks, thread_pool, view_blocks
from mnist_mlp.network import Layer, forward, initialize, scale
from mnist_mlp.optimizers import LOOKAHEADS, look_distance, update_in_place
from mnist_mlp.validation import (
    DTYPES,
    check_choice,
    check_finite,
    check_integer,
    check_labels,
    check_layer_sizes,
    check_layers,
    check_matrix,
    check_number,
    check_pixels,
)

# `train` has checked images and layers once; each of many mini-batches need not check them again.
forward, back_prop = unwrap(forward), unwrap(back_prop)


class TrainingResult(NamedTuple):
    """What training leaves behind.

    Attributes
    ----------
    layers : list of Layer
        The trained network.
    history : list of dict
        A row for every recorded epoch: ``epoch`` (epochs done so far), ``loss``, and what `metrics` returned.
    """

    layers: list[Layer]
    history: list[dict]


def train(
    X,
    y,
    *,
    layer_sizes=(784, 104, 64, 10),
    epochs=1000,
    learning_rate=0.01,
    lambda_reg=0.01,
    beta=0.9,
    batch_size=None,
    lookahead="original",
    seed=0,
    dtype="float64",
    layers=None,
    threads=None,
    record_every=10,
    metrics: Callable | None = None,
    progress: Callable | None = None,
):
    """Train the network.

    Parameters
    ----------
    X : array, shape (m, layer_sizes[0])
        Images, a row each: floats in [0, 1], or uint8 pixels, which are scaled block by block (a quarter of the memory). An
        ndarray, or anything that gives rows when it is sliced, such as `numpy.memmap`: images on disk stay there.
    y : ndarray of int, shape (m,)
        Labels in ``0..layer_sizes[-1] - 1``.
    layer_sizes : tuple of int
        Units of each layer from input to output.
    epochs : int
        Passes over all images. With the full batch that is one update each.
    learning_rate : float
        Step length, above 0: the original's alpha.
    lambda_reg : float
        Strength of the L2 penalty ``lambda / (2 m) sum(W**2)``, at least 0; m is the number of images in the batch.
    beta : float
        Momentum, in [0, 1).
    batch_size : int, optional
        Images an update, shuffled anew every epoch; all of them by default.
    lookahead : {"original", "consistent", "none"}
        Where the gradient is taken, see `mnist_mlp.update_params_nag`.
    seed : int
        Seed of the first weights and of the shuffling.
    dtype : {"float64", "float32"}
        Of all computations.
    layers : list of Layer, optional
        Weights to start from instead of drawn ones; unchanged.
    threads : int, optional
        Cores to use; all by default. The result does not depend on it.
    record_every : int
        Epochs between two rows of the history; the start and the end are always recorded.
    metrics : callable, optional
        Function of the layers; the dict that it returns is added to each row of the history.
    progress : callable, optional
        Called with each new row of the history.

    Returns
    -------
    TrainingResult

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described; the message names it.
    FloatingPointError
        If the weights stop being finite; the message names the epoch.
    """
    _check_settings(layer_sizes, epochs, learning_rate, lambda_reg, beta, lookahead, seed, dtype, threads, record_every)
    _check_functions(metrics=metrics, progress=progress)
    _check_images(X, y, layer_sizes, batch_size)
    if layers is not None:
        _check_start(layers, layer_sizes)

    rng = np.random.default_rng(seed)
    layers = initialize(layer_sizes, rng, dtype) if layers is None else _copy(layers, dtype)
    velocities = [Layer(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in layers]
    looked, distance = _copy(layers, dtype), look_distance(learning_rate, beta, lookahead)
    blocks = make_blocks(X, y) if batch_size is None else view_blocks(X, y)
    history = []

    def record(epoch):
        row = {"epoch": epoch, "loss": loss_over_blocks(blocks, layers, lambda_reg, pool)}
        row.update(metrics(_copy(layers, dtype)) if metrics else {})
        history.append(row)
        if progress:
            progress(row)

    # Overflow is looked for once an epoch, below, where it can be explained.
    with thread_pool(threads or joblib.cpu_count()) as pool, np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs):
            if epoch % record_every == 0:
                record(epoch)
            for gradient in _gradients(X, y, blocks, lambda_reg, batch_size, rng, pool):
                update_in_place(layers, velocities, looked, gradient, learning_rate, beta, distance)
            _check_still_finite(velocities, epoch, learning_rate)
        record(epochs)
    return TrainingResult(layers, history)


def _gradients(X, y, blocks, lambda_reg, batch_size, rng, pool):
    """Yield the gradient function of each update of one epoch: one for the full batch, else one for each mini-batch."""
    if batch_size is None:
        yield partial(gradient_over_blocks, blocks, lambda_reg=lambda_reg, pool=pool)
        return
    order = rng.permutation(len(y))
    for start in range(0, len(y), batch_size):
        # Sorted, the rows of an array on disk are read in one go; a sum does not care about their order.
        rows = np.sort(order[start : start + batch_size])
        yield partial(_batch_gradient, X[rows], y[rows], lambda_reg=lambda_reg)


def _batch_gradient(X, y, layers, lambda_reg):
    return back_prop(forward(scale(X, layers[0].weights.dtype), layers), y, layers, lambda_reg)


def _copy(layers, dtype):
    """Layers of this dtype that share no memory with the caller's."""
    return [Layer(np.array(weights, dtype), np.array(bias, dtype)) for weights, bias in layers]


def _check_images(X, y, layer_sizes, batch_size):
    """Raise TypeError or ValueError unless images, labels and batch size fit each other and the network."""
    check_matrix("X", X, columns=layer_sizes[0])
    check_pixels("X", X)
    check_finite("X", X)
    check_labels("y", y, layer_sizes[-1], rows=len(X))
    if batch_size is not None:
        check_integer("batch_size", batch_size, lowest=1, highest=len(X))


def _check_settings(layer_sizes, epochs, learning_rate, lambda_reg, beta, lookahead, seed, dtype, threads, record_every):
    check_layer_sizes(layer_sizes)
    check_integer("epochs", epochs, lowest=0)
    check_number("learning_rate", learning_rate, "a number above 0", lambda value: value > 0)
    check_number("lambda_reg", lambda_reg, "a number of at least 0", lambda value: value >= 0)
    check_number("beta", beta, "a number in [0, 1)", lambda value: 0 <= value < 1)
    check_choice("lookahead", lookahead, LOOKAHEADS)
    check_integer("seed", seed, lowest=0)
    check_choice("dtype", dtype, DTYPES)
    check_integer("record_every", record_every, lowest=1)
    if threads is not None:
        check_integer("threads", threads, lowest=1)


def _check_functions(**functions):
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"{name} must be a function or None, got {function!r}")


def _check_start(layers, layer_sizes):
    """Raise TypeError or ValueError unless `layers` are finite and have the shapes that `layer_sizes` asks for."""
    check_layers(layers)
    found = [(weights.shape, bias.shape) for weights, bias in layers]
    expected = [((n_in, n_out), (1, n_out)) for n_in, n_out in pairwise(layer_sizes)]
    if found != expected:
        raise ValueError(f"layers must have the shapes {expected} of layer_sizes={layer_sizes!r}, got {found}")
    for number, (weights, bias) in enumerate(layers, start=1):
        check_finite(f"layers: weights of layer {number}", weights)
        check_finite(f"layers: bias of layer {number}", bias)


def _check_still_finite(velocities, epoch, learning_rate):
    # One overflowing product anywhere has reached the last layer's bias by way of the probabilities.
    if not np.isfinite(velocities[-1].bias).all():
        raise FloatingPointError(
            f"training diverged in epoch {epoch}: the gradient is no longer finite. "
            f"The usual cause is too large a step; try a learning_rate well below {learning_rate!r}"
        )
