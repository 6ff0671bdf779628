"""Figure of accuracies."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import SKY, styled


@styled
def draw_class_accuracy(accuracies, title="Accuracy by digit"):
    """Draw the accuracy of each digit, 0 to 1, as a bar."""
    figure, axes = plt.subplots(figsize=(7, 3))
    bars = axes.bar(range(10), [100 * accuracy for accuracy in accuracies], color=SKY)
    axes.bar_label(bars, fmt="%.0f", padding=1)
    axes.set(title=title, xlabel="digit", ylabel="correct (%)", xticks=range(10), ylim=(0, 110))
    return figure
