import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_confusion(rng):
    return plots.draw_confusion(rng.integers(0, 30, (10, 10)) + 900 * np.eye(10, dtype=int))


@picture
def test_draw_weights(mnist):
    return plots.draw_weights((mnist.X_test[:9].T / 255.0) - 0.3)


@picture
def test_draw_plane(rng):
    labels = np.arange(100) % 10
    return plots.draw_plane(rng.normal(size=(100, 2)) + labels[:, None], labels)
