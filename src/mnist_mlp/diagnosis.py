"""What a finished training looks like that has failed, and its usual cause."""

import warnings
from math import ceil, log

import numpy as np

from mnist_mlp.loss import l2_penalty
from mnist_mlp.network import forward, scale

MANY_UPDATES = 100  # after this many, a network has learned something if it ever will
SAMPLE = 500  # images examined after training


class TrainingWarning(UserWarning):
    """Training has finished but has probably failed."""


warnings.simplefilter("always", TrainingWarning, append=True)  # in a loop, every failed training warns


def warn_of_failure(result, X, y, learning_rate, lambda_reg, batch_size):
    """Issue a `TrainingWarning` if training has probably failed."""
    layers, last = result.layers, result.history[-1]
    updates = last["epoch"] * ceil(len(y) / (batch_size or len(y)))
    if updates == 0:
        return
    pixels = scale(X[:SAMPLE], layers[0].weights.dtype)
    root_mean_square = np.linalg.norm(pixels) / np.sqrt(pixels.size)
    dead = [i for i, a in enumerate(forward(pixels, layers)[1:-1], start=1) if not a.any()]
    cross_entropy = last["loss"] - l2_penalty(layers, lambda_reg, len(y))
    uniform_guess = log(layers[-1].bias.size)
    fractions = np.unique(y, return_counts=True)[1] / len(y)
    best_guess = -np.sum(fractions * np.log(fractions))  # without looking at the image
    if not 0.01 < root_mean_square < 10:
        failure = f"the root mean square of the pixels is {root_mean_square:.2g}"
        cause = "pixels that are not scaled to [0, 1], or scaled twice"
    elif cross_entropy > 2 * uniform_guess:
        failure = f"it ends at a cross-entropy of {cross_entropy:.3g}, and equal probabilities have {uniform_guess:.3g}"
        cause = f"too large a learning_rate, here {learning_rate!r}, or too large initial weights"
    elif dead:
        failure = f"all units of hidden layer {dead[0]} are 0 for each of {len(pixels)} images"
        cause = f"too large a learning_rate, here {learning_rate!r}, or initial weights of zero"
    elif updates >= MANY_UPDATES and cross_entropy > 0.99 * best_guess > 0:
        failure = f"after {updates} updates the cross-entropy is {cross_entropy:.3g}, no better than answers without the images"
        cause = (
            f"a learning_rate too small or too large, here {learning_rate!r}, too large a lambda_reg, here {lambda_reg!r}, "
            "or labels that belong to other images"
        )
    else:
        return
    warnings.warn(f"training has probably failed: {failure}. The usual cause: {cause}", TrainingWarning, stacklevel=4)
