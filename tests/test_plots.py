"""Every figure against its baseline picture."""

import numpy as np
import pytest

from mnist_mlp import plots

# A tolerance for glyphs drawn by another FreeType; a moved line or another colour is far above it.
picture = pytest.mark.mpl_image_compare(baseline_dir="baseline", tolerance=4, style="default")


@picture
def test_draw_loss():
    return plots.draw_loss([{"epoch": epoch, "loss": 2.3 * 0.97**epoch} for epoch in range(0, 101, 10)])


@picture
def test_draw_predictions(mnist):
    predictions = mnist.y_test[:13].copy()
    predictions[5] = 7
    return plots.draw_predictions(mnist.X_test[:13], predictions, mnist.y_test[:13])


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
def test_draw_signal():
    rates = {"kept": 1.0, "too small": 0.5, "too large": 2.0, "zero": 0.0}
    sizes = {"shallow": 3, "deep": 21}
    return plots.draw_signal(
        {name: {start: [0.3 * rate**i for i in range(size)] for start, rate in rates.items()} for name, size in sizes.items()}
    )


@picture
def test_draw_relu():
    z = np.linspace(-2, 2, 41)
    return plots.draw_relu(z, np.maximum(z, 0), (z > 0).astype(float))


@picture
def test_draw_unit_activity():
    return plots.draw_unit_activity([np.linspace(0.05, 0.95, 104), np.append([0.0] * 5, np.linspace(0.1, 1, 59))])


@picture
def test_draw_softmax():
    scores = np.array([-1.0, 0.0, 2.0, 0.5])
    return plots.draw_softmax(scores, np.exp(scores) / np.exp(scores).sum())


@picture
def test_draw_means(mnist):
    return plots.draw_means(np.array([mnist.X_test[mnist.y_test == label].mean(axis=0) for label in range(10)]))
