"""Figures of the activation functions."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, SKY, styled


@styled
def draw_relu(z, a, slope):
    """Draw the rectified linear unit and its slope, with the value that the slope takes at 0.

    `z` (ndarray, shape (n,)): increasing, with values on both sides of 0; `a`, `slope` (ndarray, shape (n,)): ``relu(z)``
    and ``relu_deriv(z)``.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.8))
    left.plot(z, a, color=BLUE)
    left.set(title="ReLU lets the positive through", xlabel="z", ylabel="a = relu(z)")
    for side in (z <= 0, z > 0):
        right.plot(z[side], slope[side], color=BLUE)
    right.plot(0, 0, "o", color=BLUE, label="the value taken at 0")
    right.plot(0, 1, "o", color=BLUE, markerfacecolor="white", label="not taken")
    right.set(title="Its slope jumps from 0 to 1", xlabel="z", ylabel="relu_deriv(z)", yticks=[0, 0.5, 1])
    right.legend(loc="center right")
    return figure


@styled
def draw_unit_activity(fractions, title="How often each unit is active"):
    """Draw the fraction of images in which each hidden unit is active, sorted, one panel per layer.

    `fractions` (list of ndarray of float, shape (units,)): for each hidden layer, the fraction, 0 to 1, of the images in
    which a unit's output is above 0.
    """
    figure, grid = plt.subplots(1, len(fractions), figsize=(8, 3), sharey=True, squeeze=False)
    for number, (axes, active) in enumerate(zip(grid.flat, fractions), start=1):
        axes.bar(range(len(active)), 100 * np.sort(active), width=1, color=BLUE)
        dead = np.count_nonzero(active == 0)
        axes.set(title=f"Layer {number}: {len(active)} units, {dead} of them dead", ylim=(0, 100))
        axes.set_xlabel("units, least active first")
    grid[0, 0].set_ylabel("images with a > 0 (%)")
    figure.suptitle(title)
    return figure


@styled
def draw_softmax(scores, probabilities):
    """Draw the scores of one image, shape (n_classes,), and the probabilities that softmax makes of them."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.5, 2.7))
    left.bar(range(len(scores)), scores, color=SKY)
    left.axhline(0, color=BLACK, linewidth=1)
    left.set(title="Scores: any size, any sign", ylabel="z (no unit)")
    bars = right.bar(range(len(scores)), 100 * probabilities, color=BLUE)
    right.bar_label(bars, fmt="%.1f", fontsize=8)
    right.set(title=f"Probabilities: positive, {100 * probabilities.sum():.0f} % together", ylabel="p (%)")
    for axes in (left, right):
        axes.set(xlabel="class", xticks=range(len(scores)))
        axes.grid(False, axis="x")
    return figure
