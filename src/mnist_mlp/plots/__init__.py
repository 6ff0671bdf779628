"""Every figure of the course: data in, matplotlib Figure out."""

from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

# Okabe and Ito's palette: eight colours that colour-blind readers tell apart.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, VERMILION, PURPLE = (
    "#000000 #E69F00 #56B4E9 #009E73 #F0E442 #0072B2 #D55E00 #CC79A7".split()
)
COLORS = (BLUE, VERMILION, GREEN, ORANGE, PURPLE, BLACK)
GRID_VALUES = 12  # up to so many values of a parameter stand side by side; more make a numeric axis
ACCURACY_TICKS = (10, 50, 80, 90, 95, 97, 98, 99, 99.5, 99.8, 99.9)  # where the axis is spaced by the errors left
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


@styled
def draw_activations(activations, title="One image on its way through the network"):
    """Draw an image, what each hidden layer makes of it, and the probabilities at the end.

    Parameters
    ----------
    activations : list of ndarray
        For one image of 28 by 28 pixels, what `mnist_mlp.forward` returned: shapes (1, 784), (1, units), ..., (1, n_classes).
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    image, *hidden, probabilities = [a.ravel() for a in activations]
    figure, grid = plt.subplots(1, len(hidden) + 2, figsize=(2.3 * len(activations) + 1, 3))
    grid[0].imshow(image.reshape(28, 28))
    grid[0].set(title=f"X: {image.size} pixels", xlabel="column (pixel)", ylabel="row (pixel)")
    for number, (axes, a) in enumerate(zip(grid[1:-1], hidden), start=1):
        # Units have no place of their own: eight a row, in order, only to make a picture.
        picture = np.full(-(-a.size // 8) * 8, np.nan)
        picture[: a.size] = a
        shown = axes.imshow(picture.reshape(-1, 8))
        axes.set(title=f"a{number}: {np.count_nonzero(a)} of {a.size} on", xlabel="units, eight a row", xticks=[], yticks=[])
        figure.colorbar(shown, label="output of the unit")
    grid[-1].bar(range(probabilities.size), probabilities, color=BLUE)
    grid[-1].set(title="p: probabilities", xlabel="class", ylabel="p", xticks=range(probabilities.size), ylim=(0, None))
    for axes in grid[:-1]:
        axes.grid(False)
        axes.spines[:].set_visible(True)
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_first_losses(losses, lines, title="Loss before any training"):
    """Draw one loss for each of several first weights, beside values to compare them with.

    Parameters
    ----------
    losses : sequence of float, length n
        Losses in nats; number i belongs to seed i.
    lines : dict of str to float
        Losses in nats that are drawn as lines across, by their names; two at most.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3))
    axes.plot(range(len(losses)), losses, "o", color=BLUE, label="one draw of first weights")
    for (name, loss), color, style in zip(lines.items(), [BLACK, VERMILION], ["--", "-."]):
        axes.axhline(loss, color=color, linestyle=style, linewidth=1.2, label=f"{name}: {loss:.3f}")
    axes.set(title=title, xlabel="seed of the first weights", ylabel="loss (nats)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(False, axis="x")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@styled
def draw_log_constant(margins, exact, with_constant, title="Cross-entropy of one image, two ways"):
    """Draw a loss by log-sum-exp and by log(p + constant): whole, and enlarged where the image is right by far.

    Parameters
    ----------
    margins : ndarray, shape (n,)
        Increasing: score of the right class less that of the other.
    exact, with_constant : ndarray, shape (n,)
        Losses in nats.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    near = (margins > 0) & (exact < 1e-7)
    for axes, shown, unit in ((left, slice(None), 1), (right, near, 1e-8)):
        axes.plot(margins[shown], exact[shown] / unit, color=BLUE, label="log-sum-exp")
        axes.plot(margins[shown], with_constant[shown] / unit, color=VERMILION, linestyle="--", label="log(p + constant)")
        axes.axhline(0, color=BLACK, linewidth=0.8)
        axes.set_xlabel("margin: right score − other score")
    left.set(title="All margins", ylabel="loss (nats)")
    left.legend()
    right.set(title="Right by far, enlarged", ylabel="loss (10⁻⁸ nats)", ylim=(-2, 6))
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_score_gradient(probabilities, one_hot, title="The gradient at the scores is p − Y"):
    """Draw probabilities, one-hot labels and their difference, an image a row.

    Parameters
    ----------
    probabilities, one_hot : ndarray, shape (m, n_classes)
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    panels = {"p: what the network says": probabilities, "Y: what is right": one_hot, "p − Y": probabilities - one_hot}
    figure, grid = plt.subplots(1, 3, figsize=(8, 3), sharey=True)
    for axes, (name, values) in zip(grid, panels.items()):
        # Brown is positive, purple negative: one scale for all three.
        shown = axes.imshow(values, cmap="PuOr_r", vmin=-1, vmax=1, aspect="auto")
        axes.grid(False)
        axes.set(title=name, xlabel="class", xticks=range(values.shape[1]))
    grid[0].set(ylabel="image", yticks=range(len(one_hot)))
    figure.colorbar(shown, ax=grid, label="value (no unit)")
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_gradient_errors(reports, tolerance, title="Gradient against central differences"):
    """Draw the relative error of each array of one or several gradients, on a logarithmic axis.

    Parameters
    ----------
    reports : dict of str to list of dict
        For the name of each gradient, what `mnist_mlp.gradient_check` returned: rows with ``name`` and ``relative_error``.
    tolerance : float
        Relative error up to which a gradient passes.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3.2))
    width = 0.8 / len(reports)
    for i, (name, report) in enumerate(reports.items()):
        positions = [number + (i - (len(reports) - 1) / 2) * width for number in range(len(report))]
        axes.bar(positions, [row["relative_error"] for row in report], width, color=[BLUE, ORANGE, GREEN][i % 3], label=name)
    axes.axhline(tolerance, color=BLACK, linestyle="--", linewidth=1.2, label=f"passes below {tolerance:g}")
    axes.set_yscale("log")
    axes.set(title=title, xlabel="array", ylabel="relative error (no unit)", ylim=(1e-10, 2))
    axes.set_xticks(range(len(report)), [row["name"] for row in report])
    axes.grid(False, axis="x")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@styled
def draw_paths(paths, curvatures, title="Ways down a ravine"):
    """Draw the ways of several methods down a quadratic ravine, a panel each; a path that leaves the picture ends there.

    Parameters
    ----------
    paths : dict of str to ndarray, shape (n_points, 2)
        Points visited, method by method, from the common start on.
    curvatures : ndarray, shape (2,)
        Curvature of the loss along each axis.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(-(-len(paths) // 2), 2, figsize=(9, 5.4), sharex=True, sharey=True)
    x, y = np.meshgrid(np.linspace(-4.6, 2.6, 200), np.linspace(-1.5, 1.5, 200))
    loss = (curvatures[0] * x**2 + curvatures[1] * y**2) / 2
    for axes, (name, path), color in zip(grid.flat, paths.items(), (BLUE, ORANGE, GREEN, VERMILION)):
        axes.contour(x, y, loss, levels=loss.max() * np.linspace(0.05, 1, 8) ** 2, colors="#bbbbbb", linewidths=0.8)
        # Coordinates of a diverging path grow beyond what a renderer can clip.
        axes.plot(*np.where(np.abs(path) < 1000, path, np.nan).T, color=color, marker=".", markersize=4, linewidth=1.2)
        axes.plot(*path[0], marker="o", color=BLACK, markersize=6, markerfacecolor="none")
        axes.plot(0, 0, marker="+", color=BLACK, markersize=9)
        axes.set(title=name, xlim=(-4.6, 2.6), ylim=(-1.5, 1.5))
        axes.grid(visible=False)
    figure.supxlabel("first weight, along the ravine (no unit)", fontsize=10)
    figure.supylabel("second weight, across it (no unit)", fontsize=10)
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_looks(curvature, weight, looks, title="Where the gradient is taken"):
    """Draw a parabola, a weight on it, and the points at which some forms of looking ahead take the gradient.

    Parameters
    ----------
    curvature : float
        Of the loss ``curvature / 2 * weight**2``.
    weight : float
    looks : dict of str to float
        Name of a form and where it looks, two at most.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3.4))
    reach = 1.15 * max(abs(weight), *(abs(ahead) for ahead in looks.values()))
    x = np.linspace(-reach, reach, 201)
    axes.plot(x, curvature * x**2 / 2, color="#999999")
    axes.plot(weight, curvature * weight**2 / 2, "o", color=BLACK, markersize=8, label="the weight now", zorder=4)
    for (name, ahead), color, marker in zip(looks.items(), (BLUE, VERMILION), "^s"):
        loss = curvature * ahead**2 / 2
        axes.plot(ahead, loss, marker, color=color, markersize=8, label=f"look of the {name} form", zorder=3)
        # The slope that is found there, as a piece of the tangent.
        run = np.array([-0.1, 0.1]) * reach
        axes.plot(ahead + run, loss + curvature * ahead * run, color=color, linewidth=2)
    axes.set(title=title, xlabel="weight (no unit)", ylabel="loss (no unit)", ylim=(-0.06 * curvature * reach**2, None))
    axes.legend(loc="upper center")
    return figure


@styled
def draw_error_factors(curvatures, factors, title="What an update does to the error"):
    """Draw by which factor an update changes the error along directions of different curvature.

    Parameters
    ----------
    curvatures : ndarray, shape (n,)
        Increasing, above 0.
    factors : dict of str to ndarray, shape (n,)
        Factors of each method, three at most.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3.6))
    axes.axhline(1, color=BLACK, linewidth=1)
    for (name, factor), color, style in zip(factors.items(), (BLUE, VERMILION, "#777777"), ("-", "--", ":")):
        axes.plot(curvatures, factor, color=color, linestyle=style, linewidth=2, label=name)
    axes.set(title=title, xlabel="curvature h of the direction (no unit)", ylabel="factor of the error, an update")
    axes.set(xscale="log", xlim=(curvatures[0], curvatures[-1]), ylim=(0, 2))
    axes.legend(loc="upper left")
    return figure


@styled
def draw_class_accuracy(shares, title="Share of each digit that is read right"):
    """Draw the accuracy of each class as a bar.

    Parameters
    ----------
    shares : sequence of float, shape (10,)
        Accuracy of digit 0 to 9, between 0 and 1.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3))
    bars = axes.bar(range(10), [100 * share for share in shares], color=SKY)
    axes.bar_label(bars, fmt="%.0f", padding=1)
    axes.set(title=title, xlabel="digit", ylabel="read right (%)", xticks=range(10), ylim=(0, 110))
    return figure


@styled
def draw_intervals(intervals, title="Accuracies and their 95 % intervals"):
    """Draw some accuracies, each with its interval.

    Parameters
    ----------
    intervals : dict of str to tuple of float
        Name of a result and its accuracy, lower and upper end, between 0 and 1.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 0.5 * len(intervals) + 1.1))
    for row, (accuracy, low, high) in enumerate(intervals.values()):
        axes.plot([100 * low, 100 * high], [row, row], color=BLUE, linewidth=3, marker="|", markersize=12, markeredgewidth=2)
        axes.plot(100 * accuracy, row, "o", color=VERMILION)
        axes.annotate(f"{100 * accuracy:.2f} %", (100 * accuracy, row), (0, 7), textcoords="offset points", ha="center")
    axes.set_yticks(range(len(intervals)), intervals)
    axes.set(title=title, xlabel="accuracy (%)", ylim=(len(intervals) - 0.5, -0.7))
    axes.grid(visible=False, axis="y")
    return figure


@styled
def draw_sampling(samples, lines, title="One network, many test sets"):
    """Draw how an accuracy spreads over samples of test images, and some accuracies as lines.

    Parameters
    ----------
    samples : ndarray of float, shape (n_samples,)
        Accuracies between 0 and 1.
    lines : sequence of float
        Accuracies to be marked.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3))
    axes.hist(100 * samples, bins=40, color=SKY)
    for line, color, style in zip(lines, (BLACK, VERMILION), ("-", "--")):
        axes.axvline(100 * line, color=color, linestyle=style, label=f"{100 * line:.2f} %")
    axes.set(title=title, xlabel="accuracy (%)", ylabel="test sets")
    axes.legend()
    return figure


@styled
def draw_loss_beside(history, published, title):
    """Draw a loss curve and the losses that the original published, one every ten epochs.

    Parameters
    ----------
    history : list of dict
        Rows with ``epoch`` and ``loss``.
    published : sequence of float
        Losses at epochs 0, 10, 20, ...
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7, 3.4))
    axes.plot([row["epoch"] for row in history], [row["loss"] for row in history], color=BLUE, label="this run")
    epochs = range(0, 10 * len(published), 10)
    axes.plot(epochs, published, "o", color=ORANGE, markersize=4, label="published")
    axes.set(title=title, xlabel="epoch (one update each)", ylabel="loss (nats)", ylim=(0, None))
    axes.legend()
    return figure


@styled
def draw_class_history(epochs, shares, title="Share of each digit that is read right"):
    """Draw when each digit is learned: a map of digits and epochs for each training.

    Parameters
    ----------
    epochs : sequence of int, length n
    shares : dict of str to ndarray, shape (n, 10)
        For the name of each training, the share, 0 to 1, of each digit's images that is read right after each epoch.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(1, len(shares), figsize=(9, 3), sharey=True, squeeze=False)
    for axes, (name, share) in zip(grid.flat, shares.items()):
        shown = axes.pcolormesh(epochs, range(10), 100 * share.T, cmap="cividis", vmin=0, vmax=100)
        axes.set(title=name, xlabel="epoch", yticks=range(10))
        axes.grid(visible=False)
    grid[0, 0].set(ylabel="digit", ylim=(9.5, -0.5))
    figure.colorbar(shown, ax=grid, label="read right (%)")
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_work(work, title="Arithmetic of one epoch"):
    """Draw how many operations some ways of computing take, layer by layer.

    Parameters
    ----------
    work : dict of str to ndarray, shape (n_layers,)
        Name of a way and its operations in each layer, in units of a billion; three layers at most have colours of their own.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(work) + 1.2))
    left = np.zeros(len(work))
    for number, (layer, color) in enumerate(zip(np.transpose(list(work.values())), (SKY, BLUE, VERMILION)), start=1):
        bars = axes.barh(range(len(work)), layer, left=left, color=color, height=0.6, label=f"layer {number}")
        left += layer
    axes.bar_label(bars, [f"{total:.1f}" for total in left], padding=4)
    axes.set_yticks(range(len(work)), work)
    axes.set(title=title, xlabel="operations an epoch (billions)", ylim=(len(work) - 0.5, -0.5), xlim=(0, 1.1 * left.max()))
    axes.grid(visible=False, axis="y")
    axes.legend(loc="lower right")
    return figure


@styled
def draw_probabilities(images, probabilities, labels, title="Images, and what the network makes of them"):
    """Draw images, each beside the probabilities that a network gives it; the bar of the right digit has another colour.

    Parameters
    ----------
    images : ndarray, shape (m, 784)
        Images of 28 by 28 pixels, a row each.
    probabilities : ndarray, shape (m, 10)
    labels : ndarray of int, shape (m,)
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(len(images), 2, figsize=(7, 1.5 * len(images) + 0.8), squeeze=False, width_ratios=(1, 4))
    for (picture, axes), image, row, label in zip(grid, images, probabilities, labels):
        picture.imshow(image.reshape(28, 28))
        picture.set_axis_off()
        bars = axes.bar(range(10), 100 * row, color=[BLUE if digit == label else SKY for digit in range(10)])
        axes.bar_label(bars, fmt="%.0f", fontsize=8)
        axes.set(xticks=range(10), ylim=(0, 115), yticks=[0, 50, 100], ylabel="p (%)")
        axes.grid(axis="x", visible=False)
    axes.set_xlabel("digit (dark: the label)")
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_calibration(certainties, shares, title="How often the network is right, by how certain it is"):
    """Draw the share of right answers against the mean certainty, group of images by group of images.

    Parameters
    ----------
    certainties, shares : sequence of float, length n_groups
        Mean largest probability and share of right answers, 0 to 1.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(5.4, 3.8))
    axes.plot([0, 100], [0, 100], color=BLACK, linestyle="--", linewidth=1, label="as certain as right")
    points = [[100 * value for value in values] for values in (certainties, shares)]
    axes.plot(*points, color=BLUE, marker="o", label="this network")
    axes.set(title=title, xlabel="mean largest probability (%)", ylabel="answers that are right (%)")
    axes.legend()
    return figure


@styled
def draw_confusion(confusion, title="Test images by digit and answer"):
    """Draw a confusion matrix; its colours show the mistakes, its numbers everything.

    Parameters
    ----------
    confusion : ndarray of int, shape (10, 10)
        Counts: a row for each digit, a column for each answer.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(6.6, 5.4))
    mistakes = np.where(np.eye(len(confusion), dtype=bool), np.nan, confusion)
    # Right answers stay white: on one scale with them every mistake would look the same.
    shown = axes.imshow(mistakes, cmap="Blues", vmin=0, vmax=max(1, 1.3 * np.nanmax(mistakes)))
    for (row, column), count in np.ndenumerate(confusion):
        weight = "bold" if row == column else "normal"
        axes.text(column, row, count, ha="center", va="center", fontsize=9, fontweight=weight)
    axes.grid(visible=False)
    axes.set(title=title, xlabel="answer of the network", ylabel="digit (label)", xticks=range(10), yticks=range(10))
    figure.colorbar(shown, label="mistakes (images)", shrink=0.8)
    return figure


@styled
def draw_weights(weights, title="Weights of the first layer, a picture for each unit"):
    """Draw the weights into each unit as a picture of 28 by 28 pixels.

    Parameters
    ----------
    weights : ndarray, shape (784, n_units)
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = -(-weights.shape[1] // 8)
    figure, grid = plt.subplots(rows, 8, figsize=(8, 0.9 * rows + 0.4), squeeze=False)
    limit = np.abs(weights).max()
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, unit in zip(grid.flat, weights.T):
        picture = axes.imshow(unit.reshape(28, 28), cmap="PuOr_r", vmin=-limit, vmax=limit)
    figure.colorbar(picture, ax=grid, shrink=0.8, label="weight (no unit)")
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_plane(points, labels, title="Test images in the plane of largest spread"):
    """Draw points in a plane, a panel for each digit: its own points as that digit, all others grey.

    Parameters
    ----------
    points : ndarray, shape (m, 2)
    labels : ndarray of int, shape (m,)
        Digits.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, grid = plt.subplots(2, 5, figsize=(10, 4.6), sharex=True, sharey=True)
    for digit, axes in enumerate(grid.flat):
        # Ten colours in one panel would hide each other, and no reader tells all of them apart.
        axes.plot(*points.T, ".", color="#cccccc", markersize=2, zorder=1)
        of_digit = points[labels == digit].T
        axes.plot(*of_digit, linestyle="", marker=f"${digit}$", color=BLUE, markersize=4.5, markeredgewidth=0.2, zorder=2)
        axes.set_title(f"digit {digit}")
    figure.supxlabel("first direction (no unit)", fontsize=10)
    figure.supylabel("second direction (no unit)", fontsize=10)
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_profiles(profiles, label, percent=False, title="Each parameter, the others at their best"):
    """Draw the results of a sweep against each of its parameters, a panel each.

    Parameters
    ----------
    profiles : dict of str to pandas.DataFrame
        For each parameter, rows with its ``value``, a ``measure``, whether the run ``failed`` (then the measure is NaN), and
        whether its configuration is the ``best`` with this value.
    label : str
        Of the measure, with its unit.
    percent : bool
        Whether the measure is an accuracy in percent. Its axis is spaced by what is missing to 100 %.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    columns = min(3, len(profiles))
    rows = -(-len(profiles) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(2 + 3.2 * columns, 3.3 * rows + 0.4), sharey=True, squeeze=False)
    for axes in grid.flat[len(profiles) :]:
        axes.set_axis_off()
    for axes, (name, profile) in zip(grid.flat, profiles.items()):
        _draw_profile(axes, profile)
        axes.set_xlabel(name)
    _space_axis(grid[0, 0], percent, np.concatenate([profile["measure"] for profile in profiles.values()]))
    for axes in grid[:, 0]:
        axes.set_ylabel(label)
    handles = {}
    for axes in grid.flat:
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels())))
    figure.legend(handles.values(), handles, loc="outside lower left", ncols=4)
    figure.suptitle(title, fontsize=11)
    return figure


def _draw_profile(axes, profile):
    """Draw a dot for each run; join the medians of the best configurations, unless there are too many values to be a grid."""
    values = profile["value"].unique().tolist()
    texts = isinstance(values[0], str)
    values = values if texts else sorted(values)
    grid = texts or len(values) <= GRID_VALUES
    place = {value: number if grid else value for number, value in enumerate(values)}
    profile = profile.assign(x=profile["value"].map(place))
    for rows, marks in (
        (profile[~profile["best"] & ~profile["failed"]], {"color": "#aaaaaa", "markersize": 4, "label": "other runs"}),
        (profile[profile["best"] & ~profile["failed"]], {"color": BLUE, "label": "best configuration with the value"}),
    ):
        if len(rows):
            axes.plot(rows["x"], rows["measure"], "o", **marks)
    if grid:
        medians = profile[profile["best"]].groupby("x")["measure"].median()
        axes.plot(medians, color=BLUE, linewidth=1.2, label="its median over seeds")
        axes.set_xticks(range(len(values)), [_show(value) for value in values])
        axes.set_xlim(-0.5, len(values) - 0.5)
    elif values[0] > 0 and np.median(values) < (values[0] + values[-1]) / 4:
        axes.set_xscale("log")
    if profile["failed"].any():
        failed = profile["x"][profile["failed"]]
        bottom = axes.get_xaxis_transform()  # a failed run has no height
        axes.plot(failed, np.full(len(failed), 0.03), "x", color=VERMILION, transform=bottom, label="failed")


def _space_axis(axes, percent, values):
    """Space an axis of accuracies by the errors left, and one of other numbers by their logarithm if they span decades."""
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return
    low, high = values.min(), values.max()
    ticks = _accuracy_ticks(low, high) if percent else []
    if ticks:
        ends = _to_spacing(np.array([low, high]))
        axes.set_yscale("function", functions=(_to_spacing, _from_spacing))
        axes.set_ylim(_from_spacing(ends + np.array([-0.12, 0.08]) * np.ptp(ends)))
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    elif low > 0 and high / low >= 100:
        axes.set_yscale("log")


def _accuracy_ticks(low, high):
    """Ticks for accuracies in percent between these two, spaced by the errors left; none if they are too close for that."""
    ticks = [tick for tick in ACCURACY_TICKS if _to_spacing(low) - 0.2 <= _to_spacing(tick) <= _to_spacing(high) + 0.2]
    return ticks if high < 100 and len(ticks) > 2 else []


def _to_spacing(accuracy):
    return -np.log(np.maximum(100 - accuracy, 1e-3))


def _from_spacing(height):
    return 100 - np.exp(-height)


def _show(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@styled
def draw_heat_map(table, label, percent=False, title="Two parameters at once"):
    """Draw a measure for each pair of two parameters' values as colour and number.

    Parameters
    ----------
    table : pandas.DataFrame
        The measure by one parameter (columns, named) and another (rows, named); infinite where runs failed, NaN where none
        was made.
    label, percent
        As for `draw_profiles`.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    ticks = _accuracy_ticks(values.min(), values.max()) if percent and values.count() else []
    shown = _to_spacing(values) if ticks else values
    figure, axes = plt.subplots(figsize=(max(4.5, 1.6 + 0.85 * values.shape[1]), max(2.8, 1.4 + 0.45 * values.shape[0])))
    image = axes.imshow(shown, cmap=plt.get_cmap("cividis").with_extremes(bad="white"), aspect="auto")
    for (row, column), value in np.ndenumerate(table.to_numpy(dtype=float)):
        if not np.isnan(value):
            text = "failed" if np.isinf(value) else f"{value:.1f}" if percent else f"{value:.3g}"
            dark = np.isfinite(value) and image.norm(shown[row, column]) < 0.5
            axes.text(column, row, text, ha="center", va="center", color="white" if dark else "black", fontsize=9)
    axes.set(title=title, xlabel=table.columns.name, ylabel=table.index.name)
    axes.set_xticks(range(values.shape[1]), [_show(value) for value in table.columns])
    axes.set_yticks(range(values.shape[0]), [_show(value) for value in table.index])
    axes.grid(visible=False)
    bar = figure.colorbar(image, label=label)
    if ticks:
        bar.set_ticks(_to_spacing(np.array(ticks)), labels=[f"{tick:g}" for tick in ticks])
    return figure


@styled
def draw_best_and_worst(best, worst, title="Loss of the best and of the worst"):
    """Draw the loss curves of two groups of trainings, a panel each with its own scale.

    Parameters
    ----------
    best, worst : dict of str to list of dict
        Name of a training and its history: rows with ``epoch`` and ``loss``. Six of each have colours of their own.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    panels = {name: histories for name, histories in (("Best", best), ("Worst", worst)) if histories}
    figure, grid = plt.subplots(1, len(panels), figsize=(4.5 * len(panels), 3.6), squeeze=False)
    for axes, (name, histories) in zip(grid.flat, panels.items()):
        for (label, history), color, style in zip(histories.items(), COLORS, ("-", "--", "-.", ":", "-", "--")):
            points = [[row[key] for row in history] for key in ("epoch", "loss")]
            axes.plot(*points, color=color, linestyle=style, marker=".", label=label)
        axes.set(title=name, xlabel="epoch (passes over all images)", yscale="log")
        axes.xaxis.get_major_locator().set_params(integer=True)
        low, high = axes.get_ylim()
        if high < 1000 * low:
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_formatter("")
        axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.22))
    grid[0, 0].set_ylabel("loss (nats)")
    figure.suptitle(title, fontsize=11)
    return figure


@styled
def draw_validation_test(validation, test, chosen, title="Validation against test"):
    """Draw the test accuracy of some runs against their validation accuracy, with the line of equality.

    Parameters
    ----------
    validation, test : sequence of float, shape (n_runs,)
        Accuracies in percent.
    chosen : sequence of bool, shape (n_runs,)
        Runs to be marked.
    title : str

    Returns
    -------
    matplotlib.figure.Figure
    """
    validation, test, chosen = np.asarray(validation), np.asarray(test), np.asarray(chosen)
    figure, axes = plt.subplots(figsize=(6.4, 4))
    axes.plot(validation[~chosen], test[~chosen], "o", color="#999999", markersize=4, label="a run")
    axes.plot(validation[chosen], test[chosen], "s", color=BLUE, label="a run of the chosen configuration")
    axes.axline((validation.mean(), validation.mean()), slope=1, color=BLACK, linestyle="--", linewidth=1, label="equal")
    axes.set(title=title, xlabel="validation accuracy (%)", ylabel="test accuracy (%)")
    axes.legend(loc="lower right")
    return figure
