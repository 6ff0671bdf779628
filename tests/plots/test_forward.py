import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_activations(mnist):
    hidden = [np.maximum(np.sin(np.arange(size)), 0)[None] for size in (104, 64)]
    return plots.draw_activations([mnist.X_test[:1] / 255, *hidden, np.arange(10)[None] / 45])


@picture
def test_draw_initial_losses():
    return plots.draw_initial_losses([2.4, 2.32, 2.45, 2.38], {"ln 10": np.log(10), "published": 2.358})
