import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_activations(mnist):
    hidden = [np.maximum(np.sin(np.arange(size)), 0)[None] for size in (104, 64)]
    return plots.draw_activations([mnist.X_test[:1] / 255, *hidden, np.arange(10)[None] / 45], mnist.y_test[0])
