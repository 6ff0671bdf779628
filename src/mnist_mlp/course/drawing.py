"""A pad on which readers draw digits, and a network's answer while they draw."""

from pathlib import Path

import anywidget
import traitlets
from IPython.display import display

from mnist_mlp.course.display import show_figure
from mnist_mlp.course.progress import is_live
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
        Of the ten digits; empty while nothing is drawn.
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
        image = like_mnist(draw_strokes(self.strokes))[None] if self.strokes else None
        self.probabilities = [] if image is None else forward(scale(image), self.layers)[-1][0].tolist()


def show_pad(pad, figure, alt):
    """Display a drawing pad in a live session, and a figure in its place where nobody can draw.

    Parameters
    ----------
    pad : DrawingPad
    figure : matplotlib.figure.Figure
        What the pad shows at first.
    alt : str
        The figure in words, see `show_figure`.
    """
    if is_live():
        figure.clear()
        display(pad)
    else:
        show_figure(figure, alt)
