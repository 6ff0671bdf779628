"""Figure that several chapters need: curves and points with their labels."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLACK, COLORS, styled

STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)))


@styled
def draw_curves(curves, title, xlabel, ylabel, *, bands=None, levels=None, marks=None, size=(7, 3.4), **axes):
    """Draw curves and points in one panel.

    `curves` (dict of str to tuple): name of a curve and its x, its y and, for points instead of a line, a marker such as
    ``"o"``; `bands` (dict of str to tuple): x, lower and upper edge; `levels`, `marks` (dict of str to float): horizontal and
    vertical lines; six curves and four lines at most; `axes`: settings of the axes such as ``xscale="log"``.
    """
    figure, panel = plt.subplots(figsize=size)
    for (name, (x, low, high)), color in zip((bands or {}).items(), COLORS):
        panel.fill_between(x, low, high, color=color, alpha=0.25, linewidth=0, label=name)
    for (name, (x, y, *marker)), color, style in zip(curves.items(), COLORS, STYLES):
        options = {"linestyle": "", "marker": marker[0], "markersize": 5} if marker else {"linestyle": style}
        panel.plot(x, y, color=color, label=name, **options)
    lines = [(panel.axhline, *level) for level in (levels or {}).items()]
    lines += [(panel.axvline, *mark) for mark in (marks or {}).items()]
    for (draw, name, value), style in zip(lines, STYLES[1:]):
        draw(value, color=BLACK, linestyle=style, linewidth=1, label=name)
    panel.set(title=title, xlabel=xlabel, ylabel=ylabel, **axes)
    if len(panel.get_legend_handles_labels()[0]) > 1:
        panel.legend()
    return figure
