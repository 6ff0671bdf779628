"""Figures of accuracies."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLUE, SKY, VERMILION, styled


@styled
def draw_class_accuracy(accuracies, title="Accuracy by digit"):
    """Draw the accuracy of each digit, 0 to 1, as a bar."""
    figure, axes = plt.subplots(figsize=(7, 3))
    bars = axes.bar(range(10), [100 * accuracy for accuracy in accuracies], color=SKY)
    axes.bar_label(bars, fmt="%.0f", padding=1)
    axes.set(title=title, xlabel="digit", ylabel="correct (%)", xticks=range(10), ylim=(0, 110))
    return figure


@styled
def draw_intervals(intervals, title="Accuracies and their 95 % intervals"):
    """Draw some accuracies, 0 to 1: for each name its value, lower and upper end."""
    figure, axes = plt.subplots(figsize=(7, 0.5 * len(intervals) + 1.1))
    for row, (accuracy, low, high) in enumerate(intervals.values()):
        axes.plot([100 * low, 100 * high], [row, row], color=BLUE, linewidth=3, marker="|", markersize=12, markeredgewidth=2)
        axes.plot(100 * accuracy, row, "o", color=VERMILION)
        axes.annotate(f"{100 * accuracy:.2f} %", (100 * accuracy, row), (0, 7), textcoords="offset points", ha="center")
    axes.set_yticks(range(len(intervals)), intervals)
    axes.set(title=title, xlabel="accuracy (%)", ylim=(len(intervals) - 0.5, -0.7))
    axes.grid(False, axis="y")
    return figure
