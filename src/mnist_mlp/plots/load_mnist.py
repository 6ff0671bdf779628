"""Figures of the images and their classes."""

import matplotlib.pyplot as plt
import numpy as np

from mnist_mlp.plots.style import BLACK, BLUE, GREEN, SKY, as_picture, draw_digit, draw_map, styled


@styled
def draw_digits(images, title="Examples of each class"):
    """Draw several images of each class, one class per row.

    `images` (ndarray, shape (n_classes, n_examples, n_pixels)): 0 (blank) to any largest value (ink), on one scale.
    """
    n_classes, n_examples, _ = images.shape
    wall = np.block([[as_picture(image) for image in row] for row in images])
    height = len(wall) / n_classes
    figure, axes = plt.subplots(figsize=(0.5 * n_examples + 1, 0.5 * n_classes + 0.9))
    draw_map(axes, wall)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set(title=title, xlabel="examples", ylabel="class (label)", xticks=[])
    axes.set_yticks([height * (label + 0.5) - 0.5 for label in range(n_classes)], range(n_classes))
    return figure


@styled
def draw_class_balance(counts, title="How often each class occurs"):
    """Draw the fraction of each class in some sets; `counts` holds the number of images of each class by the set's name."""
    figure, axes = plt.subplots(figsize=(7, 2.8))
    n_classes, width = len(next(iter(counts.values()))), 0.8 / len(counts)
    for i, ((name, count), color) in enumerate(zip(counts.items(), (BLUE, SKY, GREEN))):
        places = np.arange(n_classes) + (i - (len(counts) - 1) / 2) * width
        axes.bar(places, 100 * count / count.sum(), width, color=color, label=name)
    axes.grid(False, axis="x")
    axes.axhline(100 / n_classes, color=BLACK, linestyle="--", linewidth=1, label="equal fractions")
    axes.set(title=title, xlabel="class (label)", ylabel="fraction of the set (%)", xticks=range(n_classes))
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@styled
def draw_ink(inked, title="Where the ink falls"):
    """Draw the fraction of images in which each of the 784 pixels is inked: as a map, and sorted."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.4), width_ratios=[1, 1.15])
    # A separate colour for "never", because a rarely inked pixel looks white too.
    shown = np.ma.masked_equal(100 * as_picture(inked), 0)
    image = draw_map(left, shown, cmap=plt.get_cmap("gray_r").with_extremes(bad=SKY), vmin=0)
    left.set(title="Each pixel (blue: never inked)", xlabel="column (pixel)", ylabel="row (pixel)")
    figure.colorbar(image, label="images in which it is inked (%)")
    right.plot(range(1, len(inked) + 1), 100 * np.sort(inked)[::-1], color=BLUE)
    never = np.count_nonzero(inked == 0)
    right.axvspan(len(inked) - never, len(inked), color=SKY, alpha=0.6, label=f"never inked: {never} pixels")
    right.set(title="The same, sorted", xlabel="pixels, most often inked first", ylabel="images (%)")
    right.set(xlim=(0, len(inked)), ylim=(0, None))
    right.legend()
    figure.suptitle(title)
    return figure


@styled
def draw_means(means, title="Mean image of each class"):
    """Draw the mean image of each class, shape (n_classes, 784), five in a row, on one scale."""
    rows = -(-len(means) // 5)
    figure, grid = plt.subplots(rows, 5, figsize=(6, 1.35 * rows + 0.3), squeeze=False)
    for axes in grid.flat[len(means) :]:
        axes.set_axis_off()
    for label, (axes, mean) in enumerate(zip(grid.flat, means)):
        draw_digit(axes, mean, vmin=0, vmax=means.max())
        axes.set_title(f"class {label}", fontsize=9, loc="center")
    figure.suptitle(title)
    return figure
