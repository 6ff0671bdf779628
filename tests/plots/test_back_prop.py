import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_graph():
    sums, outputs, scores = np.array([1.5, -2]), np.array([1.5, 0]), np.array([3.0])
    nodes = {
        "x": [np.array([2.0, 1, -1])],
        "z^{[1]}": [sums, np.array([0.25, 0])],
        "a^{[1]}": [outputs, np.array([0.25, -1])],
        "J": [scores, np.array([1.0])],
    }
    weights = np.array([[1.0, -1], [0.5, 2], [1, 2]])
    edges = [[weights, np.outer([2, 1, -1], [0.25, 0])], [], [np.array([[2.0], [-4]]), np.array([[1.5], [0]])]]
    return plots.draw_graph(nodes, edges)


@picture
def test_draw_gradient_pictures():
    waves = np.sin(np.arange(784)[:, None] * np.array([0.1, 0.2, 0.3, 0]))
    return plots.draw_gradient_pictures({"one image": waves, "three images": 0.01 * waves[:, ::-1]})
