"""Training against the original's own algorithm, and what the loop promises."""

import numpy as np
import pytest
from helpers import flat, original, relative_error
from threadpoolctl import threadpool_limits

from mnist_mlp import Layer, back_prop, forward, get_accuracy, initialize, predict, train

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
    with threadpool_limits(1):  # other tests run beside this one: more threads than cores would wait for each other
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
    """65 images in batches of 64: the last image makes an update of its own, with its own mean."""
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
