import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_confusion(rng):
    return plots.draw_confusion(rng.integers(0, 30, (10, 10)) + 900 * np.eye(10, dtype=int), digits=[9, *range(9)])


@picture
def test_draw_weights(mnist):
    return plots.draw_weights({"some": mnist.X_test[:9].T / 255.0 - 0.3, "others": -mnist.X_test[9:18].T / 500.0}, "Two rows")


@picture
def test_draw_plane(rng):
    labels = np.arange(1000) % 10
    return plots.draw_plane(rng.normal(size=(1000, 2)) + labels[:, None], labels)
