"""The gradient against central differences, which must catch the wrong gradients of well-known tutorials."""

import numpy as np
import pytest
from helpers import random_layers

from mnist_mlp import Layer, back_prop, forward, gradient_check, initialize, one_hot_encode

TOLERANCE = 1e-6


def network(depth, seed=1):
    rng = np.random.default_rng(seed)
    sizes = (6, *(5 for _ in range(depth - 1)), 4)
    layers = random_layers(sizes, rng)
    return rng.normal(size=(9, 6)), rng.integers(0, 4, 9), layers


def worst(report):
    return max(row["relative_error"] for row in report)


@pytest.mark.parametrize("lambda_reg", [0.0, 3.0])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_gradient_agrees_with_central_differences(depth, lambda_reg):
    X, y, layers = network(depth)
    report = gradient_check(X, y, layers, lambda_reg)
    assert [row["name"] for row in report] == [f"{letter}{i}" for i in range(1, depth + 1) for letter in "Wb"]
    assert worst(report) <= TOLERANCE


def test_gradient_of_the_course_network_on_mnist(mnist):
    layers = initialize((784, 104, 64, 10), np.random.default_rng(0))
    assert worst(gradient_check(mnist.X_train[:20] / 255, mnist.y_train[:20], layers, 0.01, n_entries=30)) <= TOLERANCE


def wrong_back_prop(activations, y, layers, lambda_reg, fault):
    """Back-propagation with one published fault."""
    p, m = activations[-1], len(y)
    dz = (p - one_hot_encode(y, p.shape[1])) / m
    if fault == "softmax without off-diagonal terms":
        dz = -one_hot_encode(y, p.shape[1]) * (1 - p) / m
    gradients = []
    for (weights, _), a in zip(layers[::-1], activations[-2::-1]):
        penalty = lambda_reg / m * weights * (2 if fault == "L2 twice" else 1)
        dw = a.T @ dz + penalty
        if fault == "L2 on the gradient":
            dw = a.T @ dz * (1 + lambda_reg / m)
        gradients.append(Layer(dw, dz.sum(axis=0, keepdims=True)))
        dz = dz @ weights.T * ((a >= 0) if fault == "ReLU of the output >= 0" else (a > 0))
    return gradients[::-1]


def test_the_wrong_gradients_are_right_without_their_fault():
    X, y, layers = network(depth=3)
    assert worst(gradient_check(X, y, layers, 3.0, wrong_back_prop(forward(X, layers), y, layers, 3.0, None))) <= TOLERANCE


@pytest.mark.parametrize(
    "fault", ["ReLU of the output >= 0", "L2 on the gradient", "L2 twice", "softmax without off-diagonal terms"]
)
def test_gradient_check_catches_published_faults(fault):
    X, y, layers = network(depth=3)
    gradients = wrong_back_prop(forward(X, layers), y, layers, 3.0, fault)
    assert worst(gradient_check(X, y, layers, 3.0, gradients)) > 1e-3


def test_gradient_check_leaves_the_layers_unchanged():
    X, y, layers = network(depth=2)
    before = [array.copy() for layer in layers for array in layer]
    gradient_check(X, y, layers, 0.1)
    assert all(np.array_equal(array, copy) for array, copy in zip((a for layer in layers for a in layer), before))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_back_prop_keeps_dtype_and_inputs(mnist, dtype):
    layers = initialize((784, 20, 10), np.random.default_rng(0), dtype)
    activations = forward((mnist.X_train[:30] / 255).astype(dtype), layers)
    for array in activations:
        array.flags.writeable = False
    for layer, gradient in zip(layers, back_prop(activations, mnist.y_train[:30], layers, 0.1)):
        assert [g.shape for g in gradient] == [w.shape for w in layer]
        assert {g.dtype.name for g in gradient} == {dtype}
