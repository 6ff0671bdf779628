"""The forward pass: properties for any input, and agreement with the original's and SciPy's functions."""

import numpy as np
import pytest
from helpers import original, random_layers, without_deadline
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.special import log_softmax
from sklearn.metrics import accuracy_score

from mnist_mlp import (
    Layer,
    forward,
    get_accuracy,
    get_predictions,
    initialize,
    load_layers,
    predict,
    relu,
    relu_deriv,
    save_layers,
    scale,
    softmax,
)

SIZES = (784, 104, 64, 10)
DTYPES = ("float32", "float64")


def matrices(dtype, largest=1e4):
    elements = st.floats(-largest, largest, width=np.dtype(dtype).itemsize * 8)
    return arrays(dtype, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=elements)


# softmax, relu


@pytest.mark.parametrize("dtype, tolerance", [("float64", 1e-12), ("float32", 1e-5)])
@without_deadline
@given(values=st.data())
def test_softmax_agrees_with_scipy_however_large_the_scores(dtype, tolerance, values):
    z = values.draw(matrices(dtype))
    p = softmax(z)
    assert p.dtype == dtype and p.shape == z.shape
    np.testing.assert_allclose(p, np.exp(log_softmax(z.astype("float64"), axis=1)), rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=10 * tolerance)


@without_deadline
@given(matrices("float64"), st.floats(-1e4, 1e4))
def test_softmax_is_invariant_to_a_shift(z, shift):
    np.testing.assert_allclose(softmax(z + shift), softmax(z), rtol=1e-8, atol=1e-300)


def test_softmax_of_extreme_scores():
    assert softmax(np.array([[1e4, -1e4], [-1e4, -1e4], [1e300, 0]])).tolist() == [[1, 0], [0.5, 0.5], [1, 0]]


@pytest.mark.parametrize("dtype", DTYPES)
@without_deadline
@given(values=st.data())
def test_relu_and_its_slope_agree_with_their_definitions(dtype, values):
    z = values.draw(matrices(dtype))
    a = relu(z)
    assert a.dtype == relu_deriv(z).dtype == dtype
    assert a.tolist() == [[value if value > 0 else 0 for value in row] for row in z.tolist()]
    assert relu_deriv(z).tolist() == [[1.0 if value > 0 else 0.0 for value in row] for row in z.tolist()]
    assert np.array_equal(relu_deriv(a), relu_deriv(z))


def test_the_slope_of_relu_at_zero_is_zero():
    assert relu_deriv(np.array([0.0, -0.0, 5e-324, -5e-324])).tolist() == [0, 0, 1, 0]


# initialize


def test_initialize_draws_the_original_weights():
    """The original's lines after ``np.random.seed(0)``."""
    rng = np.random.RandomState(0)
    layers = initialize(SIZES, np.random.RandomState(0))
    for (weights, bias), (n_in, n_out) in zip(layers, [(784, 104), (104, 64), (64, 10)], strict=True):
        assert np.array_equal(weights, rng.randn(n_in, n_out) * np.sqrt(2.0 / n_in))
        assert bias.shape == (1, n_out) and not bias.any()


@pytest.mark.parametrize("dtype", DTYPES)
def test_initialize_draws_with_variance_two_over_n_in(dtype):
    """Within five standard errors of mean and variance."""
    for weights, bias in initialize((1000, 500, 40), np.random.default_rng(1), dtype):
        n, variance = weights.size, 2 / len(weights)
        assert weights.dtype == bias.dtype == dtype
        assert abs(weights.mean()) < 5 * np.sqrt(variance / n)
        assert weights.var() == pytest.approx(variance, rel=5 * np.sqrt(2 / n))


def test_both_dtypes_start_from_the_same_numbers():
    single, double = (initialize(SIZES, np.random.default_rng(0), dtype) for dtype in DTYPES)
    for a, b in zip(single, double):
        assert np.array_equal(a.weights, b.weights.astype("float32"))


# forward


def test_forward_agrees_with_the_original(mnist, rng):
    X = mnist.X_train[:50] / 255
    layers = random_layers(SIZES, rng)
    _, a1, _, a2, _, a3 = original.forward(X, *(array for layer in layers for array in layer))
    for found, expected in zip(forward(X, layers), [X, a1, a2, a3], strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [(12, 4), (12, 7, 4), (12, 7, 6, 5, 4)])
def test_forward_returns_every_layer_s_activations_in_one_dtype(rng, sizes, dtype):
    activations = forward(rng.random((3, 12)).astype(dtype), random_layers(sizes, rng, dtype))
    assert [a.shape for a in activations] == [(3, units) for units in sizes]
    assert {a.dtype.name for a in activations} == {dtype}


@pytest.mark.parametrize("dtype, tolerance", [("float64", 1e-12), ("float32", 1e-5)])
@pytest.mark.parametrize("m", [1, 2, 17])
def test_a_batch_equals_its_rows(rng, m, dtype, tolerance):
    X, layers = rng.normal(size=(m, 12)).astype(dtype), random_layers((12, 7, 5, 4), rng, dtype)
    rows = [forward(X[i : i + 1], layers)[-1] for i in range(m)]
    np.testing.assert_allclose(forward(X, layers)[-1], np.concatenate(rows), rtol=tolerance)


@pytest.mark.parametrize("layout", ["every second", "reversed", "Fortran"])
def test_inputs_may_be_read_only_and_have_any_layout_and_stay_unchanged(rng, layout):
    whole = rng.normal(size=(20, 24))
    X = {"every second": whole[::2, ::2], "reversed": whole[::-1, 11::-1], "Fortran": np.asfortranarray(whole[:, :12])}[layout]
    layers = random_layers((12, 7, 5, 4), rng)
    copy, plain = X.copy(), forward(np.ascontiguousarray(X), layers)
    for array in (X, *(array for layer in layers for array in layer)):
        array.flags.writeable = False
    for found, expected in zip([*forward(X, layers), softmax(X), relu(X), relu_deriv(X), scale(X)],
                               [*plain, softmax(copy), relu(copy), relu_deriv(copy), copy], strict=True):  # fmt: skip
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert predict(X, layers).tolist() == plain[-1].argmax(axis=1).tolist()
    assert np.array_equal(X, copy)


# predict, scale


@pytest.mark.parametrize("m", [1, 999, 1000, 1001, 2500])
def test_predict_takes_any_number_of_images_as_pixels_or_floats(mnist, rng, m):
    X, layers = mnist.X_test[:m], random_layers(SIZES, rng)
    expected = original.forward(X / 255, *(array for layer in layers for array in layer))[-1].argmax(axis=1)
    assert predict(X, layers).tolist() == expected.tolist()
    assert predict(X / 255, layers).tolist() == expected.tolist()


def test_predict_of_an_image_does_not_depend_on_the_others(mnist, rng):
    X, layers = mnist.X_test[:1001], random_layers(SIZES, rng)
    alone = [predict(X[i : i + 1], layers)[0] for i in (0, 500, 999, 1000)]
    assert predict(X, layers)[[0, 500, 999, 1000]].tolist() == alone


@pytest.mark.parametrize("dtype", DTYPES)
def test_scale_divides_pixels_by_255_and_leaves_floats(dtype):
    pixels = np.arange(256, dtype=np.uint8)
    scaled = scale(pixels, dtype)
    assert scaled.dtype == dtype and np.array_equal(scaled, np.arange(256).astype(dtype) / np.dtype(dtype).type(255))
    assert scale(scaled, dtype) is scaled
    assert scale(scaled.astype("float32"), "float64").dtype == "float64"
    assert pixels[-1] == 255


# predictions and accuracy


def test_predictions_are_the_most_probable_classes_and_ties_go_to_the_lowest():
    probabilities = np.array([[0.1, 0.7, 0.2], [0.4, 0.2, 0.4], [0, 0, 1]])
    assert get_predictions(probabilities).tolist() == [1, 0, 2]


@without_deadline
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_accuracy_agrees_with_scikit_learn(pairs):
    predictions, labels = np.array(pairs).T
    found = get_accuracy(predictions, labels.astype(np.uint8))
    assert isinstance(found, float) and found == pytest.approx(accuracy_score(labels, predictions), abs=1e-15)


def test_layers_are_saved_and_loaded_bit_for_bit(rng, tmp_path):
    for dtype in ("float32", "float64"):
        layers = initialize((6, 5, 4, 3), rng, dtype)
        save_layers(tmp_path / "network", layers)
        loaded = load_layers(str(tmp_path / "network"))
        assert [type(layer) for layer in loaded] == [Layer] * 3
        assert all(a.dtype == b.dtype and np.array_equal(a, b) for old, new in zip(layers, loaded) for a, b in zip(old, new))
    assert [path.name for path in tmp_path.iterdir()] == ["network"]


def test_a_failed_save_keeps_the_old_file(rng, tmp_path, monkeypatch):
    layers = initialize((6, 3), rng)
    save_layers(tmp_path / "network", layers)

    def full(file, **arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(np, "savez", full)
        save_layers(tmp_path / "network", initialize((7, 3), rng))
    assert np.array_equal(load_layers(tmp_path / "network")[0].weights, layers[0].weights)
    assert [path.name for path in tmp_path.iterdir()] == ["network"]


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 half of an archive"])
def test_a_file_that_holds_no_network_is_an_error_that_names_it(content, tmp_path):
    (tmp_path / "network").write_bytes(content)
    with pytest.raises(ValueError, match=r"path must be a file that save_layers wrote, got .*network"):
        load_layers(tmp_path / "network")


def test_arrays_that_are_not_a_network_are_an_error(tmp_path):
    for stored in ({"x": np.arange(3)}, {"W1": np.eye(2)}, {"W1": np.eye(2), "b1": np.array([{}])}):
        np.savez(tmp_path / "network.npz", **stored)
        with pytest.raises(ValueError, match=r"path must be a file that save_layers wrote, got .*network"):
            load_layers(tmp_path / "network.npz")


def test_a_missing_file_is_a_file_not_found_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="network"):
        load_layers(tmp_path / "network")
