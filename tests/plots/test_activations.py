import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_relu():
    z = np.linspace(-2, 2, 41)
    return plots.draw_relu(z, np.maximum(z, 0), (z > 0).astype(float))


@picture
def test_draw_unit_activity():
    return plots.draw_unit_activity([np.linspace(0.05, 0.95, 104), np.append([0.0] * 5, np.linspace(0.1, 1, 59))])


@picture
def test_draw_softmax():
    scores = np.array([-1.0, 0.0, 2.0, 0.5])
    return plots.draw_softmax(scores, np.exp(scores) / np.exp(scores).sum())
