import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_curves():
    x = np.linspace(1, 100, 50)
    curves = {"a line": (x, 1 / x), "another": (x, 2 / x), "points": (x[::10], 3 / x[::10], "o")}
    bands, levels, marks = {"a band": (x, 0.5 / x, 1.5 / x)}, {"a level": 0.1}, {"a mark": 10}
    text = {"title": "Curves", "xlabel": "x (s)", "ylabel": "y (m)"}
    return plots.draw_curves(curves, **text, bands=bands, levels=levels, marks=marks, xscale="log", yscale="log")
