import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_loss():
    return plots.draw_loss([{"epoch": epoch, "loss": 2.3 * 0.97**epoch} for epoch in range(0, 101, 10)])


@picture
def test_draw_work():
    return plots.draw_work({"twice": np.array([40.0, 5.0, 1.0]), "once": np.array([20.0, 2.5, 0.5])})


@picture
def test_draw_class_history():
    accuracies = np.linspace(0, 1, 40).reshape(4, 10)
    return plots.draw_class_history([0, 10, 20, 30], {"one": accuracies, "two": accuracies**2})
