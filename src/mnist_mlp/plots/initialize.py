"""Figure of the initial weights."""

import matplotlib.pyplot as plt

from mnist_mlp.plots.style import BLACK, BLUE, ORANGE, VERMILION, styled


@styled
def draw_signal(networks, title="Size of the signal, layer by layer"):
    """Draw how large the activations of each layer are for several initial weights, one panel per network.

    `networks` (dict of str to dict of str to list of float): for the name of a network and of its initial weights, the root
    mean square of the activations of each layer, from the images (layer 0) on, in units of a pixel's range.
    """
    figure, grid = plt.subplots(1, len(networks), figsize=(8, 3.4), sharey=True, squeeze=False)
    for axes, (network, signals) in zip(grid.flat, networks.items()):
        for (name, signal), color, marker in zip(signals.items(), [BLUE, ORANGE, VERMILION, BLACK], "osvx"):
            axes.plot(range(len(signal)), signal, color=color, marker=marker, markersize=4, label=name)
        # Linear below the last decade, to show an exact zero.
        axes.set_yscale("symlog", linthresh=1e-9)
        axes.set(title=network, xlabel="layer (0: the images)", yticks=[0, 1e-8, 1e-6, 1e-4, 1e-2, 1, 1e2, 1e4, 1e6, 1e8])
        axes.xaxis.get_major_locator().set_params(integer=True)
    grid[0, 0].set_ylabel("root mean square of activations")
    figure.suptitle(title)
    figure.legend(*grid[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    return figure
