import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_losses():
    margins = np.linspace(-8, 8, 401)
    p = 1 / (1 + np.exp(-margins))
    return plots.draw_losses(margins, p, {"one": -np.log(p), "two": (1 - p) ** 2}, {"one": p - 1, "two": -2 * p * (1 - p) ** 2})
