import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from helpers.pictures import picture

from mnist_mlp import plots


def profile(values, metrics, best):
    table = pd.DataFrame({"value": values, "metric": metrics, "best": best})
    return table.assign(failed=table["metric"].isna())


@picture
def test_draw_profiles():
    rates = profile([0.1, 0.1, 1.0, 1.0, 10.0, 10.0], [95.0, 95.5, 97.0, 96.5, 50.0, np.nan], True)
    texts = profile(["none", "none", "full", "full"], [97.0, 96.5, 90.0, 10.0], [True, True, True, False])
    return plots.draw_profiles({"rate": rates, "mode": texts}, "accuracy (%)", percent=True)


@picture
def test_draw_profiles_of_random_draws():
    draws = np.geomspace(0.001, 10, 13)
    return plots.draw_profiles({"rate": profile(draws, 1 / draws, True)}, "loss")


@picture
def test_draw_heat_map():
    table = pd.DataFrame([[97.2, 96.0, 10.0], [90.0, -np.inf, np.nan]], [0.0, 0.9], [0.1, 1.0, 10.0])
    return plots.draw_heat_map(table.rename_axis("beta").rename_axis("rate", axis=1), "accuracy (%)", percent=True)


@picture
def test_draw_best_and_worst():
    best = {name: [{"epoch": epoch, "loss": rate**epoch} for epoch in range(5)] for name, rate in (("a", 0.5), ("b", 0.6))}
    return plots.draw_best_and_worst(best, {"c": [{"epoch": epoch, "loss": 100.0**epoch} for epoch in range(5)]})


def histories(*losses):
    return {f"run {loss}": [{"epoch": 0, "loss": loss}, {"epoch": 1, "loss": loss / 2}] for loss in losses}


@picture
def test_draw_best_and_worst_on_one_scale():
    return plots.draw_best_and_worst(histories(0.3, 0.4), histories(2.3, np.nan))


@pytest.mark.parametrize(
    "best, worst, shared",
    [
        (histories(1.0), histories(9.0), True),
        (histories(1.0), histories(11.0), False),
        (histories(1.0), histories(1.0, 11.0), False),
        (histories(1.0), histories(0.09, 1.0), False),
        (histories(1.0), histories(5.0, np.inf, np.nan), True),
        (histories(1.0), histories(np.nan), False),
    ],
)
def test_losses_within_a_factor_of_ten_share_a_scale(best, worst, shared):
    left, right = plots.draw_best_and_worst(best, worst).axes
    assert left.get_shared_y_axes().joined(left, right) == shared
    plt.close(left.figure)
