"""Figures of what a network has learned and where it errs."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLUE, draw_digit, draw_map, styled


@styled
def draw_confusion(confusion, title="Test images by true and predicted digit"):
    """Draw a confusion matrix, true digits by predicted ones; its colours show the mistakes, its numbers everything."""
    figure, axes = plt.subplots(figsize=(6.6, 5.4))
    mistakes = np.where(np.eye(len(confusion), dtype=bool), np.nan, confusion)
    # Correct predictions stay white: on the same scale, all mistakes would look alike.
    shown = draw_map(axes, mistakes, cmap="Blues", vmin=0, vmax=max(1, 1.3 * np.nanmax(mistakes)))
    for (row, column), count in np.ndenumerate(confusion):
        weight = "bold" if row == column else "normal"
        axes.text(column, row, count, ha="center", va="center", fontsize=9, fontweight=weight)
    axes.set(title=title, xlabel="predicted digit", ylabel="true digit (label)", xticks=range(10), yticks=range(10))
    figure.colorbar(shown, label="mistakes (images)", shrink=0.8)
    return figure


@styled
def draw_weights(weights, title="Weights of the first layer, a picture for each unit"):
    """Draw the weights into each unit, shape (784, n_units), as a picture of 28 by 28 pixels."""
    rows = -(-weights.shape[1] // 8)
    figure, grid = plt.subplots(rows, 8, figsize=(8, 0.9 * rows + 0.4), squeeze=False)
    limit = np.abs(weights).max()
    for axes in grid.flat[weights.shape[1] :]:
        axes.set_axis_off()
    for axes, unit in zip(grid.flat, weights.T):
        picture = draw_digit(axes, unit, cmap="PuOr_r", vmin=-limit, vmax=limit)
    figure.colorbar(picture, ax=grid, shrink=0.8, label="weight (no unit)")
    figure.suptitle(title)
    return figure


@styled
def draw_plane(points, labels, title="Test images in the plane of largest spread"):
    """Draw points of shape (m, 2) in one panel per digit: those with its label in colour, all others grey."""
    figure, grid = plt.subplots(2, 5, figsize=(10, 4.6), sharex=True, sharey=True)
    for digit, axes in enumerate(grid.flat):
        # Ten colours in one panel would hide each other, and nobody can tell all of them apart.
        axes.plot(*points.T, ".", color="#cccccc", markersize=2, zorder=1)
        of_digit = points[labels == digit].T
        axes.plot(*of_digit, linestyle="", marker=f"${digit}$", color=BLUE, markersize=4.5, markeredgewidth=0.2, zorder=2)
        axes.set_title(f"digit {digit}")
    figure.supxlabel("first direction (no unit)")
    figure.supylabel("second direction (no unit)")
    figure.suptitle(title)
    return figure
