import matplotlib.pyplot as plt
import numpy as np
import pytest
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
    return plots.draw_calibration([0.3, 0.5, 0.7, 0.9], [0.25, 0.5, 0.75, 0.95], [0.05, 0.04, 0.03, 0.01])


@pytest.mark.parametrize("n_pixels", [49, 64, 10])
def test_images_of_any_size_can_be_drawn(n_pixels):
    images = np.random.default_rng(0).random((10, n_pixels))
    shape = (7, 7) if n_pixels == 49 else (8, 8) if n_pixels == 64 else (1, 10)
    for figure in (
        plots.draw_predictions(images, np.arange(10), np.zeros(10, int)),
        plots.draw_digits(images.reshape(5, 2, n_pixels)),
        plots.draw_means(images),
        plots.draw_ink(images[0]),
    ):
        drawn = figure.axes[0].get_images()[0].get_array().shape
        assert drawn in (shape, (5 * shape[0], 2 * shape[1]))
        plt.close(figure)
