"""Figures of the activation functions."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, ORANGE, SKY, VERMILION, styled


@styled
def draw_relu(z, a, slope):
    """Draw the rectified linear unit and its slope, with the value that the slope takes at 0.

    `z` (ndarray, shape (n,)): increasing, with values on both sides of 0; `a`, `slope` (ndarray, shape (n,)): ``relu(z)``
    and ``relu_deriv(z)``.
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
def draw_regions(regions, points, labels):
    """Draw which of two classes is predicted where in the plane, a panel per network, and the labelled points.

    `regions` (dict of str to tuple): title of a panel, and x, y and the class, 0 or 1, at each of them, as `contourf` takes
    them; `points` (ndarray, shape (n, 2)); `labels` (ndarray of int, shape (n,)): 0 or 1.
    """
    figure, grid = plt.subplots(1, len(regions), figsize=(8, 4.6), sharey=True, squeeze=False)
    for axes, (title, region) in zip(grid.flat, regions.items()):
        axes.contourf(*region, levels=[-0.5, 0.5, 1.5], colors=[SKY, ORANGE], alpha=0.4)
        for label, color, marker in zip((0, 1), (BLUE, VERMILION), "o^"):
            axes.plot(*points[labels == label].T, marker, color=color, markersize=3, label=f"class {label}")
        axes.set(title=title, xlabel="first input (no unit)", aspect="equal")
        axes.grid(False)
    grid[0, 0].set_ylabel("second input (no unit)")
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


@styled
def draw_softmax(scores, probabilities):
    """Draw the scores of one image, shape (n_classes,), their exponentials and the probabilities that softmax makes of them."""
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(8.5, 2.7))
    panels = [(left, scores, SKY, "%.1f"), (middle, np.exp(scores), SKY, "%.2f"), (right, 100 * probabilities, BLUE, "%.1f")]
    for axes, values, color, digits in panels:
        axes.bar_label(axes.bar(range(len(values)), values, color=color), fmt=digits, fontsize=8)
        axes.axhline(0, color=BLACK, linewidth=1)
        axes.set(xlabel="class", xticks=range(len(values)))
        axes.margins(y=0.15)
        axes.grid(False, axis="x")
    left.set(title="Scores: any sign", ylabel="z (no unit)")
    middle.set(title="Exponentials: positive", ylabel="exp(z) (no unit)")
    right.set(title=f"Probabilities: {100 * probabilities.sum():.0f} % together", ylabel="p (%)")
    return figure
