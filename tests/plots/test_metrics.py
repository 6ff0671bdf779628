import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_class_accuracy():
    return plots.draw_class_accuracy(np.linspace(0.8, 1, 10))


@picture
def test_draw_intervals():
    return plots.draw_intervals({"one": (0.9006, 0.8947, 0.9065), "other": (0.9008, 0.8949, 0.9067)})
