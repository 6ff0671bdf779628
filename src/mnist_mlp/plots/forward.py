"""Figures of the forward pass through an untrained network."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, VERMILION, as_picture, draw_map, legend_right, styled


@styled
def draw_activations(activations, title="One image on its way through the network"):
    """Draw an image, what each hidden layer makes of it, and the probabilities at the end.

    `activations` (list of ndarray): for one image of 28 by 28 pixels, what `mnist_mlp.forward` returned: shapes (1, 784),
    (1, units), ..., (1, n_classes).
    """
    image, *hidden, probabilities = [a.ravel() for a in activations]
    figure, grid = plt.subplots(1, len(hidden) + 2, figsize=(2.3 * len(activations) + 1, 3))
    draw_map(grid[0], as_picture(image))
    grid[0].set(title=f"X: {image.size} pixels", xlabel="column (pixel)", ylabel="row (pixel)")
    for number, (axes, a) in enumerate(zip(grid[1:-1], hidden), start=1):
        # Units have no position: eight per row, in order, only make a compact picture.
        picture = np.full(-(-a.size // 8) * 8, np.nan)
        picture[: a.size] = a
        figure.colorbar(draw_map(axes, picture.reshape(-1, 8)), label="output of the unit")
        axes.set(title=f"a{number}: {np.count_nonzero(a)} of {a.size} on", xlabel="units, eight a row", xticks=[], yticks=[])
    grid[-1].bar(range(probabilities.size), probabilities, color=BLUE)
    grid[-1].set(title="p: probabilities", xlabel="class", ylabel="p", xticks=range(probabilities.size), ylim=(0, None))
    for axes in grid[:-1]:
        axes.spines[:].set_visible(True)
    figure.suptitle(title)
    return figure


@styled
def draw_initial_losses(losses, lines, title="Loss before any training"):
    """Draw the loss for each of several initial weights, with values to compare them to.

    `losses` (sequence of float, length n): losses in nats; number i belongs to seed i; `lines` (dict of str to float):
    losses in nats, by name, drawn as horizontal lines; two at most.
    """
    figure, axes = plt.subplots(figsize=(7, 3))
    axes.plot(range(len(losses)), losses, "o", color=BLUE, label="one draw of initial weights")
    for (name, loss), color, style in zip(lines.items(), [BLACK, VERMILION], ["--", "-."]):
        axes.axhline(loss, color=color, linestyle=style, linewidth=1.2, label=f"{name}: {loss:.3f}")
    axes.set(title=title, xlabel="seed of the initial weights", ylabel="loss (nats)")
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.grid(False, axis="x")
    legend_right(axes)
    return figure
