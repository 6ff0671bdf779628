"""Every figure of the course: data in, matplotlib Figure out."""

from functools import wraps

import matplotlib.pyplot as plt

# Okabe and Ito's palette: eight colours that colour-blind readers tell apart.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000 #E69F00 #56B4E9 #009E73 #F0E442 #0072B2 #D55E00 #CC79A7".split()
)
STYLE = {
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
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


def styled(plot):
    """Give a plotting function the course's style without changing the caller's settings."""

    @wraps(plot)
    def styled_plot(*args, **kwargs):
        with plt.rc_context(STYLE):
            return plot(*args, **kwargs)

    return styled_plot


@styled
def draw_loss(history, title="Loss on the training images"):
    """Draw the loss over the epochs of one training.

    Parameters
    ----------
    history : list of dict
        Rows with ``epoch`` and ``loss``.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3.2))
    axes.plot([row["epoch"] for row in history], [row["loss"] for row in history], color=BLUE)
    axes.set(title=title, xlabel="epoch (passes over all images)", ylabel="loss (nats)", ylim=(0, None))
    return figure


@styled
def draw_predictions(images, predictions, labels):
    """Draw images with what a network says they are; wrong answers are framed and corrected.

    Parameters
    ----------
    images : ndarray, shape (m, 784)
        Images of 28 by 28 pixels, a row each.
    predictions, labels : ndarray of int, shape (m,)

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = -(-len(images) // 10)
    figure, grid = plt.subplots(rows, 10, figsize=(8, 0.95 * rows + 0.3), squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, image, prediction, label in zip(grid.flat, images, predictions, labels):
        axes.imshow(image.reshape(28, 28))
        right = prediction == label
        axes.set_title(f"{prediction}" if right else f"{prediction}, is {label}", fontsize=9, loc="center")
        if not right:
            frame = {"fill": False, "edgecolor": ORANGE, "linewidth": 3}
            axes.add_patch(plt.Rectangle((-0.5, -0.5), 28, 28, **frame))
    figure.suptitle("What the network says each image is", fontsize=11)
    return figure
