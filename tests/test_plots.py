"""Every figure against its baseline picture."""

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
