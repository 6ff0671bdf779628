"""Figure of pictures: the steps from a photo to an image, and the pixels that a network looks at."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import draw_map, styled


@styled
def draw_pictures(pictures, title, columns):
    """Draw pictures of any size under their names, `columns` in a row: 0 (white) to 1 (black), or maps with a sign.

    `pictures` (list of tuple): name and ndarray of shape (height, width); one with values below 0 is a map on its own scale,
    blue above 0 and red below.
    """
    rows = -(-len(pictures) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(9, round((9 / columns + 0.3) * rows + 0.2, 1)), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, (name, picture) in zip(grid.flat, pictures):
        limit = np.abs(picture).max()
        scale = {"vmin": -limit, "vmax": limit, "cmap": "RdBu"} if picture.min() < 0 else {"vmin": 0, "vmax": 1}
        draw_map(axes, picture, **scale)
        axes.set_title(name, fontsize=9, loc="center")
    figure.suptitle(title)
    return figure
