import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_class_accuracy():
    return plots.draw_class_accuracy(np.linspace(0.8, 1, 10))
