import numpy as np
from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_pictures(mnist):
    image = mnist.X_test[0].reshape(28, 28) / 255
    ramp = np.tile(np.linspace(0, 0.5, 60), (20, 1))
    return plots.draw_pictures([("7", image), ("shade", ramp), ("", image - np.fliplr(image)), ("last", ramp)], "Pictures", 3)
