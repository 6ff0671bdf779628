"""Figure of the initial weights."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.curves import STYLES
from mnist_mlp.plots.style import COLORS, styled


@styled
def draw_spreads(panels, title, xlabel, bins):
    """Draw histograms of sizes, on a logarithmic axis: a panel per layer, in it the groups on top of each other.

    `panels` (dict of str to dict of str to ndarray): for the name of a panel and of a group, the values, of which the sizes
    are drawn and zeros are left out; `bins` (ndarray): edges.
    """
    figure, grid = plt.subplots(1, len(panels), figsize=(8.5, 3), sharex=True, sharey=True, squeeze=False)
    for axes, (panel, groups) in zip(grid.flat, panels.items()):
        for (name, values), color, style in zip(groups.items(), COLORS, STYLES):
            sizes = np.abs(values[values != 0])
            shares = np.full(sizes.size, 100 / sizes.size)
            axes.hist(sizes, bins, weights=shares, histtype="step", color=color, linestyle=style, linewidth=1.5, label=name)
        axes.set(title=panel, xlabel=xlabel, xscale="log")
    figure.supylabel("share (%)")
    figure.suptitle(title)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(COLORS))
    return figure
