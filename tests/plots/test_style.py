import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from mnist_mlp import plots


def render():
    figure = plots.draw_loss([{"epoch": 0, "loss": 2.3}, {"epoch": 10, "loss": 1.1}])
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    plt.close(figure)
    return np.array(canvas.buffer_rgba())


@pytest.mark.parametrize(
    "settings", ["dark_background", {"lines.linewidth": 5, "figure.dpi": 50}, {"font.sans-serif": ["DejaVu Serif"]}]
)
def test_the_callers_settings_neither_show_nor_change(settings):
    expected = render()
    with plt.style.context(settings):
        before = dict(mpl.rcParams)
        np.testing.assert_array_equal(render(), expected)
        assert dict(mpl.rcParams) == before
