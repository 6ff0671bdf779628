import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_digits(mnist):
    images = [mnist.X_test[mnist.y_test == label][:6] for label in range(10)]
    return plots.draw_digits(np.array(images), title="Six test images of each class")


@picture
def test_draw_class_balance():
    return plots.draw_class_balance({"training": np.array([60, 90, 50]), "test": np.array([10, 10, 10])})


@picture
def test_draw_ink(mnist):
    return plots.draw_ink((mnist.X_test[:500] > 0).mean(axis=0), title="The first 500 test images")


@picture
def test_draw_means(mnist):
    return plots.draw_means(np.array([mnist.X_test[mnist.y_test == label].mean(axis=0) for label in range(10)]))
