"""What several test files share."""

import numpy as np
from hypothesis import settings

from mnist_mlp import Layer, initialize

# A property may take its time: the first example pays for imports and caches.
without_deadline = settings(deadline=None)


def random_layers(sizes, rng, dtype="float64"):
    """Layers whose biases count, too."""
    return [Layer(weights, rng.normal(size=bias.shape).astype(dtype)) for weights, bias in initialize(sizes, rng, dtype)]


def flat(layers):
    """All weights and biases as one vector."""
    return np.concatenate([array.ravel() for layer in layers for array in layer])


def relative_error(a, b):
    """Norm of the difference in units of the norm of `b`."""
    return np.linalg.norm(a - b) / np.linalg.norm(b)
