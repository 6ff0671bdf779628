"""The training loop and its history."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from mnist_mlp.diagnosis import warn_of_failure
from mnist_mlp.engine import open_batches
from mnist_mlp.network import Layer, initialize
from mnist_mlp.optimizers import scheduled_rate, update_params_nag


class TrainingResult(NamedTuple):
    """A trained network and the history of its training.

    Attributes
    ----------
    layers : list of Layer
        The trained network.
    history : list of dict
        A row for each recorded epoch: ``epoch`` (epochs done so far), ``loss``, and what `metrics` returned.
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
    schedule="constant",
    augment: Callable | None = None,
):
    """Train the network.

    Parameters
    ----------
    X : array, shape (m, layer_sizes[0])
        Images, a row each: floats in [0, 1] or standardized, or uint8 pixels, which are scaled as they are used (a quarter of
        the memory). An ndarray, or anything whose slices are ndarrays, such as a data set on disk, which stays there.
    y : ndarray of int, shape (m,)
        Labels in ``0..layer_sizes[-1] - 1``.
    layer_sizes : tuple of int
        Units of each layer from input to output.
    epochs : int
        Passes over all images; with the full batch, each is one update.
    learning_rate : float
        Step length alpha, above 0.
    lambda_reg : float
        Strength of the L2 penalty ``lambda / (2 m) sum(W**2)``, at least 0; m is the number of images in the batch.
    beta : float
        Momentum, in [0, 1).
    batch_size : int, optional
        Images per update, reshuffled every epoch; all of them by default.
    lookahead : {"original", "consistent", "none"}
        Where the gradient is taken, see `mnist_mlp.update_params_nag`.
    seed : int
        Seed of the initial weights and of the shuffling.
    dtype : {"float64", "float32"}
        Used for all computations.
    layers : list of Layer, optional
        Weights to start from instead of random ones; unchanged.
    threads : int, optional
        Cores to use; all by default. The result does not depend on their number.
    record_every : int
        Epochs between rows of the history; the first and last epochs are always recorded.
    metrics : callable, optional
        Function of the layers; the dict that it returns, without ``epoch`` and ``loss``, is added to each row of the history.
    progress : callable, optional
        Called with each new row of the history.
    schedule : {"constant", "linear", "cosine"}
        The learning rate over the whole run, see `mnist_mlp.scheduled_rate`.
    augment : callable, optional
        Function ``(pixels, rng) -> pixels`` that changes the images of each mini-batch before they are used, such as
        `mnist_mlp.random_affine`; pixels are floats of shape (batch, layer_sizes[0]).

    Returns
    -------
    TrainingResult

    Raises
    ------
    FloatingPointError
        If the weights stop being finite; the message names the epoch.

    Warns
    -----
    TrainingWarning
        If training has probably failed; the message names the usual cause. The first of these to apply: the root mean square
        of the pixels is not between 0.01 and 10; the cross-entropy is more than twice that of equal probabilities; all units of
        a hidden layer are 0 for each of the first 500 images; after 100 updates or more, the cross-entropy is no better than
        that of predicting the labels' frequencies.
    """
    rng = np.random.default_rng(seed)
    layers = initialize(layer_sizes, rng, dtype) if layers is None else _copy(layers, dtype)
    velocities = [Layer(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    history = []

    def record(epoch):
        row = {"epoch": epoch, "loss": batches.loss(layers, lambda_reg)}
        row |= metrics(_copy(layers, dtype)) if metrics else {}
        history.append(row)
        if progress:
            progress(row)

    with open_batches(X, y, batch_size, threads) as batches:
        done, updates = 0, epochs * batches.per_epoch
        for epoch in range(epochs):
            if epoch % record_every == 0:
                record(epoch)
            for batch in batches.epoch(rng, dtype, augment):
                gradient = partial(batch.gradient, lambda_reg=lambda_reg)
                rate = scheduled_rate(learning_rate, done / updates, schedule)
                layers, velocities = update_params_nag(layers, velocities, gradient, rate, beta, lookahead)
                done += 1
            _raise_if_diverged(velocities, epoch, learning_rate)
        record(epochs)
    result = TrainingResult(layers, history)
    warn_of_failure(result, X, y, learning_rate, lambda_reg, batch_size)
    return result


def _copy(layers, dtype):
    """Layers of this dtype that share no memory with the caller's."""
    return [Layer(np.array(weights, dtype), np.array(bias, dtype)) for weights, bias in layers]


def _raise_if_diverged(velocities, epoch, learning_rate):
    # An overflow anywhere reaches the last layer's bias through the probabilities.
    if not np.isfinite(velocities[-1].bias).all():
        raise FloatingPointError(
            f"training diverged in epoch {epoch}: the gradient is no longer finite. "
            f"The usual cause is too large a step: try a learning_rate well below {learning_rate!r}, and pixels in [0, 1]"
        )
