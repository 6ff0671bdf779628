"""Helpers for several test files."""

import numpy as np
from hypothesis import settings

from mnist_mlp import Layer, initialize

# Without a deadline, because the first example pays for imports and caches.
without_deadline = settings(deadline=None)


def random_layers(sizes, rng, dtype="float64"):
    """Layers with random weights and biases."""
    return [Layer(weights, rng.normal(size=bias.shape).astype(dtype)) for weights, bias in initialize(sizes, rng, dtype)]


def flat(layers):
    """All weights and biases as one vector."""
    return np.concatenate([array.ravel() for layer in layers for array in layer])


def relative_error(a, b):
    """Norm of the difference relative to the norm of `b`."""
    return np.linalg.norm(a - b) / np.linalg.norm(b)
