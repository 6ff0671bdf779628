"""Figure of the forward pass through a network."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLACK, BLUE, VERMILION, as_picture, styled


@styled
def draw_activations(activations, label, title="One image on its way through the network"):
    """Draw an image, the outputs of each hidden layer and the probabilities: one cell a number, on one scale of grey.

    `activations` (list of ndarray): for one image, what `mnist_mlp.forward` returned: shapes (1, 784), (1, units), ...,
    (1, n_classes), with a multiple of four hidden units; `label` (int): its true class.
    """
    image, *hidden, p = [a.ravel() for a in activations]
    blocks = {"$X$": as_picture(image)} | {f"$a^{{[{i}]}}$": a.reshape(-1, 4) for i, a in enumerate(hidden, start=1)}
    largest, left = max(block.max() for block in blocks.values()), 0
    figure, axes = plt.subplots(figsize=(9, 4))
    for name, block in blocks.items():
        rows, columns = block.shape
        x, y = range(left, left + columns + 1), [rows / 2 - row for row in range(rows + 1)]
        shown = axes.pcolormesh(x, y, block, vmin=0, vmax=largest, edgecolors="0.85", linewidth=0.3)
        note = f"{block.size} pixels" if name == "$X$" else f"{(block > 0).sum()}\nof {block.size} on"
        axes.text(left + columns / 2, rows / 2 + 0.5, f"{name}: {note}", ha="center")
        axes.text(left + columns + 3.5, 0, "→", ha="center", va="center", fontsize=14)
        left += columns + 7
    places = [1.5 * (len(p) / 2 - 0.5 - k) for k in range(len(p))]
    colors = [VERMILION if k == label else BLUE for k in range(len(p))]
    axes.barh(places, 8 * p / p.max(), 1.2, left=left + 1, color=colors)
    for k, place in enumerate(places):
        axes.text(left, place, k, ha="center", va="center")
        note = f"{p[k]:.2f}" + (" true class" if k == label else "")
        axes.text(left + 1.5 + 8 * p[k] / p.max(), place, note, va="center", color=VERMILION if k == label else BLACK)
    axes.text(left, 0.75 * len(p) + 0.5, f"$p$: {len(p)} classes")
    axes.set(title=title, aspect="equal", xlim=(0, left + 19), ylim=(-14.5, 17))
    axes.set_axis_off()
    figure.colorbar(shown, label="pixel or output of a unit", shrink=0.8, pad=0.01)
    return figure
