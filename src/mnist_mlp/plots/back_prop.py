"""Figures of the gradient and its check."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLACK, BLUE, GREEN, ORANGE, draw_bars, draw_map, legend_right, styled


@styled
def draw_score_gradient(probabilities, one_hot, title="The gradient at the scores is p − Y"):
    """Draw probabilities, one-hot labels, both of shape (m, n_classes), and their difference, one image per row."""
    panels = {"p: probabilities": probabilities, "Y: one-hot labels": one_hot, "p − Y": probabilities - one_hot}
    figure, grid = plt.subplots(1, 3, figsize=(8, 3), sharey=True)
    for axes, (name, values) in zip(grid, panels.items()):
        # Brown is positive, purple negative: one scale for all three.
        shown = draw_map(axes, values, cmap="PuOr_r", vmin=-1, vmax=1, aspect="auto")
        axes.set(title=name, xlabel="class", xticks=range(values.shape[1]))
    grid[0].set(ylabel="image", yticks=range(len(one_hot)))
    figure.colorbar(shown, ax=grid, label="value (no unit)")
    figure.suptitle(title)
    return figure


@styled
def draw_gradient_errors(reports, tolerance, title="Gradient against central differences"):
    """Draw the relative error of each array of one or several gradients, on a logarithmic axis.

    `reports` (dict of str to list of dict): for the name of each gradient, what `mnist_mlp.gradient_check` returned: rows
    with ``name`` and ``relative_error``; `tolerance` (float): relative error up to which a gradient passes.
    """
    figure, axes = plt.subplots(figsize=(7, 3.2))
    errors = {name: [row["relative_error"] for row in report] for name, report in reports.items()}
    draw_bars(axes, errors, (BLUE, ORANGE, GREEN))
    axes.axhline(tolerance, color=BLACK, linestyle="--", linewidth=1.2, label=f"passes below {tolerance:g}")
    arrays = [row["name"] for row in next(iter(reports.values()))]
    axes.set(title=title, xlabel="array", ylabel="relative error (no unit)", yscale="log", ylim=(1e-10, 2))
    axes.set_xticks(range(len(arrays)), arrays)
    legend_right(axes)
    return figure
