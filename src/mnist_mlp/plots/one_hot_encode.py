"""Figure of the cross-entropy."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLACK, BLUE, VERMILION, styled


@styled
def draw_log_constant(margins, exact, with_constant, title="Cross-entropy of one image, two ways"):
    """Draw a loss by log-sum-exp and by log(p + constant): whole, and enlarged where the margin is large.

    `margins` (ndarray, shape (n,)): increasing: score of the correct class less that of the other; `exact`, `with_constant`
    (ndarray, shape (n,)): losses in nats.
    """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    near = (margins > 0) & (exact < 1e-7)
    for axes, shown, unit in ((left, slice(None), 1), (right, near, 1e-8)):
        axes.plot(margins[shown], exact[shown] / unit, color=BLUE, label="log-sum-exp")
        axes.plot(margins[shown], with_constant[shown] / unit, color=VERMILION, linestyle="--", label="log(p + constant)")
        axes.axhline(0, color=BLACK, linewidth=0.8)
        axes.set_xlabel("margin: correct score − other score")
    left.set(title="All margins", ylabel="loss (nats)")
    left.legend()
    right.set(title="Large margins, enlarged", ylabel="loss (10⁻⁸ nats)", ylim=(-2, 6))
    figure.suptitle(title)
    return figure
