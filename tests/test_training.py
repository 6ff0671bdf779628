"""Training against the original's own algorithm, and the guarantees of the loop."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from helpers import flat, original, relative_error
from threadpoolctl import threadpool_limits

from mnist_mlp import Layer, TrainingWarning, back_prop, forward, get_accuracy, initialize, predict, train, train_cached

SIZES = (784, 104, 64, 10)


def start(seed=0, dtype="float64", sizes=SIZES):
    return initialize(sizes, np.random.RandomState(seed), dtype)


@pytest.mark.parametrize("m, epochs", [(6_000, 50), (60_000, 5)])
def test_weights_follow_the_original_after_every_update(mnist, m, epochs):
    X, y = mnist.X_train[:m], mnist.y_train[:m]
    snapshots = []
    result = train(
        X, y, layers=start(), epochs=epochs, learning_rate=0.01, lambda_reg=0.01, beta=0.9, record_every=1,
        metrics=lambda layers: snapshots.append(flat(layers)) or {},
    )  # fmt: skip
    reference = original.train(X / 255, y, original.initialize(np.random.RandomState(0)), epochs, 0.01, 0.01, 0.9)
    with threadpool_limits(1):  # other tests run in parallel: more threads than cores would wait for each other
        for epoch, (loss, parameters) in enumerate(reference):
            expected = np.concatenate([p.ravel() for p in parameters])
            assert relative_error(snapshots[epoch + 1], expected) < 1e-12
            assert result.history[epoch]["loss"] == pytest.approx(loss, abs=1e-6)


def test_lambda_X_and_y_are_used(mnist):
    X, y = mnist.X_train[:500], mnist.y_train[:500]
    weights = {
        "plain": train(X, y, epochs=2).layers,
        "lambda_reg": train(X, y, epochs=2, lambda_reg=50.0).layers,
        "X": train(mnist.X_train[500:1000], y, epochs=2).layers,
        "y": train(X, mnist.y_train[500:1000], epochs=2).layers,
    }
    for name in ("lambda_reg", "X", "y"):
        assert relative_error(flat(weights[name]), flat(weights["plain"])) > 1e-6, name


@pytest.mark.parametrize("batch_size", [None, 64])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_threads_and_repetition_change_no_bit(mnist, batch_size, dtype):
    X, y = mnist.X_train[:10_000], mnist.y_train[:10_000]
    runs = [train(X, y, epochs=1, batch_size=batch_size, dtype=dtype, threads=threads).layers for threads in (1, 2, 3, 8, 8)]
    assert all(np.array_equal(flat(run), flat(runs[0])) for run in runs)


def test_metrics_may_keep_the_layers_they_get(mnist):
    kept = []
    result = train(
        mnist.X_train[:100], mnist.y_train[:100], epochs=3, record_every=1, metrics=lambda layers: kept.append(layers) or {}
    )
    for epochs, layers in enumerate(kept):
        assert np.array_equal(flat(layers), flat(train(mnist.X_train[:100], mnist.y_train[:100], epochs=epochs).layers))
        layers[0].weights[...] = 0
    assert result.layers[0].weights.any()


def test_the_seed_decides_weights_and_shuffling(mnist):
    X, y = mnist.X_train[:300], mnist.y_train[:300]
    one, same, other = (flat(train(X, y, epochs=1, batch_size=50, seed=seed).layers) for seed in (1, 1, 2))
    assert np.array_equal(one, same) and not np.array_equal(one, other)


def test_a_short_last_batch_is_one_more_update(mnist):
    """65 images in batches of 64: the last image makes a separate update, with its own mean."""
    X, y = mnist.X_train[:65], mnist.y_train[:65]
    layers = start(sizes=(784, 10))
    result = train(X, y, layer_sizes=(784, 10), layers=layers, epochs=1, batch_size=64, beta=0.0, lambda_reg=0.0, seed=3)
    order = np.random.default_rng(3).permutation(65)
    for rows in (order[:64], order[64:]):
        gradients = back_prop(forward(X[rows] / 255, layers), y[rows], layers, 0)
        layers = [Layer(w - 0.01 * dw, b - 0.01 * db) for (w, b), (dw, db) in zip(layers, gradients)]
    assert relative_error(flat(result.layers), flat(layers)) < 1e-12


def test_mini_batches_learn(mnist):
    result = train(
        mnist.X_train[:20_000], mnist.y_train[:20_000], epochs=2, batch_size=128, learning_rate=0.1, lookahead="consistent"
    )
    assert get_accuracy(predict(mnist.X_test, result.layers), mnist.y_test) > 0.88


@pytest.mark.parametrize("scaled", [True, False])
def test_inputs_may_be_read_only_and_stay_unchanged(mnist, scaled):
    X = mnist.X_train[:200] / 255 if scaled else mnist.X_train[:200].copy()
    y, layers = mnist.y_train[:200].copy(), start()
    before = X.copy(), y.copy(), flat(layers).copy()
    for array in (X, y, *(array for layer in layers for array in layer)):
        array.flags.writeable = False
    train(X, y, layers=layers, epochs=2)
    for array, copy in zip((X, y, flat(layers)), before):
        assert np.array_equal(array, copy)


def test_pixels_and_scaled_floats_train_alike(mnist):
    X, y = mnist.X_train[:1200], mnist.y_train[:1200]
    bytes_, floats = (flat(train(images, y, epochs=3).layers) for images in (X, X / 255))
    assert relative_error(bytes_, floats) < 1e-12


def test_history_has_the_requested_rows(mnist):
    rows = []
    result = train(
        mnist.X_train[:100], mnist.y_train[:100], epochs=7, record_every=3, metrics=lambda layers: {"n": len(layers)},
        progress=rows.append,
    )  # fmt: skip
    assert [row["epoch"] for row in result.history] == [0, 3, 6, 7]
    assert all(row["n"] == 3 for row in result.history)
    assert rows == result.history


def test_zero_epochs_return_the_initial_layers(mnist):
    result = train(mnist.X_train[:10], mnist.y_train[:10], layers=start(), epochs=0)
    assert np.array_equal(flat(result.layers), flat(start()))
    assert [row["epoch"] for row in result.history] == [0]


def test_the_result_shares_no_memory_with_the_initial_layers(mnist):
    layers = start()
    result = train(mnist.X_train[:10], mnist.y_train[:10], layers=layers, epochs=0)
    assert not np.shares_memory(result.layers[0].weights, layers[0].weights)


def zeros(sizes=SIZES):
    return [Layer(0 * weights, 0 * bias) for weights, bias in start(sizes=sizes)]


def ten_times(layers):
    return [Layer(10 * weights, bias) for weights, bias in layers]


TOO_LARGE = dict(epochs=5, learning_rate=30.0, batch_size=128, lookahead="consistent")
FAILED = {
    "steps too large": (lambda X, y: (X, y), TOO_LARGE, r"all units of hidden layer \d are 0.*learning_rate, here 30\.0"),
    "steps too large, one layer": (
        lambda X, y: (X, y),
        dict(TOO_LARGE, layer_sizes=(784, 10), learning_rate=1000.0),
        r"ends at a cross-entropy of .* 2\.3\..*learning_rate, here 1000\.0",
    ),
    "weights too large": (
        lambda X, y: (X, y),
        dict(epochs=5, layers=ten_times(start())),
        r"ends at a cross-entropy of .*too large initial weights",
    ),
    "weights zero": (lambda X, y: (X, y), dict(epochs=5, layers=zeros()), "hidden layer 1 .*initial weights of zero"),
    "steps too small": (lambda X, y: (X, y), dict(epochs=7, learning_rate=1e-6, batch_size=128), "112 updates .*, here 1e-06"),
    "labels of others": (lambda X, y: (X, np.roll(y, 1)), dict(epochs=100), "100 updates .*labels that belong to other"),
    "pixels not scaled": (lambda X, y: (X * 0.99, y), dict(epochs=5), r"root mean square .* \d\d\..*not scaled"),
    "pixels centred only": (lambda X, y: (X - 128.0, y), dict(epochs=5), r"root mean square .*not scaled"),
    "pixels too small": (lambda X, y: (X / 255 / 60, y), dict(epochs=5), r"root mean square .* 0\.00\d+\..*scaled twice"),
    "pixels all blank": (lambda X, y: (X * 0, y), dict(epochs=5), r"root mean square .* 0\."),
}


@pytest.mark.parametrize("failure", FAILED)
def test_a_failed_training_warns_once(mnist, failure):
    change, settings, message = FAILED[failure]
    X, y = change(mnist.X_train[:2000], mnist.y_train[:2000])
    with pytest.warns(TrainingWarning, match=f"^training has probably failed: .*{message}.*") as caught:
        train(X, y, **settings)
    assert len(caught) == 1 and caught[0].filename == __file__
    assert "\n" not in str(caught[0].message)


@pytest.mark.parametrize("failure", ["steps too large", "weights zero", "steps too small", "labels of others"])
def test_the_warning_depends_on_neither_the_form_of_the_pixels_nor_threads_nor_the_cache(mnist, failure, tmp_path, monkeypatch):
    monkeypatch.setenv("MNIST_MLP_CACHE", str(tmp_path))
    change, settings, _ = FAILED[failure]
    X, y = change(mnist.X_train[:2000], mnist.y_train[:2000])
    texts = []
    for function, images, threads in [
        (train, X, 1), (train, X, 3), (train, X / 255, 2), (train_cached, X, 1), (train_cached, X, 1)
    ]:  # fmt: skip
        with pytest.warns(TrainingWarning) as caught:
            function(images, y, threads=threads, **settings)
        texts += [str(warning.message) for warning in caught]
    assert len(texts) == 5 and len(set(texts)) == 1


def standardized(X):
    floats = X / 255
    return (floats - floats.mean(axis=0)) / (floats.std(axis=0) + 1e-12)


@pytest.mark.parametrize(
    "change, settings",
    [
        (lambda X: X, dict(epochs=0, layers=zeros())),
        (lambda X: X, dict(epochs=0, layers=ten_times(start()))),
        (lambda X: X, dict(epochs=5)),
        (lambda X: X, dict(epochs=100)),
        (lambda X: X, dict(epochs=99, learning_rate=1e-6)),
        (lambda X: X, dict(epochs=5, lambda_reg=1000.0)),
        (lambda X: X, dict(epochs=10, learning_rate=1.0, batch_size=128, lookahead="consistent", dtype="float32")),
        (lambda X: X, dict(epochs=5, layer_sizes=(784, 10))),
        (lambda X: (X > 100) * 1.0, dict(epochs=5)),
        (standardized, dict(epochs=5)),
    ],
    ids=[
        "no epoch from zeros", "no epoch from large weights", "a short one", "a longer one", "not many updates",
        "a large penalty", "mini-batches", "no hidden layer", "black and white", "standardized",
    ],
)  # fmt: skip
def test_other_trainings_do_not_warn(mnist, change, settings):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(change(mnist.X_train[:1000]), mnist.y_train[:1000], **settings)


def test_labels_of_only_one_class_are_not_a_failure(mnist):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(mnist.X_train[:200], np.zeros(200, int), epochs=100)


def test_each_of_several_failed_trainings_warns_and_may_be_silenced():
    program = """
import numpy as np
from mnist_mlp import Layer, train
zeros = [Layer(np.zeros((4, 3)), np.zeros((1, 3))), Layer(np.zeros((3, 2)), np.zeros((1, 2)))]
for _ in range(3):
    train(np.ones((2, 4)), np.array([0, 1]), layer_sizes=(4, 3, 2), layers=zeros, epochs=1)
"""

    def warned(*options):
        run = subprocess.run(
            [sys.executable, *options, "-c", program], capture_output=True, text=True, check=True,
            env={name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"},
        )  # fmt: skip
        return run.stderr.count("TrainingWarning: training has probably failed: all units of hidden layer 1")

    assert (warned(), warned("-W", "ignore")) == (3, 0)
