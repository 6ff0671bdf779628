"""Figures of back-propagation: a network as a computational graph, gradients as pictures."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, VERMILION, draw_digit, styled

GREY = "#8c8c8c"


@styled
def draw_graph(nodes, edges, title="Values above, gradients below"):
    """Draw the computation for one image: values above nodes and edges, gradients below, grey where one of a node's is 0.

    `nodes` (dict of str to list): for each column its values (n,) and, if known, its gradients (n,); `edges` (list of list):
    between two columns the weights (n_in, n_out) and, if known, their gradients; empty where there are no weights.
    """
    figure, axes = plt.subplots(figsize=(9, 5.2))
    places = [[(2.4 * i, (len(v) - 1) - 2.0 * k) for k in range(len(v))] for i, (v, *_) in enumerate(nodes.values())]
    grey = [~np.all(arrays, axis=0) for arrays in nodes.values()]
    for i, weights in enumerate(edges):
        pairs = np.ndindex(len(places[i]), len(places[i + 1]))
        for j, k in [(j, k) for j, k in pairs if weights or j == k or len(places[i + 1]) == 1]:
            start, end = np.array(places[i][j]), np.array(places[i + 1][k])
            off = grey[i][j] or grey[i + 1][k]
            axes.plot(*zip(start, end), color=GREY if off else BLACK, linewidth=1, linestyle=":" if off else "-", zorder=1)
            spot = 0.78 if abs(end - start)[1] > 2 else 0.3  # steep edges cross near their start
            write_pair(axes, start + spot * (end - start), 0, [array[j, k] for array in weights], off)
    for (name, arrays), column, off in zip(nodes.items(), places, grey):
        for k, place in enumerate(column):
            color = GREY if off[k] else BLACK
            axes.plot(*place, "o", markersize=29, color="white", markeredgecolor=color)
            axes.text(*place, f"${name}_{k + 1}$" if len(column) > 1 else f"${name}$", ha="center", va="center", color=color)
            write_pair(axes, place, 0.33, [array[k] for array in arrays], off[k])
    axes.set(title=title, ylim=(-2.75, 2.75))
    axes.set_axis_off()
    return figure


def write_pair(axes, place, distance, values, off):
    """Write a value above a place and its gradient below."""
    for value, side, color in zip(values, (1, -1), (BLUE, VERMILION)):
        style = {"ha": "center", "va": "bottom" if side > 0 else "top", "color": GREY if off else color}
        text = f"{value + 0.0:.3g}".replace("-", "−")  # + 0.0 turns -0.0 into 0.0
        axes.text(place[0], place[1] + side * distance, text, bbox={"color": "white", "pad": 1}, zorder=1.5, **style)


@styled
def draw_gradient_pictures(rows, title="Gradients of the weights into a unit, as pictures"):
    """Draw gradients of the first layer's weights, a picture for each unit, brown positive and purple negative.

    `rows` (dict of str to ndarray, shape (784, n_units)): name of a row of pictures and its gradients, a column for each unit.
    """
    n_units = next(iter(rows.values())).shape[1]
    figure, grid = plt.subplots(len(rows), n_units, figsize=(9, 9 * len(rows) / n_units + 0.7), squeeze=False)
    for pictures, (name, gradients) in zip(grid, rows.items()):
        limit = np.quantile(np.abs(gradients), 0.99)  # each row on its own scale, the few largest beyond it
        for axes, (unit, gradient) in zip(pictures, enumerate(gradients.T, start=1)):
            draw_digit(axes, gradient, cmap="PuOr_r", vmin=-limit, vmax=limit)
            axes.set_title(f"unit {unit}", fontsize=8)
        pictures[0].text(-4, 14, name, rotation="vertical", ha="center", va="center", fontsize=8)
    figure.suptitle(title)
    return figure
