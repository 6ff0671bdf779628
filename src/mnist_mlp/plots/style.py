"""The style of every figure, and parts that several of them share."""

from math import isqrt

import matplotlib.pyplot as plt

# Okabe and Ito's palette: eight colours that colour-blind readers tell apart.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000 #E69F00 #56B4E9 #009E73 #F0E442 #0072B2 #D55E00 #CC79A7".split()
)
COLORS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, BLACK)
STYLE = {
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "figure.titlesize": 11,
    "figure.labelsize": 10,
    "font.family": "DejaVu Sans",  # by name: sans-serif would be looked up in the caller's settings when the figure is shown
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.axisbelow": True,
    "legend.frameon": False,
    "image.cmap": "gray_r",
}
# Decorator for figures: the course's style whatever the caller's settings, which are left unchanged.
styled = plt.style.context(["default", STYLE])


def draw_map(axes, values, **scale):
    """Draw a matrix as a picture, without a grid."""
    axes.grid(False)
    return axes.imshow(values, **scale)


def as_picture(image):
    """Image as a square of pixels; as a single row if their number is not a square."""
    side = isqrt(image.size)
    return image.reshape(-1, side if side**2 == image.size else image.size)


def draw_digit(axes, image, **scale):
    """Draw an image without axes."""
    axes.set_axis_off()
    return axes.imshow(as_picture(image), **scale)
