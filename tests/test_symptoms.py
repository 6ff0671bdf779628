"""Symptoms that people report with networks from scratch, each tried through the public functions.

Each entry says what was done and how the course responds: with an error, a warning or the right result. Where it stays silent,
the entry gives the reason, and the test checks what happens. URLs are those of pages that report the symptom.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from helpers import flat
from scipy import sparse

from mnist_mlp import (
    Layer,
    TrainingWarning,
    back_prop,
    compute_loss,
    cross_entropy,
    forward,
    get_accuracy,
    get_predictions,
    gradient_check,
    initialize,
    load_layers,
    one_hot_encode,
    predict,
    relu,
    relu_deriv,
    softmax,
    train,
)

SIZES = (784, 104, 64, 10)
LEARNS = dict(epochs=20, batch_size=128, learning_rate=1.0, lookahead="consistent", dtype="float32")
BRIEF = dict(epochs=5)


class Error(NamedTuple):
    kind: type[Exception]
    message: str


class Warns(NamedTuple):
    message: str


class Right(NamedTuple):
    """Nothing is wrong: `holds` is true of the attempt's result."""

    holds: Callable


class Silent(NamedTuple):
    """Something is wrong, but the course stays silent for this reason; `holds` checks what happens."""

    reason: str
    holds: Callable


class Symptom(NamedTuple):
    attempt: Callable
    outcome: Error | Warns | Right | Silent
    source: str | None = None


@pytest.fixture(scope="module")
def d(mnist):
    """Some images as pixels `X` and as fractions `F`, some test images, initial layers and a trained network."""
    X, y = mnist.X_train[:2000], mnist.y_train[:2000]
    layers = initialize(SIZES, np.random.default_rng(0))
    data = SimpleNamespace(X=X, F=X / 255, y=y, layers=layers, X_test=mnist.X_test[:2000], y_test=mnist.y_test[:2000])
    data.trained = train(X, y, **LEARNS).layers
    return data


def accuracy(d, layers, X_test=None):
    return get_accuracy(predict(d.X_test if X_test is None else X_test, layers), d.y_test)


def standardize(X):
    floats = X / 255
    return (floats - floats.mean()) / floats.std()


def with_weights(layers, weights=lambda w: w, bias=lambda b: b):
    return [Layer(weights(layer.weights), bias(layer.bias)) for layer in layers]


def largest_error(report):
    return max(row["relative_error"] for row in report)


def blank_pixels_standardized(d):
    with np.errstate(invalid="ignore"):
        return (d.F - d.F.mean(axis=0)) / d.F.std(axis=0)


def summed_gradients(d):
    gradients = back_prop(forward(d.F[:9], d.layers), d.y[:9], d.layers, 0.0)
    return with_weights(gradients, lambda dw: 9 * dw, lambda db: 9 * db)


SYMPTOMS = {
    # Pixels
    "loss is NaN or accuracy 10 %: pixels 0 to 255 as floats": Symptom(
        lambda d: train(d.X.astype(float), d.y, **BRIEF),
        Error(ValueError, r"X must hold floats in \[0, 1\], got whole numbers up to 255 \(divide them by 255\)"),
        "https://github.com/www0wwwjs1/Matrix-Capsules-EM-Tensorflow/issues/51",
    ),
    "accuracy 10 %: pixels 0 to 255 after an interpolation": Symptom(
        lambda d: train(d.X * 0.999, d.y, **BRIEF), Warns(r"root mean square of the pixels is \d\d\. .*not scaled to \[0, 1\]")
    ),
    "loss explodes: pixels centred but not scaled": Symptom(
        lambda d: train(d.X - 128.0, d.y, **BRIEF), Warns("root mean square of the pixels .*not scaled")
    ),
    "stuck at 2.30: divided by 255 twice, in a cell that ran again": Symptom(
        lambda d: train(d.X / 255 / 255, d.y, **BRIEF),
        Error(ValueError, r"X must hold floats in \[0, 1\], got only values up to 0.0039 \(scale pixels once"),
    ),
    "nearly all pixels are 0: divided, then cast to integers": Symptom(
        lambda d: train((d.X / 255).astype("uint8"), d.y, **BRIEF),
        Error(ValueError, "X must hold pixels 0 to 255 if it is uint8, got only values up to 1"),
    ),
    "loss is NaN or nothing learned: integer division by 255": Symptom(
        lambda d: train(d.X // 255, d.y, **BRIEF),
        Error(ValueError, "X must hold pixels 0 to 255 if it is uint8, got only values up to 1"),
        "https://github.com/delijati/pytorch-siamese/issues/3",
    ),
    "pixels from a table are int64": Symptom(
        lambda d: train(d.X.astype("int64"), d.y, **BRIEF),
        Error(TypeError, r'X, unless it is uint8 pixels, .*got int64 .*\.astype\("uint8"\)'),
    ),
    "black and white pixels are True and False": Symptom(
        lambda d: train(d.X > 127, d.y, **BRIEF), Error(TypeError, r"X must be .*got bool .*\.astype\(float\)")
    ),
    "loss is NaN: divided by the standard deviation of blank pixels": Symptom(
        lambda d: train(blank_pixels_standardized(d), d.y, **BRIEF),
        Error(ValueError, r"X must be finite, got nan at index \(0, 0\)"),
        "https://github.com/keras-team/keras/issues/2001",
    ),
    "standardized pixels are beyond [0, 1]": Symptom(
        lambda d: accuracy(d, train(standardize(d.X), d.y, **LEARNS).layers, standardize(d.X_test)),
        Right(lambda found: found > 0.8),
        "https://sebastianraschka.com/faq/docs/neuralnet-error.html",
    ),
    "float16 saves memory, but does it train?": Symptom(
        lambda d: accuracy(d, train(d.F.astype("float16"), d.y, **LEARNS).layers), Right(lambda found: found > 0.8)
    ),
    "accuracy drops in use: trained on fractions, given pixels 0 to 255 as floats": Symptom(
        lambda d: predict(d.X_test.astype(float), d.trained), Error(ValueError, r"X must hold floats in \[0, 1\].*divide")
    ),
    "accuracy drops in use: trained on uint8, given fractions": Symptom(
        lambda d: np.mean(predict(d.X_test, d.trained) == predict(d.X_test / 255, d.trained)), Right(lambda same: same == 1)
    ),
    "accuracy 10 % in use: the images were divided twice": Symptom(
        lambda d: predict(d.X_test / 255 / 255, d.trained),
        Error(ValueError, r"X must hold floats in \[0, 1\], got only values up to 0.0039 \(scale pixels once"),
    ),
    "accuracy drops in use: the test set has another normalization": Symptom(
        lambda d: accuracy(d, d.trained, d.X_test / 127.5 - 1),
        Silent("arrays do not say how they were normalized, and both ways are legitimate", lambda found: found < 0.7),
    ),
    "your own digits are recognized badly: black on white": Symptom(
        lambda d: accuracy(d, d.trained, 255 - d.X_test),
        Silent("much ink is not an error: a picture may show anything", lambda found: found < 0.4),
        "https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/46",
    ),
    # Shapes
    "images of 28 by 28 are not flattened": Symptom(
        lambda d: train(d.X.reshape(-1, 28, 28), d.y, **BRIEF),
        Error(ValueError, r"X must have shape \(rows, 784\).*got shape \(2000, 28, 28\).*\.reshape\(2000, -1\)"),
    ),
    "shapes (784,) and (1, 784): one image": Symptom(
        lambda d: predict(d.X[0], d.trained),
        Error(ValueError, r"X must have shape \(rows, 784\).*got shape \(784,\).*\.reshape\(1, -1\)"),
        "https://github.com/mnielsen/neural-networks-and-deep-learning/issues/19",
    ),
    "one image of 28 by 28": Symptom(
        lambda d: predict(d.X[0].reshape(28, 28), d.trained),
        Error(ValueError, r"X must have shape \(rows, 784\).*got shape \(28, 28\).*\.reshape\(1, -1\)"),
    ),
    "shapes are not aligned: one image per column": Symptom(
        lambda d: forward(d.F.T, d.layers),
        Error(ValueError, r"X must have shape \(rows, 784\).*got shape \(784, 2000\).*\.T"),
    ),
    "stuck at 2.30: one image per column, and as many images as pixels": Symptom(
        lambda d: train(d.F[:784].T, d.y[:784], epochs=100), Warns("no better than answers without the images")
    ),
    "shapes are not aligned: your own image is not 28 by 28": Symptom(
        lambda d: predict(d.X[:1, :342], d.trained),
        Error(ValueError, r"X must have shape \(rows, 784\).*got shape \(1, 342\)"),
        "https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/52",
    ),
    "785 columns: the first is the label": Symptom(
        lambda d: train(np.column_stack([d.y, d.X]), d.y, **BRIEF),
        Error(ValueError, r"X must have shape \(rows, 784\).*got shape \(2000, 785\)"),
    ),
    "an empty line at the end of the file": Symptom(
        lambda d: predict(d.X[:0], d.trained),
        Error(ValueError, r"X must have shape \(rows, 784\) with at least one row, got shape \(0, 784\)"),
        "https://github.com/makeyourownneuralnetwork/makeyourownneuralnetwork/issues/57",
    ),
    "operands could not be broadcast: weights are (n_out, n_in)": Symptom(
        lambda d: forward(d.F, with_weights(d.layers, weights=np.transpose)),
        Error(ValueError, r"layers must have shapes \(n_in, n_out\) and \(1, n_out\)"),
        "https://github.com/MichalDanielDobrzanski/DeepLearningPython/issues/29",
    ),
    "bias is broadcast to one row per image": Symptom(
        lambda d: forward(d.F, with_weights(d.layers, bias=lambda b: np.repeat(b, 2000, axis=0))),
        Error(ValueError, r"layers must have shapes \(n_in, n_out\) and \(1, n_out\)"),
        "https://github.com/jimfleming/differentiation/issues/1",
    ),
    # Containers
    "KeyError 0: fetch_openml returns a data frame": Symptom(
        lambda d: train(pd.DataFrame(d.F), d.y, **BRIEF),
        Error(TypeError, r"X must be an array.*got DataFrame .*\.to_numpy\(\)"),
        "https://github.com/ageron/handson-ml/issues/594",
    ),
    "labels are taken by their index: a shuffled column": Symptom(
        lambda d: train(d.X, pd.Series(d.y).sample(frac=1, random_state=0), **BRIEF),
        Error(TypeError, r"y must be an array.*got Series .*\.to_numpy\(\)"),
    ),
    "images are a list of arrays": Symptom(
        lambda d: train(list(d.F), d.y, **BRIEF),
        Error(TypeError, r"X must be an array.*got list .*numpy\.array"),
        "https://github.com/mnielsen/neural-networks-and-deep-learning/issues/36",
    ),
    "dot gives nonsense: a sparse matrix": Symptom(
        lambda d: train(sparse.csr_matrix(d.F), d.y, **BRIEF),
        Error(TypeError, r"X must be an array.*got csr_matrix .*\.toarray\(\)"),
    ),
    # Labels
    "accuracy 0: fetch_openml returns labels as text": Symptom(
        lambda d: get_accuracy(predict(d.X, d.trained), d.y.astype(str)),
        Error(TypeError, r"labels must be an array of integers, got <U\d \(convert it with \.astype\(int\)"),
        "https://github.com/ageron/handson-ml/issues/397",
    ),
    "labels are one-hot": Symptom(
        lambda d: train(d.X, one_hot_encode(d.y, 10), **BRIEF),
        Error(ValueError, r"y must have shape \(2000,\), got shape \(2000, 10\) .*\.argmax\(axis=1\)"),
    ),
    "labels are a column": Symptom(
        lambda d: train(d.X, d.y[:, np.newaxis], **BRIEF),
        Error(ValueError, r"y must have shape \(2000,\), got shape \(2000, 1\) .*\.ravel\(\)"),
    ),
    "labels are floats: one was missing in the table": Symptom(
        lambda d: train(d.X, d.y.astype(float), **BRIEF), Error(TypeError, "y must be an array of integers, got float64")
    ),
    "index 10 is out of bounds: labels 1 to 10": Symptom(
        lambda d: train(d.X, d.y + 1, **BRIEF), Error(ValueError, r"y must hold labels in 0\.\.9, got 10")
    ),
    "stuck at 2.30: images shuffled without their labels": Symptom(
        lambda d: train(np.random.default_rng(0).permutation(d.X), d.y, epochs=100),
        Warns("no better than answers without the images.*labels that belong to other images"),
    ),
    "one image more than labels": Symptom(
        lambda d: train(d.X, d.y[1:], **BRIEF), Error(ValueError, r"y must have shape \(2000,\), got shape \(1999,\)")
    ),
    "does not converge: images sorted by label": Symptom(
        lambda d: accuracy(d, train(d.X[np.argsort(d.y)], np.sort(d.y), **LEARNS).layers),
        Right(lambda found: found > 0.8),
        "https://dailydoseofds.beehiiv.com/p/why-is-it-important-to-shuffle-your",
    ),
    # Softmax, loss, accuracy
    "overflow in exp, invalid value in divide": Symptom(
        lambda d: softmax(np.array([[2345.0, 3456, 6543, -6789, -9234]])),
        Right(lambda p: p.tolist() == [[0, 0, 1, 0, 0]]),
        "https://mcmap.net/q/1254218/-implementation-of-softmax-function-returns-nan-for-high-inputs",
    ),
    "softmax over the wrong axis": Symptom(
        lambda d: forward(d.F, d.layers)[-1].sum(axis=1),
        Right(lambda sums: np.allclose(sums, 1, rtol=0, atol=1e-12)),
        "https://pytroubles.com/en/posts/id1785-fixing-numpy-mnist-training-correct-gradient-axes-bias-reductions-and-stable-softmax",
    ),
    "softmax of integers is all zeros or wraps around": Symptom(
        lambda d: softmax(np.array([[1, 2, 3, 6], [2, 4, 5, 6]], "uint8")).argmax(axis=1), Right(lambda best: (best == 3).all())
    ),
    "log(0): divide by zero in the cross-entropy": Symptom(
        lambda d: cross_entropy(np.array([[1000.0, -1000]]), np.array([1])),
        Right(lambda loss: loss == 2000),
        "https://forums.fast.ai/t/cross-entropy-error-log-1-1-inf/1441",
    ),
    "the loss does not fall below 1.46: softmax twice": Symptom(
        lambda d: cross_entropy(forward(d.F, with_weights(d.trained, lambda w: w.astype(float)))[-1], d.y),
        Silent("probabilities are valid scores", lambda loss: loss > 1.46),
    ),
    "the loss begins above 2.30": Symptom(
        lambda d: compute_loss(forward(d.F, d.layers), d.y, d.layers, lambda_reg=0.01),
        Right(lambda loss: 2.3 < loss < 2.8),
        "https://github.com/ageron/handson-ml2/issues/132",
    ),
    "argmax over the wrong axis": Symptom(
        lambda d: get_accuracy(get_predictions(forward(d.F, d.layers)[-1].T), d.y),
        Error(ValueError, r"vectors of one length.*got shapes \(10,\) and \(2000,\)"),
    ),
    # Gradients
    "the gradient check fails in float32": Symptom(
        lambda d: gradient_check(d.F[:9], d.y[:9], d.trained, 0.01),
        Error(ValueError, "layers must be float64 for a gradient check, got float32"),
        "https://datascience.stackexchange.com/questions/30850/gradientchecking-can-i-blame-float-precision",
    ),
    "the penalty is in the loss but not in the gradient": Symptom(
        lambda d: gradient_check(d.F[:9], d.y[:9], d.layers, 5.0, n_entries=20), Right(lambda rows: largest_error(rows) < 1e-6)
    ),
    "the gradient is a sum, not a mean": Symptom(
        lambda d: gradient_check(d.F[:9], d.y[:9], d.layers, 0.0, n_entries=20, gradients=summed_gradients(d)),
        Right(lambda rows: min(row["relative_error"] for row in rows) > 0.5),
        "https://github.com/hunkim/DeepLearningZeroToAll/issues/173",
    ),
    "relu_deriv of relu's output instead of z": Symptom(
        lambda d: [relu_deriv(z) for z in (d.F - 0.5, relu(d.F - 0.5))], Right(lambda slopes: np.array_equal(*slopes))
    ),
    # Training
    "the loss becomes NaN: steps much too large": Symptom(
        lambda d: train(d.X, d.y, epochs=50, learning_rate=1e30),
        Error(FloatingPointError, r"training diverged in epoch \d+: .*learning_rate well below 1e\+30"),
        "https://datascience.stackexchange.com/questions/15962/why-is-learning-rate-causing-my-neural-networks-weights-to-skyrocket",
    ),
    "the loss ends at 8e8, accuracy 10 %: learning rate 30": Symptom(
        lambda d: train(d.X, d.y, epochs=5, batch_size=128, learning_rate=30.0, lookahead="consistent"),
        Warns("too large a learning_rate, here 30.0"),
    ),
    "stuck at 2.30: learning rate too small": Symptom(
        lambda d: train(d.X, d.y, epochs=10, batch_size=128, learning_rate=1e-6),
        Warns("no better than answers without the images.*learning_rate too small or too large, here 1e-06"),
    ),
    "stuck at 2.30: penalty too large": Symptom(
        lambda d: train(d.X, d.y, epochs=100, learning_rate=0.1, lambda_reg=1e4),
        Warns("no better than answers without the images.*too large a lambda_reg, here 10000.0"),
    ),
    "stuck at 2.30, all predictions one digit: weights zero": Symptom(
        lambda d: train(d.X, d.y, layers=with_weights(d.layers, np.zeros_like), **BRIEF),
        Warns("all units of hidden layer 1 are 0 .*initial weights of zero"),
        "https://community.deeplearning.ai/t/why-dont-weights-get-adjusted-when-initialized-to-0/431799",
    ),
    "learns slowly: all weights the same": Symptom(
        lambda d: train(d.X, d.y, layers=with_weights(d.layers, lambda w: np.full_like(w, 0.01)), **LEARNS).layers,
        Silent(
            "it learns a little: equal units make a poor network, not a failed training",
            lambda layers: np.unique(layers[0].weights.round(4), axis=1).shape[1] == 1,
        ),
    ),
    "loss in the hundreds: weights of standard deviation 1": Symptom(
        lambda d: train(
            d.X, d.y, layers=with_weights(d.layers, lambda w: np.random.default_rng(0).standard_normal(w.shape)), **BRIEF
        ),
        Warns("ends at a cross-entropy of .*too large initial weights"),
    ),
    "dead ReLU: every unit is 0": Symptom(
        lambda d: train(d.X, d.y, layers=with_weights(d.layers, bias=lambda b: b - 100), **BRIEF),
        Warns("all units of hidden layer 1 are 0 for each of 500 images"),
        "https://ai.stackexchange.com/questions/28864",
    ),
    "all predictions are 0: the weights became NaN": Symptom(
        lambda d: predict(d.X_test, with_weights(d.layers, lambda w: w * np.nan)),
        Error(ValueError, r"layers: weights of layer 1 must be finite, got nan at index \(0, 0\)"),
        "https://github.com/henrysky/astroNN/issues/6",
    ),
    "every run gives a different result": Symptom(
        lambda d: [flat(train(d.X, d.y, batch_size=128, **BRIEF).layers) for _ in range(2)],
        Right(lambda runs: np.array_equal(*runs)),
        "https://machinelearningmastery.com/reproducible-results-neural-networks-keras/",
    ),
    "epochs as text from a command line": Symptom(
        lambda d: train(d.X, d.y, epochs="5"), Error(TypeError, "epochs must be an integer of at least 0, got '5'")
    ),
    "fewer output units than digits": Symptom(
        lambda d: train(d.X, d.y, layer_sizes=(784, 30, 9), **BRIEF), Error(ValueError, r"y must hold labels in 0\.\.8, got 9")
    ),
    "a saved network does not load": Symptom(
        lambda d: load_layers(__file__), Error(ValueError, "path must be a file that save_layers wrote, got .*test_symptoms")
    ),
}


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_a_symptom_gets_an_error_a_warning_or_the_right_result(d, symptom):
    attempt, outcome, _ = SYMPTOMS[symptom]
    match outcome:
        case Error(kind, message):
            with pytest.raises(kind, match=message):
                attempt(d)
        case Warns(message):
            with pytest.warns(TrainingWarning, match=message):
                attempt(d)
        case Right(holds) | Silent(_, holds):
            assert holds(attempt(d))


def test_at_most_one_symptom_in_ten_stays_silent():
    silent = [name for name, symptom in SYMPTOMS.items() if isinstance(symptom.outcome, Silent)]
    assert len(SYMPTOMS) >= 50 and len(silent) <= len(SYMPTOMS) / 10
