"""Cross-entropy and penalty: agreement with SciPy and scikit-learn, and scores far beyond the range of `exp`."""

import math

import numpy as np
import pytest
from helpers import random_layers, without_deadline
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp
from sklearn.metrics import log_loss

from mnist_mlp import Layer, compute_loss, cross_entropy, forward, l2_penalty, one_hot_encode


@st.composite
def scores_and_labels(draw, dtype="float64", largest=1e4):
    m, n_classes = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    score = st.floats(-largest, largest, width=np.dtype(dtype).itemsize * 8)
    z = draw(st.lists(st.lists(score, min_size=n_classes, max_size=n_classes), min_size=m, max_size=m))
    y = draw(st.lists(st.integers(0, n_classes - 1), min_size=m, max_size=m))
    return np.array(z, dtype), np.array(y)


# cross-entropy


@pytest.mark.parametrize("dtype, tolerance", [("float64", 1e-12), ("float32", 1e-6)])
@without_deadline
@given(values=st.data())
def test_cross_entropy_agrees_with_scipy_however_large_the_scores(dtype, tolerance, values):
    z, y = values.draw(scores_and_labels(dtype))
    found = cross_entropy(z, y)
    wide = z.astype("float64")
    expected = np.mean(logsumexp(wide, axis=1) - wide[np.arange(len(y)), y])
    assert isinstance(found, float) and math.isfinite(found) and found >= 0
    # The rounding error of scores up to 2e4; the loss itself may be arbitrarily small.
    assert found == pytest.approx(expected, rel=tolerance, abs=2e4 * float(np.finfo(dtype).eps))


@without_deadline
@given(scores_and_labels(), st.floats(-1e4, 1e4))
def test_cross_entropy_is_invariant_to_a_shift(values, shift):
    z, y = values
    assert cross_entropy(z + shift, y) == pytest.approx(cross_entropy(z, y), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_cross_entropy_of_extreme_scores(dtype):
    """No small constant inside the logarithm: a confident mistake costs its full distance, not 18.4."""
    z = np.array([[1e4, -1e4], [-1e4, 1e4]], dtype)
    assert cross_entropy(z, np.array([0, 1])) == 0
    assert cross_entropy(z, np.array([1, 0])) == 20_000
    assert cross_entropy(np.zeros((3, 10), dtype), np.array([0, 5, 9])) == pytest.approx(math.log(10), rel=1e-6)


def test_cross_entropy_agrees_with_scikit_learn(rng):
    z, y = rng.normal(size=(50, 10)), np.arange(50) % 10
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert cross_entropy(z, y) == pytest.approx(log_loss(y, p), rel=1e-12)


def test_cross_entropy_of_a_batch_is_the_mean_of_its_rows(rng):
    z, y = rng.normal(size=(20, 4))[::2, ::-1], rng.integers(0, 4, 10).astype(np.uint8)
    z.flags.writeable = y.flags.writeable = False
    copy = z.copy()
    rows = [cross_entropy(z[i : i + 1], y[i : i + 1]) for i in range(10)]
    assert cross_entropy(z, y) == pytest.approx(np.mean(rows), rel=1e-12)
    assert np.array_equal(z, copy)


# one-hot


@pytest.mark.parametrize("dtype", ["float32", "float64", np.dtype("float32")])
@pytest.mark.parametrize("label_dtype", ["uint8", "int64"])
def test_one_hot_has_a_single_one_in_each_row(dtype, label_dtype):
    y = np.array([2, 0, 2, 3], label_dtype)
    y.flags.writeable = False
    one_hot = one_hot_encode(y, 4, dtype)
    assert one_hot.dtype == dtype
    assert one_hot.tolist() == [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]


# penalty and loss


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_penalty_is_lambda_over_2m_times_the_squared_weights_without_biases(dtype):
    layers = [
        Layer(np.array([[1, 2], [3, 4]], dtype), np.array([[100, 100]], dtype)),
        Layer(np.array([[5], [6]], dtype), np.array([[100]], dtype)),
    ]
    assert l2_penalty(layers, 0.5, 7) == pytest.approx(0.5 / (2 * 7) * (1 + 4 + 9 + 16 + 25 + 36), rel=1e-15)
    assert l2_penalty(layers, 0, 7) == 0


def test_penalty_of_many_small_float32_weights_is_summed_in_float64():
    layers = [Layer(np.full((1000, 1000), 0.1, "float32"), np.zeros((1, 1000), "float32"))]
    assert l2_penalty(layers, 2, 1) == pytest.approx(1e6 * float(np.float32(0.1)) ** 2, rel=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [("float64", 1e-12), ("float32", 1e-6)])
@pytest.mark.parametrize("sizes", [(6, 4), (6, 5, 4), (6, 5, 5, 4)])
def test_loss_is_cross_entropy_plus_penalty(rng, sizes, dtype, tolerance):
    X, y = rng.normal(size=(9, 6)).astype(dtype), rng.integers(0, 4, 9)
    layers = random_layers(sizes, rng, dtype)
    activations = forward(X, layers)
    penalty = 3.0 / (2 * 9) * sum(float((w.astype("float64") ** 2).sum()) for w, _ in layers)
    expected = -np.mean(np.log(activations[-1].astype("float64")[np.arange(9), y])) + penalty
    assert compute_loss(activations, y, layers, 3.0) == pytest.approx(expected, rel=tolerance)


def test_loss_is_right_where_probabilities_have_become_zero():
    """Softmax rounds the true class to 0, whose logarithm is infinite; the loss is the difference of the scores."""
    layers = [Layer(np.array([[1e4, -1e4]]), np.zeros((1, 2)))]
    activations = forward(np.ones((1, 1)), layers)
    assert activations[-1].tolist() == [[1, 0]]
    assert compute_loss(activations, np.array([1]), layers, 0) == 20_000
