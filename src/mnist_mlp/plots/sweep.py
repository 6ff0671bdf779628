"""Figures of a sweep."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogLocator

from mnist_mlp.plots.curves import STYLES
from mnist_mlp.plots.style import BLUE, COLORS, VERMILION, draw_map, styled

GRID_VALUES = 12  # up to this many values of a parameter are drawn side by side; more make a numeric axis
ACCURACY_TICKS = (10, 50, 80, 90, 95, 97, 98, 99, 99.5, 99.8, 99.9)  # on an axis spaced by the errors left


@styled
def draw_profiles(profiles, label, percent=False, title="Each parameter, the others at their best"):
    """Draw the results of a sweep against each of its parameters, one panel each.

    `profiles` (dict of str to pandas.DataFrame): for each parameter, rows with its ``value``, a ``metric``, whether the run
    ``failed`` (then the metric is NaN), and whether its configuration is the ``best`` with this value; `label` (str): of
    the metric, with its unit; `percent` (bool): whether the metric is an accuracy in percent. Its axis is spaced by the
    errors left.
    """
    columns = min(3, len(profiles))
    rows = -(-len(profiles) // columns)
    figure, grid = plt.subplots(rows, columns, figsize=(2 + 3.2 * columns, 3.3 * rows + 0.4), sharey=True, squeeze=False)
    for axes in grid.flat[len(profiles) :]:
        axes.set_axis_off()
    for axes, (name, profile) in zip(grid.flat, profiles.items()):
        _draw_profile(axes, profile)
        axes.set_xlabel(name)
    spaced = _space_axis(grid[0, 0], percent, np.concatenate([profile["metric"] for profile in profiles.values()]))
    for axes in grid[:, 0]:
        axes.set_ylabel(label + ("\nspaced by the errors left" if spaced else ""))
    handles = {}
    for axes in grid.flat:
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels())))
    figure.legend(handles.values(), handles, loc="outside lower left", ncols=4)
    figure.suptitle(title)
    return figure


def _draw_profile(axes, profile):
    """Draw a dot for each run; join the medians of the best configurations, unless there are too many values for a grid."""
    values = profile["value"].unique().tolist()
    texts = isinstance(values[0], str)
    values = values if texts else sorted(values)
    grid = texts or len(values) <= GRID_VALUES
    place = {value: number if grid else value for number, value in enumerate(values)}
    profile = profile.assign(x=profile["value"].map(place))
    if grid:  # runs of one value side by side, else their dots cover each other
        of_value = profile.groupby(["x", "best"])["x"]
        profile["x"] += 0.4 * (of_value.cumcount() + 0.5) / of_value.transform("size") - 0.2
    for rows, marks in (
        (profile[~profile["best"] & ~profile["failed"]], {"color": "#aaaaaa", "markersize": 4, "label": "other runs"}),
        (profile[profile["best"] & ~profile["failed"]], {"color": BLUE, "label": "best configuration with the value"}),
    ):
        if len(rows):
            axes.plot(rows["x"], rows["metric"], "o", **marks)
    if grid:
        medians = profile[profile["best"]].groupby(profile["x"].round())["metric"].median()
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
    """Space an axis of accuracies by the errors left, then return True; others by their logarithm if they span decades."""
    values = values[np.isfinite(values)]
    if len(values) == 0:
        return False
    low, high = values.min(), values.max()
    ticks = _accuracy_ticks(low, high) if percent else []
    if ticks:
        ends = _to_spacing(np.array([low, high]))
        axes.set_yscale("function", functions=(_to_spacing, _from_spacing))
        axes.set_ylim(_from_spacing(ends + np.array([-0.12, 0.08]) * np.ptp(ends)))
        axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    elif low > 0 and high / low >= 100:
        axes.set_yscale("log")
    return bool(ticks)


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
    """Draw a metric for each pair of two parameters' values as colour and number.

    `table` (pandas.DataFrame): the metric by one parameter (columns, named) and another (rows, named); infinite where runs
    failed, NaN where there were none; `label`, `percent`: as for `draw_profiles`.
    """
    values = np.ma.masked_invalid(table.to_numpy(dtype=float))
    ticks = _accuracy_ticks(values.min(), values.max()) if percent and values.count() else []
    shown = _to_spacing(values) if ticks else values
    figure, axes = plt.subplots(figsize=(max(4.5, 1.6 + 0.85 * values.shape[1]), max(2.8, 1.4 + 0.45 * values.shape[0])))
    image = draw_map(axes, shown, cmap=plt.get_cmap("cividis").with_extremes(bad="white"), aspect="auto")
    for (row, column), value in np.ndenumerate(table.to_numpy(dtype=float)):
        if not np.isnan(value):
            text = "failed" if np.isinf(value) else f"{value:.1f}" if percent else f"{value:.3g}"
            dark = np.isfinite(value) and image.norm(shown[row, column]) < 0.5
            axes.text(column, row, text, ha="center", va="center", color="white" if dark else "black", fontsize=9)
    axes.set(title=title, xlabel=table.columns.name, ylabel=table.index.name)
    axes.set_xticks(range(values.shape[1]), [_show(value) for value in table.columns])
    axes.set_yticks(range(values.shape[0]), [_show(value) for value in table.index])
    bar = figure.colorbar(image, label=label)
    if ticks:
        bar.set_ticks(_to_spacing(np.array(ticks)), labels=[f"{tick:g}" for tick in ticks])
    return figure


@styled
def draw_best_and_worst(best, worst, title="Loss of the best and of the worst"):
    """Draw the loss curves of two groups of trainings, one panel each; on the same scale if the losses are close.

    `best`, `worst` (dict of str to list of dict): name of a training and its history: rows with ``epoch`` and ``loss``; six
    of each at most.
    """
    panels = {name: histories for name, histories in (("Best", best), ("Worst", worst)) if histories}
    shared = _are_close(*panels.values())
    figure, grid = plt.subplots(1, len(panels), figsize=(4.5 * len(panels), 3.6), sharey=shared, squeeze=False)
    for axes, (name, histories) in zip(grid.flat, panels.items()):
        for (label, history), color, style in zip(histories.items(), COLORS, STYLES):
            epochs, losses = zip(*((row["epoch"], row["loss"]) for row in history))
            axes.plot(epochs, losses, color=color, linestyle=style, marker=".", label=label)
        axes.set(title=name, xlabel="epoch (passes over all images)", yscale="log")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.22))
    for axes in grid.flat:  # a shared scale is known when all curves are drawn
        low, high = axes.get_ylim()
        if high < 1000 * low:
            axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_formatter("")
    grid[0, 0].set_ylabel("loss (nats)")
    figure.suptitle(title)
    return figure


def _are_close(*groups):
    """Whether the smallest losses of groups of histories are within a factor of ten of each other, and so are the largest."""
    losses = [np.array([row["loss"] for history in group.values() for row in history], dtype=float) for group in groups]
    finite = [values[np.isfinite(values) & (values > 0)] for values in losses]
    return all(map(len, finite)) and all(np.ptp([np.log10(end(values)) for values in finite]) <= 1 for end in (np.min, np.max))
