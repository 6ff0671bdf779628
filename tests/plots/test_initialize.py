import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_spreads():
    values = np.append(np.linspace(-1, 1, 501), np.zeros(100))
    panels = {f"layer {i}": {"small": 0.1**i * values, "kept": values, "large": 10**i * values} for i in (1, 2)}
    return plots.draw_spreads(panels, "Sizes", "size (no unit)", np.logspace(-4, 2, 25))
