"""Other people's libraries do the same arithmetic: scikit-learn always, PyTorch and Keras where they are installed.

A library keeps the weights at which its next gradient is taken, and its velocity ``u`` is a step: ``u = beta u - epsilon g``
with ``epsilon = learning_rate * (1 - beta)``. The course keeps the weights before the lookahead, and its velocity averages.
"""

import os
from itertools import pairwise

import numpy as np
import pytest
from helpers import flat, random_layers, relative_error
from sklearn.neural_network import MLPClassifier

from mnist_mlp import Layer, back_prop, compute_loss, cross_entropy, forward, initialize, train, update_params_nag

SIZES = (12, 7, 5, 4)
BETA, RATE, LAMBDA = 0.9, 0.5, 3.0


class ScikitLearn:
    """The penalty is ``alpha / (2 m) sum(W**2)`` in the loss as well."""

    penalty_in_loss, tolerance = True, 1e-10

    def __init__(self, layers, epsilon, beta=0.0, nesterov=True, lambda_reg=0.0):
        sizes, n_classes = [len(layer.weights) for layer in layers], layers[-1].bias.size
        self.network = MLPClassifier(
            sizes[1:], solver="sgd", alpha=lambda_reg, learning_rate_init=epsilon, momentum=beta, nesterovs_momentum=nesterov,
            shuffle=False,
        )  # fmt: skip
        self.network.partial_fit(np.zeros((1, sizes[0])), [0], classes=range(n_classes))  # its arrays exist from now on
        self.network.coefs_ = [weights.copy() for weights, _ in layers]
        self.network.intercepts_ = [bias[0].copy() for _, bias in layers]
        del self.network._optimizer  # its velocity

    def step(self, X, y):
        return self.network.partial_fit(X, y).loss_

    def set_rate(self, epsilon):
        self.network._optimizer.learning_rate = epsilon

    def layers(self):
        return [Layer(*arrays) for arrays in zip(self.network.coefs_, self.network.intercepts_)]

    def velocity(self):
        u = self.network._optimizer.velocities
        return [Layer(*arrays) for arrays in zip(u[: len(u) // 2], u[len(u) // 2 :])]


class PyTorch:
    """The penalty is no part of the loss: ``weight_decay * W`` is added to the gradient, to that of biases too unless told."""

    penalty_in_loss, tolerance = False, 1e-10

    def __init__(self, layers, epsilon, beta=0.0, nesterov=True, lambda_reg=0.0):
        self.torch, self.beta, self.lambda_reg = pytest.importorskip("torch"), beta, lambda_reg
        self.parameters = [self.torch.tensor(array, requires_grad=True) for layer in layers for array in layer]
        groups = [{"params": self.parameters[::2]}, {"params": self.parameters[1::2]}]
        self.optimizer = self.torch.optim.SGD(groups, epsilon, momentum=beta, nesterov=nesterov and beta > 0)

    def step(self, X, y):
        a, (*hidden, last) = self.torch.from_numpy(X), zip(self.parameters[::2], self.parameters[1::2])
        for weights, bias in hidden:
            a = self.torch.relu(a @ weights + bias)
        loss = self.torch.nn.functional.cross_entropy(a @ last[0] + last[1], self.torch.from_numpy(y))
        self.optimizer.param_groups[0]["weight_decay"] = self.lambda_reg / len(y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def set_rate(self, epsilon):
        for group in self.optimizer.param_groups:
            group["lr"] = epsilon

    def layers(self):
        return in_pairs([parameter.detach().numpy().copy() for parameter in self.parameters])

    def velocity(self):
        rate = self.optimizer.param_groups[0]["lr"]
        return in_pairs([-rate * self.optimizer.state[parameter]["momentum_buffer"].numpy() for parameter in self.parameters])


class Keras:
    """The penalty is ``l2 sum(W**2)``, without a half and without the number of images; products are float32 in any case."""

    penalty_in_loss, tolerance = True, 1e-5

    def __init__(self, layers, epsilon, beta=0.0, nesterov=True, lambda_reg=0.0):
        os.environ["KERAS_BACKEND"] = "torch"  # read when keras is imported
        pytest.importorskip("torch")
        keras = pytest.importorskip("keras")
        self.regularizer, self.lambda_reg = keras.regularizers.L2(0.0), lambda_reg
        self.network = keras.Sequential([keras.layers.Input((len(layers[0].weights),))])
        for i, (_, bias) in enumerate(layers, start=1):
            activation = "relu" if i < len(layers) else None
            self.network.add(keras.layers.Dense(bias.size, activation, kernel_regularizer=self.regularizer))
        self.network.set_weights([array for weights, bias in layers for array in (weights, bias[0])])
        self.optimizer = keras.optimizers.SGD(epsilon, beta, nesterov)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        self.network.compile(self.optimizer, loss, run_eagerly=True)

    def step(self, X, y):
        self.regularizer.l2 = self.lambda_reg / (2 * len(y))
        self.network.reset_metrics()
        return float(self.network.train_on_batch(X, y))

    def set_rate(self, epsilon):
        self.optimizer.learning_rate = epsilon

    def layers(self):
        return in_pairs([variable.value.detach().numpy() for variable in self.network.trainable_variables])

    def velocity(self):
        return in_pairs([variable.value.detach().numpy() for variable in self.optimizer.momentums])


def in_pairs(arrays):
    return [Layer(*pair) for pair in zip(arrays[::2], arrays[1::2])]


@pytest.fixture(params=[ScikitLearn, PyTorch, Keras], ids=lambda library: library.__name__)
def library(request):
    return request.param


def before_the_lookahead(network, beta=BETA):
    """A library's weights in the course's form."""
    return flat(network.layers()) - beta * flat(network.velocity())


def problem(sizes=SIZES, m=30):
    rng = np.random.default_rng(1)
    return rng.normal(size=(m, sizes[0])), rng.integers(0, sizes[-1], m), random_layers(sizes, rng)


def batches(X, y):
    """Batches of 8, the last of them shorter."""
    return [(X[rows], y[rows]) for rows in np.split(np.arange(len(y)), range(8, len(y), 8))]


def course(layers, batches, rates, lookahead, lambda_reg=LAMBDA):
    """Weights after an update for each batch."""
    velocities = [Layer(0 * weights, 0 * bias) for weights, bias in layers]
    for (X, y), rate in zip(batches, rates, strict=True):
        layers, velocities = update_params_nag(
            layers, velocities, lambda at, X=X, y=y: back_prop(forward(X, at), y, at, lambda_reg), rate, BETA, lookahead
        )
    return flat(layers)


# one batch


@pytest.mark.parametrize("lambda_reg", [0.0, LAMBDA])
@pytest.mark.parametrize("sizes", [SIZES, (12, 7, 4), (12, 8, 7, 6, 5)])
def test_a_step_of_length_1_without_momentum_is_the_gradient(library, sizes, lambda_reg):
    X, y, layers = problem(sizes)
    network = library(layers, epsilon=1.0, lambda_reg=lambda_reg)
    network.step(X, y)
    expected = back_prop(forward(X, layers), y, layers, lambda_reg)
    np.testing.assert_allclose(flat(layers) - flat(network.layers()), flat(expected), rtol=0, atol=library.tolerance)


@pytest.mark.parametrize("lambda_reg", [0.0, LAMBDA])
def test_the_loss_of_a_batch(library, lambda_reg):
    X, y, layers = problem()
    loss = library(layers, epsilon=1.0, lambda_reg=lambda_reg).step(X, y)
    expected = compute_loss(forward(X, layers), y, layers, lambda_reg if library.penalty_in_loss else 0)
    assert loss == pytest.approx(expected, rel=library.tolerance)


def test_scikit_learn_alone_caps_the_loss_of_a_confident_mistake(library):
    """Of scores 0, 1000, 0 and the label 0 the loss is 1000; minus the logarithm of float64's spacing at 1 is 36.04."""
    X, y = np.ones((1, 1)), np.array([0])
    layers = [Layer(np.array([[1000.0]]), np.zeros((1, 1))), Layer(np.array([[0.0, 1.0, 0.0]]), np.zeros((1, 3)))]
    assert cross_entropy(forward(X, layers)[-2] @ layers[-1].weights, y) == 1000
    expected = -np.log(np.finfo(float).eps) if library is ScikitLearn else 1000
    assert library(layers, epsilon=1.0).step(X, y) == pytest.approx(expected, rel=library.tolerance)


# updates


@pytest.mark.parametrize("lookahead", ["consistent", "none"])
def test_updates_in_the_course_s_form(library, lookahead):
    X, y, layers = problem()
    network = library(layers, RATE * (1 - BETA), BETA, lookahead == "consistent", LAMBDA)
    for batch in batches(X, y):
        network.step(*batch)
    found = before_the_lookahead(network) if lookahead == "consistent" else flat(network.layers())
    np.testing.assert_allclose(found, course(layers, batches(X, y), [RATE] * 4, lookahead), rtol=0, atol=library.tolerance)


@pytest.mark.parametrize(
    "left_out",
    [
        dict(epsilon=RATE),
        dict(nesterov=False),
        dict(beta=BETA**2),
        dict(lambda_reg=2 * LAMBDA),
        dict(lambda_reg=0.0),
        "the lookahead",
    ],
    ids=str,
)
def test_without_the_translation_they_differ(library, left_out):
    X, y, layers = problem()
    translation = dict(epsilon=RATE * (1 - BETA), beta=BETA, nesterov=True, lambda_reg=LAMBDA)
    network = library(layers, **translation | (left_out if isinstance(left_out, dict) else {}))
    for batch in batches(X, y):
        network.step(*batch)
    found = flat(network.layers()) if left_out == "the lookahead" else before_the_lookahead(network)
    assert relative_error(found, course(layers, batches(X, y), [RATE] * 4, "consistent")) > 1e-3


def test_no_library_has_the_original_s_lookahead(library):
    X, y, layers = problem()
    original = course(layers, batches(X, y), [RATE] * 4, "original")
    for nesterov in (True, False):
        network = library(layers, RATE * (1 - BETA), BETA, nesterov, LAMBDA)
        for batch in batches(X, y):
            network.step(*batch)
        for found in (flat(network.layers()), before_the_lookahead(network)):
            assert relative_error(found, original) > 1e-3


@pytest.mark.parametrize("lookahead", ["consistent", "none"])
def test_with_a_falling_rate_only_the_momentum_of_pytorch_is_the_course_s(library, lookahead):
    """Its velocity has no learning rate in it, as the course's; the course's lookahead has the rate of the next update."""
    X, y, layers = problem()
    rates = [RATE, RATE / 2, RATE / 4, RATE / 8]
    network = library(layers, rates[0] * (1 - BETA), BETA, lookahead == "consistent", LAMBDA)
    for i, batch in enumerate(batches(X, y)):
        if i > 0:
            network.set_rate(rates[i] * (1 - BETA))
        network.step(*batch)
    found = before_the_lookahead(network) if lookahead == "consistent" else flat(network.layers())
    error = relative_error(found, course(layers, batches(X, y), rates, lookahead))
    assert error <= library.tolerance if (library, lookahead) == (PyTorch, "none") else error > 1e-3


# training


def test_a_training_on_mnist_ends_in_the_same_weights(library, mnist):
    """Three epochs of mini-batches, shuffled alike, the last of each epoch shorter."""
    X, y = mnist.X_train[:300], mnist.y_train[:300].astype("int64")
    layers = initialize((784, 104, 64, 10), np.random.default_rng(0))
    settings = dict(epochs=3, batch_size=128, learning_rate=RATE, beta=BETA, lookahead="consistent", lambda_reg=LAMBDA, seed=5)
    result = train(X, y, layers=layers, **settings)
    network, rng = library(layers, RATE * (1 - BETA), BETA, True, LAMBDA), np.random.default_rng(5)
    for _ in range(3):
        order = rng.permutation(300)
        for start, end in pairwise([0, 128, 256, 300]):
            network.step(X[order[start:end]] / 255, y[order[start:end]])
    assert relative_error(before_the_lookahead(network), flat(result.layers)) <= library.tolerance
