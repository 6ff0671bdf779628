import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_paths():
    steps = np.arange(40)
    paths = {f"rate {rate}": np.stack([-4 * 0.9**steps, (-rate) ** steps], axis=1) for rate in (0.5, 0.8, 0.95, 1.3)}
    return plots.draw_paths(paths, np.array([0.25, 25.0]))


@picture
def test_draw_lookahead():
    return plots.draw_lookahead(10, 1.0, {"near": 0.9, "far": -1.5})


@picture
def test_draw_error_factors():
    curvatures = np.concatenate([-np.geomspace(10, 1e-2, 51), np.geomspace(1e-2, 1e3, 101)])
    factors = {f"rate {rate}": np.abs(1 - rate * curvatures) for rate in (0.1, 0.02, 0.005)}
    return plots.draw_error_factors(curvatures, factors, {"a pair below 0": [-1, -0.5], "one above": [8]})
