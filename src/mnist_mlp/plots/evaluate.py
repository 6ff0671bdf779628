"""Figures of what a network has learned and where it errs."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import draw_digit, draw_map, styled

DIGITS = tuple(range(10))


@styled
def draw_confusion(confusion, digits=DIGITS, title="Test images by true and predicted digit"):
    """Draw a confusion matrix, true digits by predicted ones, in the order of `digits`; its colours show the mistakes only."""
    figure, axes = plt.subplots(figsize=(6.6, 5.4))
    confusion = confusion[np.ix_(digits, digits)]
    mistakes = np.where(np.eye(len(confusion), dtype=bool), np.nan, confusion)
    # Correct predictions stay white: on the same scale, all mistakes would look alike.
    shown = draw_map(axes, mistakes, cmap="Blues", vmin=0, vmax=max(1, 1.3 * np.nanmax(mistakes)))
    for (row, column), count in np.ndenumerate(confusion):
        weight = "bold" if row == column else "normal"
        axes.text(column, row, count, ha="center", va="center", fontsize=9, fontweight=weight)
    axes.set(title=title, xlabel="predicted digit", ylabel="true digit (label)")
    axes.set(xticks=range(10), yticks=range(10), xticklabels=digits, yticklabels=digits)
    figure.colorbar(shown, label="mistakes (images)", shrink=0.8)
    return figure


@styled
def draw_weights(rows, title):
    """Draw several weights of each unit as pictures of 28 by 28 pixels, all on one scale.

    `rows` (dict of str to ndarray, shape (784, n_units)): name of a row of pictures and its weights, a column for each unit.
    """
    n_units = next(iter(rows.values())).shape[1]
    figure, grid = plt.subplots(len(rows), n_units, figsize=(9, round(9 * len(rows) / (n_units + 2) + 0.4, 1)), squeeze=False)
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0, hspace=0)
    # The few weights beyond the scale must not make all others pale; each further shade makes the file larger.
    limit = np.quantile(np.abs(np.concatenate(list(rows.values()))), 0.99)
    shades = plt.get_cmap("PuOr_r", 25)
    for pictures, (name, weights) in zip(grid, rows.items()):
        for axes, unit in zip(pictures, weights.T):
            picture = draw_digit(axes, unit, cmap=shades, vmin=-limit, vmax=limit)
        pictures[0].text(-4, 14, name, rotation="vertical", ha="center", va="center")
    figure.colorbar(picture, ax=grid, shrink=0.8, extend="both", label="weight (no unit)")
    figure.suptitle(title)
    return figure


@styled
def draw_plane(points, labels, title="Where the images of each digit lie", bins=40):
    """Draw how densely points of shape (m, 2) lie, one panel for each digit; grey is where points of any digit are."""
    figure, grid = plt.subplots(2, 5, figsize=(9, 4.4), sharex=True, sharey=True)
    _, *edges = np.histogram2d(*points.T, bins=bins)
    everywhere, *_ = np.histogram2d(*points.T, bins=edges)
    for digit, axes in enumerate(grid.flat):
        counts, *_ = np.histogram2d(*points[labels == digit].T, bins=edges)
        axes.grid(False)
        axes.pcolormesh(*edges, np.where(everywhere > 0, 1, np.nan).T, cmap="gray", vmin=0, vmax=1.15)
        shown = axes.pcolormesh(
            *edges, np.where(counts > 0, counts, np.nan).T, cmap="viridis_r", norm="log", vmin=1, vmax=everywhere.max()
        )
        axes.set_title(f"digit {digit}")
    figure.colorbar(shown, ax=grid, label="images")
    figure.supxlabel("first direction (no unit)")
    figure.supylabel("second direction (no unit)")
    figure.suptitle(title)
    return figure
