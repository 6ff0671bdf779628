"""Every figure against its baseline picture."""

import numpy as np
import pandas as pd
import pytest

from mnist_mlp import plots

# A tolerance for glyphs drawn by another FreeType; a moved line or another colour is far above it.
picture = pytest.mark.mpl_image_compare(baseline_dir="baseline", tolerance=4, style="default")


@picture
def test_draw_loss():
    return plots.draw_loss([{"epoch": epoch, "loss": 2.3 * 0.97**epoch} for epoch in range(0, 101, 10)])


@picture
def test_draw_predictions(mnist):
    predictions = mnist.y_test[:13].copy()
    predictions[5] = 7
    return plots.draw_predictions(mnist.X_test[:13], predictions, mnist.y_test[:13])


@picture
def test_draw_digits(mnist):
    images = [mnist.X_test[mnist.y_test == label][:6] for label in range(10)]
    return plots.draw_digits(np.array(images), title="Six test images of each class")


@picture
def test_draw_class_balance():
    return plots.draw_class_balance({"training": np.array([60, 90, 50]), "test": np.array([10, 10, 10])})


@picture
def test_draw_ink(mnist):
    return plots.draw_ink((mnist.X_test[:500] > 0).mean(axis=0), title="The first 500 test images")


@picture
def test_draw_signal():
    rates = {"kept": 1.0, "too small": 0.5, "too large": 2.0, "zero": 0.0}
    sizes = {"shallow": 3, "deep": 21}
    return plots.draw_signal(
        {name: {start: [0.3 * rate**i for i in range(size)] for start, rate in rates.items()} for name, size in sizes.items()}
    )


@picture
def test_draw_relu():
    z = np.linspace(-2, 2, 41)
    return plots.draw_relu(z, np.maximum(z, 0), (z > 0).astype(float))


@picture
def test_draw_unit_activity():
    return plots.draw_unit_activity([np.linspace(0.05, 0.95, 104), np.append([0.0] * 5, np.linspace(0.1, 1, 59))])


@picture
def test_draw_softmax():
    scores = np.array([-1.0, 0.0, 2.0, 0.5])
    return plots.draw_softmax(scores, np.exp(scores) / np.exp(scores).sum())


@picture
def test_draw_means(mnist):
    return plots.draw_means(np.array([mnist.X_test[mnist.y_test == label].mean(axis=0) for label in range(10)]))


@picture
def test_draw_activations(mnist):
    hidden = [np.maximum(np.sin(np.arange(size)), 0)[None] for size in (104, 64)]
    return plots.draw_activations([mnist.X_test[:1] / 255, *hidden, np.arange(10)[None] / 45])


@picture
def test_draw_first_losses():
    return plots.draw_first_losses([2.4, 2.32, 2.45, 2.38], {"ln 10": np.log(10), "published": 2.358})


@picture
def test_draw_log_constant():
    margins = np.linspace(-40, 40, 801)
    exact = np.logaddexp(0, -margins)
    return plots.draw_log_constant(margins, exact, -np.log(np.exp(-exact) + 1e-8))


@picture
def test_draw_score_gradient():
    probabilities = np.exp(np.sin(np.arange(80.0))).reshape(8, 10)
    return plots.draw_score_gradient(probabilities / probabilities.sum(axis=1, keepdims=True), np.eye(10)[:8])


@picture
def test_draw_gradient_errors():
    names = ["W1", "b1", "W2", "b2"]
    reports = {"right": [1e-8, 3e-9, 1e-8, 5e-9], "broken": [0.5, 0.6, 1e-8, 5e-9]}
    rows = {name: [{"name": n, "relative_error": e} for n, e in zip(names, errors)] for name, errors in reports.items()}
    return plots.draw_gradient_errors(rows, 1e-6)


@picture
def test_draw_paths():
    steps = np.arange(40)
    paths = {f"rate {rate}": np.stack([-4 * 0.9**steps, (-rate) ** steps], axis=1) for rate in (0.5, 0.8, 0.95, 1.3)}
    return plots.draw_paths(paths, np.array([0.25, 25.0]))


@picture
def test_draw_looks():
    return plots.draw_looks(10, 1.0, {"near": 0.9, "far": -1.5})


@picture
def test_draw_error_factors():
    curvatures = np.geomspace(1e-2, 1e3, 101)
    return plots.draw_error_factors(curvatures, {f"rate {rate}": np.abs(1 - rate * curvatures) for rate in (0.1, 0.02, 0.005)})


@picture
def test_draw_class_accuracy():
    return plots.draw_class_accuracy(np.linspace(0.8, 1, 10))


@picture
def test_draw_intervals():
    return plots.draw_intervals({"one": (0.9006, 0.8947, 0.9065), "other": (0.9008, 0.8949, 0.9067)})


@picture
def test_draw_sampling(rng):
    return plots.draw_sampling(rng.binomial(10_000, 0.9, size=2000) / 10_000, [0.9006, 0.9008])


@picture
def test_draw_loss_beside():
    history = [{"epoch": epoch, "loss": 2.3 * 0.97**epoch} for epoch in range(0, 101, 10)]
    return plots.draw_loss_beside(history, [2.4, 1.8, 1.3], "Two curves")


@picture
def test_draw_work():
    return plots.draw_work({"twice": np.array([40.0, 5.0, 1.0]), "once": np.array([20.0, 2.5, 0.5])})


@picture
def test_draw_probabilities(mnist):
    return plots.draw_probabilities(mnist.X_test[:2], np.array([np.eye(10)[7], np.full(10, 0.1)]), mnist.y_test[:2])


@picture
def test_draw_confusion(rng):
    return plots.draw_confusion(rng.integers(0, 30, (10, 10)) + 900 * np.eye(10, dtype=int))


@picture
def test_draw_weights(mnist):
    return plots.draw_weights((mnist.X_test[:9].T / 255.0) - 0.3)


@picture
def test_draw_plane(rng):
    labels = np.arange(100) % 10
    return plots.draw_plane(rng.normal(size=(100, 2)) + labels[:, None], labels)


@picture
def test_draw_class_history():
    shares = np.linspace(0, 1, 40).reshape(4, 10)
    return plots.draw_class_history([0, 10, 20, 30], {"one": shares, "two": shares**2})


@picture
def test_draw_calibration():
    return plots.draw_calibration([0.3, 0.5, 0.7, 0.9], [0.25, 0.5, 0.75, 0.95])


def profile(values, measures, best):
    table = pd.DataFrame({"value": values, "measure": measures, "best": best})
    return table.assign(failed=table["measure"].isna())


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


@picture
def test_draw_validation_test(rng):
    validation = rng.uniform(95, 97, 30)
    return plots.draw_validation_test(validation, validation + rng.normal(0, 0.2, 30), np.arange(30) < 5)
