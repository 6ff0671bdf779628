"""Figures of a network's predictions."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, ORANGE, SKY, as_picture, draw_digit, styled


@styled
def draw_predictions(images, predictions, labels):
    """Draw images of 784 pixels with a network's predictions; mistakes are framed and corrected."""
    rows = -(-len(images) // 10)
    figure, grid = plt.subplots(rows, 10, figsize=(8, 0.95 * rows + 0.3), squeeze=False)
    for axes in grid.flat[len(images) :]:
        axes.set_axis_off()
    for axes, image, prediction, label in zip(grid.flat, images, predictions, labels):
        draw_digit(axes, image)
        correct = prediction == label
        axes.set_title(f"{prediction}" if correct else f"{prediction}, is {label}", fontsize=9, loc="center")
        if not correct:
            size = as_picture(image).shape[::-1]
            axes.add_patch(plt.Rectangle((-0.5, -0.5), *size, fill=False, edgecolor=ORANGE, linewidth=3))
    figure.suptitle("What the network says each image is")
    return figure


@styled
def draw_probabilities(images, probabilities, labels, title="Images, and what the network makes of them"):
    """Draw images, each beside its ten probabilities; the bar of the correct digit has another colour."""
    figure, grid = plt.subplots(len(images), 2, figsize=(7, 1.5 * len(images) + 0.8), squeeze=False, width_ratios=(1, 4))
    for (picture, axes), image, row, label in zip(grid, images, probabilities, labels):
        draw_digit(picture, image)
        bars = axes.bar(range(10), 100 * row, color=[BLUE if digit == label else SKY for digit in range(10)])
        axes.bar_label(bars, fmt="%.0f", fontsize=8)
        axes.set(xticks=range(10), ylim=(0, 115), yticks=[0, 50, 100], ylabel="p (%)")
        axes.get_xticklabels()[label].set(color=BLUE, fontweight="bold")  # its bar may be too short to be seen
        axes.grid(False, axis="x")
    axes.set_xlabel("digit (dark and bold: the label)")
    figure.suptitle(title)
    return figure


@styled
def draw_calibration(confidences, accuracies, errors, title="Accuracy by confidence"):
    """Draw the accuracy of several groups of images, 0 to 1, with its error, against their mean confidence."""
    figure, axes = plt.subplots(figsize=(5.4, 3.8))
    x, y, error = (100 * np.array(values) for values in (confidences, accuracies, errors))
    axes.plot([x[0], 100], [x[0], 100], color=BLACK, linestyle="--", linewidth=1, label="perfect calibration")
    axes.errorbar(x, y, error, color=BLUE, marker="o", markersize=4, capsize=3, label="this network")
    axes.set(title=title, xlabel="mean confidence (%)", ylabel="correct predictions (%)")
    axes.legend()
    return figure
