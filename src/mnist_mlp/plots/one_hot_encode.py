"""Figure of the cross-entropy."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLUE, VERMILION, styled


@styled
def draw_losses(margins, p, losses, gradients, title="Two losses of one image, and their gradients"):
    """Draw two losses over the probability of the true class, and beside them their gradients over its margin.

    `margins`, `p` (ndarray, shape (n,)): score of the true class less that of the other, and its probability; `losses`,
    `gradients` (dict of str to ndarray, shape (n,)): two losses in nats or without unit, and their slopes, by name.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    for name, color, line in zip(losses, (BLUE, VERMILION), ("-", "--")):
        left.plot(p, losses[name], color=color, linestyle=line, label=name)
        right.plot(margins, gradients[name], color=color, linestyle=line)
    left.set(title="Loss", xlabel="probability p of the true class", ylabel="loss of the image", ylim=(0, 6))
    left.legend()
    right.set(title="Gradient", xlabel="margin: true score − other score", ylabel="d loss / d true score")
    figure.suptitle(title)
    return figure
