"""What a notebook shows, compared with what is committed."""

from base64 import b64decode
from io import BytesIO

import numpy as np
from matplotlib.image import imread

PNG = "image/png"
# Of channels of 0 to 255, over all pixels. One bar in another colour makes 0.7, a letter 1.3, a curve moved by 1 % 5 and more.
FIGURE_TOLERANCE = 0.5
# Figures that cannot repeat on another processor, as (notebook, cell id); their size is compared.
IGNORED_FIGURES = {
    ("06_back_prop", "gradient-errors"),  # bars of rounding errors
}


def compare_outputs(outputs, committed, tolerance=FIGURE_TOLERANCE):
    """Raise unless a cell's outputs are those committed: figures within a tolerance, all else exactly."""
    found, expected = ([_without_figure(output) for output in shown] for shown in (outputs, committed))
    assert found == expected, f"{found}\nis committed as\n{expected}"
    for output, reference in zip(outputs, committed):
        if PNG in output.get("data", {}):
            difference = figure_difference(output["data"][PNG], reference["data"][PNG])
            assert difference <= tolerance, f"the figure differs from the one committed by {difference:.2f}"


def figure_difference(png, reference):
    """Root mean square of the differences of two pictures in base64; not a number if their sizes differ."""
    a, b = (255 * imread(BytesIO(b64decode(picture))) for picture in (png, reference))
    return np.sqrt(np.mean((a - b) ** 2)) if a.shape == b.shape else np.nan


def _without_figure(output):
    # nbval's kernel counts no executions; that committed counts rise from 1 has a test of its own.
    output = {key: value for key, value in output.items() if key != "execution_count"}
    if PNG in output.get("data", {}):
        output["data"] = output["data"] | {PNG: "a figure"}
    return output
