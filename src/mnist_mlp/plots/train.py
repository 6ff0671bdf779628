"""Figures of trainings."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLUE, SKY, VERMILION, styled


@styled
def draw_loss(history, title="Loss on the training images"):
    """Draw the loss over the epochs of one training, from the ``epoch`` and ``loss`` of its history's rows."""
    figure, axes = plt.subplots(figsize=(7, 3.2))
    axes.plot([row["epoch"] for row in history], [row["loss"] for row in history], color=BLUE)
    axes.set(title=title, xlabel="epoch (passes over all images)", ylabel="loss (nats)", ylim=(0, None))
    return figure


@styled
def draw_work(work, title="Arithmetic of one epoch"):
    """Draw the number of operations of several methods, layer by layer.

    `work` (dict of str to ndarray, shape (n_layers,)): name of a method and its operations in each layer, in billions;
    three layers at most.
    """
    figure, axes = plt.subplots(figsize=(8, 0.55 * len(work) + 1.2))
    left = np.zeros(len(work))
    for number, (layer, color) in enumerate(zip(np.transpose(list(work.values())), (SKY, BLUE, VERMILION)), start=1):
        bars = axes.barh(range(len(work)), layer, left=left, color=color, height=0.6, label=f"layer {number}")
        left += layer
    axes.bar_label(bars, [f"{total:.1f}" for total in left], padding=4)
    axes.set_yticks(range(len(work)), work)
    axes.set(title=title, xlabel="operations per epoch (billions)", ylim=(len(work) - 0.5, -0.5), xlim=(0, 1.1 * left.max()))
    axes.grid(False, axis="y")
    axes.legend(loc="lower right")
    return figure


@styled
def draw_class_history(epochs, accuracies, title="Accuracy by digit"):
    """Draw when each digit is learned: a map of digits and epochs for each training.

    `epochs` (sequence of int, length n); `accuracies` (dict of str to ndarray, shape (n, 10)): for the name of each
    training, the accuracy, 0 to 1, on each digit after each epoch.
    """
    figure, grid = plt.subplots(1, len(accuracies), figsize=(9, 3), sharey=True, squeeze=False)
    for axes, (name, accuracy) in zip(grid.flat, accuracies.items()):
        shown = axes.pcolormesh(epochs, range(10), 100 * accuracy.T, cmap="cividis", vmin=0, vmax=100)
        axes.set(title=name, xlabel="epoch", yticks=range(10))
        axes.grid(False)
    grid[0, 0].set(ylabel="digit", ylim=(9.5, -0.5))
    figure.colorbar(shown, ax=grid, label="correct (%)")
    figure.suptitle(title)
    return figure
