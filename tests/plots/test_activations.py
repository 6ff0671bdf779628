import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_relu():
    z = np.linspace(-2, 2, 41)
    return plots.draw_relu(z, np.maximum(z, 0), (z > 0).astype(float))


@picture
def test_draw_regions():
    x, y = np.meshgrid(np.linspace(-1, 1, 41), np.linspace(-1, 1, 41))
    points = np.column_stack([np.linspace(-1, 1, 9), np.linspace(-1, 1, 9) ** 2])
    regions = {"a half": (x, y, (x > y).astype(int)), "a disc": (x, y, (x**2 + y**2 < 0.5).astype(int))}
    return plots.draw_regions(regions, points, (points[:, 1] < 0.5).astype(int))


@picture
def test_draw_softmax():
    scores = np.array([-1.0, 0.0, 2.0])
    return plots.draw_softmax(scores, np.exp(scores) / np.exp(scores).sum())
