"""Figures of notebooks, which nbval does not compare."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from matplotlib.image import imread

# Channels are 0 to 255. Another processor causes up to 0.13; a bar of another color 0.7, a letter 1.3, a shifted curve 5.
FIGURE_TOLERANCE = 0.5


def figures(outputs):
    """The data of a cell's outputs that contain a figure."""
    return [output["data"] for output in outputs if "image/png" in output.get("data", {})]


def compare_figures(outputs, committed, tolerance=FIGURE_TOLERANCE):
    """Raise unless a cell's figures equal those committed, within a root mean square difference."""
    found, expected = figures(outputs), figures(committed)
    assert len(found) == len(expected), f"{len(found)} figures, but {len(expected)} are committed"
    for figure, reference in zip(found, expected):
        a, b = (255 * imread(BytesIO(b64decode(data["image/png"]))) for data in (figure, reference))
        assert a.shape == b.shape, f"the figure has the shape {a.shape}, the one committed {b.shape}"
        difference = np.sqrt(np.mean((a - b) ** 2))
        assert difference <= tolerance, f"the figure differs from the one committed by {difference:.2f}"
