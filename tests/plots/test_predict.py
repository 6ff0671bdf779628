import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_predictions(mnist):
    predictions = mnist.y_test[:13].copy()
    predictions[5] = 7
    return plots.draw_predictions(mnist.X_test[:13], predictions, mnist.y_test[:13])


@picture
def test_draw_probabilities(mnist):
    return plots.draw_probabilities(mnist.X_test[:2], np.array([np.eye(10)[7], np.full(10, 0.1)]), mnist.y_test[:2])


@picture
def test_draw_calibration():
    return plots.draw_calibration([0.3, 0.5, 0.7, 0.9], [0.25, 0.5, 0.75, 0.95])
