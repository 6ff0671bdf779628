"""Every figure of the course: data in, matplotlib Figure out."""

from functools import wraps

import matplotlib.pyplot as plt
import numpy as np

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


@styled
def draw_digits(images, title="Examples of each class"):
    """Draw several images of each class, a class a row.

    Parameters
    ----------
    images : ndarray, shape (n_classes, n_examples, 784)
        Images of 28 by 28 pixels, 0 (blank) to any largest value (ink); one scale for all.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    n_classes, n_examples, _ = images.shape
    wall = images.reshape(n_classes, n_examples, 28, 28).swapaxes(1, 2).reshape(28 * n_classes, 28 * n_examples)
    figure, axes = plt.subplots(figsize=(0.5 * n_examples + 1, 0.5 * n_classes + 0.9))
    axes.imshow(wall)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set(title=title, xlabel="examples", ylabel="class (label)", xticks=[])
    axes.set_yticks([28 * label + 13.5 for label in range(n_classes)], range(n_classes))
    return figure


@styled
def draw_class_balance(counts, title="How often each class occurs"):
    """Draw the share of each class in some sets of images, beside equal shares.

    Parameters
    ----------
    counts : dict of str to ndarray of int, shape (n_classes,)
        Name of a set and its number of images of each class.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    n_classes, width = len(next(iter(counts.values()))), 0.8 / len(counts)
    figure, axes = plt.subplots(figsize=(7, 2.8))
    for i, (name, count) in enumerate(counts.items()):
        positions = [label + (i - (len(counts) - 1) / 2) * width for label in range(n_classes)]
        axes.bar(positions, 100 * count / count.sum(), width, color=[BLUE, SKY, GREEN][i % 3], label=name)
    axes.axhline(100 / n_classes, color=BLACK, linestyle="--", linewidth=1, label="equal shares")
    axes.set(title=title, xlabel="class (label)", ylabel="share of the set (%)", xticks=range(n_classes))
    axes.grid(False, axis="x")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@styled
def draw_ink(inked, title="Where the ink falls"):
    """Draw how often each pixel is inked: as a map, and sorted.

    Parameters
    ----------
    inked : ndarray of float, shape (784,)
        Share, 0 to 1, of the images in which a pixel of the 28 by 28 is inked.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), width_ratios=[1, 1.15])
    # A colour of its own for "never": next to it, a rare grey looks like white.
    shown = np.ma.masked_equal(100 * inked.reshape(28, 28), 0)
    image = left.imshow(shown, cmap=plt.get_cmap("gray_r").with_extremes(bad=SKY), vmin=0, vmax=100)
    left.grid(False)
    left.set(title="Each pixel (blue: never inked)", xlabel="column (pixel)", ylabel="row (pixel)")
    figure.colorbar(image, label="images in which it is inked (%)")
    right.plot(range(1, len(inked) + 1), 100 * np.sort(inked)[::-1], color=BLUE)
    never = np.count_nonzero(inked == 0)
    right.axvspan(len(inked) - never, len(inked), color=SKY, alpha=0.6, label=f"never inked: {never} pixels")
    right.set(title="The same, sorted", xlabel="pixels, most often inked first", ylabel="images (%)")
    right.set(xlim=(0, len(inked)), ylim=(0, None))
    right.legend()
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_signal(networks, title="Size of the signal, layer by layer"):
    """Draw how large the activations of each layer are for several first weights; a panel a network.

    Parameters
    ----------
    networks : dict of str to dict of str to list of float
        For the name of a network and of its first weights, the root mean square of the activations of each layer, from the
        images (layer 0) on, in units of a pixel's range.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(1, len(networks), figsize=(8, 3.4), sharey=True, squeeze=False)
    for axes, (network, signals) in zip(grid.flat, networks.items()):
        for (name, signal), color, marker in zip(signals.items(), [BLUE, ORANGE, VERMILION, BLACK], "osvx"):
            axes.plot(range(len(signal)), signal, color=color, marker=marker, markersize=4, label=name)
        # Linear below the last decade, so that an exact zero has a place.
        axes.set_yscale("symlog", linthresh=1e-9)
        axes.set(title=network, xlabel="layer (0: the images)", yticks=[0, 1e-8, 1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6, 1e8])
        axes.xaxis.get_major_locator().set_params(integer=True)
    grid[0, 0].set_ylabel("root mean square of activations")
    figure.suptitle(title, fontsize=11)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure


@styled
def draw_relu(z, a, slope):
    """Draw the rectified linear unit and its slope, with the value that the slope takes at 0.

    Parameters
    ----------
    z : ndarray, shape (n,)
        Increasing, with values on both sides of 0.
    a, slope : ndarray, shape (n,)
        ``relu(z)`` and ``relu_deriv(z)``.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.8))
    left.plot(z, a, color=BLUE)
    left.set(title="ReLU lets the positive through", xlabel="z", ylabel="a = relu(z)")
    for side in (z <= 0, z > 0):
        right.plot(z[side], slope[side], color=BLUE)
    right.plot(0, 0, "o", color=BLUE, label="the value taken at 0")
    right.plot(0, 1, "o", color=BLUE, markerfacecolor="white", label="not taken")
    right.set(title="Its slope jumps from 0 to 1", xlabel="z", ylabel="relu_deriv(z)", yticks=[0, 0.5, 1])
    right.legend(loc="center right")
    return figure


@styled
def draw_unit_activity(shares, title="How often each unit is active"):
    """Draw in how many images each hidden unit is active, sorted; a panel a layer.

    Parameters
    ----------
    shares : list of ndarray of float, shape (units,)
        For each hidden layer, the share, 0 to 1, of the images in which a unit puts out more than 0.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(1, len(shares), figsize=(8, 3), sharey=True, squeeze=False)
    for number, (axes, share) in enumerate(zip(grid.flat, shares), start=1):
        dead = np.count_nonzero(share == 0)
        axes.bar(range(len(share)), 100 * np.sort(share), width=1, color=BLUE)
        axes.set(title=f"Layer {number}: {len(share)} units, {dead} of them dead", ylim=(0, 100))
        axes.set_xlabel("units, least active first")
    grid[0, 0].set_ylabel("images with a > 0 (%)")
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_softmax(scores, probabilities):
    """Draw the scores of one image and the probabilities that softmax makes of them.

    Parameters
    ----------
    scores, probabilities : ndarray, shape (n_classes,)

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.7))
    left.bar(range(len(scores)), scores, color=SKY)
    left.axhline(0, color=BLACK, linewidth=1)
    left.set(title="Scores: any size, any sign", ylabel="z (no unit)")
    bars = right.bar(range(len(scores)), 100 * probabilities, color=BLUE)
    right.bar_label(bars, fmt="%.1f", fontsize=8)
    right.set(title=f"Probabilities: positive, {100 * probabilities.sum():.0f} % together", ylabel="p (%)")
    for axes in (left, right):
        axes.set(xlabel="class", xticks=range(len(scores)))
        axes.grid(False, axis="x")
    return figure


@styled
def draw_means(means, title="Mean image of each class"):
    """Draw the mean image of each class side by side.

    Parameters
    ----------
    means : ndarray, shape (n_classes, 784)
        Means of images of 28 by 28 pixels, in any unit; one scale for all.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(1, len(means), figsize=(0.85 * len(means), 1.35), squeeze=False)
    for label, (axes, mean) in enumerate(zip(grid.flat, means)):
        axes.imshow(mean.reshape(28, 28), vmin=0, vmax=means.max())
        axes.set_axis_off()
        axes.set_title(f"class {label}", fontsize=9, loc="center")
    figure.suptitle(title, fontsize=11)
    return figure
