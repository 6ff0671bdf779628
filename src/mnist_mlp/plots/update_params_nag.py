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
    """Draw a parabola and the points at which some forms of the lookahead take the gradient; an inset magnifies the weight.

    `curvature` (float): of the loss ``curvature / 2 * weight**2``; `weight` (float); `lookahead` (dict of str to float):
    name of a form and its lookahead weight, two at most.
    """
    figure, axes = plt.subplots(figsize=(7, 3.6))
    reach = 1.15 * max(abs(weight), *(abs(ahead) for ahead in lookahead.values()))
    near = 2 * min(abs(weight - ahead) for ahead in lookahead.values())
    inset = axes.inset_axes([0.36, 0.42, 0.26, 0.3], xlim=weight + near * np.array([-1, 0.7]), xticks=[], yticks=[])
    inset.spines[:].set_visible(True)
    inset.set_ylim(curvature / 2 * np.sort(np.square(inset.get_xlim())))
    for panel in (axes, inset):
        x = np.linspace(*(-reach, reach) if panel is axes else inset.get_xlim(), 201)
        panel.plot(x, curvature * x**2 / 2, color="#999999")
        panel.plot(weight, curvature * weight**2 / 2, "o", color=BLACK, markersize=8, label="current weight")
        for (name, ahead), color, marker in zip(lookahead.items(), (BLUE, VERMILION), "^s"):
            loss = curvature * ahead**2 / 2
            panel.plot(ahead, loss, marker, color=color, markersize=8, label=f"lookahead, {name}")
            # The slope there, as a piece of the tangent.
            run = np.array([-0.1, 0.1]) * (x[-1] - x[0])
            panel.plot(ahead + run, loss + curvature * ahead * run, color=color, linewidth=2)
    axes.indicate_inset_zoom(inset, edgecolor=BLACK)
    axes.set(title=title, xlabel="weight (no unit)", ylabel="loss (no unit)", ylim=(-0.06 * curvature * reach**2, None))
    axes.legend(loc="upper center")
    return figure


@styled
def draw_error_factors(curvatures, factors, marks, title="What an update does to the error"):
    """Draw by how much an update makes the error grow along negative curvatures and shrink along positive ones.

    `curvatures` (ndarray, shape (n,)): increasing, without 0; `factors` (dict of str to ndarray, shape (n,)): factors of each
    method, three at most; `marks` (dict of str to list of float): curvatures to be marked by vertical lines.
    """
    figure, panels = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True, width_ratios=(2, 3))
    for axes, sign, change in zip(panels, (-1, 1), ("grows", "shrinks")):
        side = sign * curvatures > 0
        for (name, factor), color, style in zip(factors.items(), (BLUE, VERMILION, "#777777"), ("-", "--", ":")):
            share = np.where(sign * (1 - factor) > 0, np.abs(1 - factor), np.nan)
            label = name if sign > 0 else None
            axes.plot(curvatures[side], share[side], color=color, linestyle=style, linewidth=2, label=label)
        for (name, values), style in zip(marks.items(), ("-", "-.")):
            here = [h for h in values if h * sign > 0]
            axes.vlines(here, 0, 1, color=BLACK, linestyle=style, linewidth=1, label=name if here else None)
        axes.set(title=f"the error {change}", yscale="log", ylim=(5e-5, 1), xlim=curvatures[side][[0, -1]])
        axes.set_xscale("symlog", linthresh=np.abs(curvatures).min())
        axes.legend(loc="upper right" if sign < 0 else "upper left", frameon=True, edgecolor="white", framealpha=1)
    panels[0].set_ylabel("share per update, |1 − factor|")
    figure.supxlabel("curvature h of the direction (no unit)")
    figure.suptitle(title)
    return figure
