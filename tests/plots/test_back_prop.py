import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_score_gradient():
    probabilities = np.exp(np.sin(np.arange(80.0))).reshape(8, 10)
    return plots.draw_score_gradient(probabilities / probabilities.sum(axis=1, keepdims=True), np.eye(10)[:8])


@picture
def test_draw_gradient_errors():
    names = ["W1", "b1", "W2", "b2"]
    reports = {"right": [1e-8, 3e-9, 1e-8, 5e-9], "broken": [0.5, 0.6, 1e-8, 5e-9]}
    rows = {name: [{"name": n, "relative_error": e} for n, e in zip(names, errors)] for name, errors in reports.items()}
    return plots.draw_gradient_errors(rows, 1e-6)
