"""A bad argument raises an error that names the argument, what was passed and what was expected."""

import inspect
import pickle
import re
import traceback

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

import mnist_mlp
from mnist_mlp import (
    Layer,
    back_prop,
    compute_loss,
    cross_entropy,
    draw_strokes,
    forward,
    get_accuracy,
    get_predictions,
    gradient_check,
    initialize,
    l2_penalty,
    like_mnist,
    load_layers,
    load_mnist,
    look_ahead,
    network,
    one_hot_encode,
    optimizers,
    predict,
    read_picture,
    relu,
    relu_deriv,
    save_layers,
    scale,
    softmax,
    split_validation,
    train,
    update_params_nag,
)

SIZES = (4, 3, 2)
X = np.linspace(0, 1, 20).reshape(5, 4)
Y = np.array([0, 1, 0, 1, 1])
LAYERS = initialize(SIZES, np.random.default_rng(0))
ZEROS = [Layer(np.zeros_like(weights), np.zeros_like(bias)) for weights, bias in LAYERS]
ACTIVATIONS = forward(X, LAYERS)
DRAWN = draw_strokes([[[100, 60], [200, 140]]])
NAN = float("nan")


class Sliced:
    """An object with the attributes of an array whose slices are arrays, like a data set on disk."""

    def __init__(self, array, wrap=np.asarray):
        self.array, self.wrap = array, wrap
        self.dtype, self.shape, self.ndim = array.dtype, array.shape, array.ndim

    def __len__(self):
        return len(self.array)

    def __getitem__(self, rows):
        return self.wrap(self.array[rows])


class Tensor(Sliced):
    """An object whose slices are of its own type."""

    def __init__(self, array):
        super().__init__(array, Tensor)

    def numpy(self):
        return self.array


# A valid call of every function; each test below replaces one argument by a bad one.
GOOD = {
    initialize: dict(layer_sizes=SIZES, rng=np.random.default_rng(0), dtype="float64"),
    relu: dict(z=X),
    relu_deriv: dict(z=X),
    softmax: dict(z=X),
    forward: dict(X=X, layers=LAYERS),
    predict: dict(X=X, layers=LAYERS),
    scale: dict(X=X, dtype="float64"),
    one_hot_encode: dict(y=Y, num_classes=2, dtype="float64"),
    cross_entropy: dict(logits=X, y=Y),
    l2_penalty: dict(layers=LAYERS, lambda_reg=0.1, m=5),
    compute_loss: dict(activations=ACTIVATIONS, y=Y, layers=LAYERS, lambda_reg=0.1),
    back_prop: dict(activations=ACTIVATIONS, y=Y, layers=LAYERS, lambda_reg=0.1),
    gradient_check: dict(X=X, y=Y, layers=LAYERS, lambda_reg=0.1, gradients=ZEROS, step=1e-6, n_entries=2, seed=0),
    look_ahead: dict(layers=LAYERS, velocities=ZEROS, learning_rate=0.1, beta=0.9, lookahead="original"),
    update_params_nag: dict(layers=LAYERS, velocities=ZEROS, gradient=lambda layers: ZEROS, learning_rate=0.1, beta=0.9),
    get_predictions: dict(probabilities=X),
    get_accuracy: dict(predictions=Y, labels=Y),
    split_validation: dict(X=X, y=Y, n_validation=2, seed=0),
    save_layers: dict(path="network", layers=LAYERS),
    train: dict(X=X, y=Y, layer_sizes=SIZES, layers=LAYERS, epochs=0),
    draw_strokes: dict(strokes=[[[100, 60], [200, 140]], []], width=20),
    like_mnist: dict(picture=DRAWN),
}


def with_nan(value):
    changed = X.copy()
    changed[1, 2] = value
    return changed


def layers_with(number=0, **changes):
    """The layers with one array changed."""
    return [layer._replace(**changes) if i == number else layer for i, layer in enumerate(LAYERS)]


NOT_A_NUMBER = [("1", TypeError, "'1'"), (None, TypeError, "None"), (True, TypeError, "True"), ([1], TypeError, r"\[1\]")]
NOT_AN_INTEGER = [*NOT_A_NUMBER, (1.0, TypeError, "1.0")]
NOT_AN_ARRAY = [
    ([[0.5]], TypeError, r"array of .*got list \(convert it with numpy\.array"),
    (None, TypeError, "array of .*got NoneType$"),
    ("0.5", TypeError, "array of .*got str$"),
    ({0: X}, TypeError, "array of .*got dict$"),
    (iter(X), TypeError, "array of .*got "),
    (sparse.csr_array(X), TypeError, r"array of .*got csr_array \(convert it with \.toarray\(\)"),
    (sparse.coo_array(X), TypeError, r"array of .*got coo_array \(convert it with \.toarray\(\)"),
    (np.ma.masked_less(X, 0.1), TypeError, r"array of .*got MaskedArray \(convert it with \.filled"),
    (pd.DataFrame(X), TypeError, r"array of .*got DataFrame \(convert it with \.to_numpy\(\)"),
    (pd.DataFrame(X)[0], TypeError, r"array of .*got Series \(convert it with \.to_numpy\(\)"),
    (Tensor(X), TypeError, r"array of .*got Tensor \(convert it with \.numpy\(\)"),
]
NOT_REAL = [
    *NOT_AN_ARRAY,
    (X.astype(complex), TypeError, "array of .*got complex128$"),
    (X.astype(object), TypeError, r"array of .*got object \(convert it with \.astype\(float\)"),
    (X.astype(str), TypeError, r"array of .*got <U\d+ \(convert it with \.astype\(float\)"),
    (X > 0.5, TypeError, r"array of .*got bool \(convert it with \.astype\(float\)"),
    (X.astype("M8[s]"), TypeError, r"array of .*got datetime64\[s\]$"),
    (np.zeros((5, 4), "f8, i8"), TypeError, r"array of .*got \[\('f0'.*\)\]$"),
]
NOT_A_MATRIX = [
    *NOT_REAL,
    (X[0], ValueError, r"shape \(rows, .*got shape \(4,\)"),
    (X[None], ValueError, r"shape \(rows, .*got shape \(1, 5, 4\)"),
    (np.float64(0.5), ValueError, r"shape \(rows, .*got shape \(\)"),
    (X[:0], ValueError, r"at least one row.*got shape \(0, 4\)"),
]
NO_COLUMNS = [(X[:, :0], ValueError, r"one column, got shape \(5, 0\)")]
NOT_IMAGES = [
    *NOT_A_MATRIX,
    (X[:, :3], ValueError, r"shape \(rows, 4\).*got shape \(5, 3\)$"),
    (X.T, ValueError, r"shape \(rows, 4\).*got shape \(4, 5\) \(convert it with \.T\)"),
    (X[0], ValueError, r"shape \(rows, 4\).*got shape \(4,\) \(convert it with \.reshape\(1, -1\)\)"),
    (X[0].reshape(2, 2), ValueError, r"shape \(rows, 4\).*got shape \(2, 2\) \(convert it with \.reshape\(1, -1\)\)"),
    (X.reshape(5, 2, 2), ValueError, r"shape \(rows, 4\).*got shape \(5, 2, 2\) \(convert it with \.reshape\(5, -1\)\)"),
]
NOT_FLOATS = [
    ((X > 0.5).astype(int), TypeError, r"floats.*got int64 \(convert it with \.astype\(float\)"),
    ((X * 255).astype("uint8"), TypeError, r"floats.*got uint8 \(convert it with scale"),
]
RAW = np.rint(X * 255)
RAW_FLOATS = [
    (RAW, ValueError, r"floats in \[0, 1\], got whole numbers up to 255 \(divide them by 255\)"),
    (RAW.astype("float32"), ValueError, r"floats in \[0, 1\], got whole numbers up to 255"),
]
NOT_PIXELS = [
    *RAW_FLOATS,
    *((RAW.astype(kind), TypeError, rf'uint8 pixels.*floats, got {kind} .*astype\("uint8"\)') for kind in ("int64", "uint16")),
]
WRONGLY_SCALED = [
    (X.astype("uint8"), ValueError, r"pixels 0 to 255 if it is uint8, got only values up to 1 \(scale pixels once"),
    (X / 255, ValueError, r"floats in \[0, 1\], got only values up to 0\.0039 \(scale pixels once"),
    (X.astype("float32") / 300, ValueError, r"floats in \[0, 1\], got only values up to 0\.0033"),
]
SLICED = [
    (Sliced(X[0]), ValueError, r"shape \(rows, 4\).*got shape \(4,\)"),
    (Sliced(X.astype(object)), TypeError, "array of floats, got object"),
    (Sliced(RAW), ValueError, r"floats in \[0, 1\], got whole numbers up to 255"),
    (Sliced(with_nan(NAN)), ValueError, r"finite, got nan at index \(1, 2\)"),
]
NOT_FINITE = [(with_nan(bad), ValueError, rf"finite, got {bad} at index \(1, 2\)") for bad in (NAN, np.inf, -np.inf)]
NOT_INTEGERS = [
    (Y.tolist(), TypeError, "array of integers, got list"),
    (Y.astype(float), TypeError, r"array of integers, got float64 \(convert it with \.astype\(int\)"),
    (Y == 1, TypeError, "array of integers, got bool"),
    (np.array(["0", "1", "0", "1", "1"]), TypeError, r"array of integers, got <U1 \(convert it with \.astype\(int\)"),
    (
        np.array(["0", "1", "0", "1", "1"], object),
        TypeError,
        r"array of integers, got object \(convert it with \.astype\(int\)",
    ),
    (Y.astype(np.dtypes.StringDType()), TypeError, r"array of integers, got StringDType\(\) \(convert it with \.astype\(int\)"),
    (Y.astype("m8[s]"), TypeError, r"array of integers, got timedelta64\[s\]$"),
    (np.ma.masked_equal(Y, 1), TypeError, r"array of integers, got MaskedArray \(convert it with \.filled"),
    (pd.Series(Y, index=[4, 3, 2, 1, 0]), TypeError, r"array of integers, got Series \(convert it with \.to_numpy\(\)"),
    (pd.Categorical(Y), TypeError, r"array of integers, got Categorical \(convert it with \.to_numpy\(\)"),
    (Tensor(Y), TypeError, r"array of integers, got Tensor \(convert it with \.numpy\(\)"),
]
NOT_LABELS = [
    *NOT_INTEGERS,
    (Y[:, None], ValueError, r"shape \(.*\), got shape \(5, 1\) \(convert it with \.ravel\(\)\)"),
    (Y.view(np.matrix), ValueError, r"shape \(.*\), got shape \(1, 5\) \(convert it with \.ravel\(\)\)"),
    (np.eye(2)[Y], ValueError, r"shape \(.*\), got shape \(5, 2\) \(convert it with \.argmax\(axis=1\)\)"),
    (Y[:0], ValueError, r"shape \(.*\), got shape \(0,\)"),
]
NO_CLASSES = [(Y - 1, ValueError, r"labels in 0\.\.\d, got -1"), (Y + 9, ValueError, r"labels in 0\.\.\d, got 9")]
NOT_FITTING_LABELS = [*NOT_LABELS, *NO_CLASSES, (Y[:4], ValueError, r"shape \(5,\), got shape \(4,\)")]
NOT_LAYERS = [
    (None, TypeError, r"list of at least one Layer\(weights, bias\), got None"),
    ([], TypeError, r"list of at least one Layer\(weights, bias\), got \[\]"),
    ([1, 2], TypeError, r"list of at least one Layer\(weights, bias\), got \[1, 2\]"),
    ([LAYERS[0], 3], TypeError, r"list of at least one Layer\(weights, bias\), got \[.*3\]"),
    (LAYERS[0], TypeError, r"list of at least one Layer\(weights, bias\), got "),
    ([(LAYERS[0].weights, LAYERS[0].bias)], TypeError, r"list of at least one Layer\(weights, bias\), got "),
    (layers_with(weights=[[1.0]]), TypeError, "weights of layer 1 must be an array of floats, got list"),
    (layers_with(1, bias=np.zeros((1, 2), int)), TypeError, "bias of layer 2 must be an array of floats, got int64"),
    (layers_with(weights=np.ones((4, 3), "f2")), TypeError, "weights of layer 1 must be float32 or float64, got float16"),
    (layers_with(weights=np.ma.array(np.ones((4, 3)))), TypeError, "weights of layer 1 must be .*got MaskedArray"),
    (layers_with(bias=np.zeros(3)), ValueError, r"must have .*shapes .*got .*\(3,\)"),
    (layers_with(bias=np.zeros((1, 2))), ValueError, r"must have .*shapes .*got .*\(4, 3\), \(1, 2\)"),
    (layers_with(weights=np.zeros(4)), ValueError, r"must have .*shapes .*got .*\(4,\)"),
    (layers_with(1, weights=np.zeros((4, 2))), ValueError, r"must have .*shapes .*got .*\(4, 2\)"),
]
NOT_FINITE_LAYERS = [
    (layers_with(1, bias=np.array([[0, NAN]])), ValueError, r"bias of layer 2 must be finite, got nan at index \(0, 1\)"),
    (layers_with(weights=np.full((4, 3), np.inf)), ValueError, "weights of layer 1 must be finite, got inf"),
]
UNLIKE_LAYERS = [*NOT_LAYERS, (LAYERS[:1], ValueError, r"must have the shapes .*\(3, 2\).*, got \[\(\(4, 3\), \(1, 3\)\)\]")]
NOT_POSITIVE = [*NOT_A_NUMBER, *((bad, ValueError, f"above 0, got {bad}") for bad in (0, -0.1, NAN, float("inf"), 10**400))]
NEGATIVE = [*NOT_A_NUMBER, *((bad, ValueError, f"of at least 0, got {bad}") for bad in (-0.1, NAN, float("inf"), 10**400))]
NOT_A_FRACTION = [*NOT_A_NUMBER, *((bad, ValueError, rf"in \[0, 1\), got {bad}") for bad in (1, 1.5, -0.1, NAN))]
NOT_A_COUNT = [*NOT_AN_INTEGER, (0, ValueError, "of at least 1, got 0"), (-1, ValueError, "of at least 1, got -1")]
NEGATIVE_INTEGER = [*NOT_AN_INTEGER, (-1, ValueError, "of at least 0, got -1")]
NOT_A_DTYPE = [
    ("float16", ValueError, "one of 'float32', 'float64', got 'float16'"),
    ("double trouble", ValueError, "one of 'float32', 'float64', got 'double trouble'"),
    (int, ValueError, "one of 'float32', 'float64', got <class 'int'>"),
]
NOT_A_LOOKAHEAD = [
    (bad, ValueError, f"one of 'original', 'consistent', 'none', got {bad!r}") for bad in ("nesterov", None, 1, "Original")
]
NOT_SIZES = [
    (784, ValueError, "at least two sizes.*got 784"),
    ((784,), ValueError, r"at least two sizes.*got \(784,\)"),
    ((4, 0, 2), ValueError, r"layer_sizes\[1\] must be an integer of at least 1, got 0"),
    ((4, 3, 2.0), TypeError, r"layer_sizes\[2\] must be an integer of at least 1, got 2.0"),
    ((4, True, 2), TypeError, r"layer_sizes\[1\] must be an integer of at least 1, got True"),
]
NOT_ACTIVATIONS = [
    (None, ValueError, "3 arrays.*got None"),
    (ACTIVATIONS[:2], ValueError, "3 arrays.*got "),
    ([ACTIVATIONS[0], ACTIVATIONS[1], ACTIVATIONS[2].tolist()], TypeError, r"activations\[2\].*array of floats, got list"),
    ([ACTIVATIONS[0], ACTIVATIONS[0], ACTIVATIONS[2]], ValueError, r"activations\[1\].*\(rows, 3\).*got shape \(5, 4\)"),
    ([ACTIVATIONS[0], ACTIVATIONS[1][:4], ACTIVATIONS[2]], ValueError, "the same number of rows, got 5 and 4"),
]
NOT_A_PATH = [(bad, TypeError, f"got {bad}") for bad in (None, 3, 0.5)]
NOT_A_FUNCTION = [(1, TypeError, "function.*got 1"), ("f", TypeError, "function.*got 'f'")]

BAD = {
    (initialize, "layer_sizes"): NOT_SIZES,
    (initialize, "rng"): [(bad, TypeError, f"Generator or RandomState, got {bad}") for bad in (0, None)],
    (initialize, "dtype"): NOT_A_DTYPE,
    (relu, "z"): NOT_REAL,
    (relu_deriv, "z"): NOT_REAL,
    (softmax, "z"): NOT_A_MATRIX + NO_COLUMNS,
    (forward, "X"): NOT_IMAGES + NOT_FLOATS,
    (forward, "layers"): NOT_LAYERS,
    (predict, "X"): NOT_IMAGES + NOT_PIXELS + WRONGLY_SCALED + NOT_FINITE + SLICED,
    (predict, "layers"): NOT_LAYERS + NOT_FINITE_LAYERS,
    (scale, "X"): NOT_REAL + NOT_PIXELS,
    (scale, "dtype"): NOT_A_DTYPE,
    (one_hot_encode, "y"): NOT_LABELS + NO_CLASSES,
    (one_hot_encode, "num_classes"): NOT_A_COUNT,
    (one_hot_encode, "dtype"): NOT_A_DTYPE,
    (cross_entropy, "logits"): NOT_A_MATRIX + NO_COLUMNS,
    (cross_entropy, "y"): NOT_FITTING_LABELS,
    (l2_penalty, "layers"): NOT_LAYERS,
    (l2_penalty, "lambda_reg"): NEGATIVE,
    (l2_penalty, "m"): NOT_A_COUNT,
    (compute_loss, "activations"): NOT_ACTIVATIONS,
    (compute_loss, "y"): NOT_FITTING_LABELS,
    (compute_loss, "layers"): NOT_LAYERS,
    (compute_loss, "lambda_reg"): NEGATIVE,
    (back_prop, "activations"): NOT_ACTIVATIONS,
    (back_prop, "y"): NOT_FITTING_LABELS,
    (back_prop, "layers"): NOT_LAYERS,
    (back_prop, "lambda_reg"): NEGATIVE,
    (gradient_check, "X"): NOT_IMAGES + NOT_FLOATS + NOT_FINITE,
    (gradient_check, "y"): NOT_FITTING_LABELS,
    (gradient_check, "layers"): [
        *NOT_LAYERS,
        (initialize(SIZES, np.random.default_rng(0), "float32"), ValueError, "float64 for a gradient check, got float32"),
    ],
    (gradient_check, "lambda_reg"): NEGATIVE,
    (gradient_check, "gradients"): [case for case in UNLIKE_LAYERS if case[0] is not None],
    (gradient_check, "step"): NOT_POSITIVE,
    (gradient_check, "n_entries"): NOT_A_COUNT,
    (gradient_check, "seed"): NEGATIVE_INTEGER,
    (get_predictions, "probabilities"): NOT_A_MATRIX + NO_COLUMNS + NOT_FINITE,
    (get_accuracy, "predictions"): [*NOT_INTEGERS, (Y[:4], ValueError, r"one length.*got shapes \(4,\) and \(5,\)")],
    (get_accuracy, "labels"): [
        *NOT_INTEGERS,
        ([[0], [0, 1]], TypeError, "integers, got list"),
        (Y[:, None], ValueError, r"one length.*got shapes \(5,\) and \(5, 1\)"),
    ],
    (split_validation, "X"): NOT_A_MATRIX + NO_COLUMNS,
    (split_validation, "y"): [*NOT_LABELS, (Y[:4], ValueError, r"shape \(5,\), got shape \(4,\)")],
    (split_validation, "n_validation"): [
        *NOT_AN_INTEGER,
        *((bad, ValueError, rf"in 0\.\.4, got {bad}") for bad in (-1, 5)),
    ],
    (split_validation, "seed"): NEGATIVE_INTEGER,
    (save_layers, "path"): NOT_A_PATH,
    (save_layers, "layers"): NOT_LAYERS,
    (load_layers, "path"): NOT_A_PATH,
    (load_mnist, "source"): NOT_A_PATH,
    (train, "X"): NOT_IMAGES + NOT_PIXELS + WRONGLY_SCALED + NOT_FINITE + SLICED,
    (train, "y"): NOT_FITTING_LABELS,
    (train, "layer_sizes"): NOT_SIZES,
    (train, "epochs"): NEGATIVE_INTEGER,
    (train, "learning_rate"): NOT_POSITIVE,
    (train, "lambda_reg"): NEGATIVE,
    (train, "beta"): NOT_A_FRACTION,
    (train, "batch_size"): [
        *((bad, error, found) for bad, error, found in NOT_AN_INTEGER if bad is not None),
        *((bad, ValueError, rf"in 1\.\.5, got {bad}") for bad in (0, -1, 6)),
    ],
    (train, "lookahead"): NOT_A_LOOKAHEAD,
    (train, "seed"): NEGATIVE_INTEGER,
    (train, "dtype"): [*NOT_A_DTYPE, (np.float32, ValueError, "one of 'float32', 'float64', got <class 'numpy.float32'>")],
    (train, "layers"): [
        *(case for case in NOT_LAYERS if case[0] is not None),
        (LAYERS[:1], ValueError, r"shapes .* of layer_sizes=\(4, 3, 2\), got \[\(\(4, 3\), \(1, 3\)\)\]"),
        *NOT_FINITE_LAYERS,
    ],
    (train, "threads"): [case for case in NOT_A_COUNT if case[0] is not None],
    (train, "record_every"): NOT_A_COUNT,
    (train, "metrics"): [
        *NOT_A_FUNCTION,
        (lambda layers: None, ValueError, "a dict without 'epoch' and 'loss', got None"),
        (lambda layers: {"loss": 0.1}, ValueError, r"a dict without 'epoch' and 'loss', got \{'loss': 0\.1\}"),
    ],
    (train, "progress"): NOT_A_FUNCTION,
    (read_picture, "source"): [(bad, TypeError, f"as a path or a binary file, got {bad}") for bad in (None, 3, b"PNG")],
    (draw_strokes, "strokes"): [
        (bad, ValueError, rf"finite points \(x, y\), got {re.escape(repr(bad))}")
        for bad in (None, [[1, 2], [3, 4]], [[[1, 2, 3]]], [[[1, NAN]]], ["ab"], 7)
    ],
    (draw_strokes, "width"): NOT_A_COUNT,
    (like_mnist, "picture"): [
        *NOT_A_MATRIX,
        (np.uint8(255 * DRAWN), TypeError, r"array of floats, got uint8 \(convert it with scale"),
        (255 * DRAWN, ValueError, r"0 \(black\) to 1 \(white\), got 0 to 255"),
        (DRAWN - 1, ValueError, "got -1 to 0"),
        (np.where(DRAWN == 0, NAN, DRAWN), ValueError, "got nan to nan"),
    ],
    **{
        (function, name): cases
        for function in (look_ahead, update_params_nag)
        for name, cases in {
            "layers": NOT_LAYERS,
            "velocities": UNLIKE_LAYERS,
            "learning_rate": NOT_POSITIVE,
            "beta": NOT_A_FRACTION,
            "lookahead": NOT_A_LOOKAHEAD,
        }.items()
    },
    (update_params_nag, "gradient"): [
        *NOT_A_FUNCTION,
        (lambda layers: None, TypeError, "list of at least one Layer.*got None"),
        (lambda layers: ZEROS[:1], ValueError, "must have the shapes"),
    ],
}


@pytest.mark.parametrize("function", GOOD)
def test_valid_calls_succeed(function, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function(**GOOD[function])


@pytest.mark.parametrize(
    "function, name, value, error, message",
    [
        pytest.param(function, name, *case, id=f"{function.__name__}-{name}-{i}")
        for (function, name), cases in BAD.items()
        for i, case in enumerate(cases)
    ],
)
def test_a_bad_argument_is_named_with_its_value_and_what_was_expected(function, name, value, error, message):
    with pytest.raises(error, match=message) as caught:
        function(**{**GOOD.get(function, {}), name: value})
    assert type(caught.value) is error
    assert re.search(rf"\b{name}\b.* must (be|have|hold) .*got ", str(caught.value))


def as_memory_map(array, folder):
    file = folder / f"{len(list(folder.iterdir()))}.npy"
    np.save(file, array)
    return np.load(file, mmap_mode="r")


# Each holds the same numbers as the original array.
SAME_NUMBERS = {
    "matrix": lambda array, folder: array.view(np.matrix),
    "record array": lambda array, folder: np.rec.array(array),
    "read-only": lambda array, folder: np.frombuffer(array.tobytes(), array.dtype).reshape(array.shape),
    "big-endian": lambda array, folder: array.astype(array.dtype.newbyteorder(">")),
    "column by column": lambda array, folder: np.asfortranarray(array),
    "every second row": lambda array, folder: np.repeat(array, 2, axis=0)[::2],
    "memory map": as_memory_map,
}


@pytest.mark.parametrize("kind", [*SAME_NUMBERS, "data set"])
@pytest.mark.parametrize("pixels", [X, RAW.astype("uint8")], ids=["floats", "uint8"])
@pytest.mark.parametrize("batch_size", [None, 2])
def test_equivalent_images_give_the_same_network(kind, pixels, batch_size, tmp_path):
    images = Sliced(pixels) if kind == "data set" else SAME_NUMBERS[kind](pixels, tmp_path)
    expected, found = (
        train(values, Y, layer_sizes=SIZES, layers=LAYERS, epochs=3, batch_size=batch_size).layers
        for values in (pixels, images)
    )
    for one, other in zip(expected, found):
        assert type(other.weights) is np.ndarray
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-12)
        np.testing.assert_allclose(one.bias, other.bias, rtol=1e-12)
    assert np.array_equal(predict(images, LAYERS), predict(pixels, LAYERS))


@pytest.mark.parametrize("kind", SAME_NUMBERS)
def test_arrays_of_a_network_may_be_of_any_equivalent_type(kind, tmp_path):
    def convert(layers):
        return [layer._replace(weights=SAME_NUMBERS[kind](layer.weights, tmp_path)) for layer in layers]

    activations = [SAME_NUMBERS[kind](a, tmp_path) for a in ACTIVATIONS]
    for one, other in zip(back_prop(ACTIVATIONS, Y, LAYERS, 0.1), back_prop(activations, Y, convert(LAYERS), 0.1)):
        np.testing.assert_allclose(one.weights, other.weights, rtol=1e-12)
    assert l2_penalty(convert(LAYERS), 0.1, 5) == pytest.approx(l2_penalty(LAYERS, 0.1, 5), rel=1e-12)


@pytest.mark.parametrize("kind", ["uint8", "uint64", ">i4", "int8", "intp"])
def test_labels_of_any_integer_type_give_the_same_results(kind):
    y = Y.astype(kind)
    assert np.array_equal(one_hot_encode(y, 2), one_hot_encode(Y, 2))
    assert cross_entropy(X, y) == cross_entropy(X, Y)
    assert compute_loss(ACTIVATIONS, y, LAYERS, 0.1) == compute_loss(ACTIVATIONS, Y, LAYERS, 0.1)
    assert np.array_equal(back_prop(ACTIVATIONS, y, LAYERS, 0.1)[0].weights, back_prop(ACTIVATIONS, Y, LAYERS, 0.1)[0].weights)
    assert get_accuracy(Y, y) == 1


@pytest.mark.parametrize("kind", ["float16", "longdouble"])
def test_images_of_any_float_type_are_computed_in_the_dtype_of_the_network(kind):
    images = X.astype(kind)
    result = train(images, Y, layer_sizes=SIZES, layers=LAYERS, epochs=2)
    expected = train(images.astype("float64"), Y, layer_sizes=SIZES, layers=LAYERS, epochs=2)
    assert np.array_equal(result.layers[0].weights, expected.layers[0].weights)
    assert np.array_equal(predict(images, LAYERS), predict(images.astype("float64"), LAYERS))


@pytest.mark.filterwarnings("ignore::mnist_mlp.TrainingWarning")
@pytest.mark.parametrize("real", ["float16", "float32", "float64", "longdouble"])
@pytest.mark.parametrize("integer", ["uint8", "int16", "int64"])
def test_numbers_of_any_type_give_the_same_network(real, integer):
    def trained(real, integer):
        rates = dict(learning_rate=real(0.25), lambda_reg=real(0.5), beta=real(0.75), schedule="cosine")
        counts = dict(
            layer_sizes=[integer(size) for size in SIZES], epochs=integer(200), batch_size=integer(2), seed=integer(0)
        )
        return train(X, Y, **rates, **counts, dtype="float32").layers

    for layer, expected in zip(trained(np.dtype(real).type, np.dtype(integer).type), trained(float, int)):
        assert layer.weights.dtype == "float32" and np.array_equal(layer.weights, expected.weights)


@pytest.mark.parametrize("kind", ["uint8", "int8", "uint64", "int64"])
def test_integer_scores_do_not_wrap_around(kind):
    scores = np.array([[1, 2, 127], [100, 0, 1]])
    assert np.array_equal(softmax(scores.astype(kind)), softmax(scores.astype(float)))
    assert cross_entropy(scores.astype(kind), Y[:2]) == cross_entropy(scores.astype(float), Y[:2])


@pytest.mark.parametrize(
    "images",
    [
        (X - X.mean()) / X.std() * 50,  # standardized: pixels with little ink reach 245 on MNIST
        X * 255,
        (X > 0.5).astype(float),
        np.rint(X * 16),  # scikit-learn's digits
        np.zeros((5, 4)),
        RAW - 128,
    ],
    ids=["standardized", "fractions", "black and white", "0 to 16", "blank", "centred"],
)
def test_plausible_floats_are_accepted(images):
    assert predict(images, LAYERS).shape == (5,)
    assert scale(images) is images


def test_predict_accepts_a_blank_image():
    assert predict(np.zeros((1, 4), "uint8"), LAYERS).shape == (1,)


@pytest.mark.parametrize("both", [Y[:, None], Y[:0]])
def test_accuracy_needs_two_non_empty_vectors(both):
    with pytest.raises(ValueError, match=r"vectors of one length of at least 1, got shapes \(.*\) and \(.*\)"):
        get_accuracy(both, both)


def test_a_public_function_has_the_signature_and_docstring_of_the_unchecked_one():
    assert inspect.signature(mnist_mlp.forward) == inspect.signature(network.forward)
    assert mnist_mlp.forward.__doc__ == network.forward.__doc__
    assert inspect.signature(mnist_mlp.train_cached) == inspect.signature(train)
    assert inspect.getsource(inspect.unwrap(mnist_mlp.forward)).startswith("def forward(X, layers):")


@pytest.mark.parametrize("name", sorted(set(mnist_mlp.__all__) - {"Layer", "Mnist", "TrainingResult", "TrainingWarning"}))
def test_every_public_function_can_be_pickled_and_checks_its_arguments(name):
    function = getattr(mnist_mlp, name)
    assert pickle.loads(pickle.dumps(function)) is function
    arguments = {argument: object() for argument in inspect.signature(function).parameters}
    with pytest.raises((TypeError, ValueError), match=r"must (be|have|hold|not be passed).*"):
        function(**arguments)


def test_an_unknown_argument_names_the_function():
    with pytest.raises(TypeError, match=r"forward\(\): got an unexpected keyword argument 'x'"):
        forward(X, LAYERS, x=X)


def test_checks_add_one_frame_to_a_traceback():
    def gradient(layers):
        raise ZeroDivisionError

    def frames(update):
        with pytest.raises(ZeroDivisionError) as caught:
            update(LAYERS, ZEROS, gradient, 0.1, 0.9)
        return len(traceback.extract_tb(caught.value.__traceback__))

    # One for the checks of the update's arguments and one for those of the gradient's result.
    assert frames(update_params_nag) - frames(optimizers.update_params_nag) == 2
