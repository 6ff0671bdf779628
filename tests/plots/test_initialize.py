from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_signal():
    rates = {"kept": 1.0, "too small": 0.5, "too large": 2.0, "zero": 0.0}
    sizes = {"shallow": 3, "deep": 21}
    return plots.draw_signal(
        {name: {start: [0.3 * rate**i for i in range(size)] for start, rate in rates.items()} for name, size in sizes.items()}
    )
