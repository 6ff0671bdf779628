"""A pad on which readers draw digits, and a network's answer while they draw."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

from mnist_mlp.handwriting import draw_strokes, like_mnist
from mnist_mlp.network import forward, scale


class DrawingPad(anywidget.AnyWidget):
    """A canvas of 280 by 280 pixels, with ten bars beside it.

    Parameters
    ----------
    layers : list of Layer
        The network that reads what is drawn.
    strokes : list of list of (x, y), optional
        What is drawn at first.

    Attributes
    ----------
    strokes : list of list of [x, y]
        Points of each stroke in pixels from the top left; setting it draws them.
    probabilities : list of float
        Of the ten digits; empty while no digit is drawn.
    """

    _esm = Path(__file__).with_name("drawing.js")
    _css = Path(__file__).with_name("drawing.css")
    strokes = traitlets.List().tag(sync=True)
    probabilities = traitlets.List().tag(sync=True)

    def __init__(self, layers, strokes=()):
        self.layers = layers
        super().__init__(strokes=list(strokes))

    @traitlets.observe("strokes")
    def _read(self, change):
        try:
            image = like_mnist(draw_strokes(self.strokes))
        except ValueError:  # nothing but paper, or nothing but ink
            self.probabilities = []
        else:
            self.probabilities = forward(scale(image[np.newaxis]), self.layers)[-1][0].tolist()
