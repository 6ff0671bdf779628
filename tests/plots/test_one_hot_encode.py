import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_log_constant():
    margins = np.linspace(-40, 40, 801)
    exact = np.logaddexp(0, -margins)
    return plots.draw_log_constant(margins, exact, -np.log(np.exp(-exact) + 1e-8))
