"""Figure of the whole network."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLUE, SKY, draw_digit, styled


@styled
def draw_network(image, layer_sizes, title):
    """Draw an image of 784 pixels, the units of each layer, the shapes of the weights and biases between them, ten digits."""
    figure, axes = plt.subplots(figsize=(8.8, 4.2))
    axes.set(title=title, xlim=(-2.9, 3 * len(layer_sizes) - 2.4), ylim=(-2.9, 2.6))
    axes.set_axis_off()
    draw_digit(axes.inset_axes((-2.9, -1.1, 2, 2.2), transform=axes.transData), image)
    axes.annotate("", (-0.25, 0), (-0.9, 0), arrowprops={"arrowstyle": "->"})
    previous = ()
    for layer, n_units in enumerate(layer_sizes):
        x, last = 3 * layer, layer == len(layer_sizes) - 1
        # A column has room for ten units; where there are more, three dots stand for those in the middle.
        heights = np.linspace(1.7, -1.7, min(n_units, 10))
        if n_units > 10:
            heights = np.delete(heights, [4, 5])
            axes.plot([x] * 3, [-0.18, 0, 0.18], ".", color=BLUE, markersize=3)
        axes.plot([x] * len(heights), heights, "o", color=BLUE, markersize=10)
        role = "input" if layer == 0 else "output\nsoftmax" if last else f"hidden layer {layer}\nReLU"
        axes.text(x, 2, role, ha="center")
        axes.text(x, -2.25, n_units, ha="center", va="center", fontsize=12, color=BLUE)
        if layer:
            lines = [((x - 3, start), (x, end)) for start in previous for end in heights]
            # Smoothed edges would make the file three times as large.
            axes.plot(*np.array(lines).T, color=SKY, alpha=0.4, linewidth=0.4, antialiased=False, zorder=0)
            axes.annotate("", (x - 0.4, -2.25), (x - 2.6, -2.25), arrowprops={"arrowstyle": "->"})
            axes.text(x - 1.5, -2.2, f"$W^{{[{layer}]}}$: {layer_sizes[layer - 1]} × {n_units}", ha="center", va="bottom")
            axes.text(x - 1.5, -2.35, f"$b^{{[{layer}]}}$: 1 × {n_units}", ha="center", va="top")
        previous = heights
    for digit, height in enumerate(previous):
        axes.text(x + 0.2, height, digit, va="center")
    return figure
