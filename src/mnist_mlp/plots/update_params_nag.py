"""Figures of momentum and Nesterov's lookahead."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, GREEN, ORANGE, VERMILION, styled


@styled
def draw_paths(paths, curvatures, title="Paths down a ravine"):
    """Draw the paths of several methods down a quadratic ravine, one panel each; a path that leaves the picture ends there.

    `paths` (dict of str to ndarray, shape (n_points, 2)): points visited, method by method, from the common start on;
    `curvatures` (ndarray, shape (2,)): curvature of the loss along each axis.
    """
    figure, grid = plt.subplots(-(-len(paths) // 2), 2, figsize=(9, 5.4), sharex=True, sharey=True)
    x, y = np.meshgrid(np.linspace(-4.6, 2.6, 200), np.linspace(-1.5, 1.5, 200))
    loss = (curvatures[0] * x**2 + curvatures[1] * y**2) / 2
    for axes, (name, path), color in zip(grid.flat, paths.items(), (BLUE, ORANGE, GREEN, VERMILION)):
        axes.contour(x, y, loss, levels=loss.max() * np.linspace(0.05, 1, 8) ** 2, colors="#bbbbbb", linewidths=0.8)
        # Coordinates of a diverging path grow beyond what the renderer can clip.
        axes.plot(*np.where(np.abs(path) < 1000, path, np.nan).T, color=color, marker=".", markersize=4, linewidth=1.2)
        axes.plot(*path[0], marker="o", color=BLACK, markersize=6, markerfacecolor="none")
        axes.plot(0, 0, marker="+", color=BLACK, markersize=9)
        axes.set(title=name, xlim=(-4.6, 2.6), ylim=(-1.5, 1.5))
        axes.grid(False)
    figure.supxlabel("first weight, along the ravine (no unit)")
    figure.supylabel("second weight, across it (no unit)")
    figure.suptitle(title)
    return figure


@styled
def draw_lookahead(curvature, weight, lookahead, title="Where the gradient is taken"):
    """Draw a parabola, a weight on it, and the points at which some forms of the lookahead take the gradient.

    `curvature` (float): of the loss ``curvature / 2 * weight**2``; `weight` (float); `lookahead` (dict of str to float):
    name of a form and its lookahead weight, two at most.
    """
    figure, axes = plt.subplots(figsize=(7, 3.4))
    reach = 1.15 * max(abs(weight), *(abs(ahead) for ahead in lookahead.values()))
    x = np.linspace(-reach, reach, 201)
    axes.plot(x, curvature * x**2 / 2, color="#999999")
    axes.plot(weight, curvature * weight**2 / 2, "o", color=BLACK, markersize=8, label="current weight", zorder=4)
    for (name, ahead), color, marker in zip(lookahead.items(), (BLUE, VERMILION), "^s"):
        loss = curvature * ahead**2 / 2
        axes.plot(ahead, loss, marker, color=color, markersize=8, label=f"lookahead of the {name} form", zorder=3)
        # The slope there, as a piece of the tangent.
        run = np.array([-0.1, 0.1]) * reach
        axes.plot(ahead + run, loss + curvature * ahead * run, color=color, linewidth=2)
    axes.set(title=title, xlabel="weight (no unit)", ylabel="loss (no unit)", ylim=(-0.06 * curvature * reach**2, None))
    axes.legend(loc="upper center")
    return figure


@styled
def draw_error_factors(curvatures, factors, title="What an update does to the error"):
    """Draw the factor by which an update changes the error along directions of different curvature.

    `curvatures` (ndarray, shape (n,)): increasing, above 0; `factors` (dict of str to ndarray, shape (n,)): factors of each
    method, three at most.
    """
    figure, axes = plt.subplots(figsize=(7, 3.6))
    axes.axhline(1, color=BLACK, linewidth=1)
    for (name, factor), color, style in zip(factors.items(), (BLUE, VERMILION, "#777777"), ("-", "--", ":")):
        axes.plot(curvatures, factor, color=color, linestyle=style, linewidth=2, label=name)
    axes.set(title=title, xlabel="curvature h of the direction (no unit)", ylabel="error factor per update")
    axes.set(xscale="log", xlim=(curvatures[0], curvatures[-1]), ylim=(0, 2))
    axes.legend(loc="upper left")
    return figure
